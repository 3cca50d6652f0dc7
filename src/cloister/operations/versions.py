"""Making a version visible: its signed manifest, its number, its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from cloister.core import predicates
from cloister.core.clock import to_text
from cloister.core.schema import TableSchema
from cloister.crypto import statement
from cloister.operations.operation import Context
from cloister.operations.ports import View, World
from cloister.records import Dataset, Part, Version


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a version will say of itself."""

    id: str
    dataset: str
    schema: TableSchema
    parts: tuple[Part, ...]
    parents: tuple[str, ...]
    deliveries: tuple[str, ...]
    recipe: Mapping[str, Any]


def versions_of(view: View, dataset: str) -> tuple[Version, ...]:
    """All versions of a data set, oldest first."""
    return tuple(sorted(view.find(Version, parent=dataset), key=lambda version: version.number))


def latest_version(view: View, dataset: str) -> Version | None:
    found = versions_of(view, dataset)
    return found[-1] if found else None


def commit(context: Context, draft: Draft) -> Version:
    """Sign the manifest and make the version visible, in the caller's transaction."""
    before = latest_version(context.unit, draft.dataset)
    number = before.number + 1 if before else 1
    dataset = context.unit.get(Dataset, draft.dataset)
    rows, created = sum(part.rows for part in draft.parts), to_text(context.moment)
    predicate = {
        "version": draft.id,
        "dataset": draft.dataset,
        "name": dataset.name,
        "number": number,
        "data_class": dataset.data_class.value,
        "rows": rows,
        "schema": draft.schema.to_value(),
        "parents": list(draft.parents),
        "deliveries": list(draft.deliveries),
        "recipe": dict(draft.recipe),
        "created": created,
        "created_by": context.subject,
    }
    payload = statement.statement(predicates.VERSION, predicate, {part.path: part.sha256 for part in draft.parts})
    digest = context.unit.put_blob(statement.sign(payload, context.world.signer))
    version = Version(
        draft.id,
        draft.dataset,
        number,
        draft.schema,
        draft.parts,
        rows,
        digest,
        draft.parents,
        draft.deliveries,
        dict(draft.recipe),
        created,
        context.subject,
    )
    context.unit.put(version)
    context.facts.update(
        dataset=draft.dataset,
        version=draft.id,
        number=number,
        rows=version.rows,
        parents=list(draft.parents),
        statement=digest,
    )
    return version


def read_frame(
    world: World,
    version: Version,
    columns: Sequence[str],
    keys: Mapping[str, bytes] | Callable[[], Mapping[str, bytes]],
    parts: Sequence[Part] | None = None,
    *,
    coded: str | None = None,
    listed: Sequence[str] = (),
) -> pl.DataFrame:
    """Columns of a version (or of some of its parts) as a frame; of ``coded`` a number for each value, each of the
    texts ``listed`` as an Enum of its values. ``keys`` may be how to open them, while the files are checked.
    """
    chosen = version.parts if parts is None else parts
    table = world.versions.read(chosen, columns, keys, version.dataset, coded, listed)
    frame = pl.from_arrow(table.drop_columns(list(listed)))
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table, for the type checker
    return frame.hstack([_enum(name, table.column(name)) for name in listed]) if listed else frame


def _enum(name: str, column: pa.ChunkedArray) -> pl.Series:
    """A column of numbered texts."""
    chunks = column.chunks
    values = pl.Series(name, chunks[0].dictionary if chunks else [], dtype=pl.String)
    codes = pl.Series(pa.chunked_array([chunk.indices for chunk in chunks], pa.int32()))
    return values.cast(pl.Enum(values)).gather(codes)
