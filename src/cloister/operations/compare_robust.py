"""What weighing the training rows gains and costs a model's script: as delivered, and with labels inverted on purpose.

On clean rows weights can only cost; on poisoned ones they gain. Nobody knows which the delivered rows are. So both are
told together: the rows as they are, and the same with the outcome inverted in a group of about a twentieth of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState, Unavailable
from cloister.crypto import statement
from cloister.integrity import RobustComparison, compare_robust
from cloister.operations import resources
from cloister.operations.data_source import TEST
from cloister.operations.gates import Scored
from cloister.operations.grants import still_active
from cloister.operations.jobs import train
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.robust_rows import robust_choice
from cloister.operations.scoring import check_scorable, granted_rows, open_rows, score_rows
from cloister.policy import Resource
from cloister.records import Job, Model, Version


@dataclass(frozen=True, slots=True)
class RobustWish:
    """``robust`` as in a job's wish; empty: what the model's own job was submitted with."""

    model: str
    robust: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """By case (``as delivered``, ``a group inverted``): AUROC on the held-out people without and with the weights,
    and what the weights did to the training rows, in counts.
    """

    comparisons: Mapping[str, RobustComparison]
    rows: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RobustResult:
    model: str
    choice: Mapping[str, Any]
    comparisons: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, Mapping[str, Any]]
    statement: str


class CompareRobust(EffectOperation[RobustWish, RobustResult, Compared]):
    """Train a model's script without and with weights from the detectors' scores; gain and loss are told together."""

    action = Action.MODEL_ROBUST
    provisions = ("164.312(c)(1)", "164.308(a)(8)")
    command = "cloister model robust"

    def resource(self, view: View, request: RobustWish, moment: datetime) -> Resource:
        return resources.of_model(view, view.named(Model, request.model), moment)

    def purpose(self, view: View, request: RobustWish) -> tuple[str | None, str | None]:
        return view.named(Model, request.model).project, None

    def prepare(self, context: Context, request: RobustWish) -> Mapping[str, Any]:
        model = context.unit.named(Model, request.model)
        job = context.unit.get(Job, model.job)
        if job.state != "succeeded":
            raise InvalidState(f"the job is {job.state}: there is no model to compare with", where=f"job {job.id}")
        if job.recipe:
            raise InvalidInput("private training runs on rows as they are", where=f"job {job.id}")
        choice = robust_choice(request.robust or job.robust).to_value()
        still_active(context.unit, job.grant, context.moment)
        problem = context.world.sandbox.available() if job.sandboxed else None
        if problem:
            raise Unavailable(problem)
        check_scorable(context.world, job)
        folder = f"jobs/{job.id}-{context.new_id('run')}"
        return {"model": model.id, "job": job.id, "choice": choice, "folder": folder}

    def still_stands(self, view: View, request: RobustWish, moment: datetime) -> None:
        still_active(view, view.get(Job, view.named(Model, request.model).job).grant, moment)

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: RobustWish) -> Compared:
        job = view.get(Job, plan["job"])
        source, roles = open_rows(world, door, view, job, ())
        known = granted_rows(source, roles, job, view.get(Version, job.version).schema, (), 0.2)

        def trained(name: str, weighed: bool, flipped: bool) -> tuple[Scored, Mapping[str, Any]]:
            folder = f"{plan['folder']}/{name}"
            changed = replace(job, robust=plan["choice"] if weighed else {})
            ran = train(world, door, view, changed, folder, flipped=flipped)
            scores = score_rows(world, door, view, job, source, roles, f"{folder}/scored", f"{folder}/output")
            return known.with_scores(scores), ran.robust

        comparisons, rows = {}, {}
        for number, (case, flipped) in enumerate((("as delivered", False), ("a group inverted", True))):
            world.progress(case, number, 2)
            plain, _ = trained(f"{number}-plain", False, flipped)
            robust, rows[case] = trained(f"{number}-robust", True, flipped)
            comparisons[case] = _compared(plain.of(TEST), robust.of(TEST))
        world.files.remove(plan["folder"])
        return Compared(comparisons, rows)

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Compared, request: RobustWish) -> RobustResult:
        job = context.unit.get(Job, plan["job"])
        comparisons = {case: found.to_value() for case, found in outcome.comparisons.items()}
        told = {
            "model": plan["model"],
            "job": job.id,
            "choice": plan["choice"],
            "comparisons": comparisons,
            "rows": {case: dict(counts) for case, counts in outcome.rows.items()},
        }
        payload = statement.statement(predicates.ROBUST, told, dict(job.files))
        digest = context.unit.put_blob(statement.sign(payload, context.world.signer))
        gains = {case: round(found.gain, 4) for case, found in outcome.comparisons.items()}
        context.facts.update(
            model=plan["model"], job=job.id, version=job.version, choice=plan["choice"], gains=gains, statement=digest
        )
        return RobustResult(plan["model"], plan["choice"], comparisons, told["rows"], digest)

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def _compared(plain: pl.DataFrame, robust: pl.DataFrame) -> RobustComparison:
    both = plain.select("#key", "#label", "#score").join(robust.select("#key", other="#score"), on="#key")
    return compare_robust(
        both["#label"].to_numpy().astype(float), both["#score"].to_numpy(), both["other"].to_numpy()
    )  # fmt: skip
