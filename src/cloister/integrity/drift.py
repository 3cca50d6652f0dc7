"""Whether rows look as they did: features, missing values, labels, scores, by delivery and after release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.encoding import Floats

_LEAST = 1e-4  # share that stands for an empty bin
_DRAWS = 100  # of people, for what chance shows
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
    return float(_index(_binned(before, edges), _binned(now, edges)))


def _binned(values: Floats, edges: Floats) -> Floats:
    missing = np.isnan(values)
    counts = np.bincount(np.searchsorted(edges, values[~missing], side="right"), minlength=len(edges) + 1)
    return np.append(counts, missing.sum()) / len(values)


def _index(before: Floats, now: Floats) -> Floats:
    """The index over the last axis."""
    p, q = np.maximum(before, _LEAST), np.maximum(now, _LEAST)
    total: Floats = ((q - p) * np.log(q / p)).sum(axis=-1)
    return total


def _column_index(before: pl.Series, now: pl.Series) -> float:
    if before.dtype.is_numeric() or before.dtype.is_temporal():
        first, second = (side.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy() for side in (before, now))
        return stability_index(first, second)
    name = before.name
    counts = [side.to_frame().group_by(name).len(label) for side, label in ((before, "before"), (now, "now"))]
    both = counts[0].join(counts[1], on=name, how="full", nulls_equal=True, coalesce=True).fill_null(0)
    shares = (both["before"].to_numpy() / max(len(before), 1), both["now"].to_numpy() / max(len(now), 1))
    return float(_index(*shares))


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


def indices_beyond_chance(
    frame: pl.DataFrame, sample: pl.DataFrame, columns: Sequence[str], people: tuple[pl.Series, pl.Series], *, seed: int
) -> dict[str, float]:
    """The stability index of each column between two tables, less what chance explains for all columns together.

    ``people``: whose row each one is, of ``frame`` and of ``sample``. Chance is what the same rows show when people
    are dealt to the two anew, all rows of a person together: rows of one person are alike, and a level that few people
    have is soon missing on one side. In 99 of 100 deals no column's index is above what is taken off.
    """
    draws = _draws(pl.concat(people), sample.height, np.random.default_rng(seed))
    which = np.repeat(np.arange(len(draws)), [len(rows) for rows in draws])
    rows = np.concatenate(draws)
    found, chance = np.zeros(len(columns)), np.zeros((len(draws), len(columns)))
    for place, name in enumerate(columns):
        codes, levels = _codes(pl.concat([frame[name], sample[name].cast(frame.schema[name], strict=False)]))
        total, theirs = (np.bincount(part, minlength=levels) for part in (codes, codes[frame.height :]))
        counts = np.bincount(which * levels + codes[rows], minlength=len(draws) * levels).reshape(len(draws), levels)
        found[place] = _index(_shares(total - theirs), _shares(theirs))
        chance[:, place] = _index(_shares(total - counts), _shares(counts))
    middle, spread = chance.mean(axis=0), np.maximum(chance.std(axis=0), 1e-12)
    most = np.quantile(((chance - middle) / spread).max(axis=1), 0.99) if len(columns) else 0.0
    return dict(zip(columns, np.maximum(0.0, found - middle - most * spread).tolist(), strict=True))


def _shares(counts: npt.NDArray[np.int64]) -> Floats:
    shares: Floats = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    return shares


def _draws(people: pl.Series, size: int, rng: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    """Rows of whole people drawn without one twice, about ``size`` of them each time."""
    of = people.rank("dense").to_numpy().astype(np.int64) - 1
    order, many = np.argsort(of, kind="stable"), np.bincount(of)
    starts = np.concatenate([[0], np.cumsum(many)])
    draws = []
    for _ in range(_DRAWS):
        drawn = rng.permutation(len(many))
        drawn = drawn[: max(1, int(np.searchsorted(np.cumsum(many[drawn]), size, "right")))]
        lengths = many[drawn]
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        draws.append(order[np.repeat(starts[drawn], lengths) + offsets])
    return draws


def _codes(values: pl.Series) -> tuple[npt.NDArray[np.int64], int]:
    """The bin of each value and how many bins: tenths for numbers and times, else one for each level."""
    if values.dtype.is_numeric() or values.dtype.is_temporal():
        numbers = values.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy()
        held = numbers[~np.isnan(numbers)]
        edges = np.unique(np.quantile(held, np.linspace(0, 1, 11)[1:-1])) if len(held) else np.zeros(0)
        return np.where(np.isnan(numbers), len(edges) + 1, np.searchsorted(edges, numbers, "right")), len(edges) + 2
    ranks = values.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    return ranks, int(ranks.max()) + 1


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
