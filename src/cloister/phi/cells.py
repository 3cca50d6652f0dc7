"""What a table's column tells of one of its cells: the days under "Admit", the ages under "Age".

Asked only of the few cells whose own line leaves it open; a cell is what stands between two bars or tabs.
"""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re

from cloister.phi.context import Context

_WIDEST = 2000  # bytes of a row
_ROWS = 40  # how far a heading may be above, and how many cells of a column are looked at
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


def _column(buffer: bytes, line: int, number: int, bar: bytes) -> tuple[bytes, list[bytes]]:
    """The heading of a column and its cells above and below a line."""
    above: list[bytes] = []
    at = line
    while at > 0 and len(above) < _ROWS:
        head = buffer.rfind(b"\n", max(0, at - _WIDEST), at - 1) + 1
        if not head:
            break
        row = buffer[head : at - 1].split(bar)
        if len(row) <= number or len(row) < 2:
            break
        above.append(row[number])
        at = head
    below: list[bytes] = []
    at = buffer.find(b"\n", line) + 1
    while 0 < at < len(buffer) and len(below) < _ROWS:
        end = buffer.find(b"\n", at, at + _WIDEST)
        row = buffer[at : max(at, end)].split(bar)
        if len(row) <= number or len(row) < 2:
            break
        below.append(row[number])
        at = end + 1 if end >= 0 else len(buffer)
    return (above.pop() if above else b""), above + below


def of_column(buffer: bytes, start: int) -> bool:
    """Whether the "8/9" that begins a cell is a day: by the column's heading or by the days in its other cells."""
    placed = _place(buffer, start)
    if placed is None:
        return False
    heading, cells = _column(buffer, *placed)
    if _DATED.search(heading):
        return not _SCORED.search(heading)
    if _SCORED.search(heading):
        return False
    own = _DAY.match(buffer, start)
    days = [found for cell in (heading, *cells) if (found := _DAY.match(cell))]
    if own is not None:
        days.append(own)
    pairs = {(int(day[1]), int(day[2])) for day in days}
    seconds = {second for _, second in pairs}
    # A fraction has the greater number below, a pair of measures much the same numbers; days have both.
    mixed = any(first > second for first, second in pairs) and any(first < second for first, second in pairs)
    return len(days) > 2 and len(seconds) > 2 and (max(seconds) > 10 or mixed)


def under_age(buffer: bytes, start: int) -> bool:
    """Whether the cell that begins here stands under "Age"."""
    placed = _place(buffer, start)
    return placed is not None and _AGED.search(_column(buffer, *placed)[0])
