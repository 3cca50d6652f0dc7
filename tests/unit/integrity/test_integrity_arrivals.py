"""A delivery as a whole: each shift is found with its rows, honest deliveries pass, and what can't be told is said."""

import datetime

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import CodeSystem, Column, ColumnType, CrossRule, Role, TableSchema, Watch
from cloister.integrity import check_arrival, check_schema, validate
from cloister.integrity.code_systems import has_shape
from cloister.integrity.duplicates import copies, near_duplicates

INTEGER, REAL, TEXT, DATE = ColumnType.INTEGER, ColumnType.REAL, ColumnType.TEXT, ColumnType.DATE
SCHEMA = TableSchema(
    (
        Column("visit", INTEGER, Role.RECORD),
        Column("patient", INTEGER, Role.PERSON),
        Column("ward", TEXT, watch=Watch.SITE),
        Column("day", DATE, Role.DATE, watch=Watch.TIME),
        Column("lab", REAL),
        Column("drug", TEXT),
        Column("doses", INTEGER),
        Column("back", INTEGER, watch=Watch.OUTCOME),
    )
)


def visits(seed, rows, start=0):
    rng = np.random.default_rng(seed)
    lab = rng.normal(100, 20, rows)
    day = np.datetime64("2020-01-01") + rng.integers(0, 365, rows)
    return pl.DataFrame(
        {
            "visit": np.arange(rows) + start,
            "patient": rng.integers(0, rows, rows) + start,
            "ward": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]),
            "day": day,
            "lab": np.where(rng.random(rows) < 0.1, np.nan, lab),
            "drug": rng.choice(["no", "low", "high", "rare"], rows, p=[0.6, 0.25, 0.149, 0.001]),
            "doses": rng.poisson(3, rows),
            "back": (rng.random(rows) < 1 / (1 + np.exp(-(lab - 130) / 12))).astype(int),
        }
    ).with_columns(pl.col("lab").fill_nan(None))


KNOWN = visits(0, 20_000)


def arrive(frame, reference=KNOWN, schema=SCHEMA):
    return check_arrival(frame, schema, reference=reference)


def found(report, column, rule):
    return next(one for one in report.findings if (one.column, one.rule) == (column, rule))


@pytest.mark.parametrize("rows", [40, 200, 1000, 5000])
def test_honest_deliveries_of_every_size_are_not_held(rows):
    assert sum(bool(arrive(visits(seed, rows, 10**6)).held) for seed in range(1, 21)) <= 1


def test_flipped_outcomes_hold_the_delivery_and_name_the_rows():
    frame = visits(1, 2000, 10**6)
    hit = pl.Series(np.random.default_rng(0).random(2000) < 0.1)
    report = arrive(frame.with_columns(back=pl.when(hit).then(1).otherwise("back")))
    assert report.held == ("back: outcome-rate",)
    one = found(report, "back", "outcome-rate")
    assert one.low > one.threshold
    assert set(hit.arg_true()) <= set(one.rows.tolist())
    assert "sites or periods too" in one.reason


def test_a_shift_in_one_site_is_named_by_its_number_where_the_whole_is_quiet():
    frame = visits(2, 6000, 10**6)
    report = arrive(frame.with_columns(back=pl.when(pl.col("ward") == "c").then(1).otherwise("back")))
    assert any(name.startswith("back: outcome-rate") for name in report.held)
    part = visits(3, 40_000, 10**6)
    hit = (pl.col("ward") == "c") & (pl.col("back") == 0) & (pl.col("visit") % 4 == 0)
    report = arrive(part.with_columns(back=pl.when(hit).then(1).otherwise("back")))
    assert "back: outcome-rate in site 3 of ward" in {one.name for one in report.findings}
    assert "back: outcome-rate" not in report.held


def test_a_month_whose_values_went_missing_is_found():
    frame = visits(4, 6000, 10**6)
    march = pl.col("day").dt.month() == 3
    report = arrive(frame.with_columns(doses=pl.when(march & (pl.col("visit") % 2 == 0)).then(None).otherwise("doses")))
    held = [one for one in report.findings if one.column == "doses" and one.rule.startswith("missing")]
    rows = frame.with_row_index().filter(march)["index"]
    assert held and set(held[-1].rows.tolist()) <= set(rows)
    assert report.held


def test_a_flood_of_a_rare_value_is_found_with_its_rows():
    frame = visits(5, 1000, 10**6)
    hit = pl.col("visit") % 10 == 0
    report = arrive(frame.with_columns(drug=pl.when(hit).then(pl.lit("rare")).otherwise("drug")))
    assert report.held == ("drug: distribution",)
    assert set(found(report, "drug", "distribution").rows.tolist()) >= set(range(0, 1000, 10))


def test_numbers_beyond_the_reference_are_a_bin_of_their_own():
    frame = visits(6, 1000, 10**6)
    report = arrive(frame.with_columns(lab=pl.when(pl.col("visit") % 10 == 0).then(500.0).otherwise("lab")))
    assert "lab: distribution" in report.held


def test_rows_of_one_person_are_not_counted_as_many():
    frame = visits(7, 30, 10**6)
    many = pl.concat([frame] * 40).with_columns(visit=pl.int_range(pl.len()) + 10**6)
    report = arrive(many)
    assert not [one for one in report.findings if one.rule in ("distribution", "outcome-rate")]
    alone = arrive(many.with_columns(patient=pl.int_range(pl.len()) + 10**6))
    assert [one for one in alone.findings if one.rule in ("distribution", "outcome-rate")]


def test_copies_under_new_numbers_are_found():
    stolen = KNOWN[:300].with_columns(visit=pl.col("visit") + 10**6, patient=pl.col("patient") + 10**6)
    report = arrive(pl.concat([visits(8, 600, 2 * 10**6), stolen]))
    assert "*: copies" in report.held
    assert set(range(600, 900)) <= set(found(report, "*", "copies").rows.tolist())


def test_near_duplicates_of_a_person_are_warned_of():
    frame = visits(9, 500, 10**6)
    again = frame[:5].with_columns(visit=pl.col("visit") + 5000, doses=pl.col("doses") + 1)
    one = found(arrive(pl.concat([frame, again])), "*", "near-duplicate")
    assert one.rows.tolist() == list(range(500, 505)) and one.severity == "warning"


def test_without_a_reference_nothing_is_compared_and_it_says_so():
    report = arrive(visits(1, 100), reference=None)
    assert report.findings == () and report.comparisons == 0
    assert all(line.endswith("not computed: no reference") for line in report.not_computed)
    assert len(report.not_computed) == 5


def test_without_a_watched_outcome_its_rate_is_not_computed():
    columns = tuple(Column(c.name, c.type, c.role) for c in SCHEMA.columns)
    report = arrive(visits(1, 100), schema=TableSchema(columns))
    assert report.not_computed == ("outcome-rate: not computed: no column is watched as outcome",)


@pytest.mark.parametrize(
    ("reference", "held"), [(None, {"back: one-class"}), (KNOWN, {"back: one-class", "doses: empty"})]
)
def test_an_outcome_of_one_class_holds_the_delivery_and_so_does_a_column_that_was_never_empty(reference, held):
    frame = visits(1, 300, 10**6).with_columns(doses=pl.lit(None, dtype=pl.Int64), back=pl.lit(0, dtype=pl.Int64))
    report = arrive(frame, reference=reference)
    assert held <= set(report.held)
    assert ("doses: empty" in report.held) is (reference is not None)
    assert "no row holds a value" in str(report.to_value())


def test_a_column_that_the_reference_lacks_values_in_may_be_empty():
    none = pl.lit(None, dtype=pl.Int64)
    report = arrive(visits(1, 300, 10**6).with_columns(doses=none), reference=KNOWN.with_columns(doses=none))
    assert report.held == ()


def test_reasons_hold_no_value():
    frame = visits(2, 1000, 10**6).with_columns(drug=pl.lit("zaphod"), ward=pl.lit("heart of gold"))
    text = str(arrive(frame).to_value())
    assert arrive(frame).held and "zaphod" not in text and "heart of gold" not in text


def test_a_frame_without_a_declared_column_is_refused():
    with pytest.raises(InvalidInput, match="'lab'"):
        arrive(KNOWN.drop("lab"))


@pytest.mark.parametrize(
    ("system", "good", "bad"),
    [
        (
            CodeSystem.ICD9,
            ["250.83", "25083", "V57", "E878.2", "038"],
            ["25", "250.834", "E11.9", "V5", "e878", "250."],
        ),
        (CodeSystem.ICD10, ["E11.9", "E119", "S72.001A", "U07.1", "C7A"], ["E1", "11.9", "e11.9", "E11.", "E11.12345"]),
        (CodeSystem.LOINC, ["2160-0", "4548-4", "718-7", "33914-3"], ["2160-1", "4548", "x718-7", "12345678-9", ""]),
    ],
)
def test_codes_have_the_shape_of_their_system(system, good, bad):
    assert has_shape(pl.Series(good), system).all()
    assert not has_shape(pl.Series(bad), system).any()
    schema = TableSchema((Column("code", TEXT, code_system=system),))
    report = validate(pl.DataFrame({"code": good + bad}), schema)
    held = [row for row, text in enumerate(good + bad) if text in bad and text]
    assert report.findings.filter(pl.col("rule") == "code-shape")["row"].to_list() == held


@pytest.mark.parametrize(
    ("columns", "rules", "text"),
    [
        ([Column("a", INTEGER, code_system=CodeSystem.LOINC)], [], "holds integer values"),
        ([Column("a", TEXT, codes=("E11",), code_system=CodeSystem.ICD9)], [], "code system refuses"),
        ([Column("a", TEXT, watch=Watch.TIME)], [], "holds no dates"),
        ([Column("a", TEXT, Role.NAME, watch=Watch.SITE)], [], "identifier name"),
        ([Column("a", TEXT, watch=Watch.OUTCOME), Column("b", TEXT, watch=Watch.OUTCOME)], [], "second column"),
        ([Column(n, INTEGER) for n in "abc"], [("a", "<", "b"), ("b", "<=", "c"), ("c", "<=", "a")], "circle"),
        ([Column(n, INTEGER) for n in "abc"], [("a", ">", "b"), ("b", "=", "c"), ("c", ">=", "a")], "circle"),
        ([Column("a", INTEGER, maximum=3), Column("b", INTEGER, minimum=4)], [("a", ">=", "b")], "ranges"),
        ([Column("a", INTEGER, maximum=4), Column("b", INTEGER, minimum=4)], [("a", ">", "b")], "ranges"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(columns, rules, text):
    with pytest.raises(InvalidInput, match=text):
        check_schema(TableSchema(tuple(columns), tuple(CrossRule(*rule) for rule in rules)))


def test_rules_that_can_hold_together_pass():
    names = [Column(name, INTEGER, minimum=0, maximum=9) for name in "abc"]
    rules = [("a", "<=", "b"), ("b", "<=", "c"), ("c", "<=", "a"), ("a", "=", "c")]
    check_schema(TableSchema(tuple(names), tuple(CrossRule(*rule) for rule in rules)))


def test_the_new_declarations_survive_a_manifest():
    schema = TableSchema(
        (Column("a", TEXT, code_system=CodeSystem.LOINC, watch=Watch.OUTCOME), Column("d", DATE, watch=Watch.TIME))
    )
    assert TableSchema.from_value(schema.to_value()) == schema
    assert "watch" not in TableSchema((Column("a", TEXT),)).to_value()["columns"][0]


def test_near_duplicates_agree_with_brute_force():
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({name: rng.integers(0, 4, 60) for name in "abcde"})
    rows = frame.rows()

    def near(first, second):
        return sum(one != two for one, two in zip(first, second, strict=True)) <= 1

    mask = [any(near(rows[j], rows[i]) for j in range(i)) for i in range(60)]
    assert near_duplicates(frame, list("abcde")).to_list() == mask
    other = [
        mask_row or any(near(row, rows[j]) for j in range(20))
        for mask_row, row in zip(
            [any(near(rows[j], rows[i]) for j in range(20, i)) for i in range(20, 60)], rows[20:], strict=True
        )
    ]
    equal, close = copies(frame[20:], frame[:20], list("abcde"))
    assert close.to_list() == other
    assert equal.to_list() == [rows[i] in rows[:i] for i in range(20, 60)]
    assert 0 < equal.sum() < close.sum()
    with pytest.raises(InvalidInput, match="three columns"):
        near_duplicates(frame, ["a", "b"])


def test_dates_may_all_be_missing():
    frame = visits(1, 200, 10**6).with_columns(day=pl.lit(None, dtype=pl.Date))
    assert "day: empty" in arrive(frame).held
    one_day = visits(1, 200, 10**6).with_columns(day=pl.lit(datetime.date(2020, 1, 1)))
    assert arrive(one_day).held == ()
