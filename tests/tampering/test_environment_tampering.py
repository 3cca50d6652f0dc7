"""An environment's own files changed behind its back: data, manifests, log, checkpoint, database, all on disk.

The environment is real (SQLite, encrypted Parquet, local keyring) and small: one delivery, one version.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from cloister.app import App, create, open_environment
from cloister.core.errors import CloisterError
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.crypto import SigningKey, dsse
from cloister.operations import delivery_manifest
from cloister.operations.check_delivery import CheckDelivery
from cloister.operations.datasets import CreateDataset, CreateKey, NewDataset
from cloister.operations.evidence import VerifyDataset, VerifyLog
from cloister.operations.operation import Session
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.settle_quarantine import AdjudicateDelivery, MergeDelivery, Verdict
from cloister.operations.sources import KeyRevocation, RegisterSource, RevokeSourceKey, SourceKeyRequest
from cloister.operations.subjects import AddSubject, NewSubject
from cloister.records import DataClass

PASSPHRASE = "a passphrase for tests"
ROLES = {"steward": "data-steward", "custodian": "key-custodian", "officer": "privacy-officer"}
SCHEMA = TableSchema(
    (
        Column("patient", ColumnType.INTEGER, Role.PERSON),
        Column("age", ColumnType.INTEGER, Role.AGE),
        Column("readmitted", ColumnType.TEXT),
    )
)


def open_at(home: Path) -> App:
    return open_environment(home, home.parent / "passphrase")


def session(home: Path, name: str) -> Session:
    return Session(name, (home / "credentials" / name).read_text().strip())


def deliver(app: App, home: Path, folder: Path, sequence: int) -> None:
    folder.mkdir()
    rows = "".join(
        f"{n},{30 + n % 50},{'YES' if n % 3 else 'NO'}\n" for n in range(sequence * 100, sequence * 100 + 60)
    )
    content = b"patient,age,readmitted\n" + rows.encode()
    (folder / "stays.csv").write_bytes(content)
    files = {"stays.csv": hashlib.sha256(content).hexdigest()}
    key = SigningKey.from_bytes(b"H" * 32)
    (folder / delivery_manifest.MANIFEST).write_bytes(
        delivery_manifest.build("hospital", "stays", sequence, files, key)
    )
    steward = session(home, "steward")
    delivery = app.run(ReceiveDelivery(), Arrival(folder, "hospital"), steward)
    app.run(CheckDelivery(), delivery.id, steward)
    app.run(AdjudicateDelivery(), Verdict(delivery.id, (), "as checked"), steward)
    app.run(MergeDelivery(), delivery.id, session(home, "officer"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(the environment, the same at an earlier moment), both closed and whole."""
    root = tmp_path_factory.mktemp("clinic")
    home, earlier = root / "now", root / "earlier"
    (root / "passphrase").write_text(PASSPHRASE)
    create(home, "clinic", PASSPHRASE)
    app = open_at(home)
    for name, role in ROLES.items():
        credential = app.run(AddSubject(), NewSubject(name, frozenset({role})), session(home, "installer"))
        app.keep_credential(name, credential)
    steward = session(home, "steward")
    app.run(
        RegisterSource(), SourceKeyRequest("hospital", SigningKey.from_bytes(b"H" * 32).verify_key.to_text()), steward
    )
    app.run(CreateDataset(), NewDataset("stays", "custodian", DataClass.PHI, SCHEMA, "here", 365, "hospital"), steward)
    app.run(CreateKey(), "stays", session(home, "custodian"))
    deliver(app, home, root / "first", 1)
    app.close()
    shutil.copytree(home, earlier)
    app = open_at(home)
    deliver(app, home, root / "second", 2)
    app.close()
    with database(home) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home, earlier


class database:  # noqa: N801  reads as a statement: with database(home)
    def __init__(self, home: Path) -> None:
        self.connection = sqlite3.connect(home / "cloister.db", isolation_level=None)

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()


@pytest.fixture
def copies(environment: tuple[Path, Path], tmp_path: Path) -> Iterator[Callable[[], Path]]:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    count = iter(range(10_000))

    def copy() -> Path:
        target = tmp_path / f"copy-{next(count)}"
        shutil.copytree(environment[0], target)
        return target

    yield copy
    shutil.rmtree(tmp_path)


def problems(home: Path) -> list[str]:
    """All that the environment says about itself; an error that stops it counts too."""
    found: list[str] = []
    app = None
    try:
        app = open_at(home)
        for run in (
            lambda: app.run(VerifyDataset(), "stays", session(home, "steward")),
            lambda: app.run(VerifyLog(app.log), None, session(home, "officer")).problems,
        ):
            try:
                found += run()
            except CloisterError as error:
                found.append(error.line())
    except CloisterError as error:
        found.append(error.line())
    finally:
        if app is not None:
            app.close()
    return found


def flip(raw: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(raw)
    at = int(rng.integers(8 * len(raw)))
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


def test_no_false_alarm(copies: Callable[[], Path], environment: tuple[Path, Path]) -> None:
    home = copies()
    for _ in range(3):  # verifying is itself recorded, and the log goes on
        assert problems(home) == []


@pytest.mark.parametrize("fault", ["flip", "truncate", "remove", "swap", "link"])
def test_changed_data_is_named(fault: str, copies: Callable[[], Path]) -> None:
    for seed in range(4):
        home, rng = copies(), np.random.default_rng(seed)
        parts = sorted(part for part in (home / "store").rglob("*.parquet") if "quarantine" not in part.parts)
        assert len(parts) == 2
        part, other = (parts[at] for at in rng.permutation(2))
        raw = part.read_bytes()
        part.chmod(0o600)
        named = [part]
        if fault == "flip":
            part.write_bytes(flip(raw, rng))
        elif fault == "truncate":
            part.write_bytes(raw[: int(rng.integers(len(raw)))])
        elif fault == "remove":
            part.unlink()
        elif fault == "swap":
            other.chmod(0o600)
            part.write_bytes(other.read_bytes())
            other.write_bytes(raw)
            named = [part, other]
        else:
            part.rename(home / "elsewhere")
            part.symlink_to(home / "elsewhere")
        found = problems(home)
        for item in named:
            assert any(str(item.relative_to(home / "store")) in problem for problem in found), (fault, seed, found)


def test_changed_events_are_found(copies: Callable[[], Path]) -> None:
    for seed in range(8):
        home, rng = copies(), np.random.default_rng(seed)
        with database(home) as connection:
            count = connection.execute("SELECT count(*) FROM event").fetchone()[0]
            at = int(rng.integers(count))
            body = connection.execute("SELECT body FROM event WHERE position = ?", (at,)).fetchone()[0]
            changed = body.replace(b'"subject":"', b'"subject":"not-') if seed % 2 else flip(body, rng)
            connection.execute("UPDATE event SET body = ? WHERE position = ?", (changed, at))
        assert any("log" in problem for problem in problems(home)), seed


def test_dropped_and_reordered_events_are_found(copies: Callable[[], Path]) -> None:
    for seed in range(8):
        home, rng = copies(), np.random.default_rng(seed)
        with database(home) as connection:
            rows = connection.execute("SELECT position, body FROM event ORDER BY position").fetchall()
            if seed % 2:
                one, other = (int(n) for n in rng.choice(len(rows), 2, replace=False))
                connection.execute("UPDATE event SET body = ? WHERE position = ?", (rows[other][1], one))
                connection.execute("UPDATE event SET body = ? WHERE position = ?", (rows[one][1], other))
            else:
                drop = int(rng.integers(len(rows) - 1))
                connection.execute("DELETE FROM event WHERE position = ?", (drop,))
                connection.execute("UPDATE event SET position = -position WHERE position > ?", (drop,))
                connection.execute("UPDATE event SET position = -position - 1 WHERE position < 0")
        assert any("log" in problem for problem in problems(home)), seed


def test_changed_checkpoint_is_found(copies: Callable[[], Path]) -> None:
    for seed in range(4):
        home, rng = copies(), np.random.default_rng(seed)
        with database(home) as connection:
            state = connection.execute("SELECT state FROM log").fetchone()[0]
            connection.execute("UPDATE log SET state = ?", (state[:8] + flip(state[8:], rng),))
        assert problems(home), seed


def change_manifest(home: Path, change: Callable[[bytes], bytes]) -> None:
    """The signed manifest of one version; deliveries' are the source's and were believed when they came."""
    with database(home) as connection:
        rows = connection.execute("SELECT digest, content FROM blob ORDER BY digest").fetchall()
        digest, content = next(row for row in rows if row[0] in versions(connection))
        connection.execute("UPDATE blob SET content = ? WHERE digest = ?", (change(content), digest))


def test_changed_manifest_is_found(copies: Callable[[], Path]) -> None:
    for seed in range(4):
        home, rng = copies(), np.random.default_rng(seed)
        change_manifest(home, lambda content, rng=rng: flip(content, rng))
        assert problems(home), seed


def test_forged_manifest_is_named(copies: Callable[[], Path]) -> None:
    home, forger = copies(), SigningKey.from_bytes(b"F" * 32)
    change_manifest(
        home, lambda content: dsse.sign(dsse.parse(content).payload, dsse.parse(content).payload_type, forger)
    )
    assert any(problem.startswith("version ver_") for problem in problems(home))


def test_damaged_manifest_is_named(copies: Callable[[], Path]) -> None:
    home = copies()
    change_manifest(home, lambda content: content[1:])
    assert any("version ver_" in problem for problem in problems(home))


def versions(connection: sqlite3.Connection) -> set[str]:
    bodies = connection.execute("SELECT body FROM record WHERE kind = 'version'").fetchall()
    return {json.loads(body)["statement"] for (body,) in bodies}


def test_rolled_back_database_is_found(copies: Callable[[], Path], environment: tuple[Path, Path]) -> None:
    """Database and data of an earlier moment; the keyring, which is kept apart, remembers the later head."""
    home = copies()
    for name in ("cloister.db", "store", "files"):
        old, new = environment[1] / name, home / name
        if new.is_dir():
            shutil.rmtree(new)
            shutil.copytree(old, new)
        else:
            for extra in ("", "-wal", "-shm"):
                (home / f"{name}{extra}").unlink(missing_ok=True)
            shutil.copy(old, new)
    assert any("rolled back" in problem or "forked" in problem for problem in problems(home))


# -- an insider who can write the database and has not the passphrase ------------------------------------------------


def edit(home: Path, statement: str, *values: object) -> None:
    with database(home) as connection:
        assert connection.execute(statement, values).rowcount > 0


@pytest.mark.parametrize("kind", ["dataset", "dataset-keys", "delivery", "source", "subject", "version"])
def test_a_changed_record_is_named(kind: str, copies: Callable[[], Path]) -> None:
    for seed in range(3):
        home, rng = copies(), np.random.default_rng(seed)
        with database(home) as connection:
            rows = connection.execute("SELECT id, body FROM record WHERE kind = ? ORDER BY id", (kind,)).fetchall()
        identity, body = rows[int(rng.integers(len(rows)))]
        if seed == 0:
            edit(home, "DELETE FROM record WHERE id = ? AND kind = ?", identity, kind)
        else:
            edit(home, "UPDATE record SET body = ? WHERE id = ? AND kind = ?", flip(body, rng), identity, kind)
        assert any(f"{kind} {identity}: its record" in problem for problem in problems(home)), (seed, problems(home))


def test_a_duty_that_nobody_gave_is_refused(copies: Callable[[], Path]) -> None:
    """The steward writes themselves the officer's duty, or the officer a credential that the steward knows."""
    home = copies()
    with database(home) as connection:
        body = connection.execute("SELECT body FROM record WHERE kind = 'subject' AND name = 'steward'").fetchone()[0]
    edit(home, "UPDATE record SET body = ? WHERE name = 'steward'", body.replace(b"data-steward", b"privacy-officer"))
    assert any("subject" in problem for problem in problems(home))
    home = copies()
    known = hashlib.sha256(b"known").hexdigest().encode()
    with database(home) as connection:
        body = connection.execute("SELECT body FROM record WHERE kind = 'subject' AND name = 'officer'").fetchone()[0]
    own = json.loads(body)["credential"].encode()
    edit(home, "UPDATE record SET body = ? WHERE name = 'officer'", body.replace(own, known))
    assert any("subject" in problem for problem in problems(home))


def test_an_older_record_put_back_is_named(copies: Callable[[], Path], environment: tuple[Path, Path]) -> None:
    """One genuine row from an earlier copy of the database, such as a grant from before its revocation."""
    home = copies()
    app = open_at(home)
    key_id = SigningKey.from_bytes(b"H" * 32).key_id
    app.run(RevokeSourceKey(), KeyRevocation("hospital", key_id), session(home, "steward"))
    app.close()
    with database(environment[1]) as connection:
        row = connection.execute("SELECT * FROM record WHERE kind = 'source'").fetchone()
    edit(home, "REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", *row)
    assert any(f"source {row[1]}: its record is not the last" in problem for problem in problems(home))


def test_a_planted_intent_destroys_no_key(copies: Callable[[], Path]) -> None:
    """Recovery undoes what a dead process left open; a false intent would have it shred a data set, or remove files."""
    home = copies()
    with database(home) as connection:
        dataset = connection.execute("SELECT id FROM record WHERE kind = 'dataset'").fetchone()[0]
    for plan in ({"dataset": dataset}, {"folder": "../keyring"}):
        raw = json.dumps(plan, separators=(",", ":")).encode()
        row = ("ev_false", "key:create" if "dataset" in plan else "delivery:check", raw, "gone", bytes(32))
        edit(home, "REPLACE INTO intent VALUES (?, ?, ?, ?, ?)", *row)
        before = sorted(path.relative_to(home) for path in home.rglob("*") if path.is_file())
        assert any("intent ev_false" in problem for problem in problems(home))
        assert set(before) <= {path.relative_to(home) for path in home.rglob("*") if path.is_file()}
    with database(home) as connection:
        connection.execute("DELETE FROM intent")
    assert problems(home) == []  # the key still opens what was delivered


def test_swapped_version_folders_are_named(copies: Callable[[], Path]) -> None:
    home = copies()
    one, other = sorted({part.parent for part in (home / "store").rglob("*.parquet") if "quarantine" not in part.parts})
    one.rename(home / "aside")
    other.rename(one)
    (home / "aside").rename(other)
    found = problems(home)
    for folder in (one, other):
        assert any(str(folder.relative_to(home / "store")) in problem for problem in found), found
