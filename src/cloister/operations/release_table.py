"""Release an exact table of people: small cells hidden, and all that would give them away, in it or in earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import ColumnType, TableSchema
from cloister.operations import resources
from cloister.operations.lineage import is_withdrawn
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.versions import latest_version, read_frame
from cloister.policy import Resource
from cloister.privacy import exact
from cloister.privacy.dp.domains import ASKABLE, askable
from cloister.records import Dataset, Project, ReleasedTable, Version

_PERSON = "#person"
_MOST_TABLES = 200  # of one data set, weighed together


@dataclass(frozen=True, slots=True)
class TableWish:
    """``by`` names one to three columns, ``NAME`` or ``NAME:WIDTH``; each of ``where`` is ``COLUMN=CATEGORY``.

    Without ``version`` the newest is counted. ``mean`` averages a column over people, each with the mean of their rows.
    """

    dataset: str
    project: str
    by: tuple[str, ...]
    where: tuple[str, ...] = ()
    mean: str = ""
    smallest: int = exact.SMALLEST
    version: str | None = None
    purpose: str | None = None
    crowd: int = exact.CROWD


class ReleaseTable(EffectOperation[TableWish, ReleasedTable, Mapping[str, Any]]):
    """Release an exact table of people: no number of 1 to 10, nor one that this and earlier tables give away."""

    action = Action.TABLE_RELEASE
    provisions = ("164.502(b)", "164.514(b)(1)", "164.312(b)")
    command = "cloister table release"

    def resource(self, view: View, request: TableWish, moment: datetime) -> Resource:
        dataset = view.named(Dataset, request.dataset)
        return resources.of_table(view, dataset, _version(view, dataset, request), *self.purpose(view, request))

    def purpose(self, view: View, request: TableWish) -> tuple[str | None, str | None]:
        project = view.named(Project, request.project)
        only = next(iter(project.purposes)) if len(project.purposes) == 1 else None
        return project.id, request.purpose or only

    def prepare(self, context: Context, request: TableWish) -> Mapping[str, Any]:
        dataset = context.unit.named(Dataset, request.dataset)
        version = _version(context.unit, dataset, request)
        _check(version.schema, request)
        earlier = _earlier(context.unit, dataset.id)
        if len(earlier) >= _MOST_TABLES:
            raise InvalidState(f"{_MOST_TABLES} exact tables were released of this data set: ask with cloister query")
        context.facts.update(dataset=dataset.id, version=version.id, by=list(request.by), earlier=len(earlier))
        return {"table": context.new_id("tab"), "version": version.id, "earlier": [one.id for one in earlier]}

    def still_stands(self, view: View, request: TableWish, moment: datetime) -> None:
        """Of withdrawn data nothing is counted; earlier tables of it are still weighed, for people know them."""
        dataset = view.named(Dataset, request.dataset)
        if is_withdrawn(view, _version(view, dataset, request).id):
            raise InvalidState("the version's data was withdrawn", remedy="take another with --version")

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: TableWish
    ) -> Mapping[str, Any]:
        earlier = [view.get(ReleasedTable, name) for name in plan["earlier"]]
        mine = ReleasedTable("", "", "", plan["version"], request.by, request.where, request.mean, 0, "", "")
        people, layouts, values = _people(world, door, view, [*earlier, mine])
        table, _ = exact.tabulate(
            people,
            layouts[-1],
            earlier=[_in_layout(one, layout) for one, layout in zip(earlier, layouts, strict=False)],
            known=_known(layouts),
            values=values,
            smallest=request.smallest,
            crowd=request.crowd,
            meaning={name: _behind(name) for name in people.columns},
        )
        return table.to_value()

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Mapping[str, Any], request: TableWish
    ) -> ReleasedTable:
        version = context.unit.get(Version, plan["version"])
        if is_withdrawn(context.unit, version.id):
            raise InvalidState("the version's data was withdrawn meanwhile")
        if [one.id for one in _earlier(context.unit, version.dataset)] != list(plan["earlier"]):
            raise InvalidState("another table of these people was released meanwhile", remedy="run it again")
        made = ReleasedTable(
            plan["table"],
            version.dataset,
            context.unit.named(Project, request.project).id,
            version.id,
            request.by,
            request.where,
            request.mean,
            request.smallest,
            context.subject,
            to_text(context.moment),
            {**outcome, "by": list(request.by), "where": list(request.where)},
        )
        context.unit.put(made)
        shown = sum(count is not None for _, count, _ in outcome["entries"])
        context.facts.update(
            table=made.id,
            dataset=made.dataset,
            version=made.version,
            by=list(made.by),
            conditions=len(made.where),
            smallest=made.smallest,
            crowd=request.crowd,
            shown=shown,
            hidden=len(outcome["entries"]) - shown,
            earlier=len(plan["earlier"]),
        )
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing was shown and nothing outside was changed."""


def _version(view: View, dataset: Dataset, request: TableWish) -> Version:
    version = view.get(Version, request.version) if request.version else latest_version(view, dataset.id)
    if version is None or not version.rows:
        raise InvalidState("the data set has no version with rows", where=f"dataset {dataset.name}")
    if version.dataset != dataset.id:
        raise InvalidInput("the version is another data set's")
    return version


def _earlier(view: View, dataset: str) -> tuple[ReleasedTable, ...]:
    return view.find(ReleasedTable, parent=dataset)


def _check(schema: TableSchema, request: TableWish) -> None:
    if schema.person is None:
        raise InvalidState("the version has no person column, so nobody can be counted once")
    if not 1 <= len(request.by) <= 3 or len(set(request.by)) < len(request.by):
        raise InvalidInput("a table has one to three dimensions, each named once")
    if request.smallest < exact.SMALLEST or request.crowd < 1:
        raise InvalidInput(f"the smallest number that may be shown is {exact.SMALLEST} or more, the crowd 1 or more")
    for text in request.where:
        if "=" not in text:
            raise InvalidInput("a condition reads COLUMN=CATEGORY", remedy="such as --where sex=F")
    for item in categories(schema, (*request.by, *(condition(schema, text)[0] for text in request.where))):
        column = schema.column(item.column)
        if item.width is None and column.type in (ColumnType.REAL, ColumnType.DATE):
            told = f"column {item.column!r} has as many values as people"
            raise InvalidInput(told, remedy=f"cut it: {item.column}:10 for classes of 10 (dates: of 10 years)")
    if request.mean:
        _asked(schema, request.mean)
        if schema.column(request.mean).type not in (ColumnType.INTEGER, ColumnType.REAL):
            raise InvalidInput(f"column {request.mean!r} holds no numbers, so it has no mean")


def categories(schema: TableSchema, texts: Sequence[str]) -> list[exact.Category]:
    """Columns to count by, from ``NAME`` or ``NAME:WIDTH``; each once.

    Raises:
        InvalidInput: a column that is not there, that says who somebody is, or a width that is no number.
    """
    found = {}
    for text in texts:
        name, colon, width = text.rpartition(":")
        if not colon or text in schema.names:
            name, width = text, ""
        _asked(schema, name)
        try:
            cut = float(width) if width else None
        except ValueError:
            raise InvalidInput(f"the width of column {name!r} is no number", remedy=f"write {name}:10") from None
        if cut is not None and not 0 < cut < float("inf"):
            raise InvalidInput(f"the width of column {name!r} is a number above zero")
        column = schema.column(name)
        codes = column.codes or (("true", "false") if column.type is ColumnType.BOOLEAN else ())
        found[text] = exact.Category(name, cut, tuple(codes))
    return list(found.values())


def condition(schema: TableSchema, text: str) -> tuple[str, str]:
    """Column and category of ``COLUMN=CATEGORY``; where a column's own name holds =, the longest that there is."""
    names = [text[:place] for place, sign in enumerate(text) if sign == "="]
    known = [name for name in names if {name, name.rpartition(":")[0]} & set(schema.names)]
    name = (known or names[::-1])[-1]
    return name, text[len(name) + 1 :]


def _asked(schema: TableSchema, name: str) -> None:
    if name not in schema.names:
        told = f"the version has no column {name!r}"
        raise InvalidInput(told, remedy=f"choose from {', '.join(askable(schema))}")
    if schema.column(name).role not in ASKABLE:
        told = f"column {name!r} ({schema.column(name).role.value}) says who somebody is, or is free text"
        raise InvalidInput(f"{told}: it can't be tabulated")


def _people(
    world: World, door: KeyDoor, view: View, tables: Sequence[ReleasedTable]
) -> tuple[pl.DataFrame, list[exact.Layout], pl.DataFrame | None]:
    """Everybody of every version that a table counts: their categories there, null where they are absent."""
    joined: pl.DataFrame | None = None
    last: pl.DataFrame | None = None
    layouts: dict[int, exact.Layout] = {}
    for version_id in dict.fromkeys(one.version for one in tables):
        version = view.get(Version, version_id)
        mine = [(number, one) for number, one in enumerate(tables) if one.version == version_id]
        people, averaged = _coded(world, door, version, [one for _, one in mine])
        layouts |= {number: _layout(one, version) for number, one in mine}
        joined = (
            people if joined is None else joined.join(people, on=_PERSON, how="full", coalesce=True, nulls_equal=True)
        )
        last = averaged if mine[-1][0] == len(tables) - 1 else last
    assert joined is not None  # noqa: S101  there is at least the table that is asked for
    return joined, [layouts[number] for number in range(len(tables))], last


def _coded(
    world: World, door: KeyDoor, version: Version, tables: Sequence[ReleasedTable]
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """A version's people, columns named ``version/category``; and what the last table averages."""
    asked = [text for one in tables for text in (*one.by, *(condition(version.schema, pair)[0] for pair in one.where))]
    wanted = categories(version.schema, asked)
    averaged = tuple(dict.fromkeys(one.mean for one in tables if one.mean))
    person = version.schema.person
    assert person is not None  # noqa: S101  prepare has seen to it
    columns = tuple(dict.fromkeys((person, *(item.column for item in wanted), *averaged)))
    frame = read_frame(world, version, columns, door.open(version.dataset, columns))
    people = exact.categorise(frame, person, wanted)
    found = {}
    for name in averaged:
        found[name] = exact.means(frame, person, name)
        has = found[name].select(_PERSON, pl.lit("yes").alias(_has(name)))
        people = people.join(has, on=_PERSON, how="left", nulls_equal=True).with_columns(
            pl.col(_has(name)).fill_null("no")
        )
    people = people.rename({name: f"{version.id}/{name}" for name in people.columns if name != _PERSON})
    return people, found.get(tables[-1].mean)


def _has(column: str) -> str:
    return f"#has {column}"  # no column of a data set starts with #


def _layout(table: ReleasedTable, version: Version) -> exact.Layout:
    named = {text: item.name for text, item in zip(table.by, categories(version.schema, table.by), strict=True)}
    where = []
    for pair in table.where:
        text, value = condition(version.schema, pair)
        where.append((f"{version.id}/{categories(version.schema, [text])[0].name}", value))
    if table.mean:
        where.append((f"{version.id}/{_has(table.mean)}", "yes"))
    return exact.Layout(tuple(f"{version.id}/{named[text]}" for text in table.by), tuple(where), table.mean)


def _behind(name: str) -> str:
    """The column behind a category, whatever its width and its version."""
    column = name.partition("/")[2]
    base, _, width = column.rpartition(":")
    return base if base and width.replace(".", "").replace("e+", "").replace("e-", "").isdigit() else column


def _in_layout(table: ReleasedTable, layout: exact.Layout) -> exact.ExactTable:
    return replace(exact.ExactTable.from_value({**table.table, "by": (), "where": ()}), layout=layout)


def _known(layouts: Sequence[exact.Layout]) -> list[exact.Layout]:
    """How many people each version holds stands in its record, for everyone to read."""
    return [exact.Layout(layout.by[:1]) for layout in {one.by[0].partition("/")[0]: one for one in layouts}.values()]
