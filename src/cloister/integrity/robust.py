"""Training that a few bad rows can't steer: weights from the detectors' scores, trimming, bounded influence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import Floats


@dataclass(frozen=True, slots=True)
class RobustConfig:
    """``trim``: detector -> share of the rows, its worst, that are left out; ``soften``: detector -> share whose
    weight falls linearly to 0 towards the worst; ``bound``: largest weight of one person's rows together, in rows.
    """

    trim: Mapping[str, float]
    soften: Mapping[str, float]
    bound: float | None = None

    def __post_init__(self) -> None:
        shares = [*self.trim.values(), *self.soften.values()]
        if any(not 0 <= share < 1 for share in shares) or (self.bound is not None and self.bound <= 0):
            raise InvalidInput("a share to trim or soften lies outside 0 to 1, or the bound is not positive")


@dataclass(frozen=True, slots=True)
class RowWeights:
    """``weights``: one for each row of the scored frame, 0 for rows left out. Counts say what was done."""

    weights: Floats
    copies: int
    trimmed: int
    softened: int
    bounded: int

    def to_value(self) -> dict[str, Any]:
        return {
            "rows": len(self.weights),
            "copies": self.copies,
            "trimmed": self.trimmed,
            "softened": self.softened,
            "bounded": self.bounded,
            "weight": float(self.weights.sum()),
        }


def row_weights(scores: pl.DataFrame, config: RobustConfig, *, person: pl.Series | None = None) -> RowWeights:
    """Weights from the scores of :func:`cloister.integrity.score_rows`: copies 0, then trim, soften, bound.

    Raises:
        InvalidInput: a detector that did not run.
    """
    weights = np.where(scores["exact-copies"].to_numpy() > 0, 0.0, 1.0)
    copies = int((weights == 0).sum())
    trimmed = softened = 0
    for name, share in config.trim.items():
        worst = _worst(scores, name, share)
        trimmed += int((weights[worst] > 0).sum())
        weights[worst] = 0.0
    for name, share in config.soften.items():
        worst = _worst(scores, name, share)
        softened += int((weights[worst] > 0).sum())
        weights[worst] *= np.arange(len(worst)) / max(len(worst), 1)
    bounded = 0
    if config.bound is not None and person is not None:
        _, index = np.unique(person.rank("dense").fill_null(0).to_numpy(), return_inverse=True)
        total = np.bincount(index, weights=weights)
        factor = np.minimum(1.0, config.bound / np.maximum(total, 1e-12))
        bounded = int((factor < 1).sum())
        weights = weights * factor[index]
    return RowWeights(weights, copies, trimmed, softened, bounded)


def _worst(scores: pl.DataFrame, name: str, share: float) -> np.ndarray[Any, np.dtype[np.int64]]:
    if name not in scores.columns:
        raise InvalidInput(f"the detector {name!r} did not run", remedy="name one of those that did")
    values = scores[name].fill_null(-np.inf).to_numpy()
    order: np.ndarray[Any, np.dtype[np.int64]] = np.argsort(-values, kind="stable")
    return order[: int(share * len(values))]


@dataclass(frozen=True, slots=True)
class RobustComparison:
    """AUROC on the same trusted rows without and with the weights, with standard errors (Hanley and McNeil)."""

    plain: float
    plain_error: float
    robust: float
    robust_error: float

    @property
    def gain(self) -> float:
        return self.robust - self.plain

    def to_value(self) -> dict[str, Any]:
        return {
            "plain": self.plain,
            "plain_error": self.plain_error,
            "robust": self.robust,
            "robust_error": self.robust_error,
            "gain": self.gain,
        }


def compare_robust(labels: Floats, plain: Floats, robust: Floats) -> RobustComparison:
    """Gain (on poisoned training data) or loss (on clean) of the weights, on rows that neither model learnt from.

    ``plain`` and ``robust``: the two models' scores for the same trusted rows.
    """
    first, second = auroc(labels, plain), auroc(labels, robust)
    if first is None or second is None:
        raise InvalidInput("the trusted rows have one class only", remedy="give rows of both classes")
    return RobustComparison(*first, *second)
