"""More training rows for a cohort that has few, made between its own patients and kept clinically plausible."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, CrossRule, TableSchema
from cloister.fairness.inputs import fitting

_ROUNDS = 20
_NEIGHBOURS = 5
_MOST_CANDIDATES = 4000


def augment(frame: pl.DataFrame, *, schema: TableSchema, cohort: pl.Expr, rows: int, seed: int) -> pl.DataFrame:
    """``rows`` new rows of the frame's columns for the cohort that the expression selects, or fewer when few pass.

    A new row lies between a row and one of its five nearest in the cohort: numbers at a random place between (whole
    numbers rounded), everything else taken from one of the two, identifiers left null. It is kept only when each
    value is within the schema's range and codes, and every cross-field rule holds (Chawla et al. 2002, with
    rejection). Made rows carry no person and belong in training data only.

    Raises:
        InvalidInput: fewer than six rows in the cohort, or a column that the schema does not declare or not so.
    """
    for name in frame.columns:
        schema.column(name)
    fitting(frame, schema, "augment")
    try:
        held = frame.filter(cohort)
    except pl.exceptions.PolarsError:
        raise InvalidInput("the cohort can't be selected from these columns", where="fairness.augment") from None
    if held.height <= _NEIGHBOURS:
        raise InvalidInput("the cohort has too few rows to make more from", where="fairness.augment")
    generator = np.random.default_rng(seed)
    if held.height > _MOST_CANDIDATES:
        held = held[np.sort(generator.choice(held.height, _MOST_CANDIDATES, replace=False))]
    nearest = _nearest(held, schema)
    made: list[pl.DataFrame] = []
    count = 0
    for _ in range(_ROUNDS):
        wanted = rows - count
        if wanted <= 0:
            break
        batch = _between(held, schema, nearest, max(wanted, 16), generator)
        batch = batch.filter(_plausible(schema, batch.columns)).head(wanted)
        made.append(batch)
        count += batch.height
    return pl.concat(made) if made else held.clear()


def _numeric(schema: TableSchema, names: list[str]) -> list[Column]:
    columns = [schema.column(name) for name in names]
    return [column for column in columns if column.type in (ColumnType.INTEGER, ColumnType.REAL) and _open(column)]


def _open(column: Column) -> bool:
    return column.role.value in {"age", "attribute"} and not column.codes


def _nearest(held: pl.DataFrame, schema: TableSchema) -> NDArray[np.int64]:
    """``(rows, 5)``: the nearest other rows by the numeric columns, each scaled by its spread."""
    columns = _numeric(schema, held.columns)
    if not columns:
        others = np.arange(1, _NEIGHBOURS + 1)
        return (np.arange(held.height)[:, None] + others[None, :]) % held.height
    table = np.stack([held[column.name].cast(pl.Float64).to_numpy() for column in columns], axis=1)
    table = np.where(np.isfinite(table), table, np.nan)
    middle = np.nanmedian(np.where(np.isnan(table).all(axis=0), 0.0, table), axis=0)
    table = np.where(np.isnan(table), middle, table)
    spread = table.std(axis=0)
    table = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    square = (table**2).sum(axis=1)
    distance = square[:, None] + square[None, :] - 2 * table @ table.T
    np.fill_diagonal(distance, np.inf)
    found: NDArray[np.int64] = np.argpartition(distance, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
    return found


def _between(
    held: pl.DataFrame, schema: TableSchema, nearest: NDArray[np.int64], count: int, generator: np.random.Generator
) -> pl.DataFrame:
    first = generator.integers(0, held.height, count)
    second = nearest[first, generator.integers(0, nearest.shape[1], count)]
    place = generator.random(count)
    left, right = held[first], held[second]
    numeric = {column.name for column in _numeric(schema, held.columns)}
    series = []
    for name in held.columns:
        column = schema.column(name)
        if column.role.value not in {"age", "attribute"}:
            series.append(pl.Series(name, [None] * count, dtype=held[name].dtype))
        elif name in numeric:
            mixed = left[name].cast(pl.Float64) * (1 - place) + right[name].cast(pl.Float64) * place
            mixed = mixed.round(0) if column.type is ColumnType.INTEGER else mixed
            series.append(mixed.cast(held[name].dtype).alias(name))
        else:
            series.append(left[name].zip_with(pl.Series(place < 0.5), right[name]).alias(name))
    return pl.DataFrame(series)


def _plausible(schema: TableSchema, names: list[str]) -> pl.Expr:
    checks = [pl.lit(True)]
    for name in names:
        column, value = schema.column(name), pl.col(name)
        if column.minimum is not None:
            checks.append((value >= column.minimum).fill_null(True))
        if column.maximum is not None:
            checks.append((value <= column.maximum).fill_null(True))
        if column.codes:
            checks.append(value.cast(pl.String).is_in(list(column.codes)).fill_null(True))
    checks += [_holds(rule) for rule in schema.rules if rule.left in names and rule.right in names]
    return pl.all_horizontal(checks)


def _holds(rule: CrossRule) -> pl.Expr:
    left, right = pl.col(rule.left), pl.col(rule.right)
    held = {"<": left < right, "<=": left <= right, "=": left == right, ">=": left >= right, ">": left > right}
    return held[rule.operator].fill_null(True)
