"""What a verification says: each check by name, how many things it looked at, and what is wrong with which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``counted`` is how many things it looked at; each problem begins with the name of the changed thing.

    ``note`` says what limits the check: no trusted key was given, nothing of this kind is in the pack.
    """

    name: str
    counted: int
    problems: tuple[str, ...] = ()
    note: str = ""

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_value(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "counted": self.counted,
            "ok": self.ok,
            "problems": list(self.problems),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class PackReport:
    """All checks of one pack, in order. ``trusted`` says whether the pack's key was compared with one from outside."""

    origin: str
    key_id: str
    trusted: bool
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for check in self.checks for problem in check.problems)

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value for ``cloister verify --json``."""
        return {
            "origin": self.origin,
            "key_id": self.key_id,
            "trusted": self.trusted,
            "ok": self.ok,
            "checks": [check.to_value() for check in self.checks],
        }

    def lines(self) -> tuple[str, ...]:
        """One line for each check and each problem, for a person."""
        rows = []
        for check in self.checks:
            note = f" ({check.note})" if check.note else ""
            rows.append(f"{'ok  ' if check.ok else 'FAIL'}  {check.counted:>7}  {check.name}{note}")
            rows.extend(f"              {problem}" for problem in check.problems)
        return tuple(rows)


def check(name: str, counted: int, problems: Iterable[str], note: str = "") -> Check:
    """A check with its problems in order, each once, and at most 100 of them spelled out."""
    found = tuple(dict.fromkeys(problems))
    if len(found) > _SHOWN:
        found = (*found[:_SHOWN], f"and {len(found) - _SHOWN} more")
    return Check(name, counted, found, note)
