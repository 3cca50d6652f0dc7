"""What a person wrote for the documents about a model or a data set, each answer kept with all that it replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Statement:
    """``about`` names the model within its project, or the data set: it is asked for once, not for each version."""

    kind: ClassVar[str] = "statement"
    id: str
    about: str
    topic: str
    text: str
    author: str
    role: str
    date: str
    version: int = 1
    state: str = "current"  # then replaced

    def to_fact(self) -> dict[str, Any]:
        """As the documents read it."""
        return {"text": self.text, "author": self.author, "role": self.role, "date": self.date, "version": self.version}


@dataclass(frozen=True, slots=True)
class Description:
    """What may be told of a version's variables before access; its id is the version's."""

    kind: ClassVar[str] = "description"
    id: str
    dataset: str
    created: str
    created_by: str
    people: int | None
    columns: tuple[Mapping[str, Any], ...]
    state: str = "current"


def current(found: Iterable[Statement]) -> dict[str, Statement]:
    """The answer that stands, by topic."""
    return {item.topic: item for item in found if item.state == "current"}
