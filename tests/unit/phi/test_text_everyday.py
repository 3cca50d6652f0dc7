"""Names, ages and days as discharge summaries, orders and messages write them, and what only looks like them."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()


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


@pytest.mark.parametrize(
    "card", ["3782 822463 10005", "3056 930902 5904", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005"]
)
def test_a_card_is_whole_however_its_brand_groups_it(card: str) -> None:
    text = f"paid with {card} today"
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == [card]


def test_a_number_and_a_day_are_no_card() -> None:
    text = "Roe 472226 1960-02-29"
    assert "472226" in [text[f.start : f.end] for f in DETECTOR.find(text)]
