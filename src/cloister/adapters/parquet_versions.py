"""Versions as Parquet under Modular Encryption: one master key for the footer and one for each column.

AES_GCM_V1 only: the CTR variant leaves page bodies unauthenticated. Double wrapping is on, so a job costs one
unwrap for each column key. A reader holds the master keys of its granted columns and nothing else; any other
column fails in this module's key client, before a byte of it is decrypted.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cloister.adapters.durable import disk_error, sync_file, sync_folder
from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput, InvalidState, KeyRefused
from cloister.records import Part

_FOOTER = "#footer"
_REMEDY = "ask for a grant that names it: cloister grant request"
_ROW_GROUP = 128 * 1024
_LIFETIME = timedelta(minutes=5)  # no longer than a job's own object lives: see ParquetVersions._factory


class _MasterKeys(pe.KmsClient):  # type: ignore[misc]  # pyarrow ships no types
    """Wraps and unwraps file keys with the master keys that were opened for this use; counts the unwraps."""

    def __init__(self, keys: Mapping[str, bytes], scope: str, refused: list[str], count: list[int]) -> None:
        super().__init__()
        self._keys, self._scope, self._refused, self._count = keys, scope, refused, count

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        nonce = os.urandom(12)
        return (nonce + AESGCM(self._master(master_key_identifier)).encrypt(nonce, key_bytes, b"parquet")).hex()

    def unwrap_key(self, wrapped_key: bytes | str, master_key_identifier: str) -> bytes:
        self._count[0] += 1
        raw = bytes.fromhex(wrapped_key if isinstance(wrapped_key, str) else wrapped_key.decode())
        try:
            return AESGCM(self._master(master_key_identifier)).decrypt(raw[:12], raw[12:], b"parquet")
        except InvalidTag:
            raise KeyRefused("a file's key does not open with this column's key") from None

    def _master(self, identifier: str) -> bytes:
        scope, _, column = identifier.partition("/")
        column = unquote(column)
        if scope != self._scope or column not in self._keys:
            self._refused.append(column)
            raise KeyRefused(f"the key of column {column!r} is not open to this reader", remedy=_REMEDY)
        return self._keys[column]


class ParquetVersions:
    """Encrypted files under one root folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.unwraps = 0

    def write(self, folder: str, tables: Iterable[pa.Table], keys: Mapping[str, bytes], scope: str) -> tuple[Part, ...]:
        """One file for each table, fsynced with its folder before this returns."""
        target = self._root / folder
        if target.exists():
            raise InvalidState("a version's folder is never written twice", where=folder)
        try:
            target.mkdir(parents=True, mode=0o700)
            # One factory for all files: they share their key-encryption keys, so a job unwraps each once, not per file.
            factory = pe.CryptoFactory(lambda _: _MasterKeys(keys, scope, [], [0]))
            parts = tuple(
                self._write_part(target / f"part-{number:05d}.parquet", folder, table, keys, scope, factory)
                for number, table in enumerate(tables)
            )
            sync_folder(target)
            sync_folder(target.parent)
        except OSError as error:
            raise disk_error(error) from None
        return parts

    def _write_part(
        self,
        path: Path,
        folder: str,
        table: pa.Table,
        keys: Mapping[str, bytes],
        scope: str,
        factory: pe.CryptoFactory,
    ) -> Part:
        config = pe.EncryptionConfiguration(
            footer_key=f"{scope}/{_FOOTER}",
            column_keys={f"{scope}/{_physical(name)}": [_physical(name)] for name in table.column_names},
            encryption_algorithm="AES_GCM_V1",
            double_wrapping=True,
            cache_lifetime=_LIFETIME,
            data_key_length_bits=256,
        )
        missing = [name for name in table.column_names if name not in keys]
        if missing:
            raise KeyRefused(f"the key of column {missing[0]!r} is not open to this writer")
        properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), config)
        table = table.rename_columns([_physical(name) for name in table.column_names])
        with pq.ParquetWriter(path, table.schema, compression="zstd", encryption_properties=properties) as writer:
            writer.write_table(table, row_group_size=_ROW_GROUP)
        sync_file(path)
        return Part(f"{folder}/{path.name}", _digest(path), table.num_rows, path.stat().st_size)

    def read(
        self,
        parts: Sequence[Part],
        columns: Sequence[str],
        keys: Mapping[str, bytes] | Callable[[], Mapping[str, bytes]],
        scope: str,
        coded: str | None = None,
        listed: Sequence[str] = (),
    ) -> pa.Table:
        """Read ``columns`` of all parts, each file first held against its recorded digest; ``keys`` may be how to open
        them, which is then done at the same time. ``coded`` names a column of which only a number for each value
        (uint32, missing values have one of their own) is told; those in ``listed`` come as dictionaries.
        """
        with ThreadPoolExecutor(1) as beside:
            checked = beside.submit(self.check, parts)
            opened = keys() if callable(keys) else keys
            problems = checked.result()
        if problems:
            raise IntegrityFailure(problems[0])
        refused: list[str] = []
        count = [0]
        factory = pe.CryptoFactory(lambda _: _MasterKeys(opened, scope, refused, count))
        config = pe.DecryptionConfiguration(cache_lifetime=_LIFETIME)
        connection = pe.KmsConnectionConfig()
        # Values that are looked at once each, not in every row.
        numbered = [_physical(name) for name in (*listed, *([coded] if coded else []))]
        tables = []
        for part in parts:
            try:
                properties = factory.file_decryption_properties(connection, config)
                file = pq.ParquetFile(
                    self._root / part.path, decryption_properties=properties, read_dictionary=numbered
                )
                known = set(file.schema_arrow.names)
                unknown = [name for name in columns if _physical(name) not in known]
                if unknown:
                    raise InvalidInput(f"the version has no column {unknown[0]!r}")
                table = file.read(columns=[_physical(name) for name in columns])
                tables.append(table.rename_columns([unquote(name) for name in table.column_names]))
            except CloisterError:
                raise
            except (OSError, ValueError, pa.ArrowException) as error:
                if refused:
                    raise KeyRefused(
                        f"the key of column {refused[0]!r} is not open to this reader", remedy=_REMEDY
                    ) from None
                if isinstance(error, OSError) and error.errno:
                    raise disk_error(error) from None
                raise IntegrityFailure("a version's file does not decrypt", where=part.path) from None
        self.unwraps += count[0]
        whole = pa.concat_tables(tables) if tables else pa.table({name: [] for name in columns})
        for name in listed:
            whole = whole.set_column(whole.column_names.index(name), name, _dictionary(whole.column(name)))
        return whole if coded is None else _coded(whole, coded)

    def check(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """One line for each file that is missing, linked or changed."""
        problems = []
        for part in parts:
            path = self._root / part.path
            if path.is_symlink() or not path.is_file():
                problems.append(f"{part.path} is missing")
            elif path.stat().st_size != part.size or _digest(path) != part.sha256:
                problems.append(f"{part.path} was changed: its digest is not the recorded one")
        return tuple(problems)

    def remove(self, folder: str) -> None:
        shutil.rmtree(self._root / folder, ignore_errors=True)


def _physical(name: str) -> str:
    """The column's name inside the file: Arrow's list of column keys is one text, cut at , : and ; and trimmed."""
    return re.sub(r"[%,:;\x00-\x1f\x7f]|^\s|\s$", lambda found: quote(found[0], safe=""), name)


def _dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as numbers of its values, the same values for all chunks."""
    return column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _coded(table: pa.Table, name: str) -> pa.Table:
    """The table with numbers from 0 on in place of a column's values."""
    column = _dictionary(table.column(name))
    missing = len(column.chunk(0).dictionary) if column.num_chunks else 0
    chunks = [chunk.indices.fill_null(missing).view(pa.uint32()) for chunk in column.chunks]
    return table.set_column(table.column_names.index(name), name, pa.chunked_array(chunks, pa.uint32()))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
