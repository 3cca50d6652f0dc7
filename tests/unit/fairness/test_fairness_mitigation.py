"""Mitigation proposals do what they say, and say who loses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema
from cloister.fairness import (
    FairnessConfig,
    SignOff,
    alert_chance,
    apply_recalibration,
    at_alert_rate,
    augment,
    compare,
    decide_signoffs,
    describe_columns,
    fit_constrained,
    fit_thresholds,
    recalibrate,
    reweigh,
)

CONFIG = FairnessConfig(threshold=0.4, seed=1)


def world(rows: int = 6000, seed: int = 2) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.choice(["A", "B"], rows, p=[0.7, 0.3])
    linear = rng.normal(-0.5, 1.2, rows)
    y = rng.random(rows) < 1 / (1 + np.exp(-linear))
    score = 1 / (1 + np.exp(-(linear - 0.8 * (group == "B"))))  # B is under-scored
    return pl.DataFrame({"group": group, "score": score, "y": y.astype(int), "x": linear, "p": np.arange(rows)})


def test_reweighing_makes_label_and_cohort_independent():
    frame = world().with_columns(y=pl.when((pl.col("group") == "B") & (pl.col("x") > 0.5)).then(0).otherwise("y"))
    weight = reweigh(frame, cohorts=["group"], label="y", config=CONFIG)
    y, inside = frame["y"].to_numpy(), (frame["group"] == "B").to_numpy()
    rates = [np.average(y[part], weights=weight[part]) for part in (inside, ~inside)]
    assert rates[0] == pytest.approx(rates[1], abs=1e-12)
    assert rates[0] == pytest.approx(y.mean(), abs=1e-12)
    assert weight.mean() == pytest.approx(1)


@pytest.mark.parametrize("criterion", ["sensitivity", "fpr", "selection_rate"])
def test_thresholds_equalise_their_criterion_on_new_patients(criterion: str):
    fitted = fit_thresholds(
        world(seed=3), attribute="group", label="y", score="score", criterion=criterion, config=CONFIG
    )
    fresh = world(seed=4)
    alert, y = fitted.alerts(fresh, "score"), fresh["y"].to_numpy()
    held = {"sensitivity": y == 1, "fpr": y == 0, "selection_rate": y >= 0}[criterion]
    rates = [alert[held & (fresh["group"] == name).to_numpy()].mean() for name in ("A", "B")]
    assert rates[0] == pytest.approx(rates[1], abs=0.06)
    assert fitted.by_level["B"] < fitted.by_level["A"]


def test_levels_with_few_people_keep_the_common_threshold():
    frame = world(rows=300).with_columns(group=pl.when(pl.int_range(pl.len()) < 5).then(pl.lit("Z")).otherwise("group"))
    fitted = fit_thresholds(
        frame, attribute="group", label="y", score="score", criterion="selection_rate", config=CONFIG
    )
    assert fitted.unfitted == ("Z",) and "Z" not in fitted.by_level
    alert = fitted.alerts(frame, "score")
    few = (frame["group"] == "Z").to_numpy()
    assert (alert[few] == (frame["score"].to_numpy()[few] >= 0.4)).all()


def test_recalibration_restores_the_log_odds():
    fitted = recalibrate(world(rows=40_000), attribute="group", label="y", score="score", config=CONFIG)
    assert fitted["B"][0] == pytest.approx(0.8, abs=0.15) and fitted["A"][0] == pytest.approx(0, abs=0.1)
    fresh = world(seed=9)
    better = apply_recalibration(fresh, attribute="group", score="score", fitted=fitted)
    inside = (fresh["group"] == "B").to_numpy()
    assert abs((better - fresh["y"].to_numpy())[inside].mean()) < 0.03


def test_the_comparison_names_who_is_worse_off():
    frame = world()
    before = frame["score"].to_numpy() >= 0.4
    after = before.copy()
    lost = np.flatnonzero(before & (frame["group"] == "A").to_numpy() & (frame["y"] == 1).to_numpy())[:40]
    after[lost] = False
    table = compare(frame, attribute="group", label="y", person="p", before=before, after=after, config=CONFIG)
    rows = {row["cohort"]: row for row in table}
    assert rows["group=A"]["worse_off"] == 40 and rows["group=B"]["worse_off"] == 0
    assert rows["group=A"]["sensitivity_after"] < rows["group=A"]["sensitivity_before"]
    assert rows["everyone"]["net_benefit_after"] < rows["everyone"]["net_benefit_before"]
    assert rows["group=B"]["ppv_after"] == rows["group=B"]["ppv_before"]


def test_a_small_level_has_no_figures_in_the_comparison():
    frame = world(rows=200).with_columns(group=pl.when(pl.int_range(pl.len()) < 5).then(pl.lit("Z")).otherwise("group"))
    alert = frame["score"].to_numpy() >= 0.4
    table = compare(frame, attribute="group", label="y", person=None, before=alert, after=alert, config=CONFIG)
    row = next(row for row in table if row["cohort"] == "group=Z")
    assert row.pop("verdict") == "suppressed"
    assert all(value is None for key, value in row.items() if key != "cohort")
    # Nor does the difference between everyone and the levels that are shown give it away.
    shown = [row["people"] for row in table if row["people"] is not None]
    assert shown[0] == sum(shown[1:]) == 195


def test_where_every_level_is_small_nobody_has_a_figure():
    frame = world(rows=12)
    alert = frame["score"].to_numpy() >= 0.4
    table = compare(frame, attribute="group", label="y", person=None, before=alert, after=alert, config=CONFIG)
    assert {row["verdict"] for row in table} == {"suppressed"} and table[0]["cohort"] == "everyone"
    assert all(value is None for row in table for key, value in row.items() if key not in ("cohort", "verdict"))


def test_a_change_comes_with_paired_limits_and_a_verdict():
    frame = world()
    before = frame["score"].to_numpy() >= 0.4
    inside = (frame["group"] == "B").to_numpy()
    after = frame["score"].to_numpy() >= np.where(inside, 0.25, 0.4)
    table = compare(frame, attribute="group", label="y", person="p", before=before, after=after, config=CONFIG)
    rows = {row["cohort"]: row for row in table}
    assert rows["group=B"]["verdict"] == "better" and rows["group=A"]["verdict"] == "no change shown"
    assert rows["group=B"]["sensitivity_low"] > 0 and rows["group=A"]["sensitivity_change"] == 0
    back = compare(frame, attribute="group", label="y", person="p", before=after, after=before, config=CONFIG)
    worse = next(row for row in back if row["cohort"] == "group=B")
    assert worse["verdict"] == "worse" and worse["worse_off"] > 0
    cases = inside & (frame["y"] == 1).to_numpy()
    assert rows["group=B"]["sensitivity_change"] == pytest.approx(after[cases].mean() - before[cases].mean())


def test_the_limits_of_a_change_hold_for_repeat_patients():
    """300 worlds in which a proposal changes a tenth of the alerts of whole patients, half of them each way."""
    held = 0
    for seed in range(300):
        rng = np.random.default_rng([17, seed])
        person = np.repeat(np.arange(150), 1 + rng.poisson(1.0, 150))
        before = rng.random(150)[person] < 0.5
        flipped = (rng.random(150) < 0.2)[person]
        frame = pl.DataFrame({"g": ["a"] * len(person), "p": person, "y": np.ones(len(person), dtype=int)})
        table = compare(
            frame, attribute="g", label="y", person="p", before=before, after=before ^ flipped, config=CONFIG
        )
        held += table[1]["sensitivity_low"] <= 0 <= table[1]["sensitivity_high"]
    assert 0.95 <= held / 300 <= 0.995  # two rows share the 5 %


def test_thresholds_at_the_same_workload():
    fitted = fit_thresholds(
        world(seed=3),
        attribute="group",
        label="y",
        score="score",
        criterion="sensitivity",
        config=CONFIG,
        alert_rate=0.2,
    )
    fresh = world(seed=4)
    alert, y = fitted.alerts(fresh, "score"), fresh["y"].to_numpy() == 1
    assert alert.mean() == pytest.approx(0.2, abs=0.02)
    rates = [alert[y & (fresh["group"] == name).to_numpy()].mean() for name in ("A", "B")]
    assert rates[0] == pytest.approx(rates[1], abs=0.06)


def test_alerts_at_a_fixed_rate():
    score = np.random.default_rng(1).random(1000)
    assert at_alert_rate(score, 0.15).sum() == 150


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_constraint_narrows_the_gap():
    from sklearn.linear_model import LogisticRegression

    frame = world(rows=2000)
    inside = (frame["group"] == "B").to_numpy()
    # The feature itself is shifted for B, so an unconstrained fit selects B less.
    features = np.stack([frame["x"].to_numpy() - 1.5 * inside, np.random.default_rng(0).normal(size=2000)], axis=1)
    label = frame["y"].to_numpy()
    plain = LogisticRegression().fit(features, label).predict(features)
    ensemble = fit_constrained(
        LogisticRegression(), features, label, inside.astype(int), constraint="equal opportunity", rounds=15
    )
    chance = alert_chance(ensemble, features)
    cases = label == 1
    gap_before = abs(plain[cases & inside].mean() - plain[cases & ~inside].mean())
    gap_after = abs(chance[cases & inside].mean() - chance[cases & ~inside].mean())
    assert gap_after < 0.1 < gap_before
    with pytest.raises(InvalidInput, match="no constraint is called"):
        fit_constrained(LogisticRegression(), features, label, inside, constraint="kindness")


SCHEMA = TableSchema(
    (
        Column("p", ColumnType.INTEGER, Role.PERSON),
        Column("age", ColumnType.INTEGER, Role.AGE, minimum=18, maximum=89),
        Column("low", ColumnType.REAL, minimum=40, maximum=130),
        Column("high", ColumnType.REAL, minimum=60, maximum=250),
        Column("group", ColumnType.TEXT, codes=("A", "B")),
    ),
    rules=(CrossRule("low", "<", "high"),),
)


def vitals(rows: int = 300) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    low = rng.uniform(45, 120, rows)
    return pl.DataFrame(
        {
            "p": np.arange(rows),
            "age": rng.integers(18, 90, rows),
            "low": low,
            "high": low + rng.uniform(5, 100, rows),
            "group": rng.choice(["A", "B"], rows, p=[0.9, 0.1]),
        }
    )


def test_made_rows_are_plausible_belong_to_the_cohort_and_to_nobody():
    frame = vitals()
    made = augment(frame, schema=SCHEMA, cohort=pl.col("group") == "B", rows=200, seed=1)
    assert made.height == 200 and made.columns == frame.columns
    assert made["p"].null_count() == 200
    assert set(made["group"]) == {"B"}
    assert made["age"].is_between(18, 89).all() and (made["low"] < made["high"]).all()
    assert made.equals(augment(frame, schema=SCHEMA, cohort=pl.col("group") == "B", rows=200, seed=1))
    known = frame.filter(pl.col("group") == "B")
    assert made["low"].min() >= known["low"].min() and made["low"].max() <= known["low"].max()
    with pytest.raises(InvalidInput, match="too few rows"):
        augment(frame.head(5), schema=SCHEMA, cohort=pl.lit(True), rows=5, seed=1)


def test_descriptions_show_no_single_person():
    frame = vitals(400).with_columns(
        low=pl.when(pl.col("p") == 7).then(129.987).otherwise(pl.col("low")),
        group=pl.when(pl.col("p") < 3).then(pl.lit("rare")).otherwise(pl.col("group")),
        age=pl.when(pl.col("p") < 4).then(None).otherwise(pl.col("age")),
    )
    told = {item["name"]: item for item in describe_columns(frame, SCHEMA, person="p")}
    assert told["p"]["range"] is None and told["p"]["values"] is None
    assert told["low"]["range"][1] < 129 and "129.987" not in str(told)
    assert "rare" not in told["group"]["values"] and "other" in told["group"]["values"]
    assert told["age"]["missing"] == "few" and told["high"]["missing"] == 0.0
    with pytest.raises(InvalidInput, match="no column 'low'"):
        describe_columns(frame.drop("low"), SCHEMA, person="p")


NOW = datetime(2026, 5, 1, tzinfo=UTC)


def decide(roles=("clinical reviewer",), signoffs=None, now=NOW):
    given = signoffs or [SignOff("reviewer", "clinical reviewer", "report", True, NOW - timedelta(hours=1))]
    return decide_signoffs("report", required_roles=roles, signoffs=given, now=now)


def test_every_role_needs_a_person_of_its_own():
    assert decide().open
    roles = ("clinical reviewer", "privacy officer")
    alone = [SignOff("reviewer", role, "report", True, NOW - timedelta(hours=1)) for role in roles]
    assert not decide(roles=roles, signoffs=alone).open
    both = [*alone, SignOff("officer", "privacy officer", "report", True, NOW - timedelta(hours=1))]
    assert decide(roles=roles, signoffs=both).open
    later = [*both, SignOff("officer", "privacy officer", "report", False, NOW)]
    assert "refused" in decide(roles=roles, signoffs=later).because
    of_tomorrow = [SignOff("reviewer", "clinical reviewer", "report", True, NOW + timedelta(days=1))]
    assert not decide(signoffs=of_tomorrow).open
    of_another = [SignOff("reviewer", "clinical reviewer", "other", True, NOW)]
    assert not decide(signoffs=of_another).open


def test_what_is_left_over_of_the_named_values_is_as_many_people_as_a_named_one():
    columns = (Column("drug", ColumnType.TEXT, Role.ATTRIBUTE), Column("rare", ColumnType.TEXT, Role.ATTRIBUTE))
    schema = TableSchema(columns)
    frame = pl.DataFrame(
        {
            "drug": ["a"] * 60 + ["b"] * 20 + ["c"] * 17 + ["d"] * 3,
            "rare": ["x"] * 3 + [None] * 97,
        }
    )
    drug, rare = describe_columns(frame, schema, person=None)
    assert drug["values"] == {"a": 0.6, "b": 0.2, "other": 0.2}, "3 of 'd' alone would be left over"
    assert rare["missing"] == "nearly all" and rare["values"] is None


def test_alert_rates_and_alerts_that_can_not_be_are_refused():
    frame = pl.DataFrame({"g": ["a", "b"] * 30, "y": [0, 1] * 30, "s": [0.3, 0.4] * 30})
    config = FairnessConfig(threshold=0.3, seed=1)
    for rate in (0.0, 1.0, float("nan")):
        with pytest.raises(InvalidInput, match="alert rate"):
            fit_thresholds(
                frame, attribute="g", label="y", score="s", criterion="sensitivity", config=config, alert_rate=rate
            )
    for score, rate in ((np.array([]), 0.2), (np.array([0.1]), 3.0)):
        with pytest.raises(InvalidInput, match="alert rate"):
            at_alert_rate(score, rate)
    short, right = np.ones(3, dtype=bool), np.ones(60, dtype=bool)
    with pytest.raises(InvalidInput, match="one for each row"):
        compare(frame, attribute="g", label="y", person=None, before=short, after=right, config=config)
