"""What an evaluation is asked to do, fixed before it looks at the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

from cloister.core.errors import InvalidInput
from cloister.fairness.measures import MEASURES


@dataclass(frozen=True, slots=True)
class FairnessConfig:
    """Settings of :func:`cloister.fairness.evaluate`.

    ``threshold``     a score at or above it is an alert (0 < threshold < 1).
    ``seed``          of the bootstrap; the same seed and data give the same report.
    ``depth``         largest number of attributes that are crossed in one cohort.
    ``minimum_cell``  fewest people in a cohort, and in the denominator of a measure, that may be shown.
    ``replicates``    bootstrap replicates behind the simultaneous critical values.
    ``confidence``    of each interval, and jointly of the simultaneous ones.
    ``bands``         cut points for numeric attributes, such as ``{"age": (18, 45, 65)}``; a band holds its lower cut.
    ``measures``      names from :data:`cloister.fairness.MEASURES`; all when left out.
    ``bins``          equal-width score bins of the expected calibration error.
    ``maximum_cells`` refuse to cross attributes into more cohorts than this.
    """

    threshold: float
    seed: int
    depth: int = 2
    minimum_cell: int = 11
    replicates: int = 1000
    confidence: float = 0.95
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    measures: tuple[str, ...] = MEASURES
    bins: int = 10
    maximum_cells: int = 2000

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise InvalidInput("the alert threshold must lie between 0 and 1", where="fairness.threshold")
        if not 0.5 <= self.confidence < 1:
            raise InvalidInput("the confidence must be at least 0.5 and below 1", where="fairness.confidence")
        for name in ("depth", "minimum_cell", "replicates", "bins", "maximum_cells"):
            if getattr(self, name) < 1:
                raise InvalidInput(f"{name} must be at least 1", where=f"fairness.{name}")
        if self.seed < 0:
            raise InvalidInput("the seed must not be negative", where="fairness.seed")
        unknown = [name for name in self.measures if name not in MEASURES]
        if unknown:
            raise InvalidInput(
                f"no measure is called {unknown[0]!r}", where="fairness.measures", remedy=f"use {', '.join(MEASURES)}"
            )
        for name, cuts in self.bands.items():
            if not cuts or not all(map(isfinite, cuts)) or any(right <= left for left, right in pairwise(cuts)):
                raise InvalidInput(
                    "the cut points of a band must be numbers that increase", where=f"fairness.bands.{name}"
                )
