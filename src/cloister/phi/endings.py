"""How the words of a batch end."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

_ED, _ING = (np.uint32(int.from_bytes(ending, "little")) for ending in (b"ed", b"ing"))
_D, _G, _S = (ord(letter) for letter in "dgs")


class Endings:
    """What ``Words`` tells of its words' ends."""

    _view: NDArray[np.uint64]
    raw: NDArray[np.uint8]
    end: NDArray[Any]
    size: NDArray[np.uint8]
    capital: Any

    def tail(self, index: Any) -> NDArray[np.uint32]:
        """The last three letters of the words at ``index`` and a zero, as a number."""
        found: NDArray[np.uint32] = (self._view[np.maximum(self.end[index] - 3, 0)] & np.uint64(0xFFFFFF)).astype(
            np.uint32
        )
        return found

    @cached_property
    def _last_letter(self) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = self.raw[self.end - 1]
        return found

    @cached_property
    def verbal(self) -> Flags:
        """In small letters, four letters or more, ending in -ed or -s."""
        found: Flags = self._last_letter == _S
        past = (self._last_letter == _D).nonzero()[0]
        found[past] = (self.tail(past) >> np.uint32(8)) == _ED
        found &= ~self.capital & (self.size > 3)
        return found

    @cached_property
    def gerund(self) -> Flags:
        """In small letters, five letters or more, ending in -ing."""
        found: Flags = (self._last_letter == _G) & ~self.capital & (self.size > 4)
        index = found.nonzero()[0]
        found[index] = self.tail(index) == _ING
        return found

    def ends_as_verb(self, index: Any) -> Flags:
        """Whether the words at ``index`` end in small -ed or -ing."""
        tail = self.tail(index)
        found: Flags = ((tail >> np.uint32(8)) == _ED) | (tail == _ING)
        return found
