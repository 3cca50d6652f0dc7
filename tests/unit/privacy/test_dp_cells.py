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
    people = release._people(cells.code, cells.keys.height, frame["#person"].to_numpy())
    found = cells.keys.with_columns(pl.Series("people", people, dtype=pl.Int64))
    wanted = frame.group_by(names).agg(pl.col("#person").n_unique().cast(pl.Int64).alias("people"))
    assert found.schema == wanted.schema
    assert found.sort(names).equals(wanted.sort(names))
    if rows and "real" not in names:  # each row's own keys stand at its number; of 0 and -0 one does for both
        assert cells.keys[cells.code].equals(frame.select(names))


def test_rows_outside_every_group_have_no_number_of_a_group():
    frame = table(["text", "whole"], 300, 5).with_row_index("#row")
    groups = pl.DataFrame(
        {"text": ["b", None, "nowhere"], "whole": [7, 0, 1]}, schema=frame.select("text", "whole").schema
    )
    found = release._groups_of(release._Cells.of(frame, ["text", "whole"]), groups)
    mine = frame.select("#row", pl.Series("#group", found).cast(pl.UInt32)).filter(pl.col("#group") < groups.height)
    wanted = frame.join(groups.with_row_index("#group"), on=["text", "whole"], how="inner", nulls_equal=True)
    assert found.max() == groups.height and 0 < wanted.height < frame.height
    assert mine.equals(wanted.select("#row", "#group").sort("#row"))


@pytest.mark.parametrize("missing", [True, False])
def test_a_key_s_codes_are_as_good_as_its_texts(missing):
    """An Enum, with values that no row has left and with missing ones, has the cells of the same column of texts."""
    column = pl.Series("text", ["b", None if missing else "b", "", "a", "b"])
    texts = pl.DataFrame([column, pl.Series("whole", [1, 1, None, 2, 1])])
    coded = texts.with_columns(pl.col("text").cast(pl.Enum(["gone", "b", "a", ""])))
    one, two = (release._Cells.of(frame, ["text", "whole"]) for frame in (texts, coded))
    assert one.keys[one.code].equals(two.keys[two.code]) and two.keys.equals(two.keys.unique(maintain_order=True))
    groups = pl.DataFrame({"text": ["a", "b", "gone"], "whole": [2, 1, 1]}, schema=texts.schema)
    assert (release._groups_of(one, groups) == release._groups_of(two, groups)).all()


def test_numbers_stand_for_people_as_names_do():
    rng = np.random.default_rng(2)
    numbers = pl.Series(rng.integers(0, 50, 200), dtype=pl.UInt32)
    names = numbers.cast(pl.String)
    for people in (numbers, names, numbers.cast(pl.Int64) * 10**9, pl.Series([2**31 + 5] * 3, dtype=pl.UInt32)):
        codes = release._codes(people)
        same = people.to_numpy()[:, None] == people.to_numpy()[None, :]
        assert (same == (codes[:, None] == codes[None, :])).all()


@pytest.mark.parametrize("people", [30, 200_000])
def test_of_each_person_the_first_rows_stay(people):
    rng = np.random.default_rng(6)
    codes = rng.choice(rng.integers(0, people, 60), 500).astype(np.int32)
    seen, wanted = {}, []
    for code in codes.tolist():
        seen[code] = seen.get(code, 0) + 1
        wanted.append(seen[code] <= 3)
    assert release._first_rows(codes, 3).tolist() == wanted and not all(wanted)


def test_sums_are_exact_over_any_number_of_rows(monkeypatch):
    monkeypatch.setattr(release, "_EXACT", 7)
    rng = np.random.default_rng(7)
    group, units = rng.integers(0, 4, 100), rng.integers(-(2**24), 2**24, 100)
    rows = release._Rows(group, 3, np.zeros(100, np.int32), pl.DataFrame())
    wanted = [int(units[group == place].sum()) for place in range(3)]
    assert rows.sums(group, units.astype(float)).tolist() == wanted


def test_values_in_order_whichever_way(monkeypatch):
    places = np.random.default_rng(8).integers(0, 50, 300)
    counted = release._sorted(places, 50)
    monkeypatch.setattr(release, "_MOST_CELLS", 0)
    assert (counted == release._sorted(places, 50)).all() and (np.diff(counted) >= 0).all()
