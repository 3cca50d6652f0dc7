"""What a model did elsewhere (its use, a test by others): counts and measures by cohort, never a row."""

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


@dataclass(frozen=True, slots=True)
class Validation:
    """A model on people of another source: ``source``, ``party`` and ``process`` as the recorder wrote them, the
    ``report`` and the share of each cohort as measured from a file of scores and outcomes, of which no row is kept.
    """

    kind: ClassVar[str] = "validation"
    id: str
    model: str
    project: str
    recorder: str
    recorded: str
    source: str
    party: str
    process: str
    digest: str  # of the file that was told
    rows: int
    people: int
    report: Mapping[str, Any]
    representativeness: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...] = ()
    state: str = "recorded"
