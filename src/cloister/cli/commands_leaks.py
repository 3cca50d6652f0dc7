"""Where identifiers leak beside the data: notebooks on their way into git, prompts on their way to a model."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.state import STATE
from cloister.core.errors import CloisterError, Found, InvalidInput, NotFound, Unavailable


def register(noun: typer.Typer) -> None:
    noun.command()(notebook)
    noun.command()(guard)


def notebook(
    files: Annotated[list[str], typer.Argument(help="notebooks, or - for a git filter: standard input to output")],
    check: Annotated[bool, typer.Option("--check", help="change nothing; exit 13 where something would be")] = False,
) -> None:
    """Strip notebooks of outputs, attachments and metadata, and scan their sources for identifiers."""
    from cloister.phi import Detector
    from cloister.phi.leaks import labelled_spans

    detector = Detector()

    def find(text: str) -> list[tuple[int, int, str]]:
        return labelled_spans(detector, text)

    if "-" in files:
        if len(files) > 1:
            raise InvalidInput("standard input is stripped alone", where="-")
        _filter(find, check)
        return
    rows = [_strip(Path(file), find, check) for file in files]
    show.table(rows, ("notebook", "cells", "outputs", "attachments", "metadata", "identifiers", "state"))
    found = [row for row in rows if row["identifiers"]]
    broken = [row for row in rows if row["state"].startswith("not read")]
    changed = [row for row in rows if row["state"] == "to be stripped"]
    parts = [f"{len(found)} hold identifiers in their sources"] if found else []
    parts += [f"{len(broken)} could not be read"] if broken else []
    parts += [f"{len(changed)} are not stripped"] if changed else []
    remedies = ["take the identifiers out of the cells shown"] if found else []
    remedies += ["save those that could not be read again with Jupyter, or leave them out"] if broken else []
    remedies += ["strip the others without --check"] if changed else []
    if parts:
        raise Found(f"of {len(rows)} notebooks {'; '.join(parts)}", remedy="; ".join(remedies))


def _filter(find: Any, check: bool) -> None:
    """A git clean filter: with identifiers in the sources it fails, so that git adds nothing (filter.required)."""
    from cloister.phi.notebooks import strip_notebook

    raw = sys.stdin.buffer.read()
    clean, report = strip_notebook(raw, find=find)
    if report.findings:
        raise Found(_cells(report.findings), remedy="take them out of the cells named, then add the notebook again")
    if check and clean != raw:
        raise Found("the notebook is not stripped", remedy="cloister phi notebook FILE")
    if not check:
        sys.stdout.buffer.write(clean)
        sys.stdout.flush()


def _strip(file: Path, find: Any, check: bool) -> dict[str, Any]:
    from cloister.phi.notebooks import strip_notebook

    row: dict[str, Any] = {"notebook": str(file), "cells": 0, "outputs": 0, "attachments": 0, "metadata": 0}
    try:
        raw = _read(file)
        clean, report = strip_notebook(raw, find=find)
    except CloisterError as error:
        return {**row, "identifiers": "", "state": f"not read: {error.message}"}
    value = report.to_value()
    row |= {name: value[name] for name in ("cells", "outputs", "attachments", "metadata")}
    row["identifiers"] = _cells(report.findings) if report.findings else ""
    if STATE.json:
        row["findings"] = value["findings"]
    if report.findings:
        # A source is somebody's work: what was found is shown by its place, and left for them to take out.
        clean, _ = strip_notebook(raw)
    if clean == raw:
        return {**row, "state": "clean" if not report.findings else "identifiers left"}
    if not check:
        _replace(file, clean)
    return {**row, "state": "to be stripped" if check else "stripped"}


def _cells(findings: Any) -> str:
    shown = [f"cell {item.cell} line {item.line}: {item.type}" for item in findings[:4]]
    more = f" and {len(findings) - 4} more" if len(findings) > 4 else ""
    return ", ".join(shown) + more


def _read(file: Path) -> bytes:
    from cloister.phi.notebooks import LARGEST

    if file.is_symlink() or not file.is_file():
        raise NotFound("there is no such file (links are not followed)", where=str(file))
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError:
        raise Unavailable("the file can't be read", where=str(file)) from None


def _replace(file: Path, content: bytes) -> None:
    """In place: whole or not at all, with the file's own mode."""
    beside = file.with_name(f".{file.name}.part")
    mode = stat.S_IMODE(file.stat().st_mode)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.chmod(mode)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise Unavailable("the notebook can't be written", where=str(file), remedy="make its folder writable") from None


def guard(
    completion: Annotated[bool, typer.Option("--completion", help="the text comes from a model, not to it")] = False,
    fingerprints: Annotated[
        Path | None, typer.Option(help="withhold passages of governed records too; of cloister dataset fingerprint")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="exit 13 where something was withheld")] = False,
) -> None:
    """Guard a prompt or a completion: standard input to output, identifiers and unknown words withheld."""
    from cloister.phi.leaks import guard_completion, guard_prompt

    raw = sys.stdin.buffer.read(_LONGEST + 1)
    if len(raw) > _LONGEST:
        raise InvalidInput(f"a text of more than {_LONGEST // 2**20} MiB", where="standard input")
    text = raw.decode("utf-8", "replace")
    copies = _copies(fingerprints) if fingerprints else None
    done = guard_completion(text, copies=copies) if completion or copies else guard_prompt(text)
    if STATE.json:
        show.show_json({**done.to_value(), "text": done.text})
    else:
        print(done.text, end="" if done.text.endswith("\n") else "\n")
    if check and not done.clean:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(done.types.items()))
        raise Found(f"withheld: {kinds}", remedy="say it without identifiers")


_LONGEST = 2**24  # bytes of one prompt


def _copies(file: Path) -> Any:
    from cloister.operations.shadow_copies import IssuedFingerprints
    from cloister.phi.sweep import copies_in

    try:
        issued = IssuedFingerprints.from_bytes(file.read_bytes())
    except OSError:
        raise NotFound("the fingerprints can't be read", where=str(file)) from None
    return lambda text: copies_in(text, issued.fingerprints, issued.key)
