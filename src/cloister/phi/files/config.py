"""How files are de-identified, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role, TableSchema
from cloister.phi.dicom import Box


@dataclass(frozen=True, slots=True)
class FileConfig:
    """What holds for every file of one run.

    as_of: the day by which ages over 89 are judged in FHIR; without it every birth year goes there.
    schema: declares a table's columns; ``roles`` declares single ones, where there is no schema.
    encrypt: columns that stay as encrypted fields, bound to the values that ``row_key`` has in the result.
    keep_unknown: don't withhold words that no list knows.
    """

    project: str = "default"
    profile: Literal["safe-harbor", "expert"] = "safe-harbor"
    as_of: date | None = None
    schema: TableSchema | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    encrypt: tuple[str, ...] = ()
    row_key: str | None = None
    keep_unknown: bool = False
    read_text: Callable[[bytes], list[Box]] | None = None

    def __post_init__(self) -> None:
        if self.encrypt and self.row_key is None:
            raise InvalidInput("an encrypted field is bound to its row", remedy="name the column of row keys")
        if self.row_key in self.encrypt:
            raise InvalidInput("the column of row keys can't be encrypted itself")


@dataclass(frozen=True, slots=True)
class BadItem:
    """A line, row or document that could not be de-identified: its number from 1, its bytes, and why."""

    number: int
    raw: bytes
    reason: str

    def __repr__(self) -> str:
        return f"BadItem(number={self.number}, reason={self.reason!r})"


Bad = Callable[[BadItem], None]


@dataclass(slots=True)
class FileReport:
    """Counts only. ``roles`` says how each column was treated; ``pending`` is what a person has to look at first."""

    kind: str
    items: int = 0  # lines, rows, resources, objects
    bad: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    withheld: int = 0  # distinct unknown words, values or elements
    roles: dict[str, str] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)  # of FHIR and DICOM: where something was withheld, and why

    @property
    def released(self) -> bool:
        """True if the result may go on without a person's look."""
        return not self.pending

    def to_value(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "items": self.items,
            "bad": self.bad,
            "removed": dict(sorted(self.removed.items())),
            "withheld": self.withheld,
            "roles": dict(self.roles),
            "pending": list(self.pending),
            "places": dict(self.places.most_common()),
        }
