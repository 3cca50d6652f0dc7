"""Differencing: two questions whose sets of people differ by a few give those few away, were the answers exact.

The answers are noisy and the budget bounds what all of them tell; this is the tripwire before it, to find who tries.
It compares the set of people of a new question with those of the answered ones, their groups included, on the
invented people of a :class:`~cloister.privacy.dp.synopsis.Synopsis`. Its verdict is a function of the questions and
of figures that are released already, so being stopped tells nothing.

What one question shows by itself is no differencing: the groups of a question are never held against the people whom
the same question, or one about the same people, divides into groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from cloister.core.schema import TableSchema
from cloister.privacy.dp.conditions import Condition, In
from cloister.privacy.dp.equal_sets import same_rows
from cloister.privacy.dp.people_sets import (
    EVERYONE,
    Asked,
    InventedPeople,
    Partition,
    PeopleSet,
    asked_by,
    condition_of,
    group_condition,
)
from cloister.privacy.dp.questions import Query
from cloister.privacy.dp.sql import read_condition
from cloister.privacy.dp.synopsis import PEOPLE, Synopsis

_MOST_WIDENED = 16.0
_LISTED = 4.0
_ATTEMPT, _SURE_GROUPS = (
    3,
    4.0,
)  # columns that tell two groups apart, and the part of the limit that they must be within


class Tripwire:
    """Judges questions against earlier ones. ``limit`` is in people; one instance serves for one synopsis.

    The limit is for differences that one column describes. It doubles with each further one, what both sets share
    counting as one (at most 16 times, and never beyond a tenth of the smaller set): the more columns it takes, the
    less the marginals say of the difference, and the more it looks like a person. For a list of values and the same
    list without one of them it is four times as large.
    """

    def __init__(self, synopsis: Synopsis, schema: TableSchema, limit: int) -> None:
        self._schema = schema
        self._people = InventedPeople(synopsis, schema)
        self._weight = synopsis.people / PEOPLE
        self._limit = limit / self._weight  # in invented people

    def judge(self, query: Query, earlier: Iterable[Asked]) -> str:
        """Empty when the question may be answered, else one sentence that says why it is stopped.

        ``earlier`` is what the questions that were answered before were about.
        """
        new = asked_by(query)
        size = self._people.set_of(new.condition).size
        least = min(size, PEOPLE - size)
        if least < self._limit and not self._same(new.condition, EVERYONE):
            few = "few people" if size < self._limit else "everyone but a few people"
            return f"it asks about {few}: about {self._told(least)}"
        differ = next(self._near(new, tuple(dict.fromkeys(earlier))), None)
        if differ is None:
            return ""
        return f"with an earlier question it tells a few people apart: the two differ by about {self._told(differ)}"

    def _near(self, new: Asked, earlier: tuple[Asked, ...]) -> Iterator[int]:
        """How many invented people the question tells apart, with each earlier one that it is too near to."""
        wheres = tuple(dict.fromkeys(item.condition for item in earlier))
        # Who was asked about before, under whatever words, is asked about again: that tells nobody apart.
        again = any(self._same(new.condition, text) for text in wheres)
        repeated = any(item.keys == new.keys and self._same(new.condition, item.condition) for item in earlier)
        partition = self._people.partition(new.keys) if new.keys and not repeated else None
        if not again:
            yield from self._sets(new, wheres)
        if partition is not None:
            yield from self._groups(partition, new, wheres)
        for item in earlier:
            other = self._people.partition(item.keys) if item.keys else None
            if other is None or self._same(new.condition, item.condition):
                continue
            if not again:
                yield from self._groups(other, item, (new.condition,))
            if partition is not None:
                yield from self._both(partition, new, other, item)

    def _sets(self, new: Asked, wheres: tuple[str, ...]) -> Iterator[int]:
        """The people of the question, against those of earlier ones."""
        one = self._people.set_of(new.condition)
        for text in wheres:
            other = self._people.set_of(text)
            # Sets that differ by few have nearly the same size: only those need comparing.
            if other.size < self._limit or abs(other.size - one.size) >= self._limit * _MOST_WIDENED:
                continue
            differ = one.differ(other)
            if self._close(differ, one, other) and not self._same(new.condition, text):
                yield differ

    def _groups(self, partition: Partition, asked: Asked, wheres: tuple[str, ...]) -> Iterator[int]:
        """The groups of one question, against the people of others."""
        base, sizes = self._people.set_of(asked.condition), self._people.sizes_of(asked)
        for text in wheres:
            other = self._people.set_of(text)
            close = (np.abs(sizes - other.size) < self._limit * _MOST_WIDENED) & (sizes >= self._limit)
            if other.size < self._limit or not close.any() or self._same(text, asked.condition):
                continue
            differ = sizes + other.size - 2 * partition.sizes(base.inside() & other.inside())
            for place in np.flatnonzero(close & (differ < self._limit * _MOST_WIDENED)).tolist():
                group = self._group(asked, partition, place)
                if self._close(int(differ[place]), group[1], other) and not self._alike(group[0], condition_of(text)):
                    yield int(differ[place])

    def _both(self, partition: Partition, new: Asked, other: Partition, item: Asked) -> Iterator[int]:
        """The groups of the question, against the groups of an earlier one."""
        for left, right, differ in self._people.near_groups(new, item, self._limit / _SURE_GROUPS):
            one, two = self._group(new, partition, left), self._group(item, other, right)
            small = min(one[1].size, two[1].size) < self._limit
            # Two tables across a third column have small differences, and are no attempt at anybody.
            told = len({name for name, _ in one[1].tests ^ two[1].tests}) >= _ATTEMPT
            if told and not small and not self._alike(one[0], two[0]):
                yield differ

    def _group(self, asked: Asked, partition: Partition, place: int) -> tuple[Condition, PeopleSet]:
        condition = group_condition(asked.condition, asked.keys, partition.rows[place], self._schema)
        return condition, self._people.set_of(condition.text())

    def _close(self, differ: int, one: PeopleSet, other: PeopleSet) -> bool:
        """Whether so many invented people are within the limit for this pair."""
        if differ < self._limit:
            return True
        if differ >= min(self._limit * _MOST_WIDENED, min(one.size, other.size) / 10):
            return False
        apart, shared = one.tests ^ other.tests, one.tests & other.tests
        if differ < self._limit * _LISTED and _one_left_out(apart):
            return True
        return differ < self._limit * 2.0 ** (len({name for name, _ in apart}) + bool(shared) - 1)

    def _told(self, invented: int) -> str:
        return f"{max(1, round(invented * self._weight)):,} people or fewer"

    def _same(self, first: str, second: str) -> bool:
        if first == second:
            return True
        # What holds for the same rows of every table does so for the invented people: those are quick to compare.
        one, two = self._people.set_of(first), self._people.set_of(second)
        if one.size != two.size or not np.array_equal(one.bits, two.bits):
            return False
        return self._alike(condition_of(first), condition_of(second))

    def _alike(self, one: Condition | None, two: Condition | None) -> bool:
        return same_rows(one, two, self._schema)


def _one_left_out(apart: frozenset[tuple[str, str]]) -> bool:
    """Whether two sets differ by a list of three or more values and the same list without one of them."""
    lists = [test for _, text in apart if isinstance(test := read_condition(text), In)]
    if len(apart) != 2 or len(lists) != 2 or lists[0].column != lists[1].column:
        return False
    one, two = set(lists[0].values), set(lists[1].values)
    return len(one ^ two) == 1 and len(one | two) >= 3
