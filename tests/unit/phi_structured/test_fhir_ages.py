"""FHIR R4: ages over 89 in every unit and element, years of birth, and codes whose words could be a name."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from cloister.phi.fhir import FhirConfig, Transformations, deidentify_resource
from cloister.phi.fhir.codes import is_unit, says_nobody

KEY = b"0123456789abcdef"
GIVEN = Transformations(text=lambda text: text, shift_days=lambda person: 40)
SAFE_HARBOR = FhirConfig(as_of=date(2026, 1, 31))
EXPERT = FhirConfig(profile="expert", as_of=date(2026, 1, 31))
LOINC_AGE = {"coding": [{"system": "http://loinc.org", "code": "30525-0"}]}
HL7 = "http://terminology.hl7.org/CodeSystem/x"


def clean(resource, config=SAFE_HARBOR):
    once, report = deidentify_resource(resource, config, key=KEY, given=GIVEN)
    assert deidentify_resource(once, config, key=KEY, given=GIVEN)[0] == once
    return once, report


def observed(code, **value):
    return clean({"resourceType": "Observation", "status": "final", "code": code, **value})[0]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"valueInteger": 97}, {"valueInteger": 90}),
        ({"valueInteger": 89}, {"valueInteger": 89}),
        ({"valueQuantity": {"value": 97}}, {"valueQuantity": {"value": 90}}),
        ({"valueQuantity": {"value": 1170, "unit": "months"}}, {"valueQuantity": {"value": 1080, "unit": "months"}}),
        ({"valueQuantity": {"value": 93.5, "unit": "years"}}, {"valueQuantity": {"value": 90, "unit": "years"}}),
    ],
)
def test_an_age_that_was_observed_is_capped_in_every_unit(value, kept):
    assert {name: part for name, part in observed(LOINC_AGE, **value).items() if name in value} == kept
    assert {name: part for name, part in observed({"text": "Age at visit"}, **value).items() if name in value} == kept


@pytest.mark.parametrize(
    "value",
    [{"valueInteger": 140}, {"valueQuantity": {"value": 140}}, {"valueQuantity": {"value": 120, "unit": "arb U/mL"}}],
)
def test_what_is_no_age_is_not_capped(value):
    done = observed({"text": "dosage of average"}, **value)
    assert {name: part.get("value", part) if isinstance(part, dict) else part for name, part in done.items() if name in value} == {
        name: part["value"] if isinstance(part, dict) else part for name, part in value.items()
    }  # fmt: skip


def test_an_answer_to_the_question_of_the_age_is_capped_and_a_number_of_seven_digits_waits():
    items = [{"text": "Age", "answer": [{"valueInteger": 97}]}, {"text": "Beds", "answer": [{"valueInteger": 97}]},
             {"text": "MRN", "answer": [{"valueInteger": 1234567}]}]  # fmt: skip
    done, report = clean({"resourceType": "QuestionnaireResponse", "status": "completed", "item": items})
    assert [item.get("answer") for item in done["item"]] == [[{"valueInteger": 90}], [{"valueInteger": 97}], None]
    assert [item.reason for item in report.withheld] == ["a whole number of seven digits or more"]


@pytest.mark.parametrize("config", [SAFE_HARBOR, EXPERT])
def test_years_of_birth_that_tell_an_age_over_89_go_from_relatives_too(config):
    born = {"resourceType": "FamilyMemberHistory", "status": "completed", "patient": {"reference": "Patient/7"}}
    assert "bornDate" not in clean({**born, "bornDate": "1920-03-04"}, config)[0]
    assert "bornPeriod" not in clean({**born, "bornPeriod": {"start": "1920-03-04"}}, config)[0]
    assert "bornDate" in clean({**born, "bornDate": "1980-03-04"}, config)[0]
    assert "birthDate" not in clean({"resourceType": "Patient", "id": "7", "birthDate": "1920-03-04"}, config)[0]
    assert "birthDate" in clean({"resourceType": "Patient", "id": "7", "birthDate": "1980-03-04"}, config)[0]


def test_a_contained_patient_has_no_shift_of_their_own():
    """ "#p1" is somebody else in each document: one shift for all of them would be no secret for long."""
    inside = [{"resourceType": "Patient", "id": "p1", "birthDate": "1980-03-04"}]
    done, _ = clean(
        {"resourceType": "Procedure", "status": "completed", "contained": inside, "subject": {"reference": "#p1"},
         "performedDateTime": "2019-03-04"}, EXPERT,
    )  # fmt: skip
    assert (done["contained"][0]["birthDate"], done["performedDateTime"]) == ("1980", "2019")


@pytest.mark.parametrize("code", ["AMB", "EMER", "vital-signs", "HPAYMENT", "ETHGR", "Patient", "DX", "eligpaid"])
def test_codes_of_hl7_stay(code):
    assert says_nobody(HL7, code)


@pytest.mark.parametrize("code", ["Qvorbat", "SMITHSON", "JaneQvorbat"])
def test_a_code_that_could_be_a_name_waits_for_review(code):
    done, report = clean({"resourceType": "Condition", "code": {"coding": [{"system": HL7, "code": code}]}})
    assert "code" not in done and report.withheld
    quantity = {"value": 3, "system": "http://unitsofmeasure.org", "code": f"{{{code}}}"}
    assert observed({"text": "x"}, valueQuantity=quantity)["valueQuantity"] == {"value": 3}


@pytest.mark.parametrize(
    "unit", ["mmol/L", "mL/min/{1.73_m2}", "[degF]", "10*6/uL", "{beats}/min", "mm[Hg]", "k[IU]/L"]
)
def test_units_stay(unit):
    assert is_unit(unit)


def test_rtf_under_a_type_of_text_is_not_read_as_text():
    data = base64.b64encode(b"{\\rtf1 Mr. {\\b Has}kin}").decode()
    content = [{"attachment": {"contentType": "text/rtf", "data": data}}]
    done, report = clean({"resourceType": "DocumentReference", "status": "current", "content": content})
    assert done["content"] == [{"attachment": {"contentType": "text/rtf"}}]
    assert [item.kind for item in report.withheld] == ["attachment"]


def test_a_profile_at_a_host_that_only_begins_like_a_terminology_becomes_a_token():
    meta = {
        "profile": [
            "http://loinc.org.example/Qvorbat",
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient",
        ]
    }
    done, _ = clean({"resourceType": "Patient", "id": "a", "meta": meta})
    assert (
        done["meta"]["profile"][0].startswith("http://deidentified.invalid/uri/")
        and done["meta"]["profile"][1] == meta["profile"][1]
    )


def test_an_identifier_whose_type_was_words_alone_has_no_empty_type():
    identifier = [{"type": {"text": "Record of Qvorbat"}, "value": "7"}]
    done, _ = clean({"resourceType": "Patient", "id": "a", "identifier": identifier})
    assert set(done["identifier"][0]) == {"value"}
