"""What goes on after or before a house that was found, and towns beside one: "VNA of the Pines", "Labcorp #206", "our Sequim office"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon, places
from cloister.phi.departments import department
from cloister.phi.place_leads import CLINICAL
from cloister.phi.place_whole import Whole
from cloister.phi.trades import NUMBERED, OF, OF_THE, SERVED, SITES
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import STATES

if TYPE_CHECKING:
    from cloister.phi.finding import Span

_JOINS = ("of", "at", "by", "for", "on")
_LEGAL = ("llc", "inc", "pllc", "plc", "llp", "ltd", "lp", "corp", "incorporated")
_NUMBER = re.compile(
    r"(?: No\.?)? #?\d{1,4}(?![\d%/:-]|\.\d)(?! ?(?:mg|mL|ml|units?|tabs?|hrs?|hours|days|weeks|min|am|pm|AM|PM)\b)"
)
_STORE = re.compile(r" #\d{1,5}\b")
_SPACE, _COMMA, _QUOTE = b" ,'"
_LED, _GOES = (np.frombuffer(chars, np.uint8) for chars in (b"fe", b"oabf#0123456789LIP"))


class Joins(Whole):
    """What stands beside the houses of a batch that were found."""

    def run(self) -> None:
        self.sites()
        self.joins()

    def sites(self) -> None:
        """ "at our Sequim office", "the Ballard campus"."""
        words = self.words
        index = words.spelled(*SITES)[2:].nonzero()[0] + 2
        index = index[self.rules.capital[index - 1] & ~words.capital[index] & self.rules.space[index - 1]]
        flag = words.flag[index - 1]
        town = (flag & (UNKNOWN | lexicon.PLACE) != 0) & (flag & (lexicon.COMMON | CLINICAL) == 0)
        for at in index[town & ~words.caps[index - 1]].tolist():
            first = at - 1
            while first and at - first < 3 and self.goes[first - 1] and not self._shut(first - 1):
                first -= 1
            if (
                first
                and words.word(first - 1).lower() in {"our", "the", "their", "your"}
                and words.gap(first - 1) == " "
            ):
                self.rules.spans.append(
                    (words.starts[first], words.ends[at - 1], "city", 0.6, "site that a town tells")
                )

    def joins(self) -> None:
        """What goes on after a house that was found: "of the Pines", "at Quail Hollow", "#206", ", LLC", a number."""
        words, spans, top = self.words, self.rules.spans, self.top
        begun = self.rules.begun
        if begun == len(spans):
            return
        new = spans[begun:]
        start, end = (np.fromiter(map(itemgetter(side), new), words.start.dtype, len(new)) for side in (0, 1))
        raw = words.raw
        # "f" and "e" end "of" and "the"; these begin what may go on after a space: "of", "at", "by", "for", "#", a number
        led = ((raw[start - 1] == _SPACE) & np.isin(raw[start - 2], _LED)).nonzero()[0]
        goes = (raw[end] == _SPACE) & np.isin(raw[end + 1], _GOES) | (raw[end] == _QUOTE)
        goes = (goes | (raw[end] == _COMMA) & (raw[end + 2] - np.uint8(65) < 26)).nonzero()[0]
        told = [new[at] for at in led.tolist()]
        found = [span for at in goes.tolist() if (span := new[at])[2] == "organisation"]
        self._of_before([span for span in told if span[2] == "organisation"])
        if not found:
            return
        end = np.array([span[1] for span in found], dtype=words.start.dtype)
        last = np.searchsorted(words.start, end) - 1
        after, second, third = (np.minimum(last + step, top) for step in (1, 2, 3))
        whole = (words.end[last] == end) | (words.end[last] + 2 == end) & words.possessive[last]
        capital, big = self.rules.capital, words.capital
        comma, space = raw[end] == _COMMA, raw[end] == _SPACE
        legal = (comma | space) & big[after] & words.spelled(*_LEGAL)[after] & (words.start[after] - end < 3)
        owned = (raw[end] == _QUOTE) & (words.start[after] == end + 2) & capital[after]
        for at in (whole & (legal | owned)).nonzero()[0].tolist():
            self._go_on(found[at], words.ends[self._reach(int(after[at]))])
        town = (
            (words.flag[after] & (lexicon.PLACE | UNKNOWN) != 0)
            | words.has("affix")[after]
            | words.has("affix")[second]
        )
        town &= comma & whole & capital[after] & (words.start[after] == end + 2) & ~words.caps[after]
        for at in town.nonzero()[0].tolist():
            self._town_after(int(after[at]))
        whole &= space
        number = (raw[end + 1] == 35) | (raw[end + 1] - 48 < 10) & words.spelled(*NUMBERED)[last]
        for at in (whole & number).nonzero()[0].tolist():
            if match := _STORE.match(words.text, found[at][1]) or _NUMBER.match(words.text, found[at][1]):
                self._go_on(found[at], match.end())
        joint = whole & self.rules.space[after] & ~big[after] & words.spelled(*_JOINS)[after]
        article = words.spelled("the")[second] & ~big[second] & self.rules.space[second]
        place = np.where(article, third, second)
        joint &= capital[place] & (words.spelled("of", "at")[after] | article | words.spelled(*SERVED)[second])
        house = words.has("organisation", "trade")[last] | (raw[words.end[last] - 1] == 115)
        joint &= (house | ~words.spelled("at")[after]) & ~words.line_in_small[place]  # "Jane Roe at Lakeside"
        for at in joint.nonzero()[0].tolist():
            self._of_a_place(found[at], int(place[at]))

    def _town_after(self, first: int) -> None:
        """ "Wee Otters, West Fargo", "Saltgrass Specialty Rx, Lenexa KS"."""
        words, last = self.words, self.rules.last[first]
        if last > first and words.has("code")[last] and words.caps[last]:
            last -= 1
        start, end = words.starts[first], words.ends[last]
        if words.text[start:end].lower() in STATES:
            return
        if words.text[end : end + 1] in ".,;)\n" or (
            last < self.top and words.has("code")[last + 1] and words.caps[last + 1]
        ):
            places.city_of_address(start, words.text[start:end], self.rules.spans, self.rules.table)

    def _of_a_place(self, span: Span, place: int) -> None:
        """ "VNA [of the Berkshires]", "The Laurels [at Quail Hollow]"; a person at a house is none."""
        words, first = self.words, bisect_left(self.words.starts, span[0])
        if self._shut(place) or self._heading(place) or words.has("nowhere")[place] or self._named_like(first, place):
            return
        stop = self._reach(place)
        if not department(words, first, stop):
            self._go_on(span, words.ends[stop])

    def _of_before(self, found: list[Span]) -> None:
        """The "City of" of "City of Larkspur Transit", the "Valley of the" of "Valley of the Elk Unified"."""
        words, spans, space = self.words, self.rules.spans, self.rules.space
        first = np.searchsorted(words.start, np.array([span[0] for span in found], dtype=words.start.dtype))
        the = words.spelled("the")[first - 1] & space[first - 1]
        joint = np.maximum(first - 1 - the, 1)
        head = joint - 1
        kept = words.spelled("of")[joint] & space[joint] & space[head] & ~words.capital[joint] & (first > 2)
        kept &= self.rules.capital[head] & ~words.line_in_small[head]
        kept &= words.spelled(*OF)[head] | the & words.spelled(*OF_THE)[head]
        for at in kept.nonzero()[0].tolist():
            begin, span = self._first(int(head[at])), found[at]
            spans.append((words.starts[begin], span[1], "organisation", span[3], "house whose name goes on"))

    def _named_like(self, first: int, place: int) -> bool:
        """A given name begins the words that were found: "Jane Roe at Lakeside"."""
        flag = self.words.flags[first]
        return bool(flag & lexicon.FIRST and not flag & (lexicon.COMMON | lexicon.PLACE)) and place - first < 5

    def _go_on(self, span: Span, end: int) -> None:
        self.rules.spans.append((span[0], end, "organisation", span[3], "house whose name goes on"))
