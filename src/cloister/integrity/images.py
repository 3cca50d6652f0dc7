"""Container images: the signature that cosign writes with a key, verified over bytes that the caller fetched."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from cloister.core.errors import IntegrityFailure, InvalidInput

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def verify_image(*, manifest: bytes, reference: str, payload: bytes, signature: str, public_key: bytes) -> str:
    """Verify a cosign signature and that it speaks of this image; returns the image's digest.

    ``manifest``: the image manifest as the registry served it, ``reference``: the image's name pinned by digest
    (``registry/name@sha256:...``), ``payload``: the signed "simple signing" JSON (containers/image, atomic signature),
    ``signature``: base64 as in the annotation ``dev.cosignproject.cosign/signature``, ``public_key``: PEM, ECDSA P-256
    or Ed25519. A name by tag is refused: tags move.

    Raises:
        InvalidInput: a reference without digest, or a key that can't be read.
        IntegrityFailure: the manifest has another digest, the signature does not verify, or it is for another image.
    """
    name, _, wanted = reference.partition("@")
    if _DIGEST.fullmatch(wanted) is None:
        raise InvalidInput("an image must be named by digest", remedy="write NAME@sha256:DIGEST instead of a tag")
    if "sha256:" + hashlib.sha256(manifest).hexdigest() != wanted:
        raise IntegrityFailure("the image's manifest does not have the digest that it is named by")
    _verify(payload, signature, public_key)
    critical = _critical(payload)
    if critical.get("image", {}).get("docker-manifest-digest") != wanted:
        raise IntegrityFailure("the signature is for another image")
    signed_name = critical.get("identity", {}).get("docker-reference", "").partition("@")[0]
    folder, slash, last = signed_name.rpartition("/")
    if signed_name and folder + slash + last.partition(":")[0] != name:
        raise IntegrityFailure("the signature is for an image of another name")
    return wanted


def _verify(payload: bytes, signature: str, public_key: bytes) -> None:
    try:
        key = load_pem_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("the image key can't be read", remedy="give a PEM public key, as cosign.pub") from None
    try:
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(raw, payload)
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            key.verify(raw, payload, ec.ECDSA(SHA256()))
        else:
            raise InvalidInput("the image key is of a kind that is not accepted", remedy="use ECDSA P-256 or Ed25519")
    except (InvalidSignature, binascii.Error):
        raise IntegrityFailure("the image's signature does not verify") from None


def _critical(payload: bytes) -> dict[str, Any]:
    try:
        critical = json.loads(payload)["critical"]
        kind = critical["type"]
    except (ValueError, KeyError, TypeError):
        raise IntegrityFailure("the signed payload is no image signature") from None
    if kind != "cosign container image signature" or not isinstance(critical, dict):
        raise IntegrityFailure("the signed payload is no image signature")
    return critical
