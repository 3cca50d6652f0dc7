"""What a question would cost and how far off its answers would be, worked out before any row is looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import ColumnType, TableSchema
from cloister.privacy.dp import domains
from cloister.privacy.dp.accounting import Cost, check_delta, check_epsilon, mu_of
from cloister.privacy.dp.gaussian import COUNT_UNIT, VALUE_UNIT, cost_of, scale_for, threshold_delta, threshold_for
from cloister.privacy.dp.questions import Aggregate, Kind, Query

Z = 1.959963984540054  # the normal distribution's 97.5 % point
_CELLS = 1024  # of a quantile over real numbers
_MOST_CELLS = 2**16
KEY_DELTA = 1e-3  # the share of delta that one query with undeclared groups spends on them
MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """``epsilon`` is what the query would spend at ``delta`` if it were the only one ever.

    ``rows_per_person`` bounds a person's influence: of each person at most so many of the rows that WHERE leaves
    count, the first in the table's order.
    """

    epsilon: float
    delta: float
    rows_per_person: int

    def __post_init__(self) -> None:
        check_epsilon(self.epsilon)
        check_delta(self.delta)
        if not 1 <= self.rows_per_person <= MAX_ROWS:
            raise InvalidInput(f"between 1 and {MAX_ROWS:,} rows of each person count")


@dataclass(frozen=True, slots=True)
class Part:
    """One mechanism. ``scale`` is the noise's standard deviation in whole units, ``unit`` what a unit is worth.

    ``steps`` is how often it is asked (a quantile is a noisy binary search). ``half_width`` is the 95 % half width of
    the answer: in rows, people or the value's unit; of a quantile in rows of rank; of a mean when 1,000 rows count.
    """

    name: str
    what: str
    aggregate: Aggregate | None
    mechanism: str
    scale: float
    unit: float
    steps: int
    half_width: float
    error: str
    bounds: tuple[float, float] = (0.0, 0.0)
    cells: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A priced question. ``groups`` is None where the groups are found by threshold, one empty row without GROUP BY."""

    query: Query
    terms: Terms
    person: str
    parts: tuple[Part, ...]
    groups: pl.DataFrame | None
    threshold: int
    cost: Cost

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value: what is shown before the query is run."""
        return {
            "query": self.query.text(names=True),
            "epsilon": self.terms.epsilon,
            "delta": self.terms.delta,
            "rows_per_person": self.terms.rows_per_person,
            "groups": self.groups.height if self.groups is not None and self.query.keys else None,
            "groups_shown_above": math.ceil(self.threshold / COUNT_UNIT) if self.threshold else None,
            "parts": [
                {
                    "name": part.name,
                    "what": part.what,
                    "mechanism": part.mechanism,
                    "half_width": part.half_width,
                    "error": part.error,
                }
                for part in self.parts
            ],
        }


def plan(query: Query, schema: TableSchema, terms: Terms) -> Plan:
    """Price a query.

    Raises:
        InvalidInput: a column that is not there or can't be asked about, a value without bounds, too many groups.
    """
    person = domains.check_query(query, schema)
    groups = domains.groups(query.keys, schema) if query.keys else pl.DataFrame({"#": [0]})
    aggregates = list(query.aggregates)
    found = groups is None
    shares = len(aggregates) + (found and not any(item.kind is Kind.PEOPLE for item in aggregates))
    delta_of_keys = terms.delta * KEY_DELTA if found else 0.0
    mu = mu_of(terms.epsilon, terms.delta - delta_of_keys) / math.sqrt(shares)
    width = terms.rows_per_person
    cost, threshold, parts = Cost(0), 0, []
    if found:
        distance = float(math.ceil(math.sqrt(width) * COUNT_UNIT))
        scale = scale_for(distance, mu)
        threshold = threshold_for(scale, width, delta_of_keys)
        cost += cost_of(distance, scale) + Cost.of(0.0, threshold_delta(scale, threshold, width))
        parts.append(_groups_part(scale, threshold))
    for item in aggregates:
        if item.kind is Kind.PEOPLE and found:
            continue  # the count that chose the groups is the answer
        part, distance = _part(item, schema, width, mu, grouped=bool(query.keys))
        cost += Cost(cost_of(distance, part.scale).mu2 * part.steps)
        parts.append(part)
    return Plan(query, terms, person, tuple(parts), groups, threshold, cost)


def epsilon_for(query: Query, schema: TableSchema, within: float, delta: float, rows_per_person: int) -> float:
    """The epsilon at which the first answer's 95 % half width is ``within``.

    Raises:
        InvalidInput: it is not positive, or no epsilon of the permitted ones reaches it.
    """
    if not math.isfinite(within) or within <= 0:
        raise InvalidInput("a half width is above 0")
    low, high = math.log(1e-6), math.log(20.0)

    def reached(place: float) -> float:
        made = plan(query, schema, Terms(math.exp(place), delta, rows_per_person))
        return next(part.half_width for part in made.parts if part.aggregate is not None or len(made.parts) == 1)

    if reached(high) > within:
        raise InvalidInput("no permitted epsilon is so exact", remedy="allow a wider interval")
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) <= within else (middle, high)
    return math.exp(high)


def _groups_part(scale: float, threshold: int) -> Part:
    half = Z * scale / COUNT_UNIT
    return Part(
        "people",
        "people in each group",
        None,
        "Gaussian, groups above a threshold (OpenDP make_gaussian_threshold)",
        scale,
        1 / COUNT_UNIT,
        1,
        half,
        f"+- {half:,.1f} people; groups below about {threshold / COUNT_UNIT:,.0f} people are not shown",
    )


def _part(item: Aggregate, schema: TableSchema, width: int, mu: float, *, grouped: bool) -> tuple[Part, float]:
    """The mechanism of one aggregate, and the L2 distance that a person can move its vector."""
    words = "Gaussian (OpenDP make_gaussian)"
    if item.kind in (Kind.COUNT, Kind.PEOPLE):
        people = item.kind is Kind.PEOPLE
        moved = (math.sqrt(width) if grouped else 1.0) if people else float(width)
        distance = moved * COUNT_UNIT
        scale = scale_for(distance, mu)
        half = Z * scale / COUNT_UNIT
        noun = "people" if people else "rows"
        return Part(item.name, noun, item, words, scale, 1 / COUNT_UNIT, 1, half, f"+- {half:,.1f} {noun}"), distance
    low, high = domains.bounds(item, schema)
    if item.kind is Kind.SUM:
        most = max(abs(low), abs(high))
        distance = float(width * VALUE_UNIT)
        scale = scale_for(distance, mu)
        half = Z * scale * most / VALUE_UNIT
        made = Part(item.name, "sum", item, words, scale, most / VALUE_UNIT, 1, half, f"+- {half:,.4g}", (low, high))
        return made, distance
    if item.kind is Kind.MEAN:
        distance = width * VALUE_UNIT * math.sqrt(2)
        scale = scale_for(distance, mu)
        half = mean_half_width(scale, (low, high), 1000.0)
        error = f"+- {half:,.4g} where 1,000 rows count; a tenth of that where 10,000 do"
        return Part(item.name, "mean", item, words, scale, 1 / VALUE_UNIT, 1, half, error, (low, high)), distance
    return _quantile(item, schema, (low, high), width, mu)


def _quantile(
    item: Aggregate, schema: TableSchema, ends: tuple[float, float], width: int, mu: float
) -> tuple[Part, float]:
    low, high = ends
    whole = schema.column(item.column or "").type is ColumnType.INTEGER and high - low < _MOST_CELLS
    if whole:
        low, high = float(math.floor(low)), float(math.ceil(high))
    cells = int(high - low) + 1 if whole else _CELLS
    steps = max(1, math.ceil(math.log2(cells)))
    level = round((item.at or 0.5) * COUNT_UNIT)
    distance = float(width * max(level, COUNT_UNIT - level))
    scale = scale_for(distance, mu / math.sqrt(steps))
    # All steps right within r with 95 %: then both ends of the answer's cell are within r rows of the wanted rank.
    half = _two_sided(0.05 / steps) * scale / COUNT_UNIT
    words = f"Gaussian binary search of {steps} steps (OpenDP make_gaussian)"
    cell = "" if whole else f", to {(high - low) / cells:.3g} of value"
    error = f"+- {half:,.1f} rows of rank{cell}"
    made = Part(item.name, "value", item, words, scale, 1 / COUNT_UNIT, steps, half, error, (low, high), cells, whole)
    return made, distance


def _two_sided(share: float) -> float:
    from scipy.special import ndtri

    return -float(ndtri(share / 2))


def mean_half_width(scale: float, ends: tuple[float, float], rows: float) -> float:
    """95 % half width of a mean over ``rows`` rows: at worst, the mean at one end of its bounds."""
    return Z * scale / VALUE_UNIT * math.sqrt(2) * (ends[1] - ends[0]) / 2 / rows


def shown_terms(terms: Terms) -> Mapping[str, Any]:
    """The terms as plain JSON value."""
    return {"epsilon": terms.epsilon, "delta": terms.delta, "rows_per_person": terms.rows_per_person}
