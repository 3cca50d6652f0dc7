"""Synthetic tables: what is drawn, what is charged, and whether what is given away is seen."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import InvalidInput, Unavailable
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.privacy.dp.accounting import Cost
from cloister.privacy.synthesis import (
    SynthColumn,
    SynthesisConfig,
    columns_of,
    compare,
    cost_of,
    model,
    mst,
    synthesise,
)
from cloister.privacy.synthesis.columns import OTHER, bounded, cells_of, values_of
from cloister.privacy.synthesis.merging import merge, split

TEXT, INTEGER, REAL, DATE, BOOLEAN = (
    ColumnType.TEXT,
    ColumnType.INTEGER,
    ColumnType.REAL,
    ColumnType.DATE,
    ColumnType.BOOLEAN,
)
COLUMNS = (
    SynthColumn("sex", "category", ("f", "m")),
    SynthColumn("town", "category"),
    SynthColumn("age", "integer", None, 0, 110),
    SynthColumn("dose", "real", None, 0.0, 1000.0),
    SynthColumn("back", "category", ("no", "yes")),
)


def people(rows: int, seed: int) -> pl.DataFrame:
    g = np.random.default_rng(seed)
    age = g.normal(55, 18, rows).clip(0, 110).astype(int)
    sex = g.choice(["f", "m"], rows)
    back = np.where(g.random(rows) < 1 / (1 + np.exp(-(age - 60) / 8)), "yes", "no")
    dose = np.where(g.random(rows) < 0.4, 0.0, age * 5 + g.normal(0, 40, rows)).clip(0, 1000)
    return pl.DataFrame(
        {
            "patient": g.integers(0, rows // 2, rows),
            "sex": pl.Series(sex).set(pl.Series(g.random(rows) < 0.05), None),
            "town": g.choice(["here", "there", "far"], rows, p=[0.6, 0.39, 0.01]),
            "age": age,
            "dose": dose,
            "back": back,
        }
    )


def test_cells_and_values_are_each_other_s_inverse() -> None:
    frame = pl.DataFrame(
        {
            "text": ["a", "b", None, "z"],
            "flag": [True, False, None, True],
            "whole": [0, 7, None, 127],
            "wide": [0, 5000, None, 99999],
            "real": [0.0, 0.5, math.nan, 1.0],
            "day": [date(2020, 1, 1), date(2020, 2, 29), None, date(2020, 3, 1)],
        }
    )
    columns = [
        SynthColumn("text", "category", ("a", "b", OTHER)),
        SynthColumn("flag", "category", ("false", "true"), boolean=True),
        SynthColumn("whole", "integer", None, 0, 127),
        SynthColumn("wide", "integer", None, 0, 99999),
        SynthColumn("real", "real", None, 0.0, 1.0),
        SynthColumn("day", "date", None, (date(2020, 1, 1) - date(1970, 1, 1)).days, 18322),
    ]
    generator = np.random.default_rng(1)
    back = {column.name: values_of(cells_of(frame, column), column, generator).to_list() for column in columns}
    assert back["text"] == ["a", "b", None, OTHER]
    assert back["flag"] == [True, False, None, True]
    assert back["whole"] == [0, 7, None, 127]
    assert back["wide"][0] == 0 and back["wide"][3] == 99999 and abs(back["wide"][1] - 5000) < 1600
    assert back["real"][0] == 0.0 and back["real"][2] is None and abs(back["real"][1] - 0.5) < 0.02
    assert back["day"] == frame["day"].to_list()
    for column in columns:
        assert cells_of(frame, column).max() < column.cells


def test_a_value_outside_its_declaration_is_never_shown() -> None:
    frame = pl.DataFrame({"sex": ["f", "x"], "age": [-5, 300]})
    generator = np.random.default_rng(1)
    assert values_of(cells_of(frame, COLUMNS[0]), COLUMNS[0], generator).to_list() == ["f", None]
    assert values_of(cells_of(frame, COLUMNS[2]), COLUMNS[2], generator).to_list() == [0, 110]


def test_merging_keeps_what_is_common_and_joins_what_is_rare() -> None:
    column = SynthColumn("c", "category", ("a", "b", "c", "d"))
    group = merge(column, np.array([500.0, 3.0, 400.0, -2.0, 1.0]), 10.0)
    assert group[0] != group[2] and group[1] == group[3] == group[4]
    number = SynthColumn("n", "integer", None, 0, 99)
    group = merge(number, np.concatenate([np.full(100, 50.0), [0.0]]), 10.0)
    assert (np.diff(group) >= 0).all() and len(np.unique(group)) <= 26
    assert np.bincount(group[:-1], np.full(100, 50.0)).min() >= 30
    rows = np.repeat(np.arange(group.max() + 1), 20)
    cells = split(rows, group, np.concatenate([np.full(100, 50.0), [0.0]]), np.random.default_rng(1))
    assert (group[cells] == rows).all()


@pytest.mark.parametrize("target", [None, "back"])
@pytest.mark.parametrize("many", [2, 3, 5])
def test_the_stages_spend_no_more_than_the_whole(target: str | None, many: int) -> None:
    columns = (*COLUMNS[: many - 1], COLUMNS[-1])
    config = SynthesisConfig.of(columns, None, epsilon=1.0, delta=1e-6, target=target)
    prices = mst._prices(config)
    edges = many - 1 if target is None else max(many - 2, 1)
    found = sum(column.found for column in columns)
    spent = found * prices.values**2 + (many + 1) * prices.one**2 + edges * (prices.choice**2 + prices.pair**2)
    assert spent <= config.mu**2
    assert cost_of(config) == Cost.of(config.mu, config.delta if found else 0.0)
    assert cost_of(config).epsilon(1e-6) <= 1.0 + 1e-9


def test_a_choice_is_no_dearer_than_its_gaussian() -> None:
    """The exponential mechanism's worst two outcomes, at every offset of its range, against the Gaussian trade-off."""
    from scipy.special import logit, ndtr, ndtri

    for mu in (0.05, 0.3, 1.0, 2.5):
        span = 2 * float(logit(ndtr(mu / 2)))
        for offset in np.linspace(0.01, 0.99, 99) * span:
            p = -np.expm1(offset - span) / -np.expm1(-span)
            q = p * np.exp(-offset)
            assert ndtri(p) - ndtri(q) <= mu + 1e-9


def test_a_person_counts_once_whatever_their_rows() -> None:
    frame = pl.DataFrame({"p": [1, 1, 1, 2, None, None], "x": [1, 2, 3, 4, 5, 6]})
    one = mst._one_row_each(frame, "p", np.random.default_rng(1))
    assert one.height == 3 and one["p"].n_unique() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": COLUMNS[:1]}, "at least two columns"),
        ({"columns": (COLUMNS[0], COLUMNS[0])}, "at least two columns"),
        ({"target": "nothing"}, "not among"),
        ({"mu": 0.0}, "positive"),
        ({"mu": math.nan}, "positive"),
        ({"rows": 0}, "at least one row"),
    ],
)
def test_bad_configurations(change: dict, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        SynthesisConfig(**({"columns": COLUMNS, "person": None, "mu": 1.0, "delta": 1e-7} | change))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("c", TEXT, Role.NAME), "role name"),
        (Column("c", TEXT, Role.NOTE), "role note"),
        (Column("c", INTEGER), "no declared bounds"),
        (Column("c", DATE), "date without bounds"),
        (Column("c", REAL, minimum=3, maximum=3), "no declared bounds"),
    ],
)
def test_columns_that_have_no_synthetic_like(column: Column, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        columns_of(TableSchema((column,)), ["c"])
    with pytest.raises(InvalidInput, match="do not rise"):
        bounded(COLUMNS[2], 3, 3)


def test_a_table_without_the_package_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.importlib.util, "find_spec", lambda name: None)
    config = SynthesisConfig.of(COLUMNS, "patient", epsilon=1, delta=1e-6)
    with pytest.raises(Unavailable, match="private-pgm"):
        synthesise(people(100, 1), config, seed=1)


def test_what_is_common_survives_and_who_is_alone_does_not() -> None:
    pytest.importorskip("mbi")
    real, held_out = people(16_000, 1), people(4_000, 2)
    real = real.with_columns(
        town=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("Nowhere on Sea")).otherwise(pl.col("town"))
    )
    config = SynthesisConfig.of(COLUMNS, None, epsilon=2.0, delta=1e-6, target="back")
    made, report = synthesise(real, config, seed=1)
    names = [column.name for column in COLUMNS]
    assert made.columns == names and made.schema["age"] == pl.Int64 and report.rows == made.height
    assert "Nowhere on Sea" not in set(made["town"].to_list())
    assert abs(made.height - real.height) < 500
    found = compare(made, real, held_out, columns=names, target="back", positive="yes", seed=1)
    assert found.fidelity["synthetic to held-out, mean over columns"] < 0.05
    assert found.utility is not None and found.utility.after > found.utility.before - 0.05
    assert found.passed, {name: report.explanation for name, report in found.attacks.items()}
    encode(found.to_value())
    encode(report.to_value())


def wider(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    g = np.random.default_rng(seed)
    return frame.with_columns([pl.Series(f"code{n}", g.integers(0, 4, frame.height)) for n in range(3)])


def test_a_table_that_copies_people_is_found_out() -> None:
    real, held_out = wider(people(4_000, 1), 1), wider(people(1_500, 2), 2)
    names = [name for name in real.columns if name != "patient"]
    found = compare(real.head(2000), real, held_out, columns=names, target="back", positive="yes", seed=1)
    assert found.attacks["copies"].verdict == "advantage shown"
    assert found.attacks["membership by nearness"].verdict == "advantage shown"
    assert found.attacks["singling out"].verdict == "advantage shown"
    assert found.attacks["copies"].figures["synthetic_rows_that_copy"] == 1.0
    assert not found.passed


def test_a_copy_of_a_row_that_is_not_the_one_compared_is_counted() -> None:
    every, held_out = wider(people(600, 1), 1), wider(people(600, 2), 2)
    names = [name for name in every.columns if name != "patient"]
    one = every.unique("patient", keep="last", maintain_order=True)
    others = every.join(one, on=every.columns, how="anti", nulls_equal=True)
    found = compare(others, one, held_out, columns=names, every=every, seed=1)
    assert found.attacks["copies"].figures["synthetic_rows_that_copy"] == 1.0
    assert found.attacks["copies"].success.estimate < 0.1


def test_a_table_of_other_people_is_no_leak() -> None:
    wrong = 0
    for seed in range(5):
        found = compare(people(3000, 50 + seed), people(3000, 100 + seed), people(2000, 150 + seed),
                        columns=[column.name for column in COLUMNS], secret="back", seed=seed)  # fmt: skip
        wrong += not found.passed
    assert wrong <= 1


def test_a_table_with_one_value_of_the_outcome_is_attacked_all_the_same() -> None:
    found = compare(people(500, 1).with_columns(back=pl.lit("no")), people(500, 2), people(500, 3),
                    columns=["sex", "age", "back"], target="back", positive="yes", seed=1)  # fmt: skip
    assert found.utility is None and "attribute inference" in found.attacks


def test_few_held_out_rows_compare_nothing() -> None:
    with pytest.raises(InvalidInput, match="fewer than 50"):
        compare(people(100, 1), people(100, 2), people(20, 3), columns=["sex", "age"], seed=1)
