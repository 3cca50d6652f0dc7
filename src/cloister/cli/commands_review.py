"""The review of withheld words: the queue, the sitting at a terminal, verdicts and consents from scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.state import STATE, environment, perform
from cloister.core.errors import InvalidInput, NotFound

_STATES = "open, proposed, allowed or withheld; repeatable; without it open and proposed"


def register(noun: typer.Typer) -> None:
    for command in (queue, review, judge, consent):
        noun.command()(command)


def queue(
    dataset: str,
    state: Annotated[list[str] | None, typer.Option(help=_STATES)] = None,
    values: Annotated[bool, typer.Option("--values", help="open what was withheld: it may be PHI")] = False,
) -> None:
    """List the words that de-identification withheld from a data set."""
    from cloister.operations.reviews import QueueLook, ReadQueue

    look = QueueLook(dataset, values=values)
    if state:
        look = QueueLook(dataset, tuple(state), values=values)
    rows = [_row(item, values) for item in perform(ReadQueue(), look)]
    columns = ("id", "place", "what", "seen", "state", "judged_by", *(("value",) if values else ()))
    show.table(rows, columns, empty="nothing waits")


def review(dataset: str) -> None:
    """Work through the withheld words in the terminal: one key for each verdict."""
    from cloister.cli.phi_review import Sitting, terminal

    if STATE.json:
        raise InvalidInput("a review is for people", remedy="cloister phi judge, for scripts")
    with environment(bar=False) as (app, session), terminal() as (key, screen):
        tally = Sitting(app, session, dataset, key, screen).run()
    print(tally.sentence())


def judge(
    dataset: str,
    safe: Annotated[list[str] | None, typer.Option(help="an item that holds no identifier; repeatable")] = None,
    phi: Annotated[list[str] | None, typer.Option(help="an item that is PHI; repeatable")] = None,
    reopen: Annotated[list[str] | None, typer.Option(help="an item to be looked at again; repeatable")] = None,
    verdicts: Annotated[
        Path | None, typer.Option(help='JSON lines: {"id": ..., "verdict": "safe" | "phi" | "reopen"}')
    ] = None,
) -> None:
    """Judge withheld words from a script; safe needs a second person's consent."""
    from cloister.operations.reviews import JudgeReview, Verdicts

    said = _read(verdicts, ("safe", "phi", "reopen")) if verdicts else {}
    for word, ids in (("safe", safe), ("phi", phi), ("reopen", reopen)):
        said |= _once(said, dict.fromkeys(ids or (), word))
    done = perform(JudgeReview(), Verdicts(dataset, said))
    show.done(_counted([item.state for item in done]), [_record(item) for item in done])


def consent(
    dataset: str,
    agree: Annotated[list[str] | None, typer.Option(help="an item that is safe indeed; repeatable")] = None,
    refuse: Annotated[list[str] | None, typer.Option(help="an item that is not; repeatable")] = None,
    verdicts: Annotated[
        Path | None, typer.Option(help='JSON lines: {"id": ..., "verdict": "agree" | "refuse"}')
    ] = None,
) -> None:
    """Consent, as the second person, to words that another judged safe."""
    from cloister.operations.reviews import ConsentReview, Consents

    said = _read(verdicts, ("agree", "refuse")) if verdicts else {}
    for word, ids in (("agree", agree), ("refuse", refuse)):
        said |= _once(said, dict.fromkeys(ids or (), word))
    done = perform(ConsentReview(), Consents(dataset, {name: word == "agree" for name, word in said.items()}))
    show.done(_counted([item.state for item in done]), [_record(item) for item in done])


def _row(item: Any, values: bool) -> dict[str, Any]:
    from cloister.cli.phi_review import printable

    row = _record(item.record)
    if values:
        row |= {"value": printable(item.value), "contexts": [printable(text) for text in item.contexts]}
    return row


def _record(record: Any) -> dict[str, Any]:
    from cloister.records import to_value

    return {name: part for name, part in to_value(record).items() if name not in ("sealed", "fingerprint")}


def _counted(states: list[str]) -> str:
    said = {"proposed": "waiting for a second person", "allowed": "allowed from the next de-identification on"}
    return "; ".join(f"{states.count(state)} {said.get(state, state)}" for state in dict.fromkeys(states))


def _once(known: dict[str, str], more: dict[str, str]) -> dict[str, str]:
    for name in more:
        if name in known:
            raise InvalidInput("an item has two verdicts at once", where=name)
    return more


def _read(file: Path, words: tuple[str, ...]) -> dict[str, str]:
    """Verdicts from JSON lines."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError:
        raise NotFound("the verdicts can't be read", where=str(file)) from None
    except UnicodeDecodeError:
        raise InvalidInput("the verdicts are not UTF-8", where=str(file)) from None
    said: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            name, word = value["id"], value["verdict"]
        except (ValueError, KeyError, TypeError, RecursionError):
            name = word = None
        if not isinstance(name, str) or word not in words:
            remedy = f'write {{"id": ..., "verdict": ...}} with {", ".join(words)}'
            raise InvalidInput("not a verdict", where=f"{file}, line {number}", remedy=remedy)
        said |= _once(said, {name: word})
    return said
