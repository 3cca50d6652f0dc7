"""What is public of a table: its declared columns, the groups they span, the bounds of their values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.privacy.dp.questions import Aggregate, Key, Kind, Query

MOST_CELLS = 5_000
_MOST_VALUES = 1_000  # of one integer column as a key
_NUMBERS = (ColumnType.INTEGER, ColumnType.REAL)
# A column that says who somebody is can be neither shown nor compared with: a name is no statistic.
ASKABLE = frozenset({Role.AGE, Role.ATTRIBUTE, Role.BIRTH_DATE, Role.CITY, Role.DATE, Role.ZIP})


def check_query(query: Query, schema: TableSchema) -> str:
    """The person column, once every column is there and may be asked about.

    Raises:
        InvalidInput: names the column that is not, and why.
    """
    from cloister.privacy.dp import conditions

    person = schema.person
    if person is None:
        raise InvalidInput("the data set has no person column, so nothing can be bounded by person")
    for name in query.columns:
        if name not in schema.names:
            raise InvalidInput(
                f"the data set has no column {name!r}", remedy=f"choose from {', '.join(askable(schema))}"
            )
    for aggregate in query.aggregates:
        if aggregate.kind is Kind.PEOPLE and aggregate.column != person:
            raise InvalidInput("COUNT(DISTINCT ...) counts people", remedy=f"write COUNT(DISTINCT {person})")
    counted = {item.column for item in query.aggregates if item.kind is Kind.PEOPLE}
    looked = {key.column for key in query.keys} | {i.column for i in query.aggregates if i.kind is not Kind.PEOPLE}
    looked |= set(query.where.columns()) if query.where is not None else set()
    for name in query.columns:
        if name in looked and schema.column(name).role not in ASKABLE:
            role = schema.column(name).role.value
            raise InvalidInput(
                f"column {name!r} ({role}) says who somebody is, or is free text: it can't be asked about"
            )
    assert counted <= {person}  # noqa: S101  checked just above
    if query.where is not None:
        conditions.check(query.where, schema)
    return person


def askable(schema: TableSchema) -> tuple[str, ...]:
    """The columns that a query may look at."""
    return tuple(column.name for column in schema.columns if column.role in ASKABLE)


def bounds(item: Aggregate, schema: TableSchema) -> tuple[float, float]:
    """The bounds that a value is clamped to: given in the query, else declared.

    Raises:
        InvalidInput: the column is no number, or nobody bounded it.
    """
    column = schema.column(item.column or "")
    if column.type not in _NUMBERS:
        raise InvalidInput(f"column {column.name!r} holds no numbers")
    if item.bounds is not None:
        return item.bounds
    if column.minimum is None or column.maximum is None or column.minimum >= column.maximum:
        remedy = f"bound it in the query: CLAMP({column.name}, low, high)"
        raise InvalidInput(f"column {column.name!r} has no declared bounds", remedy=remedy)
    return column.minimum, column.maximum


def groups(keys: Sequence[Key], schema: TableSchema) -> pl.DataFrame | None:
    """Every group that the declared columns span, or None where some column's values are not declared.

    Raises:
        InvalidInput: a key that can't be grouped by.
    """
    spans = [_values(key, schema) for key in keys]
    if any(span is None for span in spans):
        return None
    known = [span for span in spans if span is not None]
    if math.prod(len(span) for span in known) > MOST_CELLS:
        remedy = "group by fewer columns, or by wider buckets"
        raise InvalidInput(f"the keys span more than {MOST_CELLS:,} groups", remedy=remedy)
    rows = list(itertools.product(*known))
    return pl.DataFrame(rows, schema={key.name: _dtype(key, schema) for key in keys}, orient="row")


def _values(key: Key, schema: TableSchema) -> list[int | float | str | bool | None] | None:
    column = schema.column(key.column)
    if key.width is not None:
        return _buckets(column, key.width)
    if column.type is ColumnType.BOOLEAN:
        return [False, True, None]
    if column.codes:
        return [*(int(code) if column.type is ColumnType.INTEGER else code for code in column.codes), None]
    if column.type is ColumnType.REAL:
        raise InvalidInput(
            f"column {key.column!r} is not whole numbers", remedy=f"group by BUCKET({key.column}, width)"
        )
    if column.type is ColumnType.INTEGER and column.minimum is not None and column.maximum is not None:
        low, high = math.ceil(column.minimum), math.floor(column.maximum)
        if high - low < _MOST_VALUES:
            return [*range(low, high + 1), None]
        raise InvalidInput(
            f"column {key.column!r} spans more than {_MOST_VALUES:,} values",
            remedy=f"group by BUCKET({key.column}, width)",
        )
    return None


def _buckets(column: Column, width: float) -> list[int | float | str | bool | None]:
    if column.type not in _NUMBERS:
        raise InvalidInput(f"column {column.name!r} holds no numbers, so it has no buckets")
    if column.minimum is None or column.maximum is None:
        raise InvalidInput(f"column {column.name!r} has no declared bounds, so its buckets are not known")
    first, last = math.floor(column.minimum / width), math.floor(column.maximum / width)
    if last - first >= _MOST_VALUES:
        raise InvalidInput(f"column {column.name!r} has more than {_MOST_VALUES:,} buckets", remedy="widen them")
    return [*(float(place * width) for place in range(first, last + 1)), None]


def _dtype(key: Key, schema: TableSchema) -> pl.DataType | type[pl.DataType]:
    if key.width is not None:
        return pl.Float64
    kinds = {ColumnType.INTEGER: pl.Int64, ColumnType.BOOLEAN: pl.Boolean}
    return kinds.get(schema.column(key.column).type, pl.String)


def key_columns(keys: Sequence[Key], schema: TableSchema) -> list[pl.Expr]:
    """Each key as a column of its own name and of the type that :func:`groups` gives it."""
    out = []
    for key in keys:
        if key.width is None:
            out.append(pl.col(key.column).cast(_dtype(key, schema)).alias(key.name))
        else:
            column = schema.column(key.column)
            inside = pl.col(key.column).cast(pl.Float64).clip(column.minimum, column.maximum)
            out.append(((inside / key.width).floor() * key.width).alias(key.name))
    return out
