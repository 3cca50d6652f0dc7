"""Reversible tokens in the form of a FHIR id: AES-SIV (RFC 5297) over a packed id.

A FHIR id has at most 64 characters of 64 kinds, six bits each. A token of 64 characters holds the 16 bytes that
authenticate it and 32 more: any id of up to 42 characters. Ids of up to 22 characters, and UUIDs, take 44
characters, so that a token tells little of how long its id was. The kind (the resource's type) is authenticated
with it: a patient's token is none of an encounter.
"""

from __future__ import annotations

import re
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cloister.core.errors import IntegrityFailure
from cloister.phi.tokens import KEY_BYTES, derive

LONGEST = 42  # characters of an id that a token holds
_SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
_PLACE = {symbol: place for place, symbol in enumerate(_SYMBOLS, 1)}
_SHORT, _LONG = 17, 32  # bytes before encryption
_SHORTER = 22  # characters of an id in a short token
_UUID, _RAW = 0xFF, 0xFE  # first byte; of a packed id it is at most 0x20
_TOKEN = re.compile(r"[A-Za-z0-9.\-]{44}(?:[A-Za-z0-9.\-]{20})?", re.ASCII)
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
UUID_KIND = "uuid"  # a UUID is nobody else's, and urn:uuid: does not say whose it is


def token_key(key: bytes) -> bytes:
    """The 64 bytes that tokens want: a key of that length as it is, another one stretched by HKDF-SHA-512."""
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(key) == KEY_BYTES:
        return key
    return HKDF(algorithm=SHA512(), length=KEY_BYTES, salt=None, info=b"cloister.phi.fhir/1 key").derive(key)


def is_uuid(text: str) -> bool:
    """True for a UUID as RFC 9562 writes it, in small letters."""
    return _CANONICAL.fullmatch(text) is not None


def has_form(text: str) -> bool:
    """True for a text that could be such a token."""
    return _TOKEN.fullmatch(text) is not None


class IdTokens:
    """Tokens of ids for one project under one key."""

    def __init__(self, key: bytes, project: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self.project = project
        self._cipher: Any = AESSIV(derive(token_key(key), project, "fhir-id"))

    def token(self, value: str, kind: str) -> str | None:
        """The id's token; one of this project and kind stays as it is. None for an id that no token can hold."""
        if self.is_token(value, kind):
            return value
        packed = pack(value)
        if packed is None:
            return None
        sealed = self._cipher.encrypt(packed, [_bound(value, kind)])
        return urlsafe_b64encode(sealed).decode().replace("_", ".")

    def is_token(self, value: str, kind: str) -> bool:
        """True for a token of this project and kind; another text passes for one with probability 2**-128."""
        return self._open(value, kind) is not None

    def value(self, token: str, kind: str) -> str:
        """The id behind a token.

        Raises:
            IntegrityFailure: no token of this project and kind.
        """
        packed = self._open(token, kind)
        if packed is None:
            raise IntegrityFailure(f"a token is not one of project {self.project!r} and kind {kind!r}")
        return unpack(packed)

    def _open(self, token: str, kind: str) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        if not has_form(token):
            return None
        sealed = urlsafe_b64decode(token.replace(".", "_"))
        for bound in (kind, UUID_KIND):
            try:
                packed: bytes = self._cipher.decrypt(sealed, [bound.encode()])
            except InvalidTag:
                continue
            return packed
        return None


def first_bytes(token: str) -> bytes:
    """The first twelve bytes of a token, which its ``urn:uuid:`` form shares, version and variant aside."""
    return urlsafe_b64decode(token[:16].replace(".", "_"))


def _bound(value: str, kind: str) -> bytes:
    return UUID_KIND.encode() if is_uuid(value) else kind.encode()


def pack(value: str) -> bytes | None:
    """17 or 32 bytes for an id; None if it is too long. One with other characters is held as UTF-8, up to 31 bytes."""
    if is_uuid(value):
        return bytes([_UUID]) + uuid.UUID(value).bytes
    if len(value) <= LONGEST and all(symbol in _PLACE for symbol in value):
        number = 0
        for symbol in value:
            number = number * 64 + _PLACE[symbol]  # digits from 1 to 64: "A" and "AA" are two numbers
        return number.to_bytes(_SHORT if len(value) <= _SHORTER else _LONG, "big")
    try:
        raw = value.encode()
    except UnicodeEncodeError:  # half of a character
        return None
    if len(raw) >= _LONG or raw.endswith(b"\x00"):
        return None
    return bytes([_RAW]) + raw.ljust(_LONG - 1, b"\x00")


def unpack(packed: bytes) -> str:
    """The inverse of :func:`pack`."""
    if packed[0] == _UUID:
        return str(uuid.UUID(bytes=packed[1:]))
    if packed[0] == _RAW:
        return packed[1:].rstrip(b"\x00").decode()
    number, symbols = int.from_bytes(packed, "big"), []
    while number:
        number, digit = divmod(number - 1, 64)
        symbols.append(_SYMBOLS[digit])
    return "".join(reversed(symbols))
