"""Organisations that everybody knows by name, and what is only called after one."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rx sent to Walgreens on Elm, pt will pick up.", ["Walgreens"]),
        ("Echo from Baylor Scott & White reviewed.", ["Baylor Scott & White"]),
        ("works nights @ Denny's, on her feet", ["Denny"]),
        ("Started at Target last month.", ["Target"]),
        ("Had her shots at CVS per mom.", ["CVS"]),
        ("second opinion from MD Anderson pending", ["MD Anderson"]),
        ("pt goes to davita mwf and takes sevelamer with meals", ["davita"]),
        ("Transfer from the Cleveland Clinic accepted.", ["Cleveland Clinic"]),
        ("He quit his job at Humana in the spring.", ["Humana"]),
        ("Referred by Dr. Roe, Children's Hospital of Wisconsin.", ["Children's Hospital of Wisconsin"]),
    ],
)
def test_a_house_is_known_by_its_name(text: str, expected: list[str]) -> None:
    found = [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "organisation"]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "Johns Hopkins fall risk score 9, Stanford type B dissection.",
        "Vitals at target, heart rate in target range.",
        "CVS: RRR, no murmur. Imaging on a 3T magnet.",
        "Covered by insurance; needs prior auth before the next dose.",
        "Delta of 4 from last visit, apple juice tolerated.",
        "Modified Duke criteria: two major.",
    ],
)
def test_a_score_or_a_word_is_no_house(text: str) -> None:
    assert not DETECTOR.find(text)


def test_the_name_ends_where_a_longer_word_goes_on() -> None:
    assert not [f for f in DETECTOR.find("Costcochondritis of the left chest wall.") if f.type == "organisation"]
