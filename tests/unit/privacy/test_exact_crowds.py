"""Exact tables show only numbers behind which a crowd stands: what they teach of anybody is bounded over all of them."""

import itertools
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import IntegrityFailure, InvalidState
from cloister.privacy import exact
from cloister.privacy.exact.audit import atoms_of
from cloister.privacy.exact.crowd import Shares, largest_rise

TWO = exact.Layout(("a", "b"))


def people_of(counts, names=("a", "b")):
    rows = [[*cell] for cell, count in counts.items() for _ in range(count)]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").with_row_index("#person")


def crowd_of(size, seed, columns):
    g = np.random.default_rng(seed)
    drawn = {name: g.choice(list(values), size) for name, values in columns.items()}
    return pl.DataFrame({"#person": np.arange(size), **drawn})


def best_guess(sizes, groups):
    """How often whoever sees the groups' sums can be right beyond a coin, of one person of each kind: by listing every
    combination of answers, weighed by how many ways there are to it."""
    grid = np.stack([one.ravel() for one in np.meshgrid(*(np.arange(n + 1) for n in sizes), indexing="ij")], axis=1)
    ways = [np.array([math.comb(n, k) for k in range(n + 1)], dtype=float) for n in sizes]
    weight = np.prod([ways[at][grid[:, at]] for at in range(len(sizes))], axis=0) / 2.0 ** sum(sizes)
    _, world = np.unique(grid @ groups.T.astype(int), axis=0, return_inverse=True)
    seen = np.bincount(world.ravel(), weight)
    yes = [np.bincount(world.ravel(), weight * grid[:, at] / n) for at, n in enumerate(sizes)]
    return np.array([np.maximum(one, seen - one).sum() - 0.5 for one in yes])


def test_no_guess_from_sums_beats_half_the_root_of_a_share():
    """The best guess that there is, by brute force, on crossing and nearly equal groups."""
    largest = 0.0
    for seed in range(60):
        g = np.random.default_rng(seed)
        sizes = g.integers(1, 11, int(g.integers(2, 6)))
        groups = g.random((int(g.integers(1, len(sizes) + 1)), len(sizes))) < 0.6
        shares = Shares(sizes.astype(float))
        for group in groups:
            shares.add(shares.added(group))
        found, bound = best_guess([int(n) for n in sizes], groups), 0.5 * np.sqrt(shares.of)
        assert (found <= bound + 1e-9).all()
        largest = max(largest, float(found.max()))
    assert largest > 0.4  # one person told apart by subtraction: the bound is not one of harmless systems only


def test_a_group_that_is_too_small_is_hidden_with_its_zeros_and_with_what_tells_of_it():
    counts = {("x", "yes"): 90, ("x", "no"): 110, ("y", "yes"): 100, ("y", "no"): 150, ("z", "no"): 40}
    table, _ = exact.tabulate(people_of(counts), TWO)
    # All 40 of z say no: neither that nor the zero beside it is shown, nor what is left of a margin.
    assert {("z", "no"), ("z", "yes")} <= set(table.hidden)
    for part in ("yes", "no"):
        shown = [("x", part) in table.shown, ("y", part) in table.shown, (None, part) in table.shown]
        assert sum(shown) == 2
    assert exact.ExactTable.from_value(table.to_value()) == table


def test_a_table_behind_which_crowds_stand_is_shown_whole():
    counts = {("x", "yes"): 90, ("x", "no"): 110, ("y", "yes"): 100, ("y", "no"): 150}
    table, _ = exact.tabulate(people_of(counts), TWO)
    assert table.hidden == () and len(table.shown) == 9


def whole(people, layout):
    """Every number shown."""
    counts = {}
    for row in people.select(layout.by).rows():
        for kept in itertools.product((True, False), repeat=len(row)):
            key = tuple(part if keep else None for part, keep in zip(row, kept, strict=True))
            counts[key] = counts.get(key, 0) + 1
    return exact.ExactTable(layout, counts, ())


def test_many_tables_together_teach_no_more_than_one():
    """Four ways to halve 260 people, each by the secret: one is shown whole, and of the others the margins."""
    halves = {f"h{n}": "xy" for n in range(4)}
    people = crowd_of(260, 1, {**halves, "secret": ["no", "yes"]})
    shown = []
    for name in halves:
        shown.append(exact.tabulate(people, exact.Layout((name, "secret")), earlier=shown)[0])
    assert [len(one.hidden) for one in shown] == [0, 4, 4, 4]
    assert max(rise(people, shown[: n + 1]) for n in range(len(shown))) <= 0.01 + 1e-9
    assert rise(people, [whole(people, exact.Layout((name, "secret"))) for name in halves]) > 0.015  # the control


def rise(people, tables, meaning=None):
    return largest_rise(atoms_of(people, [table.layout for table in tables]), tables, meaning or {})


def test_classes_of_different_widths_are_one_secret():
    g = np.random.default_rng(4)
    age, half = g.integers(0, 60, 260), g.choice(["x", "y"], 260)
    classes = {f"age:{w}": [f"[{n // w * w}-{n // w * w + w})" for n in age.tolist()] for w in (20, 30)}
    people = pl.DataFrame({"#person": np.arange(260), "half": half, "ward": g.permutation(half), **classes})
    first, _ = exact.tabulate(people, exact.Layout(("half", "age:20")))
    second = exact.Layout(("ward", "age:30"))
    meaning = dict.fromkeys(classes, "age")
    assert len(exact.tabulate(people, second, earlier=[first])[0].hidden) == 0
    hidden = exact.tabulate(people, second, earlier=[first], meaning=meaning)[0].hidden
    assert {key for key in hidden if None not in key} == {(w, a) for w in "xy" for a in set(classes["age:30"])}


def test_a_mean_tells_of_those_who_have_a_value():
    people = people_of({("x", "yes"): 130, ("x", "no"): 40, ("y", "yes"): 120, ("y", "no"): 60})
    layout = exact.Layout(("a",), (("b", "yes"),))
    values = people.filter(pl.col("b") == "yes").select("#person", mean=pl.col("#person").cast(pl.Float64))
    table, _ = exact.tabulate(people, replace(layout, mean="lab"), values=values)
    assert set(table.means) == {("x",), ("y",), (None,)}
    with pytest.raises(InvalidState):
        exact.tabulate(people.filter(pl.col("#person") % 2 == 0), replace(layout, mean="lab"), values=values)


def test_the_verifier_refuses_a_table_that_teaches_too_much():
    people = people_of({("x", "yes"): 30, ("x", "no"): 30, ("y", "yes"): 100, ("y", "no"): 150})
    table, proof = exact.tabulate(people, TWO, crowd=1)
    exact.verify(people, [table], proof, crowd=60)
    with pytest.raises(IntegrityFailure, match="teach too much"):
        exact.verify(people, [table], proof)
    # It was shown: whoever shows nothing more of these people may go on, and nobody else.
    again, proof = exact.tabulate(people, exact.Layout(("b", "a")), earlier=[table])
    assert len(again.shown) == 9
    exact.verify(people, [table, again], proof)


def test_people_of_whom_nothing_can_be_told_are_one_line():
    with pytest.raises(InvalidState, match="fewer than 100 people would stand behind"):
        exact.tabulate(people_of({("x", "yes"): 30, ("y", "no"): 40}), exact.Layout(("a",)))
