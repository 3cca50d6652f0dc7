"""Identifiers: search, de-identify, review what was withheld."""

from __future__ import annotations

import typer

from cloister.cli import commands_leaks, commands_review, commands_search
from cloister.cli.commands_data import dataset
from cloister.cli.commands_deidentify import deidentify, new_key
from cloister.cli.commands_reidentify import reidentify, reidentify_file

phi = typer.Typer(no_args_is_help=True, help="Identifiers: scan, de-identify files, review what was withheld.")


def register(app: typer.Typer) -> None:
    app.add_typer(phi, name="phi")
    for command in (new_key, deidentify):
        phi.command()(command)
    phi.command("reidentify")(reidentify_file)
    commands_leaks.register(phi)
    commands_review.register(phi)
    commands_search.register(app, phi, dataset)
    dataset.command("reidentify")(reidentify)
