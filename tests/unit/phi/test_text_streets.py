"""Streets without a number or in odd forms, and towns beside a house, a year or an office."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector(model=False)


def _covered(text: str) -> str:
    """The text with every letter and digit that was found as a dot."""
    out = list(text)
    for finding in DETECTOR.find(text):
        out[finding.start : finding.end] = [
            "." if char.isalnum() else char for char in text[finding.start : finding.end]
        ]
    return "".join(out)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Crash on the ramp, mile marker 41, State Route 26, car in the ditch", "mile marker 41, State Route 26"),
        ("Trailer off Navajo Route 15, no mail there", "Navajo Route 15"),
        ("Found beside TX HWY 71 at dusk.", "TX HWY 71"),
        ("Household of five, 18220 Road 44 for now", "18220 Road 44"),
        ("lives alone, ranch house at 2041 Co Hwy 9 past the church", "2041 Co Hwy 9"),
        ("staying with her aunt at Route 3, Box 212 this week", "Route 3, Box 212"),
        ("Sleeps by the shelter, Wabash & 9th most nights", "Wabash & 9th"),
        ("Pantry is open, W. 63rd & Ashland on weekdays", "W. 63rd & Ashland"),
        ("Hotel near the ward, 2nd & La Brea Ave for a week", "2nd & La Brea Ave"),
        ("Struck by a van, Walnut St at 8th, no helmet", "Walnut St at 8th"),
        ("Scan tonight at the mall, Cobbler Mill Run Blvd. Bring the card.", "Cobbler Mill Run Blvd"),
        ("Nothing is to be mailed to the Sumac Ln house.", "Sumac Ln"),
        ("Deliver to the Joseph Campau St address.", "Joseph Campau St"),
        ("Box goes out to Mile 6 Old Teller Hwy today", "Mile 6 Old Teller Hwy"),
        ("Recall letter mailed to 61 Granite Notch, no answer", "61 Granite Notch"),
        ("refill at the store on silver birch ave.", "silver birch ave"),
        ("nephew at 9 Fennel Cres, upstairs", "9 Fennel Cres"),
        ("lives at 318 E Tamarack, Unit 7, with a cat", "318 E Tamarack, Unit 7"),
        ("mail to PO Drawer 9 for now", "PO Drawer 9"),
        ("Rents a room, 600 block of Tanager St, no lease", "600 block of Tanager St"),
        ("now at 88 Tremaine Pl, 3rd fl, with an aunt", "88 Tremaine Pl, 3rd fl"),
        ("stays at 14 Juniper St, rear, by the alley", "14 Juniper St, rear"),
        ("Picked up on I-84 by troopers", "I-84"),
        ("Motorcycle down near US-131 NB at dawn", "US-131 NB"),
        ("Cottage Home SNF    9 Quail Hollow Dr   Beckley", "9 Quail Hollow Dr"),
    ],
)
def test_a_street_in_an_odd_form_is_found(text: str, value: str) -> None:
    start = text.index(value)
    left = _covered(text)[start : start + len(value)]
    assert not any(char.isalnum() for char in left)


@pytest.mark.parametrize(
    "text",
    [
        "2nd & 3rd toes crossed, 4th & 5th digits numb.",
        "Needs lodging, 3.5 h drive. Follows route 2 of the protocol with care.",
        "Ulcer between the 1st & 2nd MTP. 3rd & Fourth ventricle clear.",
        "Visit on April 14th & May 3rd. Seen on the 5th and Tuesday.",
        "Acuity OD 20/400 PH 20/200 today.",
        "Right Drain, 32F Atrium CT to suction.",
        "Road to recovery, on the road again, down the road.",
        "C5 & 6th nerve palsy, Murphy & 2nd look.",
        "Axillary Ln biopsy, Hilar Ln stable.",
        "Ablated by I-131 last week, scan of I-123 pending. Exam by US 3 weeks on. Stage of CR 1.4, off SR 20 mg.",
        "Heart block of 2 degrees, block of nerves, 10 mL block of the femoral nerve. Moved to the 3rd fl, lower lobe.",
        "letter sent to 4 West, mailed to 12 Tower",
    ],
)
def test_what_only_looks_like_a_street_is_none(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "street"]


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Blocks went to Quartz Hollow Genomics, Redwood City.", "Redwood City"),
        ("Daycare is Otter Lake Preschool, West Fargo.", "West Fargo"),
        ("Uncle died under anesthesia in Trabzon 1988 of fever", "Trabzon"),
        ("She came with her son to our Sequim office on a Monday", "Sequim"),
        ("parked outside Larkmoor Point MN, then walked", "Larkmoor Point"),
    ],
)
def test_a_town_is_found(text: str, town: str) -> None:
    start = text.index(town)
    assert any(f.start <= start and start + len(town) <= f.end for f in DETECTOR.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "Dobhoff NJ in place, bridle on.",
        "Radial line, Allen OK before it.",
        "Injection site clean, Deltoid site red. Call the Cardiology office or the Medicaid office.",
        "A roofer from the south, New Mexico.",
        "Labcorp, Lipitor refill. Walgreens, Monday.",
        "Sig Sand, CCC-A, NC 10557",
    ],
)
def test_what_only_looks_like_a_town_is_none(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "city"]


@pytest.mark.parametrize("street", ["Main St", "Main Street", "Central Ave", "North Main St"])
def test_a_street_called_main_or_central_is_one(street: str) -> None:
    text = f"pick up at Walgreens #4521 on {street}"
    assert [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "street"] == [street]


def test_a_line_called_main_or_central_is_no_street() -> None:
    for text in ("flushed on the Main Line", "placed on Central Line Road map", "drawn off Central line"):
        assert not [f for f in DETECTOR.find(text) if f.type == "street"]
