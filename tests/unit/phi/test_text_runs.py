"""Runs of capitalised words that the model tells: organisations and places that no rule knows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cloister.phi import Detector, uncertain_numbers, uncertain_runs
from cloister.phi.edges import Edges
from cloister.phi.finding import Span
from cloister.phi.found_words import kinds_of_words
from cloister.phi.linear_model import BITS
from cloister.phi.wording import Words

DETECTOR, PLAIN = Detector(), Detector(model=False)


def _words(text: str) -> Words:
    return Words(text, text.encode("ascii"))


def _taken(words: Words, spans: list[Span]) -> NDArray[np.bool_]:
    return kinds_of_words(words, spans, Edges(spans)) > 0


def _runs(text: str, *taken: tuple[int, int]) -> list[str]:
    words = _words(text)
    held = _taken(words, [(start, end, "name", 1.0, "") for start, end in taken])
    runs = uncertain_runs.candidates(words, held)
    return [text[words.start[first] : words.end[last]] for first, last in zip(runs.first, runs.last, strict=True)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("went to Orchard Gate Rehab today", ["Orchard Gate Rehab"]),
        ("called Friends of the Blind again", ["Friends of the Blind"]),
        ("at Oak & Iron Forge - closed", ["Oak & Iron Forge"]),
        ("Then Orchard Gate called", ["Orchard Gate"]),
        ("The pain is better. Dr said so", []),
        ("ADMITTED TO ORCHARD GATE REHAB", []),
        ("seen [ORGANISATION] Orchard Gate", ["Orchard Gate"]),
        ("seen [\x7f\x7f\x7f] Orchard Gate", []),
        (" ".join(["Iron"] * 8), [" ".join(["Iron"] * 8)]),
        (" ".join(["Iron"] * 9), []),
    ],
)
def test_runs_of_capitals_are_candidates(text: str, runs: list[str]) -> None:
    assert _runs(text) == runs


def test_a_word_alone_is_asked_beside_what_was_found_and_where_a_house_is_named() -> None:
    text = "from Golden Trout clinic"
    assert _runs(text) == ["Golden Trout"]
    assert _runs(text, (5, 11)) == ["Trout"]
    assert _runs(text, (5, 17)) == []
    assert _runs("from Trout clinic") == ["Trout"]
    assert _runs("sent (Trout) home") == ["Trout"]
    assert _runs("Trout clinic") == _runs("went Trout clinic") == _runs("from\nTrout clinic") == ["Trout"]
    assert _runs("Trout jumped") == _runs("went Trout jumped") == _runs("from\nTrout jumped") == []
    assert _runs("from Cardiology clinic") == []


def test_words_of_overlapping_spans_are_taken() -> None:
    words = _words("one two three four five")
    spans = [(4, 13, "name", 1.0, ""), (8, 10, "name", 1.0, ""), (19, 20, "name", 1.0, "")]
    assert _taken(words, spans).tolist() == [False, True, True, False, True]
    assert not _taken(words, []).any()


def test_what_stands_on_other_lines_or_in_other_texts_says_nothing() -> None:
    run = "seen at Orchard Gate Rehab for pain"
    begin = len("Mercury 12\n")
    texts = [run, f"Mercury 12\n{run}\nRash - better", f"Hip Fx / {'x' * 30}\n{run}\nlast"]
    rows = []
    for text in texts:
        words = _words(text)
        held = words.nowhere
        runs = uncertain_runs.candidates(words, held)
        at = [index for index, first in enumerate(runs.first) if text[words.start[first] :].startswith("Orchard")]
        rows.append(uncertain_runs.features(words, held, runs).matrix()[:, at[0]].tolist())
    assert begin and rows[0] == rows[1] == rows[2]


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("Discharged to Orchard Gate Rehab on Lasix 40 mg.", "Orchard Gate Rehab"),
        ("Prior auth submitted to Golden Trout HMO, pending.", "Golden Trout HMO"),
        ("Works nights at Black River Kayak since spring.", "Black River Kayak"),
        ("LAB: Fox Cities Sleep Institute, results faxed.", "Fox Cities Sleep Institute"),
    ],
)
def test_an_organisation_of_everyday_words_is_found(text: str, house: str) -> None:
    covered = np.zeros(len(text), dtype=bool)
    for finding in DETECTOR.find(text):
        covered[finding.start : finding.end] = True
    assert covered[text.index(house) : text.index(house) + len(house)].all()


@pytest.mark.parametrize(
    "text",
    [
        "Back on Telemetry with a Cardizem Drip, Pacer Pads on.",
        "Admit to Medical Floor. Consult Wound Care and Physical Therapy.",
        "Past Surgical History: Laparoscopic Cholecystectomy, Total Knee Replacement",
        "Glasgow Coma Scale 15, Richmond Agitation Sedation Scale 0, Braden Scale 18",
        "Continue Metoprolol Succinate and Vitamin D, hold Eliquis before the procedure.",
        "Positive Phalen and Tinel signs; referred to Hand Surgery.",
        "Follow the Surviving Sepsis Campaign bundle; Enhanced Recovery After Surgery pathway.",
    ],
)
def test_clinical_runs_are_left_alone(text: str) -> None:
    assert [text[finding.start : finding.end] for finding in DETECTOR.find(text)] == []


def test_the_model_can_be_left_out() -> None:
    text = "Works nights at Black River Kayak since spring."
    assert not any(finding.reason == "statistical model of runs" for finding in PLAIN.find(text))


def test_the_weights_are_of_the_models_shape() -> None:
    for model in (uncertain_runs.WEIGHTS, uncertain_numbers.WEIGHTS):
        assert model.table.shape == (1 << BITS,)
        assert model.table.any() and -3 < model.threshold < 3


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Told dtr the SNF (Golden Poppy Care Center) is holding it", "Golden Poppy Care Center"),
        ("bed alarm on, sitter Kwame B at bedside from float pool", "Kwame B"),
        ("CDL OY 5518 2203 up for renewal", "OY 5518 2203"),
    ],
)
def test_what_goes_on_with_what_was_found_is_covered(text: str, whole: str) -> None:
    covered = np.zeros(len(text), dtype=bool)
    for finding in DETECTOR.find(text):
        covered[finding.start : finding.end] = True
    begin = text.index(whole)
    assert covered[begin : begin + len(whole)].sum() >= len(whole.replace(" ", ""))


@pytest.mark.parametrize("text", ["Balthazar D; NPO with LR at 200.", "Vitamin B at home, Hepatitis C in the past"])
def test_a_letter_of_a_grade_goes_on_with_nobody(text: str) -> None:
    assert not any(finding.reason == "goes on with what was found" for finding in DETECTOR.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "1328 Anesth Dr. [NAME] intubates",
        "Signed\n[NAME], CEP\n",
        "RADPEER 2a. - [NAME], MD, [CITY]",
    ],
)
def test_beside_a_placeholder_nothing_new_is_told(text: str) -> None:
    assert DETECTOR.find(text) == []


def test_a_span_within_a_word_takes_it_and_one_between_words_takes_none() -> None:
    text = "the X-rosary-Q 12-14 -7- end\n"
    words = Words(text, text.encode("ascii"))
    inner = text.index("osa")
    held = _taken(words, [(inner, inner + 3, "name", 0.9, "")])
    assert [words.word(at) for at in held.nonzero()[0]] == [
        word for word in map(words.word, range(len(words))) if "osa" in word
    ]
    dashed = text.index("-7-")
    assert not _taken(words, [(dashed + 1, dashed + 2, "date", 0.9, "")]).any()


def test_a_word_alone_is_asked_before_what_tells_a_house_and_at_the_head_of_what_a_house_does() -> None:
    assert _runs("then Lotus acupuncture sent a note") == ["Lotus"]
    assert _runs("Anchor dropped off the wrong size") == ["Anchor"]
    assert _runs("then Anchor dropped off the wrong size") == _runs("then Lotus position again") == []
