"""Disclosure risk of a table, counted over persons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy import diversity
from cloister.privacy.coding import Coded, Floats, Ints, combine, distinct_pairs, encode, person_codes, require_columns
from cloister.privacy.hierarchies import Hierarchy
from cloister.privacy.ladder import build
from cloister.privacy.population import estimate_population_uniqueness

THRESHOLDS = (2, 3, 5, 10, 11, 20)


@dataclass(frozen=True, slots=True)
class RiskReport:
    """What :func:`measure` found. Risks are probabilities; ``None`` means not computed, infinity "never holds"."""

    quasi_identifiers: tuple[str, ...]
    person: str | None
    rows: int
    persons: int
    classes: int
    k: int
    classes_below: Mapping[int, int]
    """Threshold n -> classes with fewer than n persons."""
    distinct_l: Mapping[str, int]
    entropy_l: Mapping[str, float]
    recursive_c: Mapping[str, Mapping[int, float]]
    """Sensitive column -> l -> the c that recursive (c, l)-diversity must exceed (l = 2 and 3)."""
    t: Mapping[str, float]
    t_distance: Mapping[str, str]
    prosecutor_risk: float
    prosecutor_average: float
    """Mean over persons of the risk in the smallest class that holds them."""
    journalist_risk: float
    """Against the population table; without one, equal to the prosecutor's, which bounds it."""
    marketer_risk: float
    sample_uniqueness: float
    """Share of the persons who stand alone in one of their classes."""
    population_uniqueness: float | None = None
    population_model: str | None = None
    population_table: bool = field(default=False)

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value; an infinite figure becomes None."""
        return {
            "quasi_identifiers": list(self.quasi_identifiers),
            "person": self.person,
            "rows": self.rows,
            "persons": self.persons,
            "classes": self.classes,
            "k": self.k,
            "classes_below": {str(limit): count for limit, count in self.classes_below.items()},
            "distinct_l": dict(self.distinct_l),
            "entropy_l": {name: _finite(value) for name, value in self.entropy_l.items()},
            "recursive_c": {
                name: {str(l_value): _finite(c) for l_value, c in by_l.items()}
                for name, by_l in self.recursive_c.items()
            },
            "t": {name: _finite(value) for name, value in self.t.items()},
            "t_distance": dict(self.t_distance),
            "prosecutor_risk": self.prosecutor_risk,
            "prosecutor_average": self.prosecutor_average,
            "journalist_risk": self.journalist_risk,
            "marketer_risk": self.marketer_risk,
            "sample_uniqueness": self.sample_uniqueness,
            "population_uniqueness": self.population_uniqueness,
            "population_model": self.population_model,
            "population_table": self.population_table,
        }


def measure(
    frame: pl.DataFrame,
    *,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str] = (),
    person: str | None,
    hierarchies: Mapping[str, Hierarchy] | None = None,
    population: pl.DataFrame | None = None,
    population_size: int | None = None,
) -> RiskReport:
    """Measure the risk that persons in ``frame`` are re-identified or their sensitive values learnt.

    A class is a distinct combination of quasi-identifiers, a missing value being a category; its size is its number
    of distinct persons. ``hierarchies`` sets the ground distance of t for a sensitive column: ordered or by tree;
    without one, numeric and temporal columns are ordered and other columns have equal distances.
    ``population`` is a table of distinct persons, one row each, with the same quasi-identifiers: it turns journalist
    and marketer risk from bounds into figures. ``population_size`` (persons) lets population uniqueness be estimated.

    Raises:
        InvalidInput: empty table, missing or repeated column, no quasi-identifier.
    """
    _check(frame, quasi_identifiers, sensitive, person)
    coded = [encode(frame[name]) for name in quasi_identifiers]
    group, first = combine([(column.codes, column.size) for column in coded], frame.height)
    who, persons = person_codes(frame, person)
    pair_group, pair_person = distinct_pairs(group, who, persons)
    size = np.bincount(pair_group, minlength=len(first))
    smallest = _smallest_class(pair_group, pair_person, size, persons)
    counts = {name: _count(frame[name], group, len(first), who, persons) for name in sensitive}
    distances = {name: ground_distance(frame[name], (hierarchies or {}).get(name)) for name in sensitive}
    in_population = size if population is None else _population_sizes(frame[first], population, quasi_identifiers)
    estimate, model = estimate_population_uniqueness(size, persons, population_size)
    return RiskReport(
        quasi_identifiers=tuple(quasi_identifiers),
        person=person,
        rows=frame.height,
        persons=persons,
        classes=len(first),
        k=int(size.min()),
        classes_below={limit: int((size < limit).sum()) for limit in THRESHOLDS},
        distinct_l={name: int(diversity.distinct_l(count).min()) for name, (_, count) in counts.items()},
        entropy_l={name: float(diversity.entropy_l(count).min()) for name, (_, count) in counts.items()},
        recursive_c={
            name: {l_value: float(diversity.recursive_c(count, l_value).max()) for l_value in (2, 3)}
            for name, (_, count) in counts.items()
        },
        t={
            name: float(closeness(column, count, name, distances[name], hierarchies).max())
            for name, (column, count) in counts.items()
        },
        t_distance=distances,
        prosecutor_risk=float(1 / size.min()),
        prosecutor_average=float((1 / smallest).mean()),
        journalist_risk=float(1 / in_population.min()),
        marketer_risk=float((size / in_population).sum() / size.sum()),
        sample_uniqueness=float((smallest == 1).mean()),
        population_uniqueness=estimate,
        population_model=model,
        population_table=population is not None,
    )


def _smallest_class(group: Ints, person: Ints, size: Ints, persons: int) -> Ints:
    """The size of the smallest class that holds each person, (persons,), from distinct (group, person) pairs."""
    smallest = np.empty(persons, np.int64)
    order = np.argsort(-size, kind="stable")
    rank = np.empty(len(size), np.int64)
    rank[order] = np.arange(len(size))
    # Small numbers are sorted by radix, in linear time. Written from large classes to small: the last write wins.
    place = np.argsort(rank[group].astype(np.uint16) if len(size) < 2**16 else rank[group], kind="stable")
    smallest[person[place]] = size[group[place]]
    return smallest


def closeness(
    column: Coded,
    count: diversity.Counts,
    name: str,
    distance: str,
    hierarchies: Mapping[str, Hierarchy] | None,
) -> Floats:
    """The earth mover's distance of each class, (groups,), by the named ground distance."""
    if distance == "ordered":
        return diversity.t_ordered(count)
    if distance == "hierarchical" and hierarchies is not None:
        return diversity.t_hierarchical(count, build(name, column, hierarchies[name]))
    return diversity.t_equal(count)


def ground_distance(series: pl.Series, hierarchy: Hierarchy | None) -> str:
    """How far apart two values of a sensitive column are: "ordered", "hierarchical" or "equal"."""
    if hierarchy is not None:
        return "ordered" if hierarchy.ordered else "hierarchical"
    return "ordered" if series.dtype.is_numeric() or series.dtype.is_temporal() else "equal"


def _count(series: pl.Series, group: Ints, groups: int, who: Ints, persons: int) -> tuple[Coded, diversity.Counts]:
    column = encode(series)
    return column, diversity.count_values(group, groups, diversity.Facts(column.codes, column.size, who, persons))


def _check(frame: pl.DataFrame, quasi_identifiers: Sequence[str], sensitive: Sequence[str], person: str | None) -> None:
    if not quasi_identifiers:
        raise InvalidInput("no quasi-identifier is named", remedy="name at least one column")
    require_columns(frame, quasi_identifiers, role="a quasi-identifier")
    require_columns(frame, sensitive, role="a sensitive column")
    both = sorted(set(quasi_identifiers) & set(sensitive))
    if both:
        raise InvalidInput(f"column {both[0]!r} is named as quasi-identifier and as sensitive", remedy="choose one")
    if person in (*quasi_identifiers, *sensitive):
        raise InvalidInput(f"the person column {person!r} is named as quasi-identifier or sensitive")


def _population_sizes(classes: pl.DataFrame, population: pl.DataFrame, columns: Sequence[str]) -> Ints:
    """Persons of the population in each class; a class that the population table lacks counts as one person."""
    require_columns(population, columns, role="a quasi-identifier of the population")
    try:
        both = pl.concat([classes.select(columns), population.select(columns)], how="vertical_relaxed")
    except pl.exceptions.PolarsError:
        raise InvalidInput("the population's quasi-identifiers are of other types", remedy="give the same") from None
    coded = [encode(both[name]) for name in columns]
    group, first = combine([(column.codes, column.size) for column in coded], both.height)
    size = np.bincount(group[classes.height :], minlength=len(first))
    return np.maximum(size[group[: classes.height]], 1)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
