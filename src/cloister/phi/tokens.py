"""Tokens in place of identifiers, and encryption of single fields: AES-SIV (RFC 5297), one derived key a project.

Deterministic encryption and not a hash: nine digits can be tried against a hash in seconds, and a token must be
reversible by whoever holds the key. The project's name goes into the key, so two projects' tokens can't be joined;
the kind goes into the associated data, so a person's and an encounter's tokens can't be confused.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from cloister.core.errors import IntegrityFailure, InvalidInput, KeyRefused

if TYPE_CHECKING:
    import polars as pl

KEY_BYTES = 64
_SHORTEST = 22  # base64 of the 16 bytes that authenticate a token


def derive(key: bytes, project: str, purpose: str) -> bytes:
    """64 bytes for one project and purpose: HKDF-SHA-512 (RFC 5869).

    Raises:
        KeyRefused: the key is not 64 bytes long.
        InvalidInput: the project has no name.
    """
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(key) != KEY_BYTES:
        raise KeyRefused(f"a token key has {KEY_BYTES} bytes, this one has {len(key)}")
    if not project:
        raise InvalidInput("tokens belong to a project, and it has no name", remedy="name the project")
    info = b"cloister.phi/1\x00" + purpose.encode() + b"\x00" + project.encode()
    return HKDF(algorithm=SHA512(), length=KEY_BYTES, salt=None, info=info).derive(key)


class Tokeniser:
    """Tokens for one project under one 64-byte key."""

    def __init__(self, key: bytes, project: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self.project = project
        self._cipher: Any = AESSIV(derive(key, project, "token"))

    def token(self, value: str, kind: str) -> str:
        """The value's token; a token of this project and kind stays as it is, so that twice is the same as once."""
        if self.is_token(value, kind):
            return value
        sealed = (
            self._cipher.encrypt(value.encode(), [kind.encode()])
            if value
            else self._cipher.encrypt(b"\x00", [kind.encode()])
        )
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def is_token(self, value: str, kind: str) -> bool:
        """True for a token of this project and kind; another text passes for one with probability 2**-128."""
        if len(value) < _SHORTEST or not value.isascii():
            return False
        try:
            self.value(value, kind)
        except (IntegrityFailure, UnicodeError):
            return False
        return True

    def value(self, token: str, kind: str) -> str:
        """The value behind a token.

        Raises:
            IntegrityFailure: no token of this project and kind.
        """
        from cryptography.exceptions import InvalidTag

        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            plain: bytes = self._cipher.decrypt(sealed, [kind.encode()])
        except (InvalidTag, ValueError):
            raise IntegrityFailure(f"a token is not one of project {self.project!r} and kind {kind!r}") from None
        return "" if plain == b"\x00" else plain.decode()

    def tokens(self, values: pl.Series, kind: str) -> pl.Series:
        """A token for each value, equal for equal values; null stays null. Works on distinct values."""
        import polars as pl

        return _each(values.cast(pl.String), lambda value: self.token(value, kind))

    def reverse(self, tokens: pl.Series, kind: str) -> pl.Series:
        """The values, as text. The caller sees to it that this is permitted and recorded.

        Raises:
            IntegrityFailure: one of them is no token of this project and kind.
        """
        return _each(tokens, lambda token: self.value(token, kind))


class FieldCipher:
    """Encryption of single fields that hides equality: the row's own number is bound into each ciphertext."""

    def __init__(self, key: bytes, project: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._cipher: Any = AESSIV(derive(key, project, "field"))

    def encrypt(self, values: pl.Series, column: str, rows: pl.Series) -> pl.Series:
        """``rows`` are unique keys of the rows; the same value in two rows gives two ciphertexts.

        A field that is encrypted for its place already stays as it is, so that twice is the same as once.

        Raises:
            InvalidInput: a row without a key, or two rows with one: equal values would show, and fields could be moved.
        """
        import polars as pl

        if rows.null_count():
            first = int(rows.is_null().arg_max() or 0) + 1
            raise InvalidInput(
                f"row key {rows.name!r} has no value in {rows.null_count():,} rows, the first is row {first:,}",
                remedy="give every row a key of its own",
            )
        if (twice := len(rows) - rows.n_unique()) > 0:
            raise InvalidInput(
                f"row key {rows.name!r} has {twice:,} values that stood in a row before",
                remedy="give every row a key of its own",
            )
        head = column.encode()
        sealed = [
            value
            if value is None or self._is_sealed(value, head, row.encode())
            else urlsafe_b64encode(self._cipher.encrypt(b"\x01" + value.encode(), [head, row.encode()])).decode()
            for value, row in zip(values.cast(pl.String).to_list(), rows.cast(pl.String).to_list(), strict=True)
        ]
        return pl.Series(values.name, sealed, dtype=pl.String)

    def _is_sealed(self, value: str, head: bytes, row: bytes) -> bool:
        """True for a field of this column and row; another text passes for one with probability 2**-128."""
        from cryptography.exceptions import InvalidTag

        if len(value) < _SHORTEST or not value.isascii():
            return False
        try:
            self._cipher.decrypt(urlsafe_b64decode(value), [head, row])
        except (InvalidTag, ValueError):
            return False
        return True

    def decrypt(self, values: pl.Series, column: str, rows: pl.Series) -> pl.Series:
        """The inverse.

        Raises:
            IntegrityFailure: a field was changed, or moved to another row or column.
        """
        import polars as pl
        from cryptography.exceptions import InvalidTag

        head = column.encode()
        try:
            plain = [
                None
                if value is None
                else self._cipher.decrypt(urlsafe_b64decode(value), [head, row.encode()])[1:].decode()
                for value, row in zip(values.to_list(), rows.cast(pl.String).to_list(), strict=True)
            ]
        except (InvalidTag, ValueError):
            raise IntegrityFailure(f"a field of column {column!r} was changed or moved") from None
        return pl.Series(values.name, plain, dtype=pl.String)


def _each(values: pl.Series, convert: Any) -> pl.Series:
    """Apply ``convert`` once to each distinct value."""
    import polars as pl

    distinct = values.unique().drop_nulls()
    if not len(distinct):
        return pl.Series(values.name, [None] * len(values), dtype=pl.String)
    converted = pl.Series([convert(value) for value in distinct.to_list()], dtype=pl.String)
    return values.replace_strict(distinct, converted, default=None, return_dtype=pl.String).alias(values.name)
