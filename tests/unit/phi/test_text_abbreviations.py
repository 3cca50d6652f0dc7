"""Clinical abbreviations stand where names stand; most are nobody's name, however they are written."""

import pytest

from cloister.phi import Detector

PLAIN = [
    "NSTEMI",
    "STEMI",
    "PNA",
    "AMS",
    "ESRD",
    "CKD",
    "PVD",
    "BPH",
    "AFIB",
    "RVR",
    "SVT",
    "SBO",
    "LBO",
    "DKA",
    "HHS",
    "ARDS",
    "PCI",
    "EGD",
    "TPN",
    "MRSA",
    "VRE",
    "ICU",
    "SNF",
    "LTAC",
]
NAMES = ("Ana", "Peg", "Aki")  # an abbreviation too, but as likely somebody
PLACES = (
    "Transfer from the other hospital for {}.",
    "Called re {}",
    "Daughter says {} is new.",
    "h/o {}, stable",
    "Spoke with {} about plan",
)


@pytest.mark.parametrize("place", PLACES)
def test_an_abbreviation_is_nobody(place):
    detector = Detector()
    for word in PLAIN:
        for written in (word, word.title(), word.lower()):
            assert not detector.find(place.format(written)), (place, written)


def test_what_may_be_a_name_stays_one():
    detector = Detector()
    for name in NAMES:
        assert any(finding.type == "name" for finding in detector.find(f"Spoke with {name} about plan")), name
