"""List and show what the environment keeps: records only, never a row of data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.operations.determination_standing import with_flags
from cloister.operations.gate_standing import gate_standings
from cloister.operations.lineage import is_withdrawn, withdrawn_records
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import (
    Advisories,
    Attack,
    Budget,
    DataAudit,
    Dataset,
    Delivery,
    Description,
    Determination,
    GateException,
    Grant,
    Image,
    ImportedModel,
    Job,
    Linkage,
    Mitigation,
    Model,
    MosaicCheck,
    Project,
    Release,
    ReleasedTable,
    Source,
    Spend,
    Statement,
    Subject,
    Task,
    Usage,
    Validation,
    Version,
    Withdrawal,
)

KINDS: dict[str, type[Any]] = {
    kind.kind: kind
    for kind in (
        Attack,
        Advisories,
        DataAudit,
        Dataset,
        Delivery,
        Description,
        Determination,
        GateException,
        Grant,
        Image,
        ImportedModel,
        Job,
        Linkage,
        Mitigation,
        Model,
        MosaicCheck,
        Project,
        Release,
        ReleasedTable,
        Source,
        Statement,
        Subject,
        Task,
        Usage,
        Validation,
        Version,
        Budget,
        Spend,
        Withdrawal,
    )
}


@dataclass(frozen=True, slots=True)
class Look:
    """``name`` is a name or id; without it, all records of the kind."""

    kind: str
    name: str | None = None


class ReadRecords(Operation[Look, tuple[Any, ...]]):
    """List the records of a kind, or show one."""

    action = Action.RECORD_READ
    provisions = ("164.312(b)",)
    command = "cloister <noun> list | show"

    def resource(self, view: View, request: Look, moment: datetime) -> Resource:
        # Records hold no data values; who may look at one kind may look at each, so the environment is the resource.
        return Resource("Environment", "environment")

    def perform(self, context: Context, request: Look) -> tuple[Any, ...]:
        if request.kind not in KINDS:
            raise InvalidInput(f"there is no kind of record {request.kind!r}", remedy=", ".join(sorted(KINDS)))
        kind = KINDS[request.kind]
        context.facts.update(kind=request.kind, name=request.name)
        found = (context.unit.named(kind, request.name),) if request.name is not None else context.unit.find(kind)
        if kind in (Version, ReleasedTable) and (gone := withdrawn_records(context.unit)):
            came = [item.version if isinstance(item, ReleasedTable) else item.id for item in found]
            told = [(_WITHDRAWN,) if name in gone else () for name in came]
            return tuple(replace(item, flags=flag) for item, flag in zip(found, told, strict=True))
        if kind is Determination:
            return tuple(with_flags(context.unit, item, context.moment) for item in found)
        if kind in (Model, Release):
            return tuple(replace(item, flags=flags(context.unit, item, context.moment)) for item in found)
        return found


_WITHDRAWN = "came of data that was withdrawn"


def flags(view: View, item: Model | Release, moment: datetime) -> tuple[str, ...]:
    """What stands against the use of a model or of a release of it, at this moment."""
    model = item if isinstance(item, Model) else view.get(Model, item.model)
    found = tuple(standing.line for standing in gate_standings(view, model, moment) if standing.line)
    return (*found, _WITHDRAWN) if is_withdrawn(view, model.id) else found
