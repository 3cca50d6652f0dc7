"""The allow-list of words that a line of a training script may show: technical English without people's names.

The list was counted from the documentation of scientific Python libraries (words in at least three modules), less
every first name and surname of the US Census and every US place, function words apart. Words that are also names
come in two further groups: ``dual`` words pass in lower case only ("mark", "may"), ``opening`` words also with a
capital ("Test", "Best").
"""

from __future__ import annotations

import gzip
import importlib.resources
from dataclasses import dataclass, replace
from functools import cache


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Lower-case words: ``plain`` are nobody's name; ``dual`` and ``opening`` are words and names at once.

    ``exact`` words, such as abbreviations, pass only as they are written; a long lower-case word with one of the
    ``endings`` is a term, not a name. ``given`` and ``surnames`` are those of the passing words that people are called,
    whatever else they mean.
    """

    plain: frozenset[str]
    dual: frozenset[str]
    opening: frozenset[str]
    exact: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()

    def allows(self, word: str) -> bool:
        lower = word.lower()
        if lower in self.plain or lower in self.opening or word in self.exact:
            return True
        if word != lower:
            return False
        return lower in self.dual or (len(word) >= 8 and lower.endswith(self.endings))

    def ambiguous(self, word: str) -> bool:
        """True for a word that is also somebody's name."""
        lower = word.lower()
        return lower in self.dual or lower in self.opening

    def name_beside(self, withheld: str, word: str) -> bool:
        """True if ``word``, which is allowed by itself, may be the other half of a name that was withheld.

        In capitals any word that is also a name, and an initial; in lower case only beside a lower-case word.
        """
        if word[0].isupper():
            return self.ambiguous(word) or len(word) == 1
        named = word in self.dual or word in self.given or word in self.surnames
        return withheld.isalpha() and withheld.islower() and named

    def like_name(self, left: str, right: str) -> bool:
        """True for two words in a row that could be a name: with capitals and not both openings, or "rose park"."""
        if left.islower() and right.islower():
            return left in self.given and right in self.surnames
        if not (left[0].isupper() and right[0].isupper() and self.ambiguous(left) and self.ambiguous(right)):
            return False
        return not (left.lower() in self.opening and right.lower() in self.opening)

    def widened(self, words: frozenset[str]) -> Vocabulary:
        """The same with further plain words, such as those of reviewed allow-list entries."""
        return replace(self, plain=self.plain | {word.lower() for word in words})


@cache
def technical_words() -> Vocabulary:
    """The vocabulary that ships with the package (about 8,500 words)."""
    packed = importlib.resources.files("cloister.phi.leaks").joinpath("data/words.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("ascii").split("\n")
    return Vocabulary(
        plain=frozenset(line for line in lines if line[0] not in "~^="),
        dual=frozenset(line[1:] for line in lines if line[0] == "~"),
        opening=frozenset(line[1:] for line in lines if line[0] == "^"),
        exact=frozenset(line[1:] for line in lines if line[0] == "="),
    )
