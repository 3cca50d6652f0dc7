"""The signed manifest of a delivery: what a source writes, and how it is believed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cloister.core import predicates
from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.crypto import SigningKey, VerifyKey, dsse, statement
from cloister.records import Source

MANIFEST = "manifest.dsse.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files`` maps a name to its SHA-256; ``digest`` is the SHA-256 of the envelope."""

    source: str
    dataset: str
    sequence: int
    files: Mapping[str, str]
    key_id: str
    digest: str


def build(source: str, dataset: str, sequence: int, files: Mapping[str, str], key: SigningKey) -> bytes:
    """What the source sends beside its files. ``sequence`` counts up, so that an old delivery can't come again."""
    payload = statement.statement(
        predicates.DELIVERY, {"source": source, "dataset": dataset, "sequence": sequence}, files
    )
    return statement.sign(payload, key)


def read(envelope: bytes, source: Source) -> Manifest:
    """Believe a manifest only under an active key of its source.

    Raises:
        IntegrityFailure: unsigned, signed by a key that is unknown or revoked, or changed after signing.
    """
    try:
        parsed = dsse.parse(envelope)
    except InvalidInput:
        remedy = "have the source send it again with cloister deliver sign"
        raise IntegrityFailure("the manifest is not a signed envelope", where=MANIFEST, remedy=remedy) from None
    named = [key_id for key_id, _ in parsed.signatures]
    if not named:
        raise IntegrityFailure("the manifest is unsigned", where=MANIFEST, remedy="have the source sign it")
    known = [key for key in (source.key(name) for name in named) if key is not None]
    if not known:
        raise IntegrityFailure(f"the manifest is signed by a key that source {source.name} never registered")
    if all(key.revoked for key in known):
        remedy = "have the source sign it with an active key"
        raise IntegrityFailure(f"the manifest is signed with a revoked key of source {source.name}", remedy=remedy)
    active = [VerifyKey.from_text(key.public) for key in known if not key.revoked]
    claim = statement.verify(envelope, active, predicates.DELIVERY)
    predicate = claim.predicate
    if predicate.get("source") != source.name:
        raise IntegrityFailure("the manifest names another source than the one that signed it")
    dataset, sequence = predicate.get("dataset"), predicate.get("sequence")
    if not isinstance(dataset, str) or not isinstance(sequence, int) or sequence < 1:
        raise IntegrityFailure("the manifest does not say for which data set it is, and its place in the sequence")
    return Manifest(source.name, dataset, sequence, dict(claim.subjects), claim.signers[0], claim.digest)


def check_file(name: str, content: bytes, manifest: Manifest) -> None:
    """Hold a file's bytes against the digest that the source signed."""
    if hashlib.sha256(content).hexdigest() != manifest.files[name]:
        raise IntegrityFailure("the file is not the one that was signed: its checksum differs", where=name)
