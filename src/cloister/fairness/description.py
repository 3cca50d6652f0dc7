"""What may be told of each variable to somebody who has no grant yet: for datasheets and Croissant files."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.fairness.inputs import absent, fitting

# Roles whose values say nothing about one person when many share them; all others are described without values.
_OPEN = frozenset({Role.AGE, Role.ATTRIBUTE})
_TAIL = 0.05
_MOST_VALUES = 20


def describe_columns(
    frame: pl.DataFrame, schema: TableSchema, *, person: str | None, minimum_cell: int = 11
) -> list[dict[str, Any]]:
    """One plain mapping for each declared column: name, type, role, missing, range, mean, standard deviation, values.

    Safe before access: identifiers, dates and notes have no values; a range runs between percentiles that at least
    ``minimum_cell`` people lie beyond, to two significant digits; a value is named only when that many people have
    it, and as many have none of the named ones, or nobody; a rate of missing values that stands for fewer people is
    "few" or "nearly all". This is disclosure control by thresholds, not
    a privacy guarantee: do not publish it again for slightly different versions.

    Raises:
        InvalidInput: a declared column is absent, or its values are not of its type.
    """
    for name in schema.names:
        if name not in frame.columns:
            raise InvalidInput(f"the data has no column {name!r}", where="describe", remedy="pass the whole version")
    fitting(frame, schema, "describe")
    unit = frame[person].rank("dense").to_numpy() if person is not None else np.arange(frame.height)
    return [_described(frame[column.name], column, unit, minimum_cell) for column in schema.columns]


def _described(values: pl.Series, column: Column, unit: Any, minimum: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": column.type.value,
        "role": column.role.value,
        "description": column.description,
        "missing": _missing(values, unit, minimum),
        "range": None,
        "mean": None,
        "standard_deviation": None,
        "values": None,
    }
    if column.role not in _OPEN or column.type is ColumnType.DATE:
        return told
    if column.type in (ColumnType.INTEGER, ColumnType.REAL):
        return told | _numbers(values, unit, minimum)
    return told | {"values": _shares(values, unit, minimum)}


def _people(unit: Any, held: Any) -> int:
    return len(np.unique(unit[held]))


def _missing(values: pl.Series, unit: Any, minimum: int) -> float | str:
    lost = absent(values).to_numpy()
    if lost.any() and _people(unit, lost) < minimum:
        return "few"
    if not lost.all() and _people(unit, ~lost) < minimum:
        return "nearly all"
    return round(float(lost.mean()), 3) if len(lost) else 0.0


def _numbers(values: pl.Series, unit: Any, minimum: int) -> dict[str, Any]:
    known = values.cast(pl.Float64).is_finite().fill_null(False).to_numpy()
    people = _people(unit, known)
    if people < 4 * minimum:
        return {}
    numbers = values.cast(pl.Float64).to_numpy()[known]
    # A person can hold many of the extreme rows, so the tail is widened until enough people lie in it.
    tail = max(_TAIL, minimum / people)
    while tail < 0.5:
        low, high = np.quantile(numbers, [tail, 1 - tail])
        if min(_people(unit[known], numbers <= low), _people(unit[known], numbers >= high)) >= minimum:
            span = [_significant(low), _significant(high)]
            inner = np.clip(numbers, low, high)
            return {
                "range": span,
                "mean": _significant(float(inner.mean())),
                "standard_deviation": _significant(float(inner.std())),
            }
        tail *= 1.5
    return {}


def _significant(value: float, digits: int = 2) -> float:
    return float(f"{value:.{digits}g}")


def _left_over(values: pl.Series, unit: Any, shown: pl.DataFrame) -> int:
    """People with a value that is not named."""
    text = values.cast(pl.String)
    return _people(unit, (text.is_not_null() & ~text.is_in(shown["value"].implode())).to_numpy())


def _shares(values: pl.Series, unit: Any, minimum: int) -> dict[str, float] | None:
    counted = (
        pl.DataFrame({"value": values.cast(pl.String), "unit": unit})
        .drop_nulls("value")
        .group_by("value")
        .agg(pl.len().alias("rows"), pl.col("unit").n_unique().alias("people"))
        .sort("rows", "value", descending=[True, False])
    )
    if counted.is_empty() or len(counted) > 50 * _MOST_VALUES:
        return None
    shown = counted.filter(pl.col("people") >= minimum).head(_MOST_VALUES)
    while len(shown) and 0 < _left_over(values, unit, shown) < minimum:
        shown = shown.head(len(shown) - 1)  # the others together must be as many people as a named value has
    if shown.is_empty():
        return None
    total = int(counted["rows"].sum())
    shares = {str(row["value"]): round(row["rows"] / total, 2) for row in shown.iter_rows(named=True)}
    return shares | ({"other": round(1 - int(shown["rows"].sum()) / total, 2)} if len(shown) < len(counted) else {})
