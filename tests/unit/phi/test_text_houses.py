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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("His wife May asks about shoes for him.", ["May"]),
        ("Daughter April drives her to dialysis.", ["April"]),
        ("Vancomycin dosing for SINGLETON, W, rm 4417-2", ["SINGLETON, W"]),
        ("Reyes, M k 2.9, replete?", ["Reyes, M"]),
        ("Consent signed. J Okada CRNA", ["J Okada"]),
        ("Pre-op: FAUST, E. 44/F ASA III, Mallampati II.", ["FAUST", "E"]),
    ],
)
def test_months_after_a_relation_and_initials_after_a_surname_are_names(text: str, expected: list[str]) -> None:
    assert [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "name"] == expected


@pytest.mark.parametrize(
    "text",
    [
        "h/o Graves s/p RAI",
        "What are the Amsterdam II criteria for Lynch syndrome?",
        "Rancho Los Amigos level IV behaviour",
        "LA grade B. Hill III.",
        "Family history: mother May 2019 breast cancer.",
        "Rents a room at Holcomb St. Has children.",
        "Hepatitis A, B and C.",
    ],
)
def test_a_month_a_street_and_a_list_of_letters_are_no_names(text: str) -> None:
    assert not [f for f in DETECTOR.find(text) if f.type == "name"]


def test_two_days_are_one_date() -> None:
    text = "in the hospital from 8/11 to 8/14 for a kidney infection"
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == ["8/11 to 8/14"]


def test_an_age_follows_a_nickname() -> None:
    text = 'Wilhelmina "Billie" Kessler, 101, FAST 7d'
    assert "101" in [text[f.start : f.end] for f in DETECTOR.find(text)]
