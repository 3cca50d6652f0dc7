"""The two kinds of operation: within one transaction, and with an effect outside the database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from cloister.core.actions import Action
from cloister.core.errors import IntegrityFailure
from cloister.operations.ports import Unit, View, World
from cloister.policy import Decision, Obligation, Resource

Q = TypeVar("Q")  # what is asked
R = TypeVar("R")  # what comes back
O = TypeVar("O")  # noqa: E741  what an effect leaves


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks, proven by a credential, and for which project and purpose."""

    subject: str
    credential: str = field(repr=False)
    project: str | None = None
    purpose: str | None = None


@dataclass(slots=True)
class Context:
    """One attempt: its transaction, its moment, its decision, and the facts that its event will carry."""

    unit: Unit
    world: World
    subject: str
    roles: frozenset[str]
    moment: datetime
    decision: Decision
    new_id: Callable[[str], str]
    facts: dict[str, Any] = field(default_factory=dict)
    _open: list[Obligation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open = list(self.decision.obligations)

    def fulfil(self, kind: str) -> tuple[Obligation, ...]:
        """Take the obligations of a kind on oneself; whoever does must carry them out."""
        taken = tuple(item for item in self._open if item.kind == kind)
        self._open = [item for item in self._open if item.kind != kind]
        return taken

    def settle_obligations(self) -> None:
        if self._open:
            raise IntegrityFailure(f"the obligation {self._open[0].kind!r} of the decision was not fulfilled")


class Operation(ABC, Generic[Q, R]):
    """A use case inside one transaction. The class docstring's first line is its documentation."""

    action: ClassVar[Action]
    provisions: ClassVar[tuple[str, ...]]
    command: ClassVar[str]  # the CLI command that runs it, or the reason why there is none

    @abstractmethod
    def resource(self, view: View, request: Q, moment: datetime) -> Resource:
        """What policy sees; reads records only."""

    @abstractmethod
    def perform(self, context: Context, request: Q) -> R:
        """Do it, within the transaction that also takes the event."""

    def purpose(self, view: View, request: Q) -> tuple[str | None, str | None]:
        """Project and purpose, where the request itself names them."""
        return None, None

    def explain(self, view: View, request: Q, moment: datetime, decision: Decision, roles: frozenset[str]) -> str:
        """What a denied subject with these roles is told beyond the policy's reason; reads records only."""
        return ""


class KeyDoor(ABC):
    """Opens column keys, and records it before the first one is open."""

    @abstractmethod
    def open(self, dataset: str, columns: tuple[str, ...]) -> Mapping[str, bytes]: ...

    @abstractmethod
    def reading(self, dataset: str, columns: tuple[str, ...], split: str) -> None:
        """Record a read of the data plane; it is durable before the first byte leaves."""


class EffectOperation(Operation[Q, R], Generic[Q, R, O]):
    """A use case with an effect outside: intended event, effect, outcome event; ``undo`` cleans what was half done."""

    @abstractmethod
    def prepare(self, context: Context, request: Q) -> Mapping[str, Any]:
        """Check the states and reserve ids; the plan holds whatever ``undo`` needs, and no data."""

    @abstractmethod
    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Q) -> O:
        """Do the work outside the database. No transaction is open."""

    def still_stands(self, view: View, request: Q, moment: datetime) -> None:
        """Raise where keys may no longer be opened nor rows be read: asked before each, while the effect runs."""

    @abstractmethod
    def settle(self, context: Context, plan: Mapping[str, Any], outcome: O, request: Q) -> R:
        """Make the outcome visible, in the transaction that takes the outcome's event."""

    @abstractmethod
    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Remove what a failed or crashed effect left; safe to call twice."""

    def perform(self, context: Context, request: Q) -> R:
        raise NotImplementedError("an operation with an effect has no single-transaction form")
