"""Files in, files out: each written whole or not at all; what is not released lies in the quarantine."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from cloister.cli.narration import Narrator
from cloister.cli.new_file import check_new, write_whole
from cloister.cli.state import STATE
from cloister.core.errors import CloisterError, InvalidState, NotFound, Unavailable
from cloister.core.schema import Role
from cloister.phi.files import BadItem, FileCleaner, FileConfig, FileKind, FileReport, kind_of
from cloister.phi.files.folder import Folder
from cloister.phi.files.kinds import HEAD

_ENDINGS = {
    FileKind.CSV: "csv", FileKind.DICOM: "dcm", FileKind.FHIR: "json", FileKind.FHIR_LINES: "ndjson",
    FileKind.JSON_LINES: "jsonl", FileKind.PARQUET: "parquet", FileKind.TEXT: "txt",
}  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What became of one file: done, partly (some lines in quarantine), review (a person looks first) or refused."""

    source: Path
    output: Path | None
    report: FileReport | None
    state: str
    reason: str = ""
    bad: int = 0

    def row(self) -> dict[str, Any]:
        report = self.report
        return {
            "source": str(self.source),
            "format": report.kind if report else "-",
            "output": self.output.name if self.output else "-",
            "items": report.items if report else 0,
            "removed": sum(report.removed.values()) if report else 0,
            "withheld": report.withheld if report else 0,
            "state": self.state + (f": {self.reason}" if self.reason else ""),
        }

    def to_value(self) -> dict[str, Any]:
        return {
            "source": str(self.source),
            "output": str(self.output) if self.output else None,
            "state": self.state,
            "reason": self.reason,
            "report": self.report.to_value() if self.report else None,
        }


@dataclass(slots=True)
class Run:
    """One run over a file or a folder."""

    config: FileConfig
    key: bytes = field(repr=False)
    kind: FileKind | None
    quarantine: Path
    _cleaners: dict[tuple[tuple[str, Role], ...], FileCleaner] = field(init=False, default_factory=dict, repr=False)
    _together: Folder | None = field(init=False, default=None)
    _reasons: list[dict[str, Any]] = field(init=False, default_factory=list)
    _say: Narrator = field(init=False)

    def __post_init__(self) -> None:
        self._say = Narrator(quiet=STATE.json)

    def folder(self, source: Path, output: Path) -> list[Outcome]:
        """Every regular file below a folder, into a new folder, numbered: a file's own name could be a person's."""
        check_new(output)
        files = sorted(path for path in source.rglob("*") if path.is_file() and not path.is_symlink())
        if not files:
            raise NotFound("there is no file in this folder", where=str(source))
        if self.config.schema is None:
            self._together = self._seen(files)
            self._together.check(self.config.roles)
        output.mkdir(mode=0o700)
        outcomes = [self._one(path, output / f"{number:06d}", number) for number, path in enumerate(files, 1)]
        self._explain()
        return outcomes

    def file(self, source: Path, output: Path) -> Outcome:
        """One file into a new file."""
        check_new(output)
        if source.is_symlink() or not source.is_file():
            raise NotFound("there is no such file (links are not followed)", where=str(source))
        outcome = self._one(source, output, 1, named=True)
        self._explain()
        return outcome

    def _seen(self, files: list[Path]) -> Folder:
        """What the folder's tables have, before the first is cleaned; a file that can't be read is told of later."""
        together = Folder()
        for path in files:
            with contextlib.suppress(CloisterError, OSError), path.open("rb") as stream:
                kind = self.kind or kind_of(stream.read(HEAD))
                stream.seek(0)
                together.see(kind, stream)
        return together

    def _cleaner(self, kind: FileKind, stream: BinaryIO) -> FileCleaner:
        """One for all files under the same roles."""
        roles = dict(self.config.roles)
        if self._together is not None:
            roles = self._together.roles(kind, stream, roles)
        held = tuple(sorted(roles.items()))
        if held not in self._cleaners:
            self._cleaners[held] = FileCleaner(replace(self.config, roles=roles), self.key)
        return self._cleaners[held]

    def _one(self, source: Path, output: Path, number: int, *, named: bool = False) -> Outcome:
        beside = output.with_name(f".{output.name}.part")
        try:
            with source.open("rb") as stream, self._say.step("de-identify"):
                kind = self.kind or kind_of(stream.read(HEAD))
                stream.seek(0)
                target = output if named else output.with_name(f"{output.name}.{_ENDINGS[kind]}")
                lines = _Lines(self.quarantine, f"{number:06d}.lines")
                size = source.stat().st_size
                with _new(beside) as out, lines:
                    report = self._cleaner(kind, stream).clean(
                        kind,
                        stream,
                        out,
                        bad=lines,
                        progress=lambda done: self._say.progress("de-identify", done, size),
                    )
                    out.flush()
                    os.fsync(out.fileno())
        except CloisterError as error:
            beside.unlink(missing_ok=True)
            return self._refused(source, number, error.message)
        except OSError as error:
            beside.unlink(missing_ok=True)
            return self._refused(source, number, f"can't be read or written ({(error.strerror or 'unknown').lower()})")
        except (Exception, pl.exceptions.PanicException) as error:
            # One odd file never stops the others. The fault's kind alone is told: its message may hold a value.
            beside.unlink(missing_ok=True)
            return self._refused(source, number, f"can't be de-identified ({type(error).__name__})")
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return self._finished(source, beside, target, report, lines, number)

    def _finished(
        self, source: Path, beside: Path, target: Path, report: FileReport, lines: _Lines, number: int
    ) -> Outcome:
        self._reasons += [{"source": str(source), "kept": lines.name, **reason} for reason in lines.reasons]
        if not report.released:
            kept = self._room() / f"{number:06d}.{_ENDINGS[FileKind(report.kind)]}"
            beside.replace(kept)
            reason = "; ".join(dict.fromkeys(report.pending))
            self._reasons.append({"source": str(source), "kept": kept.name, "reason": reason})
            return Outcome(source, None, report, "review", reason, report.bad)
        beside.replace(target)
        return Outcome(source, target, report, "partly" if report.bad else "done", "", report.bad)

    def _refused(self, source: Path, number: int, reason: str) -> Outcome:
        self._reasons.append({"source": str(source), "kept": None, "number": number, "reason": reason})
        return Outcome(source, None, None, "refused", reason)

    def _room(self) -> Path:
        return _room(self.quarantine)

    def _explain(self) -> None:
        if not self._reasons:
            return
        place = self._room() / "reasons.json"
        if place.exists():
            raise InvalidState(
                "the quarantine holds an earlier run", where=str(place), remedy="name another --quarantine"
            )
        write_whole(place, json.dumps(self._reasons, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


class _Lines:
    """Bad lines of one file: written as they come, so that their number does not matter."""

    def __init__(self, quarantine: Path, name: str) -> None:
        self._quarantine = quarantine
        self.name = name
        self.reasons: list[dict[str, Any]] = []
        self._stream: BinaryIO | None = None

    def __call__(self, item: BadItem) -> None:
        if self._stream is None:
            self._stream = _new(_room(self._quarantine) / self.name)
        self._stream.write(item.raw.rstrip(b"\r\n") + b"\n")
        if len(self.reasons) < _MOST:
            self.reasons.append({"line": item.number, "reason": item.reason})

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()


_MOST = 10_000  # reasons that are written down for one file; the lines themselves are all kept


def _room(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise Unavailable(
            "the quarantine can't be made", where=str(folder), remedy="name another --quarantine"
        ) from None
    return folder


def _new(path: Path) -> BinaryIO:
    """A new file for this user alone."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
