"""FHIR: whose resource it is, by references of every form, and odd documents that stop no other."""

import io
import json
from datetime import date

import pytest

from cloister.phi import DeidConfig, Deidentifier
from cloister.phi.fhir import FhirConfig, Transformations, deidentify_ndjson
from cloister.phi.files import FileCleaner, FileConfig, kind_of

KEY = b"k" * 64
ROSE = {"resourceType": "Patient", "id": "p7", "name": [{"family": "Stone", "given": ["Rose"]}]}


def cleaned(raw, **config):
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    target, bad = io.BytesIO(), []
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    report = cleaner.clean(kind_of(raw[:65536]), io.BytesIO(raw), target, bad=bad.append)
    return target.getvalue(), report, bad


def bundle(*resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": held} for held in resources]}


def condition(reference, note):
    return {"resourceType": "Condition", "id": "c", "subject": {"reference": reference}, "note": [{"text": note}]}


def notes(raw, **config):
    """The note of each condition in a bundle's result."""
    entries = json.loads(cleaned(raw, **config)[0])["entry"]
    return [held["resource"]["note"][0]["text"] for held in entries if "note" in held["resource"]]


FORMS = ["Patient/p7", "Patient/p7/_history/2", "http://s/fhir/Patient/p7/_history/2", "Patient/p7?x=1", "Patient/p7#x"]


@pytest.mark.parametrize("reference", FORMS)
def test_a_version_a_query_or_a_fragment_of_a_reference_is_nobody_else(reference):
    note = "Stone rested well. Rose ate."
    assert notes(bundle(ROSE, condition(reference, note))) == ["[NAME] rested well. [NAME] ate."]
    encounter = {"resourceType": "Encounter", "subject": {"reference": reference}, "period": {"start": "2019-01-10"}}
    moved = [json.loads(cleaned({**encounter, "subject": {"reference": text}}, profile="expert")[0])["period"]
             for text in ("Patient/p7", reference)]  # fmt: skip
    assert moved[0] == moved[1] != encounter["period"]


def test_an_address_of_a_version_makes_its_number_nobody():
    entry = {"fullUrl": "http://s/fhir/Patient/p7/_history/2", "resource": ROSE}
    other = condition("Patient/2", "Stone was counted.")
    raw = {"resourceType": "Bundle", "type": "collection", "entry": [entry, {"resource": other}]}
    assert notes(raw) == ["Stone was counted."]


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Appointment", "status": "cancelled", "description": "Stone follow-up, Rose prefers mornings",
         "participant": [{"actor": {"reference": "Patient/p7"}, "status": "accepted"}]},
        {"resourceType": "Communication", "status": "completed", "recipient": [{"reference": "Patient/p7"}],
         "payload": [{"contentString": "Stone follow-up, Rose prefers mornings"}]},
    ],
)  # fmt: skip
def test_a_patient_named_anywhere_in_a_resource_is_looked_for_in_its_texts(resource):
    done = cleaned(bundle(ROSE, resource))[0].decode()
    assert "[NAME] follow-up, [NAME] prefers mornings" in done
    other = {**ROSE, "id": "p8"}
    assert "Stone follow-up" in cleaned(bundle(other, resource))[0].decode()


def test_dates_in_notes_move_by_the_patient_as_typed_dates_and_tables_do():
    raw = bundle(ROSE, {**condition("Patient/p7", "Seen 3/14/2019."), "onsetDateTime": "2019-03-14"})
    once = cleaned(raw, profile="expert")[0]
    days = Deidentifier(DeidConfig(profile="expert", project="p"), KEY).shift("p7")
    moved = date.fromordinal(date(2019, 3, 14).toordinal() + days)
    assert moved.isoformat() in once.decode()
    assert notes(raw, profile="expert")[0] in (
        f"Seen {moved.month}/{moved.day}/{moved.year}.", f"Seen {moved.month:02d}/{moved.day:02d}/{moved.year}.",
        f"Seen {moved.month}/{moved.day:02d}/{moved.year}.", f"Seen {moved.month:02d}/{moved.day}/{moved.year}.",
    )  # fmt: skip
    assert cleaned(once, profile="expert")[0] == once
    assert notes(raw) == ["Seen [DATE 2019]."]


CODE = {"coding": [{"system": "http://loinc.org", "code": ["30525-0"]}]}
ODD = [
    {"resourceType": "Observation", "id": "o", "status": "final", "code": CODE},
    {**ROSE, "id": "\ud800"},
    {"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:11111111-2222-4333-8444-555555555555", "resource": {"resourceType": "\ud800", "id": "a"}}]},
]  # fmt: skip


@pytest.mark.parametrize("profile", ["safe-harbor", "expert"])
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_document_stops_no_other(odd, profile):
    good = {"resourceType": "Patient", "id": "g", "gender": "female", "birthDate": "1990-01-01"}
    lines = b"\n".join(json.dumps(held).encode() for held in (good, odd, good))
    done, report, bad = cleaned(lines, profile=profile)
    kept = [json.loads(line) for line in done.splitlines()]
    assert kept[0] == kept[-1] and kept[0]["gender"] == "female" and report.items + report.bad == 3
    assert [item.number for item in bad] in ([], [2])
    assert "Stone" not in done.decode()


def test_an_error_that_nobody_foresaw_is_one_line_without_a_value():
    def text(value):
        raise KeyError(value)

    lines = [
        b'{"resourceType":"Basic"}',
        json.dumps(condition("Patient/1", "Rose Stone")).encode(),
        b'{"resourceType":"Basic"}',
    ]
    done = list(deidentify_ndjson(lines, FhirConfig(), key=KEY, given=Transformations(text=text)))
    assert [item.raw is None for item in done] == [False, True, False]
    assert "KeyError" in done[1].error and "Rose" not in done[1].error and "\n" not in done[1].error
