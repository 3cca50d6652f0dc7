"""A house's whole name: what its last word tells, and what is joined to a part that was found."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()


def _covered(text: str) -> str:
    """The text with every found character as a dot."""
    out = list(text)
    for finding in DETECTOR.find(text):
        out[finding.start : finding.end] = "." * (finding.end - finding.start)
    return "".join(out)


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("Copper Basin Gastroenterology\n\nDear Colleague,", "Copper Basin Gastroenterology"),
        ("TO:    Bitterroot Nephrology     attn scheduling", "Bitterroot Nephrology"),
        ("Referred to Juniper Rheumatology for joint pain.", "Juniper Rheumatology"),
        ("3) Stonecrop Post-Acute - out of network", "Stonecrop Post-Acute"),
        ("1) Orchard Gate Rehab - bed available\n2) home", "Orchard Gate Rehab"),
        ("need a peer to peer with Cobalt Valley HMO today", "Cobalt Valley HMO"),
        ("submitted to Willow Coast Advantage, pending", "Willow Coast Advantage"),
        ("Copy to Inland Basin Health Plan for the file.", "Inland Basin Health Plan"),
        ("Plays ball at Kettering HS this spring.", "Kettering HS"),
        ("Arrived with North Fork Fire & EMS at noon.", "North Fork Fire & EMS"),
        ("Seen at Harbor Light Clinic & Infusion today.", "Harbor Light Clinic & Infusion"),
        ("Labs from QuickMend Urgent Care - Yucca Valley.", "QuickMend Urgent Care - Yucca Valley"),
        ("Raised Catholic, member of Our Lady of the Plains now.", "Our Lady of the Plains"),
        ("He is a member of Shepherd of the Valley.", "Shepherd of the Valley"),
        ("Low vision referral to Beacon for the Blind.", "Beacon for the Blind"),
        ("Aide sent from Angels of Grace yesterday.", "Angels of Grace"),
    ],
)
def test_a_house_is_found_whole(text: str, house: str) -> None:
    assert _covered(text) == text.replace(house, "." * len(house))


@pytest.mark.parametrize(
    "text",
    [
        "Plan: continue Lasix. Care Plan reviewed, Birth Plan on chart.",
        "Medicare Advantage HMO, Commercial PPO or Medicaid HMO",
        "Progress Note Cardiology",
        "New Patient Rheumatology",
        "Initial Visit Gastroenterology",
        "Admit to Transplant Nephrology",
        "1) Wound Care - daily\n2) Pulmonary Rehab - start next week",
        "- Foley Care - done",
        "Impaired Bed Mobility, High Flow Oxygen",
        "Arrived By Ambulance",
        "Return to Clinic - Two Weeks",
        "Activities of Daily Living; Head of the Bed at 30 degrees",
        "Out of the way. Freedom of Choice list given.",
        "Wound Care & Hyperbaric, Physical Therapy & Speech",
    ],
)
def test_a_department_a_contract_and_a_heading_are_no_house(text: str) -> None:
    found = [f for f in DETECTOR.find(text) if f.reason != "statistical model"]  # one word of which it guesses the type
    assert not [text[f.start : f.end] for f in found if f.type == "organisation"]


def test_a_person_before_a_specialty_stays_a_person() -> None:
    text = "Discussed with Dr. Haskin Nephrology this morning."
    assert [(text[f.start : f.end], f.type) for f in DETECTOR.find(text)] == [("Haskin", "name")]


@pytest.mark.parametrize("text", ["Kettering Nephrology", "Angels of Grace", "Cobalt Valley HMO", "Rimrock Post-Acute"])
def test_nothing_but_the_name_is_enough(text: str) -> None:
    assert set(_covered(text)) == {"."}
