"""Add a subject: a name, its duties, and a credential that is shown once and kept only as a digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.ids import is_name
from cloister.operations.naming import taken
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import RoleName, Subject


@dataclass(frozen=True, slots=True)
class NewSubject:
    name: str
    roles: frozenset[str]


class AddSubject(Operation[NewSubject, str]):
    """Add a person or service with its duties; the answer is its credential."""

    action = Action.SUBJECT_ADD
    provisions = ("164.308(a)(3)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.312(a)(2)(i)")
    command = "cloister subject add"

    def resource(self, view: View, request: NewSubject, moment: datetime) -> Resource:
        return Resource("Subject", request.name)

    def perform(self, context: Context, request: NewSubject) -> str:
        if not is_name(request.name):
            raise InvalidInput("a subject's name is lower-case words joined by hyphens")
        unknown = sorted(request.roles - {role.value for role in RoleName})
        if unknown or not request.roles:
            known = ", ".join(role.value for role in RoleName)
            raise InvalidInput(f"unknown role {unknown[0]!r}" if unknown else "no role", remedy=f"choose from {known}")
        if len(request.roles - {RoleName.AUDITOR.value}) > 1:
            raise InvalidInput("one subject has one duty", remedy="add a second subject for the second duty")
        if taken(context.unit, Subject, request.name):
            raise InvalidState("this subject exists already", where=f"subject {request.name}")
        credential = context.world.entropy(32).hex()
        digest = hashlib.sha256(credential.encode()).hexdigest()
        context.unit.put(Subject(context.new_id("sub"), request.name, request.roles, digest))
        context.facts.update(subject=request.name, roles=sorted(request.roles))
        return credential
