"""Checks of numbers that stand without a word for "number", or in groups: "chart 88201", "77-40-19", "(11 24 87 09)".

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from cloister.phi.context import Context
from cloister.phi.validators import COUNT_AFTER, DATE_LIKE, UNITS, YEARS, digits_in, long_number, text_after

_NOT_FILED = re.compile(
    rb"(?i)(?:cpt|icd|ndc|drg|hcpcs|rm|room|bed|wbc|plt|no|id|mrn|at|of|in|on|to|by|is|or|and|for|the|has|was|with|if|am|pm|x)\b|99[0-9]{3}$|\d{1,2}-\d{1,2}$|\d+\.\d+$"
)
_PEOPLE_AFTER = Context(rb"(?i)^\s*(?:patients|participants|subjects|people|samples|records|charts|runs|calls)")


def filed(buffer: bytes, start: int, end: int) -> float:
    """Beside a word for something filed: five digits, or three among letters and dashes; no range, count or date."""
    value = buffer[start:end]
    digits = digits_in(value)
    plain = digits == len(value)
    if digits < 3 or (plain and digits < 5) or DATE_LIKE.match(value) or YEARS.match(value):
        return 0.0
    round_ = all(part[-1:] in (b"0", b"5") for part in value.split(b"-"))  # "10-1500 m"
    if (
        _NOT_FILED.match(value)
        or (round_ and (not plain or value.endswith(b"000")))
        or (digits < 5 and not _told_apart(value))
    ):
        return 0.0
    after = text_after(buffer, end)
    counted = UNITS.search(after) or COUNT_AFTER.search(after) or _PEOPLE_AFTER.search(after)
    goes_on = after[:1] in (b"/", b"%") or (after[:1] in (b".", b",", b":") and after[1:2].isdigit())
    return 0.0 if counted or goes_on else 0.86


def _told_apart(value: bytes) -> bool:
    """Few digits: a capital and a dash, or a year before a number ("C-1188", "24-441")."""
    return re.match(rb"[A-Z]+[ -]?\d{4}|[A-Z]+[ -]\d+-|\d\d-\d(?:\d[1-9]|[1-9]\d)|\d{3,}-?[A-Z]", value) is not None


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


def in_parentheses(buffer: bytes, start: int, end: int) -> float:
    """ "(00471882)", "(11 24 87 09)"; not "(10 20 30)"."""
    value = buffer[start:end]
    if b" " not in value:
        return long_number(buffer, start, end)
    return 0.65 if digits_in(value) > 6 and any(part[-1:] not in b"05" for part in value.split()) else 0.0


def part_of_udi(buffer: bytes, start: int, end: int) -> float:
    """ "(01)00643169007222(21)77041882", or one of its parts; the mark itself has two digits."""
    return 0.97 if digits_in(buffer[start:end]) > 5 else 0.0


def after_hash(buffer: bytes, start: int, end: int) -> float:
    """Four digits and more, or three among letters and dashes."""
    value = buffer[start:end]
    digits = digits_in(value)
    return 0.7 if digits > 3 or (digits == 3 and len(value) > 4 and not value.isalpha()) else 0.0
