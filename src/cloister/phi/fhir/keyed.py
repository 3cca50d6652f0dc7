"""Keyed replacements that FHIR and DICOM share: the same original gives the same token within a project."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from cloister.core.errors import InvalidInput


def keyed_bytes(key: bytes, project: str, purpose: str, value: str) -> bytes:
    """32 bytes of HMAC-SHA-256 over project, purpose and value, each with its length, so none can pose as another.

    Raises:
        InvalidInput: a key of fewer than 16 bytes.
    """
    if len(key) < 16:
        raise InvalidInput("a de-identification key takes at least 16 bytes")
    message = b"".join(
        len(part).to_bytes(8, "big") + part
        for part in (
            item.encode("utf-8", "surrogatepass") for item in ("cloister/structured/1", project, purpose, value)
        )
    )
    return hmac.new(key, message, hashlib.sha256).digest()


def keyed_uuid(key: bytes, project: str, purpose: str, value: str) -> str:
    """A UUID, version 8 (RFC 9562 5.8), a valid FHIR id of 36 characters; a token of this project stays as it is.

    So de-identifying twice is the same as once. A stranger's value passes for a token with probability 2**-32.
    """
    if is_keyed_uuid(key, project, value):
        return value
    return uuid_from(key, project, keyed_bytes(key, project, purpose, value)[:12])


def uuid_from(key: bytes, project: str, first: bytes) -> str:
    """The UUID that begins with these twelve bytes, version and variant aside, and is one of this key and project."""
    return str(uuid.UUID(bytes=_checked_uuid(key, project, first)))


def is_keyed_uuid(key: bytes, project: str, value: str) -> bool:
    """True for a token of this key and project."""
    if len(value) != 36 or value.count("-") != 4:
        return False
    try:
        raw = uuid.UUID(value).bytes
    except ValueError:
        return False
    return hmac.compare_digest(raw, _checked_uuid(key, project, raw[:12]))


def _checked_uuid(key: bytes, project: str, first: bytes) -> bytes:
    """Twelve bytes with the version and variant bits set, and a keyed check of four bytes over them."""
    raw = bytearray(first)
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return bytes(raw) + keyed_bytes(key, project, "check", bytes(raw).hex())[:4]


def keyed_uid(key: bytes, project: str, value: str) -> str:
    """A DICOM UID below 2.25 (PS3.5 B.2), at most 44 characters; a UID of this project stays as it is."""
    if is_keyed_uid(key, project, value):
        return value
    raw = _checked_uuid(key, project, keyed_bytes(key, project, "uid", value)[:12])
    return f"2.25.{int.from_bytes(raw, 'big')}"


def is_keyed_uid(key: bytes, project: str, value: str) -> bool:
    """True for a UID made by :func:`keyed_uid` with this key and project."""
    tail = value.removeprefix("2.25.")
    if tail == value or not tail.isdecimal() or not tail.isascii() or len(tail) > 39:
        return False
    number = int(tail)
    if number >> 128:
        return False
    raw = number.to_bytes(16, "big")
    return hmac.compare_digest(raw, _checked_uuid(key, project, raw[:12]))
