"""What a detector says of a text: where an identifier stands, of which type, how sure, and why."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
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


def resolve(spans: list[Span]) -> list[Span]:
    """Drop overlaps: the higher score wins, then the longer span, then the earlier; the result is in order.

    A loser that sticks out of the winners keeps what lies outside, when that is two characters or more, because
    half a covered identifier is a leak.
    """
    spans.sort()
    kept: list[Span] = []
    cluster: list[Span] = []
    reach = -1
    for span in spans:
        if span[0] < reach:
            cluster.append(span)
            reach = max(reach, span[1])
            continue
        if len(cluster) == 1:
            kept.append(cluster[0])
        elif cluster:
            _settle(cluster, kept)
        cluster = [span]
        reach = span[1]
    _settle(cluster, kept)
    return kept


def _settle(cluster: list[Span], kept: list[Span]) -> None:
    """Append to ``kept`` what remains of spans that touch one another."""
    if len(cluster) < 2:
        kept.extend(cluster)
        return
    best, reach = cluster[0], 0
    for span in cluster:
        reach = max(reach, span[1])
        if span[3] > best[3] or (span[3] == best[3] and span[1] - span[0] > best[1] - best[0]):
            best = span
    if best[0] == cluster[0][0] and best[1] == reach:
        kept.append(best)
        return
    placed: list[Span] = []  # in order, disjoint
    for span in sorted(cluster, key=lambda span: (-span[3], span[0] - span[1], span[0])):
        for low, high in _outside(span, placed):
            insort(placed, (low, high, *span[2:]))
    kept.extend(placed)


def _outside(span: Span, placed: list[Span]) -> list[tuple[int, int]]:
    """What ``placed`` leaves of a span: itself if nothing touches it, else its stretches of two characters or more."""
    start, end = span[:2]
    index = bisect_left(placed, start, key=_end)
    while index < len(placed) and placed[index][1] == start:
        index += 1
    if index == len(placed) or placed[index][0] >= end:
        return [(start, end)]
    pieces, at = [], start
    while index < len(placed) and placed[index][0] < end:
        pieces.append((at, placed[index][0]))
        at = placed[index][1]
        index += 1
    pieces.append((at, end))
    return [(low, high) for low, high in pieces if high - low > 1]


def _end(span: Span) -> int:
    return span[1]
