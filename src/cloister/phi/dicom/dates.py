"""DICOM dates and times moved by whole days (PS3.5 6.2: DA, DT), and ages capped."""

from __future__ import annotations

import re
from datetime import date, timedelta

from cloister.phi.filler_dates import is_filler

_DAY = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_MOMENT = re.compile(r"(\d{8})(\d{0,6}(?:\.\d{1,6})?(?:[+-]\d{4})?)")
_AGE = re.compile(r"(\d{3})([DWMY])")


def shifted_day(text: str, days: int) -> str | None:
    """A DA value moved by whole days, or None for what is no full date and for one that stands for an unknown day."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = date(*(int(part) for part in match.groups()))
        return None if is_filler(day) else (day + timedelta(days=days)).strftime("%Y%m%d").rjust(8, "0")
    except (ValueError, OverflowError):
        return None


def shifted_moment(text: str, days: int) -> str | None:
    """A DT value with at least a day moved by whole days; time and zone stay."""
    match = _MOMENT.fullmatch(text.strip())
    day = shifted_day(match[1], days) if match else None
    return None if match is None or day is None else day + match[2]


def capped_age(text: str) -> str | None:
    """An AS value of at most 089Y; above, 090Y (45 CFR 164.514(b)(2)(i)(C)); None for what is no age."""
    match = _AGE.fullmatch(text.strip())
    if match is None:
        return None
    years = int(match[1]) / {"D": 365.25, "W": 52.18, "M": 12, "Y": 1}[match[2]]
    return "090Y" if years >= 90 else text.strip()
