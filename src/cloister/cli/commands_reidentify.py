"""Re-identification: the one way back from a pseudonym, into a file for the one who asked, never onto the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.state import perform
from cloister.core.errors import InvalidInput, NotFound


def reidentify(
    version: str,
    column: Annotated[str, typer.Option(help="the column of pseudonyms, or of encrypted fields")],
    reason: Annotated[str, typer.Option(help="why; it is kept in the log, so it names nobody")],
    output: Annotated[Path, typer.Option(help="a new CSV file: token, value")],
    token: Annotated[
        list[str] | None, typer.Option(help="a pseudonym; of an encrypted field its record number")
    ] = None,
    tokens_file: Annotated[Path | None, typer.Option(help="pseudonyms, one a line")] = None,
) -> None:
    """Reverse pseudonyms or open encrypted fields with the project's key; recorded with its reason."""
    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.reidentify import Reidentification, ReidentifyTokens

    check_new(output)
    wanted = [*(token or ()), *(_lines(tokens_file) if tokens_file else ())]
    if not wanted:
        raise InvalidInput("no pseudonym is named", remedy="--token TOKEN, or --tokens-file FILE")
    found = perform(ReidentifyTokens(), Reidentification(version, column, tuple(wanted), reason))
    write_whole(output, found.write_csv().encode())
    said = {"tokens": found.height, "file": str(output)}
    show.done(
        f"{found.height:,} values are opened in {output}; it holds PHI, and the log says that you asked",
        said,
    )


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise NotFound("the pseudonyms can't be read", where=str(file)) from None


def reidentify_file(
    file: Annotated[
        Path, typer.Argument(help="CSV, Parquet, JSON lines, FHIR or DICOM, made by cloister phi deidentify")
    ],
    key_file: Annotated[Path, typer.Option(help="the key that it was made with")],
    reason: Annotated[str, typer.Option(help="why; it is kept in the log, so it names nobody")],
    output: Annotated[Path, typer.Option(help="a new CSV file: token or row, value; of FHIR also kind and system")],
    column: Annotated[
        str | None, typer.Option(help="of a table or JSON lines: the column or key of pseudonyms; of encrypted fields")
    ] = None,
    row_key: Annotated[str | None, typer.Option(help="of encrypted fields: the column that binds them")] = None,
    token: Annotated[
        list[str] | None, typer.Option(help="a pseudonym of the file, such as Patient/TOKEN; all if none is named")
    ] = None,
    tokens_file: Annotated[Path | None, typer.Option(help="pseudonyms, one a line")] = None,
    project: Annotated[str, typer.Option(help="as it was given when the file was made")] = "default",
) -> None:
    """Open pseudonyms or encrypted fields of a file made with a key file; recorded with its reason."""
    import hashlib

    import polars as pl

    from cloister.cli import pseudonym_files as files
    from cloister.cli.commands_deidentify import key_of
    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.reidentify_file import FileReidentification, ReidentifyFile

    check_new(output)
    raw = files.read_whole(file)
    wanted = (*(token or ()), *(_lines(tokens_file) if tokens_file else ()))
    whole = files.is_document(raw)
    lines = whole and files.is_lines(raw)
    if whole and (row_key or (column and not lines)):
        raise InvalidInput("FHIR and DICOM have no columns", where="--column", remedy="--token TOKEN, or neither")
    if wanted and row_key:
        raise InvalidInput("encrypted fields are opened as a column", where="--token", remedy="leave --token out")
    places = rows = None
    values = pl.Series(dtype=pl.String)
    if not whole:
        values, rows = files.column_of(raw, file, column, row_key)
    elif lines:
        values = files.named_in_lines(raw, file, column)
    elif raw[128:132] == b"DICM":
        values = files.patients_of(raw)
    else:
        places = files.places_of(raw, file)
    digest = hashlib.sha256(raw).hexdigest()
    wish = FileReidentification(project, column or "", digest, values, rows, key_of(key_file), reason, wanted, places)
    found = perform(ReidentifyFile(), wish)
    write_whole(output, found.write_csv().encode())
    said = {"values": found.height, "file": str(output)}
    show.done(f"{found.height:,} values are opened in {output}; it holds PHI, and the log says that you asked", said)
