"""What descends from a source, a delivery or a version: the reach of a withdrawal."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


def descendants(edges: Iterable[tuple[str, str]], start: str | Iterable[str]) -> tuple[str, ...]:
    """Every node that can be reached from ``start`` over ``edges`` (parent, child), nearest first, starts left out.

    Linear in the edges; a cycle, which honest records never hold, ends the walk instead of trapping it. Nodes at the
    same distance stand in the order of their names, so that the answer does not depend on the order of the edges.
    """
    children: dict[str, set[str]] = {}
    for parent, child in edges:
        children.setdefault(parent, set()).add(child)
    roots = {start} if isinstance(start, str) else set(start)
    seen, level = set(roots), deque(sorted(roots))
    found: list[str] = []
    while level:
        reached = {child for node in level for child in children.get(node, ())} - seen
        seen |= reached
        level = deque(sorted(reached))
        found.extend(level)
    return tuple(found)
