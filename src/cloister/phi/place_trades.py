"""Houses of all trades by their last or first word, and what goes on after a house's name: "Palmetto Genomics", "VNA of the Pines"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.departments import KINDS, among, department
from cloister.phi.place_joins import Joins
from cloister.phi.place_whole import Whole
from cloister.phi.place_words import FUNCTIONS, TOPICS
from cloister.phi.trades import (
    COMPOUNDS,
    FIELDS,
    FIRSTS,
    HEADS,
    OWN,
    PLAIN,
    RESIDENCES,
    SERVED,
    SURE_TRADES,
)
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.word_table import Pairs

if TYPE_CHECKING:
    pass

_REASON = "house by its trade"
_SCORE = 0.8
_QUOTE, _COLON = b"':"
_GAPS = frozenset((" ", ": ", ":", ":  ", " - ", " (", "=", "/ "))
_OPENS = frozenset("([,;:./|@>-*+\x7f")
_SHUTS = frozenset(")](,;:./|-*")
_PLAIN_KEYS = among(*PLAIN, *TOPICS, *FUNCTIONS)
# Before a kind of house these name none of its own: "at a nearby pharmacy", "from the nearest hospital".
_VAGUE_KEYS = among(
    "nearby", "nearest", "closest", "different", "preferred", "usual", "regular", "previous", "prior", "current", "retail", "rural", "urban", "busy", "large", "larger", "grocery", "chain", "discount", "corner", "local", "former", "original", "referring", "accepting", "receiving", "outlying", "neighboring",
    "big", "small", "own", "only", "main", "nice", "good", "bad", "cheap", "cheaper", "online", "overseas", "foreign", "religious", "catholic", "christian", "elementary", "middle", "high", "grade", "trade", "law", "beauty", "nursing", "medical", "pre", "boarding", "charter", "magnet", "summer", "graduate", "business",
    "fast", "fast-food", "junk", "spicy", "fried", "canned", "frozen", "solid", "soft", "pureed", "baby", "finger", "cat", "dog", "pet", "health", "life", "car", "auto", "home", "truck", "rental", "court", "jury", "desk", "day", "night", "shift", "swing", "temp", "part", "full", "time", "independent", "assisted", "long", "short", "skilled", "physical", "speech", "group", "family", "primary", "urgent", "acute",
    "meat", "packing", "beef", "pork", "chicken", "egg", "fish", "flour", "nuclear", "chemical", "assembly", "battery", "bottling", "textile", "furniture", "shoe", "clothing", "candy", "cheese", "tree", "bus", "train", "subway", "gas", "power", "steel", "paper", "wood", "glass", "plastic", "metal", "heavy", "light", "cold", "hot", "dry", "wet", "hard", "concrete", "gravel", "dirt", "grass",
)  # fmt: skip
_TRADE_KEYS = among(
    "lumber",
    "foods",
    "trucking",
    "motors",
    "bakery",
    "diner",
    "logistics",
    "industries",
    "manufacturing",
    "construction",
    "farms",
    "dairy",
    "elementary",
    "drug",
    "drugs",
    "brewing",
    "enterprises",
    "llc",
    "inc",
    "apartments",
    "manor",
    "hospice",
)
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
        self.small()
        Joins(self.rules).run()

    def small(self) -> None:
        """ "mom at shady pines nursing home", "works at hilltop lumber" in a line without capitals."""
        words, space = self.words, self.rules.space
        kind = words.line_in_small & ~words.capital & words.has("organisation", "trade")
        inner = words.has("organisation")
        index = kind[4:].nonzero()[0] + 4
        index = index[~(kind[np.minimum(index + 1, self.top)] & space[index])]
        lead = words.has("lead")
        index = index[lead[index - 2] | lead[index - 3] | lead[index - 4]]
        shut = words.has(
            "stop", "verb", "title", "relation", "month", "nowhere", "lead", "work", "sent", "head", "label"
        )
        for last in index.tolist():
            first = last
            while inner[first - 1] and space[first - 1]:
                first -= 1  # "nursing home"
            head = first
            while space[first - 1] and head - first < 3 and not shut[first - 1] and not self._clinical(first - 1):
                first -= 1
            telling = [
                at for at in range(first, head) if self.keys[at] not in _PLAIN_KEYS and self.keys[at] not in _VAGUE_KEYS
            ]
            sure = self.keys[last] in _SURE_KEYS or self.keys[last] in _TRADE_KEYS
            if lead[first - 1] and space[first - 1] and len(telling) == head - first > (0 if sure else 1):
                self._take(first, last)

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
        named = any(words.flags[at] & lexicon.PLACE for at in telling)
        brigade = bool(words.has("trade")[last - 1]) and (own or named)  # "MESA VERDE FIRE RESCUE ON SCENE"
        own = own or (shouted and brigade)
        if words.line_in_small[last] or (
            shouted and not ((words.newline[last] or brigade) and words.newline_before[first])
        ):
            return False
        if self._goes(last) and not shouted:
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
        index = words.spelled(*FIELDS)[:-2].nonzero()[0]
        index = index + words.spelled("is", "was")[index + 1]  # "TPA is Larkspur Administrators"
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
            sure = self.keys[at] in _SURE_FIELD_KEYS or self.keys[at - 1] in _SURE_FIELD_KEYS
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
        if self.keys[last] in _FUNCTION_KEYS or (self.keys[last] in _KIND_KEYS and department(words, first, last)):
            return False
        person = flags[0] & lexicon.FIRST and flags[1] & (lexicon.LAST | UNKNOWN) and last - first == 1
        if person and not flags[1] & lexicon.COMMON:
            return False
        own_words = [at for at in telling if self._own(words.flags[at])]
        if sure and last in telling:
            return True  # "Vendor: Mobility Barn"
        return len(telling) > 1 or bool(own_words and not words.caps[last])

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
