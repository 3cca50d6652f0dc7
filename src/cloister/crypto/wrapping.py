"""AES-256-GCM over keys and small blobs: format byte, nonce, ciphertext and tag."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cloister.core.errors import IntegrityFailure, InvalidInput, KeyRefused
from cloister.crypto.derivation import KEY_BYTES

_WRAPPED = b"\x01"
_SEALED = b"\x02"
_NONCE = 12
_TAG = 16
# A blob is held in memory twice; anything larger belongs in a file with a key of its own.
_MAX_SEALED = 64 * 2**20


def wrap(key: bytes, kek: bytes, *, context: bytes, nonce: bytes) -> bytes:
    """Encrypt ``key`` (16, 24 or 32 bytes) under the key-encryption key for ``context``; 12 fresh bytes of nonce."""
    if len(key) not in {16, 24, 32}:
        raise InvalidInput("a key to wrap has 16, 24 or 32 bytes")
    return _encrypt(_WRAPPED, key, kek, context, nonce)


def unwrap(wrapped: bytes, kek: bytes, *, context: bytes) -> bytes:
    """The inverse of :func:`wrap`.

    Raises:
        KeyRefused: another key-encryption key, another context, or changed bytes; the tag can't tell which.
    """
    try:
        key = _decrypt(_WRAPPED, wrapped, kek, context)
    except InvalidTag:
        raise KeyRefused("the wrapped key does not open with this key for this context") from None
    if len(key) not in {16, 24, 32}:
        raise InvalidInput("what was wrapped is not a key")
    return key


def seal(data: bytes, key: bytes, *, context: bytes, nonce: bytes) -> bytes:
    """Encrypt a blob of at most 64 MiB under ``key`` for ``context``; 12 fresh bytes of nonce."""
    if len(data) > _MAX_SEALED:
        raise InvalidInput("a sealed blob has at most 64 MiB")
    return _encrypt(_SEALED, data, key, context, nonce)


def open_sealed(sealed: bytes, key: bytes, *, context: bytes) -> bytes:
    """The inverse of :func:`seal`.

    Raises:
        IntegrityFailure: another key, another context, or changed bytes.
    """
    try:
        return _decrypt(_SEALED, sealed, key, context)
    except InvalidTag:
        raise IntegrityFailure("the sealed bytes do not open with this key for this context") from None


def _encrypt(form: bytes, data: bytes, key: bytes, context: bytes, nonce: bytes) -> bytes:
    if len(nonce) != _NONCE:
        raise InvalidInput(f"a nonce has {_NONCE} bytes")
    return form + nonce + _cipher(key).encrypt(nonce, data, form + context)


def _decrypt(form: bytes, raw: bytes, key: bytes, context: bytes) -> bytes:
    if len(raw) < len(form) + _NONCE + _TAG or raw[:1] != form:
        kind = "a wrapped key" if form == _WRAPPED else "sealed bytes"
        raise InvalidInput(f"not {kind} of this version")
    return _cipher(key).decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], form + context)


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise InvalidInput(f"an encryption key has {KEY_BYTES} bytes")
    return AESGCM(key)
