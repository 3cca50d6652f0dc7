"""What every command starts from: the environment, who acts, and how to print."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cloister import settings
from cloister.core.errors import InvalidInput

if TYPE_CHECKING:
    from cloister.app import App
    from cloister.operations.operation import Operation, Session

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(slots=True)
class State:
    """Set once by :func:`cloister.cli.main.main` from the options that stand anywhere on the line."""

    home: Path | None = None
    subject: str | None = None
    json: bool = False

    def settings(self) -> settings.Settings:
        return settings.load(self.home, self.subject)


STATE = State()


@contextmanager
def environment(*, bar: bool = True) -> Iterator[tuple[App, Session]]:
    """The open environment and the session of whoever acts; without ``bar`` the terminal is the command's own."""
    from cloister.app import open_environment  # the engines take a second to load, which no --help should wait for
    from cloister.cli.narration import Narrator

    told = STATE.settings()
    if told.subject is None:
        raise InvalidInput("nobody is named as the one who acts", remedy="add --as NAME, or set CLOISTER_AS")
    say = Narrator(quiet=STATE.json or not bar)
    with say.step("working"):
        app = open_environment(told.home, told.passphrase_file, processes=told.processes, progress=say.progress)
        if app.notice:
            print(f"! {app.notice}; a task is open about it: cloister task list", file=sys.stderr)
        try:
            yield app, app.session(told.subject, told.credential_of(told.subject))
        finally:
            app.close()


def perform(operation: Operation[Q, R], request: Q) -> R:
    """Run one operation in the name of whoever acts."""
    with environment() as (app, session):
        return app.run(operation, request, session)
