"""The wordings of the demo's discharge notes. Some hold harmless words that look like names: Foley, Parkinson, Graves."""
# ruff: noqa: E501  one wording on one line

from __future__ import annotations

OPENINGS = (
    "{title} {last}, {age}-year-old {sex}, admitted to {hospital} on {in_us} with {diagnosis}.",
    "DISCHARGE SUMMARY. Patient: {last}, {first}. MRN {mrn}. DOB {born_us}. Admitted {in_us}, discharged {out_us}. Dx: {diagnosis}.",
    "{first} {last} (MRN: {mrn}) was brought to {hospital} on {in_long} for {diagnosis}.",
    "Pt {last} {first}, {age} y/o {sex}, adm {in_short} d/c {out_short}, c/o {complaint}. Working dx {diagnosis}.",
    "Dear Dr. {doctor}, thank you for referring {title} {first} {last} of {city}, born {born_long}, whom we treated for {diagnosis}.",
    "Name: {first} {last} | Medical record no. {mrn} | Admit: {in_iso} | Discharge: {out_iso} | Attending: Dr. {doctor_first} {doctor}.",
    "This {age} yo {sex} from {city}, {state} presented on {in_us} with {complaint}; admitted by Dr. {doctor} for {diagnosis}.",
    "Re: {last}, {first}; DOB: {born_us}; Acct/plan {plan_no}. Seen at {hospital} between {in_us} and {out_us} for {diagnosis}.",
    "{title} {last}, known to our clinic, came through the emergency room of {hospital} on {in_long} because of {complaint}.",
    "Hospital course for {first} {last}, record {mrn}, room {ward}: admitted {in_short} under Dr. {doctor} with {diagnosis}.",
    "{last}, {first} - {age} years - {diagnosis}. Adm. {in_us}. Lives at {street}, {city}. PCP {doctor_first} {doctor}, MD.",
    "The patient, {first} {last}, SSN {ssn}, was transferred to {hospital} on {in_us} with {complaint} and {diagnosis}.",
)
COURSES = (
    "Length of stay {days} d, {labs} lab tests, {drugs} medications. {insulin} Foley catheter out on day 2, no fever since.",
    "{insulin} {a1c} Glasgow coma scale 15 throughout; Homans sign negative. Lasix and lisinopril continued.",
    "On the ward {he} improved slowly at first, {labs} blood tests in all. {a1c} No sign of Graves disease or Cushing syndrome.",
    "Labs drawn {labs} times. {insulin} {a1c} Ambulating with walker, pain 2/10, tolerating a diabetic diet.",
    "Treated with IV fluids and antibiotics; afebrile at {days} days. {insulin} Parkinson disease stable on Sinemet.",
    "Consult by Dr. {doctor}: continue current regimen. {a1c} BP 132/78, HR 74, sat 97% on room air.",
    "{He} received {drugs} different drugs over {days} days. {insulin} Wound clean and dry, Braden score 19.",
    "Course uneventful. {insulin} {a1c} Chest film clear, ECG in sinus rhythm, creatinine back to baseline.",
    "Seen by nutrition and by {doctor_first} {doctor}, RN, for foot care teaching. {a1c} Monofilament test reduced.",
    "Initially tachycardic, settled with fluids. {insulin} Crohn disease in remission, May-Thurner syndrome ruled out.",
)
PLANS = (
    "Discharged on {out_us} in stable condition.",
    "Follow-up with Dr. {doctor} in two weeks at the {city} clinic.",
    "Left the ward on {out_long}; visiting nurse to call {phone}.",
    "Plan: recheck glucose in 7 days, Dr. {doctor_first} {doctor} to adjust doses.",
    "To return to {hospital} if fever or blood sugar above 300.",
    "Released {out_short}; medication list mailed to {street}, {city}, {state} {zip}.",
    "Will see podiatry next month; results to {email}.",
    "Left on {out_us}, appointment already made with Dr. {doctor}.",
)
CONTACTS = (
    "Contact: {kin_word} {kin} at {kin_phone}.",
    "Patient can be reached at {phone}.",
    "{kin_word} {kin} {last} was informed and agrees.",
    "Home phone {phone}, e-mail {email}.",
    "Discussed with {his} {kin_word} {kin}, tel. {kin_phone}.",
    "Next of kin: {kin} {last} ({kin_word}), {kin_phone}.",
    "Insurance ID {plan_no}; call {phone} with questions.",
    "{title} {last} and {his} {kin_word} understand the plan.",
    "Spoke to {kin} ({kin_word}) on {out_us} by phone.",
    "No family in {city}; {he} asks us to ring {phone}.",
)
# For a stay that ended in death.
LAST_COURSES = (
    "{He} declined despite treatment. {insulin} {a1c} Family at the bedside; comfort measures only at the end.",
    "Intubated on day 1 in the ICU. {insulin} {labs} lab tests, {drugs} drugs given; Foley catheter in place.",
    "Rapid response called by {doctor_first} {doctor}, RN. {a1c} Resuscitation without lasting success.",
)
LAST_PLANS = (
    "Pronounced dead on {out_us} by Dr. {doctor}.",
    "Died in {hospital} on {out_long}.",
    "Time of death noted {out_short}, record {mrn} closed.",
)
LAST_CONTACTS = (
    "{kin_word} {kin} at {kin_phone} was informed.",
    "Next of kin: {kin} {last} ({kin_word}), {kin_phone}.",
    "Spoke to {kin} ({kin_word}) on {out_us} by phone.",
)
CLOSINGS = (
    "Dr. {doctor_first} {doctor}",
    "Signed electronically by {doctor}, {doctor_first} MD on {out_us}.",
    "Dictated {out_us}, {doctor} MD.",
    "cc: {doctor_first} {doctor}, MD, {city}.",
    "Thank you, {doctor}.",
    "Attending of record: Dr. {doctor}, {hospital}.",
    "End of summary.",
    "MRN {mrn}.",
)
FILLERS = (
    "The patient and family were taught to measure blood sugar before meals and at bedtime, and had no further questions.",
    "All questions were answered; diet, exercise and foot care were reviewed, and written instructions went home.",
    "No allergies known. Vaccinations up to date. Diet as before, activity as tolerated, no driving for one week.",
    "Condition at discharge was good, vital signs were normal, and the medication list was reviewed line by line.",
)
RELATIVES = ("daughter", "wife", "sister", "mother", "son", "husband", "brother", "father")
SITES = (
    "CITY General Hospital", "CITY Memorial Hospital", "CITY Regional Medical Center", "St. Agnes Hospital of CITY",
    "Mercy Medical Center", "CITY Community Hospital", "University Hospital CITY", "St. Luke Medical Center",
    "Good Samaritan Hospital", "CITY Veterans Hospital",
)  # fmt: skip
COMPLAINTS = (
    "shortness of breath", "chest pain", "dizziness", "blurred vision and thirst", "fever and cough", "a foot ulcer",
    "abdominal pain", "swelling of both legs", "weakness on the left side", "nausea and vomiting", "confusion",
    "a fall at home", "high blood sugar at home", "back pain", "palpitations",
)  # fmt: skip
INSULIN = {
    "No": "No insulin was needed.",
    "Steady": "Insulin left unchanged.",
    "Up": "Insulin dose was increased.",
    "Down": "Insulin dose was reduced.",
}
A1C = {"None": "HbA1c not measured.", "Norm": "HbA1c normal.", ">7": "HbA1c above 7.", ">8": "HbA1c above 8."}
# First three-digit code of each range of ICD-9-CM, and words for it; codes that begin with V or E count as 999.
CHAPTERS = (
    (0, "an infection"), (140, "a tumor under treatment"), (240, "a thyroid disorder"), (250, "uncontrolled diabetes"),
    (251, "a metabolic disorder"), (280, "anemia"), (290, "a mental disorder"), (320, "a neurological disorder"),
    (390, "heart disease"), (410, "acute coronary syndrome"), (420, "heart failure"), (430, "a stroke"),
    (440, "vascular disease"), (460, "pneumonia"), (490, "a COPD exacerbation"), (520, "a digestive disorder"),
    (580, "renal disease"), (630, "a complication of pregnancy"), (680, "cellulitis"), (710, "joint disease"),
    (740, "a congenital condition"), (780, "symptoms to be explained"), (800, "an injury"), (960, "a drug reaction"),
    (997, "a complication of care"), (999, "further care"),
)  # fmt: skip
