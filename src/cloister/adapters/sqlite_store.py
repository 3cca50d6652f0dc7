"""Records and events in one SQLite file (WAL, synchronous=FULL), written by one thread with group commit.

Each caller's transaction is a savepoint inside the batch that is waiting, and every caller is answered only
after the batch's single fsync. So 128 waiting writers cost one fsync and not 128, and none hears "done" early.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from cloister.adapters.sqlite_rows import SqliteUnit, SqliteView, check_rows, translated
from cloister.core.errors import NotFound, Unavailable
from cloister.crypto import RowSeal
from cloister.operations.ports import OpenIntent, Unit, View
from cloister.translog import MerkleState, leaf_hash

T = TypeVar("T")

_SCHEMA = (
    """
    CREATE TABLE record (
      kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT, parent TEXT, state TEXT NOT NULL, body BLOB NOT NULL,
      tag BLOB NOT NULL, PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    CREATE INDEX record_name ON record (kind, name);
    CREATE INDEX record_parent ON record (kind, parent);
    CREATE TABLE blob (digest TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE event (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time TEXT NOT NULL, body BLOB NOT NULL);
    CREATE TABLE intent (
      event_id TEXT PRIMARY KEY, action TEXT NOT NULL, plan BLOB NOT NULL, instance TEXT NOT NULL,
      tag BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE log (only INTEGER PRIMARY KEY CHECK (only = 1), state BLOB NOT NULL, checkpoint BLOB);
    CREATE TABLE seal (only INTEGER PRIMARY KEY CHECK (only = 1), sum BLOB NOT NULL);
    """,
    """
    CREATE TABLE edge (parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)) WITHOUT ROWID;
    CREATE INDEX edge_by_child ON edge (child, parent);
    INSERT OR IGNORE INTO edge SELECT e.value, r.id FROM record r, json_each(CAST(r.body AS TEXT), '$.parents') e
      WHERE r.kind = 'version';
    INSERT OR IGNORE INTO edge SELECT e.value, r.id FROM record r, json_each(CAST(r.body AS TEXT), '$.deliveries') e
      WHERE r.kind = 'version';
    INSERT OR IGNORE INTO edge SELECT json_extract(CAST(body AS TEXT), '$.source'), id FROM record
      WHERE kind = 'delivery';
    INSERT OR IGNORE INTO edge SELECT json_extract(CAST(body AS TEXT), '$.version'), id FROM record WHERE kind = 'job';
    INSERT OR IGNORE INTO edge SELECT json_extract(CAST(body AS TEXT), '$.job'), id FROM record WHERE kind = 'model';
    INSERT OR IGNORE INTO edge SELECT json_extract(CAST(body AS TEXT), '$.model'), id FROM record
      WHERE kind = 'release';
    """,
)
_BATCH = 512
_BUSY_SECONDS = 10.0


_NONE = "name its folder with --home, or make one: cloister environment NAME"


class SqliteStore:
    """The embedded default. Any number of threads may call it; several processes may share the file."""

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        """``key``: 32 bytes that seal the rows, kept apart from the database."""
        if not create and not path.is_file():
            raise NotFound("there is no environment here", where=str(path.parent), remedy=_NONE)
        self._path = path
        self._seal = RowSeal(key)
        self._queue: queue.SimpleQueue[tuple[Callable[[Unit], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        with translated():
            _migrate(self._connect())
            connection = self._connect()
        self._writer = threading.Thread(target=self._write_loop, args=(connection,), name="cloister-store", daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Finish what is waiting, and let go of the file; nothing may be asked of the store after this."""
        self._queue.put(None)
        self._writer.join()
        for connection in self._readers:
            connection.close()

    # -- writing ---------------------------------------------------------------------------------------------

    def write(self, work: Callable[[Unit], T]) -> T:
        """Run ``work`` in a transaction of its own; returns once it is on disk."""
        if not self._writer.is_alive():
            raise Unavailable("the environment is closed", remedy="open it again")
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future.result()

    def _write_loop(self, connection: sqlite3.Connection) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                connection.close()
                return
            batch = [first]
            stop = False
            while len(batch) < _BATCH and not self._queue.empty():
                item = self._queue.get()
                if item is None:
                    stop = True
                    break
                batch.append(item)
            self._commit(connection, batch)
            if stop:
                connection.close()
                return

    def _commit(self, connection: sqlite3.Connection, batch: list[tuple[Callable[[Unit], Any], Future[Any]]]) -> None:
        """One BEGIN IMMEDIATE and one fsync for the batch; a failed member rolls back to its own savepoint."""
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with translated():
                connection.execute("BEGIN IMMEDIATE")
                unit = SqliteUnit(connection, self._seal)
                for work, future in batch:
                    connection.execute("SAVEPOINT member")
                    unit.begin()
                    try:
                        result = work(unit)
                        unit.end()
                    except BaseException as error:  # handed to the caller whose work it was
                        if not connection.in_transaction:  # the engine itself rolled all back (disk full)
                            raise
                        connection.execute("ROLLBACK TO member")
                        answers.append((future, None, error))
                        unit.forget()
                    else:
                        answers.append((future, result, None))
                    connection.execute("RELEASE member")
                unit.finish()
                connection.execute("COMMIT")
        except BaseException as error:  # handed to every caller in the batch
            with contextlib.suppress(sqlite3.Error):  # a rollback that fails too may not leave the callers waiting
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            for _, future in batch:
                future.set_exception(error)
            return
        for future, result, failure in answers:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

    # -- reading ---------------------------------------------------------------------------------------------

    def view(self) -> View:
        return SqliteView(self._reader(), self._seal)

    def events(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        query = "SELECT body FROM event WHERE position >= ? AND position < ? ORDER BY position"
        with translated():
            for (body,) in self._reader().execute(query, (start, 2**62 if end is None else end)):
                yield body

    def event_count(self) -> int:
        with translated():
            row = self._reader().execute("SELECT COALESCE(MAX(position) + 1, 0) FROM event").fetchone()
        return int(row[0])

    def open_intents(self) -> tuple[OpenIntent, ...]:
        return SqliteView(self._reader(), self._seal).intents()

    def check_records(self) -> tuple[str, ...]:
        return check_rows(self._reader(), self._seal)

    # -- the log ---------------------------------------------------------------------------------------------

    def sequence(self, sign: Callable[[int, bytes], bytes]) -> bytes | None:
        """Append the new events to the Merkle tree and sign the checkpoint, in one transaction."""

        def work(unit: Unit) -> bytes | None:
            connection = unit._connection  # type: ignore[attr-defined]  # the unit of this very store
            row = connection.execute("SELECT state, checkpoint FROM log").fetchone()
            state = MerkleState.from_bytes(row[0]) if row else MerkleState.empty()
            query = "SELECT body FROM event WHERE position >= ? ORDER BY position"
            bodies = [body for (body,) in connection.execute(query, (state.size,))]
            if not bodies:
                return bytes(row[1]) if row else None
            state = state.extend(leaf_hash(body) for body in bodies)
            note = sign(state.size, state.root())
            connection.execute("INSERT OR REPLACE INTO log VALUES (1, ?, ?)", (state.to_bytes(), note))
            return note

        return self.write(work)

    def checkpoint(self) -> bytes | None:
        with translated():
            row = self._reader().execute("SELECT checkpoint FROM log").fetchone()
        return bytes(row[0]) if row else None

    # -- connections -----------------------------------------------------------------------------------------

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with translated():
                connection = self._connect()
                connection.execute("PRAGMA query_only = 1")
            self._local.connection = connection
            self._readers.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema to this version: one transaction for each step, counted in user_version."""
    done = connection.execute("PRAGMA user_version").fetchone()[0]
    if done > len(_SCHEMA):
        raise Unavailable("this environment was written by a newer Cloister", remedy="use that version or a later one")
    for number, script in enumerate(_SCHEMA[done:], done + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
    connection.close()
