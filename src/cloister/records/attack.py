"""An attack that was run on a version or a model, kept as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Attack:
    """``target`` is the version's or the model's id; ``reports`` holds each attack's full report by name.

    ``passed`` is true when every attack's controls came out right and none found an advantage.
    """

    kind: ClassVar[str] = "attack"
    id: str
    target: str
    project: str
    by: str
    moment: str
    known: tuple[str, ...]
    secret: str
    seed: int
    reports: Mapping[str, Any] = field(default_factory=dict)
    passed: bool = False
    statement: str = ""
    state: str = "recorded"
