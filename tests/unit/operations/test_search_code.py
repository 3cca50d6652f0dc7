"""Decorators, fields of docstrings and parts of names are no identifiers to a search; people's handles and names are."""

from __future__ import annotations

import pytest

from cloister.operations.search_places import SURE, identifiers
from cloister.operations.source_code import is_code
from cloister.phi import Detector

FIND = identifiers(Detector(threshold=SURE))


@pytest.mark.parametrize(
    "text",
    [
        "    @setupmethod\n    def route(self):\n        return 1\n",
        '@click.option("--x",\n@click.command()\ndef run():\n',
        "@dataclass\n@functools.wraps(f)\nclass Item:\n    pass\n",
        '    """Add.\n\n    :param kwargs: what is passed on\n    :param name: of the route\n    """\n',
        "    elif isinstance(value, dict):\n        pass\n",
        "        self.instance_path = self.instance_relative_config\n",
    ],
)
def test_source_code_is_clean(text):
    assert FIND(text) == []


def test_handles_and_names_are_found():
    assert {kind for _, _, kind in FIND("Her handle is @oberon_ottermole, she posts daily.\n@oberon_ottermole\n")} == {
        "other-id"
    }
    assert {kind for _, _, kind in FIND("    :param patient: Mr. Oberon Ottermole\n")} == {"name"}


@pytest.mark.parametrize(
    ("text", "told", "kind", "code"),
    [
        ("@oberon\n@ignatius\nwere here\n", "@oberon", "other-id", False),
        ("@oberon\ndef run():\n", "@oberon", "other-id", True),
        ("insta_nce_path", "nce_path", "other-id", False),
        ("instance_path", "nce_path", "other-id", True),
        ("instance_7path", "nce_7path", "other-id", False),
        (":param kwargs: x", "param kwargs", "name", True),
        (":param Ottermole: x", "param Ottermole", "name", False),
        ("param kwargs x", "param kwargs", "name", False),
        ("\nelif isinstance(x):", "elif isinstance", "name", True),
        ("\nElif Isinstance", "Elif Isinstance", "name", False),
    ],
)
def test_what_grammar_explains(text, told, kind, code):
    start = text.index(told)
    assert is_code(text, start, start + len(told), kind) is code
