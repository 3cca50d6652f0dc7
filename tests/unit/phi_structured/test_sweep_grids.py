"""Copies without a telling column are found in pages, printed frames, columns and lists of JSON, and after a title."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from cloister.phi.sweep import fingerprint_rows, sweep

KEY = b"0123456789abcdef"
FRAME = pl.DataFrame({"age": [40, 51, 62], "days": [3, 9, 4], "glucose": [110, 150, 95], "dose": [2.5, 7.0, 3.25]})
KNOWN = fingerprint_rows(FRAME, KEY)


def notebook(text: dict) -> str:
    output = {"output_type": "execute_result", "data": {kind: told.splitlines(True) for kind, told in text.items()}}
    return json.dumps({"cells": [{"cell_type": "code", "source": [], "outputs": [output]}], "nbformat": 4}, indent=1)


FORMS = {
    "page": lambda frame: frame.to_pandas().to_html(),
    "page without index": lambda frame: frame.to_pandas().to_html(index=False),
    "printed": lambda frame: frame.to_pandas().to_string(),
    "columns": lambda frame: frame.to_pandas().to_json(),
    "split": lambda frame: frame.to_pandas().to_json(orient="split"),
    "values": lambda frame: frame.to_pandas().to_json(orient="values"),
    "lists": lambda frame: json.dumps(frame.to_dict(as_series=False)),
    "list a line": lambda frame: "\n".join(json.dumps(row) for row in frame.rows()),
    "title": lambda frame: "Ward list\n\n" + frame.write_csv(),
    "comments": lambda frame: "# made on a Monday\n# by the ward\n" + frame.write_csv(),
    "CR ends": lambda frame: frame.write_csv().replace("\n", "\r"),
    "notebook's page": lambda frame: notebook({"text/html": frame.to_pandas().to_html()}),
    "notebook's print": lambda frame: notebook({"text/plain": frame.to_pandas().to_string()}),
}


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_found_and_other_rows_are_not(form):
    counts = []
    for frame in (FRAME, FRAME.with_columns(pl.col("age") + 1, pl.col("days") + 1)):
        (report,) = sweep([("item", io.BytesIO(FORMS[form](frame).encode()))], fingerprints=KNOWN, key=KEY)
        counts.append(max((hit.count for hit in report.hits if hit.kind == "copy:rows"), default=0))
        assert not report.troubles
    assert counts == [3, 0]


@pytest.mark.parametrize("text", ["<tr>" * 50_000, "<td " * 50_000, "<tr><td>" * 50_000, "a  b  c  d\n" * 50_000])
def test_hostile_pages_end(text):
    (report,) = sweep([("item", io.BytesIO(b"<html>" + text.encode()))], fingerprints=KNOWN, key=KEY)
    assert not report.hits
