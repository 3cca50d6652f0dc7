"""How far scores can be read as probabilities, for every cell of a family, with each row's influence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cloister.fairness.spread import Floats

_EDGE = 1e-6  # scores are held this far from 0 and 1 before the logit
_STEPS = 30
_HALVINGS = 12


def mean_in(cell: NDArray[np.int32], value: Floats, size: int) -> tuple[Floats, Floats]:
    """Mean of ``value`` in each cell and each row's influence on it."""
    rows = np.bincount(cell, minlength=size).astype(np.float64)
    mean = np.bincount(cell, weights=value, minlength=size) / rows
    return mean, (value - mean[cell]) / rows[cell]


def slope(cell: NDArray[np.int32], score: Floats, label: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    """Estimate, each row's influence on it, and each row's leverage (they add up to 2 in a cell).

    Slope of the logistic regression of the label on the logit of the score (Cox 1958), 1 when calibrated.

    NaN where it has no finite value: one outcome only, a constant score, or perfect separation.
    """
    intercept, gradient, logit = _recalibrate(cell, score, label, size)
    fitted = _fitted(cell, logit, intercept, gradient)
    with np.errstate(all="ignore"):
        (a, b, c), _ = _newton(cell, logit, label - fitted, fitted * (1 - fitted), size)
        weight, whole = fitted * (1 - fitted), (a * c - b * b)[cell]
        influence = (label - fitted) * (a[cell] * logit - b[cell]) / whole
        leverage = weight * (c[cell] - 2 * b[cell] * logit + a[cell] * logit**2) / whole
    undefined = np.isnan(gradient)[cell]
    return (
        gradient,
        np.where(undefined, 0.0, np.nan_to_num(influence)),
        np.where(undefined, 0.0, np.clip(np.nan_to_num(leverage), 0.0, 1.0)),
    )


def recalibration(cell: NDArray[np.int32], score: Floats, label: Floats, size: int) -> tuple[Floats, Floats]:
    """Intercept and slope of that regression for each cell, NaN where it has no finite solution."""
    intercept, gradient, _ = _recalibrate(cell, score, label, size)
    return np.where(np.isnan(gradient), np.nan, intercept), gradient


def _recalibrate(cell: NDArray[np.int32], score: Floats, label: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    """Newton's method from a calibrated model, each step halved until the cell's likelihood does not fall."""
    clipped = np.clip(score, _EDGE, 1 - _EDGE)
    logit = np.log(clipped / (1 - clipped))
    intercept, gradient = np.zeros(size), np.ones(size)
    with np.errstate(all="ignore"):
        likelihood = _likelihood(cell, logit, label, intercept, gradient)
        for _ in range(_STEPS):
            fitted = _fitted(cell, logit, intercept, gradient)
            (a, b, c), step = _newton(cell, logit, label - fitted, fitted * (1 - fitted), size)
            taken = np.clip(np.nan_to_num(step), -2, 2)
            for _ in range(_HALVINGS):
                reached = _likelihood(cell, logit, label, intercept + taken[0], gradient + taken[1])
                falls = reached < likelihood - 1e-9 * np.abs(likelihood)
                if not falls.any():
                    break
                taken = np.where(falls, taken / 2, taken)
            intercept, gradient, likelihood = intercept + taken[0], gradient + taken[1], reached
            if np.abs(taken).max(initial=0.0) < 1e-10:
                break
        flat = ~(a * c - b * b > 1e-9 * np.maximum(a, 1e-12) ** 2)
    cases, rows = np.bincount(cell, weights=label, minlength=size), np.bincount(cell, minlength=size)
    bad = ~(np.abs(step[1]) <= 1e-6) | (np.abs(gradient) > 50) | flat | (cases == 0) | (cases == rows)
    return intercept, np.where(bad, np.nan, gradient), logit


def _likelihood(cell: NDArray[np.int32], logit: Floats, label: Floats, intercept: Floats, gradient: Floats) -> Floats:
    """Logarithm of each cell's likelihood."""
    line = intercept[cell] + gradient[cell] * logit
    total = np.bincount(cell, weights=label * line - np.logaddexp(0, line), minlength=len(intercept))
    return total.astype(np.float64)


def _fitted(cell: NDArray[np.int32], logit: Floats, intercept: Floats, gradient: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(intercept[cell] + gradient[cell] * logit, -35, 35))), dtype=np.float64)


def _newton(
    cell: NDArray[np.int32], logit: Floats, residual: Floats, weight: Floats, size: int
) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    def total(value: Floats) -> Floats:
        return np.bincount(cell, weights=value, minlength=size).astype(np.float64)

    a, b, c = total(weight), total(weight * logit), total(weight * logit * logit)
    g, h = total(residual), total(residual * logit)
    determinant = a * c - b * b
    return (a, b, c), np.stack([(c * g - b * h) / determinant, (a * h - b * g) / determinant])


def expected_error(
    cell: NDArray[np.int32], score: Floats, label: Floats, size: int, bins: int
) -> tuple[Floats, Floats]:
    """Expected calibration error over equal-width bins, and what chance alone would give a calibrated model.

    The statistic is never negative and so never centred on its truth: it comes with a floor, not with an interval.
    """
    place = np.minimum((score * bins).astype(np.int32), bins - 1)
    code = cell * np.int32(bins) + place
    width = size * bins
    gap = np.bincount(code, weights=label - score, minlength=width).reshape(size, bins)
    noise = np.bincount(code, weights=score * (1 - score), minlength=width).reshape(size, bins)
    rows = np.bincount(cell, minlength=size)
    return np.abs(gap).sum(axis=1) / rows, np.sqrt(2 * noise / np.pi).sum(axis=1) / rows
