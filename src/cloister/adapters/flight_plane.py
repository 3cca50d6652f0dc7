"""The data plane: granted tables over Arrow Flight on a Unix socket, each read counted before its first byte leaves.

Only what is handed to :meth:`FlightPlane.serve` exists: a column that is not in a table's schema, a split that is not
among the keys, can't be asked for. Answers to a refused request name tables and columns, never a value; a failure
inside a source is passed on as the exception's type alone, because its message may hold PHI.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import flight

from cloister.adapters.sandbox_spec import token_path
from cloister.core.errors import CloisterError, Denied, InvalidInput, Unavailable
from cloister.operations.ports import TableSource

_BATCH_ROWS = 65_536
_SHUTDOWN_SECONDS = 5.0


class Read(NamedTuple):
    """What one request took: ``rows`` is the number of rows that left, also when the reader broke off."""

    table: str
    columns: tuple[str, ...]
    rows: int
    split: str


class ArrowTable:
    """Tables in memory as a source: one for each split, or a single one under the empty name."""

    def __init__(self, splits: pa.Table | Mapping[str, pa.Table]) -> None:
        self._splits = dict(splits) if isinstance(splits, Mapping) else {"": splits}

    @property
    def schema(self) -> pa.Schema:
        return next(iter(self._splits.values())).schema

    def read(self, columns: Sequence[str], split: str) -> pa.RecordBatchReader:
        if split not in self._splits:
            granted = ", ".join(repr(name) for name in self._splits if name) or "none"
            raise Denied(f"the split {split!r} is not granted; granted: {granted}")
        return self._splits[split].select(list(columns)).to_reader(max_chunksize=_BATCH_ROWS)


class FlightPlane:
    """Serves tables to one job. ``on_read`` is called with (table, columns, split) before a read's first byte; when it
    raises, the read is refused: this is where the environment records the read.
    """

    def __init__(self, on_read: Callable[[str, tuple[str, ...], str], None] | None = None) -> None:
        self._on_read = on_read
        self._reads: list[Read] = []
        self._lock = threading.Lock()

    @property
    def reads(self) -> list[Read]:
        """Every read so far, in the order of the requests."""
        with self._lock:
            return list(self._reads)

    @contextlib.contextmanager
    def serve(self, socket: Path, tables: Mapping[str, TableSource], *, token: str) -> Iterator[FlightPlane]:
        """Serve ``tables`` on ``socket`` until the block ends. A source is asked for the split "" where none is named.

        The token is also written to the file ``<socket>.token``, mode 0600, from where the sandbox takes it; both files
        go when the block ends.

        Raises:
            InvalidInput: an empty token or no table.
            Unavailable: the socket can't be made.
        """
        if not token or not tables:
            raise InvalidInput("the data plane needs a token and at least one table")
        token_file = token_path(socket)
        with contextlib.ExitStack() as stack:
            try:
                socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_private(token_file, token)
                stack.callback(token_file.unlink, missing_ok=True)
                stack.callback(socket.unlink, missing_ok=True)
                stack.callback(_stop, *self._open(socket, tables, token))
                socket.chmod(0o600)
            except (OSError, pa.ArrowException) as error:
                raise Unavailable(
                    f"the data plane can't open its socket ({type(error).__name__})", where=str(socket)
                ) from None
            yield self

    def _open(self, socket: Path, tables: Mapping[str, TableSource], token: str) -> tuple[_Server, int]:
        """The running server and the descriptor of its folder, through which any path is short enough for a socket's
        address of 107 bytes.
        """
        folder = os.open(socket.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return _Server(f"grpc+unix:///proc/self/fd/{folder}/{socket.name}", dict(tables), token, self), folder
        except BaseException:
            os.close(folder)
            raise

    def _begin(self, read: Read) -> int:
        if self._on_read:
            self._on_read(read.table, read.columns, read.split)
        with self._lock:
            self._reads.append(read)
            return len(self._reads) - 1

    def _count(self, index: int, rows: int) -> None:
        with self._lock:
            read = self._reads[index]
            self._reads[index] = read._replace(rows=read.rows + rows)


class _Server(flight.FlightServerBase):  # type: ignore[misc] # pyarrow ships no types
    def __init__(self, address: str, tables: dict[str, TableSource], token: str, plane: FlightPlane) -> None:
        self._tables = tables
        self._plane = plane
        self.closing = threading.Event()
        super().__init__(address, middleware={"token": _TokenCheck(token)})

    def list_flights(self, _context: Any, _criteria: bytes) -> Iterator[Any]:
        """Every table with its permitted columns."""
        for name, source in sorted(self._tables.items()):
            yield flight.FlightInfo(source.schema, flight.FlightDescriptor.for_path(name), [], -1, -1)

    def do_get(self, _context: Any, ticket: Any) -> Any:
        """The ticket is JSON: ``{"table", "split", "columns"}``; no columns means all permitted ones."""
        try:
            table, split, columns = self._resolve(ticket.ticket)
            index = self._plane._begin(Read(table, columns, 0, split))
            reader = self._tables[table].read(columns, split)
        except Exception as error:
            raise flight.FlightServerError("read refused", _reason(error)) from None
        return flight.GeneratorStream(reader.schema, self._batches(reader, index))

    def _resolve(self, raw: bytes) -> tuple[str, str, tuple[str, ...]]:
        try:
            request = json.loads(raw)
            table, split, columns = str(request["table"]), str(request["split"] or ""), request["columns"]
        except (ValueError, KeyError, TypeError):
            raise InvalidInput("the request is not of this version") from None
        if table not in self._tables:
            raise Denied(f"table {table!r} is not granted; granted: {', '.join(sorted(self._tables))}")
        granted = tuple(self._tables[table].schema.names)
        columns = granted if columns is None else tuple(map(str, columns))
        if missing := [name for name in columns if name not in granted]:
            raise Denied(f"column {missing[0]!r} of {table!r} is not granted; granted: {', '.join(granted)}")
        if not columns or len(set(columns)) != len(columns):
            raise InvalidInput("ask for at least one column, and for each once")
        return table, split, columns

    def _batches(self, reader: pa.RecordBatchReader, index: int) -> Iterator[pa.RecordBatch]:
        try:
            for batch in reader:
                for start in range(0, batch.num_rows, _BATCH_ROWS):
                    if self.closing.is_set():
                        raise Unavailable("the environment has closed the data plane")
                    part = batch.slice(start, _BATCH_ROWS)
                    self._plane._count(index, part.num_rows)
                    yield part
        except Exception as error:
            raise flight.FlightServerError("read failed", _reason(error)) from None
        finally:
            reader.close()


class _TokenCheck(flight.ServerMiddlewareFactory):  # type: ignore[misc] # pyarrow ships no types
    def __init__(self, token: str) -> None:
        super().__init__()
        self._expected = f"Bearer {token}".encode()

    def start_call(self, _info: Any, headers: Mapping[str, list[str]]) -> None:
        given = next(
            (value for name, values in headers.items() if name.lower() == "authorization" for value in values), ""
        )
        if not hmac.compare_digest(given.encode(), self._expected):
            raise flight.FlightUnauthenticatedError("the token of this job is missing or wrong")


def _reason(error: Exception) -> bytes:
    """What the script may know: our own errors hold no value; of any other, the type alone."""
    if isinstance(error, CloisterError):
        return json.dumps({"code": error.code, "reason": error.message, "remedy": error.remedy}).encode()
    reason = f"the environment could not read the table ({type(error).__name__})"
    return json.dumps({"code": Unavailable.code, "reason": reason, "remedy": None}).encode()


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _stop(server: _Server, folder: int) -> None:
    """End the server; a client that stopped reading must not hold the environment, nor get more when it reads on."""
    server.closing.set()

    def shut() -> None:
        server.shutdown()
        os.close(folder)  # not before: the server takes its socket away through this descriptor

    thread = threading.Thread(target=shut, name="flight-stop", daemon=True)
    thread.start()
    thread.join(_SHUTDOWN_SECONDS)
