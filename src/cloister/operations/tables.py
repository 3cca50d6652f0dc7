"""Delivered bytes to a frame and back: CSV (UTF-8) and Parquet, every value kept as it was sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import polars as pl

from cloister.core.errors import InvalidInput

MAX_LINE = 16 * 2**20
ENDINGS = (".csv", ".parquet")


def read_table(name: str, content: bytes) -> pl.DataFrame:
    """A table as texts (CSV) or in its own types (Parquet).

    Raises:
        InvalidInput: another format, not UTF-8, ragged rows, no rows, two columns of one name, values that no column
            can hold, a damaged file; names the file and, where known, the line.
    """
    if name.endswith(".parquet"):
        frame = _parquet(name, content)
    elif name.endswith(".csv"):
        frame = _csv(name, content)
    else:
        raise InvalidInput("this kind of file is not taken", where=name, remedy="send .csv (UTF-8) or .parquet")
    if not frame.height:
        raise InvalidInput("the table has no rows", where=name, remedy="send it once it has some")
    return frame


def _parquet(name: str, content: bytes) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
        remedy = "write it anew, without encryption"
        raise InvalidInput("not a readable Parquet file", where=name, remedy=remedy) from None
    for number, (_, kind) in enumerate(frame.schema.items(), 1):
        if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration, pl.Time):
            told = f"column {number} holds values of type {str(kind).partition('(')[0].lower()}, which no table takes"
            raise InvalidInput(told, where=name, remedy="send it as text, number, date or boolean, or leave it out")
    return frame


def _csv(name: str, content: bytes) -> pl.DataFrame:
    _check_utf8(name, content)
    header = _header(name, content)
    try:
        frame = pl.read_csv(io.BytesIO(content), infer_schema=False)
    except pl.exceptions.NoDataError:
        raise InvalidInput("the table is empty", where=name, remedy="send it once it has rows") from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        remedy = "check that each row has as many fields as the header, and that quotes are closed"
        raise InvalidInput("the rows do not fit the header", where=name, remedy=remedy) from None
    # Polars leaves doubled quotes in a header as they are.
    return frame.rename(dict(zip(frame.columns, header, strict=True))) if len(header) == frame.width else frame


def _header(name: str, content: bytes) -> list[str]:
    """The columns' names; refuses what a reader would pass over in silence: a name that stands twice, another
    separator, line ends of old.
    """
    if b"\r" in content and b"\n" not in content:
        remedy = "save it with line ends LF or CR LF"
        raise InvalidInput("the lines end with CR alone", where=name, remedy=remedy)
    line = content[: content.find(b"\n") + 1 or None].decode("utf-8").rstrip("\r\n")
    try:
        names = next(csv.reader([line]), [])
    except csv.Error:
        names = []
    repeated = [number for number, one in enumerate(names, 1) if one in names[: number - 1]]
    if repeated:
        told = f"column {repeated[0]} has the name of an earlier one"
        raise InvalidInput(told, where=f"{name}, line 1", remedy="give each column its own name")
    if len(names) == 1 and any(mark in line for mark in ";\t|"):
        told = "the fields are not separated by commas"
        raise InvalidInput(told, where=f"{name}, line 1", remedy="save it as CSV with commas")
    return names


def _check_utf8(name: str, content: bytes) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput("the table is in UTF-16", where=name, remedy="save it as UTF-8")
    if content.startswith(b"\xef\xbb\xbf"):
        raise InvalidInput("the table starts with a byte order mark", where=name, remedy="save it as UTF-8 without it")
    if b"\0" in content:
        raise InvalidInput("the table holds NUL bytes", where=name, remedy="save it as UTF-8 text")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput("the table is not UTF-8", where=f"{name}, line {line}", remedy="save it as UTF-8") from None


def same_columns(frames: Iterable[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """All files of a delivery as one frame; their columns must agree."""
    listed = list(frames)
    if not listed:
        raise InvalidInput("the delivery holds no table")
    first = listed[0][1]
    for name, frame in listed[1:]:
        if frame.columns != first.columns:
            raise InvalidInput("the delivery's files have different columns", where=name)
    return pl.concat([frame for _, frame in listed], how="vertical_relaxed")
