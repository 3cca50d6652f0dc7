"""Resources of FHIR, and JSON written as a text, inside lines of other objects and cells of tables."""

import csv
import io
import json
from datetime import date

import pytest

from cloister.phi.files import FileCleaner, FileConfig, FileKind, kind_of

KEY = bytes(range(64))
ROSE = {"resourceType": "Patient", "id": "p7", "name": [{"family": "Stone", "given": ["Rose"]}], "gender": "female",
        "address": [{"city": "Reading", "line": ["44 Elm"]}], "telecom": [{"value": "7"}]}  # fmt: skip
NAMES = ("Stone", "Rose", "Reading", "44 Elm")


def cleaned(raw: bytes, **config):
    target, bad = io.BytesIO(), []
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    report = cleaner.clean(kind_of(raw[:65536]), io.BytesIO(raw), target, bad=bad.append)
    return target.getvalue(), report, bad


def lines(*objects):
    return b"".join(json.dumps(held).encode() + b"\n" for held in objects)


ALONE = json.loads(cleaned(json.dumps(ROSE).encode())[0])


@pytest.mark.parametrize("profile", ["safe-harbor", "expert"])
def test_a_resource_in_a_line_is_what_it_is_alone_as_an_object_and_as_a_text(profile):
    raw = lines({"row": 0, "resource": ROSE}, {"row": 1, "resource": json.dumps(ROSE)}, {"row": 2, "resource": [ROSE]})
    once, report, bad = cleaned(raw, profile=profile)
    first, second, third = map(json.loads, once.splitlines())
    assert first["resource"] == json.loads(second["resource"]) == third["resource"][0] == ALONE
    assert not bad and report.items == 3
    assert cleaned(once, profile=profile)[0] == once


def test_a_resource_that_names_its_type_last_is_one():
    last = {**{name: part for name, part in ROSE.items() if name != "resourceType"}, "resourceType": "Patient"}
    done, _, bad = cleaned(lines({"row": 0, "note": "well"}, last))
    assert not bad and json.loads(done.splitlines()[1])["id"] == ALONE["id"]
    assert not any(name in done.decode() for name in NAMES)


def test_a_row_knows_whom_its_resource_names_and_the_resource_whom_the_row_names():
    note = {"resourceType": "Condition", "note": [{"text": "Drummond rested"}]}
    raw = lines({"row": 0, "remark": "Stone rested", "resource": ROSE}, {"last_name": "Drummond", "resource": note})
    first, second = map(json.loads, cleaned(raw)[0].splitlines())
    assert first["remark"] == "[NAME] rested"
    assert second["resource"]["note"][0]["text"] == "[NAME] rested"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"city":"Reading","dose":5}', '{"city":null,"dose":5}'),
        ('[{"last_name":"Stone"},"Stone rested"]', '[{"last_name":null},"[NAME] rested"]'),
        ('{"last_name":"Stone","first', "[REVIEW]"),
        ('{"last_name":"Stone"}\n{"last_name":"Stone"}', "[REVIEW]"),
        ("[x] rest", "[x] rest"),
        ("{fluids}", "{fluids}"),
    ],
)
def test_a_text_that_holds_json_is_read_by_its_keys(text, kept):
    done, _, bad = cleaned(lines({"row": 0, "payload": text}))
    assert not bad and json.loads(done)["payload"] == kept


def test_a_text_that_holds_a_name_twice_sends_its_line_apart():
    done, report, bad = cleaned(lines({"payload": '{"a":"Stone","a":1}'}, {"payload": "rest"}))
    assert json.loads(done) == {"payload": "rest"} and [item.number for item in bad] == [1] and report.items == 1
    assert "twice" in bad[0].reason and "Stone" not in bad[0].reason


def test_a_resource_in_a_cell_keeps_the_names_of_its_elements():
    table = io.StringIO()
    csv.writer(table).writerows([["row", "resource"], [1, json.dumps(ROSE)], [2, json.dumps(ROSE)]])
    rows = list(csv.DictReader(io.StringIO(cleaned(table.getvalue().encode())[0].decode())))
    assert [json.loads(row["resource"]) for row in rows] == [ALONE, ALONE]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_resources_and_lines_are_read_in_every_encoding_that_is_told(encoding):
    one = json.dumps(ROSE, indent=1).encode(encoding)
    assert kind_of(one) is FileKind.FHIR and json.loads(cleaned(one)[0]) == ALONE
    several = "\n".join([json.dumps(ROSE)] * 2).encode(encoding)
    assert kind_of(several) is FileKind.FHIR_LINES
    assert [json.loads(line) for line in cleaned(several)[0].splitlines()] == [ALONE, ALONE]
    objects = "\n".join([json.dumps({"last_name": "Stone", "note": "Stone rested"})] * 2).encode(encoding)
    assert json.loads(cleaned(objects)[0].splitlines()[1]) == {"last_name": None, "note": "[NAME] rested"}
