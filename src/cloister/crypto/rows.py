"""Rows of a database that only the holder of a key can write: a tag for each row, and one sealed sum over all of them.

A tag (HMAC-SHA256 over the row's fields) shows a row that was changed or added. It can't show that a row is gone, or is
an older one put back; the sum does: the weights of all rows, added modulo 2**256 (the multiset hash MSet-Add-Hash of
Clarke et al., Asiacrypt 2003), sealed together with the position of the last event. A weight comes from the tag under a
key of its own and is never written down, so that nobody can look for other rows with the same sum.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cloister.core.errors import InvalidInput
from cloister.crypto.derivation import derive
from cloister.crypto.wrapping import open_sealed, seal

_MODULUS = 2**256


class RowSeal:
    """Tags, weights and the sealed sum under one 32-byte key."""

    __slots__ = ("_sum", "_tags", "_weights")

    def __init__(self, key: bytes) -> None:
        self._tags, self._weights, self._sum = (derive(key, f"rows/{name}") for name in ("tags", "weights", "sum"))

    def tag(self, fields: Sequence[str | bytes | None]) -> bytes:
        """32 bytes that bind a row's fields, each with its length, so that no two rows read the same."""
        message = bytearray()
        for field in fields:
            raw = field.encode("utf-8") if isinstance(field, str) else field
            message += (-1 if raw is None else len(raw)).to_bytes(8, "big", signed=True) + (raw or b"")
        return hmac.digest(self._tags, message, hashlib.sha256)

    def matches(self, tag: bytes, fields: Sequence[str | bytes | None]) -> bool:
        return hmac.compare_digest(self.tag(fields), tag)

    def add(self, total: int, tag: bytes) -> int:
        """The sum with one more row."""
        return (total + self._weight(tag)) % _MODULUS

    def subtract(self, total: int, tag: bytes) -> int:
        """The sum with one row less."""
        return (total - self._weight(tag)) % _MODULUS

    def _weight(self, tag: bytes) -> int:
        return int.from_bytes(hmac.digest(self._weights, tag, hashlib.sha256), "big")

    def seal_sum(self, total: int, position: int, nonce: bytes) -> bytes:
        """The sum as it may lie in the database; it opens at this position of the log and at no other."""
        return seal(total.to_bytes(32, "big"), self._sum, context=_place(position), nonce=nonce)

    def open_sum(self, sealed: bytes, position: int) -> int:
        """The inverse of :meth:`seal_sum`.

        Raises:
            IntegrityFailure: another key, another position, or changed bytes.
        """
        raw = open_sealed(sealed, self._sum, context=_place(position))
        if len(raw) != 32:
            raise InvalidInput("not the sum of a database's rows")
        return int.from_bytes(raw, "big")


def _place(position: int) -> bytes:
    return f"rows at {position}".encode()
