"""Houses of all trades: by their last or first word, by a field that leads to them, and what goes on after a name."""

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


def _hidden(text: str, house: str) -> str:
    return text.replace(house, "".join("." if char.isalnum() else char for char in house))


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("Panel sent out (Quartz Hollow Genomics, pending).", "Quartz Hollow Genomics"),
        ("adjuster on the line, Granite Gulf Casualty; injury noted", "Granite Gulf Casualty"),
        ("She rides the Tillamook Paratransit bus to dialysis.", "Tillamook Paratransit"),
        ("Meds from Sweetgum Apothecary downtown.", "Sweetgum Apothecary"),
        ("Thrown from a car at Bitter Creek Raceway.", "Bitter Creek Raceway"),
        ("Accepted by Larkmoor Subacute for Monday.", "Larkmoor Subacute"),
        ("Embryos are at Cedarline IVF for now.", "Cedarline IVF"),
        ("Teaches second grade, Pecan Valley Unified, on leave.", "Pecan Valley Unified"),
        ("Cheese maker, Bramble Creek Creamery.", "Bramble Creek Creamery"),
        ("Supper on Sunday (Ottawa Prairie Grange).", "Ottawa Prairie Grange"),
        ("retired from Millbrae Steamfitters Local 614, lives alone", "Millbrae Steamfitters Local 614"),
        ("Lifted by Skyline LifeFlight 2, landed 0410.", "Skyline LifeFlight 2"),
        ("Home infusion: Saltgrass Specialty Rx, first dose Friday.", "Saltgrass Specialty Rx"),
        ("Donor referral to Rio Verde Donor Network made.", "Rio Verde Donor Network"),
        ("Milk from Alder Coast Milk Bank thawed.", "Alder Coast Milk Bank"),
        ("Therapist with Yampa Early Steps visits.", "Yampa Early Steps"),
        ("Lunch program: Moraine Council on Aging, weekdays.", "Moraine Council on Aging"),
        ("Copy to Northfork Dentistry for Kids, please.", "Northfork Dentistry for Kids"),
        ("Referred to Ocala Limb & Brace for a new socket.", "Ocala Limb & Brace"),
        ("Bill the Loggers' Indemnity policy", "Loggers' Indemnity"),
        ("Sundays at Iglesia Betania with her sister.", "Iglesia Betania"),
        ("Rx llenada en Farmacia Palomar", "Farmacia Palomar"),
        ("Chair from vendor Mobility Loft, caster cracked.", "Mobility Loft"),
        ("Staying by the fairground, lodging Copper Lantern House.", "Copper Lantern House"),
        ("Bloods by the VNA of the Ozarks on Tuesday.", "VNA of the Ozarks"),
        ("Bed held at The Willows at Sparrow Ridge.", "The Willows at Sparrow Ridge"),
        ("Picked up at Piggly Wiggly Pharmacy #318.", "Piggly Wiggly Pharmacy #318"),
        ("Procedure done by Delta Gastro Center, LLC.", "Delta Gastro Center, LLC"),
        ("He wrote to the City of Brandermill Housing Authority.", "City of Brandermill Housing Authority"),
        ("Echo read at Silver Birch Children's yesterday.", "Silver Birch Children's"),
        ("Rides from the Zuni Area Agency on Aging twice a week.", "Zuni Area Agency on Aging"),
        ("Aide sent by Visiting Angels each morning.", "Visiting Angels"),
        ("PT at Athletico, next visit booked.", "Athletico"),
        ("Insurance: Molina Marketplace; card on file", "Molina Marketplace"),
        ("works days at hilltop lumber, off this week", "hilltop lumber"),
        ("pt goes to amber ridge dialysis on mwf", "amber ridge dialysis"),
        ("Chair from vendor Mobility Barn, caster cracked.", "Mobility Barn"),
        ("TPA is Benefit Logic Administrators", "Benefit Logic Administrators"),
        ("MESA VERDE FIRE RESCUE ON SCENE AT 1410", "MESA VERDE FIRE RESCUE"),
        ("plan of care faxed to tillamook vna", "tillamook vna"),
    ],
)
def test_a_house_is_found_by_its_trade(text: str, house: str) -> None:
    assert _covered(text) == _hidden(text, house)


@pytest.mark.parametrize(
    "text",
    [
        "Consult Cancer Genetics. Tumor Genomics pending, Whole Genome Sequencing sent.",
        "MSE: Calm, Cooperative. Development: Social Smiles, Coos.",
        "Miralax Bowel Prep taken. Iron Infusions weekly.",
        "Hospital Blood Bank notified; Main Blood Bank and Milk Bank called.",
        "Early Head Start and Early Steps discussed.",
        "Motor Vehicle Collision, Head On Collision.",
        "Bilateral Knee Brace, Residual Limb, Dry Skin.",
        "Local 2% lidocaine with epi. Rescue 2 puffs. Station 4 of the circuit.",
        "Jackson Pratt & Penrose drains. Weber & Rinne normal.",
        "Safety for Kids handout given. Steps on Aging.",
        "Final Path, Prior Path and Surgical Path reviewed.",
        "INDIVIDUALIZED HEALTH PLAN\nBEHAVIORAL HEALTH PLAN",
        "Supplies: Foley Kit, Leg Bag. Fill: Normal Saline.",
        "Employer: Self. Ride: Family Member. Rehab: Acute Inpatient. Shelter: None Needed",
        "goes to outpatient dialysis, then to a different pharmacy, seen at urgent care",
        "works at a car dealership, at fast food restaurant, at steel mill, for moving company",
        "from nursing home by ambulance to skilled nursing, to wound care clinic, to book club",
        "Motor Power in the arm, Whole Grain bread, Food Pantry list given.",
    ],
)
def test_a_department_a_thing_and_a_phrase_are_no_house_of_a_trade(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "organisation"]


def test_a_person_at_a_house_does_not_join_it() -> None:
    text = "Attending Marisol Vance at Hill Country Hospital."
    assert ("Marisol Vance", "name") in [(text[f.start : f.end], f.type) for f in DETECTOR.find(text)]


def test_a_ward_after_a_house_is_none() -> None:
    text = "Presented to Alder Grove General ED with chest pain."
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == ["Alder Grove General"]
