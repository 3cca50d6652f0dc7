"""Words beside what was found: a linear model tells those that belong to it.

The "Spine" of "Three Rivers Spine" and the "State" of "State Lab of Hygiene": where a part of what an organisation, a
town or a person is called was found, the free word on either side and what stands around become hashed features; beside
a word that is taken in the next is asked. ``scripts/phi_train_unsure.py`` trains it, with what is marked in the notes
cut anywhere; ``data/ends.npz.xz`` holds 2^16 weights of eight bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.edges import between
from cloister.phi.found_words import NAME, ORGANISATION, take
from cloister.phi.linear_model import CLASS, NONE, Context, Features, Weights, likes, mixed, packed
from cloister.phi.runs import DAYS
from cloister.phi.unlisted import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.found_words import Kinds
    from cloister.phi.wording import Words

    Ints = NDArray[np.intp]
    Flags = NDArray[np.bool_]

WEIGHTS = Weights("ends.npz.xz")
_GAPS = (" ", "-", " & ", "/", ". ", " - ", "'s ")
_LINKS = ("of", "the", "on", "at", "and", "for", "to", "in", "de", "la")
_OVER = 2  # such words in a row that may lie between
_STEPS = 3  # times that the next word is asked
_LONGEST = 24  # letters of a word that is looked at
_SIZES = 3  # words of what was found that are told apart


@dataclass(frozen=True, slots=True)
class Ends:
    """Free words ``asked`` beside a found ``inner``: to its right or not, with so many ``links`` between them.

    ``far`` is where what was found ends on its other side.
    """

    asked: Ints
    inner: Ints
    right: Flags
    links: Ints
    far: Ints

    def __len__(self) -> int:
        return len(self.asked)

    def only(self, kept: Any) -> Ends:
        return Ends(*(part[kept] for part in (self.asked, self.inner, self.right, self.links, self.far)))

    def new(self) -> Ints:
        """Each asked word and the links between."""
        low = np.where(self.right, self.inner + 1, self.asked)
        return between(low, low + self.links + 1)


def candidates(words: Words, kind: Kinds, fresh: Flags) -> Ends:
    """The free words beside those that are ``fresh``, and with a capital those over words that link: "Tree of Life"."""
    space, capital, top = words.gap_is(" "), words.capital, len(words) - 1
    near = words.gap_is(*_GAPS) & ~words.newline
    free = (kind == 0) & ~words.on_placeholder_line & ((words.size > 1) | capital) & (words.size <= _LONGEST)
    free &= ~words.spelled(*DAYS)
    # Beside a name, a word with a capital that is no title; beside a town, one that tells a house as well.
    proper = free & capital & ~words.line_in_capitals & ~words.has("title", "credential", "month")
    own = np.uint8(lexicon.NAME | lexicon.PLACE | lexicon.COMMON | UNKNOWN)
    house = free & words.has("organisation")
    proper &= ((words.flag & own) != 0) | house  # no "Nephrology"
    link = free & words.spelled(*_LINKS) & (~capital | words.line_in_capitals)
    whole = kind == ORGANISATION
    asked, inner, right, links = [], [], [], []
    for side in (1, -1):
        begin = at = (fresh & (kind >= NAME)).nonzero()[0]
        for over in range(_OVER + 1):
            to = at + side
            there = (to >= 0) & (to <= top)
            begin, at, to = begin[there], at[there], to[there]
            gap = np.minimum(at, to)
            there = (space if over else near)[gap] & (kind[to] == 0)
            begin, to, gap = begin[there], to[there], gap[there]
            some = (house & capital)[to] if over else (proper | house)[to] if side > 0 else proper[to]
            kept = np.where(whole[begin], free[to] & (capital[to] & (words.size[to] > 1) | (over == 0)), some)
            asked.append(to[kept])
            inner.append(begin[kept])
            right.append(np.full(len(asked[-1]), side > 0))
            links.append(np.full(len(asked[-1]), over))
            goes = link[to] & space[gap]
            begin, at = begin[goes], to[goes]
    found, sides = np.concatenate(inner), np.concatenate(right)
    far = _other_ends(kind, near, found, sides)
    return Ends(np.concatenate(asked), found, sides, np.concatenate(links), far)


def _other_ends(kind: Kinds, near: Flags, inner: Ints, right: Flags) -> Ints:
    """Where what was found ends on the other side, up to as many words away as are told apart."""
    far, top = inner, len(kind) - 1
    for _ in range(_SIZES):
        to = np.clip(np.where(right, far - 1, far + 1), 0, top)
        far = np.where((kind[to] == kind[inner]) & near[np.minimum(far, to)], to, far)
    return far


def features(words: Words, kind: Kinds, ends: Ends) -> Features:
    """What is told of each; what stands on other lines says nothing."""
    asked, inner, right, far, top = ends.asked, ends.inner, ends.right, ends.far, len(words) - 1
    word, free = Context(words, kind > 0), Context(words, words.nowhere)
    out = np.where(right, np.minimum(asked + 1, top), np.maximum(asked - 1, 0))
    out2 = np.where(right, np.minimum(out + 1, top), np.maximum(out - 1, 0))
    back = np.where(right, np.maximum(far - 1, 0), np.minimum(far + 1, top))
    newline, before = words.newline, words.newline_before
    over = np.where(right, newline[asked], before[asked])
    over2 = over | np.where(right, newline[out], before[out])
    begun = np.where(right, before[far], newline[far])
    gap_in = word.gap(np.minimum(asked, inner), words.nowhere[asked])
    linked = (ends.links > 0).nonzero()[0]
    gap_in[linked] = mixed(
        words.key[np.where(right, inner + 1, asked + 1)[linked]], ends.links[linked].astype(np.uint64)
    )
    gap_out = word.gap(np.where(right, asked, out), over)
    gap_back = word.gap(np.where(right, back, far), begun)
    wa, wi, wf = word.at(asked), free.at(inner), free.at(far)
    wo, wo2, wb = word.at(out, over), word.at(out2, over2), word.at(back, begun)
    what, capital, house, classes = kind[inner], words.capital, words.has("organisation"), CLASS[words.flag]
    size = np.minimum(np.abs(inner - far), _SIZES)
    side, none = packed(right, what), np.full(len(ends), NONE)
    shape = packed(
        right, what, capital[asked] + 2 * words.caps[asked],
        words.line_in_small[asked] + 2 * words.line_in_capitals[asked], capital[inner], size,
        house[inner] + 2 * house[asked],
    )  # fmt: skip
    sig = packed(right, what, classes[asked], classes[inner], capital[asked])
    outer = packed(right, what, np.where(over, 0, kind[out]), capital[asked], capital[out])
    own = packed(right, classes[asked], size, words.possessive[inner], words.possessive[asked])
    ending = (words.tail(asked) | np.uint32(0x202020)).astype(np.uint64)
    entered, left = mixed(gap_in, side), mixed(gap_out, side)
    pairs = [
        (wa, side), (wa, entered), (wa, wi), (wa, wo), (wo, left), (wo, shape), (shape, none),
        (shape, mixed(gap_in, gap_out)), (wb, mixed(gap_back, shape)), (wi, shape), (sig, none), (sig, gap_out),
        (sig, gap_in), (outer, gap_out), (own, gap_in), (ending, side), (wo2, wo), (wf, side), (wa, wf),
        (wa, mixed(wb, side)), (wo, wb),
    ]  # fmt: skip
    free_of, taken = words.nowhere, kind > 0
    around = (inner, free_of, None), (far, free_of, None), (out, taken, over), (back, taken, begun)
    for la, li, lf, lo, lb in likes(words, (asked, free_of, None), *around):
        pairs += [
            (la, side), (la, entered), (la, li), (la, lo), (la, shape), (li, side), (li, shape), (lo, left), (lo, sig),
            (lb, mixed(side, gap_back)), (la, lf), (la, lb),
        ]  # fmt: skip
    return Features(pairs, apart=right)


def uncertain_ends(words: Words, spans: list[Span], kind: Kinds) -> None:
    """Append what the model takes in beside the spans; ``kind``: what words were found as, kept up to date."""
    fresh = kind >= NAME
    taken = np.zeros(len(words), dtype=np.bool_)
    for _ in range(_STEPS):
        ends = candidates(words, kind, fresh)
        if not len(ends):
            break
        told = ends.only(WEIGHTS.total(features(words, kind, ends)) >= WEIGHTS.threshold)
        if not len(told):
            break
        new = told.new()
        kind[new] = np.repeat(kind[told.inner], told.links + 1)
        fresh = np.zeros(len(words), dtype=np.bool_)
        fresh[new] = True
        taken |= fresh
    index = taken.nonzero()[0]
    take(words, spans, kind, index, kind[index], "statistical model of ends")
