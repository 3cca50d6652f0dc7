"""From an estimate and its clustered error to an interval that holds also in small cells.

Ratios use the score interval of Wilson (1927) on an effective sample size, as Korn and Graubard (1998) do for
clustered counts; observed minus expected is that interval of the observed rate, shifted, because with few events the
spread of the difference is no guide; measures of order use the logit scale; other means the plain scale.
The quantile is Student's with the people of the cell as degrees of freedom, but for rates and net benefit of people
with one row each: their spread follows from the counts themselves.
"""

from __future__ import annotations

import numpy as np

from cloister.fairness.spread import Floats, Spread

PLAIN, SKEWED, LOGIT, SCORE, SHIFTED = "plain", "skewed", "logit", "score", "shifted"

SCALE: dict[str, str] = {
    **dict.fromkeys(
        ("prevalence", "selection_rate", "accuracy", "sensitivity", "specificity", "ppv", "npv", "fpr", "fnr"), SCORE
    ),
    "auroc": LOGIT,
    "auprc": LOGIT,
    **dict.fromkeys(("net_benefit", "brier"), SKEWED),
    "calibration_slope": PLAIN,
    "calibration_in_the_large": SHIFTED,
}


_STEEPEST = 0.72  # largest quantile times skewness that Hall's correction follows; see docs/fairness.md


def interval(name: str, spread: Spread, z: float) -> tuple[Floats, Floats]:
    """Lower and upper limits of each cell for a two-sided standard normal quantile ``z``. NaN in, NaN out."""
    with np.errstate(all="ignore"):
        quantile = _student(z, np.maximum(spread.freedom, 1))
        if SCALE[name] == SCORE:
            clustered = spread.people < spread.rows
            effective = np.minimum(_effective(spread.estimate, spread), spread.rows) * (z / quantile)
            return _wilson(spread.estimate, np.where(clustered, effective, spread.rows), z)
        if SCALE[name] == LOGIT:
            centre = spread.estimate if spread.bias is None else spread.estimate - spread.bias
            return _logit(centre, spread.error, quantile)
        if SCALE[name] == SHIFTED and spread.expected is not None:
            observed = spread.estimate + spread.expected
            low, high = _wilson(observed, _effective(observed, spread) * (z / quantile) ** 2, z)
            return low - spread.expected, high - spread.expected
        if SCALE[name] == SKEWED:
            counted = (name == "net_benefit") & (spread.people >= spread.rows)
            return _skewed(spread, np.where(counted, z, quantile))
        return spread.estimate - quantile * spread.error, spread.estimate + quantile * spread.error


def _student(z: float, freedom: Floats) -> Floats:
    from scipy import special

    return -np.asarray(special.stdtrit(freedom, special.ndtr(-z)), dtype=np.float64)


def _effective(rate: Floats, spread: Spread) -> Floats:
    """How many independent rows would give this error; people where there is no scatter to tell, the cautious side."""
    scatter = np.clip(rate * (1 - rate), 0, None)
    return np.where((spread.error > 0) & (scatter > 0), scatter / spread.error**2, spread.people)


def _wilson(rate: Floats, effective: Floats, z: float) -> tuple[Floats, Floats]:
    scatter = np.clip(rate * (1 - rate), 0, None)
    square = z * z
    middle = (rate + square / (2 * effective)) / (1 + square / effective)
    half = z * np.sqrt(scatter / effective + square / (4 * effective**2)) / (1 + square / effective)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def _skewed(spread: Spread, quantile: Floats) -> tuple[Floats, Floats]:
    """The monotone cubic correction of Hall (1992) for a studentised mean whose terms are skewed.

    Its far limit runs away where the quantile times the skewness nears 1, and the skewness of few people is known to
    no such precision: it is held where the cubic stays well above zero.
    """
    most = _STEEPEST / quantile
    skew = np.clip(spread.skewness, -most, most)
    skew = np.where(np.abs(skew) > 1e-6, skew, 1e-6)

    def back(x: Floats) -> Floats:
        return np.asarray(3 / skew * (np.cbrt(1 + skew * (x - skew / 6)) - 1), dtype=np.float64)

    return spread.estimate - back(quantile) * spread.error, spread.estimate - back(-quantile) * spread.error


def _logit(estimate: Floats, error: Floats, quantile: Floats) -> tuple[Floats, Floats]:
    inner = np.clip(estimate, 1e-9, 1 - 1e-9)
    centre = np.log(inner / (1 - inner))
    half = quantile * error / (inner * (1 - inner))
    flat = (estimate <= 0) | (estimate >= 1) | (error <= 0)
    low, high = 1 / (1 + np.exp(-(centre - half))), 1 / (1 + np.exp(-(centre + half)))
    return np.where(flat, 0.0, low), np.where(flat, 1.0, high)


_NOISE = 1e-6


def standard_draws(covariance: Floats, replicates: int, generator: np.random.Generator) -> Floats:
    """``(replicates, cells)`` joint normal draws with unit variance and the cells' correlation.

    This is the law of the multiplier bootstrap given the data, drawn without going back to the people.
    """
    error = np.sqrt(np.clip(np.diagonal(covariance), 0, None))
    safe = np.where(error > 0, error, 1.0)
    correlation = covariance / safe[:, None] / safe[None, :]
    np.fill_diagonal(correlation, 1.0)
    # Coarse cells are sums of finer ones, so the matrix is singular: a trace of independent noise makes it definite.
    root = np.linalg.cholesky(correlation + _NOISE * np.eye(len(error)))
    draws: Floats = generator.standard_normal((replicates, len(error))) @ root.T
    return draws


def normal_quantile(confidence: float) -> float:
    """Two-sided: 1.96 for 0.95."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + confidence / 2)


def simultaneous_quantile(draws: Floats, confidence: float) -> float:
    """The quantile of the largest deviation over all cells; never below the pointwise one."""
    if draws.shape[1] == 0:
        return normal_quantile(confidence)
    largest = np.abs(draws).max(axis=1)
    return max(float(np.quantile(largest, confidence)), normal_quantile(confidence))
