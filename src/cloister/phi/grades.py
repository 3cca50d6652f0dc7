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


# Towns that name a scale of grades, and the grades.
_SCALES = frozenset(("west haven", "los angeles", "new haven", "ann arbor"))
_STEP = re.compile(
    r" (?:[0-4](?:-[0-4])?(?![\d/:-]|\.\d| ?(?:[a-z]+ )?(?:ago|miles?|days?|weeks?|months?|years?|times)\b)|[IV]{1,3}[ab]?\b|[A-E](?=[,.;:)\n\x00]| [a-z])|[Gg]rade\b|[Ss]cale\b|[Ss]core\b|[Cc]riteria\b|HE\b)"
)


def scale_of_town(words: Words, first: int, last: int) -> bool:
    """Two words that are a town and, before a grade, a scale: "West Haven 2", "Los Angeles C esophagitis"."""
    if last - first != 1:
        return False
    phrase = words.text[words.starts[first] : words.ends[last]].lower()
    return phrase in _SCALES and _STEP.match(words.text, words.ends[last]) is not None


def graded(words: Words, first: int, last: int) -> bool:
    """A grade follows, and nothing that leads to a place stands before; "the Amsterdam II criteria" are graded anyhow."""
    text, end = words.text, words.ends[last]
    led = first > 0 and not words.capital_at[first - 1] and words.gap(first - 1) == " "
    if scale_of_town(words, first, last) and not led:
        return True
    return called_after_town(words, first, last) or (_NUMBERED if led else _GRADE).match(text, end) is not None
