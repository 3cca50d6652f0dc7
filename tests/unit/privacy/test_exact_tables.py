"""Exact tables: categories by person, what is hidden, what the verifier refuses, and odd tables."""

import datetime
from dataclasses import replace
from decimal import Decimal
from functools import partial
from importlib import import_module

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput, InvalidState
from cloister.privacy import exact
from cloister.privacy.exact.witness import Goal

# What is hidden of small numbers, by itself; the rule that wants a crowd behind each is tested beside this.
tabulate = partial(exact.tabulate, crowd=1)
verify = partial(exact.verify, crowd=1)


def people_of(counts, names=("a", "b")):
    rows = [[*cell] for cell, count in counts.items() for _ in range(count)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").with_row_index("person")
    declared = tuple({value for cell in counts for value in cell})
    return exact.categorise(frame, "person", [exact.Category(name, declared=declared) for name in names])


BLOCK = {("x", "u"): 5, ("x", "v"): 40, ("x", "w"): 30, ("y", "u"): 60, ("y", "v"): 50, ("y", "w"): 20}


def test_a_small_cell_takes_three_others_with_it_and_the_margins_stay():
    table, _ = tabulate(people_of(BLOCK), exact.Layout(("a", "b")))
    assert len(table.hidden) == 4 and ("x", "u") in table.hidden and ("y", "u") in table.hidden
    assert table.shown[("x", None)] == 75 and table.shown[(None, None)] == 205
    assert exact.ExactTable.from_value(table.to_value()) == table


def test_a_table_without_small_cells_is_shown_whole():
    table, _ = tabulate(people_of({("x",): 11, ("y",): 30}, ("a",)), exact.Layout(("a",)))
    assert table.hidden == () and table.shown == {("x",): 11, ("y",): 30, (None,): 41}


def test_two_small_cells_that_make_a_small_sum_take_a_third():
    table, _ = tabulate(
        people_of({("x",): 3, ("y",): 4, ("z",): 30, ("w",): 90}, ("a",)), exact.Layout(("a",)), known=[]
    )
    assert set(table.hidden) == {("x",), ("y",), ("z",)} or (None,) in table.hidden


def test_each_person_counts_once():
    frame = pl.DataFrame({"p": [1, 1, 2, 3, 3, None, None], "ward": ["A", "B", "A", "B", "B", "A", None]})
    found = exact.categorise(frame, "p", [exact.Category("ward", declared=("A", "B"))])
    assert found["ward"].to_list() == ["(several)", "A", "B", "A"]


def test_a_label_of_few_people_is_not_shown():
    frame = pl.DataFrame({"p": range(40), "ward": ["A"] * 25 + ["B"] * 12 + ["rare"] * 3})
    found = exact.categorise(frame, "p", [exact.Category("ward")])
    assert set(found["ward"]) == {"A", "B", "(other)"}


def test_classes_of_numbers_and_dates():
    day = datetime.date(2021, 3, 4)
    frame = pl.DataFrame({"p": range(4), "age": [61.5, 69, None, float("nan")], "when": [day, day, None, day]})
    wanted = [exact.Category("age", 10, ("[60-70)",)), exact.Category("when", 5, ("[2020-2025)",))]
    found = exact.categorise(frame, "p", wanted)
    assert found["age:10"].to_list() == ["[60-70)", "[60-70)", "(missing)", "(missing)"]
    assert found["when:5"].to_list()[0] == "[2020-2025)"


def test_means_are_of_people_and_only_where_the_number_is_shown():
    frame = pl.DataFrame(
        {"p": [*range(60), 0], "a": ["x"] * 50 + ["y"] * 10 + ["x"], "v": [float(n) for n in [*range(60), 100]]}
    )
    people = exact.categorise(frame, "p", [exact.Category("a", declared=("x", "y"))])
    table, _ = tabulate(people, exact.Layout(("a",)), values=exact.means(frame, "p", "v"))
    assert set(table.means) == set(table.shown)
    assert table.shown == {} or table.means[(None,)] == pytest.approx((50 + sum(range(1, 60))) / 60)


def test_the_verifier_refuses_what_does_not_hold():
    people, layout = people_of(BLOCK), exact.Layout(("a", "b"))
    table, proof = tabulate(people, layout)
    verify(people, [table], proof)
    truth = {("x", "u"): 5, ("y", "u"): 60}
    for key, count in truth.items():
        worse = replace(
            table, shown={**table.shown, key: count}, hidden=tuple(other for other in table.hidden if other != key)
        )
        with pytest.raises(IntegrityFailure):
            verify(people, [worse], proof)
    with pytest.raises(IntegrityFailure, match="narrowed"):
        verify(people, [table], replace(proof, others=()))
    forged = replace(proof, others=tuple(one + 1 for one in proof.others))
    with pytest.raises(IntegrityFailure, match="another table"):
        verify(people, [table], forged)
    with pytest.raises(IntegrityFailure, match="do not give"):
        verify(people, [replace(table, shown={**table.shown, ("y", "v"): 51})], proof)


def test_an_earlier_table_is_knowledge():
    """The sum by ward is shown first; by ward and sex, the small cell must not be the difference of the two."""
    counts = {("x", "u"): 9, ("x", "v"): 40, ("y", "u"): 60, ("y", "v"): 50}
    people = people_of(counts)
    first, _ = tabulate(people, exact.Layout(("a",), (("b", "v"),)))
    assert first.shown[("x",)] == 40
    second, _ = tabulate(people, exact.Layout(("a",)), earlier=[first], known=[exact.Layout(("a",))])
    assert ("x",) in second.hidden and ("y",) in second.hidden
    with pytest.raises(InvalidState, match="no room"):
        tabulate(people_of({("x", "u"): 30, ("x", "v"): 5}), exact.Layout(("a",)), earlier=[],
                       known=[exact.Layout(("a",), (("b", "u"),)), exact.Layout(("a",))])  # fmt: skip


def test_an_earlier_table_of_other_people_is_refused():
    people = people_of(BLOCK)
    first, _ = tabulate(people, exact.Layout(("a",)))
    with pytest.raises(IntegrityFailure):
        tabulate(people.head(100), exact.Layout(("b",)), earlier=[first])


def test_people_who_came_between_two_versions_stay_hidden():
    """A second version has four people more: their number is the difference of two totals that anyone can read."""
    g = np.random.default_rng(1)
    old = pl.DataFrame({"#person": np.arange(300), "1/sex": g.choice(["F", "M"], 300)})
    new = pl.DataFrame({"#person": np.arange(304), "2/sex": [*old["1/sex"], "F", "F", "F", "M"]})
    people = old.join(new, on="#person", how="full", coalesce=True)
    first, _ = tabulate(people, exact.Layout(("1/sex",)))
    second, _ = tabulate(people, exact.Layout(("2/sex",)), earlier=[first])
    # Both sexes rose by fewer than 11: neither may be shown.
    assert set(second.hidden) >= {("F",), ("M",)} or (None,) in second.hidden
    assert second.shown == {}


ODD = {
    "dates": pl.Series([datetime.date(2020, 1, 1) + datetime.timedelta(n) for n in range(40)]),
    "decimals": pl.Series([Decimal(n) / 7 for n in range(40)], dtype=pl.Decimal(10, 2)),
    "booleans": pl.Series([n % 2 == 0 for n in range(40)]),
    "nested": pl.Series([[n] for n in range(40)]),
    "structs": pl.Series([{"a": n} for n in range(40)]),
    "all unique": pl.Series([f"v{n}" for n in range(40)]),
    "all null": pl.Series([None] * 40, dtype=pl.String),
    "null type": pl.Series([None] * 40),
    "enum": pl.Series(["a", "b"] * 20, dtype=pl.Enum(["a", "b", "c"])),
    "categorical": pl.Series(["a", "b"] * 20, dtype=pl.Categorical),
    "infinite": pl.Series([float("inf"), float("nan")] * 20),
    "times": pl.Series([datetime.time(n % 24) for n in range(40)]),
    "bytes": pl.Series([b"x"] * 40),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("width", [None, 10])
def test_odd_columns_are_counted_or_refused_in_one_line(kind, width):
    frame = pl.DataFrame({"person": range(40), "c": ODD[kind]})
    try:
        people = exact.categorise(frame, "person", [exact.Category("c", width)])
        table, _ = tabulate(people, exact.Layout(people.columns[1:2] and (people.columns[1],)))
    except CloisterError as error:
        assert "\n" not in error.line() and "v1" not in error.line()
    else:
        assert all(count >= 11 for count in table.shown.values())


@pytest.mark.parametrize(
    ("rows", "layout", "said"),
    [
        (5, exact.Layout(("a",)), "fewer than 11 people"),
        (50, exact.Layout(()), "one to 3 dimensions"),
        (50, exact.Layout(("a", "a")), "named twice"),
        (50, exact.Layout(("zzz",)), "no column 'zzz'"),
        (50, exact.Layout(("a",), (("a", "nowhere"),)), "fewer than 11 people"),
    ],
)
def test_what_can_t_be_tabulated_is_told_in_one_line(rows, layout, said):
    people = people_of({("x", "u"): rows - 2, ("y", "v"): 2})
    with pytest.raises(CloisterError, match=said):
        tabulate(people, layout)


def test_a_smaller_limit_than_the_rule_s_is_refused():
    with pytest.raises(InvalidInput, match="11 or more"):
        tabulate(people_of(BLOCK), exact.Layout(("a",)), smallest=5)


def test_what_is_to_be_met_is_worked_out_once_for_what_is_hidden(monkeypatch):
    """Everybody alone in their cell takes a programme for nearly each; the goals are the same for all of them."""
    protect = import_module("cloister.privacy.exact.protect")
    rng = np.random.default_rng(4)
    frame = pl.DataFrame({"person": range(160), "a": rng.integers(0, 14, 160), "b": rng.integers(0, 14, 160)})
    codes = tuple(map(str, range(14)))
    people = exact.categorise(frame.cast({"a": pl.String, "b": pl.String}), "person", [
        exact.Category(name, declared=codes) for name in ("a", "b")
    ])  # fmt: skip
    asked, programmes = [], []
    goals, cheapest = protect.goals, protect.cheapest
    monkeypatch.setattr(protect, "goals", lambda problem: asked.append(len(problem.hidden)) or goals(problem))
    monkeypatch.setattr(protect, "cheapest", lambda *args: programmes.append(1) or cheapest(*args))
    table, proof = tabulate(people, exact.Layout(("a", "b")))
    verify(people, [table], proof)
    assert not any(None not in key for key in table.shown) and table.shown[(None, None)] == 160
    spare = sum(1 for key in table.hidden if None in key)  # each is tried once more, whether it may be shown
    assert len(programmes) > 20 > len(asked) - spare


def test_goals_are_met_by_anybody_of_the_pool():
    protect = import_module("cloister.privacy.exact.protect")
    rng = np.random.default_rng(5)
    worlds = [rng.integers(0, 9, 12) for _ in range(4)]
    problem = protect.Problem(worlds[0], [], [], [], [], 11, pool=worlds[1:])
    for _ in range(50):
        wanted = [
            Goal(np.flatnonzero(rng.random(12) < 0.3), int(rng.integers(0, 30)), least=bool(rng.integers(2)))
            for _ in range(int(rng.integers(0, 6)))
        ]
        assert protect._unmet(problem, wanted) == [g for g in wanted if not any(g.met(one) for one in worlds)]
