"""Columns under Safe Harbor: ZIP codes, dates, ages; whole columns at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role, TableSchema
from cloister.phi.filler_dates import fillers
from cloister.phi.safe_harbor import MAX_AGE, small_prefixes

if TYPE_CHECKING:
    import polars as pl


def zip3(values: pl.Series, census: str) -> pl.Series:
    """The three digits that may stay; "000" for small areas and for what is no ZIP code; null stays null."""
    import polars as pl

    text = as_text(values).str.strip_chars()
    if values.dtype.is_numeric() or _were_floats(values):
        text = text.str.zfill(5)
    text = text.str.replace(r"^(\d{4})$", "0$1")  # a number on its way through a spreadsheet lost its zero
    prefix = text.str.extract(r"^(\d{3})(?:\d{2}(?:-?\d{4})?)?$")
    small = pl.Series(sorted(small_prefixes(census)))
    frame = pl.DataFrame({"text": text, "prefix": prefix})
    return frame.select(
        pl.when(pl.col("text").is_null()).then(None)
        .when(pl.col("prefix").is_null() | pl.col("prefix").is_in(small.implode())).then(pl.lit("000"))
        .otherwise(pl.col("prefix")).alias(values.name)
    )[values.name]  # fmt: skip


def as_date(values: pl.Series, name: str) -> pl.Series:
    """Calendar dates, from dates, times or ISO 8601 text.

    Raises:
        InvalidInput: some value is none of them; the message counts them.
    """
    import polars as pl

    if values.dtype == pl.Date:
        return values
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.replace_time_zone(None).cast(pl.Date)  # the day of the place, as texts of the row tell it
    text = values.cast(pl.String).str.strip_chars()
    text = text.replace("", None)
    dates = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    wrong = dates.null_count() - text.null_count()
    if wrong:
        raise InvalidInput(
            f"column {name!r} has {wrong} values that are no ISO 8601 date", remedy="write dates as YYYY-MM-DD"
        )
    return dates


_EXACT = 2**53  # above it a float is no number of anything
_AGE = (
    r"^\s*(?P<more>>|\x{2265}|>=|over|above)?\s*(?P<years>\d{1,3})(?:\.\d+)?\s*(?P<plus>\+)?\s*"
    r"(?:years?|yrs?|y/?o?)?\.?\s*(?:old)?\s*$"
)


def age_text(values: pl.Series) -> pl.Series:
    """Ages written as text ("94", "95 years", "90+", ">89"); what holds none becomes null, for it can't be checked."""
    import polars as pl

    found = values.cast(pl.String).str.to_lowercase().str.extract_groups(_AGE).struct
    years, more = found.field("years").cast(pl.Int32), found.field("more").is_not_null()
    return (years + more.cast(pl.Int32)).clip(upper_bound=MAX_AGE + 1).cast(pl.String).alias(values.name)


_WAS_FLOAT = r"^(\s*\d{1,15})\.0\s*$"


def as_text(values: pl.Series) -> pl.Series:
    """Numbers as they are written elsewhere: a column of whole numbers that became floats for a missing one is "7".

    So is one that was written as text since then, "7.0" in every row.
    """
    import polars as pl

    if _were_floats(values):
        return values.str.replace(_WAS_FLOAT, "$1")
    if values.dtype.is_float() and (values.abs() < _EXACT).all() and (values == values.round()).all():
        values = values.cast(pl.Int64)
    return values.cast(pl.String)


def _were_floats(values: pl.Series) -> bool:
    import polars as pl

    if values.dtype != pl.String:
        return False
    given = values.drop_nulls()
    given = given.filter(given.str.strip_chars() != "")
    return bool(len(given)) and bool(given.str.contains(_WAS_FLOAT).all())


def latest_years(frame: pl.DataFrame, schema: TableSchema) -> pl.Series:
    """The year of the latest date of each row's person, or of the row where nobody is named.

    Where there is none, the latest of the table; null where the table has none. Days that stand for an unknown
    one don't count.
    """
    import polars as pl

    dates = [as_date(frame[name], name) for name in schema.with_role(Role.DATE)]
    if not dates or not len(frame):
        return pl.Series("latest", [None] * len(frame), dtype=pl.Int32)
    known = [series.set(fillers(series), None).dt.year() for series in dates]
    years = pl.DataFrame([series.alias(str(index)) for index, series in enumerate(known)]).max_horizontal()
    if schema.person is not None:
        whose = as_text(frame[schema.person])
        own = pl.col("year").max().over("person")
        both = pl.DataFrame({"year": years, "person": whose})
        years = both.select(pl.when(pl.col("person").is_null()).then(pl.col("year")).otherwise(own).alias("year"))[
            "year"
        ]
    whole: Any = years.max()
    found = years if whole is None else years.fill_null(whole)  # none of the rows may have a date
    return found.cast(pl.Int32).alias("latest")
