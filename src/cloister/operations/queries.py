"""Ask a data set in SQL: priced first, judged by the tripwire, paid for, and only then answered, with noise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import ColumnType
from cloister.operations import ledger, resources
from cloister.operations.ledger import Standing
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.versions import latest_version, read_frame
from cloister.policy import Resource
from cloister.privacy import dp
from cloister.records import Budget, Dataset, Project, Spend, Version

DEFAULT_SHARE = 0.05  # of the budget's epsilon, where a question does not say


@dataclass(frozen=True, slots=True)
class Question:
    """``epsilon`` is what the question would spend alone, or ``within`` the 95 % half width that its first answer
    should have; with neither it gets a twentieth of the budget's epsilon. Without ``version`` the newest is asked.
    """

    text: str
    project: str
    epsilon: float | None = None
    within: float | None = None
    rows_per_person: int | None = None
    version: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """What is shown before a question is run. ``alert`` says why it would be held, or nothing."""

    plan: Mapping[str, Any]
    dataset: str
    version: str
    budget: str
    before: Standing
    after: Standing
    covered: bool
    alert: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A question with all that it names."""

    plan: dp.Plan
    budget: Budget
    version: Version


class PlanQuery(Operation[Question, Priced]):
    """Price a question: mechanism, epsilon, expected error, what is left; no row is looked at, nothing is spent."""

    action = Action.QUERY_PLAN
    provisions = ("164.502(b)", "164.514(b)(1)")
    command = "cloister query"

    def resource(self, view: View, request: Question, moment: datetime) -> Resource:
        return _resource(view, request)

    def purpose(self, view: View, request: Question) -> tuple[str | None, str | None]:
        return _purpose(view, request)

    def perform(self, context: Context, request: Question) -> Priced:
        ready = prepare(context.unit, request)
        alert = judge(context.unit, ready)
        before, after = ledger.standing(ready.budget), ledger.standing(ready.budget, ready.plan.cost)
        context.facts.update(budget=ready.budget.id, version=ready.version.id, query=digest_of(ready.plan))
        return Priced(
            ready.plan.to_value(),
            ready.plan.query.table,
            ready.version.id,
            ready.budget.id,
            before,
            after,
            after.spent <= ready.budget.epsilon,
            alert,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refused`` names a fact about the whole table, known from its records, that leaves nothing to release."""

    answer: Mapping[str, Any]
    refused: str = ""


class RunQuery(EffectOperation[Question, Spend, Outcome]):
    """Answer a question with noise, once its epsilon is taken from the budget; or hold it for review."""

    action = Action.QUERY_RUN
    provisions = ("164.502(b)", "164.502(d)", "164.514(b)(1)", "164.312(b)")
    command = "cloister query"

    def resource(self, view: View, request: Question, moment: datetime) -> Resource:
        return _resource(view, request)

    def purpose(self, view: View, request: Question) -> tuple[str | None, str | None]:
        return _purpose(view, request)

    def prepare(self, context: Context, request: Question) -> Mapping[str, Any]:
        ready = prepare(context.unit, request)
        spend = ledger.draft(
            context, ready.budget, ready.version.id, "query", ready.plan.query.text(), to_text(context.moment)
        )
        spend = replace(spend, plan=ready.plan.to_value())
        approved = _approved(context, spend)
        alert = "" if approved else judge(context.unit, ready)
        if alert:
            spend = replace(spend, alert=alert, state="held")
            context.unit.put(spend)
        else:
            spend = replace(approved, state="reserved") if approved else spend
            spend = ledger.reserve(context, ready.budget, ready.plan.cost, replace(spend, plan=ready.plan.to_value()))
            ledger.remember(context.unit, ready.budget, dp.asked_by(ready.plan.query).to_text())
        context.facts.update(ledger.facts(spend, ready.budget), query=digest_of(ready.plan), alert=bool(alert))
        return {"spend": spend.id}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Question) -> Outcome:
        spend = view.get(Spend, plan["spend"])
        if spend.state == "held":
            return Outcome({})
        version = view.get(Version, spend.version)
        priced = priced_again(spend, version)
        columns = tuple(dict.fromkeys((priced.person, *priced.query.columns)))
        frame = read_frame(
            world,
            version,
            columns,
            lambda: door.open(version.dataset, columns),
            coded=priced.person,
            listed=_only_keys(priced, version),
        )
        if refused := nothing_to_release(frame, priced):
            return Outcome({}, refused)
        return Outcome(dp.release(frame, priced, version.schema).to_value())

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Outcome, request: Question) -> Spend:
        spend = context.unit.get(Spend, plan["spend"])
        budget = context.unit.get(Budget, spend.budget)
        if outcome.refused:
            spend = replace(ledger.give_back(context, spend), alert=outcome.refused)
            context.unit.put(spend)
        elif spend.state == "reserved":
            spend = replace(spend.to("released"), answer=outcome.answer)
            context.unit.put(spend)
        context.facts.update(ledger.facts(spend, budget), alert=spend.state == "held")
        return spend

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed; what was reserved stays spent, for an answer may have been drawn."""


@dataclass(frozen=True, slots=True)
class Review:
    """The verdict on a held question."""

    spend: str
    approve: bool
    reason: str


class ReviewQuery(Operation[Review, Spend]):
    """Approve or refuse a question that the tripwire held; its asker may then run it, once."""

    action = Action.QUERY_REVIEW
    provisions = ("164.308(a)(1)(ii)(D)", "164.514(b)(1)")
    command = "cloister spend review"

    def resource(self, view: View, request: Review, moment: datetime) -> Resource:
        return resources.of_spend(view, view.get(Spend, request.spend))

    def purpose(self, view: View, request: Review) -> tuple[str | None, str | None]:
        return view.get(Spend, request.spend).project, None

    def perform(self, context: Context, request: Review) -> Spend:
        if not request.reason.strip():
            raise InvalidInput("a verdict needs a reason")
        spend = context.unit.get(Spend, request.spend).to("approved" if request.approve else "refused")
        spend = replace(spend, reviewed_by=context.subject, review=request.reason)
        context.unit.put(spend)
        context.facts.update(spend=spend.id, budget=spend.budget, requester=spend.requester, state=spend.state)
        return spend


def prepare(view: View, request: Question) -> Ready:
    """Parse and price a question.

    Raises:
        InvalidInput: it is outside the subset, or names what is not there.
        NotFound: no such data set, or no budget.
    """
    query = dp.parse(request.text)
    dataset = view.named(Dataset, query.table)
    budget = ledger.budget_of(view, dataset.id, request.project)
    version = _version(view, dataset, request.version)
    schema = version.schema
    if request.epsilon is not None and request.within is not None:
        raise InvalidInput("epsilon and the wanted half width say the same: give one of them")
    rows = request.rows_per_person or budget.rows_per_person
    if request.rows_per_person is not None and request.rows_per_person < 1:
        raise InvalidInput("at least 1 row of each person counts")
    epsilon = request.epsilon if request.epsilon is not None else budget.epsilon * DEFAULT_SHARE
    if request.within is not None:
        epsilon = dp.epsilon_for(query, schema, request.within, budget.delta, rows)
    plan = dp.plan(query, schema, dp.Terms(epsilon, budget.delta, rows))
    return Ready(plan, budget, version)


def priced_again(spend: Spend, version: Version) -> dp.Plan:
    """The plan of a reserved question; the same terms give the same plan."""
    value = spend.plan
    terms = dp.Terms(value["epsilon"], value["delta"], value["rows_per_person"])
    return dp.plan(dp.parse(value["query"]), version.schema, terms)


def judge(view: View, ready: Ready) -> str:
    """The tripwire's sentence, or nothing."""
    earlier = [dp.Asked.from_text(text) for text in ledger.asked_before(view, ready.budget)]
    return ledger.tripwire(view, ready.budget, ready.version.schema).judge(ready.plan.query, earlier)


def _only_keys(plan: dp.Plan, version: Version) -> tuple[str, ...]:
    """The texts that are grouped by and not compared with anything: their rows need no text."""
    compared = set(plan.query.where.columns()) if plan.query.where is not None else set()
    texts = (key.column for key in plan.query.keys if version.schema.column(key.column).type is ColumnType.TEXT)
    return tuple(name for name in dict.fromkeys(texts) if name not in compared)


def nothing_to_release(frame: pl.DataFrame, plan: dp.Plan) -> str:
    """Why a table as a whole has nothing to tell, or nothing. Its number of rows and empty columns are no secret."""
    people = frame[plan.person]  # coded: no row is without a number
    if people.min() == people.max():
        return "the table holds one person only"
    for name in plan.query.columns:
        if frame[name].null_count() == frame.height:
            return f"column {name!r} holds no value at all"
    return ""


def digest_of(plan: dp.Plan) -> str:
    """What the event says of a question: its digest, for the text may hold a value."""
    return hashlib.sha256(plan.query.text().encode()).hexdigest()


def _approved(context: Context, spend: Spend) -> Spend | None:
    """An approved question of the same asker and text."""
    for other in context.unit.find(Spend, parent=spend.budget, state="approved"):
        if other.requester == spend.requester and other.text == spend.text:
            return other
    return None


def _version(view: View, dataset: Dataset, wanted: str | None) -> Version:
    version = view.get(Version, wanted) if wanted else latest_version(view, dataset.id)
    if version is None or not version.rows:
        raise InvalidState("the data set has no version with rows", where=f"dataset {dataset.name}")
    if version.dataset != dataset.id:
        raise InvalidInput("the version is another data set's")
    return version


def _resource(view: View, request: Question) -> Resource:
    dataset = view.named(Dataset, dp.parse(request.text).table)
    budget = ledger.budget_of(view, dataset.id, request.project)
    newest = latest_version(view, dataset.id)
    version = request.version or (newest.id if newest is not None else "")
    return resources.of_budget(view, budget, _purpose(view, request)[1], version)


def _purpose(view: View, request: Question) -> tuple[str | None, str | None]:
    project = view.named(Project, request.project)
    only = next(iter(project.purposes)) if len(project.purposes) == 1 else None
    return project.id, request.purpose or only
