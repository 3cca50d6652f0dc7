"""The stability index of many columns at once, less what chance explains: rows of one person are no further evidence."""

import numpy as np
import polars as pl
import pytest

from cloister.integrity.drift import indices_beyond_chance

_LIMIT = 0.25  # the gate's customary threshold


def table(seed, rows, each, shift=0.0):
    """``each`` rows of a person, who has one age, place and sex; ``shift`` moves ages and pressures."""
    rng = np.random.default_rng([seed, rows, each])
    people = rng.integers(0, max(2, rows // each), rows)
    age = rng.integers(20, 85, rows)[people] + int(30 * shift)
    rare = 1 / np.arange(1, 301)
    frame = pl.DataFrame(
        {
            "age": pl.Series(age).cast(pl.String),
            "pressure": 100 + 0.4 * age + rng.normal(0, 12, rows) + 30 * shift,
            "lab": np.where(rng.random(rows) < 0.6, np.nan, rng.normal(size=rows)),
            "sex": rng.choice(["F", "M"], rows)[people],
            "place": rng.choice([f"p{number}" for number in range(40)], rows)[people],
            "code": rng.choice([f"c{number}" for number in range(300)], rows, p=rare / rare.sum()),
        }
    )
    return frame, pl.Series(people)


def dealt(seed, rows, each, shift=0.0):
    """Most people's rows and those of one in sixteen; of the first, half come from the shifted table."""
    frame, people = table(seed, rows, each)
    apart = pl.Series((people.to_numpy() * 2654435761 + seed) % 2**32 % 16 == 0)
    rest, theirs = frame.filter(~apart), people.filter(~apart)
    if shift:
        other, others = table(seed + 1000, rows, each, shift)
        half = rest.height // 2
        rest = pl.concat([rest[:half], other[:half]])
        theirs = pl.concat([theirs[:half], others[:half] + rows])
    return rest, frame.filter(apart), (theirs, people.filter(apart))


def largest(seed, rows, each, shift=0.0):
    frame, sample, people = dealt(seed, rows, each, shift)
    found = indices_beyond_chance(frame, sample, frame.columns, people, seed=seed)
    worst = max(found, key=found.get)
    return worst, found[worst]


@pytest.mark.parametrize("each", [1, 3, 10])
def test_honest_tables_stay_below_the_limit_whatever_rows_a_person_has(each):
    figures = [largest(seed, 4000, each)[1] for seed in range(12)]
    assert max(figures) <= _LIMIT, figures


@pytest.mark.parametrize("each", [1, 3, 10])
def test_a_shift_of_half_the_rows_is_above_it_and_its_column_named(each):
    found = [largest(seed, 4000, each, shift=1.0) for seed in range(12)]
    assert min(figure for _, figure in found) > _LIMIT, found
    assert {name for name, _ in found} <= {"age", "pressure"}


def test_the_index_is_the_textbook_one_when_chance_explains_nothing():
    frame, sample = pl.DataFrame({"x": ["a"] * 900 + ["b"] * 100}), pl.DataFrame({"x": ["a"] * 100 + ["b"] * 900})
    people = pl.Series(range(1000)), pl.Series(range(1000, 2000))
    found = indices_beyond_chance(frame, sample, ["x"], people, seed=1)["x"]
    assert found == pytest.approx((0.9 - 0.1) * np.log(9) * 2, abs=0.05) and found < 1.6 * np.log(9)


def test_rows_of_two_people_prove_nothing():
    """The same rows: by themselves they are a shift, as those of two people they are chance."""
    frame = pl.DataFrame({"x": ["a"] * 300 + ["b"] * 300})
    sample = pl.DataFrame({"x": ["a"] * 200})
    own = pl.Series(range(600)), pl.Series(range(600, 800))
    shared = pl.Series([0] * 300 + [1] * 300), pl.Series([2] * 200)
    assert indices_beyond_chance(frame, sample, ["x"], own, seed=1)["x"] > 1
    assert indices_beyond_chance(frame, sample, ["x"], shared, seed=1)["x"] == 0


def test_missing_values_and_unseen_levels_count_as_levels_and_types_may_differ():
    rows = 2000
    frame = pl.DataFrame({"x": [None] * 100 + ["a"] * (rows - 100), "n": [1] * rows, "t": [1.0, 2.0] * (rows // 2)})
    sample = pl.DataFrame({"x": ["new"] * 100 + ["a"] * 100, "n": [None] * 200, "t": [1, 2] * 100})
    people = pl.Series(range(rows)), pl.Series(range(rows, rows + 200))
    found = indices_beyond_chance(frame, sample, ["x", "n", "t"], people, seed=1)
    assert found["x"] > _LIMIT and found["n"] > _LIMIT and found["t"] == 0
    assert indices_beyond_chance(frame, sample, [], people, seed=1) == {}
