"""Linear models over hashed features of words, as arrays: what ``uncertain_runs`` and ``uncertain_numbers`` share."""

from __future__ import annotations

import io
import lzma
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.likeness import likeness
from cloister.phi.unlisted import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from cloister.phi.wording import Words

    U64 = NDArray[np.uint64]

BITS = 16
_FEW = 400  # candidates
SCALE = 16.0  # a weight of 1 is stored as 16
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
NONE, _TAKEN, _NUMBER, LINE = (np.uint64(number) for number in (1, 7, 11, 13))
CLASS = np.array(
    [
        1
        if flag & UNKNOWN
        else 2
        + bool(flag & lexicon.NAME)
        + 2 * bool(flag & lexicon.PLACE)
        + 4 * bool(flag & lexicon.COMMON)
        + 8 * bool(flag & lexicon.MEDICAL)
        + 16 * bool(flag & lexicon.EPONYM)
        + 32 * bool(flag & lexicon.RARE)
        for flag in range(256)
    ],
    dtype=np.uint8,
)


class Weights:
    """The weights of a model in the package's data, read when first asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def _kept(self) -> tuple[Any, float]:
        packed = resources.files("cloister.phi").joinpath("data", self.name).read_bytes()
        with np.load(io.BytesIO(lzma.decompress(packed)), allow_pickle=False) as kept:
            return kept["weights"].astype(np.int16), float(kept["threshold"])

    @property
    def table(self) -> Any:
        return self._kept[0]

    @property
    def threshold(self) -> float:
        """The sum from which it says yes."""
        return self._kept[1]

    def total(self, features: Features) -> Any:
        """The sum of each candidate."""
        if len(features) < _FEW:
            return self.table.take(features.matrix()).sum(axis=0, dtype=np.int16) / SCALE
        return sum(self.table.take(places) for places in features.rows()) / SCALE


class Context:
    """What stands for a word: itself where a list has it as a word of the language, else what it could be."""

    def __init__(self, words: Words, taken: NDArray[np.bool_]) -> None:
        self.words, self.taken = words, taken

    def at(self, index: Any, missing: Any = None) -> U64:
        """The words at ``index``; where ``missing``, a line's end."""
        words = self.words
        known = ((words.flag[index] & lexicon.WORD) != 0) | words.in_a_set(index)
        classes = CLASS[words.flag[index]].astype(np.uint64) * np.uint64(2) + words.capital[index]
        found = np.where(self.taken[index], _TAKEN, np.where(known, words.key[index], classes + np.uint64(16)))
        return found if missing is None else np.where(missing, LINE, found)

    def gap(self, index: Any, line: Any) -> U64:
        """The gap after each of the words at ``index``; where ``line``, a line's end."""
        words = self.words
        found = np.where(words.digit[index], _NUMBER, words.gap_code(index))
        return np.where(line, LINE, found)


def likes(words: Words, *asked: tuple[Any, Any, Any]) -> tuple[U64, U64]:
    """The classes of words and the kin of the classes, each with whether it has a capital: (places, words) of numbers.

    ``asked``: for each place the indices of the words, which of all words are taken, and where a line has ended.
    """
    index, table = np.stack([place for place, _, _ in asked]), likeness()
    number, capital = table.look(words.key[index]), words.capital[index]
    hidden = np.stack([taken[place] for place, taken, _ in asked])
    over = np.stack([words.nowhere[place] if line is None else line for place, _, line in asked])
    out = []
    for part in (number, table.kin(number)):
        found = part * np.uint64(2) + capital + np.uint64(16)
        found[hidden] = _TAKEN
        found[over] = LINE
        out.append(found)
    return out[0], out[1]


def mixed(left: Any, right: Any) -> U64:
    """One number for two."""
    found: U64 = left * _MIX[0]
    found ^= (right + np.uint64(1)) * _MIX[1]
    found ^= found >> np.uint64(31)
    return found


def packed(*parts: Any) -> U64:
    """Small numbers as one."""
    found = np.zeros(len(parts[0]), dtype=np.uint64)
    for number, part in enumerate(parts):
        found |= part.astype(np.uint64) << np.uint64(8 * number)
    return found


class Features:
    """What is told of candidates, as places among 2^bits weights: by two things, each kind apart, and by one alone.

    ``apart``: of each candidate a number; those of another share no weight with it.
    """

    def __init__(
        self, pairs: Sequence[tuple[Any, Any]], single: Sequence[Any] = (), bits: int = BITS, apart: Any = None
    ) -> None:
        self._pairs, self._single, self._shift = pairs, single, np.uint64(64 - bits)
        self._apart = np.uint64(0) if apart is None else apart.astype(np.uint64)

    def __len__(self) -> int:
        """How many candidates there are."""
        return len(self._pairs[0][0])

    def rows(self) -> Iterator[NDArray[np.int64]]:
        """The places of all candidates, a kind at a time: of many, a row stays in the processor's cache."""
        for number, (left, right) in enumerate(self._pairs, 2):
            found = mixed(left + self._apart, right)
            found += np.uint64(number)
            yield self._places(found)
        for one in self._single:
            yield self._places(one.copy())

    def matrix(self) -> NDArray[np.int64]:
        """(features, candidates) of places, all at once: of few, that takes fewest steps."""
        left, right = (np.stack([pair[side] for pair in self._pairs]) for side in (0, 1))
        found = mixed(left + self._apart, right)
        found += np.arange(2, len(self._pairs) + 2, dtype=np.uint64)[:, None]
        return self._places(np.concatenate([found, np.stack(self._single)]) if len(self._single) else found)

    def _places(self, found: U64) -> NDArray[np.int64]:
        found *= _MIX[0]
        found >>= self._shift
        return found.view(np.int64)
