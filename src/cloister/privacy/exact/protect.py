"""Which numbers are hidden with the small ones, so that nobody can work those out.

Complementary cell suppression, by perturbation: to protect a number is to find other people who would have given the
same table. Where there are none, the programme finds people who change as few shown numbers as possible, and those are
hidden too (Kelly, Golden and Assad 1992; Fischetti and Salazar-Gonzalez 2000). At the end every number that turns out
not to be needed is shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from cloister.core.errors import InvalidState
from cloister.privacy.exact.witness import Counts, Goal, cheapest, matrix, together

_ROUNDS = 8  # of many goals at once, before each is taken by itself
_MARGIN = 4.0  # what hiding a margin costs, for each dimension that it sums over, in cells


@dataclass(slots=True)
class Problem:
    """``rows`` are the numbers of the new table, ``known`` those that were shown before and stay as they are.

    ``small`` are hidden numbers of 1 to ``smallest`` - 1, of this table and of earlier ones; ``margins`` tells over
    how many dimensions each row sums.
    """

    counts: Counts
    rows: list[Counts]
    margins: list[int]
    known: list[Counts]
    small: list[Counts]
    smallest: int
    hidden: set[int] = field(default_factory=set)
    pool: list[Counts] = field(default_factory=list)
    barred: frozenset[int] = frozenset()  # hidden for another reason, never to be shown again

    def value(self, atoms: Counts) -> int:
        return int(self.counts[atoms].sum())


def protect(problem: Problem) -> None:
    """Fill ``hidden`` and ``pool`` until every goal is met by one of the pool.

    Raises:
        InvalidState: what was shown before leaves no room to hide a number.
    """
    problem.hidden |= {n for n, row in enumerate(problem.rows) if 0 < problem.value(row) < problem.smallest}
    problem.hidden |= problem.barred
    _try_together(problem)
    rows = matrix(problem.rows, len(problem.counts))
    pending = _unmet(problem, goals(problem))
    while pending:
        goal = pending[0]
        found = _alternative(problem, goal, problem.hidden, free=True)
        if found is None or not goal.met(found):
            raise InvalidState(
                "what was shown of these people before leaves no room to hide a small number of this table",
                remedy="take other dimensions, or ask in SQL with noise: cloister query",
            )
        changed = set(np.flatnonzero(rows @ (found - problem.counts)).tolist()) - problem.hidden
        problem.hidden |= changed
        problem.pool.append(found)
        # What is to be met depends on what is hidden: while that stays, only the new people can meet more of it.
        pending = _unmet(problem, goals(problem)) if changed else [one for one in pending if not one.met(found)]
    _show_again(problem)


def goals(problem: Problem) -> list[Goal]:
    """What must be possible: each hidden small number from at most 1 to at least ``smallest``; and each set of people
    that no shown number tells apart, where it is small, at least ``smallest``: so no sum or difference is small.
    """
    found = [Goal(row, problem.smallest, least=True) for row in problem.small]
    found += [Goal(row, 1, least=False) for row in problem.small if problem.value(row) > 1]
    shown = [row for n, row in enumerate(problem.rows) if n not in problem.hidden]
    for part in indistinct([*problem.known, *shown], len(problem.counts)):
        if 0 < problem.value(part) < problem.smallest:
            found.append(Goal(part, problem.smallest, least=True))
    return found


def indistinct(shown: Sequence[Counts], atoms: int) -> list[Counts]:
    """The finest sets of atoms that the shown numbers tell apart."""
    if not atoms:
        return []
    inside = np.zeros((len(shown), atoms), dtype=bool)
    for number, row in enumerate(shown):
        inside[number, row] = True
    packed = np.ascontiguousarray(np.packbits(inside, axis=0).T)
    words = packed.view(np.dtype((np.void, packed.shape[1]))).ravel() if shown else np.zeros(atoms)
    part = np.unique(words, return_inverse=True)[1]
    order = np.argsort(part, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(part[order])) + 1)


def _unmet(problem: Problem, wanted: Sequence[Goal]) -> list[Goal]:
    """The goals that nobody of the pool meets: all sums at once."""
    if not wanted:
        return []
    people = np.column_stack([problem.counts, *problem.pool])
    sums = matrix([goal.atoms for goal in wanted], len(problem.counts)) @ people
    best = np.where([goal.least for goal in wanted], sums.max(axis=1), -sums.min(axis=1))
    bound = np.array([goal.bound if goal.least else -goal.bound for goal in wanted])
    return [goal for goal, met in zip(wanted, best >= bound, strict=True) if not met]


def _shown(problem: Problem, hidden: set[int]) -> list[Counts]:
    return [*problem.known, *(row for n, row in enumerate(problem.rows) if n not in hidden)]


def _same(problem: Problem, found: Counts, rows: sparse.csr_array) -> bool:
    """Whether these people give the same numbers, in whole numbers: no tolerance of a solver decides."""
    return bool((found >= 0).all()) and not (rows @ (found - problem.counts)).any()


def _try_together(problem: Problem) -> None:
    """Meet many goals at once where nothing more need be hidden for them."""
    fixed = matrix(_shown(problem, problem.hidden), len(problem.counts))
    pending = _unmet(problem, goals(problem))
    for _ in range(_ROUNDS):
        if len(pending) < 3:
            return
        found = together(problem.counts, fixed, pending)
        if found is None or not _same(problem, found, fixed):
            return
        problem.pool.append(found)
        before, pending = len(pending), _unmet(problem, pending)
        if len(pending) == before:
            problem.pool.pop()
            return


def _alternative(problem: Problem, goal: Goal, hidden: set[int], *, free: bool) -> Counts | None:
    """People who meet a goal; with ``free`` they may change shown numbers of the new table, at a cost."""
    many = len(problem.counts)
    open_ = [n for n in range(len(problem.rows)) if n not in hidden]
    fixed = [*problem.known, *(() if free else (problem.rows[n] for n in open_))]
    loose = open_ if free else []
    cost = np.array([_cost(problem, n) for n in loose])
    kept, rows = matrix(fixed, many), matrix([problem.rows[n] for n in loose], many)
    found = cheapest(problem.counts, kept, rows, cost, goal)
    return found if found is not None and _same(problem, found, kept) else None


def _cost(problem: Problem, number: int) -> float:
    size = problem.value(problem.rows[number])
    return (1 + _MARGIN * problem.margins[number]) * (1 + 0.1 * float(np.log10(max(1, size))))


def _show_again(problem: Problem) -> None:
    """Show every number that need not be hidden, those that are worth most first."""
    spare = [n for n in problem.hidden - problem.barred if problem.value(problem.rows[n]) >= problem.smallest]
    for number in sorted(spare, key=lambda n: (-_cost(problem, n), n)):
        hidden, row = problem.hidden - {number}, problem.rows[number]
        kept = [one for one in problem.pool if int(one[row].sum()) == problem.value(row)]
        trial = replace(problem, hidden=hidden, pool=kept)
        added = _met_without_hiding(trial)
        if added is not None:
            problem.hidden, problem.pool = hidden, [*kept, *added]


def _met_without_hiding(trial: Problem) -> list[Counts] | None:
    """People who meet what the pool does not, with the shown numbers as they are; None where there are none."""
    added: list[Counts] = []
    for goal in _unmet(trial, goals(trial)):
        if any(goal.met(one) for one in added):
            continue
        found = _alternative(trial, goal, trial.hidden, free=False)
        if found is None or not goal.met(found):
            return None
        added.append(found)
    return added
