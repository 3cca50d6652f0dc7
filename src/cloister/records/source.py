"""Where deliveries come from: a source with the public keys that it signs with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class SourceKey:
    """An Ed25519 public key (base64 of 32 bytes); ``revoked`` is the moment from which it counts for nothing."""

    id: str
    public: str
    revoked: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A hospital or other organisation that sends data."""

    kind: ClassVar[str] = "source"
    id: str
    name: str
    registered_by: str
    keys: tuple[SourceKey, ...]
    state: str = "active"

    def key(self, key_id: str) -> SourceKey | None:
        return next((key for key in self.keys if key.id == key_id), None)

    def revoke(self, key_id: str, moment: str) -> Source:
        """Revoke one key; a second revocation is an error, so that the first moment stands."""
        key = self.key(key_id)
        if key is None or key.revoked:
            raise InvalidState("the source has no such active key", where=f"source {self.name}")
        return replace(self, keys=tuple(replace(k, revoked=moment) if k.id == key_id else k for k in self.keys))


def add_key(source: Source, key: SourceKey) -> Source:
    """The source with one more key; a key that it has, revoked or not, can't be added again."""
    if source.key(key.id):
        raise InvalidState("the source has this key already", where=f"source {source.name}")
    return replace(source, keys=(*source.keys, key))
