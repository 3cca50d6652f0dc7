"""Where a text writes a date of its own row: in numbers, or with the month's name.

Of the numbers of a text few can be a date, so each of these is compared with the row's dates; a search for every
spelling of every date would cost more than all other values of the row together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cloister.phi.dictionary import DATED, Needle
from cloister.phi.finding import Span

_DIGITS = re.compile(r"\d+")
_MONTH_AND_NUMBER = re.compile(r"[a-z]{3,9}(?=\d)")
_LETTER, _DIGIT = 1, 2
CLASSES = bytes(
    _LETTER if chr(code).isalpha() else _DIGIT if chr(code).isdigit() else 0 for code in range(128)
) + bytes(128)
LONGEST_GAP = 5  # what separates the letters and digits of a value is shorter


def find_numeric(
    folded: str,
    classes: bytes,
    texts: Sequence[tuple[int, int]],
    wanted: Sequence[Sequence[Needle]],
    spans: list[Span],
    reason: str,
) -> None:
    """Append the spans of three numbers side by side, or of eight digits, that are a date of their text's row.

    ``classes``: the bytes of the folded string by ``CLASSES``; ``texts`` and ``wanted`` as of ``own_row.find_people``.
    """
    import numpy as np

    kinds = np.frombuffer(classes, dtype=np.uint8)
    edges = np.flatnonzero(np.diff((kinds == _DIGIT).view(np.int8), prepend=0, append=0))
    first, last = edges[::2], edges[1::2]
    size = last - first
    gap = first[1:] - last[:-1]
    beside = gap < LONGEST_GAP
    for step in range(LONGEST_GAP - 1):
        beside &= (kinds[np.minimum(last[:-1] + step, first[1:])] != _LETTER) | (step >= gap)
    short = size <= 2
    dated = (short[:-2] & short[1:-1] & ((size[2:] == 2) | (size[2:] == 4))) | (
        (size[:-2] == 4) & short[1:-1] & short[2:]
    )
    three = np.flatnonzero(dated & beside[:-1] & beside[1:])
    eight = np.flatnonzero(size == 8)
    starts = np.concatenate([first[three], first[eight]])
    ends = np.concatenate([last[three + 2], last[eight]])
    bounds = np.asarray(texts)
    rows = np.searchsorted(bounds[:, 0], starts, side="right") - 1
    within = ends <= bounds[rows, 1]
    for row, start, end in zip(rows[within].tolist(), starts[within].tolist(), ends[within].tolist(), strict=True):
        dates = [needle[3] for needle in wanted[row] if needle[2] == DATED]
        if dates:
            numbers = _DIGITS.findall(folded, start, end)
            if any(_is_date(numbers, date) for date in dates):
                spans.append((start, end, "date", 1.0, reason))


def _is_date(numbers: Sequence[str], date: str) -> bool:
    """Whether numbers as written are the ISO date: month or day first or the year, with all zeros or without."""
    year, month, day = date[:4], date[5:7], date[8:10]
    if len(numbers) == 1:
        return numbers[0] in (year + month + day, month + day + year)
    one, two, three = numbers
    if one != year and three not in (year, year[2:]):
        return False
    m, d = str(int(month)), str(int(day))
    if one == year:
        return (two, three) in {(month, day), (m, d)}
    return (int(one) == int(m) and int(two) == int(d)) or (one, two) in {(day, month), (d, m)}


def may_be_worded(text: str, at: int, date: str) -> bool:
    """Whether, from ``at`` on, the date's day or year stands right after its month's name, as in each of its spellings.

    ``text`` has letters and digits only, ``at`` is the first place of the month's first three letters.
    """
    month, day = text[at : at + 3], date[8:10]
    after = (day, str(int(day)), date[:4], date[2:4])
    while at >= 0:
        match = _MONTH_AND_NUMBER.match(text, at)
        if match and text.startswith(after, match.end()):
            return True
        at = text.find(month, at + 1)
    return False
