"""Tables: cells told, values never."""

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.phi import scan_frame

FRAME = pl.DataFrame(
    {
        "diagnosis": ["Hypertension", "COPD", "Hypertension", "seen by Dr. Kowalczyk"],
        "code": ["E11.9", "250.01", "V45", "786"],
        "comment": [None, "call 617-555-0134", "call 617-555-0134 or mail a@b.org", "none"],
        "n": [1, 2, 3, 4],
    }
)


def test_cells_are_told_and_values_are_not() -> None:
    out = scan_frame(FRAME)
    assert out.schema == {"row": pl.UInt32, "column": pl.String, "type": pl.String, "score": pl.Float64}
    assert set(out.select("row", "column", "type").iter_rows()) == {
        (3, "diagnosis", "name"),
        (1, "comment", "phone"),
        (2, "comment", "phone"),
        (2, "comment", "email"),
    }
    assert "555" not in out.write_csv() and "Kowal" not in out.write_csv()


def test_only_the_wanted_columns() -> None:
    assert len(scan_frame(FRAME, ["code", "n"])) == 0
    with pytest.raises(InvalidInput):
        scan_frame(FRAME, ["absent"])


def test_categories_and_empty_tables() -> None:
    frame = FRAME.with_columns(pl.col("comment").cast(pl.Categorical))
    assert len(scan_frame(frame, ["comment"])) == 3
    assert len(scan_frame(FRAME.clear())) == 0
    assert len(scan_frame(pl.DataFrame({"a": [None, None]}))) == 0


def test_sample_bounds_the_distinct_values() -> None:
    frame = pl.DataFrame({"a": ["word"] * 5 + ["other"] + ["mail a@b.org"]})
    assert len(scan_frame(frame, sample=2)) == 0
    assert len(scan_frame(frame, sample=3)) == 1
