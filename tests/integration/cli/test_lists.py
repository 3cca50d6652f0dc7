"""Every command answers --help; every list and show prints JSON that a script can read."""

import json

import click
import pytest
import typer

from cloister import records
from cloister.adapters.sqlite_rows import _LISTED
from cloister.cli.main import app

NOUNS = ("subject", "project", "grant", "source", "dataset", "deliver", "job", "model", "release")
SECRETS = ("credential", "token_key", "wrapped")


def commands():
    """Every path of words that names a command or a group."""

    def walk(command, path):
        yield path
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, (*path, name))

    return sorted(walk(typer.main.get_command(app), ()))


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_says_what_it_does(line, path):
    code, out, err = line(*path, "--help", home=False)
    assert code == 0 and err == ""
    assert "Usage: cloister" in out and " ".join(path) in " ".join(out.split())
    command = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    assert (command.help or "").strip(), "no help text"
    options = [item for item in command.params if isinstance(item, click.Option)]
    assert all(any(word in out for word in item.opts) for item in options if not item.hidden)


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_and_records_are_json(line, noun):
    code, out, err = line("--as", "steward", "--json", noun, "list")
    assert code == 0, err
    rows = json.loads(out)
    assert isinstance(rows, list)
    assert all(secret not in row for row in rows for secret in SECRETS)
    assert len(rows) >= (0 if noun in ("job", "model", "release") else 1)
    for row in rows[:2]:
        code, out, err = line("--as", "steward", "--json", noun, "show", row["id"])
        assert code == 0, err
        assert json.loads(out) == row


def test_lists_for_people(line):
    code, out, _ = line("--as", "steward", "dataset", "list")
    assert code == 0 and "visits-raw" in out and "custodian" in out
    code, out, _ = line("--as", "steward", "model", "list")
    assert code == 0 and out == "no model yet\n"


def test_the_log_verifies_and_exports(line, tmp_path):
    code, out, err = line("--as", "privacy", "--json", "audit", "verify")
    assert code == 0, err
    assert json.loads(out)["problems"] == []
    assert line("--as", "privacy", "audit", "export", tmp_path / "log.json")[0] == 0
    assert json.loads((tmp_path / "log.json").read_text())["events"]
    code, out, err = line("--as", "privacy", "--json", "audit", "coverage")
    assert code == 0 and json.loads(out), err


def test_a_pack_verifies_offline_with_the_key_alone(line, tmp_path):
    key = json.loads(line("--as", "privacy", "--json", "audit", "key")[1])["key"]
    assert line("--as", "privacy", "evidence", "pack", tmp_path / "pack.zip")[0] == 0
    code, out, err = line("--json", "verify", tmp_path / "pack.zip", "--key", key, home=False)
    assert code == 0 and json.loads(out), err


def test_an_error_is_json_too(line):
    code, out, err = line("--as", "steward", "--json", "source", "show", "nowhere")
    assert code == 3 and out == ""
    assert json.loads(err)["error"]["code"] == "E-NOT-FOUND"


@pytest.mark.parametrize(
    "arguments",
    [("version",), ("init", "new.yaml"), ("source", "new-key", "new.key"), ("--as", "steward", "audit", "key")],
)
def test_commands_without_a_table_print_json_too(line, monkeypatch, arguments):
    monkeypatch.chdir(line.root)
    code, out, err = line(*arguments, "--json")
    assert code == 0, err
    assert isinstance(json.loads(out), dict)


def test_what_is_not_found_is_listed_by_a_command_that_exists():
    kinds = [item.kind for item in vars(records).values() if isinstance(item, type) and hasattr(item, "kind")]
    assert len(kinds) > 20 and set(_LISTED) - {"dataset-keys"} <= set(kinds)
    for kind in {*kinds, *_LISTED}:
        words = [word for word in _LISTED.get(kind, f"{kind} list").split() if word.islower()]
        assert tuple(words) in commands(), kind
