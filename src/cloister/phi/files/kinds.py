"""What kind of file this is, by its first bytes and not by its name."""

from __future__ import annotations

import csv
import json
import re
from enum import StrEnum

from cloister.core.errors import InvalidInput
from cloister.phi.text_signs import is_markup

HEAD = 65_536  # bytes that are looked at
_REFUSED = (
    (b"PK\x03\x04", "a zip archive"), (b"\x1f\x8b", "a gzip file"), (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"%PDF-", "a PDF"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"), (b"\x28\xb5\x2f\xfd", "a zstd file"), (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"), (b"\x7fELF", "a program"), (b"{\\rtf", "an RTF document"),
    (b"MSH|", "an HL7 version 2 message"), (b"FHS|", "an HL7 version 2 message"), (b"BHS|", "an HL7 version 2 message"),
    (b"ISA*", "an X12 message"),
)  # fmt: skip


class FileKind(StrEnum):
    """What a file can be de-identified as."""

    CSV = "csv"
    DICOM = "dicom"
    FHIR = "fhir"  # one resource or bundle as JSON
    FHIR_LINES = "fhir-ndjson"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"
    TEXT = "text"


def kind_of(head: bytes) -> FileKind:
    """The kind by the first 64 KiB.

    Raises:
        InvalidInput: a kind that is not de-identified: an archive, a picture, a PDF, other binary bytes.
    """
    if head[128:132] == b"DICM":
        return FileKind.DICOM
    if head.startswith(b"PAR1"):
        return FileKind.PARQUET
    for magic, name in _REFUSED:
        if head.startswith(magic):
            remedy = "unpack it first" if "archive" in name or "file" in name else "leave it in quarantine"
            raise InvalidInput(f"{name} is not de-identified as such", remedy=remedy)
    encoding = encoding_of(head)
    if encoding == _PLAIN and b"\x00" in head:
        raise InvalidInput("bytes that are no text of a known kind", remedy="leave it in quarantine")
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if _JSON.match(text):
        return _json_kind(text)
    if is_markup(text):
        # "<b>Has</b>kin" and <id value="4711"/> are read by no rule of a text.
        raise InvalidInput("HTML or XML is not de-identified as such", remedy="give its text, or FHIR as JSON")
    return FileKind.CSV if delimiter(text) is not None else FileKind.TEXT


_PLAIN = "utf-8-sig"
_JSON = re.compile(r"\{|\[\s*[\[{\"\d\]tfn-]")  # a text may begin with "[NAME]"


def encoding_of(head: bytes) -> str:
    """UTF-32 and UTF-16 by their marks, else UTF-8."""
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    return "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else _PLAIN


def _json_kind(text: str) -> FileKind:
    first = text.partition("\n")[0]
    try:
        whole = json.loads(first)
    except (ValueError, RecursionError):
        # A document over many lines: FHIR if it says so.
        if text.startswith("{") and '"resourceType"' in text:
            return FileKind.FHIR
        if text.startswith("{") and len(first) >= HEAD // 2:
            return FileKind.JSON_LINES
        remedy = "write one object a line, or a FHIR resource"
        raise InvalidInput("JSON that is neither FHIR nor lines of objects", remedy=remedy) from None
    if not isinstance(whole, dict):
        raise InvalidInput("JSON that is neither FHIR nor lines of objects", remedy="write one object a line")
    several = bool(text.partition("\n")[2].strip())
    if "resourceType" in whole:
        return FileKind.FHIR_LINES if several else FileKind.FHIR
    return FileKind.JSON_LINES


def _is_prose(cell: str) -> bool:
    """A sentence, or the end of one: no name of a column."""
    return len(cell.split()) > _WORDS or re.search(r"[a-z0-9)][.!?] +[A-Z]", cell) is not None


_SQL = re.compile(r"\s*(?:INSERT\s+INTO|REPLACE\s+INTO|VALUES\s*\()", re.IGNORECASE)  # commas, and no table
_WORDS = 8  # of the name of a column


def delimiter(text: str) -> str | None:
    """The delimiter under which most first lines have as many cells as the header, two at least; None for prose."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    lines = lines[:-1] if len(lines) > 2 else lines
    if len(lines) < 2 or _SQL.match(lines[0]):
        return None
    best: tuple[int, str] | None = None
    for mark in (",", "\t", ";", "|"):
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        except csv.Error:
            continue
        width = widths[0]  # the header's
        if '"' not in lines[0] and any(map(_is_prose, lines[0].split(mark))):
            continue
        # Some rows may be broken, and a quoted note over several lines makes short ones.
        alike = width >= 2 and (widths.count(width) >= 0.6 * len(widths) or text.count('"') >= 2)
        if alike and (best is None or width > best[0]):
            best = (width, mark)
    return best[1] if best else None
