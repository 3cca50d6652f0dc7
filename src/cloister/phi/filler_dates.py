"""Days that systems write where no day is known: moved like a day they would tell by how many days.

Everybody knows how such a day reads before it is moved, so "1900-07-27" beside a person's other dates gives away the
person's number of days, and with it all of them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# Days on which hardly anything happened that is recorded. "1970-01-01" and "2000-01-01" are days like others and move:
# people were born on them. Who writes those for "unknown" leaves them out instead.
FILLERS = frozenset(
    date.fromisoformat(day)
    for day in (
        "0001-01-01",  # zero of .NET, Java's and Python's first day
        "1753-01-01",  # SQL Server's first day
        "1840-12-31", "1841-01-01",  # zero and first day of MUMPS
        "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01",  # spreadsheets, SQL Server's zero, forms
        "1904-01-01",  # zero of spreadsheets on Macintosh
        "2038-01-19", "2079-06-06",  # last days of Unix in 32 bits and of SQL Server's small date
        "2099-12-31", "2999-12-31", "9999-12-31",  # "until further notice"
    )
)  # fmt: skip
# Nobody whose record is open was seen before the first of these years or is to be seen after the last. The few born
# before it are far over 89, and lose that date in any case.
FIRST_YEAR, LAST_YEAR = 1902, 2099


def is_filler(value: date) -> bool:
    """Whether the day stands for "unknown" or "never", and is to go instead of being moved."""
    return value in FILLERS or not FIRST_YEAR <= value.year <= LAST_YEAR


def fillers(dates: pl.Series) -> pl.Series:
    """Of a column of dates, which are fillers; null is none."""
    import polars as pl

    # Polars knows days outside Python's calendar (the year 0): these are told by their year alone.
    listed = dates.is_in(pl.Series(sorted(FILLERS), dtype=pl.Date).implode())
    return (listed | ~dates.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).fill_null(value=False)
