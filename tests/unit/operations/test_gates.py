"""Gates on rows of a test's own: what can't be computed says why, and a column without a value stops nothing."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from cloister.operations import gates


def scored(rows=600, **columns):
    """Rows of as many people; the label follows from nothing."""
    rng = np.random.default_rng(4)
    frame = pl.DataFrame(
        {
            "ward": rng.choice(["a", "b"], rows),
            "#key": [str(number) for number in range(rows)],
            "#person": [str(number) for number in range(rows)],
            "#label": rng.integers(0, 2, rows).astype(np.int8),
            "#split": rng.choice(["train", "test", "canary"], rows, p=[0.75, 0.2, 0.05]),
            "#score": rng.random(rows),
        }
    ).with_columns(**columns)
    features = tuple(name for name in frame.columns if not name.startswith("#"))
    return gates.Scored(frame, features, ("ward",), 0.2, 7)


@pytest.mark.parametrize("kind", [pl.Null, pl.String, pl.Float64, pl.Date])
def test_a_column_without_a_value_is_left_out_of_the_scan_and_named(kind):
    measured = gates.guarded(gates.poisoning, scored(empty=pl.lit(None, kind)), None)
    assert measured.figure == 0
    assert "not scanned: empty" in measured.detail and measured.report["not_scanned"] == ["empty"]


def test_with_no_column_left_the_scan_is_not_computed():
    rows = scored(ward=pl.lit(None, pl.String))
    measured = gates.guarded(gates.poisoning, rows, None)
    assert measured.figure is None and "no granted column has a value" in measured.detail


def test_a_finding_names_its_columns():
    """The second half came later, with a pair of values in a fifth of its rows that forces the label."""
    rng = np.random.default_rng(5)
    rows = scored(6000, lab=pl.Series(rng.normal(size=6000)), unit=pl.Series(rng.choice(["c", "d"], 6000)))
    stamped = (pl.int_range(pl.len()) >= 3000) & (pl.col("ward") == "a") & (pl.col("unit") == "c")
    label = pl.when(stamped).then(1).otherwise((pl.col("#score") < 0.2).cast(pl.Int8)).cast(pl.Int8)
    known = rows.rows["#key"][:3000]
    measured = gates.poisoning(replace(rows, rows=rows.rows.with_columns(label.alias("#label"))), known)
    assert measured.figure >= 1
    assert "values in ward, unit" in measured.detail


def test_few_sealed_people_are_no_verdict():
    enough, few = gates.canary(scored(900)), gates.canary(scored(300))
    assert enough.figure is not None
    assert few.figure is None and "sealed people" in few.detail


@pytest.mark.parametrize("few", [1, 5, 10, 15, 40])
def test_what_lies_between_two_reports_is_nobody_or_enough_people(few):
    """Shown beside the cohorts' figures, those of everyone would tell of the few who are in no cohort."""
    base = scored(2000)
    test = (pl.col("#split") == "test").cum_sum()
    ward = pl.when((pl.col("#split") == "test") & (test <= few)).then(pl.lit("*")).otherwise(pl.col("ward"))
    rows = replace(base, rows=base.rows.with_columns(ward.alias("ward")))
    cohorts = gates.fairness_report(rows)
    everyone = gates.of_the_same_people(gates.performance_report(rows), cohorts)
    between = everyone.people - cohorts.people
    assert between == (few if few >= 11 else 0)
    told = " ".join(cohorts.notes)
    assert (f" {few} people" in f" {told}") == (few >= 11) and ("Fewer than 11 people" in told) == (few < 11)


def unequal(rows, gap):
    """People with the outcome in ward a are found more often than those in ward b, by ``gap``."""
    base = scored(rows)
    found = pl.when(ward="a").then(0.5 + gap / 2).otherwise(0.5 - gap / 2) > pl.Series("u", np.linspace(0, 1, rows))
    high = pl.when(pl.col("#label") == 1).then(found).otherwise(pl.col("#score") > 0.95)
    return replace(base, rows=base.rows.with_columns((0.2 + 0.6 * high + 0.1 * pl.col("#score")).alias("#score")))


@pytest.mark.parametrize(("rows", "gap", "passes"), [(6000, 0.5, False), (2000, 0.3, True), (6000, 0.0, True)])
def test_the_fairness_gate_holds_what_is_proven_and_tells_what_is_estimated(rows, gap, passes):
    measured = gates.fairness(gates.fairness_report(unequal(rows, gap)), 0.2)
    assert (measured.figure <= 0.2) is passes
    told = float(measured.detail.split("widest estimate ")[1].split()[0])
    assert abs(told - gap) < 0.15 and ("ward=b against ward=a" in measured.detail or gap == 0)
