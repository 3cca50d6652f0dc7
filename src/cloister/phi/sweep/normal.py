"""The form in which cells are compared: one for every notation that a value takes on its way through file formats.

    "R7-1 "  "r7-1"                                                                     r7-1
    7.50     +7.5    7.5e0                                                              7.5
    2021-01-04   2021-01-04T00:00:00Z   2021-01-04 00:00:00.000000000   1609718400000   2021-01-04
    2021-01-04T10:30   2021-01-04 11:30:00.000+01:00   1609756200000                    2021-01-04 10:30:00

A time without a zone counts as UTC, as JSON writers take it. The last notation is milliseconds since 1970, pandas' own
for JSON; whatever number falls on it gets the same form on both sides, so nothing else is taken for it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_CLOCK = r"(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
_MOMENT = re.compile(
    rf"(\d{{4}})-(\d\d)-(\d\d)[Tt ]{_CLOCK} ?(?:(Z|UTC)|([+-])(\d\d):?(\d\d)?(?: ?[A-Z]{{3,4}})?)?", re.I
)
_TIME = re.compile(_CLOCK)
_EMPTY = frozenset(("nan", "nat", "none", "null", "na", "n/a", "<na>", "?"))
_DAY = 86_400_000  # milliseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN = range(10**11, 41 * 10**11)  # milliseconds from 1973 to 2099; other days only at midnight


def normalised(cell: str) -> str:
    """A cell in its normal form: no outer blanks or quotes, case folded, one notation for numbers, days and times."""
    text = cell.strip().strip("\"'").strip()
    if len(text) <= 40:
        if _NUMBER.fullmatch(text):
            return _number(text.lstrip("+"))
        if found := _MOMENT.fullmatch(text):
            return _moment(found) or text.casefold()
        if found := _TIME.fullmatch(text):
            return _clock(*found.groups())
    folded = text.casefold()
    return "" if folded in _EMPTY else " ".join(folded.split())


def _number(plain: str) -> str:
    if "." in plain or "e" in plain.lower():
        number = float(plain)
        if not number.is_integer() or abs(number) >= 2**53:
            return repr(number)
        plain = str(int(number))
    if 8 <= len(plain) <= 14 and plain.lstrip("-")[0] != "0":
        passed = int(plain)
        if abs(passed) in _WRITTEN or (passed % _DAY == 0 and abs(passed) < _WRITTEN.stop):
            return _told(_EPOCH + timedelta(milliseconds=passed), f"{passed % 1000:03}")
    return plain


def _moment(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = found.groups()
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC)
        return _told(local - away, fraction)
    except (ValueError, OverflowError):  # a 31st of February, an hour 24
        return ""


def _told(moment: datetime, fraction: str | None) -> str:
    clock = _clock(f"{moment.hour:02}", f"{moment.minute:02}", f"{moment.second:02}", fraction)
    day = f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
    return day if clock == "00:00:00" else f"{day} {clock}"


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> str:
    part = (fraction or "").rstrip("0")
    return f"{hour}:{minute}:{second or '00'}" + (f".{part}" if part else "")
