"""What data may be used for: a project names its purposes, and its gates with their thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Gate:
    """A release gate: the figure called ``name`` must hold ``comparison threshold``.

    ``exception_days`` is the longest that an exception to it may run; 0 allows none.
    """

    name: str
    comparison: str  # >= or <=
    threshold: float
    exception_days: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """``k``, ``l`` and ``t`` are what a version must hold before a grant on it can be approved. ``licences``: SPDX
    identifiers that its models' libraries may have; empty means the shipped list. ``mosaic`` says what happens when a
    grant, put together with earlier releases of the same people, would not hold k: "warn" or "refuse". ``monitoring``:
    what an alarm over a release in use does besides opening a task: nothing ("task") or take it back ("rollback").
    ``determination`` "require": grants and releases need an expert's determination that stands; else "none".
    """

    kind: ClassVar[str] = "project"
    id: str
    name: str
    owner: str
    purposes: frozenset[str]
    gates: tuple[Gate, ...]
    token_key: str  # base64 of the key of its pseudonyms, wrapped by the environment's key
    k: int = 11
    l: int | None = None  # noqa: E741  l-diversity's own name
    t: float | None = None
    licences: tuple[str, ...] = ()
    mosaic: str = "warn"
    monitoring: str = "task"
    determination: str = "none"
    state: str = "active"
