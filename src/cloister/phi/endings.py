"""How the words of a batch end: told for all of them at once from their last three letters."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

_ED, _ING = (np.uint32(int.from_bytes(ending, "little")) for ending in (b"ed", b"ing"))


class Endings:
    """What ``Words`` tells of its words' ends."""

    _view: NDArray[np.uint64]
    end: NDArray[Any]
    size: NDArray[np.int32]
    capital: Any

    @cached_property
    def tail(self) -> NDArray[np.uint32]:
        """The last three letters of each word and a zero, as a number."""
        found: NDArray[np.uint32] = (self._view[np.maximum(self.end - 3, 0)] & np.uint64(0xFFFFFF)).astype(np.uint32)
        return found

    @cached_property
    def _last_two(self) -> NDArray[np.uint16]:
        return (self.tail >> np.uint32(8)).astype(np.uint16)

    @cached_property
    def verbal(self) -> Flags:
        """In small letters, four letters or more, ending in -ed or -s."""
        found: Flags = ((self._last_two >> np.uint16(8)) == ord("s")) | (self._last_two == _ED)
        found &= ~self.capital & (self.size > 3)
        return found

    @cached_property
    def gerund(self) -> Flags:
        """In small letters, five letters or more, ending in -ing."""
        found: Flags = (self.tail == _ING) & ~self.capital & (self.size > 4)
        return found

    @cached_property
    def ends_as_verb(self) -> Flags:
        """Ending in small -ed or -ing."""
        found: Flags = (self._last_two == _ED) | (self.tail == _ING)
        return found
