"""Ways to treat cohorts more alike, each as a table before and after that shows its clinical price.

Nothing here changes a model in use: each function returns a proposal, and :func:`cloister.fairness.compare` shows who
would gain and who would lose by it. Adopting one is a decision that people sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.cohorts import read_levels
from cloister.fairness.config import FairnessConfig
from cloister.fairness.inputs import read_label, read_score
from cloister.fairness.spread import Floats

CRITERIA = ("sensitivity", "fpr", "selection_rate")
_AIMS = np.linspace(0.0, 1.0, 201)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """An alert threshold for each level of ``attribute``; ``common`` serves levels that had too few people."""

    attribute: str
    criterion: str
    target: float
    common: float
    by_level: Mapping[str, float]
    unfitted: tuple[str, ...]

    def alerts(self, frame: pl.DataFrame, score: str) -> NDArray[np.bool_]:
        """Which rows of ``frame`` would alert."""
        levels = frame[self.attribute].cast(pl.String).fill_null("missing")
        cut = levels.replace_strict(dict(self.by_level), default=self.common, return_dtype=pl.Float64)
        limit: Floats = np.asarray(cut.to_numpy(), dtype=np.float64)
        return read_score(frame, score) >= limit

    def to_value(self) -> dict[str, Any]:
        return {
            "attribute": self.attribute,
            "criterion": self.criterion,
            "target": self.target,
            "common": self.common,
            "by_level": dict(self.by_level),
            "unfitted": list(self.unfitted),
        }


def reweigh(frame: pl.DataFrame, *, cohorts: Sequence[str], label: str, config: FairnessConfig) -> Floats:
    """Training weights that make label and cohort independent (Kamiran and Calders 2012): expected over observed.

    Mean 1 over the frame. Cohorts are the full crossing of the attributes; a combination without both labels keeps
    the weights of those it has.
    """
    outcome = read_label(frame, label).astype(np.int64)
    cell = np.zeros(frame.height, dtype=np.int64)
    for name in cohorts:
        codes, levels = read_levels(frame, name, config)
        cell = cell * len(levels) + codes
    cell = np.unique(cell, return_inverse=True)[1]
    size = int(cell.max()) + 1
    joint = np.bincount(cell * 2 + outcome, minlength=2 * size).reshape(size, 2) / frame.height
    expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(joint > 0, expected / joint, 0.0)
    chosen: Floats = weight[cell, outcome]
    return chosen * (len(chosen) / float(chosen.sum()))


def fit_thresholds(
    frame: pl.DataFrame,
    *,
    attribute: str,
    label: str,
    score: str,
    criterion: str,
    config: FairnessConfig,
    target: float | None = None,
    alert_rate: float | None = None,
) -> Thresholds:
    """A threshold for each level at which ``criterion`` is the same for all.

    ``target`` is the value aimed at; left out, it is the whole population's at ``config.threshold``, or, with
    ``alert_rate``, the value at which that share of all rows alerts. Fit on data that the comparison does not use.
    Levels with fewer than ``config.minimum_cell`` rows behind the criterion keep the common threshold.

    Raises:
        InvalidInput: an unknown criterion, or nobody to compute it on.
    """
    if criterion not in CRITERIA:
        raise InvalidInput(f"no criterion is called {criterion!r}", remedy=f"use one of {', '.join(CRITERIA)}")
    if alert_rate is not None and not 0 < alert_rate < 1:
        raise InvalidInput("the alert rate lies between 0 and 1", where="fairness.alert_rate")
    outcome, values = read_label(frame, label), read_score(frame, score)
    counted = {"sensitivity": outcome == 1, "fpr": outcome == 0, "selection_rate": np.ones(len(values), dtype=bool)}
    held = counted[criterion]
    if not held.any():
        raise InvalidInput(f"no rows to compute {criterion} on", where="fairness.thresholds")
    aim = float((values[held] >= config.threshold).mean()) if target is None else target
    codes, levels = read_levels(frame, attribute, config)
    scores = {level: values[held & (codes == code)] for code, level in enumerate(levels)}
    tails = {level: _tail(inside) for level, inside in scores.items() if len(inside) >= config.minimum_cell}

    def fit(aimed: float) -> Thresholds:
        fitted = {level: _nearest(tail, aimed) for level, tail in tails.items()}
        unfitted = tuple(level for level in levels if level not in fitted)
        return Thresholds(attribute, criterion, aimed, config.threshold, fitted, unfitted)

    if alert_rate is None or target is not None:
        return fit(aim)
    limits = np.array([[fit(aimed).by_level.get(level, config.threshold) for level in levels] for aimed in _AIMS])
    rates = [float((values >= limit[codes]).mean()) for limit in limits]
    return fit(float(_AIMS[int(np.argmin(np.abs(np.array(rates) - alert_rate)))]))


def cut(scores: Floats, aim: float) -> float:
    """The score at or above which as near as can be to ``aim`` of the rows lie."""
    return _nearest(_tail(scores), aim)


def _tail(scores: Floats) -> tuple[Floats, Floats]:
    """The different scores, and the share of rows at or above each."""
    values, rows = np.unique(scores, return_counts=True)
    return values, np.cumsum(rows[::-1])[::-1] / len(scores)


def _nearest(tail: tuple[Floats, Floats], aim: float) -> float:
    values, share = tail
    return float(values[int(np.argmin(np.abs(share - aim)))])


def recalibrate(
    frame: pl.DataFrame, *, attribute: str, label: str, score: str, config: FairnessConfig
) -> Mapping[str, tuple[float, float]]:
    """Intercept and slope of each level's logistic recalibration (Platt 1999).

    Levels with too little data keep (0, 1), which changes nothing.
    """
    from cloister.fairness.calibration import recalibration

    outcome, values = read_label(frame, label), read_score(frame, score)
    codes, levels = read_levels(frame, attribute, config)
    intercept, slope = recalibration(codes, values, outcome, len(levels))
    cases = np.bincount(codes, weights=outcome, minlength=len(levels))
    others = np.bincount(codes, weights=1 - outcome, minlength=len(levels))
    enough = (np.minimum(cases, others) >= config.minimum_cell) & np.isfinite(slope)
    return {
        level: (float(intercept[code]), float(slope[code])) if enough[code] else (0.0, 1.0)
        for code, level in enumerate(levels)
    }


def apply_recalibration(
    frame: pl.DataFrame, *, attribute: str, score: str, fitted: Mapping[str, tuple[float, float]]
) -> Floats:
    """Scores after :func:`recalibrate`, in 0..1."""
    values = np.clip(read_score(frame, score), 1e-6, 1 - 1e-6)
    levels = frame[attribute].cast(pl.String).fill_null("missing")
    intercept = levels.replace_strict({key: pair[0] for key, pair in fitted.items()}, default=0.0).to_numpy()
    slope = levels.replace_strict({key: pair[1] for key, pair in fitted.items()}, default=1.0).to_numpy()
    return np.asarray(1 / (1 + np.exp(-(intercept + slope * np.log(values / (1 - values))))), dtype=np.float64)
