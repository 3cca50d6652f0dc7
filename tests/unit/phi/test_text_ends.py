"""Words beside what was found: what belongs to it goes with it, what only stands there stays."""

from __future__ import annotations

import numpy as np
import pytest

from cloister.phi import Detector, uncertain_ends
from cloister.phi.edges import Edges
from cloister.phi.found_words import CITY, NAME, ORGANISATION, OTHER, kinds_of_words
from cloister.phi.wording import Words

DETECTOR, PLAIN = Detector(), Detector(model=False)
_WHOLE = (
    "Cabell Valley Heart", "Three Rivers Lung", "Border Imaging", "Carondelet Home Infusion",
    "Rapid City Spine", "Monmouth Perinatal", "Arkansas Valley Diabetes", "Papio Pediatrics",
)  # fmt: skip


def _words(text: str) -> Words:
    return Words(text, text.encode("ascii"))


def _asked(text: str, *found: tuple[str, str]) -> set[tuple[str, str, bool]]:
    """(word that is asked, word beside it, whether to its right), where of each found (value, type) one stands."""
    words = _words(text)
    spans = [(text.index(value), text.index(value) + len(value), kind, 1.0, "") for value, kind in found]
    kind = kinds_of_words(words, spans, Edges(spans))
    ends = uncertain_ends.candidates(words, kind, kind >= NAME)
    return {
        (words.word(asked), words.word(inner), bool(right))
        for asked, inner, right in zip(ends.asked.tolist(), ends.inner.tolist(), ends.right.tolist(), strict=True)
    }


def _covered(detector: Detector, text: str, value: str) -> int:
    start = text.index(value)
    held = set().union(*(range(f.start, f.end) for f in detector.find(text)), set())
    return sum(at in held for at in range(start, start + len(value)) if text[at].isalnum())


def test_a_word_in_several_spans_is_an_organisation_before_a_town_before_a_name() -> None:
    text = "at Orchard Gate in Lakemoor, Roe 12"
    spans = [
        (3, 15, "organisation", 0.6, ""),
        (3, 10, "name", 0.9, ""),
        (19, 27, "city", 0.6, ""),
        (29, 32, "name", 0.6, ""),
        (16, 18, "date", 0.6, ""),
    ]
    kinds = kinds_of_words(_words(text), spans, Edges(spans))
    assert kinds.tolist() == [0, ORGANISATION, ORGANISATION, OTHER, CITY, NAME]


def test_the_free_words_on_either_side_are_asked() -> None:
    found = _asked("from Upper Orchard Gate clinic today", ("Orchard Gate", "organisation"))
    assert found == {("Upper", "Orchard", False), ("clinic", "Gate", True)}


@pytest.mark.parametrize(
    ("text", "found", "asked"),
    [
        ("seen by Roe today", ("Roe", "name"), set()),
        ("seen by Roe Haskin", ("Roe", "name"), {"Haskin"}),
        ("seen by Roe MD", ("Roe", "name"), set()),
        ("seen by Roe Nephrology", ("Roe", "name"), set()),
        ("near Lakemoor fire", ("Lakemoor", "city"), set()),
        ("near Lakemoor clinic", ("Lakemoor", "city"), {"clinic"}),
        ("at Orchard\nGate", ("Orchard", "organisation"), {"at"}),
        ("at Orchard; Gate", ("Orchard", "organisation"), {"at"}),
        ("[\x7f\x7f\x7f\x7f] at Orchard Gate", ("Orchard", "organisation"), set()),
    ],
)
def test_what_is_asked(text: str, found: tuple[str, str], asked: set[str]) -> None:
    assert {word for word, _, _ in _asked(text, found)} == asked


def test_nothing_is_asked_over_the_end_of_a_text() -> None:
    text = "at Orchard\n\x00\nthe\n\x00\nGate"
    assert {word for word, _, _ in _asked(text, ("Orchard", "organisation"))} == {"at"}


@pytest.mark.parametrize("house", _WHOLE)
@pytest.mark.parametrize(
    "lead", ["Mrs. Roe, by video ({}).", "Dr. Haskin, {}, agrees.", "appt w/ {} 3/14/2019", "cc: {}, Mrs. Roe"]
)
def test_a_house_goes_whole(house: str, lead: str) -> None:
    text = lead.format(house)
    assert _covered(DETECTOR, text, house) == sum(map(str.isalnum, house))


def test_in_company_more_is_believed_than_alone() -> None:
    leads = ("Seen by video ({}).", "appt w/ {} Mon", "cc: {}")
    alone = [_covered(DETECTOR, lead.format(house), house) for lead in leads for house in _WHOLE]
    beside = [_covered(DETECTOR, f"Mrs. Roe: {lead.format(house)}", house) for lead in leads for house in _WHOLE]
    assert all(one <= other for one, other in zip(alone, beside, strict=True))
    assert sum(alone) < sum(beside)


def test_the_model_takes_in_what_the_rules_leave() -> None:
    sizes = [sum(map(str.isalnum, house)) for house in _WHOLE]
    left = [_covered(PLAIN, f"results of {house} pending", house) for house in _WHOLE]
    assert sum(held < size for held, size in zip(left, sizes, strict=True)) >= len(_WHOLE) // 2


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Haskin called, labs pending.",
        "Seen by Haskin. Echo today.",
        "Transferred from Orchard Gate Hospital yesterday with fever.",
        "Lives in Lakemoor, retired.",
    ],
)
def test_what_follows_a_name_stays(text: str) -> None:
    plain = {(f.start, f.end) for f in PLAIN.find(text)}
    assert {(f.start, f.end) for f in DETECTOR.find(text)} == plain


def test_a_text_is_read_alike_alone_and_among_others() -> None:
    texts = [f"Referred to {house} for a second look." for house in _WHOLE]
    assert DETECTOR.spans(texts) == [DETECTOR.spans([text])[0] for text in texts]


@pytest.mark.parametrize("text", [" ", "Orchard", "Orchard Gate"])
def test_where_nothing_is_free_nothing_is_asked(text: str) -> None:
    words = _words(text)
    kind = np.full(len(words), ORGANISATION, dtype=np.uint8)
    assert len(uncertain_ends.candidates(words, kind, kind > 0)) == 0
    assert DETECTOR.find(text) == PLAIN.find(text)
