"""More patterns: numbers of other registers and countries, exports, bad scans, transcription, further forms of addresses."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import date_checks as d
from cloister.phi import more_checks as m
from cloister.phi import validators as v
from cloister.phi.pattern_parts import DAY, DIRECTION, MONTH, ORD, Pattern, cue

_NUMBER = r"(?:[ \t]*#| ?(?:number|no|num|id)\b\.?)"
_NINETIES = r"(?i)(?:he|patient|pt|mother|father|wife|husband|mom|dad|who|'s| is| was| be|turned|turns|turning| now) (?:9\d|1[01]\d)(?:[.,;! \r\n]|$)"
_ROAD = r"(?:Street|Avenue|Road|Boulevard|Lane|Drive|Parkway|Turnpike|Pike|Highway|Ave|Rd|Blvd|Ln|Pkwy|Hwy|St)"
_NTH = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[- ]first)"
_COUNTED = "(?:fir|sec|thi|fou|fif|six|sev|eig|nin|ten|ele|twe)"  # how a number in words begins
_NINETY = r"(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|a) hundred(?:[- ](?:and[- ])?(?:one|two|three|four|five|six|seven|eight|nine|ten))?)"
# A letter that a scanner takes for a figure, among figures.
_SCANNED = (
    r"\d[OlI][\dOlI /.)-]|\d[OlI]\b|\b[OlI][\dOlI]?[ ]?[/-][ ]?[\dOlI]|\d[ ]?[-./)][ -]?[OlI][\dOlI]|\d [OlI][\dOlI]"
)
_D, _L = r"[\dOlI]{1,2}", r"(?:[OlI][\dOlI]?|\d[OlI])"
_Y, _YL = (
    r"(?:[12l][09O][\dOlI]{2}|[\dOlI]{2})",
    r"(?:[12][09]?O[\dOlI]{1,2}|l[09O][\dOlI]{2}|[12][09]\d?[OlI]\d?|[OlI][\dOlI]|\d[OlI])",
)
_S = "[ ]?[/-][ ]?"
_G2, _G3 = r"[\dOlI]{3}", r"[\dOlI]{4}"
_L2 = r"(?:[OlI][\dOlI]{2}|\d[OlI][\dOlI]|\d\d[OlI])"
_L3 = r"(?:[OlI][\dOlI]{3}|\d[OlI][\dOlI]{2}|\d\d[OlI][\dOlI]|\d{3}[OlI])"

MORE: tuple[Pattern, ...] = (
    # numbers of registers
    Pattern("licence", "number of a register beside a cue", cue(rf"(?:clia|gphc|gmc|nmc|hcpc|nmbi|mcrn|cpso|cnps|prc|caqh|lcs|rcn|gdc|hpcsa|imc){_NUMBER}?"), 0.88, v.identifier),
    Pattern("licence", "number after a credential", r"\b(?:LCSW|LMFT|LMHC|LPCC?|LMSW|LCS|PSY|RPh|CRNA|LVN|LPN|RN|NRP|EMT(?:-[BPI])?|RPSGT|RRT|LCGC|CGC|COTA|OTR|CST|CCP)[, \t]+(?:(?i:lic\.?|no\.?|#)[ \t]*)?([A-Z]{0,2}\d{5,9})\b", 0.75, v.identifier),
    Pattern("plan", "number of a health card beside a cue", cue(rf"(?:health ?card|health number|hcn|ohip|ramq|phn|chi|ihi|pps(?:n)?|philhealth|aadhaar|abha|ahv|medicare card|medi-cal(?: id)?|h&c){_NUMBER}?"), 0.9, v.identifier),
    Pattern("mrn", "record number in groups beside a cue", r"(?i)\b(?:mrn|mr|m\.r\.n\.|chart|hosp(?:ital)?|unit|record|nhs|chi|ur|fin|csn|har|enc|visit|encounter)\b\.?(?: ?(?:number|no)\b)?\.?[ \t]*[:#=]?[ \t]*#?[ \t]*((?:[A-Z] )?\d{1,6}(?:[ -]\d{2,6}){1,3}|[A-Z] \d{5,6})\b", 0.9, m.groups),
    Pattern("other-id", "number in groups beside a cue", r"(?i)\b(?:serial|s/?n|lot|lead|id|card|rx|claim|npi|acc(?:oun)?t|imei|mail)\b\.?(?: ?(?:number|no|num|sn)\b)?[ \t.:#=]*((?:(?-i:[A-Z]{1,4})(?:-?\d{1,9})? \d{3,9}|\d{1,9} \d{2,9})(?: \d{2,9}){0,3}(?-i: ?[A-Z])?)\b", 0.9, m.groups, sieve=r"(?i)\b(?:serial|s/?n|lot|lead|id|card|rx|claim|npi|acc(?:oun)?t|imei|mail)\b\.?(?: ?(?:number|no|num|sn)\b)?[ \t.:#=]*(?:[A-Z]+(?:-?\d+)? \d\d\d|\d+ \d\d)"),
    Pattern("vehicle", "registration of an aircraft", r"(?i:\b(?:tail|aircraft|helicopter|helo|n-?number)[ \t]*(?:#|number|no\.?|reg\.?)?)[ \t:#]*(N\d{1,5}[A-Z]{0,2})\b", 0.9),
    Pattern("device", "tag of a device", r"(?i)\b(?:asset|property|equipment|biomed|inventory)(?:[ \t]*tag)?(?:[ \t]*#| (?:number|no|id))?[ \t:#.]*((?-i:[A-Z]{1,6}-)?\d{4,10})\b", 0.85, v.identifier),
    Pattern("other-id", "code beside a cue", r"(?i)\b(?:portal|activation|access|verification|invitation|enrol?lment|proxy|wristband|band|gate|door|entry|lock-?box|override|alarm|pyxis|kiosk|check-?in|act|pick-?up)[ \t]+(?:code|id|no\.?|number|pin|#)[ \t]*(?:is|:|#|=)*[ \t]*((?-i:[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})+|[A-Z0-9]{4,12}))\b", 0.85, v.identifier),
    Pattern("other-id", "id of an export", r'"(?:id|_id|value|reference|key|identifier|fullUrl|uid|uuid)"[ \t]*:[ \t]*"([A-Za-z]{0,24}[/:-]?[A-Za-z0-9.-]*\d[A-Za-z0-9.-]*)"', 0.8, m.exported),
    # telephone
    Pattern("phone", "telephone number of a mobile abroad", r"\b0(?:7\d{3}[ -]?\d{3}[ -]?\d{3}|7\d{3}[ -]\d{6}|8[35679][ -]?\d{3}[ -]?\d{4}|9\d{2}[ -]?\d{3}[ -]?\d{4})\b", 0.85),
    # bad scans: O for 0, l and I for 1
    Pattern("phone", "telephone number, badly scanned", rf"\b(?:[2-9](?:[OlI][\dOlI]|\d[OlI])[-. ]{_G2}[-. ]{_G3}|[2-9]\d\d(?:\)[ -]?|[-. ])(?:{_L2}[-. ]{_G3}|\d{{3}}[-. ]{_L3}))\b", 0.8, m.scanned, sieve=_SCANNED),
    Pattern("date", "date, badly scanned", rf"\b(?:{_L}{_S}{_D}{_S}{_Y}|\d{{1,2}}{_S}(?:{_L}{_S}{_Y}|\d{{1,2}}{_S}{_YL}))\b", 0.85, m.scanned, sieve=_SCANNED),
    # dates
    Pattern("date", "two days of a month", rf"(?i)\b{MONTH}\.?[ \t]+{DAY}{ORD}?[ \t]*(?:&|and|to|-|through)[ \t]*{DAY}{ORD}?(?:,[ \t]*(?:19|20)\d\d|[ \t]+(?:19|20)\d\d)?\b", 0.93, d.month_name),
    Pattern("date", "year and month", r"\b((?:19[5-9]\d|20[0-4]\d)-(?:0[1-9]|1[0-2]))(?:[^0-9A-Za-z_/.-]|[.](?:[^0-9]|$)|$)", 0.75, m.year_month),
    # ages over 89
    Pattern("age", "age over 89 after a name", r"\b(?:[A-Z][a-z'-]+\"?|[A-Z]\.|[A-Z]) [A-Z][A-Za-z'-]+, (9\d|10\d|11\d)(?:[,;]|\.(?:[^0-9]|$))", 0.75, m.aged, sieve=r"[a-z], (?:9\d|1[01]\d)[,;.]"),
    Pattern("age", "age over 89 in words, between commas", rf"(?i)(?:, ?|\b(?:aged?|age is|turned|turning|is|was|nearly|almost) )({_NINETY})(?:[,.;)]|$)", 0.75, m.aged_words, sieve=r"(?i)(?:ninety|hundred)"),
    # places
    Pattern("street", "house number and street without its kind", r"\b(\d{3,5} (?:[NSEW]\.?|North|South|East|West) (?:[A-Z][a-z]{2,}|\d{1,3}(?:st|nd|rd|th)))(?:[,.;)\r\n]|$)", 0.75, m.house),
    Pattern("street", "rural address", rf"\b(?:(?:[NSEW]\d{{2,5}}(?:[ ]?[NSEW]\d{{2,5}})?|\d{{1,5}})[ \t]+(?:{DIRECTION}[ \t]+)?|(?i:on|off|at) )(?i:(?:County|State|Town|Township|Forest|Old|Private|Ranch|Farm)[ \t]+)+(?i:Road|Rd|Highway|Hwy|Route|Trunk|Line|Lane)\.?[ \t]+(?:[A-Z]{{1,2}}|\d{{1,4}})\b", 0.9),
    Pattern("street", "lot or space", r"(?i)[, ]((?:lot|spc|space|trlr|trailer|bldg|building|fl|floor|ph)\.?[ \t]*#?[ \t]*\d{1,4}[A-Z]?)\b", 0.7, m.unit, sieve=r"(?i)\b(?:lot|spc|space|trlr|trailer|bldg|building|fl|floor|ph)\.?[ \t]*#?[ \t]*\d"),
    Pattern("street", "street after a preposition", rf"\b(?i:on|at|off|near|along|down|from|corner of)[ \t]+((?:(?:[NSEW]\.?|North|South|East|West|Old|New)[ \t]+)?(?:[A-Z][a-z'-]+[ \t]+){{1,3}}{_ROAD})\b", 0.8, m.road, sieve=rf"[a-z'-][ \t]+{_ROAD}\b"),
    Pattern("zip", "ZIP code of a territory or a cell", r"\b(?:VI|GU|AS|MP|PR)[., |]+(\d{5}(?:-\d{4})?)\b", 0.9),
    Pattern("zip", "ZIP code after a State's cell", r"\b[A-Z]{2}[ \t]*[|\t][ \t]*(\d{5}(?:-\d{4})?)[ \t]*(?:[|\t\n]|$)", 0.85),
    Pattern("zip", "ZIP code of an export", r'(?i)"(?:postal_?code|zip_?(?:code)?)"[ \t]*:[ \t]*"?(\d{5}(?:-?\d{4})?)\b', 0.95),
    Pattern("organisation", "police or fire brigade of a town", r"\b(?i:bib|by|via|called|notified|from|per|to|with) ((?:[A-Z][a-z]+ ){1,2}(?:PD|FD|EMS|Police|Fire))\b", 0.8, m.brigade, sieve=r"[a-z] (?:PD|FD|EMS|Police|Fire)\b"),
    Pattern("organisation", "practice with its legal form", r"\b((?:[A-Z][A-Za-z'-]+,? (?:(?:&|and|the) )?){1,6}(?:PC|P\.C\.|PLLC|LLP|P\.A\.))(?:[^A-Za-z]|$)", 0.8, m.legal, sieve=r"[a-z],? (?:PC|P\.C\.|PLLC|LLP|P\.A\.)"),
    Pattern("organisation", "practice in Britain", r"\b((?:[A-Z][a-z'-]+ ){1,3}(?:Surgery|Medical Practice|Health Centre))(?:[,.;)\n]|$)", 0.75, m.practice, sieve=r"[a-z] (?:Surgery|Medical Practice|Health Centre)"),
    Pattern("name", "name, badly scanned", r"\b[A-Z][a-z]{2,}[01][a-z]+\b|\b[A-Z][a-z]+[01][a-z]{2,}\b", 0.6, m.scanned_word),
    Pattern("organisation", "practice after a preposition", r"(?:\b(?i:at|from|with|by|near|of|to|via|through)|[:,]) ((?:[A-Z][a-z']+ ){1,3}(?:Pediatrics|Dental|Dentistry|Orthodontics|Dermatology|Eyecare|Optometry|Family Medicine|Primary Care|Internal Medicine|Urgent Care|Imaging|Collaborative|Prep|Lube|Oaks|Pines|Specialty|Supply|Baptist|Methodist|Presbyterian|Lutheran|AME|Adventist))\b", 0.75, m.practice_at, sieve=r"[a-z] (?:Pediatrics|Dental|Dentistry|Orthodontics|Dermatology|Eyecare|Optometry|Family Medicine|Primary Care|Internal Medicine|Urgent Care|Imaging|Collaborative|Prep|Lube|Oaks|Pines|Specialty|Supply|Baptist|Methodist|Presbyterian|Lutheran|AME|Adventist)\b"),
    Pattern("organisation", "hospital or church of a common name", r"\b(?:Sacred Heart|Holy (?:Cross|Family|Name|Redeemer|Spirit|Trinity)|Our Lady of [A-Z][a-z]+(?: [A-Z][a-z]+)?|Good Shepherd|Mount (?:Carmel|Auburn)|Beth Israel|Cedars[- ]Sinai|Kings? Daughters|First (?:Methodist|Baptist|Presbyterian|Lutheran|Congregational))\b", 0.8),
    Pattern("organisation", "military base", r"\b(?:Naval (?:Base|Station|Hospital|Air Station)|Fort|Camp|Joint Base|Air Force Base|MCAS|NAS) [A-Z][a-z]+(?:[- ][A-Z][a-z]+)?(?: (?:AFB|Air Force Base))?\b|\b[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:AFB|Air Force Base|Army Hospital)\b", 0.7, m.base, sieve=r"Naval (?:Base|Station|Hospital|Air)|\b(?:Fort|Camp|MCAS|NAS) [A-Z]|Joint Base|Air Force Base|[a-z] (?:AFB|Army Hospital)"),
    Pattern("street", "British address", r"\b(\d{1,4}[a-z]? [A-Z][a-z]+(?: [A-Z][a-z]+)?),? (?:[A-Z][a-z]+,? ){1,3}[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b", 0.85, sieve=r"[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b"),
    Pattern("age", "age over 89 of a person", r"(?i)\b(?:(?:s?he|patient|pt|mother|father|wife|husband|grandmother|grandfather|mom|dad|who)(?:'s| is| was| will be| turned| turns| just turned| is now)?(?: now)?|will be|turns|turning|turned|about to be|going to be) (9\d|1[01]\d)(?:[.,;!]| (?:and|with|this|years|next|on|in)\b|\r?\n|$)", 0.8, m.of_person, sieve=_NINETIES),
    Pattern("other-id", "code of letters and digits", r"\b(?i:code|key|pin|id|username|login)\b[ \t]*[:#=]?[ \t]*([A-Z]{1,4}\d[A-Z0-9]{3,10}|\d{1,4}[A-Z][A-Z0-9]{3,10})\b", 0.75, m.code),
    Pattern("other-id", "number of a patient", r"(?i)\b(?:patient|pt|client|case|proband|donor)[ \t]*#[ \t]*(\d[\d-]{2,})\b", 0.8, v.identifier),
    Pattern("name", "initials of who typed", r"(?i:\b(?:transcribed|typed|dictated|entered|scribed)\b)[^\n]{0,30} by:? ([a-z]{2,3})[ \t]*(?:\r?\n|$)", 0.7, sieve=r" by:? [a-z]{2,3}[ \t\r]*(?:\n|$)"),
    Pattern("device", "serial number of a side", r"(?i:\b(?:s/?n|serial(?: (?:number|no))?))\.?[ \t:#]*(?i:r|l|right|left|ad|as|od|os)[ \t:]+((?-i:[A-Z0-9]{5,16}))\b", 0.85, v.device),
    Pattern("other-id", "letters and digits by turns", r"\b([A-Z]{0,4}\d{2,6}[A-Z]{1,3}\d{1,4}[A-Z]{1,3}\d{1,6}[A-Z]{0,2})\b", 0.7, m.by_turns),
    Pattern("licence", "licence number with letters", r"(?i:\b(?:dl|lic(?:en[sc]e)?)\b)[ \t:#.]*(?:[A-Z]{2} )?([A-Z]{0,4}[- ]?\d[\d-]{2,}[A-Z]?)\b", 0.85, v.identifier),
    Pattern("phone", "telephone number with strokes", r"\b[2-9]\d{2}/\d{3}/\d{4}\b", 0.85),
    Pattern("organisation", "charity of a church", r"\b(?:Lutheran|Catholic|Jewish|Methodist|Episcopal|Baptist|Presbyterian|United) (?:Social Services?|Charities|Family Services?|Community Services?|Family and Children's Services?|Children's Home|Refugee Services?)\b", 0.85),
    Pattern("organisation", "school of a number", r"(?i:\b(?:school|student|attends?|goes to|go to|grade(?:r)?|teacher|principal|at|from))\b[^.;\n]{0,24}? ((?:P\.?S|I\.?S|J\.?H\.?S)\.? ?\d{2,3})(?:[^0-9/%]|$)", 0.75, sieve=r"(?:P\.?S|I\.?S|J\.?H\.?S)\.? ?\d{2}"),
    Pattern("organisation", "prison or union of a number or a town", r"\b(?:FCI|USP|FMC|SCI|FDC) [A-Z][a-z]+(?: [A-Z][a-z]+)?\b|\b(?:IBEW|UAW|SEIU|UFCW|AFSCME|[A-Z][a-z]+ers) Local \d{1,4}\b", 0.8),
    Pattern("organisation", "service or charity of a place", r"\b(?:Visiting Nurse (?:Services?|Associations?)|Habitat for Humanity|Salvation Army|Boys (?:and|&) Girls Club|Planned Parenthood|Catholic Charities|Area Agency on Aging|Urban League|Humane Society|Red Cross)(?: of (?:the )?[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})?\b", 0.75, m.charity),
    Pattern("organisation", "service of a county", r"\b((?:[A-Z][a-z'-]+ ){1,3}(?:Sheriff's (?:Office|Dep(?:artmen)?t)|Police Dep(?:artmen)?t|Fire (?:Dep(?:artmen)?t|Rescue)|Ambulance|Correctional Facility|Detention Center|County Jail))\b", 0.8, m.practice_at, sieve=r"(?:Sheriff's [OD]|Police D|Fire [DR]|[a-z'-] Ambulance|Correctional F|Detention C|County J)"),
    Pattern("organisation", "house at a place", r"(?i:\b(?:discharged|transferred|admitted|moved|moving|returned|returning|accepted|lives|living|resides|residing|placement|resident)) (?:back )?(?:to|at|from|in|of) ((?:The )?[A-Z][a-z]+ (?:at|of|on) [A-Z][a-z]+(?: [A-Z][a-z]+)?)\b", 0.75, m.house_at, sieve=r"(?i:\b(?:discharged|transferred|admitted|moved|moving|returned|returning|accepted|lives|living|resides|residing|placement|resident)) (?:back )?(?:to|at|from|in|of) [A-Z]"),
    Pattern("street", "address in India", r"\b(?:No\.? ?|#|[DH]\.? ?No\.? ?|Plot (?:No\.? ?)?|Door No\.? ?)\d{1,4}[/-]?\w{0,4}, (?:\d{1,2}(?:st|nd|rd|th) (?:Cross|Main|Street|Block|Floor|Phase|Lane),? ?){0,3}(?:[A-Z][a-z]+ ){0,2}(?:Nagar|Colony|Layout|Road|Street|Marg|Block|Enclave|Vihar|Puram|Extension|Salai|Gardens|Society|Chowk)\b", 0.85),
    Pattern("street", "flat of a house", r"\b((?:Flat|FLAT|Apt|Unit) \d{1,4}[A-Z]?,? (?:[A-Z][a-z]+ (?:House|Court|Lodge|Heights|Tower|Mansions), )?)\d{1,4}[A-Z]? [A-Z]", 0.8, sieve=r"(?:Flat|FLAT|Apt|Unit) \d{1,4}[A-Z]?,? [A-Z\d]"),
    Pattern("city", "district of a city", r"\bDublin \d{1,2}W?\b", 0.8),
    Pattern("date", "quarter of a year", r"\bQ[1-4][ /-]?(?:(?:19|20)\d\d|'\d\d)\b", 0.8),
    Pattern("age", "age over 89 that somebody lived to", r"(?i)\b(?:lived (?:to|until)|made it to|celebrating (?:his|her)) (?:be )?(?:age )?(9\d|1[01]\d)\b", 0.85, m.of_person),
    Pattern("mrn", "number of a file with letters", r"(?i)\b(?:file|folio|our ref|your ref|chart|reg|uhid|cr|ip|op)\.?[ \t]*(?:no|number|#)?\.?[ \t]*[:#]+[ \t]*((?-i:[A-Z]{1,6})[/-]?\d{2,}(?:[/-][A-Za-z0-9]+)*)\b", 0.8, v.identifier),
    Pattern("plan", "number of a plan in small letters", r"(?i)\b(?:insurance|ins|payer|coverage|policy|medicaid|medicare)\b[^.;:\n0-9]{0,20} ((?-i:[a-z]{1,4}\d{4,}[a-z]?))\b", 0.8, v.identifier, sieve=r"[: ][a-z]{1,4}\d{4}"),
    Pattern("other-id", "number of a parcel", r"(?i)\b(?:fed-?ex|ups|usps|dhl|tracking|awb)\b[ \t]*(?:no|number|#|is)?\.?[ \t:#]*(\d{4} \d{4} \d{4}(?: \d{2,4})*|\d{10,22}|1Z[A-Z0-9]{16})\b", 0.85),
    Pattern("date", "day of birth beside a cue", r"(?i)\b(?:b-?day|birthday|d\.?o\.?b\.?)[ \t:]*(?:is |was |on )*(\d{1,2} \d{1,2} (?:19|20)?\d{2})\b", 0.85),
    Pattern("date", "day in words", rf"(?i)\b{_NTH} (?:day )?of {MONTH}\b(?:,? (?:19|20)\d\d)?|\b{MONTH} (?:the )?{_NTH}\b(?:,? (?:19|20)\d\d)?", 0.85, m.day_in_words, sieve=rf"(?i)(?:th|st|nd|rd) (?:day )?of [jfmasond]|\b{MONTH} (?:the )?{_COUNTED}"),
    Pattern("organisation", "hospital known everywhere", r"\b(?i:at|from|to|through|via|by) ((?:MD Anderson|Mayo Clinic|Cleveland Clinic|Johns Hopkins|Hopkins|Mass General|MGH|Brigham|Sloan Kettering|MSK|NYU Langone|Scott (?:&|and) White|Barnes-Jewish|Dana-Farber|Intermountain|Geisinger|Ochsner|Northwell|Montefiore|Moorfields|Great Ormond Street|Addenbrooke's|Cedars|Kaiser|Banner|Sutter)(?: [A-Z][a-z]+){0,2})\b", 0.8),
    Pattern("organisation", "saint of a school or a church", r"(?i:\b(?:preschool|school|daycare|church|parish|hospital|facility|attends|at|from)\b:?) ((?:St|Saint)\.? [A-Z][a-z]+)\b", 0.75),
    Pattern("mrn", "digits one by one beside a cue", r"(?i)\b(?:number|record|mrn|social|account|id|phone|policy)\b\W{0,4}(?:is |was )?(\d(?:[ -]\d){5,})\b", 0.85),
    Pattern("date", "day of a month in words", rf"(?i)\b(?:on|discharged|admitted|seen|since|until|by|due) (?:on )?the ({_NTH})(?:[,.;]|\r?\n|$)", 0.7, m.nth, sieve=rf"(?i) the {_COUNTED}[a-z -]{{0,12}}(?:th|st|nd|rd)(?:[,.;\r\n]|$)"),
    Pattern("street", "street of a number", r"\b\d{1,3}(?:st|nd|rd|th) (?:Ave|Avenue|Street|St|Blvd)\b\.?(?: (?:[NSEW]|[NS][EW])\b)?", 0.8),
    Pattern("name", "initials before a credential", r"(?:^|[ \t\n(-])((?:[A-Z]\.){2,3}),? (?:RN|MD|LPN|NP|PA-C|CNA|DO|PharmD|LCSW|LVN|DPT)\b", 0.75, m.initials, sieve=r"[A-Z]\.[A-Z]\.,? [A-Z]"),
    Pattern("other-id", "digits, letters and digits", r"\b\d{1,4}[-:]?[A-Z]{1,4}[-:]?\d{3,7}\b", 0.8, m.no_month, sieve=r"\b\d+[-:]?[A-Z]+[-:]?\d\d\d"),
    Pattern("city", "town before a British postcode", r"\b([A-Z][a-z]+(?:[ -][A-Z][a-z]+)*),? [A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b", 0.8, sieve=r"[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b"),
    Pattern("street", "highway of a number", r"\b(?i:on|off|along|near) ((?:State |US |County |Old )?(?:Route|Rte\.?|Highway|Hwy\.?) \d{1,3})\b", 0.75),
    # who dictated and who typed
    Pattern("name", "initials of who dictated and who typed", r"(?:^|\n|[ \t]{2})([A-Z]{2,4}[:/][a-z]{2,4}|[A-Z]{2,4}/MedQ)(?:[ \t]{2}|[ \t]*\r?(?:\n|$))", 0.75, m.initials, sieve=r"[A-Z]{2}[:/](?:[a-z]{2}|MedQ)"),
    Pattern("name", "initials beside a cue", r"\b(?i:initials?|initialed|by|pt|patient|mr|mrs|ms|dr|per|subject|programmed|signed|witness(?:ed)?)\.?[ \t]*:?[ \t]+((?:[A-Z]\.[ ]?){2,3})(?:[^A-Za-z]|$)", 0.75, m.initials),
)  # fmt: skip
