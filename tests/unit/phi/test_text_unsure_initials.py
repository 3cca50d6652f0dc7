"""Short words that the model tells: initials that sign, where no rule knows the place."""

from __future__ import annotations

import numpy as np
import pytest

from cloister.phi import Detector, uncertain_initials
from cloister.phi.wording import Words

DETECTOR, PLAIN = Detector(), Detector(model=False)


def _asked(text: str, taken: str = "") -> list[str]:
    words = Words(text, text.encode("ascii"))
    held = np.array([taken != "" and words.word(at) == taken for at in range(len(words))], dtype=np.bool_)
    return [words.word(at) for at in uncertain_initials.candidates(words, held).tolist()]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("wound clean\nkvz\n", ["kvz"]),
        ("tech: mv, film 2", ["mv"]),
        ("cleaned by qz then", ["qz"]),
        ("reviewed/KDJ then", ["KDJ"]),
        ("the mv in there", []),
        ("give 12mg\n", []),
        ("give it np\n", []),
        ("kvz [\x7f\x7f\x7f\x7f]\n", []),
        ("seen. qqq\n", []),
        ("Abcd\n", []),
    ],
)
def test_what_is_asked(text: str, asked: list[str]) -> None:
    assert _asked(text) == asked


def test_what_was_found_is_not_asked_again() -> None:
    assert _asked("wound clean\nkvz\n", "kvz") == []


@pytest.mark.parametrize(
    "text",
    [
        "per PT: stairs x2, min assist",
        "RT: neb q4, sats 94\nOT: ADLs",
        "to OR by EMS, s/p ROSC",
        "seen by ENT, ok for floor",
        "Plan:\nNPO\nIVF\nCBC, BMP in AM",
        "w/ CXR, no PE",
    ],
)
def test_abbreviations_are_left_alone(text: str) -> None:
    assert DETECTOR.find(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Echo done, EF 60.\nHaskin, Jo, RDCS / qz\n", "qz"),
        ("PICC placed at 1400, good return.\nkvz\n", "kvz"),
        ("film 2 of 4, tech: mv", "mv"),
        ("Plan: f/u 2 wk\nKDJ, PharmD\n", "KDJ"),
        ("counted x2 by hm and tb\n", "hm"),
        ("Screened by AW, cytotech", "AW"),
    ],
)
def test_initials_that_no_rule_knows_are_found(text: str, found: str) -> None:
    at = text.index(found)
    span = (at, at + len(found), "name")
    assert span in [(f.start, f.end, f.type) for f in DETECTOR.find(text)]
    assert span not in [(f.start, f.end, f.type) for f in PLAIN.find(text)]


def test_within_two_words_of_a_placeholder_nothing_is_asked() -> None:
    assert _asked("[\x7f\x7f\x7f\x7f] clean\nkvz\nwound dry there\nqzv\n") == ["qzv"]
    assert _asked("wound clean [\x7f\x7f]\n\x00\nthe\n\x00\nkvz\n") == ["kvz"]
