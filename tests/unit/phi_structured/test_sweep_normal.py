"""A copy is the same copy in every notation: days, times, numbers and truth values through CSV, Parquet and JSON."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.phi.sweep import Fingerprints, fingerprint_rows, sweep
from cloister.phi.sweep.normal import normalised

MOMENT = dt.datetime.fromisoformat
KEY = b"0123456789abcdef"
TYPES = {
    "day": [dt.date(2021, 1, 4), dt.date(1958, 11, 19), dt.date(1970, 3, 2)],
    "midnight": [MOMENT("2021-01-04"), MOMENT("1958-11-19"), MOMENT("1970-03-02")],
    "moment": [MOMENT("2021-01-04T10:30"), MOMENT("2021-02-05T11:00:07.250"), MOMENT("2022-01-01T01:00")],
    "zoned": [dt.datetime(2021, 1, day, 10, 30, tzinfo=dt.UTC) for day in (4, 5, 6)],
    "time": [dt.time(10, 30), dt.time(11, 0, 7), dt.time(23, 59)],
    "text of a day": ["2021-01-04", "1958-11-19", "1970-03-02"],
    "text of a moment": ["2021-01-04T10:30:00", "2021-02-05T11:00:07Z", "2022-01-01T01:00:00"],
    "integer": [7, 70, 700],
    "real": [7.5, 70.25, 0.1],
    "decimal": [Decimal("7.50"), Decimal("70.25"), Decimal("0.10")],
    "truth": [True, False, True],
    "text": ["Ward 3", "ward 5", "WARD 9"],
}


def table(name: str) -> pl.DataFrame:
    return pl.DataFrame({"value": TYPES[name], "age": [40, 51, 62], "days": [3, 9, 4], "glucose": [110, 150, 95]})


def parquet(frame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def parsed(frame: pl.DataFrame):
    """As an analyst has it: pandas, days parsed."""
    import pandas as pd

    data = pd.DataFrame(frame.to_dict(as_series=False))
    if isinstance(frame["value"][0], dt.date) or str(frame["value"][0])[:4] in ("2021", "1958"):
        data["value"] = pd.to_datetime(frame["value"].cast(pl.String).to_list(), format="ISO8601", utc=True)
    return data


def lines(frame: pl.DataFrame) -> bytes:
    return frame.cast({pl.Decimal: pl.Float64}).write_ndjson().encode()


FORMS = {
    "polars CSV": lambda frame: frame.write_csv().encode(),
    "polars JSON lines": lines,
    "polars Parquet": lambda frame: (frame.write_parquet(out := io.BytesIO()), out.getvalue())[1],
    "pandas CSV": lambda frame: parsed(frame).to_csv(index=False).encode(),
    "pandas Parquet": lambda frame: parquet(parsed(frame)),
    "pandas JSON": lambda frame: parsed(frame).to_json(orient="records", date_format="epoch").encode(),
    "pandas ISO JSON": lambda frame: parsed(frame).to_json(orient="records", date_format="iso").encode(),
}


def copied(governed: pl.DataFrame, raw: bytes) -> int:
    (report,) = sweep([("item", io.BytesIO(raw))], fingerprints=fingerprint_rows(governed, KEY), key=KEY)
    return sum(hit.count for hit in report.hits if hit.kind == "copy:rows")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TYPES)
def test_each_type_comes_back_through_each_format(name, form):
    raw = FORMS[form](table(name))
    assert copied(table(name), raw) == 3
    assert copied(table(name).with_columns(pl.col("value").reverse(), age=pl.lit(7), days=pl.lit(1)), raw) == 0


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2021-01-04T00:00:00.000000000Z", "2021-01-04"),
        ("2021-01-04 00:00:00+00:00", "2021-01-04"),
        ("2021-01-04 11:30:00.250+01:00", "2021-01-04 10:30:00.25"),
        ("1609756200000", "2021-01-04 10:30:00"),
        ("1609756200000.0", "2021-01-04 10:30:00"),
        ("-350956800000", "1958-11-18"),
        ("10:30:00.000000000", "10:30:00"),
        ("2021-02-31T10:00:00", "2021-02-31t10:00:00"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01t00:00:00+01:00"),
        ("NaT", ""),
        ("7000037", "7000037"),
        ("00000086400000", "00000086400000"),
        ("", ""),
    ],
)
def test_one_form_for_each_value(written, form):
    assert normalised(written) == form


def test_fingerprints_of_an_earlier_form_are_refused():
    old = fingerprint_rows(table("day"), KEY).to_bytes().replace(b"-2 ", b"-1 ", 1)
    with pytest.raises(InvalidInput, match="earlier release"):
        Fingerprints.from_bytes(old)
