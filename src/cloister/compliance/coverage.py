"""HIPAA coverage computed from events: what was shown, how often and when last; never from what anyone claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cloister.compliance.catalogue import Flag, Provision, Reach, catalogue, proposals
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent, Outcome

# A denial is evidence that access is controlled; an attempt that failed or is under way shows nothing.
_COUNTS = {Outcome.DONE, Outcome.DENIED}


class Status(StrEnum):
    """How a provision stands. Only EVIDENCED rests on events of this log."""

    DEFINITION = "definition"  # nothing to show
    EVIDENCED = "evidenced"
    NO_EVIDENCE = "no evidence"
    NOT_IMPLEMENTED = "not implemented"  # no operation of this environment could leave evidence
    ORGANISATION = "outside the environment"  # the organisation's own duty


class Choice(StrEnum):
    """What an organisation decides for an addressable specification (45 CFR 164.306(d)(3))."""

    ALTERNATIVE = "alternative"
    IMPLEMENT = "implement"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class AddressableDecision:
    """A documented decision: a reason wherever it is not implemented, an equivalent measure where there is one."""

    cite: str
    choice: Choice
    reason: str
    alternative: str
    decided_by: str
    decided: datetime
    review_by: datetime

    def __post_init__(self) -> None:
        row = catalogue().get(self.cite)
        if row is None or row.flag is not Flag.ADDRESSABLE:
            raise InvalidInput("only an addressable specification can be decided on", where=self.cite)
        if self.choice is not Choice.IMPLEMENT and not self.reason.strip():
            raise InvalidInput("not implementing an addressable specification needs a reason", where=self.cite)
        if (self.choice is Choice.ALTERNATIVE) != bool(self.alternative.strip()):
            raise InvalidInput("an alternative, and only that, names its equivalent measure", where=self.cite)
        if not self.decided_by or self.review_by <= self.decided:
            raise InvalidInput("a decision names who made it and a later date of review", where=self.cite)

    def to_value(self) -> dict[str, Any]:
        return {
            "choice": self.choice.value,
            "reason": self.reason,
            "alternative": self.alternative,
            "decided_by": self.decided_by,
            "decided": to_text(self.decided),
            "review_by": to_text(self.review_by),
        }


@dataclass(frozen=True, slots=True)
class Covered:
    """One provision: ``actions`` counts the events that evidence it, ``first`` and ``last`` are their times."""

    provision: Provision
    status: Status
    actions: Mapping[str, int]
    first: str | None
    last: str | None
    decision: AddressableDecision | None = None
    proposed: str | None = None  # only where the proposed rule was asked for

    @property
    def count(self) -> int:
        return sum(self.actions.values())

    def to_value(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "cite": self.provision.cite,
            "title": self.provision.title,
            "rule": self.provision.rule,
            "flag": self.provision.flag.value,
            "status": self.status.value,
            "actions": dict(self.actions),
            "count": self.count,
            "first": self.first,
            "last": self.last,
            "decision": self.decision.to_value() if self.decision else None,
        }
        return value | ({"proposed_not_law": self.proposed} if self.proposed else {})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every provision of the catalogue, in its order, and the provisions that events named without being in it."""

    rows: tuple[Covered, ...]
    events: int
    unknown: tuple[str, ...] = ()

    def with_status(self, status: Status) -> tuple[Covered, ...]:
        return tuple(row for row in self.rows if row.status is status)

    def row(self, cite: str) -> Covered:
        for row in self.rows:
            if row.provision.cite == cite:
                return row
        raise InvalidInput("the catalogue holds no such provision", where=cite)

    def to_value(self) -> dict[str, Any]:
        counts = Counter(row.status.value for row in self.rows)
        return {
            "events": self.events,
            "summary": {status.value: counts[status.value] for status in Status},
            "unknown": list(self.unknown),
            "provisions": [row.to_value() for row in self.rows],
        }


def coverage(
    events: Iterable[AuditEvent],
    *,
    implemented: Collection[str] | None = None,
    decisions: Iterable[AddressableDecision] = (),
    include_proposed: bool = False,
) -> Coverage:
    """What these events evidence of each provision.

    ``implemented`` holds the provisions that some operation of this environment can evidence: those without are
    *not implemented*; without it, all that have no event are *no evidence*. Of several decisions on one provision the
    latest stands. ``include_proposed`` adds the text of the proposed rule of 2025 beside each row; it is not law.
    """
    actions: dict[str, Counter[str]] = {}
    spans: dict[str, tuple[str, str]] = {}
    total = 0
    for event in events:
        total += 1
        if event.outcome not in _COUNTS:
            continue
        for cite in event.provisions:
            actions.setdefault(cite, Counter())[_shown(event)] += 1
            first, last = spans.get(cite, (event.time, event.time))
            spans[cite] = (min(first, event.time), max(last, event.time))
    decided = {item.cite: item for item in sorted(decisions, key=lambda item: item.decided)}
    rows = []
    for cite, row in catalogue().items():
        first_last = spans.get(cite, (None, None))
        shown = dict(sorted(actions.get(cite, {}).items()))
        proposed = proposals().get(cite) if include_proposed else None
        status = _status(row, bool(shown), implemented)
        text = proposed.text if proposed else None
        rows.append(Covered(row, status, shown, first_last[0], first_last[1], decided.get(cite), text))
    return Coverage(tuple(rows), total, tuple(sorted(set(actions) - set(catalogue()))))


def _shown(event: AuditEvent) -> str:
    return event.action if event.outcome is Outcome.DONE else f"{event.action} (denied)"


def _status(row: Provision, shown: bool, implemented: Collection[str] | None) -> Status:
    if shown:
        return Status.EVIDENCED
    if row.reach is Reach.DEFINITION:
        return Status.DEFINITION
    if row.reach is Reach.ORGANISATION:
        return Status.ORGANISATION
    if implemented is not None and row.cite not in implemented:
        return Status.NOT_IMPLEMENTED
    return Status.NO_EVIDENCE
