"""One delivery against rows that are trusted: does its label still follow its features as it did before?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cloister.integrity.encoding import Encoded, Floats
from cloister.integrity.triggers import Pattern, mine

_SMALLEST = 100  # rows of a delivery below which nothing can be said


@dataclass(frozen=True, slots=True)
class LabelShift:
    """``rate``: observed minus expected share of label 1; ``rate_z`` in standard errors. ``ranking``: AUROC of the
    expectation on the trusted rows minus that on the delivery; ``ranking_z`` in standard errors. None: too few rows.
    """

    rate: float
    rate_z: float
    ranking: float | None
    ranking_z: float | None


def auroc(labels: Floats, scores: Floats) -> tuple[float, float] | None:
    """Area under the ROC curve and its standard error (Hanley and McNeil 1982); None with one class."""
    from scipy.stats import rankdata

    ones = float(labels.sum())
    zeros = len(labels) - ones
    if not ones or not zeros:
        return None
    area = (rankdata(scores)[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros)
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (ones - 1) * (first - area**2) + (zeros - 1) * (second - area**2)
    return float(area), float(np.sqrt(max(spread, 1e-12) / (ones * zeros)))


def label_shift(labels: Floats, expected: Floats, trusted_labels: Floats, trusted_expected: Floats) -> LabelShift:
    """Compare the labels of a delivery with what a model of the trusted rows expects.

    ``trusted_expected`` must be out of fold. Flipped labels raise the rate of the rarer class and blur the ranking.
    """
    bias = float((trusted_labels - trusted_expected).mean())
    rate = float((labels - expected).mean()) - bias
    spread = np.sqrt((expected * (1 - expected)).sum()) / len(labels)
    here, there = auroc(labels, expected), auroc(trusted_labels, trusted_expected)
    if here is None or there is None or len(labels) < _SMALLEST:
        return LabelShift(rate, rate / float(max(spread, 1e-12)), None, None)
    fall = there[0] - here[0]
    return LabelShift(rate, rate / float(max(spread, 1e-12)), fall, fall / float(np.hypot(here[1], there[1])))


def shifted_patterns(data: Encoded, expected: Floats, *, support: int, keep: int = 8) -> tuple[Pattern, ...]:
    """Patterns of a delivery in which either label is over-represented against the trusted rows.

    The overall shift is taken out first (one added constant on the logit scale), so that a delivery from a ward with
    a higher rate throughout is no finding here; :func:`label_shift` tells of it.
    """
    centred = _recentre(expected, float(data.labels.mean()))
    found = mine(data, centred, targets=(0, 1), support=support, keep=4 * keep)
    return tuple(sorted(found, key=lambda p: (-p.evidence, p.items))[:keep])


def _recentre(expected: Floats, rate: float) -> Floats:
    logit = np.log(expected / (1 - expected))
    low, high = -20.0, 20.0
    for _ in range(40):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-(logit + middle)))).mean() < rate:
            low = middle
        else:
            high = middle
    centred: Floats = np.clip(1 / (1 + np.exp(-(logit + low))), 1e-6, 1 - 1e-6)
    return centred
