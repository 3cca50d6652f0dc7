"""Words of a text and what the lists say of them, a whole buffer at a time.

A word becomes 64 bits, the bits become a place in an open-addressing table, all by NumPy: no Python object for a word.
Words of up to eight letters are told apart exactly, longer ones by a 64-bit hash of the first 24 letters and the
length; the lists hold a third of a million words, so two that fall together are not to be expected.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.gaps import JOINT, LETTER
from cloister.phi.kinds import KINDS
from cloister.phi.unlisted import UNKNOWN, flags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    U64 = NDArray[np.uint64]

PAD = b"\x00" * 32  # what a reader of eight bytes may see beyond the last word
_BITS = 20
_MOST_SEEN = 200_000  # words that no list has, remembered
PAIR = 0xD6E8FEB86659FD93  # key of two words: first * PAIR + second, modulo 2^64
# Bits 8 and up of a table's value: which hand-kept sets of the vocabulary have the word.
SHIFT = 8  # of at most 40 sets
_NAMED = frozenset(("given", "particle", "affix", "stop-name", "trade"))  # sets whose words can be part of a name
_SPELT = 48  # bits 48 and up: the number of a word that a rule spells out
LISTED = (1 << _SPELT) - 1
_SMALL_BIT = 0x2020202020202020  # what small letters have and capitals have not


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


class Pairs:
    """Pairs of words, of which a few are looked for among many."""

    def __init__(self, pairs: Iterable[Sequence[str]]) -> None:
        made = np.array(keys(*(word for pair in pairs for word in pair)), dtype=np.uint64).reshape(-1, 2)
        self._keys = np.sort(made[:, 0] * np.uint64(PAIR) + made[:, 1])
        self._heads = np.zeros(1 << 16, dtype=np.bool_)
        self._heads[self._keys >> np.uint64(48)] = True

    def first(self, key: U64, index: NDArray[np.intp]) -> NDArray[np.intp]:
        """Of the words at ``index``, each but the last of all, those that with the next word make one of the pairs."""
        asked = key[index] * np.uint64(PAIR) + key[index + 1]
        maybe = self._heads[asked >> np.uint64(48)].nonzero()[0]
        asked = asked[maybe]
        at = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        found: NDArray[np.intp] = index[maybe[self._keys[at] == asked]]
        return found


def eights(buffer: bytes) -> U64:
    """The eight bytes from each byte on, as numbers; the buffer is padded."""
    view: U64 = np.ndarray((len(buffer) - 8,), dtype="<u8", buffer=buffer, strides=(1,))
    return view


@cache
def masks() -> U64:
    """Of the first bytes of eight, none to all."""
    made: U64 = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], dtype=np.uint64)
    return made


class Letters:
    """The words of a buffer seen through ``eights``: 64 bits for each, how many small and capital letters it has."""

    def __init__(self, view: U64, start: NDArray[Any], size: NDArray[Any]) -> None:
        masked = masks()
        first, mask = view[start], masked[np.minimum(size, 8)]
        first &= mask
        self.first = first.view(np.uint8)[::8].copy()  # the first byte of each
        self.small, self.capitals = _cases(first)
        first |= np.uint64(_SMALL_BIT) & mask
        self.key: U64 = first * np.uint64(0x9E3779B97F4A7C15)
        self.key ^= self.key >> np.uint64(29)
        long = (size > 8).nonzero()[0]
        if len(long):
            self._longer(view, start[long], size[long], long)

    def _longer(self, view: U64, start: NDArray[Any], size: NDArray[Any], long: NDArray[Any]) -> None:
        parts = []
        for at in (8, 16):
            mask = masks()[np.clip(size - at, 0, 8)]
            part = view[np.minimum(start + at, len(view) - 1)] & mask
            small, capitals = _cases(part)
            self.small[long] += small
            self.capitals[long] += capitals
            parts.append(part | np.uint64(_SMALL_BIT) & mask)
        more, third = parts[0] * np.uint64(0xC2B2AE3D27D4EB4F), parts[1] * np.uint64(0x165667B19E3779F9)
        third ^= third >> np.uint64(31)
        mixed = (self.key[long] + more + third + size.astype(np.uint64)) * np.uint64(0xFF51AFD7ED558CCD)
        self.key[long] = mixed ^ (mixed >> np.uint64(32))
        for word in (size > 24).nonzero()[0].tolist():
            small, capitals = _cases(view[start[word] + 24 : start[word] + size[word]] & np.uint64(255))
            for count, more_of in ((self.small, small), (self.capitals, capitals)):
                count[long[word]] = min(int(count[long[word]]) + int(more_of.sum()), 255)


def _cases(eight: U64) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """How many small and how many capital letters there are among eight bytes of letters, hyphens and apostrophes."""
    letters = (eight >> np.uint64(1)) & np.uint64(_SMALL_BIT)
    small: NDArray[np.uint8] = np.bitwise_count(letters & eight)
    return small, np.bitwise_count(letters) - small


def hashes(view: U64, start: NDArray[Any], size: NDArray[Any]) -> U64:
    """64 bits for each word of a buffer seen through ``eights``, whatever its case."""
    return Letters(view, start, size).key


class WordTable:
    """Lower-case word -> lexicon flags, and the sets of the vocabulary that have it."""

    def __init__(self) -> None:
        words = lexicon.words()
        kinds: dict[str, int] = {}
        for number, (_, group) in enumerate(KINDS):
            for word in group:
                kinds[word] = kinds.get(word, 0) | 1 << number
        listed = [*words, *(word for word in kinds if word not in words)]
        # A cue or a credential that no list has is a word all the same; a given name or a particle may be a name.
        named = sum(1 << number for number, (name, _) in enumerate(KINDS) if name in _NAMED)
        plain = [
            lexicon.MEDICAL if (flag := flags_of(word, words)) & UNKNOWN and not kinds[word] & named else flag
            for word in listed[len(words) :]
        ]
        flags = np.array([*words.values(), *plain], dtype=np.uint64)
        sets = np.fromiter((kinds.get(word, 0) for word in listed), np.uint64, len(listed))
        blob = " ".join(listed).encode("ascii") + PAD
        size = np.fromiter(map(len, listed), np.int32, len(listed))
        start = np.cumsum(size + 1) - size - 1
        self._keys = np.zeros(1 << _BITS, dtype=np.uint64)
        self._values = np.zeros(1 << _BITS, dtype=np.uint64)
        self._fill(hashes(eights(blob), start, size), flags | sets << np.uint64(SHIFT))
        self._numbers: dict[int, int] = {}
        self._seen = 0
        self._lock = Lock()

    @property
    def numbered(self) -> int:
        """How many words have a number: what was looked up has the numbers that there were before."""
        return len(self._numbers)

    def numbers(self, wanted: Sequence[np.uint64]) -> list[int]:
        """A number for each key, from 1 on, which values looked up from now on hold."""
        with self._lock:
            return [self._numbers.get(int(key)) or self._number(int(key)) for key in wanted]

    def _number(self, key: int) -> int:
        number, slot = len(self._numbers) + 1, key >> (64 - _BITS)
        while self._keys[slot] not in (0, key):
            slot = (slot + 1) & ((1 << _BITS) - 1)
        self._values[slot] |= np.uint64(number << _SPELT)
        self._keys[slot] = key
        self._numbers[key] = number
        return number

    def remember(self, keys: U64, values: U64) -> None:
        """Give values to different words that no list has, while there is room for them."""
        with self._lock:
            if self._seen + len(keys) <= _MOST_SEEN:
                self._seen += len(keys)
                self._fill(keys, values)

    def _fill(self, keys: U64, values: U64) -> None:
        slot = (keys >> np.uint64(64 - _BITS)).astype(np.int64)
        left = np.arange(len(keys))
        while len(left):
            free = left[self._keys[slot[left]] == 0]
            self._keys[slot[free]] = keys[free]  # of several for one place the last stays
            placed = self._keys[slot[left]] == keys[left]
            self._values[slot[left[placed]]] |= values[left[placed]]
            left = left[~placed]
            slot[left] = (slot[left] + 1) & ((1 << _BITS) - 1)

    def look(self, keys: U64) -> U64:
        """The value of each key, of which ``LISTED`` is 0 where no list has it."""
        slot = (keys >> np.uint64(64 - _BITS)).astype(np.int64)
        found = self._keys[slot]
        same = found == keys
        values: U64 = self._values[slot]
        values *= same
        left = (~same & (found != 0)).nonzero()[0]
        while len(left):
            place = slot[left] = (slot[left] + 1) & ((1 << _BITS) - 1)
            found, wanted = self._keys[place], keys[left]
            hit = found == wanted
            values[left[hit]] = self._values[place[hit]]
            left = left[~hit & (found != 0)]
        return values


@cache
def key_set(*spellings: str) -> frozenset[int]:
    return frozenset(map(int, keys(*spellings)))


@cache
def numbers(*spellings: str) -> tuple[frozenset[int], int]:
    """The numbers that the table gives to words spelled out in a rule, and the highest of them."""
    found = frozenset(table().numbers(keys(*spellings)))
    return found, max(found)


@cache
def table() -> WordTable:
    """The one table of the process; built on first use."""
    return WordTable()


def bounds(classes: NDArray[np.uint8]) -> tuple[Any, Any]:
    """First and last+1 byte of each run of letters, hyphens and apostrophes between letters included."""
    letter = np.zeros(len(classes) + 2, dtype=np.bool_)
    np.not_equal(classes & np.uint8(LETTER), 0, out=letter[1:-1])
    inside = letter.copy()
    inside[1:-1] |= ((classes & np.uint8(JOINT)) != 0) & letter[:-2] & letter[2:]
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    return edges[::2].astype(np.int64), edges[1::2].astype(np.int64)


def fill_unlisted(text: str, start: Any, end: Any, keys: U64, value: U64) -> None:
    """Fill the values of words that no list has; each spelling is thought about once, and then remembered."""
    missing = (value & np.uint64(LISTED) == 0).nonzero()[0]
    if not len(missing):
        return
    new, first, place = np.unique(keys[missing], return_index=True, return_inverse=True)
    words, at = lexicon.words(), missing[first]
    spelled = zip(start[at].tolist(), end[at].tolist(), strict=True)
    flags = np.array([flags_of(text[low:high].lower(), words) for low, high in spelled], dtype=np.uint64)
    table().remember(new, flags)
    value[missing] |= flags[place]
