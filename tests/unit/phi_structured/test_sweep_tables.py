"""Tables of odd form in a search: one row, one column, ragged, floats, days, names beside the values."""

import io
from datetime import date

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloister.phi import Detector, scan_frame
from cloister.phi.hinted import hinted_cells
from cloister.phi.sweep import sweep

DETECTOR = Detector(threshold=0.7)
NAMED = "Dr. Rosalind Haskin"


def find(text):
    return [span[:3] for span in DETECTOR.spans([text])[0]]


def kinds(raw: bytes | str | pa.Table) -> dict[str, int]:
    if isinstance(raw, pa.Table):
        held = io.BytesIO()
        pq.write_table(raw, held)
        raw = held.getvalue()
    (report,) = sweep([("item", io.BytesIO(raw if isinstance(raw, bytes) else raw.encode()))], find=find)
    assert not report.troubles and "Haskin" not in str(report.to_value())
    total: dict[str, int] = {}
    for hit in report.hits:
        total[hit.kind] = total.get(hit.kind, 0) + hit.count
    return total


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("ssn,x\n123456789,1\n", {"phi:ssn": 1}),
        ("ssn\n123456789\n223456789\n", {"phi:ssn": 2}),
        ("sep=,\nssn,x\n123456789,1\n223456789,2\n", {"phi:ssn": 2}),
        ("a,ssn\n1,123456789,9\n2,223456789\n", {"phi:ssn": 2}),
        ("ssn,x\n123456789.0,1\n,2\n", {"phi:ssn": 1}),
        ("mrn,sex\n4471,F\n4472,M\n", {"phi:mrn": 2}),
        ("visit_date,sex\n20200102,F\n20201302,M\n", {"phi:date": 1}),
        (pa.table({"ssn": [123456789.0, None], "mrn": [447123.0, 447124.5]}), {"phi:ssn": 1, "phi:mrn": 1}),
        (pa.table({"when": [date(2020, 1, 2), date(2020, 1, 3)]}), {"phi:date": 2}),
        (pa.table({"seen": pa.array(["2020-01-02T03:04:00", None]).cast(pa.timestamp("us"))}), {"phi:date": 1}),
        (pa.table({NAMED: [1, 2], "617-555-0134": [1, 2]}), {"phi:name": 1, "phi:phone": 1}),
        (pa.table({"first": ["Grace", "Mark"], "last": ["Hope", "Rich"]}), {"phi:name": 4}),
        (
            pa.table({"x": [1]}).replace_schema_metadata({"note": f"{NAMED} SSN 123-45-6789"}),
            {"phi:name": 1, "phi:ssn": 1},
        ),
        (pa.table([[1]], schema=pa.schema([pa.field("x", pa.int64(), metadata={"by": NAMED})])), {"phi:name": 1}),
    ],
)
def test_what_is_found_in_tables_of_odd_form(raw, wanted):
    assert kinds(raw) == wanted


@pytest.mark.parametrize(
    "raw",
    [
        "weight,x\n54,1\n",
        "count,total\n123456789,1\n223456789,2\n",
        "weight\n54\n61\n",
        "Phone\nThe line was out of order.\nIt is repaired.\n",
        "version,date\n4471,12345678\n4472,87654321\n",
        pa.table({"weight": [54.0, None], "took": pa.array([5, 6], type=pa.duration("s"))}),
        pa.table({"first": ["low", "high"], "second": ["high", "low"]}),
        pa.table({"x": [1]}).replace_schema_metadata({"pandas": '{"index_columns": [], "pandas_version": "2.2.3"}'}),
    ],
)
def test_tables_without_an_identifier_are_clean(raw):
    assert kinds(raw) == {}


def test_a_frame_is_scanned_in_its_lists_objects_and_bytes():
    frame = pl.DataFrame(
        {
            "list": [["well", NAMED], ["well"]],
            "object": [{"by": "nobody"}, {"by": NAMED}],
            "bytes": [NAMED.encode(), b"\xff\x00"],
            "code": [[1, 2], [3]],
        }
    )
    assert scan_frame(frame).select("row", "column", "type").rows() == [
        (0, "list", "name"),
        (1, "object", "name"),
        (0, "bytes", "name"),
    ]


def test_days_in_eight_digits_make_no_person_of_the_table_around():
    frame = pl.DataFrame({"build_date": [20200102, 20200103], "name": ["alpha", "beta"], "zip": ["60601", "60602"]})
    assert list(hinted_cells(frame)) == ["build_date"]
