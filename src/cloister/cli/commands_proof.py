"""The log, the evidence pack, and its verification by an outsider."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.state import STATE, environment

audit = typer.Typer(no_args_is_help=True, help="The tamper-evident log: verify, export, coverage.")
evidence = typer.Typer(no_args_is_help=True, help="Evidence for outsiders.")


def register(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")
    app.add_typer(evidence, name="evidence")
    app.command("verify")(verify)


@audit.command("verify")
def audit_verify() -> None:
    """Hold the log, every data file and every model of this environment against what was signed."""
    from cloister.core.errors import IntegrityFailure
    from cloister.operations.evidence import VerifyLog

    with environment() as (app, session):
        found = app.run(VerifyLog(app.log), None, session)
    if found.problems:
        raise IntegrityFailure("; ".join(found.problems[:5]))
    show.done(f"{found.events} events, {found.versions} versions, {found.files} files: all as they were signed", found)


@audit.command("export")
def audit_export(file: Annotated[Path, typer.Argument(help="a new JSON file")]) -> None:
    """Export every event."""
    import json

    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.evidence import ExportLog

    check_new(file)
    with environment() as (app, session):
        found = app.run(ExportLog(app.log), None, session)
    write_whole(file, json.dumps(found, indent=1).encode())
    show.done(f"{len(found['events'])} events in {file}", {"events": len(found["events"]), "file": str(file)})


@audit.command("coverage")
def audit_coverage() -> None:
    """HIPAA provisions and the events that evidence them; computed, never claimed."""
    from cloister.operations.evidence import ExportLog

    with environment() as (app, session):
        found = app.run(ExportLog(app.log), None, session)["coverage"]
    rows: list[dict[str, Any]] = [
        {
            "provision": item["cite"],
            "flag": item["flag"],
            "status": item["status"],
            "events": item["count"],
            "title": item["title"],
        }
        for item in found["provisions"]
    ]
    show.table(rows, ("provision", "flag", "status", "events", "title"))


@audit.command("key")
def audit_key() -> None:
    """Print the public key that verifies this environment's log and statements: give it to whoever checks."""
    with environment() as (app, _):
        show.done(app.public_key, {"key": app.public_key})


@evidence.command("pack")
def evidence_pack(file: Annotated[Path, typer.Argument(help="a new .zip file")]) -> None:
    """Write an evidence pack that anyone can check offline with cloister verify."""
    from cloister.cli.new_file import check_new, write_whole
    from cloister.compliance import zip_pack
    from cloister.operations.evidence import PackEvidence

    check_new(file)
    with environment() as (app, session):
        pack = app.run(PackEvidence(app.log), None, session)
    write_whole(file, zip_pack(pack))
    show.done(
        f"{len(pack)} files in {file}; check it with: cloister verify {file}",
        {"files": sorted(pack), "file": str(file)},
    )


def verify(
    pack: Annotated[Path, typer.Argument(help="an evidence pack: .zip file or folder")],
    key: Annotated[
        str | None, typer.Option(help="the environment's public key, from a place other than the pack")
    ] = None,
    seen: Annotated[Path | None, typer.Option(help="a checkpoint of this log that you kept from before")] = None,
    data: Annotated[
        Path | None, typer.Option(help="the store folder of the environment, to check its encrypted files as well")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="NAME=PUBLIC_KEY of a source, from a place other than the pack; repeatable")
    ] = None,
    witness: Annotated[list[str] | None, typer.Option(help="a witness's note key; repeatable")] = None,
    quorum: Annotated[int, typer.Option(help="how many witnesses must have cosigned")] = 0,
) -> None:
    """Check an evidence pack offline, with the public key alone and no environment."""
    from cloister.cli.given_file import read_given
    from cloister.compliance import verify_pack
    from cloister.core.errors import IntegrityFailure
    from cloister.translog import NoteKey

    kept = read_given(seen, what="checkpoint", remedy="name a checkpoint that you kept", most=2**20) if seen else None
    report = verify_pack(
        _pack_files(pack),
        trusted_key=_trusted(key),
        seen_checkpoint=kept,
        data=_digests(data) if data else None,
        trusted_sources=_sources(source) if source else None,
        witnesses=[NoteKey.from_text(text) for text in witness or ()],
        quorum=quorum,
    )
    if STATE.json:
        show.show_json(report.to_value())
    else:
        for check in report.checks:
            mark = "ok  " if check.ok else "FAIL"
            print(f"{mark}  {check.counted:>6,}  {check.name}" + (f" ({check.note})" if check.note else ""))
            for problem in check.problems[:10]:
                print(f"              {problem}")
        if not report.trusted:
            print("note: no --key was given, so the pack proves only that it is whole under the key it brought itself")
    if not report.ok:
        raise IntegrityFailure(f"{len(report.problems)} problem(s) found", where=str(pack))


def _digests(folder: Path) -> dict[str, str]:
    """Digests of the versions' encrypted files under a store folder; reading them takes no key.

    Quarantined rows belong to no version, so no manifest speaks of them.
    """
    import hashlib

    from cloister.core.errors import NotFound

    if not folder.is_dir():
        raise NotFound("there is no such folder", where=str(folder), remedy="name the environment's store folder")
    found = {}
    for path in sorted(folder.rglob("*.parquet")):
        if path.parent.name == "quarantine":
            continue
        with path.open("rb") as stream:
            found[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _sources(given: list[str]) -> dict[str, list[Any]]:
    from cloister.core.errors import InvalidInput
    from cloister.crypto import VerifyKey

    found: dict[str, list[Any]] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals:
            remedy = "write it like --source hospital=1f0a..."
            raise InvalidInput("not in the form NAME=PUBLIC_KEY", where="--source", remedy=remedy)
        found.setdefault(name, []).append(VerifyKey.from_text(text))
    return found


def _trusted(text: str | None) -> Any:
    from cloister.core.errors import InvalidInput
    from cloister.crypto import VerifyKey
    from cloister.translog import NoteKey

    if text is None:
        return None
    try:
        return VerifyKey(NoteKey.from_text(text).public) if "+" in text else VerifyKey.from_text(text)
    except InvalidInput as error:
        raise InvalidInput(error.message, where="--key", remedy="give what cloister audit key prints") from None


def _pack_files(pack: Path) -> dict[str, bytes]:
    from cloister.compliance import unzip_pack
    from cloister.core.errors import IntegrityFailure, InvalidInput, NotFound

    if pack.is_file():
        remedy = "give the file that cloister evidence pack wrote"
        if not zipfile.is_zipfile(pack):  # looked at from its end, so that a huge file is not read for nothing
            raise InvalidInput("not a ZIP file, or a damaged one", where=str(pack), remedy=remedy)
        try:
            return unzip_pack(pack.read_bytes())
        except InvalidInput as error:
            remedy = error.remedy or remedy
            raise InvalidInput(error.message, where=str(pack), remedy=remedy) from None
    if not pack.is_dir():
        remedy = "name the .zip file that cloister evidence pack wrote"
        if pack.exists():
            raise InvalidInput("this is a device or a pipe, not a pack", where=str(pack), remedy=remedy)
        raise NotFound("there is no such pack", where=str(pack), remedy=remedy)
    files = {}
    for path in sorted(pack.rglob("*")):
        if path.is_symlink():
            raise IntegrityFailure("the pack holds a link", where=path.relative_to(pack).as_posix())
        if path.is_file():
            files[path.relative_to(pack).as_posix()] = path.read_bytes()
    return files
