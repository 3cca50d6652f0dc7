"""A run of capitalised words after a preposition, of which a part was found, is one organisation's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import following, preceding

if TYPE_CHECKING:
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

_LEADS = ("at", "from", "to", "via", "through")
_DAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tues", "tue", "wed", "thu", "thurs", "fri", "sat", "sun", "today", "tomorrow",
)  # fmt: skip
_KINDS_OF_PLACE = ("high", "elementary", "middle", "specialty", "memorial", "north", "south", "east", "west", "general")
_LONGEST = 5
_KINDS = frozenset(("name", "city", "organisation"))


def whole_runs(words: Words, spans: list[Span]) -> None:
    """ "at Piedmont North", "from Swedish Issaquah", of which a part was found, go whole; appended to the spans."""
    goes = words.capital & words.gap_is(" ") & following(words.capital)
    begins = preceding(words.spelled(*_LEADS) & words.gap_is(" ")) & goes & ~words.line_in_capitals
    index = begins.nonzero()[0]
    if not len(index):
        return
    covered = _covered(words, spans)
    never = words.has("stop", "title", "credential", "month", "verb", "cue", "relation", "state") | words.spelled(
        *_DAYS
    )
    plain = (words.flag & np.uint8(lexicon.MEDICAL)) != 0
    plain &= (words.flag & np.uint8(lexicon.NAME | lexicon.PLACE | lexicon.EPONYM)) == 0
    kind = words.has("organisation") | words.spelled(*_KINDS_OF_PLACE)
    shut = (never | plain | (words.size == 1)) & ~covered & ~kind
    for first in index.tolist():
        last = first
        while goes[last] and last - first < _LONGEST and not shut[last + 1]:
            last += 1
        run = covered[first : last + 1]
        if last > first and not shut[first] and run.any() and not run.all():
            spans.append(
                (words.starts[first], words.ends[last], "organisation", 0.6, "run of capitals with a found name")
            )


def _covered(words: Words, spans: list[Span]) -> Any:
    """Which words lie in a name, a town or an organisation."""
    found = [span for span in spans if span[2] in _KINDS]
    edges = [
        np.bincount(np.searchsorted(words.start, [span[side] for span in found]), minlength=len(words) + 1)
        for side in (0, 1)
    ]
    return np.cumsum(edges[0] - edges[1])[:-1] > 0
