"""Forms that notes write and lists of patterns forget: holidays, bare months, runs, serial numbers, ends of cards."""

from pathlib import Path

import pytest

from cloister.phi import Detector
from marked_notes import marked

ROOT = Path(__file__).parents[3]
DETECTOR = Detector()


@pytest.mark.parametrize(("text", "spans"), marked("dev_forms.txt"))
def test_every_identifier_of_the_note_is_covered_and_nothing_else(text: str, spans: list[tuple[int, int, str]]) -> None:
    found = DETECTOR.find(text)
    covered = {index for finding in found for index in range(finding.start, finding.end)}
    for start, end, _ in spans:
        assert all(index in covered for index in range(start, end) if text[index].isalnum()), text[start:end]
    for finding in found:
        assert any(start < finding.end and finding.start < end for start, end, _ in spans), text[
            finding.start : finding.end
        ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Seen on New Year's Day.", "date"),
        ("Next device check October.", "date"),
        ("EMS run 24-0088317 arrived", "other-id"),
        ("LAST4 6620", "ssn"),
        ("CC ending 4417", "account"),
        ("ICD D233 #104482 checked", "device"),
        ("(user sunflower_mom82)", "other-id"),
    ],
)
def test_the_type_is_told(text: str, kind: str) -> None:
    assert [finding.type for finding in DETECTOR.find(text)] == [kind]


def test_a_grade_is_no_suffix_and_a_man_of_that_name_stays_one() -> None:
    assert DETECTOR.find("ASA III, NPO since midnight") == []
    named = "Patient: Asa Griggs III"
    assert [named[f.start : f.end] for f in DETECTOR.find(named)] == ["Asa Griggs III"]


@pytest.mark.parametrize("value", ["44822G", "8GH2KL", "7K2210"])
def test_a_short_code_beside_a_device_cue_is_found_though_it_ends_like_a_dose(value: str) -> None:
    text = f"transmitter {value} changed"
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == [value]


@pytest.mark.parametrize("text", ["sensor 18G placed", "valve number 23MM seated", "pump rate 25ML"])
def test_a_size_beside_a_device_is_no_code(text: str) -> None:
    assert DETECTOR.find(text) == []


@pytest.mark.parametrize("name", ["KIM HOWELL", "JOHN HOWELL", "SAE HOWELL"])
def test_a_surname_that_an_eponym_lent_its_name_is_one_beside_a_given_name_in_capitals(name):
    """Between words in small letters too, where a capitalised word alone would be the eponym or an abbreviation."""
    text = f"Draft a letter for {name} about the result."
    assert [(text[f.start : f.end], f.type) for f in DETECTOR.find(text)] == [(name, "name")]


@pytest.mark.parametrize(
    "text", ["HOWELL JOLLY bodies", "CHARCOT MARIE TOOTH disease", "A JACKSON PRATT drain", "MARIE FOIX sign"]
)
def test_eponyms_in_capitals_stay(text):
    assert not DETECTOR.find(text)
