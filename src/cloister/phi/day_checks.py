"""Checks of a month and a day without a year, which a score, a fraction or a blood pressure looks like as well.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501, ARG001, PLR0911 - a check asks many things; an expression is read whole
from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.cells import of_column
from cloister.phi.check_parts import text_after, text_before
from cloister.phi.context import Context, Contexts

if TYPE_CHECKING:
    from cloister.phi.finding import Span

_SLASH, _TEN, _MONTHS, _DAYS = 47, 10, 12, 31
_BEFORE_NONE, _AFTER_NONE = (
    np.array([(chr(byte).isalnum() and byte < 128) or byte in marks for byte in range(256)])
    for marks in (b"_/-.+", b"_/+%")
)
_DATE_CUE = (
    rb"(?i)(?:\b(?:what about|how about|(?:next|appt|appointment|visit|surgery|chemo|date|deadline|hearing|due date|birthday|refill|infusion|procedure|one|ride)(?: [a-z]+)? (?:is|was|will be)|on|f/u|fu|follow[- ]?up|rtc|recheck|f2f|(?:last|next|first|second|third|final|prior|[1-9](?:st|nd|rd|th)) (?:dose|tx|treatment|fraction)|since|until|till?|from|by|dated?|of|for|through|thru|to|due|seen|d/c'?d|dc'?d|admitted|admit|surgery|appt|"
    rb"appointment|before|after|starting|start|starts|restarted?|started|began|begin|beginning|ending|ended|last|next|visit|scheduled|was|again|repeat|rpt|(?:moved|transferred|admitted|discharged|returned|accepted) (?:to|from|at) [a-z0-9-]{2,8}|s/p [a-z]{2,8}|(?:appt|appointment|visit|f/?u|consult) (?:w/ ?|with |by |at )[a-z0-9]{2,9}|(?:mr|mri|cxr|us|echo|pet|ua|covid|flu|strep|rvp|uds|hcg|pap|fobt|ppd|qft|hiv|rpr|dopplers?|abd) (?:neg|negative|pos|positive|nl|normal|wnl|clear|ok|stable|done)|(?:sutures?|stitches|staples|bolster|cast|splint|drains?|packing|pins?|boot|brace|collar|holter) (?:off|out)|(?:ef|lvef|a1c|wbc|hgb|hb|hct|plt|cr|inr|tsh|psa|crp|esr|alt|ast|bun|e?gfr|ldl|ferritin|bnp|cd4|lactate|bili|na|k|mg|phos|alb|anc|vanco|tacro|lipase|trop|ldh|b12|ft4|vl) \d{1,4}(?:\.\d+)?%?(?: on)?|x-?rays?|xrs?|kub|doppler|dopplers|us|tte|tee|cta|psg|hsat|hida|ercp|mrcp|eeg|set ?up|check|ck|interrogation|next one(?:'s)?|ct|mri|"
    rb"cxr|hus|mbs|slnb|us|ultrasound|accident|mva|mvc|rec'?d|received|labs?|echo|ekg|ecg|cx|cultures?|note|and|in|around|between|dos|doa|doi|approx|approximately|as of|onset|fall|fell|bm|lmp|baseline|mechanical fall|injury|done|drawn|collected|"
    rb"placed|removed|created|implanted|inserted|obtained|ordered|sent|filled|refilled|stopped|changed|initiated|pulled|exchanged|accessed|infused|transfused|tapped|scoped|swapped|bumped|rescheduled|resched|cancell?ed|renewed|certified|recert|evicted|towed|impounded|arrested|released|delivered|born|engaged|turned \d\d|vaccinated|immunized|upgraded|revised|recast|casted|splinted|nxt|nv|vst|vis|visits|appts|prev|previous|earlier|mammo|mammogram|dexa|egd|colonoscopy|colo|stress test|quit smoking|due out|back to school|home from|sleep study|ablation|cardioversion|lumpectomy|mastectomy|hysterectomy|vasectomy|off work|back to work|exp date|hearing|completed|performed|repeated|faxed|mailed|signed|delivered|administered|resulted|reported|diagnosed|presented|hospitalized|arrived|returned|quit|moved|d/c|adm|session|eff|effective|tmrw|tomorrow|today|tonight|yesterday|duty|rtw|svd|cva|call(?:ed|back)?|c-?section|lscs|tka|tha|orif|cabg|pci|cath|lap chole|chole|appy|biopsy|bx|extubated|intubated|transferred|discharged?|op|pod|lmp|edd|edc|mon|tues?|wed|thu|thurs|fri|sat|sun|"
    rb"tu|th|weds|thur|monday|tuesday|wednesday|thursday|friday|saturday|sunday|resolved|mv[ac]|expired|died|\*)[,:]?|(?:^|[^\d/])(?:0?[1-9]|1[0-2])/[0-3]?\d(?: \d{2,3}(?:\.\d+)?(?:/\d{2,3})?,|\s*(?:-|to|and|or|,|&|through|thru)|  ))\s*[(~-]*\s*$"
)
# What tells a day where the numbers are no usual fraction: "held 4/8", not "held 2/3 doses".
_WEAK_CUE = rb"(?i)(?:#\d{1,2}|\b(?:(?:d|c|v|fx|wk|day|week|cycle|dose|visit|session|c\d{1,2}d)-?\d{1,2}|x\d|inr|a1c|erg|vng|fibroscan|seizure|sz|syncope|arrest|covid ?[+]?|flu ?[+]?|consult|bmd|mra|mrv|emgs?|tilt|turbt|cysto|bolster|sutures?|staples?|cast|foley|pump|valid|negative|held|given|gave|missed|ends?|expires?|exp|fit|fitted|closed|opened|read|neg|pos|positive|out|work|school|stress|port|stent|drain|picc|peg|trach|dosed|fired|booked|ride|bus|court|trip|flight|hospice|rehab|snf|holter|pap|pft|pfts|emg|circ|completes?|completing|injected|resumed|planned))[,:]? $"
_SCALE_AFTER = (
    rb"(?i)^\s*(?:strength|pain|murmur|systolic|diastolic|sem\b|hsm\b|motor|power|pulses?|dtr|reflex|scale|out|on (?:a |the )?(?:pain )?scale|in (?:all|bilateral|upper|lower|both)|"
    rb"tab|cup|inch|strip|of\b|gp[cr]\b|gnr\b|d(?:[.,;)]|$)|inatt|hyper|symptoms|ppd|pack|mile|dose|pill|liters?|x ?\d|teaspoon|tsp|tbsp|ml|mg|cm|mm|ns\b|normal|saline|-?inch|%|severity|intensity|throughout|bilaterally|criteria|positive|cores|nodes|lymph|apgar|weeks?\b|days?\b|hours?\b|bottles?|sets?|correct|questions|words|objects|recall|visual|vision|sirs|lots?\b|(?:[a-z]+ )?(?:cycles|sessions|readings|attempts|episodes|treatments|meals|feeds|diapers|goals|groups|classes|series|cravings|quadrants|limbs|segments|courses|infusions|injections|shots|visits\b)|/)"
)
_SCALE_BEFORE = (
    rb"(?i)(?:\b[a-z]{2,8}-\d{1,2}|\b(?:pain|strength|murmur|[a-z]*scores?|criteria|criterion|points?|items|index|scale|rated?|motor|power|grade|apgars?|bp|gcs|reflexes|dtrs?|pulses|level|severity|x|q|ratio|mmse|moca|phq|gad|nihss|"
    rb"recall|glasgow|snellen|day|days|dose|doses|cycle|week|visit|session|tab|tabs|part|step|phase|trial|page|pg|qty|burke|question|item|level|grade|oriented|orientation|stage|class|vision|va|od|os|ou|hr|temp|intensity|about|currently|now|a|rates? (?:it|her|his|the) (?:pain )?(?:as|at)?|is|was|"
    rb"sats?|spo2|rr|ext|uo|muscle|sensation|edema|gleason|bishop|nodes?|cores?|f[lnp]|month|ecog|kps|cycles?|ratio|urr|mackay|rpe|borg|berg|fim|tinetti|pps|epds|audit|slums|bims|morse|norton|bishop|snot|kujala|fugl|fma|barthel|rass|cam|flacc|wong|nips|wat|cows|ciwa)|\d ?x)(?:\s*(?:of|is|was|:|=|at|as|a|about|currently|now)){0,3}\s*[(]?\s*$"
)
_SCORED = rb"(?i)(?:pain|strength|score|scale|criteria|apgars?|gcs|murmur|bipap|cpap|peep|ipap|settings?|reflex(?:es)?|grip)\b[^.]*$|motor(?:\W+(?:[^v.\W][^.]*)?)?$"  # "motor vehicle"
# What may stand before a date that nothing announces: no capitalised word (a drug, a scale) and no number.
_LOOSE_BEFORE = Context(rb"(?:^|[(;,.]|(?:^|[\s(])[a-z]{2,}:?)\s*$")
# "6/2 0413", "9/6 at 7:30 AM", "3/9 @ 2pm"
_CLOCK_AFTER = rb"(?i)^,? (?:(?:@ ?|at )?(?:[01]\d|2[0-3]):?[0-5]\d(?: ?(?:h|hrs?|am|pm))?|(?:@ ?|at )?\d:[0-5]\d|(?:@ ?|at )?\d{1,2}(?::[0-5]\d)? ?[ap]\.?m|(?:[89]\d|1\d\d|2[0-4]\d)/\d{2,3})(?:[ ,.;:)\n]|$)"
# "seen by Roe 9/9, Poe 9/12": whom somebody saw, and when.
_SOMEBODY_BEFORE = Context(
    rb"\b(?:(?:[Ss]een|[Ee]valuated|[Ee]xamined|[Ss]igned|[Cc]leared|[Cc]onsented|[Dd]ischarged|[Pp]laced|[Dd]one) by|saw|[Dd]r\.?) (?:[Dd]r\.? )?[A-Z][a-z'-]+(?: [A-Z][a-z'-]+)? $"
    rb"|\b(?:by|saw) [A-Z][a-z'-]+ (?:0?[1-9]|1[0-2])/\d{1,2}, [A-Z][a-z'-]+ $"
    rb"|\b(?:MD|DO|RN|NP|PA-C|FNP|DNP|PharmD|RPh|DDS|DMD|LCSW|PhD|PsyD|DPM|APRN|CNM|LPN|ARNP|MBBS)\b[,.]?(?: [A-Z]{3,6}\b)? +$"  # who signed, and when
)
_CLOCK_BEFORE = rb"(?:^|\s)(?:[01]\d|2[0-3]):?[0-5]\d,? $"  # "death 1822 11/9"
# "F/u at Lakeside Cardiology 10/3", "Roe Pediatrics, 2/5"
_HOUSE_BEFORE = (
    rb"\b[A-Z][A-Za-z'-]+ (?:Clinic|Hospital|Center|Health|Healthcare|Pediatrics|Associates|Specialists|Consultants|Care|Medical|Medicine|Imaging|Therapy|Suites|Infusion|Hospice|Pharmacy|Rehab|Dental|Surgery|Surgical|Wellness|Institute|Labs?|Children's|Hospital's|Women's|District|[A-Z][a-z]{3,}ology),? $"
    rb"|\b(?:[Vv]accinated|[Ss]een|[Dd]rawn|[Dd]one|[Pp]erformed|[Tt]reated|[Pp]laced|[Ii]njured|[Ff]ell) at [A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){0,3} $"
)
# What comes in series as well: "vaccine 2/3" counts, "flu shot 10/9" and "injection 7/8" tell a day.
_SERIES_BEFORE = rb"(?i)\b(?:injection|infusion|chemo|dialysis|flu shot|shot|vaccine|booster|ppd|tdap|shingrix|shots|injections|infusions|vaccines|boosters)[,:]? $"
# "at 3/12 visit", "the 4/5 MRI"
_VISIT_AFTER = rb"(?i)^ (?:visit|appt|appointment|clinic|f/u|follow|(?:op |progress |consult |ed |nursing )?note|admission|scan|mri|ct\b|procedure|surgery|dc\b|d/c|discharge|echo|cxr|x-?ray|labs?\b|draw|session\b|shift|slot|pts\b|encounter|televisit|consult|letter|denial|appeal|claim|e-?mail|message|call\b|order|report|referral|fax|bill\b|invoice|statement|request|refill|biopsy|bx\b|cath|pet\b|us\b|eeg|emg|colonoscopy|egd)"
# What ends what is said: a mark, a line's end, or where, when, with whom and what for.
_ENDS_AFTER = rb"(?i)^(?:[,;)]|\.(?: |$)|$| ?\||,? (?:at|w/|with|by|and|here|for|via|but|still|in|because|after|before|per|if)\b| w/)"
_AFTER = Contexts(_SCALE_AFTER, _CLOCK_AFTER)
_COUNTS, _CLOCKS = range(2)
# Asked only where nothing before has told.
_LATER_AFTER = Contexts(_VISIT_AFTER, _ENDS_AFTER)
_VISITS, _ENDS = range(2)
_LATER_BEFORE = Contexts(_SERIES_BEFORE, _WEAK_CUE)
_BEFORE = Contexts(_DATE_CUE, _SCORED, _CLOCK_BEFORE, _SCALE_BEFORE, _HOUSE_BEFORE)
_IS_CUED, _IS_SCORED, _IS_TIMED, _IS_SCALED, _IS_OF_A_HOUSE = range(5)
_IS_IN_SERIES, _IS_WEAK = range(2)
# "9/10 readings", "2/14 LN"
_COUNTED_AFTER_ALL = re.compile(
    rb" (?!(?:at|for|with|by|in|on|and|to|from|w|but|per|via|after|before|due|is|was|has|as|then|when|she|he|pt|labs|films|needs|shows|wants|says|denies|states|reports|feels|looks|starts|results|cultures)\b)(?:(?:[a-z]+ )?[a-z]{3,}[^aius]s|LNs?|[A-Z]{2,4}s)(?:[ ,.;:)]|$)"
)
_MONTHS_BRITISH = Context(
    rb"(?i)\b(?:review|again|seen|see|repeat|appointment|clinic|back|recheck|bloods|return) in $|\bx $"
)
_VALUE_BEFORE = Context(rb"\d\.\d+ (?:on )?$|\d ?(?:kg|lbs?) [(]$")  # "wt 58.8 kg (2/2)"
_NEXT_DAY = re.compile(rb"(?:,|,? and| &) ?(\d{1,2})/(\d{1,2})(?![\d/])")
_DAY_AFTER_THAT = re.compile(rb"[,;]? (?:[A-Za-z]+ ){1,2}(\d{1,2})/(\d{1,2})(?![\d/])")  # "stress 4/5, cath 4/6"
_BY_SOMEBODY = re.compile(rb" by (?:[Dd]r\.? )?[A-Z][a-z]")  # "coiled 5/11 by Rasmussen"
_ROW = re.compile(rb", (\d{1,2})/(\d{1,2}),? (?:and |& )?(\d{1,2})/(\d{1,2})(?![\d/])")
_DATING = (
    b"on ",
    b"since ",
    b"until ",
    b"till ",
    b"til ",
    b"by ",
    b"of ",
    b"from ",
    b"last ",
    b"next ",
    b"due ",
    b"dated ",
    b"appt ",
    b"visit ",
    b"dos ",
    b"doi ",
    b"(",
)
_CAUSE_AFTER = re.compile(
    rb"(?i) (?!(?:and|with|w|by|at|she|he|pt|for|to|when|while|but|after|before|from|via|in|on|of|per|note|visit|appt|clinic|op|labs?|was|is|had|has|then|as|due|by|this|that|until|ct|mri|echo|us|xr|cxr|admission|surgery|am|pm|dr|shows?|showed|neg|pos|normal|ok|here|done|denies|reports|states|call|request|consult|follow|f/u|because|if|their|her|his|the|a|an|no|not|noted|again|still|now)\b)[a-z]{2,}"
)
_HEAD_DAY = re.compile(rb"\s*(?:\d{1,2}/\d{1,2}|\[\x7f+\])\s+visit $")  # of our placeholder as well
_LESSENED = Context(
    rb"(?i)\b(?:decreased?|increased?|reduced?|cut|down|up|shrunk|smaller|grown|lowered|raised?) (?:it )?by $"
)
_NO_DAYS = (b"2/2", b"3/5", b"4/5", b"5/5")  # "secondary to", and strengths
_VISIT_BEFORE = Context(
    rb"(?i)\b(?:f/?u|follow[- ]?up|appt|appointment|rtc|return|recheck|seen by|scheduled)\b[^;:\d]{3,60}, $"
)


def _told(buffer: bytes, start: int, after: bytes, first: int, second: int) -> bool:
    """ "HUS 9/3: none", "Celestone 3/8, 3/9", "F/u Dr. Roe, Tiny Toes Pediatrics, 2/6"."""
    more = _NEXT_DAY.match(after) or _DAY_AFTER_THAT.match(after)
    later = more is not None and int(more[1]) == first and int(more[2]) > second
    return after[:2] == b": " or later or _VISIT_BEFORE.search(text_before(buffer, start, 80))


def _listed(buffer: bytes, start: int, after: bytes, first: int, second: int) -> bool:
    """As ``_told``, and "1/6, 2/3, 3/3"; of what could be points of five or ten only "6/10, 6/17"."""
    row = _ROW.match(after)
    if row is not None:
        days = [(first, second), (int(row[1]), int(row[2])), (int(row[3]), int(row[4]))]
        return days == sorted(set(days)) and len({day for _, day in days}) > 1
    if second not in {5, 10}:
        return _told(buffer, start, after, first, second)
    more = _NEXT_DAY.match(after)
    return more is not None and int(more[1]) == first and int(more[2]) > 12


def days_of_months(buffer: bytes) -> list[Span]:
    """Every M/D without a year that is a date. So many scores and fractions look like one that arrays sort them out."""
    raw = np.frombuffer(b"\n\n\n" + buffer + b"\n\n\n\n", dtype=np.uint8)  # so that nothing lies outside
    slash = (raw == _SLASH).nonzero()[0]
    figure = raw - np.uint8(48)  # above nine where there is none
    slash = slash[(figure[slash - 1] < _TEN) & (figure[slash + 1] < _TEN)]
    ones, tens, first, second = (figure[slash + step] for step in (-1, -2, 1, 2))
    two, long = tens < _TEN, second < _TEN
    month, day = np.where(two, tens * np.uint8(10) + ones, ones), np.where(long, first * np.uint8(10) + second, first)
    start, end = slash - 1 - two, slash + 2 + long
    before, after = raw[start - 1], raw[end]
    fits = (month > 0) & (month <= _MONTHS) & (day > 0) & (day <= _DAYS) & ~_BEFORE_NONE[before] & ~_AFTER_NONE[after]
    fits &= ~(((after == ord("-")) | (after == ord("."))) & (figure[end + 1] < _TEN))
    spans: list[Span] = []
    for low, high in zip((start[fits] - 3).tolist(), (end[fits] - 3).tolist(), strict=True):
        score = month_day(buffer, low, high)
        if score:
            spans.append((low, high, "date", score, "month and day"))
    return spans


def month_day(buffer: bytes, start: int, end: int) -> float:
    """M/D without a year is a date beside a word of time, and a score, fraction or blood pressure otherwise."""
    before, after = text_before(buffer, start), text_after(buffer, end, 24)
    follow = _AFTER.search(after)
    if _COUNTS in follow or (buffer[end - 3 : end] in (b"/12", b"/52") and _MONTHS_BRITISH.search(before)):
        return 0.0
    told = _BEFORE.search(before)
    scored = _IS_SCORED in told
    if before[-3:].lower() == b"by " and _LESSENED.search(before):
        return 0.0
    if end - start == 3 and buffer[start] == buffer[end - 1] == 50 and _caused(before, after):
        return 0.0
    score = 0.0
    if _IS_CUED in told and not scored:
        # "10/2  visit 5/12" counts visits
        score = 0.0 if before[-6:].lower() == b"visit " and _HEAD_DAY.match(before) else 0.8
    elif (_IS_TIMED in told or _CLOCKS in follow) and not (scored and _IS_SCALED in told):
        # "1130 3/10." tells pain
        score = 0.0 if buffer[end - 3 : end] == b"/10" and after[:1] in b".,;" and _CLOCKS not in follow else 0.7
    if score or _IS_SCALED in told:
        return score if score and not _same_scale(buffer, start, end, before) else 0.0
    if _SOMEBODY_BEFORE.search(buffer[max(0, start - 40) : start]):
        return 0.65
    if _IS_OF_A_HOUSE in told and (buffer[start:end] not in _NO_DAYS or after[:1] in b",;?)"):
        return 0.65
    if scored or _same_scale(buffer, start, end, before):
        return 0.0
    return _untold_day(buffer, start, end, before, after)


def _caused(before: bytes, after: bytes) -> bool:
    """ "admitted 2/2 sepsis": secondary to what follows; not "admitted 2/2 with sepsis", "on 2/2 CHF"."""
    return _CAUSE_AFTER.match(after) is not None and not before.lower().endswith(_DATING)


def _same_scale(buffer: bytes, start: int, end: int, before: bytes) -> bool:
    """ "pain 3/10, later 2/10", "from 3/5 to 4/5": a number right before or after has the same of the usual scales."""
    scale = buffer[end - 3 if buffer[end - 2] != 47 else end - 1 : end].lstrip(b"/")
    usual = scale in (b"5", b"10")
    if b"/" + scale in before:  # "ESS 14/24, now 8/24": no month has so high a number
        points = rb"\d{1,2}" if usual else rb"(?:1[3-9]|[2-9]\d)"
        return re.search(rb"\b" + points + b"/" + scale + rb"\b[^/]*$", before) is not None
    return (
        usual
        and buffer[end : end + 2] in (b" t", b" -")
        and re.match(rb" (?:to|-+>|then) \d{1,2}/" + scale + rb"\b", buffer[end : end + 12]) is not None
    )


def _untold_day(buffer: bytes, start: int, end: int, before: bytes, after: bytes) -> float:
    """M/D that no word before announces for sure: by its own numbers, its column or what follows."""
    first, second = (int(part) for part in buffer[start:end].split(b"/"))
    counts = after[:1] == b" " and _COUNTED_AFTER_ALL.match(after) is not None
    # No score has more points than its scale, and few scales have 7, 9, 11 or more than 12 points.
    if second > 12:  # "IOP 12/13" tells of two eyes
        if counts:
            return 0.7 if _VISITS in _LATER_AFTER.search(after) else 0.0
        return 0.0 if (second < 23 and before[-4:].lower() == b"iop ") else 0.7
    follow = _LATER_AFTER.search(after)
    if counts and _VISITS not in follow:
        return 0.65 if of_column(buffer, start) else 0.0
    # No score is written with a zero before it ("07/01").
    zero = buffer[start] == 48 or buffer[end - 2] == 48
    if _VISITS in follow or zero or before.endswith(b"~") or (after[:1] == b")" and _VALUE_BEFORE.search(before)):
        return 0.65
    odd = first > second or second in (7, 9, 11)
    told = _LATER_BEFORE.search(before)
    if told and (odd or second in (8, 12) or (_IS_WEAK in told and _told(buffer, start, after, first, second))):
        return 0.65
    if of_column(buffer, start):
        return 0.65
    odd = odd or (_ENDS in follow and (first == second == 1 or (second in (8, 12) and first < second)))
    loose = odd and _LOOSE_BEFORE.search(before)
    ends = (
        before.endswith(b" - ") and not after.strip() and _IS_SCALED not in _BEFORE.search(before[:-3])
    )  # "Roe - 7/7"
    if loose or ends or (odd and _BY_SOMEBODY.match(after)) or _listed(buffer, start, after, first, second):
        return 0.6
    # at the head of a line, "3/14: febrile overnight" or "9/4 WBC 12"
    head = before.strip(b" \t*-(") == b"" and (start == 0 or b"\n" in buffer[max(0, start - 6) : start])
    return 0.65 if head and (after[:1] in (b":", b")", b" ", b"-", b",")) and second not in {5, 10} else 0.0


def date_range(buffer: bytes, start: int, end: int) -> float:
    """ "out 1/8-1/10": two days of which neither is a score; "strength 3/5-4/5" has one scale."""
    if start and buffer[start - 1] in b"/-.+":
        return 0.0
    if buffer[end : end + 1] in (b"/", b"-", b"%") or _COUNTS in _AFTER.search(text_after(buffer, end, 24)):
        return 0.0
    first, second = ([int(part) for part in day.split(b"/")] for day in re.findall(rb"\d+/\d+", buffer[start:end]))
    onwards = first < second or (first[0] > 10 and second[0] < 3)  # or over the turn of a year
    if (first[1] == second[1] < 13) or not onwards or _IS_SCALED in _BEFORE.search(text_before(buffer, start)):
        return 0.0
    return 0.85


_WORD_AFTER = re.compile(
    rb"(?i)^\s*(?!(?:and|with|by|at|is|was|re|neg|negative|normal|shows|showed|unsigned|signed|done|still|says|she|he|pt|for|to|when|but|after|before|from|via|following|due|because|then)\b)[a-z]"
)


def month_day_dash(buffer: bytes, start: int, end: int) -> float:
    """M-D after a word of time: far more often a range ("5-10 days"), so nothing countable may follow."""
    follows = buffer[end : end + 2]
    if follows[:1] in (b"/", b"-", b"%") or follows[1:].isdigit():
        return 0.0
    return 0.0 if _WORD_AFTER.match(text_after(buffer, end)) else 0.65


def of_a_scale(buffer: bytes, start: int, end: int) -> bool:
    """Whether what stands around M/D tells a score or a count: "day 8/21 of the cycle", "Bishop 6/13"."""
    before, after = text_before(buffer, start), text_after(buffer, end, 24)
    if _COUNTS in _AFTER.search(after) or _COUNTED_AFTER_ALL.match(after) or _same_scale(buffer, start, end, before):
        return True
    first, second = (int(part) for part in buffer[start:end].split(b"/"))
    told = _BEFORE.search(before)
    return first <= second and before[-3:].lower() != b"is " and (_IS_SCORED in told or _IS_SCALED in told)
