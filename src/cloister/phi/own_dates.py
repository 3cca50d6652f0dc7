"""Where a text writes a date of its own row: in numbers, or with the month's name.

Of the numbers of a text few can be a date, so each of these is compared with the row's dates; a search for every
spelling of every date would cost more than all other values of the row together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cloister.phi.dictionary import ANYWHERE, DATED, MONTHS, SPELLED, Needle
from cloister.phi.finding import Span

_DIGITS = re.compile(r"\d+")
_MONTH_AND_NUMBER = re.compile(r"[a-z]{3,9}(?=\d)")
_ORDINAL = {1: "st", 2: "nd", 3: "rd"}
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
    digit = np.zeros(len(kinds) + 1, dtype=np.bool_)
    digit[1:] = kinds == _DIGIT
    edges = np.flatnonzero(digit[1:] != digit[:-1])
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
        written = folded[start:end]
        for needle in wanted[row]:
            if needle[2] == DATED and _is_date(written, needle[3]):
                spans.append((start, end, "date", 1.0, reason))
                break


def _is_date(written: str, date: str) -> bool:
    """Whether numbers as written are the ISO date: month or day first or the year, with all zeros or without."""
    year, month, day = date[:4], date[5:7], date[8:10]
    if year[2:] not in written:
        return False
    numbers = _DIGITS.findall(written)
    if len(numbers) == 1:
        return written in (year + month + day, month + day + year)
    one, two, three = numbers
    m, d = str(int(month)), str(int(day))
    if one == year:
        return (two, three) in {(month, day), (m, d)}
    if three not in (year, year[2:]):
        return False
    return (int(one) == int(m) and int(two) == int(d)) or (one, two) in {(day, month), (d, m)}


def find_worded(text: str, at: int, date: str) -> dict[Needle, int]:
    """What of the date's spellings with its month's name stands in the text, and where first.

    ``text`` has letters and digits only, small; ``at`` is the first place of the month's first three letters.
    """
    found: dict[Needle, int] = {}
    letters, number = text[at : at + 3], int(date[8:10])
    day, years = str(number), (date[:4], date[2:4])
    ordinal = day + ("th" if 4 <= number <= 20 else _ORDINAL.get(number % 10, "th"))
    days = {day, date[8:10], ordinal}
    while at >= 0:
        match = _MONTH_AND_NUMBER.match(text, at)
        month = match[0] if match else ""
        after = at + len(month)
        if month in MONTHS[letters] and text.startswith(years, after):
            leads = [(d, f"{d} {month}", SPELLED) for d in days] + [(f"{ordinal}of", f"{ordinal} of {month}", ANYWHERE)]
            for lead, spelled, how in leads:
                before = at - len(lead)
                if before >= 0 and text.startswith(lead, before):
                    for y in years if how == SPELLED else years[:1]:
                        if text.startswith(y, after):
                            found.setdefault((lead + month + y, "date", how, f"{spelled} {y}"), before)
        if month in MONTHS[letters] and text.startswith((day, date[8:10]), after):
            for tail in [(d, y) for d in days for y in years] + [(day,)] * (month == MONTHS[letters][0]):
                if text.startswith("".join(tail), after):
                    found.setdefault((month + "".join(tail), "date", SPELLED, " ".join((month, *tail))), at)
        at = text.find(letters, at + 1)
    return found
