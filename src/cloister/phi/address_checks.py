"""Checks of streets, corners, apartments and ZIP codes.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501, ARG001 - a check takes the whole span; an expression is read whole
from __future__ import annotations

import re

from cloister.phi.check_parts import CODE_BEFORE, COUNT_AFTER, DIGITS, UNITS, text_after, text_before
from cloister.phi.context import Context

_STREET_STOP = re.compile(
    rb"(?i)^\d+[a-z]?\s+(?:mg|mcg|ml|units?|days?|weeks?|months?|years?|yrs?|hours?|hrs?|h|min(?:ute)?s?|tabs?|tablets?|capsules?|times|year-old|y/?o|cm|mm|pack|patients?|doses?|and|or|of)\b"
)
_NO_STREET = Context(rb"\b(?:AT|BY|IN|FROM|WAS|FOR|WITH|(?i:patient|history|with|reports|denies|blood|mr|mrs|ms))\b")


def street(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    if (start and buffer[start - 1] in b"/-.") or _NO_STREET.search(value) or _STREET_STOP.match(value):
        return 0.0
    if value.endswith(b" CT") and not value[:-3].isupper():
        return 0.0  # "32F Atrium CT"
    # "4 Seen by Dr" ends in a title, not a drive, whether the name stands there or a placeholder
    if value.removesuffix(b".").endswith(b"Dr"):
        after = buffer[end : end + 3].strip() if buffer[end : end + 2] != b"  " else b""  # another column
        if after[:1].isupper() or after[:2] == b"[\x7f":
            return 0.0
    return 0.93


_PERSON_COUNTED = re.compile(rb"(?i)\d+[a-z]?\s+(?:dr|prof|nurse|mds?|rns?|doctors?|nurses)\b")


def before_apartment(buffer: bytes, start: int, end: int) -> float:
    """A street without a word for one, told by the apartment: "1420 Larkmoor, Apt 4", not "bed 4 Dr. Roe, Suite 20"."""
    return 0.0 if _PERSON_COUNTED.match(buffer[start:end]) else street(buffer, start, end)


_LOWER_STREET_STOP = Context(rb"\b(?:to|the|by|in|with|for|at|a|on|from|per|was|is|his|her|and)\b")
_LOOSE_STREET_END = Context(rb"\b(?:st|dr|pl|place|way|trail|hwy|cir)\.?$")
_TOLD_STREET_END = Context(rb"\b(?:ct|ter|loop|cres)\.?$")  # "16 slice ct", "2 vessel loop"
_AFTER_LOOSE_STREET = re.compile(rb"[,\n;)]|\.?$|\.? (?:in|apt|unit|#|and|for|with|phone|tel|city)\b")
_UNIT_AFTER = re.compile(rb"\.?,? (?:apt|unit|suite|bldg|lot)\b|\.?,? #\d")
_LIVES = Context(
    rb"(?i)\b(?:lives?|lived|living|alone|resid(?:es|ing)|stay(?:s|ing)|address(?: is)?|home|house|apartment|apt|(?:deliver(?:s|ed|y)?|mail(?:s|ed)?|ship(?:s|ped)?|sent|send|moved) to)(?: (?:at|on))?[ :,]*$"
)


def lower_street(buffer: bytes, start: int, end: int) -> float:
    if start and buffer[start - 1] in b"/-.":
        return 0.0
    value = buffer[start:end].lower()
    told = _LIVES.search(text_before(buffer, start))
    if not told and _TOLD_STREET_END.search(value) and not _UNIT_AFTER.match(buffer[end : end + 8]):
        return 0.0
    if not told and _LOOSE_STREET_END.search(value) and not _AFTER_LOOSE_STREET.match(buffer[end : end + 12]):
        return 0.0
    return 0.0 if _STREET_STOP.match(value) or _LOWER_STREET_STOP.search(value) else 0.75


_FLUID = re.compile(rb"\d+ (?:N|S|E|W)\.? (?:Saline|Sodium|Units?|Na|Mg|Normal)")


def house(buffer: bytes, start: int, end: int) -> float:
    """ "509 S Oates" is where somebody lives; "1000 N Saline" is a bag."""
    value = buffer[start:end]
    return 0.0 if _FLUID.match(value) or (start and buffer[start - 1] in b"/-.:") else 0.75


_NO_ROAD = re.compile(
    rb"(?i)(?:[nsew]\. )?(?:the|an?|his|her|my|our|right|left|new|this|that|same|private|(?:main|central)(?! (?:st|street|ave|avenue|rd|road|blvd|boulevard)\b)|telemetry|arterial|picc|midline|iv|hard|blood|fast)\b|.*\b(?:high|middle|rocky|silk|abbey) (?:road|street)$"
)


def road(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if _NO_ROAD.match(buffer[start:end]) else 0.8


_NO_CORNER = re.compile(
    rb"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|finger|toe|rib|digit|metatarsal|metacarpal)"
)


def corner(buffer: bytes, start: int, end: int) -> float:
    """ "at 5th and Alder", not "of 4th and May"."""
    return 0.0 if _NO_CORNER.search(buffer[start:end]) or buffer[end : end + 1].isalnum() else 0.82


def has_digits(buffer: bytes, start: int, end: int) -> float:
    return 0.9 if DIGITS.search(buffer, start, end) else 0.0


_ADDRESS_BEFORE = Context(
    rb"(?i)\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|blvd|boulevard|court|ct|way|terrace|place|pl|circle|cir|parkway|pkwy|hwy|highway|trail|park|court|broadway|tower|house|estates|village|mhp|mobile home)\.?,?\s*$|\d [a-z .]{3,30},?\s*$"
)


def unit(buffer: bytes, start: int, end: int) -> float:
    """A lot, a space or a floor that follows a street; "PH 20/200" is sharp sight through a pinhole."""
    if buffer[end : end + 1] == b"/":
        return 0.0
    return 0.7 if _ADDRESS_BEFORE.search(text_before(buffer, start, 60)) else 0.0


def zip_plus4(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if CODE_BEFORE.search(text_before(buffer, start)) else 0.9


_STREET_BEFORE = Context(
    rb"(?i)\d[^\n]{0,30}\b(?:street|st|ave|avenue|road|rd|lane|ln|drive|dr|blvd|boulevard|court|ct|way|terrace|place|pl|circle|cir|parkway|pkwy|hwy|highway|"
    rb"trail|square|sq|loop|broadway|p\.?o\.? box \d+)\b[^\n]{0,30}\n?[^\n]{0,40}$|\b(?:rr|r\.r\.|hc|route|rte?|rural route|psc|cmr|unit|po|p\.o\.|star route|slot|drawer) ?#?\d*,? ?box #?\d+[a-z]?, +$"
)


_MOVED_BEFORE = Context(
    rb"(?i)\b(?:mail(?:ed)?|send|ship(?:ped)?|deliver(?:ed|y)?|moved|moving|relocat(?:ed|ing)|lives?|living|resides?)(?: [a-z]+){0,2} (?:to|in|near) $"
)


def zip_after_street(buffer: bytes, start: int, end: int) -> float:
    """The last part of an address whose State is missing or mistyped."""
    if COUNT_AFTER.search(text_after(buffer, end)) or UNITS.search(text_after(buffer, end)):
        return 0.0
    if buffer[end - 3 : end] != b"000" and _MOVED_BEFORE.search(text_before(buffer, start, 40)):
        return 0.7
    return 0.8 if _STREET_BEFORE.search(buffer[max(0, start - 110) : start]) else 0.0


_FIGURES = re.compile(rb"[+-]?\d+\.\d+")


def position(buffer: bytes, start: int, end: int) -> float:
    """Degrees on a globe; two without a cue lie in the United States, to eleven metres: four decimals."""
    degrees = [abs(float(figure)) for figure in _FIGURES.findall(buffer[start:end])]
    if max(degrees) > 180:
        return 0.0
    cued = buffer[max(0, start - 9) : start].strip(b" \t\"':=([{+-")[-1:].isalpha()
    within = len(degrees) == 2 and 13 <= degrees[0] <= 72 and 64 <= degrees[1] <= 180
    return 0.9 if cued or within else 0.0
