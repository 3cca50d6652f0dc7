"""What the rules leave uncertain: a linear model over hashed features of a word and of the two words on either side.

``scripts/phi_train.py`` trains it on generated notes and harmless lines; ``data/uncertain.npz.xz`` holds 2^18 weights of
eight bits. It sees only words that could be a name and that no rule took, and says "name" or nothing.
"""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.called_after import called_after
from cloister.phi.linear_model import Features, Weights, likes
from cloister.phi.name_ground import Ground
from cloister.phi.name_lone import measured
from cloister.phi.surroundings import among_things
from cloister.phi.unlisted import UNKNOWN

WEIGHTS = Weights("uncertain.npz.xz")
BITS = 18
_SHORT, _LONG = 3, 24  # letters of a word that is looked at
_ABBREVIATED = 8  # letters at most of an abbreviation: in capitals beside small letters, and in no list
_HEADING = 6  # letters of the shortest heading that may be a name
_NAMED = 1.5  # so much less is enough on a line that names somebody for sure: there others are named, too; a third for a listed word


def candidates(ground: Ground) -> Any:
    """Words that could be a name and that no rule took."""
    words = ground.words
    never = ground.has("stop", "title", "credential", "state", "state-word", "month", "relation", "label", "cue")
    own = ground.has("given") & ground.capital & ~ground.has("stop")
    fit = ground.capital & ((ground.like > 0) | own) | words.line_in_small & ground.is_(lexicon.NAME | UNKNOWN)
    fit &= (words.size >= _SHORT) & (words.size <= _LONG) & ~ground.fused & ~ground.taken & (own | ~never)
    index = fit.nonzero()[0]
    index = index[~(ground.paired | ground.shared)[index]]
    index = index[_in_small(ground, index) | _capitalised(ground, index)]
    index = index[~_of_a_thing(ground, index) & ~_of_no_person(ground, index)]
    index = index[~called_after(words, index, ground.is_(lexicon.EPONYM) & ground.capital)]
    # "h/o Graves": an eponym after an abbreviation of history is what somebody had.
    before = np.maximum(index - 1, 0)
    had = words.spelled("o", "p", "hx", "pmh", "pmhx")[before] & words.gap_is(" ")[before]
    index = index[~(had & ground.is_(lexicon.EPONYM)[index])]
    if not len(index) or not ("[" in words.text or "]" in words.text):
        return index
    # Beside a bracket it says nothing: what a placeholder took the place of is not known any more.
    marks = ((words.raw == 91) | (words.raw == 93)).nonzero()[0]
    top, ends = max(ground.size - 1, 0), words.last
    first, last = index, index
    for _ in range(2):
        back = np.maximum(first - 1, 0)
        first, last = np.where(ends[back], first, back), np.where(ends[last], last, np.minimum(last + 1, top))
    low, high = np.maximum(words.since[first], 1), words.stop[last]
    return index[np.searchsorted(marks, low) == np.searchsorted(marks, high)]


def _in_small(ground: Ground, index: Any) -> Any:
    """Words of lines without capitals, but for an abbreviation ("nAMD") and a word of a program."""
    words = ground.words
    fits = words.line_in_small[index] & ~words.caps[index] & (words.size[index] > _SHORT)
    fits &= ground.is_(lexicon.NAME | UNKNOWN)[index] & (ground.capital[index] | (words.capitals[index] < 2))
    # "--gpus all", "plt.xlabel(", "max_depth=3"
    option = (words.byte_before[index] == 45) & (words.raw[np.maximum(words.start[index] - 2, 0)] == 45)
    before = np.maximum(index - 1, 0)
    called = words.gap_is(".")[before] & (words.size[before] > 1) & (index > 0)
    return fits & ~(option | called | (words.byte_after[index] == 40))


def _capitalised(ground: Ground, index: Any) -> Any:
    """Words with a capital, but for abbreviations and what goes on with a brand's name."""
    words = ground.words
    caps, size, strange = words.caps[index], words.size[index], ground.is_(UNKNOWN)[index]
    own = ground.has("given")[index] & ~caps & ~ground.has("stop")[index]
    fits = ground.capital[index] & ((ground.like[index] > 0) | own)
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, max(ground.size - 1, 0))
    near = words.gap_is(" ", ", ")
    fellows = (words.caps[at] & (words.size[at] > 3) & (ground.like[at] > 0) for at in (before, after))
    joined = (near[before] & (index > 0), near[index] & (after > index))
    lonely = ~np.logical_or(*(fellow & there for fellow, there in zip(fellows, joined, strict=True)))
    shouted = caps & ~ground.lines[index]
    short = shouted & ((size < 5) | (strange & lonely & (size <= _ABBREVIATED)))
    short |= caps & ground.lines[index] & strange & (size < 4)
    counted = words.byte_next[index] - np.uint8(48) < 10
    short |= caps & (size < 5) & (words.byte_after[index] == 32) & counted & words.digit[index]  # "LAVI 38"
    brand = ground.capital[before] & ground.is_(lexicon.EPONYM)[before] & ~ground.is_(lexicon.NAME)[before]
    brand &= words.gap_is(" ")[before] & (index > 0)
    return fits & ~short & ~(brand & strange & ~caps)  # "Medrol Dosepak"


def _of_a_thing(ground: Ground, index: Any) -> Any:
    """What stands before such a word is an eponym: a Huber needle, a Wright stain. It is called after somebody."""
    words, last = ground.words, ground.words.last
    after = np.minimum(index + 1, max(ground.size - 1, 0))
    gap = words.start[after] - words.end[index] - 2 * words.possessive[index]
    followed = ~last[index] & (gap == 1) & ground.has("head")[after]
    before = np.maximum(index - 1, 0)
    cued = ground.has("cue", "near", "label", "title", "relation")[before]
    cued &= ~(ground.scale[after] & ~ground.has("relation")[before])  # "per Bhutani nomogram"
    # "Earline Tubbs stage 3" is somebody.
    named = ground.has("given")[before] | ground.capital[before] & ground.is_(lexicon.NAME | UNKNOWN)[before]
    cued |= named & (words.end[before] + 1 == words.start[index])
    cued &= (index > 0) & ~last[before]
    owned = words.possessive[index]
    # "from Cushing's ulcer", but "Roe's tube"
    return followed & np.where(owned, ground.is_(lexicon.EPONYM)[index], ~cued)


def _of_no_person(ground: Ground, index: Any) -> Any:
    """ "is it June or July", "through April", "Forrest III", "where do I park"."""
    words, top = ground.words, max(ground.size - 1, 0)
    space, month = words.gap_is(" "), ground.has("month")
    before, after, next_ = np.maximum(index - 1, 0), np.minimum(index + 1, top), np.minimum(index + 2, top)
    led = space[before] & (index > 0)
    lead = np.maximum(index - 2, 0)
    joins = words.spelled("and", "&")[before] & month[lead]
    timed = (
        joins
        | words.spelled(
            "in", "through", "until", "till", "late", "early", "mid", "during", "to", "or", "each", "every"
        )[before]
        & led
    )
    ranged = words.spelled("or", "to", "through", "until")[after] & month[next_]
    found = month[index] & (timed | led & month[before] | space[index] & (ranged | month[after]))
    kind = words.spelled("type", "extent", "class", "grade", "zone", "category", "stage")[after]
    found |= (
        space[index] & kind & space[after] & words.spelled("i", "ii", "iii", "iv", "v")[next_] & ground.capital[next_]
    )
    # "Hospital Wing" is one house's name.
    found |= led & ground.has("organisation")[before] & ground.capital[before] & ground.is_(lexicon.COMMON)[index]
    figure = words.byte_after[index]
    found |= (figure > 47) & (figure < 58)  # "Jak2"
    # "UPCR    1.9" in a table, "Coord: see below": what a line begins with and a value follows.
    short = words.newline_before[index] & (words.size[index] < _HEADING) & ~ground.is_(lexicon.FIRST)[index]
    caps = words.caps[index]
    found |= short & (caps & words.digit[index] | words.sign[index] & (caps | ground.is_(UNKNOWN)[index]))
    found |= space[index] & words.spelled("ii", "iii", "iv")[after] & words.caps[after]
    return found | led & ~ground.capital[index] & words.spelled("i", "we", "they")[before]


def features(ground: Ground, index: Any) -> Features:
    """What is told of each."""
    words, top = ground.words, max(ground.size - 1, 0)
    last = words.last
    before, before2 = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    after, after2 = np.minimum(index + 1, top), np.minimum(index + 2, top)
    has1 = (index > 0) & ~last[before]
    has2 = has1 & (index > 1) & ~last[before2]
    next1 = ~last[index]
    next2 = next1 & ~last[after]
    nothing = np.uint64(1)
    p1, p2 = np.where(has1, _context(ground, before), nothing), np.where(has2, _context(ground, before2), nothing)
    n1, n2 = np.where(next1, _context(ground, after), nothing), np.where(next2, _context(ground, after2), nothing)
    gap0, gap1 = np.where(has1, _gap(words, before), nothing), np.where(next1, _gap(words, index), nothing)
    flag = ground.flag[index].astype(np.uint64)
    own = np.where(_known(ground, index) | ground.is_(lexicon.EPONYM)[index], words.key[index], nothing)
    shape = _bits(
        ground.capital[index], ground.caps[index], ground.lines[index], words.possessive[index], ground.opens[index],
        words.newline_before[index], words.newline[index], words.digit_before[index], words.digit[index], words.mark[index],
    )  # fmt: skip
    beside = _bits(
        has1 & ground.taken[before], next1 & ground.taken[after], has1 & ground.capital[before], next1 & ground.capital[after],
        next1 & ground.has("verb", "only-people")[after], next1 & ground.has("head")[after],
        has1 & ground.has("cue", "near", "label", "title", "relation")[before],
    )  # fmt: skip
    size = np.minimum(words.size[index], 12).astype(np.uint64)
    end, begin = _letters(words, index)
    none = np.full(len(index), nothing)
    pairs = [
        (flag, shape), (flag, beside), (shape, beside), (flag, size), (own, none), (own, p1), (own, n1), (own, gap1),
        (p1, gap0), (n1, gap1), (p1, flag), (n1, flag), (p2, p1), (n1, n2), (p1, n1), (p2, flag), (n2, flag),
        (gap0, gap1), (gap0, flag), (gap1, flag), (end & np.uint64(0xFFFF), flag), (end & np.uint64(0xFFFFFF), flag),
        (end, flag), (begin & np.uint64(0xFFFFFF), flag), (begin, flag), (p1, beside), (n1, shape),
    ]  # fmt: skip
    taken = ground.taken
    around = (before, taken, ~has1), (before2, taken, ~has2), (after, taken, ~next1), (after2, taken, ~next2)
    for lo, l1, l2, r1, r2 in likes(words, (index, words.nowhere, None), *around):
        pairs += [
            (lo, flag), (lo, shape), (l1, gap0), (r1, gap1), (l1, flag), (r1, flag), (l1, r1), (l1, lo), (lo, r1), (l2, l1), (r1, r2),
        ]  # fmt: skip
    return Features(pairs, bits=BITS)


def _known(ground: Ground, at: Any) -> Any:
    """Words of the language."""
    return ground.is_(lexicon.WORD)[at] | ground.words.in_a_set(at)


def _context(ground: Ground, at: Any) -> Any:
    """A word of the language stands for itself, any other for its class: a name beside a name is just that."""
    classes = ground.flag[at].astype(np.uint64) * np.uint64(2) + ground.capital[at] + np.uint64(16)
    return np.where(_known(ground, at), ground.words.key[at], classes)


def _gap(words: Any, at: Any) -> Any:
    """The gap after a word; a line's end is one, however it is written."""
    return np.where(words.newline[at], np.uint64(2), words.gap_code(at))


def _bits(*flags: Any) -> Any:
    found = np.zeros(len(flags[0]), dtype=np.uint64)
    for number, flag in enumerate(flags):
        found |= flag.astype(np.uint64) << np.uint64(number)
    return found


def _letters(words: Any, index: Any) -> tuple[Any, Any]:
    """The last and the first four letters of each word, small, as numbers."""
    raw, small = words.raw, np.uint8(32)
    last, first = words.end[index] - 1, words.start[index]
    end, begin = np.zeros(len(index), dtype=np.uint64), np.zeros(len(index), dtype=np.uint64)
    for step in range(4):
        inside = words.size[index] > step
        from_end, from_head = raw[np.maximum(last - step, 0)] | small, raw[first + step] | small
        end |= np.where(inside, from_end, 0).astype(np.uint64) << np.uint64(8 * step)
        begin |= np.where(inside, from_head, 0).astype(np.uint64) << np.uint64(8 * step)
    return end, begin


def uncertain(ground: Ground) -> None:
    """Take what the model calls a name."""
    index = candidates(ground)
    if not len(index):
        return
    total, threshold = WEIGHTS.total(features(ground, index)), WEIGHTS.threshold
    least = threshold - np.where(ground.is_(UNKNOWN)[index], _NAMED, _NAMED / 3)
    near = (total >= least).nonzero()[0]
    near = near[~measured(ground, index[near])]
    near = near[~among_things(ground.words, index[near], ground.is_(lexicon.EPONYM) & ground.capital)]
    index, sure, line = index[near], total[near] >= threshold, ground.words.line
    named = np.zeros(int(line[-1]) + 1, dtype=np.bool_)
    named[line[ground.taken]] = True
    named[line[index[sure]]] = True
    index = index[sure | named[line[index]]]
    ground.add(index, index, 0.53, "statistical model")
