"""Linking two data sets: request, approve, run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import perform

linkage = typer.Typer(no_args_is_help=True, help="Link two data sets in the sandbox: request, approve, run.")


def register(app: typer.Typer) -> None:
    app.add_typer(linkage, name="linkage")
    add_listing(linkage, "linkage", ("id", "requester", "left", "right", "target", "approver", "version", "state"))


@linkage.command("request")
def linkage_request(
    left: Annotated[str, typer.Argument(help="a version of the one data set")],
    right: Annotated[str, typer.Argument(help="a version of the other")],
    project: Annotated[str, typer.Option()],
    target: Annotated[str, typer.Option(help="the data set that takes the result")],
    purpose: Annotated[str, typer.Option()],
    left_column: Annotated[list[str], typer.Option(help="repeatable")],
    right_column: Annotated[list[str], typer.Option(help="repeatable")],
    quasi_identifier: Annotated[list[str], typer.Option(help="among the linked columns; repeatable")],
    sensitive: Annotated[list[str] | None, typer.Option(help="repeatable")] = None,
    hours: Annotated[float, typer.Option()] = 8.0,
) -> None:
    """Ask to link two data sets."""
    from cloister.operations.linkages import LinkWish, RequestLinkage

    wish = LinkWish(
        left,
        right,
        project,
        tuple(left_column),
        tuple(right_column),
        target,
        purpose,
        tuple(quasi_identifier),
        tuple(sensitive or ()),
        hours,
    )
    made = perform(RequestLinkage(), wish)
    show.done(f"{made.id} is requested; a privacy officer has to approve it", made)


@linkage.command("approve")
def linkage_approve(linkage_id: str) -> None:
    """Approve another's request to link."""
    from cloister.operations.linkages import ApproveLinkage

    made = perform(ApproveLinkage(), linkage_id)
    show.done(f"{made.id} may be run by {made.requester} until {made.expires}", made)


@linkage.command("run")
def linkage_run(
    linkage_id: str,
    generalise: Annotated[bool, typer.Option("--generalise", help="generalise the result until it holds")] = False,
    hierarchies: Annotated[Path | None, typer.Option(help="YAML file: a value hierarchy for each column")] = None,
    max_suppressed: Annotated[float, typer.Option(help="share of rows that may be left out")] = 0.0,
) -> None:
    """Join in the sandbox and measure; the result is kept only if its risk holds what the project asks for."""
    from cloister.cli.pipeline import read_hierarchies
    from cloister.core.errors import GateFailed
    from cloister.operations.linkages import LinkRun, RunLinkage

    ladders = read_hierarchies(hierarchies) if hierarchies is not None else {}
    made = perform(RunLinkage(), LinkRun(linkage_id, generalise, ladders, max_suppressed))
    if made.state == "refused":
        k, people = made.measured["k"], made.measured["persons"]
        raise GateFailed(
            f"the join does not hold what the project asks for (k = {k} over {people:,} people); nothing is kept",
            where=f"linkage {made.id}",
            remedy="request it with fewer columns, or run a new one with --generalise",
        )
    show.done(
        f"version {made.version} is kept: k = {made.measured['k']} over {made.measured['persons']:,} people", made
    )
