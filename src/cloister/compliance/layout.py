"""Where things stand in an evidence pack, and the signed list that opens it. Described in docs/evidence.md."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cloister.core.canonical import decode, encode
from cloister.core.errors import InvalidInput

FORMAT: Final = "cloister-pack/1"
LIST_TYPE: Final = "application/vnd.cloister.pack+json"

LIST: Final = "pack.json"
KEY: Final = "key.pub"
EVENTS: Final = "log/events.jsonl"
CHECKPOINT: Final = "log/checkpoint"
MODEL_KEY: Final = "model-key.pem"

STATEMENT: Final = re.compile(r"statements/([0-9a-f]{64})\.dsse\.json")
POLICY: Final = re.compile(r"policies/([0-9a-f]{64})\.cedar")
SOURCE: Final = re.compile(r"sources/([^/]+)\.pub")
MODEL: Final = re.compile(r"models/([^/]+)/(model/.+|model\.sig|model-card\.html|model-card\.json|ml-bom\.json)")
TILE: Final = re.compile(r"log/(tile/[0-9]/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?)")

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@ -]*")


def statement_name(digest: str) -> str:
    return f"statements/{digest}.dsse.json"


def policy_name(digest: str) -> str:
    return f"policies/{digest}.cedar"


def is_safe_name(name: str) -> bool:
    """Relative, forward slashes, no dot at the start of a segment, plain ASCII: the same file on every system."""
    segments = name.split("/")
    return len(name) <= 240 and all(_SEGMENT.fullmatch(part) and part[-1] not in ". " for part in segments)


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class PackList:
    """The payload of ``pack.json``: every other file with its SHA-256 and size.

    ``open_intents`` are the intended events that had no outcome yet when the pack was made, its own among them.
    """

    origin: str
    created: str
    size: int
    files: Mapping[str, tuple[str, int]]
    open_intents: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        files = {name: {"sha256": digest, "size": size} for name, (digest, size) in self.files.items()}
        return encode(
            {
                "format": FORMAT,
                "origin": self.origin,
                "created": self.created,
                "log_size": self.size,
                "files": files,
                "open_intents": list(self.open_intents),
            }
        )

    @classmethod
    def from_bytes(cls, raw: bytes) -> PackList:
        try:
            value: dict[str, Any] = decode(raw)
            files = {str(name): (str(item["sha256"]), int(item["size"])) for name, item in value["files"].items()}
            read = cls(
                str(value["origin"]),
                str(value["created"]),
                int(value["log_size"]),
                files,
                tuple(map(str, value["open_intents"])),
            )
            if value["format"] != FORMAT or read.to_bytes() != raw:
                raise InvalidInput("format")
        except (InvalidInput, KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise InvalidInput("not the list of an evidence pack of this version") from None
        return read
