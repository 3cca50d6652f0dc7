"""Files whose shape hides what a value is: nested names, one fact a row, whole numbers as floats, wide types."""

import io
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloister.core.errors import InvalidInput
from cloister.phi.files import FileCleaner, FileConfig, kind_of

KEY = bytes(range(64))


def cleaned(raw: bytes, **config):
    target = io.BytesIO()
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    report = cleaner.clean(kind_of(raw[:65536]), io.BytesIO(raw), target)
    return target.getvalue(), report


def parquet(table: pa.Table) -> bytes:
    held = io.BytesIO()
    pq.write_table(table, held)
    return held.getvalue()


@pytest.mark.parametrize("wrap", [lambda kind: kind, pa.list_, lambda kind: pa.struct([("amount", kind)])])
def test_decimals_wider_than_can_be_read_are_refused_and_others_are_not(wrap):
    def of(kind):
        return parquet(pa.table({"amount": pa.array([None], type=wrap(kind)), "x": ["a"]}))

    with pytest.raises(InvalidInput, match="38 digits"):
        cleaned(of(pa.decimal256(60, 2)))
    assert cleaned(of(pa.decimal128(30, 2)))[1].items == 1
