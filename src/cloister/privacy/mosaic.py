"""The mosaic effect: what several releases of the same people tell together, though each by itself hides them.

Someone who can tell one person's rows apart from others' (by a shared pseudonym, or by knowing the quasi-identifiers in
each release; Ganta, Kasiviswanathan and Smith 2008) puts the person's classes together. The people who share every one
of them are those among whom the person still hides: the joint class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Floats, Ints, as_text, combine, distinct_pairs, encode, require_columns

_MOST = 2**27  # combinations of a person's classes that are looked at


@dataclass(frozen=True, slots=True)
class Released:
    """One release: its name, its rows as they were shown, and which columns of it an outsider can use.

    ``person`` holds an identity that is the same in all the releases that are weighed together.
    """

    name: str
    frame: pl.DataFrame
    quasi_identifiers: Sequence[str]
    person: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """One earlier release beside the new one: the people in both, the smallest joint class (None where nobody is in
    both), how many of them stand in a joint class below the k asked for, and the columns that it adds."""

    name: str
    shared: int
    joint_k: int | None
    below: int
    adds: tuple[str, ...]

    def to_value(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "shared": self.shared,
            "joint_k": self.joint_k,
            "below": self.below,
            "adds": list(self.adds),
        }


@dataclass(frozen=True, slots=True)
class MosaicReport:
    """``overlaps`` pairs the new release with each earlier one; ``joint_k`` and ``below`` are of all together, each
    person taken in the rarest class that each release shows them in."""

    k: int
    alone_k: int
    joint_k: int
    below: int
    shared: int
    overlaps: tuple[Overlap, ...]

    @property
    def passed(self) -> bool:
        """Whether every joint class holds the k that was asked for."""
        pairs = [one.joint_k for one in self.overlaps if one.joint_k is not None]
        return min([self.joint_k, *pairs]) >= self.k

    @property
    def explanation(self) -> str:
        """The verdict in a sentence."""
        if not self.shared:
            return f"none of {len(self.overlaps)} earlier releases is about the same people"
        return (
            f"{self.shared:,} people are in an earlier release too; together the releases leave classes of "
            f"{self.joint_k} people, where {self.k} are asked for ({self.alone_k} in the new one alone); "
            f"{self.below:,} people stand in smaller ones"
        )

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {
            "k": self.k,
            "alone_k": self.alone_k,
            "joint_k": self.joint_k,
            "below": self.below,
            "shared": self.shared,
            "overlaps": [one.to_value() for one in self.overlaps],
            "passed": self.passed,
            "explanation": self.explanation,
        }


def mosaic(new: Released, earlier: Sequence[Released], *, k: int) -> MosaicReport:
    """Weigh a new release against earlier ones of the same people.

    Raises:
        InvalidInput: an empty table, a missing column, no quasi-identifier, or k below 1.
    """
    if k < 1:
        raise InvalidInput("k must be at least 1")
    for one in (new, *earlier):
        require_columns(one.frame, [*one.quasi_identifiers, one.person], role=f"a column of {one.name}")
    people = encode(pl.concat([as_text(one.frame[one.person]) for one in (new, *earlier)]))
    ends = np.cumsum([one.frame.height for one in (new, *earlier)])[:-1]
    who = np.split(people.codes, ends)
    shown = [_classes(one, part, people.size) for one, part in zip((new, *earlier), who, strict=True)]
    mine = shown[0]
    overlaps = tuple(_overlap(new, one, mine, other, k) for one, other in zip(earlier, shown[1:], strict=True))
    joint, persons = _together(shown, people.size)
    inside = np.zeros(people.size, bool)
    inside[mine.person] = True
    size = joint[inside[persons]]
    again = np.zeros(people.size, bool)
    for other in shown[1:]:
        again[other.person] = True
    return MosaicReport(
        k=k,
        alone_k=int(mine.size.min()),
        joint_k=int(size.min()),
        below=int((size < k).sum()),
        shared=int((inside & again).sum()),
        overlaps=overlaps,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The distinct (class, person) pairs of a release, sorted by class, and each class's persons."""

    group: Ints
    person: Ints
    size: Ints
    persons: int


def _classes(one: Released, who: Ints, persons: int) -> _Shown:
    coded = [encode(one.frame[name]) for name in sorted(one.quasi_identifiers)]  # ties are broken the same in any order
    group, first = combine([(column.codes, column.size) for column in coded], one.frame.height)
    pair_group, pair_person = distinct_pairs(group, who, persons)
    return _Shown(pair_group, pair_person, np.bincount(pair_group, minlength=len(first)), persons)


def _overlap(new: Released, one: Released, mine: _Shown, other: _Shown, k: int) -> Overlap:
    adds = tuple(name for name in one.quasi_identifiers if name not in new.quasi_identifiers)
    left, right = _joined(mine, other)
    if not len(left):
        return Overlap(one.name, 0, None, 0, adds)
    person = mine.person[left]
    pair, first = combine([(mine.group[left], len(mine.size)), (other.group[right], len(other.size))], len(left))
    group, who = distinct_pairs(pair, person, mine.persons)
    size = np.bincount(group, minlength=len(first))
    small = np.unique(who[size[group] < k])
    return Overlap(one.name, len(np.unique(person)), int(size.min()), len(small), adds)


def _joined(mine: _Shown, other: _Shown) -> tuple[Ints, Ints]:
    """Every pair of places, one in each, that are about the same person."""
    order = np.argsort(other.person, kind="stable")
    start = np.searchsorted(other.person[order], mine.person)
    times = np.searchsorted(other.person[order], mine.person, side="right") - start
    if int(times.sum()) > _MOST:
        raise InvalidInput("people have too many rows to be put together", remedy="give each person fewer rows")
    left = np.repeat(np.arange(len(mine.person)), times)
    place = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    return left, order[np.repeat(start, times) + place]


def _together(shown: Sequence[_Shown], persons: int) -> tuple[Ints, Ints]:
    """(people with the same classes in every release (people,), the persons meant): rarest class of each release."""
    columns = []
    for one in shown:
        rarest = np.full(persons, len(one.size), np.int64)  # "not in this release" is a class like any other
        order = np.argsort(-one.size[one.group], kind="stable")
        rarest[one.person[order]] = one.group[order]
        columns.append((rarest, len(one.size) + 1))
    group, _ = combine(columns, persons)
    size: Floats | Ints = np.bincount(group)
    return np.asarray(size[group], np.int64), np.arange(persons)
