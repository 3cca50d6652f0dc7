"""Answering a priced question: a frame and a plan in, noisy figures out; nothing exact leaves this module."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.schema import TableSchema
from cloister.privacy.dp import conditions, domains
from cloister.privacy.dp.gaussian import COUNT_UNIT, VALUE_UNIT, noisy, noisy_keys
from cloister.privacy.dp.plan import Part, Plan, mean_half_width
from cloister.privacy.dp.questions import Kind

_MOST_CELLS, _MOST_PAIRS = 1 << 20, 50_000_000  # up to which a table with a place for each is the quicker way
_EXACT = 1 << 28  # so many whole numbers of up to 2**24 each add up in a float without rounding

_Codes = np.ndarray[Any, np.dtype[np.int32]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]
_Numbers = np.ndarray[Any, np.dtype[np.int64]]
_Reals = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Answer:
    """``rows`` are the groups with their noisy figures; ``half_widths`` the 95 % half width of each, where it is known.

    A mean without enough rows to divide by is None. Counts are not cut at zero: cutting would bias what is added up.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    half_widths: tuple[tuple[float | None, ...], ...]

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "half_widths": [list(row) for row in self.half_widths],
        }


def release(frame: pl.DataFrame, plan: Plan, schema: TableSchema) -> Answer:
    """Draw the answer. ``frame`` holds the query's columns and the person column, all rows of the table. A key may be
    an Enum of the values that it has.

    The noise is OpenDP's own and can't be seeded.
    """
    kept = bounded(frame, plan, schema)
    person = kept["#person"].to_numpy()
    cells = _Cells.of(kept, [key.name for key in plan.query.keys])
    shown: dict[str, list[Any]] = {}
    if plan.groups is None:
        groups, people = _found_groups(person, cells, plan)
        wanted = next((item for item in plan.query.aggregates if item.kind is Kind.PEOPLE), None)
        if wanted is not None:
            shown[wanted.name] = people
    else:
        groups = plan.groups
    rows = _Rows(_groups_of(cells, groups), groups.height, person, kept)
    errors: dict[str, list[float | None]] = {name: [plan.parts[0].half_width] * groups.height for name in shown}
    for part in plan.parts:
        if part.aggregate is not None:
            shown[part.name], errors[part.name] = _answer(rows, part)
    keys = tuple(key.name for key in plan.query.keys)
    names = tuple(item.name for item in plan.query.aggregates)
    columns = [*(groups[name].to_list() for name in keys), *(shown[name] for name in names)]
    widths = [errors[name] for name in names]
    return Answer((*keys, *names), tuple(zip(*columns, strict=True)), tuple(zip(*widths, strict=True)))


def bounded(frame: pl.DataFrame, plan: Plan, schema: TableSchema) -> pl.DataFrame:
    """The rows that WHERE leaves, at most so many of each person; rows without a person count as one person's.

    Which rows of a person stay depends on that person's rows alone, so adding or removing a person moves nobody else's.
    """
    keys = [
        pl.col(key.column) if isinstance(frame.schema[key.column], pl.Enum) else typed
        for key, typed in zip(plan.query.keys, domains.key_columns(plan.query.keys, schema), strict=True)
    ]
    named = dict.fromkeys(i.column for i in plan.query.aggregates if i.column and i.kind is not Kind.PEOPLE)
    values = [pl.col(name).cast(pl.Float64, strict=False).alias(f"#{name}") for name in named]
    where = [conditions.rows(plan.query.where, schema).alias("#in")] if plan.query.where is not None else []
    wanted = frame.select(pl.Series("#person", _codes(frame[plan.person])), *where, *keys, *values)
    people, inside = wanted["#person"].to_numpy(), np.ones(wanted.height, bool)
    if where:
        inside &= wanted.drop_in_place("#in").to_numpy()
        people = people[inside]
    inside[inside] = _first_rows(people, plan.terms.rows_per_person)
    return wanted.filter(pl.Series(inside))


def _codes(people: pl.Series) -> _Codes:
    """A number for each person, missing ones together: a tenth of the work of comparing names row by row.

    Numbers that are small for so many rows are such numbers already.
    """
    if people.dtype == pl.UInt32 and len(people) and not people.null_count():
        numbers = people.to_numpy()
        if numbers.max() < 4 * len(numbers):
            return numbers.astype(np.int32)
    codes: _Codes = _encoded(people)[0].astype(np.int32)
    return codes


def _encoded(column: pl.Series) -> tuple[_Numbers, pl.Series]:
    """Each row's place among the values that the column has, a missing one among them, and those values."""
    if isinstance(column.dtype, pl.Enum):
        values = [*column.dtype.categories, *([None] if column.null_count() else [])]
        codes = column.to_arrow().indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
        return codes.astype(np.int64), pl.Series(column.name, values, dtype=pl.String)
    encoded = column.to_arrow().dictionary_encode(null_encoding="encode")
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, pl.Series(column.name, encoded.dictionary, dtype=column.dtype)


def _first_rows(people: _Codes, most: int) -> _Flags:
    """True for the first ``most`` rows of each person, in the table's order."""
    kept = np.ones(len(people), bool)
    many = np.flatnonzero((np.bincount(people) > most)[people]) if len(people) else np.zeros(0, np.int64)
    if not len(many):
        return kept
    # By person, in two passes over 16 bits each: numpy sorts those by counting.
    order = many[np.argsort(people[many].astype(np.uint16), kind="stable")]
    order = order[np.argsort((people[order] >> 16).astype(np.uint16), kind="stable")]
    ranked, place = people[order], np.arange(len(order))
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    kept[order] = place - np.repeat(starts, np.diff(np.r_[starts, len(order)])) < most
    return kept


@dataclass(frozen=True, slots=True)
class _Cells:
    """Each row's combination of the keys' values as a number, and the combinations that there are, in that order."""

    code: _Numbers
    keys: pl.DataFrame

    @classmethod
    def of(cls, kept: pl.DataFrame, names: Sequence[str]) -> _Cells:
        code, size, values = np.zeros(kept.height, np.int64), 1, []
        for name in names:
            column = kept[name]
            if column.dtype.is_float():  # 0 and -0 are one value
                column = kept.select(pl.when(pl.col(name) == 0).then(0.0).otherwise(pl.col(name)).alias(name))[name]
            place, distinct = _encoded(column)
            values.append(distinct)
            code = code * len(distinct) + place
            size *= max(len(distinct), 1)
        if size <= _MOST_CELLS:
            there = np.flatnonzero(np.bincount(code, minlength=size))
            number = np.zeros(size, np.int64)
            number[there] = np.arange(len(there))
            code = number[code]
        else:
            there, code = np.unique(code, return_inverse=True)
        keys: list[pl.Series] = []
        left = there
        for column in reversed(values):
            left, index = np.divmod(left, max(len(column), 1))
            keys.insert(0, column[index])
        return cls(code, pl.DataFrame(keys))


def _people(group: _Numbers, groups: int, person: _Codes) -> _Numbers:
    """How many different people each group has."""
    width = int(person.max()) + 1 if len(person) else 1
    pair = group * width + person
    if groups * width <= _MOST_PAIRS:
        there = np.zeros(groups * width, bool)
        there[pair] = True
        counted: _Numbers = there.reshape(-1, width).sum(axis=1)
        return counted
    return np.bincount(np.unique(pair) // width, minlength=groups)


def _found_groups(person: _Codes, cells: _Cells, plan: Plan) -> tuple[pl.DataFrame, list[int]]:
    """Groups whose noisy number of people exceeds the threshold, sorted by key so that no order tells anything."""
    keys = cells.keys
    texts = [json.dumps(list(row)) for row in keys.iter_rows()]
    units = (_people(cells.code, keys.height, person) * COUNT_UNIT).tolist()
    found = noisy_keys(dict(zip(texts, units, strict=True)), plan.parts[0].scale, plan.threshold)
    rows = [(*json.loads(text), round(value / COUNT_UNIT)) for text, value in found.items()]
    rows.sort(key=lambda row: [(value is not None, value) for value in row[:-1]])
    return pl.DataFrame([row[:-1] for row in rows], schema=keys.schema, orient="row"), [row[-1] for row in rows]


def _groups_of(cells: _Cells, groups: pl.DataFrame) -> _Numbers:
    """Each row's group by its number; the first number that no group has for rows outside every group."""
    if not cells.keys.columns:
        return cells.code
    columns = (groups[name].to_list() for name in cells.keys.columns)
    number = {row: place for place, row in enumerate(zip(*columns, strict=True))}
    group = np.array([number.get(row, groups.height) for row in cells.keys.iter_rows()], np.int64)
    return group[cells.code]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of an answer, each with its group's number; those of number ``groups`` are in no group."""

    group: _Numbers
    groups: int
    person: _Codes
    kept: pl.DataFrame

    def values(self, part: Part) -> tuple[_Numbers, _Reals]:
        """Group and value within the bounds, of each row that has a number: a missing one is left out, as in SQL."""
        assert part.aggregate is not None  # noqa: S101  asked of such parts only
        values = self.kept[f"#{part.aggregate.column}"].to_numpy()
        real = np.isfinite(values)
        return self.group[real], values[real].clip(*part.bounds)

    def counts(self, group: _Numbers) -> _Numbers:
        return np.bincount(group, minlength=self.groups + 1)[: self.groups]

    def sums(self, group: _Numbers, units: _Reals) -> _Numbers:
        """Sums of whole numbers, exact."""
        total = np.zeros(self.groups + 1, np.int64)
        for start in range(0, len(units), _EXACT):
            part = slice(start, start + _EXACT)
            total += np.bincount(group[part], weights=units[part], minlength=self.groups + 1).astype(np.int64)
        return total[: self.groups]


def _answer(rows: _Rows, part: Part) -> tuple[list[Any], list[float | None]]:
    item = part.aggregate
    assert item is not None  # noqa: S101  asked of such parts only
    if item.kind in (Kind.COUNT, Kind.PEOPLE):
        people = item.kind is Kind.PEOPLE
        counts = _people(rows.group, rows.groups + 1, rows.person)[:-1] if people else rows.counts(rows.group)
        drawn = noisy((counts * COUNT_UNIT).tolist(), part.scale)
        return [round(value / COUNT_UNIT) for value in drawn], [part.half_width] * rows.groups
    if item.kind is Kind.SUM:
        group, values = rows.values(part)
        drawn = noisy(rows.sums(group, np.rint(values / part.unit)).tolist(), part.scale)
        return [value * part.unit for value in drawn], [part.half_width] * rows.groups
    if item.kind is Kind.MEAN:
        return _means(rows, part)
    return _quantiles(rows, part), [None] * rows.groups


def _means(rows: _Rows, part: Part) -> tuple[list[Any], list[float | None]]:
    """The middle of the bounds, plus a noisy sum of distances from it over a noisy count."""
    low, high = part.bounds
    middle, half = (low + high) / 2, (high - low) / 2
    group, values = rows.values(part)
    sums = rows.sums(group, np.rint((values - middle) / half * VALUE_UNIT)).tolist()
    drawn = noisy([*sums, *(rows.counts(group) * VALUE_UNIT).tolist()], part.scale)
    means: list[Any] = []
    widths: list[float | None] = []
    for total, count in zip(drawn[: rows.groups], drawn[rows.groups :], strict=True):
        number = count / VALUE_UNIT
        if number < 1 or count < 2 * part.scale:  # within the noise of none at all
            means.append(None)
            widths.append(None)
            continue
        means.append(min(max(middle + half * total / count, low), high))
        widths.append(mean_half_width(part.scale, part.bounds, number))
    return means, widths


def _quantiles(rows: _Rows, part: Part) -> list[Any]:
    """Noisy binary search, all groups at once: is a share of at least ``at`` at or below the middle cell?"""
    item = part.aggregate
    assert item is not None and item.at is not None  # noqa: S101  a quantile
    (low, high), groups = part.bounds, rows.groups
    width = (high - low) / (part.cells - 1) if part.whole else (high - low) / part.cells
    group, values = rows.values(part)
    cell = np.floor((values - low) / width).clip(0, part.cells - 1).astype(np.int64)
    ordered = _sorted(group * part.cells + cell, (groups + 1) * part.cells)
    starts = np.searchsorted(ordered, np.arange(groups + 1) * part.cells)
    sizes = np.diff(starts)
    level = round(item.at * COUNT_UNIT)
    first, last = np.zeros(groups, np.int64), np.full(groups, part.cells - 1)
    for _ in range(part.steps):
        middle = (first + last) // 2
        below = np.searchsorted(ordered, np.arange(groups) * part.cells + middle, side="right") - starts[:-1]
        drawn = np.array(noisy((below * COUNT_UNIT - level * sizes).tolist(), part.scale))
        open_ = first < last
        last = np.where(open_ & (drawn >= 0), middle, last)
        first = np.where(open_ & (drawn < 0), middle + 1, first)
    if part.whole:
        return [int(low) + int(place) for place in first]
    return [low + (float(place) + 0.5) * width for place in first]


def _sorted(places: _Numbers, most: int) -> _Numbers:
    """In order: counted where there is room for a place for each."""
    if most <= _MOST_CELLS:
        return np.repeat(np.arange(most), np.bincount(places, minlength=most))
    return np.sort(places)
