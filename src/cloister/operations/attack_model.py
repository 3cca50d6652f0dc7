"""Attack a model by its answers: who was in its training data, and what they keep to themselves; with controls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState
from cloister.operations import gates, resources
from cloister.operations.attack_version import keep
from cloister.operations.data_source import ALL, TEST, TRAIN, GivenRows
from cloister.operations.grants import still_active
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.scoring import granted_rows, open_rows, score_rows
from cloister.policy import Resource
from cloister.privacy import AttackReport, model_attribute_inference, model_inversion
from cloister.records import Attack, Job, Model, Version

_MOST_VALUES = 50
_ROW = "#row"


@dataclass(frozen=True, slots=True)
class ModelAttackWish:
    """Each of ``secrets`` is a column that the model was trained on, which the adversary wants to know of people whose
    other columns and label they know. At most ``targets`` members and as many outsiders are attacked. ``limit`` is
    the advantage over outsiders that counts as none.
    """

    model: str
    secrets: tuple[str, ...]
    limit: float = 0.0
    targets: int = 1000


@dataclass(frozen=True, slots=True)
class ModelAttacked:
    reports: Mapping[str, Any]
    passed: bool
    features: tuple[str, ...]
    seed: int


class AttackModel(EffectOperation[ModelAttackWish, Attack, ModelAttacked]):
    """Attack a model: who it was trained on (membership), and columns of them (inversion, attribute inference)."""

    action = Action.MODEL_ATTACK
    provisions = ("164.514(b)(1)", "164.308(a)(8)")
    command = "cloister model attack"

    def resource(self, view: View, request: ModelAttackWish, moment: datetime) -> Resource:
        return resources.of_model(view, view.named(Model, request.model), moment)

    def purpose(self, view: View, request: ModelAttackWish) -> tuple[str | None, str | None]:
        return view.named(Model, request.model).project, None

    def prepare(self, context: Context, request: ModelAttackWish) -> Mapping[str, Any]:
        model = context.unit.named(Model, request.model)
        job = context.unit.get(Job, model.job)
        if job.state != "succeeded":
            raise InvalidState(f"the job is {job.state}: there is no model to attack", where=f"job {job.id}")
        if not request.secrets or len(set(request.secrets)) < len(request.secrets):
            raise InvalidInput("no secret is named, or one twice", remedy="add --secret COLUMN")
        schema = context.unit.get(Version, job.version).schema
        for name in request.secrets:
            if name not in schema.names or name in (schema.person, job.outcome):
                raise InvalidInput(f"the model's data has no column {name!r} that it could give away")
        if request.targets < 100 or not 0 <= request.limit < 1:
            raise InvalidInput("the targets are at least 100, the limit lies between 0 and 1")
        attack = context.new_id("att")
        return {"attack": attack, "model": model.id, "job": job.id, "folder": f"jobs/{job.id}-{attack}"}

    def still_stands(self, view: View, request: ModelAttackWish, moment: datetime) -> None:
        still_active(view, view.get(Job, view.named(Model, request.model).job).grant, moment)

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: ModelAttackWish
    ) -> ModelAttacked:
        job = view.get(Job, plan["job"])
        source, roles = open_rows(world, door, view, job, ())
        schema = view.get(Version, job.version).schema
        scored = granted_rows(source, roles, job, schema, (), 0.2)
        if missing := [name for name in request.secrets if name not in scored.features]:
            raise InvalidInput(f"the model was not trained on column {missing[0]!r}")
        answers = score_rows(world, door, view, job, source, roles, plan["folder"])
        scored = scored.with_scores(answers)
        seed = int.from_bytes(world.entropy(4), "big")
        found = dict(gates.membership_inference(scored).report)
        reports: dict[str, Any] = {"membership": found}
        passed = bool(found.get("passed"))
        for number, secret in enumerate(request.secrets):
            folder = f"{plan['folder']}/{number}"
            for name, report in _guess(world, door, view, job, scored, roles, secret, folder, request, seed).items():
                reports[f"{name} of {secret}"] = report.to_value()
                passed = passed and report.passed
        world.files.remove(plan["folder"])
        return ModelAttacked(reports, passed, scored.features, seed)

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: ModelAttacked, request: ModelAttackWish
    ) -> Attack:
        model = context.unit.get(Model, plan["model"])
        attack = Attack(
            plan["attack"],
            model.id,
            model.project,
            context.subject,
            to_text(context.moment),
            outcome.features,
            ", ".join(request.secrets),
            outcome.seed,
            outcome.reports,
            outcome.passed,
        )
        return keep(context, attack, {"model": model.digest})

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def _guess(
    world: World,
    door: KeyDoor,
    view: View,
    job: Job,
    scored: gates.Scored,
    roles: Mapping[str, Any],
    secret: str,
    folder: str,
    request: ModelAttackWish,
    seed: int,
) -> dict[str, AttackReport]:
    """Every value of the secret in the place of the true one, scored in the sandbox, and the guesses from that."""
    order = np.random.default_rng([seed, 5])
    trained, held_out = (scored.of(split).drop_nulls("#label") for split in (TRAIN, TEST))
    members, outsiders = (
        rows.sample(n=min(request.targets, rows.height), seed=int(order.integers(2**31)))
        for rows in (trained, held_out)
    )
    if min(members.height, outsiders.height) < 100:
        raise InvalidInput("fewer than 100 rows were trained on or held out: nothing would be shown by attacking them")
    both = pl.concat([members, outsiders]).with_row_index(_ROW)
    values = both[secret].unique()
    if not 2 <= len(values) <= _MOST_VALUES:
        raise InvalidInput(f"column {secret!r} must have 2 to {_MOST_VALUES} values to be guessed")
    tried = both.drop(secret).join(values.to_frame(), how="cross").with_row_index("#try")
    served = tried.with_columns(pl.format("{}", pl.col("#try")).str.zfill(9).alias(roles["key"]))
    table = served.select([name for name in scored.rows.columns if not name.startswith("#")]).to_arrow()
    answers = _answers(world, door, view, job, roles, GivenRows(table, ALL), folder, tried.height)
    truth = pl.when(pl.col("#label") == 1).then(pl.col("score")).otherwise(1 - pl.col("score"))
    known = tried.with_columns(pl.Series("score", answers)).select(_ROW, secret, truth.alias("likelihood"))

    def likelihood(frame: pl.DataFrame) -> np.ndarray[Any, Any]:
        found = frame.select(_ROW, secret).join(
            known, on=[_ROW, secret], how="left", nulls_equal=True, maintain_order="left"
        )
        return found["likelihood"].to_numpy()

    others = [name for name in scored.features if name != secret]
    inside, outside, sample = (
        rows.select(*extra, *scored.features, "#label", "#person")
        for rows, extra in ((both[: members.height], [_ROW]), (both[members.height :], [_ROW]), (held_out, []))
    )
    plain = [_ROW, *scored.features]
    return {
        "inversion": model_inversion(
            likelihood, inside.select(plain), outside.select(plain), secret=secret, limit=request.limit, seed=seed
        ),
        "attribute inference": model_attribute_inference(
            likelihood,
            inside,
            outside,
            sample,
            features=others,
            label="#label",
            person="#person",
            secret=secret,
            limit=request.limit,
            seed=seed,
        ),
    }


def _answers(
    world: World,
    door: KeyDoor,
    view: View,
    job: Job,
    roles: Mapping[str, Any],
    rows: GivenRows,
    folder: str,
    many: int,
) -> np.ndarray[Any, Any]:
    scores = score_rows(world, door, view, job, rows, roles, folder).sort("key")
    if scores.height != many or scores["key"].n_unique() != many or not scores["score"].is_finite().all():
        raise IntegrityFailure("the scores are not those of the rows that were asked about")
    return scores["score"].to_numpy()
