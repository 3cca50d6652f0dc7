"""What patterns are made of: the row that each is, and an identifier beside a cue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# What Markdown, HTML and JSON put around a cue: "**MRN:** 4471", "<b>MRN:</b> 4471", '"mrn": 4471', "| MRN | 4471 |".
DRESS = r"(?:[\"'`*_|]|[=-]>|</?[A-Za-z][^<>\n]*>|&nbsp;)"
BLANK = rf"(?:[ \t]|{DRESS})*"
_SEP = (
    rf"{BLANK}(?:(?:is|was|number|num|no|id|code|of|ending(?: in)?)\b\.?|[#=.-]|:(?:[ \t]*\r?\n)?)*{BLANK}"
    rf"(?:[:#=]{BLANK})?[\"'(\[]?"
)
# An identifier beside a cue: letters, digits and separators; the check asks for digits.
_VALUE = r"([A-Z0-9](?:[A-Z0-9/-]|(?:\.|[*_]+)[A-Z0-9]){2,29})"
_BEGUN = _VALUE.replace("{2,29}", "{2}")
Check = Callable[[bytes, int, int], float]


@dataclass(frozen=True, slots=True)
class Pattern:
    """``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.

    ``sieve`` holds wherever ``regex`` does and is easier to look for: an automaton has a state for each state of all
    expressions of a set together, and one that counts letters or digits multiplies those of all others.
    """

    type: str
    reason: str
    regex: str
    score: float
    check: Check | None = None
    sieve: str = ""

    @property
    def seen(self) -> str:
        """What the set looks for; an identifier beside a cue goes on once it has begun."""
        return self.sieve or self.regex.replace(_VALUE, _BEGUN)


def cue(words: str, *, value: str = _VALUE) -> str:
    """An identifier after one of the words."""
    return rf"(?i)\b(?:{words})(?:\b|[ \t:=])>?{_SEP}{value}"
