"""Take a source or a delivery back after it was merged: name all that came of it, and stop it from being used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.canonical import digest
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState, NotFound
from cloister.crypto import statement
from cloister.operations.lineage import stopping
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.operations.releases import take_back
from cloister.operations.tasks import open_task
from cloister.policy import Resource
from cloister.records import Delivery, Release, Source, Withdrawal


@dataclass(frozen=True, slots=True)
class WithdrawalWish:
    """``target`` is a source's name or id, or a delivery's id. ``rollback`` takes live releases back as well."""

    target: str
    reason: str
    rollback: bool = False


class WithdrawData(Operation[WithdrawalWish, Withdrawal]):
    """Withdraw a source or a delivery: name every version, model and release that came of it, and stop their use."""

    action = Action.WITHDRAWAL_REQUEST
    provisions = ("164.308(a)(6)(ii)", "164.312(c)(1)", "164.308(a)(3)(ii)(C)")
    command = "cloister revoke"

    def resource(self, view: View, request: WithdrawalWish, moment: datetime) -> Resource:
        _, target, _ = _target(view, request.target)
        return Resource("Withdrawal", target, {"requester": ""})

    def perform(self, context: Context, request: WithdrawalWish) -> Withdrawal:
        if not request.reason.strip():
            raise InvalidInput("a withdrawal needs a reason")
        what, target, _ = _target(context.unit, request.target)
        if target in stopping(context.unit):
            raise InvalidState("it is withdrawn already", where=f"{what} {target}")
        duties = [item.value for item in context.fulfil("second_approver")]
        made = Withdrawal(
            context.new_id("wd"),
            what,
            target,
            request.reason,
            context.subject,
            to_text(context.moment),
            request.rollback,
            duties[0] if duties else "",
            state="asked" if duties else "in-force",
        )
        return _named(context, made)


class ConfirmWithdrawal(Operation[str, Withdrawal]):
    """Confirm another's withdrawal: it stays, and live releases are taken back where it asks for that."""

    action = Action.WITHDRAWAL_CONFIRM
    provisions = ("164.308(a)(6)(ii)", "164.312(c)(1)")
    command = "cloister withdrawal confirm"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return of_withdrawal(view.get(Withdrawal, request))

    def perform(self, context: Context, request: str) -> Withdrawal:
        return _named(context, context.unit.get(Withdrawal, request).confirm(context.subject, context.moment))


@dataclass(frozen=True, slots=True)
class Lifting:
    withdrawal: str
    reason: str


class LiftWithdrawal(Operation[Lifting, Withdrawal]):
    """Refuse a withdrawal that was asked for, or lift one in force: what came of the data may be used again."""

    action = Action.WITHDRAWAL_LIFT
    provisions = ("164.308(a)(6)(ii)",)
    command = "cloister withdrawal lift"

    def resource(self, view: View, request: Lifting, moment: datetime) -> Resource:
        return of_withdrawal(view.get(Withdrawal, request.withdrawal))

    def perform(self, context: Context, request: Lifting) -> Withdrawal:
        if not request.reason.strip():
            raise InvalidInput("to lift a withdrawal needs a reason")
        made = context.unit.get(Withdrawal, request.withdrawal)
        made = made.lift(context.subject, context.moment, request.reason)
        context.unit.put(made)
        context.facts.update(withdrawal=made.id, what=made.what, target=made.target, reason=request.reason)
        return made


def of_withdrawal(made: Withdrawal) -> Resource:
    """What policy sees of a withdrawal."""
    return Resource("Withdrawal", made.id, {"requester": made.requester})


def _target(view: View, name: str) -> tuple[str, str, str]:
    """Source or delivery; its name or id; a digest that stands for it."""
    try:
        delivery = view.get(Delivery, name)
    except NotFound:
        try:
            source = view.named(Source, name)
        except NotFound:
            remedy = "cloister source list, cloister deliver list"
            raise NotFound(f"there is no source or delivery {name!r}", remedy=remedy) from None
        return "source", source.name, digest({"source": source.name, "id": source.id})
    return "delivery", delivery.id, delivery.statement


def _named(context: Context, made: Withdrawal) -> Withdrawal:
    """Keep the withdrawal with all that came of it, signed; flag or take back what is live."""
    unit = context.unit
    reached = unit.descendants((made.target,))
    made = replace(
        made,
        versions=tuple(one for one in reached if one.startswith("ver_")),
        models=tuple(one for one in reached if one.startswith("mod_")),
        releases=tuple(one for one in reached if one.startswith("rel_")),
    )
    made = replace(made, statement=unit.put_blob(_signed(context, made)))
    unit.put(made)
    back = _take_back(context, made)
    told = {"rolled_back": list(back), "restored": list(back.values())} if back else {}
    context.facts.update(
        withdrawal=made.id,
        what=made.what,
        target=made.target,
        reason=made.reason,
        state=made.state,
        versions=len(made.versions),
        models=len(made.models),
        releases=len(made.releases),
        statement=made.statement,
        **told,
    )
    return made


def _signed(context: Context, made: Withdrawal) -> bytes:
    # What came of it is named by id: each id stands in a signed manifest of its own, and none has to be opened here.
    _, _, root = _target(context.unit, made.target)
    subjects = {f"{made.what}/{made.target}": root}
    predicate: Mapping[str, object] = {
        "withdrawal": made.id,
        "what": made.what,
        "target": made.target,
        "reason": made.reason,
        "state": made.state,
        "versions": list(made.versions),
        "models": list(made.models),
        "releases": list(made.releases),
        "moment": to_text(context.moment),
    }
    return statement.sign(statement.statement(predicates.WITHDRAWAL, predicate, subjects), context.world.signer)


def _take_back(context: Context, made: Withdrawal) -> Mapping[str, str | None]:
    """Live releases of withdrawn lineage: taken back where the withdrawal says so and is in force, else a task each.

    Returns what was taken back, and what is live instead of it.
    """
    back: dict[str, str | None] = {}
    for release in context.unit.find(Release, state="live"):
        if release.id not in made.releases:
            continue
        if made.rollback and made.state == "in-force":
            _, restored = take_back(context, release)
            back[release.id] = restored.id if restored else None
        else:
            found = f"live at {release.stage} on data withdrawn with {made.id}: roll it back or say why not"
            open_task(context, release.id, found, Action.WITHDRAWAL_REQUEST)
    return back
