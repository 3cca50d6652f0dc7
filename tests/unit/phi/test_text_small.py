"""Houses in small letters that the model tells where no rule knows them."""

from __future__ import annotations

import numpy as np
import pytest

from cloister.phi import Detector, uncertain_small
from cloister.phi.wording import Words

DETECTOR, PLAIN = Detector(), Detector(model=False)
_HOUSES = (
    "tender step pediatrics", "corner light pharmacy", "open door urgent care", "blue lantern rehab", "stand tall physical therapy",
    "three creeks ambulance", "quiet harbor hospice", "two brothers drug", "little acorns daycare", "high street dental",
)  # fmt: skip
_LEADS = ("script sent to {}, ready at 5", "records fr {} pending", "was seen at {} last wk", "f/u w/ {} mon")


def _asked(text: str, taken: str = "") -> list[str]:
    words = Words(text, text.encode("ascii"))
    held = np.array([taken != "" and words.word(at) == taken for at in range(len(words))], dtype=np.bool_)
    return [words.word(at) for at in uncertain_small.candidates(words, held).tolist()]


def _share(detector: Detector, text: str, value: str) -> float:
    start = text.index(value)
    held = set().union(*(range(f.start, f.end) for f in detector.find(text)), set())
    inside = [at in held for at in range(start, start + len(value)) if text[at].isalnum()]
    return sum(inside) / len(inside)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("was seen at tiny steps", ["was", "seen", "tiny"]),
        ("ok seen at the quilted house", ["ok", "quilted"]),
        ("Seen at tiny steps", ["tiny"]),
        ("Seen tiny steps, of steps", []),
        ("ok at\ntiny steps", ["ok", "tiny"]),
        ("[\x7f\x7f\x7f\x7f] at tiny steps", []),
        ("he likes tillman's corner pharmacy", ["he", "tillman", "corner"]),  # before what tells a house
        ("ok we said eastside peds again", ["ok", "eastside", "again"]),
        ("ok until the 22nd", ["ok"]),
        ("ok to monday slot", ["ok"]),
        ("ok by st elevations", ["ok"]),
    ],
)
def test_what_is_asked(text: str, asked: list[str]) -> None:
    assert _asked(text) == asked


def test_what_was_found_is_not_asked_again() -> None:
    assert _asked("was seen at tiny steps", "tiny") == ["was", "seen"]


def test_houses_of_everyday_words_are_found_in_small_letters() -> None:
    texts = [(lead.format(house), house) for house in _HOUSES for lead in _LEADS]
    found = [_share(DETECTOR, text, house) for text, house in texts]
    plain = [_share(PLAIN, text, house) for text, house in texts]
    assert np.mean(found) > 0.7
    assert np.mean(plain) < np.mean(found) - 0.2


@pytest.mark.parametrize(
    "text",
    [
        "was seen at bedside, pain at rest, dc to home",
        "transferred from floor to icu by transport at 0400",
        "pt to follow w/ cardiology and wound care in 2 wk",
        "back from ct, to or in am for washout",
        "tolerating po, voiding, up to chair with assist",
        "report from day nurse, plan to wean off drip by noon",
        "switch from heparin to apixaban, check with pharmacy",
        "select avg(age) from visits where unit = 'icu'",
        "is ibuprofen safe with lisinopril for back pain?",
    ],
)
def test_everyday_lines_are_left_alone(text: str) -> None:
    assert DETECTOR.find(text) == []


def test_a_text_is_read_alike_alone_and_among_others() -> None:
    texts = [lead.format(house) for house in _HOUSES for lead in _LEADS]
    assert DETECTOR.spans(texts) == [DETECTOR.spans([text])[0] for text in texts]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rosie t came back with it", "rosie t"),
        ("javier q no show x3", "javier q"),
        ("letter for manuel j, starting basal today", "manuel j"),
        ("mabel cant get up", "mabel"),
        ("hunter fell off the exam table", "hunter"),
    ],
)
def test_a_name_in_small_letters_ends_where_the_sentence_goes_on(text: str, name: str) -> None:
    assert [text[f.start : f.end] for f in DETECTOR.find(text) if f.type == "name"] == [name]


def test_letters_that_are_short_for_words_are_no_initials() -> None:
    for text in ("patel w cough", "javier s fever", "patel k 3.1 today"):
        assert [text[f.start : f.end] for f in PLAIN.find(text)] == [text.split()[0]]
