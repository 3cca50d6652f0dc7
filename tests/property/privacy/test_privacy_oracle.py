"""The engine against brute force on random tables."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.privacy import AnonymisationConfig, anonymise, hierarchies, measure, verify_anonymity

QUASI = ("text", "level", "whole", "flag")
SENSITIVE = ("plain", "number", "branch")
TREES = {"branch": hierarchies.tree({"b": {"b1": ["v0", "v1"], "b2": ["v2"]}, "c": {"c1": ["v3", "v4", "v5"]}})}
LADDERS = {
    "text": TREES["branch"],
    "whole": hierarchies.number(widths=(2 * 10**12, 4 * 10**12)),
    "level": hierarchies.from_levels([[f"v{i}", "low" if i < 3 else "high"] for i in range(6)]),
}


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("privacy_oracle", Path(__file__).with_name("privacy_oracle.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


oracle = _load()


def check_measures(seed: int, *, transport: bool) -> None:
    frame = oracle.random_table(seed)
    g = np.random.default_rng([seed, 1])
    quasi = list(g.choice(QUASI, g.integers(1, 5), replace=False))
    person = "person" if g.random() < 0.8 else None
    report = measure(frame, quasi_identifiers=quasi, sensitive=SENSITIVE, person=person, hierarchies=TREES)
    rows = oracle.rows_of(frame)
    groups = list(oracle.classes(rows, quasi).values())
    sizes = [oracle.persons(group, person) for group in groups]
    assert (report.rows, report.persons) == (len(rows), oracle.persons(rows, person))
    assert (report.classes, report.k) == (len(groups), min(sizes))
    assert all(count == sum(size < limit for size in sizes) for limit, count in report.classes_below.items())
    for name in SENSITIVE:
        tallies = [oracle.tally(group, name, person) for group in groups]
        whole = oracle.tally(rows, name, person)
        assert report.distinct_l[name] == min(map(len, tallies))
        assert math.isclose(report.entropy_l[name], min(map(oracle.entropy_l, tallies)), rel_tol=1e-9)
        for l_value, c in report.recursive_c[name].items():
            assert math.isclose(c, max(oracle.recursive_c(counts, l_value) for counts in tallies), rel_tol=1e-9)
        metric = {"plain": None, "number": oracle.ordered_metric(list(whole)), "branch": oracle.tree_metric}[name]
        if metric is None:
            far = max(oracle.equal_distance(counts, whole) for counts in tallies)
        elif transport:
            far = max(oracle.emd(counts, whole, metric) for counts in tallies)
        else:
            continue
        assert math.isclose(report.t[name], far, rel_tol=1e-7, abs_tol=1e-9), name


def check_anonymisation(seed: int) -> None:
    frame = oracle.random_table(seed)
    g = np.random.default_rng([seed, 2])
    quasi = list(g.choice(QUASI, g.integers(1, 5), replace=False))
    person = "person" if g.random() < 0.8 else None
    config = AnonymisationConfig(
        quasi,
        person,
        int(g.integers(1, 5)),
        sensitive=("plain", "branch"),
        l=int(g.integers(1, 4)) if g.random() < 0.4 else None,
        t=float(g.uniform(0.1, 0.6)) if g.random() < 0.4 else None,
        max_suppressed=float(g.choice([0.0, 0.1])),
        scheme=str(g.choice(["local", "global"], p=[0.8, 0.2])),
        hierarchies={name: LADDERS[name] for name in quasi if name in LADDERS} | TREES,
    )
    rows = oracle.rows_of(frame)
    impossible = oracle.persons(rows, person) < config.k or any(
        config.l is not None and len({row[name] for row in rows}) < config.l for name in config.sensitive
    )
    try:
        output, report = anonymise(frame.with_row_index("row"), config)
    except InvalidInput:
        assert impossible
        return
    assert not impossible
    shown = oracle.rows_of(output)
    assert len(shown) == len(rows) - report.suppressed_rows
    assert report.suppressed_rows <= config.max_suppressed * len(rows)
    for group in oracle.classes(shown, quasi).values():
        assert oracle.persons(group, person) >= config.k
        for name in config.sensitive:
            counts, whole = oracle.tally(group, name, person), oracle.tally(shown, name, person)
            assert config.l is None or len(counts) >= config.l
            if config.t is not None:
                metric = oracle.tree_metric if name == "branch" else lambda a, b: float(a != b)
                assert oracle.emd(counts, whole, metric) <= config.t + 1e-7
    _check_cells(rows, shown, quasi, config, report)


def _check_cells(rows: list, shown: list, quasi: list, config: AnonymisationConfig, report: object) -> None:
    """Every cell is an ancestor of its value, other cells are untouched, and the loss is as reported."""
    lost = float(report.suppressed_rows)
    ladders = {name: config.hierarchies.get(name, hierarchies.flat()) for name in quasi}
    domain = {name: {row[name] for row in rows} for name in quasi}
    for row in shown:
        source = rows[row["row"]]
        assert all(row[name] == source[name] for name in source if name not in quasi)
        for name in quasi:
            cell, value = row[name], source[name]
            if cell is None:
                assert value is None
                continue
            text = "true" if value is True else "false" if value is False else value
            path = ("(missing)", "*") if value is None else ladders[name].labels(value)
            assert cell in path or cell == text
            level = path.index(cell) if cell in path else 0
            if level:
                covered = [
                    v for v in domain[name] if cell == "*" or (v is not None and cell in ladders[name].labels(v))
                ]
                lost += (len(covered) / len(domain[name]) if len(covered) > 1 else 0) / len(quasi)
    assert report.ncp == pytest.approx(lost / len(rows))


@pytest.mark.parametrize("block", range(10))
def test_measures_agree_with_brute_force(block: int) -> None:
    for seed in range(block * 60, (block + 1) * 60):
        check_measures(seed, transport=seed % 4 == 0)


@pytest.mark.parametrize("block", range(10))
def test_anonymised_tables_hold_by_brute_force(block: int) -> None:
    for seed in range(block * 40, (block + 1) * 40):
        check_anonymisation(seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_ten_thousand_tables_agree_with_brute_force(block: int) -> None:
    for seed in range(10_000 + block * 500, 10_000 + (block + 1) * 500):
        check_measures(seed, transport=seed % 10 == 0)
        if seed % 4 == 0:
            check_anonymisation(seed)


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return round(value, 9) if isinstance(value, float) else value


def test_row_order_does_not_change_the_measures() -> None:
    for seed in range(40):
        frame = oracle.random_table(seed)
        turned = frame.sample(fraction=1.0, shuffle=True, seed=seed + 1)
        first, second = (
            measure(table, quasi_identifiers=QUASI, sensitive=SENSITIVE, person="person", hierarchies=TREES)
            for table in (frame, turned)
        )
        assert _rounded(first.to_value()) == _rounded(second.to_value())


def test_the_verifier_agrees_with_the_measures() -> None:
    from cloister.core.errors import IntegrityFailure

    verdicts = set()
    for seed in range(300):
        frame = oracle.random_table(seed)
        report = measure(frame, quasi_identifiers=["flag"], sensitive=SENSITIVE, person="person", hierarchies=TREES)
        good = report.k >= 2 and min(report.distinct_l.values()) >= 2 and max(report.t.values()) <= 0.2987
        try:
            verify_anonymity(
                frame,
                quasi_identifiers=["flag"],
                person="person",
                k=2,
                sensitive=SENSITIVE,
                l=2,
                t=0.2987,
                hierarchies=TREES,
            )
            verdict = True
        except IntegrityFailure:
            verdict = False
        assert verdict == good, seed
        verdicts.add(verdict)
    assert verdicts == {True, False}


def test_a_column_named_like_the_label_of_the_root() -> None:
    frame = pl.DataFrame({"q": ["*", "*", "a", "b"], "p": [1, 2, 3, 4]})
    output, report = anonymise(frame, AnonymisationConfig(["q"], "p", 2))
    assert report.after.k >= 2
    assert output.height == 4
