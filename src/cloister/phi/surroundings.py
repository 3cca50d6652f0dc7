"""What is nobody by its surroundings: a country after "in", the words of a journal before a year and a volume."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloister.phi.wording import Flags, Words

_TRAVELS = (
    "travel", "travels", "traveled", "travelled", "traveling", "trip", "trips", "moved", "moves", "emigrated", "immigrated", "immigrant", "immigrants", "refugee", "refugees",
    "returned", "returning", "return", "flew", "native", "visit", "visits", "back", "came", "comes", "originally", "relocated", "deployed", "adopted", "arrived", "born", "endemic",
)  # fmt: skip
_PARTS = ("in", "across", "throughout", "within", "visited", "south", "north", "west", "east", "central", "southeast")
_LONGEST = 8  # words of a journal's name
_SPACE, _SEMICOLON, _ONE, _TWO = 32, 59, 49, 50
_YEAR = 5  # a space and four figures


def cited(words: Words) -> Flags:
    """The capitalised words right before a year, a semicolon and a volume: "Ann Intern Med 2018;168:569"."""
    raw = words.raw
    volume = (raw == _SEMICOLON).nonzero()[0]
    volume = volume[volume > _YEAR]
    century = raw[volume - _YEAR + 1]
    volume = volume[(raw[volume - _YEAR] == _SPACE) & ((century == _ONE) | (century == _TWO))]
    last = np.minimum(np.searchsorted(words.end, volume - _YEAR), len(words) - 1)
    last = last[(words.end[last] == volume - _YEAR) & words.capital[last]]
    if not len(last):
        return words.nowhere
    out = np.zeros(len(words), np.bool_)
    joined = words.gap_is(" ") & words.capital
    for index in last.tolist():
        first = index
        while first and index - first < _LONGEST and joined[first - 1]:
            first -= 1
        out[first : index + 1] = True
    return out


def lands(words: Words, names: Flags) -> Flags:
    """Countries that are also given names, where they are countries: "born in India", "South Korea", "Ghana and Nigeria"."""
    if not words.any_in("nation"):
        return words.nowhere
    nation, space, top = words.has("nation") & words.capital, words.gap_is(" "), len(words) - 1
    index = (nation & names).nonzero()[0]
    if not len(index):
        return words.nowhere
    before, lead = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    travelled = ~words.has("given")[index] | words.spelled(*_TRAVELS)[lead] & space[lead]
    led = words.spelled(*_PARTS)[before] | words.spelled("to", "from", "of")[before] & travelled
    listed = words.gap_is(", ")[index] & nation[np.minimum(index + 1, top)]
    out = np.zeros(len(words), np.bool_)
    out[index[led & space[before] | listed]] = True
    joins, comma = words.spelled("and", "or") & space, words.gap_is(", ", "/")
    for _ in range(3):
        known = out | nation & ~names
        out[index[known[before] & comma[before] | joins[before] & known[lead]]] = True
    return out
