"""Columns as they come from databases and spreadsheets: lost zeros, floats, zones, ages in words, rows without dates."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.phi import DeidConfig, Deidentifier, FieldCipher, safe_harbor_zip
from cloister.phi.columns import age_text, as_date, as_text, zip3

KEY = bytes(range(64))
TEXT, INTEGER, REAL, DATE = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL, ColumnType.DATE


def cleaned(frame, profile="safe-harbor", **roles):
    kinds = {pl.String: TEXT, pl.Int64: INTEGER, pl.Float64: REAL, pl.Date: DATE}
    columns = [Column(name, kinds[frame.schema[name].base_type()], role) for name, role in roles.items()]
    return Deidentifier(DeidConfig(profile=profile, project="p"), KEY).frame(frame, TableSchema(tuple(columns)))


@pytest.mark.parametrize(
    ("given", "shown"),
    [("2139", "021"), ("02139", "021"), ("02139-1234", "021"), ("021", "021"), ("601", "601"), ("x", "000")],
)
def test_a_zip_code_that_lost_its_zero(given, shown):
    assert zip3(pl.Series("zip", [given]), "2020").to_list() == [shown]
    assert safe_harbor_zip(given) == shown


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64])
def test_numbers_are_zip_codes_of_five_digits(kind):
    assert zip3(pl.Series("zip", [601, 2139, None], dtype=kind), "2020").to_list() == ["006", "021", None]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("89", "89"), ("90", "90"), ("94 years", "90"), ("95 y/o", "90"), ("90+", "90"), (">89", "90"), ("\u226590", "90"),
        ("45 yrs", "45"), ("45 years old", "45"), ("3 months", None), ("unknown", None), (None, None),
    ],
)  # fmt: skip
def test_ages_in_words(given, shown):
    assert age_text(pl.Series("age", [given], dtype=pl.String)).to_list() == [shown]


def test_whole_numbers_that_were_written_as_floats_are_the_numbers_where_all_are():
    assert as_text(pl.Series(["7.0", None, "8.0"])).to_list() == ["7", None, "8"]
    for kept in (["7.0", "7.5"], ["7.0", "x"], ["7.00"], ["007"], ["", None]):
        assert as_text(pl.Series(kept)).to_list() == kept
    assert zip3(pl.Series("zip", ["2139.0", "601.0", None]), "2020").to_list() == ["021", "006", None]


def test_whole_numbers_that_became_floats_are_the_numbers():
    assert as_text(pl.Series([7.0, None])).to_list() == ["7", None]
    assert as_text(pl.Series([7.5, 8.0])).to_list() == ["7.5", "8.0"]
    assert as_text(pl.Series([1e19, float("inf"), float("nan")])).null_count() == 0
    days = pl.Series("seen", [date(2019, 3, 14)] * 2)
    tables = [
        cleaned(pl.DataFrame({"pid": ids, "seen": days}), "expert", pid=Role.PERSON, seen=Role.DATE)[0]
        for ids in ([7, 8], [7.0, 8.0], ["7", "8"])
    ]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_the_day_of_a_moment_is_that_of_its_place():
    late = datetime(2019, 3, 14, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    moments = pl.Series("seen", [late], dtype=pl.Datetime(time_zone="America/New_York"))
    assert as_date(moments, "seen").to_list() == [date(2019, 3, 14)]


@pytest.mark.parametrize(("profile", "name"), [("safe-harbor", "birth_year"), ("expert", "dob")])
def test_birth_dates_stay_where_no_other_date_is_known(profile, name):
    frame = pl.DataFrame({"pid": ["a", "b"], "dob": [date(1960, 2, 29), date(1931, 3, 4)]})
    done, _, report = cleaned(frame, profile, pid=Role.PERSON, dob=Role.BIRTH_DATE)
    assert [value is None for value in done[name].to_list()] == [False, True]
    assert report.nulled == {"dob": 1}


def test_a_persons_latest_date_decides_for_all_their_rows():
    frame = pl.DataFrame(
        {
            "pid": ["a", "a", "b", "b"],
            "dob": [date(1925, 5, 5), date(1925, 5, 5), date(1925, 5, 5), date(1925, 5, 5)],
            "seen": [date(2010, 1, 1), date(2019, 1, 1), date(2010, 1, 1), date(9999, 12, 31)],
        }
    )
    done, _, _ = cleaned(frame, pid=Role.PERSON, dob=Role.BIRTH_DATE, seen=Role.DATE)
    assert done["birth_year"].to_list() == [None, None, 1925, 1925]


def test_a_row_key_is_there_and_unique():
    cipher = FieldCipher(KEY, "p")
    values = pl.Series("ssn", ["123-45-6789", "123-45-6780"])
    with pytest.raises(InvalidInput, match=r"row key 'id' has no value in 1 rows, the first is row 2"):
        cipher.encrypt(values, "ssn", pl.Series("id", ["1", None]))
    with pytest.raises(InvalidInput, match=r"row key 'id' has 1 values that stood in a row before"):
        cipher.encrypt(values, "ssn", pl.Series("id", ["1", "1"]))
    rows = pl.Series("id", ["1", "2"])
    assert cipher.decrypt(cipher.encrypt(values, "ssn", rows), "ssn", rows).equals(values)
