"""The manual of the gates names each gate of a project once, and nothing else."""

import re
from pathlib import Path

import pytest

from cloister.operations.projects import GATES, OPTIONAL_GATES

DOCS = Path(__file__).parents[3] / "docs"


def sections(text):
    """The gates that have a section, in order, and those of them whose section calls them optional."""
    found = re.split(r"(?m)^## `([^`]+)`$", text)
    named, bodies = found[1::2], found[2::2]
    return named, [name for name, body in zip(named, bodies, strict=True) if body.strip().startswith("- Optional.")]


def rows(text):
    """The gates of the table in the chapter on how gates are put to use."""
    return re.findall(r"(?m)^\| `([^`]+)`( \(optional\))? \|", text)


def faults(text):
    """What is wrong with a manual: each gate has one section, an optional one says so, and there is no other."""
    named, optional = sections(text)
    return sorted(set(named) ^ {*GATES, *OPTIONAL_GATES}) + sorted(set(optional) ^ set(OPTIONAL_GATES)) + [
        name for name in sorted(set(named)) if named.count(name) > 1
    ]  # fmt: skip


def test_the_manual_names_every_gate_and_nothing_else():
    text = (DOCS / "reference" / "gates.md").read_text()
    assert faults(text) == []
    assert "the nine\nare needed" in text and len(GATES) == 9
    for part in re.split(r"(?m)^## ", text)[1:]:
        assert all(word in part for word in ("Measures:", "- Figure and threshold:", "- Can't see:", "- Exception:"))


def test_the_chapter_on_gates_has_the_same_list():
    told = rows((DOCS / "concepts" / "gates.md").read_text())
    assert sorted(name for name, _ in told) == sorted((*GATES, *OPTIONAL_GATES))
    assert sorted(name for name, optional in told if optional) == sorted(OPTIONAL_GATES)


@pytest.mark.parametrize("gate", [*GATES, *OPTIONAL_GATES])
def test_a_gate_that_is_left_out_or_renamed_is_missed(gate):
    text = (DOCS / "reference" / "gates.md").read_text()
    assert faults(text.replace(f"## `{gate}`\n", "")) != []
    assert {gate, "luck"} <= set(faults(text.replace(f"## `{gate}`\n", "## `luck`\n")))
    assert faults(f"{text}\n## `luck`\n\n- Measures: nothing\n") == ["luck"]
