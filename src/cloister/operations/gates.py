"""The release gates: each a figure against the project's threshold. What could not be computed has not passed."""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput
from cloister.fairness import FairnessConfig, FairnessReport, banded, evaluate, periods
from cloister.integrity import (
    Fingerprints,
    PoisonConfig,
    find_fingerprints,
    inspect_artifact,
    rare_value_fingerprints,
    scan_poisoning,
)
from cloister.operations.data_source import CANARY, TEST, TRAIN
from cloister.operations.reference_models import reference_scores
from cloister.phi import Detector
from cloister.privacy import membership
from cloister.records import Gate, GateResult

_HOLDS = {">=": operator.ge, "<=": operator.le}
_FALSE_POSITIVES = 0.001
_RESOLVED = 10  # expected false positives below which a rate can't be resolved
_COHORT = (11, 100)  # held-out people: what is shown at all, and what suffices
_RARE = 5  # people: a value that fewer share may point to one of them
_PHI_SCORE = 0.8
_CRITERION = "equal opportunity"


@dataclass(frozen=True, slots=True)
class Measured:
    """One gate's figure (None where it could not be computed), a sentence, and the full report for the record."""

    figure: float | None
    detail: str
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """``rows``: granted columns with ``#split``, ``#label`` (0/1), ``#person`` and ``#key`` (texts), and, once the
    model has scored them, ``#score``. ``bands`` holds the cut points of cohort columns that are numbers.
    """

    rows: pl.DataFrame
    features: tuple[str, ...]
    cohorts: tuple[str, ...]
    alert_rate: float
    seed: int
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    depth: int = 2  # most cohort columns that are crossed

    def with_scores(self, scores: pl.DataFrame) -> Scored:
        """The same rows with their scores, matched by key."""
        if self.rows["#key"].n_unique() != self.rows.height:
            remedy = "declare a column with the role record, a number for each row"
            raise InvalidInput("the rows can't be told apart, so their scores can't be matched", remedy=remedy)
        if scores.height != self.rows.height or scores["key"].n_unique() != scores.height:
            raise IntegrityFailure("the scores are not those of the granted rows")
        named = scores.select(pl.col("key").alias("#key"), pl.col("score").alias("#score"))
        joined = self.rows.join(named, on="#key", how="inner", validate="1:1")
        if joined.height != self.rows.height or not joined["#score"].is_finite().all():
            raise IntegrityFailure("the scores are not those of the granted rows")
        return replace(self, rows=joined.drop_nulls("#label"))

    def of(self, split: str) -> pl.DataFrame:
        return self.rows.filter(pl.col("#split") == split)

    def by_cohort(self, split: str) -> pl.DataFrame:
        """The cohort columns of a split, numbers as bands, with ``#label``, ``#score``, ``#person`` and ``#key``."""
        rows = self.of(split).select(*self.cohorts, pl.col("#label").cast(pl.Int8), "#score", "#person", "#key")
        dated = [name for name in self.cohorts if rows.schema[name] in (pl.Date, pl.Datetime)]
        return rows.with_columns(
            *(banded(rows[name], cuts)[0].alias(name) for name, cuts in self.bands.items()),
            *(periods(rows[name]) for name in dated),
        )

    @property
    def threshold(self) -> float:
        """The score above which the given share of the training rows lies."""
        value = float(np.quantile(self.of(TRAIN)["#score"].to_numpy(), 1 - self.alert_rate))
        return min(max(value, 1e-6), 1 - 1e-6)


def judge(gate: Gate, measured: Measured) -> GateResult:
    """Hold a figure against its threshold."""
    figure = measured.figure
    passed = figure is not None and bool(_HOLDS[gate.comparison](figure, gate.threshold))
    return GateResult(gate.name, figure, gate.comparison, gate.threshold, passed, measured.detail)


def guarded(measure: Any, *arguments: Any) -> Measured:
    """A gate that can't be computed is a gate that has not passed, and says why."""
    try:
        result: Measured = measure(*arguments)
    except CloisterError as error:
        return Measured(None, f"could not be computed: {error.message}", {"error": error.code})
    return result


def poisoning(scored: Scored, known: pl.Series | None) -> Measured:
    """Suspicious findings over the training rows; rows that an accepted model was trained on are the reference.

    A column without any value in these rows can hide nothing: it is left out of the scan, and the detail says so.
    """
    train = scored.of(TRAIN).drop_nulls("#label")
    empty = [name for name in scored.features if train[name].null_count() == train.height]
    features = [name for name in scored.features if name not in empty]
    if not features:
        raise InvalidInput("no granted column has a value in the training rows")
    frame = train.select(*features, "#label", "#person")
    reference = None
    if known is not None:
        old = train["#key"].is_in(known.implode())
        if old.any() and not old.all():
            reference = frame.filter(old)
            frame = frame.with_columns(pl.when(old).then(pl.lit("known")).otherwise(pl.lit("new")).alias("#batch"))
    report = scan_poisoning(
        frame,
        label="#label",
        features=features,
        person="#person",
        batch="#batch" if reference is not None else None,
        reference=reference,
        config=PoisonConfig(seed=scored.seed),
    )
    named = [finding for finding in report.findings if finding.suspicious]
    told = [f"{one.attack_class}: {one.rows:,} rows by {one.detector} ({one.detail})" for one in named]
    told = told or [f"{len(report.findings)} detectors, none suspicious"]
    if empty:
        told.append(f"without any value, so not scanned: {', '.join(empty)}")
    return Measured(float(len(named)), "; ".join(told), report.to_value() | {"not_scanned": empty})


def guarded_report(measure: Callable[[Scored], FairnessReport], scored: Scored) -> FairnessReport | CloisterError:
    """The measures, or why there are none."""
    try:
        return measure(scored)
    except CloisterError as error:
        return error


def performance(report: FairnessReport | CloisterError) -> Measured:
    """The lower end of the held-out AUROC's interval."""
    if isinstance(report, CloisterError):
        raise report
    area = report.overall.measures["auroc"]
    if area.estimate is None or area.low is None:
        return Measured(None, area.reason or "could not be estimated", {})
    detail = f"AUROC {area.estimate:.3f} ({area.low:.3f} to {area.high:.3f}) on {report.people:,} held-out people"
    return Measured(area.low, detail, report.overall.to_value())


def fairness(report: FairnessReport | CloisterError, limit: float) -> Measured:
    """The largest gap in sensitivity between cohorts that the data show: the lower end of its joint interval.

    The detail tells the widest estimate beside it: what few people can't prove may still be there.
    """
    if isinstance(report, CloisterError):
        raise report
    verdict = report.judge(_CRITERION, limit, by="low")
    figure = None if verdict.verdict == "insufficient evidence" else verdict.figure
    detail, wide = verdict.detail, report.gap(_CRITERION)
    if wide is not None and wide.estimate is not None:
        detail += (
            f"; widest estimate {wide.estimate:.2f} ({wide.low:.2f} to {wide.high:.2f}), {wide.lowest} against"
            f" {wide.highest}"
        )
    return Measured(figure, detail, report.to_value())


def performance_report(scored: Scored) -> FairnessReport:
    """Measures over every held-out person."""
    return _evaluate(scored, scored.of(TEST).with_columns(pl.lit("everyone").alias("#all")), ("#all",))


def fairness_report(scored: Scored) -> FairnessReport:
    """Cohort measures on the held-out people.

    A value that was generalised to ``*`` is nobody's cohort, and a level of very few people (a twentieth of all, at
    least 11 and at most 100) can't be compared: hiding it would hide its neighbours too. Both are set aside, and the
    report's notes count them.
    """
    kept, least = comparable(scored, scored.cohorts)
    report = _evaluate(scored, kept, scored.cohorts)
    aside = scored.of(TEST)["#person"].n_unique() - report.people
    count = f"{aside:,}" if aside >= _COHORT[0] else f"Fewer than {_COHORT[0]}"
    note = f"{count} people with a generalised value or in a level of fewer than {least} people are set aside."
    return replace(report, notes=(*report.notes, note)) if aside else report


def of_the_same_people(
    everyone: FairnessReport | CloisterError, cohorts: FairnessReport | CloisterError
) -> FairnessReport | CloisterError:
    """The report for all held-out people, or that of the cohorts where only a few people lie between the two.

    Shown side by side, the difference of the two would tell the outcomes of those few.
    """
    if isinstance(everyone, CloisterError) or isinstance(cohorts, CloisterError):
        return everyone
    return cohorts if 0 < everyone.people - cohorts.people < _COHORT[0] else everyone


def comparable(scored: Scored, cohorts: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """Held-out rows whose levels can be compared, and the fewest people of such a level."""
    return large_levels(scored.by_cohort(TEST), cohorts)


def large_levels(rows: pl.DataFrame, cohorts: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """As :func:`comparable`, of any rows with the column ``#person``."""
    least = max(_COHORT[0], min(_COHORT[1], rows["#person"].n_unique() // 20))
    kept = rows
    for name in cohorts:
        people = kept.group_by(name).agg(pl.col("#person").n_unique().alias("#people"))
        levels = people.filter((pl.col("#people") >= least) & ~pl.col(name).cast(pl.String).eq_missing(pl.lit("*")))
        kept = kept.filter(pl.col(name).is_in(levels[name].implode(), nulls_equal=True))
    if kept.is_empty():
        raise InvalidInput(f"no level of the cohort columns has {least} held-out people")
    return kept, least


def _evaluate(scored: Scored, rows: pl.DataFrame, cohorts: Sequence[str]) -> FairnessReport:
    frame = rows.select(*cohorts, pl.col("#label").cast(pl.Int8), "#score", "#person")
    config = FairnessConfig(threshold=scored.threshold, seed=scored.seed, depth=scored.depth)
    return evaluate(frame, cohorts=cohorts, label="#label", score="#score", person="#person", config=config)


def canary(scored: Scored) -> Measured:
    """How far the sealed people's AUROC stands from the held-out people's, beyond what chance explains.

    No training code has ever read the sealed people. The figure is the part of the distance outside its 95 %
    interval (standard errors by Hanley and McNeil 1982, which take rows as independent).
    """
    held_out, sealed = (_area(scored.of(split)) for split in (TEST, CANARY))
    if held_out is None or sealed is None:
        return Measured(None, "a split has one class only, or nobody", {})
    if min(scored.of(CANARY).group_by("#label").agg(pl.col("#person").n_unique())["#person"]) < _COHORT[0]:
        return Measured(None, f"fewer than {_COHORT[0]} sealed people with the outcome or without it", {})
    spread = 1.96 * float(np.hypot(held_out[1], sealed[1]))
    distance = abs(held_out[0] - sealed[0])
    people = scored.of(CANARY)["#person"].n_unique()
    detail = (
        f"AUROC {sealed[0]:.3f} on {people:,} sealed people, {held_out[0]:.3f} held out; chance explains {spread:.3f}"
    )
    return Measured(max(0.0, distance - spread), detail, {"test": held_out[0], "canary": sealed[0], "chance": spread})


def artifact_phi(files: Mapping[str, bytes], scored: Scored, key: bytes) -> Measured:
    """Identifiers and rare training values inside the model's files; columns are named, values never."""
    formats = inspect_artifact(files)
    train = scored.of(TRAIN).drop_nulls("#label")
    columns = [name for name in train.columns if not name.startswith("#")]
    public = {*columns, *_common_values(train, columns)}
    hits: dict[str, int] = {}
    # A model's numbers (counts, thresholds) look like short codes by chance, so those are searched in the JSON
    # vocabularies only, where a code stands as a text of its own.
    prints = rare_value_fingerprints(train, columns, key=key, max_count=_RARE)
    longer = _without_numerals(prints, train)
    for known, searched in ((prints, _ending(files, text=True)), (longer, _ending(files, text=False))):
        for name, count in find_fingerprints(searched, known, public=public).items():
            hits[name] = max(hits.get(name, 0), count)
    # Texts alone: a rate or a count of a model is a number that may look like anything.
    texts = Counter(text for name, raw in files.items() if name.endswith(".json") for text in _texts(raw))
    spans = zip(texts.values(), Detector().spans([*texts]), strict=True)
    found = sum(times * sum(span[3] >= _PHI_SCORE for span in each) for times, each in spans)
    total = float(sum(hits.values()) + found + len(formats.reasons))
    named = ", ".join(f"{name} ({count})" for name, count in hits.items())
    detail = f"rare values of {named}" if named else f"{len(files)} files: no rare training value, no identifier"
    if found:
        detail += f"; {found} identifiers"
    value = {
        "rare_values": dict(hits),
        "identifiers": found,
        "formats": formats.to_value(),
        "searched": longer.to_value(),
    }
    return Measured(total, detail, value)


def _texts(raw: bytes) -> list[str]:
    """Every text in a JSON document, keys included."""
    found: list[str] = []
    waiting = [json.loads(raw)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend([*value, *value.values()])
    return found


def _ending(files: Mapping[str, bytes], *, text: bool) -> dict[str, bytes]:
    return {name: raw for name, raw in files.items() if name.endswith(".json") is text}


def _common_values(frame: pl.DataFrame, columns: Sequence[str]) -> set[str]:
    """Texts that many people share in some column: "Down" is rare for one drug and says nothing of anybody."""
    found: set[str] = set()
    numbered = frame.with_columns(pl.col("#person").rank("dense"))  # numbers are told apart sooner than texts
    for name in columns:
        if frame.schema[name] == pl.String:
            counts = numbered.group_by(name).agg(pl.col("#person").n_unique().alias("people"))
            found.update(counts.filter(pl.col("people") > _RARE)[name].drop_nulls().to_list())
    return found


def _without_numerals(prints: Fingerprints, frame: pl.DataFrame) -> Fingerprints:
    """The fingerprints without short numbers that stand as text: fewer than five digits."""
    texts = pl.col(pl.String)
    short = texts.str.contains(r"^[VE]?\d{1,3}(\.\d{1,2})?$")
    longer = frame.with_columns(pl.when(short).then(None).otherwise(texts).name.keep())
    changed = [name for name in prints.columns if longer[name].null_count() != frame[name].null_count()]
    again = rare_value_fingerprints(longer, changed, key=prints.key, max_count=_RARE)
    return replace(prints, columns={**prints.columns, **again.columns})


def membership_inference(scored: Scored) -> Measured:
    """True positive rate at 0.1 % false positives of the strongest attack, members against held-out people.

    Where there are too few held-out rows to resolve 0.1 %, the smallest rate that they do resolve is attacked, and the
    figure is carried to 0.1 % along the trade-off curve of a Gaussian mechanism (Dong, Roth and Su 2022); it says so.
    """

    def truth(rows: pl.DataFrame, name: str) -> np.ndarray[Any, Any]:
        score, label = rows[name].to_numpy(), rows["#label"].to_numpy()
        return np.where(label == 1, score, 1 - score)

    members, others = reference_scores(scored.of(TRAIN), scored.of(TEST), scored.features, scored.seed)
    names = [name for name in members.columns if name.startswith("#reference")]
    report = membership(
        member_scores=truth(members, "#score"),
        nonmember_scores=truth(others, "#score"),
        member_reference=np.column_stack([truth(members, name) for name in names]),
        nonmember_reference=np.column_stack([truth(others, name) for name in names]),
        seed=scored.seed,
    )
    resolved = [rate for rate in sorted(report.tpr_at) if report.nonmembers * rate >= _RESOLVED]
    basis = f"{report.attack} attack, {report.references} reference models, AUC {report.auc:.3f}"
    if report.verdict == "controls failed" or not resolved:
        return Measured(None, f"{basis}: {report.verdict}", report.to_value())
    rate = resolved[0]
    found = report.tpr_at[rate].estimate
    figure = _carried(found, rate)
    told = "" if rate == _FALSE_POSITIVES else f"; carried from FPR {rate:g}, where TPR is {found:.3f}"
    return Measured(figure, f"{basis}: TPR {figure:.4f} at FPR 0.001{told}", report.to_value())


def _carried(found: float, rate: float) -> float:
    """A true positive rate at ``rate`` as the one at 0.001 that lies on the same Gaussian trade-off curve."""
    if rate == _FALSE_POSITIVES or not 0 < found < 1:
        return found
    normal = NormalDist()
    return normal.cdf(normal.inv_cdf(_FALSE_POSITIVES) + normal.inv_cdf(found) - normal.inv_cdf(rate))


def reproducibility(first: Mapping[str, str], second: Mapping[str, str]) -> Measured:
    """Files whose digest differs between two runs on the same inputs."""
    differing = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
    detail = f"a second run differs in {', '.join(differing)}" if differing else "a second run gave the same bytes"
    return Measured(float(len(differing)), detail, {"first": dict(first), "second": dict(second)})


def _area(rows: pl.DataFrame) -> tuple[float, float] | None:
    """AUROC and its standard error (Hanley and McNeil, Radiology 1982); None without both classes."""
    label = rows["#label"].to_numpy()
    positive = int(label.sum())
    negative = len(label) - positive
    if not positive or not negative:
        return None
    ranks = rows["#score"].rank("average").to_numpy()
    area = (float(ranks[label == 1].sum()) - positive * (positive + 1) / 2) / (positive * negative)
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (positive - 1) * (one - area**2) + (negative - 1) * (two - area**2)) / (
        positive * negative
    )
    return area, float(np.sqrt(variance))
