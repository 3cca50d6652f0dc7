"""Time as a value that is passed in; the only place that reads the system's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cloister.core.errors import InvalidInput


class Clock(Protocol):
    """Tells the present moment, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  the one clock


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until it is moved: for tests and tabletop exercises."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, step: timedelta) -> None:
        self.moment += step


def to_text(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, always 27 characters, so that text order is time order."""
    if moment.tzinfo is None:
        raise InvalidInput("a moment without a time zone can't be recorded")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """The inverse of :func:`to_text`."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidInput("not a moment in the form 2026-01-31T12:00:00.000000Z") from None
