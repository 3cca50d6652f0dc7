"""What an attack proves of a private trainer: a lower bound of epsilon, from models trained with and without a canary.

Whoever can tell the two kinds of model apart with false positive rate a and true positive rate b disproves every
epsilon below log((b - delta) / a) (Kairouz, Oh and Viswanath 2015; Jagielski, Ullman and Oprea 2020).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import clopper_pearson


def epsilon_lower_bound(
    with_canary: Sequence[float], without_canary: Sequence[float], *, delta: float, confidence: float = 0.95
) -> float:
    """An epsilon that the trainer does not stay below, with probability ``confidence``; 0 where nothing is proven.

    The scores are any number that tends to be larger where the canary was trained on. The threshold is chosen on every
    second model and judged on the others, so that choosing it proves nothing by itself.

    Raises:
        InvalidInput: fewer than 20 models of a kind, or a score that is no number.
    """
    inside, outside = np.asarray(with_canary, np.float64), np.asarray(without_canary, np.float64)
    if not (np.isfinite(inside).all() and np.isfinite(outside).all()):
        raise InvalidInput("a score is no finite number")
    if min(len(inside), len(outside)) < 20:
        raise InvalidInput("an audit needs 20 models with the canary and 20 without it")
    thresholds = np.unique(np.concatenate([inside[::2], outside[::2]]))
    best = max((_bound(inside[::2], outside[::2], float(t), delta, 0.5), float(t)) for t in thresholds)
    return max(0.0, _bound(inside[1::2], outside[1::2], best[1], delta, confidence))


def _bound(
    inside: np.ndarray[tuple[int], np.dtype[np.float64]],
    outside: np.ndarray[tuple[int], np.dtype[np.float64]],
    threshold: float,
    delta: float,
    confidence: float,
) -> float:
    """Two one-sided bounds that hold together."""
    each = 1 - (1 - confidence) / 2
    two_sided = 2 * each - 1
    caught = clopper_pearson(int((inside >= threshold).sum()), len(inside), two_sided)[0]
    mistaken = clopper_pearson(int((outside >= threshold).sum()), len(outside), two_sided)[1]
    return math.log((caught - delta) / mistaken) if caught > delta and mistaken > 0 else -math.inf
