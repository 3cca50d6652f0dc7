"""A table to be anonymised, in integers, and what each of its classes must fulfil."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy import diversity
from cloister.privacy.coding import Coded, Floats, Ints, combine, count_distinct, encode, person_codes, require_columns
from cloister.privacy.hierarchies import Hierarchy, flat
from cloister.privacy.ladder import Ladder, build
from cloister.privacy.risk import closeness, ground_distance

_LARGEST = 2**62
_MIX = 0x1E3779B97F4A7C15  # odd, so that multiplication modulo 2**64 loses nothing
_SLACK = 1e-12  # rounding of a sum of shares


@dataclass(frozen=True, slots=True)
class AnonymisationConfig:
    """What is asked for. ``person`` None makes every row a person; ``k`` counts distinct persons in each class.

    ``l`` is the least number of distinct values of each sensitive column in each class, ``t`` the largest earth
    mover's distance between a class and the table; ``max_suppressed`` the share of rows that may be left out.
    ``scheme`` "local" generalises cell by cell, "global" every value of a column to the same level.
    A column without an entry in ``hierarchies`` goes from its value straight to ``*``.
    """

    quasi_identifiers: Sequence[str]
    person: str | None
    k: int
    sensitive: Sequence[str] = ()
    l: int | None = None  # noqa: E741  the literature's name
    t: float | None = None
    max_suppressed: float = 0.0
    scheme: str = "local"
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not self.quasi_identifiers:
            raise InvalidInput("no quasi-identifier is named", remedy="name at least one column")
        if self.k < 1:
            raise InvalidInput("k must be at least 1")
        if self.l is not None and self.l < 1:
            raise InvalidInput("l must be at least 1")
        if self.t is not None and not 0 <= self.t <= 1:
            raise InvalidInput("t must lie between 0 and 1")
        if not 0 <= self.max_suppressed < 1:
            raise InvalidInput("the share of suppressed rows must be at least 0 and below 1")
        if self.scheme not in ("local", "global"):
            raise InvalidInput("the scheme is not known", remedy="use local or global")
        if (self.l is not None or self.t is not None) and not self.sensitive:
            raise InvalidInput("l or t is asked for without a sensitive column", remedy="name the sensitive columns")
        both = sorted(set(self.quasi_identifiers) & {*self.sensitive, self.person})
        if both:
            raise InvalidInput(f"column {both[0]!r} is named as quasi-identifier and in another role")
        unknown = sorted(set(self.hierarchies) - {*self.quasi_identifiers, *self.sensitive})
        if unknown:
            raise InvalidInput(f"a hierarchy is given for column {unknown[0]!r}, which has no role")


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A sensitive column in integers, with its ground distance for t."""

    name: str
    coded: Coded
    distance: str
    facts: diversity.Facts
    whole: Floats


@dataclass(frozen=True, slots=True)
class Problem:
    """The coded table. ``combo`` (rows,) numbers the distinct rows of quasi-identifiers, ``leaf`` (columns, combos)
    holds their values' codes. A combination's key is the sum over columns of ``weight`` times node: ``base`` (combos,)
    is that of the values themselves."""

    config: AnonymisationConfig
    ladders: tuple[Ladder, ...]
    combo: Ints
    leaf: Ints
    weight: Ints
    base: Ints
    person: Ints
    persons: int
    sensitive: tuple[Sensitive, ...]

    @property
    def rows(self) -> int:
        return len(self.combo)

    @property
    def constrained(self) -> bool:
        """Whether more than k is asked for."""
        return self.config.l is not None or self.config.t is not None

    def nodes(self, vector: Sequence[int] | Ints, combos: Ints) -> Ints:
        """The nodes (columns, combos) at one level for each column."""
        return np.array(
            [
                ladder.node[level][leaf[combos]]
                for ladder, level, leaf in zip(self.ladders, vector, self.leaf, strict=True)
            ]
        )

    def keys(self, vector: Ints, combos: Ints) -> Ints:
        """One number for each combination, equal where all its nodes at these levels are."""
        key = self.base[combos]
        for column in np.flatnonzero(vector):
            leaf = self.leaf[column, combos]
            key += self.weight[column] * (self.ladders[column].node[vector[column]][leaf] - leaf)
        return key

    def price(self, vector: Ints, combos: Ints) -> Floats:
        """What :meth:`cost` says of :meth:`nodes`: a column at its values loses nothing and is not looked at."""
        total = np.zeros(len(combos))
        for column in np.flatnonzero(vector):
            ladder = self.ladders[column]
            total += ladder.share[ladder.node[vector[column]][self.leaf[column, combos]]]
        return total / len(self.ladders)

    def cost(self, nodes: Ints) -> Floats:
        """Normalised certainty penalty of cells (columns, anything) as the mean over columns, (anything,)."""
        shares = [ladder.share[row] for ladder, row in zip(self.ladders, nodes, strict=True)]
        return np.asarray(np.mean(shares, axis=0))

    def fulfilled(self, group: Ints, groups: int, rows: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which groups of the given rows hold k persons, l values and t, (groups,)."""
        config = self.config
        person = self.person[rows]
        good = count_distinct(group, person, self.persons, groups) >= config.k
        for column in self.sensitive if self.constrained else ():
            counts = diversity.count_values(group, groups, column.facts.take(rows), column.whole)
            if config.l is not None:
                good &= diversity.distinct_l(counts) >= config.l
            if config.t is not None:
                hierarchies = config.hierarchies
                good &= closeness(column.coded, counts, column.name, column.distance, hierarchies) <= config.t + _SLACK
        return good


def pose(frame: pl.DataFrame, config: AnonymisationConfig) -> Problem:
    """Code the table and refuse what can't be reached by any recoding.

    Raises:
        InvalidInput: a missing column, an empty table, k above the number of persons, l above the number of values.
    """
    require_columns(frame, config.quasi_identifiers, role="a quasi-identifier")
    require_columns(frame, config.sensitive, role="a sensitive column")
    person, persons = person_codes(frame, config.person)
    if persons < config.k:
        raise InvalidInput(
            f"k is {config.k}, but the table holds {persons} person{'s' if persons != 1 else ''}",
            remedy="lower k or give more data",
        )
    sensitive = []
    for name in config.sensitive:
        coded = encode(frame[name])
        if config.l is not None and coded.size < config.l:
            raise InvalidInput(
                f"l is {config.l}, but column {name!r} holds {coded.size} distinct values", remedy="lower l"
            )
        facts = diversity.Facts(coded.codes, coded.size, person, persons)
        distance = ground_distance(frame[name], config.hierarchies.get(name))
        sensitive.append(Sensitive(name, coded, distance, facts, diversity.overall(facts)))
    columns = [encode(frame[name]) for name in config.quasi_identifiers]
    ladders = tuple(
        build(name, coded, config.hierarchies.get(name, flat()))
        for name, coded in zip(config.quasi_identifiers, columns, strict=True)
    )
    combo, first = combine([(coded.codes, coded.size) for coded in columns], frame.height)
    leaf = np.array([coded.codes[first] for coded in columns])
    weight = _weights([len(ladder.labels) for ladder in ladders])
    base = (weight[:, None] * leaf).sum(axis=0)
    return Problem(config, ladders, combo, leaf, weight, base, person, persons, tuple(sensitive))


def _weights(sizes: Sequence[int]) -> Ints:
    """What each column's node counts in a key, modulo 2**64."""
    if math.prod(sizes) >= _LARGEST:
        # Too many combinations to number: mix, and let the verifier catch the collision that will not come.
        sizes = [_MIX] * len(sizes)
    weights = [math.prod(sizes[column + 1 :]) % 2**64 for column in range(len(sizes))]
    return np.array(weights, np.uint64).astype(np.int64)
