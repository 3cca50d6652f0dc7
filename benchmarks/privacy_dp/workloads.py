"""Pairs of questions that tell one person apart, and questions of honest analysts: neither knows of the detector.

Both are drawn from a table that is given, whatever its columns: categories, whole numbers and real numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl


@dataclass(frozen=True, slots=True)
class Table:
    """One row for each person. ``categories`` are text columns, ``numbers`` numeric ones; ``name`` is the data set's."""

    name: str
    frame: pl.DataFrame
    categories: tuple[str, ...]
    numbers: tuple[str, ...]


def quoted(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def named(name: str) -> str:
    """A column as it stands in a question."""
    return name if name.isidentifier() else f'"{name}"'


def attack_pairs(table: Table, count: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of counting questions whose sets of people differ by exactly one person, in eight ways of writing it."""
    rng = np.random.default_rng(seed)
    ways: tuple[Callable[..., tuple[str, str] | None], ...] = (
        _without,
        _de_morgan,
        _added,
        _shifted,
        _grouped,
        _longer,
        _reversed,
        _listed,
    )
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        pair = ways[len(pairs) % len(ways)](table, rng)
        # SQL's NOT leaves out where a value is missing: what is no pair in SQL is not counted as one.
        if pair is not None and _apart(table, *pair) == 1:
            pairs.append(pair)
    return pairs


def people_of(table: Table, question: str) -> pl.Series:
    """Who a question's WHERE leaves, as another reader of SQL has it: one boolean for each row of the table."""
    where = question.partition(" WHERE ")[2].partition(" GROUP BY ")[0] or "TRUE"
    rows = pl.SQLContext({"t": table.frame}).execute(f"SELECT ({where}) AS inside FROM t", eager=True)  # noqa: S608  our own questions
    return rows["inside"].fill_null(value=False)


def _apart(table: Table, first: str, second: str) -> int:
    """How many people the two sets differ by; of a grouped question the group that holds the second's people."""
    one, other = people_of(table, first), people_of(table, second)
    if key := first.partition(" GROUP BY ")[2].strip('"'):
        values = table.frame[key].filter(other).unique()
        if len(values) != 1:
            return -1
        one = one & (table.frame[key] == values[0]).fill_null(value=False)
    return int((one != other).sum())


def _target(table: Table, rng: np.random.Generator) -> dict[str, Any]:
    return table.frame.row(int(rng.integers(table.frame.height)), named=True)


def _is(name: str, value: Any) -> pl.Expr:
    return pl.col(name).is_null() if value is None else pl.col(name) == value


def _test(name: str, value: Any) -> str:
    return f"{named(name)} IS NULL" if value is None else f"{named(name)} = {quoted(value)}"


def _alone(table: Table, rng: np.random.Generator, base: list[str], person: dict[str, Any]) -> list[str] | None:
    """Columns, added one by one in random order, whose values within ``base``'s people only this person has."""
    rest = table.frame
    for name in base:
        rest = rest.filter(_is(name, person[name]))
    chosen: list[str] = []
    for name in rng.permutation([n for n in (*table.categories, *table.numbers) if n not in base]).tolist():
        if rest.height == 1:
            break
        chosen.append(name)
        rest = rest.filter(_is(name, person[name]))
    return chosen if rest.height == 1 and chosen else None


def _base(table: Table, rng: np.random.Generator, person: dict[str, Any], least: int = 100) -> list[str]:
    """One to three of the person's categories that at least ``least`` people share."""
    rest, chosen = table.frame, []
    for name in rng.permutation(list(table.categories)).tolist():
        if len(chosen) >= rng.integers(1, 4):
            break
        smaller = rest.filter(_is(name, person[name]))
        if person[name] is not None and smaller.height >= least:
            rest, chosen = smaller, [*chosen, name]
    return chosen


def _parts(table: Table, rng: np.random.Generator) -> tuple[dict[str, Any], list[str], list[str]] | None:
    person = _target(table, rng)
    base = _base(table, rng, person)
    alone = _alone(table, rng, base, person) if base else None
    return (person, base, alone) if alone else None


def _count(table: Table, where: str) -> str:
    return f"SELECT COUNT(*) FROM {table.name} WHERE {where}"  # noqa: S608  our own parser


def _other_than(name: str, value: Any) -> str:
    column = named(name)
    return f"{column} IS NOT NULL" if value is None else f"({column} <> {quoted(value)} OR {column} IS NULL)"


def _all(person: dict[str, Any], names: list[str]) -> str:
    return " AND ".join(_test(name, person[name]) for name in names)


def _without(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """The group, and the group without who has these values."""
    if (found := _parts(table, rng)) is None:
        return None
    person, base, alone = found
    whole = _all(person, base)
    return _count(table, whole), _count(table, f"{whole} AND NOT ({_all(person, alone)})")


def _reversed(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    pair = _without(table, rng)
    return (pair[1], pair[0]) if pair else None


def _de_morgan(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """The same, written as a list of alternatives and with other columns first."""
    if (found := _parts(table, rng)) is None:
        return None
    person, base, alone = found
    others = [_other_than(name, person[name]) for name in alone]
    whole = _all(person, base)
    return _count(table, whole), _count(table, f"({' OR '.join(others)}) AND {whole}")


def _added(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """Another group, and that group with this one person."""
    if (found := _parts(table, rng)) is None:
        return None
    person, base, alone = found
    values = [v for v in table.frame[base[0]].drop_nulls().unique().sort().to_list() if v != person[base[0]]]
    other = [v for v in values if table.frame.filter(pl.col(base[0]) == v).height >= 100]
    if not other:
        return None
    rest = f"{named(base[0])} = {quoted(other[int(rng.integers(len(other)))])}"
    return _count(table, rest), _count(table, f"{rest} OR ({_all(person, [*base, *alone])})")


def _shifted(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """A bound moved over one person: the highest or lowest value in a group."""
    person = _target(table, rng)
    base = _base(table, rng, person)
    if not base or not table.numbers:
        return None
    name = str(rng.choice(list(table.numbers)))
    rest = table.frame
    for column in base:
        rest = rest.filter(_is(column, person[column]))
    values = rest[name].drop_nulls().sort()
    highest = values[-1]
    if len(values) < 100 or values[-2] == highest:
        return None
    whole = _all(person, base)
    return _count(table, f"{whole} AND {named(name)} <= {highest}"), _count(
        table, f"{whole} AND {named(name)} < {highest}"
    )


def _grouped(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """One group of a grouped question, against the same group asked for without one person."""
    if (found := _parts(table, rng)) is None:
        return None
    person, base, alone = found
    if len(base) < 2:
        return None
    rest, key = base[1:], base[0]
    first = f"SELECT {named(key)}, COUNT(*) FROM {table.name} WHERE {_all(person, rest)} GROUP BY {named(key)}"  # noqa: S608  our own parser
    return first, _count(table, f"{_all(person, base)} AND NOT ({_all(person, alone)})")


def _longer(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """Everything that is known of the person left out, not only what is needed."""
    if (found := _parts(table, rng)) is None:
        return None
    person, base, _ = found
    rest = [name for name in (*table.categories, *table.numbers) if name not in base]
    whole = _all(person, base)
    return _count(table, whole), _count(table, f"{whole} AND NOT ({_all(person, rest)})")


def _listed(table: Table, rng: np.random.Generator) -> tuple[str, str] | None:
    """A list of values, and the list without the one that only this person of the group has."""
    person = _target(table, rng)
    base = _base(table, rng, person)
    rest = table.frame
    for name in base:
        rest = rest.filter(_is(name, person[name]))
    for name in rng.permutation([n for n in table.categories if n not in base]).tolist():
        counts = rest[name].drop_nulls().value_counts().sort(name)
        rare = counts.filter(pl.col("count") == 1)[name].to_list()
        if base and rare and counts.height >= 3:
            one = rare[int(rng.integers(len(rare)))]
            values = counts[name].to_list()
            listed = ", ".join(quoted(v) for v in values)
            fewer = ", ".join(quoted(v) for v in values if v != one)
            whole = _all(person, base)
            return _count(table, f"{whole} AND {named(name)} IN ({listed})"), _count(
                table, f"{whole} AND {named(name)} IN ({fewer})"
            )
    return None


def honest_questions(table: Table, count: int, seed: int) -> list[str]:
    """What analysts ask: totals, breakdowns, common subgroups, thresholds at round numbers, drill-downs, repeats.

    Values are asked about as often as they occur, and a drill-down goes on as long as there are at least 200 people.
    """
    rng = np.random.default_rng(seed)
    asked: list[str] = []
    while len(asked) < count:
        asked.extend(_session(table, rng))
    return asked[:count]


def _session(table: Table, rng: np.random.Generator) -> list[str]:
    """One analyst's line of thought: narrow down step by step, look at each step in one or two ways."""
    rest, tests, out = table.frame, [], []
    for _ in range(int(rng.integers(1, 5))):
        test, smaller = _condition(table, rest, rng)
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        out.append(f"SELECT {_figure(table, rng)} FROM {table.name}{where}")  # noqa: S608  our own parser
        if rng.random() < 0.6:
            key = named(str(rng.choice(list(table.categories))))
            out.append(f"SELECT {key}, {_figure(table, rng)} FROM {table.name}{where} GROUP BY {key}")  # noqa: S608  our own parser
        if smaller.height < 200 or rest.height - smaller.height < 200:
            continue
        rest, tests = smaller, [*tests, test]
    return out


def _figure(table: Table, rng: np.random.Generator) -> str:
    kinds = [
        "COUNT(*)",
        "COUNT(*)",
        *(f"{word}({named(str(rng.choice(list(table.numbers))))})" for word in ("AVG", "MEDIAN", "SUM")),
    ]
    return str(rng.choice(kinds))


def _condition(table: Table, rest: pl.DataFrame, rng: np.random.Generator) -> tuple[str, pl.DataFrame]:
    if rng.random() < 0.6 or not table.numbers:
        name = str(rng.choice(list(table.categories)))
        value = rest.row(int(rng.integers(rest.height)), named=True)[name]
        if value is None:
            return f"{named(name)} IS NOT NULL", rest.filter(pl.col(name).is_not_null())
        if rng.random() < 0.25:
            return f"{named(name)} <> {quoted(value)}", rest.filter(pl.col(name) != value)
        if rng.random() < 0.25:
            other = rest.row(int(rng.integers(rest.height)), named=True)[name] or value
            return f"{named(name)} IN ({quoted(value)}, {quoted(other)})", rest.filter(
                pl.col(name).is_in([value, other])
            )
        return f"{named(name)} = {quoted(value)}", rest.filter(pl.col(name) == value)
    name = str(rng.choice(list(table.numbers)))
    value = rest.row(int(rng.integers(rest.height)), named=True)[name]
    span = float(table.frame[name].max() or 1) - float(table.frame[name].min() or 0)  # type: ignore[arg-type]
    step = 10 if span >= 50 else 5 if span >= 20 else 1
    value = int((value or 0) // step * step)
    if rng.random() < 0.5:
        return f"{named(name)} >= {value}", rest.filter(pl.col(name) >= value)
    return f"{named(name)} BETWEEN {value} AND {value + step}", rest.filter(
        pl.col(name).is_between(value, value + step)
    )
