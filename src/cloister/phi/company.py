"""Whether anything else identifies somebody near a word: what stands by itself takes more to be believed.

A text that says nothing of anybody is asked the same questions as a letter full of names; where the rules have found
something, the next doubtful word is far more often a name or a house as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from cloister.phi.wording import Words

    Flags = NDArray[np.bool_]

_NEAR = 60  # words on either side that are looked at


def alone(words: Words, index: NDArray[np.intp], taken: Flags) -> Flags:
    """Of the words at ``index`` which have nothing near that was found, ``taken`` words among it, in their text."""
    text = np.searchsorted(words.text_ends, words.start[index])
    heads = words.text_heads
    low = np.maximum(index - _NEAR, np.where(text > 0, heads[text - 1], 0))
    high = np.minimum(index + _NEAR, heads[text])  # the word after the last
    before = np.cumsum(taken, dtype=np.int32)
    free = before[high - 1] == before[low] - taken[low]
    places: Any = np.searchsorted(words.covered, words.since[low])
    found: Flags = free & (np.searchsorted(words.covered, words.stop[high - 1]) == places)
    return found
