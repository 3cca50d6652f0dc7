"""What a detector says of a text: where an identifier stands, of which type, how sure, and why."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

# The types, named as the roles of cloister.core.schema so that a column and a text speak of the same thing.
TYPES = (
    "account",
    "age",
    "biometric",
    "city",
    "date",
    "device",
    "email",
    "fax",
    "ip",
    "licence",
    "mrn",
    "name",
    "organisation",
    "other-id",
    "phone",
    "photo",
    "plan",
    "ssn",
    "street",
    "url",
    "vehicle",
    "zip",
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """``text[start:end]`` is an identifier of ``type`` with ``score`` in (0, 1], found for ``reason``.

    Offsets are ``str`` offsets of the text as given. ``reason`` names the rule, never the value.
    """

    start: int
    end: int
    type: str
    score: float
    reason: str

    def to_value(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "type": self.type, "score": self.score, "reason": self.reason}


# The shape in which findings travel inside the engine: a plain tuple is four times cheaper to make.
Span = tuple[int, int, str, float, str]


_START = itemgetter(0)  # sorting by one number takes half as long as by a tuple


def resolve(spans: list[Span]) -> list[Span]:
    """Drop overlaps: the higher score wins, then the longer span, then the earlier; the result is in order.

    A loser that sticks out of the winners keeps what lies outside, when that is two characters or more, because
    half a covered identifier is a leak.
    """
    spans.sort(key=_START)
    kept: list[Span] = []
    first, low, reach = 0, 0, -1  # of the spans that touch one another
    best: Span | None = None
    top, width = 0.0, 0  # the best's score and length
    for index, span in enumerate(spans):
        start, end, _, score, _ = span
        if start < reach:
            if end > reach:  # noqa: PLR1730 - runs for every span of a batch
                reach = end
            if score > top or (score == top and end - start > width):
                best, top, width = span, score, end - start
            continue
        if best is not None:
            if best[0] == low and best[1] == reach:
                kept.append(best)
            else:
                _settle(spans[first:index], kept)
        first, low, reach, best, top, width = index, start, end, span, score, end - start
    _settle(spans[first:], kept)
    return kept


def _settle(cluster: list[Span], kept: list[Span]) -> None:
    """Append to ``kept`` what remains of spans that touch one another."""
    placed: list[Span] = []  # in order, disjoint
    ends: list[int] = []  # of what is placed
    for span in sorted(cluster, key=_rank):
        start, end = span[:2]
        index = bisect_right(ends, start)
        if index == len(ends) or placed[index][0] >= end:
            placed.insert(index, span)
            ends.insert(index, end)
        elif placed[index][0] > start or ends[index] < end:
            for low, high in _outside(start, end, placed, index):
                index = bisect_right(ends, low)
                placed.insert(index, (low, high, *span[2:]))
                ends.insert(index, high)
    kept.extend(placed)


def _rank(span: Span) -> tuple[float, int, int]:
    return -span[3], span[0] - span[1], span[0]


def _outside(start: int, end: int, placed: list[Span], index: int) -> list[tuple[int, int]]:
    """The stretches of two characters or more that ``placed``, from ``index`` on, leaves of a span."""
    pieces, at = [], start
    while index < len(placed) and placed[index][0] < end:
        pieces.append((at, placed[index][0]))
        at = placed[index][1]
        index += 1
    pieces.append((at, end))
    return [(low, high) for low, high in pieces if high - low > 1]
