"""The house's own rules, as tests: contracts without ignores, one documentation for each thing, every rule with a test."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cloister.compliance import catalogue
from cloister.core.actions import Action
from cloister.operations.catalogue import OPERATIONS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cloister"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_import_contracts_hold():
    from importlinter.application.use_cases import lint_imports
    from importlinter.configuration import configure

    configure()
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)


def test_the_import_contracts_have_no_ignores_and_name_every_room():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert not [key for contract in contracts for key in contract if "ignore" in key]
    layers = next(contract for contract in contracts if contract["type"] == "layers")
    assert layers["exhaustive"] is True
    assert {contract["type"] for contract in contracts} >= {"layers", "protected", "forbidden"}


def test_only_settings_and_the_sdk_read_the_environment():
    readers = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("environ", "getenv")
                and getattr(node.value, "id", "") == "os"
            ):
                readers.add(path.relative_to(SOURCE).as_posix())
    assert readers <= {
        "settings.py",
        "sdk.py",
        "adapters/sandbox_boot.py",
        "adapters/sandbox_root.py",
        "adapters/sandbox_unconfined.py",
    }


def test_no_source_imports_what_runs_code_when_it_is_read():
    for path in SOURCE.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert not names & {"pickle", "joblib", "random", "marshal", "shelve"}, path


def test_every_operation_is_documented_and_names_provisions_of_the_catalogue():
    known = set(catalogue())
    for kind in OPERATIONS:
        assert kind.__doc__ and kind.__doc__.strip().splitlines()[0].endswith("."), kind
        assert kind.provisions and set(kind.provisions) <= known, (kind, set(kind.provisions) - known)


def test_every_action_has_one_operation():
    made = [kind.action for kind in OPERATIONS]
    assert len(made) == len(set(made))
    assert set(Action) - set(made) == {Action.ENVIRONMENT_CREATE, Action.KEY_UNWRAP}


def test_every_operation_s_command_exists():
    import typer

    from cloister.cli.main import app

    group = typer.main.get_command(app)
    for kind in OPERATIONS:
        words = kind.command.replace("<noun>", "dataset").split(" | ")[0].split()
        assert words[0] == "cloister"
        command = group
        for word in words[1:]:
            assert word in getattr(command, "commands", {}), kind.command
            command = command.commands[word]


def test_every_operation_is_in_the_table_of_denials():
    text = (ROOT / "tests" / "integration" / "chain" / "test_denials.py").read_text()
    table = text[text.index("ALLOWED = {") : text.index("def requests")]
    assert {kind.__name__ for kind in OPERATIONS} == set(re.findall(r"^    (\w+): \{", table, re.MULTILINE))


REFERENCE = load(ROOT / "scripts" / "reference.py")


@pytest.mark.parametrize("name", REFERENCE.PAGES)
def test_the_reference_pages_are_what_the_code_says(name):
    """Run ``.venv/bin/python scripts/reference.py`` after a change."""
    assert (ROOT / "docs" / "reference" / name).read_text() == REFERENCE.PAGES[name]()


def test_links_between_pages_lead_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        if "_build" in page.parts:
            continue
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} -> {target}"


def test_status_has_one_line_for_each_capability():
    lines = (ROOT / "docs" / "status.md").read_text().splitlines()
    ids = [match[1] for line in lines if (match := re.match(r"\| ([A-Z]\d+) \|", line))]
    expected = (
        [f"A{n}" for n in range(1, 5)]
        + [f"B{n}" for n in range(1, 4)]
        + [f"C{n}" for n in range(1, 9)]
        + [f"D{n}" for n in range(1, 5)]
        + [f"E{n}" for n in range(1, 4)]
        + [f"F{n}" for n in range(1, 5)]
        + [f"G{n}" for n in range(1, 5)]
        + [f"H{n}" for n in range(1, 4)]
        + [f"I{n}" for n in range(1, 5)]
        + [f"J{n}" for n in range(1, 4)]
        + [f"K{n}" for n in range(1, 5)]
        + ["L1", "L2"]
        + [f"M{n}" for n in range(1, 7)]
        + [f"N{n}" for n in range(1, 4)]
        + [f"P{n}" for n in range(1, 5)]
        + ["Q1", "Q2"]
        + [f"R{n}" for n in range(1, 4)]
    )
    assert ids == expected


def test_no_file_names_a_registry_a_machine_s_path_or_holds_an_index_address():
    for path in [*(ROOT / "src").rglob("*.lock"), *(ROOT / "requirements").iterdir()]:
        text = path.read_text()
        assert "://" not in text and "index-url" not in text, path


def test_the_command_line_loads_no_engine_before_a_command_runs():
    """``cloister --help`` answers at once: tables, cryptography and models are loaded by the command that needs them."""
    code = "import sys, cloister.cli.main; print(*({'polars', 'numpy', 'cloister.app', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
