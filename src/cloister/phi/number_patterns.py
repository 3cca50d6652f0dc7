"""Numbers of people and things: SSN, record, plan, account, licence, vehicle, device, biometric, photograph, others."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import number_checks as c
from cloister.phi import social_checks as s
from cloister.phi.pattern_parts import BLANK, Pattern, cue

# Under what a number stands without a word for "number": "chart 88201", "trip 3-44188-1", "toe tag 44182".
_FILED = (
    r"(?i)\b(?:(?:case|rep(?:or)?t|file|ref(?:erence)?|docket|study|sample|record|subj(?:ect)?|participant|incident|pt|patient|specimen|doc|cert|chart|order|merge)\b\.?(?: (?:was|is|no))?[ \t:]*"
    r"|(?:rpt|intake|permit|referral|booking|complaint|tube|run|sheet|dispatch|cad|trip|e?pcr|transport|alarm|flight|coroner'?s?|examiner|m\.e\.|me (?:case|no|ref)|warrant|inmate|cdcr|rx|log|bag|band|tag|kit|envelope|mail|conf|confirmation"
    r"|upi|ccn|unos|tech|agreement|pedigree|kindred|event|ir|interp(?:reter)?|req(?:uisition)?|application|video|local|eeg)\b\.?[ \t]*(?:(?:number|no|num|id|code|case|form|report|ref(?:erence)?|was|is|of|reads)\b\.?[ \t]*)*[:#]*[ \t]*)"
)
_NUMBER = r"(?:[ \t]*#| ?(?:number|no|num|id)\b\.?)"
# Three to five groups of digits and capitals, of which one holds a capital: a telephone number is none.
_LETTER_GROUP = r"(?:[A-Z][A-Z0-9]{2,4}|\d[A-Z][A-Z0-9]{1,3}|\d\d[A-Z][A-Z0-9]{0,2}|\d{3}[A-Z][A-Z0-9]?|\d{4}[A-Z])"
_LETTERED = r"\b(?:" + "|".join(
    rf"(?:\d{{3,5}}-){{{first}}}{_LETTER_GROUP}(?:-[A-Z0-9]{{3,5}}){{{max(0, 2 - first)},{4 - first}}}" for first in range(5)
) + r")\b"  # fmt: skip
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double)"  # as a dictation has them

NUMBERS: tuple[Pattern, ...] = (
    # social security
    Pattern("ssn", "social security number", r"\b\d{3}(?:-\d{2}-|[ .]\d{2}[ .])\d{4}\b", 0.95, s.ssn),
    Pattern("ssn", "masked social security number", r"(?i)(?:[x*]{3}[- ]?[x*]{2}|\b000-00)[- ]?\d{4}\b", 0.9),
    Pattern(
        "ssn",
        "social security number beside a cue",
        r"(?i)\b(?:ssn|ss ?#|ss ?no|soc(?:ial)?\.? sec(?:urity)?(?: ?(?:number|no|num|card))?|social)\b[^0-9\n\]]{0,30}([0-9][0-9 .-]{2,11}[0-9])",
        0.95,
        s.cued_ssn,
        sieve=r"(?i)\b(?:ssn|ss ?#|ss ?no|soc(?:ial)?)\b",
    ),
    Pattern(
        "ssn",
        "last four digits beside a cue",
        r"(?i)\blast[ -]?(?:4|four)(?:[ \t]*(?:digits?|numbers?|soc(?:ial)?|ssn|phone|cell|mobile|card|account|member|of|his|her|their|the)\b){0,4}[ \t]*\)?" + BLANK + r"(?:is|are|was|were)?[ \t]*[:#=-]?" + BLANK + r"([A-Z]?\d{4})\b",
        0.85,
        s.last_four,
    ),
    # records
    Pattern(
        "mrn",
        "record number beside a cue",
        cue(
            r"mrn|m\.r\.n\.?|mr ?#|mr (?:no|num)|med(?:ical)?\.? rec(?:ord)?s?(?: ?(?:number|no|num|id))?|record (?:number|no|id)"
            r"|chart(?: (?:number|no|id)|[ \t]*#)|patient (?:id|no|number|identifier)|pt (?:id|no)|unit (?:number|no)|hospital (?:number|no|id)"
            r"|hosp\.? (?:no|num)|case (?:number|no|id)|encounter(?: (?:number|no|id)|[ \t]*#)|visit (?:number|no|id)|fin|csn|pid|nhs (?:number|no)|empi|study id|subject id"
        ),
        0.93,
        c.record,
    ),
    Pattern("mrn", "record number with a prefix", r"(?i)\b(?:mrn|mr|pt|pat|enc|csn|fin|visit|enc)[-_#]?\d{5,}\b", 0.85),
    Pattern("mrn", "digits one by one beside a cue", r"(?i)\b(?:number|record|mrn|social|account|id|phone|policy)\b\W{0,4}(?:is |was )?(\d(?:[ -]\d){5,})\b", 0.85),
    # plans
    Pattern(
        "plan",
        "plan number beside a cue",
        cue(
            r"(?:health )?plan (?:id|number|no|beneficiary(?: number)?)|member(?:ship)?(?: (?:id|number|no)|[ \t]*#)|subscriber(?: (?:id|number|no)|[ \t]*#)"
            r"|policy(?: (?:id|number|no)|[ \t]*#)?|(?:group|grp)(?: (?:id|number|no)|[ \t]*#)|beneficiary(?: (?:id|number|no))?|medicare(?: (?:id|number|no|hic|beneficiary(?: identifier)?))?|mbi|hicn|hic"
            r"|medicaid(?: (?:id|number|no))?|insurance(?: (?:id|number|no|policy(?: number)?))|ins(?:\.| id)|payer id|prior auth(?:orization)?(?: (?:number|no))?|auth(?:orization)? (?:number|no|code)"
        ),
        0.92,
        c.of_a_plan,
    ),
    Pattern(
        "plan",
        "plan number in groups beside a cue",
        r"(?i)\b(?:policy|member|subscriber|plan|group|grp|medicaid|medicare|mcd|mcr|hicn?|insurance|ins|aetna|cigna|humana|anthem|bcbs|blue cross|uhc|united ?health ?care|tricare|champva|molina|centene|wellcare|oscar)(?: (?:id|number|no|num|card))?[ \t]*(?:is|was|says|reads|shows|[:#.=])*[ \t]*((?-i:[A-Z]{0,4}\d{0,6}(?:[ -]\d{2,6}){1,4}(?: \d)?)|\d{5,12}(?:-[\dA-Z]{1,3})?)\b",
        0.9,
        c.plan_groups,
    ),
    Pattern("plan", "Medicare beneficiary identifier", r"\b[1-9][AC-HJ-KM-NP-RT-Y][AC-HJ-KM-NP-RT-Y0-9]\d-?[AC-HJ-KM-NP-RT-Y][AC-HJ-KM-NP-RT-Y0-9]\d-?[AC-HJ-KM-NP-RT-Y]{2}\d{2}\b", 0.95),
    # accounts
    Pattern(
        "account",
        "account number beside a cue",
        cue(
            r"acc(?:oun)?t(?: (?:number|no|id|num)|[ \t]*#)?|billing (?:number|no|id)|invoice(?: (?:number|no)|[ \t]*#)?|guarantor (?:number|no|id)|claim(?: (?:number|no|id)|[ \t]*#)?"
            r"|bank (?:account|acct)|iban|routing(?: number)?|credit card(?: number)?|card (?:number|no)|visa|mastercard|amex|receipt (?:number|no)|confirmation (?:number|no|code)|har"
        ),
        0.92,
        c.identifier,
    ),
    Pattern(
        "account",
        "end of a card or account number",
        r"(?i)\b(?:cc|card|visa|mastercard|mc|amex|discover|debit|credit|acc(?:oun)?t|checking|savings|hsa|fsa)\b[^\n.;:0-9]{0,20}?(?:\bend(?:s|ing)?(?: (?:in|with))?|[x*]{2,4})[ \t:#*-]*(\d{4})\b",
        0.85,
        c.counted_nothing,
        sieve=r"(?i)(?:\bend(?:s|ing)?(?: (?:in|with))?|[x*]{2})[ \t:#*-]*\d{4}",
    ),
    Pattern("account", "payment card number", r"\b(?:\d[ -]?){12,21}\d\b", 0.9, c.luhn, sieve=r"(?:\d[ -]?){12}\d"),
    Pattern("account", "IBAN", r"\b[A-Z]{2}\d{2}[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}\b", 0.9, c.iban),
    # licences
    Pattern(
        "licence",
        "licence number beside a cue",
        cue(
            r"(?:driver'?s? |medical |nursing |state |professional |board )?licen[sc]e(?: (?:number|no|id)|[ \t]*#)?|lic(?:\.|[ \t]*#| no)|dl(?:[ \t]*#| no| number)?|dea(?: (?:number|no)|[ \t]*#)?|npi(?: (?:number|no)|[ \t]*#)?"
            r"|upin|certificate(?: (?:number|no)|[ \t]*#)?|cert(?:\.| no|[ \t]*#)|passport(?: (?:number|no)|[ \t]*#)?|registration(?: (?:number|no)|[ \t]*#)|permit(?: (?:number|no)|[ \t]*#)|badge(?: (?:number|no|id)|[ \t]*#)?|visa (?:number|no)|alien (?:number|no)|green card(?: no)?|military id|state id|student id|employee (?:id|number|no)|tax id|ein|itin"
        ),
        0.92,
        c.of_a_licence,
    ),
    Pattern("licence", "number of a register beside a cue", cue(rf"(?:clia|gphc|gmc|nmc|hcpc|nmbi|mcrn|cpso|cnps|prc|caqh|lcs|rcn|gdc|hpcsa|imc){_NUMBER}?"), 0.88, c.identifier),
    Pattern("licence", "number after a credential", r"\b(?:LCSW|LMFT|LMHC|LPCC?|LMSW|LCS|PSY|RPh|CRNA|LVN|LPN|RN|NRP|EMT(?:-[BPI])?|RPSGT|RRT|LCGC|CGC|COTA|OTR|CST|CCP)[, \t]+(?:(?i:lic\.?|no\.?|#)[ \t]*)?([A-Z]{0,2}\d{5,9})\b", 0.75, c.identifier),
    Pattern("licence", "alien registration number", r"\bA#?[ -]?\d{3}[- ]\d{3}[- ]\d{3}\b", 0.85),
    # vehicles
    Pattern(
        "vehicle",
        "vehicle identifier beside a cue",
        cue(r"vin(?: (?:number|no)|[ \t]*#)?|vehicle (?:id|identification)(?: (?:number|no))?|(?:licen[sc]e |number |registration )?plates?(?: (?:number|no)|[ \t]*#)?|tag (?:number|no)|reg (?:number|no)|vehicle registration",
             value=r"((?-i:[A-HJ-NPR-Z0-9]{17}|[A-Z0-9]{1,4}[ -][A-Z0-9]{2,4}(?:[ -][A-Z0-9]{1,4})?|[A-Z0-9-]{4,17}|[a-hj-npr-z0-9]{17})|[a-z]{2,3}[ -]?\d{3,4})\b"),
        0.92,
        c.identifier_spaced,
    ),
    Pattern(
        "vehicle",
        "registration plate near a cue",
        r"(?i:\b(?:plates?|tags?|licen[sc]e|registration|reg|registered))\b\.?[^.;\n0-9]{0,40}?[ :#(\"']"
        r"([A-Z]{2}[ -]\d{4}[ -][A-Z]{2}|[A-Z]{2,3}[ -]?\d{3,4}|\d[A-Z]{3}[ -]?\d{3}|\d{3}[ -]?[A-Z]{3}|[A-Z]{2}\d{2}[ ]?[A-Z]{3}|[A-Z]{1,3}\d{1,3}[ -]?[A-Z]{1,3}|\d{1,2}[ -]?[A-Z]{2,3}[ -]?\d{2,4})\b",
        0.8,
        c.plate,
        sieve=r"(?i)\b(?:plates?|tags?|licen[sc]e|registration|reg|registered)\b\.?[^.;\n0-9]*[0-9]",
    ),
    Pattern("vehicle", "registration before its cue", r"\b([A-Z0-9]{2,4}[ -]?[A-Z0-9]{3,4}),? (?:(?-i:[A-Z]{2}) |is (?:the|my|his|her|their) )?(?i:(?:licen[sc]e )?plates?|tags?)\b", 0.8, c.plate_before, sieve=r"(?i) (?:plate|tag)s?\b"),
    Pattern("vehicle", "vehicle identification number", r"\b[A-HJ-NPR-Z0-9]{17}\b", 0.9, c.vin),
    Pattern("vehicle", "registration of an aircraft", r"(?i:\b(?:tail|aircraft|a/c|helicopter|helo|airframe|charter|n-?number)[ \t]*(?:#|number|no\.?|reg\.?)?)[ \t:#]*(N\d{1,5}[A-Z]{0,2})\b", 0.9),
    # devices
    Pattern("device", "hardware address", r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", 0.95),
    Pattern(
        "device",
        "device identifier beside a cue",
        cue(
            r"serial(?: (?:number|no|num)|[ \t]*#)?|s/n|sn|(?:device|implant|pacemaker|icd|pump|lead|generator|unit|equipment|machine|monitor|prosthesis|stent|valve|model|asset|imei|udi|lot|ref|catalog(?:ue)?|transmitter|sensor|receiver|pod|cgm)(?: (?:id|identifier|serial(?: (?:number|no))?|sn|number|no|model)|[ \t]*#)"
            r"|imei|udi(?:-di)?|lots?|lot/serial|(?-i:DN)|mac address|transmitter|receiver|sensor"
        ),
        0.9,
        c.device,
    ),
    Pattern("device", "model and number of a device", r"\b([A-Z]{1,4}-?\d{2,5}[A-Z]{0,3}[ \t]*#[ \t]?[A-Z]{0,3}\d{4,}[A-Z0-9-]*)\b", 0.92),
    Pattern("device", "unique device identifier", r"\((?:01|10|11|17|21)\)[A-Za-z0-9-]{5,20}(?:\((?:10|11|17|21)\)[A-Za-z0-9-]{1,20})*", 0.97, c.part_of_udi),
    Pattern("device", "tag of a device", r"(?i)\b(?:asset|property|equipment|biomed|inventory)(?:[ \t]*tag)?(?:[ \t]*#| (?:number|no|id))?[ \t:#.]*((?-i:[A-Z]{1,6}-)?\d{4,10})\b", 0.85, c.identifier),
    Pattern("device", "serial number of a side", r"(?i:\b(?:s/?n|serial(?: (?:number|no))?))\.?[ \t:#]*(?i:r|l|right|left|ad|as|od|os)[ \t:]+((?-i:[A-Z0-9]{5,16}))\b", 0.85, c.device),
    # biometric identifiers, photographs
    Pattern(
        "biometric",
        "biometric identifier beside a cue",
        cue(r"(?:fingerprint|finger print|thumbprint|retina(?:l)?(?: scan)?|iris(?: scan)?|voice ?print|facial recognition|face(?: |-)?id|palm ?print|biometric|dna profile|genetic profile)(?: (?:id|identifier|template|record|hash|number|no|code|file|scan))*"),
        0.9,
        c.identifier,
    ),
    Pattern(
        "photo", "image file", r"(?i)\b[a-z0-9_-]+\.(?:jpe?g|png|hei[cf]|tiff?|bmp|gif|dcm|mp4|mov|avi|nef|cr2|dng|webp|wmv|dss|ds2|wav|m4a|mp3|amr)\b", 0.8
    ),
    Pattern(
        "photo",
        "photograph beside a cue",
        cue(r"(?:photo(?:graph)?|image|picture|facial photo|headshot|id photo)(?: (?:id|file|number|no|ref|reference))+"),
        0.85,
        c.identifier,
    ),
    # others
    Pattern(
        "other-id",
        "number beside a cue",
        cue(
            r"accession(?: (?:number|no|id)|[ \t]*#)?|acc(?:[ \t]*#| no)|specimen(?: (?:number|no|id)|[ \t]*#)|order(?: (?:number|no|id)|[ \t]*#)|requisition(?: (?:number|no)|[ \t]*#)?|rx(?: (?:number|no)|[ \t]*#)|prescription(?: (?:number|no)|[ \t]*#)"
            r"|surgical (?:number|no|path(?:ology)? (?:number|no))|path(?:ology)? (?:number|no|id|[ \t]*#)|slide (?:number|no|id)|block (?:number|no|id)|sample (?:id|number|no)|barcode|bar code|tracking (?:number|no)|reference (?:number|no|id)|ref(?: (?:number|no)|[ \t]*#)|job(?: (?:number|no|id)|[ \t]*#)|document (?:id|number|no)|doc (?:id|no)|report (?:id|number|no)|trial (?:id|number|no)|randomi[sz]ation (?:number|no|code)|participant (?:id|number|no)|donor (?:id|number|no)|case[ \t]*#|docket(?: no)?|police report(?: (?:number|no))?|incident(?: (?:number|no)|[ \t]*#)|ticket(?: (?:number|no)|[ \t]*#)|id|identifier|dictation (?:id|number|no)|voice job|mpi|guid|uuid|locker (?:number|no)|pager code|pin"
        ),
        0.85,
        c.other_identifier,
    ),
    Pattern(
        "other-id",
        "number of a case, a call, a sample or a sheet",
        _FILED + r"((?-i:[A-Z]{1,4}[ -]?)?\d[\dA-Z]*(?:[.-][\dA-Z]+)+|(?-i:[A-Z]{1,4})(?:[ -]?\d{4,8}[A-Z]?|/\d{3,6}|-\d{3})|\d{5}|\d{3,4}[A-Z]|\d\d/\d{4,6})\b",
        0.86,
        c.filed,
        sieve=_FILED + r"(?:(?:(?-i:[A-Z])+[ -]?)?\d[\dA-Z]*[.-][\dA-Z]|(?-i:[A-Z])+(?:[ /-]?\d{4}|[/-]\d{3}\b)|\d{5}\b|\d{3}\d?[A-Z]\b|\d\d/\d{4})",
    ),
    Pattern("other-id", "UUID", r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", 0.97),
    Pattern("other-id", "object identifier", r"\b[0-2](?:\.\d{1,30}){5,}\b", 0.9),
    Pattern("other-id", "letters and digits", r"\b(?i:[A-Z]{1,4}-?\d{6,}[A-Z]?)(?:-[\dA-Z]{1,4})?\b|\b[A-Z]{1,4}-?\d{2,}(?:-[\dA-Z]+)+\b|\b(?:[A-Z]-|[A-Z]{2,4}-?)\d{5}\b|\b[A-Z]{1,4}(?:[-/.]\d{2,4}[/:.]\d{2,}|\d\d[/:]\d{4,}|\d{4}:\d\d|-?\d-\d{3,}(?:-[\dA-Z]+)*|\d{4,}[A-Z]{1,2}\d+)\b", 0.8, c.unique_code, sieve=r"[A-Z](?:[-/.]\d\d\d?\d?[/:.]\d\d|\d\d[/:]\d{4}|\d{4}(?::\d\d|\d*[A-Z][A-Z]?\d)|-?\d-\d{3})|[A-Za-z]-?\d{6}|[A-Z]-?\d\d+-[\dA-Z]|[A-Z]-?\d{5}"),
    Pattern("mrn", "number in parentheses", r"\((?:#|[A-Z][a-z]+ )?([A-Z]{1,3}(?:\d{5,10}|-\d{4,10})|\d{5}|\d{1,4}(?: \d{2,4}){2,4})\)", 0.65, c.in_parentheses),
    Pattern("other-id", "six digits or more", r"\b\d{6,}(?:-[A-Z]{1,2})?\b", 0.6, c.six_digits, sieve=r"\b\d{6,}\b"),
    Pattern("other-id", "groups of letters and digits", _LETTERED, 0.7, c.mixed),
    Pattern("other-id", "groups of digits", r"\b(?:\d{6,}-\d{1,5}(?:-\d+)?|\d{2,4}-\d{6,8}|\d{2,3}-\d\d-\d\d(?:-\d\d)?|\d{4,5}-\d{3,}-\d+|\d{1,3}-\d{4,}-\d+|\d{4}-\d\d-\d{3,5}|\d\d-\d{3}-\d{3}|\d\d-\d{5}|\d{2,3}-\d{2,3}-\d{5,}|0\d{3,}-\d{3,}|\d{1,3}\.\d{3}\.\d{3})(?:-[\dA-Z]{1,3})?\b", 0.7, c.dashed, sieve=r"\d{6}-\d|\d-\d{6}|\d{4}-\d{3}\d*-\d|\d-\d{4}\d*-\d|\d{4}-\d\d-\d{3}|\b\d\d\d?-\d\d-\d\d\b|\b\d\d-\d{3}(?:-\d{3}|\d\d)\b|\d-\d\d\d?-\d{5}|\b0\d{3}\d*-\d{3}|\b\d\d?\d?\.\d{3}\.\d{3}\b"),
    Pattern("other-id", "number in words", rf"(?i)\b{_DIGIT_WORD}(?:[ \t,-]+{_DIGIT_WORD}){{5,}}\b", 0.8, sieve=rf"(?i){_DIGIT_WORD}[ 	,-]+{_DIGIT_WORD}[ 	,-]+{_DIGIT_WORD}"),
    Pattern("other-id", "number in words beside a cue", rf"(?i)\b(?:numbers?|mrn|record|ssn|social|account|phone|policy|id|zip|code|pager)\b[ \t]*(?:(?:is|was)\b|[:#])?[ \t]*({_DIGIT_WORD}(?:[ \t,-]+{_DIGIT_WORD}){{2,}})\b", 0.85, sieve=rf"(?i){_DIGIT_WORD}[ 	,-]+{_DIGIT_WORD}[ 	,-]+{_DIGIT_WORD}"),
    Pattern("other-id", "donation number of a blood unit", r"\b[A-Z]\d{4} ?\d{2} ?\d{6}\b", 0.85),
    Pattern("other-id", "number after a hash", r"#[ \t]?([A-Z]{0,4}-?\d[A-Z0-9-]{3,})", 0.7, c.after_hash, sieve=r"#[ \t]?[A-Z]*-?\d[A-Z0-9-][A-Z0-9-][A-Z0-9-]"),
    Pattern("other-id", "number in groups beside a cue", r"(?i)\b(?:serial|s/?n|lot|lead|id|card|rx|claim|npi|acc(?:oun)?t|imei|mail)\b\.?(?: ?(?:number|no|num|sn)\b)?[ \t.:#=]*((?:(?-i:[A-Z]{1,4})(?:-?\d{1,9})? \d{2,9}|\d{1,9} \d{2,9})(?: \d{2,9}){0,3}(?:-\d{1,4})?(?-i: ?[A-Z])?)\b", 0.9, c.groups, sieve=r"(?i)\b(?:serial|s/?n|lot|lead|id|card|rx|claim|npi|acc(?:oun)?t|imei|mail)\b\.?(?: ?(?:number|no|num|sn)\b)?[ \t.:#=]*(?:[A-Z]+(?:-?\d+)? \d\d|\d+ \d\d)"),
    Pattern("other-id", "code beside a cue", r"(?i)\b(?:portal|activation|access|verification|invitation|enrol?lment|proxy|wristband|band|gate|door|entry|lock-?box|override|alarm|pyxis|kiosk|check-?in|act|pick-?up)[ \t]+(?:code|id|no\.?|number|pin|#)[ \t]*(?:is|:|#|=)*[ \t]*((?-i:[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})+|[A-Z0-9]{4,12}))\b", 0.85, c.of_a_lock),
    Pattern("other-id", "code of letters and digits", r"\b(?i:code|key|pin|id|username|login|password|passcode|auth|conf)\b[ \t]*[:#=]?[ \t]*([A-Z]{1,4}(?:\d|-\d[A-Z])[A-Z0-9]{2,10}|\d{1,4}[A-Z][A-Z0-9]{3,10}|[A-Z]{4,10}\d{1,4})\b", 0.75, c.code),
    Pattern("other-id", "number of a patient", r"(?i)\b(?:(?:patient|pt|case|donor)[ \t]*#[ \t]*|(?:client|proband)(?:[ \t]*#| (?:no|id)\b\.?)[ \t:]*)((?:(?-i:[A-Z]{1,4})[ -]?)?\d[\d-]{2,}(?-i:[A-Z]{1,2})?)\b", 0.8, c.identifier),
    Pattern("other-id", "letters and digits by turns", r"\b([A-Z]{0,4}\d{2,6}[A-Z]{1,3}\d{1,4}(?:[A-Z]{1,3}\d{1,6}[A-Z]{0,2}|[A-Z]{2,3}))\b", 0.7, c.by_turns),
    Pattern("other-id", "number of a parcel", r"(?i)\b(?:fed-?ex|ups|usps|dhl|tracking|awb)\b[ \t]*(?:no|number|#|is)?\.?[ \t:#]*(\d{4} \d{4} \d{4}(?: \d{2,4})*|\d{10,22}|1Z[A-Z0-9]{16})\b", 0.85),
)  # fmt: skip

# Any other reading of the same characters goes before these: "36186-0464" is a ZIP code even beside "UR".
YIELDING: tuple[Pattern, ...] = (
    Pattern("licence", "licence number with letters", r"(?i:\b(?:dl|lic(?:en[sc]e)?|cert)\b)[ \t:#.]*(?:[A-Z]{2} )?([A-Z]{0,4}[-. ]?\d[\d-]{2,}[A-Z]?)\b", 0.85, c.of_a_licence),
    Pattern("plan", "number of a health card beside a cue", cue(rf"(?:health ?card|health number|hcn|ohip|ramq|phn|chi|ihi|pps(?:n)?|philhealth|aadhaar|abha|ahv|medicare card|medi-cal(?: id)?|h&c){_NUMBER}?"), 0.9, c.identifier),
    Pattern("plan", "number of a plan in small letters", r"(?i)\b(?:insurance|ins|payer|coverage|policy|medicaid|medicare)\b[^.;:\n0-9]{0,20} ((?-i:[a-z]{1,4}\d{4,}[a-z]?))\b", 0.8, c.identifier, sieve=r"[: ][a-z]{1,4}\d{4}"),
    Pattern("mrn", "record number in groups beside a cue", r"(?i)\b(?:mrn|mr|m\.r\.n\.|chart|hosp(?:ital)?|unit|record|nhs|chi|ur|fin|csn|har|enc|visit|encounter)\b\.?(?: ?(?:number|no)\b)?\.?[ \t]*[:#=]?[ \t]*#?[ \t]*((?-i:[A-Z]{1,3} )?\d{1,6}(?:[ -]\d{2,6}){1,3}|(?-i:[A-Z]{1,3}) \d{5,8})\b", 0.9, c.groups),
    Pattern("mrn", "number of a file with letters", r"(?i)\b(?:file|folio|our ref|your ref|chart|reg|uhid|cr|ip|op)\.?[ \t]*(?:no|number|#)?\.?[ \t]*[:#]+[ \t]*((?-i:[A-Z]{1,6})[/-]?\d{2,}(?:[/-][A-Za-z0-9]+)*)\b", 0.8, c.identifier),
    Pattern("other-id", "id of an export", r'"(?:id|_id|value|reference|key|identifier|fullUrl|uid|uuid)"[ \t]*:[ \t]*"([A-Za-z]{0,24}[/:-]?[A-Za-z0-9.-]*\d[A-Za-z0-9.-]*)"', 0.8, c.exported),
    Pattern("other-id", "digits, letters and digits", r"\b\d{1,4}[-:]?[A-Z]{1,4}[-:]?\d{3,7}\b", 0.8, c.no_month, sieve=r"\b\d+[-:]?[A-Z]+[-:]?\d\d\d"),
)  # fmt: skip
