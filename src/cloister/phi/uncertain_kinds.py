"""Persons, houses and towns told apart: a linear model of what was found without a sure word of its kind.

"the Rite Aid in Hindman", "d/c to Straub", "77 Titus Ave Irondequoit": the rules say that something is called so, not
what. The words of such a span and what stands around become hashed features, of which two sums are made: whether it
is no person, and whether it is then a house or a town. The type alone is set; what is found, how sure and why stays.
``scripts/phi_train_unsure.py`` trains it; ``data/kinds.npz.xz`` holds twice 2^16 weights of eight bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi.finding import TYPES
from cloister.phi.joining import UNSURE
from cloister.phi.linear_model import CLASS, LINE, NONE, SCALE, Context, Features, Weights, likes, mixed, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.edges import Edges
    from cloister.phi.finding import Span
    from cloister.phi.linear_model import U64
    from cloister.phi.wording import Words

    Ints = NDArray[np.intp]
    Codes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]

WEIGHTS = Weights("kinds.npz.xz")
_FEW = 400  # candidates
_SIZES = 4  # words of a span that are told apart
_REASONS = {reason: number for number, reason in enumerate(UNSURE, 1)}
_KIND, _REASON = itemgetter(2), itemgetter(4)  # of a span
_CODE = {kind: number for number, kind in enumerate(TYPES, 1)}
_ASKED = np.array([kind in {"name", "city", "organisation"} for kind in ("", *TYPES)])
_FOUND = np.uint64(32)  # from here on a number stands for what a neighbour was found as


@dataclass(frozen=True, slots=True)
class Kinds:
    """Spans to be told: their place in the list, their first and last word, what they were found as and why.

    ``before`` and ``after``: what the neighbouring words were found as, 0 for nothing.
    """

    place: Ints
    first: Ints
    last: Ints
    what: Codes
    reason: Codes
    before: Codes
    after: Codes

    def __len__(self) -> int:
        return len(self.first)


def candidates(words: Words, spans: list[Span], edges: Edges, *, hidden: bool = False) -> Kinds:
    """The spans that leave open what they are; ``hidden``: all of those types, without their type and reason.

    ``edges`` are those of the spans.
    """
    if not spans:
        none, zero = np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.uint8)
        return Kinds(none, none, none, zero, zero, zero, zero)
    size, low, high = len(spans), edges.starts, edges.ends
    kind = np.fromiter(map(_CODE.__getitem__, map(_KIND, spans)), np.uint8, size)
    why = np.fromiter(map(_REASONS.get, map(_REASON, spans), repeat(0)), np.uint8, size)
    place = (_ASKED[kind] & (hidden | (why > 0))).nonzero()[0]
    what, reason = kind[place], why[place]
    if hidden:
        what, reason = np.zeros_like(what), np.zeros_like(reason)
    first = np.searchsorted(words.end, low[place], side="right")
    last = np.minimum(np.searchsorted(words.start, high[place], side="left"), len(words)) - 1
    left, right = np.maximum(place - 1, 0), np.minimum(place + 1, size - 1)
    reached = (place > left) & (high[left] > words.start[np.maximum(first - 1, 0)])
    begun = (place < right) & (low[right] < words.end[np.minimum(last + 1, len(words) - 1)])
    before, after = np.where(reached, kind[left], 0), np.where(begun, kind[right], 0)
    kept = first <= last  # a word stands in it
    return Kinds(place[kept], first[kept], last[kept], what[kept], reason[kept], before[kept], after[kept])


def features(words: Words, asked: Kinds) -> Features:
    """What is told of each; what stands on other lines says nothing."""
    first, last, top = asked.first, asked.last, len(words) - 1
    left, right = np.maximum(first - 1, 0), np.minimum(last + 1, top)
    left2, right2 = np.maximum(first - 2, 0), np.minimum(last + 2, top)
    begun, over = words.newline_before[first], words.newline[last]
    begun2, over2 = begun | words.newline_before[left], over | words.newline[right]
    before, after = np.where(begun, 0, asked.before), np.where(over, 0, asked.after)
    free = Context(words, words.nowhere)
    wf, wl = free.at(first), free.at(last)
    wb, wa = _beside(free.at(left, begun), before), _beside(free.at(right, over), after)
    wb2, wa2 = free.at(left2, begun2), free.at(right2, over2)
    gb, ga = free.gap(left, begun), free.gap(last, over)
    gb2 = free.gap(left2, begun2)
    size = np.minimum(last - first, _SIZES).astype(np.uint64)
    capital, house = words.capital, words.has("organisation")
    shape = packed(
        size, capital[first] + 2 * capital[last], words.caps[first] + 2 * words.caps[last],
        words.line_in_small[first] + 2 * words.line_in_capitals[first], house[first] + 2 * house[last],
    )  # fmt: skip
    found = packed(asked.reason, asked.what)
    flags = packed(words.flag[first], words.flag[last], size)
    sides = packed(before, after)
    sig = packed(CLASS[words.flag[first]], CLASS[words.flag[last]], capital[first], size)
    head, ending = (words.key[at] for at in (first, last))
    tails = [(words.tail(at) | np.uint32(0x202020)).astype(np.uint64) for at in (first, last)]
    middle = words.key[np.minimum(first + 1, last)]
    none = np.full(len(asked), NONE)
    entered, leaving = mixed(wb, gb), mixed(wa, ga)
    pairs = [
        (found, none), (found, shape), (found, entered), (found, leaving), (found, sides), (shape, none),
        (flags, none), (flags, found), (wf, size), (wl, shape), (wf, wl), (head, none), (ending, none),
        (ending, middle), (entered, none), (leaving, none), (entered, wb2), (leaving, wa2), (entered, leaving),
        (entered, mixed(wb2, gb2)), (sides, mixed(gb, ga)), (sides, sig), (tails[0], size), (tails[1], size),
        (wb2, wb),
    ]  # fmt: skip
    nowhere = words.nowhere
    around = (first, nowhere, None), (last, nowhere, None), (left, nowhere, begun), (right, nowhere, over)
    lf, ll, lb, la = likes(words, *around)[1]
    lb, la = _beside(lb, before), _beside(la, after)
    pairs += [(lf, shape), (ll, shape), (lf, ll), (lb, ll), (la, ll), (lb, found)]
    return Features(pairs)


def _beside(word: U64, found: Any) -> U64:
    """What stands beside; where it was found itself, what as."""
    out: U64 = np.where((found > 0) & (word != LINE), found.astype(np.uint64) + _FOUND, word)
    return out


def totals(told: Features) -> tuple[Any, Any]:
    """Of each how far it is no person, and how far it is a house and no town."""
    table = WEIGHTS.table
    if len(told) < _FEW:
        matrix = told.matrix()
        few, some = (part.take(matrix).sum(axis=0, dtype=np.int16) / SCALE for part in table)
        return few, some
    other, house = (np.zeros(len(told), dtype=np.int16) for _ in table)
    for places in told.rows():
        other += table[0].take(places)
        house += table[1].take(places)
    return other / SCALE, house / SCALE


def uncertain_kinds(words: Words, spans: list[Span], edges: Edges) -> None:
    """Set the types of the spans that leave them open."""
    asked = candidates(words, spans, edges)
    if not len(asked):
        return
    other, house = totals(features(words, asked))
    least = WEIGHTS.threshold
    now = np.where(other < least, _CODE["name"], np.where(house < least, _CODE["city"], _CODE["organisation"]))
    new = (now != asked.what).nonzero()[0]
    for place, code in zip(asked.place[new].tolist(), now[new].tolist(), strict=True):
        start, end, _, score, reason = spans[place]
        spans[place] = start, end, TYPES[code - 1], score, reason
