"""Anonymisation and its verifier."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.privacy import AnonymisationConfig, anonymise, hierarchies, measure, verify_anonymity

AGE = hierarchies.age(widths=(5, 10, 20))


def hospital(rows: int = 3000, seed: int = 7) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "patient": generator.integers(0, rows * 2 // 3, rows),
            "age": generator.integers(18, 99, rows),
            "zip": [f"021{n:02d}" for n in generator.geometric(0.15, rows) % 40],
            "sex": generator.choice(["f", "m", None], rows, p=[0.5, 0.48, 0.02]),
            "outcome": generator.choice(["none", "late", "early"], rows, p=[0.5, 0.35, 0.15]),
        }
    )


QUASI = ["age", "zip", "sex"]
LADDERS = {"age": AGE, "zip": hierarchies.zip_code()}


@pytest.mark.parametrize("scheme", ["local", "global"])
@pytest.mark.parametrize("k", [2, 11])
def test_every_class_holds_k_persons(scheme: str, k: int) -> None:
    frame = hospital()
    config = AnonymisationConfig(QUASI, "patient", k, scheme=scheme, hierarchies=LADDERS)
    output, report = anonymise(frame, config)
    assert output.height == frame.height
    assert output.columns == frame.columns
    assert report.after.k >= k
    assert output["outcome"].equals(frame["outcome"])
    assert 0 < report.ncp < 1
    encode(report.to_value())


def test_each_cell_is_an_ancestor_of_its_value() -> None:
    frame = hospital()
    output, _ = anonymise(frame, AnonymisationConfig(QUASI, "patient", 5, hierarchies=LADDERS))
    for name in ("age", "zip"):
        for value, shown in set(zip(frame[name].to_list(), output[name].to_list(), strict=True)):
            assert shown in LADDERS[name].labels(value)
    for value, shown in set(zip(frame["sex"].to_list(), output["sex"].to_list(), strict=True)):
        assert shown in (value, "*")


def test_local_loses_less_than_global() -> None:
    frame = hospital()
    ncp = {
        scheme: anonymise(frame, AnonymisationConfig(QUASI, "patient", 5, scheme=scheme, hierarchies=LADDERS))[1].ncp
        for scheme in ("local", "global")
    }
    assert ncp["local"] < ncp["global"]


@pytest.mark.parametrize("suppressed", [0.0, 0.05])
def test_l_and_t_hold_as_well(suppressed: float) -> None:
    config = AnonymisationConfig(
        QUASI, "patient", 3, sensitive=["outcome"], l=3, t=0.25, max_suppressed=suppressed, hierarchies=LADDERS
    )
    output, report = anonymise(hospital(), config)
    assert report.after.distinct_l["outcome"] == 3
    assert report.after.t["outcome"] <= 0.25 + 1e-9
    assert report.suppressed_rows <= suppressed * 3000
    assert output.height == 3000 - report.suppressed_rows


def test_the_verifier_refuses_what_falls_short() -> None:
    frame = hospital(300)
    with pytest.raises(IntegrityFailure, match="fewer than 5 persons"):
        verify_anonymity(frame, quasi_identifiers=QUASI, person="patient", k=5)
    small = pl.DataFrame({"q": ["a", "a", "b", "b"], "p": [1, 2, 3, 4], "s": ["x", "x", "x", "y"]})
    verify_anonymity(small, quasi_identifiers=["q"], person="p", k=2)
    with pytest.raises(IntegrityFailure, match="values of column 's'"):
        verify_anonymity(small, quasi_identifiers=["q"], person="p", k=2, sensitive=["s"], l=2)
    with pytest.raises(IntegrityFailure, match=r"further than 0\.2"):
        verify_anonymity(small, quasi_identifiers=["q"], person="p", k=2, sensitive=["s"], t=0.2)
    verify_anonymity(small, quasi_identifiers=["q"], person="p", k=2, sensitive=["s"], t=0.25)


def test_two_rows_of_one_person_are_not_two_persons() -> None:
    frame = pl.DataFrame({"q": ["a", "a", "b", "b"], "p": [1, 1, 2, 3]})
    output, report = anonymise(frame, AnonymisationConfig(["q"], "p", 2))
    assert report.after.k >= 2
    assert set(output.filter(pl.col("p") == 1)["q"]) == {"*"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"k": 0}, "at least 1"),
        ({"k": 10_000}, "holds"),
        ({"quasi_identifiers": ["nope"]}, "no column 'nope'"),
        ({"quasi_identifiers": []}, "no quasi-identifier"),
        ({"l": 2}, "without a sensitive column"),
        ({"sensitive": ["outcome"], "l": 4}, "3 distinct values"),
        ({"t": 2.0, "sensitive": ["outcome"]}, "between 0 and 1"),
        ({"max_suppressed": 1.0}, "below 1"),
        ({"scheme": "other"}, "scheme"),
        ({"person": "sex"}, "another role"),
        ({"hierarchies": {"outcome": AGE}}, "no role"),
        ({"hierarchies": {"sex": AGE}}, "outside the hierarchy"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line(change: dict, says: str) -> None:
    arguments = {"quasi_identifiers": QUASI, "person": "patient", "k": 5, "hierarchies": LADDERS} | change
    if change.get("quasi_identifiers") == ["nope"]:
        arguments["hierarchies"] = {}
    with pytest.raises(InvalidInput, match=says):
        anonymise(hospital(60), AnonymisationConfig(**arguments))


def test_an_anonymised_table_measures_as_reported() -> None:
    output, report = anonymise(hospital(), AnonymisationConfig(QUASI, "patient", 5, hierarchies=LADDERS))
    assert measure(output, quasi_identifiers=QUASI, person="patient") == report.after


def test_a_large_lattice_is_recoded_globally_by_descent() -> None:
    frame = hospital(600)
    many = frame.with_columns(*[pl.col("age").add(n).mod(100).alias(f"age{n}") for n in range(4)])
    quasi = ["age", *[f"age{n}" for n in range(4)], "zip"]
    ladders = {name: LADDERS["zip"] if name == "zip" else AGE for name in quasi}
    config = AnonymisationConfig(quasi, "patient", 5, scheme="global", max_suppressed=0.02, hierarchies=ladders)
    _, report = anonymise(many, config)
    assert report.after.k >= 5
    assert report.suppressed_rows <= 12
    assert report.ncp < 1
    # One level a column: a label covers the same values wherever it stands.
    assert all(len(levels) <= 2 for levels in report.levels.values())


def loss_by_halves(values: list[int], k: int, low: int, width: int, of: int) -> float:
    """The summed loss of splitting bands in halves from the top for as long as every part keeps k people."""
    if len(set(values)) < 2:
        return 0.0
    middle = low + width // 2
    parts = [[value for value in values if value < middle], [value for value in values if value >= middle]]
    if any(0 < len(part) < k for part in parts):
        return len(set(values)) / of * len(values)
    halves = zip(parts, (low, middle), strict=True)
    return sum(loss_by_halves(part, k, start, width // 2, of) for part, start in halves)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [2, 5])
def test_a_column_of_many_levels_loses_no_more_than_by_halving_from_the_top(seed: int, k: int) -> None:
    values = np.random.default_rng(seed).zipf(1.5, 120).clip(1, 200).tolist()
    bands = hierarchies.number(widths=(2, 4, 8, 16, 32, 64, 128))
    config = AnonymisationConfig(["number"], None, k=k, hierarchies={"number": bands})
    _, report = anonymise(pl.DataFrame({"number": values}), config)
    assert report.ncp * len(values) <= loss_by_halves(values, k, 0, 256, len(set(values))) + 1e-9
