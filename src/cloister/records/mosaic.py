"""What a requested grant would tell together with earlier releases of the same people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class MosaicCheck:
    """``id`` is the grant's; ``earlier`` the grants that it was weighed against; another one makes it incomplete."""

    kind: ClassVar[str] = "mosaic"
    id: str
    project: str
    by: str
    moment: str
    earlier: tuple[str, ...]
    joint_k: int
    shared: int
    passed: bool
    report: Mapping[str, Any] = field(default_factory=dict)
    state: str = "recorded"
