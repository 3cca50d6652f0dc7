"""Which classes of a release could show a given person: values against the labels that cover them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cloister.privacy.coding import Flags, Ints, combine, distinct_pairs, encode, require_columns
from cloister.privacy.hierarchies import ROOT, Hierarchy, flat
from cloister.privacy.ladder import text_of

MARK = "#planted mark"  # no column of a data set starts with #
_CELLS = 2**22  # of a block of targets by classes


@dataclass(frozen=True, slots=True)
class Release:
    """The classes of a released table: ``group`` (rows,), ``labels`` per column (classes,), ``size`` in rows."""

    columns: tuple[str, ...]
    group: Ints
    labels: tuple[tuple[str | None, ...], ...]
    first: Ints

    @property
    def classes(self) -> int:
        return len(self.first)


def read_release(frame: pl.DataFrame, columns: Sequence[str]) -> Release:
    """Group the released rows by what they show in ``columns``."""
    require_columns(frame, columns, role="a known column")
    coded = [encode(frame[name]) for name in columns]
    group, first = combine([(column.codes, column.size) for column in coded], frame.height)
    labels = tuple(
        tuple(
            None if value is None else text_of(value) for value in column.values.gather(column.codes[first]).to_list()
        )
        for column in coded
    )
    return Release(tuple(columns), group, labels, first)


def compatible(
    release: Release, targets: pl.DataFrame, hierarchies: Mapping[str, Hierarchy] | None = None
) -> Iterator[tuple[Ints, Ints, Flags]]:
    """Which classes show what covers a target's values, in blocks of alike targets.

    Each block is (target rows, the kind of each, flags (kinds, classes)).
    """
    require_columns(targets, release.columns, role="a known column")
    coded = [encode(targets[name]) for name in release.columns]
    combo, first = combine([(column.codes, column.size) for column in coded], targets.height)
    tables = []
    for name, column, labels in zip(release.columns, coded, release.labels, strict=True):
        hierarchy = (hierarchies or {}).get(name, flat())
        distinct = sorted(set(labels), key=str)
        covers = np.array([_row(hierarchy, value, distinct) for value in column.values.to_list()])
        place = {label: i for i, label in enumerate(distinct)}
        tables.append((covers, np.array([place[label] for label in labels]), column.codes[first]))
    order = np.argsort(combo, kind="stable")
    start = np.searchsorted(combo[order], np.arange(len(first) + 1))
    step = max(1, _CELLS // release.classes)
    for low in range(0, len(first), step):
        high = min(low + step, len(first))
        flags = np.ones((high - low, release.classes), bool)
        for covers, label, value in tables:
            flags &= covers[value[low:high]][:, label]
        rows = order[start[low] : start[high]]
        yield rows, combo[rows] - low, flags


def _row(hierarchy: Hierarchy, value: object, labels: Sequence[str | None]) -> list[bool]:
    path = {ROOT, None} if value is None else {*hierarchy.labels(value), text_of(value)}
    return [label in path for label in labels]


def persons_by_class(release: Release, person: Ints, persons: int) -> tuple[Ints, Ints, Ints]:
    """Distinct (class, person) pairs and the persons in each class, (classes,)."""
    group, who = distinct_pairs(release.group, person, persons)
    return group, who, np.bincount(group, minlength=release.classes)
