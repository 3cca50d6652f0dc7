"""Nothing of a row's own identifiers stays in the row's note, whatever its case and its spelling."""

import polars as pl
import pytest

from cloister.core.schema import Role, TableSchema
from cloister.demo import export_schema, hospital_export
from cloister.integrity import validate
from cloister.phi import DeidConfig, Deidentifier, Detector
from cloister.phi.lexicon import WORD, words

DETECTOR = Detector()
ROW = {
    "first_name": "Rose", "last_name": "O'Brien-Muñoz", "city": "St. Louis", "street": "4928 Fairview Ln, Apt 13", "zip": "44130-1234",
    "phone": "(937) 555-2570", "email": "r.om@example.com", "ssn": "958-14-0802", "mrn": "58699846", "plan_number": "FYM290854549",
    "birth_date": "1997-06-09", "admission_date": "2002-08-14",
}  # fmt: skip
SPELLINGS = [
    "rose", "ROSE", "Rose", "obrien", "O'BRIEN", "o’brien", "munoz", "MUÑOZ", "st louis", "Saint Louis", "ST.LOUIS", "st.\nlouis",
    "4928 fairview ln apt 13", "4928 FAIRVIEW LN", "44130", "44130-1234", "9375552570", "937.555.2570", "937 555 2570", "1-937-555-2570",
    "+1 (937)555 2570", "555-2570", "R.OM@EXAMPLE.COM", "958140802", "958 14 0802", "586-998-46", "fym290854549", "FYM 290 854 549",
    "6/9/1997", "06/09/97", "06-09-1997", "6.9.97", "19970609", "1997-06-09", "june 9, 1997", "JUNE 9TH, 1997", "9 June 1997", "9-jun-97",
    "the 9th of june 1997", "jun 9 97", "aug 14, 2002", "14AUG2002", "14-Aug-02", "2002/8/14",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_the_own_row_is_found(spelling: str) -> None:
    text = f"seen today, {spelling}; rested"
    start = text.index(spelling)
    covered = {i for f in DETECTOR.find(text, person=ROW) for i in range(f.start, f.end)}
    left = [i for i in range(start, start + len(spelling)) if text[i].isalnum() and i not in covered]
    assert "".join(text[i] for i in left) in {"", "the"}, text


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Discharged home at liberty.", {"city": "Salem"}),
        ("Homeward bound, homes for the homeless.", {"city": "Home"}),
        ("Stanford is scanned with annotations.", {"first_name": "Ann", "last_name": "Stan"}),
        ("BP 120/80, sat 69/97 and 6 997 steps", {"birth_date": "1997-06-09"}),
        ("dose 4413 mg, count 441305", {"zip": "44130"}),
        ("vitamin b all day", {"last_name": "Ball"}),
        ("Moved to the ward with a walker.", {"last_name": "Ward", "first_name": "Walker"}),
    ],
)
def test_what_only_resembles_the_own_row_stays(text: str, person: dict[str, str]) -> None:
    assert [f for f in DETECTOR.find(text, person=person) if f.score == 1] == []


@pytest.mark.parametrize(
    "value", [". .", "---", " ", "''", "\u0301", "7" * 50_000, "7 " * 20_000, "a" * 50_000, " x" * 20_000]
)
def test_an_odd_value_of_the_row_finds_nothing_and_costs_little(value: str) -> None:
    text = "Rested well; no complaint."
    for key in ROW:
        assert [f for f in DETECTOR.find(text, person={key: value}) if f.score == 1] == []


def test_a_city_that_is_a_word_goes_from_its_own_row_only() -> None:
    texts = ["discharged home", "discharged home"]
    found = DETECTOR.find_many(texts, [{"city": "Home"}, {"city": "Salem"}])
    assert found.select("row", "type").rows() == [(0, "city")]


def test_a_letter_that_grows_when_lowered_does_not_hide_the_row() -> None:
    text = "İİİ note for kowalska, SSN 958 14 0802"
    person = {"last_name": "Kowalska", "ssn": "958-14-0802"}
    assert [text[f.start : f.end] for f in DETECTOR.find(text, person=person)] == ["kowalska", "958 14 0802"]


def stays(frame: pl.DataFrame, schema: TableSchema, notes: pl.Series) -> tuple[dict[str, int], int]:
    """Rows whose note still holds a value of the row, by column; and lower-case words that a name of the row also is.

    The latter are counted apart: "moved to the ward" in a note with capitals does not name the patient Ward.
    """
    note = notes.str.replace_all(r"\[[A-Z0-9 -]+\]", " | ").rename("note")
    table = pl.DataFrame({"note": note}).select(
        mixed=pl.col("note").str.contains("[A-Z][a-z]"),
        lower=pl.col("note").str.to_lowercase(),
        capitals=pl.col("note").str.replace_all(r"\b[a-z]+\b", " ").str.to_lowercase(),
    )
    table = table.with_columns(
        pl.col("lower").pipe(lambda c: pl.format(" {} ", c.str.replace_all("[^a-z]+", " "))).alias("words"),
        pl.col("capitals").pipe(lambda c: pl.format(" {} ", c.str.replace_all("[^a-z]+", " "))).alias("capitals"),
        pl.col("lower").str.replace_all("[^a-z0-9]", "").alias("bare"),
    )
    english = pl.Series([word for word, flag in words().items() if flag & WORD])
    left: dict[str, int] = {}
    excused = 0
    for column in schema.columns:
        if column.role in (Role.NOTE, Role.ATTRIBUTE, Role.AGE):
            continue
        value = frame[column.name].cast(pl.String).str.to_lowercase().rename("value")
        if column.role in (Role.BIRTH_DATE, Role.DATE):
            day = frame[column.name]
            forms = (
                "%m/%d/%Y",
                "%-m/%-d/%Y",
                "%-m/%-d/%y",
                "%m/%d/%y",
                "%B %-d, %Y",
                "%b %-d, %Y",
                "%d-%b-%y",
                "%d %B %Y",
                "%Y-%m-%d",
            )
            hits = [
                table.select(pl.col("lower").str.contains(day.dt.to_string(form).str.to_lowercase(), literal=True))
                for form in forms
            ]
            left[column.name] = int(sum(hit.to_series().sum() for hit in hits))
        elif column.role in (Role.NAME, Role.CITY):
            many = column.role is Role.NAME
            parts = value.str.split("-") if many else value.str.replace_all("[^a-z]+", " ").str.split("\n")
            long = table.with_columns(parts.alias("part")).explode("part").filter(pl.col("part").str.len_chars() > 2)
            needle = pl.format(" {} ", pl.col("part"))
            word = pl.col("mixed") & pl.col("part").is_in(english.implode()) & many
            long = long.select(
                anyhow=pl.col("words").str.contains(needle, literal=True),
                named=pl.when(word)
                .then(pl.col("capitals"))
                .otherwise(pl.col("words"))
                .str.contains(needle, literal=True),
            )
            left[column.name] = int(long["named"].sum())
            excused += int((long["anyhow"] & ~long["named"]).sum())
        else:
            bare = value.str.replace_all("[^a-z0-9]", "")
            left[column.name] = int(table.select(pl.col("bare").str.contains(bare, literal=True)).to_series().sum())
    return left, excused


def of_the_export(rows: int | None, processes: int) -> None:
    schema = export_schema()
    frame = validate(hospital_export(7), schema).typed
    frame = frame.head(rows) if rows else frame
    before, _ = stays(frame, schema, frame["note"])
    assert min(before[name] for name in ("first_name", "last_name", "city", "phone", "mrn", "email", "birth_date")) > 50
    out, _, _ = Deidentifier(DeidConfig(project="a", processes=processes), bytes(range(64))).frame(frame, schema)
    left, excused = stays(frame, schema, out["note"])
    assert set(left.values()) == {0}, left
    assert excused < len(frame) / 500


def test_nothing_of_the_own_row_stays_in_three_thousand_notes() -> None:
    of_the_export(3_000, 1)


@pytest.mark.slow
def test_nothing_of_the_own_row_stays_in_the_whole_export() -> None:
    of_the_export(None, 2)


@pytest.mark.parametrize(
    ("text", "kind"), [("mark.rich@mail.com", "email"), ("https://x.org/mark-rich/1", "url"), ("Mark Rich", "name")]
)
def test_an_address_made_of_the_persons_names_is_one_finding(text, kind):
    found = Detector().find(f"see {text} ok", person={"first_name": "Mark", "last_name": "Rich"})
    assert [(f.start, f.end, f.type) for f in found] == [(4, 4 + len(text), kind)]
