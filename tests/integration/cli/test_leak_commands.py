"""Notebooks on their way into git, prompts on their way to a model: the real command and a real git."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("cloister")


def notebook(source, output="1"):
    cell = {
        "cell_type": "code", "id": "Qvorbat", "metadata": {"author": "Qvorbat"}, "execution_count": 3, "source": [source],
        "outputs": [{"output_type": "stream", "name": "stdout", "text": [output]}],
    }  # fmt: skip
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"title": "Qvorbat"}, "cells": [cell]}).encode()


def test_notebooks_are_stripped_in_place_and_twice_changes_nothing(line, tmp_path):
    file = tmp_path / "look.ipynb"
    file.write_bytes(notebook("df.head()", "Jane Qvorbat, (312) 555-0142"))
    file.chmod(0o644)
    assert line("phi", "notebook", file, "--check", home=False)[0] == 13
    assert b"Qvorbat" in file.read_bytes()
    code, out, err = line("phi", "notebook", file, home=False)
    assert (code, err) == (0, "") and "stripped" in out
    assert b"Qvorbat" not in file.read_bytes() and b"df.head()" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o644
    assert line("phi", "notebook", file, "--check", home=False)[0] == 0


def test_an_identifier_in_a_source_is_told_by_its_place_and_left_to_its_author(line, tmp_path):
    bad, broken = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    bad.write_bytes(notebook("# call Mr. Harold Quillfeather\nphone = '(312) 555-0142'"))
    broken.write_bytes(b"{")
    code, out, err = line("phi", "notebook", bad, broken, home=False)
    assert code == 13 and "1 hold identifiers" in err and "1 could not be read" in err
    assert "cell 1 line 2: phone" in out and "Quillfeather" not in out + err and "555-0142" not in out + err
    assert b"Quillfeather" in bad.read_bytes() and b"Qvorbat" not in bad.read_bytes()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("d={'first_name':'grace','last_name':'hope'}", True),
        ("phone='555 0134'", True),
        ("!ls /data/patients/rose_hope_00123456", True),
        ('{"MRN": 1234567}', True),
        ("**MRN:** 1234567", True),
        ("df['first_name'] = names\nphone = phones[0]\nplot(x, label='grace')\nopen('/data/patients.csv')", False),
    ],
)
def test_a_label_in_code_tells_what_its_value_is(line, tmp_path, source, found):
    file = tmp_path / "a.ipynb"
    file.write_bytes(notebook(source))
    assert line("phi", "notebook", file, home=False)[0] == (13 if found else 0)


def test_the_remedy_is_that_of_what_is_wrong(line, tmp_path):
    plain, broken = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    plain.write_bytes(notebook("df.head()"))
    broken.write_bytes(b"{")
    _, _, err = line("phi", "notebook", plain, "--check", home=False)
    assert "without --check" in err and "identifiers" not in err
    _, _, err = line("phi", "notebook", broken, home=False)
    assert "could not be read again with Jupyter" in err and "identifiers" not in err


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_git_filter_keeps_outputs_out_and_refuses_identifiers(tmp_path, monkeypatch):
    for name, value in (("GIT_CONFIG_GLOBAL", os.devnull), ("GIT_CONFIG_SYSTEM", os.devnull), ("HOME", str(tmp_path))):
        monkeypatch.setenv(name, value)

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=tmp_path, capture_output=True, check=False)

    git("init", "-q")
    git("config", "filter.cloister.clean", f"{COMMAND} phi notebook -")
    git("config", "filter.cloister.required", "true")
    (tmp_path / ".gitattributes").write_text("*.ipynb filter=cloister\n")
    (tmp_path / "good.ipynb").write_bytes(notebook("df.head()", "Jane Qvorbat"))
    (tmp_path / "bad.ipynb").write_bytes(notebook("phone = '(312) 555-0142'"))
    assert git("add", "good.ipynb").returncode == 0
    shown = git("show", ":good.ipynb").stdout
    assert b"df.head()" in shown and b"Qvorbat" not in shown
    refused = git("add", "bad.ipynb")
    assert refused.returncode != 0 and b"cell 1 line 1: phone" in refused.stderr and b"555" not in refused.stderr
    assert git("show", ":bad.ipynb").returncode != 0


def guard(text, *arguments):
    return subprocess.run(
        [COMMAND, "phi", "guard", *arguments], input=text.encode(), capture_output=True, check=False
    )  # fmt: skip


def test_a_prompt_is_guarded_on_its_way():
    done = guard("Mr. Zyxwina Qvorbat, born 3/4/1951, takes apixaban 5 mg BID", "--check")
    assert done.returncode == 13 and b"apixaban 5 mg BID" in done.stdout
    assert b"Qvorbat" not in done.stdout + done.stderr and b"1951" not in done.stdout + done.stderr
    done = guard("Is cefazolin safe with a penicillin allergy?", "--check", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["clean"] is True


def test_a_completion_that_recites_a_governed_record(line, tmp_path):
    prints = tmp_path / "prints"
    assert line("--as", "steward", "dataset", "fingerprint", "visits-raw", "--output", prints)[0] == 0
    done = guard("On file: visit 1234567 was plain.", "--completion", "--fingerprints", str(prints))
    assert done.returncode == 0
    refused = guard("x", "--fingerprints", str(tmp_path / "none"))
    assert refused.returncode == 3 and refused.stderr.startswith(b"E-NOT-FOUND")
