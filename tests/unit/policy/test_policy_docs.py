"""The page about the policy names every shipped rule and role, and its examples run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cloister.core.actions import Action
from cloister.policy import OBLIGATIONS, PolicySet

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "policy.md").read_text("utf-8")


def test_every_forbid_role_and_obligation_has_its_row() -> None:
    text = PolicySet.default().text
    forbids = re.findall(r'@id\("([^"]+)"\)\n@reason', text)
    roles = re.findall(r'^  "([a-z-]+)"', text, re.MULTILINE)
    assert len(forbids) > 20
    assert len(roles) == 7
    rows = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert {row for row in rows if ":" not in row} == {*forbids, *roles, *OBLIGATIONS}


def test_every_action_has_the_kinds_that_the_schema_declares() -> None:
    schema = PolicySet.default().text.partition("// schema\n")[2]
    declared: dict[str, set[str]] = {}
    for names, kinds in re.findall(r"^action (.*?)\n.*?resource: \[(.*?)\]", schema, re.MULTILINE | re.DOTALL):
        about = {"Subject" if kind == "Account" else kind for kind in re.findall(r"\w+", kinds)}
        declared |= dict.fromkeys(re.findall(r'"([^"]+)"', names), about)
    assert set(declared) == {action.value for action in Action}
    written: dict[str, set[str]] = {}
    for names, kinds in re.findall(r"^\| (`[a-z-]+:.*?) \| (.*?) \|$", PAGE, re.MULTILINE):
        about = declared["record:read"] if kinds == "every kind" else set(kinds.split(", "))
        written |= dict.fromkeys(re.findall(r"`([^`]+)`", names), about)
    assert written == declared
    entities = set(re.findall(r"^entity (\w+)", schema, re.MULTILINE)) - {"Role", "Subject"}
    assert declared["record:read"] == {"Subject" if kind == "Account" else kind for kind in entities}
    assert len(declared["record:read"]) == 21


@pytest.mark.parametrize("page", ["policy.md", "demo-data.md"])
def test_the_examples_run(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)  # noqa: S102
    if page == "policy.md":
        assert "mfaa" in capsys.readouterr().out
