"""Hostile notes cost linear work. Counted, never timed: characters looked up, calls made."""

import sys
from itertools import pairwise
from typing import Any

import pytest

from cloister.phi import DeidConfig, Deidentifier, Detector
from cloister.phi.finding import Span, resolve
from cloister.phi.lexicon import words
from cloister.phi.unlisted import flags_of

RUNS = [
    "a", "A", "Ab", "7", " ", ".", "[", "]", "(", "\n", "\r\n", "-", "a-", "A-", "a'", "A. ", "A ", "7-", "7 ", "7/", "1/2 ", "@",
    "a@", "a.", ":", "|", "Dr. ", "name: ", "Roe, ", "Roe and ", "Jane ", "jane roe ", "van ", "JANE ", "MRN ", "555-", "thanks\n",
    "Bell's ", "Jane (wife) ", "A1", "Boston, ", "\x00", "[NAME]", "\u0301", "x*", "Boston IN ", "1 Oak of the ",
]  # fmt: skip


class Counting(dict[str, int]):
    """A lexicon that adds up the lengths of what it is asked for."""

    asked = 0

    def get(self, word: str, default: Any = None) -> Any:  # type: ignore[override]
        self.asked += len(word)
        return super().get(word, default)


@pytest.mark.parametrize("word", ["q" * 32_000, "hyper" + "z" * 32_000, "-".join(["qzx"] * 8_000)])
def test_a_word_of_any_length_is_looked_up_in_linear_work(word: str) -> None:
    table = Counting(words())
    flags_of(word, table)
    assert table.asked < 40 * len(word)


def calls(text: str, deidentifier: Deidentifier) -> int:
    """Python and C calls that de-identifying the text takes."""
    count = 0

    def seen(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(seen)
    try:
        deidentifier.text(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("run", RUNS)
def test_calls_grow_with_the_length_and_no_faster(run: str) -> None:
    deidentifier = Deidentifier(DeidConfig(project="a"), bytes(64))
    Detector().find("Dr. Roe came on 3/4/2019 to Boston, MA.")  # loads what is loaded once
    short = calls(run * (2_000 // len(run)), deidentifier)
    assert calls(run * (20_000 // len(run)), deidentifier) <= 13 * short + 2_000


def test_a_chain_of_overlaps_is_resolved_whole_in_order() -> None:
    chain: list[Span] = [(2 * i, 2 * i + 3, "name", 0.5 + i % 7 / 20, "r") for i in range(20_000)]
    kept = resolve(list(chain))
    assert kept == sorted(kept)
    assert all(left[1] <= right[0] for left, right in pairwise(kept))


def test_lines_in_capitals_are_told_apart() -> None:
    text = "PATIENT JANE DOUGHERTY SEEN\nrested well\nSEEN BY MARGARET KOWALCZYK\n" * 3
    assert [text[f.start : f.end] for f in Detector().find(text)] == ["JANE DOUGHERTY", "MARGARET KOWALCZYK"] * 3
