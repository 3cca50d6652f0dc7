"""The encoder against a brute force over rows."""

from __future__ import annotations

import datetime
import json
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.core.canonical import decode, encode
from cloister.core.errors import InvalidInput
from cloister.training import TabularEncoder

TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", "b", "B", "é", "NaN", "-1"]), st.text(max_size=3))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(TEXTS, st.integers(0, 4), st.one_of(st.none(), st.floats(-1e6, 1e6, width=32))), min_size=1
    ),
    minimum=st.integers(1, 4),
    data=st.data(),
)
def test_codes_and_numbers_agree_with_a_brute_force(rows, minimum, data):
    frame = pl.DataFrame(rows, schema={"text": pl.String, "person": pl.Int64, "number": pl.Float64}, orient="row")
    encoder = TabularEncoder.fit(frame, ["number", "text"], person="person", minimum=minimum)
    people: dict[str, set[int]] = {}
    for text, person, _ in rows:
        if text is not None:
            people.setdefault(text, set()).add(person)
    values = sorted(text for text, who in people.items() if len(who) >= minimum)
    assert encoder.categories == {"text": tuple(values)}
    again = TabularEncoder.from_value(json.loads(json.dumps(encoder.to_value())))
    assert again == encoder
    others = data.draw(st.lists(TEXTS, max_size=3))
    seen = [*rows, *((text, 0, None) for text in others)]
    matrix = again.transform(pl.DataFrame(seen, schema=frame.schema, orient="row"))
    assert matrix.dtype == np.float32 and matrix.shape == (len(seen), 2)
    for (text, _, number), row in zip(seen, matrix, strict=True):
        assert row[1] == (values.index(text) if text in values else -1)
        assert math.isnan(row[0]) if number is None else row[0] == np.float32(number)


def test_types():
    frame = pl.DataFrame(
        {
            "flag": [True, False, None],
            "day": [datetime.date(1970, 1, 11), None, datetime.date(1969, 12, 31)],
            "kind": pl.Series(["x", "y", "x"], dtype=pl.Categorical),
            "nothing": [None, None, None],
            "count": pl.Series([1, 2, 3], dtype=pl.UInt8),
        }
    )
    encoder = TabularEncoder.fit(frame, frame.columns, minimum=1)
    assert encoder.categories == {"flag": ("false", "true"), "kind": ("x", "y"), "nothing": ()}
    assert encoder.categorical == (0, 2, 3)
    expected = [[1, 10, 0, -1, 1], [0, math.nan, 1, -1, 2], [-1, -1, 0, -1, 3]]
    np.testing.assert_array_equal(encoder.transform(frame), np.array(expected, dtype=np.float32))
    assert decode(encode(encoder.to_value())) == encoder.to_value()


def test_a_row_is_a_person_where_none_is_named():
    frame = pl.DataFrame({"a": ["x"] * 10 + ["y"] * 11})
    assert TabularEncoder.fit(frame, ["a"]).categories == {"a": ("y",)}


def test_only_unknown_values_still_give_a_row_each():
    frame = pl.DataFrame({"a": ["x", "y"]})
    assert TabularEncoder.fit(frame, ["a"]).transform(frame).tolist() == [[-1.0], [-1.0]]
    assert TabularEncoder.fit(frame, ["a"]).transform(frame.head(0)).shape == (0, 1)


def test_refusals_name_the_column():
    frame = pl.DataFrame({"a": ["x"], "list": [[1]], "when": [datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)]})
    for feature in ("absent", "list", "when"):
        with pytest.raises(InvalidInput, match=feature):
            TabularEncoder.fit(frame, [feature])
    with pytest.raises(InvalidInput, match="'a'"):
        TabularEncoder.fit(frame, ["a"]).transform(frame.drop("a"))
    for broken in ({}, {"features": ["a"]}, {"features": 5, "categories": {}}, {"features": [], "categories": []}):
        with pytest.raises(InvalidInput):
            TabularEncoder.from_value(broken)
