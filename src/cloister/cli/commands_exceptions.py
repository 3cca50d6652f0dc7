"""Exceptions to a gate."""

from __future__ import annotations

from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import perform

exception = typer.Typer(no_args_is_help=True, help="Leave to go on although a gate did not pass, until a day.")


def register(app: typer.Typer) -> None:
    app.add_typer(exception, name="exception")
    add_listing(exception, "exception", ("id", "model", "gate", "requester", "approver", "until", "state"))


@exception.command("request")
def exception_request(
    model: str,
    gate: Annotated[str, typer.Option(help="the gate that did not pass")],
    reason: Annotated[str, typer.Option()],
    until: Annotated[str, typer.Option(help="the day at which it ends, like 2026-12-31")],
) -> None:
    """Ask for leave to go on although a gate did not pass."""
    from cloister.operations.exceptions import ExceptionWish, RequestException

    made = perform(RequestException(), ExceptionWish(model, gate, reason, until))
    show.done(f"{made.id} is requested until {made.until[:10]}; another subject has to approve it", made)


@exception.command("approve")
def exception_approve(exception_id: str) -> None:
    """Approve another's exception: the gate is open until its end."""
    from cloister.operations.exceptions import ApproveException

    made = perform(ApproveException(), exception_id)
    show.done(f"{made.id} opens the gate {made.gate} until {made.until[:10]}", made)


@exception.command("end")
def exception_end(exception_id: str, reason: Annotated[str, typer.Option()]) -> None:
    """Refuse an exception, or end one before its day."""
    from cloister.operations.exceptions import EndException, ExceptionEnd

    made = perform(EndException(), ExceptionEnd(exception_id, reason))
    show.done(f"{made.id} is {made.state}; the gate {made.gate} is closed", made)
