"""A privacy budget of one project over the people of one data set, and every spend from it.

Costs are whole numbers: ``mu2`` in units of 1e-12 of mu squared, ``delta`` in units of 1e-18.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Budget:
    """``spent_mu2`` and ``spent_delta`` sum the spends that stand; all versions of the data set draw on them.

    ``tripwire`` is the number of people below which the difference of two questions stops the second, ``synopsis`` the
    SHA-256 of the noisy marginals that the difference is estimated from. ``wished`` is an epsilon that somebody asked
    to raise it to.
    """

    kind: ClassVar[str] = "budget"
    id: str
    name: str  # data set, slash, project
    dataset: str
    project: str
    epsilon: float
    delta: float
    rows_per_person: int
    tripwire: int
    set_by: str
    synopsis: str = ""
    spent_mu2: int = 0
    spent_delta: int = 0
    wished: float = 0.0
    wished_by: str = ""
    wished_why: str = ""
    state: str = "open"

    def charge(self, mu2: int, delta: int) -> Budget:
        return replace(self, spent_mu2=self.spent_mu2 + mu2, spent_delta=self.spent_delta + delta)

    def give_back(self, mu2: int, delta: int) -> Budget:
        return replace(self, spent_mu2=self.spent_mu2 - mu2, spent_delta=self.spent_delta - delta)

    def wish(self, epsilon: float, subject: str, why: str) -> Budget:
        return replace(self, wished=epsilon, wished_by=subject, wished_why=why)

    def raised(self) -> Budget:
        """The wish, granted."""
        if not self.wished_by:
            raise InvalidState("nobody asked to raise this budget", where=f"budget {self.name}")
        return replace(self, epsilon=self.wished, wished=0.0, wished_by="", wished_why="")


_AFTER = {
    "held": {"approved", "refused"},
    "approved": {"reserved"},
    "reserved": {"released", "returned"},
}
STANDS = frozenset({"reserved", "released"})


@dataclass(frozen=True, slots=True)
class Spend:
    """One draw on a budget. Reserved before any row is read; what a crash leaves reserved stays spent.

    ``what`` is query, table, synopsis, training or synthesis; ``text`` the canonical question; ``plan`` what was shown
    before; ``answer`` the noisy figures that were released. A question that the tripwire stopped is held, with the
    reason in ``alert``, until a privacy officer approves or refuses it; only an approved one is ever charged.
    """

    kind: ClassVar[str] = "spend"
    id: str
    budget: str
    dataset: str
    project: str
    version: str
    requester: str
    what: str
    text: str
    moment: str
    mu2: int = 0
    delta: int = 0
    plan: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    alert: str = ""
    reviewed_by: str = ""
    review: str = ""
    state: str = "reserved"

    def to(self, state: str) -> Spend:
        """Step to the next state; any other step is refused."""
        if state not in _AFTER.get(self.state, set()):
            raise InvalidState(f"this spend is {self.state}, so it can't become {state}", where=f"spend {self.id}")
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a budget's answered questions were about, each once: canonical condition and keys, as JSON."""

    kind: ClassVar[str] = "asked"
    id: str  # the budget's id
    conditions: tuple[str, ...] = ()
    state: str = "open"
