"""Shadow copies of a governed table in every container; bombs and damage cost a bounded amount and are reported."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.phi.sweep import Fingerprints, Limits, fingerprint_rows, summary, sweep

KEY = b"0123456789abcdef"
NOTE = "patient was seen in clinic today for follow up of poorly controlled hypertension and reports no chest pain"


def governed(rows: int = 50) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "record": [f"R{7000000 + i * 37}" for i in range(rows)],
            "age": rng.integers(20, 80, rows),
            "glucose": rng.integers(60, 400, rows),
            "weight": rng.normal(80, 10, rows).round(1),
            "days": rng.integers(1, 40, rows),
            "note": [f"{NOTE} visit {i}" for i in range(rows)],
        }
    )


FRAME = governed()
KNOWN = fingerprint_rows(FRAME, KEY)


def swept(raw: bytes, *, find=None, limits=None, known=KNOWN):
    (report,) = sweep(
        [("item", io.BytesIO(raw))], find=find, fingerprints=known, key=KEY if known else None, limits=limits
    )
    return report


def kinds(report) -> dict[str, int]:
    total: dict[str, int] = {}
    for hit in report.hits:
        total[hit.kind] = total.get(hit.kind, 0) + hit.count
    return total


def zipped(name: str, raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, raw)
    return out.getvalue()


def tarred(name: str, raw: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(raw)
        archive.addfile(entry, io.BytesIO(raw))
    return out.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def notebook(text: str) -> bytes:
    cell = {"cell_type": "code", "source": ["df.head()"], "metadata": {}, "outputs": [{"text": text.splitlines(True)}]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


ARCHIVES = {
    "csv": FRAME.write_csv().encode(),
    "csv with a byte-order mark": b"\xef\xbb\xbf" + FRAME.write_csv().encode(),
    "utf-16": FRAME.write_csv().encode("utf-16"),
    "tab": FRAME.write_csv(separator="\t").encode(),
    "json lines": FRAME.write_ndjson().encode(),
    "json": FRAME.write_json().encode(),
    "parquet": parquet(FRAME),
    "zip": zipped("a.csv", FRAME.write_csv().encode()),
    "tar.gz": tarred("a.csv", FRAME.write_csv().encode()),
    "gzip in zip": zipped("a.gz", gzip.compress(FRAME.write_csv().encode())),
    "parquet in zip": zipped("a.bin", parquet(FRAME)),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_every_row_of_a_copy_is_found(kind):
    assert kinds(swept(ARCHIVES[kind]))["copy:rows"] == FRAME.height


def test_moved_and_dropped_columns_and_other_rows_do_not_hide_a_copy():
    other = governed(80).with_columns(pl.lit("x").alias("extra")).tail(20)  # unknown rows
    part = FRAME.select("days", "weight", "glucose", "age").sample(20, seed=1, shuffle=True)
    assert kinds(swept(part.write_csv().encode())) == {"copy:rows": 20}
    assert "copy:rows" not in kinds(
        swept(other.select("days", "weight", "glucose", "age").with_columns(pl.col("age") + 100).write_csv().encode())
    )


def test_numbers_in_another_notation_are_the_same():
    floats = FRAME.with_columns(pl.col("age").cast(pl.Float64), pl.col("days").cast(pl.Float64))
    assert kinds(swept(floats.write_csv().encode()))["copy:rows"] == FRAME.height


def test_one_telling_column_is_enough():
    found = kinds(swept(FRAME.select("record").write_csv().encode()))
    assert found == {"copy:cells": FRAME.height}


def test_a_notebook_that_printed_rows():
    assert "copy:cells" in kinds(swept(notebook(str(FRAME["record"].to_list()))))
    assert "copy:phrases" in kinds(swept(notebook(NOTE)))


def test_annotation_exports():
    coco = {
        "images": [{"id": i, "file_name": f"{r}.png"} for i, r in enumerate(FRAME["record"])],
        "info": {"description": NOTE},
    }
    studio = [{"id": 1, "data": {"text": FRAME["note"][3], "record": FRAME["record"][3]}, "annotations": []}]
    assert "copy:phrases" in kinds(swept(json.dumps(coco).encode()))
    assert {"copy:phrases", "copy:cells"} <= set(kinds(swept(json.dumps(studio).encode())))


def test_a_binary_cache_is_searched_by_its_strings():
    cache = b"\x80\x04\x95\x00\x00" + b"\x00\x8c\x08".join(r.encode() for r in FRAME["record"]) + b"\x00."
    wide = b"\x00\x01\xff" * 40 + FRAME["record"][0].encode("utf-16-le") + b"\x00\x00\x07"
    assert kinds(swept(cache))["copy:cells"] > 0
    assert kinds(swept(wide))["copy:cells"] > 0


def test_unrelated_data_is_clean():
    rng = np.random.default_rng(9)
    other = pl.DataFrame(
        {"a": rng.integers(0, 10**6, 500), "b": rng.normal(size=500), "c": ["word"] * 500, "d": rng.integers(0, 9, 500)}
    )
    report = swept(other.write_csv().encode())
    assert report.clean, report.to_value()


def test_another_key_recognises_nothing():
    other = fingerprint_rows(FRAME, b"another key of 22 byte")
    assert not swept(ARCHIVES["csv"], known=other).hits


def test_findings_give_line_and_type_and_no_value():
    raw = b"a line\nborn Zyxwina here\n" + b"x\n" * 3
    report = swept(
        raw,
        known=None,
        find=lambda text: [(text.index("Zyxwina"), text.index("Zyxwina") + 7, "name")] if "Zyxwina" in text else [],
    )
    (hit,) = report.hits
    assert (hit.kind, hit.first) == ("phi:name", "line 2")
    assert "Zyxwina" not in json.dumps(report.to_value())


def test_escaped_and_mixed_encodings_reach_the_finder():
    seen: list[str] = []
    for raw in (
        b'{"n": "M\\u00fcller"}',
        "Müller\n".encode() + "Müller\n".encode("latin-1"),
        "Müller".encode("utf-16"),
    ):
        swept(raw, known=None, find=lambda text: seen.append(text) or [])
    assert sum(text.count("Müller") for text in seen) >= 4


def bomb() -> bytes:
    return gzip.compress(b"\0" * 50_000_000, 9)


@pytest.mark.parametrize(
    "raw", [bomb(), zipped("a", b"\0" * 50_000_000), zipped("a", bomb())], ids=["gzip", "zip", "nested"]
)
def test_a_bomb_stops_at_the_limit(raw):
    report = swept(raw, limits=Limits(unpacked=10_000_000, ratio=10**9))
    assert [trouble.reason for trouble in report.troubles] == ["unpacks to more than 10000000 bytes"]


def test_a_high_ratio_stops_early():
    report = swept(bomb(), limits=Limits(unpacked=2**27))
    assert [trouble.reason for trouble in report.troubles] == ["expands more than 200 times"]


def test_many_members_and_deep_nesting_stop():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}", b"x")
    assert "holds more than 20 members" in swept(out.getvalue(), limits=Limits(entries=20)).troubles[-1].reason
    raw = b"plain"
    for _ in range(8):
        raw = gzip.compress(raw)
    assert "inside each other" in swept(raw).troubles[-1].reason


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "parquet", "gzip in zip"])
@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_truncated_files_are_troubles_and_the_next_item_is_read(kind, cut):
    raw = ARCHIVES[kind]
    first, second = sweep(
        [("bad", io.BytesIO(raw[: int(len(raw) * cut)])), ("good", io.BytesIO(ARCHIVES["csv"]))],
        fingerprints=KNOWN,
        key=KEY,
    )
    assert first.troubles
    assert second.hits


def test_an_encrypted_member_is_a_trouble():
    raw = bytearray(zipped("a.csv", b"secret"))
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    assert [trouble.reason for trouble in swept(bytes(raw)).troubles] == ["encrypted"]


def test_a_huge_line_is_searched_in_pieces():
    line = b"x" * 3_000_000 + b" " + FRAME["record"][7].encode() + b" " + b"y" * 3_000_000
    assert kinds(swept(line))["copy:cells"] == 1


def test_deep_json_is_a_trouble():
    assert swept(b"[" * 200_000).troubles


def test_member_names_are_not_shown():
    report = swept(zipped("Zyxwina_Qvorbat.csv", ARCHIVES["csv"]))
    assert {hit.where for hit in report.hits} == {"item!1.csv"}


def test_fingerprints_survive_storage():
    again = Fingerprints.from_bytes(KNOWN.to_bytes())
    assert again.columns == KNOWN.columns
    assert swept(ARCHIVES["csv"], known=again).hits == swept(ARCHIVES["csv"]).hits
    for bad in (b"", b"nonsense\n", KNOWN.to_bytes()[:-3]):
        with pytest.raises(InvalidInput):
            Fingerprints.from_bytes(bad)


def test_a_key_is_required_and_long_enough():
    with pytest.raises(InvalidInput):
        fingerprint_rows(FRAME, b"short")
    with pytest.raises(InvalidInput):
        list(sweep([], fingerprints=KNOWN))


def test_summary_counts():
    reports = list(
        sweep([("a", io.BytesIO(ARCHIVES["csv"])), ("b", io.BytesIO(b"nothing here"))], fingerprints=KNOWN, key=KEY)
    )
    total = summary(reports)
    assert (total["items"], total["clean"]) == (2, 1)
    assert total["kinds"]["copy:rows"] == FRAME.height


def test_a_stream_is_read_from_its_start():
    stream = io.BytesIO(ARCHIVES["csv"])
    stream.seek(0, io.SEEK_END)
    (report,) = sweep([("item", stream)], fingerprints=KNOWN, key=KEY)
    assert report.hits


def test_encoded_data_does_not_reach_the_finder():
    longest: list[int] = []
    swept(b"x" * 500_000, known=None, find=lambda text: longest.append(max(map(len, text.split()), default=0)) or [])
    assert max(longest) <= 40
