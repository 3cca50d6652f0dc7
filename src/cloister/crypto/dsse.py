"""DSSE v1 envelopes: bytes signed together with their type (github.com/secure-systems-lab/dsse).

Envelopes are written, and accepted, in one form only: canonical JSON, standard padded base64, one signature per key in
the order of key ids. A changed byte anywhere in an envelope, also outside what is signed, is therefore noticed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cloister.core.canonical import decode, encode
from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.crypto.signing import SigningKey, VerifyKey


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an envelope claims, before any signature has been looked at: ``signatures`` holds (key id, 64 bytes)."""

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]

    def to_bytes(self) -> bytes:
        return encode(
            {
                "payloadType": self.payload_type,
                "payload": base64.b64encode(self.payload).decode("ascii"),
                "signatures": [
                    {"keyid": key_id, "sig": base64.b64encode(signature).decode("ascii")}
                    for key_id, signature in self.signatures
                ],
            }
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """A payload and the ids of the known keys whose signatures hold; at least one."""

    payload: bytes
    payload_type: str
    signers: tuple[str, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding: the bytes that a DSSE signature covers."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, keys: SigningKey | Iterable[SigningKey]) -> bytes:
    """The envelope's bytes, signed by one key or several."""
    message = pae(payload_type, payload)
    signers = {key.key_id: key for key in ([keys] if isinstance(keys, SigningKey) else keys)}
    if not signers:
        raise InvalidInput("an envelope needs at least one key")
    signatures = tuple((key_id, signers[key_id].sign(message)) for key_id in sorted(signers))
    return Envelope(payload_type, payload, signatures).to_bytes()


def verify(envelope: bytes, keys: Iterable[VerifyKey], payload_type: str | None = None) -> Verified:
    """The payload, if at least one of ``keys`` has signed it. A failing signature by one of ``keys`` is an error
    even when another holds; signatures by unknown keys count for nothing.

    Raises:
        InvalidInput: not an envelope in the one form, or of another type than ``payload_type``.
        IntegrityFailure: no signature by a known key, or one that does not match.
    """
    read = parse(envelope)
    if payload_type is not None and read.payload_type != payload_type:
        raise InvalidInput("the envelope holds another type of payload")
    message = pae(read.payload_type, read.payload)
    known = {key.key_id: key for key in keys}
    signers = []
    for key_id, signature in read.signatures:
        if (key := known.get(key_id)) is not None:
            key.verify(signature, message)
            signers.append(key_id)
    if not signers:
        raise IntegrityFailure("no known key has signed the envelope")
    return Verified(read.payload, read.payload_type, tuple(signers))


def parse(envelope: bytes) -> Envelope:
    """Read an envelope without believing it; needed to learn which key to look for."""
    try:
        value = decode(envelope)
        if set(value) != {"payloadType", "payload", "signatures"} or not isinstance(value["payloadType"], str):
            raise InvalidInput("fields")
        signatures = tuple(_signature(item) for item in value["signatures"])
        read = Envelope(value["payloadType"], _base64(value["payload"]), signatures)
    except (InvalidInput, TypeError, KeyError, AttributeError, RecursionError, binascii.Error, UnicodeEncodeError):
        raise InvalidInput("not a DSSE envelope in canonical form") from None
    ids = [key_id for key_id, _ in signatures]
    if not ids or ids != sorted(set(ids)):
        raise InvalidInput("not a DSSE envelope in canonical form")
    return read


def _signature(item: Any) -> tuple[str, bytes]:
    if set(item) != {"keyid", "sig"} or not isinstance(item["keyid"], str):
        raise InvalidInput("fields")
    return item["keyid"], _base64(item["sig"])


def _base64(text: Any) -> bytes:
    raw = base64.b64decode(text.encode("ascii"), validate=True)
    # Decoders ignore the unused low bits of the last digit: two texts, one value. Only one of them is ours.
    if base64.b64encode(raw).decode("ascii") != text:
        raise InvalidInput("base64")
    return raw
