"""Training that is paid for from a privacy budget: by the platform's own recipes only, in the sandbox only.

A script could claim any epsilon, and nobody could tell. So an epsilon is promised for a recipe that Cloister ships: its
bytes are Cloister's, its noise is worked out here from what was reserved, and the key of its noise is derived for it.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cloister.core.canonical import decode, encode
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState, NotFound
from cloister.core.schema import Column, ColumnType, TableSchema
from cloister.crypto import derive
from cloister.operations import ledger
from cloister.operations.operation import Context
from cloister.operations.platform_scripts import script_path
from cloister.operations.ports import View, World
from cloister.operations.projects import token_key
from cloister.privacy import dp
from cloister.privacy.dp.domains import ASKABLE
from cloister.records import Budget, Grant, Job, Project, Spend, Version

_TRAIN_SHARE = 0.75  # of the people, by the keyed hash that splits them
_HASHED = 16  # places for a text whose values nobody declared
_TAIL = 1e-3  # the share of delta that the comparison of DP-SGD with a Gaussian leaves out


@dataclass(frozen=True, slots=True)
class Recipe:
    """A private trainer: its script, the sampling rate, steps and clip that its accounting is made for, and into how
    many equal parts of its declared bounds it cuts a number.
    """

    script: str
    steps: int
    rate: float
    clip: float = 1.0
    bins: int = 0


RECIPES = {
    "dp-logistic": Recipe("train_dp_logistic", steps=100, rate=1.0),
    "dp-additive": Recipe("train_dp_logistic", steps=100, rate=1.0, bins=16),
    "dp-sgd": Recipe("train_dp_sgd", steps=200, rate=0.05),
}


def recipe_script(name: str) -> bytes:
    """The script of a recipe.

    Raises:
        InvalidInput: there is none of this name.
    """
    if name not in RECIPES:
        raise InvalidInput(f"there is no recipe {name!r}", remedy=f"choose from {', '.join(RECIPES)}")
    return script_path(RECIPES[name].script).read_bytes()


def check_wish(job: Job) -> None:
    """What a private job must and may not ask.

    Raises:
        InvalidInput: no epsilon, an epsilon for another script, or something that would break the promise.
    """
    epsilon = job.parameters.get("epsilon")
    if not job.recipe:
        if epsilon is not None:
            raise InvalidInput(
                "an epsilon is promised for Cloister's own recipes only: a script could claim any",
                remedy="--recipe dp-logistic --epsilon 2",
            )
        return
    if not isinstance(epsilon, int | float) or isinstance(epsilon, bool):
        raise InvalidInput("private training needs its epsilon", remedy="--epsilon 2")
    dp.check_epsilon(float(epsilon))
    if set(job.parameters) != {"epsilon"}:
        raise InvalidInput("a recipe takes no parameter but its epsilon")
    if not job.sandboxed or job.mitigation or job.robust:
        raise InvalidInput("private training runs in the sandbox, on rows as they are")


def reserve(context: Context, job: Job) -> str:
    """Take the job's epsilon off its project's budget; the spend's id, or nothing for any other job.

    Raises:
        BudgetExhausted: it is not covered.
        InvalidState: Cloister's recipe has changed since the job was submitted.
    """
    if not job.recipe:
        return ""
    if hashlib.sha256(recipe_script(job.recipe)).hexdigest() != job.script:
        raise InvalidState("the recipe has changed since", where=f"job {job.id}", remedy="submit the job again")
    version = context.unit.get(Version, job.version)
    budget = ledger.budget_of(context.unit, version.dataset, job.project)
    if not budget.synopsis:
        raise NotFound("the budget's noisy marginals were never finished", where=f"budget {budget.name}")
    noise, cost = price(job.recipe, float(job.parameters["epsilon"]), budget.delta)
    spend = ledger.draft(context, budget, version.id, "training", f"job {job.id}", to_text(context.moment))
    plan = {"epsilon": float(job.parameters["epsilon"]), "delta": budget.delta, "noise_multiplier": noise}
    reserved = ledger.reserve(context, budget, cost, replace(spend, plan=plan))
    context.facts.update(ledger.facts(reserved, budget))
    return reserved.id


@functools.lru_cache(maxsize=64)
def price(recipe: str, epsilon: float, delta: float) -> tuple[float, dp.Cost]:
    """The least noise multiplier (to 2 %) at which a recipe spends ``epsilon`` at ``delta``, and what that costs."""
    terms = RECIPES[recipe]
    if terms.rate == 1.0:
        noise = math.sqrt(terms.steps) / dp.mu_of(epsilon, delta)
        return noise, dp.Cost.of(math.sqrt(terms.steps) / noise)
    tail = delta * _TAIL
    low, high = 0.3, 3.0
    while _cost(high, terms, tail).epsilon(delta) > epsilon:
        low, high = high, high * 4
    while high / low > 1.02:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if _cost(middle, terms, tail).epsilon(delta) <= epsilon else (middle, high)
    return high, _cost(high, terms, tail)


def _cost(noise: float, terms: Recipe, tail: float) -> dp.Cost:
    return dp.Cost.of(dp.least_mu(noise, terms.rate, terms.steps, tail=tail), tail)


def settle(context: Context, spend_id: str, model_digest: str) -> Mapping[str, Any]:
    """Mark the spend as released with this model; what the job's record says of it."""
    spend = replace(context.unit.get(Spend, spend_id).to("released"), answer={"model": model_digest})
    context.unit.put(spend)
    budget = context.unit.get(Budget, spend.budget)
    context.facts.update(ledger.facts(spend, budget))
    now = ledger.standing(budget)
    return {
        "spend": spend.id,
        "budget": budget.name,
        "epsilon": spend.plan["epsilon"],
        "delta": spend.plan["delta"],
        "noise_multiplier": spend.plan["noise_multiplier"],
        "project_epsilon_spent": now.spent,
        "project_epsilon": now.epsilon,
    }


def parameters(view: View, job: Job) -> dict[str, Any]:
    """What a recipe is told beyond its columns: the noise, and what is declared and released of the table."""
    if not job.recipe:
        return {}
    version, terms, spend = view.get(Version, job.version), RECIPES[job.recipe], _spend(view, job)
    budget = view.get(Budget, spend.budget)
    people = dp.Synopsis.from_value(decode(view.blob(budget.synopsis))).people
    return {
        "recipe": job.recipe,
        **spend.plan,
        "steps": terms.steps,
        "rate": terms.rate,
        "clip": terms.clip,
        "people": max(1.0, people * _TRAIN_SHARE),
        "domain": declared(version.schema, terms.bins),
    }


def _spend(view: View, job: Job) -> Spend:
    """What the job's model is, or is being, paid with: a second training is held to the same terms."""
    if job.figures:
        return view.get(Spend, job.figures["privacy"]["spend"])
    version = view.get(Version, job.version)
    budget = ledger.budget_of(view, version.dataset, job.project)
    mine = [item for item in view.find(Spend, parent=budget.id, state="reserved") if item.text == f"job {job.id}"]
    return mine[-1]


def noise_folder(world: World, view: View, job: Job, folder: str, told: Mapping[str, Any]) -> dict[str, Path]:
    """The key of the job's noise, in a folder that goes with it; the same when the model is trained again as a check.

    It is bound to all that is trained on and told: noise that is used twice on other rows or columns would cancel out.
    """
    if not job.recipe:
        return {}
    grant = view.get(Grant, job.grant)
    bound = encode([job.id, job.version, job.seed, sorted(grant.columns), dict(told)])
    secret = derive(token_key(world, view.get(Project, job.project)), f"noise:{hashlib.sha256(bound).hexdigest()}")
    path = world.files.folder(f"{folder}/noise") / "key"
    path.touch(mode=0o600)
    path.write_bytes(secret)
    return {"noise": path.parent}


def declared(schema: TableSchema, bins: int = 0) -> dict[str, dict[str, Any]]:
    """What the schema says of each column that a model may learn from, as the public encoder takes it."""
    found = {column.name: _declared(column) for column in schema.columns if column.role in ASKABLE}
    cut = {"bins": bins} if bins else {}
    return {name: given | (cut if "bounds" in given else {}) for name, given in found.items() if given}


def _declared(column: Column) -> dict[str, Any]:
    if column.type is ColumnType.BOOLEAN:
        return {"codes": ["false", "true"]}
    if column.codes:
        return {"codes": list(column.codes)}
    if column.type in (ColumnType.INTEGER, ColumnType.REAL):
        if column.minimum is None or column.maximum is None or column.minimum >= column.maximum:
            return {}
        return {"bounds": [float(column.minimum), float(column.maximum)]}
    return {"hashed": _HASHED} if column.type is ColumnType.TEXT else {}
