"""Keys, derivation and wrapping: vectors, and what must not open."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from cloister.core.errors import IntegrityFailure, InvalidInput, KeyRefused
from cloister.crypto import SigningKey, VerifyKey, derive, new_key, open_sealed, passphrase_key, seal, unwrap, wrap

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "crypto" / "keys.json").read_text())
KEK = b"K" * 32
DEK = b"D" * 32
NONCE = b"N" * 12


@pytest.mark.parametrize("case", VECTORS["ed25519"]["cases"])
def test_ed25519(case: dict) -> None:
    key = SigningKey.from_bytes(bytes.fromhex(case["seed"]))
    message, signature = bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
    assert key.verify_key.to_text() == case["public"]
    assert key.sign(message) == signature
    public = VerifyKey.from_text(case["public"] + "\n")
    public.verify(signature, message)
    assert public.key_id == key.key_id == hashlib.sha256(bytes.fromhex(case["public"])).hexdigest()
    for bad in (signature[:-1], signature + b"\0", bytes([signature[0] ^ 1]) + signature[1:], b""):
        assert not public.accepts(bad, message)
        with pytest.raises(IntegrityFailure):
            public.verify(bad, message)
    assert not public.accepts(signature, message + b"x")


def test_a_signature_with_a_larger_scalar_is_refused() -> None:
    """RFC 8032 5.1.7: S + L would verify too, were S not checked; then signatures could be changed unseen."""
    key = SigningKey.from_bytes(KEK)
    signature = key.sign(b"message")
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(signature[32:], "little") + order
    assert not key.verify_key.accepts(signature[:32] + scalar.to_bytes(32, "little"), b"message")


def test_private_keys_are_not_printed() -> None:
    key = SigningKey.from_bytes(b"\x5a" * 32)
    assert "5a" not in repr(key) and "Z" not in repr(key)


def test_key_forms_are_checked() -> None:
    for text in ("", "zz" * 32, "AB" * 32, "ab" * 31):
        with pytest.raises(InvalidInput):
            VerifyKey.from_text(text)
    for make in (VerifyKey.from_bytes, SigningKey.from_bytes):
        with pytest.raises(InvalidInput):
            make(b"short")


def test_derive_is_hkdf_sha256() -> None:
    info = b"cloister/derive/1\0" + b"column:age"
    extracted = hmac.digest(bytes(32), KEK, "sha256")
    assert derive(KEK, "column:age") == hmac.digest(extracted, info + b"\x01", "sha256")
    assert derive(KEK, b"column:age") == derive(KEK, "column:age")
    assert len({derive(KEK, "a"), derive(KEK, "b"), derive(DEK, "a"), new_key(KEK), KEK}) == 5
    for bad in (lambda: derive(KEK, ""), lambda: derive(b"short", "a"), lambda: new_key(b"x" * 31)):
        with pytest.raises(InvalidInput):
            bad()


def test_passphrase_key_is_scrypt() -> None:
    salt = b"s" * 16
    assert passphrase_key("correct horse", salt, 14) == hashlib.scrypt(
        b"correct horse", salt=salt, n=2**14, r=8, p=1, dklen=32
    )
    assert passphrase_key("Zu\u0308rich", salt, 14) == passphrase_key("Z\u00fcrich", salt, 14)
    for bad in (("", salt, 14), ("x", b"short", 14), ("x", salt, 13), ("x", salt, 40)):
        with pytest.raises(InvalidInput):
            passphrase_key(*bad)


def test_wrap_round_trip_and_refusals() -> None:
    wrapped = wrap(DEK, KEK, context=b"dataset/1", nonce=NONCE)
    assert unwrap(wrapped, KEK, context=b"dataset/1") == DEK
    with pytest.raises(KeyRefused):
        unwrap(wrapped, DEK, context=b"dataset/1")
    with pytest.raises(KeyRefused):
        unwrap(wrapped, KEK, context=b"dataset/2")
    for bad in (b"", b"\x01" * 5, b"\x07" + wrapped[1:]):
        with pytest.raises(InvalidInput):
            unwrap(bad, KEK, context=b"dataset/1")
    for key, kek, nonce in ((b"x", KEK, NONCE), (DEK, b"x", NONCE), (DEK, KEK, b"x")):
        with pytest.raises(InvalidInput):
            wrap(key, kek, context=b"c", nonce=nonce)


def test_every_flipped_bit_of_a_wrapped_key_is_noticed() -> None:
    wrapped = wrap(DEK, KEK, context=b"c", nonce=NONCE)
    for at in range(8 * len(wrapped)):
        changed = bytearray(wrapped)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises((KeyRefused, InvalidInput)):
            unwrap(bytes(changed), KEK, context=b"c")


def test_a_sealed_blob_is_no_wrapped_key() -> None:
    sealed = seal(DEK, KEK, context=b"c", nonce=NONCE)
    assert open_sealed(sealed, KEK, context=b"c") == DEK
    with pytest.raises(KeyRefused):
        unwrap(b"\x01" + sealed[1:], KEK, context=b"c")
    with pytest.raises(IntegrityFailure):
        open_sealed(sealed[:-1] + bytes([sealed[-1] ^ 1]), KEK, context=b"c")
    with pytest.raises(IntegrityFailure):
        open_sealed(sealed, KEK, context=b"d")


def test_wrapping_a_non_key_is_noticed_on_opening() -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    odd = b"\x01" + NONCE + AESGCM(KEK).encrypt(NONCE, b"not a key", b"\x01c")
    with pytest.raises(InvalidInput):
        unwrap(odd, KEK, context=b"c")
