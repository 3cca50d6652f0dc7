"""Brute force over exact tables: every table of whole numbers that fits what is shown, listed one by one.

Without the engine's code. Also a plain greedy baseline, and the fewest numbers that have to be hidden at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

Cell = tuple[str, ...]
Key = tuple[str | None, ...]
TOO_MANY = 300_000


def random_people(seed: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows of people for one to three columns of two or three values: skew, nulls, cells without anybody, people with
    several rows (alike or not), one-row tables."""
    g = np.random.default_rng(seed)
    wide = int(g.integers(1, 4))
    sizes = [int(g.integers(1, 4 if wide < 3 else 3)) for _ in range(wide)]
    cells = list(itertools.product(*(range(size) for size in sizes)))
    counts = g.choice([0, 1, 2, 4, 7, 10, 11, 14, 25], len(cells), p=[0.15, 0.1, 0.1, 0.1, 0.1, 0.05, 0.1, 0.15, 0.15])
    rows: list[list[Any]] = []
    person = 0
    for cell, count in zip(cells, counts, strict=True):
        for _ in range(int(count)):
            person += 1
            row = [person, *(f"v{value}" for value in cell)]
            rows += [row] * int(g.choice([1, 1, 2]))
            if g.random() < 0.05:
                rows.append([person, *(f"v{int(g.integers(size))}" for size in sizes)])
            if g.random() < 0.05:
                rows[-1] = [person, *(None for _ in sizes)]
    names = tuple(f"c{number}" for number in range(wide))
    schema = {"person": pl.Int64, **dict.fromkeys(names, pl.String)}
    frame = pl.DataFrame(rows or [[1, *("v0" for _ in sizes)]], schema=schema, orient="row")
    return frame.sample(fraction=1.0, shuffle=True, seed=seed), names


def true_counts(people: pl.DataFrame, names: Sequence[str]) -> dict[Cell, int]:
    """People in each cell that holds anybody."""
    found: dict[Cell, int] = {}
    for row in people.select(names).rows():
        found[row] = found.get(row, 0) + 1
    return found


def all_numbers(counts: dict[Cell, int]) -> dict[Key, set[Cell]]:
    """Each number of the table with its margins: the cells that it sums."""
    found: dict[Key, set[Cell]] = {}
    for cell in counts:
        for kept in itertools.product((True, False), repeat=len(cell)):
            key = tuple(value if keep else None for value, keep in zip(cell, kept, strict=True))
            found.setdefault(key, set()).add(cell)
    return found


def worlds(cells: Sequence[Cell], shown: Iterable[tuple[set[Cell], int]]) -> np.ndarray | None:
    """Every way to fill the cells with whole numbers from 0 that gives each shown sum; None where they are too many."""
    rows = [([Fraction(cell in members) for cell in cells], Fraction(total)) for members, total in shown]
    pivots, kept = [], []
    for column in range(len(cells)):
        place = next((row for row in rows if row[0][column]), None)
        if place is None:
            continue
        rows.remove(place)
        scale = place[0][column]
        place = ([value / scale for value in place[0]], place[1] / scale)
        clear = lambda row, by=place, at=column: (  # noqa: E731
            [one - row[0][at] * other for one, other in zip(row[0], by[0], strict=True)],
            row[1] - row[0][at] * by[1],
        )
        rows, kept = [clear(row) for row in rows], [clear(row) for row in kept]
        kept.append(place)
        pivots.append(column)
    free = [column for column in range(len(cells)) if column not in pivots]
    known = list(shown)
    tops = [min((total for members, total in known if cells[column] in members), default=None) for column in free]
    if any(top is None for top in tops) or np.prod([top + 1 for top in tops], dtype=float) > TOO_MANY:
        return None
    axes = np.meshgrid(*(np.arange(top + 1) for top in tops), indexing="ij") if free else []
    grid = np.stack([axis.ravel() for axis in axes], axis=1) if free else np.zeros((1, 0), dtype=int)
    out = np.zeros((len(grid), len(cells)))
    out[:, free] = grid
    for column, (row, total) in zip(pivots, kept, strict=True):
        out[:, column] = float(total) - grid @ np.array([float(row[at]) for at in free])
    whole = np.rint(out)
    return whole[(np.abs(out - whole) < 1e-9).all(axis=1) & (whole >= 0).all(axis=1)].astype(int)


def leaks(counts: dict[Cell, int], shown: dict[Key, int], smallest: int = 11) -> list[str] | None:
    """What somebody with paper and time learns: each small number that the shown ones pin down, or keep below
    ``smallest``, or above 1. None where there are too many tables to list."""
    cells = sorted(counts)
    numbers = all_numbers(counts)
    every = worlds(cells, [(numbers[key], total) for key, total in shown.items()])
    if every is None:
        return None
    place = {cell: number for number, cell in enumerate(cells)}
    found = []
    for key, members in numbers.items():
        truth = sum(counts[cell] for cell in members)
        totals = every[:, [place[cell] for cell in members]].sum(axis=1)
        assert truth in totals
        if key in shown:
            if 0 < truth < smallest:
                found.append(f"{key} is shown")
        elif 0 < truth < smallest and (totals.max() < smallest or totals.min() > 1 or totals.min() == totals.max()):
            found.append(f"{key} lies in {totals.min()}..{totals.max()}")
    if len(cells) <= 10:  # any sum of cells, asked for or not
        for bits in range(1, 2 ** len(cells)):
            some = [n for n in range(len(cells)) if bits >> n & 1]
            truth = sum(counts[cells[n]] for n in some)
            totals = every[:, some].sum(axis=1)
            if 0 < truth < smallest and totals.min() == totals.max():
                found.append(f"{[cells[n] for n in some]} is {truth}")
    return found


def greedy(counts: dict[Cell, int], smallest: int = 11) -> set[Key]:
    """The rule of thumb: in each line with a hidden number, hide the next smallest until two are hidden and together
    hold ``smallest`` people. It does not see what several lines together give away."""
    numbers = {key: sum(counts[cell] for cell in members) for key, members in all_numbers(counts).items()}
    hidden = {key for key, total in numbers.items() if total < smallest}
    lines = []
    for key in numbers:
        for axis, value in enumerate(key):
            if value is None:
                lines.append([key, *(k for k in numbers if k[axis] is not None and k[:axis] == key[:axis] and k[axis + 1 :] == key[axis + 1 :])])  # fmt: skip
    changed = True
    while changed:
        changed = False
        for whole, *parts in lines:
            mine = [key for key in parts if key in hidden]
            if not mine or whole in hidden:
                continue
            if len(mine) < 2 or sum(numbers[key] for key in mine) < smallest:
                rest = sorted((key for key in parts if key not in hidden), key=lambda key: numbers[key])
                hidden.add(rest[0] if rest else whole)
                changed = True
    return hidden


def fewest(counts: dict[Cell, int], smallest: int = 11, most: int = 4) -> int | None:
    """How many numbers have to be hidden at the least besides the small ones; None above ``most``."""
    numbers = {key: sum(counts[cell] for cell in members) for key, members in all_numbers(counts).items()}
    total = next(key for key in numbers if all(value is None for value in key))
    rest = [key for key, count in numbers.items() if count >= smallest and key != total]
    shown = {key: count for key, count in numbers.items() if count >= smallest}
    for extra in range(most + 1):
        for chosen in itertools.combinations(rest, extra):
            if leaks(counts, {key: count for key, count in shown.items() if key not in chosen}, smallest) == []:
                return extra
    return None
