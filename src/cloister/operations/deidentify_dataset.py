"""De-identify a version into another data set, under Safe Harbor, with the project's own pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.crypto import derive
from cloister.operations import resources, review_queue
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.projects import token_key
from cloister.operations.versions import Draft, commit, read_frame, versions_of
from cloister.phi import DeidConfig, Deidentifier, DeidReport, FieldCipher, Tokeniser
from cloister.policy import Resource
from cloister.records import DataClass, Dataset, Part, Project, Version


@dataclass(frozen=True, slots=True)
class Deidentification:
    """``drop`` names columns of the result that the purpose does not need: minimum necessary.

    Words of notes and values of free text that no list knows are withheld for review, unless ``keep_unknown``; the
    version's recipe says which of the two was done, and under which allow-list. ``encrypt`` names columns of the source
    that stay as encrypted fields, each bound to its row's record number; cloister dataset reidentify opens them.
    """

    version: str
    target: str
    project: str
    drop: tuple[str, ...] = ()
    keep_unknown: bool = False
    encrypt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deidentified:
    schema: TableSchema
    parts: tuple[Part, ...]
    counts: Mapping[str, Any]
    withheld: tuple[review_queue.Found, ...] = ()


class DeidentifyDataset(EffectOperation[Deidentification, Version, Deidentified]):
    """Remove the 18 identifiers from columns and notes; patient numbers become the project's pseudonyms."""

    action = Action.DATASET_DEIDENTIFY
    provisions = ("164.514(a)", "164.514(b)(2)", "164.514(c)", "164.502(d)")
    command = "cloister dataset deidentify"

    def resource(self, view: View, request: Deidentification, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: Deidentification) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def prepare(self, context: Context, request: Deidentification) -> Mapping[str, Any]:
        target = context.unit.named(Dataset, request.target)
        if target.data_class is not DataClass.DEIDENTIFIED:
            raise InvalidState("the target's class is not de-identified", where=f"dataset {target.name}")
        if target.state != "open":
            raise InvalidState(f"the target is {target.state}", where=f"dataset {target.name}")
        _check_encrypted(context.unit.get(Version, request.version).schema, request)
        version = context.new_id("ver")
        return {"version": version, "target": target.id, "folder": f"{target.id}/{version}"}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Deidentification
    ) -> Deidentified:
        source = view.get(Version, request.version)
        target = view.get(Dataset, plan["target"])
        project = view.named(Project, request.project)
        engine = deidentifier(token_key(world, project), project.id, world.processes)
        permitted = review_queue.allowed(view, source.dataset)
        recipe = _recipe(project.id, request, permitted)
        reused, base = _reusable(view, target.id, source, recipe)
        todo = [part for part in source.parts if part.path not in base]
        keys = door.open(source.dataset, source.schema.names)
        schema = derived_schema(source.schema, request.drop, request.encrypt)
        frame = read_frame(world, source, source.schema.names, keys, todo)
        done, _, report = engine.frame(
            frame, source.schema, progress=lambda rows, total: world.progress("de-identify", rows, total)
        )
        sealed = frame.select(request.encrypt)
        done = done.select(name for name in schema.names if name not in request.encrypt)
        del frame
        withheld: list[review_queue.Found] = []
        unknown: dict[str, int] = {}
        if not request.keep_unknown:
            key = review_queue.queue_key(keys)
            seal_with = review_queue.sealer(key, world.entropy)
            done, withheld, unknown = review_queue.withhold(done, source.schema, permitted, key, seal_with)
        if request.encrypt:
            cipher = field_cipher(world, project)
            rows = done[source.schema.with_role(Role.RECORD)[0]]
            done = done.with_columns(cipher.encrypt(sealed[name], name, rows) for name in request.encrypt)
            done = done.select(schema.names)
        target_keys = door.open(target.id, schema.names)
        parts = world.versions.write(plan["folder"], [done.to_arrow()], target_keys, target.id)
        counts = {"recipe": recipe, "removed": _removed(report), "unknown": unknown}
        return Deidentified(schema, (*reused, *parts), counts, tuple(withheld))

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Deidentified, request: Deidentification
    ) -> Version:
        recipe = {
            **outcome.counts["recipe"],
            "removed": outcome.counts["removed"],
            "unknown": outcome.counts["unknown"],
        }
        source = context.unit.get(Version, request.version).dataset
        queued = review_queue.enqueue(context, source, outcome.withheld)
        context.facts.update(unknown=dict(outcome.counts["unknown"]), queued=queued)
        draft = Draft(plan["version"], plan["target"], outcome.schema, outcome.parts, (request.version,), (), recipe)
        return commit(context, draft)

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.versions.remove(plan["folder"])


def _check_encrypted(schema: TableSchema, request: Deidentification) -> None:
    """Columns that can be encrypted fields: there, not dropped, no pseudonyms, in rows with a record number each."""
    if not request.encrypt:
        return
    pseudonyms = (*schema.with_role(Role.PERSON), *schema.with_role(Role.RECORD))
    for name in request.encrypt:
        schema.column(name)
        if name in pseudonyms:
            raise InvalidInput(f"column {name!r} becomes a pseudonym, which is reversible already")
        if name in request.drop:
            raise InvalidInput(f"column {name!r} can't be both dropped and encrypted")
    records = schema.with_role(Role.RECORD)
    if not records or not schema.column(records[0]).unique or records[0] in request.drop:
        remedy = "declare a column of role record whose values are unique, and keep it"
        raise InvalidInput("an encrypted field is bound to its row's record number, and there is none", remedy=remedy)


def _token_secret(secret: bytes) -> bytes:
    """64 bytes for AES-SIV under the project's secret."""
    return derive(secret, "tokens-1") + derive(secret, "tokens-2")


def tokeniser(world: World, project: Project) -> Tokeniser:
    """The project's pseudonyms, forth and back; whoever goes back sees to it that this is permitted and recorded."""
    return Tokeniser(_token_secret(token_key(world, project)), project.id)


def field_cipher(world: World, project: Project) -> FieldCipher:
    """The project's encrypted fields, under the same condition."""
    return FieldCipher(_token_secret(token_key(world, project)), project.id)


def deidentifier(secret: bytes, project: str, processes: int) -> Deidentifier:
    """The engine under the project's secret."""
    config = DeidConfig(profile="safe-harbor", project=project, processes=processes)
    return Deidentifier(config, _token_secret(secret))


def derived_schema(schema: TableSchema, drop: tuple[str, ...], encrypt: tuple[str, ...] = ()) -> TableSchema:
    """What the de-identified table will hold: the engine's own word for it, less what is dropped, and encrypted fields,
    which count as identifiers wherever a role decides."""
    types = {"boolean": pl.Boolean, "date": pl.Date, "integer": pl.Int64, "real": pl.Float64, "text": pl.String}
    empty = pl.DataFrame(schema={column.name: types[column.type.value] for column in schema.columns})
    _, after, _ = deidentifier(bytes(32), "schema", 1).frame(empty, schema)
    unknown = sorted(set(drop) - set(after.names))
    if unknown:
        raise InvalidInput(f"column {unknown[0]!r} can't be dropped: the result would not hold it")
    kept = tuple(replace(column) for column in after.columns if column.name not in (*drop, *encrypt))
    sealed = (Column(name, ColumnType.TEXT, Role.OTHER_ID, description="encrypted field") for name in encrypt)
    return TableSchema((*kept, *sealed))


def _recipe(project: str, request: Deidentification, permitted: frozenset[tuple[str, str]]) -> dict[str, Any]:
    from cloister import __version__

    return {
        "step": "deidentify",
        "profile": "safe-harbor",
        "project": project,
        "drop": list(request.drop),
        **({"encrypt": list(request.encrypt)} if request.encrypt else {}),
        "review": "kept" if request.keep_unknown else f"withheld, allow-list {review_queue.digest(permitted)}",
        "engine": f"cloister.phi {__version__}",
    }


def _reusable(
    view: View, target: str, source: Version, recipe: Mapping[str, Any]
) -> tuple[tuple[Part, ...], frozenset[str]]:
    """Parts that an earlier run of the same recipe made from parts of this version: done once, used again."""
    for earlier in reversed(versions_of(view, target)):
        if {name: earlier.recipe.get(name) for name in recipe} != dict(recipe) or not earlier.parents:
            continue
        parent = view.get(Version, earlier.parents[0])
        paths = frozenset(part.path for part in parent.parts)
        if parent.dataset == source.dataset and paths <= {part.path for part in source.parts}:
            return earlier.parts, paths
    return (), frozenset()


def _removed(report: DeidReport) -> dict[str, Any]:
    """The rule of each column, and the identifiers removed from notes by type."""
    total: dict[str, int] = {}
    for counts in report.found.values():
        for name, count in counts.items():
            total[name] = total.get(name, 0) + int(count)
    return {"columns": dict(report.rules), "notes": dict(sorted(total.items()))}
