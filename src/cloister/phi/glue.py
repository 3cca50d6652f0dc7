"""What is glued to an identifier: "Margareté617-555-0134" is a name and, once that is gone, a telephone number.

A text is de-identified once for all only if what a placeholder would set free is found at once. The lines on which
something is glued to an identifier are searched again with placeholders.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import re2

from cloister.phi import lexicon
from cloister.phi.edges import between
from cloister.phi.finding import Span
from cloister.phi.kinds import LABELS, SURE_LABELS
from cloister.phi.replacement import placeholder
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.edges import Edges

_JOINTS = frozenset("-'_(/")
_OWN = tuple(f"'{letter}{after}" for letter in "sS" for after in " .,\n);:")
_JOINS = np.array([(chr(code).isalnum() and code < 128) or chr(code) in _JOINTS for code in range(256)])
_WORD = re.compile(rb"[A-Za-z]+(?:['-][A-Za-z]+)*")
_NAMED = lexicon.NAME | lexicon.PLACE | UNKNOWN
_WIDTH = 300  # characters on either side that are looked at


@dataclass(frozen=True, slots=True)
class Masked:
    """Pieces of a text with placeholders, joined; ``kept`` are the stretches that are as in the text.

    ``kept``: (start in ``text``, end, start in the original), in order.
    """

    text: str
    bounds: list[tuple[int, int]]
    kept: list[tuple[int, int, int]]

    def original(self, found: list[Span]) -> list[Span]:
        """What was found in the stretches of ``text`` that are as in the original, in the original's offsets."""
        out: list[Span] = []
        starts = [start for start, _, _ in self.kept]
        for start, end, kind, score, reason in found:
            index = bisect_right(starts, start) - 1
            low, high, original = self.kept[index] if index >= 0 else (0, 0, 0)
            if low <= start < high and end <= high:
                out.append((start + original - low, end + original - low, kind, score, reason))
        return out


def masked(text: str, folded: str, spans: list[Span], edges: Edges, joint: str, *, names: bool) -> Masked | None:
    """The lines on which something is glued to one of the spans, which are in order; None where there is none.

    ``edges`` are those of the spans. ``names``: lines as well on which something is left that a placeholder may show
    to be a name or a number.
    """
    starts, ends = edges.starts, edges.ends
    raw = np.frombuffer(f"\n{folded}\n".encode("ascii"), dtype=np.uint8)
    glued = [index for index in _beside(raw, starts, ends) if _glued(folded, spans, index)]
    if names and spans:
        glued = sorted({*glued, *_left(raw[1:-1], starts, ends)})
    if folded is not text:
        glued = sorted({*glued, *_strange(text, folded, spans)})
    if not glued:
        return None
    parts, done = _Parts(joint), 0
    for index in glued:
        start, end = spans[index][:2]
        if end <= done:
            continue
        low = max(folded.rfind("\n", 0, start) + 1, start - _WIDTH, done)
        high = folded.find("\n", end)
        high = min(len(folded) if high < 0 else high, end + _WIDTH)
        parts.put(_pieces(text, low, high, spans, index))
        done = high
    return parts.joined()


def with_all_placeholders(text: str, spans: list[Span], bounds: list[tuple[int, int]], joint: str) -> Masked:
    """The texts of these bounds as de-identification would leave them; ``spans`` are in order."""
    parts, starts = _Parts(joint), [start for start, *_ in spans]
    for low, high in bounds:
        parts.put(_pieces(text, low, high, spans, bisect_left(starts, low)))
    return parts.joined()


class _Parts:
    """Texts put one after the other, each between two joints."""

    def __init__(self, joint: str) -> None:
        self._joint = joint
        self._parts, self._size = [joint], len(joint)
        self._bounds: list[tuple[int, int]] = []
        self._kept: list[tuple[int, int, int]] = []

    def put(self, pieces: list[tuple[str, int]]) -> None:
        """One text: its stretches with their place in the original, and placeholders with -1."""
        first = self._size
        for piece, at in pieces:
            self._parts.append(piece)
            if at >= 0 and piece:
                self._kept.append((self._size, self._size + len(piece), at))
            self._size += len(piece)
        self._bounds.append((first, self._size))
        self._parts.append(self._joint)
        self._size += len(self._joint)

    def joined(self) -> Masked:
        return Masked("".join(self._parts), self._bounds, self._kept)


# What would be an identifier but for what stands beside it: many digits, a word after a label or a strange sign. A
# title after a label and the "A&Ox3" of an examination are none.
_LEFT = re2.compile(
    rb"\d{5,}|\d{4}[ -]\d{4}|[A-Za-z]\d{4}|\x7f\d|\d\x7f|[=+*#|_\]][A-Z][a-z]|[a-z][&=+*#_]|"
    rb"&(?:[A-NP-Z][a-z]|O[a-wyz])|"
    rb"(?i:%s) ?[:=] ?(?:[A-CE-Z][a-z]|D[a-qs-z]|Dr[a-z])" % "|".join(sorted(LABELS | SURE_LABELS)).encode("ascii")
)


def _left(raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> set[int]:
    """Spans on a line on which something is left that looks like an identifier: a placeholder may set it free."""
    inside = between(starts, ends)
    covered = raw.copy()
    covered[inside] = 127
    bare = covered.tobytes()
    # Only the lines that hold a span, and all of one over several, are looked at.
    edges = np.append((raw == ord("\n")).nonzero()[0], len(raw))
    line, broken = np.searchsorted(edges, starts), inside[raw[inside] == ord("\n")]
    if len(broken):
        line = np.sort(np.concatenate([line, np.searchsorted(edges, broken) + 1]))
    line = line[np.append(True, line[1:] != line[:-1])]
    # Lines that follow one another are taken together.
    apart = line[1:] > line[:-1] + 1
    first, last = line[np.append(True, apart)], line[np.append(apart, True)]
    low, high = np.where(first > 0, edges[first - 1] + 1, 0), edges[last] + 1
    lines = b"".join([bare[first:last] for first, last in zip(low.tolist(), high.tolist(), strict=True)])
    ends_of = (match.end() for match in _LEFT.finditer(lines))
    inner = np.array([end for end in ends_of if _may_name(lines, end)], dtype=np.int64)
    shift = low - np.cumsum(high - low) + (high - low)
    places = (inner + shift[np.searchsorted(low - shift, inner - 1, side="right") - 1]).tolist()
    found: set[int] = set()
    for at, after in zip(places, np.searchsorted(starts, places).tolist(), strict=True):
        if after and at - ends[after - 1] < _WIDTH and bare.find(b"\n", ends[after - 1], at) < 0:
            found.add(after - 1)
        elif after < len(starts) and starts[after] - at < _WIDTH and bare.find(b"\n", at, starts[after]) < 0:
            found.add(after)
    return found


def _may_name(lines: bytes, end: int) -> bool:
    """Whether the word of which the second or third letter ends there, if one does, can name somebody or a place."""
    if not lines[end - 1 : end].islower() or lines[end - 3 : end - 2] == b"&":
        return True
    word = _WORD.match(lines, end - 2 if lines[end - 2 : end - 1].isupper() else end - 3)
    if word is None:
        return True
    spelled = word[0].decode().lower().removesuffix("'s")
    return spelled not in STATES and bool(lexicon.words().get(spelled, _NAMED) & _NAMED)


def _beside(raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[int]:
    """Spans that have a letter, a figure or a hyphen at their edge: few, told quickly. ``raw`` is between two lines."""
    found: list[int] = np.flatnonzero(_JOINS[raw[starts]] | _JOINS[raw[ends + 1]]).tolist()
    return found


def _strange(text: str, folded: str, spans: list[Span]) -> list[int]:
    """Spans on a line with a character that is not ASCII: there words and numbers meet as no rule foresees."""
    line = np.cumsum(np.frombuffer(folded.encode("ascii"), dtype=np.uint8) == ord("\n"), dtype=np.int32)
    odd = np.zeros(int(line[-1]) + 1, dtype=np.bool_)
    odd[line[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4") > 127]] = True
    found: list[int] = odd[line[np.array([span[0] for span in spans], dtype=np.int64)]].nonzero()[0].tolist()
    return found


def _glued(folded: str, spans: list[Span], index: int) -> bool:
    """A letter or a figure, or a joint and one, stands right beside the span, and is not in a span itself."""
    start, end = spans[index][:2]
    after = end + (folded[end : end + 1] in _JOINTS and not folded.startswith(_OWN, end))
    before = start - (folded[start - 1 : start] in _JOINTS) if start else 0
    return (
        folded[end - 1].isalnum()
        and folded[after : after + 1].isalnum()
        and not (index + 1 < len(spans) and spans[index + 1][0] <= after)
    ) or (
        before > 0
        and folded[start].isalnum()
        and folded[before - 1].isalnum()
        and not (index and spans[index - 1][1] >= before)
    )


def _pieces(text: str, low: int, high: int, spans: list[Span], index: int) -> list[tuple[str, int]]:
    """Stretches of ``text[low:high]`` with their place, and placeholders with -1."""
    while index and spans[index - 1][1] > low:
        index -= 1
    out, at = [], low
    while index < len(spans) and spans[index][0] < high:
        start, end, kind = spans[index][:3]
        out += [(text[at:start], at), (placeholder(kind, text[start:end], 0), -1)]
        at = max(at, end)
        index += 1
    return [*out, (text[at:high], at)]
