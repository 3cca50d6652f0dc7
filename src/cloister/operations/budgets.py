"""Set a privacy budget, ask to raise it, approve the raise: by two people, and once for all versions of a data set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.canonical import encode
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState, NotFound
from cloister.operations import ledger, resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.versions import latest_version, read_frame
from cloister.policy import Resource
from cloister.privacy import dp
from cloister.privacy.dp import synopsis
from cloister.privacy.dp.domains import askable
from cloister.records import Budget, Dataset, Project, Spend, Version

SYNOPSIS_SHARE = 0.06  # of the budget's mu squared: what the tripwire's noisy marginals cost
MAX_ROWS_PER_PERSON = 100


@dataclass(frozen=True, slots=True)
class BudgetTerms:
    """``epsilon`` at ``delta`` for all that the project will ever release of these people.

    Of each person at most ``rows_per_person`` rows count in an answer; ``tripwire`` is in people.
    """

    dataset: str
    project: str
    epsilon: float
    delta: float = 1e-6
    rows_per_person: int = 4
    tripwire: int = 20


class SetBudget(EffectOperation[BudgetTerms, Budget, bytes]):
    """Set a project's privacy budget over the people of a data set, or lower it."""

    action = Action.BUDGET_SET
    provisions = ("164.308(a)(1)(ii)(B)", "164.502(d)", "164.514(b)(1)")
    command = "cloister budget set"

    def resource(self, view: View, request: BudgetTerms, moment: datetime) -> Resource:
        dataset = view.named(Dataset, request.dataset)
        view.named(Project, request.project)
        return resources.of_new_budget(dataset)

    def purpose(self, view: View, request: BudgetTerms) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def prepare(self, context: Context, request: BudgetTerms) -> Mapping[str, Any]:
        dataset = context.unit.named(Dataset, request.dataset)
        project = context.unit.named(Project, request.project)
        version = latest_version(context.unit, dataset.id)
        if version is None or not version.rows:
            raise InvalidState("the data set has no version with rows yet", where=f"dataset {dataset.name}")
        _check(request, version)
        budget = self._made(context, request, dataset, project)
        spend = ""
        if not budget.synopsis:
            mu, delta = _shares(budget)
            cost = synopsis.price(version.schema, mu, delta)
            wanted = ledger.draft(context, budget, version.id, "synopsis", "", to_text(context.moment))
            spend = ledger.reserve(context, budget, cost, wanted).id
        else:
            context.unit.put(budget)
        context.facts.update(_terms(budget))
        return {"budget": budget.id, "spend": spend, "version": version.id}

    def _made(self, context: Context, request: BudgetTerms, dataset: Dataset, project: Project) -> Budget:
        try:
            budget = ledger.budget_of(context.unit, dataset.id, project.id)
        except NotFound:
            return Budget(
                context.new_id("bud"),
                ledger.name_of(dataset, project),
                dataset.id,
                project.id,
                request.epsilon,
                request.delta,
                request.rows_per_person,
                request.tripwire,
                context.subject,
            )
        if request.epsilon > budget.epsilon or request.delta > budget.delta or request.tripwire < budget.tripwire:
            raise InvalidState(
                "setting a budget again may only make it stricter",
                where=f"budget {budget.name}",
                remedy="cloister budget raise, which a second person approves",
            )
        changed = replace(
            budget,
            epsilon=request.epsilon,
            delta=request.delta,
            rows_per_person=request.rows_per_person,
            tripwire=request.tripwire,
        )
        if ledger.standing(changed).spent > changed.epsilon:
            raise InvalidState("more than that is spent already", where=f"budget {budget.name}")
        return changed

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: BudgetTerms) -> bytes:
        if not plan["spend"]:
            return b""
        version = view.get(Version, plan["version"])
        person = version.schema.person
        assert person is not None  # noqa: S101  checked before
        columns = (person, *askable(version.schema))
        frame = read_frame(world, version, columns, door.open(version.dataset, columns))
        mu, delta = _shares(view.get(Budget, plan["budget"]))
        return encode(synopsis.draw(frame, version.schema, person, mu, delta).to_value())

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: bytes, request: BudgetTerms) -> Budget:
        budget = context.unit.get(Budget, plan["budget"])
        if plan["spend"]:
            spend = context.unit.get(Spend, plan["spend"]).to("released")
            budget = replace(budget, synopsis=context.unit.put_blob(outcome))
            context.unit.put(budget)
            context.unit.put(spend)
            context.facts.update(ledger.facts(spend, budget))
        context.facts.update(_terms(budget))
        return budget

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed; the reserved share stays spent."""


def _check(request: BudgetTerms, version: Version) -> None:
    dp.check_epsilon(request.epsilon)
    dp.check_delta(request.delta)
    if request.delta * version.rows > 1:
        remedy = f"at most {1 / version.rows:.1g} for {version.rows:,} rows"
        raise InvalidInput("delta is above 1 over the number of rows: it would let whole rows out", remedy=remedy)
    if not 1 <= request.rows_per_person <= MAX_ROWS_PER_PERSON:
        raise InvalidInput(f"between 1 and {MAX_ROWS_PER_PERSON} rows of each person count")
    if not 1 <= request.tripwire <= 10_000:
        raise InvalidInput("the tripwire is between 1 and 10,000 people")
    if version.schema.person is None:
        raise InvalidInput("the data set has no person column, so nothing can be bounded by person")


def _shares(budget: Budget) -> tuple[float, float]:
    """Mu and delta of the noisy marginals."""
    return dp.mu_of(budget.epsilon, budget.delta) * math.sqrt(SYNOPSIS_SHARE), budget.delta * SYNOPSIS_SHARE


def _terms(budget: Budget) -> dict[str, Any]:
    return {
        "budget": budget.id,
        "dataset": budget.dataset,
        "project": budget.project,
        "epsilon_limit": budget.epsilon,
        "delta_limit": budget.delta,
        "rows_per_person": budget.rows_per_person,
        "tripwire": budget.tripwire,
    }


@dataclass(frozen=True, slots=True)
class Raise:
    """``epsilon`` is the whole new limit; ``reason`` is kept."""

    dataset: str
    project: str
    epsilon: float
    reason: str


class RaiseBudget(Operation[Raise, Budget]):
    """Ask for a larger epsilon; nothing changes until a privacy officer, who is somebody else, approves."""

    action = Action.BUDGET_RAISE
    provisions = ("164.308(a)(4)(ii)(C)", "164.308(a)(1)(ii)(B)")
    command = "cloister budget raise"

    def resource(self, view: View, request: Raise, moment: datetime) -> Resource:
        return resources.of_budget(view, ledger.budget_of(view, request.dataset, request.project), None)

    def purpose(self, view: View, request: Raise) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def perform(self, context: Context, request: Raise) -> Budget:
        budget = ledger.budget_of(context.unit, request.dataset, request.project)
        dp.check_epsilon(request.epsilon)
        if request.epsilon <= budget.epsilon:
            raise InvalidInput(f"the budget is {budget.epsilon:g} already")
        if not request.reason.strip():
            raise InvalidInput("a raise needs a reason")
        wished = budget.wish(request.epsilon, context.subject, request.reason)
        context.unit.put(wished)
        context.facts.update(_terms(budget), wished=request.epsilon)
        return wished


class ApproveBudget(Operation[str, Budget]):
    """Approve the raise of a budget that somebody else asked for."""

    action = Action.BUDGET_APPROVE
    provisions = ("164.308(a)(4)(ii)(C)", "164.308(a)(1)(ii)(B)", "164.514(b)(1)")
    command = "cloister budget approve"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_budget(view, view.named(Budget, request), None)

    def purpose(self, view: View, request: str) -> tuple[str | None, str | None]:
        return view.named(Budget, request).project, None

    def perform(self, context: Context, request: str) -> Budget:
        budget = context.unit.named(Budget, request)
        raised = budget.raised()
        context.unit.put(raised)
        context.facts.update(_terms(raised), wished_by=budget.wished_by, before=budget.epsilon)
        return raised
