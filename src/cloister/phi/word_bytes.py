"""The bytes beside the words of a batch."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import gaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


class Bytes:
    """What ``Words`` tells of the bytes before and after its words."""

    _view: NDArray[np.uint64]
    _raw: NDArray[np.uint8]
    _classes: NDArray[np.uint8]
    raw: NDArray[np.uint8]
    start: NDArray[Any]
    end: NDArray[Any]

    def in_word(self, at: Any) -> Flags:
        """Whether the byte at each place is a letter or what may stand within a word."""
        found: Flags = (self._classes[at] & (gaps.LETTER | gaps.JOINT)) != 0
        return found

    def eight(self, at: Any) -> NDArray[np.uint64]:
        """The eight bytes from each place on."""
        found: NDArray[np.uint64] = self._view[at]
        return found

    @cached_property
    def byte_before(self) -> NDArray[np.uint8]:
        """The byte before each word, a newline before the first."""
        found: NDArray[np.uint8] = self.raw[self.start - 1]
        found[:1][self.start[:1] == 0] = 10
        return found

    @cached_property
    def byte_next(self) -> NDArray[np.uint8]:
        """The second byte after each word."""
        found: NDArray[np.uint8] = self.raw[self.end + 1]
        return found

    @cached_property
    def byte_after(self) -> NDArray[np.uint8]:
        """The byte after each word, a newline after the last."""
        found: NDArray[np.uint8] = self.raw[self.end]
        found[-1:][self.end[-1:] == len(self._raw)] = 10
        return found
