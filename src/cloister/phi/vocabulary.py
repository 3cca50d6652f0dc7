"""Hand-kept words that decide what stands around a name: titles, credentials, labels, relations, eponyms, brands."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


TITLES = word_set(
    "det cpl pvt msgr cmdr dr doctor mr mrs ms miss mister prof professor rev reverend fr ofc sgt sergeant capt captain lt col officer detective "
    "coach cmdr cpl pfc spc trooper deacon judge esq sr sra senor senora dra mme madame nurse pastor rabbi imam deputy drs messrs mx"
)
# Titles that are also everyday words: they need a capital after a lower-case or capital cue word.
WEAK_TITLES = word_set(
    "det cpl pvt coach deacon trooper doctor nurse officer detective judge miss fr lt col pastor sr rev deputy captain"
)
CREDENTIALS = word_set(
    "md do rn np pa phd dds dmd lpn msw lcsw lsw pharmd rph dpm od dpt pt ot otr slp rd crna cnm cna ma mbbs frcs facs facp "
    "facc mph psyd edd dnp aprn arnp fnp bsn msn lmft lpc lmsw rrt rt emt ccc-slp pa-c fnp-c np-c fnp-bc esq jr sr ii iii iv mba "
    "pgy cns cnp agnp pnp whnp acnp rdn ldn cde mhs ms bs frcp mrcp dvm ccrn "
    "mrcslt ccls ccc-a nrp rda rdh emt-b emt-p emt-i emt-a aemt nremt nrp paramedic ccemt-p fp-c cdces cdecs mpharm bpharm bcps bcop bcacp abpp abpp-cn ccht cht dabsm rpsgt rst rrt-nps "
    "cota pta aud cgc lgc rdms rdcs rvt cnmt lvn lcpc lpcc licsw lisw lcsw-c lcswa lgsw cadc ladc lcdc lcadc lmhc lmhp lpc-s bcba rbt bcpa cphq "
    "faap facog facep faans faan fapa fccp fasn facr fache facc fscai fhrs fesc frcpc frcsc frcpath frcr mrcgp mrcpsych mrcog mrcs mrcpch fcps mbchb mbbch bmbs bds bams bhms "
    "mdcm rmn rgn rpn pmhnp pmhnp-bc agacnp agacnp-bc agpcnp acnpc acnp-bc cpnp cpnp-ac ppcnp whnp-bc nnp nnp-bc aocnp cnor ocn cwocn cwon wocn chpn rnc rnc-ob rnc-nic ibclc cdn "
    "lcsw-r cctp ctrs cohn-s cohn-cm coc-n mt-bc atr-bc cls mls ascp cphon cpen ccap cdp"
)
RELATIONS = word_set(
    "dtr dtrs dghtr grand-dtr granddtr gdtr grand-daughter grand-son housemate roomie sib sibs kiddo kiddos grandkid stepmom stepdad classmate teammate coworker co-worker babysitter nanny hubby gf bf sis bro wife husband son daughter mother father mom dad sister brother spouse partner aunt uncle niece nephew cousin friend "
    "neighbor neighbour roommate girlfriend boyfriend fiance fiancee grandmother grandfather grandson granddaughter grandma "
    "grandpa stepson stepdaughter stepmother stepfather guardian caregiver caretaker sibling twin proxy contact "
    "auntie aunty granny gran nanna meemaw mawmaw pawpaw papaw abuela abuelo tia tio titi yiayia papou gramma gma gpa stepsis stepbro halmoni harabeoji bubbe zayde "
    "son-in-law daughter-in-law sister-in-law brother-in-law mother-in-law father-in-law ex-husband ex-wife ex-boyfriend ex-girlfriend children kids sons "
    "daughters sisters brothers siblings parents nieces nephews cousins grandparents grandchildren grandchild grandkids stepbrother stepsister widow widower godmother godfather mum child"
)
# Words after which a capitalised word that could be a name is taken as one.
PERSON_CUES = (
    word_set(
        "patient pt named name called attending surgeon physician provider pcp cardiologist neurologist oncologist radiologist "
        "pathologist psychiatrist pediatrician resident intern fellow hospitalist internist dermatologist urologist nephrologist "
        "anesthesiologist endoscopist proceduralist intensivist electrophysiologist perfusionist hygienist gastroenterologist pulmonologist endocrinologist rheumatologist therapist counselor dentist pharmacist "
        "midwife consultant technologist sonographer dictated transcribed signed cosigned by spoke cc attn attention dear re "
        "navigator sponsor adjuster preacher paralegal recorder client resident infant baby boy girl mother father interpreter chaplain supervisor manager teacher employer landlord "
        "hi hello hey thanks regards sincerely assistant anesthetist examiner reviewer author witness informant emergency "
        "verified paged notified texted emailed phoned tell ask told asked with per via regarding"
    )
    | RELATIONS
)
# A verb after a capitalised word at the start of a sentence tells a person.
PERSON_VERBS = word_set(
    "reports reported denies denied states stated says said complains complained presents presented was is has had "
    "endorses endorsed describes described lives lived works worked tolerated underwent continues continued remains "
    "appears appeared looks feels felt notes noted called calls wants wanted refuses refused asks asked takes took "
    "received came comes will would may can did does went agrees agreed admits admitted uses used smokes drinks walks "
    "ambulated slept ate understands verbalized declined requests requested needs needed returns returned arrived "
    "and who whose accompanied brought confirmed gave consented drove visited saw told discussed reviewed performed "
    "greeted answered opened sat stood lay agreed attends attended visiting lives stays plays enjoys helps helped manages manages drives bathes dresses signed dictated recommends recommended ordered prescribed examined explained evaluated advised"
)
PARTICLES = word_set("van von de del della der den di da la le du dos das san santa st bin ibn al el ter ten mac o'")
# Words of notes, forms and headings that some list also has as a surname: never part of a name by themselves.
STOP = word_set(
    "a an the and or but if in on at by to of for from with without as is was were are be been being am do does did has had have not no nor so "
    "than then that this these those there here he she it they we you i him her his hers them their its our your my me us who whom whose which what "
    "when where why how all any both each few more most other some such only own same too very can will just should would could may might must shall "
    "hi hello hey dear thanks thank please regards sincerely per via re cc pt patient patients name date time age sex dob mrn ssn id no yes none "
    "plan exam note notes report reports history physical assessment impression findings diagnosis diagnoses procedure indication comparison technique "
    "medications medication meds allergies allergy labs lab vitals vital signs social family past medical surgical review systems general neuro heent "
    "cardiac lungs lung heart abdomen abd ext extremities skin psych chest neck head eyes ears nose throat back pelvis rectal chief complaint hpi ros "
    "follow followup up follow-up call called seen spoke discussed admitted discharged transferred continue start stop hold check repeat return given "
    "left right bilateral upper lower acute chronic mild moderate severe normal abnormal positive negative stable alert oriented awake pain fever cough "
    "class stage grade score scale level room bed unit ward floor icu er ed or clinic hospital center department service services office insurance "
    "blue cross shield health care plan member group account phone fax cell home work email address street city state zip emergency contact employer "
    "male female man woman boy girl white black visit day night morning evening today tomorrow yesterday week weeks month months year years old new "
    "also after before during since until while status post stat daily bid tid qid prn po iv im sc sq mg mcg ml cc tab tabs cap caps dose unit units "
    "blood urine stool wound culture gram count cells cell counts result results pending done gave took sent paged received resting reviewed signed electronically dictated transcribed "
    "authenticated attending physician provider nurse surgeon assistant resident fellow consultant referring ordering performing primary page version "
    "if once twice about over under above below between through draft write summarize prepare reason request requested form record records number file "
    "type code total other unknown clear good fair poor well ok okay denies reports states notes lives works sees takes uses comes goes wife husband son daughter "
    "mother father sister brother mom dad aunt uncle friend partner spouse both she's he's it's i'm i'll i've we'll don't can't didn't isn't wasn't "
    "first second third last next one two three four five six seven eight nine ten high low long short small large wide big little early late "
    "walk walks eat sleep rest turn turned help need needs want wants make made use used take get got see saw say said tell told ask asked look looks "
    "consent risks benefits alternatives questions answered understanding informed discharge admission transfer referral consult consultation progress summary letter "
    "date/time subject sent copy attn attention fw fwd page pages end start resume renew refill refills pharmacy pager beeper ext extension "
    "witness witnesses date signature signed sign initials print title degree specialty npi dea license attached enclosed encl dear team colleague doctor "
    "draft approved final preliminary amended addendum corrected revised verified entered scanned faxed mailed key legend source site location facility "
    "agency campus building floor suite north south east west northeast northwest southeast southwest upstate downtown uptown "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun gi gu ent ob gyn er ortho renal cards neph pulm heme onc derm "
    "physical occupational speech therapy therapist respiratory nutrition dietary infectious disease palliative care team social work case management "
    "abd gen cv resp msk hct plt wbc rbc hgb bun cr chem lytes dispo sw pt/ot meds hx pmh psh fh sh ros pe cc hpi tx rx dx sx fx bx cx "
    "ms mr mrs dr miss prof sir madam ma'am "
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays"
)
# What follows an eponym: "Foley catheter", "Parkinson disease", "Glasgow coma scale".
EPONYM_HEADS = word_set(
    "pentad category correlation coefficient kappa regression distribution prior sampling correction bias transform estimator residuals plot trichrome ventilator ultrasound scanner stretcher transducer "
    "cerclage plication flexion extension pendulum pendulums strip strips hernia ulcer cyst cysts contracture stitch stent balloons monitor drainage pouch formula rule rules equation curve curves pathway incision line lines abscess bar patch card hump variant nails scar bunionectomy esophagectomy colectomy hemorrhoidectomy cardiomyotomy conduit balloon speculum dilator dilators "
    "trocar laparotomy stricturoplasty cardioplasty ia ib ic iia iib iic iiia iiib iiic iva ivb adl "
    "disease syndrome sign signs test catheter scale score scores phenomenon reflex criteria classification procedure operation "
    "repair maneuver manoeuvre palsy lymphoma sarcoma tumor tumour anemia anaemia bodies body cells cell stain tube drain "
    "fracture contracture sulcus ganglion node nodes nodule nodules esophagus oesophagus ulcer hernia ring rings line lines "
    "block tetralogy triad pouch position method index staging stage grade grading formula equation rule rules lens "
    "disorder chorea ataxia thyroiditis encephalopathy aphasia area artery vein valve shunt stent wire forceps retractor "
    "incision approach clamp needle blade splint brace bandage boot dressing traction curve murmur pulse breathing respirations "
    "respiration angina arrhythmia nephropathy glomerulonephritis purpura granulomatosis arteritis vasculitis spots plaques "
    "deficiency factor virus fever bacillus jelly pad agar solution lactate's gap questionnaire inventory assessment screen "
    "monitor lift hoyer walker boots osteotomy arthroplasty fundoplication anastomosis prosthesis mask bag filter port "
    "esophagogram splenomegaly calcaneal tendon space angle view views law effect cyst cysts duct ducts gland glands triangle "
    "canal foramen membrane plexus capsule loop tic tics paralysis exam examination ligament mellitus lymphadenopathy dystrophy "
    "hip joint arthropathy arthritis atrophy keratosis melanosis tarda anomaly malformation deformity kyphosis collar hose "
    "stockings stocking cannula catheters lesion amputation hook tuberosity tubercle prognosis risk nomogram calculator tool "
    "protocol regimen technique stitch suture sutures flap graft plan neuroma palsies sinus pupil pupils facies gait triangle diet vaccine exercises exercise coma staining crest "
    "point voltage compression distraction reservoir obturator biplane plates visual complex complexes wave waves stains tubercle tubercles myotomy monofilament monofilaments contraction contractions zone zones nomogram nomograms defect defects pins wires lamp smear papules tetrad "
    "airway circuit scoop sleeve strap straps lancet lancets immobilizer tape ointment cream lotion shampoo algorithm guideline guidelines survey checklist autoinjector pillow pillows insoles orthotic orthotics "
    "belt belts potentials appliance socks lenses clefts bump bunion treadmill tuck swallow trichrome "
    "retractors elevators rongeur rongeurs scissors curette curettes osteotome osteotomes reamers snare bougie bougies introducer sheath sheaths "
    "guidewire guidewires coils mesh screws implant implants sling slings dressings stapler staplers dynamometer pegboard cushion mattress orthosis "
    "screw seton ratio twitch wort pull-through ileostomy colostomy culdoplasty colpopexy granules trolley positions approaches dehiscence symbols extrication furcation ileoanal urethroplasty pyeloplasty gastrectomy hepaticojejunostomy cystoplasty vaginoplasty otoplasty rhinoplasty corpuscles islets fibers crypts fascia sulci bars blocker reagent medium fixative baffle plates manoeuvres equations regimens nomograms orthoses splints bandages casts gauze hydrogel powder powders inhaler inhalers pessary pessaries oxygenator microcatheter microcatheters cannulas "
    "consensus definition definitions modification modifications reimplantation microabscess microabscesses arcade trigone raphe commissure tenodesis antigen antigens antibody antibodies haplotype nomenclature osteochondrosis apophysitis pustules tabletop pads cages trays rods calipers goniometer inclinometer loupes lozenge lozenges mouthwash "
    "clamps cardioplegia trocars tracheostomy thermometer tonometer broth electrode electrodes keratometry laryngoscope endoscope colonoscope"
)
# Eponyms, brands, scales and drug names that are capitalised and are nobody in the room.
SAFE = word_set(
    "achilles jama rome parkinson parkinsons alzheimer alzheimers foley glasgow braden apgar hodgkin hodgkins crohn crohns graves hashimoto addison "
    "cushing barrett bell bells babinski romberg murphy mcburney rovsing homan homans kernig brudzinski phalen phalens tinel tinels "
    "lachman mcmurray spurling trendelenburg schober hoffman hoffmann chvostek trousseau virchow raynaud raynauds sjogren "
    "sjogrens behcet kawasaki takayasu wegener goodpasture henoch schonlein marfan ehlers danlos turner klinefelter down downs "
    "huntington huntingtons tourette tourettes wilson wilsons gaucher fabry pompe niemann pick picks lewy korsakoff wernicke "
    "guillain barre bickerstaff lambert eaton duchenne becker charcot marie tooth friedreich dupuytren colles smith's jefferson "
    "salter harris gartland garden weber lisfranc jones's bennett monteggia galeazzi hill sachs bankart meniere menieres "
    "hallpike dix epley weber's rinne snellen ishihara amsler kaposi ewing wilms burkitt paget pagets bowen merkel krukenberg "
    "gleason breslow clark clarks ann arbor dukes child pugh ranson alvarado wells geneva hestia chads framingham duke jones "
    "ottawa nexus canadian canada hamilton beck montreal moca mmse phq gad cage katz lawton barthel karnofsky ecog zubrod norton morse "
    "rankin hunt hess fisher killip forrester mallampati cormack lehane bishop ballard silverman tanner bristol boston "
    "hoyer jackson pratt penrose hemovac kocher mayo trendelenberg fowler fowlers sims lithotomy swan ganz hickman broviac "
    "groshong tenckhoff quinton shiley bivona dobhoff salem sump levin sengstaken blakemore minnesota yankauer ambu macintosh "
    "miller magill bougie doppler holter wenckebach mobitz stokes adams brugada wolff parkinson-white wpw kussmaul "
    "cheyne biot cheyne-stokes levine osler janeway roth quincke musset duroziez corrigan austin flint graham steell still's "
    "carvallo takotsubo prinzmetal dressler eisenmenger fallot ebstein blalock taussig fontan norwood glenn mustard ross bentall "
    "whipple billroth roux hartmann nissen heller toupet lichtenstein bassini mcvay shouldice hartman's kasai ladd meckel "
    "hirschsprung zenker mallory weiss boerhaave plummer vinson zollinger ellison rotor gilbert gilberts crigler najjar dubin "
    "johnson reye wilson's budd chiari caroli mirizzi ogilvie peutz jeghers lynch gardner turcot cowden cronkhite menetrier "
    "bartter gitelman liddle fanconi alport berger conn bright kimmelstiel tamm horsfall bence bowman henle gomori giemsa gram "
    "wright papanicolaou pap ziehl neelsen coombs kleihauer betke schilling schwann purkinje golgi betz broca brodmann "
    "sylvian rolandic willis monro magendie luschka galen heschl horner horners argyll robertson adie marcus gunn bielschowsky "
    "todd todd's jacksonian lennox gastaut dravet landau kleffner rasmussen west creutzfeldt jakob binswanger devic schilder "
    "arnold dandy walker erb klumpke volkmann legg calve perthes osgood schlatter sever scheuermann ponseti pavlik ortolani "
    "barlow galeazzi's baker bakers haglund morton freiberg kohler kienbock de-quervain quervain finkelstein hawkins neer jobe "
    "speed yergason cozen thompson simmonds ober thomas faber patrick gaenslen lasegue waddell oswestry womac kellgren "
    "lawrence outerbridge hepburn clutton epstein barr coxsackie norwalk ebola zika lyme rocky mountain lassa marburg hantavirus "
    "pontiac legionella koplik forchheimer nikolsky auspitz koebner gottron heberden bouchard janeway's beau mees muehrcke "
    "terry lindsay wickham fitzpatrick wood's woods tzanck mohs steri steri-strip vicryl monocryl prolene ethibond dermabond "
    "tegaderm kerlix ace coban xeroform aquacel mepilex silvadene betadine chloraprep hibiclens robitussin "
    "tylenol motrin advil aleve lipitor crestor zocor norvasc lasix coreg lopressor toprol plavix eliquis xarelto coumadin "
    "lovenox heparin brilinta effient entresto aldactone diovan cozaar zestril prinivil vasotec hyzaar benicar micardis bumex demadex "
    "lantus humalog novolog levemir tresiba toujeo basaglar ozempic wegovy mounjaro trulicity victoza byetta januvia jardiance "
    "farxiga invokana glucophage glucotrol amaryl actos synthroid levoxyl prilosec nexium protonix prevacid pepcid zantac "
    "reglan zofran phenergan compazine colace senna miralax dulcolax imodium lomotil pepto maalox mylanta tums carafate "
    "percocet vicodin norco lortab oxycontin dilaudid morphine ms-contin ultram toradol celebrex mobic neurontin lyrica flexeril "
    "zanaflex robaxin soma valium ativan xanax klonopin ambien lunesta restoril zoloft prozac paxil lexapro celexa effexor "
    "cymbalta wellbutrin remeron trazodone elavil pamelor seroquel risperdal zyprexa abilify geodon haldol latuda lithium "
    "depakote lamictal keppra dilantin tegretol topamax trileptal vimpat aricept namenda sinemet requip mirapex adderall "
    "ritalin concerta vyvanse strattera augmentin amoxil zithromax z-pak zpak cipro levaquin avelox bactrim septra keflex ancef "
    "rocephin maxipime zosyn unasyn merrem invanz vancocin flagyl cleocin diflucan macrobid valtrex zovirax tamiflu paxlovid "
    "veklury albuterol proventil ventolin proair xopenex atrovent combivent duoneb spiriva advair symbicort dulera breo trelegy anoro "
    "singulair claritin zyrtec allegra benadryl flonase nasonex afrin mucinex sudafed medrol deltasone solu-medrol decadron "
    "humira enbrel remicade rituxan stelara cosentyx dupixent plaquenil imuran arava otezla xeljanz rinvoq prolia fosamax boniva "
    "reclast epogen procrit aranesp neupogen neulasta venofer feraheme injectafer viagra cialis flomax proscar avodart "
    "detrol ditropan vesicare myrbetriq premarin estrace depo-provera depo mirena nexplanon nuvaring plan-b ortho yaz "
    "gardasil shingrix prevnar pneumovax boostrix adacel fluzone moderna pfizer biontech janssen novavax narcan suboxone "
    "subutex methadone vivitrol antabuse chantix nicorette nicoderm keytruda opdivo herceptin avastin taxol taxotere gleevec "
    "revlimid velcade femara arimidex tamoxifen lupron casodex xtandi zytiga ibrance tagrisso foley's "
    "medtronic abbott stryker zimmer depuy biotronik guidant medicare medicaid tricare hipaa covid sars influenza "
    "caucasian hispanic nonhispanic latino latina asian african american european white black english spanish french german italian chinese "
    "japanese korean vietnamese russian arabic portuguese hindi mandarin cantonese tagalog creole haitian mexican indian "
    "christian catholic jewish muslim protestant jehovah jehovah's baptist methodist lutheran buddhist hindu mormon "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february "
    "march april may june july august september october november december christmas easter thanksgiving halloween "
    "google facebook zoom youtube netflix uber lyft excel epic cerner meditech allscripts athena mychart "
    "roman chiari's valsalva heimlich credes leopold pinard naegele mcroberts zavanelli rubin woods' kegel lamaze braxton hicks "
    "hegar chadwick goodell bartholin skene nabothian cooper sonata peyronie peyronies bristow latarjet maze cox ommaya "
    "ringer ringers lactated celsius fahrenheit kelvin newton rh rhesus duffy kell kidd lewis lea bombay mantoux quantiferon "
    "likert wong baker's flacc richmond agitation sedation ramsay riker cam-icu ciwa clinical columbia edinburgh vanderbilt conners "
    "denver bayley wechsler stanford binet rorschach minnesota's hare stroop boston's zung yale brown obsessive "
    "velcro tylox port-a-cath kangaroo zoll lifepak lucas hoveround bipap cpap miami philadelphia aspen lidoderm voltaren "
    "bengay vaseline neosporin ensure glucerna boost jevity osmolite nepro pediasure pedialyte gatorade similac enfamil "
    "lipton coca cola pepsi starbucks mcdonald's walmart walgreens cvs costco "
    "roux-en-y t-tube y-graft x-ray bard cook gore-tex dacron teflon silastic marlex watchman mitraclip tavr impella "
    "micra reveal linq carelink latitude merlin cardiomems lvad heartmate heartware ecmo prisma baxter fresenius dexcom libre "
    "freestyle omnipod minimed accu-chek onetouch contour hgb kocher-langenbeck fournier mondor sweet stevens-johnson "
    "hurthle sertoli leydig brenner warthin reed sternberg auer howell jolly heinz pappenheimer dohle barr pelger huet "
    "birbeck kupffer paneth clara goblet langerhans hassall peyer brunner meissner auerbach oddi vater wirsung santorini "
    "stensen wharton cloquet poupart scarpa camper colles' buck denonvilliers gerota morison retzius bogros zuckerkandl "
    "treitz douglas bauhin hesselbach petit grynfelt spieghel spigelian littre richter amyand pantaloon "
    "calot veress trocar hounsfield omnipaque isovue visipaque gadavist fleischner nottingham kenalog resmed respironics philips yahr hoehn scientific kcl nacl nph braden morse norton aquacel duoderm allevyn tegaderm optiray versed fentanyl propofol ketamine zemuron marcaine exparel sensorcaine lidocaine suprep golytely moviprep nulytely dulcolax carafate creon zenpep welchol zetia vytorin tricor niaspan lovaza vascepa repatha praluent nexletol jehovahs medicaid aetna cigna humana kaiser anthem bcbs unitedhealthcare uhc wellcare molina centene optum tricare modic debrox phos diurese synthes gravida para perrla eomi heent serosanguinous serosanguineous perrl nad ctab rrr mrg ntnd bbs cta nkda nka gehrig lou ascvd meld sofa apache qsofa sirs curb psi perc heart timi grace cha2ds2-vasc has-bled stop-bang berlin epworth"
)
# English words that are first of all names when capitalised in the middle of a sentence.
UNSAFE = word_set(
    "john jack nick patty jenny james maria thomas nancy ruth timothy frank anna jerry patrick peter marie douglas henry carl ann roger heather terry jean "
    "willie benjamin kelly harry billy louis tammy jane randy bobby bonnie clarence johnny jimmy tony mike allen glenn sheila kyle charlotte "
    "troy clara marcus tom bertha veronica sally derrick ana hector brent charlie beth marc ben brad colleen viola nelson ken bob "
    "toni shelly stuart lindsay geneva joey marguerite molly blanche rickey kelvin pam lucas benny noel angelica levi nicolas christie josh "
    "phil otto teddy jess deloris abigail celeste chuck patrica rod quinton mollie rob lou susanne curt marcel ester kris graham lea riley eddy maxwell "
    "victor martin lawrence jackson logan mavis henrietta maude roberta thelma elsie "
    "aldo alexander allison althea armin blanca bruno camila charley claude dana diane didier dion enos estelle evan florentina hana hannah joseph kassia "
    "laurence laurent laurine leif leon lian lior lynn maren mariana mary mirna mona nadine nico nila norman omar paul pilar rehan richard rosa sabina "
    "scott siegfried thea theo tino vera yasmin "
)
# Surnames that are seldom anything else.
UNSAFE_LAST = word_set(
    "smith jones johnson davis jackson harris martin thompson nelson morris collins richardson anderson thomas rogers bailey peters stephens howard hughes khan li xu chang wong tang yang silva diaz levy katz weiss haas shah gill begum mora leal stein chin "
    "andersen azar bartlett berna blackburn bunnell carwin casper chen chuang corwin cullins curley dagan dearing dinh diskin dolin duran durand eisen elam "
    "ellis ellman euler evans fabre faure finlay fitzgerald frisbee gadd gallo gallus gebauer geng gilberti goldberg hagedorn hao hedinger henning heumann "
    "heyman heymann horsfall huai huang huong imeson kalinin kalma kelch kendrick kumari landin llorens llorente loder lombard mays mecom monnier mori "
    "morin moureau musa nagase nicol noha palmeri paterson qian qiao rana rosenthal ross russell ruvalcaba saar schmid schwartz serra shao shea shen sheng "
    "siebold siegfried sigman spiegel steigerwald stevens sustaire tachibana tate tian tillman tosic tran vadim weimer wurster xiang xiao xing zein zhong "
)
# Towns that the dictionary of drugs holds as a word of medicine.
TOWNS = word_set("haverhill klamath lorain moab newcastle pittsburgh yakima")
# What a list has as a surname or a given name and a note has as something else.
NOBODY = word_set(
    "engl chem clin exp natl http https www localhost gov url spiro sero traceback stderr stdout kubectl pytest "
    "tka tha acdf plif tlif turp cabg pmhx pshx fhx shx pmh psh toyota camry corolla honda hyundai nissan mammo sono pathol preop postop intraop mammo sono pathol preop postop intraop iia iib iic iid iiia iiib iiic iva ivb dob yo qd qhs rx dx hx sx tx fx med meds pharm lbs approx info admin appt labs temp neg pos tele echo vitals resp cardio neuro gyn onc uro endo "
    "abx sats tabs caps ok prn mam refill refills inr bmp cmp cbc ekg ecg eeg emg mri cta ct pet sob cp uti copd chf cad dm htn hld gerd ibs ibd tia cva dvt pe mi bibems biba disch vanc levo anes rehab doula appts eval evals consults psych ortho peds derm cath procal trop lytes pulm nephro optho doulas zosyn "
    "adl adls bid tid labwork pharmd kcl mets nka clinicals vax wfl wbat nonweightbearing normocephalic atraumatic anicteric cannulated dexa auroc sbar ttwb nwb fwb prom arom rass chole perio nsvt pacu bcc scc hla appy lap ercp mrcp tavr sicu micu nicu picu "
    "abg acei adhd afib afp als aml ams aox aprn aptt ards avh avr bca bcx bka ble bmt bnp bpd bph bpp ccb ccu cdiff "
    "cea cigs ckd cll cmv cna crp ctap ctpa cvicu cvl cvst cxr dcis dfu dka dlbcl dme dmt dni dnr ebl ebv ega egd "
    "esbl esr esrd etoh ffp gbm gbs gcs gdm gdmt gfr gtt gvhd hbv hcc hcp hct hcv hdl hfa hfpef hfref hha hhs hiv hpi "
    "hsct hsv iadl icd icu iddm iph irf iugr ivc ivcd ivdu ivf ivp ivpb lami lbbb lbo lcis lcx ldl lft lfts lle llq "
    "lmp lpn ltac ltach ltb ltc ltcs luq lvef maoi mci mcv mdd mdi mibi molst mra mrsa mssa mvr ncv ngt nhl niddm "
    "nihss nmrg nsclc nsr nst nstemi nsvd nyha ogt ophtho orif pacs pasp pci pcp pda picc plt pmd pna poa polst ppi "
    "ppn pprom prbc prbcs probnp psa ptsd ptt pvc pvcs pvd qam qbl qid qod qpm rbbb rbc rca rcc rdw rle rlq rsv ruq "
    "rvr rvsp sbo sclc scz sdh slp snf ssri stemi svc svd svt tachy tbi tni tnk tpa tpn trach tsh tte ucx vbac vbg "
    "vna vre vzv wbc wnl xrt "
    "abdo abgs accu accucheck accuchecks acyc albumins albut alks amio amlo ammonias ampho amps antalgic anterolisthesis anticoag anticoags apix apneic "
    "appendiceal areflexic ascitic asystolic atelectatic atorva azith azithro backslab bacteremic bcid bedbound bedrest benzos bicornuate bilat "
    "biledrain bilis blanchable bloodwork bmi bnps bolused boluses bolusing bronched bupe cabged cachectic caliectasis calor canalicular cathed cavitary "
    "cbg cbgs cefaz cefep cefox ceftaz ceftri cga chairbound chfe circ circed clinda cmps cnas coags coapted colos comedones commissural coumadinized creat "
    "cremasteric crepitus crosscover crps csicu ctas cxrs cysto dapto dayshift dced debrided decannulate defervesced dermatomal desat desats desatted "
    "discont diuresed diuresing dnar dobut dopplers dorsiflexed dorsiflexion ecchymotic ectatic edu educ egds emdr endos enox ependymal erta esrs etomi "
    "extub extubated fena fent flds fluoro fsbg fsbgs fup glabellar glip gluc glucs groundglass gyri hapto haptos hcpoa hcts hemolyzed heparinized hepb "
    "hgbs hivs homebound homicidality husb hygroma hypergly hyperk hypogly hypok hypona hypotn ical icteric indep infraspinatus inotrope inotropes instent "
    "integ intertriginous intub intubated irrig keratotic ketam kphos kyphotic labet lacts ldh leadless levothyrox lichenified lisin listhesis livedo lkn "
    "lkw lmca lmom lordotic lvm lysed mentating metf metop milrinone mivf mpoa multip multips myotomes nacl nbnb ncat nebbed neph neuraxial neurosurg "
    "ngts nicard nightshift nodularity nonblanchable nonrebreather norepi ntg nttp nullip nulliparous nullips octreo odynophagia oedema oesophagus olanz "
    "ondans opacified ophth oselt osmophobia osms ostial oximetry panniculus paracolic pbw pelvocaliectasis periop permacath permcath phenyl phlegmon "
    "plantarflexed plantarflexion plts pneumobilia poct postmeds postvoid prava preeclamptic prelim preround pressor pressors presyncopal presyncope prev "
    "primip primips prns proband prognathic proph pseudomonal psurghx pulseless quants quetia rebolused reeval regurgitant reintubated resched resorbed "
    "resus retics retrolisthesis rhonchorous rocur rosuva rsbi rubor rugae rvp sarcomatous savr sched serpiginous signout signouts simva stented "
    "grp aide physiatry refd emp thymo handprints birthdate birthplace lic msgr sux remi dura path i'd he'd she'd they'd we'd you'd bro navy army god chiro det cmdr addr soc glu chol hdlc ldlc iga ige igg igm vit maint precert hfnc nippv cpap enroute onscene ctx interp crt ara neo neos ddx "
    "txp bkfst coord mbr bday imm colpo colpos gonio drsg mgmt inj deb adm'd unk payor recert prosector inpt outpt pplat tsat utox neurovasc vasc emerg "
    "loc dir auth rtc rqst ehr emr xfer onscn ptcont dsch qual lac lacs c'd chevy "
    "scds jps gmlos cxs fhts bcxs jp hmw lmw anc plts picu dest "
    "stenting stepdown stim subluxed subscapularis suct suicidality summarise summarised supps supv symm tachypneic tapse tapses tazo tcurrent telehealth "
    "teletriage televisit ticu titr tmax tobra trached trazo trended trops tsats tylenols uas ucreat ultras uop uprot valgan vanco vaso vbgs venti vents "
    "vernix vitk wbcs weightbearing wheelchairbound xrays zosyns bili hypomag hypophos hypocal hyperphos hypermag mediport portacath wais wisc rph ofc mag aks endoscopist proceduralist perfusionist hygienist intensivist electrophysiologist foosh inogen rosary "
)
# No geographic unit below a State; as a given name ("Georgia", "Jordan") a word of these stays a name.
NATIONS = word_set(
    "afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahamas bahrain bangladesh barbados belarus belgium belize benin "
    "bhutan bolivia bosnia botswana brazil bulgaria burma burundi cambodia cameroon canada chile china colombia congo croatia cuba cyprus czechia denmark "
    "ecuador egypt england eritrea estonia ethiopia fiji finland france gabon gambia georgia germany ghana greece grenada guam guatemala guinea guyana haiti "
    "holland honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan jordan kazakhstan kenya korea kosovo kuwait laos latvia "
    "lebanon liberia libya lithuania luxembourg macedonia madagascar malawi malaysia mali malta mauritania mauritius mexico micronesia moldova mongolia "
    "montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru philippines "
    "poland portugal qatar romania russia rwanda samoa scotland senegal serbia singapore slovakia slovenia somalia spain sudan suriname swaziland sweden "
    "switzerland syria taiwan tajikistan tanzania thailand tibet tobago togo tonga trinidad tunisia turkey turkmenistan uganda ukraine uruguay uzbekistan "
    "venezuela vietnam wales yemen zambia zimbabwe britain europe africa asia america"
)
STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID",
    "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA",
    "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS",
    "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ",
    "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH",
    "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC",
    "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
STATE_CODES = frozenset(STATES.values()) | {"DC", "PR"}
