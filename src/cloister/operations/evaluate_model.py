"""Evaluate a trained model: score it in the sandbox, train it a second time, and hold every gate."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState, NotFound
from cloister.core.ids import is_name
from cloister.core.schema import Role
from cloister.crypto import derive
from cloister.integrity.licences import PERMISSIVE
from cloister.operations import canary_gates, gates, mitigation_table, resources, supply_gates
from cloister.operations.advisories import advisories_of, newest_advisories
from cloister.operations.canary_rows import MEMORISATION, asks
from cloister.operations.grants import still_active
from cloister.operations.jobs import Ran, train
from cloister.operations.network_scan import network_report
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.projects import token_key
from cloister.operations.scoring import check_scorable, granted_rows, open_rows
from cloister.operations.versions import read_frame
from cloister.policy import Resource
from cloister.records import GateResult, ImportedModel, Job, Model, Project, Version


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``cohorts`` are granted columns to compare people by, alone and crossed up to ``depth`` of them; ``alert_rate``
    is the share of rows that get an alert.
    """

    job: str
    name: str
    cohorts: tuple[str, ...]
    alert_rate: float = 0.2
    depth: int = 2


@dataclass(frozen=True, slots=True)
class Evaluated:
    gates: tuple[GateResult, ...]
    reports: Mapping[str, Any]


class EvaluateModel(EffectOperation[Evaluation, Model, Evaluated]):
    """Hold a trained model against every gate of its project."""

    action = Action.MODEL_EVALUATE
    provisions = ("164.308(a)(8)", "164.308(a)(1)(ii)(A)", "164.312(c)(1)")
    command = "cloister model evaluate"

    def resource(self, view: View, request: Evaluation, moment: datetime) -> Resource:
        job = _job(view, request.job)
        return resources.of_model(view, _blank(job, request.name, "new"), moment)

    def purpose(self, view: View, request: Evaluation) -> tuple[str | None, str | None]:
        return _job(view, request.job).project, None

    def prepare(self, context: Context, request: Evaluation) -> Mapping[str, Any]:
        job = context.unit.get(Job, request.job)
        version = context.unit.get(Version, job.version)
        if job.state != "succeeded":
            raise InvalidState(f"the job is {job.state}: there is no model to evaluate", where=f"job {job.id}")
        if not is_name(request.name):
            raise InvalidInput("a model's name is lower-case words joined by hyphens")
        if not 0 < request.alert_rate < 1:
            raise InvalidInput("the alert rate lies between 0 and 1")
        if request.depth < 1:
            raise InvalidInput("a cohort crosses at least one column", remedy="give a depth of 1 or more")
        unknown = [name for name in request.cohorts if name not in version.schema.names]
        if unknown or not request.cohorts:
            raise InvalidInput(f"there is no cohort column {unknown[0]!r}" if unknown else "no cohort column is named")
        check_scorable(context.world, job)
        return {"model": context.new_id("mod"), "folder": f"jobs/{job.id}-evaluation"}

    def still_stands(self, view: View, request: Evaluation, moment: datetime) -> None:
        still_active(view, view.get(Job, request.job).grant, moment)

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Evaluation
    ) -> Evaluated:
        job = view.get(Job, request.job)
        project = view.get(Project, job.project)
        world.progress("poisoning scan", 0, 4)
        schema = view.get(Version, job.version).schema
        source, roles = open_rows(world, door, view, job, request.cohorts)
        asked = granted_rows(source, roles, job, schema, request.cohorts, request.alert_rate)
        rows = replace(asked, depth=request.depth)
        limits = {gate.name: gate for gate in project.gates}
        extra: dict[str, Any] = {}
        with ThreadPoolExecutor(1) as beside:
            # The sandbox scores on one core while this process scans on another.
            scores = beside.submit(canary_gates.see, world, door, view, job, source, roles, plan["folder"])
            known = _known_records(world, door, view, job)
            measured = {"poisoning": gates.guarded(gates.poisoning, rows, known)}
            # Where the project lets people judge what the scan found, they need the other figures to judge by.
            leave = limits["poisoning"].exception_days > 0
            if leave or gates.judge(limits["poisoning"], measured["poisoning"]).passed:
                # What needs no score comes while the sandbox works: traces of data, and the library of the attacks.
                traces = _traces(world, job, project, rows)
                import lightgbm  # noqa: F401

                seen = scores.result()
                scored = rows.with_scores(seen.scores)
                again = beside.submit(train, world, door, view, job, f"{plan['folder']}/again")
                attacked = beside.submit(gates.guarded, gates.membership_inference, scored)
                extra = mitigation_table.told_beside_gates(scored) | network_report(scored, seen.scores)
                measured |= _canaries(world, door, view, (job, project, scored), seen, known)
                measured |= self._measure_model(world, view, (job, project, scored), traces, (attacked, again))
        world.files.remove(plan["folder"])
        stopped = gates.Measured(None, "not computed: the poisoning gate stopped the evaluation", {})
        results = tuple(gates.judge(gate, measured.get(gate.name, stopped)) for gate in project.gates)
        return Evaluated(results, {name: dict(item.report) for name, item in measured.items()} | extra)

    def _measure_model(
        self,
        world: World,
        view: View,
        subject: tuple[Job, Project, gates.Scored],
        traces: gates.Measured,
        beside: tuple[Future[gates.Measured], Future[Ran]],
    ) -> dict[str, gates.Measured]:
        """Every gate that needs the model itself: its scores, its files (``traces`` of data in them), and what runs
        ``beside``: the attack, and a second training.
        """
        job, project, scored = subject
        world.progress("measure while training again", 2, 4)
        limit = next(gate.threshold for gate in project.gates if gate.name == "fairness")
        cohorts = gates.guarded_report(gates.fairness_report, scored)
        everyone = gates.of_the_same_people(gates.guarded_report(gates.performance_report, scored), cohorts)
        attacked, again = beside
        return {
            "performance": gates.guarded(gates.performance, everyone),
            "fairness": gates.guarded(gates.fairness, cohorts, limit),
            "canary": gates.guarded(gates.canary, scored),
            "artifact-phi": traces,
            "membership": attacked.result(),
            "dependencies": gates.guarded(
                supply_gates.dependencies, world.components(), world.locks(), project.licences or PERMISSIVE
            ),
            "vulnerabilities": gates.guarded(_vulnerabilities, world, view),
            "reproducibility": gates.guarded(gates.reproducibility, job.files, again.result().files),
        }

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Evaluated, request: Evaluation) -> Model:
        job = context.unit.get(Job, request.job)
        blank = _blank(job, request.name, plan["model"])
        model = Model(
            blank.id,
            blank.name,
            blank.owner,
            blank.project,
            blank.job,
            blank.digest,
            job.sandboxed and bool(job.isolation.get("sandbox", False)),
            outcome.gates,
            outcome.reports,
        )
        context.unit.put(model)
        context.facts.update(
            model=model.id,
            job=job.id,
            digest=model.digest,
            gates=[
                {
                    "name": gate.name,
                    "figure": gate.figure,
                    "threshold": gate.threshold,
                    "comparison": gate.comparison,
                    "passed": gate.passed,
                }
                for gate in outcome.gates
            ],
            passed=model.gates_passed,
        )
        return model

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def _job(view: View, name: str) -> Job:
    try:
        return view.get(Job, name)
    except NotFound:
        if not any(name in (one.id, one.name) for one in view.find(ImportedModel)):
            raise
    remedy = "train a model here: no job of this project made the imported one, and nothing says what its columns are"
    raise InvalidInput("an imported model is evaluated against no gate", where=f"model {name}", remedy=remedy) from None


def _blank(job: Job, name: str, identity: str) -> Model:
    return Model(identity, name, job.requester, job.project, job.id, job.model_digest, job.sandboxed)


def _traces(world: World, job: Job, project: Project, rows: gates.Scored) -> gates.Measured:
    """What the model's files hold of its training rows."""
    files = {name: world.files.get(f"models/{job.id}/{name}") for name in job.files}
    key = derive(token_key(world, project), "fingerprints")
    return gates.guarded(gates.artifact_phi, files, rows, key)


def _vulnerabilities(world: World, view: View) -> gates.Measured:
    """The installed packages against the newest mirror."""
    packages, mirror = world.libraries(), newest_advisories(view)
    records = advisories_of(world, mirror, packages) if mirror is not None else []
    return supply_gates.vulnerabilities(packages, mirror, records, world.clock.now())


def _canaries(
    world: World,
    door: KeyDoor,
    view: View,
    subject: tuple[Job, Project, gates.Scored],
    seen: canary_gates.Seen,
    known: pl.Series | None,
) -> dict[str, gates.Measured]:
    """The sealed sets beyond performance that the project's policy asks for."""
    job, project, scored = subject
    found = {}
    if asks(project, canary_gates.DRIFT):
        earlier = canary_gates.first_sealed(world, door, view, job, scored.features)
        found[canary_gates.DRIFT] = gates.guarded(canary_gates.drift, scored, earlier)
    if asks(project, canary_gates.BACKDOOR):
        found[canary_gates.BACKDOOR] = gates.guarded(canary_gates.backdoor, seen, scored, known)
    if asks(project, MEMORISATION):
        found[MEMORISATION] = gates.guarded(canary_gates.memorisation, seen)
    return found


def _known_records(world: World, door: KeyDoor, view: View, job: Job) -> pl.Series | None:
    """Record pseudonyms that the project's last registered model was trained from, if there is one."""
    registered = [model for model in view.find(Model, parent=job.project) if model.state != "trained"]
    trusted = [view.get(Job, model.job) for model in registered]
    dataset = view.get(Version, job.version).dataset
    versions = [view.get(Version, item.version) for item in trusted]
    versions = [version for version in versions if version.dataset == dataset and version.id != job.version]
    if not versions:
        return None
    records = versions[-1].schema.with_role(Role.RECORD)[:1]
    if not records:
        return None
    frame = read_frame(world, versions[-1], records, door.open(dataset, records))
    return frame[records[0]].cast(pl.String)
