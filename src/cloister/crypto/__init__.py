"""Keys, wrapping, signatures and signed statements: bytes in, bytes out.

Nothing here reads a file, a clock or a source of randomness: entropy, salts and nonces are passed in.

**Keys.** ``new_key(entropy)`` makes a 32-byte key; ``passphrase_key`` makes one from a passphrase (scrypt) and
``derive`` makes a child for a label (HKDF-SHA256), so that no key serves two purposes.

**Wrapping.** ``wrap``/``unwrap`` encrypt one key under another with AES-256-GCM; ``seal``/``open_sealed`` do the same
for a small blob. Each binds a ``context`` (what the bytes are for): bytes moved to another place do not open.
A nonce is 12 bytes and must never be used twice under one key: give ``os.urandom(12)``, and rotate the
key-encryption key long before 2**32 uses (NIST SP 800-38D 8.3).

**Rows.** :class:`RowSeal` tags a database's rows and keeps one sealed sum over all of them, so that whoever can write
the database, and has not the key, can't change, add, remove or put back a row unseen.

**Signatures.** :class:`SigningKey` and :class:`VerifyKey` are Ed25519 (RFC 8032); ``key_id`` is the SHA-256 of the
raw public key in hex. :mod:`cloister.crypto.dsse` signs bytes with their type (DSSE v1), and
:mod:`cloister.crypto.statement` puts an in-toto Statement v1 inside: *these digests are what this predicate says*.
:mod:`cloister.crypto.openssf` writes and checks OpenSSF model signatures (P-256, P-384, P-521) over file digests.

>>> from cloister.crypto import SigningKey, statement
>>> key = SigningKey.from_bytes(bytes(32))
>>> payload = statement.statement("https://example.com/tested/v1", {"passed": True}, {"model.txt": "00" * 32})
>>> statement.verify(statement.sign(payload, key), [key.verify_key]).predicate["passed"]
True

Errors: a key that does not open is :class:`~cloister.core.errors.KeyRefused`; a signature or sealed bytes that do not
match are :class:`~cloister.core.errors.IntegrityFailure`; bytes of the wrong size or form are
:class:`~cloister.core.errors.InvalidInput`.
"""

from cloister.crypto import dsse, openssf, statement
from cloister.crypto.derivation import derive, new_key, passphrase_key
from cloister.crypto.rows import RowSeal
from cloister.crypto.signing import SigningKey, VerifyKey
from cloister.crypto.statement import Statement
from cloister.crypto.wrapping import open_sealed, seal, unwrap, wrap

__all__ = [
    "RowSeal",
    "SigningKey",
    "Statement",
    "VerifyKey",
    "derive",
    "dsse",
    "new_key",
    "open_sealed",
    "openssf",
    "passphrase_key",
    "seal",
    "statement",
    "unwrap",
    "wrap",
]
