"""Exact tables against brute force: whoever lists every table that fits what is shown learns no small number."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidState
from cloister.privacy import exact


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("exact_oracle", Path(__file__).with_name("exact_oracle.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


oracle = _load()


def check_table(seed: int) -> tuple[int, int, int] | None:
    """What leaks of one random table (nothing may), numbers hidden, and those that the greedy rule hides; None where
    there is no table, or too many tables fit to list them."""
    frame, names = oracle.random_people(seed)
    people = exact.categorise(frame, "person", [exact.Category(name) for name in names])
    counts = oracle.true_counts(people, names)
    try:
        table, _ = exact.tabulate(people, exact.Layout(names), known=[exact.Layout(names[:1])], crowd=1)
    except InvalidState:
        assert sum(counts.values()) < 11
        return None
    numbers = {key: sum(counts[c] for c in cells) for key, cells in oracle.all_numbers(counts).items()}
    assert numbers == {**{key: numbers[key] for key in table.hidden}, **table.shown}
    assert table.shown[(None,) * len(names)] == sum(counts.values())
    leaks = oracle.leaks(counts, table.shown)
    return None if leaks is None else (len(leaks), len(table.hidden), len(oracle.greedy(counts)))


def check_pair(seed: int) -> int | None:
    """What leaks of two overlapping tables of the same people, the second released after the first."""
    g = np.random.default_rng([seed, 7])
    size = int(g.integers(20, 90))
    frame = pl.DataFrame(
        {
            "person": np.arange(size),
            "a": g.choice(["v0", "v1"], size, p=[0.8, 0.2]),
            "b": g.choice(["v0", "v1"], size, p=[0.7, 0.3]),
            "c": g.choice(["v0", "v1"], size, p=[0.6, 0.4]),
        }
    )
    people = exact.categorise(frame, "person", [exact.Category(name, declared=("v0", "v1")) for name in "abc"])
    layouts = [exact.Layout(("a", "b")), exact.Layout(("a", "c")), exact.Layout(("b",), (("c", "v0"),))]
    layouts = [layouts[place] for place in g.permutation(3)]
    tables: list[exact.ExactTable] = []
    for layout in layouts:
        try:
            table, _ = exact.tabulate(people, layout, earlier=tables, known=[exact.Layout(("a",))], crowd=1)
        except InvalidState:
            continue
        tables.append(table)
    counts = oracle.true_counts(people, list("abc"))
    shown = {}
    for table in tables:
        place = ["abc".index(name) for name in table.layout.by]
        for key, total in table.shown.items():
            cells = {
                cell
                for cell in counts
                if all(cell["abc".index(name)] == value for name, value in table.layout.where)
                and all(part in (None, cell[at]) for part, at in zip(key, place, strict=True))
            }
            shown[frozenset(cells)] = total
    cells = sorted(counts)
    every = oracle.worlds(cells, [(set(members), total) for members, total in shown.items()])
    if every is None:
        return None
    found = 0
    for bits in range(1, 2 ** len(cells)):
        some = [n for n in range(len(cells)) if bits >> n & 1]
        truth = sum(counts[cells[n]] for n in some)
        found += 0 < truth < 11 and every[:, some].sum(axis=1).max() < 11
    return found


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_nothing_small_can_be_worked_out_of_a_random_table(start):
    found = [one for seed in range(start, start + 50) if (one := check_table(seed))]
    assert len(found) >= 20 and sum(leaks for leaks, _, _ in found) == 0
    # It hides hardly more than the rule of thumb that leaks.
    assert sum(mine for _, mine, _ in found) <= 1.05 * sum(greedy for _, _, greedy in found)


def test_the_rule_of_thumb_leaks_so_the_oracle_can_find_something():
    leaky = 0
    for seed in range(60):
        frame, names = oracle.random_people(seed)
        people = exact.categorise(frame, "person", [exact.Category(name) for name in names])
        counts = oracle.true_counts(people, names)
        hidden = oracle.greedy(counts)
        numbers = {key: sum(counts[c] for c in cells) for key, cells in oracle.all_numbers(counts).items()}
        leaky += bool(oracle.leaks(counts, {key: n for key, n in numbers.items() if key not in hidden}))
    assert leaky >= 3


def test_nothing_small_can_be_worked_out_of_several_tables():
    found = [one for seed in range(60) if (one := check_pair(seed)) is not None]
    assert len(found) >= 30 and sum(found) == 0


def test_little_more_than_the_fewest_numbers_are_hidden():
    mine, least, tables = 0, 0, 0
    for seed in range(200):
        frame, names = oracle.random_people(seed)
        people = exact.categorise(frame, "person", [exact.Category(name) for name in names])
        counts = oracle.true_counts(people, names)
        if len(oracle.all_numbers(counts)) > 10 or sum(counts.values()) < 11:
            continue
        fewest = oracle.fewest(counts)
        if fewest is None:
            continue
        table, _ = exact.tabulate(people, exact.Layout(names), known=[exact.Layout(names[:1])], crowd=1)
        small = sum(sum(counts[c] for c in cells) < 11 for cells in oracle.all_numbers(counts).values())
        mine, least, tables = mine + len(table.hidden) - small, least + fewest, tables + 1
    assert tables >= 20 and least <= mine <= 1.15 * least + 1
