"""Model signatures read and written by the reference implementation, and each change named."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput
from cloister.crypto.openssf import files_digest, sign_model, verify_model

FILES = {"model.txt": b"tree\n", "schema/columns.json": b"{}", "a b.json": b"[]"}


def pems(curve: ec.EllipticCurve | None = None) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private, key.public_key().public_bytes(serialization.Encoding.PEM, form)


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    return pems()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "readmission"
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


DIGESTS = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}


def test_reads_what_the_reference_writes(folder: Path, keys: tuple[bytes, bytes], tmp_path: Path) -> None:
    import model_signing

    (tmp_path / "key.pem").write_bytes(keys[0])
    signature = tmp_path / "model.sig"
    model_signing.signing.Config().use_elliptic_key_signer(private_key=tmp_path / "key.pem").sign(folder, signature)
    assert verify_model(signature.read_bytes(), keys[1], DIGESTS) == files_digest(DIGESTS)


def test_the_reference_reads_what_we_write(folder: Path, keys: tuple[bytes, bytes], tmp_path: Path) -> None:
    import model_signing

    (tmp_path / "key.pub").write_bytes(keys[1])
    signature = tmp_path / "model.sig"
    signature.write_bytes(sign_model("readmission", DIGESTS, keys[0]))
    config = model_signing.verifying.Config().use_elliptic_key_verifier(public_key=tmp_path / "key.pub")
    config.verify(folder, signature)
    (folder / "model.txt").write_bytes(b"other\n")
    with pytest.raises(ValueError):
        config.verify(folder, signature)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_round_trip(curve: ec.EllipticCurve) -> None:
    private, public = pems(curve)
    assert verify_model(sign_model("m", DIGESTS, private), public, DIGESTS) == files_digest(DIGESTS)


def test_each_change_is_named(keys: tuple[bytes, bytes]) -> None:
    bundle = sign_model("m", DIGESTS, keys[0])
    changes = {
        "changed": DIGESTS | {"model.txt": "0" * 64},
        "added": DIGESTS | {"more.txt": "0" * 64},
        "removed": {name: digest for name, digest in DIGESTS.items() if name != "model.txt"},
    }
    for word, files in changes.items():
        with pytest.raises(IntegrityFailure, match=f"txt' was {word}"):
            verify_model(bundle, keys[1], files)
    with pytest.raises(IntegrityFailure, match="another key"):
        verify_model(bundle, pems()[1], DIGESTS)


def test_every_flipped_byte_of_the_signed_part_is_noticed(keys: tuple[bytes, bytes]) -> None:
    bundle = sign_model("m", DIGESTS, keys[0])
    start = bundle.index(b'"payload":"') + 11
    for at in range(start, bundle.index(b'"', start)):
        changed = bytearray(bundle)
        changed[at] ^= 1
        with pytest.raises(CloisterError):
            verify_model(bytes(changed), keys[1], DIGESTS)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"5", b"\xff", b'{"dsseEnvelope":{"signatures":[]}}', b"[" * 100000]
)
def test_other_bytes_are_refused(raw: bytes, keys: tuple[bytes, bytes]) -> None:
    with pytest.raises(InvalidInput):
        verify_model(raw, keys[1], DIGESTS)


def test_other_keys_are_refused(keys: tuple[bytes, bytes]) -> None:
    edwards = ed25519.Ed25519PrivateKey.generate()
    private = edwards.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for pem in (b"", b"not a key", private):
        with pytest.raises(InvalidInput):
            sign_model("m", DIGESTS, pem)
    bundle = sign_model("m", DIGESTS, keys[0])
    for pem in (b"", keys[0]):
        with pytest.raises(InvalidInput):
            verify_model(bundle, pem, DIGESTS)
    with pytest.raises(InvalidInput):
        sign_model("m", {"a": "zz"}, keys[0])
