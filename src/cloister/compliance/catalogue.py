"""The HIPAA provisions that the project knows, as shipped and checked data; proposals stand apart from law."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from cloister.compliance.evidence import Evidence, label
from cloister.compliance.report import Check, check
from cloister.core.errors import NotFound


class Flag(StrEnum):
    """How the Security Rule marks a specification (45 CFR 164.306(d))."""

    ADDRESSABLE = "A"
    NONE = ""
    REQUIRED = "R"


class Reach(StrEnum):
    """Who can show that a provision is met."""

    DEFINITION = "definition"  # says what words mean or what is excepted: there is nothing to show
    ENVIRONMENT = "environment"  # an operation of the environment could leave evidence
    ORGANISATION = "organisation"  # buildings, workforce, contracts: outside any software


@dataclass(frozen=True, slots=True)
class Provision:
    """One paragraph of 45 CFR part 164. ``nist_indicative`` names SP 800-53r5 controls that usually go with it: a
    pointer, not a mapping that anyone has approved. The paraphrase is ours; the text of the law stands.
    """

    cite: str
    rule: str  # security, breach or privacy
    part: str  # administrative, physical, technical, organizational, documentation; empty outside the Security Rule
    kind: str
    flag: Flag
    reach: Reach
    title: str
    summary: str
    nist_indicative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the proposed Security Rule of January 2025 (90 FR 898) would change. Not law; off unless asked for."""

    cite: str
    text: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure that the proposed rule would set. Sections are those of the proposal, approximately. Not law."""

    section: str
    proposal: str
    threshold: str


@dataclass(frozen=True, slots=True)
class BreachClock:
    """A deadline for a notification, dated and cited. ``status`` is ``in force`` or ``unverified``: nothing may be
    decided by an unverified row. ``amount`` of ``unit`` runs from ``starts``.
    """

    jurisdiction: str
    recipient: str
    threshold: str
    amount: int
    unit: str
    starts: str
    cite: str
    status: str
    as_of: str
    note: str


@cache
def catalogue() -> Mapping[str, Provision]:
    """Every provision by its citation within 45 CFR, in the order of the law."""
    return MappingProxyType(
        {
            row["cite"]: Provision(
                row["cite"],
                row["rule"],
                row["part"],
                row["kind"],
                Flag(row["flag"]),
                Reach(row["reach"]),
                row["title"],
                row["summary"],
                tuple(row["nist_800_53r5_indicative"].split()),
            )
            for row in _rows("hipaa.csv")
        }
    )


def provision(cite: str) -> Provision:
    """One provision; raises NotFound."""
    try:
        return catalogue()[cite]
    except KeyError:
        raise NotFound("the catalogue holds no such provision", where=cite) from None


@cache
def proposals() -> Mapping[str, Proposal]:
    """The proposed rule's changes by the provision that they would change."""
    return MappingProxyType(
        {row["cite"]: Proposal(row["cite"], row["proposed"]) for row in _rows("nprm2025_changes.csv")}
    )


@cache
def thresholds() -> tuple[Threshold, ...]:
    """The proposed rule's figures."""
    return tuple(Threshold(**row) for row in _rows("nprm2025_thresholds.csv"))


@cache
def breach_clocks() -> tuple[BreachClock, ...]:
    """Federal and some State deadlines."""
    return tuple(
        BreachClock(
            row["jurisdiction"],
            row["recipient"],
            row["threshold"],
            int(row["amount"]),
            row["unit"],
            row["starts"],
            row["cite"],
            row["status"],
            row["as_of"],
            row["note"],
        )
        for row in _rows("breach_clocks.csv")
    )


def check_provisions(evidence: Evidence) -> Check:
    """Each provision that an event claims to evidence exists."""
    known = catalogue()
    counted = 0
    problems = []
    for event in evidence.events:
        counted += len(event.provisions)
        problems += [
            f"{label(event)}: names no known provision: {cite}" for cite in event.provisions if cite not in known
        ]
    return check("events name known provisions", counted, problems)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (resources.files("cloister.compliance") / "data" / name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())
