"""Anonymise a table: generalise its quasi-identifiers until every class holds what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidState
from cloister.privacy import full_domain, local
from cloister.privacy.coding import Ints
from cloister.privacy.ladder import show
from cloister.privacy.problem import AnonymisationConfig, Problem, pose
from cloister.privacy.risk import RiskReport, measure
from cloister.privacy.sink import classes_of
from cloister.privacy.verify import verify_anonymity

_TIGHTEN = 0.98
_TRIES = 5
_SLACK = 1e-12  # rounding of a sum of shares, as in the search


@dataclass(frozen=True, slots=True)
class AnonymisationReport:
    """What an anonymisation cost and what it reached.

    ``ncp`` (0..1) is the mean normalised certainty penalty over the cells of the rows given in, a suppressed row
    counting as 1; ``discernibility`` the sum of squared class sizes in rows, a suppressed row counting as the whole
    table; ``levels`` column -> level -> rows that show it (level 0 is the value itself); ``changed_rows`` those with
    at least one generalised cell.
    """

    k: int
    l: int | None  # noqa: E741
    t: float | None
    scheme: str
    ncp: float
    discernibility: int
    rows: int
    changed_rows: int
    suppressed_rows: int
    suppressed_persons: int
    levels: Mapping[str, Mapping[int, int]]
    after: RiskReport

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {
            "k": self.k,
            "l": self.l,
            "t": self.t,
            "scheme": self.scheme,
            "ncp": self.ncp,
            "discernibility": self.discernibility,
            "rows": self.rows,
            "changed_rows": self.changed_rows,
            "suppressed_rows": self.suppressed_rows,
            "suppressed_persons": self.suppressed_persons,
            "levels": {
                name: {str(level): rows for level, rows in levels.items()} for name, levels in self.levels.items()
            },
            "after": self.after.to_value(),
        }


def anonymise(frame: pl.DataFrame, config: AnonymisationConfig) -> tuple[pl.DataFrame, AnonymisationReport]:
    """Generalise the quasi-identifiers of ``frame`` so that every class fulfils ``config``.

    The result has the same columns in the same order, the quasi-identifiers as text, and the same rows in the same
    order less those suppressed. The output passes :func:`verify_anonymity` before it is returned. Other columns are
    untouched: remove direct identifiers first.

    Raises:
        InvalidInput: what is asked for can't be reached, or the table or the configuration is wrong.
    """
    asked = config
    for attempt in range(_TRIES):
        problem = pose(frame, config)
        nodes, left = _solve(problem)
        kept = np.ones(frame.height, bool)
        kept[left] = False
        output = _write(frame, problem, nodes, kept)
        after = measure(
            output,
            quasi_identifiers=config.quasi_identifiers,
            sensitive=config.sensitive,
            person=config.person,
            hierarchies=config.hierarchies,
        )
        if asked.t is None or all(t <= asked.t + _SLACK for t in after.t.values()):
            break
        # Leaving rows out moved the table's own distribution: ask for a little more, at last for no row left out.
        last = attempt == _TRIES - 2
        config = replace(asked, max_suppressed=0.0) if last else replace(config, t=(config.t or 0.0) * _TIGHTEN)
    _verify(output, asked)
    return output, _report(asked, problem, nodes, kept=kept, after=after)


def _solve(problem: Problem) -> tuple[Ints, Ints]:
    """Nodes (columns, rows) and the rows to leave out."""
    allowed = int(problem.config.max_suppressed * problem.rows)
    if problem.config.scheme == "global":
        return full_domain.recode(problem, allowed)
    return local.recode(problem, allowed)


def _write(
    frame: pl.DataFrame, problem: Problem, nodes: Ints, kept: np.ndarray[Any, np.dtype[np.bool_]]
) -> pl.DataFrame:
    columns = [show(ladder, row) for ladder, row in zip(problem.ladders, nodes, strict=True)]
    return frame.with_columns(columns).filter(pl.Series(kept))


def _verify(output: pl.DataFrame, config: AnonymisationConfig) -> None:
    if output.height == 0:
        raise InvalidState("nothing would be left of the table", remedy="lower k or the share of suppressed rows")
    verify_anonymity(
        output,
        quasi_identifiers=config.quasi_identifiers,
        person=config.person,
        k=config.k,
        sensitive=config.sensitive,
        l=config.l,
        t=config.t,
        hierarchies=config.hierarchies,
    )


def _report(
    asked: AnonymisationConfig,
    problem: Problem,
    nodes: Ints,
    *,
    kept: np.ndarray[Any, np.dtype[np.bool_]],
    after: RiskReport,
) -> AnonymisationReport:
    loss = problem.cost(nodes)
    changed = (nodes != problem.leaf[:, problem.combo]).any(axis=0) & kept
    group, _ = classes_of(problem, nodes[:, kept])
    sizes = np.bincount(group)
    levels = {
        ladder.column: _levels(ladder.level[row[kept]]) for ladder, row in zip(problem.ladders, nodes, strict=True)
    }
    lost = int((~kept).sum())
    return AnonymisationReport(
        k=asked.k,
        l=asked.l,
        t=asked.t,
        scheme=asked.scheme,
        ncp=float(np.where(kept, loss, 1.0).mean()),
        discernibility=int((sizes**2).sum()) + lost * problem.rows,
        rows=problem.rows,
        changed_rows=int(changed.sum()),
        suppressed_rows=lost,
        suppressed_persons=problem.persons - after.persons,
        levels=levels,
        after=after,
    )


def _levels(shown: Ints) -> dict[int, int]:
    level, rows = np.unique(shown, return_counts=True)
    return dict(zip(level.tolist(), rows.tolist(), strict=True))
