"""Several releases of the same people, put together: against a brute force, and in the two plain cases."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import InvalidInput
from cloister.privacy import Released, mosaic


def release(name: str, seed: int, columns: tuple[str, ...], people: int, rows: int) -> Released:
    g = np.random.default_rng(seed)
    frame = pl.DataFrame({"who": g.integers(0, people, rows), **{c: g.integers(0, 3, rows) for c in columns}})
    return Released(name, frame, columns, "who")


def brute_pair(new: Released, old: Released, k: int) -> tuple[int, int | None, int]:
    def classes(one: Released) -> dict:
        found = defaultdict(set)
        for row in one.frame.iter_rows(named=True):
            found[row["who"]].add(tuple(row[name] for name in one.quasi_identifiers))
        return found

    mine, other = classes(new), classes(old)
    members = defaultdict(set)
    for person in set(mine) & set(other):
        for a in mine[person]:
            for b in other[person]:
                members[a, b].add(person)
    if not members:
        return 0, None, 0
    small = {person for group in members.values() if len(group) < k for person in group}
    return len(set(mine) & set(other)), min(map(len, members.values())), len(small)


@pytest.mark.parametrize("seed", range(40))
def test_pairs_agree_with_brute_force(seed: int) -> None:
    g = np.random.default_rng(seed)
    new = release("new", seed, ("a", "b"), int(g.integers(2, 30)), int(g.integers(1, 60)))
    old = release(
        "old", seed + 1000, ("b", "c")[: int(g.integers(1, 3))], int(g.integers(2, 40)), int(g.integers(1, 60))
    )
    report = mosaic(new, [old], k=3)
    assert (report.overlaps[0].shared, report.overlaps[0].joint_k, report.overlaps[0].below) == brute_pair(new, old, 3)
    encode(report.to_value())


def test_two_safe_releases_can_give_everyone_away() -> None:
    """Each hides people among ten; together they are rows and columns of a square, and each square is one person."""
    people = np.arange(100)
    first = Released("first", pl.DataFrame({"who": people, "ward": people // 10}), ["ward"], "who")
    second = Released("second", pl.DataFrame({"who": people, "month": people % 10}), ["month"], "who")
    report = mosaic(second, [first], k=5)
    assert report.alone_k == 10 and report.joint_k == 1 and report.below == 100 and not report.passed
    assert report.overlaps[0].adds == ("ward",)
    assert "together" in report.explanation


def test_the_same_columns_again_and_other_people_add_nothing() -> None:
    people = np.arange(100)
    first = Released("first", pl.DataFrame({"who": people, "ward": people // 10}), ["ward"], "who")
    assert mosaic(first, [first], k=10).passed
    others = Released("others", pl.DataFrame({"who": people + 500, "month": people % 10}), ["month"], "who")
    report = mosaic(first, [others], k=10)
    assert report.passed and report.shared == 0 and report.overlaps[0].joint_k is None


def test_three_releases_can_do_what_no_two_of_them_do() -> None:
    g = np.random.default_rng(3)
    people = np.arange(4000)
    parts = [
        Released(f"r{n}", pl.DataFrame({"who": people, f"c{n}": g.integers(0, 12, 4000)}), [f"c{n}"], "who")
        for n in range(3)
    ]
    report = mosaic(parts[2], parts[:2], k=5)
    assert min(one.joint_k or 0 for one in report.overlaps) >= 5 and report.joint_k < 5 and not report.passed
    joint = Counter(zip(*(part.frame[f"c{n}"].to_list() for n, part in enumerate(parts)), strict=True))
    assert report.joint_k == min(joint.values())


def test_row_order_does_not_matter() -> None:
    new, old = release("new", 1, ("a", "b"), 20, 60), release("old", 2, ("c",), 20, 60)
    turned = Released("new", new.frame.sample(fraction=1, shuffle=True, seed=4), ("b", "a"), "who")
    assert mosaic(new, [old], k=3) == mosaic(turned, [old], k=3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quasi_identifiers": ["nothing"]}, "no column 'nothing'"),
        ({"frame": pl.DataFrame({"who": [], "a": []})}, "no rows"),
        ({"person": "nobody"}, "no column 'nobody'"),
    ],
)
def test_bad_input_gets_one_line(change: dict, words: str) -> None:
    given = {"name": "x", "frame": pl.DataFrame({"who": [1], "a": [1]}), "quasi_identifiers": ["a"], "person": "who"}
    with pytest.raises(InvalidInput, match=words):
        mosaic(Released(**(given | change)), [], k=2)
