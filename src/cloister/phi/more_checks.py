"""Checks behind ``patterns_more``; ``check(buffer, start, end)`` gives a score, 0 to refuse the span."""

# ruff: noqa: E501, ARG001 - a check takes the whole span; an expression is read whole
from __future__ import annotations

import re

from cloister.phi import lexicon
from cloister.phi.context import Context
from cloister.phi.place_patterns import GENERIC
from cloister.phi.unlisted import UNKNOWN, flags_of
from cloister.phi.validators import UNITS, digits_in, text_after, text_before
from cloister.phi.vocabulary import STOP

_DATE = re.compile(rb"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}$|(?:19|20)\d\d-\d\d-\d\d$")
_YEARS = re.compile(rb"(?:19|20)\d\d-(?:(?:19|20)\d\d|\d\d)$")


_NO_PREFIX = frozenset(b"SN NO ID AT OF IN ON TO BY IS OR AND FOR THE HAS WAS WITH IF".split())


def groups(buffer: bytes, start: int, end: int) -> float:
    """Six digits or more in groups, and no date: "3381 4902"."""
    value = buffer[start:end]
    word = value.split(b" ")[0]
    if digits_in(value) < 6 or _DATE.match(value) or _YEARS.match(value) or word in _NO_PREFIX:
        return 0.0
    return 0.0 if UNITS.search(text_after(buffer, end)) else 0.9


def no_date(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    return 0.0 if digits_in(value) < 5 or _DATE.match(value) or _YEARS.match(value) else 0.8


def exported(buffer: bytes, start: int, end: int) -> float:
    """A value of an export that holds three digits and no measure, date or version."""
    value = buffer[start:end]
    return (
        0.0 if digits_in(value) < 3 or len(value) < 5 or (b"." in value and value.replace(b".", b"").isdigit()) else 0.8
    )


_LETTERS = re.compile(rb"[OlI]")


def scanned(buffer: bytes, start: int, end: int) -> float:
    """Mostly figures, and a letter that a scanner takes for one: what is all figures the other patterns judge."""
    value = buffer[start:end]
    digits = digits_in(value)
    wrong = len(_LETTERS.findall(value))
    return 0.8 if wrong and digits > wrong and digits >= 3 else 0.0


_SPAN_BEFORE = Context(rb"(?i)(?:19|20)\d\d-$|\b(?:season|academic year|fy|fiscal)\W*$|[-/]$")


def year_month(buffer: bytes, start: int, end: int) -> float:
    """ "2020-05"; "2010-11" may be two years, and is a date as well."""
    return 0.0 if _SPAN_BEFORE.search(text_before(buffer, start)) else 0.75


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


_FLUID = re.compile(rb"\d+ (?:N|S|E|W)\.? (?:Saline|Sodium|Units?|Na|Mg|Normal)")


def house(buffer: bytes, start: int, end: int) -> float:
    """ "509 S Oates" is where somebody lives; "1000 N Saline" is a bag."""
    value = buffer[start:end]
    return 0.0 if _FLUID.match(value) or (start and buffer[start - 1] in b"/-.:") else 0.75


_ADDRESS_BEFORE = Context(
    rb"(?i)\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|blvd|boulevard|court|ct|way|terrace|place|pl|circle|cir|parkway|pkwy|hwy|highway|trail|park|court|broadway|tower|house|estates|village|mhp|mobile home)\.?,?\s*$|\d [a-z .]{3,30},?\s*$"
)


def unit(buffer: bytes, start: int, end: int) -> float:
    """A lot, a space or a floor that follows a street."""
    return 0.7 if _ADDRESS_BEFORE.search(text_before(buffer, start, 60)) else 0.0


_NO_ROAD = re.compile(
    rb"(?i)(?:[nsew]\. )?(?:the|an?|his|her|my|our|right|left|new|this|that|same|private|main|telemetry|central|arterial|picc|midline|iv|hard|blood|fast)\b|.*\b(?:high|middle|rocky|silk|abbey) (?:road|street)$"
)


def road(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if _NO_ROAD.match(buffer[start:end]) else 0.8


_NO_INITIALS = frozenset(
    b"MD DO RN PO IV IM SC SQ PR SL OD OS OU PT OT ST ER ED OR US UK PA NP BID TID QID QD QHS PRN AM PM ID DC AD BC EEG EKG TO VO RR BP HR DOB MRN AA NA RBC WBC IU CC AP PA CV GI GU NS LR "
    b"MDS RNS DPM DDS DMD PHD".split()
)


def initials(buffer: bytes, start: int, end: int) -> float:
    """ "R.J.K.", "CPH:bjw": no abbreviation of a way to give a drug, of a degree or of a clock."""
    value = bytes(byte for byte in buffer[start:end] if 65 <= byte <= 90)
    return 0.0 if value in _NO_INITIALS or value.startswith(b"MEDQ") else 0.75


def _flags(buffer: bytes, start: int, end: int) -> list[int]:
    words = lexicon.words()
    return [words.get(word.decode().lower().strip("',.-"), UNKNOWN) for word in buffer[start:end].split()]


def brigade(buffer: bytes, start: int, end: int) -> float:
    """ "BIB Chelmsford PD": the town is no word of medicine."""
    known = UNKNOWN | lexicon.NAME | lexicon.PLACE
    first = _flags(buffer, start, end)[:-1]
    return 0.8 if all(flag & known and not flag & lexicon.MEDICAL for flag in first) else 0.0


def legal(buffer: bytes, start: int, end: int) -> float:
    """ "Valley Sleep & Pulmonary, PC": two words at least, and no name's credential."""
    return 0.8 if len(_flags(buffer, start, end)) > 2 else 0.0


def practice(buffer: bytes, start: int, end: int) -> float:
    """ "The Old Mill Surgery", "Larkfield Surgery, 9 Elm Road": the article, a town or an address tells it."""
    first = _flags(buffer, start, end)[:-1]
    named = any(flag & lexicon.PLACE and not flag & lexicon.MEDICAL for flag in first)
    addressed = re.match(rb", \d", buffer[end : end + 3]) is not None
    return 0.75 if addressed or (len(first) > 1 and (buffer[start : start + 4] == b"The " or named)) else 0.0


def scanned_word(buffer: bytes, start: int, end: int) -> float:
    """ "Ellsw0rth": what it would be without the figure is in no list but that of names."""
    word = buffer[start:end].decode().lower().replace("0", "o").replace("1", "l")
    flag = flags_of(word, lexicon.words())
    return 0.0 if flag & (lexicon.WORD | lexicon.EPONYM) and not flag & lexicon.NAME else 0.6


def practice_at(buffer: bytes, start: int, end: int) -> float:
    """ "at Hilltop Pediatrics", not "with Outpatient Dermatology" nor "with Chest Imaging"."""
    first = [word.decode().lower().strip("'") for word in buffer[start:end].split()[:-1]]
    telling = [word for word in first if word not in GENERIC and word not in STOP]
    medical = [word for word in telling if lexicon.words().get(word, UNKNOWN) & lexicon.MEDICAL]
    return 0.75 if telling and not medical else 0.0


def base(buffer: bytes, start: int, end: int) -> float:
    """ "Fort Drum", "Dover AFB": no word of medicine."""
    flags = _flags(buffer, start, end)
    camp = buffer[start : start + 5] in (b"Camp ", b"Fort ")
    return 0.0 if any(flag & lexicon.MEDICAL for flag in (flags[1:] if camp else flags[:1])) else 0.7


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


_SET = Context(
    rb"(?i)\b(?:icd|cpt|hcpcs|snomed|loinc|rxnorm|drg|ndc|cvx|zip|diagnosis|billing|procedure|q|z|color|colour|door|status)[- ]*\w{0,4}\s*(?:code|key|id)?s?\W*$"
)


def code(buffer: bytes, start: int, end: int) -> float:
    """A code of somebody: two letters and two figures, of no vocabulary."""
    value = buffer[start:end]
    digits = digits_in(value)
    return 0.0 if digits < 2 or len(value) - digits < 2 or _SET.search(text_before(buffer, start)) else 0.75


def by_turns(buffer: bytes, start: int, end: int) -> float:
    """ "2231X0AB7": eight characters or more."""
    return 0.7 if end - start >= 8 and not _SET.search(text_before(buffer, start)) else 0.0


def charity(buffer: bytes, start: int, end: int) -> float:
    """ "Visiting Nurse Service of Ames"; the Red Cross and the Salvation Army alone are everywhere."""
    return 0.75 if b" of " in buffer[start:end] or b"Visiting" in buffer[start:end] else 0.0


def house_at(buffer: bytes, start: int, end: int) -> float:
    """ "The Arbors at Westfield", not "Surgery at Mercy" nor "Department of Neurology"."""
    words = [word.decode().lower() for word in buffer[start:end].removeprefix(b"The ").split()]
    flags = [lexicon.words().get(word, UNKNOWN) for word in (words[0], words[2])]
    generic = words[0] in GENERIC or words[0] in STOP or words[2] in GENERIC or words[2] in STOP
    return 0.0 if generic or any(flag & lexicon.MEDICAL for flag in flags) else 0.75


def day_in_words(buffer: bytes, start: int, end: int) -> float:
    """ "the ninth of May"; "second may help" is none."""
    return (
        0.0 if re.match(rb"(?i)(?:may|mar|march) ", buffer[start:end]) and buffer[start : start + 1].islower() else 0.85
    )


def nth(buffer: bytes, start: int, end: int) -> float:
    """ "discharged the eleventh."; "on the second, more proximal lesion" counts lesions."""
    counted = buffer[start:end].lower() in (b"first", b"second", b"third")
    return 0.0 if counted and buffer[end : end + 1] in (b",", b";") else 0.7


_MONTH = frozenset(b"JAN FEB MAR APR MAY JUN JUL AUG SEP SEPT OCT NOV DEC".split())


def no_month(buffer: bytes, start: int, end: int) -> float:
    """ "24-CG-0388", "24C-0918", "2K-118823"; "24MAR2024" is a date."""
    value = buffer[start:end]
    letters = bytes(byte for byte in value if 65 <= byte <= 90)
    if buffer[start - 1 : start] == b"-" or buffer[end : end + 1] == b"-":
        return 0.0  # a part of more groups
    enough = digits_in(value) >= (5 if value.count(b"-") > 1 else 6)
    return 0.8 if enough and letters not in _MONTH and not UNITS.search(text_after(buffer, end)) else 0.0
