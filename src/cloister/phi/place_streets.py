"""Streets without a number: where a shop stands ("Piggly Drug on Main") and the mile of a highway ("I-94 WB @ MM 137")."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.place_leads import CLINICAL
from cloister.phi.vocabulary import word_set

if TYPE_CHECKING:
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

_SHOPS = ("drug", "drugs", "pharmacy", "pharmacies", "apothecary", "market", "foods", "rx", "store", "mart")
_ON = re.compile(
    r" ((?:[NSEW]\.? )?(?:\d{1,3}(?:st|nd|rd|th)|[A-Z][a-z]{2,})(?: (?:St|Street|Ave|Avenue|Rd|Road|Blvd|Dr|Pike|Hwy)\b)?)(?=[\s,.;)]|$)"
)
_MARKS = ("mm", "mile", "milepost", "exit")
_MARKER = re.compile(
    r"\b(?:I|US|SR|Hwy|HWY|Rte|RTE)[ -]\d{1,3}(?: [NSEW]B)? (?:@|at|near|AT) (?:M[Mm]|Mile|MILE|Exit|EXIT|Milepost) ?(?:[Mm]arker |MARKER )?\d{1,3}\b"
)
# What a shop or somebody does something on, and no street: "Reasor's on Hold".
_NO_STREET = word_set(
    "file hold arrival admission discharge call duty insulin monday tuesday wednesday thursday friday saturday sunday sun mon tue tues wed thu thurs fri sat"
)


def find_streets(words: Words, spans: list[Span]) -> None:
    """Append these streets."""
    text = words.text
    for at in (words.spelled(*_MARKS) & words.capital).nonzero()[0].tolist():
        begin = words.starts[at]
        if match := _MARKER.search(text, max(begin - 24, 0), words.ends[at] + 16):
            spans.append((match.start(), match.end(), "street", 0.75, "mile of a highway"))
    index = words.spelled("on")[1:].nonzero()[0] + 1
    before = index - 1
    named = words.capital[np.maximum(before - 1, 0)] & words.gap_is(" ")[np.maximum(before - 1, 0)]
    shop = words.spelled(*_SHOPS)[before] & named | words.has("chain")[before]
    shop |= words.possessive[before] & ~words.has("nowhere", "relation")[before]
    index = index[shop & words.gap_is(" ", "'s ")[before] & words.capital[before] & ~words.line_in_capitals[index]]
    shut = words.has("stop", "title", "month", "relation")
    for at in index.tolist():
        match = _ON.match(text, words.ends[at])
        if (
            match
            and (match[1][0].isdigit() or not (shut[at + 1] or _clinical(int(words.flag[at + 1]))))
            and match[1].lower() not in _NO_STREET
        ):
            spans.append((match.start(1), match.end(1), "street", 0.7, "street that a shop stands on"))


def _clinical(flag: int) -> bool:
    return bool(flag & CLINICAL and not flag & lexicon.COMMON)
