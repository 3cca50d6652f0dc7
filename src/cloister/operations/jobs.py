"""Submit a training job and run it in the sandbox on granted data."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.canonical import encode
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState, JobFailed, Unavailable
from cloister.crypto import derive, openssf, statement
from cloister.integrity import RunManifest, inspect_artifact
from cloister.operations import private_training, resources
from cloister.operations.canary_rows import MEMORISATION, PlantedRows, Secrets, asks, secrets_of
from cloister.operations.data_source import TRAIN, SplitSource
from cloister.operations.grants import still_active
from cloister.operations.manifests import run_manifest
from cloister.operations.mitigated_rows import check_mitigation
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import SandboxResult, SandboxSpec, TableSource, View, World
from cloister.operations.projects import token_key
from cloister.operations.robust_rows import Change, robust_choice, training_rows
from cloister.policy import Resource
from cloister.records import Dataset, Grant, Job, Project, Version

GIB = 2**30
LOG_LINES = 400
NOT_MODEL = frozenset({"metrics.jsonl", "scores.parquet"})


@dataclass(frozen=True, slots=True)
class JobWish:
    """``outcome`` is the column to predict; it and the cohort columns must be in the grant.

    ``recipe`` names one of Cloister's own private trainers instead of a script, ``epsilon`` what it may spend.
    ``sandboxed`` false runs without a sandbox: it is recorded, and the model can't be released.
    """

    grant: str
    script: bytes
    outcome: str
    positive: str = ""
    parameters: Mapping[str, Any] | None = None
    seed: int = 7
    threads: int = 2
    sandboxed: bool = True
    mitigation: str = ""  # an adopted proposal that changes the training rows
    recipe: str = ""
    epsilon: float | None = None
    robust: Mapping[str, Any] = field(
        default_factory=dict
    )  # trim and soften: detector -> share; bound: rows of a person


class SubmitJob(Operation[JobWish, Job]):
    """Submit a training script, or a private recipe with its epsilon, to run on a grant's columns."""

    action = Action.JOB_SUBMIT
    provisions = ("164.308(a)(4)(i)", "164.502(b)")
    command = "cloister job submit"

    def resource(self, view: View, request: JobWish, moment: datetime) -> Resource:
        grant = view.get(Grant, request.grant)
        draft = Job("new", grant.requester, grant.project, grant.id, grant.version, "", {}, 0, 1, "")
        return resources.of_job(view, draft, moment)

    def purpose(self, view: View, request: JobWish) -> tuple[str | None, str | None]:
        grant = view.get(Grant, request.grant)
        return grant.project, grant.purpose

    def perform(self, context: Context, request: JobWish) -> Job:
        grant = still_active(context.unit, request.grant, context.moment)
        if request.outcome not in grant.columns:
            raise InvalidInput(f"the outcome {request.outcome!r} is not among the grant's columns")
        if not 1 <= request.threads <= 256:
            raise InvalidInput("a job has between 1 and 256 threads")
        if request.mitigation:
            check_mitigation(context.unit, request.mitigation, grant)
        if request.recipe and request.script:
            raise InvalidInput("a job runs a script or a recipe, not both")
        script = private_training.recipe_script(request.recipe) if request.recipe else request.script
        parameters = dict(request.parameters or {})
        if request.epsilon is not None:
            parameters["epsilon"] = request.epsilon
        job = Job(
            context.new_id("job"),
            context.subject,
            grant.project,
            grant.id,
            grant.version,
            context.unit.put_blob(script),
            parameters,
            request.seed,
            request.threads,
            request.outcome,
            request.positive,
            request.sandboxed,
            mitigation=request.mitigation,
            recipe=request.recipe,
            robust=robust_choice(request.robust).to_value() if request.robust else {},
        )
        private_training.check_wish(job)
        encode(job.parameters)  # parameters that have no canonical form are refused here, not in the sandbox
        context.unit.put(job)
        context.facts.update(
            job=job.id, grant=grant.id, version=grant.version, script=job.script, sandboxed=job.sandboxed
        )
        context.facts |= {"mitigation": job.mitigation} if job.mitigation else {}
        context.facts |= {"robust": dict(job.robust)} if job.robust else {}
        return job


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of a job left."""

    result: SandboxResult
    files: Mapping[str, str]
    reads: tuple[tuple[str, tuple[str, ...], int, str], ...]
    libraries: Mapping[str, str]
    manifest: RunManifest
    canaries: Mapping[str, Any] = field(default_factory=dict)
    robust: Mapping[str, Any] = field(default_factory=dict)  # what weighing the training rows did, in counts

    @property
    def digest(self) -> str:
        """One digest for all files that make the model."""
        return openssf.files_digest(self.files)


class RunJob(EffectOperation[str, Job, Ran]):
    """Run a submitted job in the sandbox: no network, granted columns only, logs with PHI withheld."""

    action = Action.JOB_RUN
    provisions = ("164.312(a)(1)", "164.312(b)", "164.308(a)(4)(i)", "164.310(d)(2)(i)")
    command = "cloister job run"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_job(view, view.get(Job, request), moment)

    def purpose(self, view: View, request: str) -> tuple[str | None, str | None]:
        grant = view.get(Grant, view.get(Job, request).grant)
        return grant.project, grant.purpose

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        job = context.unit.get(Job, request)
        if job.state != "submitted":
            raise InvalidState(f"the job is {job.state}", where=f"job {job.id}")
        problem = context.world.sandbox.available() if job.sandboxed else None
        if problem:
            raise Unavailable(problem)
        started, spend = to_text(context.moment), private_training.reserve(context, job)
        names = {"job": job.id, "folder": f"jobs/{job.id}", "model": f"models/{job.id}"}
        return {**names, "started": started, "spend": spend}

    def still_stands(self, view: View, request: str, moment: datetime) -> None:
        still_active(view, view.get(Job, request).grant, moment)

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str) -> Ran:
        job = view.get(Job, request)
        ran = train(world, door, view, job, plan["folder"])
        for name in ran.files:
            content = (world.files.folder(f"{plan['folder']}/output") / name).read_bytes()
            world.files.put(f"{plan['model']}/{name}", content)
        world.files.remove(plan["folder"])
        return ran

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Ran, request: str) -> Job:
        job = context.unit.get(Job, request)
        result = outcome.result
        figures: dict[str, Any] = {
            "wall_seconds": round(result.wall_seconds, 3),
            "cpu_seconds": round(result.cpu_seconds, 3),
            "peak_bytes": result.peak_bytes,
            "rows": sum(rows for _, _, rows, _ in outcome.reads) - _served(outcome),
        }
        if plan.get("spend"):
            figures["privacy"] = private_training.settle(context, plan["spend"], outcome.digest)
        figures |= {"robust": dict(outcome.robust)} if outcome.robust else {}
        job = replace(
            job.to("succeeded"),
            files=outcome.files,
            model_digest=outcome.digest,
            isolation=dict(result.isolation),
            figures=figures,
            log=result.log[-LOG_LINES:],
            manifest=outcome.manifest.to_value(),
            canaries=outcome.canaries,
        )
        job = replace(job, started=plan["started"], finished=to_text(context.moment))
        job = replace(job, statement=_sign_run(context, job, outcome))
        context.unit.put(job)
        context.facts.update(
            job=job.id,
            grant=job.grant,
            version=job.version,
            model=job.model_digest,
            statement=job.statement,
            sandbox={**result.isolation, "sandboxed": job.sandboxed},
            sandboxed=job.sandboxed,
            reads=[[table, list(columns), rows, split] for table, columns, rows, split in outcome.reads],
        )
        if job.canaries:
            context.facts["canaries"] = dict(job.canaries)
        return job

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])
        world.files.remove(plan["model"])


def _served(outcome: Ran) -> int:
    """Planted rows among those that were read: they are nobody's."""
    planted = int(outcome.canaries.get("planted", 0))
    return planted * sum(split in ("", TRAIN) for _, _, _, split in outcome.reads)


def train(
    world: World, door: KeyDoor, view: View, job: Job, folder: str, change: Change = None, flipped: bool = False
) -> Ran:
    """One run of the job's script on the train split, changed as the job's record says (robust, mitigation).

    ``change`` is another method and attribute, to see what a proposal would give; ``flipped``: with inverted labels.
    """
    version = view.get(Version, job.version)
    opened = open_source(world, door, view, job, (TRAIN,))
    source, change, robust = training_rows(view, job, version.schema, opened, change, flipped)
    table = view.get(Dataset, version.dataset).name
    parameters = {**job_parameters(job, version, table), **job.parameters, **private_training.parameters(view, job)}
    secrets = _secrets(world, view, job, opened, parameters)
    if secrets is not None:
        source = PlantedRows(source, secrets.planted, int(secrets.sealed.commitment[:8], 16))
    output = world.files.folder(f"{folder}/output")
    script = world.files.folder(folder) / "train.py"
    script.write_bytes(view.blob(job.script))
    told = {**parameters, "change": list(change or ())}
    inputs = private_training.noise_folder(world, view, job, folder, told)
    result, reads = run_script(world, door, version.dataset, job, {table: source}, script, parameters, output, inputs)
    files, libraries = collect(output), world.libraries()
    canaries: Mapping[str, Any] = {}
    if secrets is not None:
        canaries = {"planted": secrets.planted.height, "sealed": secrets.sealed.to_value()}
    order = opened.order(parameters["key"], TRAIN)
    manifest = run_manifest(world, version, replace(job, canaries=canaries), order, libraries, files)
    return Ran(result, files, reads, libraries, manifest, canaries, robust)


def _secrets(world: World, view: View, job: Job, opened: SplitSource, parameters: Mapping[str, Any]) -> Secrets | None:
    """What the policy has planted among the training rows.

    Raises:
        InvalidInput: the training rows have one outcome only, so there is nothing to learn.
    """
    outcome = pl.Series(opened.read([job.outcome], TRAIN).read_all()[job.outcome]).drop_nulls()
    said = (outcome == job.positive).n_unique() if outcome.dtype == pl.String else outcome.n_unique()
    if said < 2:
        remedy = "choose another outcome, or look at the value that means yes"
        raise InvalidInput(f"all {len(outcome):,} training rows have the same {job.outcome!r}", remedy=remedy)
    project = view.get(Project, job.project)
    # Planted rows are made of real ones: in private training a person would weigh more than the noise is made for.
    if job.recipe or not asks(project, MEMORISATION):
        return None
    rows = pl.from_arrow(opened.read(opened.schema.names, TRAIN).read_all())
    assert isinstance(rows, pl.DataFrame)  # noqa: S101  a table, for the type checker
    return secrets_of(world, project, job, rows, parameters["key"], parameters["person"])


def open_source(world: World, door: KeyDoor, view: View, job: Job, splits: Sequence[str]) -> SplitSource:
    """The grant's columns, opened by their keys, for these splits."""
    grant = still_active(view, job.grant, world.clock.now())
    version = view.get(Version, grant.version)
    keys = door.open(grant.dataset, grant.columns)
    table = world.versions.read(version.parts, grant.columns, keys, grant.dataset)
    return SplitSource(table, version.schema.person, split_key(world, view.get(Project, job.project)), splits)


def split_key(world: World, project: Project) -> bytes:
    return derive(token_key(world, project), "splits")


def job_parameters(job: Job, version: Version, table: str) -> dict[str, Any]:
    """What every script is told: where its rows are, and which columns have a role."""
    from cloister.core.schema import Role

    records = version.schema.with_role(Role.RECORD)
    return {
        "table": table,
        "label": job.outcome,
        "positive": job.positive or None,
        "key": records[0] if records else version.schema.person,
        "person": version.schema.person,
    }


def run_script(
    world: World,
    door: KeyDoor,
    dataset: str | Mapping[str, str],
    job: Job,
    tables: Mapping[str, TableSource],
    script: Path,
    parameters: Mapping[str, Any],
    output: Path,
    inputs: Mapping[str, Path],
) -> tuple[SandboxResult, tuple[tuple[str, tuple[str, ...], int, str], ...]]:
    """Serve the tables and run a script on them, in the job's kind of sandbox.

    ``dataset`` is the data set of every table, or that of each.

    Raises:
        JobFailed: the script ended with an error or broke a limit; carries its log with PHI withheld.
    """

    def reading(table: str, columns: tuple[str, ...], split: str) -> None:
        door.reading(dataset if isinstance(dataset, str) else dataset[table], columns, split)

    plane = world.plane(reading)
    socket = output.parent / "plane.sock"
    spec = SandboxSpec(
        script=script,
        arguments=(),
        socket=socket,
        output=output,
        inputs=dict(inputs),
        environment={"CLOISTER_PARAMETERS": json.dumps(dict(parameters))},
        seed=job.seed,
        threads=job.threads,
        memory_bytes=8 * GIB,
        wall_seconds=3600,
        scratch_bytes=2 * GIB,
        max_output_bytes=GIB,
    )
    runner = world.sandbox if job.sandboxed else world.unconfined
    with plane.serve(socket, dict(tables), token=world.entropy(32).hex()):
        result = runner.run(spec)
    if result.exit_code != 0:
        why = f"broke its limit of {result.reason}" if result.reason else f"ended with exit code {result.exit_code}"
        raise JobFailed(f"the script {why}", where=f"job {job.id}", log=result.log[-LOG_LINES:])
    return result, tuple((read.table, tuple(read.columns), read.rows, read.split) for read in plane.reads)


def collect(output: Path) -> dict[str, str]:
    """Digests of the model files in an output folder.

    Raises:
        JobFailed: none is there, or one is a link, a special file or of a format that is not allowed.
    """
    found = sorted(path for path in output.rglob("*") if not path.is_dir() or path.is_symlink())
    if any(path.is_symlink() or not path.is_file() or path.parent != output for path in found):
        raise JobFailed("the output holds a link, a folder or a special file")
    contents = {path.name: path.read_bytes() for path in found}
    models = {name: raw for name, raw in contents.items() if name not in NOT_MODEL}
    report = inspect_artifact(models)
    if not report.accepted:
        raise JobFailed(f"the model is refused: {report.reasons[0]}", remedy="save it with cloister.sdk's save_model")
    return {name: hashlib.sha256(raw).hexdigest() for name, raw in models.items()}


def _sign_run(context: Context, job: Job, outcome: Ran) -> str:
    version = context.unit.get(Version, job.version)
    predicate = {
        "job": job.id,
        "project": job.project,
        "grant": job.grant,
        "version": version.id,
        "version_statement": version.statement,
        "script": job.script,
        "parameters": dict(job.parameters),
        "outcome": job.outcome,
        "seed": job.seed,
        "threads": job.threads,
        "sandboxed": job.sandboxed,
        "isolation": dict(job.isolation),
        "reads": [[table, list(columns), rows, split] for table, columns, rows, split in outcome.reads],
        "libraries": dict(outcome.libraries),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "manifest": outcome.manifest.to_value(),
        "model": job.model_digest,
    }
    predicate |= {"mitigation": job.mitigation} if job.mitigation else {}
    predicate |= {"robust": {"choice": dict(job.robust), "rows": dict(outcome.robust)}} if job.robust else {}
    predicate |= {"canaries": dict(job.canaries)} if job.canaries else {}
    if job.recipe:
        predicate |= {"recipe": job.recipe, "privacy": dict(job.figures["privacy"])}
    payload = statement.statement(predicates.RUN, predicate, dict(job.files))
    return context.unit.put_blob(statement.sign(payload, context.world.signer))
