"""What is wrong with the data before any model: labels, missing values, who is represented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.association import Association, adjusted_odds, describe, design
from cloister.fairness.cohorts import read_levels
from cloister.fairness.config import FairnessConfig
from cloister.fairness.inputs import absent, levelled, named, read_label, read_person
from cloister.fairness.intervals import normal_quantile
from cloister.fairness.report import finite
from cloister.fairness.spread import Floats


@dataclass(frozen=True, slots=True)
class AuditConfig:
    """``confidence`` is that of a whole audit: with nothing wrong, one audit in a hundred names anything at 0.99."""

    seed: int
    confidence: float = 0.99
    replicates: int = 4000
    minimum_cell: int = 11
    bands: Mapping[str, tuple[float, ...]] | None = None

    def cohort_config(self) -> FairnessConfig:
        return FairnessConfig(
            threshold=0.5, seed=self.seed, minimum_cell=self.minimum_cell, bands=dict(self.bands or {})
        )


@dataclass(frozen=True, slots=True)
class Audit:
    """All that was tested and what was found; ``passed`` only when everything could be tested and nothing was found."""

    name: str
    findings: tuple[Association, ...]

    @property
    def found(self) -> tuple[Association, ...]:
        return tuple(item for item in self.findings if item.found)

    @property
    def verdict(self) -> str:
        if self.found:
            return "fail"
        blank = not self.findings or any(item.status != "estimated" for item in self.findings)
        return "insufficient evidence" if blank else "pass"

    @property
    def passed(self) -> bool:
        return self.verdict == "pass"

    def to_value(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "verdict": self.verdict,
            "passed": self.passed,
            "findings": [item.to_value() for item in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Indicators:
    """Columns of 0 and 1 for each level of each attribute, with its name and people."""

    names: tuple[str, ...]
    matrix: Floats
    people: NDArray[np.int64]


def audit_labels(
    frame: pl.DataFrame,
    *,
    cohorts: Sequence[str],
    label: str,
    need: Sequence[str],
    person: str | None,
    config: AuditConfig,
) -> Audit:
    """Label rate of each cohort against what proxies of need explain.

    ``need`` names columns that should account for the outcome whoever the patient is: counts of earlier admissions,
    laboratory values, severity. A cohort whose label is rarer than its need says may be under-recorded
    (Obermeyer et al. 2019). A finding is a question to a clinician, not a proof.

    Raises:
        InvalidInput: an absent column, no proxy of need, or a label that is not 0 and 1.
    """
    if not need:
        raise InvalidInput("no proxy of need is named", where="fairness.need", remedy="name at least one column")
    for name in need:
        if name == label:
            raise InvalidInput("the outcome can't be a proxy of its own need", where="fairness.need")
        if named(frame, name, "need").n_unique() < 2:
            raise InvalidInput(f"column {name!r} has one value: it explains no need", where="fairness.need")
    response = read_label(frame, label)
    if len(set(response.tolist())) < 2:
        raise InvalidInput(f"column {label!r} has one value: its rates can't differ", where="fairness.label")
    tested = _indicators(frame, cohorts, person, config)
    numbers = read_person(frame, person)
    findings = _test(label, response, design(frame, need, "fairness.need"), tested, numbers, config, 1)
    return Audit("labels", findings)


def audit_missingness(
    frame: pl.DataFrame,
    *,
    columns: Sequence[str],
    cohorts: Sequence[str],
    label: str,
    person: str | None,
    explained_by: Sequence[str] = (),
    config: AuditConfig,
) -> Audit:
    """Whether a value is missing more often in some cohorts, or with the outcome within them.

    Missing by cohort is unequal measurement; missing with the outcome, given ``explained_by``, can't be missing at
    random. What depends on the unseen value alone leaves no trace that any test could find.
    """
    outcome = read_label(frame, label)
    tested = _indicators(frame, cohorts, person, config)
    numbers = read_person(frame, person)
    base = design(frame, explained_by, "fairness.explained_by")
    found: list[Association] = []
    shared = replace(config, confidence=1 - (1 - config.confidence) / max(2 * len(columns), 1))
    for order, name in enumerate(columns):
        response = absent(named(frame, name, "columns")).cast(pl.Float64).to_numpy()
        if not response.any() or response.all():
            continue
        found += _test(name, response, base, tested, numbers, shared, 2 * order + 2)
        inside = np.concatenate([base, tested.matrix], axis=1)
        with_outcome = _Indicators(
            tuple(f"{cohort} & {label}=1" for cohort in tested.names), tested.matrix * outcome[:, None], tested.people
        )
        found += _test(name, response, inside, with_outcome, numbers, shared, 2 * order + 3)
    return Audit("missing values", tuple(found))


def _test(
    subject: str,
    response: Floats,
    base: Floats,
    tested: _Indicators,
    person: NDArray[np.int64] | None,
    config: AuditConfig,
    stream: int,
) -> tuple[Association, ...]:
    usable = np.flatnonzero(tested.people >= config.minimum_cell)
    limits = np.full((3, len(tested.names)), np.nan)
    limits[:, usable] = adjusted_odds(
        response,
        base,
        tested.matrix[:, usable],
        person,
        confidence=config.confidence,
        replicates=config.replicates,
        generator=np.random.default_rng([config.seed, stream]),
    )
    rows = np.maximum(tested.matrix.sum(axis=0), 1)
    rates = response @ tested.matrix / rows
    return tuple(
        describe(
            subject,
            name,
            int(tested.people[index]),
            config.minimum_cell,
            float(rates[index]),
            (float(limits[0, index]), float(limits[1, index]), float(limits[2, index])),
        )
        for index, name in enumerate(tested.names)
    )


def _indicators(frame: pl.DataFrame, cohorts: Sequence[str], person: str | None, config: AuditConfig) -> _Indicators:
    if person is not None:
        named(frame, person, "person")
    names: list[str] = []
    columns: list[Floats] = []
    people: list[int] = []
    for attribute in cohorts:
        named(frame, attribute, "cohorts")
        codes, levels = read_levels(frame, attribute, config.cohort_config())
        for code, level in enumerate(levels):
            inside = codes == code
            names.append(f"{attribute}={level}")
            columns.append(inside.astype(np.float64))
            held = frame.filter(pl.Series(inside))
            people.append(held.height if person is None else held[person].n_unique())
    if not names:
        raise InvalidInput("no cohort attribute is named", where="fairness.cohorts", remedy="name at least one")
    return _Indicators(tuple(names), np.stack(columns, axis=1), np.array(people))


@dataclass(frozen=True, slots=True)
class Representation:
    """Share of people in one cohort beside its share of a reference population; ``ratio`` divides them."""

    cohort: str
    people: int | None
    share: float | None
    low: float | None
    high: float | None
    reference: float
    ratio: float | None
    status: str

    def to_value(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def compare_representation(
    frame: pl.DataFrame,
    *,
    attribute: str,
    reference: Mapping[str, float],
    person: str | None,
    config: AuditConfig,
) -> tuple[Representation, ...]:
    """People by level of ``attribute`` against the reference shares (which add up to 1), with joint Wilson limits.

    Levels that the reference does not name are told too, against a share of 0.

    Raises:
        InvalidInput: the reference does not add up to 1, or the column is absent.
    """
    shares = [share for share in reference.values() if isinstance(share, int | float) and 0 <= share <= 1]
    if len(shares) < len(reference) or abs(sum(shares) - 1) > 0.01:
        raise InvalidInput("the reference shares do not add up to 1", where=f"fairness.reference.{attribute}")
    held = _indicators(frame, [attribute], person, config)
    counted = dict(zip([name.partition("=")[2] for name in held.names], held.people.tolist(), strict=True))
    total = frame.height if person is None else frame[person].n_unique()
    expected = {**reference, **{level: 0.0 for level in counted if level not in reference}}
    z = normal_quantile(config.confidence ** (1 / len(expected)))
    return tuple(
        _represented(attribute, level, counted.get(level, 0), total, share, z, config.minimum_cell)
        for level, share in expected.items()
    )


def _represented(
    attribute: str, level: str, people: int, total: int, reference: float, z: float, minimum: int
) -> Representation:
    name = f"{attribute}={level}"
    if 0 < people < minimum:
        return Representation(name, None, None, None, None, reference, None, "suppressed")
    share, square = people / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = z * np.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    ratio = share / reference if reference else None
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Representation(name, people, share, float(low), float(high), reference, finite(ratio), "estimated")


def label_disagreement(
    frame: pl.DataFrame, *, key: Sequence[str], label: str, cohort: str, config: AuditConfig
) -> pl.DataFrame:
    """How often rows that should be the same case (equal ``key``) carry different labels, by level of ``cohort``.

    Columns: cohort, cases (with at least two rows), disagreeing, rate; cohorts of few cases have nulls.
    """
    for name in (*key, cohort):
        levelled(named(frame, name, "key" if name in key else "cohorts"), "key" if name in key else "cohorts")
    if not key:
        raise InvalidInput("no column says which rows are the same case", where="fairness.key")
    read_label(frame, label)
    return (
        frame.with_columns(pl.col(cohort).cast(pl.String).fill_null("missing").alias("cohort"))
        .group_by([*key, "cohort"])
        .agg(pl.len().alias("rows"), pl.col(label).cast(pl.Float64).n_unique().alias("labels"))
        .filter(pl.col("rows") > 1)
        .group_by("cohort")
        .agg(pl.len().alias("cases"), (pl.col("labels") > 1).sum().alias("disagreeing"))
        .with_columns((pl.col("disagreeing") / pl.col("cases")).alias("rate"))
        .with_columns(
            pl.when(pl.col("cases") >= config.minimum_cell).then(pl.col(name)).alias(name)
            for name in ("disagreeing", "rate", "cases")
        )
        .sort("cohort")
    )
