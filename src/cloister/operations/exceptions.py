"""Exceptions to a gate: the engineer asks with a reason and an end, another person approves, and may end it early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cloister.core.actions import Action
from cloister.core.clock import from_text, to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import GateException, Model, Project

# A model that carries identifiers is a disclosure wherever it runs; nobody can give leave for that.
NEVER = frozenset({"artifact-phi"})


@dataclass(frozen=True, slots=True)
class ExceptionWish:
    """``until`` is a moment as the log writes it, or a date: then midnight UTC at which that day begins."""

    model: str
    gate: str
    reason: str
    until: str


class RequestException(Operation[ExceptionWish, GateException]):
    """Ask for leave to go on although a gate did not pass, with a reason and an end."""

    action = Action.EXCEPTION_REQUEST
    provisions = ("164.308(a)(1)(ii)(B)", "164.308(a)(8)")
    command = "cloister exception request"

    def resource(self, view: View, request: ExceptionWish, moment: datetime) -> Resource:
        model = view.named(Model, request.model)
        return _resource(model.owner, model.owner, request.gate, "new")

    def purpose(self, view: View, request: ExceptionWish) -> tuple[str | None, str | None]:
        return view.named(Model, request.model).project, None

    def perform(self, context: Context, request: ExceptionWish) -> GateException:
        model = context.unit.named(Model, request.model)
        project = context.unit.get(Project, model.project)
        if not request.reason.strip():
            raise InvalidInput("an exception needs a reason")
        result = next((gate for gate in model.gates if gate.name == request.gate), None)
        if result is None:
            names = ", ".join(gate.name for gate in model.gates)
            raise InvalidInput(f"the model was held against no gate {request.gate!r}", remedy=f"choose from {names}")
        if result.passed:
            raise InvalidState(f"the gate {request.gate!r} passed: it needs no exception", where=f"model {model.name}")
        days = next((gate.exception_days for gate in project.gates if gate.name == request.gate), 0)
        if not days or request.gate in NEVER:
            raise InvalidState(
                f"the project allows no exception to the gate {request.gate!r}", where=f"project {project.name}"
            )
        end = _end(request.until)
        if not context.moment < end <= context.moment + timedelta(days=days):
            raise InvalidInput(f"an exception to {request.gate!r} ends in the future and within {days} days")
        made = GateException(
            context.new_id("exc"),
            model.id,
            model.project,
            request.gate,
            request.reason,
            context.subject,
            to_text(context.moment),
            to_text(end),
        )
        context.unit.put(made)
        _facts(context, made)
        context.facts["figure"] = result.figure
        return made


class ApproveException(Operation[str, GateException]):
    """Approve another's exception: the gate is open from now until its end."""

    action = Action.EXCEPTION_APPROVE
    provisions = ("164.308(a)(1)(ii)(B)", "164.308(a)(8)")
    command = "cloister exception approve"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return of_exception(view, view.get(GateException, request))

    def purpose(self, view: View, request: str) -> tuple[str | None, str | None]:
        return view.get(GateException, request).project, None

    def perform(self, context: Context, request: str) -> GateException:
        made = context.unit.get(GateException, request).approve(context.subject, context.moment)
        context.unit.put(made)
        _facts(context, made)
        return made


@dataclass(frozen=True, slots=True)
class ExceptionEnd:
    exception: str
    reason: str


class EndException(Operation[ExceptionEnd, GateException]):
    """Refuse an exception that was asked for, or end one before its day: the gate closes at once."""

    action = Action.EXCEPTION_END
    provisions = ("164.308(a)(1)(ii)(B)",)
    command = "cloister exception end"

    def resource(self, view: View, request: ExceptionEnd, moment: datetime) -> Resource:
        return of_exception(view, view.get(GateException, request.exception))

    def purpose(self, view: View, request: ExceptionEnd) -> tuple[str | None, str | None]:
        return view.get(GateException, request.exception).project, None

    def perform(self, context: Context, request: ExceptionEnd) -> GateException:
        if not request.reason.strip():
            raise InvalidInput("to refuse or end an exception needs a reason")
        made = context.unit.get(GateException, request.exception)
        made = made.end(context.subject, context.moment, request.reason)
        context.unit.put(made)
        _facts(context, made)
        context.facts["why"] = request.reason
        return made


def of_exception(view: View, exception: GateException) -> Resource:
    """What policy sees of an exception."""
    owner = view.get(Model, exception.model).owner
    return _resource(exception.requester, owner, exception.gate, exception.id)


def _resource(requester: str, owner: str, gate: str, identity: str) -> Resource:
    return Resource("Exception", identity, {"requester": requester, "model_owner": owner, "gate": gate})


def _end(text: str) -> datetime:
    moment = f"{text}T00:00:00.000000Z" if len(text) == len("2026-01-31") else text
    try:
        return from_text(moment)
    except InvalidInput:
        raise InvalidInput("the end can't be read", remedy="write it like 2026-12-31") from None


def _facts(context: Context, made: GateException) -> None:
    context.facts.update(
        exception=made.id,
        model=made.model,
        gate=made.gate,
        reason=made.reason,
        requester=made.requester,
        until=made.until,
        state=made.state,
    )
