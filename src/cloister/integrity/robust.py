"""Training that a few bad rows can't steer: weights from the detectors' scores, trimming, bounded influence."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.deliveries import auroc
from cloister.integrity.detectors import DetectorConfig, score_rows
from cloister.integrity.duplicates import beyond_chance, repeated_rows
from cloister.integrity.encoding import Floats, encode


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

    def to_value(self) -> dict[str, Any]:
        return {"trim": dict(self.trim), "soften": dict(self.soften), "bound": self.bound}


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


def weigh_rows(
    frame: pl.DataFrame,
    *,
    label: str,
    features: Sequence[str],
    person: str | None,
    config: RobustConfig,
    seed: int,
    copies: float = 0.01,
) -> RowWeights:
    """Score the rows of ``frame`` by every detector and weigh them. Equal rows are left out where more than the share
    ``copies`` of the rows are equal beyond chance; otherwise they are rows like others.

    Raises:
        InvalidInput: as :func:`cloister.integrity.score_rows`, or a detector that did not run.
    """
    equal = repeated_rows(frame.select(label, *features))
    _, copied = beyond_chance(equal, frame, label, features, limit=copies, seed=seed)
    detectors = DetectorConfig(seed=seed, set_aside=copied)
    scores = score_rows(frame, label=label, features=features, person=person, config=detectors).scores
    return row_weights(scores, config, person=frame[person] if person else None)


def _worst(scores: pl.DataFrame, name: str, share: float) -> np.ndarray[Any, np.dtype[np.int64]]:
    if name not in scores.columns:
        raise InvalidInput(f"the detector {name!r} did not run", remedy="name one of those that did")
    values = scores[name].fill_null(-np.inf).to_numpy()
    order: np.ndarray[Any, np.dtype[np.int64]] = np.argsort(-values, kind="stable")
    return order[: int(share * len(values))]


@dataclass(frozen=True, slots=True)
class RobustComparison:
    """AUROC on the same trusted rows without and with the weights, with standard errors (Hanley and McNeil);
    ``gain_error``: that of their difference (DeLong, DeLong and Clarke-Pearson 1988).
    """

    plain: float
    plain_error: float
    robust: float
    robust_error: float
    gain_error: float

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
            "gain_error": self.gain_error,
        }


def compare_robust(labels: Floats, plain: Floats, robust: Floats) -> RobustComparison:
    """Gain (on poisoned training data) or loss (on clean) of the weights, on rows that neither model learnt from.

    ``plain`` and ``robust``: the two models' scores for the same trusted rows.
    """
    first, second = auroc(labels, plain), auroc(labels, robust)
    if first is None or second is None:
        raise InvalidInput("the trusted rows have one class only", remedy="give rows of both classes")
    apart = [_placements(labels, robust, one) - _placements(labels, plain, one) for one in (1, 0)]
    error = np.sqrt(sum(float(part.var(ddof=1)) / len(part) for part in apart if len(part) > 1))
    return RobustComparison(*first, *second, float(error))


def _placements(labels: Floats, scores: Floats, one: int) -> Floats:
    """For each row of label ``one`` the share of the other rows whose scores lie on their proper side."""
    from scipy.stats import rankdata

    mine = labels == one
    below = (rankdata(scores)[mine] - rankdata(scores[mine])) / max(int((~mine).sum()), 1)
    return np.asarray(below if one else 1 - below)


def group_near(frame: pl.DataFrame, *, label: str, features: Sequence[str], share: float) -> pl.Series:
    """Mask of the rows with one value of each of two features (one, where there is one) whose share is nearest to
    ``share``: a group whose inverted labels show what weights gain. Numbers of many values stand in bins.
    """
    data = encode(frame, label=label, features=features)
    wanted, best, chosen = share * data.rows, np.inf, np.zeros(data.rows, dtype=bool)
    columns = range(len(features))
    for one, other in itertools.combinations(columns, 2) if len(features) > 1 else ((0, 0),):
        joint = data.items[:, one] * data.widths[other] + data.items[:, other]
        counts = np.bincount(joint)
        near = int(np.abs(counts - wanted).argmin())
        if abs(counts[near] - wanted) < best:
            best, chosen = abs(counts[near] - wanted), joint == near
    return pl.Series(chosen)
