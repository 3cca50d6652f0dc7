"""The worst-served cohort of each measure, by what the data show: not the smallest one, whose figures scatter most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cloister.fairness.report import Cell, Estimate

# What is better for patients as it grows, as it falls, or as it nears a value. Measures that follow from how common the
# outcome is (prevalence, alert rate, net benefit and the like) say nothing of who is served worse.
GROWS = ("sensitivity", "specificity", "ppv", "npv", "auroc")
FALLS = ("fpr", "fnr")
NEARS = {"calibration_in_the_large": 0.0, "calibration_slope": 1.0}


def worst_served(cells: Sequence[Cell]) -> Iterator[dict[str, Any]]:
    """For each such measure the cohort whose joint limit on its better side is the worst of all cohorts'."""
    for measure in (*GROWS, *FALLS, *NEARS):
        known = [cell for cell in cells if measure in cell.measures and _limited(cell.measures[measure])]
        if len(known) < 2:
            continue
        cell = max(known, key=lambda item: _at_least(measure, item.measures[measure]))
        shown = cell.measures[measure]
        yield {"measure": measure, "cohort": cell.name, **{name: getattr(shown, name) for name in _SHOWN}}


_SHOWN = ("estimate", "simultaneous_low", "simultaneous_high", "people")


def _limited(value: Estimate) -> bool:
    return value.simultaneous_low is not None and value.simultaneous_high is not None


def _at_least(measure: str, value: Estimate) -> float:
    """How bad it is at the better end of its limits."""
    low, high = value.simultaneous_low or 0.0, value.simultaneous_high or 0.0
    if measure in FALLS:
        return low
    if measure in NEARS:
        return max(low - NEARS[measure], NEARS[measure] - high)
    return -high
