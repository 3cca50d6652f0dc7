"""Clinics, centres and programs of a hospital that only their field or their task tells are no houses."""

import pytest

from cloister.phi import Detector, Finding

DETECTOR = Detector()
# Words that may be a name; their type is a guess too.
_GUESSED = {
    "statistical model",
    "statistical model of ends",
    "everyday surname with a capital inside a sentence",
}
_FIELDS = (
    "Seizure", "Falls & Balance", "Resident Continuity", "Travel Medicine", "Lipid", "Fracture", "Breast Imaging", "Joint Replacement", "Tobacco Cessation", "Movement Disorders", "Foot & Ankle",
    "Post-Discharge", "Device", "Valve", "Voice & Swallowing", "Glaucoma", "Cancer Genetics", "Sickle Cell", "Midwifery", "Feeding", "Autism", "Concussion", "Women's Health", "Employee Health", "Poison Control",
)  # fmt: skip


def _places(text: str) -> list[Finding]:
    """What is found as a place or a house for what stands beside it."""
    kinds = {"organisation", "city", "street"}
    return [f for f in DETECTOR.find(text) if f.type in kinds and f.reason not in _GUESSED]


def _found_whole(text: str, house: str) -> bool:
    """Whether every letter of the house lies in a finding."""
    covered = [(f.start, f.end) for f in DETECTOR.find(text)]
    letters = [at for at, char in enumerate(house, text.index(house)) if char.isalnum()]
    return all(any(low <= at < high for low, high in covered) for at in letters)


@pytest.mark.parametrize("kind", ["Clinic", "Center", "Program", "Service", "Group"])
@pytest.mark.parametrize("field", _FIELDS)
def test_a_field_and_its_kind_are_no_house(field: str, kind: str) -> None:
    assert not DETECTOR.find(f"Seen in the {field} {kind} for follow up.")


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("Referred to Lakemoor Seizure Clinic for a second look.", "Lakemoor Seizure Clinic"),
        ("Transferred from Bluegrass Trauma Center overnight.", "Bluegrass Trauma Center"),
        ("Seen at Haskin Foot & Ankle Center last week.", "Haskin Foot & Ankle Center"),
        ("Labs drawn at LabCorp Patient Service Center downtown.", "LabCorp Patient Service Center"),
        ("Consult from Veterans Affairs Medical Center on file.", "Veterans Affairs Medical Center"),
    ],
)
def test_a_name_of_its_own_makes_one(text: str, house: str) -> None:
    assert _found_whole(text, house)


@pytest.mark.parametrize("text", ["Transport: Wheelchair Van", "Bed Mobility, Sit to Stand", "Drug on Formulary"])
def test_what_is_done_with_a_patient_is_no_place(text: str) -> None:
    assert not _places(text)


@pytest.mark.parametrize(
    "lead", ["Seen at {} this morning.", "Transferred from {} at 0900.", "Patient moved to {} for the night."]
)
@pytest.mark.parametrize(
    "office",
    [
        "Bed Control", "House Supervisor", "Biomedical Engineering", "Tissue Bank", "Phlebotomy Station", "Trauma Bay", "Special Care Nursery", "Express Admissions", "Language Line", "Fluoroscopy Suite",
        "Infection Control", "Information Technology", "Swing Bed", "Nursing Station", "Financial Counseling", "Organ Procurement",
    ],
)  # fmt: skip
def test_an_office_or_a_room_is_no_place(office: str, lead: str) -> None:
    assert not _places(lead.format(office))


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("She works at First Larkmoor Bank downtown.", "First Larkmoor Bank"),
        ("Transferred from Haskin Special Care Nursery last night.", "Haskin Special Care Nursery"),
        ("Airlift by Hospital Wing.", "Hospital Wing"),
    ],
)
def test_an_office_with_a_name_stays(text: str, house: str) -> None:
    assert _found_whole(text, house)
