"""Columns of every type and of odd names, through every function: an answer or one line, never another error."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import CloisterError, InvalidInput
from cloister.privacy import (
    AnonymisationConfig,
    AttackConfig,
    Released,
    anonymise,
    attack_release,
    attribute_inference,
    auroc_change,
    delta_presence,
    hierarchies,
    linkage,
    measure,
    model_attribute_inference,
    model_inversion,
    mosaic,
    singling_out,
    suggest_quasi_identifiers,
    verify_anonymity,
)
from cloister.privacy.synthesis import compare

ROWS = 60
NEVER = ("list", "struct", "binary", "object")
VALUES: dict[str, tuple[Any, list[Any]]] = {
    "text": (pl.String, ["a", "null", "*", "(missing)", "é", ""]),
    "whole": (pl.Int64, [0, -1, 2**60]),
    "large": (pl.UInt64, [2**64 - 1, 0]),
    "real": (pl.Float64, [0.0, -0.0, float("nan"), 1.5, float("inf")]),
    "decimal": (pl.Decimal(10, 2), [Decimal("1.10"), Decimal("2.00")]),
    "boolean": (pl.Boolean, [True, False]),
    "date": (pl.Date, [date(2020, 1, 1), date(1, 1, 1)]),
    "moment": (pl.Datetime("us"), [datetime.fromisoformat("2020-01-01 03:00"), datetime.fromisoformat("1960-01-01")]),
    "hour": (pl.Time, [time(3), time(4)]),
    "duration": (pl.Duration("us"), [timedelta(1), timedelta(2)]),
    "enum": (pl.Enum(["y", "x"]), ["x", "y"]),
    "categorical": (pl.Categorical, ["k", "l"]),
    "nothing": (pl.Null, [None]),
    "list": (pl.List(pl.Int64), [[1], [2]]),
    "struct": (pl.Struct({"a": pl.Int64}), [{"a": 1}]),
    "binary": (pl.Binary, [b"x"]),
    "object": (pl.Object, [object()]),
}
Call = Callable[[pl.DataFrame, pl.DataFrame], Any]
HERE = ["q", "r"]
TWO_TABLES = ("measure", "linkage", "attribute", "inversion", "attribute of a model")
CALLS: dict[str, Call] = {
    "measure": lambda a, b: measure(a, quasi_identifiers=HERE, sensitive=["s"], person="p", population=b),
    "presence": lambda a, b: delta_presence(a, b, quasi_identifiers=HERE, person="p"),
    "anonymise": lambda a, b: anonymise(a, AnonymisationConfig(HERE, "p", k=2, sensitive=["s"], l=1, t=0.9)),
    "bands": lambda a, b: anonymise(a, AnonymisationConfig(HERE, "p", k=2, hierarchies={"q": hierarchies.age()})),
    "verify": lambda a, b: verify_anonymity(a, quasi_identifiers=HERE, person="p", k=1, sensitive=["s"], l=1, t=1.0),
    "linkage": lambda a, b: linkage(a, b, known=HERE, person="p", seed=1),
    "singling out": lambda a, b: singling_out(a, b, known=HERE, person="p", seed=1),
    "attribute": lambda a, b: attribute_inference(a, b, b, known=HERE, secret="s", seed=1),
    "battery": lambda a, b: attack_release(a, b, AttackConfig(HERE, "p", "s"), seed=1),
    "suggest": lambda a, b: suggest_quasi_identifiers(a, person="p"),
    "mosaic": lambda a, b: mosaic(Released("new", a, HERE, "p"), [Released("old", b, ["s"], "p")], k=2),
    "inversion": lambda a, b: model_inversion(lambda rows: np.full(rows.height, 0.5), a, b, secret="s", seed=1),
    "attribute of a model": lambda a, b: model_attribute_inference(
        lambda rows: np.full(rows.height, 0.5), a, b, b, features=["q"], label="r", person="p", secret="s", seed=1
    ),
}


def column(name: str, kind: str, seed: int) -> pl.Series:
    dtype, values = VALUES[kind]
    chosen = np.random.default_rng(seed).integers(-1, len(values), ROWS)
    return pl.Series(name, [None if at < 0 else values[at] for at in chosen], dtype=dtype)


def table(**kinds: str) -> pl.DataFrame:
    wanted = {"q": "text", "r": "whole", "s": "text", "p": "whole"} | kinds
    return pl.DataFrame([column(name, kind, seed) for seed, (name, kind) in enumerate(wanted.items())])


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("name", ["q", "s", "p"])
def test_a_column_of_any_type_gets_an_answer_or_one_line(name: str, kind: str) -> None:
    odd, plain = table(**{name: kind}), table()
    for work, call in CALLS.items():
        for other in (odd, plain) if work in TWO_TABLES else (odd,):
            try:
                call(odd, other)
            except CloisterError as error:
                assert "\n" not in error.line()


@pytest.mark.parametrize("kind", ["duration", "categorical", *NEVER])
def test_models_of_odd_columns_get_an_answer_or_one_line(kind: str) -> None:
    odd = table(q=kind, s=kind)
    with contextlib.suppress(CloisterError):
        auroc_change(odd, odd, features=HERE, outcome="s", positive="k", person="p", seed=1)
    with contextlib.suppress(CloisterError):
        compare(odd, odd, odd, columns=HERE, target="q", positive="k", seed=1)


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind not in (*NEVER, "nothing")])
def test_every_plain_type_is_measured_generalised_and_verified_alike(kind: str) -> None:
    frame = table(q=kind, s=kind).with_columns(p=pl.Series(range(ROWS)))
    before = measure(frame, quasi_identifiers=HERE, sensitive=["s"], person="p")
    safe, done = anonymise(frame, AnonymisationConfig(HERE, "p", k=5, sensitive=["s"], l=1, t=1.0))
    assert before.k < 5 <= done.after.k
    assert safe["s"].equals(frame["s"])


@pytest.mark.parametrize("kind", NEVER)
@pytest.mark.parametrize("name", ["q", "s", "p"])
def test_what_is_no_plain_value_is_refused(name: str, kind: str) -> None:
    frame = table(**{name: kind})
    for work in ("measure", "verify", "anonymise", "mosaic"):
        with pytest.raises(InvalidInput, match="nested or binary"):
            CALLS[work](frame, frame)


@pytest.mark.parametrize("name", ["*", "^q.*$", "planted mark", " person", "person", "0", "len", "__size", "a=b"])
def test_a_column_of_any_name_gets_an_answer_or_one_line(name: str) -> None:
    frame = table().rename({"q": name}).with_columns(p=pl.Series(range(ROWS)))
    known = [name, "r"]
    refused = contextlib.nullcontext() if name not in ("*", "^q.*$") else pytest.raises(InvalidInput, match="be called")
    with refused:
        safe, _ = anonymise(frame, AnonymisationConfig(known, "p", k=2))
        verify_anonymity(safe, quasi_identifiers=known, person="p", k=2)
        assert singling_out(safe, frame, known=known, person="p", seed=1).controls[0].right
        assert linkage(safe, frame, known=known, person="p", seed=1).controls[0].right
