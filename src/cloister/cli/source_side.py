"""What a source does on its own machine: make a key, sign a folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cloister.cli.given_file import check_given, read_text
from cloister.cli.new_file import check_new, write_whole
from cloister.core.errors import InvalidInput, NotFound
from cloister.core.schema import Role, TableSchema
from cloister.crypto import SigningKey
from cloister.operations.delivery_manifest import MANIFEST, build
from cloister.operations.receive_delivery import check_header
from cloister.operations.tables import ENDINGS, MAX_LINE, read_table

_CHUNK = 8 * 2**20


def new_key(file: Path) -> str:
    """Write a new private key, mode 0600; returns the public key's 64 hex digits."""
    key = SigningKey.from_bytes(os.urandom(32))
    check_new(file)
    write_whole(file, (key.to_bytes().hex() + "\n").encode())
    return key.verify_key.to_text()


def check_lines(file: Path) -> None:
    """Refuse a CSV with a line that is no row of any table, before it is copied, signed or held in memory."""
    if file.suffix != ".csv":
        return
    run = 0
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
            run += len(chunk) if first < 0 else first
            if run > MAX_LINE:
                remedy = "check that it is a text table with one row a line"
                raise InvalidInput(f"a line is longer than {MAX_LINE:,} bytes", where=str(file), remedy=remedy)
            run = run if first < 0 else len(chunk) - last - 1


def check_table(file: Path, schema: TableSchema, dataset: str) -> None:
    """Refuse a table that the receiving side would refuse, before it is copied or signed."""
    check_given(file, what="table")
    check_lines(file)
    frame = read_table(file.name, file.read_bytes())
    check_header(file.name, frame.columns, schema.names, dataset)
    if schema.person and not schema.with_role(Role.RECORD) and frame[schema.person].n_unique() < frame.height:
        remedy = "give the role record to a column that numbers the rows, or add one"
        raise InvalidInput("people have several rows, and no column tells them apart", where=str(file), remedy=remedy)


def read_key(file: Path) -> SigningKey:
    try:
        text = read_text(file, what="key file", remedy="cloister source new-key FILE", most=4096)
        return SigningKey.from_bytes(bytes.fromhex(text.strip()))
    except NotFound:
        raise
    except (ValueError, InvalidInput):
        raise InvalidInput("not a key file", where=str(file), remedy="cloister source new-key FILE") from None


def sign_folder(folder: Path, source: str, dataset: str, sequence: int, key_file: Path) -> list[str]:
    """Sign every table in a folder; returns their names."""
    if not folder.is_dir():
        remedy = "name the folder that holds the tables"
        raise NotFound("there is no such folder", where=str(folder), remedy=remedy)
    names = sorted(path.name for path in folder.iterdir() if path.suffix in ENDINGS and path.is_file())
    if not names:
        remedy = "put the tables there"
        raise InvalidInput("the folder holds no .csv or .parquet file", where=str(folder), remedy=remedy)
    if sequence < 1:
        raise InvalidInput("the sequence starts at 1", where="--sequence", remedy="give the next number")
    files = {}
    for name in names:
        with (folder / name).open("rb") as stream:
            files[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    write_whole(folder / MANIFEST, build(source, dataset, sequence, files, read_key(key_file)))
    return names
