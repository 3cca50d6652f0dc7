"""Measures over persons, on tables small enough to work out by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import InvalidInput
from cloister.privacy import delta_presence, hierarchies, measure

TABLE = pl.DataFrame(
    {
        "patient": [1, 1, 2, 3, 4, 5, 5],
        "age": ["40", "40", "40", "50", "50", None, None],
        "sex": ["f", "f", "f", "m", "m", "m", "m"],
        "outcome": ["a", "a", "b", "a", "a", "b", "c"],
    }
)


def test_k_counts_persons_not_rows() -> None:
    report = measure(TABLE, quasi_identifiers=["age", "sex"], person="patient")
    assert (report.rows, report.persons, report.classes, report.k) == (7, 5, 3, 1)
    assert report.classes_below[2] == 1
    assert report.classes_below[3] == 3
    by_row = measure(TABLE, quasi_identifiers=["age", "sex"], person=None)
    assert by_row.k == 2


def test_a_missing_value_is_a_category() -> None:
    report = measure(TABLE.filter(pl.col("age").is_null()), quasi_identifiers=["age"], person="patient")
    assert (report.classes, report.k) == (1, 1)


def test_rows_without_a_person_count_as_one_person() -> None:
    frame = pl.DataFrame({"patient": [None, None, None, 4], "age": [1, 1, 1, 1]})
    assert measure(frame, quasi_identifiers=["age"], person="patient").k == 2


def test_a_person_that_is_no_number_is_a_missing_person() -> None:
    frame = pl.DataFrame({"patient": [None, math.nan, 0.0, -0.0], "age": [1, 1, 1, 1]})
    assert measure(frame, quasi_identifiers=["age"], person="patient").persons == 2


def test_a_population_is_matched_by_value_whatever_stands_for_missing() -> None:
    frame = pl.DataFrame({"patient": [1, 2, 3], "lab": [math.nan, None, -0.0]})
    everybody = pl.DataFrame({"lab": [None, math.nan, None, None, 0.0, 0.0]})
    report = measure(frame, quasi_identifiers=["lab"], person="patient", population=everybody)
    assert report.journalist_risk == pytest.approx(1 / 2)
    assert report.marketer_risk == pytest.approx((2 / 4 + 1 / 2) / 3)
    presence = delta_presence(frame, everybody, quasi_identifiers=["lab"], person="patient")
    assert (presence.low, presence.high) == (0.5, 0.5)


def test_a_population_of_another_type_is_refused() -> None:
    other = pl.DataFrame({"age": pl.Series(["x"], dtype=pl.Enum(["x"]))})
    frame = pl.DataFrame({"age": pl.Series(["y"], dtype=pl.Enum(["y"]))})
    with pytest.raises(InvalidInput, match="other types"):
        measure(frame, quasi_identifiers=["age"], person=None, population=other)


def test_diversity_counts_a_person_once_for_each_value() -> None:
    report = measure(TABLE, quasi_identifiers=["age", "sex"], sensitive=["outcome"], person="patient")
    assert report.distinct_l["outcome"] == 1  # the class 50/m shows a alone
    assert report.entropy_l["outcome"] == pytest.approx(1.0)
    assert report.recursive_c["outcome"][2] == math.inf
    # Whole: person-value pairs 1a 2b 3a 4a 5b 5c, so a .5, b 1/3, c 1/6; class 50/m is all a: distance .5.
    assert report.t["outcome"] == pytest.approx(0.5)
    two = measure(
        TABLE.filter(pl.col("age") == "40"), quasi_identifiers=["age"], sensitive=["outcome"], person="patient"
    )
    assert two.entropy_l["outcome"] == pytest.approx(2.0)
    assert two.recursive_c["outcome"][2] == pytest.approx(1.0)


def test_ordered_and_hierarchical_distances_match_li_2007() -> None:
    # Li, Li and Venkatasubramanian 2007, section 5.1: salaries 3k..11k, classes {3, 4, 5} and {6, 8, 11}.
    salary = pl.DataFrame({"zip": ["a"] * 3 + ["b"] * 3 + ["c"] * 3, "salary": [3, 4, 5, 6, 8, 11, 7, 9, 10]})
    first = measure(salary, quasi_identifiers=["zip"], sensitive=["salary"], person=None)
    assert first.t["salary"] == pytest.approx(0.375)
    assert first.t_distance["salary"] == "ordered"


def test_hierarchical_distance_pays_by_the_level_of_the_join() -> None:
    tree = hierarchies.tree({"upper": ["flu", "cold"], "lower": ["gastritis", "ulcer"]})
    frame = pl.DataFrame({"q": ["a", "a", "b", "b"], "disease": ["flu", "cold", "gastritis", "ulcer"]})
    report = measure(frame, quasi_identifiers=["q"], sensitive=["disease"], person=None, hierarchies={"disease": tree})
    assert report.t["disease"] == pytest.approx(0.5)  # half the mass moves across the root, at distance 1
    near = frame.with_columns(q=pl.Series(["a", "b", "a", "b"]))
    report = measure(near, quasi_identifiers=["q"], sensitive=["disease"], person=None, hierarchies={"disease": tree})
    assert report.t["disease"] == pytest.approx(0.25)  # half the mass moves within a branch, at distance 1/2


def test_risks_by_adversary() -> None:
    report = measure(TABLE, quasi_identifiers=["age", "sex"], person="patient")
    assert report.prosecutor_risk == 1.0
    assert report.prosecutor_average == pytest.approx((4 * 0.5 + 1) / 5)
    assert report.marketer_risk == pytest.approx(3 / 5)
    assert report.sample_uniqueness == pytest.approx(1 / 5)
    population = pl.DataFrame({"age": ["40"] * 8 + ["50"] * 4 + [None] * 2, "sex": ["f"] * 8 + ["m"] * 6})
    wider = measure(TABLE, quasi_identifiers=["age", "sex"], person="patient", population=population)
    assert wider.journalist_risk == pytest.approx(0.5)
    assert wider.marketer_risk == pytest.approx((2 / 8 + 2 / 4 + 1 / 2) / 5)


@pytest.mark.parametrize("kind", ["even", "skewed", "a few and a tail"])
def test_population_uniqueness_of_a_large_sample_is_near_the_truth(kind: str) -> None:
    draw = np.random.default_rng(1)
    people = 40_000
    values = {
        "even": draw.integers(0, 20_000, people),
        "skewed": draw.zipf(1.3, people) % 10**7,
        "a few and a tail": np.where(
            draw.random(people) < 0.9, draw.integers(0, 20, people), draw.integers(20, 9000, people)
        ),
    }[kind]
    truth = (np.unique(values, return_counts=True)[1] == 1).sum() / people
    half = pl.DataFrame({"q": draw.permutation(values)[: people // 2]})
    report = measure(half, quasi_identifiers=["q"], person=None, population_size=people)
    assert report.population_model == "Zayatz (1991)"
    assert truth - 0.01 <= report.population_uniqueness <= truth + 0.1
    few = measure(half.head(people // 20), quasi_identifiers=["q"], person=None, population_size=people)
    assert few.population_model == "Pitman (Hoshino 2001)"


def test_population_uniqueness_falls_with_the_population() -> None:
    frame = pl.DataFrame({"q": [0, 1, 2, 3, 4, 4, 5, 5, 5, 6, 6, 6, 6]})
    sizes = [13, 100, 10_000]
    shares = [
        measure(frame, quasi_identifiers=["q"], person=None, population_size=n).population_uniqueness for n in sizes
    ]
    assert shares[0] == pytest.approx(4 / 13)
    assert shares[0] > shares[1] > shares[2] > 0


@pytest.mark.parametrize(
    ("frame", "arguments", "says"),
    [
        (TABLE, {"quasi_identifiers": ["nope"], "person": "patient"}, "no column 'nope'"),
        (TABLE.clear(), {"quasi_identifiers": ["age"], "person": "patient"}, "no rows"),
        (TABLE, {"quasi_identifiers": [], "person": "patient"}, "no quasi-identifier"),
        (TABLE, {"quasi_identifiers": ["age", "age"], "person": "patient"}, "twice"),
        (TABLE, {"quasi_identifiers": ["age"], "person": "who"}, "no column 'who'"),
        (TABLE, {"quasi_identifiers": ["age"], "sensitive": ["age"], "person": None}, "as sensitive"),
        (TABLE, {"quasi_identifiers": ["age"], "person": None, "population_size": 2}, "smaller"),
    ],
)
def test_bad_input_is_refused_in_one_line(frame: pl.DataFrame, arguments: dict, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        measure(frame, **arguments)


def test_a_table_of_nulls_can_be_measured() -> None:
    frame = pl.DataFrame({"a": [None, None], "b": [None, None], "p": [None, None]})
    report = measure(frame, quasi_identifiers=["a"], sensitive=["b"], person="p")
    assert (report.k, report.classes, report.distinct_l["b"], report.t["b"]) == (1, 1, 1, 0.0)


def test_the_report_is_canonical_json() -> None:
    report = measure(TABLE, quasi_identifiers=["age", "sex"], sensitive=["outcome"], person="patient")
    assert b"Infinity" not in encode(report.to_value())
    assert report.to_value()["recursive_c"]["outcome"]["2"] is None
