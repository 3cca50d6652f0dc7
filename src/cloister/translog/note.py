"""Signed notes (C2SP signed-note): a text and, below an empty line, signatures by named keys.

Only Ed25519 is written: algorithm 0x01 over the text itself, 0x04 for a witness's timestamped cosignature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cloister.core.errors import IntegrityFailure, InvalidInput

ED25519 = 0x01
COSIGNATURE = 0x04
_MAX_NOTE = 1_000_000
_MAX_SIGNATURES = 100

Sign = Callable[[bytes], bytes]


def key_hash(name: str, algorithm: int, public: bytes) -> bytes:
    """Four bytes that tell keys of one name apart: the start of SHA-256(name, newline, algorithm, key)."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([algorithm]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with its name: 32 raw bytes of Ed25519. Text form, a *vkey*: ``name+hash+base64(algorithm key)``."""

    name: str
    public: bytes
    algorithm: int = ED25519

    def __post_init__(self) -> None:
        if not _is_key_name(self.name):
            raise InvalidInput("a note key's name is not empty and holds no white space and no plus sign")
        if len(self.public) != 32 or self.algorithm not in {ED25519, COSIGNATURE}:
            raise InvalidInput("a note key is 32 bytes of Ed25519")

    @property
    def hash(self) -> bytes:
        return key_hash(self.name, self.algorithm, self.public)

    def to_text(self) -> str:
        key = base64.b64encode(bytes([self.algorithm]) + self.public).decode("ascii")
        return f"{self.name}+{self.hash.hex()}+{key}"

    @classmethod
    def from_text(cls, text: str) -> NoteKey:
        """Read a vkey; white space around it is allowed."""
        try:
            name, digest, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            key = cls(name, raw[1:], raw[0])
        except (ValueError, IndexError, binascii.Error):
            raise InvalidInput("not a note key: name+hash+key is expected") from None
        if key.to_text() != text.strip() or digest != key.hash.hex():
            raise InvalidInput("the note key does not match its hash")
        return key

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` (64 bytes) is this key's over ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name and hash, and the bytes after the hash."""

    name: str
    hash: bytes
    value: bytes

    def to_line(self) -> str:
        return f"\N{EM DASH} {self.name} {base64.b64encode(self.hash + self.value).decode('ascii')}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a newline, and its signature lines, none of them checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_bytes(self) -> bytes:
        return (self.text + "\n" + "".join(item.to_line() for item in self.signatures)).encode("utf-8")


def sign_note(text: str, signers: Mapping[NoteKey, Sign] | Iterable[tuple[NoteKey, Sign]]) -> bytes:
    """The note's bytes. Each signer is a public key and the function that signs bytes with its private half."""
    _check_text(text)
    pairs = list(signers.items() if isinstance(signers, Mapping) else signers)
    if not pairs or any(key.algorithm != ED25519 for key, _ in pairs):
        raise InvalidInput("a note needs at least one Ed25519 signer")
    message = text.encode("utf-8")
    return Note(text, tuple(NoteSignature(key.name, key.hash, sign(message)) for key, sign in pairs)).to_bytes()


def parse_note(raw: bytes) -> Note:
    """Read a note without believing it.

    Raises:
        InvalidInput: not a signed note, or not in the one form that :meth:`Note.to_bytes` writes.
    """
    if len(raw) > _MAX_NOTE:
        raise InvalidInput("a signed note has at most 1,000,000 bytes")
    try:
        whole = raw.decode("utf-8")
        head, _, tail = whole.rpartition("\n\n")
        text = head + "\n"
        _check_text(text)
        lines = tail.splitlines(keepends=True)
        note = Note(text, tuple(_signature(line) for line in lines))
    except (UnicodeDecodeError, ValueError, binascii.Error):
        raise InvalidInput("not a signed note") from None
    if not 0 < len(note.signatures) <= _MAX_SIGNATURES or note.to_bytes() != raw:
        raise InvalidInput("not a signed note")
    return note


def open_note(raw: bytes, keys: Iterable[NoteKey]) -> tuple[str, tuple[NoteKey, ...]]:
    """The text and the keys that have signed it; at least one. Signatures by unknown keys count for nothing.

    Raises:
        InvalidInput: not a signed note.
        IntegrityFailure: no known key has signed it, or a known key's signature does not match.
    """
    note = parse_note(raw)
    known = {(key.name, key.hash): key for key in keys if key.algorithm == ED25519}
    found: list[NoteKey] = []
    for item in note.signatures:
        key = known.get((item.name, item.hash))
        if key is None or key in found:
            continue
        if not key.accepts(item.value, note.text.encode("utf-8")):
            raise IntegrityFailure("a signature on the note does not match")
        found.append(key)
    if not found:
        raise IntegrityFailure("no known key has signed the note")
    return note.text, tuple(found)


def _signature(line: str) -> NoteSignature:
    dash, name, encoded = line.removesuffix("\n").split(" ")
    raw = base64.b64decode(encoded, validate=True)
    if dash != "\N{EM DASH}" or not _is_key_name(name) or len(raw) <= 4:
        raise ValueError("signature line")
    return NoteSignature(name, raw[:4], raw[4:])


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(map(str.isspace, name)) and name.isprintable()


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(letter) < 0x20 and letter != "\n" for letter in text):
        raise InvalidInput("a note's text ends with a newline and holds no control characters")
