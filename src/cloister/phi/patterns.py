"""The patterns of everything that is not a name: RE2 syntax over folded ASCII bytes, one row each.

Group 1, where there is one, is the identifier; the rest is its cue. ``check`` may lower or raise a score or refuse
a span; beside a cue word no validator refuses, because a mistyped SSN is still somebody's.
"""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import date_checks as d
from cloister.phi import number_checks as n
from cloister.phi import short_checks as c
from cloister.phi import validators as v
from cloister.phi.pattern_parts import (
    DAY,
    DIGIT_WORD,
    DIRECTION,
    ELDERS,
    EMPLOYERS,
    HOLIDAY,
    HOLIDAY_SIEVE,
    LETTERED,
    LONG_MONTH,
    MONTH,
    ORD,
    STATE,
    STREET_TYPE,
    TOWNS,
    UNIT,
    VISIT,
    WEEKDAY,
    Pattern,
    cue,
)  # fmt: skip
from cloister.phi.patterns_more import MORE

_PHONE_CUE = r"(?i)\b(?:tele?(?:phone)?|phone|ph|cell(?:ular)?|mobile|mob|call(?: back| him| her| them| us| me)?|callback|reached?|contact|home|work|office|pager|beeper|page|text|voicemail|whatsapp|fax|facsimile)\b[ \t]*(?:number|no|num|line|at|on|is|#)*[ \t]*(?:[.:#=-]*[ \t]*|:[ \t]*\r?\n[ \t]*)(?:\([a-z]\)[ \t]*)?"
_DATE_CUE = r"(?i)\b(?:dob|d\.o\.b\.?|birth ?date|date of birth|born(?: on)?|dod|date of death|admit(?:ted)? date|admission date|discharge date|date of (?:service|admission|discharge|exam|procedure|visit|surgery)|dos|doa|dod)\b[ \t]*(?:is|was|[:=-])*[ \t]*"
# Under what a number stands without a word for "number": "chart 88201", "trip 3-44188-1", "toe tag 44182".
_FILED = (
    r"(?i)\b(?:(?:case|rep(?:or)?t|file|ref(?:erence)?|docket|study|sample|record|subj(?:ect)?|participant|incident|pt|patient|specimen|doc|cert|chart)\b\.?(?: (?:was|is))?[ \t:]*"
    r"|(?:rpt|intake|permit|referral|booking|complaint|tube|run|sheet|dispatch|cad|trip|e?pcr|transport|alarm|flight|coroner'?s?|examiner|m\.e\.|me (?:case|no|ref)|warrant|inmate|cdcr|rx|log|bag|band|tag|kit|envelope|mail|conf|confirmation"
    r"|upi|ccn|unos|tech|agreement|application|video|local|eeg)\b\.?[ \t]*(?:(?:number|no|num|id|code|case|report|ref(?:erence)?|was|is|of)\b\.?[ \t]*)*[:#]*[ \t]*)"
)
_SMALL_STREET_TYPE = r"(?:street|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|court|circle|terrace|parkway|pkwy|st|dr|pl|place|way|trail|hwy|cir)"

PATTERNS: tuple[Pattern, ...] = (
    # electronic addresses
    Pattern("email", "e-mail address", r"[A-Za-z0-9][A-Za-z0-9._%+'-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", 0.99),
    Pattern("email", "e-mail address spelled out", r"(?i)\b[a-z0-9._%+-]+[ \t]*(?:\(at\)|\[at\]| at )[ \t]*[a-z0-9-]+[ \t]*(?:\(dot\)|\[dot\]| dot )[ \t]*(?:com|org|net|edu|gov)\b", 0.9, sieve=r"(?i)(?:\(dot\)|\[dot\]| dot )[ \t]*(?:com|org|net|edu|gov)\b"),
    Pattern("url", "web address", r"(?i)\b(?:(?:https?|ftp|sftp)://[^\s<>\"'\x7f]*[^\s<>\"'\x7f.,;:!?)\]]|www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^\s<>\"'\x7f,;)]*)?)", 0.99, c.web),
    Pattern("url", "domain name", r"(?i)\b[a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|io|health|info|biz|co\.uk|us)(?:/[^\s<>\"'\x7f,;)]*)?\b", 0.85, v.not_in_email, sieve=r"(?i)[a-z0-9-]\.(?:com|org|net|edu|gov|io|health|info|biz|co\.uk|us)\b"),
    Pattern("url", "page of a domain", r"(?i)\b[a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.(?:(?:tv|me|app|dev|ca|uk|de|fr|au|nz|social|blog|page|link|site|online|ai|ly|example|test)/|[a-z]{2,12}/[@~])[^\s<>\"'\x7f,;)]*[a-z0-9_/]", 0.8, c.page, sieve=r"(?i)[a-z0-9-]\.[a-z]{2,12}/[^\s]"),
    Pattern("ip", "IPv4 address", r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", 0.95, v.ipv4),
    Pattern("ip", "IPv6 address", r"(?i)\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b|\b(?:[0-9a-f]{1,4}:){2,7}:", 0.95, v.ipv6),
    Pattern("device", "hardware address", r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", 0.95),
    Pattern("other-id", "account handle", r"(?:^|[\s(,:])(@[A-Za-z_][A-Za-z0-9_.]{2,29})", 0.8),
    Pattern(
        "other-id",
        "user name beside a cue",
        r"(?i)\b(?:user ?name|user ?id|login|log-in|screen name|handle|skype|twitter|instagram|portal id)[ \t]*(?:is|:|=|-)?[ \t]*([a-z0-9@_][a-z0-9@_.-]{2,29})",
        0.8,
        v.handle,
        sieve=r"(?i)\b(?:user ?name|user ?id|login|log-in|screen name|handle|skype|twitter|instagram|portal id)\b",
    ),
    Pattern(
        "other-id",
        "user name after \"user\"",
        r"(?i)\b(?:user|acct name|portal|mychart|venmo|zelle|cash ?app|tiktok|insta|facebook|fb|snapchat|telegram|discord)[ \t]*(?:name|id|is|:|=|-)?[ \t]*"
        r"(@?[a-z0-9.-]*[a-z]_[a-z0-9_.-]*[a-z0-9]|[a-z]{4,}[.-]?[a-z]*\d{1,6})\b",
        0.8,
    ),
    Pattern(
        "other-id",
        "account of a network",
        r"(?i)\b(?:facebook|fb|insta|instagram|tiktok|snapchat|telegram|discord|venmo|zelle)[ \t]*(?:name|id|is|:|=|-)?[ \t]*([a-z]+[.][a-z]{3,}\d{0,6})\b",
        0.8,
    ),
    Pattern(
        "photo", "image file", r"(?i)\b[a-z0-9_-]+\.(?:jpe?g|png|hei[cf]|tiff?|bmp|gif|dcm|mp4|mov|avi|nef|cr2|dng|webp|wmv)\b", 0.8
    ),
    # numbers of the person
    Pattern("ssn", "social security number", r"\b\d{3}(?:-\d{2}-|[ .]\d{2}[ .])\d{4}\b", 0.95, v.ssn),
    Pattern("ssn", "masked social security number", r"(?i)(?:[x*]{3}[- ]?[x*]{2}|\b000-00)[- ]?\d{4}\b", 0.9),
    Pattern(
        "ssn",
        "social security number beside a cue",
        r"(?i)\b(?:ssn|ss ?#|ss ?no|soc(?:ial)?\.? sec(?:urity)?(?: ?(?:number|no|num|card))?|social)\b[^0-9\n\]]{0,25}([0-9][0-9 .-]{2,11}[0-9])",
        0.95,
        v.cued_ssn,
        sieve=r"(?i)\b(?:ssn|ss ?#|ss ?no|soc(?:ial)?)\b",
    ),
    Pattern(
        "ssn",
        "last four digits beside a cue",
        r"(?i)\blast[ -]?(?:4|four)(?:[ \t]*(?:digits?|numbers?|soc(?:ial)?|ssn|phone|cell|mobile|card|account|member|of|his|her|their|the)\b){0,4}[ \t]*(?:is|are|was|were)?[ \t]*[:#=-]?[ \t]*([A-Z]?\d{4})\b",
        0.85,
        v.last_four,
    ),
    Pattern(
        "mrn",
        "record number beside a cue",
        cue(
            r"mrn|m\.r\.n\.?|mr ?#|mr (?:no|num)|med(?:ical)?\.? rec(?:ord)?s?(?: ?(?:number|no|num|id))?|record (?:number|no|id)"
            r"|chart(?: (?:number|no|id)|[ \t]*#)|patient (?:id|no|number|identifier)|pt (?:id|no)|unit (?:number|no)|hospital (?:number|no|id)"
            r"|hosp\.? (?:no|num)|case (?:number|no|id)|encounter(?: (?:number|no|id)|[ \t]*#)|visit (?:number|no|id)|fin|csn|pid|nhs (?:number|no)|empi|study id|subject id"
        ),
        0.93,
        v.identifier,
    ),
    Pattern("mrn", "record number with a prefix", r"(?i)\b(?:mrn|mr|pt|pat|enc|csn|fin|visit|enc)[-_#]?\d{5,}\b", 0.85),
    Pattern(
        "plan",
        "plan number beside a cue",
        cue(
            r"(?:health )?plan (?:id|number|no|beneficiary(?: number)?)|member(?:ship)?(?: (?:id|number|no)|[ \t]*#)|subscriber(?: (?:id|number|no)|[ \t]*#)"
            r"|policy(?: (?:id|number|no)|[ \t]*#)?|(?:group|grp)(?: (?:id|number|no)|[ \t]*#)|beneficiary(?: (?:id|number|no))?|medicare(?: (?:id|number|no|hic|beneficiary(?: identifier)?))?|mbi|hicn|hic"
            r"|medicaid(?: (?:id|number|no))?|insurance(?: (?:id|number|no|policy(?: number)?))|ins(?:\.| id)|payer id|prior auth(?:orization)?(?: (?:number|no))?|auth(?:orization)? (?:number|no|code)"
        ),
        0.92,
        v.identifier,
    ),
    Pattern(
        "plan",
        "plan number in groups beside a cue",
        r"(?i)\b(?:policy|member|subscriber|plan|group|grp|medicaid|medicare|mcd|mcr|hicn?|insurance|ins|aetna|cigna|humana|anthem|bcbs|blue cross|uhc|united ?health ?care|tricare|champva|molina|centene|wellcare|oscar)(?: (?:id|number|no|num|card))?[ \t]*(?:is|was|says|reads|shows|[:#.=])*[ \t]*((?-i:[A-Z]{0,4}\d{0,6}(?:[ -]\d{2,6}){1,4}(?: \d)?)|\d{5,12}(?:-[\dA-Z]{1,3})?)\b",
        0.9,
        v.plan_groups,
    ),
    Pattern("plan", "Medicare beneficiary identifier", r"\b[1-9][AC-HJ-KM-NP-RT-Y][AC-HJ-KM-NP-RT-Y0-9]\d-?[AC-HJ-KM-NP-RT-Y][AC-HJ-KM-NP-RT-Y0-9]\d-?[AC-HJ-KM-NP-RT-Y]{2}\d{2}\b", 0.95),
    Pattern(
        "account",
        "account number beside a cue",
        cue(
            r"acc(?:oun)?t(?: (?:number|no|id|num)|[ \t]*#)?|billing (?:number|no|id)|invoice(?: (?:number|no)|[ \t]*#)?|guarantor (?:number|no|id)|claim(?: (?:number|no|id)|[ \t]*#)?"
            r"|bank (?:account|acct)|iban|routing(?: number)?|credit card(?: number)?|card (?:number|no)|visa|mastercard|amex|receipt (?:number|no)|confirmation (?:number|no|code)|har"
        ),
        0.92,
        v.identifier,
    ),
    Pattern(
        "account",
        "end of a card or account number",
        r"(?i)\b(?:cc|card|visa|mastercard|mc|amex|discover|debit|credit|acc(?:oun)?t|checking|savings|hsa|fsa)\b[^\n.;:0-9]{0,20}?(?:\bend(?:s|ing)?(?: (?:in|with))?|[x*]{2,4})[ \t:#*-]*(\d{4})\b",
        0.85,
        v.counted_nothing,
        sieve=r"(?i)(?:\bend(?:s|ing)?(?: (?:in|with))?|[x*]{2})[ \t:#*-]*\d{4}",
    ),
    Pattern("account", "payment card number", r"\b(?:\d[ -]?){12,21}\d\b", 0.9, v.luhn, sieve=r"\d\d\d[ -]?\d\d\d\d[ -]?\d\d\d\d[ -]?\d"),
    Pattern("account", "IBAN", r"\b[A-Z]{2}\d{2}[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}\b", 0.9, v.iban),
    Pattern(
        "licence",
        "licence number beside a cue",
        cue(
            r"(?:driver'?s? |medical |nursing |state |professional |board )?licen[sc]e(?: (?:number|no|id)|[ \t]*#)?|lic(?:\.|[ \t]*#| no)|dl(?:[ \t]*#| no| number)?|dea(?: (?:number|no)|[ \t]*#)?|npi(?: (?:number|no)|[ \t]*#)?"
            r"|upin|certificate(?: (?:number|no)|[ \t]*#)?|cert(?:\.| no|[ \t]*#)|passport(?: (?:number|no)|[ \t]*#)?|registration(?: (?:number|no)|[ \t]*#)|permit(?: (?:number|no)|[ \t]*#)|badge(?: (?:number|no|id)|[ \t]*#)?|visa (?:number|no)|alien (?:number|no)|green card(?: no)?|military id|state id|student id|employee (?:id|number|no)|tax id|ein|itin"
        ),
        0.92,
        v.identifier,
    ),
    Pattern(
        "vehicle",
        "vehicle identifier beside a cue",
        cue(r"vin(?: (?:number|no)|[ \t]*#)?|vehicle (?:id|identification)(?: (?:number|no))?|(?:licen[sc]e |number |registration )?plates?(?: (?:number|no)|[ \t]*#)?|tag (?:number|no)|reg (?:number|no)|vehicle registration",
             value=r"((?-i:[A-HJ-NPR-Z0-9]{17}|[A-Z0-9]{1,4}[ -][A-Z0-9]{2,4}(?:[ -][A-Z0-9]{1,4})?|[A-Z0-9-]{4,17}|[a-hj-npr-z0-9]{17})|[a-z]{2,3}[ -]?\d{3,4})\b"),
        0.92,
        v.identifier_spaced,
    ),
    Pattern(
        "vehicle",
        "registration plate near a cue",
        r"(?i:\b(?:plates?|tags?|licen[sc]e|registration|reg|registered))\b[^.;\n0-9]{0,40}?[ :#(\"']"
        r"([A-Z]{2,3}[ -]?\d{3,4}|\d[A-Z]{3}[ -]?\d{3}|\d{3}[ -]?[A-Z]{3}|[A-Z]{2}\d{2}[ ]?[A-Z]{3}|[A-Z]{1,3}\d{1,3}[ -]?[A-Z]{1,3}|\d{1,2}[ -]?[A-Z]{2,3}[ -]?\d{2,4})\b",
        0.8,
        v.plate,
        sieve=r"(?i)\b(?:plates?|tags?|licen[sc]e|registration|reg|registered)\b[^.;\n0-9]*[0-9]",
    ),
    Pattern("vehicle", "registration before its cue", r"\b([A-Z0-9]{2,4}[ -]?[A-Z0-9]{3,4}),? (?:(?-i:[A-Z]{2}) |is (?:the|my|his|her|their) )?(?i:(?:licen[sc]e )?plates?|tags?)\b", 0.8, c.plate_before, sieve=r"(?i) (?:plate|tag)s?\b"),
    Pattern("vehicle", "vehicle identification number", r"\b[A-HJ-NPR-Z0-9]{17}\b", 0.9, v.vin),
    Pattern(
        "device",
        "device identifier beside a cue",
        cue(
            r"serial(?: (?:number|no|num)|[ \t]*#)?|s/n|sn|(?:device|implant|pacemaker|icd|pump|lead|generator|unit|equipment|machine|monitor|prosthesis|stent|valve|model|asset|imei|udi|lot|ref|catalog(?:ue)?|transmitter|sensor|receiver|pod|cgm)(?: (?:id|identifier|serial(?: (?:number|no))?|sn|number|no|model)|[ \t]*#)"
            r"|imei|udi(?:-di)?|lot|lot/serial|mac address|transmitter|receiver|sensor"
        ),
        0.9,
        v.device,
    ),
    Pattern("device", "model and number of a device", r"\b([A-Z]{1,4}-?\d{2,5}[A-Z]{0,3}[ \t]*#[ \t]?[A-Z]{0,3}\d{4,}[A-Z0-9-]*)\b", 0.92),
    Pattern("device", "unique device identifier", r"\((?:01|10|11|17|21)\)[A-Za-z0-9-]{5,20}(?:\((?:10|11|17|21)\)[A-Za-z0-9-]{1,20})*", 0.97, n.part_of_udi),
    Pattern(
        "biometric",
        "biometric identifier beside a cue",
        cue(r"(?:fingerprint|finger print|thumbprint|retina(?:l)?(?: scan)?|iris(?: scan)?|voice ?print|facial recognition|face(?: |-)?id|palm ?print|biometric|dna profile|genetic profile)(?: (?:id|identifier|template|record|hash|number|no|code|file|scan))*"),
        0.9,
        v.identifier,
    ),
    Pattern(
        "photo",
        "photograph beside a cue",
        cue(r"(?:photo(?:graph)?|image|picture|facial photo|headshot|id photo)(?: (?:id|file|number|no|ref|reference))+"),
        0.85,
        v.identifier,
    ),
    Pattern(
        "other-id",
        "number beside a cue",
        cue(
            r"accession(?: (?:number|no|id)|[ \t]*#)?|acc(?:[ \t]*#| no)|specimen(?: (?:number|no|id)|[ \t]*#)|order(?: (?:number|no|id)|[ \t]*#)|requisition(?: (?:number|no)|[ \t]*#)?|rx(?: (?:number|no)|[ \t]*#)|prescription(?: (?:number|no)|[ \t]*#)"
            r"|surgical (?:number|no|path(?:ology)? (?:number|no))|path(?:ology)? (?:number|no|id|[ \t]*#)|slide (?:number|no|id)|block (?:number|no|id)|sample (?:id|number|no)|barcode|bar code|tracking (?:number|no)|reference (?:number|no|id)|ref(?: (?:number|no)|[ \t]*#)|job(?: (?:number|no|id)|[ \t]*#)|document (?:id|number|no)|doc (?:id|no)|report (?:id|number|no)|trial (?:id|number|no)|randomi[sz]ation (?:number|no|code)|participant (?:id|number|no)|donor (?:id|number|no)|case[ \t]*#|docket(?: no)?|police report(?: (?:number|no))?|incident(?: (?:number|no)|[ \t]*#)|ticket(?: (?:number|no)|[ \t]*#)|id|identifier|dictation (?:id|number|no)|voice job|mpi|guid|uuid|locker (?:number|no)|pager code|pin"
        ),
        0.85,
        v.other_identifier,
    ),
    Pattern(
        "other-id",
        "number of a case, a call, a sample or a sheet",
        _FILED + r"((?-i:[A-Z]{1,4}[ -]?)?\d[\dA-Z]*(?:[.-][\dA-Z]+)+|(?-i:[A-Z]{1,4})[ -]?\d{4,5}[A-Z]?|\d{5}|\d{3,4}[A-Z])\b",
        0.86,
        n.filed,
        sieve=_FILED + r"(?:(?:(?-i:[A-Z])+[ -]?)?\d[\dA-Z]*[.-][\dA-Z]|(?-i:[A-Z])+[ -]?\d{4}|\d{5}\b|\d{3}\d?[A-Z]\b)",
    ),
    Pattern("licence", "alien registration number", r"\bA#?[ -]?\d{3}[- ]\d{3}[- ]\d{3}\b", 0.85),
    Pattern("name", "name of a message segment", r"\b[A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]{2,}(?:\^[A-Za-z'-]*)*", 0.9, sieve=r"[A-Za-z'-]\^[A-Z]"),
    Pattern("name", "initials of a person", r"\b(?:(?i:initials|patient|pt|mr|mrs|ms)\b\.?:?|(?:for|does|is|has|did|was|about|tell|call|ask|from)\b) ((?:[A-Z]\.){2,3})", 0.7, c.initials),
    Pattern("name", "initials of a person", r"(?:^|[\n.!?;] ?)((?:[A-Z]\.){2,3}) (?:is|was|has|had|needs|wants|came|called|says|said|reports|denies|refuses|fell|c/o)\b", 0.7, c.initials),
    Pattern("other-id", "UUID", r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", 0.97),
    Pattern("other-id", "object identifier", r"\b[0-2](?:\.\d{1,30}){5,}\b", 0.9),
    Pattern("other-id", "letters and digits", r"\b(?i:[A-Z]{1,4}-?\d{6,}[A-Z]?)(?:-[\dA-Z]{1,4})?\b|\b[A-Z]{1,4}-?\d{2,}(?:-[\dA-Z]+)+\b|\b(?:[A-Z]-|[A-Z]{2,4}-?)\d{5}\b|\b[A-Z]{1,4}(?:[-/.]\d{2,4}[/:.]\d{2,}|\d\d[/:]\d{4,}|\d{4}:\d\d|-?\d-\d{3,}(?:-[\dA-Z]+)*|\d{4,}[A-Z]{1,2}\d+)\b", 0.8, v.unique_code, sieve=r"[A-Z](?:[-/.]\d\d\d?\d?[/:.]\d\d|\d\d[/:]\d{4}|\d{4}(?::\d\d|\d*[A-Z][A-Z]?\d)|-?\d-\d{3})|[A-Za-z]-?\d{6}|[A-Z]-?\d\d+-[\dA-Z]|[A-Z]-?\d{5}"),
    Pattern("mrn", "number in parentheses", r"\(#?([A-Z]{1,3}\d{5,10}|\d{5}|\d{1,4}(?: \d{2,4}){2,4})\)", 0.65, n.in_parentheses),
    Pattern("other-id", "six digits or more", r"\b\d{6,}\b", 0.6, v.six_digits),
    Pattern("other-id", "groups of letters and digits", LETTERED, 0.7, v.mixed),
    Pattern("other-id", "groups of digits", r"\b(?:\d{6,}-\d{1,5}(?:-\d+)?|\d{2,4}-\d{6,8}|\d{2,3}-\d\d-\d\d(?:-\d\d)?|\d{4,5}-\d{3,}-\d+|\d{1,3}-\d{4,}-\d+|\d{4}-\d\d-\d{3,5}|\d\d-\d{3}-\d{3}|\d\d-\d{5}|\d{2,3}-\d{2,3}-\d{5,}|0\d{3,}-\d{3,}|\d{1,3}\.\d{3}\.\d{3})(?:-[\dA-Z]{1,3})?\b", 0.7, n.dashed, sieve=r"\d{6}-\d|\d-\d{6}|\d{4}-\d{3}\d*-\d|\d-\d{4}\d*-\d|\d{4}-\d\d-\d{3}|\b\d\d\d?-\d\d-\d\d\b|\b\d\d-\d{3}(?:-\d{3}|\d\d)\b|\d-\d\d\d?-\d{5}|\b0\d{3}\d*-\d{3}|\b\d\d?\d?\.\d{3}\.\d{3}\b"),
    Pattern("other-id", "number in words", rf"(?i)\b{DIGIT_WORD}(?:[ \t,-]+{DIGIT_WORD}){{5,}}\b", 0.8, sieve=rf"(?i){DIGIT_WORD}[ 	,-]+{DIGIT_WORD}[ 	,-]+{DIGIT_WORD}"),
    Pattern("other-id", "number in words beside a cue", rf"(?i)\b(?:numbers?|mrn|record|ssn|social|account|phone|policy|id|zip|code|pager)\b[ \t]*(?:(?:is|was)\b|[:#])?[ \t]*({DIGIT_WORD}(?:[ \t,-]+{DIGIT_WORD}){{2,}})\b", 0.85, sieve=rf"(?i){DIGIT_WORD}[ 	,-]+{DIGIT_WORD}[ 	,-]+{DIGIT_WORD}"),
    Pattern("other-id", "donation number of a blood unit", r"\b[A-Z]\d{4} ?\d{2} ?\d{6}\b", 0.85),
    Pattern("other-id", "number after a hash", r"#[ \t]?([A-Z]{0,4}-?\d[A-Z0-9-]{3,})", 0.7, n.after_hash, sieve=r"#[ \t]?[A-Z]*-?\d[A-Z0-9-][A-Z0-9-][A-Z0-9-]"),
    # telephone
    Pattern("phone", "telephone number", r"(?:\+?1[-. ]*)?(?:[(\[][2-9]\d{2}[)\]][ -]*\d{3}[-. ]*\d{4}|\b[2-9]\d{2}(?:[-. /]| [-.] )\d{3}(?:[-. ]| [-.] )\d{4})(?:,?[ \t]*(?i:x|ext\.?|extension)[ \t]*\d{1,6})?\b|\b[2-9]\d{2}[-.]\d{4}\b", 0.9, v.phone, sieve=r"\b[2-9]\d{2}(?:[)\]][ -]*\d{3}|(?:[-. /]| [-.] )\d{3}[-. ]|[-.]\d{4}\b)"),
    Pattern("phone", "international telephone number", r"\+\d{1,3}[ .-]?(?:\(?\d{1,5}\)?[ .-]?){2,5}\d{2,4}\b", 0.9),
    Pattern("phone", "telephone number with a trunk zero", r"\b0\d{2,4}[ -]\d{3,4}(?:[ -]\d{2,4}){1,2}\b", 0.75, v.trunk_zero),
    Pattern(
        "phone",
        "telephone number beside a cue",
        _PHONE_CUE + r"(\+?\(?\d[\d() .x-]{4,18}\d)",
        0.92,
        v.cued_phone,
        sieve=_PHONE_CUE + r"\+?\(?\d[\d() .x-]{5}",
    ),
    Pattern("phone", "extension", r"(?i)\b(?:ext(?:ension)?\.?|x|pager|beeper|page|bleep|vocera|spectralink|ascom|dial)[ \t]*(?:number|no|is|at|#)*[ \t]*[.:#]?[ \t]*#?(\d{3,6}(?:-\d{4})?|\d-\d{4}|\d{2}-\d{3,4})\b", 0.7, v.extension),
    Pattern("phone", "number to page", r"(?i)\b(?:page|pager|call|beep|vocera|text)\b[^.;\n\d]{1,40} at (\d{5}|2[4-9]\d\d|[3-9]\d{3}|\d\d[6-9]\d)\b", 0.7, v.extension, sieve=r"(?i)\b(?:page|pager|call|beep|vocera|text)\b[^.;\n\d]* at \d{4}"),
    Pattern("phone", "number to page, in two parts", r"(?i)\b(?:page|pager|call|beep|vocera|text)\b[^;\n\d]{1,40} (\d-\d{4})\b", 0.75, sieve=r"[A-Za-z,:.)] \d-\d{4}"),
    Pattern("phone", "pager number", r"[A-Za-z0-9][,:]? (p\d{4,5})\b", 0.7),
    # dates
    Pattern("date", "ISO date", r"\b(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|[/.](?:0?[1-9]|1[0-2])[/.](?:0?[1-9]|[12]\d|3[01])\b)", 0.97),
    Pattern("date", "numeric date", r"\b\d{1,2}(?:(?: ?/ ?\d{1,2} ?/ ?|[/-]\d{1,2}[/-]|\.\d{1,2}\.|/\d{1,2}/')(?:19|20)?\d{2}(?:@\d{4})?|[/-](?:19|20)\d{2})\b", 0.95, d.numeric_date),
    Pattern("date", "date with month name, run together", rf"(?i)\b{DAY}[-_.]?(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[-_.]?(?:19|20)?\d\d\b", 0.9),
    Pattern("date", "date with month name, dashed", rf"(?i)\b{MONTH}[-/.]{DAY}[-/.,](?:19|20)?\d\d\b", 0.95),
    Pattern("date", "compact date", r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?\b", 0.8),
    Pattern("date", "two dates", r"\b\d{1,2}/\d{1,2}(?:/(?:19|20)?\d\d)? ?(?:-|to|thru|through) ?\d{1,2}/\d{1,2}/(?:19|20)?\d\d\b", 0.95, d.two_dates),
    Pattern("date", "month and day", r"\b((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))(?:[^0-9A-Za-z_/+%]|$)", 0.7, d.month_day),
    Pattern("date", "two days", r"\b(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?: ?- ?| to | thru | through | until )(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])\b", 0.75, d.date_range),
    Pattern("date", "month and day", r"(?i:\b(?:(?:dated|adm|admit(?:ted)?|seen|discharged|dc|d/c|surgery|appt|appointment|visit|since|next|rtc|f/u|fu|due|lmp|edd|edc|dos|doi|ard|onset|lov|lkw),?:? (?:on |was |is )?|on ))((?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01]))\b", 0.65, d.month_day_dash),
    Pattern(
        "date",
        "date with month name",
        rf"(?i)\b{WEEKDAY}{MONTH}\.?(?:[ \t]*(?:the[ \t]+)?{DAY}{ORD}?\b(?:,?[ \t]*(?:of[ \t]+)?(?:(?:19|20)\d\d|'\d\d)\b|,[ \t]*\d\d\b)?|[ \t,/-]*(?:of[ \t]+)?(?:(?:19|20)\d\d|'\d\d)\b)",
        0.95,
        d.month_name,
    ),
    Pattern(
        "date",
        "date with month name, day first",
        rf"(?i)\b{WEEKDAY}(?:the[ \t]+)?{DAY}{ORD}?(?:[ \t]+(?:day[ \t]+)?of[ \t]+|[ \t/.-]*){MONTH}\b\.?(?:[ \t,/.-]*(?:of[ \t]+)?(?:(?:19|20)\d\d|'?\d\d)\b)?",
        0.95,
        d.month_name,
    ),
    Pattern(
        "date",
        "month alone",
        r"\b(?i:in|since|until|till|from|during|by|through|last|next|this|early|late|mid|of|between|and|around|before|after)[ \t-]+(?:early |late |mid[- ]?)?(January|February|March|April|May|June|July|August|September|October|November|December|(?-i:Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b",
        0.75,
    ),
    Pattern(
        "date",
        "month alone, in small letters",
        r"\b(?:in|since|until|till|from|during|by|through|last|next|this|early|late|mid|of|between|around|before|after)[ \t-]+(?:early |late |mid[- ]?)?(january|february|april|june|july|august|september|october|november|december)\b",
        0.75,
    ),
    Pattern(
        "date",
        "month beside a visit",
        rf"(?i:\b(?:{VISIT})\b\.?)[ \t]*[:,(-]?[ \t]*(?i:(?:early|late|mid)[- ]?)?((?i:{LONG_MONTH})|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)\b)",
        0.75,
        d.month_beside,
        sieve=rf"(?i)\b(?:{VISIT})\b\.?[ \t]*[:,(-]?[ \t]*(?:(?:early|late|mid)[- ]?)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    ),
    Pattern("date", "month of a visit", rf"((?:January|February|March|April|June|July|August|September|October|November|December)|(?:(?:[Hh]er|[Hh]is|[Tt]heir|[Tt]he|[Pp]rior) )(?:May))(?:'s)? (?i:{VISIT}|admission|hospitali[sz]ation|stay)s?\b", 0.75, sieve=r"(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:'s)? [A-Za-z]"),
    Pattern("date", "holiday", HOLIDAY, 0.85, d.holiday, sieve=HOLIDAY_SIEVE),
    Pattern("date", "day of month", r"(?i)\b(?:on|since|by|until|till|from|for|appt|appointment|visit|due|seen|next) the (\d{1,2}(?:st|nd|rd|th))\b", 0.7, d.day_of_month),
    Pattern("date", "day of month of a visit", r"(?i)\b(?:appt|appointment|visit|surgery|procedure|scheduled|due|seen|return)\b[^.;\n\d]{1,30} the (\d{1,2}(?:st|nd|rd|th))\b", 0.7, d.day_of_month, sieve=r"(?i) the \d{1,2}(?:st|nd|rd|th)\b"),
    Pattern(
        "date",
        "date beside a cue",
        _DATE_CUE + r"(\d{1,4}[ ./*-]\d{1,2}[ ./*-]\d{1,4}|\d{6}|\d{8})\b",
        0.97,
        sieve=_DATE_CUE + r"(?:\d{1,4}[ ./*-]\d|\d{6})",
    ),
    Pattern(
        "date",
        "day of a week and a month",
        rf"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?[ \t]+(?:the[ \t]+)?(?:\d{{1,2}}{ORD}|(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?:/(?:19|20)?\d\d)?)\b",
        0.9,
    ),
    Pattern("date", "date in Spanish", r"(?i)\b\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)(?: del? \d{4})?\b", 0.93),
    Pattern("date", "season of a year", r"(?i)\b(?:early |late |mid[- ]?)?(?:spring|summer|fall|autumn|winter)(?: of)?,? (?:(?:19|20)\d\d|'\d\d)\b", 0.85),
    # ages over 89
    Pattern("age", "age over 89", r"(?i)\b((?:9\d|1[0-3]\d))[- ]?(?:plus[- ]|\+[- ]?)?(?:years?|yrs?|yr\.?|y\.?/?o\.?|y\.o|y)(?:[- ]?(?:s?[- ]?old|o|of age))?(?:[- ]?(?:[mf]|fe?male|wf|wm|bf|bm))?\b", 0.95, d.over_89),
    Pattern("age", "age over 89, mistyped", r"(?i)\b(9\d|1[0-2]\d)[- ]y\w{1,5}[- ]old\b", 0.85),
    Pattern("age", "age over 89 beside a cue", r"(?i)\b(?:aged?|age is|age of|age at \w+|turned|turning|turns|alive(?: and well)?(?:,? at)?|(?:died|d\.|deceased|expired|passed)(?: away)?(?: of [a-z ]{2,20})? at(?: age)?)[ \t]*[:=(]?[ \t]*(9\d|1[0-3]\d)\b", 0.93, d.age_cue),
    Pattern("age", "age over 89 after whose it is", rf"(?i)\b(?:patient|pt|{ELDERS})(?:,|'s| is| turned| just turned) (9\d|1[0-2]\d)(?:,? ?(?:$|[a-z\n])|\.(?:$|[ \n]))", 0.85, c.age_of),
    Pattern("age", "age over 89 of whom a sentence is about", r"(?i)\b(?:he|she|who|patient|pt)(?:'s| is) (9\d|1[0-1]\d)(?:, [a-z]| and (?:lives?|frail|still|on|has|a)\b)", 0.8, c.age_of),
    Pattern("age", "age of a hundred and more after whose it is", r"(?i)\b(?:patient|pt) (1[0-1]\d),", 0.8, d.over_89),
    Pattern("age", "age over 89 with sex", r"\b(9\d|1[0-2]\d)[ -]?(?:[MF]|[mf]emale|male|woman|man|lady|gentleman|WF|WM|BF|BM|HF|HM|AAM|AAF)\b", 0.85, d.over_89),
    Pattern(
        "age",
        "age over 89 in words",
        r"(?i)\b(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one )?hundred(?:[- ]and)?[- ](?:one|two|three|four|five|six|seven|eight|nine|ten)|one[- ]hundred|a hundred)[- ](?:years?(?:[- ]old| of age)?|y\.?/?o)\b|\b(?:(?:early|mid|late)[- ]?)?(?:nineties|90'?s)\b|\b(?:nonagenarian|centenarian|supercentenarian)\b",
        0.9,
        d.nineties,
    ),
    Pattern("age", "birth year over 89 years ago", r"(?i)\b(?:born|birth year|yob|year of birth)[ \t]*(?:in|:|is)*[ \t]*((?:18\d\d|19[0-2]\d|193[0-5]))\b", 0.85),
    # places
    Pattern("street", "post office box", r"(?i)\bP\.?[ ]?O\.?[ ]?Box[ \t]*#?\d+\b|\bRR[ ]?\d+[ ]Box[ ]\d+\b|\bRural Route \d+\b|\bR\.?R\.? ?\d+,? Box \d+\b|\bHC ?\d+ Box \d+\b", 0.97),
    Pattern(
        "street",
        "street address",
        rf"\b\d{{1,6}}(?:-\d{{1,4}})?[A-Za-d]?[ \t]+(?:{DIRECTION}[ \t]+)?(?:(?:[A-Z][A-Za-z'.-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH)|of|the|de|la|del)[ \t]+){{1,4}}(?:{STREET_TYPE}|(?i:{STREET_TYPE}))\b\.?(?:[ \t]+{DIRECTION}\b\.?)?{UNIT}",
        0.93,
        v.street,
        sieve=rf"[ \t](?:[A-Z][A-Za-z'.-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH)|of|the|de|la|del)[ \t]+(?i:{STREET_TYPE})\b",
    ),
    Pattern("street", "street address", rf"\b\d{{1,6}}[A-Z]?[ \t]+(?:{DIRECTION}[ \t]+)?(?:Broadway|Main|Park Ave|(?:(?:State|US|Old|County) )?(?:Highway|Hwy|Route|Rte) \d+|(?:County|Township|Farm|Ranch|State) (?:Road|Rd\.?) \d+|CR \d+|FM \d+|Avenue [A-Z]\b|US-\d+){UNIT}", 0.85),
    Pattern("street", "street address with the type first", r"\b\d{1,5}[ \t]+(?:Rue|Calle|Via|Avenida|Camino|Paseo|Vista|Carrer)[ \t]+(?:(?:de|del|la|las|los|du|des)[ \t]+)*[A-Z][A-Za-z'-]+(?:[ \t]+[A-Z][a-z]+)?\b", 0.85),
    Pattern(
        "street",
        "street address in lower case",
        rf"\b\d{{1,6}}[ \t]+(?:[nsew]\.?[ \t]+)?(?:[a-z'-]+[ \t]+|\d{{1,3}}(?:st|nd|rd|th)[ \t]+){{1,3}}{_SMALL_STREET_TYPE}\b\.?{UNIT}",
        0.75,
        v.lower_street,
        sieve=rf"[ \t](?:[a-z'-]+|\d{{1,3}}(?:st|nd|rd|th))[ \t]+{_SMALL_STREET_TYPE}\b",
    ),
    Pattern("street", "street name beside a cue", rf"(?i:\b(?:lives? on|living on|resides? (?:on|at)|address(?: is|:)?|corner of|apartment on|house on|home on))[ \t]+((?:[A-Z][A-Za-z'.-]*[ \t]+){{1,3}}{STREET_TYPE})\b", 0.85),
    Pattern("street", "number and name after a word of living", r"(?i:\b(?:lives?|lived|living|resid(?:es?|ed|ing)|domiciled)(?: alone| w(?:/|ith) [a-z]+(?: [A-Za-z]+)?)? (?:at|on)|\baddress(?: on file)?(?: is| was|:))[ \t]+(\d{1,6}[A-Z]?[ \t]+(?:1/2[ \t]+)?(?:(?:The|[NSEW]\.?)[ \t]+)?(?:[A-Z][a-z'-]{2,}(?:[ \t]+[A-Z][a-z'-]{2,}){0,2}|[A-Z][A-Z'-]{2,})(?:[ \t]+\d{1,4})?)\b", 0.8, sieve=r"(?i:\b(?:lives?|lived|living|resid(?:es?|ed|ing)|domiciled)(?: alone| w(?:/|ith) [a-z]+(?: [A-Za-z]+)?)? (?:at|on)|\baddress(?: on file)?(?: is| was|:))[ \t]+\d"),
    Pattern("street", "number and name before an apartment", r"\b(\d{1,6}[A-Z]?[ \t]+(?:[A-Za-z][A-Za-z'.-]*[ \t]+){0,3}[A-Z][A-Za-z'.-]+(?:[ \t]+\d{1,4})?),?\s+(?i:apt|apartment|suite|ste)\.?[ \t]*#?\d", 0.85, v.before_apartment, sieve=r"[A-Za-z0-9.],?\s+(?i:apt|apartment|suite|ste)\.?[ \t]*#?\d"),
    Pattern("street", "military box", r"(?i)\b(?:(?:PSC|CMR|OMC)[ \t]*#?\d{1,5}|Unit[ \t]*#?\d{4,5}),?\s+Box[ \t]*#?\d{1,5}\b", 0.95),
    Pattern("city", "military post office", r"(?i)\b([AFD]PO,?[ \t]+A[AEP])[ \t,.]+\d{5}\b|(?-i:\b[AFD]PO,?[ \t]+A[AEP]\b)", 0.9),
    Pattern("street", "corner of two streets", r"\b(?i:at|near|on|of|by|to) ((?:\d{1,3}(?:st|nd|rd|th) (?:Ave |St |Street |Avenue )?(?:and|&|/) [A-Z][a-z]{2,}|[A-Z][a-z]{2,} (?:Ave |St |Street |Avenue )?(?:and|&) \d{1,3}(?:st|nd|rd|th)))\b", 0.82, c.corner, sieve=r"\d(?:st|nd|rd|th) (?:Ave |St |Street |Avenue )?(?:and|&|/) [A-Z]|(?:and|&) \d{1,3}(?:st|nd|rd|th)"),
    Pattern("street", "apartment or room", r"(?i)\b(?:apt|apartment|suite|ste)\.?[ \t]*#?[ \t]*(\d{1,5}[A-Z]?|[A-Z]\d{1,4}|[A-Z])\b", 0.6, v.has_digits),
    Pattern(
        "city",
        "town whose name is several words",
        TOWNS,
        0.8,
    ),
    Pattern("organisation", "employer", rf"\b(?i:work(?:s|ed|ing)?|employed|job|hired|fired|manager|cashier|clerk|driver|stocker|barista|nurse|pharmacist|engineer|shift)\b[^.;\n]{{0,24}}?\b(?i:at|for|by) ({EMPLOYERS})\b", 0.85, sieve=rf"\b(?i:at|for|by) {EMPLOYERS}\b"),
    Pattern("organisation", "hospital of children", r"\b([A-Z][a-z]{3,} Children's)(?:[),.;\n]|$)", 0.75, v.of_children),
    Pattern("zip", "ZIP+4", r"\b\d{5}-\d{4}\b", 0.93, v.zip_plus4),
    Pattern("zip", "ZIP code after a State", rf"(?:[a-z],? (?i:{STATE}|A[AEP])|\b(?:{STATE}|A[AEP]|(?i:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Hampshire|Jersey|Mexico|York|Carolina|Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming)))[., ]+[ \t]*(\d{{5}}(?:-\d{{4}})?)\b", 0.95, sieve=r"[A-Za-z][., ]+[ \t]*\d{5}\b"),
    Pattern("zip", "ZIP code beside a cue", r"(?i)\b(?:zip(?:[ -]?code)?|postal code|postcode)\b[ \t]*(?:is|of|[:=#-])*[ \t]*(\d{4,5}(?:-\d{4})?)\b", 0.95),
    Pattern("zip", "ZIP code after a street", r"(?:[A-Za-z.](?:[,.] +|  +)|(?:[a-z.]|[^A-Z][A-Z]|[^ ,][A-Z]{2}) )(\d{5}(?:-\d{4})?)\b", 0.8, v.zip_after_street, sieve=r"[A-Za-z.,] +\d{5}\b"),
    Pattern("zip", "postcode", r"\b[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b", 0.75, v.postcode),
    *MORE,
)  # fmt: skip
