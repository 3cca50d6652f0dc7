"""The one way in: decide, begin, perform, append the event in the same transaction, commit.

A denied or failed attempt is recorded in a transaction of its own. A failure records the exception's type and
never its message, which may hold PHI. When the record can't be written, the operation fails.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from cloister.core.actions import Action
from cloister.core.canonical import decode, encode
from cloister.core.clock import to_text
from cloister.core.errors import CloisterError, Denied, KeyRefused, NotFound
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import new_id
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation, Session
from cloister.operations.ports import KeyProvider, OpenIntent, Store, Unit, View, World
from cloister.policy import Decision, PolicySet, Request, Resource
from cloister.policy import Subject as PolicySubject
from cloister.records import Subject, Task
from cloister.records.keys import FOOTER, DatasetKeys

Q = TypeVar("Q")
R = TypeVar("R")
O = TypeVar("O")  # noqa: E741  what an effect leaves
LOG = "log"  # what an event or a task about the whole log names

_ACCESS_PROVISIONS = {
    Action.DATASET_READ: ("164.312(b)", "164.502(b)"),
    Action.KEY_UNWRAP: ("164.312(a)(2)(iv)", "164.312(b)"),
}


class _Refusal(Exception):  # carries a decision out of a transaction, never shown
    def __init__(self, decision: Decision, resource: str, more: str = "") -> None:
        super().__init__()
        self.decision = decision
        self.resource = resource
        self.told = f"{decision.reason}: {more}" if more else decision.reason


@dataclass(slots=True)
class _Attempt:
    """What the event will say of who asked for what."""

    session: Session
    operation: Operation[Any, Any]
    project: str | None
    purpose: str | None
    resource: str = "unresolved"
    decision: Decision | None = None


class Mediator:
    """Runs operations for sessions. One instance for each process."""

    def __init__(self, store: Store, policy: PolicySet, world: World, instance: str) -> None:
        self._store = store
        self._policy = policy
        self._world = world
        self._instance = instance

    def run(self, operation: Operation[Q, R], request: Q, session: Session) -> R:
        """Run one operation.

        Raises:
            Denied: policy did not permit it, or the decision itself failed.
            CloisterError: what the operation raised; the attempt is recorded either way.
        """
        attempt = _Attempt(session, operation, session.project, session.purpose)
        if isinstance(operation, EffectOperation):
            result: R = self._run_effect(operation, request, attempt)
            return result
        return self._recording(attempt, lambda unit: self._perform(unit, operation, request, attempt))

    def _perform(self, unit: Unit, operation: Operation[Q, R], request: Q, attempt: _Attempt) -> R:
        context = self._admit(unit, operation, request, attempt)
        result = operation.perform(context, request)
        context.settle_obligations()
        unit.append(self._event(unit, attempt, Outcome.DONE, context.facts))
        return result

    def _run_effect(self, operation: EffectOperation[Q, R, O], request: Q, attempt: _Attempt) -> R:
        def intend(unit: Unit) -> tuple[str, Mapping[str, Any], Context]:
            context = self._admit(unit, operation, request, attempt)
            plan = operation.prepare(context, request)
            event = self._event(unit, attempt, Outcome.INTENDED, context.facts)
            unit.append(event)
            unit.open_intent(event.id, operation.action.value, encode(plan), self._instance)
            return event.id, plan, context

        intent, plan, admitted = self._recording(attempt, intend)

        def conclude(unit: Unit, outcome: O) -> R:
            context = Context(
                unit,
                self._world,
                admitted.subject,
                admitted.roles,
                self._world.clock.now(),
                admitted.decision,
                self._id,
            )
            result = operation.settle(context, plan, outcome, request)
            context.settle_obligations()
            unit.close_intent(intent)
            unit.append(self._event(unit, attempt, Outcome.DONE, context.facts, intent=intent))
            return result

        def still_stands() -> None:
            operation.still_stands(self._store.view(), request, self._world.clock.now())

        try:
            door = _Door(self, self._store, self._world.keys, attempt, intent, still_stands)
            outcome = operation.effect(self._world, door, self._store.view(), plan, request)
            return self._store.write(lambda unit: conclude(unit, outcome))
        except BaseException as error:
            self._abandon(operation, attempt, intent, plan, error)
            raise

    def _abandon(
        self,
        operation: EffectOperation[Any, Any, Any],
        attempt: _Attempt,
        intent: str,
        plan: Mapping[str, Any],
        error: BaseException,
    ) -> None:
        """Clean up and record the failure; where even that fails, the intent stays open for recovery to settle."""

        def record(unit: Unit) -> None:
            unit.close_intent(intent)
            unit.append(self._event(unit, attempt, Outcome.FAILED, {}, intent=intent, error=type(error).__name__))

        with contextlib.suppress(CloisterError, OSError):
            operation.undo(self._world, plan)
            self._store.write(record)

    def _recording(self, attempt: _Attempt, work: Callable[[Unit], R]) -> R:
        try:
            return self._store.write(work)
        except _Refusal as refusal:
            attempt.resource, attempt.decision = refusal.resource, refusal.decision
            self._record(attempt, Outcome.DENIED, None)
            raise Denied(refusal.told, where=attempt.operation.action.value) from None
        except Exception as error:
            self._record(attempt, Outcome.FAILED, type(error).__name__)
            raise

    def _record(self, attempt: _Attempt, outcome: Outcome, error: str | None) -> None:
        self._store.write(lambda unit: unit.append(self._event(unit, attempt, outcome, {}, error=error)))

    def _admit(self, unit: Unit, operation: Operation[Q, R], request: Q, attempt: _Attempt) -> Context:
        """Authenticate and decide, inside the transaction, so that nothing changes between decision and deed."""
        moment = self._world.clock.now()
        subject = authenticate(unit, attempt.session)
        project, purpose = operation.purpose(unit, request)
        attempt.project, attempt.purpose = project or attempt.project, purpose or attempt.purpose
        if subject is None:
            raise _Refusal(Decision(False, (), (), "the credential is not this subject's"), attempt.resource)
        resource = operation.resource(unit, request, moment)
        attempt.resource = resource.id
        decision = self._decide(subject, operation.action, resource, attempt, moment)
        attempt.decision = decision
        if not decision.permitted:
            raise _Refusal(decision, resource.id, operation.explain(unit, request, moment, decision, subject.roles))
        return Context(unit, self._world, subject.name, subject.roles, moment, decision, self._id)

    def _decide(
        self, subject: Subject, action: Action, resource: Resource, attempt: _Attempt, moment: datetime
    ) -> Decision:
        context: dict[str, str | bool | int | frozenset[str] | None] = {
            "purpose": attempt.purpose or "",
            "project": attempt.project or "",
            "moment": int(moment.timestamp()),
        }
        principal = PolicySubject(subject.name, subject.roles, dict(subject.attributes))
        return self._policy.decide(Request(principal, action, resource, context))

    def _id(self, kind: str) -> str:
        return new_id(kind, self._world.clock.now(), self._world.entropy(10))

    def _event(
        self,
        unit: Unit,
        attempt: _Attempt,
        outcome: Outcome,
        facts: Mapping[str, Any],
        *,
        intent: str | None = None,
        error: str | None = None,
    ) -> AuditEvent:
        return AuditEvent(
            id=self._id("ev"),
            time=self._time(unit),
            subject=attempt.session.subject,
            action=attempt.operation.action.value,
            resource=attempt.resource,
            outcome=outcome,
            policy_set=self._policy.hash,
            policies=attempt.decision.policies if attempt.decision else (),
            provisions=attempt.operation.provisions,
            project=attempt.project,
            purpose=attempt.purpose,
            intent=intent,
            error=error,
            facts=dict(facts),
        )

    def _time(self, unit: Unit) -> str:
        """Now, but never before the event that went before: a clock set back must not look like reordering."""
        return max(to_text(self._world.clock.now()), unit.last_time())

    def recover(self, operations: Mapping[str, EffectOperation[Any, Any, Any]], alive: Callable[[str], bool]) -> int:
        """Settle the intents of processes that are gone: undo what they left, record each as abandoned."""
        settled = 0
        for intent in self._store.open_intents():
            if intent.instance == self._instance or alive(intent.instance):
                continue
            operations[intent.action].undo(self._world, decode(intent.plan))
            self._store.write(functools.partial(self._record_abandoned, intent))
            settled += 1
        return settled

    def _record_abandoned(self, intent: OpenIntent, unit: Unit) -> None:
        unit.close_intent(intent.event_id)
        unit.append(
            AuditEvent(
                id=self._id("ev"),
                time=self._time(unit),
                subject="cloister",
                action=intent.action,
                resource=intent.event_id,
                outcome=Outcome.ABANDONED,
                policy_set=self._policy.hash,
                intent=intent.event_id,
            )
        )

    def record_unchecked(self, found: str) -> None:
        """The environment was opened although its log could not be checked: an event, and a task for a person."""
        self._store.write(functools.partial(self._record_unchecked, found))

    def _record_unchecked(self, found: str, unit: Unit) -> None:
        time = self._time(unit)
        task = Task(self._id("tsk"), LOG, found, Action.AUDIT_VERIFY.value, time, "cloister")
        unit.put(task)
        unit.append(
            AuditEvent(
                id=self._id("ev"),
                time=time,
                subject="cloister",
                action=Action.AUDIT_VERIFY.value,
                resource=LOG,
                outcome=Outcome.FAILED,
                policy_set=self._policy.hash,
                facts={"not_computed": found, "tasks": [task.id]},
            )
        )

    def access_event(
        self, unit: Unit, attempt: _Attempt, action: Action, dataset: str, facts: Mapping[str, Any], intent: str
    ) -> None:
        """Record that keys are about to be opened, or rows to be read, for an intent."""
        unit.append(
            AuditEvent(
                id=self._id("ev"),
                time=self._time(unit),
                subject=attempt.session.subject,
                action=action.value,
                resource=dataset,
                outcome=Outcome.DONE,
                policy_set=self._policy.hash,
                policies=attempt.decision.policies if attempt.decision else (),
                provisions=_ACCESS_PROVISIONS[action],
                project=attempt.project,
                purpose=attempt.purpose,
                facts={**facts, "for": attempt.operation.action.value, "under": intent},
            )
        )


def authenticate(view: View, session: Session) -> Subject | None:
    """The subject whose credential this is; None when it is not, whatever the reason."""
    try:
        subject = view.named(Subject, session.subject)
    except NotFound:
        return None
    given = hashlib.sha256(session.credential.encode()).hexdigest()
    return subject if hmac.compare_digest(given, subject.credential) and subject.state == "active" else None


class _Door(KeyDoor):
    """Opens column keys for one intent while it stands; the event is durable before the first key is open."""

    def __init__(
        self,
        mediator: Mediator,
        store: Store,
        keys: KeyProvider,
        attempt: _Attempt,
        intent: str,
        still_stands: Callable[[], None],
    ) -> None:
        self._mediator = mediator
        self._store = store
        self._keys = keys
        self._attempt = attempt
        self._intent = intent
        self._still_stands = still_stands

    def open(self, dataset: str, columns: tuple[str, ...]) -> Mapping[str, bytes]:
        try:
            record = self._store.view().get(DatasetKeys, dataset)
        except NotFound:
            remedy = "let its custodian make one with: cloister key create"
            raise KeyRefused("the data set has no key", remedy=remedy) from None
        wanted = tuple(dict.fromkeys((FOOTER, *columns)))
        missing = [name for name in wanted if name not in record.wrapped]
        if missing:
            raise KeyRefused(f"column {missing[0]!r} has no key in this data set")
        self._still_stands()
        self._record(Action.KEY_UNWRAP, dataset, {"columns": list(columns)})
        return {
            name: self._keys.unwrap(f"dataset-{dataset}", base64.b64decode(record.wrapped[name]), record.context(name))
            for name in wanted
        }

    def reading(self, dataset: str, columns: tuple[str, ...], split: str) -> None:
        self._still_stands()
        self._record(Action.DATASET_READ, dataset, {"columns": list(columns), "split": split})

    def _record(self, action: Action, dataset: str, facts: Mapping[str, Any]) -> None:
        self._store.write(
            lambda unit: self._mediator.access_event(unit, self._attempt, action, dataset, facts, self._intent)
        )
