"""Pseudonyms and fields of a file made with a key file open for one duty, with a reason, on record."""

import csv
import io
import json

import polars as pl
import pydicom
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


@pytest.mark.parametrize(("mark", "encoding"), [(";", "utf-8"), ("\t", "utf-8"), ("|", "utf-16"), (",", "utf-8-sig")])
def test_what_was_made_of_a_table_of_any_delimiter_opens(line, desk, mark, encoding):
    (desk / "in2.csv").write_bytes(TABLE.write_csv(separator=mark).encode(encoding))
    (desk / "out.csv").unlink()
    given = ("--key-file", "key", "--project", "p")
    assert line("phi", "deidentify", "in2.csv", "out.csv", *given, home=False)[0] == 0
    (desk / "out.csv").write_bytes((desk / "out.csv").read_text().encode(encoding))
    assert reopen(line)[0] == 0
    assert [row["value"] for row in csv.DictReader((desk / "opened.csv").open())] == ["p7", "p8"]


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


PATIENT = {
    "resourceType": "Patient",
    "id": "qvorbat-7",
    "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6789"}],
}
VISIT = {"resourceType": "Encounter", "id": "9", "status": "finished", "subject": {"reference": "Patient/qvorbat-7"}}


@pytest.fixture
def resources(line, desk):
    """Two resources de-identified with the key, as lines; the patient's id there."""
    (desk / "in.ndjson").write_text("".join(json.dumps(item) + "\n" for item in (PATIENT, VISIT)))
    made = line("phi", "deidentify", "in.ndjson", "out.ndjson", "--key-file", "key", "--project", "p", home=False)
    assert made[0] == 0
    patient, visit = map(json.loads, (desk / "out.ndjson").read_text().splitlines())
    assert visit["subject"]["reference"] == f"Patient/{patient['id']}" != "Patient/qvorbat-7"
    return patient["id"]


def open_ids(line, *more, who="privacy", file="out.ndjson", project="p", reason=REASON):
    given = (file, "--key-file", "key", "--project", project, "--reason", reason, "--output", "opened.csv")
    return line("--as", who, "phi", "reidentify", *given, *more)


def rows(desk):
    with (desk / "opened.csv").open() as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def test_a_fhir_id_opens_on_record(line, desk, resources):
    code, out, err = open_ids(line, "--token", f"Patient/{resources}")
    assert (code, err) == (0, "") and "1 values" in out and "qvorbat" not in out
    assert rows(desk) == [(resources, "Patient", "qvorbat-7", "")]
    (desk / "opened.csv").unlink()
    assert open_ids(line)[0] == 0
    assert {row[1:] for row in rows(desk)} == {
        ("Patient", "qvorbat-7", ""),
        ("Encounter", "9", ""),
        ("identifier", "123-45-6789", "http://hl7.org/fhir/sid/us-ssn"),
    }
    assert line("--as", "privacy", "audit", "export", "log.json")[0] == 0
    log = (desk / "log.json").read_text()
    told = [event["facts"] for event in json.loads(log)["events"] if event["action"] == "file:reidentify"]
    assert [fact["values"] for fact in told] == [1, 3] and told[0]["reason"] == REASON
    assert told[1]["kinds"] == {"Encounter": 1, "Patient": 1, "identifier": 1}
    assert "qvorbat" not in log and "123-45-6789" not in log and resources not in log


def tampered(token):
    return token[:-1] + ("A" if token[-1] != "A" else "B")


@pytest.mark.parametrize(
    ("more", "changes", "code", "words"),
    [
        ((), {"who": "engineer"}, 5, "file:reidentify"),
        ((), {"who": "steward"}, 5, "file:reidentify"),
        ((), {"reason": "why not"}, 2, "reason"),
        ((), {"project": "q"}, 2, "no pseudonyms of this key and project"),
        ((), {"file": "in.ndjson"}, 2, "no pseudonyms of this key and project"),
        ((), {"file": "tampered.ndjson"}, 2, "1 of 4 pseudonyms are not of this key and project, were changed"),
        (("--token", "Patient/elsewhere"), {}, 2, "1 of 1 tokens do not stand in this file"),
        (("--column", "id"), {}, 2, "no columns"),
        (("--token", "x", "--column", "patient_id"), {"file": "out.csv"}, 2, "do not stand in this file"),
        ((), {"file": "out.csv"}, 2, "--column NAME"),
        ((), {"file": "other.json"}, 2, "--column KEY"),
        (("--column", "visit"), {"file": "other.json"}, 2, "no key 'visit'"),
        (("--column", "a"), {"file": "broken.json"}, 2, "not readable as JSON lines"),
        (("--column", "a"), {"file": "plain.json"}, 2, "no pseudonyms of this key and project"),
    ],
)
def test_what_of_fhir_is_refused(line, desk, resources, more, changes, code, words):
    (desk / "tampered.ndjson").write_text((desk / "out.ndjson").read_text().replace(resources, tampered(resources), 1))
    (desk / "other.json").write_text('{"a": 1}')
    (desk / "broken.json").write_text('{"a": "x"}\n{')
    (desk / "plain.json").write_text('{"a": "x"}\n[["y"]]\n3\n')
    got, out, err = open_ids(line, *more, **changes)
    assert got == code and words in err and err.count("\n") == 1 and not (desk / "opened.csv").exists()
    assert "qvorbat" not in out + err


def test_the_wrong_key_opens_no_id(line, desk, resources):
    (desk / "key").unlink()
    line("phi", "new-key", "key", home=False)
    code, _, err = open_ids(line, "--token", resources)
    assert code == 2 and "no pseudonyms of this key and project" in err and err.count("\n") == 1


def test_one_pseudonym_of_a_table_opens_alone(line, desk):
    token = pl.read_csv(desk / "out.csv")["patient_id"][1]
    assert reopen(line, "--token", token)[0] == 0
    assert rows(desk) == [(token, "p8")]


def test_a_patient_id_of_dicom_opens(line, desk):
    data = pydicom.Dataset()
    data.SOPClassUID, data.SOPInstanceUID, data.PatientID = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.3.4", "qvorbat-7"
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    raw = io.BytesIO()
    pydicom.dcmwrite(raw, data, enforce_file_format=True)
    (desk / "in.dcm").write_bytes(raw.getvalue())
    line("phi", "deidentify", "in.dcm", "out.dcm", "--key-file", "key", "--project", "p", home=False)
    token = str(pydicom.dcmread(desk / "out.dcm").PatientID)
    code, _, err = open_ids(line, "--token", token, file="out.dcm")
    assert (code, err) == (0, "") and rows(desk) == [(token, "qvorbat-7")]
    assert open_ids(line, "--token", "qvorbat-7", "--output", "second.csv", file="out.dcm")[0] == 2


def test_pseudonyms_of_json_lines_open_by_their_key(line, desk):
    (desk / "in.jsonl").write_text(
        '{"patient_id": "qvorbat-seven", "n": 1}\n{"visits": [{"patient_id": "qvorbat-eight"}]}\n'
    )
    line("phi", "deidentify", "in.jsonl", "out.jsonl", "--key-file", "key", "--project", "p", home=False)
    assert "qvorbat" not in (desk / "out.jsonl").read_text()  # no token holds so many letters by chance, as it may two
    code, _, err = open_ids(line, "--column", "patient_id", file="out.jsonl")
    assert (code, err) == (0, "") and [row[1] for row in rows(desk)] == ["qvorbat-seven", "qvorbat-eight"]
