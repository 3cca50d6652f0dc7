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

_GROUP = "#group"
_MOST_CELLS, _MOST_PAIRS = 1 << 20, 50_000_000  # up to which a table with a place for each is the quicker way


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
    """Draw the answer. ``frame`` holds the query's columns and the person column, all rows of the table.

    The noise is OpenDP's own and can't be seeded.
    """
    kept = bounded(frame, plan, schema)
    cells = _Cells.of(kept, [key.name for key in plan.query.keys])
    shown: dict[str, list[Any]] = {}
    if plan.groups is None:
        groups, people = _found_groups(kept, cells, plan)
        wanted = next((item for item in plan.query.aggregates if item.kind is Kind.PEOPLE), None)
        if wanted is not None:
            shown[wanted.name] = people
    else:
        groups = plan.groups
    coded = _coded(kept, cells, groups)
    errors: dict[str, list[float | None]] = {name: [plan.parts[0].half_width] * groups.height for name in shown}
    for part in plan.parts:
        if part.aggregate is not None:
            shown[part.name], errors[part.name] = _answer(coded, groups.height, part)
    keys = tuple(key.name for key in plan.query.keys)
    names = tuple(item.name for item in plan.query.aggregates)
    columns = [*(groups[name].to_list() for name in keys), *(shown[name] for name in names)]
    widths = [errors[name] for name in names]
    return Answer((*keys, *names), tuple(zip(*columns, strict=True)), tuple(zip(*widths, strict=True)))


def bounded(frame: pl.DataFrame, plan: Plan, schema: TableSchema) -> pl.DataFrame:
    """The rows that WHERE leaves, at most so many of each person; rows without a person count as one person's.

    Which rows of a person stay depends on that person's rows alone, so adding or removing a person moves nobody else's.
    """
    kept = frame.filter(conditions.rows(plan.query.where, schema))
    people = _codes(kept[plan.person])
    values = [pl.col(item.column).alias(f"#{item.column}") for item in _valued(plan)]
    keys = domains.key_columns(plan.query.keys, schema)
    wanted = kept.select(pl.Series("#person", people), *keys, *{str(v): v for v in values}.values())
    return wanted.filter(pl.Series(_first_rows(people, plan.terms.rows_per_person)))


def _codes(people: pl.Series) -> np.ndarray[Any, np.dtype[np.int32]]:
    """A number for each person, missing ones together: a tenth of the work of comparing names row by row.

    Numbers that are small for so many rows are such numbers already.
    """
    if people.dtype == pl.UInt32 and len(people) and not people.null_count():
        numbers = people.to_numpy()
        if numbers.max() < 4 * len(numbers):
            return numbers.astype(np.int32)
    encoded = people.to_arrow().dictionary_encode(null_encoding="encode")
    codes: np.ndarray[Any, np.dtype[np.int32]] = encoded.indices.to_numpy(zero_copy_only=False)
    return codes


def _first_rows(people: np.ndarray[Any, np.dtype[np.int32]], most: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """True for the first ``most`` rows of each person, in the table's order."""
    kept = np.ones(len(people), bool)
    many = np.flatnonzero((np.bincount(people) > most)[people]) if len(people) else np.zeros(0, np.int64)
    if not len(many):
        return kept
    order = many[np.argsort(people[many], kind="stable")]
    ranked, place = people[order], np.arange(len(order))
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    kept[order] = place - np.repeat(starts, np.diff(np.r_[starts, len(order)])) < most
    return kept


def _valued(plan: Plan) -> list[Any]:
    return [item for item in plan.query.aggregates if item.column and item.kind is not Kind.PEOPLE]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Each row's combination of the keys' values as a number, and the combinations that there are, in that order."""

    code: np.ndarray[Any, np.dtype[np.int64]]
    keys: pl.DataFrame

    @classmethod
    def of(cls, kept: pl.DataFrame, names: Sequence[str]) -> _Cells:
        code, size, values = np.zeros(kept.height, np.int64), 1, []
        for name in names:
            column = kept[name]
            if column.dtype.is_float():  # 0 and -0 are one value
                column = kept.select(pl.when(pl.col(name) == 0).then(0.0).otherwise(pl.col(name)).alias(name))[name]
            encoded = column.to_arrow().dictionary_encode(null_encoding="encode")
            values.append(pl.Series(name, encoded.dictionary, dtype=kept.schema[name]))
            code = code * len(values[-1]) + encoded.indices.to_numpy(zero_copy_only=False)
            size *= max(len(values[-1]), 1)
        if size <= _MOST_CELLS:
            there = np.flatnonzero(np.bincount(code, minlength=size))
            place = np.zeros(size, np.int64)
            place[there] = np.arange(len(there))
            code = place[code]
        else:
            there, code = np.unique(code, return_inverse=True)
        keys: list[pl.Series] = []
        left = there
        for column in reversed(values):
            left, index = np.divmod(left, max(len(column), 1))
            keys.insert(0, column.gather(index))
        return cls(code, pl.DataFrame(keys))

    def people(self, person: np.ndarray[Any, np.dtype[np.int32]]) -> list[int]:
        """How many different people each combination has."""
        width = int(person.max()) + 1 if len(person) else 1
        pair = self.code * width + person
        if self.keys.height * width <= _MOST_PAIRS:
            there = np.zeros(self.keys.height * width, bool)
            there[pair] = True
            counted: list[int] = there.reshape(-1, width).sum(axis=1).tolist()
            return counted
        return [int(count) for count in np.bincount(np.unique(pair) // width, minlength=self.keys.height)]


def _found_groups(kept: pl.DataFrame, cells: _Cells, plan: Plan) -> tuple[pl.DataFrame, list[int]]:
    """Groups whose noisy number of people exceeds the threshold, sorted by key so that no order tells anything."""
    keys = cells.keys
    texts = [json.dumps(list(row)) for row in keys.iter_rows()]
    units = [people * COUNT_UNIT for people in cells.people(kept["#person"].to_numpy())]
    found = noisy_keys(dict(zip(texts, units, strict=True)), plan.parts[0].scale, plan.threshold)
    rows = [(*json.loads(text), round(value / COUNT_UNIT)) for text, value in found.items()]
    schema = pl.Schema([*keys.schema.items(), ("#people", pl.Int64())])
    groups = pl.DataFrame(rows, schema=schema, orient="row").sort(keys.columns)
    return groups.drop("#people"), groups["#people"].to_list()


def _coded(kept: pl.DataFrame, cells: _Cells, groups: pl.DataFrame) -> pl.DataFrame:
    """The rows with the number of their group; rows outside every group are left out."""
    names = cells.keys.columns
    if not names:
        return kept.with_columns(pl.lit(0, pl.UInt32).alias(_GROUP))
    numbered = groups.select(names).with_row_index(_GROUP)
    known = cells.keys.with_row_index("#cell").join(numbered, on=names, how="inner", nulls_equal=True)
    group = np.full(max(cells.keys.height, 1), -1, np.int64)
    group[known["#cell"].to_numpy()] = known[_GROUP].to_numpy()
    mine = group[cells.code]
    coded = kept.drop(names).with_columns(pl.Series(_GROUP, mine))
    return coded.filter(pl.col(_GROUP) >= 0).with_columns(pl.col(_GROUP).cast(pl.UInt32))


def _answer(coded: pl.DataFrame, groups: int, part: Part) -> tuple[list[Any], list[float | None]]:
    item = part.aggregate
    assert item is not None  # noqa: S101  asked of such parts only
    if item.kind in (Kind.COUNT, Kind.PEOPLE):
        per = pl.col("#person").n_unique() if item.kind is Kind.PEOPLE else pl.len()
        (counts,) = _per_group(coded, groups, per.cast(pl.Int64))
        drawn = noisy((counts * COUNT_UNIT).tolist(), part.scale)
        return [round(value / COUNT_UNIT) for value in drawn], [part.half_width] * groups
    # A missing value, and what is no number, count for nothing: as in SQL.
    column = pl.col(f"#{item.column}").cast(pl.Float64, strict=False)
    coded = coded.filter(column.is_finite()).with_columns(column.clip(*part.bounds).alias("#value"))
    if item.kind is Kind.SUM:
        units = (pl.col("#value") / part.unit).round().cast(pl.Int64).sum()
        (sums,) = _per_group(coded, groups, units)
        drawn = noisy(sums.tolist(), part.scale)
        return [value * part.unit for value in drawn], [part.half_width] * groups
    if item.kind is Kind.MEAN:
        return _means(coded, groups, part)
    return _quantiles(coded, groups, part), [None] * groups


def _per_group(coded: pl.DataFrame, groups: int, *per: pl.Expr) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    """Each figure, by group."""
    found = []
    done = coded.group_by(_GROUP).agg(one.alias(f"#figure{place}") for place, one in enumerate(per))
    for place in range(len(per)):
        out = np.zeros(groups, np.int64)
        out[done[_GROUP].to_numpy()] = done[f"#figure{place}"].to_numpy()
        found.append(out)
    return found


def _means(coded: pl.DataFrame, groups: int, part: Part) -> tuple[list[Any], list[float | None]]:
    """The middle of the bounds, plus a noisy sum of distances from it over a noisy count."""
    low, high = part.bounds
    middle, half = (low + high) / 2, (high - low) / 2
    units = ((pl.col("#value") - middle) / half * VALUE_UNIT).round().cast(pl.Int64).sum()
    sums, counts = _per_group(coded, groups, units, pl.len().cast(pl.Int64))
    drawn = noisy([*sums.tolist(), *(counts * VALUE_UNIT).tolist()], part.scale)
    means: list[Any] = []
    widths: list[float | None] = []
    for total, count in zip(drawn[:groups], drawn[groups:], strict=True):
        rows = count / VALUE_UNIT
        if rows < 1 or count < 2 * part.scale:  # within the noise of none at all
            means.append(None)
            widths.append(None)
            continue
        means.append(min(max(middle + half * total / count, low), high))
        widths.append(mean_half_width(part.scale, part.bounds, rows))
    return means, widths


def _quantiles(coded: pl.DataFrame, groups: int, part: Part) -> list[Any]:
    """Noisy binary search, all groups at once: is a share of at least ``at`` at or below the middle cell?"""
    item = part.aggregate
    assert item is not None and item.at is not None  # noqa: S101  a quantile
    low, high = part.bounds
    width = (high - low) / (part.cells - 1) if part.whole else (high - low) / part.cells
    cell = ((pl.col("#value") - low) / width).floor().clip(0, part.cells - 1).cast(pl.Int64)
    rows = coded.select(pl.col(_GROUP).cast(pl.Int64), cell.alias("#cell"))
    ordered = np.sort((rows[_GROUP] * part.cells + rows["#cell"]).to_numpy())
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
