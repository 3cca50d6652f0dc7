"""Short words that no rule took: a linear model tells the initials and the clipped names of people among them.

"KD, PharmD" under a note, "tech: mv", "taken by mk at the desk": a word of two or three letters at a line's edge,
beside a sign or after a word that leads to people, and what stands around it become hashed features.
``scripts/phi_train_unsure.py`` trains it, with the short names that rules find left out; ``data/initials.npz.xz``
holds 2^16 weights of eight bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.found_words import NAME, take
from cloister.phi.linear_model import CLASS, NONE, Context, Features, Weights, likes, mixed, packed
from cloister.phi.name_ground import following, preceding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.found_words import Kinds
    from cloister.phi.wording import Words

    Ints = NDArray[np.intp]
    Flags = NDArray[np.bool_]

WEIGHTS = Weights("initials.npz.xz")
LONGEST = 3  # letters
_FIGURES, _STRANGE = 10, 127  # a character that is no letter, folded
_FOLDED = ("qq", "qqq")  # letters of another script
_SIGNS = (
    "/", " / ", " - ", " -- ", "--", "- ", " -", ": ", ":", " : ", "\n-", "\n- ", "\n~", "\n~ ", " (", "(", ' "', "; ",
    " | ",
)  # fmt: skip
_LEADS = ("by", "with", "from", "per", "tech", "ma", "rn", "to", "w", "initials", "init")


def candidates(words: Words, taken: Flags) -> Ints:
    """Words of few letters that stand where somebody signs or is named."""
    fit = (words.size > 1) & (words.size <= LONGEST) & ~taken & ~words.digit
    fit &= ~words.has("stop", "title", "month", "relation", "verb", "state", "credential")
    fit &= ~words.spelled(*_FOLDED)
    fit &= (words.byte_before - np.uint8(48)) >= _FIGURES  # "12mg"
    fit &= (words.byte_before != _STRANGE) & (words.byte_after != _STRANGE)  # a part of a word
    fit &= words.caps | (words.small == words.size) | words.title_case & (words.size == 2)
    leads = words.spelled(*_LEADS) | words.has("label", "cue")
    told = preceding(words.gap_is(*_SIGNS) | leads & words.gap_is(" "))
    told |= following(words.has("credential")) & words.gap_is(", ", " ", "/", ",")
    fit &= ~words.on_placeholder_line & ~words.near_placeholder
    found: Ints = (fit & (words.newline_before | words.newline | told)).nonzero()[0]
    return found


def features(words: Words, taken: Flags, index: Ints) -> Features:
    """What is told of each."""
    top, last = len(words) - 1, words.last
    word = Context(words, taken)
    before, before2 = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    after, after2 = np.minimum(index + 1, top), np.minimum(index + 2, top)
    first, final = (index == 0) | last[before], last[index]
    p1, p2 = word.at(before, first), word.at(before2, first | last[before2])
    n1, n2 = word.at(after, final), word.at(after2, final | last[after])
    gap0 = np.where(first, NONE, words.gap_code(before))
    gap1 = np.where(final, NONE, words.gap_code(index))
    gaps, size, low = mixed(gap0, gap1), words.size[index], words.small[index] == words.size[index]
    edges = words.newline_before[index] + 2 * words.newline[index] + 4 * first + 8 * final
    written = words.caps[index] + 2 * low + 4 * words.title_case[index]
    form = packed(size, written, CLASS[words.flag[index]])
    line = words.line_in_small[index] + 2 * words.line_in_capitals[index]
    shape = packed(size, written, edges, taken[before] + 2 * taken[after], line)
    credential = words.has("credential")
    beside = packed(credential[after] + 2 * credential[before], words.has("label", "cue")[before], edges)
    letters = packed(words.raw[words.start[index]] | 32, words.raw[words.end[index] - 1] | 32, size)
    key, none = words.key[index], np.full(len(index), NONE)
    pairs = [
        (key, none), (key, packed(size, low)), (key, gap0), (key, gap1), (key, p1), (key, n1), (letters, none),
        (letters, shape), (form, none), (form, gap0), (form, gap1), (form, gaps), (shape, none), (shape, gap0),
        (shape, gap1), (shape, gaps), (p1, gap0), (n1, gap1), (p1, form), (n1, form), (p1, n1), (p2, p1), (n1, n2),
        (p1, shape), (n1, shape), (p2, form), (n2, form), (beside, form), (beside, gaps),
    ]  # fmt: skip
    for lp, ln, lo in likes(words, (before, taken, first), (after, taken, final), (index, words.nowhere, None)):
        pairs += [
            (lp, gap0), (ln, gap1), (lp, form), (ln, form), (lp, ln), (lo, form), (lo, gap0), (lo, lp),
        ]  # fmt: skip
    return Features(pairs)


def uncertain_initials(words: Words, spans: list[Span], kinds: Kinds) -> None:
    """Append what the model calls somebody; ``kinds``: what words were found as, kept up to date."""
    taken = kinds > 0
    index = candidates(words, taken)
    if not len(index):
        return
    index = index[WEIGHTS.total(features(words, taken, index)) >= WEIGHTS.threshold]
    take(words, spans, kinds, index, NAME, "statistical model of initials")
