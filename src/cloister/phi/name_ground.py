"""The ground under the name rules: what each word can be, and where a name that begins here ends; whole arrays."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.called_after import counted
from cloister.phi.name_reach import Reach
from cloister.phi.namesakes import EPONYM_PAIRS
from cloister.phi.spelling import written_as_code
from cloister.phi.surroundings import OF_SEVERAL, cited, in_company, lands, leading_to_thing
from cloister.phi.word_table import Pairs
from cloister.phi.wording import UNKNOWN, Words, some

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.wording import Flags

STRONG, AMBIGUOUS, UNSEEN, PLAIN = 3, 2, 1, 0
NAME_GAPS = (" ", ". ", ".", "  ", "-", ' "', '" ', " (", ") ", " '", "' ")
_PARTICLES = (
    "van",
    "von",
    "de",
    "del",
    "della",
    "der",
    "di",
    "da",
    "la",
    "le",
    "du",
    "dos",
    "das",
    "ter",
    "ibn",
    "bin",
    "bint",
)
_GRADED = ("asa", "cin", "ain", "pin", "nyha", "who", "saps")  # scales whose grades are Roman: "ASA III" is nobody


def _strength(flag: int) -> int:
    if flag & UNKNOWN:
        return UNSEEN
    named = flag & lexicon.NAME
    if not named:
        return PLAIN
    if flag & (lexicon.COMMON | lexicon.EPONYM):
        return AMBIGUOUS
    if flag & lexicon.WORD:
        return AMBIGUOUS if not flag & lexicon.FIRST or flag & lexicon.RARE else STRONG
    return STRONG  # with PLACE too: a surname or a town, an identifier either way


STRENGTH = tuple(_strength(flag) for flag in range(256))


def following(values: Any, step: int = 1) -> Any:
    """``values`` of the word ``step`` further on; 0 beyond the last."""
    out = np.zeros(len(values), values.dtype)
    if step < len(values):
        out[:-step] = values[step:]
    return out


def preceding(values: Any, step: int = 1) -> Any:
    """``values`` of the word ``step`` before; 0 before the first."""
    out = np.zeros(len(values), values.dtype)
    if step < len(values):
        out[step:] = values[:-step]
    return out


def ahead(values: Any, at: Any, step: int = 1) -> Any:
    """``following(values, step)[at]``, looked at only there."""
    place = at + step
    return values[np.minimum(place, len(values) - 1)] & (place < len(values))


@cache
def eponym_pairs() -> Pairs:
    """Two words of which one could be a name and which together are a thing."""
    return Pairs(pair.split() for pair in EPONYM_PAIRS if pair)


class Ground:
    """``taken`` marks the words of names found so far; ``found`` holds them as (first, last, score, reason)."""

    def __init__(self, words: Words) -> None:
        self.words, self.has = words, words.has
        self._is: dict[int, Flags] = {}
        self.size = len(words)
        self.flag = words.flag
        self._flags = int(np.bitwise_or.reduce(words.flag))
        self.power = np.array(STRENGTH, dtype=np.uint8)[words.flag]
        self.capital = words.capital
        before = words.byte_before
        alnum = (
            ((before >= 48) & (before <= 57)) | ((before >= 65) & (before <= 90)) | ((before >= 97) & (before <= 122))
        )
        one = words.size == 1
        slash = (before == 47) | (words.byte_after == 47)  # "D/W Roe", "D/C'D"
        counted = (words.byte_after >= 48) & (words.byte_after <= 57)  # "G2P2"
        self.single = one & self.capital & ~alnum & ~slash & ~counted  # initials
        self.fused = alnum | (before == 37)  # "98%RA", "A1c", "12mg": letters right after a digit
        self.like = self._name_like(one)
        self.taken = np.zeros(self.size, dtype=np.bool_)
        self.found: list[tuple[Any, Any, float, str]] = []
        self._reach: dict[int, Reach] = {}

    @cached_property
    def _leads(self) -> Flags:
        """A particle in small letters right before the next word."""
        words = self.words
        found: Flags = words.spelled(*_PARTICLES) & ~self.capital & words.gap_is(" ")
        return found

    def is_(self, flags: int) -> Flags:
        """Whether each word has one of the lexicon flags."""
        known = self._is.get(flags)
        if known is None:
            known = self.words.nowhere
            if self._flags & flags:
                known = (self.flag & np.uint8(flags)) != 0
                known.setflags(write=False)
            self._is[flags] = known
        return known

    def _name_like(self, one: Flags) -> NDArray[np.uint8]:
        """Strength of the capitalised words that can be part of a name, 0 for the others."""
        words, caps = self.words, self.words.caps
        out = self.has("stop", "title") | ~self.capital | (words.size == 1) | self.fused
        out |= caps & (self.has("credential") | (self.has("code") & (words.size == 2)))
        scale = caps & words.spelled(*_GRADED)
        if some(scale):
            graded = scale & words.gap_is(" ") & following(words.spelled("i", "ii", "iii", "iv", "v"))
            named = self.capital & words.gap_is(", ", " ") & (self.power >= UNSEEN) & ~self.has("label") & ~one
            out |= graded & ~(preceding(named) & words.line_in_capitals)
        self.paired = self._paired_eponym() | lands(words, self.is_(lexicon.NAME)) | cited(words)
        if self._flags & lexicon.EPONYM:
            eponym = self.is_(lexicon.EPONYM) & self.capital
            self.paired[in_company(words, eponym) + counted(words, eponym)] = True
        out |= self.paired
        if words.any_in("foreign"):
            out |= self.has("foreign") & ~self.is_(lexicon.FIRST)
        out = self._everyday_names(out, one)
        like = np.where(out, np.uint8(0), self.power)
        mixed = (like > 0) & ~caps & (words.size - words.small > 1)
        odd = mixed.nonzero()[0]
        second, final = (words.raw[place] for place in (words.start[odd] + 1, words.end[odd] - 1))
        coded = (second > 64) & (second < 91) | (final > 64) & (final < 91)
        for index in odd[coded | (self.flag[odd] & UNKNOWN > 0)].tolist():
            start, end = words.starts[index], words.ends[index]
            if written_as_code(words.text, start, end, bool(self.flag[index] & UNKNOWN)):
                like[index] = 0  # "AfricanAmerican", "KCl"; but "McAllister", "O'Brien", "Smith-Jones"
        return like

    def _everyday_names(self, out: Flags, one: Flags) -> Flags:
        """What can't be part of a name, less the everyday words that are a name where they stand."""
        words = self.words
        if not self.words.any_in("given", "relation", "stop-name") and not some(words.spelled("patient", "pt")):
            return out
        # "Will E. Love", "May Nguyen": a word of every sentence is a given name before an initial or a sure surname.
        title_case = words.title_case & (words.size > 2)
        surname = following(title_case & (self.power == STRONG) & self.is_(lexicon.LAST) & ~self.has("stop", "title"))
        out &= ~(
            title_case
            & self.has("given")
            & self.has("stop")
            & words.gap_is(" ")
            & (following(self.single & words.gap_is(". ", " ")) | surname)
        )
        # "daughter General Ricker", "Patient Will Rose underwent": between a relation and a surname stands a name.
        own = preceding((self.has("relation") | words.spelled("patient", "pt")) & words.gap_is(" "))
        known = following(title_case & (self.power >= UNSEEN) & ~self.has("stop", "title", "head", "verb"))
        sure = following(title_case & ((self.power == STRONG) | (self.power == UNSEEN)))
        acts = self.has("given") & following(following(self.has("verb", "only-people")) & words.gap_is(" "))
        out &= ~self._settled(title_case) | self.paired
        chain = title_case & own & self.is_(lexicon.FIRST) & words.gap_is(" ") & known & (sure | acts)
        out &= ~chain | self.paired
        # "Weeks, Olga R": a surname that is never a name by itself, before a comma and a sure given name.
        field = words.newline | words.digit | words.gap_is("  ", " (", ". ", ".")
        given = self.capital & self.is_(lexicon.FIRST) & (self.power == STRONG)
        ended = following(given & (field | following(self.capital & one)))
        out &= ~(self.capital & self.has("stop-name") & self.is_(lexicon.LAST) & words.gap_is(", ") & ended)
        return out

    def _settled(self, title_case: Flags) -> Flags:
        """The "May" of "May Banks - DNR" and the "Will" of "Will Rose refused": a field's end follows, or a person's verb."""
        words = self.words
        found = np.zeros(self.size, np.bool_)
        index = (title_case & self.has("given") & self.has("stop") & self.opens & words.gap_is(" ")).nonzero()[0]
        if not len(index):
            return found
        last, after = (np.minimum(index + step, self.size - 1) for step in (1, 2))
        field = words.gap_is(" - ", " -- ", " / ", " | ", "/")[last]
        field |= words.digit[last] & ((words.gap_size[last] < 4) | words.gap_is(", ")[last])
        acts = self.has("only-people") | words.spelled("was", "has", "had", "refused", "reported", "seen")
        kept = field | words.gap_is(" ")[last] & acts[after]
        kept &= title_case[last] & self.is_(lexicon.LAST)[last] & (self.power[last] == AMBIGUOUS)
        kept &= ~self.has("stop", "title", "head", "verb", "organisation")[last]
        found[index[kept & ~self.is_(lexicon.MEDICAL | lexicon.EPONYM)[last]]] = True
        return found

    def _paired_eponym(self) -> Flags:
        """Part of an eponym of two people or of a brand of two words: "Jackson Pratt", "Lou Gehrig"."""
        words = self.words
        saint = words.spelled("st") & words.gap_is(". ", " ")
        near = words.gap_is(" ", "-", " & ", ", ", "'s ")
        named = self.is_(lexicon.EPONYM | lexicon.NAME | UNKNOWN)
        # "biplane Simpson", "modified Duran": the first of the two may be any word.
        index = (near & (named | following(named & self.capital)) | saint)[:-1].nonzero()[0]
        of_it, index = leading_to_thing(words, index), eponym_pairs().first(words.key, index)
        if not len(index) | len(of_it):
            return words.nowhere
        found = np.zeros(self.size, np.bool_)
        found[index] = found[index + 1] = found[of_it + 1] = True
        return found

    @cached_property
    def gap(self) -> Any:
        """The size of the gap after each word, up to a placeholder in it: what it took the place of was a word."""
        words = self.words
        size, text = words.gap_size, words.text
        if "\x7f" not in text or "[\x7f" not in text:
            return size
        place = ((words.raw[:-1] == 91) & (words.raw[1:] == 127)).nonzero()[0]
        at = np.searchsorted(words.start, place) - 1
        place, at = place[at >= 0], at[at >= 0]
        size = size.copy()
        np.minimum.at(size, at, (place - words.end[at]).astype(size.dtype))
        return size

    @cached_property
    def caps(self) -> Flags:
        return self.words.caps

    @cached_property
    def lines(self) -> Flags:
        return self.words.line_in_capitals

    @cached_property
    def opens(self) -> Flags:
        """At the head of a sentence, a line or a field."""
        words = self.words
        gaps = (words.newline | words.mark | words.gap_is(" - ", " -- ", "-", "--", " # ", "- ", "#")) & ~words.gap_is(
            " "
        )
        found: Flags = preceding(gaps)
        if self.size:
            found[0] = True
        return found

    @cached_property
    def space_before(self) -> Flags:
        found: Flags = preceding(self.words.gap_is(" "))
        return found

    @cached_property
    def eponym(self) -> Flags:
        """Followed by what makes an eponym, or possessive before one: "Foley catheter", "Bell's palsy"."""
        words = self.words
        near = words.gap_is("", " ", "-", " - ", "'s ", "' ", "s ", "'s-")
        heads = following(self.has("head"))
        medical = following(self.is_(lexicon.EPONYM | lexicon.MEDICAL))
        dashed = words.gap_is("-") & medical
        clinical = self.is_(lexicon.MEDICAL) & ~self.is_(lexicon.COMMON)
        owned = (
            words.gap_is("'s ", "'S ")
            & ~following(self.capital)
            & following(clinical)
            & (self.power < np.uint8(STRONG))
        )
        # "Westley croup score": one small word between, but for what a person has.
        between = following(~self.capital & ~self.has("verb", "relation") & ~words.spelled("pain", "has", "with"))
        scaled = words.gap_is(" ") & between & following(words.gap_is(" ")) & following(self.scale, 2)
        # "Cullen and Grey Turner signs": a plural tells of all that it is called after.
        # "Amsterdam II criteria"
        scaled |= words.gap_is(" ") & following(self.has("suffix") & words.gap_is(" ")) & following(self.has("head"), 2)
        found: Flags = near & (heads | dashed | owned) | scaled | self.shared
        return found

    @cached_property
    def shared(self) -> Flags:
        """ "Cullen and Grey Turner signs": the plural tells of all that it is called after."""
        words = self.words
        plural = words.spelled(*OF_SEVERAL)
        tests = (
            words.spelled("tests")
            & preceding(self.capital, 3)
            & (preceding(self.is_(lexicon.EPONYM), 3) | preceding(self.is_(lexicon.EPONYM)))
        )
        plural = plural | tests  # "Ober and Thomas tests"; but "Roe and Poe tests"
        if not some(plural):
            return words.nowhere
        capital = self.capital & words.gap_is(" ")
        last = capital & following(plural)
        last = last | capital & following(last)
        joins = words.spelled("and", "or") & words.gap_is(" ")
        found: Flags = capital & following(joins) & following(last, 2) | capital & preceding(joins) & following(tests)
        for _ in range(2):  # "Zung, Beck and Hamilton scales"
            found |= self.capital & words.gap_is(", ") & following(found)
        return found

    @cached_property
    def scale(self) -> Flags:
        """A word for a scale, which is called after whoever made it."""
        return self.words.spelled(
            "score", "scale", "grade", "criteria", "classification", "index", "nomogram", "rule",
            "formula", "equation", "protocol", "questionnaire", "inventory",
        )  # fmt: skip

    @cached_property
    def _links(self) -> tuple[Flags, Flags, Flags]:
        """Where a name can go on: the gap joins; whatever the next word's strength; after an everyday word as well."""
        words, single = self.words, self.single
        dotted = words.gap_is(". ")
        joined = words.gap_is(*NAME_GAPS) & (~dotted | single | self.has("abbreviated"))
        # "Ms. Roe L hemi": a side of the body before a word in small letters.
        side = words.spelled("l", "r") & words.gap_is(" ") & following(~self.capital & (words.size > 2))
        born = words.spelled("d") & words.gap_is(".") & following(words.spelled("o"))  # "Roe D.O.B.: 5/5/45"
        side |= born & following(words.spelled("b"), 2)
        article = self.lines & words.spelled("a", "i") & ~dotted & ~words.gap_is(".")
        letter = following(single & ~(words.byte_after == 39) & ~article & ~side)
        # The next is a label ("Roe  Chart #7", "Roe  H: 617-"), an abbreviation ("Roe  NHS"), or open in brackets.
        hash_after = (words.byte_after == 35) | (words.byte_next == 35)
        joined &= ~(
            words.gap_is("  ") & following(words.sign | hash_after | (words.caps & ~self.lines & (words.size < 5)))
        )
        joined &= ~(words.gap_is(" (") & following(words.byte_after != 41))
        odd = words.caps & ~self.lines & (self.power == UNSEEN) & (words.size < 4)
        joined &= ~(~words.caps & ~single & following(odd))
        given = self.capital & self.is_(lexicon.FIRST) & ((self.power == STRONG) | self.has("given"))
        title_case = self.capital & ~words.caps & (words.size > 2)
        surname = title_case & self.has("stop-name") & self.is_(lexicon.LAST)
        plain = self.has("stop", "title", "credential")
        after = following(self.capital & (~plain | self.has("stop-name")) & ~words.caps & (words.size > 1))
        sure = (joined & letter) | (given & words.gap_is(" ") & following(surname))
        sure |= single & self.capital & dotted & after
        # In a line of capitals a word of the language goes on with a name only right after a given name.
        allowed = ~(words.caps & self.lines & self.is_(lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM))
        leads = given & words.gap_is(" ") & ~preceding((self.like > 0) & words.gap_is(" "))
        allowed |= preceding(leads) & self.is_(lexicon.LAST) & ~self.has("verb", "head", "stop")
        allowed |= preceding(single | words.gap_is("-"))
        return joined, sure, allowed

    def reach(self, least: int) -> Reach:
        """The last word of a name that begins at a word: initials, particles and name-like words."""
        known = self._reach.get(least)
        if known is not None:
            return known
        joined, sure, allowed = self._links
        enough = (self.like >= least) & allowed
        one = sure | (joined & following(enough))
        step = one.astype(np.int8)
        if self.words.any_in("particle"):
            particle = joined & following(self.has("particle"))
            ends = enough & self.capital
            two = particle & following(joined) & following(ends, 2)
            three = particle & following(particle) & following(joined, 2) & following(ends, 3)
            step[two & ~one] = 2
            step[three & ~two & ~one] = 3
        known = self._reach[least] = Reach(step)
        return known

    def initials_before(self, index: Any) -> Any:
        """The first of the initials that lead to each of these words, or the word itself."""
        leads = self.single & self.words.gap_is(". ", " ", ".")
        first = index.copy()
        for _ in range(3):
            before = np.maximum(first - 1, 0)
            first = np.where((first > 0) & leads[before] & ~self.taken[before], before, first)
        return first

    def add(self, first: Any, last: Any, score: float, reason: str) -> None:
        """Take the words ``first`` to ``last``, arrays of one length, as names."""
        if not len(first):
            return
        for _ in range(2):  # "de la Cruz": what leads to a surname is part of it
            before = np.maximum(first - 1, 0)
            first = np.where((first > 0) & self._leads[before], before, first)
        at, ends = first, last
        while len(at):
            self.taken[at] = True
            more = at < ends
            at, ends = at[more] + 1, ends[more]
        self.found.append((first, last, score, reason))

    def where(self, fires: Flags) -> Any:
        """The free words at which a rule fires."""
        return (fires & ~self.taken).nonzero()[0]
