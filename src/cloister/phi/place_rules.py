"""Where a city or an organisation may stand: array rules over a batch's words bring phrases, ``places`` judges them."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

from cloister.phi import lexicon, place_words, places
from cloister.phi.addresses import towns
from cloister.phi.departments import among
from cloister.phi.finding import Span
from cloister.phi.grades import graded, scale_of_town
from cloister.phi.houses import find_houses
from cloister.phi.name_ground import following, preceding
from cloister.phi.place_forms import Forms
from cloister.phi.place_payers import Payers
from cloister.phi.place_streets import find_streets
from cloister.phi.place_trades import Trades
from cloister.phi.place_whole import Whole
from cloister.phi.place_work import told
from cloister.phi.surroundings import OF_BODY, SCALED, cited, goes_with
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import STATES
from cloister.phi.word_table import Pairs, keys
from cloister.phi.wording import Words, some

_CONNECTORS = ("of", "and", "the", "de", "la", "for", "del")
# What "and" may join: "Roe and Poe Associates", never "Jane Roe and Lakeside Hospital"; and what may stand before "of".
_PARTNERS = ("associates", "sons", "partners", "llc", "inc", "ltd", "co", "company", "brothers", "bros", "firm", "corp")
_HEADS_OF = (
    "university", "college", "church", "bank", "school", "lady", "sisters", "department", "institute", "house",
    "hospital", "academy", "city", "county", "hospitals", "sons", "daughters", "order", "society",
)  # fmt: skip
_LONGEST = 7
# In a line without capitals these make an organisation or a town of a word that no list has.
_SMALL_KINDS = (
    "hospital", "clinic", "center", "school", "university", "hospice", "academy", "church", "foods", "industries", "logistics",
    "construction", "insurance", "manufacturing", "motors", "enterprises", "trucking", "llc", "inc", "corporation", "company", "bank",
)  # fmt: skip
_SMALL_INNER = (
    "general", "community", "regional", "memorial", "medical", "high", "elementary", "middle", "county", "city", "health", "springs", "falls", "valley", "heights",
)  # fmt: skip
_SMALL_BEFORE = ("north", "south", "east", "west", "port", "fort", "lake", "mount", "san", "santa")
_SMALL_AFTER = ("falls", "springs", "heights", "beach", "hills", "harbor", "township", "county")
_PLACE_LEADS = (
    *sorted(
        {phrase.split()[-1] for phrase in place_words.PLACE_PHRASES}
        | place_words.PLACE_WORDS
        | place_words.LOOSE_PLACE_WORDS
    ),
)


@cache
def _small() -> tuple[frozenset[int], ...]:
    return tuple(
        frozenset(map(int, keys(*words))) for words in (_SMALL_KINDS, _SMALL_INNER, _SMALL_BEFORE, _SMALL_AFTER)
    )


@cache
def _phrases() -> Pairs:
    """The last two words of the phrases that lead to a place."""
    return Pairs(phrase.split()[-2:] for phrase in place_words.PLACE_PHRASES)


_FOLLOWED = re.compile(r"[.,;:)\n]| (?:[a-z]|(?:19|20)\d\d\b)")  # "in Trabzon 1988"
_LETTERHEAD = re.compile(
    r"[ \t]*([A-Z][A-Za-z'&.-]*(?:,? (?:[A-Z][A-Za-z'&.-]*|of|the|and|&|at|for|de|la)){1,6})[ \t\r]*"
)


class PlaceRules:
    """One batch's words, and the spans found among them."""

    def __init__(self, words: Words, spans: list[Span], table: dict[str, int]) -> None:
        self.words, self.spans, self.table, self.begun = words, spans, table, len(spans)
        known = (words.flag & (lexicon.NAME | lexicon.PLACE)) != 0
        plain = (words.flag & (lexicon.COMMON | lexicon.MEDICAL)) != 0
        kind = words.has("organisation") | words.spelled(
            "high", "elementary", "middle", "regional", "children's", "university"
        )
        # In a line without capitals what is a name or a kind of organisation stands for a capitalised word.
        small = words.line_in_small & ((known & ~plain & ~words.has("stop")) | kind) & (words.size > 2)
        self.capital = (words.capital & (words.size > 1) & ~words.spelled("c'd") & ~cited(words)) | small
        self.space = words.gap_is(" ")
        self.joined = self.space | words.gap_is("-")
        self.saint = words.gap_is(". ") & words.spelled("st", "ft", "mt")
        # A run of capitalised words goes on at the next one.
        self.goes = self.capital & (self.joined | self.saint) & following(self.capital)
        twice = self.goes & following(self.goes)
        thrice = self.goes & following(twice)
        last = np.arange(len(words)) + (self.goes.view(np.uint8) + twice.view(np.uint8) + thrice.view(np.uint8))
        self.last_of_run, self.last = last, last.data  # of a run of at most four words that begins here
        # The same as memory, for what looks at single words.
        self.keys, self.possessive = words.key.data, words.possessive.data
        self.is_capital, self.is_joined, self.goes_on = self.capital.data, self.joined.data, self.goes.data
        self.is_space = self.space.data
        self.particular = (words.possessive | ~words.spelled(*place_words.GENERIC)).data

    def run(self) -> None:
        self.before_states()
        self.after_cues()
        self.organisations()
        self.employers()
        self.affixed()
        self.letterheads()
        self.small_organisations()
        self.small_strange()
        Forms(self).run()
        Payers(self).run()
        Whole(self).run()
        Trades(self).run()

    def _telling(self, first: int, stop: int) -> bool:
        """Not all of these words are of those that name no particular organisation."""
        return any(self.particular[first:stop])

    def _phrase(self, first: int, last: int) -> tuple[int, str]:
        start = self.words.starts[first]
        return start, self.words.text[start : self.words.ends[last]]

    def before_states(self) -> None:
        """ "Worcester, Massachusetts", "WORCESTER MA 01602": up to four capitalised words before a State or its code."""
        words, capital = self.words, self.capital
        if not words.any_in("code", "state", "state-word"):
            return
        byte = words.byte_after
        code = words.has("code") & words.caps & (words.size == 2) & ~((byte >= 48) & (byte <= 57))
        code &= ~words.spelled("id") | preceding(words.gap_is(", ", ","))
        state = capital & (words.has("state") | (following(words.has("state-word")) & self.space))
        near = preceding(words.gap_is(", ", ",", " ", ",\n", ",  ") & capital)
        for index in ((code | state) & near).nonzero()[0].tolist():
            if not code[index] and not self._state(index):
                continue
            first = index - 1
            while first and index - first < 4 and self.goes_on[first - 1]:
                first -= 1
            start, city = self._phrase(first, index - 1)
            after = words.text[words.ends[index] : words.ends[index] + 8].strip(" ,.")
            if (
                not code[index]
                and city.isupper()
                and words.gap(index - 1) == " "
                and city.lower() not in lexicon.places()
            ):
                continue  # "TRAVELED THROUGH TEXAS"
            places.city_state(start, city, words.word(index) if code[index] else "", after, self.spans, self.table)

    def _state(self, index: int) -> bool:
        """A State's name begins here."""
        last = min(index + 1, len(self.words) - 1)
        return self.words.word(index).lower() in STATES or self._phrase(index, last)[1].lower() in STATES

    def after_cues(self) -> None:
        """ "lives in Worcester", "City: Worcester", "near the Worcester"."""
        words = self.words
        if not (words.any_in("place-label") or some(words.spelled(*_PLACE_LEADS))):
            return
        two = np.zeros(len(words), np.bool_)
        leads = words.spelled("in", "to", "from", "of", "is")
        candidates = (leads & preceding(self.space | words.gap_is("\n", "  "))).nonzero()[0]
        two[_phrases().first(words.key, candidates - 1) + 1] = True
        cue = (two | words.spelled(*place_words.PLACE_WORDS)) & words.gap_is(" ", "  ", "\n")
        loose = words.spelled(*place_words.LOOSE_PLACE_WORDS) & self.space
        loose &= ~(words.spelled("of") & preceding(words.spelled(*place_words.FINDING_NOUNS, *OF_BODY)))
        label = words.has("place-label") & words.gap_is(": ", ":", " : ", "=", ":  ", ":\t")
        the = words.spelled("the") & self.space
        after_cue = preceding(cue) | preceding(preceding(cue) & the)
        # "different from Cushing's ulcer"
        after_cue &= ~(words.possessive & ((words.flag & lexicon.EPONYM) != 0) & following(words.has("head")))
        for index in (self.capital & after_cue).nonzero()[0].tolist():
            start, city = self._phrase(index, self.last[index])
            if not goes_with(words, self.last[index], city):
                places.city(start, city, False, self.spans, self.table)
        for index in (self.capital & preceding(label)).nonzero()[0].tolist():
            start, city = self._phrase(index, self.last[index])
            places.city(start, city, True, self.spans, self.table)
        # In capitals and alone it would have to be a listed place.
        index = (self.capital & preceding(loose)).nonzero()[0]
        listed = (words.flag[index] & lexicon.PLACE) != 0
        only_listed = words.spelled("to")[index - 1]
        strange = ~(words.caps[index] & ~self.goes[index]) & ((words.flag[index] & lexicon.WORD) == 0) & ~only_listed
        listed |= strange | (words.size[index] < 3)  # "Mc Lean"
        index, only_listed = index[listed], only_listed[listed]
        for first, known in zip(index.tolist(), only_listed.tolist(), strict=True):
            end = words.ends[self.last[first]]
            if _FOLLOWED.match(words.text, end):
                start = words.starts[first]
                places.loose_town(words.text, start, words.text[start:end], known, self.spans, self.table)

    def organisations(self) -> None:
        """ "Lakeside General Hospital", "University of Ames", "Roe & Sons Inc", "St. Mary's"."""
        words, capital = self.words, self.capital
        if not (words.any_in("organisation") or some(words.spelled("st", "saint"))):
            return
        of = words.spelled(*_CONNECTORS)
        ampersand = words.gap_is(" & ")
        is_of, is_and, is_saint = of.data, ampersand.data, self.saint.data
        up, joined, space = self.is_capital, self.is_joined, self.is_space
        kind = capital & words.has("organisation")
        # the last of its run: the next capitalised word is no kind; "King's College criteria" name a scale
        kind &= ~(self.space & following(kind | words.spelled(*SCALED)))
        led = preceding(
            (capital & (self.joined | ampersand | self.saint | words.gap_is("'s ", "'S ", "' "))) | (of & self.space)
        )
        for index in (kind & led).nonzero()[0].tolist():
            first = index
            while first and index - first < _LONGEST:
                gap = first - 1
                if up[gap] and (joined[gap] or is_and[gap] or is_saint[gap] or self._owned(gap)):
                    first = gap
                elif (
                    is_of[gap] and space[gap] and gap and up[gap - 1] and space[gap - 1] and self._connects(gap, index)
                ):
                    first = gap - 1
                else:
                    break
            while first < index and not up[first]:
                first += 1
            if first < index and self._telling(first, index) and not scale_of_town(words, index - 1, index):
                start, name = self._phrase(first, index)
                if places.organisation(start, name, self.spans, self.table):
                    self._town_after(index)
        self._institutions(kind)
        owned = (
            words.possessive & capital & preceding(words.spelled("st", "saint") & capital & (self.saint | self.space))
        )
        for index in (owned & ~following(words.has("head"))).nonzero()[0].tolist():
            start, end = words.starts[index - 1], words.ends[index] + 2
            town = words.text[end : end + 1] == " " and index + 1 < len(words) and self.is_capital[index + 1]
            if town and not words.has("verb", "stop", "title", "month")[index + 1] and not words.caps[index + 1]:
                end = words.ends[self.last[index + 1]]  # "St. Mary's Grand Junction"
            self.spans.append((start, end, "organisation", 0.82, "named after a saint"))

    def _institutions(self, kind: Any) -> None:
        """ "University of Ames", "Children's Hospital of Worcester"."""
        words, up, joined = self.words, self.is_capital, self.is_joined
        heads = kind & self.space & following(words.spelled("of") & self.space) & following(self.capital, 2)
        for index in heads.nonzero()[0].tolist():
            first = index  # "Children's Hospital of"
            while (
                first and index - first < _LONGEST and up[first - 1] and (joined[first - 1] or self._owned(first - 1))
            ):
                first -= 1
            start, name = self._phrase(first, self.last[index + 2])
            places.institution_of(start, name, self.spans, self.table)

    def _connects(self, index: int, kind: int) -> bool:
        """The "and", "of" or "the" at ``index`` is part of the name that ends with ``kind``."""
        word = self.words.word(index).lower()
        if word == "and":
            return self.words.word(kind).lower() in _PARTNERS
        return word != "of" or self.words.word(index - 1).lower() in _HEADS_OF

    def _owned(self, index: int) -> bool:
        return bool(self.words.possessive[index]) and self.words.gap(index).lower() == "'s "

    def _town_after(self, index: int) -> None:
        """ "Lakeside Hospital, Worcester" and "Lakeside Hospital (Worcester)"."""
        words = self.words
        if index + 1 < len(words) and self.is_capital[index + 1] and words.gap(index) in {", ", " ("}:
            start, town = self._phrase(index + 1, self.last[index + 1])
            if words.text[start + len(town) : start + len(town) + 1] in ".,;)\n":
                places.city_of_address(start, town, self.spans, self.table)

    def employers(self) -> None:
        """ "works at Roe and Poe", "admitted to Lakeside", "Employer: Roe"."""
        words = self.words
        also = words.spelled("and") | words.spelled("of")
        caps, is_and = words.caps.data, words.gap_is(" & ").data
        first, level = told(self)
        for index, job in zip(first.tolist(), level.tolist(), strict=True):
            last = self.last[index]
            space, up = self.is_space, self.is_capital
            if last + 2 < len(words) and space[last] and also[last + 1] and space[last + 1] and up[last + 2]:
                last = self.last[last + 2]
            elif is_and[last] and last + 1 < len(words) and up[last + 1]:
                last = self.last[last + 1]
            if (last == index and caps[index] and not job) or not self._telling(index, last + 1):
                continue
            start, name = self._phrase(index, last)
            places.employer(start, name, job, self.spans, self.table)

    def small_organisations(self) -> None:
        """ "seen at porter medical center" in a line without capitals."""
        words = self.words
        if not words.any_in("organisation"):
            return
        kind = words.spelled("hospital", "clinic", "center", "system", "school", "university", "hospice", "academy")
        kind = kind & words.line_in_small & ~words.capital & ~(self.space & following(words.has("organisation")))
        joined = (self.joined | self.saint | words.gap_is("'s ")).data
        lead = words.spelled("at", "from", "to", "by", "attends", "of", "and", "authorize").data
        stop = (words.has("stop", "verb", "title") & ~words.has("organisation")).data
        for index in kind.nonzero()[0].tolist():
            first = index
            while (
                first
                and index - first < _LONGEST + 1
                and joined[first - 1]
                and not lead[first - 1]
                and not stop[first - 1]
            ):
                first -= 1
            told = first and (lead[first - 1] or words.newline_before[first])
            if first < index and (told or words.newline_before[first]):
                start, name = self._phrase(first, index)
                places.organisation(start, name, self.spans, self.table)

    def small_strange(self) -> None:
        """ "fell at rayford foods", "port hartlen springs" without capitals: a word that no list has, and what it names."""
        words, keys, space = self.words, self.keys, self.is_space
        strange = words.line_in_small & ((words.flag & UNKNOWN) != 0) & (words.size > 3) & ~words.capital
        kinds, inner, before, after = _small()
        drugs, leads = among("drugs", "drug", "pharmacy", "rx"), among("at", "from", "to", "via", "by")
        top = len(words) - 1
        for index in strange.nonzero()[0].tolist():
            first = index - (index > 0 and space[index - 1] and keys[index - 1] in before)
            last = index + (index < top and space[index])
            while last < top and keys[last] in inner and space[last]:
                last += 1
            while last < top and space[last] and keys[last] in kinds and keys[last + 1] in kinds:
                last += 1
            if (
                last == index
                and last < top
                and space[last]
                and keys[last + 1] in drugs
                and first
                and keys[first - 1] in leads
            ):
                last += 1  # "at harborline drugs"
            if last > index and (keys[last] in kinds or keys[last] in drugs):
                start, name = self._phrase(first, last)
                self.spans.append((start, start + len(name), "organisation", 0.8, "kind of organisation"))
                continue
            town = index < top and space[index] and keys[index + 1] in after
            if town or first < index:
                start, name = self._phrase(first, index + town)
                self.spans.append((start, start + len(name), "city", 0.72, "name with a geographic word"))

    def letterheads(self) -> None:
        """ "Tidewater Rheumatology Group" on the line above an address."""
        text = self.words.text
        for start in [span[0] for span in self.spans if span[2] == "street"]:
            head = text.rfind("\n", 0, start)
            if head > 0 and not text[head + 1 : start].strip():
                begin = max(text.rfind("\n", 0, head), text.rfind("\x00", 0, head)) + 1
                line = text[begin:head]
                if match := _LETTERHEAD.fullmatch(line):
                    places.letterhead(begin + match.start(1), match[1], self.spans, self.table)

    def affixed(self) -> None:
        """ "North Mcpher", "Cass City": a point of the compass, a mountain or a water beside a name."""
        words, capital = self.words, self.capital
        affix = words.has("affix") & capital
        for index in affix.nonzero()[0].tolist():
            before = words.word(index).lower()
            first, last = index, index
            if before in place_words.BEFORE and self.goes_on[index]:
                last = index + 1
                if self.goes_on[last] and words.word(last + 1).lower() in place_words.AFTER:
                    last += 1
            elif before in place_words.AFTER and index and self.goes_on[index - 1] and self.is_space[index - 1]:
                first = index - 1
                if first and self.goes_on[first - 1] and self.is_space[first - 1]:
                    first -= 1
            if last > first and not graded(words, first, last):
                start, name = self._phrase(first, last)
                places.affixed(start, name, self.spans, self.table)


def find_places(words: Words, buffer: bytes, spans: list[Span], table: dict[str, int]) -> None:
    """Append the spans of cities and organisations of a text's words and its ASCII bytes."""
    PlaceRules(words, spans, table).run()
    for start, end, small in towns(words, buffer):
        if small:
            spans.append((start, end, "city", 0.8, "town before a State and a ZIP code"))
        else:
            places.city_of_address(start, words.text[start:end], spans, table)
    places.find_towns(words, spans)
    find_streets(words, spans)
    find_houses(words, spans)
