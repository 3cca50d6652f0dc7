"""Payers, ambulances and shops: what a label or a word of payment leads to, and where a shop stands."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()


def _found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in DETECTOR.find(text)]


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("Auth requested w/ Humana, no answer yet.", "Humana"),
        ("INS:   Big Sky Choice     no copay", "Big Sky Choice"),
        ("Payer: Keystone Lantern Mutual", "Keystone Lantern Mutual"),
        ("Insurance: Healthy Blue", "Healthy Blue"),
        ("Her insurance is Granite Shore Plan, active.", "Granite Shore Plan"),
        ("Appeal sent to Tidewater Select on paper.", "Tidewater Select"),
        ("Ambulance Acadian will come at 1500.", "Acadian"),
        ("Ambulance: Medicoach, stretcher van.", "Medicoach"),
        ("Followed by Creek County Probation.", "Creek County Probation"),
        ("Carolina Heart & Vascular sent the strips.", "Carolina Heart & Vascular"),
        ("Sent to Ferncliff Oral & Maxillofacial Surgery for the molar.", "Ferncliff Oral & Maxillofacial Surgery"),
        ("refill isnt at harborline drugs yet", "harborline drugs"),
    ],
)
def test_who_pays_drives_or_dispenses_is_found(text: str, house: str) -> None:
    assert house in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Insurance: Medicare Part A and B",
        "INS: Medicaid pending",
        "Payer: Self Pay",
        "Insurance is Active, Insurance: Prior Auth Required",
        "Ambulance: Refused. Ambulance Arrival 0800",
        "Approved by Tumor Board, denied by Medical Director",
        "Claim to Medicare Advantage HMO; auth from Medicaid",
        "DME: Front Wheeled Walker, Bedside Commode",
        "Moved to the theatre via Stretcher. OCC HEALTH",
        "Moved from Labor & Delivery this morning.",
        "She was delivered by CNM on call.",
        "no recreational drugs, denies iv drugs",
    ],
)
def test_a_contract_a_ride_and_a_device_are_no_payer(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "organisation"]


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Sent to Piggly Drug on Main today.", "Main"),
        ("I sent it to Reasor's on 15th, take two.", "15th"),
        ("Scene: US-12 EB @ MM 44", "US-12 EB @ MM 44"),
        ("Rolled on I-94 WB at Mile Marker 137 overnight.", "I-94 WB at Mile Marker 137"),
        ("The form says Rural Route 4 Box 77, 59888.", "Rural Route 4 Box 77"),
        ("The form says Rural Route 4 Box 77, 59888.", "59888"),
        ("family of 7 in Gallows Creek", "Gallows Creek"),
    ],
)
def test_where_a_shop_a_scene_and_a_box_are(text: str, street: str) -> None:
    assert street in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Filled at the pharmacy on Monday.",
        "Left Drug on Hold.",
        "RR 18 at 1530",
        "mother's on Lasix",
        "CVS on Monday",
        "Walgreens on Hold",
    ],
)
def test_a_day_and_a_drug_are_no_street(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "street"]
