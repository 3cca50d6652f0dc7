"""Health systems, payers, suppliers and labs by their short names, and the words, towns and people that share them."""

import lzma
import runpy
from importlib import resources
from pathlib import Path

import pytest

from cloister.phi import Detector

DETECTOR = Detector()
SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def houses(text: str) -> list[str]:
    return [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "organisation"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("transplant eval reminder, UAB coordinator to call", ["UAB"]),
        ("Insured: TruHearing, two aids a year.", ["TruHearing"]),
        ("Labs fr Southeast Health: A1c 5.6, ALT 40.", ["Southeast Health"]),
        ("lifted by Life Force at dusk, intubated", ["Life Force"]),
        ("Old films at Willis Knighton, request them.", ["Willis Knighton"]),
        ("labs at arup pending, will call pt", ["arup"]),
    ],
)
def test_a_house_of_one_name_is_found(text: str, expected: list[str]) -> None:
    assert houses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NSTEMI, hep gtt, tx to Sanger when bed", ["Sanger"]),
        ("Supplies late: Byram order never shipped.", ["Byram"]),
        ("Insurance changed; old card Passport shredded.", ["Passport"]),
        ("Plan: Viva, prior auth needed.", ["Viva"]),
        ("called Headway, left message", ["Headway"]),
    ],
)
def test_a_name_that_is_a_word_too_is_found_in_its_context(text: str, expected: list[str]) -> None:
    assert houses(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sanger sequencing of the proband was normal.",
        "His passport was lost in the move.",
        "Passport photo needed for the travel form.",
        "Mechanical St Jude AVR, INR goal 2.5.",
        "Making headway with gait training.",
        "Duke treadmill score of 5, low risk.",
        "Early on the pain was dull, later sharp.",
    ],
)
def test_the_word_or_the_eponym_is_left(text: str) -> None:
    assert houses(text) == []


def test_the_shipped_names_are_those_of_the_list() -> None:
    packed = runpy.run_path(str(SCRIPTS / "phi_houses.py"))["packed"]
    shipped = lzma.decompress(resources.files("cloister.phi").joinpath("data", "houses.txt.xz").read_bytes()).decode()
    assert packed((SCRIPTS / "phi_houses.txt").read_text(encoding="utf-8")) == shipped
    assert len(shipped.splitlines()) > 5000


def test_a_placeholder_tells_nothing_of_the_word_beside_it() -> None:
    detector = Detector(model=False)
    assert detector.find("chart #[MRN] ins Delta [ID] sub [NAME]") == []
