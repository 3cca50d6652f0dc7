"""Experts' determinations (45 CFR 164.514(b)(1)): put together, signed by the expert on their own machine, accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import perform

determination = typer.Typer(no_args_is_help=True, help="Experts' determinations: propose, sign, accept, end.")

_MOST = 64 * 2**20


def register(app: typer.Typer) -> None:
    app.add_typer(determination, name="determination")
    add_listing(
        determination,
        "determination",
        ("id", "version", "expert", "purposes", "until", "accepted_by", "state", "flags"),
    )


@determination.command("propose")
def determination_propose(
    version: str,
    file: Annotated[Path, typer.Argument(help="a new file, for the expert to read and sign")],
    project: Annotated[str, typer.Option()],
    expert: Annotated[str, typer.Option(help="the expert's name")],
    expert_key: Annotated[str, typer.Option(help="their public key, as cloister source new-key prints it")],
    method: Annotated[str, typer.Option(help="how the risk was judged to be very small")],
    until: Annotated[str, typer.Option(help="the day on which it ends, such as 2027-01-31")],
    purpose: Annotated[list[str] | None, typer.Option(help="repeatable; default: all of the project's")] = None,
) -> None:
    """Put together what an expert determines: method, quasi-identifiers, measures, attacks, thresholds, use, end."""
    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.determinations import DeterminationWish, ProposeDetermination

    check_new(file)
    wish = DeterminationWish(version, project, expert, expert_key, method, until, tuple(purpose or ()))
    made = perform(ProposeDetermination(), wish)
    write_whole(file, made.payload)
    show.done(
        f"{made.determination.id} is in {file}; next, by the expert: "
        f"cloister determination sign {file} SIGNED --key KEYFILE",
        made.determination,
    )


@determination.command("sign")
def determination_sign(
    file: Annotated[Path, typer.Argument(help="what cloister determination propose wrote")],
    signed: Annotated[Path, typer.Argument(help="a new file for the signed determination")],
    key: Annotated[Path, typer.Option(help="the expert's private key file")],
) -> None:
    """The expert's own step, on their own machine: read what is determined, and sign it."""
    from cloister.cli.given_file import check_given
    from cloister.cli.new_file import check_new, write_whole
    from cloister.cli.source_side import read_key
    from cloister.core import predicates
    from cloister.core.errors import InvalidInput
    from cloister.crypto import dsse, statement

    check_given(file, what="determination")
    check_new(signed)
    payload = file.read_bytes()[:_MOST]
    own = read_key(key)
    try:
        envelope = statement.sign(payload, own)
        said = statement.verify(envelope, [own.verify_key], predicates.DETERMINATION).predicate
    except InvalidInput:
        remedy = "name the file that cloister determination propose wrote"
        raise InvalidInput("not a determination", where=str(file), remedy=remedy) from None
    if said["expert_key"] != own.verify_key.to_text():
        raise InvalidInput("the determination names another key than this one", where=str(key))
    assert dsse.parse(envelope).payload == payload  # noqa: S101  what is signed is what was read
    write_whole(signed, envelope)
    basis = said["basis"]
    rows = [
        {"what": "version", "determined": f"{said['version']}, {basis['rows']:,} rows"},
        {"what": "purposes", "determined": ", ".join(said["purposes"])},
        {"what": "quasi-identifiers", "determined": ", ".join(basis["quasi_identifiers"])},
        {
            "what": "measures",
            "determined": f"k = {basis['measures']['k']} over {basis['measures']['persons']:,} people",
        },
        {"what": "thresholds", "determined": _thresholds(basis["thresholds"])},
        {"what": "attacks", "determined": ", ".join(_verdict(one) for one in basis["attacks"])},
        {"what": "method", "determined": said["method"]},
        {"what": "until", "determined": said["until"][:10]},
    ]
    show.table(rows, ("what", "determined"))
    show.done(f"signed by {said['expert']}: {signed}", {"signed": str(signed), "determination": said["determination"]})


def _thresholds(asked: dict[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in asked.items() if value is not None)


def _verdict(one: dict[str, object]) -> str:
    return f"{one['attack']} {'passed' if one['passed'] else 'NOT passed'}"


@determination.command("accept")
def determination_accept(
    determination_id: str, signed: Annotated[Path, typer.Argument(help="what the expert signed")]
) -> None:
    """Take the expert's signature: from now on the determination stands, until its end or until something changes."""
    from cloister.cli.given_file import check_given
    from cloister.operations.determinations import AcceptDetermination, Signature

    check_given(signed, what="signed determination")
    made = perform(AcceptDetermination(), Signature(determination_id, signed.read_bytes()[:_MOST]))
    show.done(f"{made.id} stands until {made.until[:10]} for {', '.join(made.purposes)}", made)


@determination.command("end")
def determination_end(determination_id: str, reason: Annotated[str, typer.Option()]) -> None:
    """End a determination before its day."""
    from cloister.operations.determinations import DeterminationEnd, EndDetermination

    made = perform(EndDetermination(), DeterminationEnd(determination_id, reason))
    show.done(f"{made.id} is ended", made)
