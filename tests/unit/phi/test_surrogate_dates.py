"""Surrogates and moved dates: one way throughout a person, none that tells the shift, an age or another date."""

import re
from datetime import date

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.phi.config import DeidConfig
from cloister.phi.deidentify import Deidentifier
from cloister.phi.filler_dates import FILLERS, fillers, is_filler
from cloister.phi.replacement import shifted
from cloister.phi.surrogate import Surrogates

KEY = bytes(range(64))
SCHEMA = TableSchema(
    (
        Column("pid", ColumnType.TEXT, Role.PERSON),
        Column("dob", ColumnType.DATE, Role.BIRTH_DATE),
        Column("adm", ColumnType.DATE, Role.DATE),
        Column("note", ColumnType.TEXT, Role.NOTE),
    )
)


def engine(**more: object) -> Deidentifier:
    return Deidentifier(DeidConfig(project="p", **more), KEY)  # type: ignore[arg-type]


def table(*rows: tuple[str | None, date | None, date | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows),
        schema={"pid": pl.String, "dob": pl.Date, "adm": pl.Date, "note": pl.String},
        orient="row",
    )


@pytest.mark.parametrize("replacement", ["placeholder", "surrogate"])
def test_a_note_moves_the_way_its_row_moves(replacement: str) -> None:
    rows = [(str(n), date(1960, 3, 4), date(2019, 3, 14), "Admitted 2019-03-14, left 2019-03-20.") for n in range(20)]
    expert = engine(profile="expert", replacement=replacement)
    out, schema, _ = expert.frame(table(*rows), SCHEMA)
    for moved, note in zip(out["adm"], out["note"], strict=True):
        first, last = (date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", note))
        assert first == moved != date(2019, 3, 14)
        assert (last - first).days == 6
    again, _, _ = expert.frame(out, schema)
    assert again["adm"].equals(out["adm"]) and again["note"].equals(out["note"])


@pytest.mark.parametrize("filler", sorted(FILLERS))
@pytest.mark.parametrize("replacement", ["placeholder", "surrogate"])
def test_a_day_that_stands_for_none_tells_no_shift(filler: date, replacement: str) -> None:
    note = f"Seen 2019-03-14, until {filler.isoformat()}."
    rows = [("7", filler, date(2019, 3, 14), note), ("7", None, filler, "Well."), ("8", filler, filler, "Well.")]
    expert = engine(profile="expert", replacement=replacement)
    out, _, report = expert.frame(table(*rows), SCHEMA)
    days = expert.shift("7")
    assert out["dob"].to_list() == [None, None, None]
    assert out["adm"].to_list() == [date.fromordinal(date(2019, 3, 14).toordinal() + days), None, None]
    assert out["note"][0] == f"Seen {out['adm'][0]}, until [DATE]."
    assert report.nulled["adm"] == 2 and "unknown day" in report.rules["adm"]
    assert shifted(filler.isoformat(), 5) is None


def test_days_that_happen_are_no_fillers() -> None:
    days = [date(1940, 2, 29), date(1999, 12, 31), date(2000, 1, 2), date(1970, 1, 2), date(2019, 3, 14)]
    assert not any(is_filler(day) for day in days)
    far = [date(1000, 5, 5), date(1901, 12, 31), date(2100, 1, 1), date(9999, 12, 30)]
    assert all(is_filler(day) for day in [*FILLERS, *far])
    column = pl.Series([*days, None, *sorted(FILLERS), *far])
    assert fillers(column).to_list() == [False] * 6 + [True] * (len(FILLERS) + len(far))
    assert fillers(pl.Series([None], dtype=pl.Date)).to_list() == [False]
    assert shifted("1/2/1970", 5) == "1/7/1970"


def test_a_moved_date_never_leaves_the_calendar() -> None:
    rows = [(str(n), None, date(1, 1, 1) if n % 2 else date(9999, 12, 31), "Well.") for n in range(40)]
    out, _, _ = engine(profile="expert", shift_days=36_500).frame(table(*rows), SCHEMA)
    assert out["adm"].to_list() == [None] * 40
    out.rows()
    with pytest.raises(InvalidInput, match="36,500"):
        DeidConfig(shift_days=36_501)


def test_a_birth_date_over_age_89_goes_from_the_note_as_from_the_column() -> None:
    rows = [
        ("7", date(1925, 5, 5), date(2019, 3, 14), "DOB 5/5/1925, born 5/5/25, seen 3/14/2019."),
        ("8", date(1938, 5, 5), date(2019, 3, 14), "DOB 5/5/1938, seen 3/14/2019."),
    ]
    expert = engine(profile="expert")
    out, schema, _ = expert.frame(table(*rows), SCHEMA)
    assert out["dob"][0] is None
    assert re.fullmatch(r"DOB \[DATE\], born \[DATE\], seen \d\d?/\d\d?/20\d\d\.", out["note"][0])
    assert f"{out['dob'][1].month}/{out['dob'][1].day}/{out['dob'][1].year}" in re.sub(r"\b0", "", out["note"][1])
    assert expert.frame(out, schema)[0].equals(out)
    alone, _ = expert.text("DOB 5/5/1925, seen 3/14/2019.", person={"person": "7"})
    assert alone.startswith("DOB [DATE], seen ") and "[" not in alone[12:] and "3/14/2019" not in alone


@pytest.mark.parametrize(
    "text", ["DOB 3/4/1925, age 95, seen 5/1/2020.", "Born March 4, 1921, age 98.", "Born 3/4/25, seen 5/1/2020."]
)
def test_a_surrogate_of_a_birth_date_over_age_89_tells_no_such_age(text: str) -> None:
    for n in range(30):
        new, _ = engine(replacement="surrogate").text(f"{text} Bed {n} kg.")
        years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", new)]
        born = years[0] if "25," not in text or "1925" in text else int(re.findall(r"/(\d\d),", new)[0]) + 1900
        assert 1931 <= born <= 1950
        assert "1925" not in new and "1921" not in new


def test_to_know_one_surrogate_date_opens_no_other() -> None:
    text = "Seen 3/14/2019, 3/20/2019, 4/2/2019 and 3/14/2019."
    for consistent in (False, True):
        new, _ = engine(replacement="surrogate", consistent=consistent).text(text)
        parts = [date(int(y), int(m), int(d)) for m, d, y in re.findall(r"(\d+)/(\d+)/(\d{4})", new)]
        assert parts[0] == parts[3] and {day.year for day in parts} == {2019}
        moves = {(day - old).days for day, old in zip(parts, (date(2019, 3, 14), date(2019, 3, 20), date(2019, 4, 2)))}  # noqa: B905
        assert len(moves) == 3 and 0 not in moves


def test_consistent_surrogates_of_two_people_move_by_their_own_days() -> None:
    expert = engine(profile="expert", replacement="surrogate", consistent=True)
    one, _ = expert.text("Seen 3/14/2019.", person={"person": "7"})
    two, _ = expert.text("Seen 3/14/2019.", person={"person": "8"})
    assert one != two
    assert one == f"Seen {shifted('3/14/2019', expert.shift('7'))}."


def test_a_surrogate_is_never_what_it_stands_for() -> None:
    for n in range(200):
        writer = Surrogates(n.to_bytes(32))
        for kind, value in (
            ("city", "Westfield"), ("city", "WESTFIELD, MA"), ("organisation", "Hillcrest Clinic"), ("other-id", "7"),
            ("street", "118 Maple Street"), ("date", "3/14/2019"), ("name", "J."), ("ip", "10.0.0.7"),
        ):  # fmt: skip
            new = writer.write(value, [(0, len(value), kind, 1.0, "")])
            assert new.lower() != value.lower() and new.lower() not in value.lower()


def test_a_surrogate_has_the_form_of_what_it_stands_for() -> None:
    for n in range(50):
        writer = Surrogates(n.to_bytes(32))

        def made(kind: str, value: str, writer: Surrogates = writer) -> str:
            return writer.write(value, [(0, len(value), kind, 1.0, "")])

        assert re.fullmatch(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", made("device", "00:1A:2B:3C:4D:5E"))
        assert re.fullmatch(r"[0-9a-f]{4}::[0-9a-f]{4}:[0-9a-f]", made("ip", "fe80::12ab:7"))
        assert all(0 < int(part) < 255 for part in made("ip", "10.0.200.7").split("."))
        assert re.fullmatch(r"[A-Z]\w+-[A-Z]\w+, [A-Z]\w+-[A-Z]\w+", made("name", "Smith-Jones, Anne-Marie"))
        assert re.fullmatch(r"[A-Z]\. [A-Z]{4,}", made("name", "J. ROE"))
        assert made("street", "12 Oak St.").endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seen 25/03/2019 and 03/04/2019 and 26/03/2019.", ["2019-03-25", "2019-04-03", "2019-03-26"]),
        ("Seen 3/25/2019 and 03/04/2019.", ["2019-03-25", "2019-03-04"]),
        ("Seen 03/04/2019.", ["2019-03-04"]),
        ("Seen 25/03/2019.", ["2019-03-25"]),
    ],
)
def test_days_stand_first_where_a_neighbour_shows_it(text: str, expected: list[str]) -> None:
    expert = engine(profile="expert")
    new, _ = expert.text(text, person={"person": "7"})
    day_first = text.startswith("Seen 25")
    found = [
        date(int(y), int(a), int(b)) if not day_first else date(int(y), int(b), int(a))
        for a, b, y in re.findall(r"(\d+)/(\d+)/(\d{4})", new)
    ]
    days = expert.shift("7")
    assert [date.fromordinal(day.toordinal() - days).isoformat() for day in found] == expected


def test_a_year_after_an_apostrophe_is_not_moved_as_a_day() -> None:
    new, _ = engine(profile="expert").text("Admitted '19 March 14.", person={"person": "7"})
    assert not re.search(r"\d", new)
