"""Attributes and crossings of them: how they are named, and whose row is in which cohort."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.operations.crossings import columns_of, crossing, levels, levels_or_missing, shares_of_people
from cloister.operations.gates import Scored
from cloister.operations.mitigation_table import calibration, halve, thresholds, told_beside_gates


def test_a_name_is_read_as_it_is_written():
    known = ("race", "gender", "age")
    assert columns_of("race", known) == ("race",)
    assert columns_of(crossing(known), known) == known
    assert columns_of("age x race", known) == ("age", "race")
    # A column whose own name looks like a crossing is that column.
    assert columns_of("a x b", ("a x b", "a", "b")) == ("a x b",)
    for wrong, words in (("site", "'site' is not among"), ("race x site", "'site' is not"), ("age x age", "itself")):
        with pytest.raises(InvalidInput, match=words):
            columns_of(wrong, known)


def test_missing_is_a_cohort_and_a_generalised_value_is_nobodys():
    frame = pl.DataFrame(
        {"race": ["A", None, "*", "B", None], "odd {} name": [1, 2, 3, None, None], "seen": [date(2026, 1, 1)] * 5}
    )
    one, two = ("race",), ("race", "odd {} name")
    assert levels(frame, one).to_list() == ["A", None, "*", "B", None]
    assert levels_or_missing(frame, one).to_list() == ["A", "missing", "*", "B", "missing"]
    assert levels(frame, two).to_list() == ["race=A & odd {} name=1", None, "*", None, None]
    assert levels_or_missing(frame, two).to_list() == [
        "race=A & odd {} name=1",
        "race=missing & odd {} name=2",
        "*",
        "race=B & odd {} name=missing",
        "race=missing & odd {} name=missing",
    ]
    assert levels(frame, ("race", "seen"))[0] == "race=A & seen=2026-01-01"


def scored(rows=4000, depth=2, few=0):
    """Scores that serve one crossing worse than both its margins tell; ``few`` people are of a rare group."""
    rng = np.random.default_rng(5)
    sex, site = rng.choice(["F", "M"], rows), rng.choice(["north", "south"], rows)
    sex[:few] = "X"
    label = (rng.random(rows) < 0.3).astype(int)
    served = np.where((sex == "F") == (site == "north"), 0.25, -0.05)
    return Scored(
        pl.DataFrame(
            {
                "sex": sex,
                "site": site,
                "#split": rng.choice(["train", "test"], rows),
                "#label": label,
                "#person": [f"p{n}" for n in range(rows)],
                "#key": [str(n) for n in range(rows)],
                "#score": (0.3 + served * label + rng.normal(0, 0.1, rows)).clip(0, 1),
            }
        ),
        features=("sex", "site"),
        cohorts=("sex", "site"),
        alert_rate=0.3,
        seed=3,
        depth=depth,
    )


def gap(rows, side):
    shown = [row[f"sensitivity_{side}"] for row in rows if row["cohort"] != "everyone"]
    return max(shown) - min(shown)


def test_what_is_unfair_to_a_crossing_alone_shows_there_and_is_levelled_there():
    for attribute in ("sex", "site"):
        assert gap(thresholds(halve(scored(), attribute))[1], "before") < 0.15
    rows = thresholds(halve(scored(), "sex x site"))[1]
    assert gap(rows, "before") > 0.6 and gap(rows, "after") < 0.25
    named = {row["cohort"]: row for row in rows}
    assert named["sex=F & site=south"]["verdict"] == "better" and named["sex=F & site=north"]["verdict"] == "worse"
    calibrated = {row["cohort"]: row for row in calibration(halve(scored(), "sex x site"))[1]}
    assert set(calibrated) == set(named)


def test_two_tables_are_not_of_the_same_people():
    """Or the few who are hidden in one would be the difference of the two."""
    by_sex, by_site, both = (halve(scored(few=15), name) for name in ("sex", "site", "sex x site"))
    judged = [set(half.judge["#person"]) for half in (by_sex, by_site, both)]
    for left, right in ((0, 1), (0, 2), (1, 2)):
        assert 0.25 < len(judged[left] & judged[right]) / len(judged[left] | judged[right]) < 0.42  # a third by chance
    assert not set(by_site.judge["#person"]) & set(by_site.fit["#person"])
    assert halve(scored(), "sex").judge.equals(halve(scored(), "sex").judge)


def test_crossings_are_told_as_far_as_the_evaluation_crosses():
    def told(depth):
        return [item["attribute"] for item in told_beside_gates(scored(depth=depth))["mitigation"]["proposals"]]

    assert told(1) == ["sex", "sex", "site", "site"]
    assert told(2) == [*told(1), "sex x site", "sex x site"]


def test_shares_hide_few_people_and_whoever_would_tell_them():
    """Fifteen may be shown. Five may not; and where all others are shown, five are what is left over."""
    assert set(shares_of_people(scored(few=15).rows, ("sex",))["sex"]) == {"F", "M", "X"}
    assert len(shares_of_people(scored(few=5).rows, ("sex",))["sex"]) == 1
    rows = scored().rows.with_columns(pl.lit("p0").alias("#person"))
    assert shares_of_people(rows, ("sex",)) == {"sex": {}}, "rows are not people"
