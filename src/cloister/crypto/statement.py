"""in-toto Statement v1: what is said (the predicate) about which digests (the subjects), canonical and signed.

Specification: github.com/in-toto/attestation, spec/v1. The encoding is ours: RFC 8785 bytes, subjects sorted by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cloister.core.canonical import decode, encode
from cloister.core.errors import InvalidInput
from cloister.crypto import dsse
from cloister.crypto.signing import SigningKey, VerifyKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that has been read. ``signers`` is empty unless signatures were verified; ``digest`` is the
    SHA-256 of the envelope's bytes, which is how events refer to a statement.
    """

    predicate_type: str
    predicate: Mapping[str, Any]
    subjects: Mapping[str, str]
    signers: tuple[str, ...] = ()
    digest: str = ""


def statement(predicate_type: str, predicate: Mapping[str, Any], subjects: Mapping[str, str]) -> bytes:
    """The canonical payload: ``subjects`` maps a name to its SHA-256 in hex; at least one.

    Raises:
        InvalidInput: no subject, an empty name, a digest of another form, or a predicate with no canonical form.
    """
    if not predicate_type:
        raise InvalidInput("a statement needs a predicate type")
    if not subjects:
        raise InvalidInput("a statement needs at least one subject")
    for name, digest in subjects.items():
        if not name or not isinstance(digest, str) or _SHA256.fullmatch(digest) is None:
            raise InvalidInput("a statement's subject needs a name and a SHA-256 in lower-case hex")
    return encode(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": subjects[name]}} for name in sorted(subjects)],
            "predicateType": predicate_type,
            "predicate": dict(predicate),
        }
    )


def sign(payload: bytes, keys: SigningKey | Iterable[SigningKey]) -> bytes:
    """Put a payload made by :func:`statement` into a signed DSSE envelope."""
    return dsse.sign(payload, PAYLOAD_TYPE, keys)


def verify(envelope: bytes, keys: Iterable[VerifyKey], predicate_type: str | None = None) -> Statement:
    """Check the signatures, then read the statement.

    Raises:
        InvalidInput: not an envelope or a statement in canonical form, or of another predicate type.
        IntegrityFailure: no known key has signed it, or a signature does not match.
    """
    verified = dsse.verify(envelope, keys, PAYLOAD_TYPE)
    read = _read(verified.payload, verified.signers, hashlib.sha256(envelope).hexdigest())
    if predicate_type is not None and read.predicate_type != predicate_type:
        raise InvalidInput("the statement has another predicate type")
    return read


def unverified(envelope: bytes) -> Statement:
    """Read a statement without looking at its signatures: to learn what it claims, never to believe it."""
    return _read(dsse.parse(envelope).payload, (), hashlib.sha256(envelope).hexdigest())


def _read(payload: bytes, signers: tuple[str, ...], digest: str) -> Statement:
    try:
        value = decode(payload)
        subjects = {item["name"]: item["digest"]["sha256"] for item in value["subject"]}
        read = Statement(value["predicateType"], value["predicate"], subjects, signers, digest)
        if statement(read.predicate_type, read.predicate, subjects) != payload:
            raise InvalidInput("not canonical")
    except (InvalidInput, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise InvalidInput("not an in-toto statement in canonical form") from None
    return read
