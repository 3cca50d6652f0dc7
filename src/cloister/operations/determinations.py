"""An expert's determination: put together here, signed by the expert elsewhere, accepted only with their signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.canonical import encode
from cloister.core.clock import from_text, to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState
from cloister.crypto import VerifyKey, dsse, statement
from cloister.operations import resources
from cloister.operations.determination_standing import basis_of
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import Determination, Project, Version

MOST_DAYS = 3 * 366  # experts' determinations are commonly made for one to three years


@dataclass(frozen=True, slots=True)
class DeterminationWish:
    """``until`` is a date; ``purposes`` empty means all of the project's; ``method`` is the expert's own words."""

    version: str
    project: str
    expert: str
    expert_key: str
    method: str
    until: str
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """``payload`` holds the bytes for the expert to sign; no data in them."""

    determination: Determination
    payload: bytes


class ProposeDetermination(Operation[DeterminationWish, Proposed]):
    """Put together what an expert needs to determine that a version's risk is very small, for them to sign."""

    action = Action.DETERMINATION_PROPOSE
    provisions = ("164.514(b)(1)",)
    command = "cloister determination propose"

    def resource(self, view: View, request: DeterminationWish, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: DeterminationWish) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def perform(self, context: Context, request: DeterminationWish) -> Proposed:
        version = context.unit.get(Version, request.version)
        project = context.unit.named(Project, request.project)
        until = _checked(context, request, project)
        basis = basis_of(context.unit, version, project)
        _founded(version, basis)
        identity = context.new_id("det")
        purposes = tuple(sorted(request.purposes or project.purposes))
        predicate = {
            "determination": identity,
            "version": version.id,
            "number": version.number,
            "dataset": version.dataset,
            "project": project.id,
            "purposes": list(purposes),
            "expert": request.expert,
            "expert_key": request.expert_key,
            "method": request.method,
            "until": until,
            "proposed": to_text(context.moment),
            "proposed_by": context.subject,
            "basis": basis,
        }
        payload = statement.statement(predicates.DETERMINATION, predicate, {"statement": version.statement})
        made = Determination(
            identity, version.id, version.dataset, project.id, purposes, request.expert, request.expert_key,
            request.method, until, context.subject, to_text(context.moment), context.unit.put_blob(payload), basis,
        )  # fmt: skip
        context.unit.put(made)
        _facts(context, made)
        return Proposed(made, payload)


@dataclass(frozen=True, slots=True)
class Signature:
    """``envelope`` is the DSSE envelope that the expert made of the payload."""

    determination: str
    envelope: bytes


class AcceptDetermination(Operation[Signature, Determination]):
    """Take an expert's signature over a determination, once it is theirs and over exactly what was put together."""

    action = Action.DETERMINATION_ACCEPT
    provisions = ("164.514(b)(1)",)
    command = "cloister determination accept"

    def resource(self, view: View, request: Signature, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, view.get(Determination, request.determination).version))

    def purpose(self, view: View, request: Signature) -> tuple[str | None, str | None]:
        return view.get(Determination, request.determination).project, None

    def perform(self, context: Context, request: Signature) -> Determination:
        made = context.unit.get(Determination, request.determination)
        where = f"determination {made.id}"
        if made.expired(context.moment):
            raise InvalidState("its day has passed", where=where, remedy="propose a new one")
        version, project = context.unit.get(Version, made.version), context.unit.get(Project, made.project)
        key = VerifyKey.from_text(made.expert_key)
        verified = dsse.verify(request.envelope, [key], statement.PAYLOAD_TYPE)
        if verified.payload != context.unit.blob(made.payload):
            raise IntegrityFailure("the expert signed something else", where=where)
        if encode(made.basis) != encode(basis_of(context.unit, version, project)):
            remedy = "propose a new one, and let the expert sign that"
            raise InvalidState("what it rests on has changed since it was put together", where=where, remedy=remedy)
        signer = context.world.signer
        ours = signer.sign(dsse.pae(statement.PAYLOAD_TYPE, verified.payload))
        theirs = dict(dsse.parse(request.envelope).signatures)[key.key_id]
        both = tuple(sorted({key.key_id: theirs, signer.key_id: ours}.items()))
        digest = context.unit.put_blob(dsse.Envelope(statement.PAYLOAD_TYPE, verified.payload, both).to_bytes())
        signed = made.sign(digest, context.subject, to_text(context.moment))
        context.unit.put(signed)
        _facts(context, signed)
        context.facts["statement"] = digest
        return signed


@dataclass(frozen=True, slots=True)
class DeterminationEnd:
    determination: str
    reason: str


class EndDetermination(Operation[DeterminationEnd, Determination]):
    """End an expert's determination before its day, for a reason."""

    action = Action.DETERMINATION_END
    provisions = ("164.514(b)(1)",)
    command = "cloister determination end"

    def resource(self, view: View, request: DeterminationEnd, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, view.get(Determination, request.determination).version))

    def purpose(self, view: View, request: DeterminationEnd) -> tuple[str | None, str | None]:
        return view.get(Determination, request.determination).project, None

    def perform(self, context: Context, request: DeterminationEnd) -> Determination:
        if not request.reason.strip():
            raise InvalidInput("to end a determination needs a reason")
        made = context.unit.get(Determination, request.determination).end(context.subject, request.reason)
        context.unit.put(made)
        _facts(context, made)
        context.facts["why"] = request.reason
        return made


def _checked(context: Context, request: DeterminationWish, project: Project) -> str:
    """The end as the log writes moments; InvalidInput for what can't be determined."""
    if not request.expert.strip() or not request.method.strip():
        raise InvalidInput("a determination names the expert and the method")
    key = VerifyKey.from_text(request.expert_key)
    if key == context.world.signer.verify_key:
        raise InvalidInput("the expert's key is the environment's own")
    if unknown := sorted(set(request.purposes) - project.purposes):
        known = ", ".join(sorted(project.purposes))
        raise InvalidInput(f"{unknown[0]!r} is not one of the project's purposes", remedy=f"choose from {known}")
    text = f"{request.until}T00:00:00.000000Z" if len(request.until) == len("2026-01-31") else request.until
    try:
        end = from_text(text)
    except (ValueError, InvalidInput):
        raise InvalidInput("the end is no date", remedy="write it as 2026-01-31") from None
    if not 0 < (end - context.moment).total_seconds() <= MOST_DAYS * 86_400:
        raise InvalidInput(f"a determination ends in the future and within {MOST_DAYS} days")
    return to_text(end)


def _founded(version: Version, basis: dict[str, object]) -> None:
    where = f"version {version.id}"
    if not version.measured:
        raise InvalidState("its risk was not measured", where=where, remedy=f"cloister dataset measure {version.id}")
    if not version.passed:
        raise InvalidState("it does not hold what the project asks for", where=where, remedy="generalise it first")
    if not basis["attacks"]:
        raise InvalidState("it was not attacked", where=where, remedy=f"cloister dataset attack {version.id}")


def _facts(context: Context, made: Determination) -> None:
    context.facts.update(
        determination=made.id,
        version=made.version,
        dataset=made.dataset,
        project=made.project,
        purposes=list(made.purposes),
        expert_key=made.expert_key,
        until=made.until,
        payload=made.payload,
        state=made.state,
    )
