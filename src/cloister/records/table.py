"""An exact table of people that was released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """``by`` and ``where`` are columns as they were asked for (``age:10``, ``sex=F``), ``mean`` the column averaged.

    ``table`` holds what was shown; what was hidden is named without its number.
    """

    kind: ClassVar[str] = "table"
    id: str
    dataset: str
    project: str
    version: str
    by: tuple[str, ...]
    where: tuple[str, ...]
    mean: str
    smallest: int
    released_by: str
    moment: str
    table: Mapping[str, Any] = field(default_factory=dict)
    state: str = "released"
    flags: tuple[str, ...] = ()  # what stands against its use at the moment of reading; worked out, never stored
