"""Whether two conditions hold for the same rows of every table: tried on each combination of values that can tell."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from cloister.core.schema import ColumnType, TableSchema
from cloister.privacy.dp import conditions
from cloister.privacy.dp.conditions import Condition

_MOST_CORNERS = 200_000


def same_rows(one: Condition | None, two: Condition | None, schema: TableSchema) -> bool:
    """True only when it is certain; None is the condition that holds for every row."""
    if one == two:
        return True
    corners = _corners([item for item in (one, two) if item is not None], schema)
    if corners is None:
        return False
    both = corners.select(conditions.rows(one, schema).alias("one"), conditions.rows(two, schema).alias("two"))
    return bool((both["one"] == both["two"]).all())


def _corners(found: Sequence[Condition], schema: TableSchema) -> pl.DataFrame | None:
    """Every combination of values that the conditions can tell apart; None when there are too many."""
    names = sorted({name for item in found for name in item.columns()})
    values: dict[str, set[Any]] = {name: set() for name in names}
    for item in found:
        for name, literal in conditions.literals(item):
            values[name].add(literal)
    columns = {name: _telling(name, values[name], schema) for name in names}
    if math.prod(len(items) for items in columns.values()) > _MOST_CORNERS:
        return None
    rows = list(itertools.product(*columns.values()))
    kinds = {ColumnType.INTEGER: pl.Int64, ColumnType.REAL: pl.Float64, ColumnType.BOOLEAN: pl.Boolean}
    types = {name: kinds.get(schema.column(name).type, pl.String) for name in names}
    return pl.DataFrame(rows, schema=types, orient="row") if names else None


def _telling(name: str, literals: set[Any], schema: TableSchema) -> list[Any]:
    """Each literal, something between and beside each two, and a missing value."""
    column = schema.column(name)
    null = [] if column.required else [None]
    if column.type is ColumnType.BOOLEAN:
        return [True, False, *null]
    if column.codes and column.type is ColumnType.TEXT:
        return [*column.codes, *null]
    if column.type in (ColumnType.TEXT, ColumnType.DATE):
        texts = sorted(map(str, literals))
        return ["", *(text for item in texts for text in (item, item + "\0")), *null]
    ordered = sorted(float(value) for value in literals)
    if column.type is ColumnType.INTEGER:
        near = {step for value in ordered for step in (math.floor(value) - 1, math.floor(value), math.ceil(value) + 1)}
        near |= {math.ceil(value) for value in ordered}
        low, high = column.minimum, column.maximum
        inside = {v for v in near if (low is None or v >= low) and (high is None or v <= high)}
        return [*sorted(inside or near), *null]
    between = [(a + b) / 2 for a, b in itertools.pairwise(ordered)]
    ends = [ordered[0] - 1, ordered[-1] + 1] if ordered else [0.0]
    reals = [*ordered, *between, *ends]
    low, high = column.minimum, column.maximum
    within = [v for v in reals if (low is None or v >= low) and (high is None or v <= high)]
    return [*sorted(set(within or reals)), *null]
