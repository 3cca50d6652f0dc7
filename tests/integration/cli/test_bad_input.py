"""Bad input through the real command line: one line that says what, where and what to do; nothing changed."""

import os
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from cloister.adapters.sqlite_store import SqliteStore
from cloister.cli.pipeline import read_pipeline
from cloister.cli.pipeline_checks import check_pipeline
from cloister.core.schema import Watch
from cloister.integrity.contradictions import check_schema
from faults.crash_rig import HERE as FAULTS
from small_environment import visits

PIPELINE = (FAULTS / "pipeline.yaml").read_text()
VALUES = ("Quillfeather", "555-0142", "60601")


def refused(line, arguments, code, *words, home=True, same=True):
    """Run it; it must end with this code and one line on standard error that holds these words and no data value."""
    before = line.snapshot()
    found, out, err = line(*arguments, home=home)
    assert found == code, (found, out, err)
    assert err.count("\n") == 1 and err.startswith("E-"), err
    assert "Traceback" not in out + err
    assert all(value not in out + err for value in VALUES), err
    assert all(word in err for word in words), err
    if same:
        assert line.snapshot() == before
    return err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--as", "nobody", "source", "list"), 3, ("nobody", "subject add")),
        (("source", "list"), 2, ("--as NAME",)),
        (("--as",), 2, ("--as needs a value",)),
        (("--as", "steward", "sauce", "list"), 2, ("sauce", "--help")),
        (("--as", "steward", "source", "lost"), 2, ("lost", "--help")),
        (("--as", "steward", "source", "show"), 2, ("--help",)),
        (("--as", "steward", "source", "list", "--colour"), 2, ("--colour",)),
        (("--as", "steward", "source", "show", "nowhere"), 3, ("nowhere", "source list")),
        (("--as", "steward", "dataset", "show", "nowhere"), 3, ("nowhere", "dataset list")),
        (("--as", "steward", "model", "show", "nowhere"), 3, ("nowhere", "model list")),
        (("--as", "steward", "source", "add", "x", "--public-key", "zz"), 2, ()),
        (("--as", "engineer", "source", "add", "x", "--public-key", "00" * 32), 5, ("source:register",)),
        (("--as", "engineer", "grant", "approve", "grn_none"), 3, ("grn_none",)),
        (("--as", "steward", "project", "create", "p", "--purpose", "q", "--gates", "none.yaml"), 3, ("none.yaml",)),
        (
            (
                "--as",
                "steward",
                "dataset",
                "create",
                "d",
                "--custodian",
                "custodian",
                "--class",
                "secret",
                "--schema",
                "x",
            ),
            2,
            ("--class", "phi"),
        ),
        (("--as", "custodian", "dataset", "shred", "visits"), 2, ("--yes",)),
        (("--as", "steward", "deliver", "receive", "nowhere", "--source", "clinic"), 7, ("unsigned", "deliver sign")),
        (("--as", "steward", "deliver", "receive", "nowhere", "--source", "none"), 3, ("none", "source list")),
        (("--as", "steward", "deliver", "check", "dl_none"), 3, ("dl_none",)),
        (("--as", "privacy", "audit", "export", "env/environment.json"), 4, ("already",)),
        (("verify", "nowhere.zip"), 3, ("nowhere.zip",)),
        (("verify", "env/environment.json"), 2, ("environment.json", "ZIP", "evidence pack")),
        (("verify", "env", "--key", "short"), 2, ("--key", "audit key")),
        (("run", "nowhere.yaml"), 3, ("nowhere.yaml", "cloister init")),
        (("init", "new.yaml", "--data", "nowhere.csv"), 3, ("nowhere.csv",)),
        (("environment", "x", "--passphrase-file", "nowhere"), 3, ("nowhere",)),
        (("job", "run", "job_none", "--as", "engineer"), 3, ("job_none",)),
    ],
)
def test_one_line_and_nothing_changed(line, monkeypatch, arguments, code, words):
    monkeypatch.chdir(line.root)
    refused(line, arguments, code, *words)


@pytest.mark.parametrize("text", ["{", "[1]", "3", "{'a': 1}"])
def test_parameters_that_are_no_json_object(line, tmp_path, text):
    script = tmp_path / "train.py"
    script.write_text("pass\n")
    arguments = ("--as", "engineer", "job", "submit", line.grant, "--script", script, "--outcome", "back")
    refused(line, (*arguments, "--parameters", text), 2, "--parameters", "JSON object")


def test_columns_that_are_not_there(line, tmp_path):
    ask = ("--as", "engineer", "grant", "request", line.safe, "--project", "returns", "--purpose", "quality")
    refused(line, (*ask, "--column", "nowhere"), 2, "nowhere")
    read = ("--as", "engineer", "dataset", "read", line.grant, "--output", tmp_path / "out.parquet", "--column")
    refused(line, (*read, "nowhere"), 2, "nowhere")
    refused(line, (*read, "note"), 6, "'note'")
    assert not (tmp_path / "out.parquet").exists()


def test_output_in_a_folder_that_is_not_there(line, tmp_path):
    read = ("--as", "engineer", "dataset", "read", line.grant, "--column", "lab", "--output")
    there = tmp_path / "none"
    refused(line, (*read, there / "out.parquet"), 3, "out.parquet", "make the folder")
    refused(line, ("--as", "privacy", "audit", "export", there / "log.json"), 3, "log.json", "make the folder")
    refused(line, ("--as", "privacy", "evidence", "pack", there / "pack.zip"), 3, "pack.zip", "make the folder")
    refused(line, ("source", "new-key", there / "key"), 3, "key", "make the folder")
    refused(line, ("init", there / "pipeline.yaml"), 3, "pipeline.yaml", "make the folder")
    assert not there.exists()


def test_a_wrong_passphrase(line):
    (line.home / "keyring" / "passphrase").write_text("another passphrase\n")
    refused(line, ("--as", "steward", "source", "list"), 6, "passphrase", "Try:")
    (line.home / "keyring" / "passphrase").unlink()
    refused(line, ("--as", "steward", "source", "list"), 3, "passphrase", "CLOISTER_PASSPHRASE_FILE")


def test_a_credential_of_another(line):
    (line.home / "credentials" / "steward").write_text("0" * 64)
    refused(line, ("--as", "steward", "source", "list"), 5, "credential")


def test_no_environment(line, tmp_path):
    refused(line, ("--home", tmp_path / "none", "--as", "steward", "source", "list"), 3, "none", home=False)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["environment.json", "keyring/keyring.json", "cloister.db"])
def test_a_damaged_environment(line, name):
    for path in line.home.glob("cloister.db-*"):
        path.unlink()
    (line.home / name).write_bytes(b"\x00not what it was")
    refused(line, ("--as", "steward", "source", "list"), 7)


def test_a_locked_database(line, monkeypatch):
    monkeypatch.setattr("cloister.adapters.sqlite_store._BUSY_SECONDS", 0.3)
    other = sqlite3.connect(line.home / "cloister.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused(line, ("--as", "steward", "source", "list"), 9, "locked", "wait for the other command")
    other.execute("ROLLBACK")
    other.close()
    assert line("--as", "steward", "source", "list")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("  k: 300", "  k: many", "k: many", ("risk.k", "whole number")),
        ("  k: 300", "  k: 1", "k: 1", ("risk.k",)),
        ("threads: 1}", "threads: two}", "threads: two", ("training.threads", "whole number")),
        ("environment: clinic-environment", "environment: 3", "environment: 3", ("environment", "quotes")),
        ("source: {name: clinic}", "source: clinic", "source: clinic", ("source", "group")),
        ("data: [visits.csv]", "data: visits.csv", "data: visits.csv", ("data", "list")),
        ("stage_", "stage_", None, ()),
        ("type: real, minimum: 0", "type: decimal, minimum: 0", "decimal", ("type",)),
        ("role: name}", "role: nickname}", None, ("nickname", "surname")),
        ("columns: [sex, lab, back]", "columns: [sex, mood, back]", "mood", ("mood", "after de-identification")),
        ("outcome: back", "outcome: forth", "forth", ("forth",)),
        ("hours: 4}", "hours: [4]}", "hours", ("grant.hours: a number",)),
        ("purpose: quality", "purpose: marketing", "marketing", ("purpose",)),
        ("sex: any, ", "sex: tree, ", "sex: tree", ("tree", "choose from")),
        ('performance: ">= 0.55"', "performance: high", "performance: high", ("performance", '">= 0.6"')),
        ('  reproducibility: "<= 0"\n', "", "gates:", ("reproducibility",)),
        ("deidentified: {name", "deidentified: {nam", None, ("deidentified.nam", "use one of name, drop")),
        ("deidentified: {name: visits, ", "deidentified: {", "deidentified: {", ("deidentified.name", "missing")),
        ("deidentified: {name", "deidentified: {extra: 1, name", "extra", ("extra", "use one of name, drop")),
        ('rules: ["left >= admitted"]', 'rules: ["left after admitted"]', None, ("rule", "discharge >= admission")),
        ("project: {name", "project: {{name", None, ("YAML", "line 2")),
        ("environment: clinic-environment", "environment: \xff", None, ()),
        ("deidentified: {name: visits", "deidentified: {name: visits-raw", "deidentified", ("one name",)),
        ("environment: clinic-environment", "environment: Clinic", "environment: Clinic", ("lower-case",)),
        ("environment: clinic-environment", "environment: a\nenvironment: b", "environment: b", ("twice",)),
        ("environment: clinic-environment", "environment: " + "[" * 60, None, ()),
        ("folder: env", "folder: visits.csv", "folder: visits.csv", ("file", "new folder")),
        ("folder: env", "folder: .", "folder: .", ("new folder",)),
        ("data: [visits.csv]", "data: [visits.csv, ./visits.csv]", "data:", ("two files", "rename")),
        ("data: [visits.csv]", "data: [visits.xlsx]", "data:", (".csv or .parquet",)),
        (
            "{name: visit, type: integer",
            "{name: visit, type: integer, pattern: x",
            "pattern: x",
            ("'visit'", "pattern"),
        ),
        ("role: person", "role: attribute", "columns:", ("person",)),
        ("role: record", "role: person", "columns:", ("2 columns", "person")),
        ("outcome: back", "outcome: lab", "outcome: lab", ("real", "yes or no")),
        ("outcome: back", "outcome: sex", "training:", ("training.positive",)),
        ("outcome: back", "outcome: sex, positive: X", "training:", ("codes",)),
        ("cohorts: [sex]", "cohorts: [ward]", "cohorts", ("not granted", "grant.columns")),
        ("rounds: 20, min", "rounds: 2021-02-03, min", "rounds", ("JSON",)),
        ("drop: [admitted_year", "drop: [nothing, admitted_year", "drop: [nothing", ("nothing", "Try:")),
        (PIPELINE, "", None, ()),
        (PIPELINE, "- a\n- b\n", None, ()),
    ],
)
def test_a_pipeline_file_with_a_fault(line, old, new, at, words):
    """The line is named where the fault is."""
    if old == "stage_":
        text = PIPELINE + "stage: moon\n"
        at, words = "stage: moon", ("stage", "production")
    else:
        assert old in PIPELINE
        text = PIPELINE.replace(old, new, 1)
    file = line.root / "pipeline.yaml"
    file.write_text(text, encoding="latin-1")
    visits().write_csv(line.root / "visits.csv")
    err = refused(line, ("run", file), 2, "pipeline.yaml", *words, home=False)
    if at is not None:
        number = next(count for count, row in enumerate(text.splitlines(), 1) if at in row)
        assert f"line {number}:" in err, err


def test_a_pipeline_without_its_table(line):
    (line.root / "pipeline.yaml").write_text(PIPELINE)
    refused(line, ("run", line.root / "pipeline.yaml"), 3, "visits.csv", home=False)


def deliver(line, content, name="visits.csv", sequence=9):
    """Sign and send a file; returns the arguments that receive it."""
    folder = line.root / "out"
    folder.mkdir()
    (folder / name).write_bytes(content)
    key = line.root / "source.key"
    sign = ("deliver", "sign", folder, "--source", "clinic", "--dataset", "visits-raw")
    assert line(*sign, "--sequence", sequence, "--key-file", key)[0] == 0
    return ("--as", "steward", "deliver", "receive", folder, "--source", "clinic")


GOOD = visits(20, start=7001).write_csv().encode()


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (GOOD.decode().replace("surgery", "chirurgie g\xe9n\xe9rale").encode("latin-1"), 2, ("UTF-8", "line ")),
        (GOOD.decode().encode("utf-16"), 2, ("UTF-16",)),
        (b"\xef\xbb\xbf" + GOOD, 2, ("byte order mark",)),
        (GOOD.replace(b"surgery", b"sur\0ery", 1), 2, ("NUL",)),
        (GOOD.replace(b"visit,", b"vist,", 1), 2, ("'visit' is missing",)),
        (GOOD.replace(b"\n", b",1\n"), 2, ()),
        (GOOD + b'7777,"open\n', 2, ("visits.csv",)),
        (b"", 2, ("empty",)),
        (b"PK\x03\x04" * 50, 2, ("visits.csv",)),
        (GOOD.replace(b"visit,patient,", b"patient,patient,", 1), 2, ("line 1", "earlier one", "own name")),
        (GOOD.replace(b",", b";"), 2, ("line 1", "commas")),
        (GOOD.replace(b"\n", b"\r"), 2, ("CR alone",)),
        (GOOD[: GOOD.find(b"\n") + 1], 2, ("no rows",)),
        (GOOD.replace(b"visit,patient,", b"patient,visit,", 1), 2, ("another order",)),
    ],
)
def test_a_table_that_can_not_be_read(line, content, code, words):
    refused(line, deliver(line, content), code, "visits.csv", *words)


def test_a_damaged_parquet_file(line):
    refused(line, deliver(line, b"PAR1 nothing PAR1", "visits.parquet"), 2, "visits.parquet", "Parquet")


def test_a_delivery_changed_after_signing(line):
    arguments = deliver(line, GOOD)
    (line.root / "out" / "visits.csv").write_bytes(GOOD.replace(b"surgery", b"surgerz", 1))
    refused(line, arguments, 7, "checksum")


def test_a_manifest_that_is_no_manifest(line):
    arguments = deliver(line, GOOD)
    for content in (b"", b"{}", b"[]", b"\xff", b'{"payload": 3}'):
        (line.root / "out" / "manifest.dsse.json").write_bytes(content)
        found, _, err = line(*arguments)
        assert found in (2, 7) and err.count("\n") == 1 and err.startswith("E-"), (content, err)


def test_an_error_that_nobody_foresaw_shows_no_message(line, monkeypatch):
    def broken(self):
        raise ValueError("Quillfeather, 555-0142")

    monkeypatch.setattr(SqliteStore, "open_intents", broken)
    refused(line, ("--as", "steward", "source", "list"), 1, "E-INTERNAL", "ValueError", "withheld")


@pytest.mark.parametrize("command", ["run", "init", "verify", "sign"])
def test_what_is_no_plain_file(line, command):
    """A folder, a device without an end, a pipe that nobody fills, a link to nothing, a file of another user."""
    fifo, loop = line.root / "pipe.csv", line.root / "loop.csv"
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    (line.root / "folder.csv").mkdir()
    for path in (Path("/dev/zero"), fifo, loop, line.root / "folder.csv"):
        arguments = {
            "run": ("run", path),
            "init": ("init", line.root / "new.yaml", "--data", path),
            "verify": ("verify", line.home / "environment.json", "--seen", path),
            "sign": (
                "deliver",
                "sign",
                line.home,
                "--source",
                "c",
                "--dataset",
                "d",
                "--sequence",
                1,
                "--key-file",
                path,
            ),
        }[command]
        found, out, err = line(*arguments, home=False)
        assert found in (2, 3), (path, out, err)
        assert err.count("\n") == 1 and err.startswith("E-") and "Try:" in err, err
        assert not (line.root / "new.yaml").exists()


ODD_NAMES = ["no", "true", "null", "1.5", "a: b, {c}", "a;b", "x/y", " trailing ", "Größe (cm)", "年齢", "it's", '"q"']


def test_init_writes_a_file_that_is_read_back_whatever_the_columns_are_called(line):
    """Names that mean something else to YAML, signs, other scripts: the guess passes every check but the human ones."""
    rows = 40
    odd = {name: [f"v{number % 3}" for number in range(rows)] for name in ODD_NAMES}
    frame = pl.DataFrame(
        {"patient": list(range(rows)), **odd, "empty": pl.Series([None] * rows, dtype=pl.String), "y": [0, 1] * 20}
    )
    for name in ("odd.csv", "odd.parquet"):
        file, table = line.root / f"{name}.yaml", line.root / name
        frame.write_csv(table) if name.endswith("csv") else frame.write_parquet(table)
        assert line("init", file, "--data", table, home=False)[0] == 0
        read = read_pipeline(file)
        check_pipeline(read)
        assert list(read.schema.names) == frame.columns
        assert "empty" not in read.parts.grant.columns
        assert read.schema.watched(Watch.OUTCOME) == (read.parts.training.outcome,) == ("y",)


@pytest.mark.parametrize(("last", "watched"), [("readmitted", ("readmitted",)), ("age", ())])
def test_init_watches_the_outcome_and_nothing_that_can_not_be_one(line, last, watched):
    """An age may be guessed as the outcome where there is nothing else, but no age can be watched as one."""
    table = line.root / "visits.csv"
    pl.DataFrame({"patient": range(20), last: [40, 41] * 10}).write_csv(table)
    assert line("init", line.root / "visits.yaml", "--data", table, home=False)[0] == 0
    read = read_pipeline(line.root / "visits.yaml")
    assert read.parts.training.outcome == last and read.schema.watched(Watch.OUTCOME) == watched
    check_schema(read.schema)


def test_the_example_of_init_watches_its_outcome(line):
    assert line("init", line.root / "example.yaml", home=False)[0] == 0
    schema = read_pipeline(line.root / "example.yaml").schema
    assert schema.watched(Watch.OUTCOME) == ("readmitted",)


def test_init_knows_booleans_and_takes_a_record_number_for_the_person(line):
    frame = pl.DataFrame({"visit": range(40), "mrn": [f"{n % 9:04d}" for n in range(40)], "smoker": [True, False] * 20})
    for name, writing in (("one.csv", frame.write_csv), ("one.parquet", frame.write_parquet)):
        file = line.root / f"{name}.yaml"
        writing(line.root / name)
        assert line("init", file, "--data", line.root / name, home=False)[0] == 0
        columns = {column.name: (column.type.value, column.role.value) for column in read_pipeline(file).schema.columns}
        assert columns["mrn"] == ("text", "person") and columns["smoker"][0] == "boolean"


@pytest.mark.parametrize(
    "column",
    [pl.Series([[1]] * 3), pl.Series([{"a": 1}] * 3), pl.Series([b"x"] * 3), pl.Series([1] * 3).cast(pl.Duration)],
)
def test_values_that_no_table_takes(line, column):
    pl.DataFrame({"patient": [1, 2, 3], "odd": column}).write_parquet(line.root / "odd.parquet")
    words = ("odd.parquet", "column 2", "no table takes", "Try:")
    refused(line, ("init", line.root / "new.yaml", "--data", line.root / "odd.parquet"), 2, *words, home=False)


def test_people_with_several_rows_and_nothing_to_tell_them_apart(line):
    text = PIPELINE.replace("role: record", "role: attribute")
    (line.root / "pipeline.yaml").write_text(text)
    visits().write_csv(line.root / "visits.csv")
    refused(line, ("run", line.root / "pipeline.yaml"), 2, "visits.csv", "several rows", "role record", home=False)


def test_a_table_that_is_not_the_declared_one_makes_no_environment(line):
    (line.root / "pipeline.yaml").write_text(PIPELINE)
    visits().drop("ward").write_csv(line.root / "visits.csv")
    refused(line, ("run", line.root / "pipeline.yaml"), 2, "visits.csv", "'ward' is missing", home=False)
