"""The composition root: builds an environment out of its adapters. Nothing else imports them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cloister import settings
from cloister.adapters import installed, instances
from cloister.adapters.durable import disk_error, write_file
from cloister.adapters.flight_plane import FlightPlane
from cloister.adapters.local_files import LocalFiles
from cloister.adapters.local_keyring import LocalKeyring
from cloister.adapters.parquet_versions import ParquetVersions
from cloister.adapters.places import OutsidePlaces
from cloister.adapters.sandbox_bubblewrap import BubblewrapSandbox
from cloister.adapters.sandbox_unconfined import UnconfinedRunner
from cloister.adapters.sqlite_store import SqliteStore
from cloister.adapters.tesseract import TesseractReader, tesseract
from cloister.core.actions import Action
from cloister.core.clock import Clock, SystemClock, to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, NotFound, Unavailable
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import is_name, new_id
from cloister.crypto import SigningKey, derive
from cloister.operations.catalogue import effects, provisions
from cloister.operations.evidence import LogReader
from cloister.operations.mediator import Mediator
from cloister.operations.operation import Operation, Session
from cloister.operations.ports import FileStore, Places, Unit, World
from cloister.operations.projects import ENVIRONMENT_KEY
from cloister.phi.leaks import LineScrubber
from cloister.policy import PolicySet
from cloister.records import RoleName, Subject
from cloister.translog import Checkpoint, MerkleState, NoteKey, leaf_hash, open_checkpoint, sign_checkpoint

Q = TypeVar("Q")
R = TypeVar("R")

_FORMAT = "cloister-environment/2"
_DESCRIPTION = "environment.json"
_ROWS = "rows of the database"  # what the key is for that seals them
NO_HEAD = "whether the log was rolled back or forked is not computed: its head in the keyring's folder was missing"


def _quiet(step: str, done: int, total: int) -> None:
    """No progress is shown."""


@dataclass(slots=True)
class App:
    """One open environment. ``run`` is the only way to do anything in it."""

    home: Path
    name: str
    log: LogReader
    _store: SqliteStore
    _mediator: Mediator
    _world: World
    _note_key: NoteKey
    _lock: int
    notice: str | None = None  # what could not be checked when it was opened

    @property
    def public_key(self) -> str:
        """The note key that verifies this environment's checkpoints and statements."""
        return self._note_key.to_text()

    def run(self, operation: Operation[Q, R], request: Q, session: Session) -> R:
        """Run one operation, and bring the signed log up to it.

        Once the operation's own transaction is on disk, the step is done: where the disk has no room left for the
        checkpoint after it, the next start signs the head, and this step is not reported as failed.
        """
        try:
            return self._mediator.run(operation, request, session)
        finally:
            with contextlib.suppress(Unavailable):
                self.sequence()

    def sequence(self) -> bytes:
        """Append what is new to the Merkle log, sign its checkpoint, remember the head apart from the database."""
        note = self._store.sequence(_signer(self.name, self._world.signer))
        if note is None:
            raise IntegrityFailure("the log has no event")
        if note != self._world.keys.head():
            self._world.keys.remember_head(note)
        return note

    def session(self, subject: str, credential_file: Path, *, purpose: str | None = None) -> Session:
        """Who acts, with the credential from its file.

        Raises:
            NotFound: there is no such file.
        """
        try:
            return Session(subject, credential_file.read_text().strip(), purpose=purpose)
        except FileNotFoundError:
            raise NotFound(
                f"there is no credential for {subject!r}", where=str(credential_file), remedy="cloister subject add"
            ) from None
        except (OSError, UnicodeDecodeError):
            raise Unavailable("the credential file can't be read", where=str(credential_file)) from None

    def keep_credential(self, subject: str, credential: str) -> Path:
        """Put a new credential where only this user can read it."""
        path = self.home / "credentials" / subject
        write_file(path, credential.encode() + b"\n")
        return path

    def now(self) -> datetime:
        """The environment's own clock."""
        return self._world.clock.now()

    def close(self) -> None:
        self._store.close()
        os.close(self._lock)


def _signer(name: str, key: SigningKey) -> Callable[[int, bytes], bytes]:
    """Signs the log's checkpoints."""
    note_key = NoteKey(name, key.verify_key.raw)
    return lambda size, root: sign_checkpoint(Checkpoint(name, size, root), note_key, key.sign)


def create(home: Path, name: str, passphrase: str, *, clock: Clock | None = None) -> None:
    """Make a new environment in a folder that is empty or not there, with the installer as its only subject.

    Raises:
        InvalidState: something is there already.
        Unavailable: the folder can't be written.
    """
    if not is_name(name):
        raise InvalidInput("an environment's name is lower-case words joined by hyphens")
    if home.exists() and any(home.iterdir()):
        raise InvalidState("the folder is not empty", where=str(home), remedy="name another folder")
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in ("run", "store", "files", "credentials", "keyring"):
            (home / part).mkdir(mode=0o700)
    except OSError as error:
        raise disk_error(error) from None
    moment = (clock or SystemClock()).now()
    keyring = LocalKeyring.create(home / "keyring", passphrase, os.urandom)
    keyring.create_key(ENVIRONMENT_KEY)
    seed, scalar = os.urandom(32), os.urandom(32)
    credential = os.urandom(32).hex()
    store = SqliteStore(home / "cloister.db", derive(seed, _ROWS), create=True)
    installer = Subject(
        new_id("sub", moment, os.urandom(10)),
        "installer",
        frozenset({RoleName.INSTALLER.value}),
        hashlib.sha256(credential.encode()).hexdigest(),
    )
    created = AuditEvent(
        id=new_id("ev", moment, os.urandom(10)),
        time=to_text(moment),
        subject="installer",
        action=Action.ENVIRONMENT_CREATE.value,
        resource=name,
        outcome=Outcome.DONE,
        policy_set=PolicySet.default().hash,
        provisions=("164.308(a)(3)(ii)(A)",),
        facts={"name": name},
    )

    def begin(unit: Unit) -> None:
        unit.put(installer)
        unit.append(created)

    store.write(begin)
    # Remembered from the first event on, so that an environment without a head has lost it.
    keyring.remember_head(store.sequence(_signer(name, SigningKey.from_bytes(seed))) or b"")
    store.close()
    write_file(home / "credentials" / "installer", credential.encode() + b"\n")
    description = {
        "format": _FORMAT,
        "name": name,
        "created": to_text(moment),
        "signing": _wrapped(keyring, "signing", seed),
        "model_signing": _wrapped(keyring, "model-signing", scalar),
        "public": SigningKey.from_bytes(seed).verify_key.to_text(),
    }
    # Written last: a folder without it is not an environment, so a crash before here leaves nothing that opens.
    write_file(home / _DESCRIPTION, json.dumps(description, indent=1, sort_keys=True).encode() + b"\n")


def open_environment(
    home: Path,
    passphrase_file: Path,
    *,
    processes: int = 1,
    clock: Clock | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
    progress: Callable[[str, int, int], None] = _quiet,
) -> App:
    """Open an environment, settle what a crash left open, and bring its log up to date.

    ``clock`` and ``entropy`` are the system's own, except for tests.

    Raises:
        NotFound: there is no environment, or no passphrase file.
        KeyRefused: the passphrase is wrong.
    """
    description = _describe(home)
    keyring = LocalKeyring(home / "keyring", _passphrase(passphrase_file), os.urandom)
    seed = _unwrapped(keyring, "signing", description["signing"])
    signer = SigningKey.from_bytes(seed)
    if signer.verify_key.to_text() != description["public"]:
        raise IntegrityFailure("the environment's public key is not that of its signing key", where=_DESCRIPTION)
    private, public = _model_key(_unwrapped(keyring, "model-signing", description["model_signing"]))
    store = SqliteStore(home / "cloister.db", derive(seed, _ROWS))
    world = World(
        clock=clock or SystemClock(),
        entropy=entropy,
        keys=keyring,
        versions=ParquetVersions(home / "store"),
        files=LocalFiles(home / "files"),
        places=outside_places(),
        sandbox=BubblewrapSandbox(LineScrubber),
        unconfined=UnconfinedRunner(LineScrubber),
        plane=FlightPlane,
        signer=signer,
        model_key=private,
        model_public=public,
        libraries=installed.libraries,
        components=installed.components,
        altered_files=installed.altered_files,
        machine=installed.machine,
        locks=installed.locks,
        processes=processes,
        progress=progress,
    )
    policy = PolicySet.default()
    name = description["name"]
    checked = check_head(store, keyring, NoteKey(name, signer.verify_key.raw))  # before anything is written
    check_records(store)
    instance, lock = instances.claim(home / "run")
    mediator = Mediator(store, policy, world, instance)
    log = LogReader(store, policy, name, provisions())
    app = App(home, name, log, store, mediator, world, NoteKey(name, signer.verify_key.raw), lock)
    log.sequence = app.sequence
    store.write(lambda unit: unit.put_blob(policy.text.encode()))
    if not checked:
        mediator.record_unchecked(NO_HEAD)
        app.notice = NO_HEAD
    mediator.recover(effects(log), lambda other: instances.alive(home / "run", other))
    app.sequence()
    return app


def sandbox_problem() -> str | None:
    """What keeps training code from being sandboxed on this machine, and what to do; None where nothing does."""
    return BubblewrapSandbox(LineScrubber).available()


def text_reader() -> TesseractReader | None:
    """What finds text burnt into pictures, where it is installed."""
    return tesseract()


def outside_places() -> Places:
    """Files, folders and buckets outside, for the commands that search them without an environment."""
    return OutsidePlaces(settings.bucket())


def check_head(store: SqliteStore, keyring: LocalKeyring, key: NoteKey) -> bool:
    """The log may have grown since its head was remembered apart from it; nothing else.

    False where the head is gone: then nothing can be said, and that is no pass.

    Raises:
        IntegrityFailure: the database was put back to an older state, or its beginning is another.
    """
    head = keyring.head()
    if head is None:
        return False
    seen = open_checkpoint(head, key).checkpoint
    remedy = "restore the newest backup of the database, and keep this one for the investigation"
    if store.event_count() < seen.size:
        told = f"the log was rolled back: it held {seen.size} events and holds {store.event_count()}"
        raise IntegrityFailure(told, remedy=remedy)
    if head == store.checkpoint():  # the events under it are cloister audit verify's to hold
        return True
    if MerkleState.empty().extend(map(leaf_hash, store.events(0, seen.size))).root() != seen.root:
        raise IntegrityFailure("the log was forked: its beginning is not what it was", remedy=remedy)
    return True


def check_records(store: SqliteStore) -> None:
    """No record was changed, added, removed or put back since the last event.

    Raises:
        IntegrityFailure: names the first ones that were.
    """
    if problems := store.check_records():
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        remedy = "restore the newest backup of the database, and keep this one for the investigation"
        raise IntegrityFailure("; ".join(problems[:3]) + more, where="cloister.db", remedy=remedy)


def outside_files() -> FileStore:
    """Reads files from outside, for checks that need no environment."""
    return LocalFiles(Path())


def _describe(home: Path) -> dict[str, str]:
    path = home / _DESCRIPTION
    try:
        value: dict[str, str] = json.loads(path.read_bytes())
        if value["format"].startswith("cloister-environment/") and value["format"] != _FORMAT:
            remedy = "open it with the version that made it"
            raise Unavailable("the environment was made by another version of Cloister", where=str(home), remedy=remedy)
        if value["format"] == _FORMAT and all(
            isinstance(value[key], str) for key in ("name", "signing", "model_signing", "public")
        ):
            return value
    except FileNotFoundError:
        raise NotFound(
            "there is no environment here",
            where=str(home),
            remedy="name its folder with --home, or make one: cloister environment NAME",
        ) from None
    except OSError as error:
        raise disk_error(error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise IntegrityFailure("the environment's description is damaged", where=str(path))


def _passphrase(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        remedy = "set CLOISTER_PASSPHRASE_FILE"
        raise NotFound("there is no passphrase file", where=str(path), remedy=remedy) from None
    except (OSError, UnicodeDecodeError):
        raise Unavailable("the passphrase file can't be read", where=str(path)) from None


def _wrapped(keyring: LocalKeyring, name: str, key: bytes) -> str:
    return base64.b64encode(keyring.wrap(ENVIRONMENT_KEY, key, name.encode())).decode()


def _unwrapped(keyring: LocalKeyring, name: str, text: str) -> bytes:
    return keyring.unwrap(ENVIRONMENT_KEY, base64.b64decode(text), name.encode())


def _model_key(scalar: bytes) -> tuple[bytes, bytes]:
    """The ECDSA P-256 key of a 32-byte secret, as PEM; reduced into the group's range (FIPS 186-5 A.2.1)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    key = ec.derive_private_key(int.from_bytes(scalar, "big") % (order - 1) + 1, ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public
