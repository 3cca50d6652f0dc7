"""The examples of the manual run."""

from __future__ import annotations

import re
from pathlib import Path

import cloister.privacy

MANUAL = Path(__file__).parents[3] / "docs" / "privacy.md"


def test_the_examples_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) >= 5
    exec(compile("\n".join(blocks), str(MANUAL), "exec"), {})  # noqa: S102  our own manual


def test_every_public_function_stands_in_the_manual() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    functions = [name for name in cloister.privacy.__all__ if name[0].islower() and name != "hierarchies"]
    assert [name for name in functions if f"`{name}`" not in text and f"{name}(" not in text] == []
