"""Names told by their own form: in another script, of two letters, with an Arabic article."""

from __future__ import annotations

import re

import numpy as np

from cloister.phi.name_ground import Ground
from cloister.phi.wording import some

# Folding makes q's of the letters of every script but the Latin.
_FOLDED = re.compile(r"[Qq]q+(?:[ -][Qq]q+)*(?![A-Za-z'-])")
_AROUND = frozenset(("", *" \n\t\r\x00,.;:()|/\"'="))  # what is glued to a number belongs to a sentence
_LONGEST = 3  # words in another script; more are a sentence
_TWO_LETTERS = ("ng", "vu", "vo", "wu", "xu", "yu", "hu", "lu", "ly", "gu", "ko", "yi", "qi")
_ARTICLES = frozenset(("al", "el", "ul", "as", "ad", "an", "ar", "az", "ez", "es"))


def other_scripts(ground: Ground) -> None:
    """Up to three words whose letters are of no Latin script: a name, or what nobody here can check."""
    words = ground.words
    begun = ((words.first | 32) == 113).nonzero()[0]
    begun = begun[(words.raw[words.start[begun] + 1] | 32) == 113]
    done = 0
    for first in begun.tolist():
        start, text = words.starts[first], words.text
        match = _FOLDED.match(text, start) if first >= done and text[max(0, start - 1) : start] in _AROUND else None
        if match is None or text[match.end() : match.end() + 1] not in _AROUND:
            continue
        done = int(np.searchsorted(words.start, match.end()))
        if done - first <= _LONGEST and not ground.taken[first:done].any():
            ground.add(np.array([first]), np.array([done - 1]), 0.6, "name in another script")


def two_letters(ground: Ground) -> None:
    """ "Ng K+ 2.8", "ask Wu": surnames of two letters that are no word, written with one capital."""
    words = ground.words
    surname = words.spelled(*_TWO_LETTERS)
    if not some(surname):
        return
    index = ground.where(surname & ground.capital & (words.small == 1) & (ground.like > 0))
    glued = words.gap_is("-", "/", "", ".")
    index = index[~glued[index] & ~glued[np.maximum(index - 1, 0)] & ~ground.eponym[index]]
    index = index[words.byte_after[index] != 37]
    ground.add(index, index, 0.55, "surname of two letters")


def articled(ground: Ground) -> None:
    """The "al-Hakim" of "Bashir al-Hakim": an Arabic article in small letters, a hyphen and a capital."""
    words = ground.words
    first, top = words.start, len(words.raw) - 1
    index = ground.where((words.raw[np.minimum(first + 2, top)] == 45) & ~ground.capital & (words.size > 5))
    index = index[words.raw[first[index] + 3] - np.uint8(65) < 26]
    index = np.array([at for at in index.tolist() if words.word(at)[:2] in _ARTICLES], np.int64)
    index = index[~ground.has("head")[np.minimum(index + 1, ground.size - 1)]]
    before = np.maximum(index - 1, 0)
    given = words.gap_is(" ")[before] & (ground.like[before] > 0) & ~ground.taken[before]
    ground.add(np.where(given, before, index), index, 0.6, "name with an article")
