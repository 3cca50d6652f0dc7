"""Checkpoints (C2SP tlog-checkpoint) and witnesses' cosignatures (C2SP tlog-cosignature)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.translog.merkle import HASH_BYTES
from cloister.translog.note import COSIGNATURE, NoteKey, NoteSignature, Sign, open_note, parse_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: its origin (a unique name), its size and its root; ``extensions`` are further lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if any(not line or not line.isprintable() for line in lines) or self.size < 0 or len(self.root) != HASH_BYTES:
            raise InvalidInput("a checkpoint has an origin, a size and a root of 32 bytes, one line each")

    def to_text(self) -> str:
        root = base64.b64encode(self.root).decode("ascii")
        return "\n".join((self.origin, str(self.size), root, *self.extensions)) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        try:
            origin, size, root, *extensions = text.removesuffix("\n").split("\n")
            read = cls(origin, int(size), base64.b64decode(root, validate=True), tuple(extensions))
        except (ValueError, binascii.Error):
            raise InvalidInput("not a checkpoint") from None
        if read.to_text() != text:  # a size like 007, or base64 with stray bits
            raise InvalidInput("not a checkpoint")
        return read


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint that its log has signed, and the witnesses whose cosignatures hold, each with its POSIX time."""

    checkpoint: Checkpoint
    witnesses: tuple[tuple[NoteKey, int], ...] = ()


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey, sign: Sign) -> bytes:
    """The checkpoint as a note signed by its log, whose key bears the origin's name."""
    if key.name != checkpoint.origin:
        raise InvalidInput("the log's key must bear the checkpoint's origin as its name")
    return sign_note(checkpoint.to_text(), [(key, sign)])


def cosign(note: bytes, witness: NoteKey, sign: Sign, time: int) -> bytes:
    """Add a witness's signature, made at ``time`` (POSIX seconds). The witness must have checked consistency first."""
    if witness.algorithm != COSIGNATURE or not 0 < time < 2**63:
        raise InvalidInput("a witness signs with a cosignature key at a positive time")
    read = parse_note(note)
    value = time.to_bytes(8, "big") + sign(_cosigned(time, read.text))
    line = NoteSignature(witness.name, witness.hash, value).to_line()
    return note + line.encode("utf-8")


def open_checkpoint(note: bytes, log: NoteKey, witnesses: Iterable[NoteKey] = (), quorum: int = 0) -> Opened:
    """Check the log's signature and at least ``quorum`` of the ``witnesses``.

    Raises:
        InvalidInput: not a signed checkpoint.
        IntegrityFailure: the log has not signed it, a known witness's signature does not match, or too few have signed.
    """
    text, _ = open_note(note, [log])
    checkpoint = Checkpoint.from_text(text)
    if checkpoint.origin != log.name:
        raise IntegrityFailure("the checkpoint is of another log")
    known = {(key.name, key.hash): key for key in witnesses if key.algorithm == COSIGNATURE}
    seen: dict[NoteKey, int] = {}
    for item in parse_note(note).signatures:
        witness = known.get((item.name, item.hash))
        if witness is None or witness in seen:
            continue
        time = int.from_bytes(item.value[:8], "big")
        if len(item.value) != 72 or not witness.accepts(item.value[8:], _cosigned(time, text)):
            raise IntegrityFailure("a witness's signature on the checkpoint does not match")
        seen[witness] = time
    if len(seen) < quorum:
        raise IntegrityFailure(f"{len(seen)} witnesses have signed the checkpoint; {quorum} are needed")
    return Opened(checkpoint, tuple(seen.items()))


def _cosigned(time: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
