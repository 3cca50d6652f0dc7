"""The scan as a whole: quiet on honest rows, loud on each planted attack, and open about what it could not see."""

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.integrity import PoisonConfig, scan_poisoning

FEATURES = ["age", "site", "unit", "lab", "drug", "stay"]


def ward(seed, rows=6000):
    """Honest rows: the label follows age, laboratory value and drug."""
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "person": rng.integers(0, rows // 2, rows),
            "age": rng.integers(20, 90, rows),
            "site": rng.choice(["north", "south", "east", "west"], rows),
            "unit": rng.choice(["a", "b", "c", "d", "e", "f"], rows, p=[0.4, 0.3, 0.15, 0.1, 0.04, 0.01]),
            "lab": np.round(rng.normal(5, 2, rows), 2),
            "drug": rng.choice(["none", "low", "high"], rows, p=[0.6, 0.3, 0.1]),
            "stay": rng.integers(1, 15, rows),
        }
    )
    risk = 0.04 * (frame["age"] - 55) + 0.3 * (frame["lab"] - 5) + 0.8 * (frame["drug"] == "high") - 1.5
    return frame.with_columns(y=pl.Series(rng.random(rows) < 1 / (1 + np.exp(-risk.to_numpy()))).cast(pl.Int8))


def scan(frame, **options):
    given = {"person": "person", "batch": None, "reference": None, "config": PoisonConfig()} | options
    return scan_poisoning(frame, label="y", features=FEATURES, **given)


def by_class(report, name):
    return [finding for finding in report.findings if finding.attack_class == name]


@pytest.mark.parametrize("seed", range(3))
def test_honest_rows_raise_no_alarm(seed):
    assert not scan(ward(seed)).suspicious
    assert not scan(ward(seed, 2000), reference=ward(seed + 10)).suspicious


def test_a_trigger_is_found_with_its_rows():
    frame = ward(1).with_row_index()
    hit = pl.col("index") % 50 == 7
    poisoned = frame.with_columns(
        unit=pl.when(hit).then(pl.lit("e")).otherwise("unit"),
        stay=pl.when(hit).then(13).otherwise("stay"),
        y=pl.when(hit).then(1).otherwise("y"),
    )
    report = scan(poisoned)
    found = set(report.suspects.filter(pl.col("detector") == "trigger-mining")["row"])
    planted = set(frame.filter(hit)["index"])
    assert by_class(report, "backdoor")[0].suspicious
    assert len(found & planted) >= 0.95 * len(planted)
    assert len(found) <= 1.3 * len(planted)


def test_flips_in_a_delivery_show_against_the_reference():
    rng = np.random.default_rng(3)
    second = ward(5, 2000)
    flipped = second.with_columns(y=pl.when(pl.Series(rng.random(2000) < 0.15)).then(1 - pl.col("y")).otherwise("y"))
    report = scan(flipped, reference=ward(4))
    assert by_class(report, "label flips")[0].suspicious


def test_a_flipped_subgroup_is_named_by_its_columns():
    second = ward(6, 3000)
    group = (pl.col("site") == "east") & (pl.col("drug") == "low")
    report = scan(second.with_columns(y=pl.when(group).then(1 - pl.col("y")).otherwise("y")), reference=ward(4))
    (finding,) = by_class(report, "subgroup flips")
    assert finding.suspicious
    assert "site" in finding.detail
    assert "drug" in finding.detail
    assert "east" not in finding.detail


def test_values_outside_the_reference_are_found():
    second = ward(7, 2000).with_row_index()
    far = pl.col("index") < 30
    report = scan(second.with_columns(lab=pl.when(far).then(400.0).otherwise("lab")), reference=ward(4))
    assert by_class(report, "out-of-range")[0].suspicious
    rows = report.suspects.filter(pl.col("detector") == "reference-range").sort("score", descending=True)["row"]
    assert set(rows[:30]) == set(range(30))


def test_copies_are_counted_and_set_aside():
    frame = ward(8)
    report = scan(pl.concat([frame, frame[:600]]))
    finding = by_class(report, "duplicates")[0]
    assert finding.suspicious
    assert finding.rows >= 600


def test_the_second_delivery_is_compared_with_the_first():
    rng = np.random.default_rng(9)
    first, second = ward(1, 4000), ward(2, 2000)
    bad = second.with_columns(y=pl.when(pl.Series(rng.random(2000) < 0.2)).then(1 - pl.col("y")).otherwise("y"))
    good = pl.concat([first.with_columns(b=pl.lit("1")), second.with_columns(b=pl.lit("2"))])
    poisoned = pl.concat([first.with_columns(b=pl.lit("1")), bad.with_columns(b=pl.lit("2"))])
    assert not scan(good, batch="b").suspicious
    assert scan(poisoned, batch="b").suspicious


def test_only_rows_that_the_reference_lacks_are_compared_with_it():
    known, new = ward(1, 6000), ward(2, 400).with_row_index()
    far = new.with_columns(lab=pl.when(pl.col("index") < 10).then(99.0).otherwise("lab")).drop("index")
    frame = pl.concat([known.with_columns(b=pl.lit("known")), far.with_columns(b=pl.lit("new"))])
    report = scan(frame, batch="b", reference=known)
    (outside,) = by_class(report, "out-of-range")
    assert outside.suspicious
    assert 10 / 400 <= outside.statistic <= 12 / 400
    assert len(by_class(report, "label flips")) == 1


def test_blind_spots_shrink_with_what_is_given():
    frame = ward(1, 2000)
    alone, compared = scan(frame), scan(frame, reference=ward(2))
    assert any("reference" in line for line in alone.blind_spots)
    assert len(compared.blind_spots) < len(alone.blind_spots)


def test_the_same_seed_gives_the_same_report():
    frame = ward(1, 2000)
    assert scan(frame).to_value() == scan(frame).to_value()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"y": pl.lit(0)}, "1 classes"),
        ({"y": pl.lit(None, dtype=pl.Int8)}, "missing in 200 rows"),
        ({"lab": pl.lit(None, dtype=pl.Float64)}, "'lab' has no value"),
        ({"lab": pl.concat_list("lab")}, "lists"),
    ],
)
def test_bad_input_gives_one_clear_line(change, text):
    with pytest.raises(InvalidInput, match=text):
        scan(ward(0, 200).with_columns(**change))


def test_unknown_columns_are_named():
    with pytest.raises(InvalidInput, match="'nobody'"):
        scan(ward(0, 200), person="nobody")
    with pytest.raises(InvalidInput, match="not in the reference"):
        scan(ward(0, 200), reference=ward(1, 200).drop("lab"))


def test_rows_of_few_coarse_columns_are_equal_by_chance_and_copied_ones_still_show():
    rng = np.random.default_rng(4)
    coarse = pl.DataFrame(
        {"a": rng.integers(0, 6, 3000), "b": rng.integers(0, 30, 3000), "y": rng.integers(0, 2, 3000)}
    )

    def finding(frame):
        report = scan_poisoning(
            frame, label="y", features=["a", "b"], person=None, batch=None, reference=None, config=PoisonConfig()
        )
        return next(item for item in report.findings if item.detector == "exact-copies")

    assert finding(coarse).rows > 2000 and not finding(coarse).suspicious
    fine = coarse.with_columns(b=pl.Series(rng.normal(size=3000)))
    assert not finding(fine).suspicious
    assert finding(pl.concat([fine, fine.head(200)])).suspicious
