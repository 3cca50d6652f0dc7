"""Columns under Safe Harbor: ZIP codes, dates, ages; whole columns at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role, TableSchema
from cloister.phi.safe_harbor import MAX_AGE, small_prefixes

if TYPE_CHECKING:
    import polars as pl


def zip3(values: pl.Series, census: str) -> pl.Series:
    """The three digits that may stay; "000" for small areas and for what is no ZIP code; null stays null."""
    import polars as pl

    text = values.cast(pl.String).str.strip_chars()
    if values.dtype.is_integer():
        text = text.str.zfill(5)
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
        return values.cast(pl.Date)
    text = values.cast(pl.String).str.strip_chars()
    text = text.replace("", None)
    dates = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    wrong = dates.null_count() - text.null_count()
    if wrong:
        raise InvalidInput(
            f"column {name!r} has {wrong} values that are no ISO 8601 date", remedy="write dates as YYYY-MM-DD"
        )
    return dates


def age_text(values: pl.Series) -> pl.Series:
    """Ages written as text; what holds no number becomes null, for it can't be checked."""
    import polars as pl

    ages = values.cast(pl.String).str.extract(r"^\s*(\d{1,3})(?:\.\d+)?\s*$").cast(pl.Int32)
    return ages.clip(upper_bound=MAX_AGE + 1).cast(pl.String).alias(values.name)


def latest_years(frame: pl.DataFrame, schema: TableSchema) -> pl.Series:
    """The year of each row's latest date; where a row has none, the latest of the table."""
    import polars as pl

    dates = [as_date(frame[name], name) for name in schema.with_role(Role.DATE)]
    if not dates or not len(frame):
        return pl.Series("latest", [None] * len(frame), dtype=pl.Int32)
    years = pl.DataFrame([series.dt.year().alias(str(index)) for index, series in enumerate(dates)]).max_horizontal()
    whole: Any = years.max()
    known = years if whole is None else years.fill_null(whole)  # none of the rows may have a date
    return known.cast(pl.Int32).alias("latest")
