"""Checks of social security numbers, whole or the last four digits.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

from __future__ import annotations

from cloister.phi.check_parts import DATE_LIKE, UNITS, digits_in, text_after


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


def last_four(buffer: bytes, start: int, end: int) -> float:
    """Four digits after "last four": no year, no time, nothing counted."""
    value = buffer[start:end]
    glued = buffer[max(0, start - 8) : start].lower().find(b"last4") >= 0
    if UNITS.search(text_after(buffer, end)) or (value[:2] in (b"19", b"20") and not glued):
        return 0.0
    return 0.85
