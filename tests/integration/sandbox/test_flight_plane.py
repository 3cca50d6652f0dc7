"""Reading granted tables through the SDK: what is served arrives, nothing else does, and each read is counted."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import flight

import cloister.sdk
from cloister.adapters.flight_plane import ArrowTable, FlightPlane, Read
from cloister.core.errors import Denied, InvalidInput, KeyRefused, Unavailable

TRAIN = pa.table({"id": list(range(200_000)), "age": [a % 90 for a in range(200_000)], "drug": ["No", "Up"] * 100_000})
TEST = TRAIN.slice(0, 10)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / ("long" * 30) / "plane.sock"  # far beyond the 107 bytes of a socket's address


@pytest.fixture
def job(place, monkeypatch):
    """The SDK outside of any sandbox."""
    monkeypatch.setenv("CLOISTER_SOCKET", str(place))
    monkeypatch.setenv("CLOISTER_TOKEN", "token")
    monkeypatch.delenv("CLOISTER_JOB", raising=False)
    return cloister.sdk.job()


@pytest.fixture
def plane(place):
    plane = FlightPlane()
    with plane.serve(place, {"encounters": ArrowTable({"train": TRAIN, "test": TEST})}, token="token"):
        yield plane


def test_what_is_served_arrives_in_each_form(job, plane):
    columns = ["drug", "id"]
    assert job.read("encounters", columns=columns, split="train", as_="arrow").equals(TRAIN.select(columns))
    frame = job.read("encounters", columns=columns, split="test")
    assert isinstance(frame, pl.DataFrame) and frame.equals(pl.from_arrow(TEST.select(columns)))
    pandas = job.read("encounters", split="test", as_="pandas")
    assert list(pandas.columns) == ["id", "age", "drug"] and list(pandas["age"]) == list(range(10))
    assert plane.reads == [
        Read("encounters", ("drug", "id"), 200_000, "train"),
        Read("encounters", ("drug", "id"), 10, "test"),
        Read("encounters", ("id", "age", "drug"), 10, "test"),
    ]


def test_tables_and_columns_are_listed(job, plane):
    assert job.tables() == ("encounters",)
    assert job.columns("encounters") == ("id", "age", "drug")
    with pytest.raises(Denied, match="'patients' is not granted; granted: encounters"):
        job.columns("patients")
    assert plane.reads == []


@pytest.mark.parametrize(
    ("request_", "family", "message"),
    [
        ({"table": "encounters", "columns": ["age", "ssn"], "split": "train"}, Denied, "column 'ssn' of 'encounters'"),
        ({"table": "patients"}, Denied, "table 'patients' is not granted; granted: encounters"),
        ({"table": "encounters", "split": "canary"}, Denied, "split 'canary' is not granted; granted: 'train', 'test'"),
        ({"table": "encounters"}, Denied, "split '' is not granted"),
        ({"table": "encounters", "columns": []}, InvalidInput, "at least one column"),
        ({"table": "encounters", "columns": ["age", "age"]}, InvalidInput, "each once"),
        ({"table": "encounters", "columns": "age"}, InvalidInput, "columns is one text"),
        ({"table": "encounters", "as_": "csv"}, InvalidInput, "can't be read as 'csv'"),
    ],
)
def test_what_is_not_granted_is_named(job, plane, request_, family, message):
    with pytest.raises(family) as caught:
        job.read(**request_)
    assert message in caught.value.message
    assert "\n" not in caught.value.line()
    assert sum(read.rows for read in plane.reads) == 0


def test_a_wrong_token_reads_nothing(place, plane):
    for token in ("", "other", "token "):
        stranger = cloister.sdk.Job(place, token, output=place.parent)
        with pytest.raises(Denied, match="token"):
            stranger.read("encounters", split="train")
        with pytest.raises(Denied, match="token"):
            stranger.tables()
    assert plane.reads == []


def test_a_request_of_another_shape_is_refused(place, plane):
    folder = os.open(place.parent, os.O_RDONLY)
    client = flight.connect(f"grpc+unix:///proc/self/fd/{folder}/{place.name}")
    options = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer token")])
    for raw in (b"", b"[]", b"{}", b"\xff", b'{"table": "encounters", "split": null, "columns": 5}', b"null"):
        with pytest.raises(flight.FlightError):
            client.do_get(flight.Ticket(raw), options).read_all()
    with pytest.raises((flight.FlightError, pa.ArrowException)):
        client.do_put(flight.FlightDescriptor.for_path("encounters"), TRAIN.schema, options)[0].close()
    with pytest.raises((flight.FlightError, pa.ArrowException)):
        list(client.do_action(flight.Action("anything", b""), options))
    client.close()
    os.close(folder)
    assert plane.reads == []


class Broken:
    """A source that fails, with a patient in the message."""

    schema = TRAIN.schema

    def __init__(self, at: int, error: Exception) -> None:
        self.at = at
        self.error = error

    def read(self, columns, split):
        if self.at == 0:
            raise self.error

        def batches():
            for index, batch in enumerate(TRAIN.select(list(columns)).to_batches(max_chunksize=1000)):
                if index == self.at:
                    raise self.error
                yield batch

        return pa.RecordBatchReader.from_batches(TRAIN.select(list(columns)).schema, batches())


@pytest.mark.parametrize("at", [0, 3])
def test_a_failing_source_gives_its_type_and_never_its_message(place, job, at):
    plane = FlightPlane()
    with (
        plane.serve(
            place, {"encounters": Broken(at, ValueError("row of patient Jones, SSN 123-45-6789"))}, token="token"
        ),
        pytest.raises(Unavailable) as caught,
    ):
        job.read("encounters")
    assert "Jones" not in repr(caught.value) and "Jones" not in caught.value.line()
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    assert plane.reads == [Read("encounters", ("id", "age", "drug"), 1000 * at, "")]


def test_our_own_errors_keep_their_family(place, job):
    error = KeyRefused("the grant has ended", remedy="ask for a new grant")
    tables = {"encounters": Broken(0, error)}
    with FlightPlane().serve(place, tables, token="token"), pytest.raises(KeyRefused) as caught:
        job.read("encounters")
    assert caught.value.line() == "E-KEY: the grant has ended. Try: ask for a new grant."


def test_a_read_is_announced_before_its_first_byte_and_may_be_refused(place, job):
    seen = []

    def announce(table, columns, split):
        seen.append((table, columns, split))
        if split == "train":
            raise Denied("the audit log can't be written")

    plane = FlightPlane(on_read=announce)
    with plane.serve(place, {"encounters": ArrowTable({"train": TRAIN, "test": TEST})}, token="token"):
        assert job.read("encounters", columns=["age"], split="test").height == 10
        with pytest.raises(Denied, match="audit log"):
            job.read("encounters", columns=["age"], split="train")
    assert seen == [("encounters", ("age",), "test"), ("encounters", ("age",), "train")]
    assert plane.reads == [Read("encounters", ("age",), 10, "test")]


def test_socket_and_token_are_private_and_go_with_the_plane(place, job):
    with FlightPlane().serve(place, {"encounters": ArrowTable(TEST)}, token="token"):
        token = place.with_name("plane.sock.token")
        assert stat.S_IMODE(place.stat().st_mode) == 0o600 and stat.S_IMODE(token.stat().st_mode) == 0o600
        assert job.read("encounters").height == 10
    assert not place.exists() and not token.exists()
    with pytest.raises(Unavailable, match="not open"):
        job.read("encounters")


def test_a_reader_that_stops_neither_holds_the_environment_nor_reads_on_later(place):
    plane = FlightPlane()
    big = pa.table({"id": pa.array(range(3_000_000)), "more": pa.array(range(3_000_000))})
    with plane.serve(place, {"encounters": ArrowTable(big)}, token="token"):
        folder = os.open(place.parent, os.O_RDONLY)
        client = flight.connect(f"grpc+unix:///proc/self/fd/{folder}/{place.name}")
        options = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer token")])
        ticket = flight.Ticket(json.dumps({"table": "encounters", "split": None, "columns": None}).encode())
        stream = client.do_get(ticket, options)
        stream.read_chunk()
    assert 0 < plane.reads[0].rows < 3_000_000  # counted: what left, not what was asked for
    with pytest.raises((flight.FlightError, pa.ArrowException)):
        stream.read_all()
    assert plane.reads[0].rows < 3_000_000  # nothing more leaves once the plane is closed
    client.close()
    os.close(folder)


def test_parallel_readers_are_counted_apart(place, job, plane):
    threads = [threading.Thread(target=job.read, args=("encounters", ["id"], "train")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [read.rows for read in plane.reads] == [200_000] * 6


def test_a_plane_needs_a_token_and_a_table(place):
    for tables, token in (({}, "token"), ({"encounters": ArrowTable(TEST)}, "")):
        with pytest.raises(InvalidInput), FlightPlane().serve(place, tables, token=token):
            pass


def test_a_folder_that_is_missing_or_closed_gives_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(Unavailable) as caught,
        FlightPlane().serve(tmp_path / "file" / "plane.sock", {"encounters": ArrowTable(TEST)}, token="token"),
    ):
        pass
    assert "\n" not in caught.value.line()
