"""Suggested quasi-identifiers, and what anonymisation costs a model."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.privacy import AnonymisationConfig, anonymise, auroc_change, suggest_quasi_identifiers


def table() -> pl.DataFrame:
    g = np.random.default_rng(4)
    n = 4000
    age = g.integers(20, 90, n)
    return pl.DataFrame(
        {
            "patient": np.arange(n) // 2,
            "age": age,
            "sex": g.choice(["f", "m"], n),
            "visit": np.arange(n),
            "ward": ["one"] * n,
            "glucose": g.integers(70, 200, n),
            "x7": g.choice(list("abcdef"), n),
            "outcome": np.where(g.random(n) < 1 / (1 + np.exp(-(age - 55) / 8)), "yes", "no"),
        }
    )


def test_suggestions_and_their_reasons() -> None:
    found = {item.column: item for item in suggest_quasi_identifiers(table().head(300), person="patient")}
    assert {name for name, item in found.items() if item.role == "quasi-identifier"} == {"age", "sex"}
    assert found["visit"].role == "direct identifier"
    assert found["ward"].role == "attribute"
    assert found["age"].gain > 0
    assert "patient" not in found
    assert all(item.reasons for item in found.values())
    encode([item.to_value() for item in found.values()])


def test_a_declared_role_counts_more_than_a_name() -> None:
    schema = TableSchema((Column("x7", ColumnType.TEXT, Role.CITY), Column("glucose", ColumnType.TEXT, Role.MRN)))
    found = {item.column: item for item in suggest_quasi_identifiers(table(), person="patient", schema=schema)}
    assert found["x7"].role == "quasi-identifier"
    assert found["glucose"].role == "direct identifier"


def test_the_change_in_auroc() -> None:
    frame = table()
    same = auroc_change(
        frame, frame, features=["age", "sex"], outcome="outcome", positive="yes", person="patient", seed=1
    )
    assert same.change == same.change_low == same.change_high == 0.0
    assert same.before > 0.8
    gone = frame.with_columns(age=pl.lit("*"))
    worse = auroc_change(
        frame, gone, features=["age", "sex"], outcome="outcome", positive="yes", person="patient", seed=1
    )
    assert worse.change_high < -0.2
    bands, _ = anonymise(frame, AnonymisationConfig(["age", "sex"], "patient", 5))
    kept = auroc_change(
        frame, bands, features=["age", "sex"], outcome="outcome", positive="yes", person="patient", seed=1
    )
    assert kept.after > 0.75
    with pytest.raises(InvalidInput, match="differ in rows"):
        auroc_change(frame, frame.head(9), features=["age"], outcome="outcome", positive="yes", person=None, seed=1)
    with pytest.raises(InvalidInput, match="one value"):
        auroc_change(frame, frame, features=["age"], outcome="outcome", positive="never", person=None, seed=1)


@pytest.mark.parametrize("name", ["ZIP3", "dateOfBirth", "patient-age", "Ethnicity", "race_code", "zipcode", "DOB"])
def test_names_are_read_in_any_spelling(name: str) -> None:
    frame = pl.DataFrame({name: ["a", "b"] * 50})
    assert [item.role for item in suggest_quasi_identifiers(frame)] == ["quasi-identifier"]


@pytest.mark.parametrize("name", ["usage", "dosage", "stage", "trace", "average", "x7", "image", "storage"])
def test_a_word_inside_another_says_nothing(name: str) -> None:
    frame = pl.DataFrame({name: ["a", "b"] * 50})
    assert [item.role for item in suggest_quasi_identifiers(frame)] == ["attribute"]


def test_the_form_of_the_values_counts_where_the_name_is_silent() -> None:
    frame = pl.DataFrame(
        {"v1": [f"0213{n % 10}" for n in range(100)], "v2": [f"2024-01-{n % 28 + 1:02}" for n in range(100)]}
    )
    found = {item.column: item for item in suggest_quasi_identifiers(frame)}
    assert "ZIP codes" in found["v1"].reasons[0] and "dates" in found["v2"].reasons[0]
