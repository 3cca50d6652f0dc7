"""What a pack holds once it is read: events with their facts, verified statements, keys; the ground of every check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cloister.core.actions import Action
from cloister.core.events import AuditEvent, Outcome
from cloister.crypto import Statement, VerifyKey


@dataclass(frozen=True, slots=True)
class Evidence:
    """``places`` gives each event's position in the log, ``files`` the whole pack, ``sources`` key id -> key by name.

    Made by :func:`gather`, which fills ``places`` and ``carried_out``.
    """

    files: Mapping[str, bytes]
    key: VerifyKey
    events: tuple[AuditEvent, ...]
    statements: Mapping[str, Statement] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, VerifyKey]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    carried_out: Mapping[str, tuple[AuditEvent, ...]] = field(default_factory=dict)

    def done(self, *actions: Action) -> tuple[AuditEvent, ...]:
        """The events that say one of ``actions`` was carried out, in the log's order."""
        if len(actions) == 1:
            return self.carried_out.get(actions[0].value, ())
        found = [event for action in actions for event in self.carried_out.get(action.value, ())]
        return tuple(sorted(found, key=self.place))

    def place(self, event: AuditEvent) -> int:
        return self.places[event.id]

    def started(self, event: AuditEvent) -> AuditEvent:
        """The intended event that ``event`` settles, or ``event`` itself."""
        place = self.places.get(event.intent) if event.intent else None
        return event if place is None else self.events[place]


def gather(
    files: Mapping[str, bytes],
    key: VerifyKey,
    events: tuple[AuditEvent, ...],
    statements: Mapping[str, Statement],
    sources: Mapping[str, Mapping[str, VerifyKey]],
) -> Evidence:
    """Index what was read. An id that stands twice keeps its first place."""
    places: dict[str, int] = {}
    carried_out: dict[str, list[AuditEvent]] = {}
    for place, event in enumerate(events):
        places.setdefault(event.id, place)
        if event.outcome is Outcome.DONE:
            carried_out.setdefault(event.action, []).append(event)
    by_action = {action: tuple(found) for action, found in carried_out.items()}
    return Evidence(files, key, events, statements, sources, places, by_action)


def record(event: AuditEvent, kind: str) -> str:
    """The id of the record of ``kind`` that an event is about: its fact of that name, else its resource."""
    value = event.facts.get(kind)
    return value if isinstance(value, str) and value else event.resource


def text(event: AuditEvent, fact: str) -> str:
    """A fact that is text; empty when it is not there."""
    value = event.facts.get(fact)
    return value if isinstance(value, str) else ""


def texts(event: AuditEvent, fact: str) -> tuple[str, ...]:
    """A fact that is a list of texts; empty when it is not there."""
    value = event.facts.get(fact)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def digests(event: AuditEvent, fact: str) -> dict[str, str]:
    """A fact that maps file names to SHA-256 in hex; empty when it is not there."""
    value = event.facts.get(fact)
    return {str(name): str(digest) for name, digest in value.items()} if isinstance(value, dict) else {}


def label(event: AuditEvent) -> str:
    """How a problem names an event."""
    return f"event {event.id} ({event.action})"


def last(events: Iterable[AuditEvent]) -> AuditEvent | None:
    found = None
    for found in events:  # noqa: B007  the last one is wanted
        pass
    return found
