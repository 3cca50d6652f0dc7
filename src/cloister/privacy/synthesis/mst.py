"""MST: noisy one-way marginals, a tree of pairs chosen privately, noisy pairs, a graphical model, invented rows.

McKenna, Miklau and Sheldon 2021 (Winning the NIST contest), with two changes. Where a ``target`` is named, every pair
is measured together with it (a tree-augmented model), so that what predicts the target survives. And everything is
charged as Gaussian differential privacy: a marginal with noise of standard deviation s of people who each count once
is 1/s-GDP; a choice by the exponential mechanism of parameter e has its privacy loss within a range of e (Dong, Durfee
and Rogers 2020), which a Gaussian of mu = 2 probit(logistic(e / 2)) covers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Floats, Ints, person_codes, require_columns
from cloister.privacy.dp.accounting import Cost, mu_of
from cloister.privacy.dp.gaussian import COUNT_UNIT, noisy, noisy_keys, scale_for, threshold_for
from cloister.privacy.synthesis import model
from cloister.privacy.synthesis.columns import OTHER, SynthColumn, cells_of, values_of
from cloister.privacy.synthesis.merging import merge, split

_LARGEST = 200_000  # cells of one measured marginal
_SHARES = {"values": 0.1, "ones": 0.2, "choice": 0.1, "pairs": 0.6}  # of mu squared


@dataclass(frozen=True, slots=True)
class SynthesisConfig:
    """``mu`` is the Gaussian-DP parameter spent (see :meth:`of`), ``delta`` what finding undeclared values may add.

    ``person`` None makes every row a person. Of a person with several rows one, drawn at random, counts. ``rows`` is
    the length of the result (None: as many as there are people, by their noisy number).
    """

    columns: Sequence[SynthColumn]
    person: str | None
    mu: float
    delta: float
    target: str | None = None
    rows: int | None = None

    @classmethod
    def of(
        cls, columns: Sequence[SynthColumn], person: str | None, *, epsilon: float, delta: float, **more: Any
    ) -> SynthesisConfig:
        """The configuration that spends (epsilon, delta)-DP in all: a tenth of delta finds values."""
        return cls(columns, person, mu_of(epsilon, 0.9 * delta), 0.1 * delta, **more)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(names) < 2 or len(set(names)) < len(names):
            raise InvalidInput("a synthetic table needs at least two columns, each named once")
        if self.target is not None and self.target not in names:
            raise InvalidInput(f"the target {self.target!r} is not among the columns")
        if not (math.isfinite(self.mu) and self.mu > 0):
            raise InvalidInput("the budget must be positive")
        if self.rows is not None and not 1 <= self.rows <= 50_000_000:
            raise InvalidInput("the synthetic table has at least one row and at most 50 million")


@dataclass(frozen=True, slots=True)
class SynthesisReport:
    """What was spent (``mu``, ``delta``) and measured: ``pairs`` are the tree's edges, ``groups`` the cells that each
    column kept, ``scale`` the noise's standard deviation in people by stage."""

    mu: float
    delta: float
    persons_noisy: float
    rows: int
    pairs: tuple[tuple[str, ...], ...]
    groups: Mapping[str, int]
    scale: Mapping[str, float]

    def to_value(self) -> dict[str, Any]:
        return {
            "method": "MST",
            "mu": self.mu,
            "delta": self.delta,
            "persons_noisy": self.persons_noisy,
            "rows": self.rows,
            "pairs": [list(pair) for pair in self.pairs],
            "groups": dict(self.groups),
            "scale": dict(self.scale),
        }


@dataclass(frozen=True, slots=True)
class _Prices:
    """mu of one measurement in each stage; their squares add up to the configuration's."""

    values: float
    one: float
    choice: float
    pair: float
    threshold_delta: float


def cost_of(config: SynthesisConfig) -> Cost:
    """What a synthesis spends, known before any row is read."""
    undeclared = any(column.found for column in config.columns)
    return Cost.of(config.mu, config.delta if undeclared else 0.0)


def _prices(config: SynthesisConfig) -> _Prices:
    found = sum(column.found for column in config.columns)
    many = len(config.columns)
    edges = max(many - 1 if config.target is None else many - 2, 1)
    shares = dict(_SHARES)
    if not found:
        shares["ones"] += shares.pop("values")
    mu = {name: config.mu * math.sqrt(share * (1 - 1e-9)) for name, share in shares.items()}
    return _Prices(
        mu.get("values", 0.0) / math.sqrt(max(found, 1)),
        mu["ones"] / math.sqrt(many + 1),
        mu["choice"] / math.sqrt(edges),
        mu["pairs"] / math.sqrt(edges),
        config.delta / max(found, 1),
    )


def synthesise(frame: pl.DataFrame, config: SynthesisConfig, *, seed: int) -> tuple[pl.DataFrame, SynthesisReport]:
    """Invent a table like ``frame``. The noise is OpenDP's own, without a seed; ``seed`` draws what needs no secret.

    Raises:
        InvalidInput: an empty table, a missing column, or a column that holds nothing.
        Unavailable: private-pgm is not installed.
    """
    names = [column.name for column in config.columns]
    require_columns(frame, names, role="a column to synthesise")
    model.require()
    generator = np.random.default_rng(seed)
    prices = _prices(config)
    one = _one_row_each(frame, config.person, generator)
    columns = [_with_values(one, column, prices) for column in config.columns]
    cells = [cells_of(one, column) for column in columns]
    scale = 1 / prices.one
    people = max(1.0, float(_measure(np.array([one.height]), prices.one)[0]))
    ones = [
        _measure(np.bincount(at, minlength=column.cells), prices.one) for at, column in zip(cells, columns, strict=True)
    ]
    groups = [merge(column, counts, scale) for column, counts in zip(columns, ones, strict=True)]
    coded = [group[at] for group, at in zip(groups, cells, strict=True)]
    sizes = [int(group.max()) + 1 for group in groups]
    grouped: list[Floats] = [
        np.bincount(group, counts).astype(np.float64) for group, counts in zip(groups, ones, strict=True)
    ]
    target = names.index(config.target) if config.target is not None else None
    edges = _choose(coded, sizes, grouped, people, target, prices)
    measured = [model.Measured((at,), grouped[at], scale, np.bincount(group)) for at, group in enumerate(groups)]
    for edge in edges:
        counts = np.bincount(
            np.ravel_multi_index([coded[at] for at in edge], [sizes[at] for at in edge]),
            minlength=math.prod(sizes[at] for at in edge),
        )
        measured.append(model.Measured(edge, _measure(counts, prices.pair), 1 / prices.pair))
    rows = config.rows or round(people)
    drawn = model.draw(sizes, measured, edges, people, rows, generator)
    cells_out = [split(at, group, counts, generator) for at, group, counts in zip(drawn, groups, ones, strict=True)]
    table = pl.DataFrame([values_of(at, column, generator) for at, column in zip(cells_out, columns, strict=True)])
    spent = cost_of(config)
    return table, SynthesisReport(
        mu=spent.mu,
        delta=config.delta if any(column.found for column in config.columns) else 0.0,
        persons_noisy=people,
        rows=rows,
        pairs=tuple(tuple(names[at] for at in edge) for edge in edges),
        groups=dict(zip(names, sizes, strict=True)),
        scale={"one column": scale, "pair": 1 / prices.pair},
    )


def _one_row_each(frame: pl.DataFrame, person: str | None, generator: np.random.Generator) -> pl.DataFrame:
    """One row of each person, drawn evenly; so a person moves each count by one."""
    who, _ = person_codes(frame, person)
    order = generator.permutation(frame.height)
    _, first = np.unique(who[order], return_index=True)
    return frame[np.sort(order[first])]


def _with_values(frame: pl.DataFrame, column: SynthColumn, prices: _Prices) -> SynthColumn:
    """The column with its values: declared, or those whose noisy count passes a threshold."""
    if not column.found:
        return column
    counted = frame.select(pl.col(column.name).cast(pl.String).alias("value")).drop_nulls().group_by("value").len()
    people = dict(zip(counted["value"].to_list(), (counted["len"].cast(pl.Int64) * COUNT_UNIT).to_list(), strict=True))
    scale = scale_for(COUNT_UNIT, prices.values)
    kept = sorted(noisy_keys(people, scale, threshold_for(scale, 1, prices.threshold_delta)))
    return SynthColumn(column.name, "category", (*(value for value in kept if value != OTHER), OTHER))


def _measure(counts: Ints, mu: float) -> Floats:
    """Counts of people with noise that makes them mu-GDP."""
    drawn = noisy((counts.astype(np.int64) * COUNT_UNIT).tolist(), scale_for(COUNT_UNIT, mu))
    return np.array(drawn, np.float64) / COUNT_UNIT


def _choose(
    coded: Sequence[Ints],
    sizes: Sequence[int],
    ones: Sequence[Floats],
    people: float,
    target: int | None,
    prices: _Prices,
) -> list[tuple[int, ...]]:
    """The edges of a tree over the columns: pairs that lie farthest from independent, less the expected noise."""
    others = [at for at in range(len(sizes)) if at != target]
    tail = () if target is None else (target,)
    if len(others) == 1:
        return [(others[0], *tail)]
    scores = {}
    for first, second in itertools.combinations(others, 2):
        clique = (first, second, *tail)
        if math.prod(sizes[at] for at in clique) <= _LARGEST:
            scores[first, second] = _score(clique, coded, sizes, ones, people, prices.pair)
    component = {at: at for at in others}
    edges: list[tuple[int, ...]] = []
    while len(set(component.values())) > 1:
        open_now = [pair for pair in scores if component[pair[0]] != component[pair[1]]]
        if not open_now:
            break
        first, second = open_now[_pick([scores[pair] for pair in open_now], prices.choice)]
        edges.append((first, second, *tail))
        gone, kept = component[second], component[first]
        component = {at: kept if number == gone else number for at, number in component.items()}
    return edges


def _score(
    clique: tuple[int, ...],
    coded: Sequence[Ints],
    sizes: Sequence[int],
    ones: Sequence[Floats],
    people: float,
    mu: float,
) -> float:
    shape = [sizes[at] for at in clique]
    counts = np.bincount(np.ravel_multi_index([coded[at] for at in clique], shape), minlength=math.prod(shape))
    apart = np.array(people)
    for at in clique:
        share = np.maximum(ones[at], 0.0)
        apart = apart[..., None] * (share / max(share.sum(), 1e-9))
    distance = float(np.abs(counts - apart.ravel()).sum())
    return distance - math.sqrt(2 / math.pi) / mu * math.prod(shape)


def _pick(scores: Sequence[float], mu: float) -> int:
    """The index of a high score, by OpenDP's exponential mechanism; a person moves each score by one at most."""
    import opendp.prelude as dp
    from scipy.special import logit, ndtr

    dp.enable_features("contrib")
    parameter = 2 * float(logit(ndtr(mu / 2)))
    distance = COUNT_UNIT + 1  # rounding to whole units may add one
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.linf_distance(T="i64")
    choose = dp.m.make_noisy_max(*space, dp.zero_concentrated_divergence(), scale=2 * distance / parameter)
    return int(choose([round(score * COUNT_UNIT) for score in scores]))
