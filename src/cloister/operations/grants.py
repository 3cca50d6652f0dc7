"""Just-in-time access: ask for columns, for a purpose, for some hours; another approves; it can end early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import Role
from cloister.operations import resources
from cloister.operations.determination_standing import open_to
from cloister.operations.earlier_releases import mosaic_standing
from cloister.operations.lineage import is_withdrawn
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import Grant, Project, Version

MAX_HOURS = 24 * 30


@dataclass(frozen=True, slots=True)
class GrantWish:
    version: str
    project: str
    columns: tuple[str, ...]
    purpose: str
    hours: float


class RequestGrant(Operation[GrantWish, Grant]):
    """Ask for columns of a version, for a purpose, for some hours."""

    action = Action.GRANT_REQUEST
    provisions = ("164.308(a)(4)(ii)(B)", "164.502(b)")
    command = "cloister grant request"

    def resource(self, view: View, request: GrantWish, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: GrantWish) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, request.purpose

    def perform(self, context: Context, request: GrantWish) -> Grant:
        version = context.unit.get(Version, request.version)
        project = context.unit.named(Project, request.project)
        unknown = [name for name in request.columns if name not in version.schema.names]
        if unknown or not request.columns:
            raise InvalidInput(f"the version has no column {unknown[0]!r}" if unknown else "no column is named")
        if not 0 < request.hours <= MAX_HOURS:
            raise InvalidInput(f"a grant lasts more than 0 and at most {MAX_HOURS} hours")
        if request.purpose not in project.purposes:
            known = ", ".join(sorted(project.purposes))
            raise InvalidInput("the purpose is not one of the project's", remedy=f"choose from {known}")
        # The platform splits people into training and held-out sets and tells new rows from known ones, so the
        # pseudonyms of person and record always come along.
        numbers = (*version.schema.with_role(Role.RECORD)[:1], *version.schema.with_role(Role.PERSON)[:1])
        columns = tuple(dict.fromkeys((*request.columns, *numbers)))
        grant = Grant(
            context.new_id("gr"),
            context.subject,
            project.id,
            version.dataset,
            version.id,
            columns,
            request.purpose,
            request.hours,
            to_text(context.moment),
        )
        context.unit.put(grant)
        _facts(context, grant)
        return grant


class ApproveGrant(Operation[str, Grant]):
    """Approve another's request: from now until the end, those columns' keys open for that subject."""

    action = Action.GRANT_APPROVE
    provisions = ("164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.502(b)")
    command = "cloister grant approve"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_grant(view, view.get(Grant, request), moment)

    def purpose(self, view: View, request: str) -> tuple[str | None, str | None]:
        grant = view.get(Grant, request)
        return grant.project, grant.purpose

    def perform(self, context: Context, request: str) -> Grant:
        asked = context.unit.get(Grant, request)
        _, mosaic = mosaic_standing(context.unit, asked)
        grant = replace(asked.approve(context.subject, context.moment), mosaic=mosaic)
        context.facts.update(mosaic=mosaic)
        context.unit.put(grant)
        _facts(context, grant)
        return grant


class RevokeGrant(Operation[str, Grant]):
    """End a grant before its time; the next key use fails."""

    action = Action.GRANT_REVOKE
    provisions = ("164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)")
    command = "cloister grant revoke"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_grant(view, view.get(Grant, request), moment)

    def perform(self, context: Context, request: str) -> Grant:
        grant = context.unit.get(Grant, request).revoke()
        context.unit.put(grant)
        _facts(context, grant)
        return grant


def still_active(view: View, grant_id: str, moment: datetime) -> Grant:
    """The grant, if its keys open at this very moment."""
    grant = view.get(Grant, grant_id)
    if not grant.active(moment):
        raise InvalidState("the grant has ended", where=f"grant {grant.id}", remedy="ask for a new one")
    if is_withdrawn(view, grant.version):
        raise InvalidState(
            "the grant's data was withdrawn", where=f"grant {grant.id}", remedy="ask for another version"
        )
    if not open_to(view, grant.version, grant.project, grant.purpose, moment):
        told = "no expert's determination stands for the grant's version and purpose"
        raise InvalidState(told, where=f"grant {grant.id}", remedy="cloister determination list")
    return grant


def _facts(context: Context, grant: Grant) -> None:
    context.facts.update(
        grant=grant.id,
        dataset=grant.dataset,
        version=grant.version,
        columns=list(grant.columns),
        hours=grant.hours,
        purpose=grant.purpose,
        requester=grant.requester,
        expires=grant.expires or None,
    )
