"""The tripwire: pairs that tell a person apart are stopped, what one question shows by itself is not."""

import math

import numpy as np
import polars as pl
import pytest

from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.privacy import dp
from cloister.privacy.dp import people_sets, synopsis
from cloister.privacy.dp.equal_sets import same_rows
from cloister.privacy.dp.people_sets import EVERYONE, InventedPeople, asked_by, condition_of

WARDS = tuple(f"w{number:02d}" for number in range(80))
SCHEMA = TableSchema(
    (
        Column("person", ColumnType.INTEGER, Role.PERSON),
        Column("sex", ColumnType.TEXT, codes=("F", "M")),
        Column("drug", ColumnType.TEXT, codes=("none", "common", "rare")),
        Column("ward", ColumnType.TEXT, codes=WARDS),
        Column("age", ColumnType.INTEGER, Role.AGE, minimum=0, maximum=100),
    )
)


@pytest.fixture(scope="module")
def wire():
    rng = np.random.default_rng(4)
    rows = 30_000
    frame = pl.DataFrame(
        {
            "person": np.arange(rows),
            "sex": rng.choice(["F", "M"], rows),
            "drug": np.r_[["rare"], rng.choice(["none", "common"], rows - 1)],
            "ward": rng.choice(WARDS, rows),
            "age": rng.integers(0, 95, rows),
        }
    )
    mu = dp.mu_of(3.0, 1e-6) * math.sqrt(0.06)
    return dp.Tripwire(synopsis.draw(frame, SCHEMA, "person", mu, 6e-8), SCHEMA, 20)


def judged(wire, *texts):
    """The verdict on the last question, after the others were answered."""
    whole = [text if "FROM" in text else f"COUNT(*) FROM t WHERE {text}" for text in texts]
    *before, last = (dp.parse(f"SELECT {text}") for text in whole)
    return wire.judge(last, [dp.asked_by(query) for query in before])


STOPPED = [
    ("sex = 'F'", "sex = 'F' AND NOT (ward = 'w03' AND age = 41)"),
    ("sex = 'F' AND NOT (ward = 'w03' AND age = 41)", "sex = 'F'"),
    ("sex = 'F'", "(ward <> 'w03' OR ward IS NULL OR age <> 41 OR age IS NULL) AND sex = 'F'"),
    ("ward = 'w07'", "ward = 'w07' OR (sex = 'M' AND ward = 'w09' AND age = 12)"),
    ("sex = 'F' AND age <= 99", "sex = 'F' AND age < 96"),
    ("sex = 'F' AND drug IN ('none', 'common', 'rare')", "sex = 'F' AND drug IN ('none', 'common')"),
    ("ward, COUNT(*) FROM t GROUP BY ward", "ward = 'w05' AND NOT (sex = 'F' AND age = 33)"),
    ("ward = 'w05' AND NOT (sex = 'F' AND age = 33)", "ward, COUNT(*) FROM t GROUP BY ward"),
    (
        "sex, COUNT(*) FROM t WHERE age < 40 GROUP BY sex",
        "sex, COUNT(*) FROM t WHERE (age < 40 AND NOT (sex = 'F' AND ward = 'w01' AND age = 3)) OR sex = 'M' GROUP BY sex",
    ),
    ("age < 40", "sex = 'M'", "age < 40 AND NOT (ward = 'w01' AND age = 3 AND sex = 'F')"),
    ("drug = 'rare'",),
    ("drug <> 'rare'",),
]


@pytest.mark.parametrize("texts", STOPPED)
def test_what_tells_a_few_apart_is_stopped(wire, texts):
    assert all(not judged(wire, text) for text in texts[:-1])
    assert "few" in judged(wire, *texts)


PASSED = [
    ("COUNT(*) FROM t", "sex, COUNT(*) FROM t GROUP BY sex"),
    ("COUNT(*) FROM t", "drug, COUNT(*) FROM t GROUP BY drug"),
    ("drug, COUNT(*) FROM t GROUP BY drug", "drug, AVG(age) FROM t GROUP BY drug"),
    ("drug, COUNT(*) FROM t GROUP BY drug", "COUNT(*) FROM t", "COUNT(DISTINCT person) FROM t"),
    ("sex = 'F'", "sex = 'F' AND age >= 50"),
    ("sex = 'F'", "NOT (sex <> 'F')", "sex IN ('F', 'F')"),
    ("ward, COUNT(*) FROM t GROUP BY ward", "ward, COUNT(*) FROM t WHERE sex = 'F' GROUP BY ward", "ward = 'w05'"),
    ("age BETWEEN 20 AND 30", "age >= 20 AND age <= 30"),
]


@pytest.mark.parametrize("texts", PASSED)
def test_what_an_analyst_asks_is_answered(wire, texts):
    assert all(not judged(wire, *texts[: place + 1]) for place in range(len(texts)))


def test_the_verdict_depends_on_the_questions_and_the_released_figures_only(wire):
    """Simulatable: there is no frame in the judge's hands, and twice the same question has the same verdict."""
    assert not [name for name, value in vars(wire).items() if isinstance(value, pl.DataFrame)]
    assert judged(wire, *STOPPED[0]) == judged(wire, *STOPPED[0])


def test_conditions_that_hold_for_the_same_rows_are_known_as_such():
    pairs = [
        ("age >= 3", "age > 2", True),
        ("NOT (sex = 'F' AND age < 10)", "sex <> 'F' OR age >= 10", True),
        ("sex = 'F' OR sex = 'M'", "sex IS NOT NULL", True),
        ("age <> 3", "NOT age = 3", True),
        ("age <> 3 OR age IS NULL", "age <> 3", False),
        ("age >= 3", "age > 3", False),
        ("drug IN ('none', 'rare')", "drug <> 'common'", True),
    ]
    for one, two, same in pairs:
        assert same_rows(condition_of(one), condition_of(two), SCHEMA) is same, (one, two)
    assert same_rows(None, None, SCHEMA)
    assert not same_rows(condition_of("age >= 3"), condition_of(EVERYONE), SCHEMA)


def test_groups_are_those_of_the_answer():
    """Each group of a question, counted on invented people by its condition and by its place in the partition."""
    marginals = {
        "sex": {"F": 500.0, "M": 480.0, "null": 20.0},
        "age": {str(age): 10.0 for age in range(101)},
        "ward": {"w01": 600.0, "w02": 400.0},
        "drug": {"none": 1000.0},
    }
    from cloister.privacy.dp.people_sets import group_condition

    people = InventedPeople(dp.Synopsis(1000.0, marginals), SCHEMA)
    for keys in ("sex", "sex, ward", "BUCKET(age, 10)", "BUCKET(age, 7), sex"):
        asked = asked_by(dp.parse(f"SELECT {keys}, COUNT(*) FROM t WHERE ward = 'w01' GROUP BY {keys}"))  # noqa: S608
        partition, base = people.partition(asked.keys), people.set_of(asked.condition)
        sizes = partition.sizes(base.inside())
        assert sizes.sum() == base.size
        for place, row in enumerate(partition.rows):
            condition = group_condition(asked.condition, asked.keys, row, SCHEMA)
            assert people.set_of(condition.text()).size == sizes[place], (keys, row)
    assert dp.Asked.from_text(asked.to_text()) == asked


@pytest.mark.parametrize("places", [0, 1 << 13])
def test_near_groups_are_those_that_a_count_finds(wire, monkeypatch, places):
    """Against every pair of groups counted one by one, by either way of counting."""
    monkeypatch.setattr(people_sets, "_MOST_PLACES", places)
    people = InventedPeople(wire._people._synopsis, SCHEMA)
    asked = [
        dp.asked_by(dp.parse(f"SELECT {text}"))
        for text in (
            "ward, COUNT(*) FROM t WHERE age > 60 GROUP BY ward",
            "ward, sex, COUNT(*) FROM t WHERE age > 58 AND sex = 'F' GROUP BY ward, sex",
        )
    ]
    parts = [people.partition(item.keys) for item in asked]
    groups = [
        [people.set_of(item.condition).inside() & (part.group == place) for place in range(len(part.rows))]
        for item, part in zip(asked, parts, strict=True)
    ]
    wanted = {
        (left, right, int((one ^ other).sum()))
        for left, one in enumerate(groups[0])
        for right, other in enumerate(groups[1])
        if (one & other).any() and (one ^ other).sum() < 320
    }
    assert 0 < len(wanted) < len(groups[0]) * len(groups[1])
    assert set(people.near_groups(*asked, 320)) == wanted
    assert people.near_groups(*asked, 1) == []
