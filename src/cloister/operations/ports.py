"""What the operations need from outside: storage, keys, files, the sandbox. Adapters implement these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar

import pyarrow as pa

from cloister.core.clock import Clock
from cloister.core.events import AuditEvent
from cloister.crypto import SigningKey
from cloister.records import Part

if TYPE_CHECKING:
    from cloister.phi.sweep import Reader

T = TypeVar("T")
R = TypeVar("R")


class View(Protocol):
    """The records as one transaction sees them."""

    def get(self, kind: type[R], record_id: str) -> R:
        """The record, or NotFound."""
        ...

    def named(self, kind: type[R], name: str) -> R:
        """The one record of this name (or id), or NotFound."""
        ...

    def find(self, kind: type[R], *, parent: str | None = None, state: str | None = None) -> tuple[R, ...]:
        """The records of a kind, oldest first."""
        ...

    def descendants(self, roots: Sequence[str]) -> tuple[str, ...]:
        """The ids of every record that came, by whatever steps, of sources (by name), deliveries, versions, jobs or
        models; from the lineage as it was kept, not from a scan of the records.
        """
        ...

    def ancestors(self, record_id: str) -> tuple[str, ...]:
        """All that a record came from: sources' names, and ids."""
        ...

    def blob(self, digest: str) -> bytes:
        """Bytes kept by their SHA-256: signed statements, policies."""
        ...


class Unit(View, Protocol):
    """One transaction: what is put and appended here is durable together, or not at all."""

    def put(self, record: Any) -> None: ...

    def put_blob(self, content: bytes) -> str:
        """Keep bytes; returns their SHA-256 in hex."""
        ...

    def append(self, event: AuditEvent) -> None: ...

    def last_time(self) -> str:
        """The time of the last event, or empty text."""
        ...

    def open_intent(self, event_id: str, action: str, plan: bytes, instance: str) -> None: ...

    def close_intent(self, event_id: str) -> None:
        """Forget an open intent; IntegrityFailure when it is not open, because then another has settled it."""
        ...


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """An effect that was announced and has no outcome yet."""

    event_id: str
    action: str
    plan: bytes
    instance: str


class Store(Protocol):
    """Durable records and events. ``write`` returns only after the transaction is on disk."""

    def write(self, work: Callable[[Unit], T]) -> T: ...

    def view(self) -> View:
        """The records as they stand at each look, outside any transaction."""
        ...

    def events(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The canonical bytes of events by position, which is their leaf index in the log."""
        ...

    def event_count(self) -> int: ...

    def open_intents(self) -> tuple[OpenIntent, ...]: ...

    def check_records(self) -> tuple[str, ...]:
        """One line for each record that was changed, added, removed or put back behind the log; none when all hold."""
        ...

    def sequence(self, sign: Callable[[int, bytes], bytes]) -> bytes | None:
        """Bring the Merkle log up to the last event; ``sign`` makes a checkpoint of size and root."""
        ...

    def checkpoint(self) -> bytes | None:
        """The last signed checkpoint."""
        ...


class KeyProvider(Protocol):
    """Keys that never leave it by themselves: they wrap and unwrap others (local keyring, HSM, KMS)."""

    def create_key(self, name: str) -> None: ...

    def exists(self, name: str) -> bool: ...

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes: ...

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """KeyRefused when the key is destroyed or the bytes are not its own."""
        ...

    def destroy(self, name: str) -> None: ...

    def rotate_root(self) -> int:
        """Wrap every key anew under a fresh root; returns how many."""
        ...

    def remember_head(self, checkpoint: bytes) -> None:
        """Keep the newest checkpoint apart from the database, so that an old database shows itself."""
        ...

    def head(self) -> bytes | None: ...


class VersionStore(Protocol):
    """Encrypted, immutable table files."""

    def write(self, folder: str, tables: Iterable[pa.Table], keys: Mapping[str, bytes], scope: str) -> tuple[Part, ...]:
        """Write one encrypted file for each table under a new ``folder``; durable on return."""
        ...

    def read(
        self,
        parts: Sequence[Part],
        columns: Sequence[str],
        keys: Mapping[str, bytes] | Callable[[], Mapping[str, bytes]],
        scope: str,
        coded: str | None = None,
        listed: Sequence[str] = (),
    ) -> pa.Table:
        """Read columns; IntegrityFailure for changed bytes, KeyRefused for a column whose key is not among ``keys``,
        which may be how to open them. Of ``coded`` only which rows hold the same value: a number for each, for missing
        ones too. The columns in ``listed`` come as dictionaries of their values.
        """
        ...

    def check(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """Problems found when every file is held against its digest; no key needed."""
        ...

    def remove(self, folder: str) -> None: ...


class FileStore(Protocol):
    """Plain named bytes inside the environment: sealed deliveries, model files, cards."""

    def put(self, path: str, content: bytes) -> None:
        """Write durably and atomically; an existing path is refused."""
        ...

    def get(self, path: str) -> bytes: ...

    def outside(self, path: Path, *, max_line: int | None = None) -> bytes:
        """A regular file from outside the environment; refuses links, and lines longer than ``max_line`` bytes."""
        ...

    def names(self, folder: str) -> tuple[str, ...]: ...

    def remove(self, folder: str) -> None: ...

    def folder(self, path: str) -> Path:
        """A real folder for a program that needs one; made when missing."""
        ...


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """A file or object outside the environment; ``open`` gives a seekable stream, closed by the ``with`` block.

    ``below`` is what its name adds to the place that was asked for: others gave it, so it may name people.
    """

    name: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    below: str = ""


class Places(Protocol):
    """Files, folders and buckets outside the environment, for reading."""

    def items(self, location: str) -> Iterator[PlacedItem]:
        """Everything at a location, in order of name; NotFound where there is nothing of this name."""
        ...

    def readers(self) -> Mapping[str, Reader]:
        """What looks into PDF and pictures here."""
        ...


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """One confined run. ``output`` is the only writable folder that survives it; its data plane's token lies in the
    file beside ``socket`` with ``.token`` added. ``environment`` is visible to the script: never a secret.
    """

    script: Path
    arguments: tuple[str, ...]
    socket: Path
    output: Path
    inputs: Mapping[str, Path]
    environment: Mapping[str, str]
    seed: int
    threads: int
    memory_bytes: int
    wall_seconds: int
    scratch_bytes: int
    max_output_bytes: int


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """How it ended. ``isolation`` tells what was really enforced, not what was asked for."""

    exit_code: int
    reason: str | None
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    log: tuple[str, ...]
    isolation: Mapping[str, str | bool]


class Sandbox(Protocol):
    """Runs code that is not trusted."""

    def available(self) -> str | None:
        """None when it can run here; otherwise one line that says what to do."""
        ...

    def run(self, spec: SandboxSpec) -> SandboxResult: ...


class TableSource(Protocol):
    """A table as the data plane serves it: the permitted columns and nothing else."""

    @property
    def schema(self) -> pa.Schema: ...

    def read(self, columns: Sequence[str], split: str) -> pa.RecordBatchReader: ...


class DataPlane(Protocol):
    """Serves tables to one sandbox over one Unix socket."""

    @property
    def reads(self) -> Sequence[Any]:
        """What was read so far: (table, columns, rows, split) each."""
        ...

    def serve(self, socket: Path, tables: Mapping[str, TableSource], *, token: str) -> AbstractContextManager[Any]: ...


@dataclass(frozen=True, slots=True)
class Component:
    """An installed package; ``licence`` is an SPDX expression, None where nobody tells; ``record`` the SHA-256 of the
    list of its installed files with their hashes, None where the installer left none.
    """

    name: str
    version: str
    licence: str | None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside the database, as one value."""

    clock: Clock
    entropy: Callable[[int], bytes]
    keys: KeyProvider
    versions: VersionStore
    files: FileStore
    places: Places
    sandbox: Sandbox
    unconfined: Sandbox
    plane: Callable[[Callable[[str, tuple[str, ...], str], None]], DataPlane]
    signer: SigningKey
    model_key: bytes  # PEM of the private key that signs models (ECDSA P-256, OpenSSF model signing)
    model_public: bytes  # PEM of its public half
    libraries: Callable[[], Mapping[str, str]]
    components: Callable[[], Sequence[Component]]
    altered_files: Callable[[], Sequence[str]]  # reads every installed file: seconds
    machine: Callable[[], Mapping[str, Any]]
    locks: Callable[[], Sequence[str]]
    processes: int
    progress: Callable[[str, int, int], None]
