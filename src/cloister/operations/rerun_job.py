"""Run a job again, and say whether the very same model comes out, or what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState, Unavailable
from cloister.crypto import statement
from cloister.integrity import RunManifest, compare_runs
from cloister.operations import resources
from cloister.operations.grants import still_active
from cloister.operations.jobs import Ran, train
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.policy import Resource
from cloister.records import Grant, Job


@dataclass(frozen=True, slots=True)
class RerunWish:
    """``grant``: where the job's own has ended, one of the same columns of the same version. ``threads`` and ``seed``
    change what was recorded, to see whether the result hangs on it.
    """

    job: str
    grant: str = ""
    threads: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Rerun:
    """``lines``: the verdict, then one for each input and output that differs."""

    job: str
    identical: bool
    lines: tuple[str, ...]
    files: Mapping[str, str]
    statement: str


class RerunJob(EffectOperation[RerunWish, Rerun, Ran]):
    """Run a job again from its manifest: the same model, bit by bit, or what differs is named."""

    action = Action.JOB_RERUN
    provisions = ("164.312(c)(1)", "164.308(a)(8)")
    command = "cloister job rerun"

    def resource(self, view: View, request: RerunWish, moment: datetime) -> Resource:
        return resources.of_job(view, _again(view, request), moment)

    def purpose(self, view: View, request: RerunWish) -> tuple[str | None, str | None]:
        grant = view.get(Grant, _again(view, request).grant)
        return grant.project, grant.purpose

    def prepare(self, context: Context, request: RerunWish) -> Mapping[str, Any]:
        first, job = context.unit.get(Job, request.job), _again(context.unit, request)
        if first.state != "succeeded" or not first.manifest:
            why = "ran before manifests were kept" if first.state == "succeeded" else f"is {first.state}"
            raise InvalidState(f"the job {why}, so there is nothing to compare with", where=f"job {first.id}")
        if not 1 <= job.threads <= 256:
            raise InvalidInput("a job has between 1 and 256 threads")
        mine, its = still_active(context.unit, job.grant, context.moment), context.unit.get(Grant, first.grant)
        if (mine.version, mine.columns) != (its.version, its.columns):
            remedy = f"ask for {', '.join(its.columns)} of {its.version}"
            raise InvalidInput("the grant is not of the same columns of the same version", remedy=remedy)
        problem = context.world.sandbox.available() if job.sandboxed else None
        if problem:
            raise Unavailable(problem)
        context.facts.update(job=first.id, grant=job.grant)
        return {"job": first.id, "folder": f"jobs/{first.id}-{context.new_id('run')}"}

    def still_stands(self, view: View, request: RerunWish, moment: datetime) -> None:
        still_active(view, _again(view, request).grant, moment)

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: RerunWish) -> Ran:
        ran = train(world, door, view, _again(view, request), plan["folder"])
        world.files.remove(plan["folder"])
        return ran

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Ran, request: RerunWish) -> Rerun:
        first, job = context.unit.get(Job, request.job), _again(context.unit, request)
        found = compare_runs(RunManifest.from_value(first.manifest), outcome.manifest)
        predicate = {
            "job": first.id,
            "run_statement": first.statement,
            "version": first.version,
            "identical": found.identical,
            "differences": list(found.lines()),
            "manifest": outcome.manifest.to_value(),
        }
        payload = statement.statement(predicates.RERUN, predicate, dict(outcome.files))
        digest = context.unit.put_blob(statement.sign(payload, context.world.signer))
        context.facts.update(
            job=first.id,
            grant=job.grant,
            version=first.version,
            identical=found.identical,
            differences=len(found.inputs) + len(found.outputs),
            statement=digest,
        )
        return Rerun(first.id, found.identical, found.lines(), dict(outcome.files), digest)

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def _again(view: View, request: RerunWish) -> Job:
    """The job as it is to run now."""
    job = view.get(Job, request.job)
    return replace(
        job,
        grant=request.grant or job.grant,
        threads=job.threads if request.threads is None else request.threads,
        seed=job.seed if request.seed is None else request.seed,
    )
