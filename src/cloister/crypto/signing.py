"""Ed25519 keys (RFC 8032) as raw 32-byte values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cloister.core.errors import IntegrityFailure, InvalidInput

_RAW = 32


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key: 32 raw bytes, compared by value. Text form: 64 lower-case hex digits."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != _RAW:
            raise InvalidInput(f"an Ed25519 public key has {_RAW} bytes")

    @classmethod
    def from_bytes(cls, raw: bytes) -> VerifyKey:
        return cls(bytes(raw))

    @classmethod
    def from_text(cls, text: str) -> VerifyKey:
        """Read :meth:`to_text`; surrounding white space is allowed."""
        value = text.strip()
        if len(value) != 2 * _RAW or set(value) - set("0123456789abcdef"):
            raise InvalidInput("not a public key: 64 lower-case hex digits are expected")
        return cls(bytes.fromhex(value))

    def to_bytes(self) -> bytes:
        return self.raw

    def to_text(self) -> str:
        return self.raw.hex()

    @property
    def key_id(self) -> str:
        """SHA-256 of the raw key, hex: names a key in a signature without being one."""
        return hashlib.sha256(self.raw).hexdigest()

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise :class:`IntegrityFailure` unless ``signature`` is this key's over ``message``."""
        if not self.accepts(signature, message):
            raise IntegrityFailure("the signature does not match")

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` (64 bytes) is this key's over ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key: the 32-byte seed of RFC 8032 5.1.5. Never printed."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != _RAW:
            raise InvalidInput(f"an Ed25519 private key has {_RAW} bytes")

    @classmethod
    def from_bytes(cls, seed: bytes) -> SigningKey:
        return cls(bytes(seed))

    def to_bytes(self) -> bytes:
        return self.seed

    @property
    def verify_key(self) -> VerifyKey:
        return VerifyKey(Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    @property
    def key_id(self) -> str:
        return self.verify_key.key_id

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature; the same message always gives the same one."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)
