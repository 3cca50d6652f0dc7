"""Exact tables: what they take, and how far their readers come with a person's secret."""

from __future__ import annotations

import itertools
import time
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import lsq_linear

from cloister.core.errors import CloisterError
from cloister.privacy import exact

PEOPLE, TABLES = 200, 40
SHAPE = {"a": 4, "b": 5, "secret": 2}
LAYOUTS = (("a", "secret"), ("b", "secret"), ("a", "b"), ("a", "b", "secret"))


def bench_exact(bar: Any, figure: Any, hospital: pl.DataFrame) -> None:
    _times(bar, figure, hospital)
    kinds = {f"exact tables, {least} people at least": least for least in (exact.SMALLEST, 30)}
    for words, least in {**kinds, "all numbers shown (control)": 0}.items():
        found = np.mean([_attacked(seed, least) for seed in range(TABLES)], axis=0)
        right, common, others = (float(value) for value in found)
        figure(f"{words}: a secret bit of {PEOPLE} guessed right", right)
        figure(f"{words}: above naming the commoner bit", right - common)
        figure(f"{words}: above the same for people not in them", right - others)


def _times(bar: Any, figure: Any, hospital: pl.DataFrame) -> None:
    declared = {name: tuple(hospital[name].drop_nulls().unique()) for name in ("age", "race", "gender", "diag_group")}
    people = exact.categorise(hospital, "patient_nbr", [exact.Category(n, declared=v) for n, v in declared.items()])
    earlier: list[exact.ExactTable] = []
    for by in (("age", "race"), ("race", "gender", "diag_group"), ("age", "gender", "diag_group")):
        start = time.process_time()
        try:
            table, _ = exact.tabulate(people, exact.Layout(by), earlier=earlier)
        except CloisterError as error:
            figure(f"exact table by {', '.join(by)}: refused", error.message)
            continue
        finally:
            figure(f"exact table by {', '.join(by)}: CPU s", time.process_time() - start)
        earlier.append(table)
        small = sum(0 < count < exact.SMALLEST for count in table.shown.values())
        figure(f"exact table by {', '.join(by)}: numbers shown", len(table.shown))
        figure(f"exact table by {', '.join(by)}: numbers hidden", len(table.hidden))
        bar(f"exact table by {', '.join(by)}: numbers of 1 to 10 shown", float(small), most=0)


def _people(rng: np.random.Generator, start: int) -> pl.DataFrame:
    """A secret that hangs on both columns a little, as outcomes do."""
    a, b = (rng.integers(0, SHAPE[name], PEOPLE) for name in ("a", "b"))
    secret = (rng.random(PEOPLE) < 0.4 + 0.05 * a).astype(int)
    frame = pl.DataFrame({"person": np.arange(start, start + PEOPLE), "a": a, "b": b, "secret": secret})
    return frame.with_columns(pl.col("a", "b", "secret").cast(pl.String))


def _attacked(seed: int, least: int) -> tuple[float, float, float]:
    """Right for the people in the tables, by the commoner bit alone, and for as many others of the same law."""
    rng = np.random.default_rng([31, seed])
    inside, outside = _people(rng, 0), _people(rng, PEOPLE)
    declared = {name: tuple(map(str, range(size))) for name, size in SHAPE.items()}
    people = exact.categorise(inside, "person", [exact.Category(n, declared=v) for n, v in declared.items()])
    shown: list[tuple[tuple[str, ...], dict[tuple[str | None, ...], int]]] = []
    tables: list[exact.ExactTable] = []
    for by in LAYOUTS:
        if not least:
            shown.append((by, _every(people, by)))
            continue
        try:
            table, _ = exact.tabulate(people, exact.Layout(by), earlier=tables, smallest=least)
        except CloisterError:  # no room beside the earlier ones: nothing more is learnt
            continue
        tables.append(table)
        keys = set(itertools.product(*([*declared[name], None] for name in by))) - set(table.hidden)
        shown.append((by, {key: table.shown.get(key, 0) for key in keys}))
    guess = _solved(shown, declared)
    common = inside["secret"].value_counts()["count"].max()
    return _right(inside, guess), float(common) / PEOPLE, _right(outside, guess)  # type: ignore[arg-type]


def _every(people: pl.DataFrame, by: tuple[str, ...]) -> dict[tuple[str | None, ...], int]:
    counted = people.group_by(list(by)).len().rows()
    return {tuple(row[:-1]): row[-1] for row in counted}


def _solved(shown: Any, declared: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], str]:
    """How many people of each kind fit the numbers best, none negative, near an even spread; the likelier bit of each."""
    kinds = list(itertools.product(*declared.values()))
    names = list(declared)
    rows, totals = [], []
    for by, numbers in shown:
        place = [names.index(name) for name in by]
        for key, count in numbers.items():
            fits = [all(p in (None, kind[at]) for p, at in zip(key, place, strict=True)) for kind in kinds]
            rows.append(fits)
            totals.append(count)
    even, weight = PEOPLE / len(kinds), 0.05
    matrix = np.vstack([np.array(rows, float).reshape(-1, len(kinds)), weight * np.eye(len(kinds))])
    target = np.concatenate([np.array(totals, float), np.full(len(kinds), weight * even)])
    found = dict(zip(kinds, lsq_linear(matrix, target, bounds=(0, np.inf)).x, strict=True))
    groups = itertools.product(declared["a"], declared["b"])
    return {group: max(declared["secret"], key=lambda bit, group=group: found[*group, bit]) for group in groups}


def _right(people: pl.DataFrame, guess: dict[tuple[str, str], str]) -> float:
    return float(np.mean([guess[a, b] == bit for a, b, bit in people.select("a", "b", "secret").iter_rows()]))
