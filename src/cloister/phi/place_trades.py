"""Houses of all trades by their last or first word, and what goes on after a house's name: "Palmetto Genomics", "VNA of the Pines"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon, places
from cloister.phi.departments import KINDS, among, department
from cloister.phi.place_leads import CLINICAL
from cloister.phi.place_whole import Whole
from cloister.phi.place_words import FUNCTIONS, TOPICS
from cloister.phi.trades import (
    COMPOUNDS,
    FIELDS,
    FIRSTS,
    HEADS,
    NUMBERED,
    OF,
    OF_THE,
    OWN,
    PLAIN,
    RESIDENCES,
    SERVED,
    SITES,
    SURE_TRADES,
)
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import STATES
from cloister.phi.word_table import Pairs

if TYPE_CHECKING:
    from cloister.phi.finding import Span

_REASON = "house by its trade"
_SCORE = 0.8
_LEGAL = ("llc", "inc", "pllc", "plc", "llp", "ltd", "lp", "corp", "incorporated")
_JOINS = ("of", "at", "by", "for", "on")
_NUMBER = re.compile(
    r"(?: No\.?)? #?\d{1,4}(?![\d%/:-]|\.\d)(?! ?(?:mg|mL|ml|units?|tabs?|hrs?|hours|days|weeks|min|am|pm|AM|PM)\b)"
)
_SPACE, _COMMA, _QUOTE, _COLON = b" ,':"
_LED, _GOES = (np.frombuffer(chars, np.uint8) for chars in (b"fe", b"oabf#0123456789LIP"))
_GAPS = frozenset((" ", ": ", ":", ":  ", " - ", " (", "=", "/ "))
_STORE = re.compile(r" #\d{1,5}\b")
_OPENS = frozenset("([,;:./|@>-*+\x7f")
_SHUTS = frozenset(")](,;:./|-*")
_PLAIN_KEYS = among(*PLAIN, *TOPICS, *FUNCTIONS)
_AGING_KEYS = among("aging")
_SURE_KEYS, _OWN_KEYS = among(*SURE_TRADES), among(*OWN)


@cache
def _compounds() -> Pairs:
    return Pairs(name.split() for name in COMPOUNDS)


class Trades(Whole):
    """Runs of capitalised words that end or begin with what a trade is called by."""

    def run(self) -> None:
        words = self.words
        if words.any_in("trade"):
            self.ends()
        self.residences()
        self.compounds()
        self.pairs()
        self.heads()
        self.fields()
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

    def residences(self) -> None:
        """ "The Laurels at Quail Hollow", "Arbors at Sweet Creek"."""
        words, space = self.words, self.rules.space
        index = words.spelled(*RESIDENCES)[:-2].nonzero()[0] + 1
        index = index[words.spelled("at", "of", "on")[index]]
        kept = space[index] & space[index - 1] & self.rules.capital[index - 1] & self.rules.capital[index + 1]
        for at in index[kept & ~words.capital[index]].tolist():
            if not (self._shut(at + 1) or self._heading(at + 1) or words.has("nowhere")[at + 1]):
                self._take(self._first(at - 1), self._reach(at + 1))

    def ends(self) -> None:
        """ "Clallam Paratransit", "Bixby's Corner Apothecary", "Hollow Creek Speedway"."""
        words = self.words
        index = words.has("trade")[1:].nonzero()[0] + 1
        index = index[(words.capital[index] | words.line_in_small[index]) & self.rules.capital[index - 1]]
        before, after = index - 1, np.minimum(index + 1, self.top)
        joined, ampersand = self.rules.joined, words.gap_is(" & ")
        owned = (words.raw[words.end[before]] == _QUOTE) & ~words.newline[before]
        inside = joined[index] | ampersand[index]
        more = self.rules.capital[after] & words.has("organisation", "trade")[after] | words.has("head")[after]
        kept = (joined[before] | ampersand[before] | owned) & ~(inside & more) & (words.raw[words.end[index]] != _COLON)
        alone = words.has("nowhere", "stop", "title", "month", "relation", "credential")[before]
        kept &= ~alone | self.rules.goes[before - 1]
        for last in index[kept].tolist():
            first = self._first(last if words.capital[last] else last - 1)
            while first < last and self.keys[first] in _FIELD_KEYS:
                first += 1  # "School  Rio Norte Elem."
            person = self._person(first, last) or words.size[first] == 1
            if first < last and not person and self._is_house(first, last):
                self._take(first, last)

    def _is_house(self, first: int, last: int) -> bool:
        """Whether the run that ends with a trade is a house's own name."""
        words = self.words
        telling = self._telling(first, last)
        own = any(self._own(words.flags[at]) for at in telling)
        shouted = bool(words.line_in_capitals[last])
        begins = self._begins(first)
        if words.word(last).lower() == "high":
            return own and self._led(first)
        if self.keys[last] in _SURE_KEYS:
            flags = [words.flags[at] for at in range(first, last)]
            named = any(flag & (lexicon.NAME | lexicon.PLACE) and not flag & lexicon.COMMON for flag in flags)
            return bool(telling or named) and (own or not shouted or begins)
        if words.line_in_small[last] or (shouted and not (words.newline[last] and words.newline_before[first])):
            return False
        if self._goes(last):
            return False  # "Hollister Skin Barrier"
        surname = last - first == 1 and words.flags[last] & lexicon.NAME and words.flags[first] & lexicon.FIRST
        if surname and not words.possessive[first]:
            return False
        plain = self.keys[last] in _OWN_KEYS or len(telling) < 2
        strange = any(words.flags[at] & UNKNOWN for at in telling) and last - first > 1
        return (begins and (own or (not plain and self._ends(last)))) or strange

    def _telling(self, first: int, last: int) -> list[int]:
        """The words before the last that are no word of medicine, of an office or of everyday use before a trade."""
        nowhere = self.words.has("nowhere")
        return [
            at
            for at in range(first, last)
            if not nowhere[at] and self.keys[at] not in _PLAIN_KEYS and not self._clinical(at)
        ]

    def _begins(self, first: int) -> bool:
        """The run stands at the head of a line, after a mark, or after what leads to a house."""
        words = self.words
        if words.newline_before[first] or self._led(first):
            return True
        return words.gap(first - 1).strip(" \t")[-1:] in _OPENS or self.keys[first - 1] in _BEGIN_KEYS

    def _ends(self, last: int) -> bool:
        """A mark or a line's end follows."""
        return bool(self.words.newline[last]) or self.words.gap(last).strip(" \t")[:1] in _SHUTS

    def compounds(self) -> None:
        """ "Mid-Pacific Organ Bank", "Larkspur Early Steps", "Tri-Valley Council on Aging", "Dentistry for Kids"."""
        words, space = self.words, self.rules.space
        first = words.spelled(*FIRSTS)[:-1].nonzero()[0]
        second = _compounds().first(words.key, first[space[first]]) + 1
        served = words.spelled("aging", *SERVED).nonzero()[0]
        index = np.concatenate([second, served])
        told = (np.arange(len(index)) < len(second)) & (index > 2)
        kept = self.rules.capital[index] & ~words.line_in_small[index] & (index > 2)
        for last, both in zip(index[kept].tolist(), told[kept].tolist(), strict=True):
            head = last - 1
            if not both:
                joint = "on" if self.keys[last] in _AGING_KEYS else "for"
                head = last - 2
                if words.word(head + 1) != joint or not (space[head] and space[head + 1] and self.capital[head]):
                    continue
            begin = self._first(head)
            telling = self._telling(begin, head) or (self.keys[last] in _AGING_KEYS and begin < head)
            if telling and not self._person(begin, last) and (both or self._begins(begin)):
                self._take(begin, last)

    def pairs(self) -> None:
        """ "Yuma Limb & Brace", "Piedmont Spine & Interventional Pain": a town or a strange word, and two fields."""
        words = self.words
        index = (words.gap_is(" & ") & self.rules.capital)[:-1].nonzero()[0]
        index = index[self.rules.capital[index + 1] & self.rules.goes[index - 1] & ~words.line_in_capitals[index]]
        for at in index.tolist():
            first = self._first(at)
            if first < at and self._own(words.flags[first]) and self._begins(first) and not self._shut(at + 1):
                last = self._reach(at + 1)
                if not self._person(first, last) and not words.has("head")[last] and not words.has("nowhere")[first]:
                    self._take(first, last)

    def heads(self) -> None:
        """ "Iglesia Betania", "Farmacia Santa Rosa", "Masjid Al-Noor"."""
        words = self.words
        index = words.spelled(*HEADS).nonzero()[0]
        kept = self.rules.goes[index] & ~words.line_in_capitals[index]
        for first in index[kept].tolist():
            if not self._shut(first + 1) and not words.has("head", "nowhere")[first + 1]:
                self._take(first, self._reach(first + 1))

    def fields(self) -> None:
        """ "vendor Mobility Barn", "Fill: Correct Script", "pantry: Harvest Table"."""
        words = self.words
        index = words.spelled(*FIELDS)[:-1].nonzero()[0]
        index = index[self.rules.capital[index + 1] & ~words.line_in_capitals[index]]
        index = index[~words.has("title", "month", "relation")[index + 1]]
        for at in index.tolist():
            first = at + 1
            if (
                words.gap(at) not in _GAPS
                or self._shut(first)
                or self._heading(first)
                or (words.caps[at] and words.caps[first])
            ):
                continue
            last = first
            while last - first < 4 and self._goes(last) and not self._shut(last + 1) and not self._heading(last + 1):
                last += 1
            sure = self.keys[at] in _SURE_FIELD_KEYS
            if self._fills(first, last, told=sure or words.gap(at) != " ", sure=sure):
                self._take(first, last)

    def _fills(self, first: int, last: int, *, told: bool, sure: bool) -> bool:
        """Whether a run after a field's word is a house: no department, no person, no thing."""
        words = self.words
        flags = [words.flags[at] for at in range(first, last + 1)]
        telling = self._telling(first, last + 1)
        if first == last:
            own = flags[0] & (UNKNOWN | lexicon.PLACE) and not flags[0] & (lexicon.WORD | lexicon.EPONYM | lexicon.NAME)
            return bool(told and own and telling and words.size[first] > 3 and not words.caps[first])
        if self.keys[last] in _FUNCTION_KEYS or department(words, first, last):
            return False
        person = flags[0] & lexicon.FIRST and flags[1] & (lexicon.LAST | UNKNOWN) and last - first == 1
        if person and not flags[1] & lexicon.COMMON:
            return False
        own_words = [at for at in telling if self._own(words.flags[at])]
        if sure and last in telling:
            return True  # "Vendor: Mobility Barn"
        return len(telling) > 1 or bool(own_words and not words.caps[last])

    def joins(self) -> None:
        """What goes on after a house that was found: "of the Pines", "at Quail Hollow", "#206", ", LLC", a number."""
        words, spans, top = self.words, self.rules.spans, self.top
        begun = self.rules.begun
        if begun == len(spans):
            return
        start, end = (
            np.fromiter(map(itemgetter(side), islice(spans, begun, None)), words.start.dtype, len(spans) - begun)
            for side in (0, 1)
        )
        raw = words.raw
        # "f" and "e" end "of" and "the"; these begin what may go on after a space: "of", "at", "by", "for", "#", a number
        led = ((raw[start - 1] == _SPACE) & np.isin(raw[start - 2], _LED)).nonzero()[0]
        goes = (raw[end] == _SPACE) & np.isin(raw[end + 1], _GOES) | (raw[end] == _QUOTE)
        goes = (goes | (raw[end] == _COMMA) & (raw[end + 2] - np.uint8(65) < 26)).nonzero()[0]
        told = [spans[begun + at] for at in led.tolist()]
        found = [span for at in goes.tolist() if (span := spans[begun + at])[2] == "organisation"]
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

    def _take(self, first: int, last: int) -> None:
        words = self.words
        if self.keys[last] in _KIND_KEYS and department(words, first, last):
            return
        start, end = words.starts[first], words.ends[last] + 2 * int(words.possessive[last])
        if words.text[start - 4 : start] in {"The ", "the "} and words.text[start - 4] == "T":
            start -= 4
        self.rules.spans.append((start, end, "organisation", _SCORE, _REASON))


_FUNCTION_KEYS, _KIND_KEYS, _FIELD_KEYS = among(*FUNCTIONS), among(*KINDS), among(*FIELDS)
_BEGIN_KEYS = among(
    *FIELDS,
    "call",
    "called",
    "contact",
    "per",
    "w",
    "and",
    "or",
    "see",
    "cc",
    "emailed",
    "paged",
    "phoned",
    "near",
    "the",
    "our",
    "their",
)
_SURE_FIELD_KEYS = among(
    "vendor",
    "vendors",
    "supplier",
    "pantry",
    "lodging",
    "carrier",
    "insurer",
    "lender",
    "behind",
    "landlord",
    "tpa",
    "pbm",
    "opo",
    "lea",
)
