"""Re-identification: the one way back from a pseudonym, into a file for the one who asked, never onto the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    table: Annotated[Path, typer.Argument(help="CSV or Parquet, made by cloister phi deidentify")],
    column: Annotated[str, typer.Option(help="the column of pseudonyms, or of encrypted fields")],
    key_file: Annotated[Path, typer.Option(help="the key that it was made with")],
    reason: Annotated[str, typer.Option(help="why; it is kept in the log, so it names nobody")],
    output: Annotated[Path, typer.Option(help="a new CSV file: token or row, value")],
    row_key: Annotated[str | None, typer.Option(help="of encrypted fields: the column that binds them")] = None,
    project: Annotated[str, typer.Option(help="as it was given when the file was made")] = "default",
) -> None:
    """Open pseudonyms or encrypted fields of a file made with a key file; recorded with its reason."""
    import hashlib

    from cloister.cli.commands_deidentify import key_of
    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.reidentify_file import FileReidentification, ReidentifyFile

    check_new(output)
    raw = _bytes(table)
    frame = _table(raw, table)
    for name in (column, *filter(None, [row_key])):
        if name not in frame.columns:
            raise InvalidInput(f"the table has no column {name!r}", where=str(table))
    rows = frame[row_key] if row_key else None
    digest = hashlib.sha256(raw).hexdigest()
    wish = FileReidentification(project, column, digest, frame[column], rows, key_of(key_file), reason)
    found = perform(ReidentifyFile(), wish)
    write_whole(output, found.write_csv().encode())
    said = {"values": found.height, "file": str(output)}
    show.done(f"{found.height:,} values are opened in {output}; it holds PHI, and the log says that you asked", said)


_LARGEST = 2**30  # bytes of a table that is opened


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except OSError:
        raise NotFound("the table can't be read", where=str(file)) from None
    if len(raw) > _LARGEST:
        raise InvalidInput(f"a table of more than {_LARGEST // 2**30} GiB", where=str(file), remedy="give a part of it")
    return raw


def _table(raw: bytes, file: Path) -> Any:
    import io

    import polars as pl

    try:
        if raw.startswith(b"PAR1"):
            frame = pl.read_parquet(io.BytesIO(raw))
        else:
            frame = pl.read_csv(io.BytesIO(raw), infer_schema=False)
        return frame.with_columns(pl.all().cast(pl.String))
    except (pl.exceptions.PolarsError, OSError):
        raise InvalidInput("not a readable CSV or Parquet table", where=str(file)) from None
