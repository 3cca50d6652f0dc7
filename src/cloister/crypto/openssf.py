"""OpenSSF model signing v1 with an elliptic-curve key, over digests: no folder has to be read to check a model.

The signature is a sigstore bundle (v0.3) around a DSSE envelope around an in-toto statement that lists each file of the
model with its SHA-256; the reference implementation is the ``model-signing`` package, whose bundles are read here and
which reads the bundles that are written here. Only serialisation ``files`` with SHA-256 and without symbolic links is
accepted: with it, the digests of whole files say everything.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from cloister.core.canonical import encode
from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.crypto.dsse import pae
from cloister.crypto.statement import PAYLOAD_TYPE, STATEMENT_TYPE

BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PREDICATE_TYPE = "https://model_signing/signature/v1.0"
_HASHES: dict[str, type[HashAlgorithm]] = {"secp256r1": SHA256, "secp384r1": SHA384, "secp521r1": SHA512}


def files_digest(files: Mapping[str, str]) -> str:
    """The root digest of a model: SHA-256 over the files' digests in the order of their names, hex."""
    try:
        return hashlib.sha256(b"".join(bytes.fromhex(files[name]) for name in sorted(files))).hexdigest()
    except ValueError:
        raise InvalidInput("a model's file has a digest that is not hexadecimal") from None


def sign_model(name: str, files: Mapping[str, str], private_pem: bytes) -> bytes:
    """The bundle over a model's ``files`` (name -> SHA-256 in hex), signed with an unencrypted PEM key."""
    try:
        key = load_pem_private_key(private_pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InvalidInput("not an unencrypted private key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name not in _HASHES:
        raise InvalidInput("a model is signed with a key on P-256, P-384 or P-521")
    payload = encode(_payload(name, files))
    signature = key.sign(pae(PAYLOAD_TYPE, payload), ec.ECDSA(_HASHES[key.curve.name]()))
    return encode(
        {
            "mediaType": BUNDLE_TYPE,
            "verificationMaterial": {"publicKey": {"hint": _hint(key.public_key())}, "tlogEntries": []},
            "dsseEnvelope": {
                "payload": base64.b64encode(payload).decode("ascii"),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"sig": base64.b64encode(signature).decode("ascii"), "keyid": ""}],
            },
        }
    )


def verify_model(bundle: bytes, public_pem: bytes, files: Mapping[str, str]) -> str:
    """Check the signature and that it lists exactly ``files``; returns the model's root digest.

    Raises:
        InvalidInput: not such a bundle, or a key of another kind.
        IntegrityFailure: another key's signature, or a file that was changed, added or removed (it is named).
    """
    envelope, hint = _bundle(bundle)
    key = _public_key(public_pem)
    if hint != _hint(key):
        raise IntegrityFailure("the model was signed with another key")
    payload, signature = envelope
    try:
        key.verify(signature, pae(PAYLOAD_TYPE, payload), ec.ECDSA(_HASHES[key.curve.name]()))
    except InvalidSignature:
        raise IntegrityFailure("the model's signature does not match") from None
    listed, root = _listed(payload)
    for name in sorted(set(listed) | set(files)):
        if listed.get(name) != files.get(name):
            word = "added" if name not in listed else "removed" if name not in files else "changed"
            raise IntegrityFailure(f"the model's file {name!r} was {word} after signing")
    if root != files_digest(listed):
        raise IntegrityFailure("the model's root digest is not that of its files")
    return root


def _payload(name: str, files: Mapping[str, str]) -> dict[str, Any]:
    resources = [{"algorithm": "sha256", "digest": files[file], "name": file} for file in sorted(files)]
    # model-signing refuses a bundle without ignored paths; these are its own defaults, and none of them is accepted.
    serialization = {
        "allow_symlinks": False,
        "hash_type": "sha256",
        "ignore_paths": ["model.sig", ".git", ".gitattributes", ".github", ".gitignore"],
        "method": "files",
    }
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": files_digest(files)}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"serialization": serialization, "resources": resources},
    }


def _bundle(raw: bytes) -> tuple[tuple[bytes, bytes], str]:
    """((payload, signature), hint of the key)."""
    try:
        value = json.loads(raw)
        envelope = value["dsseEnvelope"]
        (signature,) = envelope["signatures"]
        if value["mediaType"] != BUNDLE_TYPE or envelope["payloadType"] != PAYLOAD_TYPE:
            raise InvalidInput("type")
        pair = (_base64(envelope["payload"]), _base64(signature["sig"]))
        return pair, str(value["verificationMaterial"]["publicKey"]["hint"])
    except (InvalidInput, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InvalidInput("not an OpenSSF model signature made with a key") from None


def _listed(payload: bytes) -> tuple[dict[str, str], str]:
    """The signed files and the root digest."""
    try:
        value = json.loads(payload)
        serialization = value["predicate"]["serialization"]
        kind = (value["_type"], value["predicateType"], serialization["method"], serialization["hash_type"])
        if kind != (STATEMENT_TYPE, PREDICATE_TYPE, "files", "sha256") or serialization["allow_symlinks"]:
            raise InvalidInput("kind")
        resources = value["predicate"]["resources"]
        listed = {str(item["name"]): str(item["digest"]) for item in resources}
        (subject,) = value["subject"]
        if len(listed) != len(resources) or any(item["algorithm"] != "sha256" for item in resources):
            raise InvalidInput("resources")
        return listed, str(subject["digest"]["sha256"])
    except (InvalidInput, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InvalidInput("the model signature's statement is not of OpenSSF model signing v1") from None


def _public_key(pem: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("not a public key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in _HASHES:
        raise InvalidInput("a model is verified with a key on P-256, P-384 or P-521")
    return key


def _hint(key: ec.EllipticCurvePublicKey) -> str:
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(pem).hexdigest()


def _base64(text: Any) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        raise InvalidInput("base64") from None
