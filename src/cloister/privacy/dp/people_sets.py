"""The sets of people that questions are about, seen on the invented people of a synopsis."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.schema import ColumnType, TableSchema
from cloister.privacy.dp import conditions, domains
from cloister.privacy.dp.conditions import Combination, Compare, Condition
from cloister.privacy.dp.questions import Key, Query
from cloister.privacy.dp.sql import read_condition, read_key
from cloister.privacy.dp.synopsis import HIDDEN, PEOPLE, Synopsis, sample

EVERYONE = ""
_SAMPLE = 2048  # the first of the invented people, who come in random order
_MOST_PLACES = 1 << 13

Bits = np.ndarray[Any, np.dtype[np.uint8]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question was about: the canonical condition, and the canonical keys that it was grouped by."""

    condition: str
    keys: tuple[str, ...] = ()

    def to_text(self) -> str:
        return json.dumps([self.condition, *self.keys], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Asked:
        condition, *keys = json.loads(text)
        return cls(condition, tuple(keys))


def asked_by(query: Query) -> Asked:
    """What a question is about."""
    where = query.where.text() if query.where is not None else EVERYONE
    return Asked(where, tuple(key.text() for key in query.keys))


def condition_of(text: str) -> Condition | None:
    """A canonical condition, read back."""
    return read_condition(text) if text != EVERYONE else None


@dataclass(frozen=True, slots=True)
class PeopleSet:
    """Which invented people a condition takes, and the single tests that it is made of, each with its column."""

    bits: Bits
    size: int
    tests: frozenset[tuple[str, str]]

    def inside(self, count: int = PEOPLE) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """For each of the first ``count`` invented people whether the condition takes them."""
        return np.unpackbits(self.bits[: -(-count // 8)], count=count).astype(bool)

    def differ(self, other: PeopleSet) -> int:
        """How many invented people are in one of the two only."""
        return int(np.bitwise_count(self.bits ^ other.bits).sum())


@dataclass(frozen=True, slots=True)
class Partition:
    """The group of each invented person by some keys, -1 for none; ``rows`` has the values of each group."""

    group: np.ndarray[Any, np.dtype[np.int32]]
    rows: tuple[tuple[Any, ...], ...]

    def sizes(self, inside: np.ndarray[Any, np.dtype[np.bool_]]) -> Numbers:
        """How many of the people in ``inside`` each group holds; of the first ones only where it is shorter."""
        found = self.group[: len(inside)][inside]
        return np.bincount(found[found >= 0], minlength=len(self.rows))


@dataclass(frozen=True, slots=True)
class Grouped:
    """The first invented people by their group in one question; the last group is that of people who are in none."""

    group: Numbers
    sizes: Numbers


class InventedPeople:
    """Evaluates conditions and keys on invented people, and keeps what it found."""

    def __init__(self, synopsis: Synopsis, schema: TableSchema) -> None:
        self._synopsis = synopsis
        self._schema = schema
        self._columns: dict[str, pl.Series] = {}
        self._sets: dict[str, PeopleSet] = {}
        self._partitions: dict[tuple[str, ...], Partition | None] = {}
        self._sizes: dict[Asked, Numbers] = {}
        self._samples: dict[Asked, Grouped] = {}

    def set_of(self, text: str) -> PeopleSet:
        """The people that a canonical condition takes."""
        found = self._sets.get(text)
        if found is None:
            condition = condition_of(text)
            if condition is None:
                inside = np.ones(PEOPLE, bool)
            else:
                frame = self._frame(tuple(dict.fromkeys(condition.columns())))
                inside = frame.select(conditions.rows(condition, self._schema).alias("in"))["in"].to_numpy()
            tests = frozenset(conditions.tests(condition)) if condition is not None else frozenset()
            found = self._sets[text] = PeopleSet(np.packbits(inside), int(inside.sum()), tests)
        return found

    def partition(self, keys: tuple[str, ...]) -> Partition | None:
        """The groups of canonical keys; None where the synopsis does not know the values of one of them."""
        if keys not in self._partitions:
            self._partitions[keys] = self._partitioned([read_key(key) for key in keys])
        return self._partitions[keys]

    def sizes_of(self, asked: Asked) -> Numbers:
        """How many people each group of a question held; kept, for every later question is compared with it."""
        if asked not in self._sizes:
            partition = self.partition(asked.keys)
            assert partition is not None  # noqa: S101  asked of known keys only
            self._sizes[asked] = partition.sizes(self.set_of(asked.condition).inside())
        return self._sizes[asked]

    def near_groups(self, one: Asked, other: Asked, near: float) -> list[tuple[int, int, int]]:
        """Pairs of groups of two questions that differ by fewer than ``near`` people: both places, how many."""
        # A difference that small is next to nothing among the first few: most pairs of questions end here.
        sure = near * _SAMPLE / PEOPLE
        if not _near(self._sampled(one), self._sampled(other), sure + 6 * np.sqrt(sure) + 6):
            return []
        return _near(self._grouped(one, PEOPLE), self._grouped(other, PEOPLE), near)

    def _sampled(self, asked: Asked) -> Grouped:
        if asked not in self._samples:
            self._samples[asked] = self._grouped(asked, _SAMPLE)
        return self._samples[asked]

    def _grouped(self, asked: Asked, count: int) -> Grouped:
        partition = self.partition(asked.keys)
        assert partition is not None  # noqa: S101  asked of known keys only
        outside = len(partition.rows)
        group = partition.group[:count].astype(np.int64)
        group[(group < 0) | ~self.set_of(asked.condition).inside(count)] = outside
        return Grouped(group, np.bincount(group, minlength=outside + 1))

    def _partitioned(self, keys: Sequence[Key]) -> Partition | None:
        if not all(self._known(key) for key in keys):
            return None
        frame = self._frame(tuple(dict.fromkeys(key.column for key in keys)))
        values = frame.select(domains.key_columns(keys, self._schema))
        names = values.columns
        hidden = pl.any_horizontal([pl.col(key.name).cast(pl.String).is_in(["\0other"]) for key in keys])
        groups = values.filter(~hidden.fill_null(value=False)).unique(maintain_order=True)
        numbered = groups.with_row_index("#group")
        found = values.join(numbered, on=names, how="left", nulls_equal=True, maintain_order="left")["#group"]
        return Partition(found.cast(pl.Int32).fill_null(-1).to_numpy(), tuple(groups.iter_rows()))

    def _known(self, key: Key) -> bool:
        """Whether the invented people's values of a column are values of the table: a year is no date."""
        if domains.groups((key,), self._schema) is not None:
            return True
        cells = self._synopsis.marginals.get(key.column, {})
        return self._schema.column(key.column).type is ColumnType.TEXT and any(cell not in HIDDEN for cell in cells)

    def _frame(self, names: tuple[str, ...]) -> pl.DataFrame:
        return pl.DataFrame([self._column(name) for name in names])

    def _column(self, name: str) -> pl.Series:
        if name not in self._columns:
            self._columns[name] = sample(self._synopsis, self._schema, name)
        return self._columns[name]


def group_condition(base: str, keys: tuple[str, ...], row: tuple[Any, ...], schema: TableSchema) -> Condition:
    """The condition that takes one group of a question."""
    where = condition_of(base)
    parts = [test for key, value in zip(keys, row, strict=True) for test in _tests(read_key(key), value, schema)]
    whole = (*((where,) if where is not None else ()), *parts)
    return whole[0] if len(whole) == 1 else Combination("AND", whole)


def _tests(key: Key, value: Any, schema: TableSchema) -> list[Condition]:
    if value is None:
        return [conditions.IsNull(key.column)]
    if key.width is None:
        return [Compare(key.column, "=", value)]
    column = schema.column(key.column)
    assert column.minimum is not None and column.maximum is not None  # noqa: S101  a bucket needs them
    # The first and the last bucket also take what lies outside the declared bounds.
    tests: list[Condition] = []
    if value > column.minimum:
        tests.append(Compare(key.column, ">=", value))
    if value + key.width <= column.maximum:
        tests.append(Compare(key.column, "<", value + key.width))
    return tests or [conditions.IsNull(key.column, negated=True)]


def _near(one: Grouped, other: Grouped, near: float) -> list[tuple[int, int, int]]:
    """Pairs of groups of two questions that hold somebody in common and differ by fewer than ``near``."""
    mine, theirs = len(one.sizes), len(other.sizes)
    codes, together = _counted(one.group * theirs + other.group, mine * theirs)
    left, right = np.divmod(codes, theirs)
    differ = one.sizes[left] + other.sizes[right] - 2 * together
    close = np.flatnonzero((differ < near) & (left < mine - 1) & (right < theirs - 1))
    return [(int(left[i]), int(right[i]), int(differ[i])) for i in close]


def _counted(places: Numbers, most: int) -> tuple[Numbers, Numbers]:
    """The places that occur, and how often: counted where there is room for a place for each."""
    if most <= _MOST_PLACES:
        counts = np.bincount(places)
        there = np.flatnonzero(counts)
        return there, counts[there]
    return np.unique(places, return_counts=True)
