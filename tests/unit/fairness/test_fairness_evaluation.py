"""Every measure against an independent implementation, every refusal, every "insufficient evidence"."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from sklearn import metrics

from cloister.core import canonical
from cloister.core.errors import InvalidInput
from cloister.fairness import FairnessConfig, evaluate
from cloister.fairness.evaluation import _shown_tenths

CONFIG = FairnessConfig(threshold=0.3, seed=7, replicates=200)


def world(rows: int = 4000, people: int = 2500, seed: int = 3) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    score = np.round(rng.beta(2, 4, rows), 2)  # rounded: ties
    return pl.DataFrame(
        {
            "person": rng.integers(0, people, rows),
            "race": rng.choice(["A", "B", "C", None], rows, p=[0.5, 0.3, 0.15, 0.05]),
            "sex": rng.choice(["F", "M"], rows),
            "y": (rng.random(rows) < score).astype(int),
            "s": score,
        }
    )


def run(frame: pl.DataFrame, **changes):
    arguments = {"cohorts": ["race", "sex"], "label": "y", "score": "s", "person": "person", "config": CONFIG}
    return evaluate(frame, **(arguments | changes))


def test_measures_equal_scikit_learn_in_every_cell():
    frame = world()
    report = run(frame)
    assert len(report.cells) == 4 + 2 + 8
    for cell in (report.overall, *report.cells):
        part = frame
        for name, level in cell.cohort:
            part = part.filter(pl.col(name).is_null() if level == "missing" else pl.col(name) == level)
        y, s = part["y"].to_numpy(), part["s"].to_numpy()
        alert = s >= 0.3
        tn, fp, fn, tp = metrics.confusion_matrix(y, alert).ravel()
        expected = {
            "prevalence": y.mean(),
            "selection_rate": alert.mean(),
            "accuracy": metrics.accuracy_score(y, alert),
            "sensitivity": metrics.recall_score(y, alert),
            "specificity": tn / (tn + fp),
            "ppv": metrics.precision_score(y, alert),
            "npv": tn / (tn + fn),
            "fpr": fp / (tn + fp),
            "fnr": fn / (fn + tp),
            "net_benefit": tp / len(y) - fp / len(y) * 0.3 / 0.7,
            "auroc": metrics.roc_auc_score(y, s),
            "auprc": metrics.average_precision_score(y, s),
            "brier": metrics.brier_score_loss(y, s),
            "calibration_in_the_large": (y - s).mean(),
        }
        assert (cell.rows, cell.people) == (part.height, part["person"].n_unique())
        for name, value in expected.items():
            assert cell.measures[name].estimate == pytest.approx(value, abs=1e-12), (cell.name, name)


def test_intervals_enclose_the_estimate_and_the_joint_one_encloses_both():
    for cell in run(world()).cells:
        for estimate in cell.measures.values():
            if estimate.low is not None:
                assert estimate.simultaneous_low <= estimate.low <= estimate.estimate
                assert estimate.estimate <= estimate.high <= estimate.simultaneous_high


def test_same_seed_same_report_and_row_order_does_not_matter():
    frame = world()
    first = canonical.digest(run(frame).to_value())
    assert canonical.digest(run(frame).to_value()) == first
    shuffled = run(frame.sample(fraction=1.0, shuffle=True, seed=1))
    assert shuffled.cells[0].measures["auroc"].estimate == pytest.approx(run(frame).cells[0].measures["auroc"].estimate)


def test_repeated_rows_of_the_same_people_do_not_narrow_an_interval():
    frame = world(rows=800, people=10**9)
    once, thrice = run(frame), run(pl.concat([frame] * 3))
    for name in ("sensitivity", "auroc", "brier", "calibration_slope"):
        one, three = once.overall.measures[name], thrice.overall.measures[name]
        assert three.estimate == pytest.approx(one.estimate, abs=1e-9)
        assert three.high - three.low == pytest.approx(one.high - one.low, rel=0.05)


def test_a_cohort_without_positives_is_insufficient_evidence_and_never_a_pass():
    frame = world().with_columns(y=pl.when(pl.col("race") == "B").then(0).otherwise(pl.col("y")))
    report = run(frame, cohorts=["race"])
    cell = next(item for item in report.cells if item.name == "race=B")
    assert cell.status == "insufficient evidence"
    assert cell.measures["sensitivity"].status == "insufficient evidence"
    assert cell.measures["sensitivity"].estimate is None
    assert cell.measures["sensitivity"].reason == "no people with the outcome"
    assert cell.measures["specificity"].status == "estimated"
    gap = report.gap("equal opportunity")
    assert gap is not None and gap.missing == 1
    assert report.judge("equal opportunity", 1.0).uncovered == 1
    assert not report.judge("equal opportunity", 1.0, strict=True).passed


def test_one_estimable_cohort_is_no_comparison_and_no_pass():
    frame = world().with_columns(y=pl.when(pl.col("sex") == "F").then(0).otherwise(pl.col("y")))
    report = run(frame, cohorts=["sex"])
    verdict = report.judge("equal opportunity", 1.0)
    assert not verdict.passed and verdict.verdict == "insufficient evidence"
    assert not report.judge("no such gap", 1.0).passed


def test_equalised_odds_needs_two_cohorts_with_both_of_its_parts():
    frame = (
        world()
        .with_columns(
            y=pl.when(pl.col("race") == "B").then(0).when(pl.col("race") == "C").then(1).otherwise(pl.col("y"))
        )
        .drop_nulls("race")
    )
    report = run(frame, cohorts=["race"])
    assert report.gap("equal opportunity").status == "estimated"  # A against C
    assert report.gap("equalised odds").status == "insufficient evidence"  # A alone has cases and controls
    assert not report.judge("equalised odds", 1.0).passed


def test_judge_by_estimate_low_and_high():
    report = run(world())
    gap = report.gap("equal opportunity")
    assert report.judge("equal opportunity", gap.estimate + 1e-9).passed
    assert report.judge("equal opportunity", gap.estimate - 1e-9).verdict == "fail"
    assert not report.judge("equal opportunity", gap.estimate + 1e-9, by="high").passed


@pytest.mark.parametrize("fixed", [0, 1])
def test_one_outcome_only_is_said_in_one_line(fixed: int):
    report = run(world().with_columns(y=pl.lit(fixed)))
    assert report.overall.measures["auroc"].status == "insufficient evidence"
    assert any("row has the outcome" in note for note in report.notes)
    canonical.encode(report.to_value())


def test_a_constant_score_is_said_in_one_line():
    report = run(world().with_columns(s=pl.lit(0.4)))
    assert any("score is constant" in note for note in report.notes)
    assert report.overall.measures["auroc"].estimate == 0.5
    assert report.overall.measures["calibration_slope"].status == "insufficient evidence"
    canonical.encode(report.to_value())


@pytest.mark.parametrize(
    ("changes", "arguments", "words"),
    [
        ({}, {"cohorts": ["tribe"]}, "no column 'tribe'"),
        ({}, {"label": "outcome"}, "no column 'outcome'"),
        ({}, {"cohorts": ["sex", "sex"]}, "named twice"),
        ({"s": pl.col("s") * 3 - 1}, {}, "values outside 0 to 1"),
        ({"s": pl.when(pl.col("sex") == "F").then(float("nan")).otherwise(pl.col("s"))}, {}, "values outside 0 to 1"),
        ({"s": pl.when(pl.col("sex") == "F").then(None).otherwise(pl.col("s"))}, {}, "missing values"),
        ({"s": pl.lit("high")}, {}, "not a number"),
        ({"y": pl.col("y") + 1}, {}, "other than 0 and 1"),
        ({"y": pl.lit("yes")}, {}, "not 0 and 1"),
        ({}, {"cohorts": ["person"]}, "give cut points"),
    ],
)
def test_bad_input_is_one_clear_line(changes, arguments, words):
    with pytest.raises(InvalidInput) as caught:
        run(world().with_columns(**changes), **arguments)
    assert words in caught.value.line() and "\n" not in caught.value.line()


def test_an_empty_frame_is_refused():
    with pytest.raises(InvalidInput, match="no rows"):
        run(world().head(0))


@pytest.mark.parametrize(
    "settings", [{"threshold": 0.0}, {"depth": 0}, {"measures": ("charm",)}, {"bands": {"age": (5.0, 1.0)}}]
)
def test_bad_settings_are_refused(settings):
    with pytest.raises(InvalidInput):
        FairnessConfig(**({"threshold": 0.3, "seed": 1} | settings))


def test_age_bands_and_their_order():
    frame = world().with_columns(age=pl.Series(np.random.default_rng(0).integers(0, 100, 4000)))
    config = FairnessConfig(threshold=0.3, seed=1, bands={"age": (18, 45, 65)}, replicates=100)
    report = run(frame, cohorts=["age"], config=config)
    assert [cell.name for cell in report.cells] == ["age=<18", "age=18 to <45", "age=45 to <65", "age=>=65"]
    assert report.cells[1].rows == frame.filter(pl.col("age").is_between(18, 45, closed="left")).height


def test_a_tiny_level_is_left_out_so_that_it_can_not_be_worked_out():
    frame = world()
    few = frame.head(3).with_columns(sex=pl.lit("unknown"))
    report = run(pl.concat([frame, few]))
    assert report.rows == frame.height
    assert any("sex=unknown" in note for note in report.notes)
    assert all("unknown" not in cell.name for cell in report.cells)


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ([20, 20, 20], [1, 1, 1]),
        ([20, 30, 3], [0, 1, 0]),  # the one hidden tenth would be what everyone leaves over
        ([4, 3, 30, 12], [0, 0, 1, 0]),  # so would two of them that are few together
        ([6, 7, 30], [0, 0, 1]),
        ([3, 0, 40], [0, 1, 0]),
        ([3, 2], [0, 0]),
    ],
)
def test_a_tenth_of_few_people_is_not_what_the_others_leave_over(people, shown):
    assert _shown_tenths(np.array(people, dtype=float), 11).tolist() == [bool(item) for item in shown]


def test_why_a_cohort_is_suppressed_does_not_tell_whether_it_is_the_small_one():
    frame = pl.DataFrame({"a": ["x"] * 50 + ["y"] * 50, "b": (["u"] * 45 + ["v"] * 5) + ["u"] * 20 + ["v"] * 30})
    frame = frame.with_columns(y=pl.int_range(100) % 2, s=pl.lit(0.4))
    report = evaluate(
        frame, cohorts=["a", "b"], label="y", score="s", person=None, config=FairnessConfig(threshold=0.3, seed=1)
    )
    hidden = [cell for cell in report.cells if cell.status == "suppressed"]
    assert len(hidden) == 4 and len({cell.reason for cell in hidden}) == 1


def test_dates_are_compared_by_quarter_or_year_and_give_a_trend():
    rng = np.random.default_rng(1)
    days = [date(2024, 1, 1) + timedelta(days=int(day)) for day in rng.integers(0, 540, 4000)]
    frame = pl.DataFrame({"day": days, "s": rng.random(4000)})
    frame = frame.with_columns(y=(pl.Series(rng.random(4000)) < frame["s"]).cast(pl.Int8))
    config = FairnessConfig(threshold=0.3, seed=1)
    report = evaluate(frame, cohorts=["day"], label="y", score="s", person=None, config=config)
    quarters = ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2"]
    assert [cell.cohort[0][1] for cell in report.cells] == quarters
    decades = pl.concat([frame, *(frame.with_columns(pl.col("day").dt.offset_by(f"-{2 * n}y")) for n in range(1, 5))])
    report = evaluate(decades, cohorts=["day"], label="y", score="s", person=None, config=config)
    assert [cell.cohort[0][1] for cell in report.cells] == [str(year) for year in range(2016, 2026)]
    few = frame.with_columns(day=pl.col("day").dt.truncate("1y"))
    report = evaluate(few, cohorts=["day"], label="y", score="s", person=None, config=config)
    assert [cell.cohort[0][1] for cell in report.cells] == ["2024-01-01", "2025-01-01"]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pl.Series([[1]] * 200), "no levels to compare by"),
        (pl.Series([b"x"] * 200), "no levels to compare by"),
        (pl.Series([{"a": 1}] * 200), "no levels to compare by"),
    ],
)
def test_a_column_that_has_no_levels_is_refused(column, words):
    frame = pl.DataFrame({"g": column, "y": [0, 1] * 100, "s": [0.2, 0.6] * 100})
    with pytest.raises(InvalidInput, match=words):
        evaluate(frame, cohorts=["g"], label="y", score="s", person=None, config=FairnessConfig(threshold=0.3, seed=1))


def test_eight_attributes_of_people_and_place_with_missing_as_a_cohort_crossed_to_any_depth():
    rng = np.random.default_rng(11)
    rows = 6000
    levels = {
        "race": ["A", "B", None],
        "ethnicity": ["Hispanic", "not Hispanic", None],
        "sex": ["F", "M"],
        "language": ["en", "es", None],
        "insurance": ["public", "private", None],
        "disability": [True, False, None],
        "site": [1, 2, 3],
    }
    frame = pl.DataFrame(
        {name: pl.Series(values).gather(rng.integers(0, len(values), rows)) for name, values in levels.items()}
    )
    score = rng.beta(2, 4, rows)
    age = pl.Series(rng.integers(0, 100, rows)).set(pl.Series(rng.random(rows) < 0.1), None)
    frame = frame.with_columns(age=age, s=score, y=(rng.random(rows) < score).astype(int), p=pl.int_range(rows))
    names = [*levels, "age"]
    config = FairnessConfig(threshold=0.3, seed=1, depth=3, replicates=20, bands={"age": (18, 65)})
    report = evaluate(frame, cohorts=names, label="y", score="s", person="p", config=config)
    assert len({tuple(gap.attributes) for gap in report.gaps}) == 8 + 28 + 56
    single = {
        name: [dict(cell.cohort)[name] for cell in report.cells if dict(cell.cohort).keys() == {name}] for name in names
    }
    assert single["age"] == ["<18", "18 to <65", ">=65", "missing"] and single["site"] == ["1", "2", "3"]
    for name in ("race", "ethnicity", "language", "insurance", "disability"):
        assert single[name][-1] == "missing" and len(single[name]) == 3
    three = [cell for cell in report.cells if len(cell.cohort) == 3]
    shown = [cell for cell in three if cell.status != "suppressed"]
    assert three and all(cell.people >= config.minimum_cell for cell in shown)


def test_the_worst_served_cohort_is_who_is_shown_to_be_and_not_whose_figures_scatter():
    counted = {
        "a": (300, 270),
        "b": (300, 264),
        "harmed": (400, 240),
        "tiny": (30, 17),
    }  # with the outcome; of them alerted
    held = []
    for name, (cases, alerts) in counted.items():
        label = [1] * cases + [0] * cases
        alert = [1] * alerts + [0] * (cases - alerts) + [1] * (cases // 10) + [0] * (cases - cases // 10)
        score = 0.25 + 0.5 * np.array(alert) + np.linspace(-0.1, 0.1, 2 * cases)
        held.append(pl.DataFrame({"g": name, "y": label, "s": score}))
    frame = pl.concat(held)
    report = evaluate(
        frame, cohorts=["g"], label="y", score="s", person=None, config=FairnessConfig(threshold=0.5, seed=1)
    )
    named = {item["measure"]: item for item in report.worst}
    by_name = {cell.name: cell.measures["sensitivity"] for cell in report.cells}
    assert by_name["g=tiny"].estimate < by_name["g=harmed"].estimate
    assert named["sensitivity"]["cohort"] == named["fnr"]["cohort"] == "g=harmed"
    assert named["sensitivity"]["simultaneous_high"] == by_name["g=harmed"].simultaneous_high
    assert named["auroc"]["cohort"] == "g=harmed" and "prevalence" not in named
    assert report.to_value()["worst"] == list(report.worst)
    alone = evaluate(frame.filter(pl.col("g") == "a"), cohorts=["g"], label="y", score="s", person=None, config=CONFIG)
    assert alone.worst == (), "one cohort is not the worst of one"
