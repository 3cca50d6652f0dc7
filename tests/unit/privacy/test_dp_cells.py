"""Cells of a release by number: the same cells and people as a group-by finds, whatever the keys hold."""

from datetime import date
from importlib import import_module

import numpy as np
import polars as pl
import pytest

release = import_module("cloister.privacy.dp.release")  # the package has a function of that name
KEYS = {
    "text": pl.Series("text", ["a", "b", None, "", "a\u00e9"]),
    "whole": pl.Series("whole", [-3, 0, 7, None, 2**40]),
    "real": pl.Series("real", [0.0, -0.0, 1.5, None, float("nan")]),
    "day": pl.Series("day", [date(2020, 1, 1), None, date(1999, 12, 31), date(2020, 1, 2), date(2021, 5, 5)]),
    "flag": pl.Series("flag", [True, False, None, True, False]),
}


def table(names, rows, seed):
    rng = np.random.default_rng(seed)
    columns = [KEYS[name].gather(rng.integers(0, 5, rows)) for name in names]
    return pl.DataFrame([pl.Series("#person", rng.integers(0, 40, rows).astype(np.int32)), *columns])


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("names", [[], ["text"], ["real"], ["text", "whole"], ["flag", "day", "real", "text"]])
@pytest.mark.parametrize("rows", [0, 1, 400])
def test_cells_are_those_of_a_group_by(monkeypatch, names, rows, few):
    if not few:  # the way that needs no place for each cell
        monkeypatch.setattr(release, "_MOST_CELLS", 0)
        monkeypatch.setattr(release, "_MOST_PAIRS", 0)
    frame = table(names, rows, 1 + rows)
    cells = release._Cells.of(frame, names)
    assert len(cells.code) == rows
    if not names:
        return
    people = cells.people(frame["#person"].to_numpy())
    found = cells.keys.with_columns(pl.Series("people", people, dtype=pl.Int64))
    wanted = frame.group_by(names).agg(pl.col("#person").n_unique().cast(pl.Int64).alias("people"))
    assert found.schema == wanted.schema
    assert found.sort(names).equals(wanted.sort(names))
    if rows and "real" not in names:  # each row's own keys stand at its number; of 0 and -0 one does for both
        assert cells.keys[cells.code].equals(frame.select(names))


def test_rows_outside_every_group_are_left_out_and_the_others_numbered():
    frame = table(["text", "whole"], 300, 5)
    groups = pl.DataFrame(
        {"text": ["b", None, "nowhere"], "whole": [7, 0, 1]}, schema=frame.select("text", "whole").schema
    )
    coded = release._coded(frame, release._Cells.of(frame, ["text", "whole"]), groups)
    wanted = frame.join(groups.with_row_index("#group"), on=["text", "whole"], how="inner", nulls_equal=True)
    assert coded["#group"].sort().equals(wanted["#group"].sort()) and coded.height == wanted.height > 0


def test_numbers_stand_for_people_as_names_do():
    rng = np.random.default_rng(2)
    numbers = pl.Series(rng.integers(0, 50, 200), dtype=pl.UInt32)
    names = numbers.cast(pl.String)
    for people in (numbers, names, numbers.cast(pl.Int64) * 10**9, pl.Series([2**31 + 5] * 3, dtype=pl.UInt32)):
        codes = release._codes(people)
        same = people.to_numpy()[:, None] == people.to_numpy()[None, :]
        assert (same == (codes[:, None] == codes[None, :])).all()
