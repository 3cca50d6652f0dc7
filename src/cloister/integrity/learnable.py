"""What an honest model may learn of a value: how the label goes with it in the rows that it is trained on.

A reference model of other settings learns less of a rare value than the job's own may. What the rows themselves say is
no secret trigger, whichever of the two has learnt it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

from cloister.integrity.encoding import Floats

_NEAR = 100  # rows of the nearest numbers that speak for a number, where fewer have it: as the leaves of trees do
_FEWEST = 11  # rows without which a value says nothing; rarer levels speak together
_PRIOR = 5.0  # rows of the overall rate that are added to those of a value
_EDGE = 1e-3  # no rate is nearer to 0 or 1

Counted = Callable[[Any], tuple[float, float]]  # a value: rows that speak for it, and those of label 1 among them


class LabelShifts:
    """Log odds by which values move the label in ``rows`` (``features``), one standard error further than counted."""

    def __init__(self, rows: pl.DataFrame, label: Floats, features: Sequence[str]) -> None:
        """``label``: (rows,), 0 or 1."""
        # Values are told as triggers tell them: dates as their numbers.
        self._base = float(np.clip(label.mean(), _EDGE, 1 - _EDGE))
        self._counted = {name: _counted(rows[name], label) for name in features}

    def of(self, values: Sequence[tuple[str, Any]]) -> tuple[float, float]:
        """The most that these columns' values together move a row down (0 or less) and up (0 or more)."""
        down = up = 0.0
        for name, value in values:
            count, ones = self._counted[name](value)
            if count < _FEWEST:
                continue
            rate = (ones + _PRIOR * self._base) / (count + _PRIOR)
            error = np.sqrt(rate * (1 - rate) / (count + _PRIOR))
            down += _log_odds(max(rate - error, _EDGE)) - _log_odds(self._base)
            up += _log_odds(min(rate + error, 1 - _EDGE)) - _log_odds(self._base)
        return min(down, 0.0), max(up, 0.0)


def shifted(probabilities: Floats, log_odds: Floats) -> Floats:
    """``probabilities`` moved by so many log odds each."""
    held = np.clip(probabilities, 1e-6, 1 - 1e-6)
    moved: Floats = 1 / (1 + np.exp(-(np.log(held / (1 - held)) + log_odds)))
    return moved


def _log_odds(rate: float) -> float:
    return float(np.log(rate / (1 - rate)))


def _counted(column: pl.Series, label: Floats) -> Counted:
    missing = column.is_null().to_numpy()
    absent = float(missing.sum()), float(label[missing].sum())
    held = column.filter(~column.is_null())
    found = _numbers(held, label[~missing]) if _is_number(column) else _levels(held, label[~missing])
    return lambda value: absent if value is None else found(value)


def _is_number(column: pl.Series) -> bool:
    return column.dtype.is_numeric() or column.dtype.is_temporal()


def _numbers(held: pl.Series, label: Floats) -> Counted:
    numbers = held.to_physical().cast(pl.Float64).to_numpy()
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    ones = np.concatenate([[0.0], np.cumsum(label[order])])

    def count(value: Any) -> tuple[float, float]:
        wanted = float(value)
        first, last = (int(np.searchsorted(ordered, wanted, side)) for side in ("left", "right"))
        while last - first < min(_NEAR, len(ordered)):
            # The nearer neighbour next.
            if first == 0 or (last < len(ordered) and ordered[last] - wanted < wanted - ordered[first - 1]):
                last += 1
            else:
                first -= 1
        return float(last - first), float(ones[last] - ones[first])

    return count


def _levels(held: pl.Series, label: Floats) -> Counted:
    counts = (
        pl.DataFrame({"level": held, "one": label})
        .group_by("level", maintain_order=True)
        .agg(pl.len().cast(pl.Float64).alias("rows"), pl.col("one").sum())
    )
    rare = counts.filter(pl.col("rows") < _FEWEST)
    together = float(rare["rows"].sum()), float(rare["one"].sum())
    known = {level: (rows, one) for level, rows, one in counts.iter_rows() if rows >= _FEWEST}
    return lambda value: known.get(value, together)
