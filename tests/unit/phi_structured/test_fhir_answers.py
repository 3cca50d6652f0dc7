"""FHIR: an answer or an observed value is read with the words that ask for it, a day by the age that it tells."""

import io
import json
from datetime import date

import pytest

from cloister.phi.fhir import FhirConfig, Transformations, deidentify_resource
from cloister.phi.fhir.codes import is_unit
from cloister.phi.files import FileCleaner, FileConfig, FileKind

KEY = b"k" * 64
CLEANER = FileCleaner(FileConfig(project="p", as_of=date(2026, 1, 31)), KEY)


def cleaned(resource, cleaner=CLEANER):
    once = io.BytesIO()
    cleaner.clean(FileKind.FHIR, io.BytesIO(json.dumps(resource).encode()), once)
    twice = io.BytesIO()
    cleaner.clean(FileKind.FHIR, io.BytesIO(once.getvalue()), twice)
    assert once.getvalue() == twice.getvalue()
    return json.loads(once.getvalue())


def answered(question, answer):
    """What is left of the answer; None if nothing is."""
    item = {"text": question, "answer": [answer]}
    done = cleaned({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item]})
    return done["item"][0]["answer"][0] if "answer" in done["item"][0] else None


def observed(code, **value):
    done = cleaned({"resourceType": "Observation", "status": "final", "code": code, **value})
    return {name: part for name, part in done.items() if name.startswith("value")}


@pytest.mark.parametrize(
    ("question", "answer", "kept"),
    [
        ("Patient last name", {"valueString": "Stone"}, {"valueString": "[NAME]"}),
        ("City", {"valueString": "Reading"}, {"valueString": "[CITY]"}),
        ("Street address", {"valueString": "44 Elm"}, {"valueString": "[STREET]"}),
        ("Emergency contact", {"valueString": "Grace"}, {"valueString": "[NAME]"}),
        ("Employer", {"valueString": "Target"}, {"valueString": "[ORGANISATION]"}),
        ("Birthday", {"valueString": "3/4"}, None),
        ("Medical record number (MRN)", {"valueInteger": 482913}, None),
        ("MRN", {"valueDecimal": 12345678}, None),
        ("Phone", {"valueDecimal": 5550134}, None),
        ("ZIP code", {"valueInteger": 37203}, None),
        ("Last four digits of SSN", {"valueInteger": 4821}, None),
        ("Date of birth", {"valueDate": "1931-03-04"}, None),
        ("Date of birth", {"valueDate": "1971-03-04"}, {"valueDate": "1971"}),
        ("Date of birth", {"valueString": "1931-03-04"}, None),
        ("Year of birth", {"valueInteger": 1931}, None),
        ("Year of birth", {"valueInteger": 1971}, {"valueInteger": 1971}),
        ("How old are you?", {"valueInteger": 94}, {"valueInteger": 90}),
        ("Age", {"valueString": "94"}, {"valueString": "90"}),
        ("Age", {"valueString": "45"}, {"valueString": "45"}),
        ("Favourite stone", {"valueString": "jade"}, {"valueString": "jade"}),
        ("Cups of coffee a day", {"valueInteger": 4}, {"valueInteger": 4}),
        ("Steps a day", {"valueInteger": 10432}, {"valueInteger": 10432}),
        ("Pain from 0 to 10", {"valueDecimal": 7.5}, {"valueDecimal": 7.5}),
        ("Chief complaint", {"valueString": "Chest pain at rest"}, {"valueString": "Chest pain at rest"}),
        ("Reason for visit", {"valueString": "Stone in left ureter"}, {"valueString": "Stone in left ureter"}),
        ("Appearance of urine", {"valueString": "Brown"}, {"valueString": "Brown"}),
        ("Number of steps in 24 hours", {"valueInteger": 10432}, {"valueInteger": 10432}),
        ("Mother's maiden name", {"valueString": "Young"}, {"valueString": "[NAME]"}),
        ("Pharmacy", {"valueString": "Target"}, {"valueString": "[ORGANISATION]"}),
        ("Systolic", {"valueInteger": 94}, {"valueInteger": 94}),
        ("Year of diagnosis", {"valueInteger": 2015}, {"valueInteger": 2015}),
    ],
)
def test_an_answer_is_read_with_its_question(question, answer, kept):
    assert answered(question, answer) == kept


def loinc(code, **more):
    return {"coding": [{"system": "http://loinc.org", "code": code, **more}]}


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [
        (loinc("45394-4"), {"valueString": "Stone"}, {"valueString": "[NAME]"}),
        (loinc("45394-4", display="Last name"), {"valueString": "Stone"}, {"valueString": "[NAME]"}),
        (loinc("45396-3"), {"valueString": "5678"}, {"valueString": "[SSN]"}),
        (loinc("21112-8"), {"valueDateTime": "1931-03-04"}, {}),
        (loinc("80904-6"), {"valueInteger": 1931}, {}),
        (loinc("80904-6"), {"valueInteger": 1971}, {"valueInteger": 1971}),
        (loinc("718-7", display="Hemoglobin"), {"valueString": "low"}, {"valueString": "low"}),
        (loinc("30525-0"), {"valueQuantity": {"value": 94, "unit": "years old"}},
         {"valueQuantity": {"value": 90, "unit": "years old"}}),
        (loinc("30525-0"), {"valueQuantity": {"value": 94, "unit": "yo"}}, {"valueQuantity": {"value": 90, "unit": "yo"}}),
        (loinc("30525-0"), {"valueQuantity": {"value": 94, "unit": "{years}"}},
         {"valueQuantity": {"value": 90, "unit": "{years}"}}),
        (loinc("8867-4", display="Heart rate"), {"valueQuantity": {"value": 94, "unit": "beats/min"}},
         {"valueQuantity": {"value": 94, "unit": "beats/min"}}),
    ],
)  # fmt: skip
def test_an_observed_value_is_read_with_its_code(code, value, kept):
    assert observed(code, **value) == kept


def test_days_and_ages_over_89_go_from_every_element():
    done = cleaned({"resourceType": "Condition", "onsetDateTime": "1931-03-04", "abatementString": "94"})
    assert done == {"resourceType": "Condition", "abatementString": "90"}
    assert cleaned({"resourceType": "Condition", "onsetDateTime": "1971-03-04", "abatementString": "64"}) == {
        "resourceType": "Condition", "onsetDateTime": "1971", "abatementString": "64"}  # fmt: skip
    subject = {"reference": "Patient/p7"}
    expert = FileCleaner(FileConfig(project="p", profile="expert", as_of=date(2026, 1, 31)), KEY)
    old = {"resourceType": "Condition", "subject": subject, "onsetDateTime": "1931-03-04"}
    assert "onsetDateTime" not in cleaned(old, expert)
    given = Transformations(text=str)
    untold = deidentify_resource(old, FhirConfig(), key=KEY, given=given)[0]
    assert "onsetDateTime" not in untold
    later = deidentify_resource({**old, "onsetDateTime": "1941"}, FhirConfig(), key=KEY, given=given)[0]
    assert later["onsetDateTime"] == "1941"


def test_a_relatives_age_is_capped_in_whatever_words():
    relative = {"resourceType": "FamilyMemberHistory", "status": "completed", "deceasedString": "94",
                "condition": [{"onsetString": "93", "onsetAge": {"value": 93, "unit": "yrs. of life"}}]}  # fmt: skip
    done = cleaned(relative)
    assert done["deceasedString"] == done["condition"][0]["onsetString"] == "90"
    assert done["condition"][0]["onsetAge"]["value"] == 90


def test_a_text_that_holds_json_waits():
    assert observed({"text": "form"}, valueString='{"city":"Reading"}') == {}
    assert observed({"text": "form"}, valueString="[x] rest") == {"valueString": "[x] rest"}


CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"


@pytest.mark.parametrize(
    ("extension", "stays"),
    [
        ({"url": f"{CORE}birthsex", "valueCode": "F"}, True),
        ({"url": f"{CORE}birthsex", "valueInteger": 482913}, False),
        ({"url": f"{CORE}birthsex", "valueString": "Reading"}, False),
        ({"url": f"{CORE}race", "extension": [{"url": "text", "valueString": "White"}]}, True),
        ({"url": f"{CORE}race", "extension": [{"url": "text", "valueInteger": 4821}]}, False),
    ],
)
def test_an_extension_holds_what_it_is_defined_to_hold(extension, stays):
    done = cleaned({"resourceType": "Patient", "extension": [extension]})
    assert done == {"resourceType": "Patient", **({"extension": [extension]} if stays else {})}


@pytest.mark.parametrize("system", ["http://www.cms.gov/Medicare/Coding/ICD10", "http://hl7.org/fhir/sid/icd-10-pcs"])
def test_codes_of_procedures_stay_and_what_is_none_goes(system):
    done = cleaned({"resourceType": "Procedure", "status": "completed",
                    "code": {"coding": [{"system": system, "code": "0DTJ4ZZ"}, {"system": system, "code": "Rose7"}]}})  # fmt: skip
    assert done["code"] == {"coding": [{"system": system, "code": "0DTJ4ZZ"}]}


@pytest.mark.parametrize("unit", ["kg/m²", "µg/mL", "μg/mL", "°C", "10³/µL", "10^3/µL", "mL·min⁻¹"])
def test_units_as_printed_stay(unit):
    assert is_unit(unit)
    assert not is_unit(f"{unit} Haskin") and not is_unit("Gößta")


def test_answers_stay_joined_to_their_questions():
    asked = {"resourceType": "Questionnaire", "status": "retired", "item": [
        {"linkId": "q-Haskin", "type": "group"}, {"linkId": "1.2", "type": "group"}, {"linkId": "/54126-8", "type": "group"}]}  # fmt: skip
    answer = {"resourceType": "QuestionnaireResponse", "status": "completed",
              "item": [{"linkId": held["linkId"]} for held in asked["item"]]}  # fmt: skip
    first, second = cleaned(asked), cleaned(answer)
    ids = [held["linkId"] for held in second["item"]]
    assert [held["linkId"] for held in first["item"]] == ids and first["status"] == "retired"
    assert ids[1:] == ["1.2", "/54126-8"] and "Haskin" not in ids[0] and ids[0]
    assert cleaned({**answer, "item": [{"linkId": "617-555-0134"}]})["item"][0]["linkId"] != "617-555-0134"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("Appointment", "booked"), ("Appointment", "noshow"), ("DocumentReference", "superseded"), ("Slot", "busy-tentative"),
     ("MedicationDispense", "declined"), ("Specimen", "unsatisfactory"), ("List", "retired"), ("Slot", "haskin")],
)  # fmt: skip
def test_required_statuses_stay(kind, status):
    kept = {} if status == "haskin" else {"status": status}
    assert cleaned({"resourceType": kind, "status": status}) == {"resourceType": kind, **kept}
