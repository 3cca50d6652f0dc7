"""The lines of a batch's words."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import gaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int32]


class Lines:
    """What ``Words`` tells of its words' lines."""

    _buffer: bytes
    _raw: NDArray[np.uint8]
    _classes: NDArray[np.uint8]
    raw: NDArray[np.uint8]
    start: NDArray[Any]
    end: NDArray[Any]
    small: NDArray[np.uint8]
    capitals: NDArray[np.uint8]
    possessive: Flags
    nowhere: Flags
    capital: Any
    newline_before: Any
    text_ends: Any

    @cached_property
    def line(self) -> Ints:
        """The number of the line of each word, among those that have a word."""
        found: Ints = np.cumsum(self.newline_before, dtype=np.int32) - np.int32(1)
        return found

    @cached_property
    def line_heads(self) -> Any:
        """The first word of each line."""
        return self.newline_before.nonzero()[0]

    @cached_property
    def _with_placeholder(self) -> Any:
        """The lines that hold a placeholder."""
        if b"\x7f" not in self._buffer or b"[\x7f" not in self._buffer:
            return np.zeros(0, dtype=np.intp)
        return self.line[gaps.beside_placeholders(self._raw, self._classes, self.start)]

    @cached_property
    def on_placeholder_line(self) -> Flags:
        """Whether a placeholder stands on the word's line: what it took the place of is not known any more."""
        if not len(self._with_placeholder):
            return self.nowhere
        held = np.zeros(len(self.line_heads), dtype=np.bool_)
        held[self._with_placeholder] = True
        return held[self.line]

    @cached_property
    def near_placeholder(self) -> Flags:
        """A placeholder stands within two words, be it on another line: what was told beside them is not known."""
        held = np.zeros(len(self.start), dtype=np.bool_)
        if len(self._with_placeholder):
            held[gaps.near_placeholders(self._raw, self.text_ends, self.start)] = True
        return held

    @cached_property
    def line_in_small(self) -> Flags:
        """The word's line has no capitalised word: nobody who types like this tells names by their capital."""
        if not len(self.start):
            return self.nowhere
        titled = np.logical_or.reduceat(self.capital & (self.small > 0), self.line_heads)
        titled[self._with_placeholder] = True
        found: Flags = ~titled.take(self.line) & ~self.line_in_capitals
        return found

    @cached_property
    def line_in_capitals(self) -> Flags:
        """The word's line is written in capitals; a month's name or an address may keep its small letters."""
        if not len(self.start):
            return self.nowhere
        owned = self.raw[self.end + 1]  # of a possessive
        small = np.add.reduceat(self.small + (self.possessive & (owned == 115)), self.line_heads, dtype=np.int32)
        upper = np.add.reduceat(self.capitals + (self.possessive & (owned == 83)), self.line_heads, dtype=np.int32)
        shouted = (small * 4 <= upper) & (upper > 0)
        shouted[self._with_placeholder] = False  # what was taken out may have had small letters
        found: Flags = shouted.take(self.line)
        return found
