"""Houses in small letters that no rule took: a linear model tells where one begins.

"script stuck at good neighbor", "f/u tiny steps monday": on a line without capitals no word stands out, so a word after
one that leads to a house, or at the head of a field, and what stands around it become hashed features; the words after
it are left to ``uncertain_ends``. ``scripts/phi_train_unsure.py`` trains it, also on notes turned into small letters;
``data/small.npz.xz`` holds 2^16 weights of eight bits.
"""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.found_words import ORGANISATION, take
from cloister.phi.linear_model import CLASS, NONE, Context, Features, Weights, likes, mixed, packed
from cloister.phi.name_ground import following, preceding
from cloister.phi.runs import DAYS
from cloister.phi.wording import some

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.found_words import Kinds
    from cloister.phi.wording import Words

    Ints = NDArray[np.intp]
    Flags = NDArray[np.bool_]

WEIGHTS = Weights("small.npz.xz")
_LONGEST = 24  # letters of a word that is looked at
_SHORT, _TOLD = 3, 4  # letters of a short word, and words from the first on that are looked at
# Words that lead to a house and are never the first of its name, and words after which one may stand.
_BEFORE = ("at", "from", "fr", "to", "by", "via", "thru", "through", "with", "w", "per", "of", "for")
_AT = ("at", "from", "fr", "via", "thru", "to", "by", "w", "per")  # on a line with capitals
_LEADS = (
    *_BEFORE, "the", "see", "sees", "saw", "called", "call", "calls", "use", "uses", "try", "and", "or", "vs", "is",
    "be", "was", "picked", "attends", "retired", "payer", "ins", "insurance", "pharmacy", "rx", "peds", "pcp", "school",
    "works", "worked", "working", "lodging", "dme", "near", "outside", "off", "owns", "runs", "our", "her", "his",
    "their", "joined", "left", "goes", "went", "not", "ref", "referral", "employer", "job",
)  # fmt: skip
# Kinds of house that stand in small letters more often than in any list: "eastside peds", "harlan surgical ctr".
TELL = (
    "acupuncture", "chiro", "ctr", "derm", "dist", "drug", "drugs", "ems", "hha", "infusion", "intermediate", "middle", "optical", "ortho", "orthotics", "peds", "ppo", "hmo",
    "prosthetics", "surgical", "urology", "cardiology", "gi", "digestive", "oxygen", "compounding", "montessori", "aba", "apts", "towers", "police", "fire",
)  # fmt: skip
_SIGNS = (
    ": ", ":", " (", "(", " = ", "=", " - ", "- ", ", ", ",", "; ", "/ ", " / ", "/", " -- ", ") ", ". ", "  ", " | ",
)  # fmt: skip


def candidates(words: Words, taken: Flags) -> Ints:
    """Words in small letters that nothing has taken and where what a house is called may begin.

    On a line that has capitals fewer words are asked: there most houses have one.
    """
    fit = ~words.capital & ~taken & (words.size > 1) & (words.size <= _LONGEST) & ~words.caps
    fit &= ~words.spelled("the")  # stands between two texts as well
    if not some(fit):
        return fit.nonzero()[0]
    fit &= ~words.on_placeholder_line & ~words.has("title", "month", "relation", "credential")
    fit &= ~words.spelled(*DAYS, "st")  # "ecg changes at st elevations"
    fit &= words.byte_before - np.uint8(48) > 9  # "the 22nd"
    fit &= (words.size > 2) | ~words.newline  # "tech: mv"
    space = words.gap_is(" ")
    lead = words.newline_before | preceding(
        words.spelled(*_LEADS) & (space | words.gap_is("/", ": ")) | words.gap_is(*_SIGNS)
    )
    # and the word or two before what tells a house: "uses tillman's corner pharmacy"
    near = space | words.gap_is("'s ")
    told = near & following(words.has("organisation", "trade") | words.spelled(*TELL))
    own = ~words.has("stop", "nowhere", "organisation")
    lead |= own & (told | near & following(told) & ~words.has("verb"))
    mixed_ = preceding(words.spelled(*_AT) & ~words.capital & space | words.gap_is(": ", "/ ")) & ~words.has("stop")
    found: Ints = (fit & np.where(words.line_in_small, lead, mixed_) & ~words.spelled(*_BEFORE)).nonzero()[0]
    return found


def features(words: Words, taken: Flags, index: Ints) -> Features:
    """What is told of each; what stands on other lines says nothing."""
    word, house, top = Context(words, taken), words.has("organisation"), len(words) - 1
    before, before2 = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    begun = words.newline_before[index]
    p1, p2 = word.at(before, begun), word.at(before2, begun | words.newline_before[before])
    gap0 = word.gap(before, begun)
    at, over = index, np.zeros(len(index), dtype=np.bool_)
    seen, gaps, kinds, around = [], [], [], [(before, taken, begun)]
    for _ in range(_TOLD):
        seen.append(word.at(at, over))
        around.append((at, taken, over))
        kinds.append(house[at] & ~over)
        over = over | words.newline[at]
        gaps.append(word.gap(at, over))
        at = np.minimum(at + 1, top)
    (w0, w1, w2, w3), (g0, g1, *_) = seen, gaps
    form = packed(CLASS[words.flag[index]], words.size[index] > _SHORT, words.possessive[index])
    told, size, none = (
        packed(*kinds, begun, words.line_in_small[index]),
        packed(words.size[index]),
        np.full(len(index), NONE),
    )
    pairs = [
        (w0, none), (w0, p1), (w0, gap0), (w0, w1), (p1, gap0), (p1, p2), (p1, form), (p1, told), (form, gap0),
        (form, told), (w1, p1), (w1, form), (w1, w2), (w2, p1), (told, gap0), (g0, p1), (g0, form), (mixed(g0, g1), p1),
        (w1, g0), (p1, size), (mixed(p2, p1), told),
    ]  # fmt: skip
    for lead, l0, l1, l2, _ in likes(words, *around):
        pairs += [
            (l0, none), (l0, p1), (l0, gap0), (l0, l1), (l1, p1), (l1, l2), (l0, told), (l1, told), (l2, p1),
            (lead, l0), (lead, told), (l0, w1), (l0, g0), (l1, g1), (mixed(l0, l1), p1), (mixed(l0, l1), l2),
        ]  # fmt: skip
    # The words after it, in whatever order.
    return Features(pairs, [mixed(each, lead) for each in (w1, w2, w3) for lead in (p1, none)])


def uncertain_small(words: Words, spans: list[Span], kinds: Kinds) -> None:
    """Append the words where the model sees a house begin; ``kinds``: what words were found as, kept up to date."""
    taken = kinds > 0
    index = candidates(words, taken)
    if not len(index):
        return
    index = index[WEIGHTS.total(features(words, taken, index)) >= WEIGHTS.threshold]
    take(words, spans, kinds, index, ORGANISATION, "statistical model of small letters")
