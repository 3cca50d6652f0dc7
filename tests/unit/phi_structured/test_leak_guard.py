"""Prompts and completions: identifiers go, clinical language stays."""

from __future__ import annotations

import polars as pl
import pytest

from cloister.phi.leaks import WITHHELD, guard_completion, guard_prompt
from cloister.phi.sweep import copies_in, fingerprint_rows

HARMLESS = [
    "What is the dose of metformin for a 67-year-old man with eGFR 38?",
    "Does Parkinson disease worsen with metoclopramide? Patient also on apixaban 5 mg BID.",
    "Summarize: CT chest without contrast shows 8 mm nodule in the right upper lobe.",
    "May we start heparin? Foley in place, Glasgow coma scale 14/15. BP 120/80, HR 88, K 4.1",
    "Explain the Wells score and the CHA2DS2-VASc score.",
    "Compare HbA1c 7.8% with 6.9%, is it improving on semaglutide?",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_clinical_language_passes(text):
    assert guard_prompt(text).text == text and guard_prompt(text).clean


@pytest.mark.parametrize(
    "text",
    [
        "Zyxwina Qvorbat has cough",
        "zyxwina qvorbat has cough",
        "Mark Young, MRN 8837462",
        "call 617-555-0199",
        "born 3/4/1951",
        "a.b@example.org",
        "she is 94 years old",
    ],
)
def test_identifiers_are_withheld(text):
    guarded = guard_prompt(text)
    assert WITHHELD in guarded.text and not guarded.clean
    for part in ("Zyxwina", "Qvorbat", "qvorbat", "Young", "8837462", "0199", "1951", "example", "94"):
        assert part not in guarded.text
    assert all(part not in str(guarded.to_value()) for part in text.split() if len(part) > 4)


def test_a_completion_that_recites_a_governed_note():
    note = "patient was seen in clinic today for follow up of poorly controlled hypertension and reports no chest pain"
    key = b"0123456789abcdef"
    known = fingerprint_rows(pl.DataFrame({"note": [note], "age": [50]}), key)
    recited = f"I recall: {' '.join(note.split()[2:14])}. That is all."
    plain, guarded = (
        guard_completion(recited),
        guard_completion(recited, copies=lambda text: copies_in(text, known, key)),
    )
    assert plain.text == recited
    assert "hypertension" not in guarded.text and guarded.types["copy:phrases"] > 0


def test_findings_of_a_given_finder_count_by_type():
    guarded = guard_prompt("the cough is dry", find=lambda text: [(4, 9, "name"), (4, 7, "mrn")])
    assert guarded.text == f"the {WITHHELD} is dry"
    assert dict(guarded.types) == {"name": 1, "mrn": 1}


def test_a_word_that_is_a_surname_too_does_not_stay_beside_a_name_taken_out_before() -> None:
    assert guard_prompt("On file: [NAME] Counts.").text == "On file: [NAME] <withheld>."
    assert guard_prompt("[NAME] was seen. Counts are stable.").text == "[NAME] was seen. Counts are stable."


@pytest.mark.parametrize("name", ["trust bitter", "hunt lizama", "haeden suzuki", "rose park"])
def test_a_name_of_everyday_words_in_small_letters_is_withheld(name: str) -> None:
    guarded = guard_prompt(f"Summarise the visit of {name} with chest pain.").text
    assert not set(name.split()) & set(guarded.replace(".", "").split())


def test_everyday_words_in_a_row_that_nobody_is_called_pass() -> None:
    text = "Is light exercise fine after a week, and how long does the numb toe last?"
    assert guard_prompt(text).text == text
