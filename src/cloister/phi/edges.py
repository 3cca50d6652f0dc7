"""Where spans begin and end, as arrays: what several rules ask of the same list while it grows."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span

    Places = NDArray[np.int64]

_START, _END = itemgetter(0), itemgetter(1)


class Edges:
    """The edges of a list of spans; what was appended to it since the last question is added."""

    def __init__(self, spans: list[Span], starts: Places | None = None, ends: Places | None = None) -> None:
        """``starts`` and ``ends`` where they are known."""
        self._spans = spans
        none = np.zeros(0, dtype=np.int64)
        self._starts, self._ends = (none if known is None else known for known in (starts, ends))

    def __len__(self) -> int:
        return len(self._spans)

    def _grown(self) -> None:
        known, size = len(self._starts), len(self._spans)
        if known < size:
            new = self._spans[known:] if known else self._spans
            starts, ends = (np.fromiter(map(edge, new), np.int64, size - known) for edge in (_START, _END))
            self._starts, self._ends = (
                np.concatenate(parts) if known else parts[1] for parts in ((self._starts, starts), (self._ends, ends))
            )

    @property
    def starts(self) -> Places:
        self._grown()
        return self._starts

    @property
    def ends(self) -> Places:
        self._grown()
        return self._ends


def between(low: Any, high: Any) -> Places:
    """Every place from each ``low`` up to its ``high``, which may be one stretch after the other or overlap."""
    size = high - low
    stops = np.cumsum(size)
    found: Places = np.arange(int(stops[-1]) if len(stops) else 0) + np.repeat(high - stops, size)
    return found
