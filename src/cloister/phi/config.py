"""How to de-identify, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from cloister.core.errors import InvalidInput

ENGINE = "cloister.phi/1"
_LARGEST_SHIFT = 36_500  # days: a hundred years, so that no moved date leaves the calendar


@dataclass(frozen=True, slots=True)
class DeidConfig:
    """What to do with what is found.

    profile: "safe-harbor" keeps years, three digits of large ZIP areas, ages to 89 (45 CFR 164.514(b)(2)); "expert"
        shifts each person's dates by a keyed number of days and needs an expert's determination (164.514(b)(1)).
    replacement: "placeholder" writes "[NAME]"; "surrogate" writes a made-up value of the same type.
    consistent: surrogates equal for equal values throughout the project (else new in each text). Whoever learns what
        one value became finds that value in every text of every person; no other value opens with it.
    processes: worker processes for notes; above 1 the calling script needs its ``if __name__ == "__main__"``.
    shift_days: largest shift of the expert profile, in days, either way, to a hundred years.
    """

    profile: Literal["safe-harbor", "expert"] = "safe-harbor"
    project: str = "default"
    census: Literal["2020", "2000"] = "2020"
    replacement: Literal["placeholder", "surrogate"] = "placeholder"
    consistent: bool = False
    processes: int = 1
    shift_days: int = 365
    threshold: float = 0.5

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("profile", self.profile, ("safe-harbor", "expert")),
            ("census", self.census, ("2020", "2000")),
            ("replacement", self.replacement, ("placeholder", "surrogate")),
        ):
            if value not in allowed:
                raise InvalidInput(
                    f"de-identification has no {name} of this name", remedy=f"use {' or '.join(allowed)}"
                )
        if self.processes < 1 or not 1 <= self.shift_days <= _LARGEST_SHIFT:
            raise InvalidInput(f"processes is 1 or more, shift_days from 1 to {_LARGEST_SHIFT:,}")


@dataclass(frozen=True, slots=True)
class DeidReport:
    """What was done to a table: the rule of each column and, for notes, how many identifiers of each type went."""

    rows: int
    profile: str
    project: str
    rules: dict[str, str]  # column -> rule in words
    found: dict[str, dict[str, int]] = field(default_factory=dict)  # note column -> type -> count
    nulled: dict[str, int] = field(default_factory=dict)  # column -> values withheld by a rule
    engine: str = ENGINE

    def to_value(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "rows": self.rows,
            "profile": self.profile,
            "project": self.project,
            "rules": dict(self.rules),
            "found": {column: dict(sorted(counts.items())) for column, counts in self.found.items()},
            "nulled": dict(self.nulled),
        }
