"""Whether a word stands alone or near something that was found: there the models believe sooner."""

from __future__ import annotations

import numpy as np
import pytest

from cloister.phi.company import alone
from cloister.phi.edges import Edges
from cloister.phi.wording import Words

_GAP = "\n\x00\nthe\n\x00\n"  # between two texts
_FILL = " ".join(["word"] * 70)


def _alone(text: str, asked: str, found: str = "", taken: str = "") -> bool:
    words = Words(text, text.encode("ascii"))
    if found:
        start = text.index(found)
        words.cover(Edges([(start, start + len(found), "date", 1.0, "")]))
    at = [words.word(index) for index in range(len(words))].index(asked)
    held = np.array([words.word(index) == taken for index in range(len(words))], dtype=np.bool_)
    return bool(alone(words, np.array([at]), held)[0])


@pytest.mark.parametrize("asked", ["seen", "Orchard", "pain"])
def test_where_nothing_was_found_a_word_stands_alone(asked: str) -> None:
    assert _alone("seen at Orchard for pain", asked)


@pytest.mark.parametrize(
    "text", ["on 3/14/2019 seen at Orchard", "Orchard, seen 3/14/2019", "Orchard 3/14/2019", "3/14/2019 Orchard"]
)
def test_beside_what_was_found_it_does_not(text: str) -> None:
    assert not _alone(text, "Orchard", found="3/14/2019")
    assert _alone(text, "Orchard")


def test_a_word_that_was_taken_is_company() -> None:
    assert not _alone("Haskin was seen at Orchard", "Orchard", taken="Haskin")
    assert not _alone("seen at Orchard by Haskin", "Orchard", taken="Haskin")


def test_what_is_far_away_or_in_another_text_is_none() -> None:
    assert _alone(f"Haskin {_FILL} Orchard", "Orchard", taken="Haskin")
    assert _alone(f"Orchard {_FILL} 3/14/2019", "Orchard", found="3/14/2019")
    assert _alone(f"seen 3/14/2019{_GAP}at Orchard", "Orchard", found="3/14/2019")
    assert _alone(f"at Orchard{_GAP}Haskin seen", "Orchard", taken="Haskin")
    assert not _alone(f"at home{_GAP}at Orchard 3/14/2019{_GAP}at home", "Orchard", found="3/14/2019")
