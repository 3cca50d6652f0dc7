"""Runs of capitalised words that no rule took: a linear model tells the organisations and places among them.

"Orchard Gate Rehab", and what is left of "Golden Trout HMO" where "Golden" was found: a run and what stands around it
on its line become hashed features. ``scripts/phi_train_unsure.py`` trains it, with what the rules find of organisations
and places left out, so that it learns from all of them; ``data/runs.npz.xz`` holds 2^16 weights of eight bits.
"""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.company import alone
from cloister.phi.departments import KINDS, department
from cloister.phi.found_words import ORGANISATION
from cloister.phi.grades import graded
from cloister.phi.linear_model import CLASS, NONE, Context, Features, Weights, mixed, packed
from cloister.phi.name_ground import eponym_pairs
from cloister.phi.uncertain_small import TELL
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.wording import some

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.found_words import Kinds
    from cloister.phi.wording import Words

WEIGHTS = Weights("runs.npz.xz")
_ALONE = 1.75  # so much more it takes where nothing else identifies anybody
_MATTERS = ("choice", "rights", "attorney", "benefits", "motion", "breath", "consent", "understanding")
_JOINED = 2  # words before a run that were found and belong to it
_LONGEST = 8  # words; what is longer is a heading
_TOLD = 4  # words of a run that are looked at one by one
_TITLED = 0.6  # share of capitals from which a line is a heading's
_CONNECTORS = ("of", "for", "and", "the", "at")
_SOCIETIES = (
    "college", "academy", "society", "association", "board", "heart", "cancer", "lung", "institutes", "council",
)  # fmt: skip
_LEADS = ("w", "the", "our", "her", "his", "is", "and", "or", "see", "sees", "use", "uses", "which", "called")
_SIGNS = (": ", " (", "(", " - ", ", ", " / ", "/", "; ", ". ")
# What a house at the head of a line does.
_ACTS = (
    "wants", "says", "said", "called", "calls", "asks", "asked", "asking", "needs", "sent", "sends", "faxed", "declined", "denied", "refused", "refuses", "accepted", "accepts", "approved", "rejected", "will", "won't", "wont",
    "can't", "cant", "never", "closed", "closes", "texted", "emailed", "dropped", "delivered", "quit", "takes", "took", "has", "is", "requested", "requests", "still", "only", "lost", "paid", "keeps",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Runs:
    """First and last words of runs."""

    first: NDArray[np.intp]
    last: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.first)

    def only(self, kept: Any) -> Runs:
        return Runs(self.first[kept], self.last[kept])


def candidates(words: Words, taken: NDArray[np.bool_]) -> Runs:
    """Runs of words with a capital, joined by a space, a hyphen or "of the", that nothing has taken."""
    free = words.capital & (words.size > 1) & ~words.line_in_capitals & ~taken
    joins = words.spelled(*_CONNECTORS) & ~words.capital & words.gap_is(" ")
    index = free.nonzero()[0]
    if not len(index):
        return Runs(index, index)
    near = words.gap_is(" ", "-", "'s ", " & ", "/") | (words.gap_is(". ") & words.spelled("st", "mt", "ft"))
    step = np.diff(index, append=len(words) + 9)
    top = len(words) - 1
    after, second = np.minimum(index + 1, top), np.minimum(index + 2, top)
    goes = (step == 1) & near[index]
    goes |= (step == 2) & words.gap_is(" ")[index] & joins[after]
    goes |= (step == 3) & words.gap_is(" ")[index] & joins[after] & joins[second]
    ends = (~goes).nonzero()[0]
    begins = np.append(0, ends[:-1] + 1)
    # What leads into a name is no part of it: "Saw Dr", "Then Orchard Gate".
    leads = words.has("stop", "title", "month", "relation", "verb") & ~words.has("organisation")
    for _ in range(2):
        begins += (begins < ends) & leads[index[begins]]
    first, last = index[begins], index[ends]
    kept = (last - first < _LONGEST) & ~words.on_placeholder_line[first]
    # "Freedom of Choice list", "Power of Attorney"
    kept &= ~(words.spelled(*_MATTERS)[last] & words.spelled("of")[np.maximum(last - 1, 0)])
    alone = (kept & (first == last)).nonzero()[0]
    kept[alone] = _alone(words, taken, first[alone]) & ~leads[first[alone]]
    runs = Runs(first, last).only(kept)
    runs = runs.only(_particular(words, runs))
    # "Norwood Glenn"
    two = runs.first[runs.last == runs.first + 1]
    return runs.only(~np.isin(runs.first, eponym_pairs().first(words.key, two)) | (runs.last != runs.first + 1))


def _particular(words: Words, runs: Runs) -> Any:
    """Not "Wound Care", of words that every hospital has, and not "American College of Surgeons"."""
    generic = words.has("nowhere", "month") | ~words.capital
    own = np.uint8(lexicon.NAME | lexicon.PLACE | lexicon.COMMON | UNKNOWN)
    plain = ((words.flag & own) == 0) | ((words.flag & np.uint8(lexicon.EPONYM)) != 0)
    found = np.append(0, np.cumsum(~generic, dtype=np.int32))
    several = found[runs.last + 1] > found[runs.first]
    single = ~(generic | plain | words.has("nation", "organisation"))[runs.first]
    whose = words.spelled("american", "european", "international", "national")[runs.first]
    society = words.spelled(*_SOCIETIES)[np.minimum(runs.first + 1, len(words) - 1)]
    public = words.spelled("medicare", "medicaid", "tricare")[runs.first]  # "Medicare Advantage HMO"
    return np.where(runs.last > runs.first, several, single) & ~(whose & society | public)


def _alone(words: Words, taken: NDArray[np.bool_], index: NDArray[np.intp]) -> Any:
    """A word alone is asked beside what was found, the rest of which it may be, and where a house is named."""
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, len(words) - 1)
    beside = (taken[before] & ~words.newline_before[index]) | (taken[after] & ~words.newline[index])
    # "Lotus acupuncture sent a note", "Sunrise wants a med list"
    told = words.has("organisation", "trade")[after] | words.spelled(*TELL)[after]
    acts = words.spelled(*_ACTS)[after] & words.newline_before[index]
    return beside | (words.gap_is(" ")[index] & (told | acts)) | _led(words, index)


def _led(words: Words, index: NDArray[np.intp]) -> Any:
    """Whether a word that leads to houses or a sign stands before, on the line."""
    before = np.maximum(index - 1, 0)
    led = words.has("lead")[before] & words.gap_is(" ")[before]
    led |= words.spelled(*_LEADS)[before] & words.gap_is(" ", "/ ", "/")[before]
    return (led | words.gap_is(*_SIGNS)[before]) & ~words.newline_before[index]


def features(words: Words, taken: NDArray[np.bool_], runs: Runs) -> Features:
    """What is told of each; what stands on other lines says nothing."""
    first, last, top = runs.first, runs.last, len(words) - 1
    word = Context(words, taken)
    before, before2 = np.maximum(first - 1, 0), np.maximum(first - 2, 0)
    after, after2 = np.minimum(last + 1, top), np.minimum(last + 2, top)
    begun, ended = words.newline_before[first], words.newline[last]
    begun2, ended2 = begun | words.newline_before[before], ended | words.newline[after]
    p1, n1 = word.at(before, begun), word.at(after, ended)
    p2, n2 = word.at(before2, begun2), word.at(after2, ended2)
    gap0, gap1 = word.gap(before, begun), word.gap(last, ended)
    kf, kl = word.at(first), word.at(last)
    long = last > first
    size = np.minimum(last - first, _TOLD).astype(np.uint64)
    each = [np.minimum(first + step, last) for step in range(_TOLD)]
    classes = CLASS[words.flag]
    sig = packed(*(np.where(at > first + step - 1, classes[at], 0) for step, at in enumerate(each)))
    tail = packed(classes[last], np.where(long, classes[np.maximum(last - 1, 0)], 0), size)
    kind, chain = words.has("organisation"), words.has("chain")
    nowhere = words.has("nowhere") | ~words.capital
    share, count = _lines(words, first)
    shape = packed(begun, ended, size, words.caps[first] & ~long, share > _TITLED, count > _TOLD)
    kinds = packed(
        kind[last],
        np.logical_and.reduce([nowhere[at] for at in each]),
        np.logical_or.reduce([kind[at] for at in each]),
        chain[first],
    )
    near = packed(~begun & taken[before], ~ended & taken[after])
    ending = (words.tail(last) | np.uint32(0x202020)).astype(np.uint64)
    named = words.flag[last] & np.uint8(UNKNOWN | lexicon.NAME | lexicon.PLACE)
    owned, none = packed(words.possessive[last], words.possessive[first], size), np.full(len(runs), NONE)
    pairs = (
        (kl, none), (kl, size), (kf, none), (kf, gap0), (p1, gap0), (p1, kl), (p1, sig), (p2, p1), (n1, gap1),
        (n1, sig), (kl, n1), (mixed(gap0, gap1), sig), (shape, none), (shape, sig), (shape, kinds),
        (near, mixed(gap0, gap1)), (sig & np.uint64(0xFFFF), size), (tail, kind[last].astype(np.uint64)),
        (ending, packed(size, named)), (owned, none), (p2, sig & np.uint64(0xFF)), (n2, n1),
        (np.where(long, word.at(np.maximum(last - 1, 0)), NONE), kl),
    )  # fmt: skip
    # The words of a run, wherever in it they stand; the last of a short one again is none.
    return Features(pairs, [np.where(at == first + step, word.at(at), np.uint64(step)) for step, at in enumerate(each)])


def _lines(words: Words, first: NDArray[np.intp]) -> tuple[Any, Any]:
    """Of each run's line: the share of capitalised words, and how many words it has."""
    heads = words.line_heads
    capitals = np.add.reduceat(words.capital, heads, dtype=np.int32)
    count = np.diff(heads, append=len(words))
    line = words.line[first]
    return capitals[line] / count[line], count[line]


def uncertain_runs(words: Words, spans: list[Span], kinds: Kinds) -> None:
    """Append what the model calls an organisation or a place; ``kinds``: what words were found as, kept up to date."""
    if not some(words.capital & (words.size > 1)):
        return
    taken = kinds > 0
    runs = candidates(words, taken)
    if not len(runs):
        return
    told = runs.only(
        WEIGHTS.total(features(words, taken, runs)) - _ALONE * alone(words, runs.first, taken) >= WEIGHTS.threshold
    )
    houses = words.spelled(*KINDS)
    # "Target INR 2-3"
    last = told.last
    plain = (words.flag[last] & np.uint8(lexicon.NAME | lexicon.PLACE | UNKNOWN)) == 0
    told = told.only(~(words.caps[last] & words.digit[last] & plain & words.gap_is(" ")[np.maximum(last - 1, 0)]))
    begins, joined = told.first, taken & words.capital & words.gap_is(" ")
    for _ in range(_JOINED):  # "Fox Cities Sleep Institute" goes whole where "Fox" was found as a name
        before = np.maximum(begins - 1, 0)
        begins = np.where(joined[before] & (begins > 0), before, begins)
    for begin, first, last in zip(begins.tolist(), told.first.tolist(), told.last.tolist(), strict=True):
        if not (houses[last] and department(words, first, last)) and not graded(words, first, last):
            spans.append((words.starts[begin], words.ends[last], "organisation", 0.53, "statistical model of runs"))
            kinds[begin : last + 1] = ORGANISATION
