"""What a released model did downstream: counts and measures by cohort of one batch of its use, never a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Usage:
    """``findings`` compare each cohort with what the model's evaluation showed; ``verdict`` is "alarm", "within" or
    "insufficient evidence".
    """

    kind: ClassVar[str] = "usage"
    id: str
    release: str
    model: str
    project: str
    reporter: str
    recorded: str
    period: str
    digest: str  # of the file that was told
    rows: int
    people: int
    verdict: str
    findings: tuple[Mapping[str, Any], ...]
    report: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    state: str = "recorded"
