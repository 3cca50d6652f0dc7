"""Deliveries against their schema: each rule finds its row, and only that."""

import datetime

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, CrossRule, TableSchema
from cloister.integrity import validate

SCHEMA = TableSchema(
    columns=(
        Column("id", ColumnType.INTEGER, required=True, unique=True),
        Column("age", ColumnType.INTEGER, minimum=0, maximum=120),
        Column("sex", ColumnType.TEXT, codes=("F", "M"), missing=("?",)),
        Column("icd", ColumnType.TEXT, pattern=r"[A-Z][0-9]{2}"),
        Column("weight", ColumnType.REAL),
        Column("admitted", ColumnType.DATE),
        Column("discharged", ColumnType.DATE),
        Column("smoker", ColumnType.BOOLEAN),
    ),
    rules=(CrossRule("discharged", ">=", "admitted"),),
)
GOOD = ("1", "40", "F", "E11", "70.5", "2020-01-01", "2020-01-03", "true")


def deliver(*rows):
    return pl.DataFrame([list(row) for row in rows], schema=dict.fromkeys(SCHEMA.names, pl.String), orient="row")


def changed(**values):
    return tuple(values.get(name, text) for name, text in zip(SCHEMA.names, GOOD, strict=True))


def faults(frame):
    return [(row, column, rule) for row, column, rule, *_ in validate(frame, SCHEMA).findings.rows()]


def test_good_row_passes_in_the_declared_types():
    report = validate(deliver(GOOD), SCHEMA)
    assert report.findings.height == 0
    day = datetime.date
    assert report.typed.rows() == [(1, 40, "F", "E11", 70.5, day(2020, 1, 1), day(2020, 1, 3), True)]


@pytest.mark.parametrize(
    ("values", "column", "rule"),
    [
        ({"id": ""}, "id", "required"),
        ({"id": "1.5"}, "id", "type"),
        ({"id": "99999999999999999999"}, "id", "type"),
        ({"age": "-1"}, "age", "range"),
        ({"age": "121"}, "age", "range"),
        ({"age": "forty"}, "age", "type"),
        ({"sex": "X"}, "sex", "code"),
        ({"icd": "xE11"}, "icd", "pattern"),
        ({"icd": "E11\nE12"}, "icd", "pattern"),
        ({"weight": "nan"}, "weight", "type"),
        ({"weight": "inf"}, "weight", "type"),
        ({"admitted": "2020-1-1"}, "admitted", "type"),
        ({"admitted": "2020-02-30"}, "admitted", "type"),
        ({"smoker": "maybe"}, "smoker", "type"),
        ({"discharged": "2019-12-31"}, "discharged", "cross"),
    ],
)
def test_each_fault_is_named_and_its_row_held_back(values, column, rule):
    report = validate(deliver(changed(id="7"), changed(**values)), SCHEMA)
    assert [(row, c, r) for row, c, r, *_ in report.findings.rows()] == [(1, column, rule)]
    assert report.typed["id"].to_list() == [7]
    assert report.quarantined_rows().to_list() == [1]


def test_missing_texts_become_null():
    report = validate(deliver(changed(sex="?", age="")), SCHEMA)
    assert report.findings.height == 0
    assert report.typed.select("sex", "age").row(0) == (None, None)


def test_a_null_satisfies_a_cross_rule():
    assert faults(deliver(changed(discharged=""))) == []


def test_first_of_equal_rows_passes():
    assert faults(deliver(GOOD, GOOD, GOOD)) == [(1, "*", "duplicate"), (2, "*", "duplicate")]


def test_rows_that_share_a_unique_value_are_all_held_back():
    assert faults(deliver(GOOD, changed(age="41"))) == [(0, "id", "unique"), (1, "id", "unique")]


def test_a_reason_names_column_and_rule_but_no_value():
    report = validate(deliver(changed(sex="Zaphod", age="987")), SCHEMA)
    text = " ".join(report.findings["reason"]) + str(report.to_value())
    assert "Zaphod" not in text
    assert "987" not in text
    assert "sex" in text


def test_typed_frames_are_checked_too():
    frame = pl.DataFrame(
        {
            "a": [1.0, 1.5, None],
            "b": [1, 2, 3],
            "d": [datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, 5), None],  # noqa: DTZ001  as Parquet holds it
        }
    )
    schema = TableSchema(
        (Column("a", ColumnType.INTEGER), Column("b", ColumnType.REAL, maximum=2), Column("d", ColumnType.DATE))
    )
    report = validate(frame, schema)
    assert [(r, c, k) for r, c, k, *_ in report.findings.rows()] == [
        (1, "a", "type"),
        (1, "d", "type"),
        (2, "b", "range"),
    ]


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        (["id", "age", "sex", "icd", "weight", "admitted", "discharged"], "'smoker' is missing"),
        ([*SCHEMA.names, "extra"], "'extra' is not declared"),
        (["age", "id", *SCHEMA.names[2:]], "'age' stands where 'id' belongs"),
    ],
)
def test_wrong_columns_refuse_the_whole_delivery(columns, named):
    frame = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    with pytest.raises(InvalidInput, match=named):
        validate(frame, SCHEMA)


def test_reference_gives_warnings_that_hold_nothing_back():
    before = validate(deliver(changed(sex="F", age="30"), changed(id="2", age="50")), SCHEMA).typed
    report = validate(deliver(changed(id="8", age="99", sex="M")), SCHEMA, reference=before)
    assert {(c, r, s) for _, c, r, s, _ in report.findings.rows()} == {
        ("id", "reference", "warning"),
        ("age", "reference", "warning"),
        ("sex", "reference", "warning"),
    }
    assert report.passed == 1


@pytest.mark.parametrize(
    ("columns", "rules", "text"),
    [
        ((Column("a", ColumnType.TEXT, minimum=1),), (), "has a range"),
        ((Column("a", ColumnType.INTEGER, maximum=3, codes=("4",)),), (), "outside its range"),
        ((Column("a", ColumnType.INTEGER, codes=("x",)),), (), "no integer"),
        ((Column("a", ColumnType.TEXT, codes=("?",), missing=("?",)),), (), "as missing"),
        ((Column("a", ColumnType.TEXT, pattern="("),), (), "no RE2"),
        ((Column("a", ColumnType.TEXT, pattern="[0-9]+", codes=("x",)),), (), "its pattern refuses"),
        ((Column("a", ColumnType.DATE), Column("b", ColumnType.INTEGER)), (CrossRule("a", "<", "b"),), "compares"),
        (
            (Column("a", ColumnType.INTEGER), Column("b", ColumnType.INTEGER)),
            (CrossRule("a", "<", "b"), CrossRule("b", "<=", "a")),
            "contradicts",
        ),
        ((Column("a", ColumnType.INTEGER),), (CrossRule("a", "<", "a"),), "no row"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(columns, rules, text):
    with pytest.raises(InvalidInput, match=text):
        validate(pl.DataFrame(), TableSchema(columns, rules))


def test_an_empty_delivery_has_nothing_to_report():
    report = validate(deliver(), SCHEMA)
    assert (report.rows, report.passed, report.quarantined) == (0, 0, 0)
    assert report.typed.schema["admitted"] == pl.Date
