"""The arithmetic of 164.514(b)(2): every prefix, every age, every row of a table."""

from datetime import date

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema
from cloister.phi import DeidConfig, Deidentifier, safe_harbor_age, safe_harbor_zip, small_prefixes
from cloister.phi.lexicon import zip3_population_2020

KEY = bytes(range(64))

# 2020 Census, 20,000 people or fewer, from the Bureau's ZCTA counts; prefixes without a ZCTA come on top.
SMALL_2020 = {
    "036",
    "059",
    "102",
    "202",
    "203",
    "204",
    "205",
    "369",
    "556",
    "692",
    "753",
    "772",
    "821",
    "823",
    "878",
    "879",
    "884",
    "893",
}
# HHS, Guidance Regarding Methods for De-identification (2012), from the 2000 Census.
SMALL_2000 = {
    "036",
    "059",
    "063",
    "102",
    "203",
    "556",
    "692",
    "790",
    "821",
    "823",
    "830",
    "831",
    "878",
    "879",
    "884",
    "890",
    "893",
}


@pytest.mark.parametrize("prefix", [f"{n:03d}" for n in range(1000)])
def test_every_prefix(prefix: str) -> None:
    people = zip3_population_2020()[int(prefix)]
    assert safe_harbor_zip(prefix + "01") == (prefix if people > 20_000 else "000")
    assert safe_harbor_zip(prefix + "01", "2000") == ("000" if prefix in SMALL_2000 else prefix)


def test_the_published_prefixes_are_small() -> None:
    assert small_prefixes("2020") >= SMALL_2020
    assert small_prefixes("2000") == SMALL_2000
    inhabited_small = {f"{n:03d}" for n, people in enumerate(zip3_population_2020()) if 0 < people <= 20_000}
    assert inhabited_small <= SMALL_2020
    assert zip3_population_2020()[576] == 20_310  # near the line, above it
    assert zip3_population_2020()[999] == 21_178


@pytest.mark.parametrize("bad", ["", "x", "12", "abcde", "１２３45"])
def test_what_is_no_zip_is_000(bad: str) -> None:
    assert safe_harbor_zip(bad) == "000"


def test_an_unknown_census_is_refused() -> None:
    with pytest.raises(InvalidInput):
        safe_harbor_zip("02115", "1990")


@pytest.mark.parametrize("age", range(85, 121))
def test_ages(age: int) -> None:
    assert safe_harbor_age(age) == (age if age <= 89 else 90)


SCHEMA = TableSchema(
    (
        Column("patient", ColumnType.TEXT, Role.PERSON),
        Column("encounter", ColumnType.INTEGER, Role.RECORD),
        Column("name", ColumnType.TEXT, Role.NAME),
        Column("ssn", ColumnType.TEXT, Role.SSN),
        Column("birth_date", ColumnType.DATE, Role.BIRTH_DATE),
        Column("admission_date", ColumnType.DATE, Role.DATE),
        Column("discharge_date", ColumnType.DATE, Role.DATE),
        Column("zip", ColumnType.TEXT, Role.ZIP),
        Column("age", ColumnType.INTEGER, Role.AGE),
        Column("note", ColumnType.TEXT, Role.NOTE),
        Column("hba1c", ColumnType.TEXT),
    ),
    (CrossRule("admission_date", "<", "discharge_date"), CrossRule("name", "=", "ssn")),
)


def table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "patient": ["p1", "p1", "p2", None],
            "encounter": [1, 2, 3, 4],
            "name": ["Ngozi Okonkwo", "Ngozi Okonkwo", "Will Brown", None],
            "ssn": ["123-45-6789", "123-45-6789", "987-65-4321", None],
            "birth_date": ["1950-03-04", "1950-03-04", "1909-01-01", None],
            "admission_date": ["1999-02-01", "1999-12-30", "1999-05-05", None],
            "discharge_date": ["1999-02-05", "2000-01-04", "1999-05-09", None],
            "zip": ["02115", "03601-1234", "x", None],
            "age": [48, 49, 90, None],
            "note": [
                "Okonkwo came on 2/1/1999.",
                "brown sputum, Ngozi well",
                "Mr. Brown, SSN 987654321, will go home",
                None,
            ],
            "hba1c": [">8", "None", "Norm", None],
        }
    )


def test_frame_follows_the_roles() -> None:
    before = table()
    out, schema, report = Deidentifier(DeidConfig(project="a"), KEY).frame(before, SCHEMA)
    assert out.columns == list(schema.names) == [
        "patient", "encounter", "birth_year", "admission_year", "discharge_year", "zip3", "age", "note", "hba1c",
    ]  # fmt: skip
    assert out["birth_year"].to_list() == [1950, 1950, None, None]  # 1909: 90 in 1999
    assert out["admission_year"].to_list() == [1999, 1999, 1999, None]
    assert out["discharge_year"].to_list() == [1999, 2000, 1999, None]
    assert out["zip3"].to_list() == ["021", "000", "000", None]
    assert out["age"].to_list() == [48, 49, 90, None]
    assert out["note"].to_list() == [
        "[NAME] came on [DATE 1999].",
        "brown sputum, [NAME] well",
        "Mr. [NAME], SSN [SSN], will go home",
        None,
    ]
    assert out["hba1c"].to_list() == before["hba1c"].to_list()
    assert out["patient"][0] == out["patient"][1] != out["patient"][2]
    assert [(r.left, r.operator, r.right) for r in schema.rules] == [("admission_year", "<=", "discharge_year")]
    assert schema.column("zip3").role is Role.ATTRIBUTE
    assert schema.person == "patient"
    value = report.to_value()
    assert value["rules"]["ssn"] == "removed"
    assert value["nulled"] == {"birth_date": 1}
    assert value["found"]["note"]["name"] == 3
    assert before.equals(table())


@pytest.mark.parametrize(
    ("birth", "latest", "kept"), [(1910, 1999, True), (1909, 1999, False), (1910, 2000, False), (1911, 2000, True)]
)
def test_a_birth_year_that_tells_an_age_over_89_goes(birth: int, latest: int, kept: bool) -> None:
    schema = TableSchema((Column("b", ColumnType.DATE, Role.BIRTH_DATE), Column("d", ColumnType.DATE, Role.DATE)))
    frame = pl.DataFrame({"b": [date(birth, 12, 31)], "d": [date(latest, 1, 1)]})
    out, _, _ = Deidentifier(DeidConfig(project="a"), KEY).frame(frame, schema)
    assert (out.to_series(0)[0] is not None) is kept


def test_expert_profile_keeps_intervals_exactly() -> None:
    out, schema, _ = Deidentifier(DeidConfig(profile="expert", project="a"), KEY).frame(table(), SCHEMA)
    old = table().select(pl.col("admission_date", "discharge_date").str.to_date())
    assert (out["discharge_date"] - out["admission_date"]).to_list() == (
        old["discharge_date"] - old["admission_date"]
    ).to_list()
    moved = (out["admission_date"] - old["admission_date"]).dt.total_days().to_list()
    assert moved[0] == moved[1] != 0 and moved[2] != 0 and moved[0] != moved[2]
    assert "2/1/1999" not in out["note"][0]
    assert schema.column("admission_date").type is ColumnType.DATE


def test_a_shift_is_never_zero_and_uses_both_signs() -> None:
    deidentifier = Deidentifier(DeidConfig(profile="expert", project="a", shift_days=3), KEY)
    shifts = {deidentifier.shift(str(n)) for n in range(400)}
    assert shifts == {-3, -2, -1, 1, 2, 3}


def test_two_processes_give_what_one_gives() -> None:
    frame = pl.concat([table()] * 2600)
    one, _, first = Deidentifier(DeidConfig(project="a"), KEY).frame(frame, SCHEMA)
    seen: list[tuple[int, int]] = []
    two, _, second = Deidentifier(DeidConfig(project="a", processes=2), KEY).frame(
        frame, SCHEMA, progress=lambda done, total: seen.append((done, total))
    )
    assert one.equals(two)
    assert first.found == second.found
    assert seen[-1] == (len(frame), len(frame))


def test_undeclared_and_missing_columns_are_refused_without_a_value() -> None:
    deidentifier = Deidentifier(DeidConfig(project="a"), KEY)
    with pytest.raises(InvalidInput, match="does not declare"):
        deidentifier.frame(table().with_columns(secret=pl.lit("Okonkwo")), SCHEMA)
    with pytest.raises(InvalidInput, match="lacks"):
        deidentifier.frame(table().drop("zip"), SCHEMA)
    with pytest.raises(InvalidInput, match="1 values") as caught:
        deidentifier.frame(table().with_columns(birth_date=pl.Series(["soon", None, None, None])), SCHEMA)
    assert "soon" not in caught.value.line()


def test_bad_configuration_is_refused() -> None:
    for wrong in ({"profile": "hash"}, {"census": "1990"}, {"replacement": "none"}, {"processes": 0}):
        with pytest.raises(InvalidInput):
            DeidConfig(project="a", **wrong)  # type: ignore[arg-type]


def test_surrogates_hide_and_differ_between_texts() -> None:
    deidentifier = Deidentifier(DeidConfig(project="a", replacement="surrogate"), KEY)
    first, _ = deidentifier.text("Mr. Okonkwo, MRN 12345678, came on 3/4/2019.")
    second, _ = deidentifier.text("Mr. Okonkwo, MRN 12345678, left on 3/4/2019.")
    assert "Okonkwo" not in first and "12345678" not in first and "3/4/2019" not in first and "[" not in first
    assert first.split(",")[0] != second.split(",")[0]
    assert deidentifier.text("Mr. Okonkwo, MRN 12345678, came on 3/4/2019.")[0] == first


def test_consistent_surrogates_agree_between_texts() -> None:
    deidentifier = Deidentifier(DeidConfig(project="a", replacement="surrogate", consistent=True), KEY)
    assert deidentifier.text("Mr. Okonkwo came.")[0].split()[1] == deidentifier.text("Mr. Okonkwo left.")[0].split()[1]
