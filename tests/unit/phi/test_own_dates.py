"""A date of the row is found in its own text in every spelling in numbers or with the month's name, and no other is."""

import pytest

from cloister.phi.dictionary import needles
from cloister.phi.finding import Span
from cloister.phi.own_row import find_people

DAYS = ["1949-03-05", "2008-01-11", "2008-11-01", "2002-02-22", "1999-12-31", "2019-09-09"]


def found(*texts: str, day: str) -> list[str]:
    """What of the texts, looked at together, is the day of their rows."""
    joined = "\n\x00\n".join(texts)
    bounds, at = [], 0
    for text in texts:
        bounds.append((at, at + len(text)))
        at += len(text) + 3
    spans: list[Span] = []
    find_people(joined, joined.encode(), bounds, [needles({"birth_date": day})] * len(texts), spans)
    assert {(kind, score) for _, _, kind, score, _ in spans} <= {("date", 1.0)}
    return [joined[start:end] for start, end, *_ in sorted(spans)]


def in_numbers(day: str) -> set[str]:
    year, mm, dd = day.split("-")
    m, d = str(int(mm)), str(int(dd))
    written = {(year, mm, dd), (year, m, d)}
    for a, b in ((m, d), (m, dd), (mm, d), (mm, dd), (d, m), (dd, mm)):
        written |= {(a, b, year), (a, b, year[2:])}
    spellings = {gap.join(parts) for parts in written for gap in ("/", "-", ".", " ", " / ", ",\n")}
    return spellings | {year + mm + dd, mm + dd + year}


@pytest.mark.parametrize("day", DAYS)
def test_a_day_in_numbers_is_found_in_every_spelling(day: str) -> None:
    for spelling in in_numbers(day):
        assert found(f"seen {spelling}; rested", day=day) == [spelling]
        assert found(f"adm{spelling}d/c", day=day) == [spelling]


@pytest.mark.parametrize(
    "text",
    [
        "seen 3/6/1949 or 4/5/1949 or 3/5/1950 or 03/05/48",  # another day
        "3 of 5 in 1949 or 3 a 5 b 49 or 3/5 of 1949",  # words between
        "3     5/1949 or 3/5 ---- 1949",  # too far apart
        "69/97 or 6 997 or 354 or 3549 or 35 1949 or 3 51949 or 351949 or 5031949",  # run together
        "13/5/1949 or 3/51/949 or 3/5/19491 or 103/5/49 or 003/05/1949 or 3/5/949",  # a digit goes on
        "1949-05-03 or 1949 3 05 or 49-03-05 or 05031949 or 194935",  # an order or a mix of zeros that nobody writes
        "march 6, 1949; mar 5; 6 mar 1949 or march 1949",
        "5 t h march 1949 or 5march 48 or the 15 march 1949 or march 50, 1949",
        "mary 5 1949 or maroon 5 1949 or summar 5 1949",
    ],
)
def test_what_only_resembles_the_day_is_not_the_day(text: str) -> None:
    assert found(text, day="1949-03-05") == []


@pytest.mark.parametrize(
    "spelling",
    [
        "march 5", "mar 5, 1949", "March 05, 49", "MARCH 5TH, 1949", "5 mar 49", "05-Mar-1949", "5TH MARCH 1949", "5mar1949",
        "5th of march 1949", "5th of mar, 1949", "5thofmarch1949",
    ],
)  # fmt: skip
def test_a_day_with_its_month_in_letters_is_found(spelling: str) -> None:
    text = f"mary marched on; seen {spelling}; rested"
    start = text.index(spelling)
    covered = [value for value in found(text.lower(), day="1949-03-05") if len(value) > 6]
    assert spelling.lower() in covered, (spelling, text[start:])


def test_a_day_does_not_run_from_one_text_into_the_next() -> None:
    assert found("seen 3/5", "1949 was", day="1949-03-05") == []
    assert found("3/5/1949", "", "seen 3/5/49", day="1949-03-05") == ["3/5/1949", "3/5/49"]
    assert found("", "no number", day="1949-03-05") == []


def test_what_is_no_iso_date_is_looked_for_as_it_is_written() -> None:
    assert found("seen 5.III.1949, 5/3/1949", day="5 III 1949") == ["5.III.1949"]
    assert found("in 1949-13-05", day="1949-13-05") == ["1949-13-05"]
