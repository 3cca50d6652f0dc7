"""The graphical model: estimated from noisy marginals by private-pgm (mbi), sampled along its tree."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cloister.core.errors import Unavailable
from cloister.privacy.coding import Floats, Ints, combine

_ITERATIONS = 1500


@dataclass(frozen=True, slots=True)
class Measured:
    """Noisy counts over the columns ``clique`` (by place), flat, with the noise's standard deviation; each count is the
    sum of so many ``cells`` with noise of their own."""

    clique: tuple[int, ...]
    counts: Floats
    scale: float
    cells: Ints | None = None


def require() -> None:
    """Refuse where private-pgm is missing, before anything is spent.

    Raises:
        Unavailable: the extra ``synth`` is not installed.
    """
    if importlib.util.find_spec("mbi") is None:
        raise Unavailable("private-pgm is not installed", remedy="pip install 'cloister[synth]'")


def draw(
    sizes: Sequence[int],
    measured: Sequence[Measured],
    edges: Sequence[tuple[int, ...]],
    people: float,
    rows: int,
    generator: np.random.Generator,
) -> list[Ints]:
    """Rows of codes, one array (rows,) for each column, from the model that fits the measurements best.

    ``edges`` are (first, second) or, all with the same last column, (first, second, target).
    """
    fitted = _fit(sizes, measured, people)
    target = edges[0][-1] if edges and _tail(edges, len(sizes)) else None
    out: dict[int, Ints] = {}
    if target is not None:
        out[target] = _sample(fitted, (), target, out, rows, generator)
    above = () if target is None else (target,)
    near: dict[int, list[int]] = {}
    for edge in edges:
        pair = [at for at in edge if at != target]
        if len(pair) == 2:
            near.setdefault(pair[0], []).append(pair[1])
            near.setdefault(pair[1], []).append(pair[0])
    for root in range(len(sizes)):
        if root in out:
            continue
        waiting: list[tuple[int, tuple[int, ...]]] = [(root, above)]
        while waiting:
            column, parents = waiting.pop()
            if column in out:
                continue
            out[column] = _sample(fitted, parents, column, out, rows, generator)
            waiting += [(child, (*above, column)) for child in near.get(column, ()) if child not in out]
    return [out[at] for at in range(len(sizes))]


def _tail(edges: Sequence[tuple[int, ...]], columns: int) -> bool:
    """Whether the edges share a target: triples, or the single pair of a table of two columns and a target."""
    return len(edges[0]) == 3 or (len(edges) == 1 and columns == 2)


def _fit(sizes: Sequence[int], measured: Sequence[Measured], people: float) -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # advice on caches and precision, printed at import
        import mbi
        from mbi.estimation import MirrorDescent

    names = [f"c{at}" for at in range(len(sizes))]
    domain = mbi.Domain(names, list(sizes))
    given = []
    for one in measured:
        clique = tuple(names[at] for at in one.clique)
        if one.cells is None:
            given.append(mbi.LinearMeasurement(one.counts, clique, one.scale))
        else:
            weight = 1 / np.sqrt(one.cells)
            given.append(mbi.LinearMeasurement(one.counts * weight, clique, one.scale, mbi.WeightedQuery(weight)))
    return MirrorDescent().estimate(domain, given, known_total=people, iters=_ITERATIONS, tol=1e-6)


def _sample(
    fitted: Any, parents: tuple[int, ...], column: int, have: dict[int, Ints], rows: int, generator: np.random.Generator
) -> Ints:
    """The column's codes given its parents', by the model's conditional distribution."""
    table = np.asarray(fitted.project([f"c{at}" for at in (*parents, column)]).datavector(flatten=False), np.float64)
    table = np.maximum(table, 0.0).reshape(-1, table.shape[-1])
    if not parents:
        which = np.zeros(rows, np.int64)
    else:
        shape = [fitted.domain[f"c{at}"] for at in parents]
        which = np.ravel_multi_index([have[at] for at in parents], shape)
    table = np.where(table.sum(axis=1, keepdims=True) > 0, table, 1.0)
    ladder = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)
    kind, first = combine([(which, len(table))], rows)
    out = np.zeros(rows, np.int64)
    uniform = generator.random(rows)
    order = np.argsort(kind, kind="stable")
    bounds = np.searchsorted(kind[order], np.arange(len(first) + 1))
    for number, row in enumerate(first):
        seat = order[bounds[number] : bounds[number + 1]]
        out[seat] = np.searchsorted(ladder[which[row]], uniform[seat], side="right")
    return np.asarray(np.minimum(out, table.shape[1] - 1), np.int64)
