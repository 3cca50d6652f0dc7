"""The chain up to the grant, step by step, each step in the name of the subject whose duty it is.

Every method first looks for what an earlier, interrupted run has finished, and goes on from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cloister.app import App
from cloister.cli.narration import Narrator
from cloister.cli.new_subject import add_subject
from cloister.core.errors import GateFailed
from cloister.core.schema import TableSchema
from cloister.operations.check_delivery import CheckDelivery
from cloister.operations.datasets import CreateDataset, CreateKey, NewDataset
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset, derived_schema
from cloister.operations.disclosure_risk import AnonymiseDataset, MeasureVersion, RiskQuestion
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant
from cloister.operations.operation import Session
from cloister.operations.projects import CreateProject, NewProject
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.settle_quarantine import AdjudicateDelivery, MergeDelivery, Verdict
from cloister.operations.sources import RegisterSource, SourceKeyRequest
from cloister.records import DataClass, Dataset, Delivery, Gate, Grant, Project, Source, Version

R = TypeVar("R")

PEOPLE = {
    "steward": "data-steward",
    "custodian": "key-custodian",
    "engineer": "ml-engineer",
    "privacy": "privacy-officer",
    "clinician": "clinical-reviewer",
}


@dataclass(frozen=True, slots=True)
class Leave:
    """An exception that the plan asks for: for how many days, and why."""

    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the chain is told; ``cloister run`` reads it from a file, the demo fills it by itself."""

    source: str
    dataset: str
    target: str
    location: str
    retention_days: int
    schema: TableSchema
    project: str
    purposes: tuple[str, ...]
    purpose: str
    hours: float
    k: int
    l: int | None  # noqa: E741  l-diversity's own name
    t: float | None
    drop: tuple[str, ...]
    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...]
    max_suppressed: float
    ladders: Mapping[str, Any]
    columns: tuple[str, ...]
    script: bytes
    outcome: str
    positive: str
    parameters: Mapping[str, Any]
    seed: int
    threads: int
    sandboxed: bool
    model: str
    cohorts: tuple[str, ...]
    alert_rate: float
    gates: tuple[Gate, ...]
    stage: str
    statements: Mapping[str, str] = field(default_factory=dict)
    monitoring: str = "task"
    depth: int = 2  # most cohort columns that are crossed
    exceptions: Mapping[str, Leave] = field(default_factory=dict)  # gate -> what is asked for where it does not pass


def people(app: App, installer: Session) -> dict[str, Session]:
    """The five subjects, each with one duty; credentials are kept in the environment's folder, mode 0600."""
    for name, role in PEOPLE.items():
        if not (app.home / "credentials" / name).exists():
            add_subject(app, name, frozenset({role}), installer)
    return {name: app.session(name, app.home / "credentials" / name) for name in PEOPLE}


@dataclass(slots=True)
class Chain:
    """Runs the steps. ``who`` maps the names of :data:`PEOPLE` to their sessions."""

    app: App
    who: Mapping[str, Session]
    say: Narrator
    plan: Plan

    def find(self, kind: type[R], wanted: Callable[[R], bool]) -> R | None:
        """The newest record of a kind that fits."""
        found = self.app.run(ReadRecords(), Look(kind.kind), self.who["steward"])  # type: ignore[attr-defined]  # every record names its kind
        return next((item for item in reversed(found) if wanted(item)), None)

    def set_up(self, public_key: str) -> None:
        """Source, project, and the two data sets with their keys."""
        plan, run = self.plan, self.app.run
        source = self.find(Source, lambda item: item.name == plan.source)
        if source is None or not any(key.public == public_key for key in source.keys):
            run(RegisterSource(), SourceKeyRequest(plan.source, public_key), self.who["steward"])
        self.say.line("source", f"{plan.source}, Ed25519 public key {public_key[:12]}...", "+")
        if self.find(Project, lambda item: item.name == plan.project) is None:
            purposes = frozenset(plan.purposes)
            wish = NewProject(plan.project, purposes, plan.gates, plan.k, plan.l, plan.t, monitoring=plan.monitoring)
            run(CreateProject(), wish, self.who["steward"])
        self.say.line("project", f"{plan.project} for {', '.join(plan.purposes)}; {len(plan.gates)} gates", "+")
        self._dataset(plan.dataset, DataClass.PHI, plan.schema, plan.source)
        self._dataset(plan.target, DataClass.DEIDENTIFIED, derived_schema(plan.schema, plan.drop), None)

    def _dataset(self, name: str, kind: DataClass, schema: TableSchema, source: str | None) -> None:
        plan, run = self.plan, self.app.run
        dataset = self.find(Dataset, lambda item: item.name == name)
        if dataset is None:
            wish = NewDataset(name, "custodian", kind, schema, plan.location, plan.retention_days, source)
            dataset = run(CreateDataset(), wish, self.who["steward"])
        if dataset.state == "keyless":
            dataset = run(CreateKey(), name, self.who["custodian"])
        count = len(schema.columns)
        words = f"{kind.value}; owner {dataset.owner}, keys of {count} columns with {dataset.custodian}"
        self.say.line(f"data set {name}", words, "+")

    def deliver(self, folder: Path, reason: str, *, anyway: str = "") -> Version:
        """Receive, check, adjudicate, merge: four steps, two people.

        ``anyway`` is the reason for which a delivery that is held as a whole is merged all the same.

        Raises:
            GateFailed: the delivery is held, and there is no such reason.
        """
        run, steward = self.app.run, self.who["steward"]
        delivery = self._received(folder)
        if delivery is None:
            with self.say.step("receive"):
                delivery = run(ReceiveDelivery(), Arrival(folder, self.plan.source), steward)
        self.say.line("received", f"signature and checksums hold; sealed in staging ({delivery.id})", "+")
        if delivery.state == "received":
            with self.say.step("check"):
                delivery = run(CheckDelivery(), delivery.id, steward)
        words = f"{delivery.rows:,} rows: {delivery.accepted:,} good, {delivery.quarantined:,} to quarantine"
        self.say.line("checked", words, "+")
        for name, rows in sorted(delivery.findings.items(), key=lambda item: (-item[1], item[0])):
            self.say.line("", f"{rows:>6,}  {name}")
        for item in delivery.details:
            if label := {"hold": "held", "warning": "look at"}.get(item.severity):
                self.say.line(label, f"{item.rows:>6,}  {item.reason}", "!")
        if delivery.state == "checked":
            if delivery.held and not anyway:
                told = (
                    f"the delivery as a whole departs from what is expected; it is held by {', '.join(delivery.held)}"
                )
                remedy = f"cloister review show {delivery.id}, then cloister review adjudicate, and run this again"
                raise GateFailed(told, where=f"delivery {delivery.id}", remedy=remedy)
            verdict = Verdict(delivery.id, delivery.held, anyway if delivery.held else reason)
            delivery = run(AdjudicateDelivery(), verdict, steward)
        if delivery.state == "refused":
            remedy = "have the source send it anew, under the next sequence number"
            raise GateFailed("the delivery was refused", where=f"delivery {delivery.id}", remedy=remedy)
        if delivery.state == "adjudicated":
            with self.say.step("merge"):
                version = run(MergeDelivery(), delivery.id, self.who["privacy"])
        else:
            version = run(ReadRecords(), Look("version", delivery.version), steward)[0]
        words = f"verdict by steward, merged by privacy: version {version.number}, {version.rows:,} rows, encrypted"
        self.say.line("merged", words, "+")
        return version

    def _received(self, folder: Path) -> Delivery | None:
        """A delivery of these very bytes that is here already."""
        manifest = folder / "manifest.dsse.json"
        digest = hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else ""
        return self.find(Delivery, lambda item: item.statement == digest)

    def protect(self, version: Version) -> Version:
        """De-identify, measure, generalise until it holds, measure again."""
        plan, run, officer = self.plan, self.app.run, self.who["privacy"]
        safe = self.find(Version, lambda v: v.parents == (version.id,) and v.recipe.get("step") == "deidentify")
        if safe is None:
            with self.say.step("de-identify"):
                wish = Deidentification(version.id, plan.target, plan.project, plan.drop)
                safe = run(DeidentifyDataset(), wish, officer)
        columns = len(version.schema.columns) - len(safe.schema.columns)
        removed = sum(safe.recipe["removed"]["notes"].values())
        words = f"Safe Harbor: {columns} columns dropped, {removed:,} identifiers out of notes, numbers to pseudonyms"
        self.say.line("de-identified", words, "+")
        if not safe.measured:
            with self.say.step("measure"):
                safe = run(MeasureVersion(), self._question(safe), officer)
        self.say.line("risk as it is", _risk(safe, plan.k), "+" if safe.passed else "!")
        if safe.passed:
            return safe
        parent = safe.id
        general = self.find(Version, lambda v: v.parents == (parent,) and v.recipe.get("step") == "anonymise")
        if general is None:
            with self.say.step("generalise"):
                general = run(AnonymiseDataset(), self._question(safe), officer)
        if not general.measured:
            general = run(MeasureVersion(), self._question(general), officer)
        loss, cut = general.recipe["ncp"], general.recipe["suppressed_rows"]
        self.say.line(
            "risk generalised", f"{_risk(general, plan.k)}; {loss:.1%} of detail lost, {cut} rows left out", "+"
        )
        return general

    def _question(self, version: Version) -> RiskQuestion:
        plan = self.plan
        return RiskQuestion(
            version.id, plan.project, plan.quasi_identifiers, plan.sensitive, plan.max_suppressed, plan.ladders
        )

    def grant(self, version: Version) -> Grant:
        """Asked for by the engineer, approved by the privacy officer."""
        plan, run = self.plan, self.app.run
        now = self.app.now()
        grant = self.find(Grant, lambda item: item.version == version.id and item.active(now))
        if grant is None:
            wish = GrantWish(version.id, plan.project, plan.columns, plan.purpose, plan.hours)
            grant = run(RequestGrant(), wish, self.who["engineer"])
            grant = run(ApproveGrant(), grant.id, self.who["privacy"])
        total = len(version.schema.columns)
        words = f"{len(grant.columns)} of {total} columns for {grant.hours:g} h to engineer, by privacy"
        self.say.line("granted", words, "+")
        return grant


def _risk(version: Version, k: int) -> str:
    measured = version.measured
    alone = measured["classes_below"].get("2", 0)
    return f"k = {measured['k']} of {k} people wanted; {measured['classes']:,} classes, {alone:,} of one person"
