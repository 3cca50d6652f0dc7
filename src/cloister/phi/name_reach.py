"""Where a name that begins at a word ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 5  # steps


class Reach:
    """The last word of what begins at the words asked for, when each leads on by so many words."""

    def __init__(self, step: NDArray[np.int8]) -> None:
        self._step, self._top = step, max(len(step) - 1, 0)

    def __getitem__(self, index: Any) -> Any:
        ends = np.asarray(index, dtype=np.intp)
        for _ in range(_LONGEST):
            ends = np.minimum(ends + self._step[ends], self._top)
        return ends
