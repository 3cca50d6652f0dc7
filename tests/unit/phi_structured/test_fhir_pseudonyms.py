"""FHIR's pseudonyms go back with the key, agree wherever an id stands, and those of anybody else open nothing."""

import re
import uuid

import pytest

from cloister.core.errors import IntegrityFailure
from cloister.phi import Tokeniser
from cloister.phi.fhir import FhirConfig, Pseudonym, Pseudonyms, Transformations, deidentify_resource, pseudonyms
from cloister.phi.fhir.ids import IdTokens, first_bytes
from cloister.phi.fhir.keyed import keyed_uid, keyed_uuid

KEY = bytes(range(64))
GIVEN = Transformations(text=str, shift_days=lambda person: 40)
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
LONG = "a" * 43
ID = re.compile(r"[A-Za-z0-9\-\.]{1,64}")
IDS = ["1", "77", "p-1.2", "A" * 22, "b" * 23, "Z" * 42, UUID, "1.2.840.113619", "under_score", "ä"]


def clean(resource, project="p", profile="safe-harbor", key=KEY):
    config = FhirConfig(project=project, profile=profile)
    return deidentify_resource(resource, config, key=key, given=GIVEN)[0]


def opened(resource, project="p", key=KEY):
    found, left = Pseudonyms(key, project).originals(pseudonyms(resource))
    return {(item.kind, item.value, item.system) for item in found}, left


@pytest.mark.parametrize("given", IDS)
def test_an_id_goes_back_and_its_references_agree(given):
    patient = clean({"resourceType": "Patient", "id": given})
    visit = clean({"resourceType": "Encounter", "id": given, "subject": {"reference": f"http://h/f/Patient/{given}"}})
    assert ID.fullmatch(patient["id"]) and given != patient["id"]
    assert visit["subject"]["reference"] == f"Patient/{patient['id']}"
    assert opened(patient) == ({("Patient", given, None)}, [])
    assert opened(visit)[0] == {("Patient", given, None), ("Encounter", given, None)}
    assert clean(patient) == patient and clean(visit) == visit


def test_two_types_have_two_tokens_of_one_number_and_a_uuid_has_one():
    assert clean({"resourceType": "Patient", "id": "7"})["id"] != clean({"resourceType": "Encounter", "id": "7"})["id"]
    assert clean({"resourceType": "Patient", "id": UUID})["id"] == clean({"resourceType": "Device", "id": UUID})["id"]
    token = clean({"resourceType": "Patient", "id": "7"})["id"]
    assert clean({"resourceType": "Encounter", "id": token})["id"] != token


def test_lengths_tell_little():
    lengths = {len(clean({"resourceType": "Patient", "id": "x" * n})["id"]) for n in range(1, 43)}
    assert lengths == {44, 64} and len(clean({"resourceType": "Patient", "id": UUID})["id"]) == 44


def test_an_id_too_long_for_a_token_is_a_keyed_hash_that_agrees():
    patient = clean({"resourceType": "Patient", "id": LONG})
    assert patient["id"] == keyed_uuid(KEY, "p", "id", LONG)
    visit = clean({"resourceType": "Encounter", "subject": {"reference": f"Patient/{LONG}"}})
    assert visit["subject"]["reference"] == f"Patient/{patient['id']}"
    assert opened(patient) == (set(), [Pseudonym(patient["id"], "uuid")])
    assert clean(patient) == patient


def bundle(name, address):
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": address, "resource": {"resourceType": "Patient", "id": name, "birthDate": "1980-02-28"}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "subject": {"reference": address},
                    "effectiveDateTime": "2020-02-28",
                    "performer": [{"reference": "#7"}],
                    "contained": [{"resourceType": "Practitioner", "id": "7"}],
                }
            },
        ],
    }


@pytest.mark.parametrize("name", ["7", UUID])
@pytest.mark.parametrize("profile", ["safe-harbor", "expert"])
def test_a_urn_agrees_with_its_resource_and_goes_back_by_it(name, profile):
    out = clean(bundle(name, f"urn:uuid:{name}"), profile=profile)
    (first, second) = out["entry"]
    form = first["fullUrl"].removeprefix("urn:uuid:")
    assert first["fullUrl"] == second["resource"]["subject"]["reference"]
    assert str(uuid.UUID(form)) == form and uuid.UUID(form).version == 8 and uuid.UUID(form).variant == uuid.RFC_4122
    shared, held = uuid.UUID(form).bytes, first_bytes(first["resource"]["id"])
    assert shared[:6] == held[:6] and shared[9:12] == held[9:12]  # anybody can join the two, without a key
    result = second["resource"]
    assert result["performer"][0]["reference"] == f"#{result['contained'][0]['id']}"
    found, left = Pseudonyms(KEY, "p").originals(pseudonyms(out))
    assert not left and {item.token for item in found if item.value == name} >= {form, first["resource"]["id"]}
    assert {item.value for item in found if item.kind == "local"} == {"7"}
    assert clean(out, profile=profile) == out
    if profile == "expert":
        assert result["effectiveDateTime"] == "2020-04-08"


def test_a_lone_urn_is_that_of_the_resource_elsewhere():
    lone = clean({"resourceType": "Observation", "subject": {"reference": f"urn:uuid:{UUID}"}})
    patient = clean({"resourceType": "Patient", "id": UUID})
    both = [lone, patient]
    assert {item.value for item in Pseudonyms(KEY, "p").originals(pseudonyms(both))[0]} == {UUID}
    assert opened(lone)[0] == set() and len(opened(lone)[1]) == 1


IDENTIFIERS = [
    {"system": "http://hospital.example/mrn", "value": "00123456"},
    {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6789"},
    {"value": "a|b"},
    {"system": "urn:ietf:rfc:3986", "value": "http://hospital.example/p/7"},
    {"system": "urn:oid:2.16.840.1.113883.19.5", "value": "x" * 300},
]


def test_identifiers_and_addresses_go_back():
    given = {"resourceType": "Patient", "identifier": IDENTIFIERS, "meta": {"profile": ["http://hospital.example/x|2"]}}
    out = clean(given)
    assert "00123456" not in str(out) and "hospital" not in str(out)
    assert out["identifier"][3]["value"].startswith("http://deidentified.invalid/uri/")  # RFC 3986: a URI stays one
    assert opened(out)[0] == {
        ("identifier", "00123456", "http://hospital.example/mrn"),
        ("identifier", "123-45-6789", "http://hl7.org/fhir/sid/us-ssn"),
        ("identifier", "a|b", None),
        ("identifier", "x" * 300, "urn:oid:2.16.840.1.113883.19.5"),
        ("uri", "http://hospital.example/p/7", None),
        ("uri", "http://hospital.example/mrn", None),
        ("uri", "urn:oid:2.16.840.1.113883.19.5", None),
        ("uri", "http://hospital.example/x|2", None),
    }
    assert clean(out) == out
    assert (
        out["identifier"][0]["value"]
        != clean({**given, "identifier": [{"value": "00123456"}]})["identifier"][0]["value"]
    )


def test_half_a_character_is_a_keyed_hash():
    half = {
        "resourceType": "Patient",
        "id": "a\ud800",
        "identifier": [{"system": "http://h/\ud800", "value": "\ud800"}],
    }
    out = clean(half)
    assert "\ud800" not in str(out) and out["id"] == keyed_uuid(KEY, "p", "id", "a\ud800")
    assert clean(out) == out


def test_an_imaging_uid_is_a_uid_and_a_resource_named_by_one_agrees_with_its_references():
    study = clean({"resourceType": "ImagingStudy", "id": "1.2.3", "series": [{"uid": "1.2.3"}]})
    assert study["series"][0]["uid"] == keyed_uid(KEY, "p", "1.2.3")
    report = clean({"resourceType": "DiagnosticReport", "imagingStudy": [{"reference": "ImagingStudy/1.2.3"}]})
    assert report["imagingStudy"][0]["reference"] == f"ImagingStudy/{study['id']}"


@pytest.mark.parametrize("change", ["project", "key", "kind", "tampered"])
def test_nobody_elses_token_is_taken_for_one_of_ours(change):
    token = clean({"resourceType": "Patient", "id": "7"})["id"]
    mine = IdTokens(KEY, "p")
    assert mine.value(token, "Patient") == "7"
    other = {"project": IdTokens(KEY, "q"), "key": IdTokens(KEY[::-1], "p")}.get(change, mine)
    kind = "Encounter" if change == "kind" else "Patient"
    shown = token[:-1] + ("A" if token[-1] != "A" else "B") if change == "tampered" else token
    assert not other.is_token(shown, kind)
    with pytest.raises(IntegrityFailure, match="not one of project"):
        other.value(shown, kind)
    assert other.token(shown, kind) != shown


def test_what_an_earlier_version_made_stays():
    old = keyed_uuid(KEY, "p", "id", "7")
    patient = {
        "resourceType": "Patient",
        "id": old,
        "identifier": [{"value": keyed_uuid(KEY, "p", "identifier", "|7")}],
    }
    assert clean(patient) == patient


def test_a_table_persons_token_and_an_id_are_no_tokens_of_each_other():
    token = Tokeniser(KEY, "p").token("7", "person")
    assert not IdTokens(KEY, "p").is_token(token, "person")


def test_originals_are_in_no_repr():
    found, _ = Pseudonyms(KEY, "p").originals(pseudonyms(clean({"resourceType": "Patient", "id": "Qvorbat"})))
    assert "Qvorbat" not in repr(found)


@pytest.mark.parametrize(
    ("system", "value"), [("urn:a|b", "c"), ("urn:a", "b|c"), ("", "|7|"), ("http://é.example/x", "0|é")]
)
def test_an_identifier_goes_back_with_the_system_that_it_had(system, value):
    names = Pseudonyms(b"k" * 64, "p")
    token = names.identifier(system, value)
    done, left = names.originals([Pseudonym(token, "fhir identifier")])
    assert not left and (done[0].system or "", done[0].value) == (system, value)
    assert names.identifier("urn:a|b", "c") != names.identifier("urn:a", "b|c")


def test_what_joins_an_answer_goes_back():
    out = clean({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": "q-ward"}]})
    back, left = Pseudonyms(KEY, "p").originals(pseudonyms(out))
    assert [item.value for item in back] == ["q-ward"] and not left
