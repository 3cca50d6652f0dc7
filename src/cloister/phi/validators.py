"""Checks behind the patterns: ``check(buffer, start, end)`` gives a score, 0 to refuse the span.

A check sees the folded bytes around the span. It refuses only what the pattern alone can't know to be an identifier.
"""

# ruff: noqa: C416, ARG001, E501 - a check takes the whole span; an expression or a word list is read whole
from __future__ import annotations

import re

from cloister.phi.context import Context

_DIGITS = re.compile(rb"\d")
_CODE_BEFORE = Context(
    rb"(?i)\b(?:rxbin|bin|pcn|snomed|sctid|rxnorm|rxcui|loinc|icd(?:-?10|-?9)?(?:-cm)?|cpt|hcpcs|ndc|cui|umls|mesh|drg|atc|doi|pmid|pubmed|"
    rb"isbn|code|codes|rs|cas|ec|gb)\W{0,4}(?:ct|code|no)?\W{0,4}$",
    tails=b"in cn ed id rm ui nc cd 10 d9 -9 cm pt cs dc ls sh rg tc oi bn de es rs as ec gb ct no",
)
COUNT_AFTER = Context(
    rb"(?i)^\s*(?:copies|cells|units|iu|u/|/\s*(?:u?l|ml|mm|dl|hpf|day|kg)\b|mg|mcg|ml|cfu|organisms|platelets|x\s*10|steps|%|g\b|per)",
    heads=b"co ce un iu u/ / mg mc ml cf or pl x st % g pe",
)


def text_before(buffer: bytes, start: int, width: int = 24) -> bytes:
    low = start - width
    piece = buffer[low if low > 0 else 0 : start]
    return piece[piece.rfind(b"\n") + 1 :]


def text_after(buffer: bytes, end: int, width: int = 16) -> bytes:
    piece = buffer[end : end + width]
    cut = piece.find(b"\n")
    return piece if cut < 0 else piece[:cut]


_NO_DIGITS = bytes(byte for byte in range(256) if not 48 <= byte <= 57)


def digits_in(value: bytes) -> int:
    """How many digits a value holds."""
    return len(value.translate(None, _NO_DIGITS))


def has_digits(buffer: bytes, start: int, end: int) -> float:
    return 0.9 if _DIGITS.search(buffer, start, end) else 0.0


UNITS = Context(
    rb"(?i)^\s*(?:mg|mcg|ml|cc|units?\b|mmhg|bpm|%|kg|lbs?\b|cm|mm\b|years?\b|yrs?\b|days?\b|weeks?\b|months?\b|hours?\b|hrs?\b|minutes?\b|times\b|meq|g\b|mmol|ng|pg|/\d)",
    heads=b"mg mc ml cc un mm bp % kg lb cm ye yr da we mo ho hr mi ti me g ng pg /",
)
DATE_LIKE = re.compile(rb"^\d{1,2}[/-]\d{1,2}[/-]\d{2,4}$|^\d{1,2}/\d{1,2}$|^(?:19|20)\d\d$|^\d{4}-\d\d-\d\d$")

YEARS = re.compile(rb"(?:19|20)\d\d-(?:(?:19|20)\d\d|[0-3]\d)$")  # "study 2010-2015"

# As a date it would have a month and a day above twelve.
_NO_DATE = re.compile(
    rb"(?:1[3-9]|[2-9]\d)[/-](?:1[3-9]|[2-9]\d)[/-]\d{2,4}$|(?:3[2-9]|[4-9]\d)[/-]|\d{1,2}[/-](?:3[2-9]|[4-9]\d)[/-]"
)


def plate(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    return 0.0 if UNITS.search(text_after(buffer, end)) or value[:4] in (b"COVI", b"ICD ", b"ICD-") else 0.8


def plan_groups(buffer: bytes, start: int, end: int) -> float:
    """Six digits at least, in groups: "XQH 884 201 773"."""
    value = buffer[start:end]
    digits = digits_in(value)
    if digits < 5 or DATE_LIKE.match(value) or UNITS.search(text_after(buffer, end)):
        return 0.0
    return 0.9


def identifier(buffer: bytes, start: int, end: int) -> float:
    """A value beside a cue: needs three digits or a mix, and is no dose, date or year."""
    value = buffer[start:end]
    digits = digits_in(value)
    if buffer[max(0, start - 24) : start].rstrip()[-3:].lower() == b"/dl":
        return 0.0  # "g/dL 13.0 - 17.0" is no driver's licence
    if YEARS.match(value) and not buffer[start - 2 : start].startswith((b"#", b":")):
        return 0.0
    if digits < 3 or (DATE_LIKE.match(value) and not _NO_DATE.match(value)) or UNITS.search(text_after(buffer, end)):
        return 0.0
    return 0.93


def device(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``; a short code of capitals and digits counts too ("transmitter 8GH2KL")."""
    value = buffer[start:end]
    digits = digits_in(value)
    code = 5 <= len(value) <= 16 and value.isalnum() and value.isupper() and digits >= 2 and value[:1].isdigit()
    if code and not UNITS.search(value.lstrip(b"0123456789")):
        return 0.93
    return identifier(buffer, start, end)


def last_four(buffer: bytes, start: int, end: int) -> float:
    """Four digits after "last four": no year, no time, nothing counted."""
    value = buffer[start:end]
    glued = buffer[max(0, start - 8) : start].lower().find(b"last4") >= 0
    if UNITS.search(text_after(buffer, end)) or (value[:2] in (b"19", b"20") and not glued):
        return 0.0
    return 0.85


def counted_nothing(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if UNITS.search(text_after(buffer, end)) else 0.85


def mixed(buffer: bytes, start: int, end: int) -> float:
    """Groups of letters and digits: three digits and two letters at least, and no code of a vocabulary."""
    value = buffer[start:end]
    digits = digits_in(value)
    letters = len(value) - digits - value.count(b"-")
    if value[:4] in (b"800-", b"888-", b"877-", b"866-"):
        return 0.0  # a number that everybody calls: "1-800-QUIT-NOW"
    return 0.7 if digits >= 3 and letters >= 2 and not _CODE_BEFORE.search(text_before(buffer, start)) else 0.0


def other_identifier(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``, below every cue that says more than "id"."""
    return 0.86 if identifier(buffer, start, end) else 0.0


def identifier_spaced(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    digits = digits_in(value)
    written = value.upper() == value or (digits >= 3 and (b" " not in value or value.lower() == value))
    return 0.92 if digits >= 2 and written and not UNITS.search(text_after(buffer, end)) else 0.0


_HANDLE_STOP = frozenset(b"and the for with was has not are were is can will may in on at of to or".split())


def handle(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    return 0.88 if (_DIGITS.search(value) or b"_" in value or b"@" in value or b"." in value[:-1]) else 0.0


_OWNERS = (b"Their", b"Your", b"These", b"Those", b"Other", b"Some", b"With", b"From", b"Both", b"Adult", b"Older")


def of_children(buffer: bytes, start: int, end: int) -> float:
    """ "Boston Children's", not "Their Children's"."""
    return 0.0 if buffer[start:end].startswith(_OWNERS) else 0.75


# One's own machine, and bodies that address everybody.
NOBODYS = re.compile(
    rb"(?i)(?:[a-z]+://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|(?:[a-z0-9-]+\.)*(?:cdc|nih|fda|cms|hhs|cancer|clinicaltrials|medlineplus|medicare|healthcare|uspreventiveservicestaskforce)\.gov"
    rb"|(?:[a-z0-9-]+\.)*who\.int)(?![a-z0-9.-]*[a-z0-9])(?:[:/?#]|$)"
)


def not_in_email(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if (start and buffer[start - 1] in b"@.") or NOBODYS.match(buffer[start:end]) else 0.85


VERSION = Context(rb"(?i)(?:version|ver|v|release|section|build)\W{0,3}$")


def ipv4(buffer: bytes, start: int, end: int) -> float:
    parts = buffer[start:end].split(b".")
    if (
        any(int(part) > 255 for part in parts)
        or parts[0] in (b"0", b"127")
        or VERSION.search(text_before(buffer, start, 12))
    ):
        return 0.0
    return 0.95


def ipv6(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    # Times such as 10:30:15 have no letter and no run of four.
    return 0.95 if b"::" in value or value.count(b":") == 7 else 0.0


def ssn(buffer: bytes, start: int, end: int) -> float:
    area, group, serial = buffer[start : start + 3], buffer[start + 4 : start + 6], buffer[end - 4 : end]
    wrong = area in (b"000", b"666") or group == b"00" or serial == b"0000"
    return 0.85 if wrong or area[:1] == b"9" else 0.97


def cued_ssn(buffer: bytes, start: int, end: int) -> float:
    """Nine digits, or the last four; a year or a date after the cue is neither."""
    value = buffer[start:end]
    digits = digits_in(value)
    if digits == 4:
        return 0.0 if value[:2] in (b"19", b"20") else 0.85
    return 0.96 if 8 <= digits <= 10 and not DATE_LIKE.match(value) else 0.0


def luhn(buffer: bytes, start: int, end: int) -> float:
    digits = [byte - 48 for byte in buffer[start:end] if 48 <= byte <= 57]
    if len(digits) > 19:
        return 0.7 if len(digits) == 20 and buffer[start:end].count(b" ") == 4 else 0.0  # of a parcel or a letter
    if len(digits) < 13 or digits[0] not in (2, 3, 4, 5, 6):
        return 0.0
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return 0.95 if total % 10 == 0 else 0.0


def iban(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end].replace(b" ", b"")
    if not 15 <= len(value) <= 34:
        return 0.0
    moved = value[4:] + value[:4]
    number = "".join(str(int(chr(byte), 36)) for byte in moved)
    return 0.97 if int(number) % 97 == 1 else 0.0


_VIN_VALUES = {
    c: v
    for c, v in zip(
        b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)],
        strict=True,
    )
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(buffer: bytes, start: int, end: int) -> float:
    """49 CFR 565.15: the ninth character is a check digit."""
    value = buffer[start:end]
    digits = digits_in(value)
    if digits < 4 or digits > 15:
        return 0.0
    remainder = sum(_VIN_VALUES[byte] * weight for byte, weight in zip(value, _VIN_WEIGHTS, strict=True)) % 11
    return 0.97 if value[8:9] == (b"X" if remainder == 10 else b"%d" % remainder) else 0.7


def unique_code(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    if not value.isalnum() and (digits_in(value) < 5 or value[:3] in (b"ISO", b"IEC")):
        return 0.0
    if (
        (value[:3] == b"NCT" and b"-" not in value)
        or (value[:1] == b"C" and len(value) == 8)
        or _CODE_BEFORE.search(text_before(buffer, start))
    ):
        return 0.0  # a trial's registration and a UMLS concept are nobody's
    return 0.75


def long_number(buffer: bytes, start: int, end: int) -> float:
    if _CODE_BEFORE.search(text_before(buffer, start)) or COUNT_AFTER.search(text_after(buffer, end)):
        return 0.0
    if start and buffer[start - 1] in b".,$:" and buffer[start - 2 : start - 1].isdigit():
        return 0.0
    return 0.0 if buffer[end - 6 : end] == b"000000" else 0.65


def six_digits(buffer: bytes, start: int, end: int) -> float:
    """Six digits alone: a number of somebody, unless round, decimal, coded or counted; more say so by themselves."""
    if end - start > 6:
        return long_number(buffer, start, end)
    after = buffer[end : end + 5]
    if buffer[end - 3 : end] == b"000" or (
        after[:1] in (b".", b",", b"/", b"-", b"%")
        and after[1:2].isdigit()
        and not (after[:1] == b"," and not (after[1:4].isdigit() and not after[4:5].isdigit()))  # a cell ends
    ):
        return 0.0
    return 0.55 if long_number(buffer, start, end) and (not start or buffer[start - 1] not in b"./-+") else 0.0


_RANGE_BEFORE = Context(
    rb"(?i)(?:range|ref|reference|normal|between|from|icd|cpt|ndc|loinc|code|<|>|=|[$])\W{0,3}$|\d[.,]$"
)


def phone(buffer: bytes, start: int, end: int) -> float:
    return 0.95 if end - start > 8 else local_phone(buffer, start, end)


def local_phone(buffer: bytes, start: int, end: int) -> float:
    if start and buffer[start - 1] in b"-/.":
        return 0.0
    if _RANGE_BEFORE.search(text_before(buffer, start)) or COUNT_AFTER.search(text_after(buffer, end)):
        return 0.0
    return 0.0 if text_after(buffer, end, 1) in (b"-", b"/") else 0.8


_DATE_FIRST = re.compile(rb"(?:19|20)\d\d-\d\d-\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b(?!-)")


def trunk_zero(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if _CODE_BEFORE.search(text_before(buffer, start)) else 0.75


def cued_phone(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    if _DATE_FIRST.match(value):
        return 0.0
    digits = digits_in(value)
    if digits < 7 or digits > 15 or UNITS.search(text_after(buffer, end)) or DATE_LIKE.match(value.strip()):
        return 0.0
    return 0.94


# "3 x 4500" is a product, "x 4512" and "02115 x4512" have an extension
_NO_EXTENSION = Context(rb"(?i)\d(?:\s*x\s+|x)$|\bpage\s*$")


def extension(buffer: bytes, start: int, end: int) -> float:
    if UNITS.search(text_after(buffer, end)) or (
        text_after(buffer, end, 1) in (b".", b"%") and text_after(buffer, end, 2)[1:].isdigit()
    ):
        return 0.0
    return 0.0 if _NO_EXTENSION.search(text_before(buffer, start, 12)) else 0.72


_STREET_STOP = re.compile(
    rb"(?i)^\d+[a-z]?\s+(?:mg|mcg|ml|units?|days?|weeks?|months?|years?|yrs?|hours?|tabs?|tablets?|capsules?|times|year-old|y/?o|cm|mm|pack|patients?|doses?|and|or|of)\b"
)
_NO_STREET = Context(rb"\b(?:AT|BY|IN|FROM|WAS|FOR|WITH|(?i:patient|history|with|reports|denies|blood|mr|mrs|ms))\b")
_LOWER_STREET_STOP = Context(rb"\b(?:to|the|by|in|with|for|at|a|on|from|per|was|is|his|her|and)\b")
_LOOSE_STREET_END = Context(rb"\b(?:st|dr|pl|place|way|trail|hwy|cir)\.?$")
_AFTER_LOOSE_STREET = re.compile(rb"[,\n;)]|\.?$|\.? (?:in|apt|unit|#|and|for|with|phone|tel|city)\b")


def street(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    if (start and buffer[start - 1] in b"/-.") or _NO_STREET.search(value) or _STREET_STOP.match(value):
        return 0.0
    # "4 Seen by Dr" ends in a title, not a drive
    if value.removesuffix(b".").endswith(b"Dr") and buffer[end : end + 2].strip()[:1].isupper():
        return 0.0
    return 0.93


_PERSON_COUNTED = re.compile(rb"(?i)\d+[a-z]?\s+(?:dr|prof|nurse|mds?|rns?|doctors?|nurses)\b")


def before_apartment(buffer: bytes, start: int, end: int) -> float:
    """A street without a word for one, told by the apartment: "1420 Larkmoor, Apt 4", not "bed 4 Dr. Roe, Suite 20"."""
    return 0.0 if _PERSON_COUNTED.match(buffer[start:end]) else street(buffer, start, end)


_LIVES = Context(
    rb"(?i)\b(?:lives?|lived|living|alone|resid(?:es|ing)|stay(?:s|ing)|address(?: is)?|home|house|apartment|apt)(?: (?:at|on))?[ :,]*$"
)


def lower_street(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end].lower()
    told = _LIVES.search(text_before(buffer, start))
    if not told and _LOOSE_STREET_END.search(value) and not _AFTER_LOOSE_STREET.match(buffer[end : end + 12]):
        return 0.0
    return 0.0 if _STREET_STOP.match(value) or _LOWER_STREET_STOP.search(value) else 0.75


def zip_plus4(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if _CODE_BEFORE.search(text_before(buffer, start)) else 0.9


_STREET_BEFORE = Context(
    rb"(?i)\d[^\n]{0,30}\b(?:street|st|ave|avenue|road|rd|lane|ln|drive|dr|blvd|boulevard|court|ct|way|terrace|place|pl|circle|cir|parkway|pkwy|hwy|highway|"
    rb"trail|square|sq|loop|broadway|p\.?o\.? box \d+)\b[^\n]{0,30}\n?[^\n]{0,40}$"
)


def zip_after_street(buffer: bytes, start: int, end: int) -> float:
    """The last part of an address whose State is missing or mistyped."""
    if COUNT_AFTER.search(text_after(buffer, end)) or UNITS.search(text_after(buffer, end)):
        return 0.0
    return 0.8 if _STREET_BEFORE.search(buffer[max(0, start - 110) : start]) else 0.0


def postcode(buffer: bytes, start: int, end: int) -> float:
    return 0.75
