"""Texts of settings are no broken JSON; short tables, carets, messages of HL7, resources of FHIR and RTF are read by field."""

from __future__ import annotations

import io
import json

import pytest

from cloister.phi.detector import Detector
from cloister.phi.sweep import sweep

PATIENT = {
    "resourceType": "Patient",
    "id": "482913",
    "name": [{"family": "Stone", "given": ["Rose"]}],
    "address": [{"line": ["44 Elm"], "city": "Reading", "postalCode": "01867"}],
    "telecom": [{"system": "phone", "value": "5550134"}],
}


def find(text):
    return [(start, end, kind) for start, end, kind, *_ in Detector(threshold=0.7).spans([text])[0]]


def swept(raw):
    raw = raw.encode() if isinstance(raw, str) else raw
    (report,) = sweep([("item", io.BytesIO(raw))], find=find)
    return report


def kinds(raw) -> dict[str, int]:
    found: dict[str, int] = {}
    for hit in swept(raw).hits:
        found[hit.kind.removeprefix("phi:")] = found.get(hit.kind.removeprefix("phi:"), 0) + hit.count
    return found


@pytest.mark.parametrize(
    "text",
    [
        "[core]\n\tbare = false\n",
        "[tool.x]\na = [1, 2]\n",
        "[flake8]\nmax = 1\n",
        '// settings\n{\n  "a": 1, // one\n  "b": [1, 2,], /* c */\n}\n',
        '{\n  // settings\n  "b": 1,\n}\n',
        "{\\rtf1\\ansi loss {\\b 0.5}\\par}",
        "[note] the loss falls\n",
    ],
)
def test_settings_and_rich_text_are_clean(text):
    assert swept(text).clean


@pytest.mark.parametrize("text", ['{"a": [1, 2', '[{"a": 1}, {"b"', "[1, 2,, 3", '["a", "b'])
def test_json_that_is_cut_is_a_trouble(text):
    assert [trouble.reason for trouble in swept(text).troubles] == ["not readable as JSON; searched as text"]


def test_rich_text_is_read_without_its_controls():
    assert kinds("{\\rtf1\\ansi SSN: 642-13-{\\b 8628}\\par done}") == {"ssn": 1}


def test_a_table_of_one_row_is_told_by_its_columns():
    assert kinds("first_name,last_name,ssn,mrn\nOberon,Ottermole,642138628,7000037\n") == {
        "name": 1,
        "ssn": 1,
        "mrn": 1,
    }
    assert kinds("epoch,loss,steps,seed\n3,0.5,642138628,7000037\n") == {}


def test_carets_part_cells():
    rows = "7000037^Ottermole^Oberon^642138628\n7000038^Crosswicke^Ignatius^642138629\n"
    found = kinds("mrn^last^first^ssn\n" + rows)
    assert (found["mrn"], found["ssn"]) == (2, 2)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_message_of_hl7_by_field_and_line(end):
    lines = ["MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.5", "PID|1||7000037^^^HOSP^MR||Ottermole^Oberon^Q||19851119|M"]
    report = swept(end.join([*lines, "OBX|1|NM|GLU||110"]) + end)
    assert {(hit.kind, hit.count) for hit in report.hits} >= {("phi:mrn", 1), ("phi:name", 1)}
    assert next(hit.first for hit in report.hits if hit.kind == "phi:name") == "line 2"


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(PATIENT),
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": PATIENT}]}),
        json.dumps(PATIENT) + "\n" + json.dumps({"resourceType": "Observation", "status": "final"}) + "\n",
    ],
    ids=["resource", "bundle", "lines"],
)
def test_people_of_a_fhir_resource(raw):
    found = kinds(raw)
    assert found["name"] >= 2
    assert (found["street"], found["city"], found["phone"]) == (1, 1, 1)


def test_a_resource_without_people_is_clean():
    assert kinds('{"resourceType": "Observation", "status": "final", "code": {"text": "glucose"}}') == {}
