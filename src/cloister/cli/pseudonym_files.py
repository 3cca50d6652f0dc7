"""What of a de-identified file can be opened again: a table's column, the pseudonyms of FHIR, DICOM's Patient ID."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloister.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    import polars as pl

    from cloister.phi.fhir import Pseudonym

_LARGEST = 2**30  # bytes of a file that is opened


def read_whole(file: Path) -> bytes:
    """The file's bytes.

    Raises:
        NotFound: it can't be read.
        InvalidInput: larger than 1 GiB.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except OSError:
        raise NotFound("the file can't be read", where=str(file)) from None
    if len(raw) > _LARGEST:
        raise InvalidInput(f"a file of more than {_LARGEST // 2**30} GiB", where=str(file), remedy="give a part of it")
    return raw


def is_document(raw: bytes) -> bool:
    """True for JSON and DICOM, told by content; anything else is a table."""
    return raw[128:132] == b"DICM" or raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def is_lines(raw: bytes) -> bool:
    """True for JSON lines whose first object is no FHIR resource."""
    try:
        first = json.loads(raw.lstrip().partition(b"\n")[0].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and "resourceType" not in first


def named_in_lines(raw: bytes, file: Path, name: str | None) -> pl.Series:
    """The texts under a key of JSON lines, at any depth.

    Raises:
        InvalidInput: a line that is no JSON, no such key, none named.
    """
    import polars as pl

    if name is None:
        raise InvalidInput("of JSON lines a key is opened", where=str(file), remedy="--column KEY")
    found: list[str] = []
    try:
        read = [json.loads(line) for line in reversed(raw.decode("utf-8-sig").split("\n")) if line.strip()]
    except (ValueError, RecursionError):
        raise InvalidInput("not readable as JSON lines", where=str(file)) from None
    waiting = [line for line in read if isinstance(line, dict | list)]
    while waiting:
        item = waiting.pop()
        parts = list(item.items()) if isinstance(item, dict) else [("", part) for part in item]
        for key, part in parts:
            held = part if isinstance(part, list) else [part]
            found += [text for text in held if key == name and isinstance(text, str)]
        waiting += [part for _, part in reversed(parts) if isinstance(part, dict | list)]
    if not found:
        raise InvalidInput(f"the file has no key {name!r} with texts", where=str(file))
    return pl.Series(name, found, dtype=pl.String)


def column_of(raw: bytes, file: Path, column: str | None, row_key: str | None) -> tuple[pl.Series, pl.Series | None]:
    """A table's column as text, and the column that binds its encrypted fields.

    Raises:
        InvalidInput: no readable table, no such column, no column named.
    """
    if column is None:
        raise InvalidInput("of a table a column is opened", where=str(file), remedy="--column NAME")
    frame = _table(raw, file)
    for name in (column, *filter(None, [row_key])):
        if name not in frame.columns:
            raise InvalidInput(f"the table has no column {name!r}", where=str(file))
    return frame[column], frame[row_key] if row_key else None


def _table(raw: bytes, file: Path) -> Any:
    """Parquet, or delimited text as cloister phi deidentify reads it: in its encoding, by its delimiter."""
    import polars as pl

    from cloister.phi.files.kinds import HEAD, delimiter, encoding_of

    try:
        if raw.startswith(b"PAR1"):
            frame = pl.read_parquet(io.BytesIO(raw))
        else:
            text = raw.decode(encoding_of(raw[:4]), "replace")
            mark = delimiter(text[:HEAD]) or ","
            frame = pl.read_csv(io.BytesIO(text.encode("utf-8", "replace")), separator=mark, infer_schema=False)
        return frame.with_columns(pl.all().cast(pl.String))
    except (pl.exceptions.PolarsError, OSError):
        raise InvalidInput("not a readable CSV or Parquet table", where=str(file)) from None


def places_of(raw: bytes, file: Path) -> tuple[Pseudonym, ...]:
    """The distinct pseudonyms of a FHIR resource, a bundle or NDJSON.

    Raises:
        InvalidInput: JSON that is no FHIR.
    """
    from cloister.phi.fhir import pseudonyms, read_resource

    try:
        lines = [json.loads(raw.decode("utf-8-sig"))]
    except (ValueError, RecursionError):
        lines = [read_resource(line) for line in raw.splitlines() if line.strip()]
    if not all(isinstance(line, dict) and "resourceType" in line for line in lines):
        raise InvalidInput("JSON that is not FHIR", where=str(file), remedy="give JSON lines, a table, FHIR or DICOM")
    return tuple(dict.fromkeys(item for line in lines for item in pseudonyms(line)))


def patients_of(raw: bytes) -> pl.Series:
    """The Patient IDs of a DICOM object."""
    import polars as pl

    from cloister.phi.dicom import patients

    return pl.Series("PatientID", patients(raw), dtype=pl.String)
