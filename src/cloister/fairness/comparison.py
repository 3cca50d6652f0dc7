"""What a proposal costs: every figure before and after, for everyone and each cohort, and who would be worse off."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.cohorts import read_levels
from cloister.fairness.config import FairnessConfig
from cloister.fairness.inputs import read_label, read_person
from cloister.fairness.intervals import normal_quantile
from cloister.fairness.mitigation import cut
from cloister.fairness.report import INSUFFICIENT, SUPPRESSED, finite
from cloister.fairness.spread import Floats

WORSE, BETTER, SAME = "worse", "better", "no change shown"


def at_alert_rate(score: Floats, rate: float) -> NDArray[np.bool_]:
    """The rows with the highest scores, as near as ties allow to ``rate`` of all: for comparing at equal workload."""
    if not len(score) or not 0 <= rate <= 1:
        raise InvalidInput("an alert rate from 0 to 1 of at least one score is needed", where="fairness.alert_rate")
    return np.asarray(score >= cut(score, rate), dtype=bool)


def compare(
    frame: pl.DataFrame,
    *,
    attribute: str,
    label: str,
    person: str | None,
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    config: FairnessConfig,
    scores: tuple[Floats, Floats] | None = None,
) -> list[dict[str, Any]]:
    """Before and after for everyone and each level: alert rate, sensitivity, FPR, PPV, accuracy, net benefit.

    ``before`` and ``after`` say which rows alert; with the ``scores`` before and after, their calibration (observed
    minus expected) is told too. ``sensitivity_change`` and ``net_benefit_change`` have limits that
    hold jointly over the rows of the table (Bonferroni), paired and clustered by person; ``verdict`` is "worse" or
    "better" only where those of the sensitivity exclude no change. ``worse_off`` counts rows with the outcome that
    lose their alert minus those that gain one, where that is positive.

    Levels of fewer than ``config.minimum_cell`` people are suppressed and left out of everyone's figures too, so that
    no subtraction gives them away; a figure with fewer people than that behind it is null.
    """
    if any(len(part) != frame.height for part in (before, after, *(scores or ()))):
        raise InvalidInput("the alerts before and after are not one for each row", where="fairness.compare")
    outcome = read_label(frame, label) == 1
    codes, levels = read_levels(frame, attribute, config)
    numbers = read_person(frame, person)
    unit = np.arange(frame.height) if numbers is None else numbers
    inside = [codes == code for code in range(len(levels))]
    small = [len(np.unique(unit[held])) < config.minimum_cell for held in inside]
    everyone = np.isin(codes, np.flatnonzero(~np.array(small)))
    cohorts = [("everyone", everyone)]
    cohorts += [(f"{attribute}={level}", held) for level, held in zip(levels, inside, strict=True)]
    z = normal_quantile(1 - (1 - config.confidence) / (2 * len(cohorts)))
    return [
        {
            "cohort": name,
            **_row(outcome[held], before[held], after[held], unit[held], z, config),
            **_calibration(outcome[held], [part[held] for part in scores or ()], unit[held], config),
        }
        for name, held in cohorts
    ]


def _calibration(
    outcome: NDArray[np.bool_], scores: list[Floats], unit: NDArray[np.int64], config: FairnessConfig
) -> dict[str, float | None]:
    shown = bool(scores) and len(np.unique(unit)) >= config.minimum_cell
    first, second = (float(np.mean(outcome - part)) for part in scores) if shown else (None, None)
    return {"calibration_before": first, "calibration_after": second}


def _row(
    outcome: NDArray[np.bool_],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    unit: NDArray[np.int64],
    z: float,
    config: FairnessConfig,
) -> dict[str, Any]:
    people = len(np.unique(unit))
    shown = people >= config.minimum_cell
    row: dict[str, Any] = {"people": people if shown else None}
    behind = {name: len(np.unique(unit[rows])) for name, rows in _behind(outcome, before, after).items()}
    first, second = (_figures(outcome, alert, config.threshold) for alert in (before, after))
    for key in first:
        enough = shown and behind.get(key, people) >= config.minimum_cell
        row[f"{key}_before"] = finite(first[key]) if enough else None
        row[f"{key}_after"] = finite(second[key]) if enough else None
    moved = after.astype(np.float64) - before
    worth = np.where(outcome, 1.0, -config.threshold / (1 - config.threshold))
    every = np.ones(len(outcome), dtype=bool)
    for name, value, held in (("sensitivity", moved, outcome), ("net_benefit", moved * worth, every)):
        limits = (
            _paired(value[held], unit[held], z) if shown and behind.get(name, people) >= config.minimum_cell else None
        )
        row |= dict(zip((f"{name}_change", f"{name}_low", f"{name}_high"), limits or (None, None, None), strict=True))
    lost = int((outcome & before & ~after).sum()) - int((outcome & ~before & after).sum())
    row["worse_off"] = max(lost, 0) if shown else None
    row["verdict"] = _verdict(row["sensitivity_low"], row["sensitivity_high"]) if shown else SUPPRESSED
    return row


def _behind(
    outcome: NDArray[np.bool_], before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """The rows behind each figure; of two alert rules, those of the one that alerts less."""
    fewer = before if before.sum() <= after.sum() else after
    return {"sensitivity": outcome, "fpr": ~outcome, "ppv": fewer}


def _paired(value: Floats, unit: NDArray[np.int64], z: float) -> tuple[float, float, float]:
    """Mean of a change over rows with limits, people as the independent units (delete-a-person jackknife)."""
    people, place = np.unique(unit, return_inverse=True)
    total, rows = np.bincount(place, weights=value), np.bincount(place)
    mean = float(value.mean())
    left_out = (value.sum() - total) / np.maximum(len(value) - rows, 1)
    error = float(np.sqrt((len(people) - 1) / len(people) * ((left_out - left_out.mean()) ** 2).sum()))
    return mean, mean - z * error, mean + z * error


def _verdict(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return INSUFFICIENT
    return WORSE if high < 0 else BETTER if low > 0 else SAME


def _figures(outcome: NDArray[np.bool_], alert: NDArray[np.bool_], threshold: float) -> dict[str, float]:
    hits, false = float((outcome & alert).sum()), float((~outcome & alert).sum())
    rows, cases = np.float64(len(outcome)), float(outcome.sum())  # nobody is left where every level is small
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "alert_rate": float(np.divide(hits + false, rows)),
            "sensitivity": float(np.divide(hits, cases)),
            "fpr": float(np.divide(false, rows - cases)),
            "ppv": float(np.divide(hits, hits + false)),
            "accuracy": float(np.divide((outcome == alert).sum(), rows)),
            "net_benefit": float(np.divide(hits - false * threshold / (1 - threshold), rows)),
        }
