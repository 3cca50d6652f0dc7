"""What each way to treat cohorts more alike would change, before and after, on held-out people it was not fitted on.

The held-out people are halved by person: what has to be fitted (thresholds, recalibration) is fitted on one half, and
every proposal is shown on the other, at one alert rate before and after. Nothing here changes a model.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import CloisterError, InvalidInput
from cloister.fairness import (
    AuditConfig,
    FairnessConfig,
    apply_recalibration,
    at_alert_rate,
    compare,
    find_shortcuts,
    fit_thresholds,
    recalibrate,
)
from cloister.operations.crossings import columns_of, crossing, levels_or_missing, shares_of_people
from cloister.operations.data_source import TEST, TRAIN
from cloister.operations.gates import Scored, comparable, large_levels
from cloister.operations.usage import baseline

THRESHOLDS, CALIBRATION, REWEIGHING, AUGMENTATION, CONSTRAINT = (
    "thresholds",
    "calibration",
    "reweighing",
    "augmentation",
    "constraint",
)
METHODS = (THRESHOLDS, CALIBRATION, REWEIGHING, AUGMENTATION, CONSTRAINT)
RETRAINED = frozenset({REWEIGHING, AUGMENTATION, CONSTRAINT})
_STREAM = 23
_LABEL, _SCORE, _PERSON = "#label", "#score", "#person"


@dataclass(frozen=True, slots=True)
class Halves:
    """Held-out rows: ``fit`` for what is fitted, ``judge`` for what is shown. Columns as ``Scored.by_cohort``, and one
    called as the attribute, which crosses ``columns`` where they are several.
    """

    attribute: str
    columns: tuple[str, ...]
    fit: pl.DataFrame
    judge: pl.DataFrame
    alert_rate: float
    config: FairnessConfig

    def rows(self, after: np.ndarray[Any, Any], scores: np.ndarray[Any, Any] | None) -> list[dict[str, Any]]:
        """The table of one proposal: ``after`` says which judged rows would alert.

        What was fitted on other people alerts here at a rate of its own; "before" is shown at that very workload, or
        the table would mix the change of the method with that of the number of alerts.
        """
        before = self.judge[_SCORE].to_numpy()
        rate = float(after.mean())
        rows = compare(
            self.judge,
            attribute=self.attribute,
            label=_LABEL,
            person=_PERSON,
            before=at_alert_rate(before, rate if 0 < rate < 1 else self.alert_rate),
            after=after,
            config=self.config,
            scores=None if scores is None else (before, scores),
        )
        if len(self.columns) > 1:  # the levels of a crossing name their columns themselves
            rows = [{**row, "cohort": row["cohort"].removeprefix(f"{self.attribute}=")} for row in rows]
        return rows

    def rows_of_scores(self, scores: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
        """The table of a proposal that gives other scores, at the same share of alerts."""
        return self.rows(at_alert_rate(scores, self.alert_rate), scores)


def halve(scored: Scored, attribute: str) -> Halves:
    """The held-out people of the levels that can be compared, in two halves; each attribute has halves of its own, so
    that no two tables are of the same people and differ by those who are hidden in one.

    Raises:
        InvalidInput: the attribute was no cohort of the evaluation, or nobody is left.
    """
    columns = columns_of(attribute, scored.cohorts)
    rows = scored.by_cohort(TEST)
    if len(columns) > 1:
        rows = rows.with_columns(levels_or_missing(rows, columns).alias(attribute))
    rows = large_levels(rows, (attribute,))[0].sort("#key")
    people, place = np.unique(rows[_PERSON].to_numpy(), return_inverse=True)
    dealt = np.random.default_rng([scored.seed, _STREAM, zlib.crc32(attribute.encode())])
    first = (dealt.permutation(len(people)) % 2 == 0)[place]
    fit, judge = rows.filter(pl.Series(first)), rows.filter(pl.Series(~first))
    if not fit.height or not judge.height:
        raise InvalidInput("there are too few held-out people to fit on some and compare on others")
    config = FairnessConfig(threshold=scored.threshold, seed=scored.seed)
    return Halves(attribute, columns, fit, judge, scored.alert_rate, config)


def thresholds(halves: Halves) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Settings and table: a threshold for each level at which sensitivity is the same, at the same share of alerts."""
    fitted = fit_thresholds(
        halves.fit,
        attribute=halves.attribute,
        label=_LABEL,
        score=_SCORE,
        criterion="sensitivity",
        config=halves.config,
        alert_rate=halves.alert_rate,
    )
    return fitted.to_value(), halves.rows(fitted.alerts(halves.judge, _SCORE), None)


def calibration(halves: Halves) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Settings and table: a logistic recalibration for each level."""
    fitted = recalibrate(halves.fit, attribute=halves.attribute, label=_LABEL, score=_SCORE, config=halves.config)
    scores = apply_recalibration(halves.judge, attribute=halves.attribute, score=_SCORE, fitted=fitted)
    settings = {level: {"intercept": pair[0], "slope": pair[1]} for level, pair in fitted.items()}
    return {"attribute": halves.attribute, "by_level": settings}, halves.rows_of_scores(scores)


def told_beside_gates(scored: Scored) -> dict[str, Any]:
    """What an evaluation keeps beside its gates: how it was asked, who was in the data, and the two cheap proposals."""
    proposals: list[dict[str, Any]] = []
    halves = functools.cache(lambda attribute: halve(scored, attribute))
    for attribute in _attributes(scored):
        for method, make in ((THRESHOLDS, thresholds), (CALIBRATION, calibration)):
            try:
                proposals.append({"method": method, "attribute": attribute, "rows": make(halves(attribute))[1]})
            except CloisterError as error:
                proposals.append({"method": method, "attribute": attribute, "rows": [], "reason": error.message})
    asked = {
        "cohorts": list(scored.cohorts),
        "depth": scored.depth,
        "alert_rate": scored.alert_rate,
        "threshold": scored.threshold,
        "bands": {name: list(cuts) for name, cuts in scored.bands.items()},
    }
    return {
        "mitigation": {"proposals": proposals},
        "shortcuts": {"tested": _shortcuts(scored)},
        "evaluation": asked,
        "baseline": baseline(scored),
        "representation": {
            name: shares_of_people(scored.by_cohort(split), scored.cohorts)
            for name, split in (("training", TRAIN), ("held out", TEST))
        },
    }


def _attributes(scored: Scored) -> tuple[str, ...]:
    """Each cohort column, and the crossing of them all where the evaluation crosses as many."""
    if 1 < len(scored.cohorts) <= scored.depth:
        return (*scored.cohorts, crossing(scored.cohorts))
    return scored.cohorts


def _shortcuts(scored: Scored) -> list[dict[str, Any]]:
    """Whether the score tells a level (a site, a device, a group) from the others among people with one outcome."""
    try:
        rows = comparable(scored, scored.cohorts)[0]
        found = find_shortcuts(
            rows,
            markers=scored.cohorts,
            label=_LABEL,
            score=_SCORE,
            person=_PERSON,
            config=AuditConfig(seed=scored.seed),
        )
    except CloisterError as error:
        return [{"cohort": "every cohort", "status": error.message, "found": False}]
    return [{**item.to_value(), "cohort": item.cohort.replace(_LABEL, "outcome")} for item in found]
