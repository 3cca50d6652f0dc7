"""An everyday word after a relation."""

from __future__ import annotations

import pytest

from cloister.phi import Detector

DETECTOR = Detector(model=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wife Lantern met us at the ramp.", "Lantern"),
        ("Per his uncle Thimble, fell twice.", "Thimble"),
        ("His wife Lantern asked about it.", "Lantern"),
        ("Uncle Norm at bedside", "Norm"),
    ],
)
def test_an_everyday_word_after_a_relation_is_somebody(text: str, found: str) -> None:
    assert [text[each.start : each.end] for each in DETECTOR.find(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Wife Aware of plan",
        "Family Meeting Note: goals",
        "Mother Baby Unit: stable",
        "SON DECLINED CONSENT",
        "Father Deceased, MI",
        "Sister Ovarian cancer at 50",
        "Mother: Breast cancer",
    ],
)
def test_what_a_relation_is_or_has_is_nobody(text: str) -> None:
    assert DETECTOR.find(text) == []
