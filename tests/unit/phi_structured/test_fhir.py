"""FHIR R4: by element, default-deny; references stay joined; hostile JSON is refused."""

from __future__ import annotations

import base64
import json
from datetime import date

import pytest

from cloister.core.errors import InvalidInput
from cloister.phi.fhir import (
    FhirConfig,
    Pseudonyms,
    Transformations,
    deidentify_json,
    deidentify_ndjson,
    deidentify_resource,
    keyed_uid,
)
from cloister.phi.fhir.definitions import elements, is_resource
from cloister.phi.fhir.policy import ALLOWED_STRINGS, FREE_TEXT, REMOVED, UNITS

KEY = b"0123456789abcdef"
SECRET = "Zyxwina"
AS_OF = date(2026, 1, 31)
GIVEN = Transformations(text=lambda text: text.replace(SECRET, "[NAME]"), shift_days=lambda person: 40)
SAFE_HARBOR = FhirConfig(as_of=AS_OF)
EXPERT = FhirConfig(profile="expert", as_of=AS_OF)


def clean(resource, config=SAFE_HARBOR, given=GIVEN):
    return deidentify_resource(resource, config, key=KEY, given=given)


def patient(**more):
    return {"resourceType": "Patient", "id": f"p-{SECRET}", **more}


def test_the_policy_names_only_elements_of_r4():
    for name in FREE_TEXT | REMOVED | UNITS | set(ALLOWED_STRINGS):
        owner, _, element = name.partition(".")
        assert element in elements(owner), name


def test_definitions_hold_r4():
    assert elements("Patient")["birthDate"] == ("date", False)
    assert elements("Age")["value"] == ("decimal", False)
    assert is_resource("Patient") and is_resource("Bundle")
    assert not is_resource("HumanName") and not is_resource("Invented") and not is_resource("DomainResource")


PHI = {
    "name": [{"family": SECRET, "given": [SECRET], "text": SECRET}],
    "telecom": [{"system": "phone", "value": SECRET}],
    "photo": [{"contentType": "image/png", "data": base64.b64encode(SECRET.encode()).decode(), "title": SECRET}],
    "contact": [
        {"name": {"family": SECRET}, "address": {"line": [SECRET]}, "telecom": [{"value": SECRET}], "gender": "male"}
    ],
    "generalPractitioner": [
        {"reference": f"Practitioner/{SECRET}", "display": SECRET, "identifier": {"value": SECRET}}
    ],
    "identifier": [
        {
            "system": f"http://{SECRET}.org/mrn",
            "value": SECRET,
            "assigner": {"display": SECRET},
            "type": {"text": SECRET},
        }
    ],
    "text": {
        "status": "generated",
        "div": f"<div title='{SECRET}'><b>{SECRET}</b><!-- {SECRET} --><script>{SECRET}</script></div>",
    },
    "address": [
        {
            "line": [SECRET],
            "city": SECRET,
            "district": SECRET,
            "state": SECRET,
            "postalCode": SECRET,
            "country": SECRET,
            "text": SECRET,
        }
    ],
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": SECRET}],
    "modifierExtension": [{"url": f"http://{SECRET}.org", "valueString": SECRET}],
    "contained": [{"resourceType": "Organization", "id": SECRET, "name": SECRET, "alias": [SECRET]}],
    "meta": {
        "versionId": SECRET,
        "source": SECRET,
        "tag": [{"system": "urn:x", "code": SECRET, "display": SECRET}],
        "profile": [f"http://{SECRET}.org/p"],
    },
    "implicitRules": f"http://{SECRET}.org",
    "language": SECRET,
    "gender": SECRET,
    "_birthDate": {"id": SECRET, "extension": [{"url": "http://x", "valueString": SECRET}]},
    "maritalStatus": {"coding": [{"system": "urn:local", "code": SECRET, "display": SECRET}], "text": SECRET},
    "link": [{"other": {"reference": f"http://{SECRET}.org/fhir/Patient/{SECRET}"}, "type": "seealso"}],
    SECRET: True,
    "unknownElement": {"deep": [SECRET]},
    "birthDate": SECRET,
    "deceasedBoolean": SECRET,
    "multipleBirthInteger": SECRET,
}


@pytest.mark.parametrize("element", PHI)
@pytest.mark.parametrize("config", [SAFE_HARBOR, EXPERT], ids=["safe-harbor", "expert"])
def test_no_identifier_leaves_through_an_element_of_patient(element, config):
    out, report = clean(patient(**{element: PHI[element]}), config)
    assert SECRET not in json.dumps(out)
    assert SECRET not in json.dumps(report.to_value())
    assert SECRET not in repr(report)


def test_every_element_of_every_resource_with_a_planted_string():
    """A secret as a bare value, a list and an object in each of R4's elements; whatever its type, it doesn't leave."""
    from cloister.phi.fhir.definitions import _lines

    resources = [kind for kind in _lines() if is_resource(kind)]
    assert len(resources) > 140
    planted = 0
    for kind in resources:
        for element in elements(kind):
            for value in (
                SECRET,
                [SECRET],
                {"value": SECRET, "text": SECRET, "display": SECRET, "data": SECRET},
                [{"value": SECRET, "text": SECRET, "reference": SECRET, "note": [{"text": SECRET}]}],
            ):
                out, _ = clean({"resourceType": kind, element: value})
                assert SECRET not in json.dumps(out), (kind, element)
                planted += 1
    assert planted > 1000


def test_what_research_needs_stays():
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                        "display": "Laboratory",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}], "text": "Glucose"},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2019-03-14T10:11:12+01:00",
        "valueQuantity": {"value": 6.3, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    }
    out, report = clean(observation)
    assert out == {**observation, "effectiveDateTime": "2019", "subject": {"reference": out["subject"]["reference"]}}
    assert not report.withheld
    moved, _ = clean(observation, EXPERT)
    assert moved["effectiveDateTime"] == "2019-04-23T10:11:12+01:00"


def test_address_keeps_state_and_zip3():
    out, _ = clean(
        patient(
            address=[
                {"line": ["1 A St"], "city": "B", "state": "MA", "postalCode": "02139-1234", "country": "US"},
                {"postalCode": "03601"},
                {"postalCode": "12345", "country": "FR"},
            ]
        )
    )
    assert out["address"] == [{"state": "MA", "country": "US", "postalCode": "021"}, {"postalCode": "000"}]


@pytest.mark.parametrize(
    ("birth", "kept"), [("1937-06-01", "1937"), ("1936-02-01", None), ("1920", None), ("2020-01", "2020")]
)
def test_birth_years_of_people_over_89_go(birth, kept):
    out, _ = clean(patient(birthDate=birth))
    assert out.get("birthDate") == kept
    assert "birthDate" not in clean(patient(birthDate=birth), FhirConfig())[0]


@pytest.mark.parametrize(("age", "kept"), [(85, 85), (89, 89), (90, 90), (97, 90), (120, 90)])
def test_ages_over_89_are_one_class(age, kept):
    condition = {
        "resourceType": "Condition",
        "onsetAge": {"value": age, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"},
    }
    assert clean(condition)[0]["onsetAge"]["value"] == kept


def bundle():
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:aaa", "resource": {"resourceType": "Patient", "id": "aaa", "birthDate": "1980-02-28"}, "request": {"method": "POST", "url": "Patient"}},
            {"fullUrl": "http://host/fhir/Encounter/7", "resource": {"resourceType": "Encounter", "id": "7", "subject": {"reference": "urn:uuid:aaa", "display": SECRET}, "period": {"start": "2020-02-28", "end": "2020-03-01"}}},
            {"resource": {"resourceType": "Observation", "subject": {"reference": "Patient/aaa"}, "encounter": {"reference": "Encounter/7"}, "performer": [{"reference": "#doc"}], "contained": [{"resourceType": "Practitioner", "id": "doc", "name": [{"family": SECRET}]}]}},
        ],
    }  # fmt: skip


def as_uuid(token):
    return Pseudonyms(KEY, "default").urn(token, "Patient")


def test_references_stay_joined_in_a_bundle():
    out, _ = clean(bundle())
    person, visit, result = (entry["resource"] for entry in out["entry"])
    assert out["entry"][0]["fullUrl"] == f"urn:uuid:{as_uuid(person['id'])}" == visit["subject"]["reference"]
    assert result["subject"]["reference"] == f"Patient/{person['id']}"
    assert result["encounter"]["reference"] == f"Encounter/{visit['id']}"
    assert out["entry"][1]["fullUrl"].endswith(f"/Encounter/{visit['id']}")
    assert result["performer"][0]["reference"] == f"#{result['contained'][0]['id']}"
    assert set(visit["subject"]) == {"reference"}
    assert out["entry"][0]["request"] == {"method": "POST", "url": "Patient"}
    other, _ = clean(bundle(), FhirConfig(project="other", as_of=AS_OF))
    assert other["entry"][0]["resource"]["id"] != person["id"]


def test_intervals_are_kept_exactly_for_one_person():
    seen = []
    given = Transformations(text=str, shift_days=lambda person: seen.append(person) or -100)
    out, _ = clean(bundle(), EXPERT, given)
    period = out["entry"][1]["resource"]["period"]
    assert (date.fromisoformat(period["end"]) - date.fromisoformat(period["start"])).days == 2
    assert set(seen) == {"aaa"}


@pytest.mark.parametrize("config", [SAFE_HARBOR, EXPERT], ids=["safe-harbor", "expert"])
def test_twice_is_once(config):
    resource = bundle()
    resource["entry"][0]["resource"] |= {
        "identifier": [
            {"system": "http://x.org/mrn", "value": "77"},
            {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"},
        ],
        "meta": {"profile": ["http://x.org/y"]},
    }
    once, _ = clean(resource, config)
    twice, _ = clean(once, config)
    assert twice == once


def test_imaging_uids_are_those_of_the_dicom_files():
    study = {
        "resourceType": "ImagingStudy",
        "series": [{"uid": "1.2.3.4"}],
        "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
    }
    out, _ = clean(study)
    assert out["series"][0]["uid"] == keyed_uid(KEY, "default", "1.2.3.4")
    assert out["identifier"][0]["value"] == f"urn:oid:{keyed_uid(KEY, 'default', '1.2.3')}"


def report_with(kind: str, raw: bytes):
    data = base64.b64encode(raw).decode()
    return {
        "resourceType": "DiagnosticReport",
        "presentedForm": [{"contentType": kind, "data": data, "url": f"http://x/{SECRET}", "title": SECRET}],
    }


@pytest.mark.parametrize(
    ("kind", "raw", "text"),
    [
        ("text/plain", f"seen {SECRET}".encode(), "seen [NAME]"),
        ("text/plain; charset=latin1", f"für {SECRET}".encode("latin-1"), "für [NAME]"),
        ("text/plain", f"seen {SECRET}".encode("utf-16"), "seen [NAME]"),
        ("text/html", f"<p title='{SECRET}'>seen&nbsp;{SECRET}</p><style>{SECRET}</style>".encode(), "seen [NAME]"),
        ("text/plain", b"%PDF\x00\x01" + SECRET.encode(), None),
        ("application/pdf", b"%PDF-1.4 " + SECRET.encode(), None),
        ("image/png", b"\x89PNG" + SECRET.encode(), None),
        ("application/x-unknown", SECRET.encode(), None),
    ],
)
def test_attachments(kind, raw, text):
    out, report = clean(report_with(kind, raw))
    assert SECRET not in json.dumps(out)
    form = out.get("presentedForm", [{}])[0]
    if text is None:
        assert "data" not in form
        assert any(item.kind == "attachment" for item in report.withheld)
    else:
        assert base64.b64decode(form["data"]).decode() == text


PICTURE = base64.b64encode(b"\x89PNG" + SECRET.encode() * 40).decode()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/html", f"<p>seen</p><img src='data:image/png;base64,{PICTURE}' alt='{SECRET}'>"),
        ("application/xml", f"<t>seen <value mediaType='application/pdf' representation='B64'>{PICTURE}</value></t>"),
        ("text/markdown", f"seen ![x](data:image/png;base64,{PICTURE})"),
        ("text/plain", "seen\n" + "\n".join(PICTURE[at : at + 76] for at in range(0, len(PICTURE), 76))),
    ],
)
def test_a_picture_or_a_file_inside_a_text_goes_and_waits_for_review(kind, text):
    out, report = clean(report_with(kind, text.encode()))
    kept = base64.b64decode(out["presentedForm"][0]["data"]).decode()
    assert "seen" in kept and PICTURE[:60] not in kept and SECRET not in kept
    assert "a picture or a file inside a text" in [item.reason for item in report.withheld]


def test_a_picture_in_a_narrative_waits_for_review_and_plain_words_do_not():
    div = f"<div><p>Stable.</p><img src='data:image/png;base64,{PICTURE}'/></div>"
    patient = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
    out, report = clean(patient)
    assert "Stable." in out["text"]["div"] and PICTURE[:60] not in json.dumps(out)
    assert any(item.kind == "attachment" for item in report.withheld)
    patient["text"]["div"] = "<div><p>Stable.</p></div>"
    assert not any(item.kind == "attachment" for item in clean(patient)[1].withheld)


def test_a_binary_and_a_document():
    raw = base64.b64encode(f"of {SECRET}".encode()).decode()
    out, _ = clean({"resourceType": "Binary", "id": "1", "contentType": "text/plain", "data": raw})
    assert base64.b64decode(out["data"]).decode() == "of [NAME]"
    document = {
        "resourceType": "DocumentReference",
        "content": [{"attachment": {"contentType": "text/plain", "data": raw}}],
    }
    assert base64.b64decode(clean(document)[0]["content"][0]["attachment"]["data"]).decode() == "of [NAME]"


def test_reviewed_values_come_through_only_in_their_place():
    resource = {"resourceType": "Slot", "comment": "bring shoes"}
    out, report = clean(resource)
    (item,) = report.withheld
    assert "comment" not in out and item.place == "Slot.comment"
    assert report.values[item.fingerprint] == "bring shoes"
    allowing = Transformations(text=str, permits=lambda place, value: (place, value) == ("Slot.comment", "bring shoes"))
    assert clean(resource, given=allowing)[0]["comment"] == "bring shoes"
    assert "comment" not in clean({"resourceType": "Slot", "comment": "bring boots"}, given=allowing)[0]


def test_codes_outside_their_system_form_are_withheld():
    def coded(system, code):
        out, _ = clean({"resourceType": "Condition", "code": {"coding": [{"system": system, "code": code}]}})
        return "code" in out

    assert coded("http://loinc.org", "2345-7") and coded("http://snomed.info/sct", "73211009")
    assert not coded("http://loinc.org", SECRET)
    assert not coded("http://loinc.org", "617-555-0199")
    assert not coded("http://snomed.info/sct", "123-45-6789")
    assert not coded("http://local.org", "ok")


def test_numbers_that_could_be_identifiers_wait():
    out, report = clean({"resourceType": "Observation", "valueInteger": 123456789})
    assert "valueInteger" not in out and report.withheld
    assert clean({"resourceType": "Observation", "valueInteger": 250000})[0]["valueInteger"] == 250000


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b'{"resourceType": "Invented"}', b'{"id": "1"}', b'{"resourceType": ["Patient"]}',
        b'{"resourceType": "Patient", "id": "1", "id": "2"}', b'{"resourceType": "Observation", "valueDecimal": NaN}',
        b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 100_000, json.dumps(patient()).encode("utf-16"),
    ],
    ids=range(13),
)  # fmt: skip
def test_malformed_json_is_a_clear_error(raw):
    with pytest.raises(InvalidInput) as caught:
        deidentify_json(raw, SAFE_HARBOR, key=KEY, given=GIVEN)
    assert SECRET not in caught.value.line()


def test_resources_nested_too_deeply_are_refused():
    inner = {"resourceType": "Bundle"}
    for _ in range(60):
        inner = {"resourceType": "Bundle", "entry": [{"resource": inner}]}
    with pytest.raises(InvalidInput):
        clean(inner)


def test_ndjson_goes_on_after_a_bad_line():
    lines = [json.dumps(patient()).encode(), b"{broken", b"", json.dumps(patient(gender="male")).encode() + b"\r\n"]
    done = list(deidentify_ndjson(lines, SAFE_HARBOR, key=KEY, given=GIVEN))
    assert [item.number for item in done] == [1, 2, 4]
    assert done[1].raw is None and done[1].error.startswith("E-INPUT")
    assert json.loads(done[2].raw)["gender"] == "male"


def test_a_short_key_is_refused():
    with pytest.raises(InvalidInput):
        deidentify_resource(patient(), SAFE_HARBOR, key=b"short", given=GIVEN)
