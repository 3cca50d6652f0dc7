"""The words of a decision: who asks, for what, and what the answer obliges to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cloister.core.actions import Action

Attribute = str | bool | int | frozenset[str] | None
_NONE: Mapping[str, Attribute] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks. ``attributes`` may hold ``location`` (text), ``mfa`` (true or false), ``projects`` (set of names)."""

    name: str
    roles: frozenset[str]
    attributes: Mapping[str, Attribute] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about: a kind of record, its id, and every attribute that the schema declares for the kind.

    ``None`` stands for "nobody yet" where the schema declares text.
    """

    kind: str
    id: str
    attributes: Mapping[str, Attribute] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt: a subject, an action, a resource, and the circumstances.

    ``context`` may hold ``purpose``, ``project``, ``stage`` (text) and ``moment`` (seconds since 1970, UTC).
    """

    subject: Subject
    action: Action
    resource: Resource
    context: Mapping[str, Attribute] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True, order=True)
class Obligation:
    """What a permitted attempt must still fulfil: ``columns``, ``row_filter``, ``second_approver`` or ``expiry``."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: the ids of the policies that decided, what it obliges to, and one sentence for a person."""

    permitted: bool
    policies: tuple[str, ...]
    obligations: tuple[Obligation, ...]
    reason: str

    def to_value(self) -> dict[str, Any]:
        return {
            "permitted": self.permitted,
            "policies": list(self.policies),
            "obligations": [{"kind": item.kind, "value": item.value} for item in self.obligations],
            "reason": self.reason,
        }
