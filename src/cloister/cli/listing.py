"""``list`` and ``show`` for a kind of record, the same for every noun."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from cloister.cli import show
from cloister.cli.state import perform


def add_listing(noun: typer.Typer, kind: str, columns: Sequence[str]) -> None:
    """Add the two commands to a noun."""

    def list_all() -> None:
        from cloister.operations.read_records import Look, ReadRecords
        from cloister.records import to_value

        found = perform(ReadRecords(), Look(kind))
        show.table([_without_secrets(to_value(item)) for item in found], columns, empty=f"no {kind} yet")

    def show_one(name: str) -> None:
        from cloister.operations.read_records import Look, ReadRecords
        from cloister.records import to_value

        found = perform(ReadRecords(), Look(kind, name))
        show.record(_without_secrets(to_value(found[0])))

    noun.command("list", help=f"List every {kind}.")(list_all)
    noun.command("show", help=f"Show one {kind} by name or id.")(show_one)


def _without_secrets(value: dict[str, object]) -> dict[str, object]:
    """Digests of credentials and wrapped keys are nobody's reading."""
    return {name: item for name, item in value.items() if name not in ("credential", "token_key")}
