"""What is written where an identifier stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cloister.phi.filler_dates import is_filler
from cloister.phi.finding import Span
from cloister.phi.safe_harbor import MAX_AGE

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_RUN_TOGETHER = re.compile(r"(?:19|20)\d\d(?=\d{4})")
# A year up to this one may be a birth year of somebody over 89; without the text's own date it can't be told.
OLDEST_YEAR = 1940
_LABEL = {"other-id": "ID", "organisation": "ORGANISATION"}


def placeholder(kind: str, value: str, latest: int) -> str:
    """ "[NAME]"; a date keeps its year (164.514(b)(2)(i)(C)) unless the year may tell an age over 89."""
    if kind == "date":
        match = _YEAR.search(value) or _RUN_TOGETHER.match(value)
        if match and int(match[0]) > OLDEST_YEAR and int(match[0]) >= latest - MAX_AGE:
            return f"[DATE {match[0]}]"
        return "[DATE]"
    if kind == "age":
        return "[AGE OVER 89]"
    return f"[{_LABEL.get(kind, kind.upper())}]"


def latest_year(text: str, spans: Sequence[Span]) -> int:
    """The latest year that a date of the text names, 0 if none."""
    return max(
        (int(year) for start, end, kind, _, _ in spans if kind == "date" for year in _YEAR.findall(text[start:end])),
        default=0,
    )


def with_placeholders(text: str, spans: Sequence[Span], latest: int = 0) -> str:
    """The text with a placeholder for each span; neighbours of one type with nothing but a space between are one."""
    if not spans:
        return text
    latest = latest or latest_year(text, spans)
    parts: list[str] = []
    at, previous = 0, ""
    for start, end, kind, _, _ in spans:
        between = text[at:start]
        if kind == previous and kind != "date" and between in ("", " ", ", ", ". ", "-"):
            at = end
            continue
        parts.append(between)
        parts.append(placeholder(kind, text[start:end], latest))
        at, previous = end, kind
    parts.append(text[at:])
    return "".join(parts)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4}|\d{2})")
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})"), ("y", "", "m", "", "d")),
    (_NUMBERS, ("m", "", "d", "", "y")),
    (re.compile(r"([A-Za-z]+\.?)(\s+)(\d{1,2})(?:st|nd|rd|th)?(,?\s+)(\d{4})"), ("M", "", "d", "", "y")),
    (re.compile(r"(\d{1,2})(?:st|nd|rd|th)?([\s-]+)([A-Za-z]+\.?)([\s,-]+)(\d{4}|\d{2})"), ("d", "", "M", "", "y")),
)
_DAY_FIRST = ("d", "", "m", "", "y")
_MONTHS_OF_A_YEAR = 12
_TURN = 50  # "49" is 2049 and "50" is 1950, where no date of the text says better
Change = Callable[[date], date | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text writes its dates: ``latest`` is the latest year it can mean, 0 if unknown; who was born before the
    year ``oldest`` may be over 89."""

    latest: int = 0
    oldest: int = OLDEST_YEAR + 1
    day_first: bool = False

    @classmethod
    def of(cls, text: str, spans: Sequence[Span], latest: int = 0) -> Reading:
        """Day first where some date of the text can be read in no other way, and none only the other way.

        ``latest`` is that of the text's row: its column of birth dates goes by it alone.
        """
        firsts, seconds = [0], [0]
        for start, end, kind, _, _ in spans:
            if kind == "date" and (match := _NUMBERS.fullmatch(text[start:end].strip())):
                firsts.append(int(match[1]))
                seconds.append(int(match[3]))
        day_first = max(firsts) > _MONTHS_OF_A_YEAR >= max(seconds)
        if latest:
            return cls(latest, latest - MAX_AGE, day_first)
        own = latest_year(text, spans)
        return cls(own, max(OLDEST_YEAR + 1, own - MAX_AGE), day_first)


def shifted(value: str, days: int) -> str | None:
    """A date's text moved by ``days`` in its own format; None where it is no full date or stands for no day at all."""
    return rewritten(value, lambda day: None if is_filler(day) else day + timedelta(days=days))


def rewritten(value: str, change: Change, reading: Reading = Reading()) -> str | None:
    """A date's text, changed, in its own format; None where it is no full date or ``change`` says so."""
    for pattern, form in _FORMS:
        match = pattern.fullmatch(value.strip())
        if match:
            groups = match.groups()
            if pattern is _NUMBERS and (int(groups[0]) > _MONTHS_OF_A_YEAR or _swapped(groups, reading)):
                form = _DAY_FIRST  # noqa: PLW2901  this form only
            return _write(groups, form, change, reading.latest)
    return None


def _swapped(groups: Sequence[str], reading: Reading) -> bool:
    return reading.day_first and int(groups[2]) <= _MONTHS_OF_A_YEAR


def _write(groups: Sequence[str], form: Sequence[str], change: Change, latest: int) -> str | None:
    parts = dict(zip(form, groups, strict=True))
    month = parts.get("m") or str(next((i for i, m in enumerate(_MONTHS, 1) if parts["M"].lower().startswith(m)), 0))
    year = int(parts["y"])
    short = len(parts["y"]) == 2
    if short:
        recent = year < _TURN and (not latest or year + 2000 <= latest)
        year += 2000 if recent else 1900
    try:
        new = change(date(year, int(month), int(parts["d"])))
    except (ValueError, OverflowError):
        return None
    if new is None:
        return None
    out = []
    for key, text in zip(form, groups, strict=True):
        if key == "y":
            out.append(f"{new.year % 100:02d}" if short else f"{new.year:04d}")
        elif key in {"m", "d"}:
            number = new.month if key == "m" else new.day
            out.append(f"{number:02d}" if len(text) == 2 else str(number))
        elif key == "M":
            out.append(new.strftime("%B" if len(text.rstrip(".")) > 3 else "%b"))
        else:
            out.append(text)
    return "".join(out)


def after_apostrophe(text: str, start: int) -> bool:
    """The number that begins here is a year without its century ("'19 March 14"), whatever follows."""
    return start > 0 and text[start - 1] in "'\u2018\u2019"


def with_shifted_dates(text: str, spans: Sequence[Span], days: int | None, latest: int = 0) -> str:
    """Placeholders for all but full dates, which move by ``days``: intervals stay, dates do not.

    A date that may tell an age over 89, or that stands for no day at all, is a placeholder too. ``days`` None: the
    dates were moved before, and stay.
    """
    reading = Reading.of(text, spans, latest)

    def moved(day: date) -> date | None:
        if days is None:
            return day
        return None if is_filler(day) or day.year < reading.oldest else day + timedelta(days=days)

    parts, at = [], 0
    for start, end, kind, _, _ in spans:
        parts.append(text[at:start])
        value = text[start:end]
        if kind == "date":
            new = None if after_apostrophe(text, start) else rewritten(value, moved, reading)
            parts.append(new or "[DATE]")
        else:
            parts.append(placeholder(kind, value, 0))
        at = end
    parts.append(text[at:])
    return "".join(parts)
