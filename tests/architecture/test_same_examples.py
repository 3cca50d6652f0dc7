"""Property tests see the same examples whatever was imported before them: a red run means a change."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

_RARE = 40_961.75  # a constant that stands in a module which is imported in the middle of the test


def drawn() -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []

    @settings(max_examples=300, database=None)
    @given(st.floats(0, 1e6), st.text(max_size=8))
    def note(number: float, text: str) -> None:
        found.append((number, text))

    note()
    return found


def test_an_import_changes_no_example(tmp_path: Path):
    before = drawn()
    file = tmp_path / "imported_in_between.py"
    file.write_text(f"NUMBER = {_RARE}\nTEXT = 'vwxyz'\n")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
        assert drawn() == before
    finally:
        del sys.modules[file.stem]
