"""A run of capitalised words after a preposition, of which a part was found, is one organisation's name."""

# ruff: noqa: E501 - a word list is read whole

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import following, preceding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.edges import Edges
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

_LEADS = ("at", "from", "to", "via", "through")
DAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tues", "tue", "wed", "thu", "thurs", "fri", "sat", "sun", "today", "tomorrow",
    "mwf", "m-f", "tts", "tths",
)  # fmt: skip
_KINDS_OF_PLACE = ("high", "elementary", "middle", "specialty", "memorial", "north", "south", "east", "west", "general")
_LONGEST = 5
# What a house's name ends with, and what stands before that.
_HOUSES = (
    "center", "centre", "clinic", "hospital", "district", "department", "academy", "elementary", "college", "school", "pharmacy", "institute", "foundation", "society",
    "council", "coalition", "ministries", "village", "manor", "lodge", "ranch", "farms", "labs", "laboratories", "partners", "associates", "group", "services", "systems", "agency",
)  # fmt: skip
_INNER = (
    "care", "fire", "protection", "rescue", "medical", "health", "community", "high", "middle", "family", "urgent", "regional", "memorial", "dialysis", "surgical", "surgery",
    "rehab", "rehabilitation", "wellness", "heart", "cancer", "eye", "dental", "school", "learning", "child", "development", "senior", "nursing", "home", "treatment", "recovery",
)  # fmt: skip
_DOT = ord(".")
_CHAIN, _SURE, _SURER = 3, 0.7, 0.85
_KINDS = frozenset(("name", "city", "organisation"))


def whole_runs(words: Words, spans: list[Span], edges: Edges) -> None:
    """ "at Piedmont North", "from Swedish Issaquah", of which a part was found, go whole; appended to the spans."""
    goes = words.capital & words.gap_is(" ") & following(words.capital)
    begins = preceding(words.spelled(*_LEADS) & words.gap_is(" ")) & goes & ~words.line_in_capitals
    index = begins.nonzero()[0]
    if not len(index):
        return
    never = words.has("stop", "title", "credential", "month", "verb", "cue", "relation", "state") | words.spelled(*DAYS)
    plain = (words.flag & np.uint8(lexicon.MEDICAL)) != 0
    plain &= (words.flag & np.uint8(lexicon.NAME | lexicon.PLACE | lexicon.EPONYM)) == 0
    kind = words.has("organisation") | words.spelled(*_KINDS_OF_PLACE)
    shut = (never | plain | (words.size == 1)) & ~kind
    found: dict[int, int] = {}  # where one begins, and the furthest that one from there reaches
    for span in _within(words, index, spans, edges):
        if span[2] in _KINDS and span[1] > found.get(span[0], 0):
            found[span[0]] = span[1]
    starts, ends = words.starts, words.ends
    for first in index.tolist():
        last, reach = first, found.get(starts[first], 0)
        if shut[first] and not reach:
            continue
        some, every = reach > 0, reach > 0
        while goes[last] and last - first < _LONGEST:
            start = starts[last + 1]
            reach = max(reach, found.get(start, 0))
            covered = start < reach
            if shut[last + 1] and not covered:
                break
            some, every, last = some or covered, every and covered, last + 1
        if last > first and some and not every:
            spans.append((starts[first], ends[last], "organisation", 0.6, "run of capitals with a found name"))


def _within(words: Words, index: NDArray[np.intp], spans: list[Span], edges: Edges) -> list[Span]:
    """The spans that begin with a word of the runs whose first words are at ``index``."""
    asked = np.zeros(len(words.text) + 1, dtype=np.bool_)
    for step in range(_LONGEST + 1):
        asked[words.start[np.minimum(index + step, len(words) - 1)]] = True
    return [spans[at] for at in asked[edges.starts].nonzero()[0].tolist()]


def whole_tails(words: Words, spans: list[Span], edges: Edges) -> None:
    """The "Center" of "Golden Poppy Care Center" and the "B" of "Kwame B", of which the first words were found."""
    space, capital, top = words.gap_is(" "), words.capital, len(words) - 1
    index = (capital & preceding(space & capital) & ~words.line_in_capitals).nonzero()[0]
    house, letter = words.spelled(*_HOUSES)[index], (words.size[index] == 1) & ~words.spelled("i", "a")[index]
    after = np.minimum(index + 1, top)
    ended = space[index] & ~capital[after] | words.mark[index] | words.newline[index]
    letter &= words.byte_after[index] != _DOT  # "Name: Roe D.O.B."
    index = index[(house | letter) & (ended | words.gap_is(", ", ") ", " - ")[index])]
    if not len(index):
        return
    dash = words.gap_is(" - ")
    asked = np.zeros(len(words.text) + 1, dtype=np.bool_)
    for step in range(1, _CHAIN + 2):
        asked[words.end[np.maximum(index - step, 0)]] = True
    told = {spans[at][1]: spans[at] for at in asked[edges.ends].nonzero()[0].tolist() if spans[at][2] in _KINDS}
    inner = (words.spelled(*_INNER) & capital & space).data
    for last in index.tolist():
        one, first = words.size[last] == 1, last
        while first and words.ends[first - 1] not in told and last - first < _CHAIN and inner[first - 1] and not one:
            first -= 1
        found = told.get(words.ends[first - 1]) if first and space[first - 1] else None
        # "sitter Kwame B at bedside", not "Balthazar D; NPO"
        # "-Gerald B, member 22" signs
        signed = found is not None and words.text[max(0, found[0] - 1)] == "-"
        sure = _SURE if space[last] or dash[last] or signed else _SURER
        if found is not None and (not one or (found[2] == "name" and found[3] >= sure)):
            kind = "name" if one else "organisation"
            spans.append((words.starts[first], words.ends[last], kind, 0.55, "goes on with what was found"))
