"""Data loss prevention for tables: which cells hold an identifier, never the identifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cloister.core.errors import InvalidInput

if TYPE_CHECKING:
    import polars as pl

    from cloister.phi.detector import Detector


def scan_frame(
    frame: pl.DataFrame,
    columns: Sequence[str] | None = None,
    *,
    detector: Detector | None = None,
    sample: int | None = None,
) -> pl.DataFrame:
    """Cells that hold an identifier: row (u32), column, type, score; one line for each cell and type.

    Columns of text, categories, lists, objects and bytes are searched, all by default; cells whose column's name says
    what they are ("ssn" over whole numbers) count too, if they have the form that it promises. Each distinct value is
    searched once. ``sample`` bounds the distinct values searched for each column (the first, in order of appearance).

    Raises:
        InvalidInput: a column that the frame does not have.
    """
    import polars as pl

    from cloister.phi.detector import Detector
    from cloister.phi.hinted import hinted_cells

    wanted = list(columns) if columns is not None else frame.columns
    for name in wanted:
        if name not in frame.columns:
            raise InvalidInput(f"the table has no column {name!r} to scan")
    detector = detector or Detector()
    parts = [part for name in wanted if (part := _scan_column(frame[name], detector, sample)) is not None]
    parts += [_by_name(name, kind, fits) for name, (kind, fits) in hinted_cells(frame.select(wanted)).items()]
    schema = {"row": pl.UInt32, "column": pl.String, "type": pl.String, "score": pl.Float64}
    if not parts:
        return pl.DataFrame(schema=schema)
    order = [name for name in wanted if any(name == part["column"][0] for part in parts)]
    found = pl.concat(parts).group_by("row", "column", "type").agg(pl.col("score").max())
    return found.sort(pl.col("column").cast(pl.Enum(order)), "row", "type")


_BY_NAME = 0.9  # the score of a cell that its column's name and its own form tell


def _by_name(name: str, kind: str, fits: pl.Series) -> pl.DataFrame:
    import polars as pl

    rows = fits.arg_true().cast(pl.UInt32)
    return pl.DataFrame({"row": rows}).select(
        "row", pl.lit(name).alias("column"), pl.lit(kind).alias("type"), pl.lit(_BY_NAME).alias("score")
    )


def _as_text(item: Any) -> str | None:
    """A list, an object or bytes as text; bytes that are none are no letters of a name."""
    if item is None:
        return None
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


def _scan_column(values: pl.Series, detector: Detector, sample: int | None) -> pl.DataFrame | None:
    import polars as pl

    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    if values.dtype.is_nested() or values.dtype == pl.Binary:
        values = pl.Series(values.name, [_as_text(item) for item in values.to_list()], dtype=pl.String)
    if values.dtype != pl.String:
        return None
    distinct = values.unique(maintain_order=True).drop_nulls()
    if sample is not None:
        distinct = distinct.head(sample)
    # A cell without a letter run or three digits is a code or a measure.
    distinct = distinct.filter(distinct.str.contains(r"[A-Za-z]{3}|\d{2}[^\n]*\d|@"))
    found = detector.find_many(distinct)
    if not len(found):
        return None
    found = found.group_by("row", "type").agg(pl.col("score").max())
    hits = pl.DataFrame({"value": distinct.gather(found["row"]), "type": found["type"], "score": found["score"]})
    cells = pl.DataFrame({"row": pl.arange(len(values), eager=True, dtype=pl.UInt32), "value": values})
    return (
        cells.join(hits, on="value", how="inner")
        .select("row", pl.lit(values.name).alias("column"), "type", "score")
        .sort("row", "type")
    )
