"""What each word was found as: the ground of the models that are asked after the rules."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.edges import between
from cloister.phi.finding import TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from cloister.phi.edges import Edges
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

    Kinds = NDArray[np.uint8]

OTHER, NAME, CITY, ORGANISATION = 1, 2, 3, 4
NAMED = {"name": NAME, "city": CITY, "organisation": ORGANISATION}
_CALLED = {number: kind for kind, number in NAMED.items()}
_SCORE = 0.53  # of what a model says
_CODE = {kind: NAMED.get(kind, OTHER) for kind in TYPES}
_KIND = itemgetter(2)  # of a span


def kinds_of_words(words: Words, spans: Sequence[Span], found: Edges) -> Kinds:
    """Of each word what it, or a part of it, was found as, 0 for nothing; ``found`` are the edges of the spans.

    An organisation goes before a town, a town before a name, and any of them before the rest.
    """
    code = np.fromiter(map(_CODE.__getitem__, map(_KIND, spans)), np.uint8, len(spans))
    starts, ends = found.starts, found.ends
    covered = np.zeros(len(words.raw), dtype=np.uint8)
    for number in (OTHER, NAME, CITY, ORGANISATION):
        at = code == number
        covered[between(starts[at], ends[at])] = number
    kinds: Kinds = np.maximum(covered[words.start], covered[words.end - 1])
    # A span within a word covers neither of its ends.
    inside = (words.in_word(starts - 1) & words.in_word(ends) & (starts > 0)).nonzero()[0]
    at = np.maximum(np.searchsorted(words.start, starts[inside], side="right") - 1, 0)
    held = (words.start[at] < starts[inside]) & (starts[inside] < words.end[at])
    kinds[at[held]] = np.maximum(kinds[at[held]], code[inside[held]])
    return kinds


def take(words: Words, spans: list[Span], kinds: Kinds, index: NDArray[np.intp], what: Any, reason: str) -> None:
    """Append the words at ``index`` as ``what`` a model calls them: one of ``NAMED`` for all, or for each."""
    kinds[index] = what
    starts, ends = words.starts, words.ends
    spans.extend((starts[at], ends[at], _CALLED[int(kinds[at])], _SCORE, reason) for at in index.tolist())
