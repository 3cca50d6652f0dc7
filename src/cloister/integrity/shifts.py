"""Whether the rows of a delivery are distributed as those of the reference, beyond what chance explains.

Two samples of a column are compared bin by bin: 4 x sum (sqrt p - sqrt q)^2, four times the squared Hellinger distance.
For small shifts that is the population stability index, and for two bins the square of Cohen's h, but an empty bin
does not blow it up. Times n m / (n + m) it follows a noncentral chi-squared law (Freeman and Tukey 1950), whose
inverse gives the lower bound of the true shift: a small delivery is not held for being small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.integrity.encoding import Codes, Floats

_LEAST = 5.0  # expected rows of a bin; rarer ones are counted together
_BINS = 10
_LEVELS = 20  # a number with more distinct values than that is binned by the reference's quantiles


@dataclass(frozen=True, slots=True)
class Shift:
    """``statistic``: the estimated shift, ``low``: its lower bound, ``more``: positions of the delivery's rows in bins
    that hold more of it than of the reference.
    """

    statistic: float
    low: float
    more: Codes


def effective_rows(people: pl.Series | None, rows: int) -> float:
    """How many independent rows these are worth if all rows of a person were equal: n^2 / sum of n_i^2."""
    if people is None or not rows:
        return float(rows)
    counts = people.value_counts()["count"].to_numpy().astype(np.float64)
    return float(rows**2 / (counts**2).sum())


def shift(before: Floats, now: Codes, bins: int, worth: tuple[float, float], alpha: float) -> Shift:
    """Compare counts ``before`` (one for each bin) with the bin of each row ``now``.

    ``worth``: independent rows on each side; ``alpha``: the chance that the lower bound lies above the true shift.
    """
    from scipy.special import chndtrinc

    counts = np.bincount(now, minlength=bins).astype(np.float64)
    merged, groups = _pooled(before, counts, min(1.0, worth[1] / max(counts.sum(), 1)))
    first, second = (np.bincount(merged, weights=side, minlength=groups) for side in (before, counts))
    p, q = first / max(first.sum(), 1), second / max(second.sum(), 1)
    statistic = 4 * float(((np.sqrt(p) - np.sqrt(q)) ** 2).sum())
    scale = worth[0] * worth[1] / (worth[0] + worth[1])
    if groups < 2:
        return Shift(0.0, 0.0, np.zeros(0, dtype=np.int64))
    bound = float(chndtrinc(scale * statistic, groups - 1, 1 - alpha))
    low = max(0.0, bound / scale) if np.isfinite(bound) else 0.0
    return Shift(statistic, low, np.flatnonzero((q > p)[merged[now]]).astype(np.int64))


def _pooled(before: Floats, now: Floats, worth: float) -> tuple[Codes, int]:
    """A group for each bin: those with few expected rows in the delivery share the last one."""
    share = (before + now) / max((before + now).sum(), 1)
    rare = share * now.sum() * worth < _LEAST
    group = np.where(rare, 0, np.cumsum(~rare) - 1)
    groups = int((~rare).sum())
    if rare.any() and (before + now)[rare].sum():
        group[rare] = groups
        groups += 1
    return group.astype(np.int64), groups


def binned(before: pl.Series, now: pl.Series) -> tuple[Floats, Codes, int]:
    """Counts of the reference's bins, the delivery's bin for each row, and how many bins there are.

    Numbers: the reference's tenths, what lies below and above all of it, and missing. Others: each value.
    """
    number = before.dtype.is_numeric() or before.dtype.is_temporal()
    if number and before.n_unique() > _LEVELS:
        return _numbers(before, now)
    name = before.name
    both = pl.concat([before.alias(name), now.alias(name)])
    code = _ranks(both).fill_null(0).to_numpy()
    bins = int(code.max()) + 1 if len(code) else 1
    old: Floats = np.bincount(code[: len(before)], minlength=bins).astype(np.float64)
    return old, code[len(before) :], bins


def _ranks(values: pl.Series) -> pl.Series:
    """From 1 on, equal values alike; null stays."""
    if values.dtype != pl.String:
        return values.rank("dense").cast(pl.Int64)
    # Only different texts are sorted.
    return values.cast(pl.Enum(values.drop_nulls().unique().sort())).to_physical().cast(pl.Int64) + 1


def _numbers(before: pl.Series, now: pl.Series) -> tuple[Floats, Codes, int]:
    first, second = (_floats(side) for side in (before, now))
    held = first[~np.isnan(first)]
    edges = np.unique(np.quantile(held, np.linspace(0, 1, _BINS + 1)[1:-1]))
    low, high, inner = held.min(), held.max(), len(edges) + 1

    def place(values: Floats) -> Codes:
        code = np.searchsorted(edges, values, side="right")
        code = np.where(values < low, inner, np.where(values > high, inner + 1, code))
        return np.where(np.isnan(values), inner + 2, code).astype(np.int64)

    return np.bincount(place(first), minlength=inner + 3).astype(np.float64), place(second), inner + 3


def _floats(values: pl.Series) -> Any:
    return values.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy()
