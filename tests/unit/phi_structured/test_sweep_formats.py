"""Databases, Arrow's streams and zlib of every level are searched; what can't be is told and never clean."""

from __future__ import annotations

import io
import sqlite3
import zlib

import polars as pl
import pytest

from cloister.adapters.sqlite_tables import read_sqlite
from cloister.phi.detector import Detector
from cloister.phi.sweep import DATABASE, Limits, Trouble, fingerprint_rows, stream_encoding, sweep

KEY = b"0123456789abcdef"
PEOPLE = pl.DataFrame(
    {
        "mrn": [f"MR{7000000 + i * 37}" for i in range(40)],
        "first_name": ["Ignatius", "Oberon"] * 20,
        "ssn": [f"6{i:02}-13-86{i:02}" for i in range(10, 50)],
        "a1c": [5.5 + i / 10 for i in range(40)],
    }
)
KNOWN = fingerprint_rows(PEOPLE, KEY)
NOTE = b"Oberon Ottermole, SSN 642-13-8628, was seen in clinic today.\n" * 3


def find(text):
    return [(start, end, kind) for start, end, kind, *_ in Detector(threshold=0.7).spans([text])[0]]


def swept(raw: bytes, *, phi: bool = False, limits: Limits | None = None):
    (report,) = sweep(
        [("item", io.BytesIO(raw))],
        find=find if phi else None,
        fingerprints=KNOWN,
        key=KEY,
        limits=limits,
        readers={DATABASE: read_sqlite},
    )
    return report


def counts(report, kind: str) -> int:
    return max((hit.count for hit in report.hits if hit.kind == kind), default=0)


def database(*statements: str, frame: pl.DataFrame = PEOPLE) -> bytes:
    held = sqlite3.connect(":memory:")
    held.execute(f"CREATE TABLE people ({', '.join(frame.columns)})")
    held.executemany(f"INSERT INTO people VALUES ({', '.join('?' * frame.width)})", frame.rows())  # noqa: S608  our own names
    for statement in statements:
        held.execute(statement)
    held.commit()
    return held.serialize()


def stream(frame: pl.DataFrame) -> bytes:
    import pyarrow as pa

    table = frame.to_arrow()
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


@pytest.mark.parametrize("raw", [database(), stream(PEOPLE)], ids=["SQLite", "Arrow stream"])
def test_rows_and_columns_of_a_table_in_bytes(raw):
    report = swept(raw, phi=True)
    assert counts(report, "copy:rows") == 40
    assert counts(report, "phi:ssn") == 40
    assert counts(report, "phi:mrn") == 40
    assert not report.troubles
    assert stream_encoding(raw[:4096]) is None


def test_a_database_with_a_write_ahead_log_and_odd_names():
    raw = bytearray(
        database('CREATE TABLE "a""b; DROP" ("x""y")', 'INSERT INTO "a""b; DROP" VALUES (\'SSN 642-13-8628\')')
    )
    raw[18:20] = b"\x02\x02"
    report = swept(bytes(raw), phi=True)
    assert counts(report, "copy:rows") == 40
    assert any(hit.where == "item table 2 column 1" and hit.kind == "phi:ssn" for hit in report.hits)


def test_nothing_of_a_database_is_executed():
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    raw = database(
        f"CREATE VIEW endless AS {endless}",
        "CREATE TABLE computed (a, b AS (hex(zeroblob(100000000))))",
        "INSERT INTO computed (a) VALUES (1)",
        "CREATE TRIGGER t AFTER INSERT ON people BEGIN DELETE FROM people; END",
    )
    report = swept(raw)
    assert counts(report, "copy:rows") == 40
    assert not report.troubles


@pytest.mark.parametrize(
    ("raw", "limits"),
    [
        (database()[:5000], None),
        (database()[:100] + b"\xff" * 4000, None),
        (b"SQLite format 3\x00", None),
        (database(), Limits(member=1000)),
        (database(), None),
    ],
)
def test_damaged_and_large_databases_are_troubles(raw, limits, monkeypatch):
    monkeypatch.setattr("cloister.adapters.sqlite_tables._ALL_BYTES", 500)
    report = swept(raw, limits=limits)
    assert report.troubles
    assert not report.clean


def test_a_database_without_its_reader_is_told():
    (report,) = sweep([("item", io.BytesIO(database()))], fingerprints=KNOWN, key=KEY)
    assert [trouble.reason for trouble in report.troubles] == ["a format that is not searched inside: sqlite"]


def test_other_databases_are_clean():
    other = pl.DataFrame({"epoch": list(range(30)), "loss": [1 / (i + 1) for i in range(30)]})
    assert swept(database(frame=other).replace(b"people", b"losses"), phi=True).clean


def test_bytes_that_only_begin_like_an_arrow_stream():
    report = swept(b"\xff\xff\xff\xff" + bytes(range(256)) * 4 + NOTE, phi=True)
    assert counts(report, "phi:ssn") == 3


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89HDF\r\n\x1a\n" + b"\x00" * 600,
        b"ORC\x0a\x00\x00" + b"\x01" * 600,
        b"$FL3@(#) SPSS DATA FILE" + b"\x00" * 600,
        b"\x37\x7f\x06\x82" + b"\x00" * 600,
        b"\x80\x05\x95\x8c\x0bpyarrow.lib\x94" + b"\x00" * 50,
        b"\x80\x05\x95\x8c\x04data\x94C\x40\x1f\x8b\x08\x00" + b"\x00" * 60,
    ],
    ids=["HDF5", "ORC", "zsav", "log of SQLite", "Arrow in a pickle", "gzip in a pickle"],
)
def test_what_is_not_searched_inside_is_told(raw):
    (trouble,) = swept(raw).troubles
    assert isinstance(trouble, Trouble)
    assert "not searched inside" in trouble.reason


def test_a_plain_pickle_and_a_text_of_such_letters_are_read_whole():
    assert swept(b"\x80\x04\x95\x8c\x04loss\x94G?\xe0\x00\x00\x00\x00\x00\x00\x8c\x05first\x94u.", phi=True).clean
    assert swept(b"ORC group, first list of loss\n" * 40).clean


@pytest.mark.parametrize("level", range(10))
@pytest.mark.parametrize("window", [9, 12, 15])
def test_zlib_of_every_level_and_window(level, window):
    packer = zlib.compressobj(level, zlib.DEFLATED, window)
    report = swept(packer.compress(NOTE) + packer.flush(), phi=True)
    assert counts(report, "phi:ssn") == 3
    assert not report.troubles


def test_what_follows_a_zlib_stream_is_read_or_told():
    report = swept(zlib.compress(b"epoch 1") + b"\x00" * 70000 + zlib.compress(NOTE, 4), phi=True)
    assert counts(report, "phi:ssn") == 3
    assert not report.troubles
    report = swept(zlib.compress(NOTE) + NOTE, phi=True)
    assert counts(report, "phi:ssn") == 3
    assert [trouble.reason for trouble in report.troubles] == ["damaged zlib (error)"]


@pytest.mark.parametrize("text", [b"x^2 + y^2 = 1\n", b"X\tY\n1\t2\n3\t4\n", b"8C\n", b"h\x81 loss\n"])
def test_letters_that_begin_like_zlib_are_text(text):
    report = swept(text * 60 + NOTE, phi=True)
    assert counts(report, "phi:ssn") == 3
    assert not report.troubles
