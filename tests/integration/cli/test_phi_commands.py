"""Searching, reviewing and fingerprinting from the command line: tables, JSON, exit codes, one line for bad input."""

import base64
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from small_environment import visits

NOTE = "Seen by Dr. Harold Quillfeather on 3/14/2019, MRN 00123456, phone (312) 555-0142.\n"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "inbox"
    place.mkdir()
    (place / "note.txt").write_text(NOTE * 3)
    (place / "clean.txt").write_text("The lungs are clear.\n")
    return place


def test_scan_says_where_and_how_many_and_ends_with_its_own_code(line, folder):
    code, out, err = line("phi", "scan", folder, home=False)
    assert code == 13 and err.startswith("E-FOUND: 1 of 2 items")
    assert "note.txt" in out and "phone" in out and "line 1" in out
    assert not any(value in out + err for value in ("Quillfeather", "00123456", "555-0142"))
    code, out, err = line("phi", "scan", folder / "clean.txt", home=False)
    assert (code, err) == (0, "") and "nothing found" in out


def test_scan_as_json_and_of_one_type(line, folder):
    code, out, err = line("phi", "scan", folder, "--json", "--type", "phone", home=False)
    value = json.loads(out)
    assert code == 13 and value["kinds"] == {"phi:phone": 3} and value["items"] == 2 and value["clean"] == 1
    assert value["reports"][0]["hits"][0]["first"] == "line 1"
    assert json.loads(err)["error"]["code"] == "E-FOUND"


def test_a_stream_of_any_length_is_searched_from_standard_input(tmp_path):
    text = ("The lungs are clear.\n" * 4 + NOTE) * 2
    done = subprocess.run(
        [Path(sys.executable).with_name("cloister"), "phi", "scan", "-", "--json"],
        input=text.encode(), capture_output=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    value = json.loads(done.stdout)
    assert done.returncode == 13, done.stderr
    assert {hit["kind"]: (hit["count"], hit["first"]) for hit in value["reports"][0]["hits"]}["phi:phone"] == (
        2,
        "line 5",
    )


def streamed(raw, tmp_path):
    done = subprocess.run(
        [Path(sys.executable).with_name("cloister"), "phi", "scan", "-", "--json"],
        input=raw, capture_output=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def test_a_stream_is_read_as_a_file_is(tmp_path):
    rows = "".join(f"{219098765 + i},Stone,110\n" for i in range(70_000))  # two parts of a stream
    code, value = streamed(f"ssn,surname,glucose\n{rows}".encode(), tmp_path)
    assert (code, value["kinds"]) == (13, {"phi:name": 70_000, "phi:ssn": 70_000})
    assert {hit["first"] for hit in value["reports"][0]["hits"]} == {"row 2"}
    code, value = streamed(base64.b64encode(NOTE.encode()), tmp_path)
    assert code == 13 and "phi:phone" in value["kinds"]


@pytest.mark.parametrize("raw", [gzip.compress(b"x", mtime=0), b"PAR1xxxx", b"%PDF-1.7", bytes(3000), b"\x89PNG"])
def test_a_stream_that_is_no_text_is_never_clean(raw, tmp_path):
    code, value = streamed(raw, tmp_path)
    assert (code, value["clean"], len(value["reports"][0]["troubles"])) == (13, 0, 1)


def test_what_a_stream_carries_and_nobody_can_read_is_never_clean(tmp_path):
    lines = "".join(f"day {n}: the lungs are clear\n" for n in range(60_000))  # two parts of a stream
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    code, value = streamed(lines.encode() + picture, tmp_path)
    (trouble,) = value["reports"][0]["troubles"]
    assert (code, value["clean"], value["kinds"]) == (13, 0, {})
    assert trouble["where"].endswith("near line 60001, decoded")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-32", "utf-8-sig"])
def test_a_stream_in_another_encoding_hides_nobody(encoding, tmp_path):
    code, value = streamed("é Mr. José Haskin\n".encode(encoding), tmp_path)
    assert (code, value["kinds"]) == (13, {"phi:name": 1})


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("phi", "scan", "nowhere"), 3, ("nowhere",)),
        (("phi", "scan", "-", "other"), 2, ("standard input",)),
        (("phi", "scan", ".", "--threshold", "2"), 2, ("--threshold",)),
        (("phi", "scan", ".", "--type", "shoe"), 2, ("shoe", "choose from")),
        (("phi", "scan", "s3://"), 2, ("s3://BUCKET",)),
        (("sweep", "."), 2, ("--dataset", "--fingerprints")),
        (("sweep", ".", "--fingerprints", "nowhere"), 3, ("nowhere",)),
        (("--as", "privacy", "sweep", "nowhere", "--dataset", "visits"), 3, ("nowhere",)),
        (("--as", "engineer", "sweep", ".", "--dataset", "visits"), 5, ("dataset:sweep",)),
        (("--as", "engineer", "phi", "queue", "visits-raw"), 5, ("review:read",)),
        (("--as", "steward", "phi", "queue", "visits-raw", "--state", "lost"), 2, ("open",)),
        (("--as", "steward", "phi", "judge", "visits-raw"), 2, ("phi queue",)),
        (("--as", "steward", "phi", "judge", "visits-raw", "--safe", "rev_x"), 3, ("rev_x", "phi queue")),
        (("--as", "steward", "phi", "judge", "visits-raw", "--safe", "a", "--phi", "a"), 2, ("two verdicts",)),
        (("--as", "steward", "phi", "judge", "visits-raw", "--verdicts", "nowhere"), 3, ("nowhere",)),
        (("--as", "privacy", "dataset", "fingerprint", "visits", "--output", "env/environment.json"), 4, ("already",)),
        (("--as", "privacy", "dataset", "reidentify", "ver_x", "--column", "patient", "--reason", "y", "--output", "o"), 2, ("--token",)),
    ],
)  # fmt: skip
def test_one_line_for_what_cannot_be_done(line, monkeypatch, arguments, code, words):
    monkeypatch.chdir(line.root)
    found, out, err = line(*arguments)
    assert found == code, (out, err)
    assert err.count("\n") == 1 and err.startswith("E-") and "Traceback" not in err
    assert all(word in err for word in words), err


def test_fingerprints_by_file_find_a_copy_without_the_environment(line, tmp_path):
    code, out, _ = line("--as", "steward", "dataset", "fingerprint", "visits-raw", "--output", tmp_path / "prints")
    assert code == 0 and "2,400 rows" in out
    assert (tmp_path / "prints").stat().st_mode & 0o777 == 0o600
    visits()[7:30].write_csv(tmp_path / "copy.csv")
    code, out, _ = line(
        "sweep", tmp_path / "copy.csv", "--fingerprints", tmp_path / "prints", "--copies-only", home=False
    )
    assert code == 13 and "copy:rows" in out and "23" in out
    code, out, _ = line("--as", "steward", "sweep", tmp_path / "copy.csv", "--dataset", "visits-raw", "--copies-only")
    assert code == 13 and "copy:rows" in out


def test_the_queue_and_a_sitting_over_a_pipe(line, monkeypatch):
    code, out, _ = line("--as", "steward", "phi", "queue", "visits-raw", "--json")
    assert code == 0 and json.loads(out) == []
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    code, out, err = line("--as", "steward", "phi", "review", "visits-raw")
    assert (code, out, err) == (0, "nothing waits for you\n", "")
