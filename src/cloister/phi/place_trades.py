"""Houses of all trades by their last or first word, and what goes on after a house's name: "Palmetto Genomics", "VNA of the Pines"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.departments import KINDS, among, department
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
    SURE_TRADES,
)
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.word_table import Pairs
from cloister.phi.wording import some

if TYPE_CHECKING:
    from cloister.phi.finding import Span

_REASON = "house by its trade"
_SCORE = 0.8
_LEGAL = ("llc", "inc", "pllc", "plc", "llp", "ltd", "lp", "corp", "incorporated")
_JOINS = ("of", "at", "by", "for", "on")
_NUMBER = re.compile(
    r"(?: No\.?)? #?\d{1,4}(?![\d%/:-]|\.\d)(?! ?(?:mg|mL|ml|units?|tabs?|hrs?|hours|days|weeks|min|am|pm|AM|PM)\b)"
)
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
        if some(words.spelled(*RESIDENCES)):
            self.residences()
        if some(words.spelled(*FIRSTS, "aging", *SERVED)):
            self.compounds()
        self.pairs()
        self.heads()
        self.fields()
        self.joins()

    def residences(self) -> None:
        """ "The Laurels at Quail Hollow", "Arbors at Sweet Creek"."""
        words, space = self.words, self.rules.space
        index = words.spelled("at", "of", "on")[1:-1].nonzero()[0] + 1
        index = index[words.spelled(*RESIDENCES)[index - 1]]
        kept = space[index] & space[index - 1] & self.rules.capital[index - 1] & self.rules.capital[index + 1]
        for at in index[kept & ~words.capital[index]].tolist():
            if not (self._shut(at + 1) or self._heading(at + 1) or words.has("nowhere")[at + 1]):
                self._take(self._first(at - 1), self._reach(at + 1))

    def ends(self) -> None:
        """ "Clallam Paratransit", "Bixby's Corner Apothecary", "Hollow Creek Speedway"."""
        words = self.words
        index = words.has("trade")[1:].nonzero()[0] + 1
        before, after = index - 1, np.minimum(index + 1, self.top)
        small = words.line_in_small[index]
        kept = (words.capital[index] | small) & self.rules.capital[before]
        kept &= words.gap_is(" ", "-", " & ", "'s ", "' ")[before] & ~words.gap_is(": ", ":", ":  ")[index]
        kept &= ~(words.gap_is(" ", " & ")[index] & (words.has("organisation", "trade") & self.rules.capital)[after])
        kept &= ~(words.gap_is(" ", "-")[index] & words.has("head")[after])
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
        own = any(self._own(int(words.flag[at])) for at in telling)
        shouted = bool(words.line_in_capitals[last])
        begins = self._begins(first)
        if words.word(last).lower() == "high":
            return own and self._led(first)
        if self.keys[last] in _SURE_KEYS:
            flags = [int(words.flag[at]) for at in range(first, last)]
            named = any(flag & (lexicon.NAME | lexicon.PLACE) and not flag & lexicon.COMMON for flag in flags)
            return bool(telling or named) and (own or not shouted or begins)
        if words.line_in_small[last] or (shouted and not (words.newline[last] and words.newline_before[first])):
            return False
        if self._goes(last):
            return False  # "Hollister Skin Barrier"
        surname = last - first == 1 and int(words.flag[last]) & lexicon.NAME and int(words.flag[first]) & lexicon.FIRST
        if surname and not words.possessive[first]:
            return False
        plain = self.keys[last] in _OWN_KEYS or len(telling) < 2
        strange = any(int(words.flag[at]) & UNKNOWN for at in telling) and last - first > 1
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
        second = np.zeros(len(words), np.bool_)
        second[_compounds().first(words.key, (words.spelled(*FIRSTS) & space)[:-1].nonzero()[0]) + 1] = True
        served = words.spelled("aging", *SERVED)
        index = (self.rules.capital & (second | served) & ~words.line_in_small)[3:].nonzero()[0] + 3
        for last in index.tolist():
            head = last - 1
            if not second[last]:
                joint = "on" if self.keys[last] in _AGING_KEYS else "for"
                head = last - 2
                if words.word(head + 1) != joint or not (space[head] and space[head + 1] and self.capital[head]):
                    continue
            first = self._first(head)
            telling = self._telling(first, head)
            if telling and not self._person(first, last) and (second[last] or self._begins(first)):
                self._take(first, last)

    def pairs(self) -> None:
        """ "Yuma Limb & Brace", "Piedmont Spine & Interventional Pain": a town or a strange word, and two fields."""
        words = self.words
        index = (words.gap_is(" & ") & self.rules.capital)[:-1].nonzero()[0]
        index = index[self.rules.capital[index + 1] & self.rules.goes[index - 1] & ~words.line_in_capitals[index]]
        for at in index.tolist():
            first = self._first(at)
            if first < at and self._own(int(words.flag[first])) and self._begins(first) and not self._shut(at + 1):
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
        kept = self.rules.capital[index + 1] & ~words.line_in_capitals[index]
        kept &= words.gap_is(" ", ": ", ":", ":  ", " - ", " (", "=", "/ ")[index]
        for at in index[kept].tolist():
            first = at + 1
            if self._shut(first) or self._heading(first) or (words.caps[at] and words.caps[first]):
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
        flags = [int(words.flag[at]) for at in range(first, last + 1)]
        telling = self._telling(first, last + 1)
        if first == last:
            own = flags[0] & (UNKNOWN | lexicon.PLACE) and not flags[0] & (lexicon.WORD | lexicon.EPONYM | lexicon.NAME)
            return bool(told and own and telling and words.size[first] > 3 and not words.caps[first])
        if self.keys[last] in _FUNCTION_KEYS or department(words, first, last):
            return False
        person = flags[0] & lexicon.FIRST and flags[1] & (lexicon.LAST | UNKNOWN) and last - first == 1
        if person and not flags[1] & lexicon.COMMON:
            return False
        own_words = [at for at in telling if self._own(int(words.flag[at]))]
        if sure and last in telling:
            return True  # "Vendor: Mobility Barn"
        return len(telling) > 1 or bool(own_words and not words.caps[last])

    def joins(self) -> None:
        """What goes on after a house that was found: "of the Pines", "at Quail Hollow", "#206", ", LLC", a number."""
        words, spans, begun = self.words, self.rules.spans, self.rules.begun
        found = [at for at, span in enumerate(spans[begun:], begun) if span[2] == "organisation"]
        if not found:
            return
        end = np.array([spans[at][1] for at in found], dtype=words.start.dtype)
        last = np.searchsorted(words.start, end) - 1
        after, top = np.minimum(last + 1, self.top), self.top
        second = np.minimum(after + 1, top)
        third = np.minimum(after + 2, top)
        whole = (words.end[last] == end) | (words.end[last] + 2 == end) & words.possessive[last]
        space, the = self.rules.space, words.spelled("the")
        capital = self.rules.capital
        joint = space[last] & words.spelled(*_JOINS)[after] & space[after] & ~words.capital[after]
        article = the[second] & ~words.capital[second] & space[second]
        place = np.where(article, third, second)
        joint &= capital[place] & ~words.line_in_small[place]
        joint &= words.spelled("of", "at")[after] | article | words.spelled(*SERVED)[second]
        house = words.has("organisation", "trade")[last] | (words.raw[words.end[last] - 1] == 115)
        joint &= house | ~words.spelled("at")[after]  # "Jane Roe at Lakeside"
        legal = words.gap_is(", ", " ")[last] & words.spelled(*_LEGAL)[after] & words.capital[after]
        owned = words.gap_is("' ")[last] & capital[after]
        raw = words.raw
        number = (raw[end] == 32) & ((raw[end + 1] == 35) | words.spelled(*NUMBERED)[last] & words.digit[last])
        for at in (whole & joint).nonzero()[0].tolist():
            self._of_a_place(spans[found[at]], int(place[at]))
        self._of_before(found)
        for at in (whole & number).nonzero()[0].tolist():
            if match := (
                _STORE.match(words.text, spans[found[at]][1]) or _NUMBER.match(words.text, spans[found[at]][1])
            ):
                self._go_on(spans[found[at]], match.end())
        for at in (whole & (legal | owned)).nonzero()[0].tolist():
            self._go_on(spans[found[at]], words.ends[self._reach(int(after[at]))])

    def _of_a_place(self, span: Span, place: int) -> None:
        """ "VNA [of the Berkshires]", "The Laurels [at Quail Hollow]"; a person at a house is none."""
        words, first = self.words, int(np.searchsorted(self.words.start, span[0]))
        if self._shut(place) or self._heading(place) or words.has("nowhere")[place] or self._named_like(first, place):
            return
        stop = self._reach(place)
        if not department(words, first, stop):
            self._go_on(span, words.ends[stop])

    def _of_before(self, found: list[int]) -> None:
        """The "City of" of "City of Larkspur Transit", the "Valley of the" of "Valley of the Elk Unified"."""
        words, spans, space = self.words, self.rules.spans, self.rules.space
        start = np.array([spans[at][0] for at in found], dtype=words.start.dtype)
        first = np.searchsorted(words.start, start)
        the = words.spelled("the")[first - 1] & space[first - 1]
        joint = np.maximum(first - 1 - the, 1)
        head = joint - 1
        kept = words.spelled("of")[joint] & space[joint] & space[head] & ~words.capital[joint] & (first > 2)
        kept &= self.rules.capital[head] & ~words.line_in_small[head]
        kept &= words.spelled(*OF)[head] | the & words.spelled(*OF_THE)[head]
        for at in kept.nonzero()[0].tolist():
            begin, span = self._first(int(head[at])), spans[found[at]]
            spans.append((words.starts[begin], span[1], "organisation", span[3], "house whose name goes on"))

    def _named_like(self, first: int, place: int) -> bool:
        """A given name begins the words that were found: "Jane Roe at Lakeside"."""
        flag = int(self.words.flag[first])
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
