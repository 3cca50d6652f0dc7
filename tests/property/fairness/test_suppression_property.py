"""Whatever the table: no small cohort is shown, and none can be worked out from what is."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from cloister.fairness import FairnessConfig, evaluate
from cloister.fairness.cohorts import cross
from cloister.fairness.counts import tabulate
from cloister.fairness.suppression import suppress

MINIMUM = 5


@st.composite
def tables(draw):
    shape = draw(st.sampled_from([(2, 2), (3, 2), (3, 3), (2, 2, 2), (3, 2, 2), (4, 3)]))
    counts = draw(st.lists(st.integers(0, 14), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    rows = [index for index, count in zip(np.ndindex(*shape), counts, strict=True) for _ in range(count)]
    names = [f"a{number}" for number in range(len(shape))]
    if len(rows) < MINIMUM:
        rows = [(0,) * len(shape)] * MINIMUM
    return pl.DataFrame(rows, schema=names, orient="row").select(pl.all().cast(pl.String))


def table_of(counts: dict[tuple[int, ...], int]) -> pl.DataFrame:
    rows = [index for index, count in counts.items() for _ in range(count)]
    names = [f"a{number}" for number in range(len(rows[0]))]
    return pl.DataFrame(rows, schema=names, orient="row").select(pl.all().cast(pl.String))


@given(tables())
@example(table_of({(0, 2): 1, (1, 1): 1, (1, 2): 3, (2, 0): 2, (2, 1): 4}))  # everyone minus a row minus a column
@settings(max_examples=100, deadline=None)
def test_no_small_cell_is_shown_or_solvable(frame):
    config = FairnessConfig(threshold=0.5, seed=1, depth=3, minimum_cell=MINIMUM)
    cohorts = cross(frame, frame.columns, config)
    table = tabulate(cohorts, np.zeros(frame.height, dtype=np.int8), None)
    rows = table.counts.sum(axis=1)
    small, complementary = suppress(cohorts, rows, rows, MINIMUM)
    hidden = small | complementary
    assert (small == (rows < MINIMUM)).all()
    member = np.zeros((cohorts.cells, cohorts.leaves))
    for family in cohorts.families:
        member[family.offset + family.of_leaf, np.arange(cohorts.leaves)] = 1
    shown = member[~hidden]
    rank = np.linalg.matrix_rank(shown) if len(shown) else 0
    for cell in np.flatnonzero(small):
        assert np.linalg.matrix_rank(np.vstack([shown, member[cell]])) > rank, "a small cell follows from the sums"


def worked_out(shown: np.ndarray, sums: np.ndarray, cell: np.ndarray) -> bool:
    """Whether only one count of ``cell`` agrees with the sums, counts being whole numbers of at least 1 a leaf."""
    least, most = (
        milp(
            sign * cell,
            constraints=LinearConstraint(shown, sums, sums),
            integrality=np.ones(len(cell)),
            bounds=Bounds(1, np.inf),
        )
        for sign in (1, -1)
    )
    return round(least.fun) == round(-most.fun)


@given(tables())
@example(table_of({(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 9, (0, 2): 9, (2, 0): 9, (2, 2): 9}))
@settings(max_examples=40, deadline=None)
def test_no_small_cell_can_be_worked_out_by_who_knows_that_counts_are_whole_and_none_is_empty(frame):
    config = FairnessConfig(threshold=0.5, seed=1, depth=3, minimum_cell=MINIMUM)
    cohorts = cross(frame, frame.columns, config)
    rows = tabulate(cohorts, np.zeros(frame.height, dtype=np.int8), None).counts.sum(axis=1)
    small, complementary = suppress(cohorts, rows, rows, MINIMUM)
    shown = ~(small | complementary)
    member = np.zeros((cohorts.cells, cohorts.leaves))
    for family in cohorts.families:
        member[family.offset + family.of_leaf, np.arange(cohorts.leaves)] = 1
    assert shown[0], "everyone is always shown"
    if shown.sum() == 1 and rows[0] == cohorts.leaves:
        return  # one row a leaf: the number of all rows says it
    for cell in np.flatnonzero(small):
        assert not worked_out(member[shown], rows[shown], member[cell])


def test_the_attack_sees_what_linear_algebra_does_not():
    """Of two hidden cells that add up to two rows each has one, though no sum of shown cells says so."""
    member = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    assert worked_out(member, np.array([11.0, 9.0]), np.array([1.0, 0.0, 0.0]))
    assert not worked_out(member, np.array([12.0, 9.0]), np.array([1.0, 0.0, 0.0]))


@given(tables(), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_an_evaluation_shows_nothing_of_a_small_cohort(frame, seed):
    rng = np.random.default_rng(seed)
    frame = frame.with_columns(
        s=pl.Series(rng.random(frame.height)), y=pl.Series(rng.integers(0, 2, frame.height)), p=pl.int_range(pl.len())
    )
    config = FairnessConfig(threshold=0.5, seed=1, depth=3, minimum_cell=MINIMUM, replicates=20)
    names = [name for name in frame.columns if name.startswith("a")]
    try:
        report = evaluate(frame, cohorts=names, label="y", score="s", person="p", config=config)
    except Exception as error:
        assert "no cohort has" in str(error)
        return
    for cell in report.cells:
        part = frame
        for name, level in cell.cohort:
            part = part.filter(pl.col(name) == level)
        # Levels that were left out take their rows from other cohorts too: a cohort never gains any.
        if cell.people is not None:
            assert MINIMUM <= cell.people <= part.height
        else:
            assert cell.status == "suppressed" and cell.rows is None
            assert all(item.estimate is None and item.people is None for item in cell.measures.values())
        for item in cell.measures.values():
            assert item.status != "estimated" or item.people >= MINIMUM
