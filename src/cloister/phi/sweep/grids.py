"""Tables that stand in a text or in JSON without being delimited text or a list of records.

HTML              <tr><td>40</td><td>3</td></tr>, a notebook's output among it
printed           a frame as text, cells parted by two blanks or more
rows              [[40, 3], [51, 9]], one list a line, and pandas' {"columns": [...], "data": [...]}
columns           {"age": [40, 51]} and pandas' {"age": {"0": 40, "1": 51}}
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:tr|table|tbody|thead)\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]{0,4096}+>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,4096}+>")
_GAP = re.compile(r" {2,}|\t")
_LEAST, _MOST = 3, 2_000  # columns of a table
_ROWS = 100_000  # of a piece

Row = list[str | None]


def from_html(text: str) -> Iterator[pl.DataFrame]:
    """The tables of a page."""
    if _ROW.search(text):
        yield from _frames(
            [html.unescape(_TAG.sub("", cell)).strip() for cell in _CELL.split(_CLOSED.split(row, maxsplit=1)[0])[1:]]
            for row in _ROW.split(text)[1:]
        )


def from_print(text: str) -> Iterator[pl.DataFrame]:
    """Lines of cells parted by two blanks or more; a line with one cell less before them names the columns."""
    yield from _frames([*_GAP.split(line.strip())] if "  " in line else [] for line in text.splitlines())


def from_json(document: Any) -> Iterator[pl.DataFrame]:
    """Lists of lists, and objects of columns, at any depth of a document."""
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            if item and all(isinstance(part, list) and _is_flat(part) for part in item):
                yield from _frames([cell_text(cell) for cell in part] for part in item)
            else:
                waiting.extend(part for part in item if isinstance(part, list | dict))
        elif isinstance(item, dict) and _is_split(item):
            yield from _frames([cell_text(cell) for cell in row] for row in (item["columns"], *item["data"]))
        elif isinstance(item, dict):
            yield from _of_columns(item)
            waiting.extend(part for part in item.values() if isinstance(part, list | dict))


def _is_split(item: dict[str, Any]) -> bool:
    data = item.get("data")
    return (
        isinstance(item.get("columns"), list) and isinstance(data, list) and all(isinstance(row, list) for row in data)
    )


def _of_columns(item: dict[str, Any]) -> Iterator[pl.DataFrame]:
    columns = [list(part.values()) if isinstance(part, dict) else part for part in item.values()]
    flat = all(isinstance(part, list) and part and _is_flat(part) for part in columns)
    if flat and len(columns) >= _LEAST and len({len(part) for part in columns}) == 1:
        rows = zip(*columns, strict=True)
        yield from _frames([list(item), *([cell_text(cell) for cell in row] for row in rows)])


def cell_text(value: Any) -> str | None:
    """A value of JSON as a cell."""
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else json.dumps(value)


def _is_flat(row: list[Any]) -> bool:
    return not any(isinstance(cell, list | dict) for cell in row)


def _frames(rows: Iterable[Row]) -> Iterator[pl.DataFrame]:
    """Rows of one width that follow each other; the first gives the names of the columns, and is a row itself."""
    group: list[Row] = []
    header: Row | None = None
    for row in rows:
        if group and (len(row) != len(group[0]) or len(group) >= _ROWS):
            yield from _frame(group, header)
            # A printed frame's columns are named in a line that has nothing over the numbers of its rows.
            header = ["", *group[0]] if len(group) == 1 and len(row) == len(group[0]) + 1 else None
            group = []
        if row:
            group.append(row)
    yield from _frame(group, header)


def _frame(rows: list[Row], header: Row | None) -> Iterator[pl.DataFrame]:
    if len(rows) < 2 or not _LEAST <= len(rows[0]) <= _MOST:
        return
    names = [name or "" for name in header or rows[0]]
    if len(set(names)) < len(names):
        names = [str(number) for number in range(len(names))]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    yield pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
