"""Clinics, centres and programs of a hospital that only their field or their task tells are no houses."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()
_FIELDS = (
    "Seizure", "Falls & Balance", "Resident Continuity", "Travel Medicine", "Lipid", "Fracture", "Breast Imaging", "Joint Replacement", "Tobacco Cessation", "Movement Disorders", "Foot & Ankle",
    "Post-Discharge", "Device", "Valve", "Voice & Swallowing", "Glaucoma", "Cancer Genetics", "Sickle Cell", "Midwifery", "Feeding", "Autism", "Concussion", "Women's Health", "Employee Health", "Poison Control",
)  # fmt: skip


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
    covered = [(f.start, f.end) for f in DETECTOR.find(text)]
    start = text.index(house)
    assert all(
        not char.isalnum() or any(low <= at < high for low, high in covered) for at, char in enumerate(house, start)
    )


@pytest.mark.parametrize("text", ["Transport: Wheelchair Van", "Bed Mobility, Sit to Stand", "Drug on Formulary"])
def test_what_is_done_with_a_patient_is_no_place(text: str) -> None:
    assert not [f for f in DETECTOR.find(text) if f.type in {"organisation", "city", "street"}]
