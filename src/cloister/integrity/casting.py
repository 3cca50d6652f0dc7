"""From texts, as a delivery carries them, to the types that the schema declares."""

from __future__ import annotations

import polars as pl

from cloister.core.schema import Column, ColumnType

POLARS_TYPES: dict[ColumnType, type[pl.DataType]] = {
    ColumnType.BOOLEAN: pl.Boolean,
    ColumnType.DATE: pl.Date,
    ColumnType.INTEGER: pl.Int64,
    ColumnType.REAL: pl.Float64,
    ColumnType.TEXT: pl.String,
}
_TRUE = ("true", "True", "TRUE", "1")
_FALSE = ("false", "False", "FALSE", "0")
_ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def cast_column(series: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """The column in its declared type, and a mask of the rows whose value is not of that type.

    Empty texts and those that the column lists as missing become null and are no error. A real column refuses NaN and
    infinity, a date that is not YYYY-MM-DD and an integer with a fraction: each would be read differently elsewhere.
    """
    values = _as_text(series, column) if series.dtype in (pl.String, pl.Categorical, pl.Enum) else series
    cast = _from_text(values, column.type) if values.dtype == pl.String else _from_typed(values, column.type)
    if cast.dtype == pl.Float64:
        cast = cast.set(~cast.is_finite().fill_null(True), None)
    return cast, values.is_not_null() & cast.is_null()


def _as_text(series: pl.Series, column: Column) -> pl.Series:
    text = series.cast(pl.String)
    return text.set(text.is_in(["", *column.missing]).fill_null(False), None)


def _from_text(text: pl.Series, wanted: ColumnType) -> pl.Series:
    if wanted is ColumnType.TEXT:
        return text
    if wanted is ColumnType.BOOLEAN:
        mapping = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
        return text.replace_strict(mapping, default=None, return_dtype=pl.Boolean)
    if wanted is ColumnType.DATE:
        iso = text.str.contains(_ISO_DATE)
        return text.set(~iso.fill_null(False), None).str.to_date("%Y-%m-%d", strict=False)
    return text.cast(POLARS_TYPES[wanted], strict=False)


def _from_typed(values: pl.Series, wanted: ColumnType) -> pl.Series:
    dtype, target = values.dtype, POLARS_TYPES[wanted]
    if dtype in (target, pl.Null):
        return values.cast(target)
    nothing = pl.Series(values.name, [None] * len(values), dtype=target)
    if wanted is ColumnType.INTEGER and dtype.is_float():
        whole = (values.floor() == values) & (values.abs() < 2.0**53)
        return values.set(~whole.fill_null(False), None).cast(pl.Int64, strict=False)
    if wanted in (ColumnType.INTEGER, ColumnType.REAL):
        return values.cast(target, strict=False) if dtype.is_numeric() else nothing
    if wanted is ColumnType.TEXT:
        return values.cast(pl.String, strict=False) if not dtype.is_nested() else nothing
    if wanted is ColumnType.DATE and dtype == pl.Datetime:
        day = values.dt.date()
        return day.set((values != day.cast(dtype)).fill_null(False), None)
    return nothing
