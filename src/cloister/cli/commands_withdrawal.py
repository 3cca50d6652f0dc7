"""Withdrawal of sources and deliveries, and the tasks that operations leave for people."""

from __future__ import annotations

from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, perform
from cloister.records import Withdrawal

withdrawal = typer.Typer(no_args_is_help=True, help="Data taken back: confirm, lift, list.")
task = typer.Typer(no_args_is_help=True, help="What operations found for a person to look at.")


def register(app: typer.Typer) -> None:
    app.command("revoke")(revoke)
    app.add_typer(withdrawal, name="withdrawal")
    app.add_typer(task, name="task")
    add_listing(withdrawal, "withdrawal", ("id", "what", "target", "requester", "confirmer", "requested", "state"))
    add_listing(task, "task", ("id", "about", "found", "opened", "state", "closed_by"))


def revoke(
    target: Annotated[str, typer.Argument(help="a source's name, or a delivery's id")],
    reason: Annotated[str, typer.Option()],
    rollback: Annotated[bool, typer.Option("--rollback", help="take live releases back as well")] = False,
) -> None:
    """Withdraw a source or a delivery: name all that came of it, and stop its use."""
    from cloister.operations.withdrawals import WithdrawalWish, WithdrawData

    _tell(perform(WithdrawData(), WithdrawalWish(target, reason, rollback)))


@withdrawal.command("confirm")
def withdrawal_confirm(withdrawal_id: str) -> None:
    """Confirm another's withdrawal: it stays, and live releases are taken back where it says so."""
    from cloister.operations.withdrawals import ConfirmWithdrawal

    _tell(perform(ConfirmWithdrawal(), withdrawal_id))


@withdrawal.command("lift")
def withdrawal_lift(withdrawal_id: str, reason: Annotated[str, typer.Option()]) -> None:
    """Refuse a withdrawal, or lift one in force: what came of the data may be used again."""
    from cloister.operations.withdrawals import Lifting, LiftWithdrawal

    made = perform(LiftWithdrawal(), Lifting(withdrawal_id, reason))
    show.done(f"{made.id} is {made.state}", made)


@task.command("close")
def task_close(task_id: str, resolution: Annotated[str, typer.Option(help="what was found and done")]) -> None:
    """Close a task."""
    from cloister.operations.tasks import CloseTask, Closing

    made = perform(CloseTask(), Closing(task_id, resolution))
    show.done(f"{made.id} is closed", made)


def _tell(made: Withdrawal) -> None:
    if STATE.json:
        show.show_json(made)
        return
    print(f"{made.what} {made.target} is withdrawn ({made.id}, {made.state})")
    if made.second and not made.confirmer:
        print(f"a {made.second} has to confirm it: cloister withdrawal confirm {made.id}")
    for label, found in (("version", made.versions), ("model", made.models), ("release", made.releases)):
        print(f"{len(found):>6,}  {label}{'' if len(found) == 1 else 's'}")
        for one in found:
            print(f"        {one}")
