"""A name once found is found wherever its document names it again."""

from __future__ import annotations

from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.finding import Span
from cloister.phi.name_ground import STRENGTH, STRONG, UNSEEN, ahead
from cloister.phi.word_table import PAIR
from cloister.phi.wording import Words

_HEAD = np.uint64(48)  # the other bits of a key
_SURE = 0.8  # a name must have been found at this score to be carried


def propagate(words: Words, found: list[tuple[Any, Any, float, str]], documents: Any | None = None) -> list[Span]:
    """Spans of what was found, and of every other place in the same document where a found name's word stands.

    ``documents[i]`` is the document of word ``i``; None when there is one. Ambiguous words are carried only where
    they are capitalised and stand in no eponym; plain words are not carried.
    """
    spans: list[Span] = []
    if not found:
        return spans
    taken = np.zeros(len(words), dtype=np.bool_)
    sure = np.zeros(len(words), dtype=np.float64)
    for first, last, score, reason in found:
        starts, ends = words.start[first].tolist(), words.end[last].tolist()
        spans += [(start, end, "name", score, reason) for start, end in zip(starts, ends, strict=True)]
        for step in range(int((last - first).max(initial=0)) + 1):
            at = first + step
            at = at[at <= last]
            taken[at] = True
            if score >= _SURE:
                sure[at] = np.maximum(sure[at], score)
    power = np.array(STRENGTH, dtype=np.uint8)[words.flag]
    particle = words.has("particle", "stop", "title", "credential")
    known = ((sure > 0) & (words.size > 2) & (power > 0) & ~particle).nonzero()[0]
    if not len(known):
        return spans
    wanted, place = np.unique(_keys(words, documents, known), return_index=True)
    candidates = (~taken & (power > 0) & (words.size > 2)).nonzero()[0]
    keys = _keys(words, documents, candidates)
    # Nearly all of them are none of those wanted: their first bits tell.
    heads = np.zeros(1 << 16, dtype=np.bool_)
    heads[wanted >> _HEAD] = True
    maybe = heads[keys >> _HEAD].nonzero()[0]
    candidates, keys = candidates[maybe], keys[maybe]
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    again = wanted[at] == keys
    named = taken.copy()
    named[candidates[again]] = True
    same = again & (_carries(words, power[candidates], candidates) | _beside(words, named, candidates))
    candidates, origin = candidates[same], known[place[at[same]]]
    for index, source in zip(candidates.tolist(), origin.tolist(), strict=True):
        score = min(float(sure[source]), 0.85)
        spans.append(
            (int(words.start[index]), int(words.end[index]), "name", score, "name found elsewhere in the document")
        )
    return spans


def _keys(words: Words, documents: Any | None, index: Any) -> Any:
    """The same number for the same word of the same document."""
    if documents is None:
        return words.key[index]
    return words.key[index] ^ (documents[index].astype(np.uint64) * np.uint64(PAIR))


def _beside(words: Words, named: Any, index: Any) -> Any:
    """Capitalised words beside another that is a name here, or may be one again: "JANE ROE", "ROE, GRACE"."""
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, len(words) - 1)
    near = words.gap_is(" ") | words.gap_is(", ")
    return words.capital[index] & (
        (named[before] & near[before] & (index > 0)) | (named[after] & near[index] & (after > index))
    )


def _carries(words: Words, power: Any, index: Any) -> Any:
    """Whether the words at ``index``, of this power and known as names, can be names again."""
    flag, capital = words.flag[index], words.capital[index]
    plain, word = (power == STRONG) | (power == UNSEEN), (flag & np.uint8(lexicon.WORD)) != 0
    common = (flag & np.uint8(lexicon.COMMON)) != 0
    before = np.maximum(index - 1, 0)
    inner = words.gap_is(" ")[before] & ~words.capital[before] & (index > 0)
    acts = (words.gap_is(" ")[index] & ahead(words.has("verb", "only-people"), index)) | words.possessive[index]
    told = capital & ~ahead(words.has("head"), index) & (~common | inner | acts)
    return np.where(plain, capital | ~word, told)
