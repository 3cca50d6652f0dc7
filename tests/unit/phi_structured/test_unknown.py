"""What no list knows is withheld: names that a detector missed go, medicine stays, twice is the same as once."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.phi.unknown import MARK, known_safe, withhold_text, withhold_values, withhold_words

HARMLESS = (
    "Pt 75 y/o woman, adm for CHF, BNP 1200 pg/mL, EF 35-40%. Started furosemide 40 mg BID, K 4.2, Cr 1.1 at 14:30.",
    "[NAME] seen on [DATE 2019] at [ORGANISATION]. MRN [MRN]. Call [PHONE] or [EMAIL], see [URL], [IP].",
    "Intubated, tachycardic, settled; A1c 7.1, SpO2 97%, 10mg morphine, T2 lesion, L5-S1, Rx given.",
    "Lives in New York, moved from OH. May improve; Will follow. Grave prognosis.",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_medicine_and_placeholders_stay(text):
    assert withhold_text(text) == (text, [])


@pytest.mark.parametrize(
    "token",
    ["Qvorbat", "QVORBAT", "qvorbat", "O'Qvorbat", "Zyxwina", "luke", "martinez", "123456789", "555-0142", "A1234567"],
)
def test_what_no_list_knows_goes(token):
    cleaned, found = withhold_text(f"Seen with {token} today.")
    assert MARK in cleaned
    assert not any(part in cleaned for part in token.split("'") if len(part) > 1)
    assert found
    assert "Qvorbat" not in repr(found)


def test_words_are_counted_by_row_with_places_and_come_most_seen_first():
    notes = pl.Series(["Saw Qvorbat, Qvorbat again.", None, "Qvorbat left.", "Called Zyxwin.", ""])
    cleaned, found = withhold_words(notes)
    assert [(item.value, item.seen) for item in found] == [("Qvorbat", 2), ("Zyxwin", 1)]
    assert found[0].contexts[0] == "Saw >Qvorbat<, Qvorbat again."
    assert cleaned.to_list() == [f"Saw {MARK}, {MARK} again.", None, f"{MARK} left.", f"Called {MARK}.", ""]


def test_what_two_people_allowed_passes():
    text, found = withhold_text("May-Thurner syndrome with Qvorbat.", lambda word: word == "Thurner")
    assert text == f"May-Thurner syndrome with {MARK}."
    assert [item.value for item in found] == ["Qvorbat"]


def test_values_of_free_text_columns_are_judged_whole():
    values = pl.Series(
        "ward", ["surgery", "Qvorbat ward", None, "InternalMedicine", "Qvorbat ward", "Family/GeneralPractice"]
    )
    kept, found = withhold_values(values)
    assert kept.to_list() == ["surgery", MARK, None, "InternalMedicine", MARK, "Family/GeneralPractice"]
    assert [(item.value, item.seen) for item in found] == [("Qvorbat ward", 2)]
    assert withhold_values(kept)[1] == []
    assert withhold_values(values, lambda value: value == "Qvorbat ward")[0].to_list() == values.to_list()


def test_a_name_in_decomposed_letters_is_still_a_name():
    text = unicodedata.normalize("NFD", "Seen with Qvórbåt today")
    cleaned, _ = withhold_text(text)
    assert "orb" not in cleaned


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_twice_is_the_same_as_once(text):
    once, _ = withhold_text(text)
    twice, found = withhold_text(once)
    assert twice == once
    assert found == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=12))
def test_a_column_is_cleaned_as_its_rows_are(notes):
    cleaned, _ = withhold_words(pl.Series(notes, dtype=pl.String))
    assert cleaned.to_list() == [None if note is None else withhold_text(note)[0] for note in notes]


@pytest.mark.parametrize("text", ["²", "a²", "m² of skin", "1½ tablets", "H₂O", "Qvorbat²", "²Qvorbat", "Ⅷ", "٣٤", "_"])
def test_raised_figures_part_words_in_a_column_as_in_a_text(text):
    cleaned, _ = withhold_words(pl.Series([text]))
    assert cleaned[0] == withhold_text(text)[0]
    assert "Qvorbat" not in cleaned[0]


def test_known_words_are_no_names():
    assert known_safe("pneumonia") and known_safe("CHF") and known_safe("250.83") and known_safe("1/2")
    assert not known_safe("12345") and not known_safe("0605551234") and not known_safe("Ahmadinejad")
