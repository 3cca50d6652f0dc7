"""Prompts and completions: identifiers go, clinical language stays."""

from __future__ import annotations

import json

import polars as pl
import pytest

from cloister.phi.leaks import WITHHELD, guard_completion, guard_prompt, guard_stream, mask
from cloister.phi.leaks.guard import guard_words
from cloister.phi.sweep import copies_in, fingerprint_rows

HARMLESS = [
    "What is the dose of metformin for a 67-year-old man with eGFR 38?",
    "Does Parkinson disease worsen with metoclopramide? Patient also on apixaban 5 mg BID.",
    "Summarize: CT chest without contrast shows 8 mm nodule in the right upper lobe.",
    "May we start heparin? Foley in place, Glasgow coma scale 14/15. BP 120/80, HR 88, K 4.1",
    "Explain the Wells score and the CHA2DS2-VASc score.",
    "Metformin 1000mg BID, 1500mL of saline, 2000IU of vitamin D, heparin 5000units, morphine 10-20 mg.",
    "BP 120-140/70-90, PTT goal 60-80, ABG 7.21/60/55/24, 95% CI 1.1-2.4, QRS 160 ms.",
    "pH 7.35-7.45",
    "He went to Arizona and has Ohio Medicaid; see Table 2, is CPT 99214 right? FAST neg.",
    "G2P1 at 32w4d; T2N1M0; L4L5 and S1S2; Q6H, D5W.",
    "**Note:** the dose is `5 mg`.\n\n| Drug | Dose |\n|---|---|\n| aspirin | 81 mg |\n\n<b>cough</b> since 3 days -> better?",
    "Seen at day 3-4\nafter surgery; the cough is\n14 days old.",
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


@pytest.mark.parametrize(
    "text",
    [
        "phone (617) 555\n-0134",
        "Call her at (617)\n555-0134",
        "Call 617-555-\n  0134",
        "Call (617) 555-\r\n0188",
        "DOB: March\n4, 1951",
        "02/11/\n2019",
        "Discharged on 14\nMarch 2019",
        "SSN 123-45-\n6789",
        "SSN: 123-\n45-6789",
        "e-mail: rose.hope@\nhope.org",
    ],
)
def test_an_identifier_that_a_line_end_breaks_is_withheld_whole(text: str) -> None:
    guarded = guard_prompt(f"{text} and then 5 mg")
    assert not guarded.clean
    assert not any(sign.isdigit() for sign in guarded.text.removesuffix(" and then 5 mg"))
    assert not any(word in guarded.text for word in ("March", "rose", "hope"))


def test_lines_that_belong_to_nothing_before_them_stay() -> None:
    text = "The dose is 5\n10 mg is too much.\n\n- 3 tablets\n- 4 tablets\n\nK 4.1\n138 for sodium"
    assert guard_prompt(text).text == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("**MRN:** 4471", "**MRN:** {}"),
        ("**Phone:** 555 0134", "**Phone:** {}"),
        ("| MRN | 4471 |", "| MRN | {} |"),
        ('"MRN": 1234', '"MRN": {}'),
        ('{"mrn": 4471}', '{{"mrn": {}}}'),
        ("'mrn': 1234", "'mrn': {}"),
        ("<mrn>1234</mrn>", "<mrn>{}</mrn>"),
        ("<b>MRN:</b> 1234", "<b>MRN:</b> {}"),
        ("MRN:&nbsp;1234", "MRN:&nbsp;{}"),
        ("`MRN`: 1234", "`MRN`: {}"),
        ("MRN **1234**", "MRN **{}**"),
        ("MRN => 1234", "MRN => {}"),
        ("**SSN (last 4):** 6789", "**SSN (last 4):** {}"),
        ("**Name:** hope", "**Name:** {}"),
        ("{'first_name': 'grace'}", "{{'first_name': '{}'}}"),
        ("**DOB:** 3/4", "**{}"),
        ("DOB: 03&#47;04&#47;1951", "{}"),
        ("phone: 617&#45;555&#45;0134", "phone: {}"),
        ("tel=617+555+0134", "tel={}"),
        ("dob=03%2F04%2F1951", "{}"),
        ("latitude: 42.36014 longitude: -71.05892", "latitude: {0} longitude: {0}"),
        ("lat 42.3601, long -71.0589", "lat {0}, long {0}"),
        ("42\u00b021'36\"N 71\u00b003'32\"W", "{}"),
    ],
)
def test_a_cue_in_the_dress_of_a_format_holds_for_its_value(text: str, left: str) -> None:
    assert guard_prompt(text).text == left.format(WITHHELD)
    assert guard_completion(text).text == left.format(WITHHELD)


@pytest.mark.parametrize("name", ["\u738b\u5c0f\u660e", "\u00d1\u00fa\u00f1ez", "Bj\u00f6rk"])
@pytest.mark.parametrize(
    ("words", "left"),
    [("Patient {} is here", "{} is here"), ("mother {} is here", "mother {} is here"), ("{}", "{}")],
)
def test_a_name_in_json_with_escapes_is_withheld_whole(name: str, words: str, left: str) -> None:
    guarded = guard_prompt(json.dumps({"content": words.format(name)})).text
    assert guarded == json.dumps({"content": left.format(WITHHELD)})


def test_signs_that_json_escapes_are_no_names() -> None:
    text = json.dumps({"content": "dose \u2265 5 mg \u2013 better"})
    assert mask(text, words=guard_words()) == text


@pytest.mark.parametrize("code", ["A1B2C3", "X7Y2Z9", "E12F3", "A12B3", "K1A0B1", "G2H1", "K9F2T1"])
def test_a_code_of_single_letters_and_figures_is_withheld(code: str) -> None:
    assert guard_prompt(f"locator {code}").text == f"locator {WITHHELD}"


@pytest.mark.parametrize("text", ["seen 10-20", "on 2-14", "call 555-617", "from 60-12", "0211-19", "02139 area"])
def test_what_could_be_a_day_or_a_number_needs_a_unit_or_a_quantity(text: str) -> None:
    assert WITHHELD in mask(text, words=guard_words())


def test_an_escape_of_an_escape_is_withheld() -> None:
    assert mask("\\u005c" + "u005c" * 5000) == WITHHELD


def test_a_state_beside_a_name_goes_with_it() -> None:
    assert guard_prompt("Texas Qvorbat has cough").text == f"{WITHHELD} has cough"


def test_an_identifier_cut_by_chunks_is_withheld_from_a_stream() -> None:
    shown = list(guard_stream(["The num", "ber is 617-5", "55-01", "99.\n", "\nTake 5 ", "mg daily."]))
    assert shown == [f"The number is {WITHHELD}.\n\n", "Take 5 mg daily."]
