"""An age over 89 right after somebody's name: "gert, 98, dnr", "gudrun is 92 and frail", "for Opal (97)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloister.phi.edges import Edges
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

_COMMA, _SPACE, _BRACKET = b", ("
_ONE, _NINE = b"19"
_LISTED = re.compile(
    r"(?:, | \()(9\d|10\d)(?:[,;)]|\.?(?:\s|\x00|$)(?! ?(?:%|(?:on|mg|mcg|ml|units?|percent|sats?|lbs?|kg|bpm)\b)))"
)
_SAID = re.compile(
    r" is (9\d|10\d)(?:[,.!?;]?(?:\n|\x00|$)|[,;] [a-z]|[.!?] "
    r"| (?:and|but|so|now|with|w/|who|cant|can't|lives?|still|years?|yrs|today)\b)"
)


def ages_after_names(words: Words, spans: list[Span], found: Edges) -> None:
    """Append the ages that stand after what was found as a name."""
    raw, end = words.raw, found.ends
    one, two = raw[end], raw[end + 1]
    listed = (one == _COMMA) & (two == _SPACE) | (one == _SPACE) & (two == _BRACKET)
    said = (one == _SPACE) & (two == ord("i")) & (raw[end + 2] == ord("s")) & (raw[end + 3] == _SPACE)
    figure = np.where(listed, raw[end + 2], np.where(said, raw[np.minimum(end + 4, len(raw) - 1)], 0))
    for at in ((figure == _NINE) | (figure == _ONE)).nonzero()[0].tolist():
        if spans[at][2] == "name":
            match = (_LISTED if listed[at] else _SAID).match(words.text, spans[at][1])
            if match:
                spans.append((match.start(1), match.end(1), "age", 0.75, "age over 89 after a name"))
