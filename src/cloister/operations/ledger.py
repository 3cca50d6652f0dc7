"""The one ledger of a data set's people and a project: reserve, then release, then settle; never overdrawn.

A spend is reserved in the transaction that decides, before any row is read, and the store runs such transactions one
at a time, whatever the number of clients and processes. What a crash leaves reserved stays spent.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cloister.core.canonical import decode, encode
from cloister.core.errors import BudgetExhausted, NotFound
from cloister.core.schema import TableSchema
from cloister.operations.operation import Context
from cloister.operations.ports import Unit, View
from cloister.privacy import dp
from cloister.records import Asked, Budget, Dataset, Project, Spend


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a budget stands, in epsilon at the budget's own delta."""

    epsilon: float
    delta: float
    spent: float
    left: float


def name_of(dataset: Dataset, project: Project) -> str:
    return f"{dataset.name}/{project.name}"


def budget_of(view: View, dataset: str, project: str) -> Budget:
    """The budget of a project over a data set, both by name or id.

    Raises:
        NotFound: a privacy officer has set none.
    """
    owner, work = view.named(Dataset, dataset), view.named(Project, project)
    for budget in view.find(Budget, parent=owner.id):
        if budget.project == work.id:
            return budget
    remedy = f"let a privacy officer set it: cloister budget set {owner.name} --project {work.name} --epsilon 3"
    raise NotFound(f"project {work.name} has no privacy budget over {owner.name}", remedy=remedy)


def standing(budget: Budget, extra: dp.Cost = dp.NOTHING) -> Standing:
    """What is spent and left, ``extra`` included."""
    spent = (dp.Cost(budget.spent_mu2, budget.spent_delta) + extra).epsilon(budget.delta)
    return Standing(budget.epsilon, budget.delta, spent, max(0.0, budget.epsilon - spent))


def reserve(context: Context, budget: Budget, cost: dp.Cost, spend: Spend) -> Spend:
    """Take a cost off the budget, durably, before the release that it pays for.

    Raises:
        BudgetExhausted: it is not covered; nothing is taken.
    """
    after = standing(budget, cost)
    if not after.spent <= budget.epsilon:  # also when it is not a number
        before = standing(budget)
        if math.isinf(after.spent) and cost.delta:
            raise BudgetExhausted(
                f"groups and categories that have to be found take delta, and too little is left of {budget.delta:g}; "
                "nothing was released and nothing was spent",
                where=f"budget {budget.name}",
                remedy="declare the codes of the columns, or set a budget with a larger delta",
            )
        raise BudgetExhausted(
            f"the budget has epsilon {before.left:.4g} of {budget.epsilon:g} left, and this would bring what is spent "
            f"from {before.spent:.4g} to {after.spent:.4g}; nothing was released and nothing was spent",
            where=f"budget {budget.name}",
            remedy="ask for less exactness, or: cloister budget raise",
        )
    context.unit.put(budget.charge(cost.mu2, cost.delta))
    reserved = replace(spend, mu2=cost.mu2, delta=cost.delta, state="reserved")
    context.unit.put(reserved)
    return reserved


def give_back(context: Context, spend: Spend) -> Spend:
    """Undo a reservation from which nothing was released."""
    context.unit.put(context.unit.get(Budget, spend.budget).give_back(spend.mu2, spend.delta))
    returned = replace(spend.to("returned"), mu2=0, delta=0)
    context.unit.put(returned)
    return returned


def draft(context: Context, budget: Budget, version: str, what: str, text: str, moment: str) -> Spend:
    """A spend that is not yet kept."""
    identity = context.new_id("sp")
    return Spend(identity, budget.id, budget.dataset, budget.project, version, context.subject, what, text, moment)


def asked_before(unit: View, budget: Budget) -> tuple[str, ...]:
    try:
        return unit.get(Asked, budget.id).conditions
    except NotFound:
        return ()


def remember(unit: Unit, budget: Budget, asked: str) -> None:
    """Add the people that a question is about to those that were asked about."""
    before = asked_before(unit, budget)
    if asked not in before:
        unit.put(Asked(budget.id, (*before, asked)))


def tripwire(view: View, budget: Budget, schema: TableSchema) -> dp.Tripwire:
    """The judge of a budget's questions, kept from one question to the next.

    Raises:
        NotFound: the budget's picture of the data set was never finished.
    """
    if not budget.synopsis:
        remedy = "let the privacy officer set the budget again"
        raise NotFound("the budget's noisy marginals were never finished", where=f"budget {budget.name}", remedy=remedy)
    return _tripwire(view.blob(budget.synopsis), encode(schema.to_value()), budget.tripwire)


@functools.lru_cache(maxsize=16)
def _tripwire(synopsis: bytes, schema: bytes, limit: int) -> dp.Tripwire:
    return dp.Tripwire(dp.Synopsis.from_value(decode(synopsis)), TableSchema.from_value(decode(schema)), limit)


def facts(spend: Spend, budget: Budget) -> Mapping[str, Any]:
    """What the event says of a spend: no question and no answer, for either may hold a value."""
    return {
        "budget": budget.id,
        "spend": spend.id,
        "dataset": spend.dataset,
        "version": spend.version,
        "what": spend.what,
        "mu2": spend.mu2,
        "delta": spend.delta,
        "epsilon_limit": budget.epsilon,
        "delta_limit": budget.delta,
        "state": spend.state,
    }
