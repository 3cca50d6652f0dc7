"""Describe a version's variables for people who may not see it yet: statistics that are safe before access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.fairness import describe_columns
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.versions import read_frame
from cloister.policy import Resource
from cloister.records import Description, Version

_FEWEST = 11


@dataclass(frozen=True, slots=True)
class Described:
    people: int | None
    columns: tuple[Mapping[str, Any], ...]


class DescribeVersion(EffectOperation[str, Description, Described]):
    """Measure what may be told of each variable before access: missing values, range, mean, common values."""

    action = Action.VERSION_DESCRIBE
    provisions = ("164.502(b)", "164.316(b)(1)(i)")
    command = "cloister dataset describe"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        return {"version": context.unit.get(Version, request).id}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str) -> Described:
        version = view.get(Version, request)
        names = version.schema.names
        frame = read_frame(world, version, names, door.open(version.dataset, names))
        person = version.schema.person
        columns = describe_columns(frame, version.schema, person=person, minimum_cell=_FEWEST)
        people = frame.height if person is None else frame[person].n_unique()
        return Described(people if people >= _FEWEST else None, tuple(columns))

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Described, request: str) -> Description:
        version = context.unit.get(Version, request)
        moment = to_text(context.moment)
        made = Description(version.id, version.dataset, moment, context.subject, outcome.people, outcome.columns)
        context.unit.put(made)
        context.facts.update(version=version.id, columns=len(made.columns), people=made.people)
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""
