"""What is asked about a version's disclosure risk, and what a project accepts as an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from cloister.core.canonical import decode, encode
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.operations.operation import KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.versions import read_frame
from cloister.privacy import Hierarchy, hierarchies
from cloister.records import Project, Version

Spec = str | Mapping[str, Any]
"""A hierarchy as :func:`cloister.privacy.hierarchies.from_spec` reads it."""

_BY_ROLE = {Role.ZIP: "zip", Role.AGE: "age", Role.DATE: "date", Role.BIRTH_DATE: "date"}


@dataclass(frozen=True, slots=True)
class RiskQuestion:
    """``quasi_identifiers`` are what an outsider may know of a person (empty: those that the steward confirmed),
    ``sensitive`` what they must not learn. ``ladders`` gives a column's value hierarchy.

    ``population`` is the number of people that the table is a sample of. ``outcome`` and ``positive`` name a column
    and its value that a model would predict (see :func:`predicted`): anonymising then reports the change in its AUROC.
    ``population_version`` is a version that holds everybody who might be in this one: measuring then reports
    delta-presence, how surely an outsider can tell that one of them is.
    """

    version: str
    project: str
    quasi_identifiers: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    max_suppressed: float = 0.0
    ladders: Mapping[str, Spec] = field(default_factory=dict)
    scheme: str = "local"
    population: int | None = None
    outcome: str | None = None
    positive: str = ""
    population_version: str | None = None


def settled(view: View, version: Version, request: RiskQuestion) -> RiskQuestion:
    """The question with its quasi-identifiers: those named, which must hold every one that the steward confirmed.

    Raises:
        InvalidInput: none is named or confirmed, one is missing or unknown, or it is the person's own number.
        InvalidState: the version names no person.
    """
    confirmed = tuple(name for name in confirmed_columns(view, version) if name in version.schema.names)
    asked = replace(request, quasi_identifiers=request.quasi_identifiers or confirmed)
    missing = [name for name in confirmed if name not in asked.quasi_identifiers]
    if missing:
        remedy = "name it too, or let the steward confirm another list: cloister dataset confirm"
        raise InvalidInput(f"the steward confirmed {missing[0]!r} as a quasi-identifier", remedy=remedy)
    check_columns(version, asked)
    return asked


def confirmed_columns(view: View, version: Version) -> tuple[str, ...]:
    """What a steward confirmed for this version or, failing that, for the nearest version that it came from."""
    waiting, seen = [version], set()
    while waiting:
        here = waiting.pop(0)
        if here.confirmed:
            return here.confirmed
        for parent in here.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(view.get(Version, parent))
    return ()


def check_columns(version: Version, request: RiskQuestion) -> None:
    """Every named column is there, and none is the person's own number."""
    if not request.quasi_identifiers:
        remedy = "cloister dataset suggest proposes some, --quasi-identifier names them"
        raise InvalidInput("no quasi-identifier is named", remedy=remedy)
    if version.schema.person is None:
        raise InvalidState("the version has no person column, so risk by person can't be measured")
    for name in (*request.quasi_identifiers, *request.sensitive, *request.ladders):
        if name not in version.schema.names:
            known = ", ".join(version.schema.names)
            raise InvalidInput(f"the version has no column {name!r}", remedy=f"it has {known}")
        if name == version.schema.person:
            raise InvalidInput("the person's pseudonym is no quasi-identifier")
    repeated = [name for name in request.quasi_identifiers if request.quasi_identifiers.count(name) > 1]
    if repeated:
        raise InvalidInput(f"the quasi-identifier {repeated[0]!r} is named twice")
    if request.outcome is not None:
        predicted(version.schema, request.outcome, request.positive)


def predicted(schema: TableSchema, outcome: str, positive: str = "") -> tuple[str, Any]:
    """What a model would predict, of ``NAME`` or ``NAME=VALUE``: the column and its value, by itself 1 or true.

    Where a column's own name holds =, the longest that there is counts. ``positive`` may give the value apart.

    Raises:
        InvalidInput: no such column, or no value of its kind.
    """
    names = [name for name in schema.names if outcome == name or outcome.startswith(f"{name}=")]
    if not names:
        raise InvalidInput(f"the version has no column {outcome.partition('=')[0]!r} to predict")
    name = max(names, key=len)
    text, kind = outcome[len(name) + 1 :] or positive, schema.column(name).type
    if kind is ColumnType.TEXT:
        if not text:
            raise InvalidInput(f"no value of the outcome {name!r} is named", remedy="write NAME=VALUE")
        return name, text
    known: Mapping[str, Any] = {"": True, "true": True, "1": True, "false": False, "0": False}
    if kind is ColumnType.BOOLEAN and text.lower() in known:
        return name, known[text.lower()]
    try:
        number = float(text or 1)
    except ValueError:
        number = math.nan
    if kind not in (ColumnType.INTEGER, ColumnType.REAL) or not math.isfinite(number):
        raise InvalidInput(
            f"the outcome {name!r} has no such value", remedy="write NAME=VALUE, with a value of its type"
        )
    return name, number


def risk_frame(world: World, door: KeyDoor, version: Version, names: tuple[str, ...]) -> pl.DataFrame:
    """The named columns and the person's."""
    person = version.schema.person
    columns = tuple(dict.fromkeys((*names, *((person,) if person else ()))))
    return read_frame(world, version, columns, door.open(version.dataset, columns))


def specs(schema: TableSchema, request: RiskQuestion) -> dict[str, Spec]:
    """The hierarchy of each quasi-identifier: as asked, else by the column's role and type; and those given for
    sensitive columns, where they set the distance of t."""
    found: dict[str, Spec] = {}
    for name in request.quasi_identifiers:
        column = schema.column(name)
        numeric = column.type in (ColumnType.INTEGER, ColumnType.REAL)
        found[name] = request.ladders.get(name) or _BY_ROLE.get(column.role, "number" if numeric else "any")
    return found | {name: request.ladders[name] for name in request.sensitive if name in request.ladders}


def ladders(given: Mapping[str, Spec]) -> dict[str, Hierarchy]:
    """Hierarchies from their specifications; an error names the column."""
    found = {}
    for name, spec in given.items():
        try:
            found[name] = hierarchies.from_spec(spec)
        except InvalidInput as error:
            raise InvalidInput(error.message, where=f"column {name!r}", remedy=error.remedy) from None
    return found


def kept_ladders(view: View, version: Version) -> dict[str, Hierarchy]:
    """The hierarchies by which a version was generalised, from the bytes that its recipe names; none otherwise."""
    digest = version.recipe.get("hierarchies")
    return ladders(decode(view.blob(digest))) if digest else {}


def ladder_bytes(given: Mapping[str, Spec]) -> bytes:
    """The bytes that a recipe refers to by their digest: labels may be values, which a manifest must not hold."""
    return encode({name: spec if isinstance(spec, str) else dict(spec) for name, spec in given.items()})


def generalised_schema(schema: TableSchema, output: pl.DataFrame) -> TableSchema:
    """Generalised columns hold texts such as ``[70-80)``: their old types, ranges and codes no longer apply."""
    columns = []
    for column in schema.columns:
        if output.schema[column.name] == pl.String and column.type is not ColumnType.TEXT:
            columns.append(Column(column.name, ColumnType.TEXT, column.role, description=column.description))
        else:
            columns.append(replace(column, codes=(), pattern=None) if column.type is ColumnType.TEXT else column)
    return TableSchema(tuple(columns))


def holds(report: Mapping[str, Any], project: Project) -> bool:
    """Whether a measured report meets what the project asks for; what was not measured does not."""
    good: bool = report["k"] >= project.k
    if project.l is not None:
        good = good and bool(report["distinct_l"]) and least(report["distinct_l"]) >= project.l
    if project.t is not None:
        good = good and bool(report["t"]) and most(report["t"]) <= project.t
    return good


def least(values: Mapping[str, Any]) -> Any:
    return min(values.values(), default=None)


def most(values: Mapping[str, Any]) -> Any:
    return max(values.values(), default=None)
