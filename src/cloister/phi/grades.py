"""Scales that are called after where they were made: "Prague C2M4", "Los Angeles grade C"."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloister.phi.surroundings import called_after_town

if TYPE_CHECKING:
    from cloister.phi.wording import Words

# "Prague C2M4", "Rutherford 4", "Los Angeles grade C": a scale that is called after where it was made.
_GRADE = re.compile(
    r" (?:[A-Z]\d|\d{1,2}(?![\d/:-]|\.\d)|[IVX]{1,4}[ABES]{0,3}\b|(?:grade|stage|class|classification|criteria|protocol)\b|(?:[A-Za-z]+ ){1,3}(?:[Ss]cor(?:e|ing)|[Ii]ndex|[Ss]cale|[Cc]riteria|[Qq]uestionnaire|[Ii]nventory)\b)"
)
_NUMBERED = re.compile(r" [IVX]{1,4} (?:criteria|classification|grading|grade|stage|score|scale)\b")


def graded(words: Words, first: int, last: int) -> bool:
    """A grade follows, and nothing that leads to a place stands before; "the Amsterdam II criteria" are graded anyhow."""
    text, end = words.text, words.ends[last]
    led = first > 0 and not words.capital_at[first - 1] and words.gap(first - 1) == " "
    return called_after_town(words, first, last) or (_NUMBERED if led else _GRADE).match(text, end) is not None
