"""The audit event: what one attempt at an operation leaves in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from cloister.core.canonical import decode, encode
from cloister.core.errors import InvalidInput

_FORMAT = "cloister-event/1"


class Outcome(StrEnum):
    """How the attempt stood when the event was written."""

    ABANDONED = "abandoned"  # an open intent that recovery has settled as not done
    DENIED = "denied"
    DONE = "done"
    FAILED = "failed"
    INTENDED = "intended"  # committed before an effect outside the database


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the log. ``facts`` holds ids, counts and digests, never a value from a data set.

    ``intent`` is the id of the intended event that this one settles. ``error`` is the exception's type alone,
    because its message may hold PHI. ``records`` maps each record that this transaction wrote ("grant gr_01...") to the
    first half of its row's tag: which state of a record is the last one stands in the log. The store fills it in.
    """

    id: str
    time: str
    subject: str
    action: str
    resource: str
    outcome: Outcome
    policy_set: str
    policies: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    project: str | None = None
    purpose: str | None = None
    intent: str | None = None
    error: str | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    records: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def to_bytes(self) -> bytes:
        """The canonical bytes that become a leaf of the log."""
        value: dict[str, Any] = {
            "format": _FORMAT,
            "id": self.id,
            "time": self.time,
            "subject": self.subject,
            "action": self.action,
            "resource": self.resource,
            "outcome": self.outcome.value,
            "policy_set": self.policy_set,
            "policies": list(self.policies),
            "provisions": list(self.provisions),
            "project": self.project,
            "purpose": self.purpose,
            "intent": self.intent,
            "error": self.error,
            "facts": dict(self.facts),
        }
        if self.records:
            value["records"] = dict(self.records)
        return encode(value)

    @classmethod
    def from_bytes(cls, raw: bytes) -> AuditEvent:
        """Read a leaf back; refuses anything that :meth:`to_bytes` would not have written."""
        value = decode(raw)
        try:
            if value.pop("format") != _FORMAT or not value.get("records", True):
                raise InvalidInput("not an audit event of this version")
            return cls(
                **value
                | {
                    "outcome": Outcome(value["outcome"]),
                    "policies": tuple(value["policies"]),
                    "provisions": tuple(value["provisions"]),
                }
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InvalidInput("not an audit event of this version") from None
