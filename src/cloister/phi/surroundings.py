"""What is nobody by its surroundings: a country after "in", a journal before a year and a volume, a sign after "positive"."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from cloister.phi.wording import Flags, Words

_TRAVELS = (
    "travel", "travels", "traveled", "travelled", "traveling", "trip", "trips", "moved", "moves", "emigrated", "immigrated", "immigrant", "immigrants", "refugee", "refugees",
    "returned", "returning", "return", "flew", "native", "visit", "visits", "back", "came", "comes", "originally", "relocated", "deployed", "adopted", "arrived", "born", "endemic",
)  # fmt: skip
_PARTS = ("in", "across", "throughout", "within", "visited", "south", "north", "west", "east", "central", "southeast")
_LONGEST = 8  # words of a journal's name
_SPACE, _SLASH, _COLON, _SEMICOLON, _ONE, _TWO = 32, 47, 58, 59, 49, 50
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


_RESULTS = ("positive", "negative", "pos", "neg", "equivocal", "modified")
_GAUGES = ("ga", "gauge", "fr", "french", "mm", "cm", "inch")
_GOES_ON = ("if", "for", "is", "was", "and", "or", "vs", "instead", "when", "with", "in", "then", "again")
_WHERE = ("at", "to", "from", "in", "into", "near", "by", "of", "like", "likes", "toured", "via")  # a house may follow
_QUOTE = 34


def called_after(words: Words, index: Any, eponym: Flags) -> Any:
    """Which words stand where a sign or a device does: "negative Patrick", "20g Huber", "Norwood, Glenn, Fontan"."""
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, max(len(words) - 1, 0))
    spaced = words.gap_is(" ")[before] & (index > 0)
    found = spaced & ~words.capital[before] & words.spelled(*_RESULTS)[before]
    size = words.byte_before[before]
    counted, glued = words.digit_before[before], (size > _SLASH) & (size < _COLON)
    found |= spaced & (words.spelled(*_GAUGES)[before] & counted | words.spelled("g")[before] & glued)
    start = words.start[index]
    found |= (words.raw[start - 2] == _QUOTE) & words.digit_before[index] & (words.byte_before[index] == _SPACE)
    # "then the Salazar if obese"; "the Salazar baby" is somebody's.
    ends = words.mark[index] | words.newline[index] | words.gap_is(" ")[index] & words.spelled(*_GOES_ON)[after]
    comma, choice = words.gap_is(", "), words.spelled("or", "vs", "versus") & words.gap_is(" ")
    lead = np.maximum(index - 2, 0)
    found |= spaced & words.spelled("the")[before] & ends & ~words.spelled(*_WHERE)[lead]
    next_ = np.minimum(index + 2, max(len(words) - 1, 0))
    last = np.minimum(index + 3, max(len(words) - 1, 0))
    versus = words.spelled("vs", "versus")
    found |= spaced & versus[before] | words.gap_is(" ")[index] & versus[after]
    found |= choice[before] & eponym[lead] & comma[lead]  # "Ranson, BISAP, or Atlanta"
    found |= comma[index] & eponym[after] & choice[next_] & eponym[last]
    return found | eponym[before] & comma[before] & comma[index] & eponym[after]
