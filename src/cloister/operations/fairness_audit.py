"""Audit the labels and the data of a grant before any model: what is rarer, missing, stood in for, or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput
from cloister.core.schema import Role
from cloister.fairness import (
    AuditConfig,
    audit_labels,
    audit_missingness,
    compare_representation,
    find_proxies,
    label_disagreement,
)
from cloister.operations import resources
from cloister.operations.cohort_columns import bands_of
from cloister.operations.data_source import TRAIN, split_of
from cloister.operations.grants import still_active
from cloister.operations.jobs import split_key
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.versions import read_frame
from cloister.policy import Resource
from cloister.records import DataAudit, Grant, Project, Version

FAIL, PASS, INSUFFICIENT = "fail", "pass", "insufficient evidence"
_LABEL, _PERSON = "#label", "#person"
_PROXY = 0.6  # AUROC from which a feature is said to stand in for a cohort


@dataclass(frozen=True, slots=True)
class AuditWish:
    """``need`` are columns that should account for the outcome whoever the patient is; ``features`` (all granted ones
    when left out) are searched for proxies; ``reference`` gives shares of a population by attribute and level;
    ``same_case`` are columns whose equal values make two rows the same case.
    """

    grant: str
    outcome: str
    positive: str
    cohorts: tuple[str, ...]
    need: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    reference: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    same_case: tuple[str, ...] = ()
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tested: ``figure`` with joint limits, whether it was found, or why it could not be told."""

    part: str
    what: str
    cohort: str
    figure: float | None
    low: float | None
    high: float | None
    verdict: str

    def to_value(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class AuditData(EffectOperation[AuditWish, DataAudit, tuple[Finding, ...]]):
    """Test a grant's training rows for biased labels, unequal missing values, proxies and missing people."""

    action = Action.FAIRNESS_AUDIT
    provisions = ("164.308(a)(8)", "164.312(b)", "164.502(b)")
    command = "cloister fairness audit"

    def resource(self, view: View, request: AuditWish, moment: datetime) -> Resource:
        return resources.of_grant(view, view.get(Grant, request.grant), moment)

    def purpose(self, view: View, request: AuditWish) -> tuple[str | None, str | None]:
        grant = view.get(Grant, request.grant)
        return grant.project, grant.purpose

    def prepare(self, context: Context, request: AuditWish) -> Mapping[str, Any]:
        grant = still_active(context.unit, request.grant, context.moment)
        _only_the_grant(context)
        if not request.cohorts:
            raise InvalidInput("no cohort column is named", remedy="name at least one with --cohort")
        named = (request.outcome, *request.cohorts, *request.need, *request.features, *request.same_case)
        for name in (*named, *request.reference):
            if name not in grant.columns:
                known = ", ".join(grant.columns)
                raise InvalidInput(f"the grant has no column {name!r}", remedy=f"it has {known}")
        context.facts.update(grant=grant.id, version=grant.version, cohorts=list(request.cohorts))
        return {"grant": grant.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: AuditWish
    ) -> tuple[Finding, ...]:
        grant = still_active(view, request.grant, world.clock.now())
        version = view.get(Version, grant.version)
        keys = door.open(grant.dataset, grant.columns)
        door.reading(grant.dataset, grant.columns, TRAIN)
        frame = read_frame(world, version, grant.columns, keys)
        person = version.schema.person
        if person is None:
            raise InvalidInput("the version has no person column, so people can't be counted")
        key = split_key(world, view.get(Project, grant.project))
        people = frame[person].cast(pl.String).alias(_PERSON)
        label = _label(frame[request.outcome], request.positive)
        rows = frame.with_columns(people, label).filter(split_of(people, key) == TRAIN)
        return tuple(_Audit.over(rows.drop_nulls(_LABEL), version, request).findings(world.progress))

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: tuple[Finding, ...], request: AuditWish
    ) -> DataAudit:
        _only_the_grant(context)
        grant = context.unit.get(Grant, request.grant)
        found = [item for item in outcome if item.verdict == FAIL]
        blank = any(item.verdict == INSUFFICIENT for item in outcome) or not outcome
        audit = DataAudit(
            context.new_id("aud"),
            grant.project,
            grant.id,
            grant.version,
            context.subject,
            to_text(context.moment),
            {
                "outcome": request.outcome,
                "cohorts": list(request.cohorts),
                "need": list(request.need),
                "features": list(request.features),
                "reference": {name: dict(shares) for name, shares in request.reference.items()},
            },
            FAIL if found else INSUFFICIENT if blank else PASS,
            tuple(item.to_value() for item in outcome),
        )
        context.unit.put(audit)
        context.facts.update(
            audit=audit.id, version=audit.version, verdict=audit.verdict, tested=len(outcome), found=len(found)
        )
        return audit

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def _only_the_grant(context: Context) -> None:
    for obligation in (*context.fulfil("columns"), *context.fulfil("expiry")):
        if obligation.value != "grant":
            raise IntegrityFailure("the decision obliges to something that an audit does not know")


def _label(values: pl.Series, positive: str) -> pl.Series:
    if values.dtype == pl.String:
        if not positive:
            raise InvalidInput(f"the outcome {values.name!r} is text", remedy="say with --positive what means yes")
        return (values == positive).cast(pl.Int8).alias(_LABEL)
    numbers = values.cast(pl.Float64)
    if not numbers.drop_nulls().is_in([0.0, 1.0]).all():
        raise InvalidInput(f"the outcome {values.name!r} is not 0 and 1", remedy="choose a column that is")
    return numbers.cast(pl.Int8).alias(_LABEL)


@dataclass(frozen=True, slots=True)
class _Audit:
    """The training rows and what was asked of them."""

    rows: pl.DataFrame
    request: AuditWish
    features: tuple[str, ...]
    config: AuditConfig

    @classmethod
    def over(cls, rows: pl.DataFrame, version: Version, request: AuditWish) -> _Audit:
        if not rows.height:
            raise InvalidInput("no training row of the grant has an outcome")
        schema = version.schema
        numbered = {*schema.with_role(Role.PERSON), *schema.with_role(Role.RECORD), request.outcome}
        every = [name for name in rows.columns if not name.startswith("#") and name not in numbered]
        features = request.features or tuple(name for name in every if name not in request.cohorts)
        bands = {name: cuts for name in request.cohorts if (cuts := bands_of(rows[name], schema.column(name).role))}
        return cls(rows, request, features, AuditConfig(seed=request.seed, bands=bands))

    def findings(self, progress: Callable[[str, int, int], None]) -> Iterator[Finding]:
        parts = (self._labels, self._missing, self._proxies, self._representation, self._disagreement)
        for number, part in enumerate(parts):
            progress("audit", number, len(parts))
            try:
                yield from part()
            except CloisterError as error:
                name = part.__name__.strip("_").replace("_", " ")
                yield Finding(name, error.message, "every cohort", None, None, None, INSUFFICIENT)

    def _labels(self) -> Iterator[Finding]:
        if not self.request.need:
            told = "no proxy of need is named: whether labels are biased was not tested"
            yield Finding("labels", told, "every cohort", None, None, None, INSUFFICIENT)
            return
        audit = audit_labels(
            self.rows,
            cohorts=self.request.cohorts,
            label=_LABEL,
            need=self.request.need,
            person=_PERSON,
            config=self.config,
        )
        what = f"odds of {self.request.outcome} given {', '.join(self.request.need)}"
        for item in audit.findings:
            yield Finding("labels", what, item.cohort, item.odds_ratio, item.low, item.high, _verdict(item))

    def _missing(self) -> Iterator[Finding]:
        columns = [name for name in self.features if self.rows[name].null_count()]
        explained = [name for name in self.request.need if not self.rows[name].null_count()]
        audit = audit_missingness(
            self.rows,
            columns=columns,
            cohorts=self.request.cohorts,
            label=_LABEL,
            person=_PERSON,
            explained_by=explained,
            config=self.config,
        )
        for item in audit.findings:
            cohort = item.cohort.replace(f"{_LABEL}=1", f"{self.request.outcome}: yes")
            what = f"odds that {item.subject} is missing"
            yield Finding("missing values", what, cohort, item.odds_ratio, item.low, item.high, _verdict(item))

    def _proxies(self) -> Iterator[Finding]:
        found = find_proxies(
            self.rows,
            features=self.features,
            protected=self.request.cohorts,
            person=_PERSON,
            config=self.config,
            limit=_PROXY,
        )
        for item in found:
            what = f"AUROC of {item.feature}"
            yield Finding("proxies", what, item.cohort, item.auroc, item.low, item.high, _verdict(item))

    def _representation(self) -> Iterator[Finding]:
        for attribute, shares in self.request.reference.items():
            for item in compare_representation(
                self.rows, attribute=attribute, reference=shares, person=_PERSON, config=self.config
            ):
                what = f"share of people (reference {item.reference:.3f})"
                outside = item.low is not None and item.high is not None and not item.low <= item.reference <= item.high
                verdict = INSUFFICIENT if item.status != "estimated" else FAIL if outside else PASS
                yield Finding("representation", what, item.cohort, item.share, item.low, item.high, verdict)

    def _disagreement(self) -> Iterator[Finding]:
        """Rates alone: how often is too often is for a clinician to say, so it never counts as found."""
        for attribute in self.request.cohorts if self.request.same_case else ():
            rates = label_disagreement(
                self.rows, key=list(self.request.same_case), label=_LABEL, cohort=attribute, config=self.config
            )
            for row in rates.iter_rows(named=True):
                verdict = PASS if row["rate"] is not None else INSUFFICIENT
                cohort = f"{attribute}={row['cohort']}"
                yield Finding("labels of one case differ", "rate", cohort, row["rate"], None, None, verdict)


def _verdict(item: Any) -> str:
    return FAIL if item.found else PASS if item.status == "estimated" else INSUFFICIENT


def found(audit: DataAudit) -> Sequence[Mapping[str, Any]]:
    """The findings of an audit that were found."""
    return [item for item in audit.findings if item["verdict"] == FAIL]
