"""Linkage: an adversary who holds names and quasi-identifiers looks their people up in the release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import AttackReport, Control, Tally, conclude
from cloister.privacy.attacks.matching import MARK, Release, compatible, persons_by_class, read_release
from cloister.privacy.coding import Floats, Ints, refuse_nested, require_columns
from cloister.privacy.hierarchies import Hierarchy

_PLANTED = 200


def linkage(
    release: pl.DataFrame,
    auxiliary: pl.DataFrame,
    *,
    known: Sequence[str],
    person: str,
    hierarchies: Mapping[str, Hierarchy] | None = None,
    limit: float = 0.0,
    seed: int,
) -> AttackReport:
    """Link each row of ``auxiliary`` (true values) to a person of ``release`` (maybe generalised by ``hierarchies``).

    The adversary takes, for each target, every class whose labels cover the target's values and names one of its
    (class, person) pairs at random. ``success`` is the share of targets with a single candidate who is the right one,
    ``baseline`` naming any person of the release. Figures: ``expected``, the share named right over all targets, and
    ``worst``, the best chance at any target. ``person`` is in both tables only to score the guesses, and targets who
    are not in the release are left aside.

    Controls: targets planted in the release with a mark that the adversary knows must be found; targets whose
    identities are exchanged at random must not be.

    Raises:
        InvalidInput: a missing column, or no target who is in the release.
    """
    require_columns(release, [*known, person], role="a column of the release")
    require_columns(auxiliary, [*known, person], role="a column of the auxiliary table")
    refuse_nested(release[person])
    if release.schema[person] != auxiliary.schema[person]:
        raise InvalidInput(f"the person column {person!r} is of another type in the two tables")
    targets = auxiliary.join(release.select(person).unique(), on=person, how="semi", maintain_order="left")
    if not targets.height:
        raise InvalidInput("no person of the auxiliary table is in the release", remedy="check the person column")
    chance, candidates = _look_up(release, targets, known, person, hierarchies)
    people = release[person].n_unique()
    return conclude(
        attack="linkage",
        attacked=f"a release of {release.height} rows about {people} persons",
        knowledge=f"the true {', '.join(known)} of {targets.height} targets who are in it",
        success=Tally(float(((candidates == 1) & (chance == 1)).sum()), targets.height),
        baseline=Tally(targets.height / people, targets.height),
        limit=limit,
        controls=(
            _planted(release, targets, known, person, hierarchies),
            _exchanged(release, targets, known, person, hierarchies, seed=seed),
        ),
        figures={"expected": float(chance.mean()), "worst": float(chance.max()), "targets": targets.height},
    )


def _look_up(
    release: pl.DataFrame,
    targets: pl.DataFrame,
    known: Sequence[str],
    person: str,
    hierarchies: Mapping[str, Hierarchy] | None,
) -> tuple[Floats, Ints]:
    """The probability that each target is named right, and the number of its candidates, (targets,) each."""
    classes = read_release(release, known)
    names = pl.concat([release[person], targets[person]]).rank("dense").fill_null(0).to_numpy().astype(np.int64)
    inside, wanted = names[: release.height], names[release.height :]
    pairs, size = _incidence(classes, inside, int(names.max()) + 1)
    chance, candidates = np.zeros(targets.height), np.zeros(targets.height, np.int64)
    for rows, kind, flags in compatible(classes, targets, hierarchies):
        candidates[rows] = (flags @ size.astype(np.float64)).astype(np.int64)[kind]
        # In how many of the classes that fit does the target really stand?
        start, stop = np.searchsorted(pairs[0], wanted[rows]), np.searchsorted(pairs[0], wanted[rows], side="right")
        repeat = np.repeat(np.arange(len(rows)), stop - start)
        seat = np.arange(len(repeat)) - np.repeat(np.cumsum(stop - start) - (stop - start), stop - start)
        holds = flags[kind[repeat], pairs[1][start[repeat] + seat]]
        chance[rows] = np.bincount(repeat, holds, minlength=len(rows)) / np.maximum(candidates[rows], 1)
    return chance, candidates


def _incidence(classes: Release, person: Ints, persons: int) -> tuple[tuple[Ints, Ints], Ints]:
    """(persons, classes) pairs sorted by person, and the persons in each class."""
    group, who, size = persons_by_class(classes, person, persons)
    order = np.argsort(who, kind="stable")
    return (who[order], group[order]), size


def _planted(
    release: pl.DataFrame,
    targets: pl.DataFrame,
    known: Sequence[str],
    person: str,
    hierarchies: Mapping[str, Hierarchy] | None,
) -> Control:
    some = targets.unique(subset=[person], keep="first", maintain_order=True).head(_PLANTED)
    marks = some.select(person).with_row_index(MARK)
    marked = release.join(marks, on=person, how="left", maintain_order="left", nulls_equal=True)
    chance, _ = _look_up(marked, some.with_row_index(MARK), [*known, MARK], person, hierarchies)
    covered, _ = _look_up(release, some, known, person, hierarchies)
    found = float(chance[covered > 0].mean()) if (covered > 0).any() else 0.0
    return Control("planted marks", "at least 0.95 named right", found, found >= 0.95)


def _exchanged(
    release: pl.DataFrame,
    targets: pl.DataFrame,
    known: Sequence[str],
    person: str,
    hierarchies: Mapping[str, Hierarchy] | None,
    *,
    seed: int,
) -> Control:
    generator = np.random.default_rng(seed)
    # Each target takes the name of another, drawn apart from the values: what is found then is chance.
    names = targets[person].gather(generator.permutation(targets.height))
    chance, _ = _look_up(release, targets.with_columns(names), known, person, hierarchies)
    found, allowed = float(chance.mean()), 0.01 + 5 / min(targets.height, release[person].n_unique())
    return Control("exchanged identities", f"at most {allowed:.3g} named right", found, found <= allowed)
