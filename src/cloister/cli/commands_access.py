"""Subjects, projects and grants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, environment, perform

Names = Annotated[list[str], typer.Option()]

subject = typer.Typer(no_args_is_help=True, help="Who may act, and with which duty.")
project = typer.Typer(no_args_is_help=True, help="Purposes, gates and accepted risk.")
grant = typer.Typer(no_args_is_help=True, help="Just-in-time access to columns, for a purpose, for some hours.")


def register(app: typer.Typer) -> None:
    for noun, commands in (("subject", subject), ("project", project), ("grant", grant)):
        app.add_typer(commands, name=noun)
    add_listing(subject, "subject", ("name", "roles", "state"))
    add_listing(project, "project", ("name", "purposes", "k", "l", "t", "owner"))
    add_listing(grant, "grant", ("id", "requester", "approver", "purpose", "columns", "expires", "state"))


@subject.command("add")
def subject_add(name: str, role: Annotated[list[str], typer.Option(help="a duty; see docs/policy.md")]) -> None:
    """Add a subject; its credential goes into a file that only you can read."""
    from cloister.cli.new_subject import add_subject

    with environment() as (app, session):
        path = add_subject(app, name, frozenset(role), session)
    show.done(
        f"{name} is added as {', '.join(role)}; credential in {path}", {"name": name, "credential_file": str(path)}
    )


@project.command("create")
def project_create(
    name: str,
    purpose: Annotated[list[str], typer.Option(help="what its data may be used for; repeatable")],
    gates: Annotated[Path, typer.Option(help="YAML file with the gates and their thresholds")],
    k: Annotated[int, typer.Option(help="people in the smallest class")] = 11,
    least_values: Annotated[
        int | None, typer.Option("--l", help="sensitive values in each class (l-diversity)")
    ] = None,
    farthest: Annotated[float | None, typer.Option("--t", help="largest distance from the table (t-closeness)")] = None,
    mosaic: Annotated[str, typer.Option(help="warn, or refuse grants that join up with earlier releases")] = "warn",
    monitoring: Annotated[str, typer.Option(help="an alarm over a release in use: task, or rollback as well")] = "task",
    determination: Annotated[
        str, typer.Option(help="none, or require an expert's determination for grants and releases")
    ] = "none",
) -> None:
    """Create a project."""
    from cloister.cli.pipeline import read_gates
    from cloister.operations.projects import CreateProject, NewProject

    made = perform(
        CreateProject(),
        NewProject(
            name,
            frozenset(purpose),
            read_gates(gates),
            k,
            least_values,
            farthest,
            mosaic=mosaic,
            monitoring=monitoring,
            determination=determination,
        ),
    )
    show.done(f"project {made.name} is created", made)


@grant.command("request")
def grant_request(
    version: str,
    project: Annotated[str, typer.Option()],
    purpose: Annotated[str, typer.Option()],
    column: Annotated[list[str], typer.Option(help="a column; repeatable")],
    hours: Annotated[float, typer.Option()] = 8.0,
) -> None:
    """Ask for columns of a version."""
    from cloister.operations.grants import GrantWish, RequestGrant

    made = perform(RequestGrant(), GrantWish(version, project, tuple(column), purpose, hours))
    show.done(f"{made.id} is requested; another subject has to approve it", made)


@grant.command("approve")
def grant_approve(grant_id: str) -> None:
    """Approve another's request."""
    from cloister.operations.grants import ApproveGrant

    made = perform(ApproveGrant(), grant_id)
    show.done(f"{made.id} is open for {made.requester} until {made.expires}; mosaic effect: {made.mosaic}", made)


@grant.command("check")
def grant_check(grant_id: str) -> None:
    """Weigh a requested grant against earlier releases of the same people (mosaic effect)."""
    from cloister.operations.check_mosaic import CheckMosaic

    made = perform(CheckMosaic(), grant_id)
    rows = [{**one, "adds": ", ".join(one["adds"])} for one in made.report["overlaps"]]
    if not STATE.json:
        show.table(rows, ("name", "shared", "joint_k", "below", "adds"), empty="no earlier release of these people")
    verdict = "holds" if made.passed else "does NOT hold what the project asks for"
    show.done(f"{made.report['explanation']}: {verdict}", made)


@grant.command("revoke")
def grant_revoke(grant_id: str) -> None:
    """End a grant now."""
    from cloister.operations.grants import RevokeGrant

    made = perform(RevokeGrant(), grant_id)
    show.done(f"{made.id} is revoked", made)
