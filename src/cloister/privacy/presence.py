"""delta-presence: how surely the release tells that a person of the population is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.matching import compatible, persons_by_class, read_release
from cloister.privacy.coding import person_codes, require_columns
from cloister.privacy.hierarchies import Hierarchy


@dataclass(frozen=True, slots=True)
class PresenceReport:
    """``low`` and ``high`` bound, over the persons of the population, the probability of being in the release:
    (low, high)-presence (Nergiz, Atzori and Clifton 2007)."""

    low: float
    high: float
    persons: int
    certain: int
    """Persons of the population who are surely in the release."""

    def to_value(self) -> dict[str, float | int]:
        return {"low": self.low, "high": self.high, "persons": self.persons, "certain": self.certain}


def delta_presence(
    release: pl.DataFrame,
    population: pl.DataFrame,
    *,
    quasi_identifiers: Sequence[str],
    person: str | None,
    hierarchies: Mapping[str, Hierarchy] | None = None,
) -> PresenceReport:
    """Measure presence against ``population``: one row for each person, with the true quasi-identifiers.

    A person's probability is that of the released classes that cover them: persons in the class over persons of the
    population whom it covers, the chances of several classes taken as independent.

    Raises:
        InvalidInput: an empty table, a missing column, or a class with more persons than the population has there.
    """
    require_columns(release, quasi_identifiers, role="a quasi-identifier")
    classes = read_release(release, quasi_identifiers)
    _, _, size = persons_by_class(classes, *person_codes(release, person))
    blocks = list(compatible(classes, population, hierarchies))
    covered = np.zeros(classes.classes)
    for _, kind, flags in blocks:
        covered += np.bincount(kind, minlength=len(flags)) @ flags
    if (size > covered).any():
        raise InvalidInput("the release holds persons whom the population lacks", remedy="give the whole population")
    chance = np.zeros(population.height)
    with np.errstate(divide="ignore"):
        absent = np.log1p(-np.minimum(size / covered, 1.0))
    for rows, kind, flags in blocks:
        chance[rows] = (1 - np.exp(np.where(flags, absent, 0.0).sum(axis=1)))[kind]
    return PresenceReport(
        low=float(chance.min()),
        high=float(chance.max()),
        persons=population.height,
        certain=int((chance >= 1 - 1e-12).sum()),
    )
