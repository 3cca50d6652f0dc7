"""Checks of the numbers of people and things: of records, plans, accounts, licences, vehicles, devices, parcels.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501, ARG001 - a check takes the whole span; an expression is read whole
from __future__ import annotations

import re
from itertools import pairwise

from cloister.phi.check_parts import CODE_BEFORE, COUNT_AFTER, DATE_LIKE, UNITS, digits_in, text_after, text_before
from cloister.phi.context import Context

_YEARS = re.compile(rb"(?:19|20)\d\d-(?:(?:19|20)\d\d|[0-3]\d)$")  # "study 2010-2015"
# As a date it would have a month and a day above twelve.
_NO_DATE = re.compile(
    rb"(?:1[3-9]|[2-9]\d)[/-](?:1[3-9]|[2-9]\d)[/-]\d{2,4}$|(?:3[2-9]|[4-9]\d)[/-]|\d{1,2}[/-](?:3[2-9]|[4-9]\d)[/-]"
)


def identifier(buffer: bytes, start: int, end: int) -> float:
    """A value beside a cue: needs three digits or a mix, and is no dose, date or year."""
    value = buffer[start:end]
    digits = digits_in(value)
    if _YEARS.match(value) and not buffer[start - 2 : start].startswith((b"#", b":")):
        return 0.0
    if digits < 3 or (DATE_LIKE.match(value) and not _NO_DATE.match(value)) or UNITS.search(text_after(buffer, end)):
        return 0.0
    return 0.93


def record(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``; four digits after "MRN" are a number even where they could be a year: "MRN: 1958"."""
    score = identifier(buffer, start, end)
    if score or end - start != 4 or not buffer[start:end].isdigit():
        return score
    return 0.9 if b"mrn" in buffer[max(0, start - 12) : start].lower() else 0.0


# A payer's rules that anybody may read ("medical policy 2.04.118"), and a policy that no other word tells.
_RULES_BEFORE = Context(
    rb"(?i)\b(?:medical|clinical|coverage|payment|reimbursement|corporate|pharmacy|drug) policy[ #:.]*(?:no\.? )?$"
)


def of_a_plan(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``; not "Policy MP-207 criterion 3", which is the payer's for everybody."""
    score = identifier(buffer, start, end)
    if score and buffer[start - 7 : start - 1].lower() == b"policy":
        few = digits_in(buffer[start:end]) < 5
        return 0.0 if few or _RULES_BEFORE.search(text_before(buffer, start)) else score
    return score


_ORDER_FORMS = frozenset((b"41", b"106", b"222", b"223", b"224"))  # of the Drug Enforcement Administration


def of_a_licence(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``; "DEA-106" is a form, and "g/dL 13.0 - 17.0" no driver's."""
    measured = buffer[max(0, start - 24) : start].rstrip(b" \t|*_\"'")[-3:].lower() == b"/dl"
    return 0.0 if measured or buffer[start:end] in _ORDER_FORMS else identifier(buffer, start, end)


def of_a_lock(buffer: bytes, start: int, end: int) -> float:
    """Three digits at least, a year among them: "lockbox code 1946"."""
    return 0.0 if digits_in(buffer[start:end]) < 3 or UNITS.search(text_after(buffer, end)) else 0.93


def other_identifier(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``, below every cue that says more than "id"."""
    return 0.86 if identifier(buffer, start, end) else 0.0


def identifier_spaced(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    digits = digits_in(value)
    written = value.upper() == value or (digits >= 3 and (b" " not in value or value.lower() == value))
    return 0.92 if digits >= 2 and written and not UNITS.search(text_after(buffer, end)) else 0.0


_FULL_DATE = re.compile(rb"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}$|(?:19|20)\d\d-\d\d-\d\d$")
_TWO_YEARS = re.compile(rb"(?:19|20)\d\d-(?:(?:19|20)\d\d|\d\d)$")
_NO_PREFIX = frozenset(b"SN NO ID AT OF IN ON TO BY IS OR AND FOR THE HAS WAS WITH IF".split())


def groups(buffer: bytes, start: int, end: int) -> float:
    """Six digits or more in groups, five after letters, and no date: "3381 4902", "RPI 00231"."""
    value = buffer[start:end]
    word = value.split(b" ")[0]
    least = 5 if len(word) > 1 and word.isalpha() else 6
    if digits_in(value) < least or _FULL_DATE.match(value) or _TWO_YEARS.match(value) or word in _NO_PREFIX:
        return 0.0
    return 0.0 if UNITS.search(text_after(buffer, end)) else 0.9


def plan_groups(buffer: bytes, start: int, end: int) -> float:
    """Six digits at least, in groups: "XQH 884 201 773"."""
    value = buffer[start:end]
    digits = digits_in(value)
    if digits < 5 or DATE_LIKE.match(value) or _TWO_YEARS.match(value) or UNITS.search(text_after(buffer, end)):
        return 0.0
    return 0.9


_WITH_DAY = re.compile(rb"(?:19|20)\d\d-\d\d-\d\d")  # "472226 1960-02-29": a number and a day


def luhn(buffer: bytes, start: int, end: int) -> float:
    digits = [byte - 48 for byte in buffer[start:end] if 48 <= byte <= 57]
    if len(digits) > 19:
        return 0.7 if len(digits) == 20 and buffer[start:end].count(b" ") == 4 else 0.0  # of a parcel or a letter
    if len(digits) < 13 or digits[0] not in (2, 3, 4, 5, 6) or _WITH_DAY.search(buffer, start, end):
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


def counted_nothing(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if UNITS.search(text_after(buffer, end)) else 0.85


def plate(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    return 0.0 if UNITS.search(text_after(buffer, end)) or value[:4] in (b"COVI", b"ICD ", b"ICD-") else 0.8


def plate_before(buffer: bytes, start: int, end: int) -> float:
    """Letters and digits, five at least: no "L5 S1 plates", no "LCP plate"."""
    value = buffer[start:end].replace(b" ", b"").replace(b"-", b"")
    digits = digits_in(value)
    return 0.8 if len(value) > 4 and digits > 2 and len(value) - digits > 1 else 0.0


_VIN_VALUES = dict(
    zip(
        b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)],
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(buffer: bytes, start: int, end: int) -> float:
    """49 CFR 565.15: the ninth character is a check digit."""
    value = buffer[start:end]
    digits = digits_in(value)
    if digits < 4 or digits > 15:
        return 0.0
    remainder = sum(_VIN_VALUES[byte] * weight for byte, weight in zip(value, _VIN_WEIGHTS, strict=True)) % 11
    return 0.97 if value[8:9] == (b"X" if remainder == 10 else b"%d" % remainder) else 0.7


_SERIAL_AFTER = re.compile(rb" (?:SN\b|S/N\b|serial\b|#\d)")  # what stands before it is the model


def device(buffer: bytes, start: int, end: int) -> float:
    """As ``identifier``; a short code of capitals and digits counts too ("transmitter 8GH2KL")."""
    value = buffer[start:end]
    if _SERIAL_AFTER.match(buffer, end):
        return 0.0
    digits = digits_in(value)
    code = 5 <= len(value) <= 16 and value.isalnum() and value.isupper() and digits >= 2 and value[:1].isdigit()
    if code and not UNITS.search(value.lstrip(b"0123456789")):
        return 0.93
    return identifier(buffer, start, end)


def part_of_udi(buffer: bytes, start: int, end: int) -> float:
    """ "(01)00643169007222(21)77041882", or one of its parts; the mark itself has two digits."""
    return 0.97 if digits_in(buffer[start:end]) > 5 else 0.0


_NOT_FILED = re.compile(
    rb"(?i)rm(?: |-\d{1,3}(?!\d))|(?:cpt|icd|ndc|drg|hcpcs|room|bed|unit|dob|ssn|acct|fin|csn|ph|tel|cell|fax|npi|dea|lot|sn|side|left|right|both|dose|meds?|icu|[mscnp]icu|ed|er|wbc|plt|no|id|mrn|at|of|in|on|to|by|is|or|and|for|the|has|was|with|if|am|pm|x)\b|99[0-9]{3}$|(?:0\d|1[0-2])/(?:19|20)\d\d$|\d{1,2}-\d{1,2}$|\d+\.\d+$"
)
_ORDERED = Context(rb"(?i)\border[ \t:.]*(?:no[ :.]*)?$")
_OF_A_PRODUCT = re.compile(rb"(?i)[,;) ]{0,3}lot\b")  # "REF CS-15703, lot ..." of a catalogue
_REPORTED = Context(rb"(?i)\b(?:report|incident|event|complaint|file|ref)[ \t:.]*$")
_PEOPLE_AFTER = Context(rb"(?i)^\s*(?:patients|participants|subjects|people|samples|records|charts|runs|calls)")


def filed(buffer: bytes, start: int, end: int) -> float:
    """Beside a word for something filed: five digits, or three among letters and dashes; no range, count or date."""
    value = buffer[start:end]
    digits = digits_in(value)
    plain = digits == len(value)
    if digits < 3 or (plain and digits < 5) or DATE_LIKE.match(value) or _YEARS.match(value):
        return 0.0
    round_ = all(part[-1:] in (b"0", b"5") for part in value.split(b"-"))  # "10-1500 m"
    before = text_before(buffer, start)
    if (_ORDERED.search(before) and (digits < 5 or value[:1].isdigit())) or _OF_A_PRODUCT.match(buffer, end):
        return 0.0
    if (
        _NOT_FILED.match(value)
        or (round_ and (not plain or value.endswith(b"000")))
        or (digits < 5 and not _told_apart(value) and not (digits == 3 and _REPORTED.search(before)))
    ):
        return 0.0
    after = text_after(buffer, end)
    counted = UNITS.search(after) or COUNT_AFTER.search(after) or _PEOPLE_AFTER.search(after)
    goes_on = after[:1] in (b"/", b"%") or (after[:1] in (b".", b",", b":") and after[1:2].isdigit())
    return 0.0 if counted or goes_on else 0.86


def _told_apart(value: bytes) -> bool:
    """Few digits: a capital and a dash, or a year before a number ("C-1188", "24-441")."""
    return re.match(rb"[A-Z]+[ /-]?\d{4}|[A-Z]+[ -]\d+-|\d\d-\d(?:\d[1-9]|[1-9]\d)|\d{3,}-?[A-Z]", value) is not None


def exported(buffer: bytes, start: int, end: int) -> float:
    """A value of an export that holds three digits and no measure, date or version."""
    value = buffer[start:end]
    return (
        0.0 if digits_in(value) < 3 or len(value) < 5 or (b"." in value and value.replace(b".", b"").isdigit()) else 0.8
    )


_SET = Context(
    rb"(?i)\b(?:icd|cpt|hcpcs|snomed|loinc|rxnorm|drg|ndc|cvx|zip|diagnosis|billing|procedure|q|z|color|colour|door|status)[- ]*\w{0,4}\s*(?:code|key|id)?s?\W*$"
)


_PASSWORD = Context(rb"(?i)\bpass(?:word|code)[ :=#]*$")


def code(buffer: bytes, start: int, end: int) -> float:
    """A code of somebody: two letters and two figures, of no vocabulary."""
    value = buffer[start:end]
    digits = digits_in(value)
    least = 1 if _PASSWORD.search(text_before(buffer, start)) else 2
    return 0.0 if digits < least or len(value) - digits < 2 or _SET.search(text_before(buffer, start)) else 0.75


def by_turns(buffer: bytes, start: int, end: int) -> float:
    """ "2231X0AB7": eight characters or more; nine of "LE12W339AB", which ends in letters."""
    least = 8 if buffer[end - 1 : end].isdigit() else 9
    return 0.7 if end - start >= least and not _SET.search(text_before(buffer, start)) else 0.0


_MONTH = frozenset(b"JAN FEB MAR APR MAY JUN JUL AUG SEP SEPT OCT NOV DEC".split())


def no_month(buffer: bytes, start: int, end: int) -> float:
    """ "24-CG-0388", "24C-0918", "2K-118823"; "24MAR2024" is a date."""
    value = buffer[start:end]
    letters = bytes(byte for byte in value if 65 <= byte <= 90)
    if buffer[start - 1 : start] == b"-" or buffer[end : end + 1] == b"-":
        return 0.0  # a part of more groups
    enough = digits_in(value) >= (5 if value.count(b"-") > 1 else 6)
    return 0.8 if enough and letters not in _MONTH and not UNITS.search(text_after(buffer, end)) else 0.0


def mixed(buffer: bytes, start: int, end: int) -> float:
    """Groups of letters and digits: three digits and two letters at least, and no code of a vocabulary."""
    value = buffer[start:end]
    digits = digits_in(value)
    letters = len(value) - digits - value.count(b"-")
    if value[:4] in (b"800-", b"888-", b"877-", b"866-"):
        return 0.0  # a number that everybody calls: "1-800-QUIT-NOW"
    return 0.7 if digits >= 3 and letters >= 2 and not CODE_BEFORE.search(text_before(buffer, start)) else 0.0


def unique_code(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    if not value.isalnum() and (digits_in(value) < 5 or value[:3] in (b"ISO", b"IEC")):
        return 0.0
    if (
        (value[:3] == b"NCT" and b"-" not in value)
        or (value[:1] == b"C" and len(value) == 8)
        or CODE_BEFORE.search(text_before(buffer, start))
    ):
        return 0.0  # a trial's registration and a UMLS concept are nobody's
    return 0.75


def long_number(buffer: bytes, start: int, end: int) -> float:
    if CODE_BEFORE.search(text_before(buffer, start)) or COUNT_AFTER.search(text_after(buffer, end)):
        return 0.0
    if start and buffer[start - 1] in b".,$:" and buffer[start - 2 : start - 1].isdigit():
        return 0.0
    return 0.0 if buffer[end - 6 : end] == b"000000" else 0.65


def six_digits(buffer: bytes, start: int, end: int) -> float:
    """Six digits alone: a number of somebody, unless round, decimal, coded or counted; more say so by themselves."""
    if end - start > 6:
        counted = buffer[end - 2 : end] in (b"IU", b"MG", b"-U", b"-G")
        return 0.0 if counted else long_number(buffer, start, end)
    after = buffer[end : end + 5]
    if buffer[end - 3 : end] == b"000" or (
        after[:1] in (b".", b",", b"/", b"-", b"%")
        and after[1:2].isdigit()
        and not (after[:1] == b"," and not (after[1:4].isdigit() and not after[4:5].isdigit()))  # a cell ends
    ):
        return 0.0
    return 0.55 if long_number(buffer, start, end) and (not start or buffer[start - 1] not in b"./-+") else 0.0


_DATE_WITH_DASHES = re.compile(
    rb"(?:[1-9]|[012]\d|3[01])-(?:[1-9]|[012]\d|3[01])-(?:\d{2}|\d{4})$|(?:19|20)\d\d-\d{1,2}-\d{1,2}$"
)
_DRUG_CODE = ((4, 4, 2), (5, 4, 2), (5, 3, 2), (5, 4, 1))  # lengths of the parts of an NDC


def dashed(buffer: bytes, start: int, end: int) -> float:
    """Groups of digits: a long one and another, or three with eight digits; no taper, range, date or drug's code."""
    value = buffer[start:end]
    after = buffer[end : end + 2]
    if (
        buffer[start - 1 : start] in (b"-", b".", b"/", b"+")
        or after[:1] in (b"/", b"%")
        or (after[1:].isdigit() and after[:1] in (b".", b"-"))
    ):
        return 0.0
    if b"-" not in value:
        return 0.7 if len(value) > 8 and not COUNT_AFTER.search(text_after(buffer, end)) else 0.0
    parts = value.split(b"-")
    return (_in_two if len(parts) == 2 else _in_more)(buffer, start, end, parts)


def _in_two(buffer: bytes, start: int, end: int, parts: list[bytes]) -> float:
    first, second = parts
    if len(first) > 5 or (len(first) > 3 and first[:1] == b"0"):
        hours = all(len(part) == 4 and part[:2] < b"25" and part[2:] < b"60" for part in parts)  # "0700-1900"
        return 0.0 if hours else 0.7
    counted = len(second) == 5 and (second.endswith(b"00") or UNITS.search(text_after(buffer, end)))
    return 0.7 if not counted and long_number(buffer, start, end) else 0.0


def _in_more(buffer: bytes, start: int, end: int, parts: list[bytes]) -> float:
    lengths = tuple(map(len, parts))
    if lengths in _DRUG_CODE or _DATE_WITH_DASHES.match(buffer, start, end) or UNITS.search(text_after(buffer, end)):
        return 0.0
    uneven = any(part[-1:] not in b"05" for part in parts)
    if set(lengths) == {2} and all(part.isdigit() for part in parts):
        steps = {int(after) - int(before) for before, after in pairwise(parts)}
        return 0.7 if uneven and len(steps) > 1 else 0.0  # "08-12-16-20" are hours
    return 0.7 if uneven and sum(lengths) > (6 if lengths[1] > 3 else 7) else 0.0


_OF_A_SET = (b"ISO", b"IEC", b"ICD", b"CPT", b"DIN", b"EN-")


# "debridement x10 (11721)", "table auth (93660)": what was done, and its code of the CPT.
_BILLED_BEFORE = Context(
    rb"(?:\b(?:x ?\d+|auth|[a-z]+(?:tion|ment|scopy|gram|graphy|therapy|ectomy|plasty|otomy|ostomy|test|scan|biopsy|review|visit|eval)|[A-Z]{2,5})) \(#?$"
)


def in_parentheses(buffer: bytes, start: int, end: int) -> float:
    """ "(00471882)", "(11 24 87 09)"; not "(10 20 30)"."""
    value = buffer[start:end]
    if b" " not in value:
        year = b"-" in value and end - start < 9 and value[-4:-2] in (b"19", b"20")  # "(DSM-2013)"
        billed = (
            end - start == 5
            and value.isdigit()
            and value >= b"10004"
            and _BILLED_BEFORE.search(text_before(buffer, start))
        )
        return 0.0 if year or billed or value.startswith(_OF_A_SET) else long_number(buffer, start, end)
    return 0.65 if digits_in(value) > 6 and any(part[-1:] not in b"05" for part in value.split()) else 0.0


def after_hash(buffer: bytes, start: int, end: int) -> float:
    """Four digits and more, or three among letters and dashes."""
    value = buffer[start:end]
    digits = digits_in(value)
    return 0.7 if digits > 3 or (digits == 3 and len(value) > 4 and not value.isalpha()) else 0.0
