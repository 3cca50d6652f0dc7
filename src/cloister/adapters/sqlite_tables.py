"""The plain tables of a SQLite database, whose bytes hold a record's cells with nothing between them.

The database is opened from memory. Only SELECT over a plain table's stored columns runs: an authoriser refuses every
function, so no view, trigger, computed column or virtual table of a hostile file has anything to execute.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import polars as pl

from cloister.phi.sweep import Reading, Table, Trouble

_HEADER = 100  # bytes; the size of a page at 16, the number of pages at 28
_ROWS = 100_000  # of one piece
_BYTES = 2**24  # of one piece
_ALL_ROWS = 20_000_000
_ALL_BYTES = 2**30
_TABLES = 2_000
_SECONDS = 300.0  # a whole database of the allowed size takes a tenth of it
_STEPS = 100_000  # of SQLite's machine between two looks at the clock
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)


def read_sqlite(raw: bytes) -> Reading:
    """Each plain table in pieces, cells as text; named by number, for names could be people's."""
    return Reading(tables=_pieces(raw))


def _pieces(given: bytes) -> Iterator[Table | Trouble]:
    raw = bytearray(given)
    page = int.from_bytes(raw[16:18], "big") * (1 if raw[16:18] != b"\x00\x01" else 2**16)
    if page * int.from_bytes(raw[28:32], "big") > len(raw) or len(raw) < _HEADER:
        yield Trouble("", "SQLite that is cut short")  # the pages that are there are read all the same
        if len(raw) < _HEADER:
            return
    raw[18:20] = b"\x01\x01"  # a database with a write-ahead log opens only as one without
    ends = time.monotonic() + _SECONDS
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.text_factory = lambda told: told.decode("utf-8", "replace")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(raw), 10**6))
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.execute("PRAGMA trusted_schema = OFF")
        database.deserialize(bytes(raw))
        database.execute("PRAGMA query_only = ON")
        del raw
        database.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS)
        yield from _tables(database)
    except (sqlite3.Error, ValueError, OverflowError, MemoryError) as fault:
        reason = "SQLite that takes too long" if time.monotonic() > ends else f"damaged SQLite ({type(fault).__name__})"
        yield Trouble("", reason)
    finally:
        database.close()


def _tables(database: sqlite3.Connection) -> Iterator[Table | Trouble]:
    listed = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' LIMIT ?", (_TABLES + 1,))
    tables = [(name, sql) for name, sql in listed if isinstance(name, str)]
    if len(tables) > _TABLES:
        yield Trouble("", f"more than {_TABLES} tables of SQLite")
    plain = [name for name, sql in tables[:_TABLES] if not str(sql).upper().lstrip().startswith("CREATE VIRTUAL")]
    columns = [_stored(database, name) for name in plain]
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
    spent = [0, 0]
    for number, (name, names) in enumerate(zip(plain, columns, strict=True), 1):
        place = f"table {number}"
        try:
            for piece in _rows(place, database, name, names, spent):
                yield piece
                if spent[0] > _ALL_ROWS or spent[1] > _ALL_BYTES:
                    yield Trouble(place, f"more than {_ALL_ROWS} rows or {_ALL_BYTES} bytes of SQLite")
                    return
        except sqlite3.Error as fault:
            yield Trouble(place, f"a table that can't be read ({type(fault).__name__})")


def _stored(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that are not computed."""
    told = database.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
    return [str(name) for _, name, *_, hidden in told if hidden == 0]


def _rows(place: str, database: sqlite3.Connection, table: str, names: list[str], spent: list[int]) -> Iterator[Table]:
    if not names:
        return
    listed = ", ".join(map(_quoted, names))
    found = database.execute(f"SELECT {listed} FROM main.{_quoted(table)}")  # noqa: S608  quoted names
    first, rows, size = 1, list[tuple[Any, ...]](), 0
    for row in found:
        rows.append(row)
        size += sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        if len(rows) >= _ROWS or size >= _BYTES:
            spent[:] = spent[0] + len(rows), spent[1] + size
            yield _piece(place, first, names, rows)
            first, rows, size = first + len(rows), [], 0
    if rows:
        spent[:] = spent[0] + len(rows), spent[1] + size
        yield _piece(place, first, names, rows)


def _piece(place: str, first: int, names: list[str], rows: list[tuple[Any, ...]]) -> Table:
    cells: dict[str, list[str | None]] = {}
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        cells[name] = [_cell(value) for value in column]
    return Table(place, first, pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)))


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
