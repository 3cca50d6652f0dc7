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
from cloister.privacy.exact.audit import atoms_of
from cloister.privacy.exact.crowd import barred

PEOPLE, TABLES = 200, 40
SHAPE = {"a": 4, "b": 5, "secret": 2}
LAYOUTS = (("a", "secret"), ("b", "secret"), ("a", "b"), ("a", "b", "secret"))
ALL_SHOWN = (0, 1)
KINDS = {
    "exact tables": (exact.SMALLEST, exact.CROWD),
    "exact tables without the crowd": (exact.SMALLEST, 1),
    "the same, 30 people at least": (30, 1),
    "all numbers shown (control)": ALL_SHOWN,
}
WIDE, MANY = 12, 10  # columns that cut 200 people in every way, and how many such populations
SEED = 31


def bench_exact(bar: Any, figure: Any, hospital: pl.DataFrame) -> None:
    _times(bar, figure, hospital)
    for words, (least, crowd) in KINDS.items():
        found = np.mean([_attacked(seed, least, crowd) for seed in range(TABLES)], axis=0)
        right, common, others = (float(value) for value in found)
        figure(f"{words}: a secret bit of {PEOPLE} guessed right", right)
        held = bar if crowd == exact.CROWD else figure
        most = {"most": 0.05} if crowd == exact.CROWD else {}
        held(f"{words}: above naming the commoner bit", right - common, **most)
        figure(f"{words}: above the same for people not in them", right - others)
    for many, words in itertools.product((PEOPLE, 10 * PEOPLE), ("exact tables", "all numbers shown (control)")):
        shown = words != "exact tables"
        found = [_solved_by_many(seed, many, everything=shown) for seed in range(MANY * PEOPLE // many + 1)]
        asked, right = (float(value) for value in np.mean(found, axis=0))
        figure(f"{words}: numbers asked for of {many} people", asked)
        held, most = (figure, {}) if shown else (bar, {"most": 0.05})
        held(f"{words}: of {many}, above the commoner bit, by all of them", right, **most)


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


def _attacked(seed: int, least: int, crowd: int) -> tuple[float, float, float]:
    """Right for the people in the tables, by the commoner bit alone, and for as many others of the same law."""
    rng = np.random.default_rng([SEED, seed])
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
            table, _ = exact.tabulate(people, exact.Layout(by), earlier=tables, smallest=least, crowd=crowd)
        except CloisterError:  # no room beside the earlier ones: nothing more is learnt
            continue
        tables.append(table)
        keys = set(itertools.product(*([*declared[name], None] for name in by))) - set(table.hidden)
        shown.append((by, {key: table.shown.get(key, 0) for key in keys}))
    guess = _solved(shown, declared)
    common = inside["secret"].value_counts()["count"].max()
    return _right(inside, guess), float(common) / PEOPLE, _right(outside, guess)  # type: ignore[arg-type]


def _solved_by_many(seed: int, many: int, *, everything: bool) -> tuple[float, float]:
    """Numbers asked for, and how often whoever solves for each person is right beyond the commoner bit.

    Small numbers are shown here too, where a crowd stands behind them: an attacker who knows more than any does.
    """
    rng = np.random.default_rng([SEED, seed, 1])
    names = [f"c{number}" for number in range(WIDE)]
    drawn = {name: rng.choice(["x", "y", "z"], many) for name in names}
    people = pl.DataFrame({"#person": np.arange(many), **drawn, "secret": rng.choice(["no", "yes"], many)})
    layouts = [(name, "secret") for name in names]
    layouts += [(*pair, "secret") for pair in itertools.combinations(names, 2)]
    asked, rows, totals, tables = 0, [], [], []
    for by in layouts:
        asked += int(np.prod([people[name].n_unique() + 1 for name in by]))
        counts = _margins(people, by)
        if not everything:
            atoms, layout = atoms_of(people, [exact.Layout(by), *(one.layout for one in tables)]), exact.Layout(by)
            out = barred(atoms, layout, tables, {}, exact.CROWD, counts)
            tables.append(exact.ExactTable(layout, {k: n for k, n in counts.items() if k not in out}, tuple(out)))
        shown = counts if everything else tables[-1].shown
        for key, count in shown.items():
            told = dict(zip(by, key, strict=True))
            if told.pop("secret", None) == "yes":
                rows.append(
                    np.all([people[name] == part for name, part in told.items() if part], axis=0) * np.ones(many)
                )
                totals.append(count)
    matrix = np.array(rows).reshape(-1, many)
    pull = 0.05**2 * np.eye(many)  # towards a half
    guess = np.linalg.solve(matrix.T @ matrix + pull, matrix.T @ np.array(totals, float) + pull.sum(axis=0) / 2) > 0.5
    yes = people.select(pl.col("secret") == "yes").to_series().to_numpy()
    return asked, float(np.mean(guess == yes)) - max(yes.mean(), 1 - yes.mean())


def _margins(people: pl.DataFrame, by: tuple[str, ...]) -> dict[tuple[str | None, ...], int]:
    """Every number above zero."""
    found: dict[tuple[str | None, ...], int] = {}
    for kept in itertools.product((True, False), repeat=len(by)):
        inside = tuple(name for name, keep in zip(by, kept, strict=True) if keep)
        for key, count in (_every(people, inside) if inside else {(): people.height}).items():
            parts = dict(zip(inside, key, strict=True))
            found[tuple(parts.get(name) for name in by)] = count
    return found


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
