"""Read granted columns: recorded before the first byte leaves, and only with the keys that the grant opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.errors import IntegrityFailure
from cloister.operations import resources
from cloister.operations.data_source import TRAIN, SplitSource, split_of
from cloister.operations.grants import still_active
from cloister.operations.jobs import split_key
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.versions import read_frame
from cloister.policy import Resource
from cloister.records import Dataset, Grant, Project, Version


@dataclass(frozen=True, slots=True)
class Reading:
    """``columns`` may name any column; those outside the grant fail at the key.

    With ``serve``, nothing is returned: the granted columns are served to the SDK of a notebook over a Unix socket
    for as long as ``serve(socket, token)`` runs. A notebook sees the people of the train split alone, like a job.
    """

    grant: str
    columns: tuple[str, ...]
    serve: Callable[[Path, str], None] | None = None


class ReadDataset(EffectOperation[Reading, pl.DataFrame, pl.DataFrame]):
    """Read columns under one's own active grant: the people of the train split, never the held-out or sealed ones."""

    action = Action.DATASET_READ
    provisions = ("164.312(a)(1)", "164.312(b)", "164.502(b)")
    command = "cloister dataset read"

    def resource(self, view: View, request: Reading, moment: datetime) -> Resource:
        return resources.of_grant(view, view.get(Grant, request.grant), moment)

    def purpose(self, view: View, request: Reading) -> tuple[str | None, str | None]:
        grant = view.get(Grant, request.grant)
        return grant.project, grant.purpose

    def prepare(self, context: Context, request: Reading) -> Mapping[str, Any]:
        grant = still_active(context.unit, request.grant, context.moment)
        for obligation in (*context.fulfil("columns"), *context.fulfil("expiry")):
            # Both oblige to the grant itself: its columns' keys alone are opened, and it was active just now.
            if obligation.value != "grant":
                raise IntegrityFailure("the decision obliges to something that a read does not know")
        context.facts.update(grant=grant.id, version=grant.version, columns=list(request.columns))
        return {"grant": grant.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Reading
    ) -> pl.DataFrame:
        grant = still_active(view, request.grant, world.clock.now())
        keys = door.open(grant.dataset, grant.columns)
        version = view.get(Version, grant.version)
        key = split_key(world, view.get(Project, grant.project))
        if request.serve is None:
            frame = read_frame(world, version, request.columns, keys)
            person = version.schema.person
            if person is None:
                return frame
            people = read_frame(world, version, (person,), keys)[person].cast(pl.String)
            return frame.filter(split_of(people, key) == TRAIN)
        table = world.versions.read(version.parts, grant.columns, keys, grant.dataset)
        source = SplitSource(table, version.schema.person, key, (TRAIN,))
        plane = world.plane(lambda _, columns, split: self._read(world, view, door, grant, columns, split))
        socket = world.files.folder(f"notebooks/{grant.id}") / "plane.sock"
        token = world.entropy(32).hex()
        with plane.serve(socket, {view.get(Dataset, grant.dataset).name: source}, token=token):
            request.serve(socket, token)
        return pl.DataFrame({"rows": [0] * sum(read.rows for read in plane.reads)})

    def _read(
        self, world: World, view: View, door: KeyDoor, grant: Grant, columns: tuple[str, ...], split: str
    ) -> None:
        """A grant that ends or is revoked while a notebook is open ends its reading with it."""
        still_active(view, grant.id, world.clock.now())
        door.reading(grant.dataset, columns, split)

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: pl.DataFrame, request: Reading
    ) -> pl.DataFrame:
        for kind in ("columns", "expiry"):
            context.fulfil(kind)
        context.facts.update(grant=request.grant, columns=list(request.columns), rows=outcome.height)
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""
