"""What a document says of its own people is the dictionary for its own texts: FHIR, DICOM."""

from __future__ import annotations

import io
import json
from datetime import date

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from cloister.phi.fhir.people import MOST, joined, known_of
from cloister.phi.files import FileCleaner, FileConfig, FileKind

CLEANER = FileCleaner(FileConfig(project="p", as_of=date(2026, 1, 31)), bytes(range(64)))
# Each is an everyday word too: without the document's own word for it nothing says that it is a name.
PATIENT = {
    "resourceType": "Patient", "id": "a", "name": [{"family": "Stone", "given": ["Gale"]}],
    "text": {"status": "generated", "div": "<div>Gale is well. Stone walks.</div>"},
}  # fmt: skip
NURSE = {"resourceType": "Practitioner", "id": "x", "name": {"text": "Rivers Brook"}}


def fhir(resource) -> str:
    out = io.BytesIO()
    CLEANER.clean(FileKind.FHIR, io.BytesIO(json.dumps(resource).encode()), out)
    return out.getvalue().decode()


def bundle(*resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}


def seen(text, **more):
    subject = {"subject": {"reference": "Patient/a"}}
    return {"resourceType": "Observation", "status": "final", "note": [{"text": text}], **subject, **more}


def test_a_narrative_is_read_with_the_names_of_its_own_resource():
    assert "[NAME] is well. [NAME] walks." in fhir(PATIENT)
    day = {**PATIENT, "name": [{"family": "Day"}], "text": {"status": "generated", "div": "<div>Day walks.</div>"}}
    assert "[NAME] walks." in fhir(day)
    alone = {"resourceType": "Patient", "text": day["text"]}
    assert "Day walks." in fhir(alone)  # the control: nobody of this name is known


def test_in_a_bundle_the_subject_and_the_staff_are_known():
    done = fhir(bundle(PATIENT, NURSE, seen("Gale felt well. Rivers agrees.")))
    assert "[NAME] felt well. [NAME] agrees." in done


def test_another_patient_of_the_bundle_is_not():
    other = {"resourceType": "Patient", "id": "b", "name": [{"family": "Will"}]}
    note = "Stone seen on the scan will pass."
    assert note in fhir(bundle(PATIENT, other, seen(note, subject={"reference": "Patient/b"})))
    assert "[NAME] seen on the scan will pass." in fhir(bundle(PATIENT, other, seen(note)))  # of the patient herself


def test_contained_people_and_displays_of_references_count():
    contained = seen(
        "Stone and Brook came.", contained=[{"resourceType": "RelatedPerson", "name": [{"given": ["Brook"]}]}]
    )
    contained["performer"] = [{"reference": "Practitioner/7", "display": "Rae Stone"}]
    assert "[NAME] and [NAME] came." in fhir(contained)


def test_a_display_never_tells_that_its_own_words_are_a_name():
    race = {
        "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "extension": [
            {
                "url": "ombCategory",
                "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3", "display": "White"},
            }
        ],
    }
    done = json.loads(fhir({**PATIENT, "name": [{"family": "White"}], "extension": [race]}))
    assert done["extension"][0]["extension"][0]["valueCoding"] == {
        "system": "urn:oid:2.16.840.1.113883.6.238",
        "code": "2106-3",
    }


@pytest.mark.parametrize(
    "odd", [{"name": {"family": 7}}, {"name": [None]}, {"telecom": ["x"]}, {"address": [{"line": {}}]}]
)
def test_odd_shapes_are_no_obstacle(odd):
    assert isinstance(known_of({"resourceType": "Patient", **odd}), dict)


def test_the_dictionary_is_bounded_and_holds_each_value_once():
    crowd = {"contact": [{"name": {"family": f"Family{n}"}} for n in range(2 * MOST)]}
    assert len(known_of(crowd)) == MOST
    assert joined({"name 0": "Stone"}, {"name 7": "Stone", "city 1": "Gale"}) == {"name 0": "Stone", "city 1": "Gale"}


def test_a_dicom_report_is_read_with_the_names_of_its_own_object():
    item = Dataset()
    item.ValueType, item.TextValue = "TEXT", "Gale is well. Rivers agrees."
    data = Dataset()
    data.PatientName, data.ReferringPhysicianName, data.Modality = "Stone^Gale", "Rivers^Brook", "SR"
    data.SOPClassUID, data.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.3.4"
    data.ContentSequence = Sequence([item])
    data.StudyDescription = "Stone follow up"
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    raw, out = io.BytesIO(), io.BytesIO()
    file = pydicom.dataset.FileDataset(raw, data, preamble=b"\0" * 128, file_meta=meta)
    pydicom.dcmwrite(raw, file, enforce_file_format=True)
    CLEANER.clean(FileKind.DICOM, io.BytesIO(raw.getvalue()), out)
    assert not [name for name in (b"Gale", b"Rivers", b"Stone", b"Brook") if name in out.getvalue()]
    assert pydicom.dcmread(io.BytesIO(out.getvalue())).StudyDescription == "[NAME] follow up"
