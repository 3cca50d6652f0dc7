"""A batch of use beside what a model was trained and evaluated on: columns, scores, calibration and cohorts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from statistics import NormalDist
from typing import Any

import polars as pl

from cloister.core.errors import CloisterError, InvalidInput
from cloister.fairness import FairnessConfig, FairnessReport, evaluate
from cloister.integrity.profiles import ColumnProfile, departures, profile_of
from cloister.operations.data_source import TEST, TRAIN
from cloister.operations.gates import Scored
from cloister.records import GateResult

ALARM, WITHIN, INSUFFICIENT = "alarm", "within", "insufficient evidence"
NOTICE = "notice"
SCORE = "the scores"
_WATCHED = ("selection_rate", "sensitivity", "ppv", "auroc", "calibration_in_the_large")
_GAP = "equal opportunity"
_LEAST_PEOPLE = 100  # below that a batch has nothing to say of distributions


@dataclass(frozen=True, slots=True)
class Watched:
    verdict: str
    findings: tuple[dict[str, Any], ...]
    report: Mapping[str, Any]
    notes: tuple[str, ...]


def baseline(scored: Scored) -> dict[str, Any]:
    """What an evaluation keeps to compare use with: profiles of the training rows, and of the held-out people's scores
    (those of training rows are sharper than any later ones can be).
    """
    train, held_out = scored.of(TRAIN), scored.of(TEST).select(pl.col("#score").alias(SCORE), "#person")
    return {
        "columns": [item.to_value() for item in profile_of(train, scored.features, "#person")],
        "people": train["#person"].n_unique(),
        "scores": [item.to_value() for item in profile_of(held_out, [SCORE], "#person")],
        "scored_people": held_out["#person"].n_unique(),
    }


def watch(frame: pl.DataFrame, evidence: Mapping[str, Any], gates: Sequence[GateResult]) -> Watched:
    """Hold a batch (``score``, ``outcome``, ``person``, cohort columns as bands, and any feature) against a model's
    evidence. An alarm anywhere is one; without outcomes distributions alone are compared, and the rest is left open.
    """
    known = frame.drop_nulls("outcome")
    notes = [f"{frame.height - known.height:,} of {frame.height:,} rows have no outcome yet."]
    findings: list[dict[str, Any]] = []
    findings += _drift(frame, evidence.get("baseline"), evidence["evaluation"]["bands"], notes)
    report: Mapping[str, Any] = {}
    try:
        measured = _measure(known, evidence)
        findings += _cohorts(measured, evidence, gates)
        report, notes = measured.to_value(), [*notes, *measured.notes]
        blank = any(item["verdict"] == INSUFFICIENT for item in findings)
    except CloisterError as error:
        notes.append(error.message)
        blank = True
    alarm = any(item["verdict"] == ALARM for item in findings)
    verdict = ALARM if alarm else INSUFFICIENT if blank or not findings else WITHIN
    return Watched(verdict, tuple(findings), report, tuple(notes))


def _drift(
    frame: pl.DataFrame, kept: Mapping[str, Any] | None, bands: Mapping[str, Any], notes: list[str]
) -> list[dict[str, Any]]:
    if kept is None:
        notes.append("The model was evaluated before profiles were kept: distributions are not compared.")
        return []
    if frame["person"].n_unique() < _LEAST_PEOPLE:
        notes.append(f"Fewer than {_LEAST_PEOPLE} people: distributions are not compared.")
        return []
    # A cohort of numbers is in the file's frame as its bands.
    columns = [ColumnProfile.from_value(item) for item in kept["columns"] if item["name"] not in bands]
    scores = [ColumnProfile.from_value(item) for item in kept["scores"]]
    absent = [item.name for item in columns if item.name not in frame.columns]
    if absent:
        notes.append(f"{len(absent)} of {len(columns)} columns of the training data are not in the file.")
    scored = frame.with_columns(pl.col("score").alias(SCORE))
    found = departures(columns, int(kept["people"]), frame, "person")
    found += departures(scores, int(kept["scored_people"]), scored, "person")
    return [
        {
            "cohort": "everyone",
            "measure": f"{item.measure} of {item.column}",
            "before": 0.0,
            "now": item.statistic,
            "low": item.threshold,
            "high": None,
            "verdict": ALARM if item.severity == "alarm" else NOTICE,
        }
        for item in found
    ]


def _measure(rows: pl.DataFrame, evidence: Mapping[str, Any]) -> FairnessReport:
    if not rows.height:
        raise InvalidInput("no row has an outcome yet: nothing can be compared")
    asked = evidence["evaluation"]
    return evaluate(
        rows,
        cohorts=asked["cohorts"],
        label="outcome",
        score="score",
        person="person",
        config=FairnessConfig(threshold=asked["threshold"], seed=7, depth=1, measures=_WATCHED),
    )


def _cohorts(
    report: FairnessReport, evidence: Mapping[str, Any], gates: Sequence[GateResult]
) -> Iterator[dict[str, Any]]:
    """Each watched measure of each cohort beside that of the evaluation: an alarm where joint limits lie apart."""
    before = evidence.get("fairness", {})
    expected = {cell["name"]: cell["measures"] for cell in before.get("cells", [])}
    expected["everyone"] = before.get("overall", {}).get("measures", {})
    cells = (report.overall, *report.cells)
    comparisons = sum(len(cell.measures) for cell in cells)
    for cell in cells:
        for name, now in cell.measures.items():
            was = expected.get(cell.name, {}).get(name, {})
            yield {
                "cohort": cell.name,
                "measure": name,
                "before": was.get("estimate"),
                "now": now.estimate,
                "low": now.simultaneous_low,
                "high": now.simultaneous_high,
                "verdict": _verdict(was, now.estimate, now.simultaneous_low, now.simultaneous_high, comparisons),
            }
    gate = next((item for item in gates if item.name == "fairness"), None)
    if gate is not None:
        judged = report.judge(_GAP, gate.threshold, by="low")
        verdict = {"fail": ALARM, "pass": WITHIN}.get(judged.verdict, INSUFFICIENT)
        yield {
            "cohort": "between cohorts",
            "measure": f"gap in sensitivity, limit {gate.threshold:g}",
            "before": gate.figure,
            "now": judged.figure,
            "low": judged.figure,
            "high": None,
            "verdict": verdict,
        }


def _verdict(was: Mapping[str, Any], now: float | None, low: float | None, high: float | None, comparisons: int) -> str:
    """An alarm where the joint limits of both lie apart, and by more than so many comparisons would by chance in one
    batch of fifty: their half widths towards each other are added as independent errors (Bonferroni over comparisons).
    """
    before, under, over = was.get("estimate"), was.get("simultaneous_low"), was.get("simultaneous_high")
    if now is None or low is None or high is None or before is None or under is None or over is None:
        return INSUFFICIENT
    if not (low > over or high < under):
        return WITHIN
    half = (now - low, over - before) if now > before else (high - now, before - under)
    limit = _NORMAL.inv_cdf(1 - _FALSE / (2 * comparisons)) / _NORMAL.inv_cdf(0.975)
    return ALARM if abs(now - before) > limit * hypot(*half) else WITHIN


_FALSE = 0.02
_NORMAL = NormalDist()
