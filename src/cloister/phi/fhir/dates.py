"""FHIR dates by profile: a year for Safe Harbor, a per-person shift that keeps every interval for an expert's."""

from __future__ import annotations

import re
from datetime import date, timedelta

from cloister.phi.filler_dates import is_filler

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})(?P<time>T[0-9:.]{5,24}(?:Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_TIME = re.compile(r"T([01]\d|2[0-4]):[0-5]\d(:[0-6]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?")


def is_date(text: str) -> bool:
    """A year, month, day or moment in FHIR's form, at least to the month (a bare year isn't told from a number)."""
    match = _DATE.fullmatch(text)
    return match is not None and match["month"] is not None


def year_of(text: str) -> int | None:
    match = _DATE.fullmatch(text)
    return int(match["year"]) if match else None


def only_year(text: str) -> str | None:
    """The year, or None for what is no date."""
    match = _DATE.fullmatch(text)
    return match["year"] if match else None


def shifted(text: str, days: int) -> str | None:
    """The date moved by whole days, time of day and zone kept; a partial one by its middle, cut to the year.

    None for what is no date, stands for an unknown day, or leaves the calendar.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        day = date(int(match["year"]), int(match["month"] or 7), int(match["day"] or 1 if match["day"] else 15))
        if is_filler(day):
            return None
        moved = day + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    if match["day"] is None:
        return f"{moved.year:04d}"
    time = match["time"] or ""
    if time and not _TIME.fullmatch(time):
        return None
    return moved.isoformat() + time
