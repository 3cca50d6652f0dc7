"""De-identify files without an environment: a file or folder in, a new one out, a quarantine for the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.state import STATE
from cloister.core.errors import InvalidInput


def new_key(file: Path) -> None:
    """Make the key of a project's pseudonyms for cloister phi deidentify; who has it can reverse them."""
    import os

    from cloister.cli.new_file import check_new, write_whole

    check_new(file)
    write_whole(file, os.urandom(64).hex().encode() + b"\n")
    show.done(f"key in {file}; whoever has it can reverse the pseudonyms made with it", {"file": str(file)})


def deidentify(
    source: Annotated[
        Path, typer.Argument(help="text, CSV, Parquet, JSON lines, FHIR R4, DICOM; or a folder of these")
    ],
    output: Annotated[Path, typer.Argument(help="a new file, or a new folder")],
    key_file: Annotated[Path, typer.Option(help="made by cloister phi new-key")],
    project: Annotated[str, typer.Option(help="pseudonyms of two projects can't be joined")] = "default",
    profile: Annotated[str, typer.Option(help="safe-harbor, or expert: dates move by person")] = "safe-harbor",
    kind: Annotated[str | None, typer.Option("--format", help="told by content if not given")] = None,
    schema: Annotated[Path | None, typer.Option(help="YAML file with a table's columns")] = None,
    role: Annotated[list[str] | None, typer.Option(help="COLUMN=ROLE, where there is no schema; repeatable")] = None,
    encrypt: Annotated[list[str] | None, typer.Option(help="a column to keep as encrypted field; repeatable")] = None,
    row_key: Annotated[str | None, typer.Option(help="the column that encrypted fields are bound to")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="the day by which ages over 89 are judged; today if not given")
    ] = None,
    quarantine: Annotated[Path | None, typer.Option(help="folder for what is not released; OUTPUT.quarantine")] = None,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="don't withhold words that no list knows")
    ] = False,
) -> None:
    """De-identify a file or folder; what can't be read goes to quarantine, the rest is done."""
    from cloister.app import text_reader
    from cloister.cli.deidentify_files import Run
    from cloister.cli.pipeline import read_schema
    from cloister.core.clock import SystemClock
    from cloister.phi.files import FileConfig, FileKind

    if profile not in ("safe-harbor", "expert"):
        raise InvalidInput("there is no such profile", where="--profile", remedy="safe-harbor or expert")
    kinds = [item.value for item in FileKind]
    if kind is not None and kind not in kinds:
        raise InvalidInput("there is no such format", where="--format", remedy=f"choose from {', '.join(kinds)}")
    config = FileConfig(
        project=project,
        profile="expert" if profile == "expert" else "safe-harbor",
        as_of=_day(as_of) if as_of else SystemClock().now().date(),
        schema=read_schema(schema) if schema else None,
        roles=_roles(role or []),
        encrypt=tuple(encrypt or ()),
        row_key=row_key,
        keep_unknown=keep_unknown,
        read_text=text_reader(),
    )
    run = Run(config, key_of(key_file), FileKind(kind) if kind else None, quarantine or _beside(output))
    outcomes = run.folder(source, output) if source.is_dir() else [run.file(source, output)]
    _tell(outcomes, run.quarantine)


def _beside(output: Path) -> Path:
    return output.with_name(output.name + ".quarantine")


def key_of(file: Path) -> bytes:
    """The 64 bytes of a key file.

    Raises:
        NotFound: there is none.
        KeyRefused: it holds no such key.
    """
    from cloister.core.errors import KeyRefused, NotFound

    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except OSError:
        raise NotFound("there is no key file", where=str(file), remedy="cloister phi new-key") from None
    except ValueError:
        key = b""
    if len(key) != 64:
        raise KeyRefused("not a key of 64 bytes as hex digits", where=str(file), remedy="cloister phi new-key")
    return key


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("not a day in the form 2026-01-31", where="--as-of") from None


def _roles(pairs: list[str]) -> dict[str, Any]:
    from cloister.core.schema import Role

    known = {item.value: item for item in Role}
    said = {}
    for pair in pairs:
        name, equals, word = pair.rpartition("=")
        if not equals or not name or word not in known:
            raise InvalidInput(f"not COLUMN=ROLE: {pair!r}", where="--role", remedy=", ".join(sorted(known)))
        said[name] = known[word]
    return said


def _tell(outcomes: list[Any], quarantine: Path) -> None:
    rows = [outcome.row() for outcome in outcomes]
    if STATE.json:
        show.show_json({"files": [outcome.to_value() for outcome in outcomes], "quarantine": str(quarantine)})
    elif len(outcomes) == 1 and outcomes[0].report is not None:
        for name, rule in outcomes[0].report.roles.items():
            print(f"  {name:<28} {rule}")
        show.table(rows, ("source", "format", "output", "items", "removed", "withheld", "state"))
    else:
        show.table(rows, ("source", "format", "output", "items", "removed", "withheld", "state"))
    waiting = [outcome for outcome in outcomes if outcome.state != "done"]
    if waiting:
        bad = sum(outcome.bad for outcome in outcomes)
        lines = f", {bad:,} lines or rows among them" if bad else ""
        raise InvalidInput(
            f"{len(waiting):,} of {len(outcomes):,} files are not released whole{lines}",
            where=str(quarantine),
            remedy="look at reasons.json there",
        )
