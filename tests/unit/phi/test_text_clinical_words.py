"""Words of clinical notes that no list has are told by their parts; names made of the same parts stay names."""

from __future__ import annotations

import pytest

from cloister.phi import Detector, lexicon
from cloister.phi.unlisted import UNKNOWN, flags_of

DETECTOR = Detector()


@pytest.mark.parametrize(
    "word",
    [
        "paraspinal", "hemiparetic", "euvolemic", "normotensive", "desaturating", "stented", "nonintubated", "supratherapeutic", "uptitrated",
        "hospitalised", "haemodialysis", "paralysed", "behaviour", "oesophageal", "sonographically", "thoracocentesis",
    ],
)  # fmt: skip
def test_a_word_made_of_clinical_parts_is_no_name(word):
    assert not flags_of(word, lexicon.words()) & UNKNOWN
    for text in (f"{word.capitalize()} on arrival.", f"- {word.capitalize()}: stable"):
        assert not DETECTOR.find(text), text


@pytest.mark.parametrize(
    "name", ["Midwell", "Overbrek", "Downsby", "Biagro", "Uprock", "Malvoort", "Kinziel", "Quantor"]
)
def test_a_surname_that_begins_like_one_is_still_unknown(name):
    assert flags_of(name.lower(), lexicon.words()) & UNKNOWN
    text = f"{name} reports pain."
    assert [text[f.start : f.end] for f in DETECTOR.find(text)] == [name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Discussed with Dr. Day, who agrees.", "Day"),
        ("dr. white aware, bishop 8.", "white"),
        ("with dr. kalani d. wu on call", "kalani d. wu"),
        ("this is doctor pemberton dictating", "pemberton"),
        ("NAME: PEREIRA, BEATRIZ A     EXAM: CT", "PEREIRA, BEATRIZ A"),
        ("pt delgado-ruiz, marisol called", "delgado-ruiz, marisol"),
        ("UNOS id is TX-559-0213", "TX-559-0213"),
        ("subject 014-0033 enrolled", "014-0033"),
        ("medical record number five five one two zero nine", "five five one two zero nine"),
        ("last admitted March for the same", "March"),
        ("ADM 3-14. 77M.", "3-14"),
        ("blue house, 4410 County Rd 9.", "4410 County Rd 9"),
        ("Chair 7. Huang, doing well.", "Huang"),
        ("Tran reports nausea.", "Tran"),
        ("Evans slept well.", "Evans"),
        ("sister in Yakima was told", "Yakima"),
        ("returns 25 de abril", "25 de abril"),
        ("delivered by SVD 6/2 0413", "6/2"),
        ("Aetna W2284 71903 denied", "W2284 71903"),
        ("out 1/8-1/10 with influenza", "1/8-1/10"),
        ("admitted 12/28-1/3 for CHF", "12/28-1/3"),
        ("Last crisis Thanksgiving 2022.", "Thanksgiving"),
        ("Page the fellow at 2287 about it", "2287"),
        ("send to Tidewater Pain Associates, today", "Tidewater Pain Associates"),
        ("Whitaker,L chair 12", "Whitaker,L"),
        ("adm 2-11 after an overdose", "2-11"),
        ("T&A at 5 (Boston Children's).", "Boston Children's"),
        ("unit W0423 21 118204 returned", "W0423 21 118204"),
        ("drives out of Tupelo.", "Tupelo"),
        ("Works at Target as a manager.", "Target"),
        ("a nurse at Kaiser for years", "Kaiser"),
        ("Patient truman bitten was seen", "truman bitten"),
        ("SISTER ZAINAB CASE STATES HE FELL", "ZAINAB CASE"),
        ("moved to Coeur d'Alene last year", "Coeur d'Alene"),
    ],
)  # fmt: skip
def test_forms_of_quick_notes_and_dictations_are_found(text, found):
    hidden = {place for f in DETECTOR.find(text) for place in range(f.start, f.end) if text[place].isalnum()}
    begin = text.index(found)
    assert hidden == {place for place in range(begin, begin + len(found)) if text[place].isalnum()}


@pytest.mark.parametrize(
    "text",
    [
        "ADMITTED WITH SICKLE CELL PAIN CRISIS. TREATED WITH DILAUDID PCA.", "G3P2002 at 39+1", "give 2-3 tabs, next 2-3 days", "dr will call back, dr may order it",
        "count one two three", "the id of the lesion", "due 2-4 weeks", "titrate for Target INR 2-3", "Insurance started with Aetna", "Their Children's.", "out of Bed to chair", "strength 3/5-4/5 in legs", "pain 3/10-5/10", "motor 4/5 - 5/5", "call lab at 1430 with result", "ran x5-10 reps", "Evans syndrome on rituximab", "Williams syndrome", "strength 4/5 throughout",
    ],
)  # fmt: skip
def test_what_only_looks_like_them_stays(text):
    assert not DETECTOR.find(text)
