"""Keys made from entropy, from a passphrase, or from another key."""

from __future__ import annotations

import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from cloister.core.errors import InvalidInput

KEY_BYTES = 32
_MIN_ENTROPY = 32
# Below 2**14 a guess costs under 50 ms and 16 MiB; above 2**20 a hostile file could ask for gigabytes.
_COSTS = range(14, 21)


def new_key(entropy: bytes) -> bytes:
    """A 32-byte key from at least 32 bytes of fresh ``entropy``, which is not itself the key."""
    if len(entropy) < _MIN_ENTROPY:
        raise InvalidInput(f"a key needs at least {_MIN_ENTROPY} bytes of entropy")
    return _hkdf(entropy, b"cloister/new-key/1")


def derive(key: bytes, label: str | bytes) -> bytes:
    """The 32-byte child of ``key`` for ``label`` (HKDF-SHA256, RFC 5869); other labels tell nothing about it."""
    if len(key) < KEY_BYTES:
        raise InvalidInput(f"a key to derive from has at least {KEY_BYTES} bytes")
    name = label.encode("utf-8") if isinstance(label, str) else label
    if not name:
        raise InvalidInput("a derived key needs a label")
    return _hkdf(key, b"cloister/derive/1\0" + name)


def passphrase_key(passphrase: str, salt: bytes, cost: int = 16) -> bytes:
    """A 32-byte key from a passphrase: scrypt (RFC 7914) with N = 2**cost, r = 8, p = 1, so 2**cost KiB of memory.

    The text is put in Unicode form NFC first (RFC 8265 4.2), so that the same words typed on another keyboard agree.
    """
    if len(salt) < 16:
        raise InvalidInput("a passphrase needs a salt of at least 16 bytes")
    if cost not in _COSTS:
        raise InvalidInput(f"the cost of a passphrase is from {_COSTS.start} to {_COSTS.stop - 1}")
    if not passphrase:
        raise InvalidInput("the passphrase is empty")
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    return Scrypt(salt=salt, length=KEY_BYTES, n=1 << cost, r=8, p=1).derive(text)


def _hkdf(material: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(material)
