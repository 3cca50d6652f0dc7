"""The quick starts as a stranger would follow them: each shell block runs, in order, in one shell and an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
OWN_DATA = (DOCS / "quickstart-own-data.md").read_text()
FILES = re.compile(r"```\{code-block\} python\n:caption: (\S+)\n(.*?)```", re.DOTALL)
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Bash that stops at the first failure and prints each command; this interpreter's commands come first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOISTER_")}  # noqa: TID251  a test
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return subprocess.run(
        ["bash", "-c", "set -euo pipefail; set -v\n" + script],
        cwd=folder,
        env={**kept, "PATH": path, "HOME": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The whole page on one's own data, once."""
    folder = tmp_path_factory.mktemp("stranger")
    files = FILES.findall(OWN_DATA)
    assert [name for name, _ in files] == ["make_visits.py", "train.py"]
    for name, text in files:
        (folder / name).write_text(text)
    return folder, shell("\n".join(SHELL.findall(OWN_DATA)), folder)


def test_every_command_of_the_page_on_own_data_works(followed):
    _, done = followed
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def test_the_page_says_what_the_commands_show(followed):
    folder, done = followed
    assert "released" in done.stdout and "production: live" in done.stdout
    assert "901 rows: 898 good, 3 in quarantine" in done.stdout
    for finding in ("*: duplicate", "lab_result: type", "ward: identifier"):
        assert re.search(rf"^{re.escape(finding)} +error +1  ", done.stdout, re.MULTILINE), finding
    assert "trained on" in done.stdout
    assert re.search(
        r"^(rel_\w+) is proposed\n\1 is live\n(?!\1)(rel_\w+) would be live again\n1\. ", done.stdout, re.M
    )
    assert re.search(r"^3\. (rel_\w+) is rolled back\n4\. (?!\1)rel_\w+ is live at production$", done.stdout, re.M)
    assert done.stdout.count("registered models go back to signed sources") == 2
    assert not re.search(r"^FAIL", done.stdout, re.MULTILINE)
    for name in ("my-environment/evidence.zip", "second.zip"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600, name


def test_no_value_of_the_table_was_printed(followed):
    _, done = followed
    shown = done.stdout + done.stderr.replace(OWN_DATA, "")
    assert "Quillfeather" not in shown and "555-0142" not in shown and "012-34-5678" not in done.stdout


def how_to(name: str) -> str:
    return "\n".join(SHELL.findall((DOCS / "how-to" / f"{name}.md").read_text()))


@pytest.mark.slow
def test_the_how_to_pages_work_after_it(followed):
    """Evidence for an auditor, a subject more, hold and shred, and last the passphrase kept elsewhere."""
    folder, _ = followed
    pages = "\n".join(how_to(name) for name in ("evidence", "people", "end-of-data"))
    start = "export CLOISTER_HOME=my-environment; KEY=$(cloister --as privacy audit key)\n"
    done = shell(start + pages, folder)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "E-DENIED" in done.stderr and "legal hold" in done.stderr
    assert "the key of visits-raw is destroyed" in done.stdout
    moved, made = SHELL.findall((DOCS / "how-to" / "passphrase.md").read_text())
    look = "cloister --home my-environment --as steward dataset list"
    done = shell(f"{moved}\n{look}\nunset CLOISTER_PASSPHRASE_FILE\n! {look}", folder)
    assert done.returncode == 0 and "shredded" in done.stdout, done.stderr
    assert "E-NOT-FOUND" in done.stderr
    done = shell(made, folder)
    assert done.returncode == 0 and "night-steward is added" in done.stdout, done.stderr
    assert not (folder / "other-environment" / "keyring" / "passphrase").exists()


def test_a_named_passphrase_is_the_one_that_a_new_environment_gets(tmp_path, monkeypatch):
    from cloister.cli.narration import Narrator
    from cloister.cli.run_pipeline import open_or_create
    from cloister.core.errors import NotFound

    file = tmp_path / "phrase"
    monkeypatch.setenv("CLOISTER_PASSPHRASE_FILE", str(file))
    with pytest.raises(NotFound, match="passphrase"):
        open_or_create(tmp_path / "env", "tests", Narrator(quiet=True))
    assert not (tmp_path / "env").exists()
    file.write_text("a passphrase of the tests\n")
    open_or_create(tmp_path / "env", "tests", Narrator(quiet=True)).close()
    assert not (tmp_path / "env" / "keyring" / "passphrase").exists()


def test_the_demo_page_names_commands_that_exist():
    """The demo's own run is timed elsewhere; here its commands are held against the command line's help."""
    page = (DOCS / "quickstart-demo.md").read_text()
    named = set(re.findall(r"^cloister (?:--as \S+ )?([a-z]+(?: [a-z-]+)?)", page, re.MULTILINE))
    assert len(named) >= 5
    reference = (DOCS / "reference" / "commands.md").read_text()
    for command in named:
        words = command.split()
        assert any(f"## cloister {' '.join(words[:n])}\n" in reference for n in (1, 2)), command


def test_every_test_that_a_page_names_is_there():
    """The threat model and the decisions say which test shows what."""
    tests = DOCS.parent / "tests"
    named = re.findall(
        r"`((?:unit|property|integration|tampering|attacks)/[\w./]*)`", (DOCS / "threat-model.md").read_text()
    )
    for page in (DOCS / "decisions").glob("*.md"):
        named += [path.removeprefix("tests/") for path in re.findall(r"`(tests/[\w./]*)`", page.read_text())]
    assert len(named) > 40
    assert [path for path in named if not (tests / path).exists()] == []
