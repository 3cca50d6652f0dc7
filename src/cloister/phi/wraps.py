"""Line ends that a width made, not the writer: "seen at Norwood\\nMedical Center" in a note of 72 columns.

A name, a house or a street goes on over such an end as over a blank, so the rules are given a blank there. A text is
wrapped where lines end at a common width: with the next line's first word they would have been wider.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from cloister.phi.finding import Span

_LEAST, _WIDEST = 35, 140  # characters of a full line
_NEAR = 12  # below the width, where most full lines end
_BLANK, _END = 32, 10
_LETTERS = np.array([chr(code).isalpha() and code < 128 for code in range(256)])
_SMALL = np.array([chr(code).islower() and code < 128 for code in range(256)])
_GOES_ON = np.array([(chr(code).isalnum() and code < 128) or chr(code) in ",&'" for code in range(256)])
_SHORTENED = re.compile(rb"\b(?:Dr|Mr|Mrs|Ms|Prof|Rev|Fr|Sr|St|Ste|Mt|Ft|No|[A-Z])\.$")
# What begins a line of its own: a bullet, a number of a list, a label, a cell.
_OWN_LINE = re.compile(rb"[^A-Za-z0-9('\"$+&]|\d{1,2}[.)]\s|[A-Z][A-Za-z /#-]{1,24}:|[A-Za-z][.)]\s")
_RETURN = re.compile("\r\n")
# A line that holds a placeholder had another length once: a second pass must not see another width.
_HELD = b"]"


def unwrapped(text: str, folded: str, bounds: Sequence[tuple[int, int]]) -> tuple[str, str, list[tuple[int, int]]]:
    """Both with a blank for each such end, and the bounds of the texts that have some.

    ``bounds`` are those of the texts that were joined.
    """
    places = _soft_ends(folded, bounds)
    if not places:
        return text, folded, []
    held = np.searchsorted([start for start, _ in bounds], places, side="right") - 1
    wrapped = [bounds[index] for index in np.unique(held).tolist()]
    buffer = bytearray(folded.encode("ascii"))
    for place in places:
        buffer[place] = _BLANK
    plain = buffer.decode("ascii")
    if text is folded:
        return plain, plain, wrapped
    letters = list(text)
    for place in places:
        letters[place] = " "
    return "".join(letters), plain, wrapped


def with_returns(text: str, spans: list[Span]) -> list[Span]:
    """Spans of the text without its carriage returns before line ends, in the offsets of the text with them."""
    places = [match.start() - index for index, match in enumerate(_RETURN.finditer(text))]
    return [
        (start + bisect_left(places, start), end + bisect_left(places, end), kind, score, reason)
        for start, end, kind, score, reason in spans
    ]


def _soft_ends(folded: str, bounds: Sequence[tuple[int, int]]) -> list[int]:
    buffer = folded.encode("ascii")
    raw = np.frombuffer(buffer, dtype=np.uint8)
    ends = (raw == _END).nonzero()[0]
    begins = np.append(0, ends[:-1] + 1)
    size = ends - begins
    if int(size.max(initial=0)) < _LEAST:
        return []
    long = (size >= _LEAST).nonzero()[0]
    # Small letters tell that a sentence goes on; in capitals many more lines must look so.
    long = long[_GOES_ON[raw[ends[long] - 1]]]
    after = raw[np.minimum(ends[long] + 1, len(raw) - 1)]
    small = _SMALL[after]
    evidence = 2 * small + (_LETTERS[after] & (size[long] >= 50))
    starts = np.array([start for start, _ in bounds])
    owner = np.maximum(np.searchsorted(starts, ends[long], side="right") - 1, 0)
    weight = np.bincount(owner, weights=evidence, minlength=len(bounds))
    lower = np.bincount(owner, weights=small, minlength=len(bounds))
    places: list[int] = []
    for index in (weight >= 4).nonzero()[0].tolist():
        start, end = bounds[index]
        low, high = np.searchsorted(ends, (start, end)).tolist()
        lines = list(zip(np.maximum(begins[low:high], start).tolist(), ends[low:high].tolist(), strict=True))
        places += _of_text(buffer, lines, end, sure=bool(lower[index] >= 2))
    return places


def _of_text(buffer: bytes, lines: list[tuple[int, int]], end: int, *, sure: bool) -> list[int]:
    """The ends of full lines; ``lines`` are (start, end) of all but the last."""
    width = _width([stop - start for start, stop in lines if _HELD not in buffer[start:stop]])
    if not width:
        return []
    full = [
        (start, stop)
        for start, stop in lines
        if _LEAST <= stop - start <= width and stop - start + 1 + _first_word(buffer, stop + 1, end) > width
    ]
    some = sum(stop > start for start, stop in lines)
    if len(full) < 2 or len(full) * (4 if sure else 2) < some:
        return []
    return [stop for start, stop in full if _may_go_on(buffer, start, stop)]


def _width(sizes: list[int]) -> int:
    """The longest at which three lines end or nearly so; what is longer was not wrapped."""
    sizes = sorted((size for size in sizes if _LEAST <= size <= _WIDEST), reverse=True)
    return next((size for size, third in zip(sizes, sizes[2:], strict=False) if third > size - _NEAR), 0)


def _first_word(buffer: bytes, start: int, end: int) -> int:
    """Its length; none where the line is empty, or indented."""
    blank = buffer.find(b" ", start, end)
    line = buffer.find(b"\n", start, end)
    stop = min((place for place in (blank, line, end) if place >= 0), default=end)
    return stop - start if stop > start else -_WIDEST


def _may_go_on(buffer: bytes, start: int, stop: int) -> bool:
    tail, head = buffer[max(start, stop - 12) : stop], buffer[stop + 1 : stop + 40]
    if _HELD in buffer[start:stop] or b"[" in head[:12] or _OWN_LINE.match(head):
        return False
    if tail[-1:] in b".:;!?":
        return _SHORTENED.search(tail) is not None
    return tail[-1:] not in b"-/|"
