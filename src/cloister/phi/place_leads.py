"""Runs of capitalised words that what stands before them makes an organisation: "seen at Overlook", "cashier, Shop & Save"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import preceding
from cloister.phi.place_words import FUNCTIONS
from cloister.phi.places import LANDS
from cloister.phi.unlisted import UNKNOWN

if TYPE_CHECKING:
    from cloister.phi.place_rules import PlaceRules

_REASON = "organisation after what leads to it"
NAMED = UNKNOWN | lexicon.NAME | lexicon.PLACE
CLINICAL = lexicon.MEDICAL | lexicon.EPONYM
_LONGEST = 6
FEW, _FAR = 3, 5  # words of a run after its first; words back to what tells of work or care


_OF = re.compile(r" (?:of|at) (?:the )?((?!Dr\b|Mrs?\b|Ms\b)(?:St\.? )?[A-Z][a-z'-]+(?: [A-Z][a-z'-]+)?)(?![a-z])")
_AND = re.compile(r" & (?:[A-Z][A-Za-z'-]+)(?: [A-Z][a-z'-]+){0,2}")
_ALSO = re.compile(r" (?:and|or) ([A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){1,3})(?=[.,;)\n])")
_FOLLOWS = frozenset((" & ", " of", " at", " an", " or"))
# Stop words that the name of a house may begin with.
DIRECTIONS = (
    "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "new", "old", "big", "little", "blue", "white", "black", "good", "high", "grand",
    "first", "second", "third", "patient", "clear", "best", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "upstate", "uptown", "downtown",
)  # fmt: skip
_CARRIERS = ("transport", "daycare", "preschool", "carrier", "gym", "supplies")
_HOMES = (
    "hospital",
    "center",
    "clinic",
    "school",
    "elementary",
    "academy",
    "church",
    "university",
    "college",
    "manor",
    "pharmacy",
)
_SCALES = (
    "score", "scores", "scale", "index", "criteria", "tool", "questionnaire", "inventory", "classification", "protocol", "level", "screen", "criterion", "scoring", "grade", "stage",
)  # fmt: skip
_PERSONS = (
    "baby",
    "attorney",
    "infant",
    "newborn",
    "chaplain",
    "pastor",
    "rabbi",
    "imam",
    "deacon",
    "detective",
    "midwife",
)
_OWNED = ("landlord", "home", "business")  # "group home (Mosaic Living)"
# Everyday words that are employers as well: "work at target".
HOUSES = (
    "target", "apple", "gap", "delta", "southwest", "nationwide", "progressive", "chase", "shell", "subway", "ups", "nike", "intel", "dell", "ford", "honda", "toyota", "kaiser", "humana", "cigna", "aetna", "anthem",
    "staples", "united", "prudential", "caterpillar", "deere", "sprint", "spectrum", "quest", "oracle", "meta", "sonic", "arbys", "panera", "safelite", "publix", "mercy", "banner", "sutter", "providence",
)  # fmt: skip


class Runs:
    """The candidates of one batch: runs of capitalised words after what leads to an organisation."""

    def __init__(self, rules: PlaceRules) -> None:
        self.rules, self.words = rules, rules.words
        self.capital = self.words.capital & (self.words.size > 1)
        self.inside = self.words.mark | self.words.newline
        self.top = max(len(self.words) - 1, 0)

    def runs(self) -> None:
        """Runs of capitalised words by what stands before them: each is asked once."""
        words, space = self.words, self.rules.space
        lead = words.has("lead") & words.gap_is(" ", "  ") | words.spelled("w") & words.gap_is("/ ")
        lead |= words.spelled("of") & space & preceding(words.has("job") & space)  # "employee of", "owner of"
        article = words.spelled("the") & space & preceding(lead)
        signed = words.has("credential") & ~words.has("suffix") & words.caps & words.gap_is(", ")
        signed |= preceding(words.has("title") & words.gap_is(". ", " ")) & self.capital & words.gap_is(", ")
        worked = (words.has("job", "work-label") | words.spelled(*_OWNED)) & ~self.capital & words.gap_is(", ", " (")
        bare = words.has("work-label") & space | words.spelled("works", "worked", "employed", "runs", "owns") & space
        # Before these a word for the kind of house has to end the run: "call Premier Dental".
        label = (
            words.sign & words.gap_is(": ", ":  ", ":\t") | words.spelled("per", "call", "called", "contact") & space
        )
        several = self.rules.goes | words.gap_is(" & ", "'s ")
        told = preceding(lead | article | bare | worked) | preceding(signed | label) & several
        clinical = ((words.flag & CLINICAL) != 0) & ((words.flag & lexicon.COMMON) == 0)
        alone = (clinical & ((words.flag & lexicon.NAME) == 0) | words.has("stop") & ~words.spelled("the")) & ~several
        index = (self.capital & told & ~alone & ~words.line_in_capitals).nonzero()[0]
        if not len(index):
            return
        never = words.has("title", "month", "credential", "relation")[index] | words.spelled(*_PERSONS)[index]
        never |= words.has("nation")[index] & ~(words.possessive[index] & several[index])
        index = index[~never]
        the = words.spelled("the")[index] & words.capital[index] & space[index] & (index < self.top)
        index = index + the
        last = self._end(index)
        before = index - 1 - the
        named = self._any(index, last, NAMED, CLINICAL)
        kept = self._plain(index, last, named | words.has("organisation")[last] & (last > index))
        index, last, before, the, named = index[kept], last[kept], before[kept], the[kept], named[kept]
        single, caps = last == index, words.caps[index]
        kind = words.has("organisation")[last]
        led = lead[before] | article[before]
        fits = led & self._led(index, last, before - article[before], named, the, article[before])
        fits |= (signed | worked)[before] & (the | ~single & (named & ~caps | kind | words.gap_is(" (")[before]))
        fits |= signed[before] & ~single & (words.has("state")[index] | (self.rules.last_of_run[index] < last))
        fits |= worked[before] & single & words.spelled(*HOUSES)[index]
        plain = ((words.flag[index] & CLINICAL) == 0) & ~words.has("label", "nowhere")[index]
        plain |= ~self._clinical(index) & ~words.has("nowhere")[index] & words.spelled(*_HOMES)[last]
        fits |= label[before] & ~single & kind & ~caps & plain
        unseen = ((words.flag[index] & UNKNOWN) != 0) & ~caps
        fits |= worked[before] & words.gap_is(" (")[before] & unseen
        named |= words.spelled(*_CARRIERS)[before] | kind & ~single
        fits |= (
            bare[before]
            & ~words.has("label")[index]
            & (the | named & (~single & ~caps | words.possessive[index] | unseen))
        )
        self._take(index[fits], last[fits])

    def _led(self, index: Any, last: Any, led: Any, named: Any, the: Any, after_article: Any) -> Any:
        """ "seen at Overlook", "records from Texas Heart", "brought by MONOC", "at The Joint"."""
        words = self.words
        near = self._near(led)
        sure = words.spelled("at", "via", "through", "thru")[led] & ~words.capital[led]
        sure_lead = sure
        kind, state = words.has("organisation")[last], words.has("state")[index]
        away, given = words.spelled("from", "by", "for", "of")[led], words.spelled("with", "w", "for")[led]
        flag, single = words.flag[index], last == index
        short = single & words.caps[index]
        sure &= ~single | ~self._clinical(index) | the
        everyday = (flag & (CLINICAL | UNKNOWN)) == 0
        everyday &= ~words.spelled("by", "of")[led]
        fits = sure | near & (named | away & ~single | everyday) | away & ~given & named & ~single
        fits |= near & sure_lead & single & ((flag & lexicon.EPONYM) != 0) & ((flag & lexicon.NAME) != 0)
        fits |= ~single & (state | kind & ~words.has("nowhere")[index] & ~words.caps[index])
        fits &= ~short
        # Whom the rules of names find: "Dictated by Jane Roe"; they take no "EveryStep" for one.
        camel = (words.size[index] > 7) & (words.size[index] - words.small[index] == 2) & ~words.possessive[index]
        fits &= (
            sure
            | self._any(index, last, lexicon.COMMON | lexicon.PLACE, 0)
            | words.possessive[index]
            | state
            | kind
            | (camel & near)
        )
        # "at CODAC": no ward and no state of health; "with HSA", "for CAG repeats", "at the LUSB" are none.
        fits |= short & (words.size[index] > 2) & ((flag & UNKNOWN) != 0) & ~after_article & ~given & (sure | near)
        fits &= short | (words.size[index] > 4) | (words.size[index] - words.small[index] == 1)  # "to NaN"
        return fits & ~(single & words.has("state")[index])

    def _near(self, led: Any) -> Any:
        """Whether a word of work or care stands within a few words before, in the same sentence."""
        tells = self.words.has("work", "sent")
        near, inside = np.zeros(len(led), np.bool_), np.ones(len(led), np.bool_)
        for step in range(1, _FAR + 1):
            at = np.maximum(led - step, 0)
            inside &= ~self.inside[at] & (led >= step)
            near |= inside & tells[at]
        return near

    def _end(self, index: Any) -> Any:
        """The last word of the run that begins at each word, another after an ampersand or a possessive included."""
        last = self.rules.last_of_run[index]
        after = np.minimum(last + 1, self.top)
        joined = self.words.gap_is(" & ", "'s ", "' ")[last] & self.capital[after]
        return np.where(joined, self.rules.last_of_run[after], last)

    def _plain(self, index: Any, last: Any, named: Any) -> Any:
        """Less stop words, clinical ones, persons with a credential, and what goes with an eponym's head or a colon."""
        words, more = self.words, last > index
        after = np.minimum(last + 1, self.top)
        kept = ~(words.gap_is(" ", "-", "'s ")[last] & words.has("head")[after]) & (
            ~words.gap_is(": ", ":")[last] | named
        )
        stop = words.has("stop")[index] & ~(more & words.gap_is(" & ")[index])
        kept &= ~stop | more & words.spelled(*DIRECTIONS)[index]
        only = self._clinical(index) & (~more | self._clinical(last))
        kept &= ~only | words.has("state")[index] & more
        credential = words.has("credential") & words.caps
        for step in range(1, FEW + 1):
            at = np.minimum(index + step, last)
            kept &= ~(credential[at] & (at > index) & ((words.flag[index] & lexicon.COMMON) == 0))
        # "from Lakeisha's iPhone", "by Syrus's brother"
        owns = words.possessive[index] & ~more & words.gap_is("'s ")[index] & ~self.capital[after]
        joins = words.has("stop")[after] & ~words.has("relation")[after]
        kept &= ~owns | joins | words.spelled("w", "c", "s", "x")[after]
        return kept

    def _scaled(self, last: Any) -> Any:
        """A score, a scale or a tool is called after it: "Johns Hopkins fall risk scale"."""
        scales = self.words.spelled(*_SCALES)
        found, inside = np.zeros(len(last), np.bool_), np.ones(len(last), np.bool_)
        for step in range(1, FEW + 1):
            inside &= self.rules.space[np.minimum(last + step - 1, self.top)]
            found |= inside & scales[np.minimum(last + step, self.top)]
        return found

    def _clinical(self, at: Any) -> Any:
        """A word of medicine or an eponym, and no everyday word."""
        flag = self.words.flag[at]
        return ((flag & CLINICAL) != 0) & ((flag & lexicon.COMMON) == 0)

    def _any(self, first: Any, last: Any, wanted: int, unwanted: int) -> Any:
        """Whether a word of the run has one of the wanted flags and none of the unwanted ones."""
        flag, caps = self.words.flag, self.words.caps
        found = np.zeros(len(first), np.bool_)
        for step in range(FEW + 1):
            at = np.minimum(first + step, last)
            found |= ((flag[at] & wanted) != 0) & ((flag[at] & unwanted) == 0) & ~(caps[at] & (at > first))
        return found

    def _take(self, index: Any, last: Any) -> None:
        """Append what is no ward, no state of health and no scale, and was not found already."""
        words, nowhere = self.words, self.words.has("nowhere")
        wards = (nowhere | words.has("code", "credential")) & words.caps
        told = ~nowhere[index] | words.possessive[index]
        for step in range(1, FEW + 1):
            told |= ~nowhere[np.minimum(index + step, last)]
        last = np.where((last > index) & wards[last], last - 1, last)  # "St. Brendan's ER", "Minot ND"
        index, last = index[told], last[told]
        of = words.spelled("of")[np.minimum(last + 1, self.top)]  # "at Tumor Board of St. Anselm"
        own = self._any(index, last, UNKNOWN | lexicon.NAME | lexicon.PLACE, lexicon.COMMON | lexicon.MEDICAL)
        plain = ~self._scaled(last) & (own | (last == index) | of | ~words.spelled(*FUNCTIONS)[last])
        index, last = index[plain], last[plain]
        reach = {span[0]: span[1] for span in reversed(self.rules.spans[self.rules.begun :])}
        for first, final in zip(index.tolist(), last.tolist(), strict=True):
            start, end = words.starts[first], words.ends[final]
            if reach.get(start, 0) < end or words.text[start - 4 : start] == "The ":
                self._add(first, final, 0.56)
            else:  # a rule of places has found it already
                self._also(end, 0.56)

    def _add(self, first: int, last: int, score: float) -> None:
        """Append a run, with its article, what an ampersand joins to it, and the place that it is of."""
        words, text = self.words, self.words.text
        goes = self.rules.goes_on
        while goes[last] and last - first < _LONGEST and not words.line_in_capitals[last]:
            last += 1  # a run of more words than were asked for
        start, end = words.starts[first], words.ends[last] + 2 * int(words.possessive[last])
        if text[start - 4 : start] == "The ":
            start -= 4
        follows = text[end : end + 3]
        if follows in _FOLLOWS:
            for more in (_AND, _OF):
                if match := more.match(text, end):
                    end = match.end()
        if text[start:end].lower() in LANDS:
            return
        self.rules.spans.append((start, end, "organisation", score, _REASON))
        self._also(end, score)

    def _also(self, end: int, score: float) -> None:
        """The "Kipp Sharpstown" of "at Yes Prep and Kipp Sharpstown", the "Bay" of "at Doctors Hospital at Bay"."""
        text = self.words.text
        if text[end : end + 3] in _FOLLOWS:
            for more in (_ALSO, _OF):
                if match := more.match(text, end):
                    self.rules.spans.append((match.start(1), match.end(1), "organisation", score, _REASON))
