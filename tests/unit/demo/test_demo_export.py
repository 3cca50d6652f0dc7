"""The export: real columns untouched, generated ones consistent with them and with each other."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.demo import encounters, export_schema, hospital_export


@pytest.fixture(scope="module")
def real() -> pl.DataFrame:
    return encounters()


@pytest.fixture(scope="module")
def export() -> pl.DataFrame:
    return hospital_export(7)


@pytest.fixture(scope="module")
def stays(export: pl.DataFrame) -> pl.DataFrame:
    return export.with_columns(
        pl.col("admission_date", "discharge_date", "birth_date").str.to_date(),
        pl.col("encounter_id", "time_in_hospital").cast(pl.Int64),
        pl.col("age").str.extract(r"(\d+)").cast(pl.Int64).alias("band"),
    ).sort("patient_nbr", "encounter_id")


def test_the_real_columns_are_those_of_the_source(real: pl.DataFrame, export: pl.DataFrame) -> None:
    assert real.shape == (101_766, 50)
    assert real["patient_nbr"].n_unique() == 71_518
    assert (real["readmitted"] == "<30").sum() == 11_357
    assert_frame_equal(export.select(real.columns), real)
    assert set(real.schema.dtypes()) == set(export.schema.dtypes()) == {pl.String}


def test_the_schema_declares_the_export(export: pl.DataFrame) -> None:
    schema = export_schema()
    assert schema.names == tuple(export.columns)
    for column in schema.columns:
        values = export[column.name]
        values = values.filter(~values.is_in(list(column.missing))) if column.missing else values
        assert values.null_count() == 0
        assert (values != "").all(), column.name
        if column.codes:
            assert values.is_in(list(column.codes)).all(), column.name
        if column.pattern:
            assert values.str.contains(f"^(?:{column.pattern})$").all(), column.name
        if column.minimum is not None:
            assert (values.cast(pl.Int64) >= column.minimum).all(), column.name
        if column.maximum is not None:
            assert (values.cast(pl.Int64) <= column.maximum).all(), column.name
        if column.unique:
            assert values.is_unique().all(), column.name
    assert schema.person == "patient_nbr"
    assert schema.with_role(Role.NOTE) == ("note",)
    assert [(rule.left, rule.operator, rule.right) for rule in schema.rules] == [
        ("discharge_date", ">=", "admission_date")
    ]


def test_only_columns_that_lack_values_may_lack_them(real: pl.DataFrame) -> None:
    schema = export_schema()
    for name in real.columns:
        if (real[name] == "?").any():
            assert schema.column(name).missing == ("?",), name
            assert not schema.column(name).required


def test_stays_agree_with_their_length_and_never_overlap(stays: pl.DataFrame) -> None:
    length = (stays["discharge_date"] - stays["admission_date"]).dt.total_days()
    assert (length == stays["time_in_hospital"]).all()
    assert stays["admission_date"].min() >= dt.date(1999, 1, 1)  # type: ignore[operator]
    assert stays["discharge_date"].max() <= dt.date(2008, 12, 31)  # type: ignore[operator]
    following = pl.col("admission_date").shift(-1).over("patient_nbr")
    gaps = stays.select("readmitted", (following - pl.col("discharge_date")).dt.total_days().alias("gap")).drop_nulls()
    assert len(gaps) == 101_766 - 71_518
    soon = pl.col("readmitted") == "<30"
    assert gaps.filter(soon)["gap"].is_between(1, 29).all()
    assert (gaps.filter(~soon)["gap"] > 30).all()


def test_birth_dates_agree_with_the_age_bands(stays: pl.DataFrame) -> None:
    birthday = pl.col("birth_date").dt.to_string("%m%d") <= pl.col("admission_date").dt.to_string("%m%d")
    age = pl.col("admission_date").dt.year() - pl.col("birth_date").dt.year() - (~birthday).cast(pl.Int32)
    wrong = stays.with_columns(age.alias("years")).filter(~(pl.col("years") - pl.col("band")).is_between(0, 9))
    # In the source the bands of 18 patients go down, and those of one leap by 20 years.
    bands = stays.group_by("patient_nbr").agg(
        (pl.col("band").diff().min() < 0).alias("down"),
        (pl.col("band").max() - pl.col("band").min() > 10).alias("leap"),
    )
    impossible = bands.filter(pl.col("down") | pl.col("leap"))["patient_nbr"]
    assert len(impossible) == 19
    assert wrong["patient_nbr"].is_in(impossible.to_list()).all()
    first = wrong.select(pl.col("encounter_id").is_in(stays.group_by("patient_nbr").first()["encounter_id"].to_list()))
    assert not first.to_series().any()


def test_one_person_keeps_one_identity(export: pl.DataFrame) -> None:
    identity = (
        "first_name",
        "last_name",
        "birth_date",
        "street",
        "city",
        "state",
        "zip",
        "phone",
        "email",
        "ssn",
        "mrn",
        "plan_number",
    )
    people = export.select("patient_nbr", *identity).unique()
    assert len(people) == 71_518
    for name in ("ssn", "mrn", "plan_number"):
        assert people[name].is_unique().all(), name


def test_no_number_is_anybodys(export: pl.DataFrame) -> None:
    parts = export.select(pl.col("ssn").str.split("-").cast(pl.List(pl.Int64)).alias("p")).to_series()
    area, group, serial = (parts.list.get(place) for place in range(3))
    assert area.is_between(900, 999).all()
    # 50 to 65, 70 to 88, 90 to 92, 94 to 99 are taxpayer numbers, 93 those of adopted children.
    assert group.is_between(1, 49).all()
    assert serial.is_between(1, 9999).all()
    assert export["phone"].str.contains(r"^\(\d{3}\) 555-\d{4}$").all()
    assert export["email"].str.contains(r"@([a-z]+\.)?example\.(com|org|net)$").all()


def test_city_state_and_zip_belong_together(export: pl.DataFrame) -> None:
    assert export.group_by("zip").agg(pl.struct("city", "state").n_unique().alias("n"))["n"].max() == 1
    holyoke = export.filter(pl.col("zip") == "01040")
    assert len(holyoke) > 0
    assert holyoke.select("city", "state").unique().rows() == [("Holyoke", "MA")]


def test_same_seed_same_rows_and_another_seed_other_people(export: pl.DataFrame) -> None:
    assert_frame_equal(hospital_export(7), export)
    other = hospital_export(8)
    for name in ("last_name", "ssn", "admission_date", "note"):
        assert (other[name] != export[name]).mean() > 0.5, name  # type: ignore[operator]


def test_more_rows_are_the_same_stays_of_other_people(real: pl.DataFrame) -> None:
    double = hospital_export(7, times=2)
    assert len(double) == 2 * len(real)
    second = double[len(real) :]
    clinical = [name for name in real.columns if name not in ("encounter_id", "patient_nbr")]
    assert_frame_equal(second.select(clinical), real.select(clinical))
    assert double["encounter_id"].is_unique().all()
    assert double["patient_nbr"].n_unique() == double["ssn"].n_unique() == 2 * 71_518
    with pytest.raises(InvalidInput, match="at least once"):
        hospital_export(7, times=0)
