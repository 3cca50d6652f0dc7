"""Parts of addresses: units, floors, boxes, corners, fractions, numbers without a kind of street, and the way to a house."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector(model=False)


def _left(text: str, value: str) -> str:
    """The letters and digits of the value that no finding covers."""
    start = text.index(value)
    covered = {place for finding in DETECTOR.find(text) for place in range(finding.start, finding.end)}
    return "".join(char for place, char in enumerate(value, start) if char.isalnum() and place not in covered)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # before a house
        ("Seen at the shop\nUnit D, Foundry Square\nAlbion, PA", "Unit D, Foundry Square"),
        ("Larkmoor Braces\nBay 12, Copper Mill Works\nHolyoke", "Bay 12, Copper Mill Works"),
        ("Kiosk 4, Harbor Arcade", "Kiosk 4, Harbor Arcade"),
        ("Slip 31, Anchor Point Marina, on a boat", "Slip 31, Anchor Point Marina"),
        ("Lives at Lot 8, Cedar Hollow Trailer Court with mom", "Lot 8, Cedar Hollow Trailer Court"),
        ("Address: Unit 3, 18 Tanner, Millbrook", "Unit 3, 18 Tanner"),
        ("Residence: downstairs rear, 2210 Smithy, Iron Point", "downstairs rear, 2210 Smithy"),
        ("Studio 5, Old Cannery Works, by the pier", "Studio 5, Old Cannery Works"),
        ("Larkmoor Physio\n2nd Floor, Corn Exchange\nLeeds", "2nd Floor, Corn Exchange"),
        ("sees a healer, Ground Floor, 11 Tanner Row", "Ground Floor, 11 Tanner Row"),
        # behind a street
        ("Addr: 77 Sutter, 4th fl, buzz 3", "4th fl"),
        ("Home: 5050 Shoreline, Tower B, 12C, Long Beach", "5050 Shoreline, Tower B, 12C"),
        ("Lives at 12 Fisk Wharf, 4th Floor, Gloucester", "4th Floor"),
        ("stays at 7100 S. Emerald, 2nd flr rear", "2nd flr rear"),
        ("lives at 2240 N. 14th, upper unit", "upper unit"),
        ("Loc: 2214 S Pulaski bsmt, side gate", "bsmt"),
        ("Moved to 14 Carver Loop, 9D", "9D"),
        ("ship to 2020 N Kedzie, 3F, Chicago", "3F"),
        ("Trailer at 4th Ave NE, trailer 22, Belcourt", "trailer 22"),
        ("camp at 41 County Road 88A, Sp 12, for now", "Sp 12"),
        ("Clinic: Fit Again, Canal Street at Pier 9\n", "Canal Street at Pier 9"),
        # boxes
        ("Mr. Horn\nBox 212\nLame Deer, MT 59043", "Box 212"),
        ("HOME ADDRESS | Box 41, Larkin Route, Whistle Stop", "Box 41, Larkin Route"),
        ("mail to PO Drawer M, Elko", "PO Drawer M"),
        ("remit to P.O. Box 12-B, Elko", "P.O. Box 12-B"),
        ("lives Star Route Box 7, no car", "Star Route Box 7"),
        # fractions, capitals and directions
        ("rents 912 1/2 Cherry St for now", "912 1/2 Cherry St"),
        ("rents 31½ Bellevue Ave for now", "31½ Bellevue Ave"),
        ("lives 406 1/2 tolman st, upstairs", "406 1/2 tolman st"),
        ("couch at 2714 1/2 E. Walnut, gate code", "2714 1/2 E. Walnut"),
        ("ADDR    1814 E 9TH #4\nCITY", "1814 E 9TH #4"),
        ("son's place, 455 E 300 S, Provo", "455 E 300 S"),
        ("office at 1240 West 3900 South, Suite B", "1240 West 3900 South"),
        ("braids hair on W 116th, stands all day", "W 116th"),
        ("bus stop, NW 23rd, by the bank", "NW 23rd"),
        ("oxygen to NE 82nd Ave by noon", "NE 82nd Ave"),
        ("update address 4418 W 118th Terr, Leawood", "4418 W 118th Terr"),
        # a number and a name
        ("Home 41 Herkimer, rear.", "41 Herkimer"),
        ("House at 310 Whitcomb, built in 1920.", "310 Whitcomb"),
        ("Please ship sensors to 1880 Pinyon.", "1880 Pinyon"),
        ("Copy to home: 77 Corvina, same town", "77 Corvina"),
        ("Granite Family Practice, 190 Corliss, Dover, NH\nRe: labs", "190 Corliss"),
        ("Larkmoor Dental\n   6020 Causeway, rear door, Benton, AR", "6020 Causeway, rear door"),
        ("lives 31 tolman ter, upstairs", "31 tolman ter"),
        ("drops off, deliver to 12 heron loop", "12 heron loop"),
        ("Scene: 1400 block Larch, one patient", "1400 block Larch"),
        # corners
        ("Sole Foot Care\nCorner of Larch and Depot\nAlbion", "Corner of Larch and Depot"),
        ("She was stopped at Tremont and Boylston when struck.", "Tremont and Boylston"),
        ("Intersection of Larch and Quarry, no helmet", "Larch and Quarry"),
        ("Scene: Hwy 17 and Quarry Bend, one car", "Hwy 17 and Quarry Bend"),
        ("Scene: FM 1472 at mile 18, Webb County", "FM 1472 at mile 18"),
        ("ATV rollover US 95 MP 212, ejected", "US 95 MP 212"),
        ("0940 wags on 9th and kowalski says pt there", "9th and kowalski"),
        # a street without a number
        ("MVA, Larkin Road, Tamuning", "Larkin Road"),
        ("Fox Family Practice, Ocotillo Road\n", "Ocotillo Road"),
        ("lot by the mall, Youngs-Lehigh Rd\nAnimal: dog", "Youngs-Lehigh Rd"),
        ("found at end of W. Harbor Dr. EMS came", "W. Harbor Dr"),
        ("deliver to the Chene St address today", "Chene St"),
        # the way
        ("Only pharmacy: Ames, Mill St next to the bank, Tolliver", "Mill St next to the bank"),
        ("Address: Hwy 20 W, across from the feed store, Tarn", "Hwy 20 W, across from the feed store"),
        ("out at Pelican Road, last house before the ramp.", "last house before the ramp"),
        ("Going to: Rancho Seco Road, blue double-wide, Las Moras", "blue double-wide"),
    ],
)
def test_a_part_of_an_address_is_found(text: str, value: str) -> None:
    assert not _left(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Corner of the mouth droops, corner of Eye and Lid. Junction of Ileum and Colon.",
        "Moved to Unit 4, Tower 2. Bay 7, Bed 3. Level 2, Trauma Activation. Level B, Evidence.",
        "Transfused Unit 2, O Neg. Unit 3, Leukoreduced Red Cells, over 2 h. C3 Level 4, Court appointed.",
        "Box 2, checked. Box 12, UB-04. Box A, Form 9. Flu shot lot LA4847.",
        "Home 2 Tabs, daily. Home 98 RA, 2 L. Home: 3 Kids, two dogs. House: 2 Cats. Home: 120 Systolic, fine.",
        "Increase to 300 Neurontin, sent to 5 Tower, moved to 12 West, moved to 214 Bed, delivered 39 Weeks.",
        "Take 40 Lasix, Potassium, MD aware. 3 Units, Plasma, OR notified. 20 Prozac, Zoloft, OK to give.",
        "16 French Foley, 14F. Age 39F. Sign-out: 72F GIB, 45M DKA. On 2L. 100 Units, lower. 250 Feet, rear.",
        "To 3rd Floor, North Tower. 2nd floor, Court ordered. Third Floor, Bed 4. Has 12 Steps, 2nd floor, no rails. Then 20 block Fascia, block Nerve, 10 mL block",
        "Rear foot, upper lobe, lower lip. 40 Lasix, lower dose. L4 Level, 2nd floor.",
        "Seen on E 2nd day. W 4th digit, on W 2nd toe. T4 N 2nd look.",
        "on 2nd and third toes, seen on 9th and discharged home on 10th and stable, on 4th and hip pain.",
        "Found at Home and Transported. Stop at Lasix and Aspirin. Bus at Hospital and Clinic. Off at Work and Home.",
        "Scene: Police and Fire. Location: Left Arm and Leg. Location: Chest & Back.",
        "Sex Drive, low. Hard Drive, full. Thumb Drive. By Dr. Called Dr, then left.",
        "16 slice ct, 64 slice chest ct\n2 vessel loop, 4 contrast ct, complete AV block",
        "PO Box, PO drawer and key. PO intake 400. po box of pills",
        "next to the bed, across from the nurse, last house visit, blue lips, second gate of care",
    ],
)
def test_what_only_looks_like_a_part_is_none(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "street"]
