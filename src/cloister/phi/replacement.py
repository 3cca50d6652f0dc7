"""What is written where an identifier stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from cloister.phi.finding import Span

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_RUN_TOGETHER = re.compile(r"(?:19|20)\d\d(?=\d{4})")
# A year up to this one may be a birth year of somebody over 89; without the text's own date it can't be told.
OLDEST_YEAR = 1940
_LABEL = {"other-id": "ID", "organisation": "ORGANISATION"}


def placeholder(kind: str, value: str, latest: int) -> str:
    """ "[NAME]"; a date keeps its year (164.514(b)(2)(i)(C)) unless the year may tell an age over 89."""
    if kind == "date":
        match = _YEAR.search(value) or _RUN_TOGETHER.match(value)
        if match and int(match[0]) > OLDEST_YEAR and int(match[0]) >= latest - 89:
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
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})"), ("y", "", "m", "", "d")),
    (re.compile(r"(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4}|\d{2})"), ("m", "", "d", "", "y")),
    (re.compile(r"([A-Za-z]+\.?)(\s+)(\d{1,2})(?:st|nd|rd|th)?(,?\s+)(\d{4})"), ("M", "", "d", "", "y")),
    (re.compile(r"(\d{1,2})(?:st|nd|rd|th)?([\s-]+)([A-Za-z]+\.?)([\s,-]+)(\d{4}|\d{2})"), ("d", "", "M", "", "y")),
)


def shifted(value: str, days: int) -> str | None:
    """A date's text moved by ``days`` in its own format, or None where the text is no full date."""
    for pattern, form in _FORMS:
        match = pattern.fullmatch(value.strip())
        if match:
            return _write(match.groups(), form, days)
    return None


def _write(groups: Sequence[str], form: Sequence[str], days: int) -> str | None:
    parts = dict(zip(form, groups, strict=True))
    month = parts.get("m") or str(next((i for i, m in enumerate(_MONTHS, 1) if parts["M"].lower().startswith(m)), 0))
    year = int(parts["y"])
    short = len(parts["y"]) == 2
    try:
        old = date(year + (2000 if year < 50 else 1900) if short else year, int(month), int(parts["d"]))
        new = old + timedelta(days=days)
    except (ValueError, OverflowError):
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


def with_shifted_dates(text: str, spans: Sequence[Span], days: int) -> str:
    """Placeholders for all but full dates, which move by ``days``: intervals stay, dates do not."""
    edits = [
        (start, end, moved)
        for start, end, kind, _, _ in spans
        if kind == "date" and (moved := shifted(text[start:end], days))
    ]
    kept = {start for start, _, _ in edits}
    parts, at = [], 0
    for start, end, kind, _, _ in spans:
        parts.append(text[at:start])
        moved = next((new for first, _, new in edits if first == start), None) if start in kept else None
        parts.append(moved or ("[DATE]" if kind == "date" else placeholder(kind, text[start:end], 0)))
        at = end
    parts.append(text[at:])
    return "".join(parts)
