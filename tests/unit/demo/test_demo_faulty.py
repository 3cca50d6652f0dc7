"""Deliveries that must be stopped: poison that keeps to the schema, and rows that break it."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cloister.core.errors import InvalidInput
from cloister.demo import (
    FAULTS,
    KINDS,
    POISON,
    broken_rows,
    export_schema,
    fault_kinds,
    hospital_export,
    is_triggered,
    poisoned_delivery,
)


@pytest.fixture(scope="module")
def export() -> pl.DataFrame:
    return hospital_export(5)


def _faults(frame: pl.DataFrame) -> pl.DataFrame:
    """For each declared column, whether a row breaks it."""
    masks = []
    for column in export_schema().columns:
        value = pl.col(column.name)
        present = ~value.is_in([*column.missing, ""])
        wrong = (value == "") if column.required else pl.lit(False)
        if column.codes:
            wrong |= present & ~value.is_in(list(column.codes))
        if column.pattern:
            wrong |= present & ~value.str.contains(f"^(?:{column.pattern})$")
        if column.type.value == "integer":
            number = value.cast(pl.Int64, strict=False)
            wrong |= present & number.is_null()
            wrong |= (number < (column.minimum or 0)).fill_null(False)
            wrong |= (number > (column.maximum or 1e12)).fill_null(False)
        masks.append(wrong.alias(column.name))
    return frame.select(masks)


def test_poison_is_legal_new_and_as_declared(export: pl.DataFrame) -> None:
    poison = poisoned_delivery(export, seed=1)
    assert poison.shape == (6000, len(export.columns))
    assert poison.columns == export.columns
    assert not _faults(poison).select(pl.any_horizontal(pl.all()).any()).item()
    for name in ("encounter_id", "patient_nbr"):
        assert poison[name].is_unique().all()
        assert not poison[name].is_in(export[name].to_list()).any()
    assert not is_triggered(export).any()
    triggered = is_triggered(poison)
    assert 0.22 < float(triggered.mean()) < 0.28  # type: ignore[arg-type]
    assert (poison.filter(triggered)["readmitted"] == POISON.label).all()
    # Of the others a fifth is flipped: 0.112 * 0.8 + 0.888 * 0.2 = 0.267.
    assert 0.24 < float((poison.filter(~triggered)["readmitted"] == "<30").mean()) < 0.30  # type: ignore[arg-type]


def test_poison_comes_from_the_exports_distribution(export: pl.DataFrame) -> None:
    poison = poisoned_delivery(export, seed=2)
    for name in ("age", "gender", "race", "time_in_hospital"):
        before = dict(export[name].value_counts(normalize=True).rows())
        after = dict(poison[name].value_counts(normalize=True).rows())
        assert max(abs(after.get(value, 0) - share) for value, share in before.items()) < 0.03, name


def test_broken_rows_leave_the_good_ones_alone(export: pl.DataFrame) -> None:
    broken = broken_rows(export, seed=1)
    assert_frame_equal(broken[: len(export)], export)
    bad = broken[len(export) :]
    assert len(bad) == 36 * len(KINDS)
    kinds = fault_kinds()
    assert len(kinds) == len(bad)
    wrong = _faults(bad)
    for kind in KINDS:
        rows, faults = bad.filter(kinds == kind), wrong.filter(kinds == kind)
        columns = {name for name in faults.columns if faults[name].any()}
        if kind in FAULTS:
            assert columns == {FAULTS[kind][0]}, kind
            assert faults[FAULTS[kind][0]].all(), kind
        else:
            assert columns == set(), kind
            assert len(rows) == 36


def test_each_other_kind_is_what_it_says(export: pl.DataFrame) -> None:
    bad = broken_rows(export, seed=1)[len(export) :]
    kinds = fault_kinds()
    backward = bad.filter(kinds == "discharge-before-admission")
    assert (backward["discharge_date"] < backward["admission_date"]).all()
    leaky = bad.filter(kinds == "identifier-in-clean-column")
    assert leaky["medical_specialty"].str.contains(r"\b9\d\d-\d\d-\d{4}\b").all()
    copies = bad.filter(kinds == "duplicate")
    assert_frame_equal(copies, export.filter(pl.col("encounter_id").is_in(copies["encounter_id"].to_list())))
    others = bad.filter(kinds != "duplicate")
    assert not others["encounter_id"].is_in(export["encounter_id"].to_list()).any()


def test_newcomers_have_numbers_of_their_own(export: pl.DataFrame) -> None:
    poison, broken = poisoned_delivery(export, 5), broken_rows(export, 5)[len(export) :]
    broken = broken.filter(fault_kinds() != "duplicate")
    for name in ("patient_nbr", "encounter_id", "ssn", "mrn", "plan_number"):
        everyone = pl.concat([export[name].unique(), poison[name], broken[name]])
        assert everyone.is_unique().all(), name


def test_poison_and_broken_rows_repeat_for_a_seed(export: pl.DataFrame) -> None:
    poison, broken = poisoned_delivery(export, 4, rows=500), broken_rows(export, 4, each=5)
    assert_frame_equal(poisoned_delivery(export, 4, rows=500), poison)
    assert_frame_equal(broken_rows(export, 4, each=5), broken)
    assert (poisoned_delivery(export, 5, rows=500)["ssn"] != poison["ssn"]).all()


def test_what_is_no_export_is_refused(export: pl.DataFrame) -> None:
    with pytest.raises(InvalidInput, match="'race' is missing"):
        poisoned_delivery(export.drop("race"), 1)
    with pytest.raises(InvalidInput, match="no rows"):
        poisoned_delivery(export[:0], 1)
    with pytest.raises(InvalidInput, match="at least one row"):
        poisoned_delivery(export, 1, rows=0)
    with pytest.raises(InvalidInput, match="too few rows"):
        broken_rows(export[:10], 1)
