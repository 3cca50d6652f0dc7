"""Dates of the expert profile: exact intervals in columns and notes, twice is once; surrogates tell no other date."""

from datetime import date, timedelta

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.phi.config import DeidConfig
from cloister.phi.deidentify import Deidentifier
from cloister.phi.filler_dates import fillers, is_filler
from cloister.phi.replacement import Reading, rewritten, shifted
from cloister.phi.surrogate import Surrogates

SCHEMA = TableSchema(
    (
        Column("pid", ColumnType.TEXT, Role.PERSON),
        Column("a", ColumnType.DATE, Role.DATE),
        Column("b", ColumnType.DATE, Role.DATE),
        Column("note", ColumnType.TEXT, Role.NOTE),
    )
)
DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31))
EXPERT = [
    Deidentifier(DeidConfig("expert", "p", replacement=replacement), b"k" * 64)  # type: ignore[arg-type]
    for replacement in ("placeholder", "surrogate")
]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(EXPERT), st.lists(st.tuples(st.text("abc0", min_size=1, max_size=3), DAYS, DAYS), min_size=1))
def test_columns_and_notes_of_a_person_move_as_one_and_only_once(
    engine: Deidentifier, rows: list[tuple[str, date, date]]
) -> None:
    table = pl.DataFrame(
        [(p, a, b, f"Seen {a}, left {b}.") for p, a, b in rows], ["pid", "a", "b", "note"], orient="row"
    )
    once, schema, _ = engine.frame(table, SCHEMA)
    for (person, a, b), (_, first, last, note) in zip(rows, once.rows(), strict=True):
        days = timedelta(engine.shift(person))
        moved = [None if is_filler(day) else day + days for day in (a, b)]
        assert [first, last] == moved
        if (b - a).days < 89 * 365:
            assert note == "Seen {}, left {}.".format(*(day or "[DATE]" for day in moved))
    assert engine.frame(once, schema)[0].equals(once)


@given(st.lists(st.dates()))
def test_a_column_and_a_day_agree_on_fillers(days: list[date]) -> None:
    assert fillers(pl.Series(days, dtype=pl.Date)).to_list() == [is_filler(day) for day in days]


@given(st.dates(), st.integers(-365, 365))
def test_a_moved_day_moves_back_unless_it_is_a_filler(day: date, days: int) -> None:
    new = shifted(day.isoformat(), days)
    assert (new is None) is is_filler(day)
    if new and not is_filler(date.fromisoformat(new)):
        assert shifted(new, -days) == day.isoformat()


@given(DAYS, DAYS, st.binary(min_size=32, max_size=32), st.booleans())
def test_a_drawn_day_keeps_its_year_and_is_another(day: date, other: date, key: bytes, consistent: bool) -> None:
    assume(not is_filler(day) and not is_filler(other))
    text = f"{day} {other}"
    spans = [(0, 10, "date", 1.0, ""), (11, 21, "date", 1.0, "")]
    one, two = (date.fromisoformat(part) for part in Surrogates(key, consistent=consistent).write(text, spans).split())
    assert one != day and two != other
    assert (one.year, two.year) == (day.year, other.year)


@given(st.dates(date(2000, 1, 1), date(2049, 12, 31)), st.integers(2000, 2049))
def test_a_year_without_its_century_is_none_to_come(day: date, latest: int) -> None:
    seen: list[date] = []
    assume(f"{day:%d}" > "12")
    rewritten(f"{day:%m/%d/%y}", lambda read: seen.append(read), Reading(latest))
    try:
        before = day.replace(year=day.year - 100)
    except ValueError:
        return
    assert seen == [day if day.year <= latest else before]
