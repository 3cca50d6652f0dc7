"""Which columns are quasi-identifiers: proposed with reasons, then confirmed by the steward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.risk_question import RiskQuestion, check_columns
from cloister.operations.versions import read_frame
from cloister.policy import Resource
from cloister.privacy import Suggestion, suggest_quasi_identifiers
from cloister.records import Version


class SuggestColumns(EffectOperation[str, tuple[Suggestion, ...], tuple[Suggestion, ...]]):
    """Propose which columns of a version an outsider could know, with the reasons; no value leaves."""

    action = Action.VERSION_SUGGEST
    provisions = ("164.514(b)(1)", "164.308(a)(1)(ii)(A)")
    command = "cloister dataset suggest"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        return {"version": request}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str
    ) -> tuple[Suggestion, ...]:
        version = view.get(Version, request)
        names = version.schema.names
        frame = read_frame(world, version, names, door.open(version.dataset, names))
        return suggest_quasi_identifiers(frame, person=version.schema.person, schema=version.schema)

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: tuple[Suggestion, ...], request: str
    ) -> tuple[Suggestion, ...]:
        found = [item.column for item in outcome if item.role == "quasi-identifier"]
        context.facts.update(version=request, quasi_identifiers=found, columns=len(outcome))
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``reason`` says why these and no others; it is recorded."""

    version: str
    quasi_identifiers: tuple[str, ...]
    reason: str


class ConfirmColumns(Operation[Confirmation, Version]):
    """Confirm which columns are quasi-identifiers: no later measure of this version or its offspring may omit one."""

    action = Action.VERSION_CONFIRM
    provisions = ("164.514(b)(1)",)
    command = "cloister dataset confirm"

    def resource(self, view: View, request: Confirmation, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def perform(self, context: Context, request: Confirmation) -> Version:
        version = context.unit.get(Version, request.version)
        check_columns(version, RiskQuestion(version.id, "", request.quasi_identifiers))
        if not request.reason.strip():
            raise InvalidInput("a confirmation needs a reason")
        # What was measured with another list says nothing any more.
        same = set(request.quasi_identifiers) <= set(version.quasi_identifiers)
        version = replace(
            version,
            confirmed=request.quasi_identifiers,
            confirmed_by=context.subject,
            passed=version.passed and same,
        )
        context.unit.put(version)
        context.facts.update(
            version=version.id,
            quasi_identifiers=list(request.quasi_identifiers),
            reason=request.reason,
            still_passed=version.passed,
        )
        return version
