"""Pseudonyms and fields of a file made with a key file open for one duty, with a reason, on record."""

import csv
import json

import polars as pl
import pytest

TABLE = pl.DataFrame(
    {
        "patient_id": ["p7", "p8", "p7"],
        "visit_id": ["v1", "v2", "v3"],
        "last_name": ["Qvorbat", "Lee", "Qvorbat"],
        "glucose": ["110", "98", "97"],
    }
)
REASON = "recall of a device, letter to those affected"


@pytest.fixture
def desk(line, tmp_path, monkeypatch):
    place = tmp_path / "desk"
    place.mkdir()
    monkeypatch.chdir(place)
    TABLE.write_csv(place / "in.csv")
    line("phi", "new-key", "key", home=False)
    more = ("--encrypt", "last_name", "--row-key", "visit_id", "--project", "p")
    assert line("phi", "deidentify", "in.csv", "out.csv", "--key-file", "key", *more, home=False)[0] == 0
    return place


def reopen(line, *more, who="privacy", column="patient_id", reason=REASON):
    given = ("out.csv", "--column", column, "--key-file", "key", "--project", "p", "--reason", reason)
    return line("--as", who, "phi", "reidentify", *given, "--output", "opened.csv", *more)


def test_pseudonyms_and_fields_open_on_record(line, desk):
    code, out, err = reopen(line)
    assert (code, err) == (0, "") and "2 values" in out
    assert [row["value"] for row in csv.DictReader((desk / "opened.csv").open())] == ["p7", "p8"]
    (desk / "opened.csv").unlink()
    code, out, err = reopen(line, "--row-key", "visit_id", column="last_name")
    assert (code, err) == (0, "") and "Qvorbat" not in out
    assert [row["value"] for row in csv.DictReader((desk / "opened.csv").open())] == ["Qvorbat", "Lee", "Qvorbat"]
    assert line("--as", "privacy", "audit", "export", "log.json")[0] == 0
    log = (desk / "log.json").read_text()
    told = [event["facts"] for event in json.loads(log)["events"] if event["action"] == "file:reidentify"]
    assert [fact["values"] for fact in told] == [2, 3] and {fact["reason"] for fact in told} == {REASON}
    assert "Qvorbat" not in log and (desk / "key").read_text().strip() not in log


@pytest.mark.parametrize(
    ("more", "changes", "code", "words"),
    [
        ((), {"who": "engineer"}, 5, "file:reidentify"),
        ((), {"reason": "why not"}, 2, "reason"),
        ((), {"reason": "to call Mr. Harold Quillfeather at (312) 555-0142"}, 2, "identifier"),
        ((), {"column": "nowhere"}, 2, "no column"),
        ((), {"column": "glucose"}, 2, "no pseudonyms of this key"),
        (("--row-key", "patient_id"), {"column": "last_name"}, None, "changed or moved"),
    ],
)
def test_what_is_refused(line, desk, more, changes, code, words):
    got, out, err = reopen(line, *more, **changes)
    assert got == code if code else got != 0
    assert words in err and err.count("\n") == 1 and not (desk / "opened.csv").exists()
    assert "Qvorbat" not in out + err


def test_the_wrong_key_opens_nothing(line, desk):
    (desk / "key").unlink()
    line("phi", "new-key", "key", home=False)
    code, _, err = reopen(line)
    assert code == 2 and "no pseudonyms of this key" in err
    assert not (desk / "opened.csv").exists()
