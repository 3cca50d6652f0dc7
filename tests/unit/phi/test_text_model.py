"""What the statistical model adds to the rules, and what it must not change."""

import pytest

from cloister.phi import Detector

WITH, WITHOUT = Detector(), Detector(model=False)


def names(detector: Detector, text: str) -> list[str]:
    return [text[f.start : f.end] for f in detector.find(text) if f.type == "name"]


@pytest.mark.parametrize(
    "text",
    [
        "pt zelmira trosk called, wants results of mri. pls call back",
        "report from tavirko at 0700. pt asleep. no pain overnight.",
        "rm 12 Rumgaar c/o pain 8/10, last dilaudid at 0200",
    ],
)
def test_names_that_no_rule_takes_are_found(text: str) -> None:
    found, plain = (
        [f for f in detector.find(text) if f.type in {"name", "organisation"}] for detector in (WITH, WITHOUT)
    )
    assert len(plain) < len(found)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("fell at rayford foods yesterday", ["rayford foods"]),
        ("seen at slingelsh general hospital", ["slingelsh general hospital"]),
        ("was seen in port okettim springs today", ["port okettim springs"]),
        ("led by adaf l. paythell, rd", ["adaf l. paythell"]),
        ("re: delogs, roana e\ndob: 10/13/1984", ["delogs", "roana e", "10/13/1984"]),
        ("Amoto/Kukrist/Gending all stable overnight.", ["Amoto", "Kukrist", "Gending"]),
    ],
)
def test_names_that_no_list_has_without_a_capital(text: str, values: list[str]) -> None:
    assert [text[f.start : f.end] for f in WITH.find(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "fell at work foods were held",
        "seen at general hospital clinic",
        "vitamin d. deficiency, type a influenza",
        "hepatitis c, stage b",
    ],
)
def test_kinds_and_letters_without_a_name_are_left_alone(text: str) -> None:
    assert WITH.find(text) == []


def test_less_is_enough_on_a_line_that_names_somebody() -> None:
    alone = "Feldora stable"
    assert names(WITH, alone) == []
    assert names(WITH, f"Dr. Haskin aware, {alone}") == ["Haskin", "Feldora"]
    assert names(WITH, f"Dr. Haskin aware\n{alone}") == ["Haskin"]


@pytest.mark.parametrize(
    "text",
    [
        "continue toprol and lasix, recheck bmp on monday.",
        "Positive Spurling, negative Hoffmann; Ashworth 2.",
        "1. Hyponatremia - likely SIADH, fluid restrict",
        "wound care instructions given, diet as tolerated.",
    ],
)
def test_clinical_language_is_left_alone(text: str) -> None:
    assert names(WITH, text) == []


def test_brackets_in_another_text_change_nothing() -> None:
    text = "rm 12 Rumgaar c/o pain 8/10, last dilaudid at 0200"
    alone = WITH.spans([text])[0]
    assert alone
    assert WITH.spans(["seen by [NAME]", text, "[DATE 2019] seen"])[1] == alone


@pytest.mark.parametrize("before", range(940, 1040, 7))
def test_what_crosses_the_end_of_a_block_is_found_whole(before: int) -> None:
    address = "https://portal.example.org/" + "a" * 700
    text = "x " * (before // 2) + address + " and 3/14/2019 then" + " y" * 600
    found = {text[f.start : f.end] for f in WITHOUT.find(text)}
    assert {address, "3/14/2019"} <= found


def test_a_social_security_number_with_other_separators_is_found_whole() -> None:
    text = "ssn for the patient named below is 772 81 2772, please verify; other 219.09.9412"
    assert {"772 81 2772", "219.09.9412"} <= {text[f.start : f.end] for f in WITHOUT.find(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Plate of the car found at scene ABC 1234.", "ABC 1234"),
        ("Vehicle: red F-150, tags HJK 9082.", "HJK 9082"),
        ("policy XQH 884 201 773, balance $240", "XQH 884 201 773"),
        ("MRN: 20-44-71 DOB 7/19/51", "20-44-71"),
        ("next visit Tues 8/22 at 9", "Tues 8/22"),
        ("admitted in fall 2020 for pain", "fall 2020"),
        ("report 22-004418 was filed", "22-004418"),
    ],
)
def test_numbers_by_what_stands_near_them(text: str, value: str) -> None:
    assert value in {text[f.start : f.end] for f in WITHOUT.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Port flushed; Huber needle 20G.",
        "Port-a-cath flushed with a Huber needle.",
        "Giemsa and Wright stains done.",
        "Brugada pattern in V1-V2; Wellens waves absent.",
        "Bankart lesion with Hill-Sachs defect.",
    ],
)
def test_what_a_thing_is_called_after_is_nobody(text: str) -> None:
    assert not names(WITH, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wound care: Earline Tubbs stage 3 sacral 4x3x1 cm, Santyl", "Earline Tubbs"),
        ("Spoke with Huber test results in hand", "Huber"),
        ("Mallawoo - suture removal at 0900", "Mallawoo"),
    ],
)
def test_somebody_before_such_a_word_is_found(text: str, name: str) -> None:
    assert name in " ".join(names(WITH, text))
