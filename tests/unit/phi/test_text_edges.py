"""Where spans begin and end, as arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloister.phi.edges import Edges, between
from cloister.phi.finding import Span

STRETCHES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=12)


@given(STRETCHES, STRETCHES)
def test_edges_follow_a_list_that_grows(first: list[tuple[int, int]], later: list[tuple[int, int]]) -> None:
    spans: list[Span] = [(start, start + size, "name", 0.9, "") for start, size in first]
    edges = Edges(spans)
    assert edges.starts.tolist() == [start for start, _ in first]
    spans += [(start, start + size, "city", 0.5, "") for start, size in later]
    assert len(edges) == len(first) + len(later)
    assert edges.ends.tolist() == [start + size for start, size in first + later]
    assert edges.starts.tolist() == [start for start, _ in first + later]


@given(STRETCHES)
def test_places_between_are_those_of_each_stretch(stretches: list[tuple[int, int]]) -> None:
    low = np.array([start for start, _ in stretches], dtype=np.int64)
    high = low + np.array([size for _, size in stretches], dtype=np.int64)
    wanted = [place for start, size in stretches for place in range(start, start + size)]
    assert between(low, high).tolist() == wanted
