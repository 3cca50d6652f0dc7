"""What stands around a city or an organisation: cue words, kinds of organisations, parts of town names."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

# Two words right before a place, and single ones.
PLACE_PHRASES = frozenset(
    phrase.strip()
    for phrase in [
        "lives in",
        " live in",
        " living in",
        " lived in",
        " resides in",
        " reside in",
        " residing in",
        " resided in",
        " resident of",
        " moved to",
        " moved from",
        " grew up in",
        " up in",
        " raised in",
        " born in",
        " native of",
        " relocated to",
        " relocated from",
        " travel to",
        " traveled to",
        " travelled to",
        " traveling to",
        " travelling to",
        " travels to",
        " travel from",
        " traveled from",
        " trip to",
        " out of",
        " home in",
        " house in",
        " apartment in",
        " condo in",
        " works in",
        " worked in",
        " work in",
        " working in",
        " transferred from",
        " transfer to",
        " transfer from",
        " city of",
        " town of",
        " village of",
        " county of",
        " hometown is",
        " hometown of",
        " neighborhood of",
        " area of",
        " suburb of",
        " outside of",
        " flew to",
        " flew from",
        " drove to",
        " drove from",
        " driving to",
        " driving from",
        " vacationing in",
        " vacation in",
        " family in",
        " farm in",
        " practice in",
        " office in",
        " clinic in",
        " staying in",
        " stays in",
        " stayed in",
        " returned to",
        " returned from",
        " return to",
        " return from",
        " here from",
        " school in",
        " settled in",
        " residence in",
        " facility in",
        " hospital in",
        " comes from",
        " came from",
        " hails from",
        " originally from",
        " is from",
        " retired to",
        " moving to",
        " moving from",
        " visit to",
        " wedding in",
        " back to",
        " sister in",
        " brother in",
        " daughter in",
        " son in",
        " mother in",
        " father in",
        " parents in",
        " relatives in",
        " friends in",
        " incarcerated in",
        " stationed in",
        " deployed to",
        " emigrated from",
        " immigrated from",
    ]
)
PLACE_WORDS = word_set("from near outside visiting")
LOOSE_PLACE_WORDS = word_set("in near outside of to")
# Before "of" these speak of a finding or a thing: "no evidence of Jones fracture", "removal of Foley".
FINDING_NOUNS = word_set(
    "evidence sign signs symptoms features history hx h/o diagnosis dx presence absence suspicion concern risk case cases trial removal placement insertion use "
    "type form stage degree grade episode episodes findings documentation picture course recurrence resolution reduction repair release rupture tear score dose doses "
    "dosing course bottle tablets application stigmata exacerbation flare onset component setting light differential possibility likelihood probability variant kind sort "
    "version lack instead because out treatment management injection administration infusion level levels result results positive negative"
)
PLACE_LABELS = word_set("city town municipality county birthplace hometown birth residence")

# The last word of an organisation's name.
KINDS_OF_ORGANISATION = word_set(
    "regional retreat hospital hosp center centre ctr clinic clinics infirmary hospice home facility rehab rehabilitation institute group associates specialists practice medicine health healthcare "
    "pediatrics cardiology orthopedics orthopaedics dermatology oncology urology neurology ophthalmology dental pharmacy laboratory laboratories labs lab manor living community village nursing care "
    "memorial general university college school academy church corporation corp inc llc ltd company co industries insurance bank construction logistics manufacturing foods motors airlines "
    "fabrication furniture upholstery florist electronics apparel enterprises department shelter ministries vamc snf holdings partners solutions technologies systems services system network transport transportation trucking steel mills farms "
    "dairy brewery bakery plant warehouse restaurant diner salon library hotel society electric plumbing hardware textiles foundry press freight roofing catering consulting firm sanatorium sanitarium "
    "lodge pavilion program imaging dialysis medical physicians elementary kindergarten preschool daycare seminary temple mosque synagogue parish landscaping apartments towers terrace supermarket grocery market markets "
    "cafe motel inn airport prison jail correctional penitentiary sons brothers bros agency institution psychiatric surgicenter endoscopy radiology hematology wellness counseling "
    "mission tabernacle chapel chapels cathedral basilica monastery abbey gurdwara mandir ambulance diagnostics mortuary crematory crematorium transit police sheriff toyota honda chevrolet hyundai subaru bistro deli pizza pizzeria grill tavern brewing winery orchards vineyards nails gym fitness "
    "dentistry orthodontics optometry optical eyecare lumber autobody realty mortgage union cannery poultry meats shipyard mining utilities telecom wireless software staffing janitorial cleaners "
    "laundry linen plastics aerospace aviation ymca ywca masjid dealership casino resort pllc llp pediatrics "
    "montessori surgeons consultants authority therapy infusion behavioral detention shipbuilding isd vision drugs collaborative "
    "place gardens court campus house haven ranch estates residence residences seniors"
)
# Kinds that say little alone: beside a name they count only in company of one of the others or a cue.
HOUSE_KINDS = word_set(
    "surgeons consultants authority therapy infusion behavioral detention shipbuilding isd vision drugs collaborative "
    "place gardens court campus house haven ranch estates residence residences terrace towers village community home living general memorial temple parish market markets press program plant inn care nursing medicine lab practice medical health seniors hotel library bank society sons brothers bros"
)
# Whoever is one of these is one of somebody's.
OCCUPATIONS = word_set(
    "worker server bartender chef dishwasher landscaper trucker pilot firefighter deputy professor lecturer dispatcher "
    "courier handler picker packer loader cleaner housekeeper seamstress stylist barber broker analyst programmer developer designer banker lineman longshoreman miner contractor laborer labourer "
    "adjuster aide agent rep representative owner operator technician apprentice salesman saleswoman salesperson receptionist secretary bookkeeper groundskeeper sophomore freshman undergraduate undergrad"
)
WORK_VERBS = OCCUPATIONS | word_set(
    "drove bartends bartended welder driver mechanic carpenter plumber electrician machinist roofer waiter waitress barista accountant custodian paralegal librarian baker butcher painter stocker fabricator "
    "admit boarding records report fell fall injured hurt accident hired fired work works working worked employed employer job retired student attends attend attending attended school enrolled studies studied transferred admitted presented taken sent brought referred seen followed treated "
    "hospitalized care resident lives nurse teacher imaging surgery labs volunteers admission stay discharged facility hospital clinic pharmacy evaluated hospitalization rehab rehabilitated procedure delivered born drives "
    "supervisor manager engineer clerk cook cashier janitor mechanic foreman position shift coworker boss colleague teaches taught graduate graduated bused coach coaches principal placement placed accepted bed scan mri ct done performed underwent biopsy dialysis chemo"
)
JOBS = OCCUPATIONS | word_set(
    "drove bartends bartended welder driver teacher clerk cook cashier janitor mechanic foreman carpenter plumber electrician machinist roofer waiter waitress barista accountant engineer custodian paralegal librarian baker butcher painter stocker fabricator "
    "work works working worked employed employee job jobs position hired fired retired laid volunteers teaches taught drives fell fall injured hurt accident"
)
# After these a single capitalised word that is an everyday one is an employer, too: "works at Nationwide".
EMPLOYED = OCCUPATIONS | word_set(
    "drove bartends bartended drives welder driver teacher clerk cook cashier janitor mechanic foreman carpenter plumber electrician machinist roofer waiter waitress barista accountant engineer custodian paralegal "
    "librarian baker butcher painter stocker fabricator works working worked employed employee hired fired laid volunteers teaches taught"
)
WORK_PREPOSITIONS = word_set("at for by with from to")
WORK_LABELS = word_set(
    "employer facility hospital clinic school pharmacy company organization organisation workplace institution site location practice sending receiving transport gym daycare preschool carrier supplies "
    "shelter agency snf alf dme hospice bank church arrangements vendor"
)

# What leads to whoever treats, employs or sends; and what is done with people, records and goods on the way.
PLACE_LEADS = word_set("at from to by via through thru with for")
SENT = word_set(
    "flight flown airlifted meds graduation graduates diploma screen screens physical drug accepted declined presented records record report reports report referral referrals refer ref aide supplies supplied supply supplier services transport transported delivered deliver forwarded fax faxed send sends sending sent obtained received images "
    "imaging films outside moved discharge dc d/c'd dc'd declined released boarding boarded enrolled housing claim application applying order orders ordered drawn seen appointment appt follow follows followed "
    "managed read interpreted consult visit visits rx script scripts prescription prescriptions refill refills form forms letter note clearance therapy pt chiro eval evaluation established volunteers volunteer "
    "brought bib biba admit transfer transfers request requests called calls call treated testing tested screening stay stayed dosing methadone detox tx went goes go back returned return opinion second "
    "data route rep representative owner owns manager runs offices cleans deliveries delivers guard plays coach plan school daycare class classes degree plaintiff contract grower"
)
# Houses known everywhere whose name is no everyday word.
CHAINS = word_set(
    "walmart wal-mart walgreens costco cvs kroger publix meijer safeway heb h-e-b wegmans aldi lowes lowe's kohl's kohls macys macy's starbucks mcdonalds mcdonald's wendys wendy's chipotle doordash grubhub instacart "
    "ikea amazon fedex usps boeing raytheon lockheed halliburton verizon comcast geico allstate labcorp davita fresenius amedisys bayada lincare apria sedgwick concentra optumrx optum "
    "jbs tyson cargill hormel smithfield sysco aramark sodexo servicemaster petsmart petco autozone tjmaxx walgreen heb winco hy-vee wawa sheetz speedway chick-fil-a dunkin popeyes ihop applebees "
    "applebee's microsoft google tesla ibm exxon chevron conoco marriott hilton hyatt geisinger ochsner northwell montefiore intermountain upmc ucla ucsd uab mgh bidmc brigham hopkins langone"
)

# Words that name no particular organisation: "Emergency Department", "Skilled Nursing Facility", "General Surgery".
GENERIC = word_set(
    "the our this a an and or of for local outside county state community regional general national federal public private mental behavioral "
    "home health healthcare hospital medical center centre clinic outpatient inpatient emergency department urgent primary care family "
    "internal medicine surgery surgical pediatric pediatrics cardiology orthopedic orthopedics neurology oncology radiology pathology "
    "laboratory lab labs pharmacy nursing skilled facility rehab rehabilitation physical occupational therapy assisted living long term acute "
    "intensive unit icu ed er or snf ltac hospice palliative cancer heart women's children's veterans va school high middle elementary "
    "college university group associates system services institute infectious disease adult senior wound pain sleep dialysis urology "
    "gi ent ob gyn obstetrics gynecology psychiatry dermatology endocrinology nephrology pulmonary hematology rheumatology ophthalmology "
    "follow up plan history social past chief complaint patient discharge admission date name address insurance company review systems "
    "vital signs general appearance mr mrs ms dr visiting eye dental vascular spine stroke trauma burn transplant fertility "
    "interventional diagnostic advanced comprehensive ambulatory integrated bariatric geriatric geriatrics maternal fetal neonatal newborn perinatal plastic "
    "thoracic colorectal hepatology allergy immunology sports podiatry optometry audiology monday tuesday wednesday thursday friday saturday sunday weekly daily walk-in "
    "step-down med-surg mother-baby pre-op post-op same-day neurosurgery anesthesia anesthesiology radiation cath stepdown step down memory headache coumadin anticoagulation anticoag telemetry nuclear echo "
    "medication medications diagnosis impression assessment exam findings technique comparison indication clinical current recent hand air ground occ std"
)
# Where something is done, and no house: "Pain at Rest", "transferred to Recovery".
NOWHERE = GENERIC | word_set(
    "bedside baseline rest discharge home time night noon risk least most term birth work school lunch dinner breakfast bedtime onset triage recovery stepdown step "
    "down telemetry tele floor unit management weight coping skills group groups tower room bed shift goal max level stage grade grand rounds bible study bingo "
    "medicine surgery nursing preop postop intake registration screening observation obs holding overflow beds hallway lobby cafeteria chapel gym pool court probation parole "
    "mom dad mother father work-up workup diagnosis presentation evaluation consultation conference clinic visit appointment rehab course lift infusion chemo "
    "environmental maintenance security transport dietary nutrition housekeeping quality utilization case coordinator coordinators liaison navigator manager director chief "
    "hematology anesthesia orthopaedics orthopaedic vascular neurosurgery radiation imaging scan cath endoscopy echo stress lab nuclear procedure operating theatre theater "
    "christian catholic muslim jewish buddhist hindu mormon hispanic american african native english spanish medicare medicaid insurance self unknown none "
    "airway breathing circulation full code measures pressure awareness arrival delivery transfer completion conclusion initiation termination closure insertion removal site apex base entry exit departure beginning end bottom top present last learning education training orientation "
    "transitional pastoral spiritual campus central supply sterile multidisciplinary interdisciplinary diabetes labor delivery main direct reference patient request own little league fsa hsa hra baby boy girl infant iphone ipad android wellness internet email mail telephone phone video zoom facetime whatsapp mychart portal facebook google youtube tiktok careport perfectserve stretcher wheelchair gurney stand supine sitting"
)
# The last word of what is done, kept or decided within a hospital: "Central Supply", "Chart Review", "Interventional Suite".
FUNCTIONS = word_set(
    "response suite processing unit provider providers review committee swallow meeting rounds precautions prevention coordination desk records clerk coordinator resources relations affairs "
    "improvement assurance operations scheduling registration admitting billing intake triage evaluation assessment consult consultation visit report summary order orders screening check history plan "
    "goals protocol policy procedure procedures exam scan study discretion request approval level staff team room area station shift handoff huddle admission discharge transfer workup work-up list form "
    "forms checklist pathway bundle guideline guidelines criteria status results findings impression recommendations instructions instruction precaution isolation monitoring observation board campus nurse nurses counselor psychologist therapist physician physicians surgeon resident student attending van"
)
# Everyday words and surnames that clinics and offices of a hospital are called by: "Foot & Ankle Clinic", "Command Center".
TOPICS = word_set(
    "foot ankle hand wrist elbow shoulder hip knee back neck head face skin nail hair mouth jaw brain nerve blood cell marrow heart lung liver kidney stone stomach bowel bladder bone bones joint joints replacement breast hernia vein veins valve "
    "limb preservation spine spinal cord stroke burn wound healing sleep pain women men teen teens child adolescent youth young newborn baby infant mother mom birth birthing midwifery lactation feeding growth nutrition diet weight loss management "
    "fracture fall falls balance hearing voice swallowing swallow speech eye eyes ear nose throat sinus dry low high risk vision retina cornea glaucoma travel student employee employees staff faculty resident practice continuity gender health day same next fast track express "
    "quick walk-in walk bridge transition post-discharge pre-admission preadmission testing test tests access command call data cost learning crisis transfer recovery living donor survivorship survivor device devices robotic movement motion motility memory seizure "
    "genetic genetics counseling screening simulation patient patients financial poison control education support cancer tumor sickle nodule mohs opioid tobacco cessation smoking quit drug alcohol home house-call parent parents caregiver bereavement grief anger stress "
    "coping life skills job vocational work hardening conditioning exercise fitness wellness lifestyle prevention safety fall gait seating wheelchair amputee brace cast splint hand-therapy research trial trials study outreach community volunteer gift coffee parking information "
    "guest float pool bracelet admitting house supervisor nursing biomedical fluoroscopy tissue milk phlebotomy trauma nursery admissions lifeline organ procurement language line monitor advance directive swing bed infection technology materials "
    "engineering accounts advocate front night charge advisor sepsis ethics triage nurse mobile air core send out reference sterile seclusion isolation negative pressure resuscitation holding lounge release well code rapid response tumor ep iv picc echo cath lap wheel fall risk chart "
    "apheresis breastfeeding hyperbaric spasticity lymphedema infusion chemotherapy hemophilia welcome visitor conference business copy mail print supply distribution service services resource support group dependency partial day evening morning intensive observation short stay minor major general special specialty procedures procedure treatment room "
    "prosthetics orthotics prosthetic orthotic chemo bifida spina poison interpreter interpreting individualized rehabilitation driving needle syringe exchange post-anesthesia postanesthesia step-down stepdown meds delivery tele-sitter sitter adaptive aquatic concussion craniofacial cleft cystic scoliosis lipid anticoag coag hypertension kidney-stone syncope arrhythmia hernia reflux celiac crohns migraine botox tone tremor myositis sarcoid varicose incontinence menopause fertility contraception lactation colposcopy vasectomy circumcision tongue-tie feeding-team nicu-follow-up well-child sick ostomy enterostomal dietetic refugee asylum immunization vaccine vaccination flu shot dental-hygiene denture"
)
# The last word of such an office, a room or a thing there; a city's name ends so by chance alone.
OFFICES = word_set(
    "office supervisor engineering bank station nursery admissions control line tech directive directives mattress bed beds lift technology management accounts advocate charge advisor sepsis counseling procurement pool bracelet button bay "
    "lounge nurse clerk secretary sitter room desk area hall floor pod ward wards protocols services wheels chair cart pump monitor"
)
# Abbreviations of wards, procedures and states of health that no list has.
ABBREVIATED = word_set(
    "pcu sdu tcu imc imcu msu ldr ldrp ldrps iop php eus evd icp fna tcc osh ed er or ir mc hh nh asc opd opc ccu nsicu tsicu sicu mdu bhu phu pacu pcicu ticu "
    "lbp rlq llq ruq luq cva mva mvc uti sob dka nkda hfu pe dvt "
    "m-f mwf tts tths rn lpn md do np pa "
    "dtr npo dss aps cps ems bls als iv picc tlc cvc ivc svc rca lad lcx prn ama adl adls mar emar ehr emr cdc fda who aha acc ada acog acs nccn nhlbi "
    "ros hpi rom mmt iep cpr bvm hcp dpoa poa fmla ssdi ssi hmo ppo cob eob rtw loa los dol pod hod icd crt tavr esrd ckd chf cad afib rvr vfib nsvt tia cva "
    "acr eular idsa nih usp usda osha hipaa jcaho cms dot tsa uscis ice"
)
NOWHERE = NOWHERE | ABBREVIATED

_BEFORE = "north south east west new port fort lake mount mt san santa saint el los las la glen upper lower old"
_AFTER = "city falls springs beach heights valley hills grove creek island village township county harbor junction rapids bluffs ridge haven bay lake point town parish borough"
BEFORE = word_set(_BEFORE)
AFTER = word_set(_AFTER)
AFFIXES = BEFORE | AFTER
