"""Tables of many quasi-identifiers: k over persons by brute force, and the shortcuts of the search against its plain form."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cloister.privacy import AnonymisationConfig, anonymise, hierarchies
from cloister.privacy.lattice import lattice_size, level_vectors
from cloister.privacy.problem import Problem, pose

NUMBER = hierarchies.number(widths=(5, 10, 20))


def wide(seed: int) -> tuple[pl.DataFrame, AnonymisationConfig]:
    """20 to 60 columns of few rows: unique rows and repeated ones, people of several rows, nulls, one value only."""
    g = np.random.default_rng([seed, 60])
    rows, columns = int(g.integers(8, 60)), int(g.integers(20, 61))
    copies = g.integers(0, max(2, int(rows * g.choice([0.1, 0.5, 2.0]))), rows)
    values: dict[str, pl.Series] = {"person": pl.Series(g.integers(0, max(4, rows // 2), rows))}
    for number in range(columns):
        column = g.integers(0, int(g.choice([1, 2, 5, 40])), rows)[copies % rows]
        values[f"c{number}"] = pl.Series([None if g.random() < 0.05 else int(one) for one in column], dtype=pl.Int64)
    frame = pl.DataFrame(values)
    config = AnonymisationConfig(
        [f"c{number}" for number in range(1, columns)],
        "person",
        int(min(g.integers(2, 6), frame["person"].n_unique())),
        sensitive=["c0"],
        l=2 if seed % 3 == 0 and frame["c0"].n_unique() > 1 else None,
        max_suppressed=float(g.choice([0.0, 0.1])),
        scheme="global" if seed % 4 == 0 else "local",
        hierarchies={f"c{number}": NUMBER for number in range(1, columns, 3)},
    )
    return frame, config


@pytest.mark.parametrize("block", range(4))
def test_every_class_of_a_wide_table_holds_k_persons_by_brute_force(block: int) -> None:
    for seed in range(block * 6, (block + 1) * 6):
        frame, config = wide(seed)
        output, report = anonymise(frame.with_row_index("row"), config)
        assert report.suppressed_rows <= config.max_suppressed * frame.height
        assert output.height == frame.height - report.suppressed_rows
        people: dict[tuple, set] = {}
        kinds: dict[tuple, set] = {}
        for row in output.to_dicts():
            shown = tuple(row[name] for name in config.quasi_identifiers)
            people.setdefault(shown, set()).add(row["person"])
            kinds.setdefault(shown, set()).add(row["c0"])
            for name, cell in zip(config.quasi_identifiers, shown, strict=True):
                value = frame[name][row["row"]]
                above = config.hierarchies.get(name, hierarchies.flat()).labels(value)
                assert cell in above or (cell is None and value is None), (seed, name)
        assert min(map(len, people.values())) >= config.k, seed
        assert config.l is None or min(map(len, kinds.values())) >= config.l, seed


def plain_keys(problem: Problem, vector: np.ndarray, combos: np.ndarray) -> np.ndarray:
    """The nodes themselves, put side by side."""
    return np.unique(problem.nodes(vector, combos).T, axis=0, return_inverse=True)[1].ravel()


@pytest.mark.parametrize("seed", range(12))
def test_keys_and_prices_are_those_of_the_nodes(seed: int) -> None:
    problem = pose(*wide(seed))
    combos = np.arange(problem.leaf.shape[1])
    vectors = level_vectors(problem, combos)
    for vector, cost in zip(vectors.levels[::40], vectors.cost[::40], strict=True):
        found = np.unique(problem.keys(vector, combos), return_inverse=True)[1]
        pairs = set(zip(found.tolist(), plain_keys(problem, vector, combos).tolist(), strict=True))
        assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
        assert np.array_equal(problem.price(vector, combos), problem.cost(problem.nodes(vector, combos)))
        assert problem.price(vector, combos).mean() == pytest.approx(cost)


@pytest.mark.parametrize("most", [100, 700, 10**9])
def test_a_search_looks_at_no_more_levels_than_it_is_allowed(most: int) -> None:
    """In a lattice too large to list: from the values to the root, and what generalises one column or two."""
    problem = pose(*wide(3))
    combos = np.arange(problem.leaf.shape[1])
    assert lattice_size(problem) > 10**9
    vectors = level_vectors(problem, combos, most=most)
    assert len(vectors.levels) <= min(most, 1500)
    assert not vectors.levels[0].any() and (np.diff(vectors.cost) >= 0).all()
    assert (
        vectors.cost[-1] == max(vectors.cost)
        and (vectors.levels[-1] > 0).sum() == (vectors.levels.max(axis=0) > 0).sum()
    )
    assert any(np.count_nonzero(vector) == 2 for vector in vectors.levels)
    assert len({tuple(vector) for vector in vectors.levels}) == len(vectors.levels)
