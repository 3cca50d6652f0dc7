"""Adding a subject so that a crash strands nobody: its credential is on disk before the subject exists.

The database keeps a digest alone, so a subject whose credential was lost between the commit and the file could never
act, and its name would be taken for good.
"""

from __future__ import annotations

from pathlib import Path

from cloister.app import App
from cloister.core.errors import InvalidState
from cloister.operations.operation import Context, Session
from cloister.operations.subjects import AddSubject, NewSubject


class _AddAndKeep(AddSubject):
    """Adds a subject and keeps its credential as pending before the transaction commits."""

    def __init__(self, app: App) -> None:
        self._app = app

    def perform(self, context: Context, request: NewSubject) -> str:
        credential = super().perform(context, request)
        _pending(self._app, request.name).unlink(missing_ok=True)  # of an attempt that never committed
        self._app.keep_credential(_pending(self._app, request.name).name, credential)
        return credential


def add_subject(app: App, name: str, roles: frozenset[str], installer: Session) -> Path:
    """Add a subject; returns the file with its credential, mode 0600.

    Raises:
        InvalidState: the subject exists already, and not because an earlier attempt was cut off.
    """
    pending = _pending(app, name)
    try:
        app.run(_AddAndKeep(app), NewSubject(name, roles), installer)
    except InvalidState:
        if not pending.exists():
            raise
    place = app.home / "credentials" / name
    pending.replace(place)
    return place


def _pending(app: App, name: str) -> Path:
    return app.home / "credentials" / f".{name}.pending"
