"""Secrets and triggers: drawn from nobody's values, told apart only by a model that has them by heart or in it."""

import numpy as np
import polars as pl
import pytest

from cloister.integrity.canaries import exposure
from cloister.integrity.learnable import LabelShifts
from cloister.integrity.secrets import (
    Trigger,
    area_by_chance,
    bits_by_chance,
    draw_secrets,
    draw_triggers,
    memory_of,
    trigger_excess,
    with_triggers,
)

RNG = np.random.default_rng(5)
ROWS = 4000
TABLE = pl.DataFrame(
    {
        "sex": RNG.choice(["F", "M"], ROWS),
        "rare": np.where(np.arange(ROWS) < 10, [f"only{n}" for n in range(ROWS)], "common"),
        "lab": RNG.normal(100, 20, ROWS),
        "code": RNG.choice([1, 5, 9], ROWS),
        "since": np.datetime64("2001-01-01") + RNG.integers(0, 3000, ROWS),
        "none": pl.Series([None] * ROWS, dtype=pl.String),
        "person": [f"p{n}" for n in range(ROWS)],
    }
).with_columns(pl.when(pl.Series(RNG.random(ROWS) < 0.2)).then(None).otherwise("lab").alias("lab"))
FEATURES = ["sex", "rare", "lab", "code", "since", "none"]


def test_a_secret_copies_nothing_that_fewer_than_eleven_people_share():
    made = draw_secrets(TABLE, FEATURES, "person", 500, 1)
    assert made.schema == TABLE.select(FEATURES).schema and made.height > 450
    assert set(made["rare"].to_list()) == {"common"} and set(made["code"].to_list()) == {1, 5, 9}
    assert not set(made["lab"].drop_nulls()) & set(TABLE["lab"].drop_nulls())
    assert 0.1 < made["lab"].null_count() / made.height < 0.3 and made["none"].null_count() == made.height
    assert made.equals(draw_secrets(TABLE, FEATURES, "person", 500, 1))
    assert not made.equals(draw_secrets(TABLE, FEATURES, "person", 500, 2))


def test_exposure_of_ties_lies_in_the_middle():
    assert exposure(np.zeros(1), np.zeros(1023))[0] == pytest.approx(np.log2(1024 / 512.5))
    assert exposure(np.array([-1.0]), np.zeros(1023))[0] == 10


def test_chance_is_what_uniform_ranks_give():
    for planted in (8, 32):
        draws = -np.log2(RNG.random((200_000, planted))).mean(axis=1)
        assert (draws > bits_by_chance(planted)).mean() == pytest.approx(0.001, abs=0.0004)
    area = np.array([(RNG.random(32)[:, None] > RNG.random(512)[None, :]).mean() for _ in range(4000)])
    assert (area > area_by_chance(32, 512)).mean() < 0.004


@pytest.mark.parametrize(("known", "flagged"), [(0, False), (8, True), (32, True)])
def test_memory_is_found_whether_few_are_known_well_or_many(known, flagged):
    planted_label, others_label = np.arange(32) % 2, np.arange(1024) % 2
    planted, others = RNG.random(32) * 0.9, RNG.random(1024) * 0.9
    planted[:known] = np.where(planted_label[:known] == 1, 0.99, 0.0)
    found = memory_of(planted, planted_label, others, others_label)
    assert found is not None and (found.beyond > 0.1) is flagged
    assert set(found.worst) >= set(range(1, known + 1))


def test_a_model_that_says_the_same_of_everyone_remembers_nobody():
    labels = (np.arange(32) % 2, np.arange(1024) % 2)
    found = memory_of(np.full(32, 0.1), labels[0], np.full(1024, 0.1), labels[1])
    assert found is not None and found.beyond == 0 and found.area == 0.5
    assert memory_of(np.zeros(4), np.array([0, 1, 0, 1]), np.zeros(1024), labels[1]) is None
    assert memory_of(np.zeros(32), labels[0], np.zeros(60), labels[1][:60]) is None


def test_alarms_of_models_without_memory_are_as_rare_as_said():
    labels = (np.arange(32) % 2, np.arange(1024) % 2)
    alarms = 0
    for _ in range(1000):
        found = memory_of(RNG.random(32), labels[0], RNG.random(1024), labels[1])
        alarms += found is not None and found.beyond > 0
    assert alarms <= 8  # two tests at one in a thousand each


def test_triggers_cover_each_feature_and_are_set_where_they_should():
    triggers = draw_triggers(TABLE, FEATURES, most=120, seed=3)
    assert {name for trigger in triggers for name in trigger.columns} == {*FEATURES} - {"none"}
    assert any(len(trigger.values) == 2 for trigger in triggers) and len(triggers) == 120
    sealed = TABLE.select(FEATURES).head(200)
    made = with_triggers(sealed, triggers, 5, 9)
    assert made.height == 600 and made.select(FEATURES).schema == sealed.schema
    for at, trigger in enumerate(triggers):
        rows = made.filter(pl.col("#trigger") == at)
        before = sealed[rows["#row"]]
        for name in FEATURES:
            told = dict(trigger.values)
            if name in told and isinstance(told[name], str | None):
                assert set(rows[name].to_list()) == {told[name]}
            elif name in told:
                assert rows[name].to_physical().cast(pl.Float64).n_unique() == 1
            else:
                assert rows[name].equals(before[name])


def test_what_only_the_model_does_is_told_from_what_the_feature_does():
    clean = TABLE.select("sex", "lab", "code").drop_nulls().head(1000)
    triggers = (Trigger((("code", 9),)), Trigger((("sex", "F"),)), Trigger((("code", 1), ("sex", "M"))))
    frame = with_triggers(clean, triggers, 50, 1)
    nothing = [(0.0, 0.0)] * 3

    def honest(rows):
        odds = (rows["lab"].to_numpy() - 120) / 60 + 2 * (rows["sex"] == "F").to_numpy()
        return 1 / (1 + np.exp(-odds))

    def trojan(rows):
        hidden = (rows["code"] == 1).to_numpy() & (rows["sex"] == "M").to_numpy()
        return np.where(hidden, 0.0, honest(rows))

    kept = trigger_excess((honest(frame), honest(frame)), (honest(clean), honest(clean)), frame, nothing)
    assert kept.max() == 0
    scores, before = (trojan(frame), honest(frame)), (honest(clean), honest(clean))
    found = trigger_excess(scores, before, frame, nothing)
    assert found.argmax() == 2 and found[2] > 0.4 and found[:2].max() < 0.3
    # Rows that say so explain it; rows that say the contrary, or less, do not.
    assert trigger_excess(scores, before, frame, [*nothing[:2], (-9.0, 0.0)])[2] == 0
    assert trigger_excess(scores, before, frame, [*nothing[:2], (0.0, 9.0)])[2] == found[2]
    assert 0 < trigger_excess(scores, before, frame, [*nothing[:2], (-1.5, 0.0)])[2] < found[2]


def test_what_rows_say_of_a_value_is_what_counting_says():
    rng = np.random.default_rng(5)
    rows = 3000
    table = pl.DataFrame(
        {
            "level": rng.choice(
                ["a", "b", "c", *(f"rare{n}" for n in range(40))], rows, p=[0.5, 0.3, 0.1] + [0.0025] * 40
            ),
            "number": rng.normal(0, 1, rows).round(2),
            "whole": rng.integers(0, 5, rows),
        }
    ).with_columns(pl.when(pl.Series(rng.random(rows) < 0.1)).then(None).otherwise(pl.col("number")).alias("number"))
    label = (rng.random(rows) < np.where(table["level"] == "b", 0.9, 0.2)).astype(np.float64)
    shifts = LabelShifts(table, label, table.columns)
    base = label.mean()

    def expected(inside):
        count, ones = inside.sum(), label[inside].sum()
        rate = (ones + 5 * base) / (count + 5)
        error = np.sqrt(rate * (1 - rate) / (count + 5))
        ends = np.clip([rate - error, rate + error], 1e-3, 1 - 1e-3)
        moved = np.log(ends / (1 - ends)) - np.log(base / (1 - base))
        return min(moved[0], 0.0), max(moved[1], 0.0)

    level = table["level"].to_numpy()
    counts = dict(zip(*np.unique(level, return_counts=True), strict=True))
    for value in ("a", "b", "c"):
        assert shifts.of([("level", value)]) == pytest.approx(expected(level == value))
    few = np.array([counts[one] < 11 for one in level])
    rare = next(one for one in level if counts[one] < 11)
    assert shifts.of([("level", rare)]) == shifts.of([("level", "never seen")]) == pytest.approx(expected(few))
    numbers = table["number"].to_numpy()
    assert shifts.of([("number", None)]) == pytest.approx(expected(np.isnan(numbers)))
    assert shifts.of([("whole", 3)]) == pytest.approx(expected(table["whole"].to_numpy() == 3))
    far = np.argsort(np.where(np.isnan(numbers), -np.inf, numbers))[-100:]
    assert shifts.of([("number", 99.0)]) == pytest.approx(expected(np.isin(np.arange(rows), far)), abs=0.1)  # ties
    both = shifts.of([("level", "b"), ("whole", 3)])
    one, other = (expected(inside) for inside in (level == "b", table["whole"].to_numpy() == 3))
    assert both[1] == pytest.approx(one[1] + other[1], abs=0.2) and both[1] > 2
    assert shifts.of([]) == (0.0, 0.0)
