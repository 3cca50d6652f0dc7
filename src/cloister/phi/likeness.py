"""Classes of like words: "heart", "lung" and "kidney" are of one, "river", "lake" and "falls" of another.

What a model has learned of one word it then knows of its like. ``scripts/phi_likeness.py`` makes the classes from
public word vectors; ``data/likeness.txt.xz`` has a line for each: the number of its kin, then its words.
"""

from __future__ import annotations

import lzma
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.word_table import PAD, eights, hashes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    U64 = NDArray[np.uint64]

_BITS = 19


class Likeness:
    """Word -> class, by a table of 2^19 places of which a word has two; one that finds both taken has no class."""

    def __init__(self) -> None:
        packed = resources.files("cloister.phi").joinpath("data", "likeness.txt.xz").read_bytes()
        lines = lzma.decompress(packed).split(b"\n")[:-1]
        parts = [line.split(b" ", 1) for line in lines]
        self._kin = np.array([0, *(int(kin) + 1 for kin, _ in parts)], dtype=np.uint8)
        buffer = b" ".join(words for _, words in parts)
        size = np.fromiter(map(len, buffer.split(b" ")), np.int32)
        key = hashes(eights(buffer + PAD), np.cumsum(size + 1) - size - 1, size)
        number = np.repeat(np.arange(1, len(parts) + 1), [words.count(b" ") + 1 for _, words in parts])
        entry = _check(key) | number.astype(np.uint32)
        self._entries = np.zeros(1 << _BITS, dtype=np.uint32)
        for which in (0, 1):
            slot = _slots(key)[which]
            free = self._entries[slot] == 0
            self._entries[slot[free][::-1]] = entry[free][::-1]  # of several for one place the first
            left = self._entries[slot] != entry
            key, entry = key[left], entry[left]

    def look(self, key: U64) -> NDArray[np.uint32]:
        """The number of each word's class, 0 for none."""
        first, second = _slots(key)
        check, number = _check(key), np.uint32(0xFFFF)
        found, other = self._entries[first], self._entries[second]
        found = np.where((found ^ check) <= number, found, other)
        return np.where((found ^ check) <= number, found & number, np.uint32(0))

    def kin(self, number: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """The number of each class's kin, 0 for none."""
        return self._kin[number]


def _slots(key: U64) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first = (key >> np.uint64(64 - _BITS)).astype(np.intp)
    return first, ((key >> np.uint64(16)) & np.uint64((1 << _BITS) - 1)).astype(np.intp)


def _check(key: U64) -> NDArray[np.uint32]:
    return (key & np.uint64(0xFFFF)).astype(np.uint32) << np.uint32(16)


@cache
def likeness() -> Likeness:
    """The one table of the process; built on first use."""
    return Likeness()
