"""Classes of like words: every word of the list is in the class of its line, and nothing else has one."""

from __future__ import annotations

import lzma
from importlib import resources

import numpy as np

from cloister.phi.likeness import likeness
from cloister.phi.word_table import keys

_LINES = (
    lzma.decompress(resources.files("cloister.phi").joinpath("data", "likeness.txt.xz").read_bytes())
    .decode("ascii")
    .splitlines()
)


def _look(*words: str) -> list[int]:
    return likeness().look(np.array(keys(*words), dtype=np.uint64)).tolist()


def test_each_word_has_the_class_of_its_line_or_none() -> None:
    lost = count = 0
    for number, line in enumerate(_LINES, 1):
        kin, *words = line.split()
        found = np.array(_look(*words))
        assert set(found.tolist()) <= {0, number}
        assert set(likeness().kin(found[found > 0]).tolist()) == {int(kin) + 1}
        lost, count = lost + int((found == 0).sum()), count + len(words)
    assert count == 100_000
    assert lost < count * 0.02


def test_like_words_share_a_class() -> None:
    kidney, lung, lake, river = _look("kidney", "lung", "lake", "river")
    assert kidney == lung
    assert lake == river != kidney


def test_a_word_of_no_list_has_no_class() -> None:
    strange = [f"qzx{chr(97 + at % 26)}{chr(97 + at // 26)}vwk" for at in range(600)]
    assert sum(number > 0 for number in _look(*strange)) == 0
    assert likeness().kin(np.zeros(1, dtype=np.uint32)).tolist() == [0]


def test_capitals_are_the_same_word() -> None:
    assert _look("River") == _look("river") == _look("RIVER")
