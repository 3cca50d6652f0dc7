"""Make a synthetic version under the project's privacy budget, hold it against real people, and say what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from cloister.core.actions import Action
from cloister.core.canonical import encode
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import TableSchema
from cloister.operations import ledger, resources
from cloister.operations.attack_version import keep, values
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.risk_question import predicted
from cloister.operations.versions import Draft, commit, read_frame
from cloister.policy import Resource
from cloister.privacy import AttackReport
from cloister.privacy.dp.accounting import check_delta, check_epsilon
from cloister.privacy.synthesis import SynthColumn, SynthesisConfig, columns_of, compare, cost_of, model, synthesise
from cloister.privacy.synthesis.columns import bounded
from cloister.records import Attack, Budget, DataClass, Dataset, Part, Project, Spend, Version

_HELD_OUT = 5  # one person of so many is kept from the model, to hold the result against
_LEAST = 500  # persons, below which noise would be all that is left, and nothing could be told of it


@dataclass(frozen=True, slots=True)
class Synthesis:
    """``epsilon`` and ``delta`` are what this one table may spend of the budget. ``bounds`` gives (low, high) of
    numbers that the schema does not bound. ``outcome`` and ``positive`` name what a model would predict from the table,
    ``limit`` the advantage of an attack that counts as none."""

    version: str
    target: str
    project: str
    columns: tuple[str, ...]
    epsilon: float
    delta: float = 1e-6
    outcome: str | None = None
    positive: str = ""
    rows: int | None = None
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    limit: float = 0.01


@dataclass(frozen=True, slots=True)
class Invented:
    parts: tuple[Part, ...]
    schema: TableSchema
    report: Mapping[str, Any]
    comparison: Mapping[str, Any]
    attacks: Mapping[str, AttackReport]
    passed: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Refused:
    """``why`` is a fact about the whole table that leaves nothing to invent: no noise was drawn."""

    why: str


class SynthesiseDataset(EffectOperation[Synthesis, Version | Spend, Invented | Refused]):
    """Invent a table like a version's with differential privacy, paid from the budget; attack it before it counts.

    Of too few people none is made: the result is the spend, given back, whose alert says so.
    """

    action = Action.DATASET_SYNTHESISE
    provisions = ("164.514(a)", "164.514(b)(1)", "164.502(d)")
    command = "cloister dataset synthesise"

    def resource(self, view: View, request: Synthesis, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: Synthesis) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def prepare(self, context: Context, request: Synthesis) -> Mapping[str, Any]:
        version = context.unit.get(Version, request.version)
        target = context.unit.named(Dataset, request.target)
        _check(version, target, request)
        model.require()
        cost = cost_of(_config(version, request))
        budget = ledger.budget_of(context.unit, version.dataset, request.project)
        text = encode({"columns": list(request.columns), "epsilon": request.epsilon, "delta": request.delta}).decode()
        spend = ledger.draft(context, budget, version.id, "synthesis", text, to_text(context.moment))
        spend = ledger.reserve(context, budget, cost, spend)
        identity = context.new_id("ver")
        context.facts.update(ledger.facts(spend, budget))
        return {
            "version": identity,
            "target": target.id,
            "folder": f"{target.id}/{identity}",
            "spend": spend.id,
            "attack": context.new_id("att"),
        }

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Synthesis
    ) -> Invented | Refused:
        version = view.get(Version, request.version)
        person = version.schema.person
        assert person is not None  # noqa: S101  prepare has seen to it
        wanted = (person, *request.columns)
        frame = read_frame(world, version, wanted, door.open(version.dataset, wanted))
        if frame[person].n_unique() < _LEAST:  # how many there are is nobody's to know for nothing
            return Refused(f"the version holds too few people: at least {_LEAST} are needed to invent others")
        seed = int.from_bytes(world.entropy(4), "big")
        real, held_out = _apart(frame, person, seed)
        world.progress("synthesise", 0, 3)
        made, report = synthesise(real, _config(version, request), seed=seed)
        world.progress("synthesise", 1, 3)
        target, positive = _predicted(version, request)
        comparison = compare(
            made,
            _one_each(real, person, seed),
            held_out,
            columns=request.columns,
            every=real,
            target=target,
            positive=positive,
            limit=request.limit,
            seed=seed,
        )
        world.progress("synthesise", 2, 3)
        schema = TableSchema(
            tuple(
                replace(version.schema.column(name), required=False, unique=False, codes=(), pattern=None)
                for name in request.columns
            )
        )
        keys = door.open(plan["target"], schema.names)
        parts = world.versions.write(plan["folder"], [made.to_arrow()], keys, plan["target"])
        world.progress("synthesise", 3, 3)
        return Invented(
            parts, schema, report.to_value(), comparison.to_value(), comparison.attacks, comparison.passed, seed
        )

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Invented | Refused, request: Synthesis
    ) -> Version | Spend:
        if isinstance(outcome, Refused):
            spend = replace(ledger.give_back(context, context.unit.get(Spend, plan["spend"])), alert=outcome.why)
            context.unit.put(spend)
            context.facts.update(ledger.facts(spend, context.unit.get(Budget, spend.budget)))
            return spend
        project = context.unit.named(Project, request.project)
        spend = context.unit.get(Spend, plan["spend"]).to("released")
        context.unit.put(spend)
        recipe = {
            "step": "synthesise",
            "method": "MST",
            "project": project.id,
            "epsilon": request.epsilon,
            "delta": request.delta,
            "spend": spend.id,
            "columns": list(request.columns),
            "pairs": len(outcome.report["pairs"]),
        }
        draft = Draft(plan["version"], plan["target"], outcome.schema, outcome.parts, (request.version,), (), recipe)
        made = commit(context, draft)
        facts = dict(context.facts)
        attack = Attack(
            plan["attack"],
            made.id,
            project.id,
            context.subject,
            to_text(context.moment),
            request.columns,
            _predicted(context.unit.get(Version, request.version), request)[0] or "",
            outcome.seed,
            values(outcome.attacks),
            outcome.passed,
        )
        attack = keep(context, attack, {"statement": made.statement})
        measured = {"synthetic": outcome.comparison, "synthesis": outcome.report, "attack": attack.id}
        made = replace(made, measured=measured, passed=outcome.passed)
        context.unit.put(made)
        budget = context.unit.get(Budget, spend.budget)
        # The manifest's facts stand over those of the spend, which name the version that was paid for.
        context.facts.update({**ledger.facts(spend, budget), **facts})
        context.facts.update(source=request.version, statements=[attack.statement], passed=outcome.passed)
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """What was reserved stays spent: noise may have been drawn."""
        world.versions.remove(plan["folder"])


def _config(version: Version, request: Synthesis) -> SynthesisConfig:
    return SynthesisConfig.of(
        _columns(version, request),
        version.schema.person,
        epsilon=request.epsilon,
        delta=request.delta,
        target=_predicted(version, request)[0],
        rows=request.rows,
    )


def _columns(version: Version, request: Synthesis) -> tuple[SynthColumn, ...]:
    """The columns with the bounds that are given; what they lack otherwise is refused."""
    found = []
    for name in request.columns:
        declared = version.schema.column(name)
        if name in request.bounds:
            low, high = request.bounds[name]
            declared = replace(declared, minimum=low, maximum=high)
            found.append(bounded(columns_of(TableSchema((declared,)), [name])[0], low, high))
        else:
            found.append(columns_of(TableSchema((declared,)), [name])[0])
    return tuple(found)


def _check(version: Version, target: Dataset, request: Synthesis) -> None:
    check_epsilon(request.epsilon)
    check_delta(request.delta)
    if version.schema.person is None:
        raise InvalidState("the version has no person column, so nobody's part in it can be bounded")
    for name in (*request.columns, *request.bounds):
        if name not in version.schema.names:
            raise InvalidInput(f"the version has no column {name!r}")
    outside = [name for name in request.bounds if name not in request.columns]
    if outside:
        raise InvalidInput(f"bounds are given for {outside[0]!r}, which is not synthesised")
    if target.data_class is not DataClass.SYNTHETIC:
        raise InvalidState("the target's class is not synthetic", where=f"dataset {target.name}")
    if target.state != "open":
        raise InvalidState(f"the target is {target.state}", where=f"dataset {target.name}")
    lacks = [name for name in request.columns if name not in target.schema.names]
    if lacks:
        raise InvalidInput(f"the target declares no column {lacks[0]!r}", where=f"dataset {target.name}")
    if not 0 <= request.limit < 1:
        raise InvalidInput("the limit lies between 0 and 1")


def _apart(frame: pl.DataFrame, person: str, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the people whom the model sees, and one row each of those whom it does not."""
    generator = np.random.default_rng([seed, 3])
    people = frame[person].unique().sort().to_frame()
    away = people[generator.permutation(people.height)[: people.height // _HELD_OUT]]
    real = frame.join(away, on=person, how="anti", nulls_equal=True, maintain_order="left")
    held_out = frame.join(away, on=person, how="semi", nulls_equal=True, maintain_order="left")
    return real, _one_each(held_out, person, seed)


def _one_each(table: pl.DataFrame, person: str, seed: int) -> pl.DataFrame:
    """One row of each person, drawn at random: rows of one person are right or wrong together."""
    order = np.random.default_rng([seed, 4]).permutation(table.height)
    return table[order].unique(subset=[person], keep="first", maintain_order=True)


def _predicted(version: Version, request: Synthesis) -> tuple[str | None, Any]:
    return (None, None) if request.outcome is None else predicted(version.schema, request.outcome, request.positive)
