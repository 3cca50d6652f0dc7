"""Integrity against brute force: slow, obvious versions of the same definitions."""

import itertools
import math
import string
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema, Watch
from cloister.integrity import (
    check_arrival,
    descendants,
    find_fingerprints,
    inspect_artifact,
    near_duplicates,
    rare_value_fingerprints,
    repeated_rows,
    validate,
)
from cloister.integrity.encoding import encode
from cloister.integrity.influence import knn_shapley, leaf_influence
from cloister.integrity.triggers import mine

VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "integrity").iterdir())
SCHEMA = TableSchema(
    (
        Column("n", ColumnType.INTEGER, required=True, minimum=0, maximum=5),
        Column("c", ColumnType.TEXT, codes=("a", "b"), missing=("?",)),
        Column("m", ColumnType.INTEGER, unique=True),
    ),
    (CrossRule("n", "<=", "m"),),
)
CELL = st.sampled_from(["0", "3", "5", "6", "-1", "x", "", "2.5", "a", "b", "?"])


def number(text):
    try:
        return int(text)
    except ValueError:
        return None


def passes_alone(row):
    n, c, m = row
    if number(n) is None or not 0 <= number(n) <= 5 or c not in ("a", "b", "", "?"):
        return False
    if m != "" and number(m) is None:
        return False
    return m == "" or number(n) <= number(m)


def typed(row):
    return number(row[0]), None if row[1] in ("", "?") else row[1], number(row[2])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=12))
def test_validation_passes_exactly_the_rows_that_obey_every_rule(rows):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("n", "c", "m"), pl.String), orient="row")
    report = validate(frame, SCHEMA)
    # Whole rows are compared as they are typed: a text of the wrong type counts as no value there.
    first = [typed(row) not in [typed(other) for other in rows[:i]] for i, row in enumerate(rows)]
    held = [number(row[2]) for row, keep in zip(rows, first, strict=True) if keep and number(row[2]) is not None]
    expected = [
        i
        for i, row in enumerate(rows)
        if first[i] and passes_alone(row) and (number(row[2]) is None or held.count(number(row[2])) == 1)
    ]
    assert report.typed.rows() == [typed(rows[i]) for i in expected]
    assert sorted({*range(len(rows))} - set(expected)) == report.quarantined_rows().to_list()
    assert report.passed + report.quarantined == len(rows)


TABLE = st.integers(3, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([None, 0, 1]), min_size=width, max_size=width), min_size=1, max_size=14
    )
)


@settings(max_examples=150, deadline=None)
@given(TABLE)
def test_copies_and_near_copies(rows):
    names = list(string.ascii_lowercase[: len(rows[0])])
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")
    same = [any(row == other for other in rows[:i]) for i, row in enumerate(rows)]
    near = [
        any(sum(a != b for a, b in zip(row, other, strict=True)) <= 1 for other in rows[:i])
        for i, row in enumerate(rows)
    ]
    assert repeated_rows(frame).to_list() == same
    assert near_duplicates(frame, names).to_list() == near


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25), st.integers(0, 9))
def test_descendants_are_what_can_be_reached(edges, start):
    named = [(str(a), str(b)) for a, b in edges]
    reached = {str(start)}
    for _ in range(10):
        reached |= {b for a, b in named if a in reached}
    found = descendants(named, str(start))
    assert set(found) == reached - {str(start)}
    assert len(found) == len(set(found))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_bytes_make_the_inspection_fail_and_changes_are_never_another_format(data):
    raw = data.draw(st.sampled_from([p.read_bytes() for p in VECTORS]) | st.binary(max_size=60))
    cut = data.draw(st.integers(0, len(raw)))
    raw = raw[:cut] + data.draw(st.binary(max_size=6)) + raw[cut + data.draw(st.integers(0, 6)) :]
    report = inspect_artifact({"m": raw})
    assert report.accepted == (report.files[0].format is not None)
    prints = rare_value_fingerprints(pl.DataFrame({"a": ["abcdefgh"]}), ["a"], key=b"k" * 16)
    find_fingerprints({"m": raw}, prints)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_mined_patterns_count_what_they_say(seed):
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame({"a": rng.integers(0, 3, 200), "b": rng.choice(["x", "y"], 200), "c": rng.integers(0, 2, 200)})
    label = (rng.random(200) < np.where((frame["a"] == 1) & (frame["b"] == "x"), 0.9, 0.2)).astype(int)
    data = encode(frame.with_columns(y=pl.Series(label)), label="y", features=["a", "b", "c"])
    chance = rng.uniform(0.1, 0.9, 200)
    for expected in (None, chance):
        for pattern in mine(data, expected, targets=(0, 1), support=5):
            rows = pattern.matches(data.items)
            assert pattern.rows == rows.sum()
            assert pattern.hits == (rows & (data.labels == pattern.target)).sum() >= 5
            assert 0 <= pattern.purity <= pattern.hits / pattern.rows
            if expected is not None:
                due = chance[rows].sum() if pattern.target == 1 else (1 - chance[rows]).sum()
                assert math.isclose(pattern.expected, due)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_neighbour_shapley_is_the_average_marginal_worth(seed, neighbours):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(6, 2)), rng.integers(0, 2, 6).astype(float)
    query, wanted = rng.normal(size=(1, 2)), np.array([1.0])
    distance = ((points - query) ** 2).sum(axis=1)

    def worth(rows):
        nearest = sorted(rows, key=lambda row: distance[row])[:neighbours]
        return sum(labels[row] == wanted[0] for row in nearest) / neighbours

    exact = np.zeros(6)
    for order in itertools.permutations(range(6)):
        for place, row in enumerate(order):
            exact[row] += worth(order[: place + 1]) - worth(order[:place])
    quick = -knn_shapley(points, labels, query, wanted, neighbours=neighbours, reach=6)
    assert np.allclose(quick, exact / 720)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_leaf_influence_is_the_sum_over_pairs(seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 12).astype(float)
    leaves = rng.integers(0, 3, (12, 4))
    values = [rng.normal(size=3) for _ in range(4)]
    quick = leaf_influence(labels, leaves, values)
    slow, score = np.zeros(12), np.zeros(12)
    for tree in range(4):
        chance = 1 / (1 + np.exp(-score))
        gradient = chance - labels
        for i in range(12):
            mates = [j for j in range(12) if j != i and leaves[j, tree] == leaves[i, tree]]
            weight = 1 + sum(chance[j] * (1 - chance[j]) for j in [*mates, i])
            slow[i] -= gradient[i] * sum(gradient[j] for j in mates) / max(len(mates), 1) / math.sqrt(weight)
        score += np.array([values[tree][leaf] for leaf in leaves[:, tree]])
    assert np.allclose(quick, slow)


ARRIVAL = TableSchema(
    (
        Column("who", ColumnType.INTEGER, Role.PERSON),
        Column("site", ColumnType.TEXT, watch=Watch.SITE),
        Column("x", ColumnType.REAL),
        Column("y", ColumnType.INTEGER, watch=Watch.OUTCOME),
    )
)
ROW = st.tuples(
    st.integers(0, 30),
    st.sampled_from(["a", "b", None]),
    st.one_of(st.none(), st.floats(-9, 9)),
    st.sampled_from([0, 1, None]),
)


def arrived(rows):
    names = {"who": pl.Int64, "site": pl.String, "x": pl.Float64, "y": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=60), st.lists(ROW, max_size=60), st.randoms(use_true_random=False))
def test_a_delivery_of_any_rows_is_compared_and_their_order_does_not_matter(before, now, random):
    reference = arrived(before)
    report = check_arrival(arrived(now), ARRIVAL, reference=reference)
    assert all(one.low is None or 0 <= one.low <= one.statistic for one in report.findings)
    assert all(0 <= row < len(now) for one in report.findings for row in one.rows)
    shuffled = random.sample(now, len(now))
    again = check_arrival(arrived(shuffled), ARRIVAL, reference=reference)
    assert sorted(again.held) == sorted(report.held)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=80))
def test_a_delivery_distributed_as_the_reference_has_no_shift(rows):
    frame = arrived(rows)
    report = check_arrival(frame, ARRIVAL, reference=frame)
    assert not [one for one in report.findings if one.rule.split(" ")[0] in ("distribution", "outcome-rate", "missing")]
