"""What a table's column tells of one of its cells: the days under "Admit", the ages under "Age".

Asked only of the few cells whose own line leaves it open; a cell is what stands between two bars or tabs.
"""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re
from functools import lru_cache

from cloister.phi.context import Context

_WIDEST = 2000  # bytes of a row
_ROWS = 40  # how far a heading may be above
_NEAR = 6  # rows before and after that are looked at
_DAY = re.compile(rb"[ *~]*(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?![\d/%])")
_DATED = Context(
    rb"(?i)\b(?:dates?|days?|dt|doa|dos|dob|adm|admit(?:s|ted)?|admission|arrived?|d/c(?:'?d)?|dc'?d?|disch(?:arged?)?|seen|visits?|vst|due|starts?|started|stop(?:s|ped)?"
    rb"|ends?|ended|placed|inserted|removed|changed|next|last|prev|f/?u|follow[- ]?up|appts?|appointments?|when|exp(?:ires)?|surgery|rec'?d|received|coll(?:ected)?|drawn|sent"
    rb"|lmp|edd|since|done|onset|rtc|return|sched(?:uled)?|completed|reported|ordered|called|tested|given|filled|refill|lov|recheck|target)\b"
)
_SCORED = Context(
    rb"(?i)\b(?:pain|scores?|strength|motor|power|scale|va|vision|iop|bp|ratio|grade|apgars?|pulses?|reflex|dtr|phq|gad|o/e|result|value|settings?|dose)\b"
)
_AGED = Context(rb"(?i)^\W*(?:age|yrs?|years?|age ?/ ?sex|a/s|y/?o)\b")


def _place(buffer: bytes, start: int) -> tuple[int, int, bytes] | None:
    """The line's beginning, the cell's number and what parts it from the next, of a cell that begins at ``start``."""
    line = buffer.rfind(b"\n", max(0, start - _WIDEST), start) + 1
    if not line:
        return None
    before = buffer[line:start]
    for bar in (b"|", b"\t"):
        number = before.count(bar)
        if number and not before[before.rfind(bar) + 1 :].strip(b" *~"):
            return line, number, bar
    end = buffer.find(b"\n", start, start + _WIDEST)
    if end < 0:
        return None
    if not before.strip(b" *~") and b"|" in buffer[start:end]:
        return line, 0, b"|"
    return None


# For each bar the buffer and the row asked last, and where that row's table begins: the next row is mostly asked next.
_walked: dict[bytes, tuple[bytes, int, int]] = {}


def _top(buffer: bytes, line: int, bar: bytes) -> int:
    """Where the topmost row of the table begins that the line belongs to."""
    last = _walked.get(bar)
    if last is not None and last[0] is buffer:
        before = buffer.rfind(b"\n", max(0, line - _WIDEST), line - 1) + 1
        if last[1] in (line, before):
            _walked[bar] = (buffer, line, last[2])
            return last[2]
    at = line
    for _ in range(_ROWS):
        head = buffer.rfind(b"\n", max(0, at - _WIDEST), at - 1) + 1
        if not head or buffer.find(bar, head, at - 1) < 0:
            break
        at = head
    _walked[bar] = (buffer, line, at)
    return at


def _cell(buffer: bytes, line: int, number: int, bar: bytes) -> bytes:
    """The cell of that number in the row that begins there."""
    end = buffer.find(b"\n", line, line + _WIDEST)
    row = buffer[line:end].split(bar, number + 1) if end > line else []
    return row[number] if len(row) > number else b""


def _beside(buffer: bytes, line: int, number: int, bar: bytes) -> list[bytes]:
    """The cells of the column in the rows next to that one, and its own."""
    cells, at = [], line
    for _ in range(_NEAR):
        at = buffer.rfind(b"\n", max(0, at - _WIDEST), at - 1) + 1
        if not at:
            break
        cells.append(_cell(buffer, at, number, bar))
    at = line
    for _ in range(_NEAR):
        cells.append(_cell(buffer, at, number, bar))
        at = buffer.find(b"\n", at, at + _WIDEST) + 1
        if not at:
            break
    return cells


@lru_cache(maxsize=256)
def _told(heading: bytes) -> bool | None:
    """Whether what stands over a column calls it days; None where it says nothing."""
    if _SCORED.search(heading):
        return False
    return True if _DATED.search(heading) else None


def of_column(buffer: bytes, start: int) -> bool:
    """Whether the "8/9" that begins a cell is a day: by the column's heading or by the days in its other cells."""
    placed = _place(buffer, start)
    if placed is None:
        return False
    line, number, bar = placed
    told = _told(_cell(buffer, _top(buffer, line, bar), number, bar))
    if told is not None:
        return told
    days = [found for cell in _beside(buffer, line, number, bar) if (found := _DAY.match(cell))]
    pairs = {(int(day[1]), int(day[2])) for day in days}
    seconds = {second for _, second in pairs}
    # A fraction has the greater number below, a pair of measures much the same numbers; days have both.
    mixed = any(first > second for first, second in pairs) and any(first < second for first, second in pairs)
    return len(days) > 2 and len(seconds) > 2 and (max(seconds) > 10 or mixed)


def under_age(buffer: bytes, start: int) -> bool:
    """Whether the cell that begins here stands under "Age"."""
    placed = _place(buffer, start)
    if placed is None:
        return False
    line, number, bar = placed
    return _AGED.search(_cell(buffer, _top(buffer, line, bar), number, bar))
