"""Notebooks keep sources and nothing else."""

from __future__ import annotations

import json

import pytest

from cloister.core.errors import InvalidInput
from cloister.phi.notebooks import strip_notebook

SECRET = "Zyxwina"


def notebook(**more):
    cells = [
        {
            "cell_type": "code",
            "id": SECRET,
            "execution_count": 7,
            "metadata": {"tags": [SECRET]},
            "source": ["import polars\n", "df.head()"],
            "outputs": [
                {"output_type": "stream", "text": [SECRET]},
                {"output_type": "display_data", "data": {"image/png": SECRET, "text/html": SECRET}},
                {"output_type": "error", "ename": "ValueError", "evalue": SECRET, "traceback": [SECRET]},
            ],
        },
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": f"# About\nseen {SECRET}",
            "attachments": {"a.png": {"image/png": SECRET}},
        },
        {"cell_type": "raw", "metadata": {}, "source": 5},
    ]
    metadata = {
        "kernelspec": {"display_name": SECRET},
        "language_info": {"name": "python", "version": SECRET},
        "widgets": {"state": SECRET},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5, SECRET: SECRET, **more}


def find(text):
    at = text.find(SECRET)
    return [(at, at + len(SECRET), "name")] if at >= 0 else []


def test_outputs_metadata_and_findings_go():
    clean, report = strip_notebook(json.dumps(notebook()).encode(), find=find)
    assert SECRET.encode() not in clean
    kept = json.loads(clean)
    assert kept["cells"][0]["source"] == ["import polars\n", "df.head()"]
    assert kept["cells"][0]["outputs"] == [] and kept["cells"][0]["execution_count"] is None
    assert kept["metadata"] == {"language_info": {"name": "python"}}
    assert report.to_value() == {
        "cells": 3, "outputs": 3, "attachments": 1, "metadata": 4,
        "findings": [{"cell": 2, "line": 2, "type": "name"}],
    }  # fmt: skip


def test_stripping_twice_is_once():
    once, _ = strip_notebook(json.dumps(notebook()).encode(), find=find)
    twice, report = strip_notebook(once, find=find)
    assert twice == once and report.outputs == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b'{"nbformat": 3, "cells": []}',
        b'{"nbformat": 4}',
        b'{"nbformat": 4, "cells": [1]}',
        b"\xff\xfe",
        b"[" * 99_999,
    ],
    ids=range(8),
)
def test_what_is_no_notebook_is_refused(raw):
    with pytest.raises(InvalidInput):
        strip_notebook(raw)


@pytest.mark.parametrize("part", [{"metadata": 5}, {"metadata": [SECRET]}, {"metadata": {"language_info": SECRET}}])
def test_odd_shapes_do_not_stop_it(part):
    clean, _ = strip_notebook(json.dumps(notebook(**part)).encode(), find=find)
    assert SECRET.encode() not in clean


def stripped(cells, **more):
    raw = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()
    clean, report = strip_notebook(raw)
    assert strip_notebook(clean)[0] == clean
    return json.loads(clean), report


@pytest.mark.parametrize(("name", "kept"), [("python", True), ("R", True), ("C++17", True), ("Qvorbat Zyxwina", False)])
def test_the_language_is_kept_if_it_is_one(name, kept):
    notebook, _ = stripped([], metadata={"language_info": {"name": name}})
    assert notebook["metadata"] == ({"language_info": {"name": name}} if kept else {})


def test_all_cells_have_an_id_or_none_has():
    cell = {"cell_type": "raw", "metadata": {}, "source": "x"}
    some, _ = stripped([{**cell, "id": "a"}, cell])
    assert some["nbformat_minor"] == 4 and not any("id" in one for one in some["cells"])
    every, _ = stripped([{**cell, "id": "a"}, {**cell, "id": "b"}])
    assert every["nbformat_minor"] == 5 and [one["id"] for one in every["cells"]] == ["cell-1", "cell-2"]


def test_a_picture_inside_a_text_goes_like_an_attachment():
    picture = "![seen](data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==) here"
    cells = [{"cell_type": kind, "metadata": {}, "source": picture} for kind in ("markdown", "raw", "code")]
    notebook, report = stripped(cells)
    assert [cell["source"] for cell in notebook["cells"]] == [["![seen](data:,) here"]] * 2 + [[picture]]
    assert report.attachments == 2
