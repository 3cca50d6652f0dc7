"""One file from stream to stream, by its kind."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.phi.config import DeidConfig
from cloister.phi.deidentify import Deidentifier
from cloister.phi.dicom import DicomConfig, DicomTransformations, Option, deidentify_dicom
from cloister.phi.dictionary import needles
from cloister.phi.fhir import FhirConfig, FhirReport, Transformations, deidentify_json, deidentify_resource, unforeseen
from cloister.phi.files.config import Bad, BadItem, FileConfig, FileReport
from cloister.phi.files.json_lines import ObjectCleaner
from cloister.phi.files.kinds import HEAD, FileKind, delimiter, encoding_of
from cloister.phi.files.tables import ROWS, TableCleaner, csv_batches
from cloister.phi.folding import SEPARATORS, fold
from cloister.phi.leaks.detect import visible
from cloister.phi.stream import parts
from cloister.phi.text_signs import LENIENT
from cloister.phi.tokens import FieldCipher, Tokeniser
from cloister.phi.unknown import is_full_date, nobody, withhold_text

LARGEST_OBJECT = 2**31  # bytes of a DICOM object
LARGEST_LINE = 2**26  # bytes of one line of JSON
_UTF_8 = encoding_of(b"")
_SEPARATORS = dict.fromkeys(SEPARATORS)
_SHORT = 160  # characters of a text whose result is kept
_MOST_SHORT = 50_000  # of them
Progress = Callable[[int], None]


def _nothing(_: object) -> None:
    """Nobody listens."""


class FileCleaner:
    """De-identifies files under one configuration and one 64-byte key."""

    def __init__(self, config: FileConfig, key: bytes) -> None:
        self.config = config
        self._key = key
        self._engine = Deidentifier(DeidConfig(profile=config.profile, project=config.project), key)
        self._tokens = Tokeniser(key, config.project)
        self._cipher = FieldCipher(key, config.project)
        self._short: dict[str, tuple[str, list[str], int]] = {}

    def clean(
        self, kind: FileKind, source: BinaryIO, target: BinaryIO, *, bad: Bad = _nothing, progress: Progress = _nothing
    ) -> FileReport:
        """Read ``source`` and write what is left to ``target``; ``progress`` gets the bytes or rows done.

        Raises:
            InvalidInput: the file as a whole can't be read as its kind; nothing of the target is to be used then.
        """
        report = FileReport(kind.value)
        act = {
            FileKind.CSV: self._csv,
            FileKind.DICOM: self._dicom,
            FileKind.FHIR: self._fhir,
            FileKind.FHIR_LINES: self._fhir_lines,
            FileKind.JSON_LINES: self._json_lines,
            FileKind.PARQUET: self._parquet,
            FileKind.TEXT: self._text,
        }[kind]
        try:
            act(source, target, report, bad, progress)
        except OSError:  # of the disk: no fault of the file's
            raise
        except Exception as error:
            raise unforeseen(error) from None
        return report

    def passage(self, text: str, report: FileReport, person: Mapping[str, str] | None = None) -> str:
        """One text without identifiers and, unless told otherwise, without words that no list knows."""
        text = visible(text)
        # Displays of codes come again and again: one that names nobody of the document is searched once.
        kept = len(text) <= _SHORT and not (person and self._concerns(text, person))
        held = self._short.get(text) if kept else None
        if held is None:
            done, found = self._engine.text(text, person=None if kept else person)
            moved = self.config.profile == "expert" and person is not None and person.get("person")
            permits = is_full_date if moved else nobody
            done, unknown = (done, []) if self.config.keep_unknown else withhold_text(done, permits)
            held = done, [finding.type for finding in found], len(unknown)
            if kept and len(self._short) < _MOST_SHORT:
                self._short[text] = held
        report.removed.update(held[1])
        report.withheld += held[2]
        return held[0]

    def _concerns(self, text: str, person: Mapping[str, str]) -> bool:
        """False only if what is known of the person can't change what becomes of the text."""
        if self.config.profile == "expert" and person.get("person") and any(map(str.isdecimal, text)):
            return True  # dates move by the person
        bare = fold(text).lower().translate(_SEPARATORS)
        return any(needle[0] in bare for needle in needles(person))

    def _text(self, source: BinaryIO, target: BinaryIO, report: FileReport, _: Bad, progress: Progress) -> None:
        done = 0
        for part in parts(_reader(source)):
            target.write(self.passage(part, report).encode("utf-8", "replace"))
            report.items += part.count("\n")
            done += len(part)
            progress(done)

    def _csv(self, source: BinaryIO, target: BinaryIO, report: FileReport, bad: Bad, progress: Progress) -> None:
        head = source.read(HEAD)
        source.seek(0)
        mark = delimiter(head.decode(encoding_of(head), "replace")) or ","
        table = TableCleaner(self._engine, self._cipher, self.config, report, self._objects(report).part)
        for number, frame in enumerate(csv_batches(_reader(source, newline=""), mark, report, bad)):
            done = table.batch(frame)
            target.write(done.write_csv(include_header=not number, separator=mark).encode("utf-8"))
            progress(report.items)

    def _parquet(self, source: BinaryIO, target: BinaryIO, report: FileReport, _: Bad, progress: Progress) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = TableCleaner(self._engine, self._cipher, self.config, report, self._objects(report).part)
        writer: Any = None
        try:
            file = pq.ParquetFile(source)
            if any(map(_is_wide, file.schema_arrow.types)):
                raise InvalidInput("decimals of more than 38 digits", remedy="write that column as numbers or text")
            empty = file.schema_arrow.empty_table()
            batches = (pa.Table.from_batches([batch]) for batch in file.iter_batches(batch_size=ROWS))
            for batch in batches if file.metadata.num_rows else [empty]:
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table, for the type checker
                done = table.batch(frame).to_arrow()
                # Without the source's metadata: it holds what other programs put there, pandas' index among it.
                writer = writer or pq.ParquetWriter(target, done.schema.remove_metadata(), compression="zstd")
                writer.write_table(done.cast(writer.schema))
                progress(report.items)
        except (pa.ArrowException, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
            raise InvalidInput("not a readable Parquet file", remedy="send it again") from None
        finally:
            if writer is not None:
                writer.close()

    def _json_lines(self, source: BinaryIO, target: BinaryIO, report: FileReport, bad: Bad, progress: Progress) -> None:
        other = self._objects(report).line

        def line(raw: bytes) -> bytes:
            return self._resource_line(raw, report) if _is_resource(raw) else other(raw)

        self._each_line(source, target, report, bad, progress, line)

    def _objects(self, report: FileReport) -> ObjectCleaner:
        def text(value: str, person: dict[str, str]) -> str:
            return self.passage(value, report, person)

        def resource(value: dict[str, Any], person: dict[str, str]) -> dict[str, Any]:
            done, found = deidentify_resource(
                value, self._fhir_config(), key=self._key, given=self._given(report, person)
            )
            self._count(found, report)
            return done

        strict, said = not self.config.keep_unknown, dict(self.config.roles)
        return ObjectCleaner(self._engine, self._tokens, text, said, resource, report, strict=strict)

    def _fhir(self, source: BinaryIO, target: BinaryIO, report: FileReport, _: Bad, progress: Progress) -> None:
        raw = source.read()
        encoding = encoding_of(raw[:HEAD])
        done, found = self._resource(raw if encoding == _UTF_8 else _as_utf_8(raw, encoding), report)
        target.write(done)
        entries = json.loads(done).get("entry")
        report.items += len(entries) if isinstance(entries, list) else 1
        self._count(found, report)
        progress(len(raw))

    def _fhir_lines(self, source: BinaryIO, target: BinaryIO, report: FileReport, bad: Bad, progress: Progress) -> None:
        self._each_line(source, target, report, bad, progress, lambda raw: self._resource_line(raw, report))

    def _resource_line(self, raw: bytes, report: FileReport) -> bytes:
        done, found = self._resource(raw, report)
        self._count(found, report)
        return done + b"\n"

    def _resource(self, raw: bytes, report: FileReport) -> tuple[bytes, FhirReport]:
        return deidentify_json(raw, self._fhir_config(), key=self._key, given=self._given(report, {}))

    def _fhir_config(self) -> FhirConfig:
        return FhirConfig(profile=self.config.profile, project=self.config.project, as_of=self.config.as_of)

    def _given(self, report: FileReport, person: Mapping[str, str]) -> Transformations:
        """The texts of a resource, for its own people and for the person of the row in which it stands."""
        return Transformations(
            text=lambda text: self.passage(text, report, person),
            shift_days=self._engine.shift,
            text_of=lambda text, known: self.passage(text, report, {**person, **known}),
        )

    def _count(self, found: FhirReport, report: FileReport) -> None:
        report.withheld += len(found.withheld)
        report.places.update(f"{item.place}: {item.reason}" for item in found.withheld)
        report.removed.update(
            {name: count for name, count in found.actions.items() if name not in ("text", "withheld")}
        )

    def _each_line(
        self,
        source: BinaryIO,
        target: BinaryIO,
        report: FileReport,
        bad: Bad,
        progress: Progress,
        clean: Callable[[bytes], bytes],
    ) -> None:
        done = 0
        for number, raw, whole in _lines(source):
            done += len(raw)
            if not raw.strip():
                continue
            try:
                if not whole:
                    raise InvalidInput(f"a line of more than {LARGEST_LINE // 2**20} MiB")
                cleaned = clean(raw)
            except Exception as error:
                report.bad += 1
                bad(BadItem(number, raw, unforeseen(error).message))
            else:
                target.write(cleaned)
                report.items += 1
            progress(done)

    def _dicom(self, source: BinaryIO, target: BinaryIO, report: FileReport, _: Bad, progress: Progress) -> None:
        raw = source.read(LARGEST_OBJECT + 1)
        if len(raw) > LARGEST_OBJECT:
            raise InvalidInput(f"a DICOM object of more than {LARGEST_OBJECT // 2**30} GiB")
        options = {Option.CLEAN_DESCRIPTORS}
        if self.config.profile == "expert":
            options.add(Option.RETAIN_MODIFIED_DATES)
        config = DicomConfig(frozenset(options), self.config.project, link_patients=True)
        given = DicomTransformations(
            text=lambda text: self.passage(text, report),
            shift_days=self._engine.shift,
            read_text=self.config.read_text,
            text_of=lambda text, known: self.passage(text, report, known),
        )
        done, found = deidentify_dicom(raw, config, key=self._key, given=given)
        target.write(done)
        report.items += 1
        report.removed.update(found.actions)
        report.withheld += len(found.pending)
        report.places.update(f"{item.place}: {item.reason}" for item in found.pending)
        if not found.released:
            report.pending = [
                f"{item.place}: {item.reason}" for item in found.pending if item.kind in ("pixels", "document")
            ]
        progress(len(raw))


def _is_wide(kind: Any) -> bool:
    """True for an Arrow type with decimals of 256 bits in it, for which Polars has none."""
    parts = (kind.field(number).type for number in range(kind.num_fields))
    return str(kind).startswith("decimal256") or any(map(_is_wide, parts))


def _reader(source: BinaryIO, newline: str = "\n") -> io.TextIOWrapper:
    """UTF-8, UTF-16 or UTF-32; bytes that are none of them stand as Latin-1 letters, so that a name stays a name."""
    head = source.read(4)
    source.seek(0)
    return io.TextIOWrapper(source, encoding_of(head), errors=LENIENT, newline=newline)


def _as_utf_8(raw: bytes, encoding: str) -> bytes:
    try:
        return raw.decode(encoding).encode()
    except UnicodeError:
        raise InvalidInput("not readable as the text that its first bytes announce", remedy="send it again") from None


def _is_resource(raw: bytes) -> bool:
    """True for a line that says by itself, not by something inside it, that it is a resource."""
    if b'"resourceType"' not in raw:
        return False
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "resourceType" in value


def _line_by_line(source: BinaryIO) -> Callable[[int], bytes]:
    """Reads the next line, or a part of it; of another encoding as UTF-8."""
    head = source.read(HEAD)
    source.seek(0)
    if encoding_of(head) == _UTF_8:
        return source.readline
    text = _reader(source)
    return lambda size: text.readline(size).encode("utf-8", "replace")


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes and wholeness of each line; of one beyond the limit the first part alone, the rest is skipped."""
    read = _line_by_line(source)
    number = 0
    while raw := read(LARGEST_LINE):
        number += 1
        whole = raw.endswith(b"\n") or len(raw) < LARGEST_LINE
        yield number, raw, whole
        while not whole:
            rest = read(LARGEST_LINE)
            whole = rest.endswith(b"\n") or len(rest) < LARGEST_LINE
