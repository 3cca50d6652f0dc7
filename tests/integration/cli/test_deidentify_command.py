"""Files from the command line: whole or not at all, for this user alone, what is not released in quarantine with its reason."""

import json
import stat

import polars as pl
import pytest

from cloister.phi.files import FileCleaner
from unit.phi_structured.test_files import PATIENT, SAMPLES, TELLING, FileKind


@pytest.fixture
def desk(line, tmp_path, monkeypatch):
    place = tmp_path / "desk"
    place.mkdir()
    monkeypatch.chdir(place)
    assert line("phi", "new-key", "key", home=False)[0] == 0
    return place


def deidentify(line, *arguments):
    return line("phi", "deidentify", *arguments, "--key-file", "key", home=False)


def test_a_file_goes_in_and_a_new_one_comes_out(line, desk):
    (desk / "in.csv").write_bytes(SAMPLES[FileKind.CSV])
    code, out, err = deidentify(line, "in.csv", "out.csv")
    assert (code, err) == (0, "")
    assert "ssn                          ssn: removed" in out and "done" in out
    assert not any(value in (desk / "out.csv").read_text() + out for value in TELLING)
    assert stat.S_IMODE((desk / "out.csv").stat().st_mode) == 0o600
    assert stat.S_IMODE((desk / "key").stat().st_mode) == 0o600
    assert sorted(path.name for path in desk.iterdir()) == ["in.csv", "key", "out.csv"]
    again = deidentify(line, "in.csv", "out.csv")
    assert again[0] == 4 and "already" in again[2]


def test_a_folder_in_which_some_files_cannot_be_read(line, desk):
    inbox = desk / "inbox"
    (inbox / "Qvorbat").mkdir(parents=True)
    for number, kind in enumerate(SAMPLES):
        (inbox / f"Zyxwina-{number}").write_bytes(SAMPLES[kind])
    (inbox / "Qvorbat" / "bomb.zip").write_bytes(b"PK\x03\x04" + b"\0" * 99)
    (inbox / "cut.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x02\0\0\0UL\x04\0")
    (inbox / "lines").write_text(json.dumps(PATIENT) + "\nbroken Qvorbat\n" + json.dumps(PATIENT) + "\n")
    (inbox / "link").symlink_to(desk / "key")
    code, _, err = deidentify(line, "inbox", "outbox")
    assert code == 2 and err.startswith("E-INPUT") and "3 of 9 files" in err and "reasons.json" in err
    names = sorted(path.name for path in (desk / "outbox").iterdir())
    assert len(names) == 7 and all(name[:6].isdigit() for name in names)
    text = b"".join(path.read_bytes() for path in (desk / "outbox").iterdir()).decode("latin-1")
    assert not any(value in text for value in TELLING)
    reasons = json.loads((desk / "outbox.quarantine" / "reasons.json").read_text())
    assert len(reasons) == 3 and {"zip" in item["reason"] for item in reasons} == {True, False}
    kept = [item["kept"] for item in reasons if item["kept"]]
    assert (desk / "outbox.quarantine" / kept[0]).read_text() == "broken Qvorbat\n"
    assert stat.S_IMODE((desk / "outbox.quarantine").stat().st_mode) == 0o700


@pytest.mark.parametrize("fault", [RuntimeError("Zyxwina"), pl.exceptions.PanicException("Zyxwina")])
def test_a_file_with_a_fault_that_nobody_foresaw_is_refused_alone(line, desk, monkeypatch, fault):
    def clean(self, kind, source, target, **others):
        if source.read(1) == b"b":
            raise fault
        source.seek(0)
        return real(self, kind, source, target, **others)

    real = FileCleaner.clean
    monkeypatch.setattr(FileCleaner, "clean", clean)
    (desk / "inbox").mkdir()
    for number, name in enumerate("abc"):
        (desk / "inbox" / str(number)).write_text(f"{name},x\n1,2\n")
    code, out, err = deidentify(line, "inbox", "outbox")
    assert code == 2 and "1 of 3 files" in err and "Zyxwina" not in out + err
    assert sorted(path.name for path in (desk / "outbox").iterdir()) == ["000001.csv", "000003.csv"]
    reasons = json.loads((desk / "outbox.quarantine" / "reasons.json").read_text())
    assert [(item["number"], item["reason"]) for item in reasons] == [
        (2, f"can't be de-identified ({type(fault).__name__})")
    ]


def tables(desk, folder):
    return [pl.read_csv(path, infer_schema=False) for path in sorted((desk / folder).iterdir())]


def test_a_role_said_for_a_folder_holds_for_the_tables_that_have_the_column(line, desk):
    (desk / "inbox").mkdir()
    (desk / "inbox" / "a.csv").write_text("sex,zzq\nF,Zyxwina\nM,Qvorbat\n")
    (desk / "inbox" / "b.csv").write_text("sex,weight\nF,54\nM,61\n")
    code, _, err = deidentify(line, "inbox", "outbox", "--role", "zzq=attribute", "--keep-unknown")
    assert (code, err) == (0, "")
    assert [table.columns for table in tables(desk, "outbox")] == [["sex", "zzq"], ["sex", "weight"]]
    assert tables(desk, "outbox")[0]["zzq"].to_list() == ["Zyxwina", "Qvorbat"]
    code, _, err = deidentify(line, "inbox", "other", "--role", "zzr=attribute")
    assert code == 2 and "no table of the folder has a column 'zzr'" in err and not (desk / "other").exists()


def test_the_bare_id_of_a_table_of_people_joins_the_tables_that_name_the_patient(line, desk):
    (desk / "inbox").mkdir()
    (desk / "inbox" / "a.csv").write_text("PATIENT,START\nqv-1,2020-01-02\nqv-2,2020-01-03\n")
    (desk / "inbox" / "b.csv").write_text("Id,BIRTHDATE,SEX\nqv-1,1980-02-03,F\nqv-2,1960-02-03,M\n")
    (desk / "inbox" / "c.csv").write_text("Id,SEX,weight\nqv-1,F,54\nqv-2,M,61\n")
    for source, target in (("inbox", "outbox"), ("outbox", "again")):
        assert deidentify(line, source, target)[0] == 0
        visits, people, others = tables(desk, target)
        assert visits["PATIENT"].to_list() == people["Id"].to_list() and "qv" not in str(people)
        assert others.columns == ["SEX", "weight"]


def test_as_json(line, desk):
    (desk / "in.json").write_bytes(SAMPLES[FileKind.FHIR])
    code, out, _ = deidentify(line, "in.json", "out.json", "--json", "--as-of", "2026-01-31")
    value = json.loads(out)
    assert code == 0 and value["files"][0]["state"] == "done" and value["files"][0]["report"]["kind"] == "fhir"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere", "out"), 3, ("nowhere",)),
        (("in", "none/out"), 3, ("make the folder",)),
        (("in", "out", "--profile", "loose"), 2, ("--profile",)),
        (("in", "out", "--format", "doc"), 2, ("--format", "dicom")),
        (("in", "out", "--role", "x"), 2, ("COLUMN=ROLE",)),
        (("in", "out", "--role", "x=shoe"), 2, ("COLUMN=ROLE",)),
        (("in", "out", "--as-of", "today"), 2, ("--as-of",)),
        (("in", "out", "--encrypt", "x"), 2, ("row keys",)),
        (("in", "out", "--format", "fhir"), 2, ("quarantine",)),
    ],
)
def test_one_line_for_bad_arguments_and_nothing_half_done(line, desk, arguments, code, words):
    (desk / "in").write_text("Zyxwina Qvorbat\n")
    found, out, err = deidentify(line, *arguments)
    assert found == code and err.count("\n") == 1 and err.startswith("E-"), (out, err)
    assert all(word in err for word in words) and "Qvorbat" not in out + err
    assert not [path.name for path in desk.iterdir() if "out" in path.name and "quarantine" not in path.name]


@pytest.mark.parametrize("text", ["", "zz", "00" * 32])
def test_a_key_that_is_none(line, desk, text):
    (desk / "in").write_text("x\n")
    (desk / "key").write_text(text)
    found, _, err = deidentify(line, "in", "out")
    assert found == 6 and "phi new-key" in err
