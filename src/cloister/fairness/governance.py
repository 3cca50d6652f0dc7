"""Who may let a change be put to use: sign-offs by role. Pure decisions over records; the clock is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's decision in one role on one thing (a report's digest, a proposal's digest)."""

    subject: str
    role: str
    about: str
    approved: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it may be put to use, and why."""

    open: bool
    because: str

    def to_value(self) -> dict[str, Any]:
        return {"open": self.open, "because": self.because}


def decide_signoffs(
    about: str, *, required_roles: Sequence[str], signoffs: Sequence[SignOff], now: datetime
) -> Opening:
    """Open only with every required role's approval, each by a person of its own.

    The latest decision of a person in a role counts; one refusal closes it.
    """
    missing, refused = _roles(about, required_roles, signoffs, now)
    if refused:
        return Opening(False, f"refused by {refused}")
    if missing:
        return Opening(False, f"not signed by {', '.join(missing)}")
    return Opening(True, f"signed by {', '.join(required_roles)}")


def _roles(
    about: str, required: Sequence[str], signoffs: Sequence[SignOff], now: datetime
) -> tuple[list[str], str | None]:
    latest: dict[tuple[str, str], SignOff] = {}
    for item in sorted(signoffs, key=lambda item: item.at):
        if item.about == about and item.at <= now:
            latest[item.role, item.subject] = item
    refused = next((item.role for item in latest.values() if item.role in required and not item.approved), None)
    choices = {role: {subject for (held, subject) in latest if held == role} for role in required}
    return _unmatched(choices), refused


def _unmatched(choices: dict[str, set[str]]) -> list[str]:
    """Roles left without a person of their own when people are matched to roles as well as can be."""
    holder: dict[str, str] = {}

    def place(role: str, tried: set[str]) -> bool:
        for subject in sorted(choices[role] - tried):
            tried.add(subject)
            if subject not in holder or place(holder[subject], tried):
                holder[subject] = role
                return True
        return False

    return [role for role in choices if not place(role, set())]
