"""Discharge notes: their length, what they mention, and that they are right about it."""

from __future__ import annotations

import polars as pl
import pytest

from cloister.demo import hospital_export, wordings
from cloister.demo.notes import LONGEST, SHORTEST


@pytest.fixture(scope="module")
def export() -> pl.DataFrame:
    return hospital_export(3)


def _mention(export: pl.DataFrame, value: pl.Expr) -> pl.Series:
    note = pl.col("note").str.to_lowercase()
    return export.select(note.str.contains(value.str.to_lowercase(), literal=True)).to_series()


def test_length(export: pl.DataFrame) -> None:
    length = export["note"].str.len_chars()
    assert length.min() >= SHORTEST == 250  # type: ignore[operator]
    assert length.max() <= LONGEST == 450  # type: ignore[operator]


def test_one_line_without_leftovers(export: pl.DataFrame) -> None:
    assert not export["note"].str.contains(r"[{}\n\r]|\bnull\b|CITY [A-Z][a-z]|  ").any()


@pytest.mark.parametrize(
    ("column", "least"),
    [
        ("last_name", 0.5),
        ("first_name", 0.4),
        ("mrn", 0.25),
        ("phone", 0.3),
        ("city", 0.3),
        ("email", 0.1),
        ("plan_number", 0.1),
        ("street", 0.1),
        ("ssn", 0.05),
    ],
)
def test_notes_mention_the_patients_own_identifiers(export: pl.DataFrame, column: str, least: float) -> None:
    share = float(_mention(export, pl.col(column)).mean())  # type: ignore[arg-type]
    assert least < share < 0.97


def test_no_note_holds_the_number_of_another(export: pl.DataFrame) -> None:
    for pattern, column in ((r"(9\d\d-\d\d-\d{4})", "ssn"), (r"\b(\d{8})\b", "mrn"), (r"(\S+@\S+[a-z])", "email")):
        found = export.select(
            pl.col("note").str.to_lowercase().str.extract(pattern, 1).alias("found"), column
        ).drop_nulls()
        assert len(found) > 1000
        assert (found["found"] == found[column].str.to_lowercase()).all(), column


def test_dates_in_notes_are_the_rows_own(export: pl.DataFrame) -> None:
    dates = export.select(
        pl.col("note").str.extract_all(r"\b\d{2}/\d{2}/\d{4}\b").alias("found"),
        pl.concat_list(
            pl.col(name).str.to_date().dt.to_string("%m/%d/%Y")
            for name in ("admission_date", "discharge_date", "birth_date")
        ).alias("own"),
    )
    assert dates["found"].list.len().sum() > 50_000
    assert dates.select(pl.col("found").list.set_difference("own").list.len().sum()).item() == 0


def test_every_wording_and_style_occurs(export: pl.DataFrame) -> None:
    notes = export["note"]
    assert (notes == notes.str.to_uppercase()).mean() > 0.04  # type: ignore[operator]
    assert (notes == notes.str.to_lowercase()).mean() > 0.02  # type: ignore[operator]
    for family in (wordings.OPENINGS, wordings.COURSES, wordings.PLANS, wordings.CONTACTS):
        for wording in family:
            fixed = max(wording.replace("}", "{").split("{")[::2], key=len).strip()
            assert notes.str.contains(fixed, literal=True).sum() > 300, wording


def test_the_dead_go_home_in_no_note(export: pl.DataFrame) -> None:
    died = pl.col("discharge_disposition_id").is_in(["11", "19", "20", "21"])
    ends = pl.col("note").str.to_lowercase().str.contains("pronounced dead|died in|time of death")
    assert export.filter(died).select(ends.all()).item()
    assert not export.filter(~died).select(ends.any()).item()
