"""Words of a text and what the lists say of them, a whole buffer at a time.

A word becomes 64 bits, the bits become a place in an open-addressing table, all by NumPy: no Python object for a word.
Words of up to eight letters are told apart exactly, longer ones by a 64-bit hash of the first 24 letters and the
length; the lists hold a third of a million words, so two that fall together are not to be expected.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.kinds import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    U64 = NDArray[np.uint64]

PAD = b"\x00" * 32  # what a reader of eight bytes may see beyond the last word
_BITS = 20
PAIR = 0xD6E8FEB86659FD93  # key of two words: first * PAIR + second, modulo 2^64
# Bits 8 and up of a table's value: which hand-kept sets of the vocabulary have the word.

SHIFT = 8  # of at most 56 sets


_BIT = {name: 1 << number for number, (name, _) in enumerate(KINDS)}


@cache
def bits(*names: str) -> int:
    """The bits of hand-kept sets within ``kind``."""
    return sum(_BIT[name] for name in set(names))


@cache
def keys(*spellings: str) -> tuple[np.uint64, ...]:
    """The keys of words spelled out in a rule."""
    size = np.array([len(word) for word in spellings])
    start = np.cumsum(size + 1) - size - 1
    return tuple(hashes(eights(" ".join(spellings).encode("ascii") + PAD), start, size))


def eights(buffer: bytes) -> U64:
    """The eight bytes from each byte on, as numbers; the buffer is padded."""
    view: U64 = np.ndarray((len(buffer) - 8,), dtype="<u8", buffer=buffer, strides=(1,))
    return view


@cache
def _masks() -> U64:
    made: U64 = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], dtype=np.uint64)
    return made


def hashes(view: U64, start: NDArray[Any], size: NDArray[Any]) -> U64:
    """64 bits for each word of a lower-case buffer seen through ``eights``."""
    masks = _masks()
    out: U64 = (view[start] & masks[np.minimum(size, 8)]) * np.uint64(0x9E3779B97F4A7C15)
    out ^= out >> np.uint64(29)
    long = (size > 8).nonzero()[0]
    if len(long):
        first, length = start[long], size[long]
        more = (view[first + 8] & masks[np.clip(length - 8, 0, 8)]) * np.uint64(0xC2B2AE3D27D4EB4F)
        third = (view[np.minimum(first + 16, len(view) - 1)] & masks[np.clip(length - 16, 0, 8)]) * np.uint64(
            0x165667B19E3779F9
        )
        mixed = (out[long] + more + (third ^ (third >> np.uint64(31))) + length.astype(np.uint64)) * np.uint64(
            0xFF51AFD7ED558CCD
        )
        out[long] = mixed ^ (mixed >> np.uint64(32))
    return out


class WordTable:
    """Lower-case word -> lexicon flags, and the sets of the vocabulary that have it."""

    def __init__(self) -> None:
        words = lexicon.words()
        kinds: dict[str, int] = {}
        for number, (_, group) in enumerate(KINDS):
            for word in group:
                kinds[word] = kinds.get(word, 0) | 1 << number
        listed = [*words, *(word for word in kinds if word not in words)]
        flags = np.full(len(listed), 128, dtype=np.uint64)
        flags[: len(words)] = np.fromiter(words.values(), np.uint64, len(words))
        sets = np.fromiter((kinds.get(word, 0) for word in listed), np.uint64, len(listed))
        blob = " ".join(listed).encode("ascii") + PAD
        size = np.fromiter(map(len, listed), np.int32, len(listed))
        start = np.cumsum(size + 1) - size - 1
        self._fill(hashes(eights(blob), start, size), flags | sets << np.uint64(SHIFT))

    def _fill(self, keys: U64, values: U64) -> None:
        self._keys = np.zeros(1 << _BITS, dtype=np.uint64)
        self._values = np.zeros(1 << _BITS, dtype=np.uint64)
        slot = (keys >> np.uint64(64 - _BITS)).astype(np.int64)
        left = np.arange(len(keys))
        while len(left):
            free = left[self._keys[slot[left]] == 0]
            self._keys[slot[free]] = keys[free]  # of several for one place the last stays
            placed = self._keys[slot[left]] == keys[left]
            self._values[slot[left[placed]]] = values[left[placed]]
            left = left[~placed]
            slot[left] = (slot[left] + 1) & ((1 << _BITS) - 1)

    def look(self, keys: U64) -> U64:
        """The value of each key, 0 where the table has none."""
        slot = (keys >> np.uint64(64 - _BITS)).astype(np.int64)
        found = self._keys[slot]
        values = np.where(found == keys, self._values[slot], np.uint64(0))
        left = ((found != keys) & (found != 0)).nonzero()[0]
        while len(left):
            place = slot[left] = (slot[left] + 1) & ((1 << _BITS) - 1)
            found, wanted = self._keys[place], keys[left]
            hit = found == wanted
            values[left[hit]] = self._values[place[hit]]
            left = left[~hit & (found != 0)]
        return values


@cache
def table() -> WordTable:
    """The one table of the process; built on first use."""
    return WordTable()
