"""What a synthetic table may hold: declared columns, and values as cells of a small grid.

The grid must not come from the data for free: declared codes and bounds are public; the values of a column without
codes are found with noise and a threshold, and what is rarer becomes "other".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.privacy.coding import Floats, Ints

OTHER = "(other)"
_FINE = 64  # cells of a number's grid before they are merged
_EACH = 128  # whole numbers up to which each has a cell of its own
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class SynthColumn:
    """``kind`` is category, integer, real or date. A category has ``values`` (None: to be found with noise); the others
    have inclusive bounds ``low`` and ``high``, dates as days since 1970-01-01."""

    name: str
    kind: str
    values: tuple[str, ...] | None = None
    low: float = 0.0
    high: float = 0.0
    boolean: bool = False
    whole: bool = False  # a category of whole numbers

    @property
    def found(self) -> bool:
        """Whether its values have to be found in the data."""
        return self.kind == "category" and self.values is None

    @property
    def steps(self) -> int:
        """Cells of the grid, the missing one not counted."""
        if self.kind == "category":
            return len(self.values or ())
        return int(self.high - self.low) + 1 if self.each else _FINE + 2

    @property
    def cells(self) -> int:
        """Cells with the one for a missing value, the last."""
        return self.steps + 1

    @property
    def each(self) -> bool:
        """Whether every whole number has a cell; else the bounds themselves have one each, because values pile up there
        (no gain, no loss, off the scale), and a grid of equal steps lies between."""
        return self.kind in ("integer", "date") and self.high - self.low < _EACH

    def edges(self) -> Floats:
        """Where the cells of a number begin and end, (steps + 1,)."""
        if self.each:
            return np.arange(self.low, self.high + 2)
        return np.array([self.low, *np.linspace(self.low, self.high, _FINE + 1), self.high])


def columns_of(schema: TableSchema, names: Sequence[str]) -> tuple[SynthColumn, ...]:
    """The named columns of a schema, as far as its declarations go.

    Raises:
        InvalidInput: a column that names people or rows, free text, or a number or date without declared bounds.
    """
    return tuple(_column(schema.column(name)) for name in names)


def _column(column: Column) -> SynthColumn:
    if column.role not in (Role.ATTRIBUTE, Role.AGE, Role.ZIP, Role.CITY, Role.DATE, Role.BIRTH_DATE):
        raise InvalidInput(f"column {column.name!r} has the role {column.role.value}, which has no synthetic like")
    if column.codes:
        return SynthColumn(column.name, "category", column.codes, whole=column.type is ColumnType.INTEGER)
    if column.type is ColumnType.BOOLEAN:
        return SynthColumn(column.name, "category", ("false", "true"), boolean=True)
    if column.type is ColumnType.TEXT:
        return SynthColumn(column.name, "category")
    if column.minimum is None or column.maximum is None or not column.minimum < column.maximum:
        if column.type is ColumnType.DATE:
            raise InvalidInput(
                f"column {column.name!r} is a date without bounds", remedy="leave it out, or use its year"
            )
        remedy = "declare its minimum and maximum in the schema, or give them: NAME=low:high"
        raise InvalidInput(f"column {column.name!r} has no declared bounds", remedy=remedy)
    kind = {ColumnType.INTEGER: "integer", ColumnType.REAL: "real", ColumnType.DATE: "date"}[column.type]
    return SynthColumn(column.name, kind, None, float(column.minimum), float(column.maximum))


def bounded(column: SynthColumn, low: float, high: float) -> SynthColumn:
    """The column as a number between the given bounds."""
    if column.kind not in ("integer", "real"):
        raise InvalidInput(f"column {column.name!r} holds no numbers, and takes no bounds")
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
        raise InvalidInput(f"the bounds of column {column.name!r} do not rise")
    return replace(column, low=low, high=high)


def cells_of(frame: pl.DataFrame, column: SynthColumn) -> Ints:
    """The cell of each row, (rows,); a missing value, and one outside the declaration, is the last cell."""
    series = frame[column.name]
    if column.kind == "category":
        values = column.values or ()
        place = {value: at for at, value in enumerate(values)}
        other = place.get(OTHER, len(values))
        texts = series.cast(pl.String)
        found = (
            texts.replace_strict(place, default=other, return_dtype=pl.Int64) if place else texts.is_null().cast(int)
        )
        return np.where(texts.is_null().to_numpy(), len(values), found.fill_null(len(values)).to_numpy()).astype(
            np.int64
        )
    number = _numbers(series, column)
    inside = np.clip(np.where(np.isnan(number), column.low, number), column.low, column.high)
    if column.each:
        at = (inside - column.low).astype(np.int64)
    else:
        grid = np.linspace(column.low, column.high, _FINE + 1)
        at = np.clip(np.searchsorted(grid, inside, side="left"), 1, _FINE)
        at = np.where(inside == column.low, 0, np.where(inside == column.high, _FINE + 1, at))
    return np.where(np.isnan(number), column.steps, at).astype(np.int64)


def _numbers(series: pl.Series, column: SynthColumn) -> Floats:
    if column.kind == "date":
        days = series.cast(pl.Date, strict=False) if series.dtype != pl.String else series.str.to_date(strict=False)
        return days.to_physical().cast(pl.Float64).fill_null(math.nan).to_numpy()
    return series.cast(pl.Float64, strict=False).fill_null(math.nan).to_numpy()


def values_of(cells: Ints, column: SynthColumn, generator: np.random.Generator) -> pl.Series:
    """A value from each cell: the category itself, or a number drawn evenly within the cell."""
    missing = cells >= column.steps
    if column.kind == "category":
        texts = pl.Series(column.name, [*(column.values or ()), None], dtype=pl.String).gather(cells)
        if column.boolean:
            return texts == "true"
        return texts.cast(pl.Int64, strict=False) if column.whole else texts
    edges, at = column.edges(), np.minimum(cells, column.steps - 1)
    drawn = edges[at] + generator.random(len(cells)) * (edges[at + 1] - edges[at])
    if column.kind != "real":
        drawn = np.clip(np.floor(drawn), math.ceil(column.low), math.floor(column.high))
    series = pl.Series(column.name, drawn)
    if column.kind == "date":
        days = [None if gone else _EPOCH + timedelta(days=int(day)) for gone, day in zip(missing, drawn, strict=True)]
        return pl.Series(column.name, days, dtype=pl.Date)
    if column.kind == "integer":
        series = series.cast(pl.Int64)
    return series.set(pl.Series(missing), None)
