"""Checks of what a scanner misread: figures among which stand letters, words with a figure.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

from __future__ import annotations

import re

from cloister.phi import lexicon
from cloister.phi.check_parts import digits_in
from cloister.phi.unlisted import flags_of

_LETTERS = re.compile(rb"[OlI]")


def scanned(buffer: bytes, start: int, end: int) -> float:
    """Mostly figures, and a letter that a scanner takes for one: what is all figures the other patterns judge."""
    value = buffer[start:end]
    digits = digits_in(value)
    wrong = len(_LETTERS.findall(value))
    return 0.8 if wrong and digits > wrong and digits >= 3 else 0.0


def scanned_word(buffer: bytes, start: int, end: int) -> float:
    """ "Ellsw0rth": what it would be without the figure is in no list but that of names."""
    word = buffer[start:end].decode().lower().replace("0", "o").replace("1", "l")
    flag = flags_of(word, lexicon.words())
    return 0.0 if flag & (lexicon.WORD | lexicon.EPONYM) and not flag & lexicon.NAME else 0.6
