"""Columns and persons as dense integers: what every measure and every recoding works on.

A missing value is a category of its own. Rows whose person is missing count together as one person, because
counting them apart could only make a table look safer than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Coded:
    """One column: ``codes`` (rows,) in 0..size-1 and ``values`` (size,), the distinct values in ascending order,
    the missing one last."""

    codes: Ints
    values: pl.Series

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def has_null(self) -> bool:
        return self.values.null_count() > 0


def require_columns(frame: pl.DataFrame, columns: Sequence[str], *, role: str) -> None:
    """Refuse an empty table, a repeated name and a column that is not there."""
    if frame.height == 0:
        raise InvalidInput("the table holds no rows", remedy="give a table with at least one row")
    repeated = sorted({name for name in columns if list(columns).count(name) > 1})
    if repeated:
        raise InvalidInput(f"{role} {repeated[0]!r} is named twice", remedy="name each column once")
    for name in columns:
        if name == "*" or (name.startswith("^") and name.endswith("$")):
            raise InvalidInput(f"a column can't be called {name[:40]!r}: it selects others", remedy="rename it")
        if name not in frame.columns:
            raise InvalidInput(f"the table has no column {name!r}, named as {role}", remedy="check the column's name")


def encode(series: pl.Series) -> Coded:
    """Code a text, categorical, integer, boolean, real or temporal column; NaN counts as missing.

    Raises:
        InvalidInput: the column holds lists, structs or other nested values.
    """
    refuse_nested(series)
    if series.dtype.is_float():
        series = series.fill_nan(None)
        series = series.set(series == 0, 0.0)  # -0.0 and 0.0 are one value, and one text
    if series.dtype == pl.Null:
        series = series.cast(pl.String)
    if isinstance(series.dtype, pl.Enum | pl.Categorical):
        series = series.cast(pl.String)
    ordinals = _ordinals(series)
    missing = series.is_null().to_numpy() if series.null_count() else None
    codes, first = _densify(ordinals, missing)
    values = series.gather(first)
    order = values.arg_sort(nulls_last=True).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Coded(rank[codes], values.gather(order))


def is_nested(dtype: pl.DataType) -> bool:
    """Whether a column's cells are no plain values."""
    return dtype.is_nested() or dtype in (pl.Object, pl.Binary)


def refuse_nested(series: pl.Series) -> None:
    if is_nested(series.dtype):
        raise InvalidInput(f"column {series.name!r} holds nested or binary values", remedy="give one plain value a row")


def as_text(series: pl.Series) -> pl.Series:
    """One text for each value.

    Raises:
        InvalidInput: nested or binary values.
    """
    refuse_nested(series)
    return (series.to_physical() if series.dtype == pl.Duration else series).cast(pl.String)


def person_codes(frame: pl.DataFrame, person: str | None) -> tuple[Ints, int]:
    """Who each row is about, as (codes (rows,), an upper bound of the codes); without a person column, the row."""
    if person is None:
        return np.arange(frame.height, dtype=np.int64), frame.height
    require_columns(frame, [person], role="the person column")
    series = frame[person]
    refuse_nested(series)
    if series.dtype.is_float():
        series = series.fill_nan(None)  # missing, as everywhere
    missing = series.is_null().to_numpy() if series.null_count() else None
    codes, first = _densify(_ordinals(series), missing)
    return codes, len(first)


def combine(columns: Sequence[tuple[Ints, int]], rows: int) -> tuple[Ints, Ints]:
    """Number the distinct combinations of coded columns.

    Returns ids (rows,) in 0..n-1, and the first row (n,) of each combination.
    """
    key = np.zeros(rows, np.int64)
    span = 1
    for codes, size in columns:
        if span * max(size, 1) >= _LARGEST:
            key, first = _densify(key, None)
            span = len(first)
        key = key * size + codes
        span *= max(size, 1)
    return _densify(key, None, span)


def distinct_pairs(left: Ints, right: Ints, right_size: int) -> tuple[Ints, Ints]:
    """The distinct pairs of two coded columns, sorted by left and then right."""
    left_size = int(left.max(initial=0)) + 1
    if left_size * right_size >= _LARGEST:
        raise InvalidInput("the table has too many distinct combinations to count")
    key = np.sort(left * right_size + right)
    keep = np.ones(len(key), bool)
    keep[1:] = key[1:] != key[:-1]
    key = key[keep]
    return key // right_size, key % right_size


def count_distinct(groups: Ints, members: Ints, member_size: int, n_groups: int) -> Ints:
    """How many distinct members each group holds, (n_groups,)."""
    group, _ = distinct_pairs(groups, members, member_size)
    return np.bincount(group, minlength=n_groups)


def place_within(groups: Ints) -> Ints:
    """Each element's place, from 0, among the elements of its group; equal groups must stand together."""
    start = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.arange(len(groups)) - np.repeat(start, np.diff(start, append=len(groups)))


def _ordinals(series: pl.Series) -> NDArray[np.int64] | Floats:
    """Numbers that are equal exactly where the values are; what stands at a missing value is arbitrary."""
    dtype = series.dtype
    if dtype.is_float():
        return series.cast(pl.Float64).fill_null(0.0).to_numpy() + 0.0  # -0.0 and 0.0 are one value
    if isinstance(dtype, pl.Enum | pl.Categorical) or dtype == pl.String:
        return series.cast(pl.Categorical).to_physical().fill_null(0).cast(pl.Int64).to_numpy()
    if dtype in (pl.UInt64, pl.Int128, pl.UInt128) or dtype.is_decimal() or dtype == pl.Null:
        return series.cast(pl.String).cast(pl.Categorical).to_physical().fill_null(0).cast(pl.Int64).to_numpy()
    return series.to_physical().cast(pl.Int64).fill_null(0).to_numpy()


def _densify(ordinals: NDArray[np.int64] | Floats, missing: Flags | None, span: int | None = None) -> tuple[Ints, Ints]:
    """Renumber to 0..n-1, missing last: (codes (rows,), first row of each code (n,)).

    ``span`` says that the numbers lie in 0..span-1 already.
    """
    rows = len(ordinals)
    whole: Ints = (
        np.unique(ordinals, return_inverse=True)[1] if ordinals.dtype != np.int64 else ordinals.astype(np.int64)
    )
    low, high = (0, span - 1) if span is not None else (int(whole.min()), int(whole.max())) if rows else (0, -1)
    if high - low > 8 * rows + 4096:
        distinct, whole = np.unique(whole, return_inverse=True)
        low, high = 0, len(distinct) - 1
    elif low:
        whole = whole - low
    size = high - low + 1
    if missing is not None:
        whole = np.where(missing, size, whole)
        size += 1
    present = np.zeros(size, bool)
    present[whole] = True
    if present.all():
        return whole, _first_rows(whole, present)
    number = np.cumsum(present) - 1
    return number[whole], _first_rows(whole, present)


def _first_rows(whole: Ints, present: Flags) -> Ints:
    """The first row of each number that is present, by number: in doubling blocks until all are found."""
    seat = np.full(len(present), -1, np.int64)
    low, step, left = 0, 65_536, int(present.sum())
    while left:
        block = whole[low : low + step]
        fresh = np.flatnonzero(seat[block] < 0)
        seat[block[fresh[::-1]]] = low + fresh[::-1]  # the last write wins: the first row
        left = int(present.sum() - (seat >= 0).sum()) if len(fresh) else left
        low, step = low + step, step * 2
    return seat[present]
