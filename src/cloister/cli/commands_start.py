"""The ways in: the demo, one's own pipeline, an empty environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.state import STATE


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("run")(run)
    app.command("environment")(environment)


def demo(
    folder: Annotated[Path, typer.Option(help="an empty or new folder")] = Path("cloister-demo"),
    rows: Annotated[int | None, typer.Option(help="fewer encounters, for a quick look")] = None,
) -> None:
    """Run the whole chain on real hospital data, from a raw delivery to a signed model and its evidence."""
    from cloister.cli.demo import run_demo
    from cloister.cli.run_pipeline import check_sandbox

    check_sandbox()
    ended = run_demo(folder, rows=rows, quiet=STATE.json)
    if STATE.json:
        show.show_json(ended)


def init(
    file: Annotated[Path, typer.Argument(help="the file to write")] = Path("pipeline.yaml"),
    data: Annotated[Path | None, typer.Option(help="a CSV or Parquet file to take the columns from")] = None,
) -> None:
    """Write a commented pipeline file for your own data."""
    from cloister.cli.template import write_template

    write_template(file, data)
    show.done(f"{file} is written. Read it, change it, then: cloister run {file}", {"file": str(file)})


def run(file: Path) -> None:
    """Run the whole chain on your own table, as a pipeline file says; a second run goes on where one stopped."""
    from cloister.cli.run_pipeline import run_pipeline

    ended = run_pipeline(file, quiet=STATE.json)
    if STATE.json:
        show.show_json(ended)


def environment(
    name: Annotated[str, typer.Argument(help="lower-case words joined by hyphens")],
    passphrase_file: Annotated[Path, typer.Option(help="holds the passphrase of the keyring")],
) -> None:
    """Make an empty environment in --home, with the installer as its only subject."""
    from cloister.app import create
    from cloister.cli.given_file import read_text

    remedy = "write a passphrase of at least 12 characters into it"
    phrase = read_text(passphrase_file, what="passphrase file", remedy=remedy, most=4096).strip()
    home = STATE.settings().home
    create(home, name, phrase)
    said = f"environment {name} in {home}; next: cloister --as installer subject add NAME --role ROLE"
    show.done(said, {"name": name, "home": str(home)})
