"""Exact tables of people: released by the privacy officer, small cells and what gives them away hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, perform

table = typer.Typer(no_args_is_help=True, help="Exact tables of people, small cells hidden: release, list, read.")


def register(app: typer.Typer) -> None:
    app.add_typer(table, name="table")
    add_listing(table, "table", ("id", "by", "where", "mean", "version", "released_by", "moment", "flags"))


@table.command("release")
def table_release(
    dataset: str,
    project: Annotated[str, typer.Option()],
    by: Annotated[list[str], typer.Option(help="repeatable, at most three; NAME, or NAME:WIDTH for classes")],
    where: Annotated[list[str] | None, typer.Option(help="repeatable; COLUMN=CATEGORY")] = None,
    mean: Annotated[str, typer.Option(help="a column to average over people")] = "",
    smallest: Annotated[int, typer.Option(help="the smallest number that is shown; 11 or more")] = 11,
    crowd: Annotated[int, typer.Option(help="people behind each number, at least; 1: no such rule")] = 100,
    version: Annotated[str | None, typer.Option(help="default: the newest")] = None,
    purpose: Annotated[str | None, typer.Option(help="default: the project's, where it has one")] = None,
) -> None:
    """Release an exact table: no number of 1 to 10 people, nor one that this and earlier tables give away."""
    from cloister.operations.release_table import ReleaseTable, TableWish

    wish = TableWish(dataset, project, tuple(by), tuple(where or ()), mean, smallest, version, purpose, crowd)
    made = perform(ReleaseTable(), wish)
    if not STATE.json:
        _show(made.table, made.mean)
        print()
    entries = made.table["entries"]
    hidden = sum(count is None for _, count, _ in entries)
    show.done(f"table {made.id}: {len(entries) - hidden} numbers are shown, {hidden} hidden", made)


@table.command("read")
def table_read(table_id: str) -> None:
    """Read a released table."""
    from cloister.operations.read_records import Look, ReadRecords

    found = perform(ReadRecords(), Look("table", table_id))[0]
    if STATE.json:
        show.show_json(found)
    else:
        _show(found.table, found.mean)
        for flag in found.flags:
            print(flag)


def _show(value: Mapping[str, Any], mean: str) -> None:
    """Numbers of people with their share of the whole; a star where a number is hidden, and its share and mean."""
    by = list(value["by"])
    whole = next((count for key, count, _ in value["entries"] if not any(key) and count is not None), None)
    rows = []
    for key, count, average in value["entries"]:
        row: dict[str, Any] = {name: "all" if part is None else part for name, part in zip(by, key, strict=True)}
        row["people"] = "*" if count is None else f"{count:,}"
        row["share"] = "*" if count is None else f"{count / whole:.1%}" if whole else "-"
        if mean:
            row[f"mean {mean}"] = "*" if count is None else f"{average:,.6g}"
        rows.append(row)
    show.table(rows, (*by, "people", "share", *((f"mean {mean}",) if mean else ())))
    for pair in value["where"]:
        print(f"only people with {pair}")
    if mean:
        print(f"only people with a value of {mean}; of each, the mean of their rows")
    if any(count is None for _, count, _ in value["entries"]):
        print(f"*  fewer than {value['smallest']} people, or it would give such a number away", end="")
        crowd = value.get("crowd", 1)
        print(f", or fewer than {crowd} people would stand behind it" if crowd > 1 else "")
    print("a combination that is not listed holds nobody")
