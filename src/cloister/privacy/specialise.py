"""Top-down local recoding: from one class of ``*`` to narrower ones, all classes at once.

In each round every class is offered, for each column, the split into the next narrower nodes. Children that are good
become classes; the rest of the rows stay together under the wider node, completed, where they are short of persons,
with rows that the good children can spare. Each class takes the column that lowers the loss most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cloister.privacy.coding import Flags, Floats, Ints, combine, count_distinct, distinct_pairs, place_within
from cloister.privacy.problem import Problem


@dataclass(frozen=True, slots=True)
class _Split:
    """One column's offer to every class: per row its ``child`` node, ``level`` and number of ``group``; per group
    whether it is ``good`` and how many persons it can ``spare``; per class the rows ``need``-ed by its rest, and the
    ``gain``, the fall of the summed loss (0 where the split is no use)."""

    child: Ints
    level: Ints
    group: Ints
    good: Flags
    spare: Ints
    need: Ints
    gain: Floats


def specialise(problem: Problem, rows: Ints) -> Ints:
    """Nodes (columns, len(rows)) for rows that together are good as one class.

    Splits are tried until none lowers the loss; each leaves every class good.
    """
    leaf = problem.leaf[:, problem.combo[rows]]
    level = np.array([np.full(len(rows), ladder.levels - 1) for ladder in problem.ladders])
    shown = np.array([ladder.node[-1][row] for ladder, row in zip(problem.ladders, leaf, strict=True)])
    part = np.zeros(len(rows), np.int64)
    settled = np.zeros(len(rows), bool)
    while not settled.all():
        live = np.flatnonzero(~settled)
        part_live, first = combine([(part[live], int(part.max()) + 1)], len(live))
        splits = [
            _offer(
                problem, rows[live], (column, leaf[column, live], shown[column, live], level[column, live]), part_live
            )
            for column in range(len(leaf))
        ]
        gain = np.array([split.gain for split in splits])
        best = np.where(gain.max(axis=0) > 0, gain.argmax(axis=0), -1)
        mark = np.zeros(len(live), np.int64)
        for column, split in enumerate(splits):
            chosen = best[part_live] == column
            if chosen.any():
                go = _movers(problem.person[rows[live]], part_live, split, chosen)
                mark[go] = 1 + split.group[go]
                shown[column, live[go]] = split.child[go]
                level[column, live[go]] = split.level[go]
        # A class without a split, or whose split found nobody to complete its rest, is done.
        split_up = np.bincount(part_live, mark > 0, minlength=len(first)) > 0
        settled[live[~split_up[part_live]]] = True
        part[live], _ = combine([(part_live, len(first)), (mark, int(mark.max(initial=0)) + 1)], len(live))
    return shown


def _offer(problem: Problem, rows: Ints, column: tuple[int, Ints, Ints, Ints], part: Ints) -> _Split:
    index, leaf, shown, level = column
    ladder, parts = problem.ladders[index], int(part.max()) + 1
    child, level = ladder.descend(leaf, shown, level)
    group, first = combine([(part, parts), (child, len(ladder.labels))], len(rows))
    groups, home = len(first), part[first]
    moved = child[first] != shown[first]
    good = problem.fulfilled(group, groups, rows) & moved
    person = problem.person[rows]
    size = count_distinct(group, person, problem.persons, groups)
    spare = np.where(good, size - problem.config.k, 0)
    rest = np.flatnonzero(~good[group])
    need, allowed = _rest(problem, rows, part, rest, parts)
    drop = np.where(good, ladder.share[shown[first]] - ladder.share[child[first]], 0.0)
    count = np.bincount(group, minlength=groups)
    total = np.bincount(home, count * drop, minlength=parts)
    # Rows that stay behind to complete the rest lose their own drop: the mean one, as who stays is not known yet.
    gain = total * (1 - need / np.maximum(np.bincount(home, np.where(good, count, 0), minlength=parts), 1))
    allowed &= need <= np.bincount(home, spare, minlength=parts)
    return _Split(child, level, group, good, spare, need, np.where(allowed & (gain > 1e-12), gain, 0.0))


def _rest(problem: Problem, rows: Ints, part: Ints, rest: Ints, parts: int) -> tuple[Ints, Flags]:
    """Persons that the rest of each class is short of, and whether it may be left so, (parts,) each."""
    need, allowed = np.zeros(parts, np.int64), np.ones(parts, bool)
    if not len(rest):
        return need, allowed
    present = np.bincount(part[rest], minlength=parts) > 0
    if problem.constrained:
        return need, ~present | problem.fulfilled(part[rest], parts, rows[rest])
    pair_part, _ = distinct_pairs(part[rest], problem.person[rows[rest]], problem.persons)
    size = np.bincount(pair_part, minlength=parts)
    return np.where(present, np.maximum(problem.config.k - size, 0), 0), allowed


def _movers(person: Ints, part: Ints, split: _Split, chosen: Flags) -> Flags:
    """Which rows go down to their child: those of good children, less those who stay to complete the rest."""
    go = chosen & split.good[split.group]
    short = go & (split.need[part] > 0)
    if not short.any():
        return go
    # Someone who is in the rest already adds nobody to it.
    inside = chosen & ~go & (split.need[part] > 0)
    bound = int(person.max()) + 1
    members = np.unique(part[inside] * bound + person[inside])
    seat = np.flatnonzero(short)
    key = part[seat] * bound + person[seat]
    at = np.minimum(np.searchsorted(members, key), len(members) - 1)
    seat = seat[members[at] != key]
    _, once = np.unique(part[seat] * bound + person[seat], return_index=True)
    seat = seat[once]
    seat = seat[np.argsort(split.group[seat], kind="stable")]
    seat = seat[place_within(split.group[seat]) < split.spare[split.group[seat]]]
    seat = seat[np.argsort(part[seat], kind="stable")]
    stay = place_within(part[seat]) < split.need[part[seat]]
    enough = np.bincount(part[seat[stay]], minlength=len(split.need)) == split.need
    go[seat[stay]] = False
    return np.asarray(go & enough[part], np.bool_)
