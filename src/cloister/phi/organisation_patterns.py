"""Organisations that a pattern tells: employers, practices, brigades, schools, charities; all others are found by ``place_rules``."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import organisation_checks as c
from cloister.phi.pattern_parts import Pattern

# Houses that everyday words or eponyms are called like: an employer where somebody works there.
_EMPLOYERS = (
    r"(?:Target|Wal-?mart|Costco|Walgreens|CVS|Rite Aid|Kroger|Safeway|Publix|Aldi|Fed-?Ex|UPS|USPS|Amazon|Starbucks|McDonald'?s|Burger King|Wendy'?s|Subway|Chipotle|Home Depot|Lowe'?s|Trader Joe'?s|Whole Foods|Best Buy|IKEA|Macy'?s"
    r"|Kohl'?s|Boeing|Ford|Tesla|Toyota|Honda|Google|Microsoft|Apple|Intel|IBM|Dell|Verizon|Comcast|Chase|Wells Fargo|Citibank|Geico|Allstate|State Farm|Delta|Southwest|Amtrak|Tyson|Cargill|Pepsi|Coca-Cola|Nike|Gap|Dollar General|Dollar Tree"
    r"|Family Dollar|7-Eleven|Shell|Exxon|Chevron|Uber|Lyft|DoorDash|Kaiser|DaVita|Fresenius|Aetna|Humana|Cigna)"
)

ORGANISATIONS: tuple[Pattern, ...] = (
    Pattern("organisation", "employer", rf"\b(?i:work(?:s|ed|ing)?|employed|job|hired|fired|manager|cashier|clerk|driver|stocker|barista|nurse|pharmacist|engineer|shift)\b[^.;\n]{{0,24}}?\b(?i:at|for|by) ({_EMPLOYERS})\b", 0.85, sieve=rf"\b(?i:at|for|by) {_EMPLOYERS}\b"),
    Pattern("organisation", "hospital of children", r"\b([A-Z][a-z]{3,} Children's)(?:[),.;\n]|$)", 0.75, c.of_children),
    Pattern("organisation", "police or fire brigade of a town", r"\b(?i:bib|by|via|called|notified|from|per|to|with) ((?:[A-Z][a-z]+ ){1,2}(?:PD|FD|EMS|Police|Fire))\b", 0.8, c.brigade, sieve=r"[a-z] (?:PD|FD|EMS|Police|Fire)\b"),
    Pattern("organisation", "practice with its legal form", r"\b((?:[A-Z][A-Za-z'-]+,? (?:(?:&|and|the) )?){0,5}[A-Z][A-Za-z'-]*[a-z],? (?:PC|P\.C\.|PLLC|LLP|P\.A\.))(?:[^A-Za-z]|$)", 0.8, c.legal, sieve=r"[a-z],? (?:PC|P\.C\.|PLLC|LLP|P\.A\.)"),
    Pattern("organisation", "practice in Britain", r"\b((?:[A-Z][a-z'-]+ ){1,3}(?:Surgery|Medical Practice|Health Centre))(?:[,.;)\n]|$)", 0.75, c.practice, sieve=r"[a-z'-] (?:Surgery|Medical Practice|Health Centre)"),
    Pattern("organisation", "practice after a preposition", r"(?:\b(?i:at|from|with|by|near|of|to|via|through)|[:,]) ((?:[A-Z][a-z']+ ){1,3}(?:Pediatrics|Dental|Dentistry|Orthodontics|Dermatology|Eyecare|Optometry|Family Medicine|Primary Care|Internal Medicine|Urgent Care|Imaging|Collaborative|Prep|Lube|Oaks|Pines|Specialty|Supply|Baptist|Methodist|Presbyterian|Lutheran|AME|Adventist))\b", 0.75, c.practice_at, sieve=r"[a-z] (?:Pediatrics|Dental|Dentistry|Orthodontics|Dermatology|Eyecare|Optometry|Family Medicine|Primary Care|Internal Medicine|Urgent Care|Imaging|Collaborative|Prep|Lube|Oaks|Pines|Specialty|Supply|Baptist|Methodist|Presbyterian|Lutheran|AME|Adventist)\b"),
    Pattern("organisation", "hospital or church of a common name", r"\b(?:Sacred Heart|Holy (?:Cross|Family|Name|Redeemer|Spirit|Trinity)|Our Lady of [A-Z][a-z]+(?: [A-Z][a-z]+)?|Good Shepherd|Mount (?:Carmel|Auburn)|Beth Israel|Cedars[- ]Sinai|Kings? Daughters|First (?:Methodist|Baptist|Presbyterian|Lutheran|Congregational))\b", 0.8),
    Pattern("organisation", "military base", r"\b(?:Naval (?:Base|Station|Hospital|Air Station)|Fort|Camp|Joint Base|Air Force Base|MCAS|NAS) [A-Z][a-z]+(?:[- ][A-Z][a-z]+)?(?: (?:AFB|Air Force Base))?\b|\b[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:AFB|Air Force Base|Army Hospital)\b", 0.7, c.base, sieve=r"Naval (?:Base|Station|Hospital|Air)|\b(?:Fort|Camp|MCAS|NAS) [A-Z]|Joint Base|Air Force Base|[a-z] (?:AFB|Army Hospital)"),
    Pattern("organisation", "charity of a church", r"\b(?:Lutheran|Catholic|Jewish|Methodist|Episcopal|Baptist|Presbyterian|United) (?:Social Services?|Charities|Family Services?|Community Services?|Family and Children's Services?|Children's Home|Refugee Services?)\b", 0.85),
    Pattern("organisation", "school of a number", r"(?i:\b(?:school|student|attends?|goes to|go to|grade(?:r)?|teacher|principal|at|from))\b[^.;\n]{0,24}? ((?:P\.?S|I\.?S|J\.?H\.?S)\.? ?\d{2,3})(?:[^0-9/%]|$)", 0.75, sieve=r"(?:P\.?S|I\.?S|J\.?H\.?S)\.? ?\d{2}"),
    Pattern("organisation", "prison or union of a number or a town", r"\b(?:FCI|USP|FMC|SCI|FDC) [A-Z][a-z]+(?: [A-Z][a-z]+)?\b|\b(?:IBEW|UAW|SEIU|UFCW|AFSCME|[A-Z][a-z]+ers) Local \d{1,4}\b", 0.8),
    Pattern("organisation", "service or charity of a place", r"\b(?:Visiting Nurse (?:Services?|Associations?)|Habitat for Humanity|Salvation Army|Boys (?:and|&) Girls Club|Planned Parenthood|Catholic Charities|Area Agency on Aging|Urban League|Humane Society|Red Cross)(?: of (?:the )?[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})?\b", 0.75, c.charity),
    Pattern("organisation", "service of a county", r"\b((?:[A-Z][a-z'-]+ ){1,3}(?:Sheriff's (?:Office|Dep(?:artmen)?t)|Police Dep(?:artmen)?t|Fire (?:Dep(?:artmen)?t|Rescue)|Ambulance|Correctional Facility|Detention Center|County Jail))\b", 0.8, c.practice_at, sieve=r"(?:Sheriff's [OD]|Police D|Fire [DR]|[a-z'-] Ambulance|Correctional F|Detention C|County J)"),
    Pattern("organisation", "house at a place", r"(?i:\b(?:discharged|transferred|admitted|moved|moving|returned|returning|accepted|lives|living|resides|residing|placement|resident)) (?:back )?(?:to|at|from|in|of) ((?:The )?[A-Z][a-z]+ (?:at|of|on) [A-Z][a-z]+(?: [A-Z][a-z]+)?)\b", 0.75, c.house_at, sieve=r"(?i:\b(?:discharged|transferred|admitted|moved|moving|returned|returning|accepted|lives|living|resides|residing|placement|resident)) (?:back )?(?:to|at|from|in|of) [A-Z]"),
    Pattern("organisation", "hospital known everywhere", r"\b(?i:at|from|to|through|via|by) ((?:MD Anderson|Mayo Clinic|Cleveland Clinic|Johns Hopkins|Hopkins|Mass General|MGH|Brigham|Sloan Kettering|MSK|NYU Langone|Scott (?:&|and) White|Barnes-Jewish|Dana-Farber|Intermountain|Geisinger|Ochsner|Northwell|Montefiore|Moorfields|Great Ormond Street|Addenbrooke's|Cedars|Kaiser|Banner|Sutter)(?: [A-Z][a-z]+){0,2})\b", 0.8),
    Pattern("organisation", "saint of a school or a church", r"(?i:\b(?:preschool|school|daycare|church|parish|hospital|facility|attends|at|from)\b:?) ((?:St|Saint)\.? [A-Z][a-z]+)\b", 0.75),
)  # fmt: skip
