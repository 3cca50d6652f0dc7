"""What stands in a leaf: tables and texts in bounded pieces, by content and not by name.

Parquet, Arrow and delimited text give tables and texts; JSON, JSON lines, notebooks and annotation exports (COCO, Label
Studio) are walked for every string and for lists of records; anything else gives the printable text inside its bytes,
which is how arrays, pickles and caches are searched without being loaded.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.phi.files.roles import named_role
from cloister.phi.sweep.annotations import resolved
from cloister.phi.sweep.grids import from_html, from_print
from cloister.phi.sweep.imaging import LARGEST, elements_of
from cloister.phi.sweep.markup import RICH, decoded, without_controls, without_markup
from cloister.phi.sweep.parts import PIECE, READ, Piece, Table, Text, blocks
from cloister.phi.sweep.readers import Reader, read_inside
from cloister.phi.sweep.records import json_pieces
from cloister.phi.sweep.unpack import Leaf, Limits, Trouble, kind_of
from cloister.phi.text_signs import LENIENT, is_markup

# Characters of one byte, of two and of four, as NumPy's arrays of texts have them.
_PRINTABLE = re.compile(
    rb"[\x20-\x7e\t\xc2-\xf4\x80-\xbf]{6,}|(?:[\x20-\x7e]\x00){6,}|(?:[\x20-\x7e\xa0-\xff]\x00{3}){4,}"
)
_OPAQUE = (
    (b"%PDF-", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"\xd0\xcf\x11\xe0", "ole"),
    (b"\x04\x22\x4d\x18", "lz4"), (b"\xff\x06\x00\x00sNaPpY", "snappy"), (b"\x5d\x00\x00", "lzma"),
    (b"\x1f\x9d", "compress"), (b"MSCF\x00", "cabinet"), (b"GIF87a", "gif"), (b"GIF89a", "gif"),
    (b"SQLite format 3\x00", "sqlite"), (b"\x89HDF\r\n\x1a\n", "hdf5"), (b"$FL3", "zsav"),
    (b"\x37\x7f\x06\x82", "sqlite log"), (b"\x37\x7f\x06\x83", "sqlite log"),
    (b"Salted__", "encrypted"), (b"age-encryption.org/", "encrypted"), (b"-----BEGIN PGP MESSAGE", "encrypted"),
)  # fmt: skip
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)  # fmt: skip
_STREAMED = b"\xff\xff\xff\xff"  # Arrow's stream: data sets' caches, Polars' write_ipc_stream
_MADE = (b"PAR1", b"ARROW1", _STREAMED, b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_CARETS = re.compile(r"[A-Za-z][\w ]{0,80}(?:\^[A-Za-z][\w ]{0,80})+")  # names of columns, no formula
_RECORDS = 100_000  # rows of one table piece
_TITLE = 8  # lines before a table, at most
_TABLE = 16 * PIECE  # characters of delimited text compared as one table


def pieces(leaf: Leaf, limits: Limits, readers: Mapping[str, Reader]) -> Iterator[Piece]:
    """Everything readable in a leaf."""
    stream = leaf.stream
    head = stream.read(4096)
    stream.seek(0)
    if head.startswith(_MADE):
        yield from _made(leaf, head)
        return
    kind = next((name for magic, name in _OPAQUE if head.startswith(magic)), None)
    if head.startswith(b"ORC") and _encoding(head) is None:
        kind = "orc"
    if head[128:132] == b"DICM":
        yield from _imaging(leaf)
        return
    if kind:
        for piece in read_inside(leaf, kind, limits, readers):
            yield piece
            if isinstance(piece, Table):
                yield from _cells_as_text(piece.where, piece.row, piece.frame)
        leaf.stream.seek(0)
        yield from _strings(leaf)
        return
    encoding = _encoding(head)
    if encoding is None and head[:4] == b"PARE":
        yield Trouble(leaf.where, "a format that is not searched inside: encrypted parquet")
    if encoding is None:
        yield from _strings(leaf)
        return
    yield from _textual(leaf, encoding, head, limits, readers)


def stream_encoding(head: bytes) -> str | None:
    """How the text is written that begins so; None for what is no text, or has to be read as a whole."""
    told = any(head.startswith(magic) for magic, _ in _OPAQUE) or head.startswith(_MADE)
    return None if told or kind_of(head) or head[128:132] == b"DICM" else _encoding(head)


def _encoding(head: bytes) -> str | None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\x00" in head:
        half = head[1::2].count(0) * 2 > len(head) * 0.8
        return "utf-16-le" if half and head[::2].count(0) == 0 else None
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return "utf-8" if control * 20 <= len(head) else None


def _textual(leaf: Leaf, encoding: str, head: bytes, limits: Limits, readers: Mapping[str, Reader]) -> Iterator[Piece]:
    start = head.decode(encoding, LENIENT).lstrip("\ufeff \t\r\n")[:1]
    before, delimiter = (0, None) if start in ("{", "[") else _layout(head.decode(encoding, LENIENT))
    plain = _plainer(head.decode(encoding, LENIENT))
    for line, body in blocks(leaf.stream, encoding, limits):
        yield Text(leaf.where, line, body)
        yield from _read_between(leaf.where, line, body, plain, limits, readers)
        if start not in ("{", "[") and delimiter is None:
            for frame in from_html(body) if plain is not None else from_print(body):
                yield Table(leaf.where, line, frame, named=False)
    leaf.stream.seek(0)
    if start in ("{", "["):
        yield from json_pieces(leaf, encoding, limits)
    elif delimiter is not None:
        yield from _delimited(leaf, encoding, (before, delimiter), limits)


def _plainer(head: str) -> Callable[[str], str] | None:
    """What takes the markup out of a text that begins so."""
    if is_markup(head):
        return without_markup
    return without_controls if head.startswith(RICH) else None


def _read_between(
    where: str,
    line: int,
    body: str,
    plain: Callable[[str], str] | None,
    limits: Limits,
    readers: Mapping[str, Reader],
) -> Iterator[Piece]:
    """What a block of text says once markup, labels and encodings are taken away."""
    if plain is not None:
        yield Text(f"{where}{READ}without markup", line, plain(body))
    elif told := resolved(body):
        yield Text(f"{where}{READ}with its labels", line, told)
    for held in decoded(body):
        if isinstance(held, str):
            yield Text(f"{where}, decoded", line, held)
        else:
            kind = next((name for magic, name in _OPAQUE if held.startswith(magic)), "archive")
            yield from read_inside(Leaf(f"{where} near line {line}, decoded", io.BytesIO(held)), kind, limits, readers)


def _imaging(leaf: Leaf) -> Iterator[Piece]:
    """The elements of a DICOM object; what is written into its picture is for ``cloister phi deidentify``."""
    raw = leaf.stream.read(LARGEST + 1)
    try:
        if len(raw) > LARGEST:
            raise InvalidInput(f"more than {LARGEST} bytes")
        yield Text(leaf.where, 1, elements_of(raw))
    except InvalidInput as error:
        yield Trouble(leaf.where, f"a DICOM object that is not read ({error.message})")
        leaf.stream.seek(0)
        yield from _strings(leaf)


def _delimiter(head: str) -> str | None:
    """The delimiter that gives the first lines the same number of cells, at least two; None for prose.

    Under a header with the name of an identifier some lines may be of another width, and there may be one column.
    """
    whole = head.endswith("\n")
    lines = [line for line in head.splitlines()[:12] if line.strip() and not _SEPARATOR.match(line)]
    lines = lines if whole or len(lines) <= 2 else lines[:-1]
    best: tuple[int, str] | None = None
    for mark in (",", "\t", ";", "|", *("^" if lines and _CARETS.fullmatch(lines[0]) else "")):
        rows = list(csv.reader(lines, delimiter=mark)) if lines else [[]]
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows) / len(rows)
        enough = 1 if not any(map(named_role, rows[0])) else _ALIKE
        if width >= 2 and alike >= enough and (best is None or width > best[0]):
            best = (width, mark)
    if best is None and len(lines) >= 2 and _WORD.fullmatch(lines[0].strip()) and named_role(lines[0].strip()):
        return "\t"  # one column
    return best[1] if best else None


def _layout(head: str) -> tuple[int, str | None]:
    """How many lines of a title or of comments stand before a table, and its delimiter."""
    if found := _delimiter(head):
        return 0, found
    lines = head.splitlines(keepends=True)
    for before in range(1, min(_TITLE, len(lines) - 2) + 1):
        rest = "".join(lines[before:])
        if lines[before].strip() and (found := _delimiter(rest)) and lines[before].count(found) >= 2:
            return before, found
    return 0, None


_SEPARATOR = re.compile(r"(?i)\ufeff?sep=.$")  # Excel's own first line
_WORD = re.compile(r"\ufeff?[\w.-]+(?: [\w.-]+){0,3}")
_ALIKE = 0.6


def header_of(text: str) -> str:
    """The first line of delimited text, under which the rest of a stream stands; empty for any other text."""
    first, end, _ = text.partition("\n")
    return first + end if text[:1] not in ("{", "[") and _delimiter(text[:4096]) else ""


def _delimited(leaf: Leaf, encoding: str, layout: tuple[int, str], limits: Limits) -> Iterator[Piece]:
    """The table in slices of whole lines under its own header, so that its length does not matter."""
    header = ""
    before, delimiter = layout
    row = 2 + before
    for _, block in blocks(leaf.stream, encoding, limits, size=_TABLE):
        body = block if header or not before else block.split("\n", before)[-1]
        if not header and _SEPARATOR.match(body.partition("\n")[0].rstrip("\r")):
            body = body.partition("\n")[2]
            row += 1
        first, _, rest = body.partition("\n")
        header, lines = header or first, rest if not header else body
        plain = f"{header}\n{lines}".encode("utf-8", "replace")
        try:
            frame = pl.read_csv(
                plain, separator=delimiter, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy",
                ignore_errors=True,
            )  # fmt: skip
        except (pl.exceptions.PolarsError, ValueError, OSError):
            yield Trouble(leaf.where, "not a readable table; searched as text")
            return
        yield Table(leaf.where, row, frame)
        row += frame.height


def _made(leaf: Leaf, head: bytes) -> Iterator[Piece]:
    """Tables of Parquet and Arrow; what a pickle carries; the loose bytes of whatever only begins like these."""
    if head.startswith((b"PAR1", b"ARROW1")):
        yield from _columnar(leaf, "parquet" if head[:4] == b"PAR1" else "arrow")
        return
    if head.startswith(_STREAMED):
        yield from _columnar(leaf, "arrow stream")
    else:
        yield from _pickled(leaf)
    leaf.stream.seek(0)
    yield from _strings(leaf)


# What a pickle or joblib's file carries beside its strings: Arrow's buffers run together, compressed content.
_CARRIED = re.compile(
    rb"pyarrow|ArrowStringArray|\x1f\x8b\x08[\x00\x08]|BZh[1-9]1AY&SY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd[\x00-\xff]{2}"
)


def _pickled(leaf: Leaf) -> Iterator[Trouble]:
    tail = b""
    while block := leaf.stream.read(PIECE):
        if found := _CARRIED.search(tail + block):
            held = "tables of Arrow" if b"rrow" in found[0] else "compressed content"
            yield Trouble(leaf.where, f"a pickle with {held}, which is not searched inside")
            return
        tail = block[-32:]


def _columnar(leaf: Leaf, kind: str) -> Iterator[Piece]:
    import pyarrow as pa

    row = 1
    try:
        schema, told, batches = _opened(leaf, kind)
        yield from _told_beside(leaf.where, schema, told)
        for batch in batches:
            frame = pl.from_arrow(pa.Table.from_batches([batch]))
            if not isinstance(frame, pl.DataFrame):
                continue
            yield Table(leaf.where, row, frame)
            yield from _cells_as_text(leaf.where, row, frame)
            row += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, pl.exceptions.PolarsError) as fault:
        yield Trouble(leaf.where, f"damaged or encrypted {kind} ({type(fault).__name__})")


def _opened(leaf: Leaf, kind: str) -> tuple[Any, Mapping[bytes, bytes], Iterator[Any]]:
    """Schema, what stands beside it, and the batches of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if kind == "parquet":
        file = pq.ParquetFile(leaf.stream)
        schema = file.schema_arrow
        beside = {**(schema.metadata or {}), **(file.metadata.metadata or {})}
        return schema, beside, file.iter_batches(batch_size=_RECORDS)
    if kind == "arrow":
        reader = pa.ipc.open_file(leaf.stream)
        batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
        return reader.schema, reader.schema.metadata or {}, batches
    stream = pa.ipc.open_stream(leaf.stream)
    return stream.schema, stream.schema.metadata or {}, iter(stream)


def _told_beside(where: str, schema: Any, metadata: Mapping[bytes, bytes]) -> Iterator[Text]:
    """What other programs wrote beside the table's columns."""
    held = [(f" column {number}", field.metadata or {}) for number, field in enumerate(schema, 1)]
    for place, pairs in [*held, ("", metadata)]:
        text = "\n".join(_printable(item) for pair in pairs.items() if pair[0] != b"ARROW:schema" for item in pair)
        if text:
            yield Text(f"{where}{place} metadata", 1, text)


def _cells_as_text(where: str, row: int, frame: pl.DataFrame) -> Iterator[Text]:
    others: list[str] = []
    for number, name in enumerate(frame.columns, 1):
        column = frame[name]
        if column.dtype.is_nested():
            column = pl.Series([str(item) for item in column.to_list()], dtype=pl.String)
        if column.dtype == pl.Binary:
            column = pl.Series([_printable(item) for item in column.to_list()], dtype=pl.String)
        if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
            column = column.cast(pl.String)
        if (
            column.dtype in (pl.String, pl.Categorical)
            and (values := column.cast(pl.String).drop_nulls().unique()).len()
        ):
            yield Text(f"{where} column {number}", row, f"{name}\n" + "\n".join(values.to_list()))
        else:
            others.append(name)
    if others and row == 1:
        yield Text(f"{where} names of columns", 1, "\n".join(others))  # figures under a person's name


def _strings(leaf: Leaf) -> Iterator[Piece]:
    """Printable runs of binary bytes, in UTF-8 and in two-byte characters."""
    position, tail = 0, b""
    while block := leaf.stream.read(PIECE):
        block = tail + block
        if found := _printable(block):
            yield Text(f"{leaf.where} near byte {position}", 1, found)
        position += len(block) - len(tail)
        tail = block[-256:]


def _printable(raw: bytes | None) -> str:
    """The printable runs of bytes, a line for each."""
    found = []
    for match in _PRINTABLE.finditer(raw or b""):
        run = match[0]
        width = 1 if len(run) < 2 or run[1] else 4 if run[2:4] == b"\x00\x00" else 2
        found.append(run.decode({1: "utf-8", 2: "utf-16-le", 4: "utf-32-le"}[width], "replace"))
    return "\n".join(found)
