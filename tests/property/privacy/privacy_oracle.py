"""Brute force over rows as dictionaries: what the measures mean, word for word, and random tables to try them on.

Slow on purpose and without the engine's code. Earth mover's distance is solved as the transport problem that defines
it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

Row = dict[str, Any]
TREE = {"b": {"b1": ["v0", "v1"], "b2": ["v2"]}, "c": {"c1": ["v3", "v4", "v5"]}}
PATHS = {"v0": "b1 b", "v1": "b1 b", "v2": "b2 b", "v3": "c1 c", "v4": "c1 c", "v5": "c1 c"}


def random_table(seed: int) -> pl.DataFrame:
    """At most 40 rows with nulls, skew, one-row classes, repeated people, shuffled order, several types and categories
    that do not occur."""
    g = np.random.default_rng(seed)
    n = int(g.integers(1, 41))
    skew = g.dirichlet(np.full(6, g.choice([0.2, 1.0, 5.0])))
    values = [f"v{i}" for i in range(6)]

    def nulls(column: list[Any]) -> list[Any]:
        share = g.choice([0.0, 0.0, 0.2, 1.0], p=[0.4, 0.3, 0.28, 0.02])
        return [None if g.random() < share else value for value in column]

    person = g.integers(0, max(1, int(n * g.choice([0.3, 1.0, 3.0]))), n).tolist()
    frame = pl.DataFrame(
        {
            "person": pl.Series(nulls(person), dtype=pl.Int64),
            "text": pl.Series(nulls(g.choice(values, n, p=skew).tolist()), dtype=pl.String),
            "level": pl.Series(nulls(g.choice(values, n).tolist()), dtype=pl.Enum([*values, "never"])),
            "whole": pl.Series(nulls((g.integers(-3, 3, n) * 10**12).tolist()), dtype=pl.Int64),
            "flag": pl.Series(nulls((g.random(n) < 0.3).tolist()), dtype=pl.Boolean),
            "plain": pl.Series(nulls(g.choice(values[:4], n).tolist()), dtype=pl.String),
            "number": pl.Series(nulls(g.choice([0.0, -0.0, 1.5, 7.0, math.nan], n).tolist()), dtype=pl.Float64),
            "branch": pl.Series(nulls(g.choice(values, n).tolist()), dtype=pl.String),
        }
    )
    return frame.sample(fraction=1.0, shuffle=True, seed=seed)


def rows_of(frame: pl.DataFrame) -> list[Row]:
    rows = frame.to_dicts()
    for row in rows:
        for name, value in row.items():
            if isinstance(value, float) and math.isnan(value):
                row[name] = None
            elif isinstance(value, float) and value == 0:
                row[name] = 0.0
    return rows


def classes(rows: Sequence[Row], quasi: Sequence[str]) -> dict[tuple[Any, ...], list[Row]]:
    out = defaultdict(list)
    for row in rows:
        out[tuple((type(row[name]).__name__, row[name]) for name in quasi)].append(row)
    return dict(out)


def persons(rows: Sequence[Row], person: str | None) -> int:
    return len(rows) if person is None else len({row[person] for row in rows})


def tally(rows: Sequence[Row], name: str, person: str | None) -> Counter[Any]:
    if person is None:
        return Counter(row[name] for row in rows)
    return Counter(value for value, _ in {(row[name], row[person]) for row in rows})


def entropy_l(counts: Counter[Any]) -> float:
    total = sum(counts.values())
    return math.exp(-sum(count / total * math.log(count / total) for count in counts.values()))


def recursive_c(counts: Counter[Any], l_value: int) -> float:
    falling = sorted(counts.values(), reverse=True)
    tail = sum(falling[l_value - 1 :])
    return falling[0] / tail if tail else math.inf


def emd(part: Counter[Any], whole: Counter[Any], distance: Callable[[Any, Any], float]) -> float:
    """The cheapest transport of one distribution to the other, by linear programming."""
    from scipy.optimize import linprog

    values = list(whole)
    m = len(values)
    supply = [part[value] / sum(part.values()) for value in values]
    demand = [whole[value] / sum(whole.values()) for value in values]
    cost = [distance(a, b) for a in values for b in values]
    equal = np.zeros((2 * m, m * m))
    for i in range(m):
        equal[i, i * m : (i + 1) * m] = 1
        equal[m + i, i::m] = 1
    return float(linprog(cost, A_eq=equal[:-1], b_eq=[*supply, *demand][:-1], method="highs").fun)


def equal_distance(part: Counter[Any], whole: Counter[Any]) -> float:
    n, m = sum(part.values()), sum(whole.values())
    return sum(abs(part[value] / n - count / m) for value, count in whole.items()) / 2


def ordered_metric(values: Sequence[Any]) -> Callable[[Any, Any], float]:
    order = sorted(value for value in values if value is not None)
    place = {value: i for i, value in enumerate(order)} | ({None: len(order)} if None in values else {})
    steps = max(len(place) - 1, 1)
    return lambda a, b: abs(place[a] - place[b]) / steps


def tree_metric(a: Any, b: Any) -> float:
    """Levels up to where the two paths meet, over the height (3: value, two labels, root)."""
    if a == b:
        return 0.0
    if a is None or b is None:
        return 1.0
    above = PATHS[a].split(), PATHS[b].split()
    return next((i + 1) / 3 for i in range(3) if i == 2 or above[0][i] == above[1][i])
