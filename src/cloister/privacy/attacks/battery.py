"""Every attack that a released table can be put to, run together: what an outsider with the named columns could do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.attribute_inference import attribute_inference
from cloister.privacy.attacks.evidence import AttackReport
from cloister.privacy.attacks.linkage import linkage
from cloister.privacy.attacks.singling_out import singling_out
from cloister.privacy.coding import person_codes, require_columns
from cloister.privacy.hierarchies import Hierarchy

_OUTSIDE = 10  # one person of so many is taken out of the release, to be the people whom it does not speak of
_TARGETS = 3000
_LEAST = 20  # persons, below which nobody can be taken out


@dataclass(frozen=True, slots=True)
class AttackConfig:
    """``known`` is what the adversary knows of people, ``secret`` what they are after (None: not attacked).

    ``limit`` is the advantage over the baseline up to which an attack counts as having found none.
    """

    known: Sequence[str]
    person: str
    secret: str | None = None
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=lambda: MappingProxyType({}))
    limit: float = 0.0
    targets: int = _TARGETS


def attack_release(
    release: pl.DataFrame, original: pl.DataFrame, config: AttackConfig, *, seed: int
) -> dict[str, AttackReport]:
    """Linkage, singling out and, where a secret is named, attribute inference against ``release``.

    ``original`` holds the true values of the same persons under the same person column. For attribute inference a tenth
    of the persons are taken out of the release first: what is guessed right of them too is what the data teaches
    about people like them, not what being in it costs. Each person is attacked once, by a row drawn at random.

    Raises:
        InvalidInput: an empty table, a missing column, or fewer than 20 persons.
    """
    known = list(config.known)
    wanted = [*known, config.person, *([config.secret] if config.secret else [])]
    for table, name in ((release, "the release"), (original, "the original")):
        require_columns(table, list(dict.fromkeys(wanted)), role=f"a column of {name}")
    if config.secret in known:
        raise InvalidInput(f"column {config.secret!r} is named as known and as the secret", remedy="choose one")
    _, persons = person_codes(release, config.person)
    if persons < _LEAST:
        raise InvalidInput(f"the release holds {persons} persons: too few to attack", remedy=f"give at least {_LEAST}")
    generator = np.random.default_rng(seed)
    people = original[config.person].unique().sort().to_frame()
    order = people[generator.permutation(people.height)]
    targets = original.join(order.head(config.targets), on=config.person, how="semi", maintain_order="left")
    targets = targets.unique(subset=[config.person], maintain_order=True)
    same: dict[str, Any] = {"hierarchies": config.hierarchies, "limit": config.limit, "seed": seed}
    found = {
        "linkage": linkage(release, targets, known=known, person=config.person, **same),
        "singling out": singling_out(release, original, known=known, person=config.person, **same),
    }
    if config.secret:
        away = order.head(max(persons // _OUTSIDE, 1))
        outside = original.join(away, on=config.person, how="semi", maintain_order="left")
        left = release.join(away, on=config.person, how="anti", maintain_order="left")
        inside = original.join(away, on=config.person, how="anti", maintain_order="left")
        chosen = (_some(table, config.person, config.targets, generator) for table in (inside, outside))
        found["attribute inference"] = attribute_inference(left, *chosen, known=known, secret=config.secret, **same)
    return found


def _some(table: pl.DataFrame, person: str, most: int, generator: np.random.Generator) -> pl.DataFrame:
    """One row, drawn at random, of each of at most so many people: rows of one person are right or wrong together."""
    drawn = table[generator.permutation(table.height)]
    return drawn.unique(subset=[person], keep="first", maintain_order=True).head(most)
