"""Differences between cohorts: the widest of each crossing, with limits that hold for all pairs at once.

The limits of a difference combine the two cohorts' own limits (Newcombe 1998, method 10; Zou and Donner 2008), each
taken at the quantile of the largest standardised difference over all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloister.fairness.cohorts import Family
from cloister.fairness.intervals import interval, normal_quantile
from cloister.fairness.spread import Floats, Spread

# The field's names: which measures must agree between cohorts (Hardt, Price and Srebro 2016; Chouldechova 2017).
GAPS: dict[str, tuple[str, ...]] = {
    "demographic parity": ("selection_rate",),
    "equal opportunity": ("sensitivity",),
    "equalised odds": ("sensitivity", "fpr"),
    "predictive parity": ("ppv",),
    "discrimination": ("auroc",),
    "calibration": ("calibration_in_the_large",),
}

_MOST_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class Range:
    """Widest difference within one family: estimate, joint limits, the global numbers of both cells."""

    estimate: float
    low: float
    high: float
    lowest: int
    highest: int


def ranges(
    name: str,
    spread: Spread,
    usable: NDArray[np.bool_],
    families: tuple[Family, ...],
    *,
    draws: Floats | None,
    confidence: float,
) -> dict[tuple[str, ...], Range | None]:
    """For each crossing with attributes: its widest difference, or None with fewer than two usable cells.

    ``draws`` are joint standard draws of all usable cells in order, or None to bound by the number of pairs.
    """
    position = np.cumsum(usable) - 1
    inside = {}
    for family in families[1:]:
        held = np.arange(family.offset, family.offset + family.size)
        inside[family.attributes] = held[usable[held]]
    z = _pair_quantile(spread, list(inside.values()), position, draws, confidence)
    low, high = interval(name, spread, z)
    return {attributes: _widest(spread.estimate, low, high, held) for attributes, held in inside.items()}


def _pair_quantile(
    spread: Spread,
    groups: list[NDArray[np.int64]],
    position: NDArray[np.int64],
    draws: Floats | None,
    confidence: float,
) -> float:
    pairs = sum(len(held) * (len(held) - 1) // 2 for held in groups)
    if pairs == 0:
        return normal_quantile(confidence)
    if draws is None or pairs > _MOST_PAIRS:
        return normal_quantile(confidence ** (1 / pairs))  # Sidak's bound
    largest = np.zeros(len(draws))
    for held in groups:
        if len(held) < 2:
            continue
        error, drawn = spread.error[held], draws[:, position[held]]
        for index in range(len(held) - 1):
            difference = drawn[:, index : index + 1] * error[index] - drawn[:, index + 1 :] * error[index + 1 :]
            variance = (
                error[index] ** 2 + error[index + 1 :] ** 2 - 2 * spread.covariance[held[index], held[index + 1 :]]
            )
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.abs(difference) / np.sqrt(variance)
            np.maximum(largest, np.nan_to_num(ratio, nan=0.0, posinf=0.0).max(axis=1), out=largest)
    return max(float(np.quantile(largest, confidence)), normal_quantile(confidence))


def _widest(estimate: Floats, low: Floats, high: Floats, held: NDArray[np.int64]) -> Range | None:
    if len(held) < 2:
        return None
    value, under, over = estimate[held], low[held], high[held]
    difference = value[:, None] - value[None, :]
    down = np.sqrt((value - under)[:, None] ** 2 + (over - value)[None, :] ** 2)
    up = np.sqrt((over - value)[:, None] ** 2 + (value - under)[None, :] ** 2)
    lower = max(0.0, float(np.max(difference - down)))
    upper = float(np.max(difference + up))
    top, bottom = int(np.argmax(value)), int(np.argmin(value))
    return Range(float(value[top] - value[bottom]), lower, upper, int(held[bottom]), int(held[top]))
