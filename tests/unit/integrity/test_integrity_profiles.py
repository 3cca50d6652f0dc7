"""Profiles of columns: shares that say nothing of few people, and departures that honest batches seldom have."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from cloister.integrity.profiles import ColumnProfile, departures, profile_of

ROWS = 3000


def table(seed, rows=ROWS, shift=0.0, missing=0.02, second=0.3):
    rng = np.random.default_rng(seed)
    lab = rng.normal(100 + 20 * shift, 20, rows)
    return pl.DataFrame(
        {
            "lab": pl.Series(np.where(rng.random(rows) < missing, np.nan, lab)).fill_nan(None),
            "ward": rng.choice(["a", "b", "c"], rows, p=[1 - second - 0.1, second, 0.1]),
            "count": rng.poisson(2, rows),
            "day": np.datetime64("2001-01-01") + rng.integers(0, 1000, rows),
            "flag": rng.random(rows) < 0.5,
            "person": [str(number) for number in rng.integers(0, rows, rows)],
        }
    )


COLUMNS = ["lab", "ward", "count", "day", "flag"]


def test_the_shares_of_a_profile_are_those_of_its_rows_and_survive_writing():
    rows = table(1)
    for item in profile_of(rows, COLUMNS, "person"):
        assert sum(item.shares) == pytest.approx(1)
        again = ColumnProfile.from_value(item.to_value())
        assert again.shares_of(rows[item.name]) == pytest.approx(item.shares, abs=1e-6)
        if item.sort == "level":
            for level, share in zip(item.levels, item.shares, strict=False):
                assert share == pytest.approx((rows[item.name].cast(pl.String) == level).mean())


def test_no_bin_or_level_tells_of_fewer_than_eleven_people():
    rows = table(2, rows=60).with_columns(ward=pl.Series([f"only{n}" for n in range(50)] + ["a"] * 10), lab=pl.lit(1.5))
    found = {item.name: item for item in profile_of(rows, COLUMNS, "person")}
    assert found["ward"].levels == () and found["lab"].cuts in ((), (1.5,))
    for name in ("count", "day"):
        bins = [0, *found[name].cuts, 1e9]
        values = rows[name].to_physical()
        for low, high in pairwise(bins):
            assert rows.filter(values.is_between(low, high, closed="left"))["person"].n_unique() >= 11
    assert profile_of(rows.with_columns(lab=pl.lit(None, pl.Float64)), ["lab"], "person") == ()


def test_honest_batches_seldom_depart_and_planted_ones_nearly_always_do():
    kept = profile_of(table(3, rows=8000), COLUMNS, "person")
    people = table(3, rows=8000)["person"].n_unique()

    def alarms(seed, **change):
        found = departures(kept, people, table(seed, rows=800, **change), "person")
        return {item.column for item in found if item.severity == "alarm"}

    assert sum(bool(alarms(seed)) for seed in range(100, 160)) <= 3
    for change, name in (({"shift": 0.8}, "lab"), ({"missing": 0.15}, "lab"), ({"second": 0.6}, "ward")):
        assert sum(name in alarms(seed, **change) for seed in range(200, 220)) >= 19


def test_a_file_of_texts_is_read_like_the_table_it_was_written_from():
    rows = table(4)
    kept = profile_of(rows, COLUMNS, "person")
    texts = rows.with_columns(pl.col(name).cast(pl.String) for name in COLUMNS)
    for item in kept:
        assert item.shares_of(texts[item.name]) == pytest.approx(item.shares)
    assert departures(kept, 2000, texts.with_columns(lab=pl.lit("high")), "person")[0].column == "lab"
