"""Checks of dates and of ages over 89.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501, ARG001, PLR0911 - a check takes the whole span; an expression is read whole
from __future__ import annotations

import re

from cloister.phi.cells import of_column, under_age
from cloister.phi.check_parts import UNITS, VERSION, text_after, text_before
from cloister.phi.context import Context, Contexts

_FROM_DATE = Context(rb"\b\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})-$")


def numeric_date(buffer: bytes, start: int, end: int) -> float:
    """Month/day or day/month that exists, or a month and a year; a fraction of a longer number is refused."""
    if end - start < 8 and buffer[end - 4 : end].isdigit():
        return 0.85 if 0 < int(buffer[start : end - 5]) <= 12 else 0.0
    if start and buffer[start - 1] in b"/-." and not _FROM_DATE.search(text_before(buffer, start, 14)):
        return 0.0
    after = buffer[end : end + 2]
    if after[1:].isdigit() and after[0] in b"/-":
        return 0.0
    first, at = buffer[start] - 48, start + 1
    if 48 <= buffer[at] <= 57:
        first, at = first * 10 + buffer[at] - 48, at + 1
    if buffer[at] == 46 and buffer[end - 3] == 46 and VERSION.search(text_before(buffer, start, 12)):
        return 0.0
    while not 48 <= buffer[at] <= 57:
        at += 1
    second = buffer[at] - 48
    if 48 <= buffer[at + 1] <= 57:
        second = second * 10 + buffer[at + 1] - 48
    return 0.95 if 0 < first <= 31 and 0 < second <= 31 and (first <= 12 or second <= 12) else 0.0


def two_dates(buffer: bytes, start: int, end: int) -> float:
    """From one day to another, written together."""
    if start and buffer[start - 1] in b"/-.":
        return 0.0
    days = [part.split(b"/") for part in re.findall(rb"\d[\d/]*", buffer[start:end])]
    return 0.95 if all(0 < int(day[0]) <= 31 and 0 < int(day[1]) <= 31 for day in days) else 0.0


_DATE_CUE = (
    rb"(?i)(?:\b(?:on|f/u|fu|follow[- ]?up|rtc|recheck|since|until|till|from|by|dated?|of|for|through|thru|to|due|seen|d/c'?d|dc'?d|admitted|admit|surgery|appt|"
    rb"appointment|before|after|starting|started|began|begin|beginning|ending|ended|last|next|visit|scheduled|was|again|x-ray|ct|mri|"
    rb"cxr|hus|mbs|slnb|us|ultrasound|accident|mva|mvc|rec'?d|received|labs?|echo|ekg|ecg|cx|cultures?|note|and|in|around|between|dos|doa|doi|approx|approximately|as of|onset|fall|fell|bm|lmp|baseline|mechanical fall|injury|done|drawn|collected|"
    rb"placed|removed|created|implanted|inserted|obtained|ordered|sent|filled|refilled|stopped|changed|initiated|held|pulled|exchanged|accessed|infused|transfused|injected|tapped|scoped|fitted|fit|swapped|booked|bumped|rescheduled|resched|cancell?ed|missed|resumed|restarted?|start|starts|ends?|expires?|exp|renewed|certified|recert|planned|evicted|towed|impounded|arrested|released|delivered|born|engaged|turned \d\d|gave|given|vaccinated|immunized|dosed|fired|closed|opened|upgraded|revised|recast|casted|splinted|nxt|nv|vst|vis|visits|appts|prev|previous|earlier|mammo|mammogram|pap|dexa|egd|colonoscopy|colo|stress test|holter|sleep study|pft|pfts|emg|picc|port|stent|drain|ablation|cardioversion|lumpectomy|mastectomy|hysterectomy|circ|vasectomy|peg|trach|off work|back to work|hospice|rehab|snf|exp date|completes?|completing|read|hearing|court|ride|bus|flight|trip|completed|performed|repeated|faxed|mailed|signed|delivered|administered|resulted|reported|diagnosed|presented|hospitalized|arrived|returned|quit|moved|d/c|adm|session|eff|effective|tmrw|tomorrow|today|tonight|yesterday|duty|rtw|svd|cva|call(?:ed|back)?|c-?section|lscs|tka|tha|orif|cabg|pci|cath|lap chole|chole|appy|biopsy|bx|extubated|intubated|transferred|discharged?|op|pod|lmp|edd|edc|mon|tues?|wed|thu|thurs|fri|sat|sun|"
    rb"monday|tuesday|wednesday|thursday|friday|saturday|sunday|resolved|mv[ac]|expired|died|\*)[,:]?|(?:^|[^\d/])(?:0?[1-9]|1[0-2])/[0-3]?\d\s*(?:-|to|and|,|&|through|thru))\s*[(~-]*\s*$"
)
_SCALE_AFTER = (
    rb"(?i)^\s*(?:strength|pain|murmur|systolic|diastolic|sem\b|hsm\b|motor|power|pulses?|dtr|reflex|scale|out|on (?:a |the )?(?:pain )?scale|in (?:all|bilateral|upper|lower|both)|"
    rb"tab|cup|inch|strip|of\b|ppd|pack|mile|dose|pill|teaspoon|tsp|tbsp|ml|mg|cm|mm|ns\b|normal|saline|-?inch|%|severity|intensity|throughout|bilaterally|criteria|positive|cores|nodes|lymph|apgar|weeks?\b|days?\b|hours?\b|bottles?|sets?|correct|questions|words|objects|recall|visual|vision|sirs|/)"
)
_SCALE_BEFORE = (
    rb"(?i)(?:\b[a-z]{2,8}-\d{1,2}|\b(?:pain|strength|murmur|[a-z]*scores?|criteria|criterion|points?|items|index|scale|rated?|motor|power|grade|apgars?|bp|gcs|reflexes|dtrs?|pulses|level|severity|x|q|ratio|mmse|moca|phq|gad|nihss|"
    rb"recall|glasgow|snellen|day|days|dose|doses|cycle|week|visit|session|tab|tabs|part|step|phase|trial|page|question|item|level|grade|oriented|orientation|stage|class|vision|va|od|os|ou|hr|temp|intensity|about|currently|now|a|rates? (?:it|her|his|the) (?:pain )?(?:as|at)?|is|was|"
    rb"sats?|spo2|rr|ext|uo|muscle|sensation|edema|gleason|bishop|nodes?|cores?|f[lnp]|month|ecog|kps|cycles?|ratio|urr|lund-mackay|mackay)|\d ?x)(?:\s*(?:of|is|was|:|=|at|as|a|about|currently|now)){0,3}\s*[(]?\s*$"
)
_SCORED = (
    rb"(?i)(?:pain|strength|score|scale|apgars?|gcs|murmur)\b[^.]*$|motor(?:\W+(?:[^v.\W][^.]*)?)?$"  # "motor vehicle"
)
# What may stand before a date that nothing announces: no capitalised word (a drug, a scale) and no number.
_LOOSE_BEFORE = Context(rb"(?:^|[(;,.]|(?:^|[\s(])[a-z]{2,}:?)\s*$")
# "6/2 0413", "9/6 at 7:30 AM", "3/9 @ 2pm"
_CLOCK_AFTER = rb"(?i)^,? (?:(?:@ ?|at )?(?:[01]\d|2[0-3]):?[0-5]\d(?: ?(?:h|hrs?|am|pm))?|(?:@ ?|at )?\d:[0-5]\d|(?:@ ?|at )?\d{1,2}(?::[0-5]\d)? ?[ap]\.?m)(?:[ ,.;:)\n]|$)"
# "seen by Roe 9/9, Poe 9/12": whom somebody saw, and when.
_SOMEBODY_BEFORE = Context(
    rb"\b(?:(?:[Ss]een|[Ee]valuated|[Ee]xamined|[Ss]igned|[Cc]leared|[Cc]onsented|[Dd]ischarged|[Pp]laced|[Dd]one) by|saw|[Dd]r\.?) (?:[Dd]r\.? )?[A-Z][a-z'-]+(?: [A-Z][a-z'-]+)? $"
    rb"|\b(?:by|saw) [A-Z][a-z'-]+ (?:0?[1-9]|1[0-2])/\d{1,2}, [A-Z][a-z'-]+ $"
)
_CLOCK_BEFORE = rb"(?:^|\s)(?:[01]\d|2[0-3]):?[0-5]\d,? $"  # "death 1822 11/9"
# "F/u at Lakeside Cardiology 10/3", "Roe Pediatrics, 2/5"
_HOUSE_BEFORE = (
    rb"\b[A-Z][A-Za-z'-]+ (?:Clinic|Hospital|Center|Health|Healthcare|Pediatrics|Associates|Specialists|Consultants|Care|Medical|Medicine|Imaging|Therapy|[A-Z][a-z]{3,}ology),? $"
    rb"|\b(?:[Vv]accinated|[Ss]een|[Dd]rawn|[Dd]one|[Pp]erformed|[Tt]reated|[Pp]laced|[Ii]njured|[Ff]ell) at [A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){0,3} $"
)
# What comes in series as well: "vaccine 2/3" counts, "flu shot 10/9" and "injection 7/8" tell a day.
_SERIES_BEFORE = rb"(?i)\b(?:injection|infusion|chemo|dialysis|flu shot|shot|vaccine|booster|ppd|tdap|shingrix|shots|injections|infusions|vaccines|boosters)[,:]? $"
_AFTER = Contexts(_SCALE_AFTER, _CLOCK_AFTER)
_COUNTS, _CLOCKS = range(2)
_BEFORE = Contexts(_DATE_CUE, _SCORED, _CLOCK_BEFORE, _SCALE_BEFORE, _HOUSE_BEFORE, _SERIES_BEFORE)
_IS_CUED, _IS_SCORED, _IS_TIMED, _IS_SCALED, _IS_OF_A_HOUSE, _IS_IN_SERIES = range(6)
# "9/10 readings", "2/14 LN"
_COUNTED_AFTER_ALL = Context(rb"^ (?:[a-z]+ )?(?:[a-z]{3,}[^aiu]s|LNs?|[A-Z]{2,4}s)(?:[ ,.;:)]|$)")
_MONTHS_BRITISH = Context(
    rb"(?i)\b(?:review|again|seen|see|repeat|appointment|clinic|back|recheck|bloods|return) in $|\bx $"
)
_VALUE_BEFORE = Context(rb"\d\.\d+ (?:on )?$")
_NEXT_DAY = re.compile(rb"(?:,|,? and| &) ?(\d{1,2})/(\d{1,2})(?![\d/])")
_NO_DAYS = (b"2/2", b"3/5", b"4/5", b"5/5")  # "secondary to", and strengths
_VISIT_BEFORE = Context(
    rb"(?i)\b(?:f/?u|follow[- ]?up|appt|appointment|rtc|return|recheck|seen by|scheduled)\b[^;:\d]{3,60}, $"
)


def _told(buffer: bytes, start: int, after: bytes, first: int, second: int) -> bool:
    """ "HUS 9/3: none", "Celestone 3/8, 3/9", "F/u Dr. Roe, Tiny Toes Pediatrics, 2/6"."""
    more = _NEXT_DAY.match(after)
    later = more is not None and int(more[1]) == first and int(more[2]) > second
    return after[:2] == b": " or later or _VISIT_BEFORE.search(text_before(buffer, start, 80))


def month_day(buffer: bytes, start: int, end: int) -> float:
    """M/D without a year is a date beside a word of time, and a score, fraction or blood pressure otherwise."""
    if start and buffer[start - 1] in b"/-.+":
        return 0.0
    follows = buffer[end : end + 2]
    if follows[1:].isdigit() and follows[0] in b"-.":
        return 0.0
    before, after = text_before(buffer, start), text_after(buffer, end, 24)
    follow = _AFTER.search(after)
    if _COUNTS in follow or (buffer[end - 3 : end] in (b"/12", b"/52") and _MONTHS_BRITISH.search(before)):
        return 0.0
    told = _BEFORE.search(before)
    scored = _IS_SCORED in told
    if _IS_CUED in told and not scored:
        return 0.8
    if (_IS_TIMED in told or _CLOCKS in follow) and not (scored and _IS_SCALED in told):
        return 0.7
    if _IS_SCALED in told:
        return 0.0
    if _SOMEBODY_BEFORE.search(buffer[max(0, start - 40) : start]):
        return 0.65
    if _IS_OF_A_HOUSE in told and buffer[start:end] not in _NO_DAYS:
        return 0.65
    return _untold_day(buffer, start, end, told, before, after)


def _untold_day(buffer: bytes, start: int, end: int, told: list[int], before: bytes, after: bytes) -> float:
    """M/D that no word before announces: by its own numbers, its column or what follows."""
    first, second = (int(part) for part in buffer[start:end].split(b"/"))
    scored = _IS_SCORED in told
    if scored or _COUNTED_AFTER_ALL.search(after):
        return 0.65 if not scored and of_column(buffer, start) else 0.0
    if _IS_IN_SERIES in told and (first > second or second > 6):
        return 0.65
    # No score has more points than its scale, and few scales have 7, 9, 11 or more than 12 points.
    if second > 12:  # "IOP 12/13" tells of two eyes
        return 0.0 if second < 23 and before[-4:].lower() == b"iop " else 0.7
    if before.endswith(b"~") or (after[:1] == b")" and _VALUE_BEFORE.search(before)):
        return 0.65
    if of_column(buffer, start):
        return 0.65
    loose = (first > second or second in (7, 9, 11)) and _LOOSE_BEFORE.search(before)
    ends = (
        before.endswith(b" - ") and not after.strip() and _IS_SCALED not in _BEFORE.search(before[:-3])
    )  # "Roe - 7/7"
    if loose or ends or (second not in {5, 10} and _told(buffer, start, after, first, second)):
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
    if first[1] == second[1] or not onwards or _IS_SCALED in _BEFORE.search(text_before(buffer, start)):
        return 0.0
    return 0.85


_WORD_AFTER = re.compile(
    rb"(?i)^\s*(?!(?:and|with|by|at|she|he|for|to|when|but|after|before|from|via|following|due|because|then)\b)[a-z]"
)


def month_day_dash(buffer: bytes, start: int, end: int) -> float:
    """M-D after a word of time: far more often a range ("5-10 days"), so nothing countable may follow."""
    follows = buffer[end : end + 2]
    if follows[:1] in (b"/", b"-", b"%") or follows[1:].isdigit():
        return 0.0
    return 0.0 if _WORD_AFTER.match(text_after(buffer, end)) else 0.65


_FULL_YEAR = re.compile(rb"\d{4}")
_SMALL_MONTH = re.compile(rb"\d{1,2} +(?:may|march|mar|dec|sep|jan|jun)")


def month_name(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    # "may 2 tablets", "mar 10": lower-case words that are verbs or abbreviations need their capital
    if _SMALL_MONTH.fullmatch(value):
        return 0.0
    small = value[:1].islower() and value.lower().startswith((b"may ", b"mar ", b"dec ", b"sep ", b"march "))
    if small and value[:3].lower() == b"may" and not _FULL_YEAR.search(value):
        return 0.0
    if UNITS.search(text_after(buffer, end)) and not _FULL_YEAR.search(value):
        return 0.0
    return 0.8 if small and not _FULL_YEAR.search(value) else 0.95


def day_of_month(buffer: bytes, start: int, end: int) -> float:
    number = int(re.match(rb"\d+", buffer[start:end]).group())  # type: ignore[union-attr]
    after = text_after(buffer, end, 20)
    if not 1 <= number <= 31 or re.match(
        rb"(?i)^\s+(?:\w+\s+)?(?:rib|digit|toe|finger|time|day|week|percentile|floor|metatarsal|metacarpal|cranial|nerve|dose|cycle|month|trimester|grade|decade|intercostal|year|attempt|admission|visit|pregnancy|child|ventricle)",
        after,
    ):
        return 0.0
    return 0.7


# What is said of a season or of everybody, and what makes it somebody's own after all.
_IN_GENERAL = Context(
    rb"(?i)\b(?:seasons?|seasonal|usually|typically|generally|every (?:year|spring|summer|fall|winter)|each year|yearly|annually|peaks?|peaking|spikes?|surges?|outbreaks?|epidemics?|circulat(?:es?|ing)|"
    rb"pollen|prevalence|incidence|migrat(?:es?|ion)|hibernat(?:es?|ion)|most common|more (?:common|likely)|worst in|most active|active (?:in|from|through|between)|(?:why|when|do|does|are|is) (?:do |does |are |is )?(?:most |all )?[a-z -]{0,24}(?:more|most|less|fewer|rates?|cases|infections|bites|attacks|deaths)|"
    rb"(?:interns|residents|students|viruses|ticks|mosquitoes|allergies) (?:start|arrive|begin|drop|rise|peak|return|come))\b"
)
_OWN = Context(
    rb"(?i)\b(?:he|she|his|her|hers|him|my|i|i'm|i've|me|our|pt|pts|patient|mr|mrs|ms|dr|mom|mother|dad|father|wife|husband|son|daughter|baby|child|brother|sister|client|resident|"
    rb"seen|given|received|got|gave|had|last|since|next|visit|appt|appointment|f/?u|follow[- ]?up|surgery|admitted|admission|discharged?|due|recheck|rtc|done|scheduled|diagnosed|dx|started|stopped|returned|moved|born|died|quit|fell|repeat|completed|hospitalized)\b"
)
_SAID = 110  # characters on either side that may tell of what a month is


def month_alone(buffer: bytes, start: int, end: int) -> float:
    """A month of somebody's; not "flu season starts in October", "tick bites peak in May and June"."""
    before, after = text_before(buffer, start, _SAID), text_after(buffer, end, _SAID)
    said = (
        before[max(before.rfind(b". "), before.rfind(b"; ")) + 1 :] + buffer[start:end] + _SENTENCE.split(after, 1)[0]
    )
    return 0.0 if _IN_GENERAL.search(said) and not _OWN.search(said) else 0.75


_SENTENCE = re.compile(rb"[.;?!](?:\s|$)")
_GIVEN_MONTHS = frozenset((b"april", b"may", b"june", b"august"))
_SURNAME_AFTER = Context(rb"^'s|^[ ,]*[A-Z]")


def month_beside(buffer: bytes, start: int, end: int) -> float:
    """A month after "appt" or "due": neither the verb ("visit may be moved", "returned march") nor June Smith."""
    value, after = buffer[start:end], text_after(buffer, end)
    small = value[:1].islower()
    if small and value in (b"may", b"march"):
        return 0.0
    if value.lower() in _GIVEN_MONTHS and after[:1] == b" " and not (small or value.isupper()):
        return 0.0 if _SURNAME_AFTER.search(after) or value == b"May" else 0.6
    return 0.75 if not (value == b"MAY" and after[:1] == b" ") else 0.0


_YEAR_AFTER = Context(rb"(?i)^,? (?:of )?(?:19|20)\d\d\b")
_TIMELESS_AFTER = Context(
    rb"(?i)^(?:'s)?[ -]+(?:disease|factor|trees?|cand(?:y|ies)|eggs?|seals?|cards?|lights?|gifts?|presents?|bunny|lil(?:y|ies)|cactus|costumes?|resolutions?|island|hospital|church|clinic|community|center|medical|road|street|cookies|songs?|ornaments?|care|[0-9]+)\b"
)
_TIME_BEFORE = Context(
    rb"(?i)(?:\b(?:on|since|until|till|by|from|before|after|between|during|over|around|at|for|near|through|past|last|this|next|of|every|seen|visit(?:ed)?|admitted|discharged|due|appt|appointment|fell|fall|day|night|week|weekend|morning|eve|died|born|started|began|surgery|and|to)[,:]? (?:the )?$|^\W*$|[,;.(:] ?$)"
)


def holiday(buffer: bytes, start: int, end: int) -> float:
    """A day with a name. "Christmas" alone needs a word of time before it, and "Christmas disease" is none."""
    value = buffer[start:end].lower()
    if _YEAR_AFTER.search(text_after(buffer, end, 9)):
        return 0.9
    if _TIMELESS_AFTER.search(text_after(buffer, end, 20)):
        return 0.0
    if re.search(rb"\b(?:day|eve|weekend|morning|sunday|monday|july|friday|wednesday)$", value):
        return 0.9
    return 0.85 if _TIME_BEFORE.search(text_before(buffer, start)) else 0.0


_SPAN_BEFORE = Context(rb"(?i)(?:19|20)\d\d-$|\b(?:season|academic year|fy|fiscal)\W*$|[-/]$")


def year_month(buffer: bytes, start: int, end: int) -> float:
    """ "2020-05"; "2010-11" may be two years, and is a date as well."""
    return 0.0 if _SPAN_BEFORE.search(text_before(buffer, start)) else 0.75


def day_in_words(buffer: bytes, start: int, end: int) -> float:
    """ "the ninth of May"; "second may help" is none, but with a year."""
    value = buffer[start:end]
    verb = value[:1].islower() and re.match(rb"(?:may|mar|march) ", value) and not _SPOKEN_YEAR.search(value)
    return 0.0 if verb else 0.85


_SPOKEN_YEAR = re.compile(rb"(?i)\d{4}|\b(?:nineteen|twenty|thousand) [a-z]")


def nth(buffer: bytes, start: int, end: int) -> float:
    """ "discharged the eleventh."; "on the second, more proximal lesion" counts lesions."""
    counted = buffer[start:end].lower() in (b"first", b"second", b"third")
    return 0.0 if counted and buffer[end : end + 1] in (b",", b";") else 0.7


def over_89(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if start and buffer[start - 1] in b"./-$" and buffer[start - 2 : start - 1].isdigit() else 0.93


_VITAMIN = Context(rb"(?i)\b(?:vit(?:amin)?|hep(?:atitis)?|type|class|group|grade) d\.? ?$")


def age_cue(buffer: bytes, start: int, end: int) -> float:
    after = text_after(buffer, end)
    told = re.match(
        rb"(?i)^\s*(?:days?|weeks?|months?|mos?\b|hours?|minutes?|%|\.\d|/\d|mg|mcg|iu\b|units?\b|degrees)", after
    )
    return 0.0 if told or _VITAMIN.search(text_before(buffer, start)) else 0.93


_NO_AGE_AFTER = Context(
    rb"(?i)^\s*(?:sec\b|seconds?|/|inr\b|rooms?|beds?|census|%|bpm|f\b|degrees|ml|feet|ft\b|steps|points|tabs?\b|pills?\b|visits?|calls?|times)"
)


def age_of_kin(buffer: bytes, start: int, end: int) -> float:
    """ "RESIDENT 100, fell", "Grandma (90) lives": no measure and nothing counted; "| 91 |" stands under "Age"."""
    if text_before(buffer, start).rstrip(b" ").endswith(b"|"):
        return 0.9 if under_age(buffer, start) else 0.0
    after = text_after(buffer, end)
    return 0.0 if _NO_AGE_AFTER.search(after) or UNITS.search(after) else age_of(buffer, start, end)


def nineties(buffer: bytes, start: int, end: int) -> float:
    """ "In her 90s" tells an age; "saturations in the 90s" and "heart rate in the 90s" do not."""
    value = buffer[start:end].lower()
    if b"90" not in value and b"nineties" not in value:
        return 0.9
    before = text_before(buffer, start, 40).lower()
    return 0.85 if re.search(rb"\b(?:his|her|their|my) (?:(?:early|mid|late)[ -]?)?$", before) else 0.0


_COUNTED_AFTER = Context(
    rb"(?i)^\s*(?:%|mg|ml|beats|bpm|on (?:ra|room|\d)|/\d|degrees|days|weeks|months|hours|lbs?|kg|pounds|points|steps)"
)


def age_of(buffer: bytes, start: int, end: int) -> float:
    """ "mom is 96 and", "my grandmother, 101, fell"; not "pt is 95 on room air"."""
    return 0.0 if _COUNTED_AFTER.search(text_after(buffer, end)) else over_89(buffer, start, end) and 0.85


_NOBODY = Context(
    rb"(?i)\b(?:hr|pulse|rate|bp|sbp|dbp|map|sat|sats|spo2|o2|temp|weight|wt|height|ht|glucose|bg|sugar|sodium|chloride|na|cl|platelets|dose|room|rm|bed|score|level|mcv|gfr|egfr|co2)\b[^,]*, ?$"
)


def aged(buffer: bytes, start: int, end: int) -> float:
    """ "Horace Underhill, 97, DNR": no measure before the comma, nothing counted after."""
    after = text_after(buffer, end)
    told = (
        _NOBODY.search(text_before(buffer, start, 40))
        or UNITS.search(after)
        or (after[:2] == b", " and after[2:3].isdigit())
    )
    return 0.0 if told else 0.75


def aged_words(buffer: bytes, start: int, end: int) -> float:
    """ "Cordelia Vanterpool, ninety-two, of ...": no count of something."""
    return 0.0 if re.match(rb"(?i)\s*(?:percent|%|degrees|dollars|mg|feet|thousand)", text_after(buffer, end)) else 0.75


def of_person(buffer: bytes, start: int, end: int) -> float:
    """ "pt is 95 and frail", "turns 95 in May"; before a comma, "on" or "in" only an age to come."""
    if UNITS.search(text_after(buffer, end)) or buffer[end : end + 1] in (b"%", b"/"):
        return 0.0
    loose = buffer[end : end + 1] == b"," or buffer[end : end + 3].lower() in (b" on", b" in")
    return (
        0.0
        if loose
        and not buffer[max(0, start - 8) : start].lower().endswith((b"be ", b"turns ", b"turning ", b"turned "))
        else 0.8
    )
