"""Numbers in letters and groups under the words that clinics file by; rules of payers, models and CPT codes are nobody's."""

import pytest

from cloister.phi import Detector

PATTERNS = Detector(names=False)


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in PATTERNS.find(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("SSN (last 4) 8812 on file", ["8812"]),
        ("SSN (last 4): 8812", ["8812"]),
        ("SSN on the surgical consent ends 0072 but", ["0072"]),
        ("Chart RM-6617. Seen today", ["RM-6617"]),
        ("Client # BW 10-559", ["BW 10-559"]),
        ("client no. 5582-K", ["5582-K"]),
        ("please merge 00882-A", ["00882-A"]),
        ("Gideon, id# RPI 00342", ["RPI 00342"]),
        ("59 M, ID BS 55293", ["BS 55293"]),
        ("MRN SM 552930  DOB", ["SM 552930"]),
        ("on file; ID W887 55 1318).", ["W887 55 1318"]),
        ("Pt code FAM-3LY8.", ["FAM-3LY8"]),
        ("(family code PALM-8R3Y)", ["PALM-8R3Y"]),
        ("our ref. GUD/3342; seen", ["GUD/3342"]),
        ("Lost coil: order SO 229-33.", ["SO 229-33"]),
        ("no harm, report SE-339) sign", ["SE-339"]),
        ("SN 23221907754  DN 529", ["23221907754", "529"]),
        ("2/2 lots LE13W440AB, LE13W513AC exp 2026", ["LE13W440AB", "LE13W513AC"]),
        ("file: VOX_0052298_KM.dss len 6:14", ["VOX_0052298_KM.dss"]),
        ("lic SLP.22995, June", ["SLP.22995"]),
        ("CO Lic DR.0055829", ["DR.0055829"]),
        ("Lockbox code 1946.", ["1946"]),
        ("password BLUEJAY77. wants call", ["BLUEJAY77"]),
        ("A/C N528PX run", ["N528PX"]),
        ("study no : PSG 3342-B", ["PSG 3342-B"]),
        ("auth 5582933-R covers x3", ["5582933-R"]),
        ("quote account TG 559 1288-4 please", ["TG 559 1288-4"]),
        ("order SO 5529388.", ["SO 5529388"]),
        ("claim GP 66-1204, employer", ["GP 66-1204"]),
        ("skiff (reg. SC-5582-CM) by", ["SC-5582-CM"]),
        ("password BLUEJAY7. wants", ["BLUEJAY7"]),
        ("file no 22/2297", ["22/2297"]),
        ("auth 8J3L0R good", ["8J3L0R"]),
        ("policy 995-31228", ["995-31228"]),
        ("Roe (55829) was seen", ["55829"]),
        ("call +44 20 7946 0018", ["+44 20 7946 0018"]),
    ],
)
def test_numbers(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("bathroom in RM-412", []),
        ("id FLOMAX4", []),
        ("Policy MP-318 criterion 3(c) is not met", []),
        ("reviewed policy RX-229 and the label", []),
        ("medical policy 2.04.118 revised", []),
        ("tilt table auth (93660).", []),
        ("debridement x10 (11721).", []),
        ("Stem REF CT-26814, lot 13F24K0388.", ["13F24K0388"]),
        ("AT PT SIDE 2204", []),
        ("Transmitter FX2261 SN 02883550", ["02883550"]),
        ("Approved 72148+72149, done", []),
        ("INDIVIDUALIZED HEALTH PLAN 2024-25", []),
        ("DEA-106? in the fridge", []),
        ("heparin 150000-IU given", []),
    ],
)
def test_no_numbers(text: str, values: list[str]) -> None:
    assert found(text) == values
