"""Create a project: its purposes, its gates, and what risk it accepts."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.ids import is_name
from cloister.integrity.licences import PERMISSIVE
from cloister.operations.exceptions import NEVER
from cloister.operations.naming import taken
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View, World
from cloister.policy import Resource
from cloister.records import Gate, Project

ENVIRONMENT_KEY = "environment"
MAX_EXCEPTION_DAYS = 366
ROLL_BACK = "rollback"  # what an alarm over a release in use does, besides opening a task
GATES = (
    "poisoning",
    "performance",
    "fairness",
    "canary",
    "artifact-phi",
    "membership",
    "reproducibility",
    "dependencies",
    "vulnerabilities",
)
# A project asks for these by giving them a threshold.
OPTIONAL_GATES = ("canary-drift", "canary-backdoor", "canary-memorisation")


@dataclass(frozen=True, slots=True)
class NewProject:
    name: str
    purposes: frozenset[str]
    gates: tuple[Gate, ...]
    k: int = 11
    l: int | None = None  # noqa: E741  l-diversity's own name
    t: float | None = None
    licences: tuple[str, ...] = ()
    mosaic: str = "warn"
    monitoring: str = "task"
    determination: str = "none"


class CreateProject(Operation[NewProject, Project]):
    """Create a project with the purposes that its grants may name and the gates that its models must pass."""

    action = Action.PROJECT_CREATE
    provisions = ("164.308(a)(4)(ii)(B)", "164.502(b)")
    command = "cloister project create"

    def resource(self, view: View, request: NewProject, moment: datetime) -> Resource:
        return Resource("Project", request.name, {"purposes": request.purposes})

    def perform(self, context: Context, request: NewProject) -> Project:
        _check(request)
        if taken(context.unit, Project, request.name):
            raise InvalidState("this project exists already", where=f"project {request.name}")
        identity = context.new_id("prj")
        wrapped = context.world.keys.wrap(ENVIRONMENT_KEY, context.world.entropy(32), _context(identity))
        project = Project(
            identity,
            request.name,
            context.subject,
            request.purposes,
            request.gates,
            base64.b64encode(wrapped).decode(),
            request.k,
            request.l,
            request.t,
            request.licences,
            request.mosaic,
            request.monitoring,
            request.determination,
        )
        context.unit.put(project)
        context.facts.update(
            project=identity,
            purposes=sorted(request.purposes),
            gates=[f"{gate.name} {gate.comparison} {gate.threshold}" for gate in request.gates],
            exceptions={gate.name: gate.exception_days for gate in request.gates if gate.exception_days},
            licences=sorted(request.licences or PERMISSIVE),
            k=request.k,
            mosaic=request.mosaic,
            monitoring=request.monitoring,
            determination=request.determination,
        )
        return project


def _check(request: NewProject) -> None:
    _check_choices(request)
    if not is_name(request.name):
        raise InvalidInput("a project's name is lower-case words joined by hyphens")
    if not request.purposes:
        raise InvalidInput("a project needs at least one purpose")
    if request.l is not None and request.l < 1:
        raise InvalidInput("l is at least 1")
    if request.t is not None and not 0 <= request.t <= 1:
        raise InvalidInput("t lies between 0 and 1")
    if request.k < 2:
        raise InvalidInput("k is at least 2: a class of one person is that person")
    names = [gate.name for gate in request.gates]
    for name in names:
        if name not in (*GATES, *OPTIONAL_GATES):
            known = ", ".join((*GATES, *OPTIONAL_GATES))
            raise InvalidInput(f"there is no gate {name!r}", remedy=f"choose from {known}")
    missing = [name for name in (*GATES, *names) if names.count(name) != 1]
    if missing:
        raise InvalidInput(f"the gate {missing[0]!r} needs exactly one threshold")
    for gate in request.gates:
        if not 0 <= gate.exception_days <= MAX_EXCEPTION_DAYS:
            raise InvalidInput(f"an exception to {gate.name!r} runs for at most {MAX_EXCEPTION_DAYS} days")
        if gate.exception_days and gate.name in NEVER:
            raise InvalidInput(f"nobody can give an exception to the gate {gate.name!r}")


def _check_choices(request: NewProject) -> None:
    if request.mosaic not in ("warn", "refuse"):
        raise InvalidInput("against the mosaic effect a project can warn or refuse")
    if request.monitoring not in ("task", ROLL_BACK):
        raise InvalidInput("an alarm over a release in use can open a task, or roll back as well: task, rollback")
    if request.determination not in ("none", "require"):
        raise InvalidInput("of an expert's determination a project asks none or require")


def token_key(world: World, project: Project) -> bytes:
    """The 32-byte secret of the project's pseudonyms."""
    return world.keys.unwrap(ENVIRONMENT_KEY, base64.b64decode(project.token_key), _context(project.id))


def _context(project_id: str) -> bytes:
    return f"tokens:{project_id}".encode()
