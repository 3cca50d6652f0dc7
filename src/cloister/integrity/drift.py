"""Whether rows look as they did: features, missing values, labels, scores, by delivery and after release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.encoding import Floats

_LEAST = 1e-4  # share that stands for an empty bin
_NOTICE, _ALARM = 0.1, 0.25  # customary limits of the stability index (Siddiqi 2006)


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """``column`` "*" for the whole table. ``severity``: notice or alarm. ``reason`` never holds a value."""

    column: str
    measure: str
    statistic: float
    threshold: float
    severity: str
    reason: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """``alarm`` is true if any finding is one."""

    rows: int
    findings: tuple[DriftFinding, ...]

    @property
    def alarm(self) -> bool:
        return any(finding.severity == "alarm" for finding in self.findings)

    def to_value(self) -> dict[str, Any]:
        findings = [
            {
                "column": f.column,
                "measure": f.measure,
                "statistic": f.statistic,
                "threshold": f.threshold,
                "severity": f.severity,
                "reason": f.reason,
            }
            for f in self.findings
        ]
        return {"rows": self.rows, "alarm": self.alarm, "findings": findings}


def stability_index(before: Floats, now: Floats, bins: int = 10) -> float:
    """Population stability index over quantile bins of ``before``; NaN is a bin of its own."""
    held = before[~np.isnan(before)]
    if not len(before) or not len(now):
        raise InvalidInput("a stability index needs rows on both sides")
    edges = np.unique(np.quantile(held, np.linspace(0, 1, bins + 1)[1:-1])) if len(held) else np.zeros(0)
    return _index(_binned(before, edges), _binned(now, edges))


def _binned(values: Floats, edges: Floats) -> Floats:
    missing = np.isnan(values)
    counts = np.bincount(np.searchsorted(edges, values[~missing], side="right"), minlength=len(edges) + 1)
    return np.append(counts, missing.sum()) / len(values)


def _index(before: Floats, now: Floats) -> float:
    p, q = np.maximum(before, _LEAST), np.maximum(now, _LEAST)
    return float(((q - p) * np.log(q / p)).sum())


def _column_index(before: pl.Series, now: pl.Series) -> float:
    if before.dtype.is_numeric() or before.dtype.is_temporal():
        first, second = (side.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy() for side in (before, now))
        return stability_index(first, second)
    name = before.name
    counts = [side.to_frame().group_by(name).len(label) for side, label in ((before, "before"), (now, "now"))]
    both = counts[0].join(counts[1], on=name, how="full", nulls_equal=True, coalesce=True).fill_null(0)
    return _index(both["before"].to_numpy() / max(len(before), 1), both["now"].to_numpy() / max(len(now), 1))


def drift(reference: pl.DataFrame, frame: pl.DataFrame, columns: Sequence[str]) -> DriftReport:
    """Compare ``columns`` of ``frame`` with the reference: distribution (stability index) and missing values.

    The index of two honest samples is about (bins) x (1/n + 1/m): it is compared with the customary 0.1 (notice) and
    0.25 (alarm) after four times that is taken off, so that a small delivery is no alarm by its size alone.
    """
    if not reference.height or not frame.height:
        raise InvalidInput("drift needs rows on both sides")
    found: list[DriftFinding] = []
    for name in columns:
        if name not in reference.columns or name not in frame.columns:
            raise InvalidInput(f"column {name!r} is not on both sides", remedy="name a column of both tables")
        before, now = reference[name], frame[name]
        index = index_beyond_noise(before, now)
        if index > _NOTICE:
            severity, limit = ("alarm", _ALARM) if index > _ALARM else ("notice", _NOTICE)
            found.append(DriftFinding(name, "stability-index", index, limit, severity, f"{name}: other distribution"))
        found += _share_shift(name, "missing", (before.is_null(), now.is_null()), "other share of missing values")
    return DriftReport(frame.height, tuple(found))


def column_indices(reference: pl.DataFrame, frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, float]:
    """The stability index of each column, less what honest samples of these sizes have."""
    return {name: index_beyond_noise(reference[name], frame[name]) for name in columns}


def index_beyond_noise(before: pl.Series, now: pl.Series) -> float:
    """The stability index, less four times what two honest samples of these sizes have on average."""
    levels = min(11, before.n_unique()) if before.dtype.is_numeric() else before.n_unique()
    noise = 4 * levels * (1 / len(before) + 1 / len(now))
    return max(0.0, _column_index(before, now) - noise)


def _share_shift(
    column: str, measure: str, sides: tuple[pl.Series, pl.Series], reason: str, notice: float = 4.0, alarm: float = 8.0
) -> list[DriftFinding]:
    """Two shares compared in standard errors; a difference under one percentage point is no finding."""
    n, m = len(sides[0]), len(sides[1])
    p, q = float(sides[0].sum()) / n, float(sides[1].sum()) / m
    pooled = (p * n + q * m) / (n + m)
    error = float(np.sqrt(max(pooled * (1 - pooled), 1e-12) * (1 / n + 1 / m)))
    distance = abs(q - p) / error
    if abs(q - p) < 0.01 or distance < notice:
        return []
    severity, limit = ("alarm", alarm) if distance >= alarm else ("notice", notice)
    return [DriftFinding(column, measure, distance, limit, severity, f"{column}: {reason}")]


def share_by_group(frame: pl.DataFrame, column: str, group: str, *, positive: Any = None) -> DriftReport:
    """Label rate (``positive``: the value that counts) or missingness (None) of ``column`` in each ``group`` (source,
    month, delivery) against all the others together; findings count groups, and never name them.
    """
    for name in (column, group):
        if name not in frame.columns:
            raise InvalidInput(f"column {name!r} is not in the table", remedy="name a column of the table")
    marked = frame[column].is_null() if positive is None else (frame[column] == positive).fill_null(False)
    measure = "missing" if positive is None else "label-rate"
    found: list[DriftFinding] = []
    for number, name in enumerate(frame[group].unique(maintain_order=True)):
        inside = frame[group].eq_missing(pl.Series([name], dtype=frame[group].dtype))
        if 30 <= inside.sum() <= frame.height - 30:
            sides = (marked.filter(~inside), marked.filter(inside))
            found += _share_shift(column, measure, sides, f"group {number + 1} of {group} has another share")
    return DriftReport(frame.height, tuple(found))


def monitor(
    training: pl.DataFrame,
    batch: pl.DataFrame,
    columns: Sequence[str],
    *,
    training_scores: Floats,
    scores: Floats,
    outcomes: Floats | None = None,
    cohort: str | None = None,
) -> DriftReport:
    """A scored batch after release against the training data: features, scores, calibration, rates by cohort.

    ``outcomes``: labels of the batch where already known (NaN where not): observed minus expected count in standard
    errors. ``cohort``: column whose groups' share of high scores (above the training median) is compared with theirs
    in training.
    """  # fmt: skip
    found = list(drift(training, batch, columns).findings)
    index = stability_index(training_scores, scores)
    if index > _NOTICE:
        severity, limit = ("alarm", _ALARM) if index > _ALARM else ("notice", _NOTICE)
        found.append(DriftFinding("*", "score-stability", index, limit, severity, "other distribution of the scores"))
    if outcomes is not None and (~np.isnan(outcomes)).sum() >= 30:
        known = ~np.isnan(outcomes)
        spread = np.sqrt((scores[known] * (1 - scores[known])).sum())
        distance = float(abs((outcomes[known] - scores[known]).sum()) / max(spread, 1e-9))
        if distance >= 4:
            severity, limit = ("alarm", 6.0) if distance >= 6 else ("notice", 4.0)
            found.append(DriftFinding("*", "calibration", distance, limit, severity, "scores no longer match outcomes"))
    if cohort is not None:
        found += _cohort_shift(training, batch, cohort, training_scores, scores)
    return DriftReport(batch.height, tuple(found))


def _cohort_shift(
    training: pl.DataFrame, batch: pl.DataFrame, cohort: str, training_scores: Floats, scores: Floats
) -> list[DriftFinding]:
    middle = float(np.median(training_scores))
    found: list[DriftFinding] = []
    for number, name in enumerate(training[cohort].unique(maintain_order=True)):
        value = pl.Series([name], dtype=training[cohort].dtype)
        before = pl.Series(training_scores[training[cohort].eq_missing(value).to_numpy()] > middle)
        now = pl.Series(scores[batch[cohort].eq_missing(value).to_numpy()] > middle)
        if len(before) >= 30 and len(now) >= 30:
            reason = f"cohort {number + 1} has another share of high scores than in training"
            found += _share_shift(cohort, "cohort-rate", (before, now), reason)
    return found
