"""Rows of the embedded store: read with their tags, written within one transaction.

The database alone can't be believed: whoever can write the file could make themselves a subject, widen a grant or bring
a revoked one back. So each row carries a tag, and one sealed sum covers them all: see :mod:`cloister.crypto.rows`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from cloister.core.canonical import decode, decode_own, encode
from cloister.core.errors import CloisterError, IntegrityFailure, NotFound, Unavailable
from cloister.core.events import AuditEvent
from cloister.crypto import RowSeal
from cloister.operations.ports import OpenIntent
from cloister.records import from_value, to_value

R = TypeVar("R")

# The field of each kind that names what it belongs to.
_PARENT = {
    "attack": "target",
    "mosaic": "project",
    "linkage": "project",
    "audit": "project",
    "budget": "dataset",
    "delivery": "dataset",
    "determination": "version",
    "description": "dataset",
    "exception": "model",
    "grant": "project",
    "job": "project",
    "mitigation": "model",
    "model": "project",
    "release": "project",
    "statement": "about",
    "usage": "release",
    "validation": "model",
    "spend": "budget",
    "review": "dataset",
    "table": "dataset",
    "version": "dataset",
}
# The fields of each kind that name what it came from: the edges of lineage, kept in a table of their own. It is worked
# out from the records, which are sealed, so the check of the rows holds it against them.
_CAME_FROM = {
    "delivery": ("source",),
    "job": ("version",),
    "model": ("job",),
    "release": ("model",),
    "version": ("parents", "deliveries"),
}

_ROW = "kind, id, name, parent, state, body, tag"
_TAG = 32  # digits of a tag that an event carries
_CHANGED = "restore the newest backup of the database, and keep this one for the investigation"
# The command that lists a kind of record, where it is not the kind's own.
_LISTED = {
    "asked": "spend list",
    "audit": "fairness audits",
    "dataset-keys": "dataset list",
    "delivery": "deliver list",
    "description": "dataset list",
    "import": "model imports",
    "mitigation": "fairness mitigations",
    "mosaic": "grant list",
    "review": "phi queue",
    "usage": "release uses",
    "validation": "model validations",
    "version": "dataset versions DATASET",
}


class SqliteView:
    """Records by kind and id, read with one connection; a row whose tag is not its own is refused."""

    def __init__(self, connection: sqlite3.Connection, seal: RowSeal) -> None:
        self._connection = connection
        self._seal = seal

    def get(self, kind: type[R], record_id: str) -> R:
        return self._one(kind, "id = ?", record_id)

    def named(self, kind: type[R], name: str) -> R:
        return self._one(kind, "(name = ?1 OR id = ?1)", name)

    def _one(self, kind: type[R], where: str, value: str) -> R:
        noun = kind.kind  # type: ignore[attr-defined]  # every record names its kind
        query = f"SELECT {_ROW} FROM record WHERE kind = '{noun}' AND {where} ORDER BY id DESC LIMIT 1"  # noqa: S608  constants
        with translated():
            row = self._connection.execute(query, (value,)).fetchone()
        if row is None:
            raise NotFound(f"there is no {noun} {value!r}", remedy=f"cloister {_LISTED.get(noun, f'{noun} list')}")
        return self._record(kind, row)

    def find(self, kind: type[R], *, parent: str | None = None, state: str | None = None) -> tuple[R, ...]:
        query, values = f"SELECT {_ROW} FROM record WHERE kind = ?", [kind.kind]  # type: ignore[attr-defined]  # noqa: S608  see _one
        for column, value in (("parent", parent), ("state", state)):
            if value is not None:
                query += f" AND {column} = ?"
                values.append(value)
        with translated():
            rows = self._connection.execute(query + " ORDER BY id", values).fetchall()
        return tuple(self._record(kind, row) for row in rows)

    def _record(self, kind: type[R], row: tuple[Any, ...]) -> R:
        if not self._seal.matches(row[-1], row[:-1]):
            raise IntegrityFailure(f"{row[0]} {row[1]}: its record was changed behind the log", remedy=_CHANGED)
        return from_value(kind, decode_own(row[5]))

    def descendants(self, roots: Sequence[str]) -> tuple[str, ...]:
        return self._reached("parent", "child", roots)

    def ancestors(self, record_id: str) -> tuple[str, ...]:
        return self._reached("child", "parent", (record_id,))

    def _reached(self, start: str, end: str, roots: Sequence[str]) -> tuple[str, ...]:
        """Every node that edges lead to, roots left out; UNION drops repeats, so a cycle ends the walk."""
        query = (
            f"WITH RECURSIVE reached (id) AS (SELECT value FROM json_each(?) UNION "  # noqa: S608  constants
            f"SELECT edge.{end} FROM reached JOIN edge ON edge.{start} = reached.id) SELECT id FROM reached ORDER BY id"
        )
        with translated():
            found = self._connection.execute(query, (json.dumps(list(roots)),)).fetchall()
        return tuple(node for (node,) in found if node not in roots)

    def blob(self, digest: str) -> bytes:
        with translated():
            row = self._connection.execute("SELECT content FROM blob WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise NotFound(f"no statement with digest {digest[:12]}... is kept")
        content = bytes(row[0])
        if hashlib.sha256(content).hexdigest() != digest:
            raise IntegrityFailure(f"the bytes kept under digest {digest[:12]}... were changed")
        return content

    def intents(self) -> tuple[OpenIntent, ...]:
        with translated():
            rows = self._connection.execute("SELECT * FROM intent ORDER BY event_id").fetchall()
        return tuple(OpenIntent(*self._intent(row)) for row in rows)

    def _intent(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self._seal.matches(row[-1], ("#intent", *row[:-1])):
            raise IntegrityFailure(f"the open intent {row[0]} was changed or added behind the log", remedy=_CHANGED)
        return row[:-1]


class SqliteUnit(SqliteView):
    """One transaction for a batch of members; ``begin`` and ``end`` frame each member, ``forget`` undoes it."""

    def __init__(self, connection: sqlite3.Connection, seal: RowSeal) -> None:
        super().__init__(connection, seal)
        self._last: tuple[int, str] | None = None
        self._total, self._kept = None, None  # type: int | None, int | None
        self._touched: dict[str, str] = {}

    def begin(self) -> None:
        self._kept = self._total
        self._touched = {}

    def forget(self) -> None:
        """After a rollback the cached tail of the log may be wrong."""
        self._last = None
        self._total = self._kept

    def end(self) -> None:
        """A member that has changed a record has told the log so."""
        if self._touched:
            raise IntegrityFailure(f"no event tells of the change to {next(iter(self._touched))}")

    def finish(self) -> None:
        """Before the commit: the sum over all rows, sealed at the log's new end."""
        if self._total is not None:
            sealed = self._seal.seal_sum(self._total, self._tail()[0] + 1, os.urandom(12))
            self._connection.execute("INSERT OR REPLACE INTO seal VALUES (1, ?)", (sealed,))

    def _sum(self) -> int:
        """The sum over all rows; asked for before the first change, while the log's end is still the old one."""
        if self._total is None:
            self._total = open_total(self._connection, self._seal, self._tail()[0] + 1)
        return self._total

    def put(self, record: Any) -> None:
        value = to_value(record)
        kind, total = record.kind, self._sum()
        row = (kind, record.id, value.get("name"), value.get(_PARENT.get(kind, "")), record.state, encode(value))
        tag = self._seal.tag(row)
        query = "SELECT tag FROM record WHERE kind = ? AND id = ?"
        if (before := self._connection.execute(query, row[:2]).fetchone()) is not None:
            total = self._seal.subtract(total, before[0])
        self._total = self._seal.add(total, tag)
        self._connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, tag))
        self._connection.executemany("INSERT OR IGNORE INTO edge VALUES (?, ?)", _edges(kind, record.id, value))
        self._touched[f"{kind} {record.id}"] = tag.hex()[:_TAG]

    def put_blob(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._connection.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", (digest, content))
        return digest

    def append(self, event: AuditEvent) -> None:
        self._sum()
        position, _ = self._tail()
        if self._touched:
            event = replace(event, records={**event.records, **self._touched})
            self._touched = {}
        row = (position + 1, event.id, event.time, event.to_bytes())
        self._connection.execute("INSERT INTO event VALUES (?, ?, ?, ?)", row)
        self._last = (position + 1, event.time)

    def last_time(self) -> str:
        return self._tail()[1]

    def _tail(self) -> tuple[int, str]:
        if self._last is None:
            query = "SELECT position, time FROM event ORDER BY position DESC LIMIT 1"
            self._last = self._connection.execute(query).fetchone() or (-1, "")
        return self._last

    def open_intent(self, event_id: str, action: str, plan: bytes, instance: str) -> None:
        row = (event_id, action, plan, instance)
        tag = self._seal.tag(("#intent", *row))
        self._total = self._seal.add(self._sum(), tag)
        self._connection.execute("INSERT INTO intent VALUES (?, ?, ?, ?, ?)", (*row, tag))

    def close_intent(self, event_id: str) -> None:
        row = self._connection.execute("SELECT * FROM intent WHERE event_id = ?", (event_id,)).fetchone()
        if row is None:
            raise IntegrityFailure("this intent is settled already", where=f"event {event_id}")
        self._intent(row)
        self._total = self._seal.subtract(self._sum(), row[-1])
        self._connection.execute("DELETE FROM intent WHERE event_id = ?", (event_id,))


def _edges(kind: str, identity: str, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a record came from, as (parent, child)."""
    told = [value[field] for field in _CAME_FROM.get(kind, ())]
    named = [parent for one in told for parent in (one if isinstance(one, list) else [one])]
    return [(parent, identity) for parent in named if parent]


def open_total(connection: sqlite3.Connection, seal: RowSeal, position: int) -> int:
    """The sealed sum over all rows, as it stood after the last event.

    Raises:
        IntegrityFailure: it is not there, or was sealed at another end of the log.
    """
    row = connection.execute("SELECT sum FROM seal").fetchone()
    if row is None and position == 0:
        return 0
    try:
        return seal.open_sum(row[0] if row else b"", position)
    except CloisterError:
        raise IntegrityFailure("the records are not those of the last event", remedy=_CHANGED) from None


def check_rows(connection: sqlite3.Connection, seal: RowSeal) -> tuple[str, ...]:
    """One line for each record that is not as the log left it; one consistent look, whoever writes meanwhile."""
    with translated():
        connection.execute("BEGIN")
        try:
            return _problems(connection, seal)
        finally:
            connection.execute("COMMIT")


def _problems(connection: sqlite3.Connection, seal: RowSeal) -> tuple[str, ...]:
    tags: dict[str, bytes] = {}
    total, problems = 0, []
    edges: set[tuple[str, str]] = set()
    for row in connection.execute(f"SELECT {_ROW} FROM record"):  # noqa: S608  constants
        name = f"{row[0]} {row[1]}"
        if not seal.matches(row[-1], row[:-1]):
            problems.append(f"{name}: its record was changed behind the log")
        elif row[0] in _CAME_FROM:
            edges.update(_edges(row[0], row[1], decode(row[5])))
        tags[name] = row[-1]
        total = seal.add(total, row[-1])
    for row in connection.execute("SELECT * FROM intent"):
        if not seal.matches(row[-1], ("#intent", *row[:-1])):
            problems.append(f"the open intent {row[0]} was changed or added behind the log")
        total = seal.add(total, row[-1])
    for _, child in sorted(edges.symmetric_difference(connection.execute("SELECT parent, child FROM edge"))):
        problems.append(f"{child}: its lineage was changed behind the log")
    count = connection.execute("SELECT COALESCE(MAX(position) + 1, 0) FROM event").fetchone()[0]
    try:
        if not problems and open_total(connection, seal, count) == total:
            return ()
    except IntegrityFailure:
        pass
    return tuple(problems + _out_of_step(connection, tags)) or ("the records are not those of the last event",)


def _out_of_step(connection: sqlite3.Connection, tags: Mapping[str, bytes]) -> list[str]:
    """What the whole log says of each record, against the rows: which one is gone, older, or was never written."""
    last: dict[str, str] = {}
    for (body,) in connection.execute("SELECT body FROM event ORDER BY position"):
        try:
            last |= AuditEvent.from_bytes(body).records
        except CloisterError:  # a damaged event is found and named by the check of the log
            continue
    found = [f"{name}: its record was removed behind the log" for name in last if name not in tags]
    for name, tag in tags.items():
        if name not in last:
            found.append(f"{name}: its record was added behind the log")
        elif tag.hex()[:_TAG] != last[name]:
            found.append(f"{name}: its record is not the last one that the log tells of")
    return found


class translated:  # noqa: N801  reads as a statement: with translated()
    """SQLite's own errors as one clear line; the original text may hold a value, so it is dropped."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, CloisterError) or not isinstance(error, sqlite3.Error):
            return
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            remedy = "wait for the other command to end, then run this one again"
            raise Unavailable("the database is locked by another process", remedy=remedy) from None
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")):  # no room for the file, or for its shared index
            raise Unavailable("the disk is full", remedy="free some space, then run it again") from None
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            remedy = "make the environment's folder writable for this user"
            raise Unavailable("the database can't be written", remedy=remedy) from None
        if name.startswith("SQLITE_IOERR"):
            raise Unavailable("the disk answered with an error", remedy="check the disk") from None
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise IntegrityFailure("the database file is damaged", remedy="restore it from a backup") from None
        raise IntegrityFailure(f"the database refused a statement ({name or type(error).__name__})") from None
