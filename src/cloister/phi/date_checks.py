"""Checks of dates and of ages over 89.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501, ARG001 - a check takes the whole span; an expression is read whole
from __future__ import annotations

import re

from cloister.phi.cells import under_age
from cloister.phi.check_parts import UNITS, VERSION, text_after, text_before
from cloister.phi.context import Context

_FROM_DATE = Context(rb"\b\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})-$|\.\.$")  # "DATE.....7/2/2024" as well


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
    # "pain 3-4/10"
    if buffer[end - 1] == 48 and buffer[end - 3 : end] == b"/10" and b"-" in buffer[start:end]:
        return 0.0
    return 0.95 if 0 < first <= 31 and 0 < second <= 31 and (first <= 12 or second <= 12) else 0.0


def two_dates(buffer: bytes, start: int, end: int) -> float:
    """From one day to another, written together."""
    if start and buffer[start - 1] in b"/-.":
        return 0.0
    days = [part.split(b"/") for part in re.findall(rb"\d[\d/]*", buffer[start:end])]
    return 0.95 if all(0 < int(day[0]) <= 31 and 0 < int(day[1]) <= 31 for day in days) else 0.0


def days_and_year(buffer: bytes, start: int, end: int) -> float:
    """ "3/14-16/2019": days that ascend; scores such as "3/10-5/10" end with no year."""
    if start and buffer[start - 1] in b"/-.":
        return 0.0
    value = buffer[start:end]
    _, *days, year = [int(part) for part in re.findall(rb"\d+", value)]
    short = year < 100
    return 0.95 if days == sorted(days) and not (short and (year < 13 or b"," in value)) else 0.0


_FULL_YEAR = re.compile(rb"\d{4}")
_SMALL_MONTH = re.compile(rb"(?:\d{1,2}-)?\d{1,2} +(?:may|march|mar|dec|sep|jan|jun)")


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


# "before the 12th?"; not "after the 2nd dose" of whatever.
_BEFORE_A_COUNT = Context(rb"(?i)\b(?:before|after|through|thru|of|today|tonight),? the $")


def day_of_month(buffer: bytes, start: int, end: int) -> float:
    number = int(re.match(rb"\d+", buffer[start:end]).group())  # type: ignore[union-attr]
    after = text_after(buffer, end, 20)
    if after[:1] not in b".,;?!)" and _BEFORE_A_COUNT.search(text_before(buffer, start)):
        return 0.0
    if not 1 <= number <= 31 or re.match(
        rb"(?i)^\s+(?:\w+\s+)?(?:rib|digit|toe|finger|time|day|week|percentile|floor|metatarsal|metacarpal|cranial|nerve|dose|cycle|month|trimester|grade|decade|intercostal|year|attempt|admission|visit|pregnancy|child|ventricle)",
        after,
    ):
        return 0.0
    return 0.7


# What is said of a season or of everybody, and what makes it somebody's own after all.
_IN_GENERAL = Context(
    rb"(?i)\b(?:seasons?|seasonal|usually|typically|generally|(?:every|each) (?:school )?(?:year|spring|summer|fall|autumn|winter)|school year|going (?:a?round)|yearly|annually|peaks?|peaking|spikes?|surges?|outbreaks?|epidemics?|circulat(?:es?|ing)|"
    rb"pollen|prevalence|incidence|migrat(?:es?|ion)|hibernat(?:es?|ion)|most common|more (?:common|likely)|worst in|most active|active (?:in|from|through|between)|(?:why|when|do|does|are|is) (?:do |does |are |is )?(?:most |all )?[a-z -]{0,24}(?:more|most|less|fewer|rates?|cases|infections|bites|attacks|deaths)|"
    rb"(?:interns|residents|fellows|trainees|students|viruses|ticks|mosquitoes|allergies|shots|vaccines|boosters|physicals) (?:usually |always )?(?:starts?|arrives?|begins?|changes?|rotates?|graduates?|drops?|rise|peak|return|comes?|bottleneck|open)|(?:each|every) (?:january|february|march|april|may|june|july|august|september|october|november|december))\b"
)
_OWN = Context(
    rb"(?i)\b(?:he|she|his|her|hers|him|my|i|i'm|i've|me|pt|pts|patient|mr|mrs|ms|dr|mom|mother|dad|father|wife|husband|son|daughter|baby|child|brother|sister|client|resident|"
    rb"seen|given|received|got|gave|had|last|since|next|visit|appt|appointment|f/?u|follow[- ]?up|surgery|admitted|admission|discharged?|due|recheck|rtc|done|scheduled|diagnosed|dx|started|stopped|returned|moved|born|died|quit|fell|repeat|completed|hospitalized)\b"
)
_SAID = 110  # characters on either side that may tell of what a month is


def month_alone(buffer: bytes, start: int, end: int) -> float:
    """A month of somebody's; not "flu season starts in October", "tick bites peak in May and June"."""
    before, after = text_before(buffer, start, _SAID), text_after(buffer, end, _SAID)
    if before[-1:] == b"(" and not _CLOSES.match(after):
        return 0.0
    said = (
        before[max(before.rfind(b". "), before.rfind(b"; ")) + 1 :] + buffer[start:end] + _SENTENCE.split(after, 1)[0]
    )
    return 0.0 if _IN_GENERAL.search(said) and not _OWN.search(said) else 0.75


_CLOSES = re.compile(rb"[),/&-]| (?:and|&|to|or) ")  # "films (May and July)"; not "(May repeat once)"
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


def of_birth(buffer: bytes, start: int, end: int) -> float:
    """ "bday 9.9", "birthday 3-14"; not the beginning of "DOB 3-14-60"."""
    follows = buffer[end : end + 2]
    return 0.0 if follows[:1] in b"/-." and follows[1:].isdigit() else 0.85


def day_in_words(buffer: bytes, start: int, end: int) -> float:
    """ "the ninth of May"; "second may help" is none, but with a year."""
    value = buffer[start:end]
    verb = value[:1].islower() and re.match(rb"(?:may|mar|march) ", value) and not _SPOKEN_YEAR.search(value)
    return 0.0 if verb else 0.85


_SPOKEN_YEAR = re.compile(rb"(?i)\d{4}|\b(?:nineteen|twenty|thousand) [a-z]")


def nth(buffer: bytes, start: int, end: int) -> float:
    """ "discharged the eleventh."; "on the second, more proximal lesion" counts lesions."""
    counted = buffer[start:end].lower() in (b"first", b"second", b"third")
    return 0.0 if counted and buffer[end : end + 1] in (b",", b";", b")", b'"', b"'") else 0.7


def over_89(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if start and buffer[start - 1] in b"./-$" and buffer[start - 2 : start - 1].isdigit() else 0.93


_VITAMIN = Context(rb"(?i)\b(?:vit(?:amin)?|hep(?:atitis)?|type|class|group|grade) d\.? ?$")


def age_cue(buffer: bytes, start: int, end: int) -> float:
    after = text_after(buffer, end)
    told = re.match(
        rb"(?i)^\s*(?:days?|weeks?|months?|mos?\b|hours?|minutes?|%|\.\d|/\d|mg|mcg|iu\b|miles?\b|(?-i:mi)\b|feet|ft\b|percent|units?\b|degrees)",
        after,
    )
    return 0.0 if told or _VITAMIN.search(text_before(buffer, start)) else 0.93


_NO_AGE_AFTER = Context(
    rb"(?i)^\s*(?:sec\b|seconds?|/|inr\b|rooms?|beds?|census|%|bpm|f\b|degrees|ml|feet|ft\b|steps|points|percent|miles|tabs?\b|pills?\b|visits?|calls?|times)"
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


_WARM = Context(rb"(?i)\b(?:t|temp|temps|tmax|temperature|fever|febrile|fevers|of|to)\W[^.;\n]{0,20}$")


def age_with_sex(buffer: bytes, start: int, end: int) -> float:
    """ "94 f with chf"; not "temp, 99 f with chills"."""
    return 0.0 if _WARM.search(text_before(buffer, start)) else 0.8


_MEASURED = re.compile(rb" ?(?:mg|mcg|ml|units?|iu|mm|cm|g|kcal|calories)\b")


def spaced(buffer: bytes, start: int, end: int) -> float:
    """ "dob 11 12 1966"; not "5 10 2000 mg"."""
    return 0.0 if _MEASURED.match(buffer[end : end + 10]) else 0.75


_NOBODY = Context(
    rb"(?i)\b(?:hr|pulse|rate|bp|sbp|dbp|map|sat|sats|spo2|o2|temp|weight|wt|height|ht|glucose|bg|sugar|sodium|chloride|na|cl|platelets|dose|score|level|mcv|gfr|egfr|co2|pressure|saturation|temperature|index|percentile|total|mean|max|min|peak|ratio|count|cholesterol|units?|feet|step)\b[^,]*[,(][ ~]*$|\b(?:room|rm|bed) ?[a-z0-9-]*[,(][ ~]*$"
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
    decimal = buffer[end : end + 1] == b"." and buffer[end + 1 : end + 2].isdigit()  # "mother 101.4 at home"
    if decimal or UNITS.search(text_after(buffer, end)) or buffer[end : end + 1] in (b"%", b"/"):
        return 0.0
    loose = buffer[end : end + 1] == b"," or buffer[end : end + 3].lower() in (b" on", b" in")
    return (
        0.0
        if loose
        and not buffer[max(0, start - 8) : start].lower().endswith((b"be ", b"turns ", b"turning ", b"turned "))
        else 0.8
    )
