"""The whole name of a house of which a part was found or whose last word tells it: "Copper Basin Nephrology", "Mercy & Sons"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.departments import KINDS, among, department
from cloister.phi.place_leads import CLINICAL
from cloister.phi.place_words import FUNCTIONS
from cloister.phi.unlisted import UNKNOWN

if TYPE_CHECKING:
    from cloister.phi.finding import Span
    from cloister.phi.place_rules import PlaceRules

_REASON = "whole name of a house"
_LONGEST = 7
_EVERYDAY = lexicon.COMMON | CLINICAL
# What a practice or a firm is called by after its own name; alone a department, a treatment or a kind of contract.
SPECIALTIES = (
    "gastroenterology", "nephrology", "rheumatology", "pulmonology", "pulmonary", "endocrinology", "respiratory", "enteral", "podiatry", "audiology", "psychiatry", "urogynecology",
    "maxillofacial", "neurosurgery", "orthopaedic", "orthopedic", "ortho", "vascular", "ent", "perinatal", "hepatology", "periodontics", "endodontics", "chiropractic", "acupuncture",
    "rescue", "surgery", "post-acute", "postacute", "homecare", "oxygen", "mobility", "prosthetics", "orthotics", "med", "hs", "ems", "ambulance", "pediatrics", "cardiology", "dermatology", "oncology", "urology", "neurology",
    "ophthalmology", "dental", "rheum", "derm", "cardio", "peds",
    "neuropsychology", "neuropsychiatric", "neuropsychiatry", "electrophysiology", "cardiovascular", "otolaryngology", "hematology-oncology", "heme-onc", "hem-onc", "cardio-oncology", "cardiothoracic", "gynecology", "obstetrics", "ob-gyn", "obgyn", "midwifery", "hepatobiliary", "retina", "allergy", "sleep", "spine", "endocrine", "kidney", "lung", "urogyn", "pathology", "anesthesia", "trauma",
)  # fmt: skip
_LAST = SPECIALTIES[SPECIALTIES.index("neuropsychology") :]
PAYERS = ("hmo", "ppo", "mutual", "advantage", "assurance", "healthplan", "indemnity")
# Of these everyday words make a practice where they stand alone or after what leads to it: "Copper Basin Nephrology".
_WEAK = frozenset(SPECIALTIES[: SPECIALTIES.index("neurosurgery")]) - {"pulmonary", "respiratory", "enteral"} | {
    "post-acute",
    "hs",
    "hematology-oncology",
    "heme-onc",
    "hem-onc",
    "cardio-oncology",
    "neuropsychiatric",
    "cardiothoracic",
    "midwifery",
}
# What a county has: "Creek County Probation".
_CIVIC = ("probation", "parole", "corrections", "dhs", "dss", "dcfs", "cps", "schools", "transit", "coroner")
_COUNTIES = ("county", "parish", "city", "state")
_SHORT = ("cardio", "peds", "derm", "ent")
_BRIGADES = ("fire", "rescue", "ems", "ambulance")
_PLANS = ("plan", "plans")
ENDS = (*SPECIALTIES, *PAYERS, *_PLANS, *_CIVIC)
# A list of houses to choose from names them alone at the head of an item: "1) Orchard Gate Rehab - no bed".
_CHOSEN = (
    "rehab", "snf", "nursing", "care", "homecare", "hospice", "pharmacy", "manor", "lodge", "surgery", "center", "supply", "group", "partners",
)  # fmt: skip
_CONTRACTS = (
    "medicare", "medicaid", "commercial", "managed", "private", "state", "federal", "tricare", "group", "employer", "individual", "dual", "traditional", "open", "network", "straight",
    "health", "care", "treatment", "insurance", "benefit", "dental", "vision", "medigap", "supplement", "part", "hmo", "ppo", "epo", "pos", "standard", "high", "low", "new", "no", "competitive", "take", "full", "unfair", "advantage", "choice",
)  # fmt: skip
# Headings and what is done: none of them begins or fills a house's name.
_HEADINGS = (
    "note", "notes", "progress", "initial", "consultation", "consult", "visit", "new", "patient", "report", "summary", "history", "letter", "referral", "referring", "return", "established", "interval", "follow-up",
    "operative", "preoperative", "postoperative", "service", "services", "attending", "contact", "call", "called", "consulted", "discussed", "paged", "per", "await", "awaiting", "appreciate", "defer", "recommend",
    "fellow", "resident", "team", "on-call", "schedule", "scheduled", "see", "seen", "refer", "referred", "order", "ordered", "arrange", "urgent", "stat", "routine", "recs", "recommendations", "re", "cc", "via", "chronic",
    "acute", "moderate", "severe", "mild", "daily", "active", "problem", "plan", "assessment", "date", "time", "level", "type", "reason", "chief", "current", "recent", "next", "last", "prior", "previous", "transfer", "discharge",
)  # fmt: skip
_PLACES = ("organisation", "city")
_KINDS_OF_PLAN = frozenset(("health", "medical", "choice", "benefit"))
_SCORE = 0.94  # the whole wins over its parts
_MORE = 2  # words after the first of what is joined to a name
_LANDS = (
    "plains", "prairie", "pines", "oaks", "sea", "mountain", "mountains", "cascades", "rockies", "desert", "isles", "islands", "woods", "lakes", "river", "rivers", "ozarks", "carolinas", "piedmont", "gulf", "coast",
    "valley", "hills", "harbor", "lake", "bay", "falls", "creek", "grove", "island", "heights", "haven",
    "foothills", "highlands", "lowcountry", "cross", "rosary", "angels", "apostles", "redeemer", "nations", "lamb", "nazarene", "resurrection", "ascension", "assumption", "annunciation", "virginias", "dunes", "sierra", "sierras", "palms",
)  # fmt: skip
_VIRTUES = ("grace", "mercy", "hope", "peace", "god", "christ", "lourdes", "fatima", "guadalupe", "providence")
_SERVED = ("blind", "deaf", "homeless", "disabled", "aged", "elderly", "visually", "arts", "performing")
LANDS = (*_LANDS, *_SERVED, *_VIRTUES)
# Stop words that a house's name may begin with: "Big Sky Choice".
_SIDES = (
    "north", "south", "east", "west", "northwest", "northeast", "southwest", "southeast",
    "big",
    "little",
    "blue",
    "white",
    "black",
    "good",
    "grand",
    "first",
    "second",
    "upstate",
    "uptown",
    "downtown",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "old", "early", "every", "all", "long",
)  # fmt: skip
# In these words "of the" tells where on a body or in a room: "Top of the Hill".
_POINTS = (
    "out", "point", "city", "county", "parish", "borough", "head", "foot", "side", "top", "end", "rest", "back", "bottom", "edge", "north", "south", "east", "west", "new", "old", "upper", "lower", "los", "las", "la", "el", "port", "town", "township", "village", "district", "state", "member",
)  # fmt: skip


_FUNCTION_KEYS, _HEADING_KEYS, _SIDE_KEYS, _CONTRACT_KEYS, _ENDING_KEYS = (
    among(*spellings) for spellings in (FUNCTIONS, _HEADINGS, _SIDES, _CONTRACTS, (*ENDS, *_CHOSEN))
)


_LAST_KEYS = among(*_LAST)
_ADJECTIVE_KEYS = among(
    "individualized", "individual", "emergency", "comprehensive", "integrated", "personal", "personalized", "annual", "preventive", "student", "school", "wellness"
)  # fmt: skip


class Whole:
    """The runs of capitalised words of a batch beside what was found in it."""

    def __init__(self, rules: PlaceRules) -> None:
        self.rules, self.words = rules, rules.words
        self.top = len(self.words) - 1
        self.keys, self.capital = rules.keys, rules.is_capital
        self.goes, self.ampersand = rules.goes_on, self.words.gap_is(" & ").data

    def run(self) -> None:
        self.found_before()
        self.tails()
        self.of_the_land()

    def found_before(self) -> None:
        """Drop the departments among the organisations that were found, and widen the others."""
        words, spans, begun = self.words, self.rules.spans, self.rules.begun
        found = [at for at, span in enumerate(spans[begun:], begun) if span[2] in _PLACES]
        if not found:
            return
        end = np.array([spans[at][1] for at in found], dtype=words.start.dtype)
        last = np.searchsorted(words.start, end) - 1
        wider = self._beside([spans[at] for at in found], end, last)
        asked = words.spelled(*KINDS)[last].nonzero()[0].tolist()
        for at in reversed(asked):
            if department(words, bisect_left(words.starts, spans[found[at]][0]), int(last[at])):
                del spans[found[at]]
        spans.extend(wider)

    def _goes(self, at: int) -> bool:
        """A run of capitalised words goes on after this one, over an ampersand as well."""
        return bool(
            self.goes[at]
            or (self.capital[at] and at < self.top and self.capital[at + 1] and (self.ampersand[at] or self._owned(at)))
        )

    def _owned(self, at: int) -> bool:
        gap = self.words.gap(at)
        if gap == "' ":  # "Timber Builders' Indemnity"
            return self.words.text[self.words.ends[at] - 1] == "s"
        return bool(self.words.possessive[at]) and gap == "'s "

    def _shut(self, at: int) -> bool:
        """No part of a house's name: a title, a relation, a credential."""
        words = self.words
        if words.has("affix")[at]:
            return False
        return bool(
            words.has("title", "month", "relation")[at]
            or words.has("verb")[at]
            or (words.has("credential")[at] and words.caps[at])
            or (words.size[at] == 1 and not words.possessive[at])
        )

    def _heading(self, at: int) -> bool:
        words = self.words
        if self.keys[at] in among("our") and self.goes[at] and self.keys[at + 1] in among("lady"):
            return False
        if self.keys[at] in _HEADING_KEYS:
            return True
        return bool(words.has("stop")[at] and not words.has("stop-name")[at]) and self.keys[at] not in _SIDE_KEYS

    def _first(self, last: int) -> int:
        """Where the run that ends here begins; what only leads to it is left out."""
        first = last
        while first and last - first < _LONGEST and self._goes(first - 1) and not self._shut(first - 1):
            first -= 1
        while first < last and self._heading(first):
            first += 1
        return first

    def tails(self) -> None:
        """Runs whose last word is a specialty's, a payer's or a chosen house's."""
        words = self.words
        ends = words.spelled(*ENDS) | words.spelled(*_CHOSEN) & words.gap_is(" - ")
        index = ends[1:].nonzero()[0] + 1
        before, after = index - 1, np.minimum(index + 1, self.top)
        kept = self.rules.capital[index] & self.rules.capital[before]
        kept &= ~words.line_in_capitals[index] | words.spelled(*_PLANS)[index] & words.newline[index]
        kept &= words.gap_is(" ", "-", " & ", "'s ", "' ")[before] & ~words.gap_is(": ", ":", ":  ")[index]
        last = ~(words.gap_is(" ", " & ")[index] & words.has("organisation")[after] & self.rules.capital[after])
        index = index[kept & last]
        ended = words.newline[index] | words.gap_is(", ", ".", ". ", ") ", " - ", "  ", "; ")[index]
        for last, end in zip(index.tolist(), ended.tolist(), strict=True):
            if self._goes(last) and (self.keys[last + 1] in _ENDING_KEYS or self.keys[last] in _LAST_KEYS):
                continue  # "Pittsburgh Sleep Quality Index"
            first = self._first(last)
            if first < last and self._named(first, last, end):
                self._take(first, last)

    def _named(self, first: int, last: int, ended: bool) -> bool:
        """Whether a run names a house of its own."""
        words, kind = self.words, self.words.word(last).lower()
        nowhere = words.has("nowhere")
        telling = [at for at in range(first, last) if not nowhere[at] and not self._clinical(at)]
        if kind in PAYERS or kind in _PLANS:
            telling = [at for at in telling if self.keys[at] not in _CONTRACT_KEYS]
        own = any(self._own(words.flags[at]) for at in telling)
        if not telling or self._person(first, last):
            return False
        if kind in _PLANS:
            health = words.word(last - 1).lower() in _KINDS_OF_PLAN
            if words.line_in_capitals[last]:
                return health and self.keys[first] not in _ADJECTIVE_KEYS and bool(words.newline_before[first])
            return own or health
        if kind in PAYERS:
            named = any(words.flags[at] & (lexicon.NAME | lexicon.PLACE) for at in telling)
            return own or named or len(telling) > 1 or bool(words.caps[last])
        alone = bool(words.newline_before[first]) and ended
        if kind in _CHOSEN:
            return len(telling) > 1 and alone
        return self._practice(first, last, len(telling), own, alone)

    def _practice(self, first: int, last: int, telling: int, own: bool, alone: bool) -> bool:
        """A specialty with a name of its own before it, or everyday words where a practice stands."""
        words, kind = self.words, self.words.word(last).lower()
        if self.keys[last - 1] in among(*_COUNTIES):
            return kind in _CIVIC and last - first > 1
        if kind in _CIVIC:
            return False
        if kind == "med":
            return (own or telling > 1) and last - first > 1
        if kind == "surgery":
            return own and self.keys[last - 1] in among("maxillofacial", "plastic", "oral")
        joint = (self.ampersand[last - 1] or self._led(first)) and kind not in _SHORT and self._named_place(first, last)
        if kind in _BRIGADES and words.word(last - 1).lower() in _BRIGADES:
            return telling > 1 or own
        plain = any(words.has("nowhere", "label")[at] or self.keys[at] in _FUNCTION_KEYS for at in range(first, last))
        weak = kind in _WEAK and telling > 1 and not plain and (alone or self._led(first))
        return (own and not (kind in _SHORT and last - first < 2)) or weak or bool(joint)

    def _named_place(self, first: int, last: int) -> bool:
        """A town or a person has the name of one of these words: "Carolina Heart & Vascular"."""
        words = self.words
        flags = [words.flags[at] for at in range(first, last) if not words.has("nowhere")[at]]
        return any(flag & lexicon.PLACE or (flag & lexicon.NAME and not flag & CLINICAL) for flag in flags)

    @staticmethod
    def _own(flag: int) -> bool:
        """No everyday word and no eponym; a town may be one: "Kettering"."""
        return not flag & (lexicon.COMMON | lexicon.MEDICAL) and not (
            flag & lexicon.EPONYM and not flag & lexicon.PLACE
        )

    def _clinical(self, at: int) -> bool:
        flag = self.words.flags[at]
        return bool(flag & CLINICAL and not flag & lexicon.COMMON)

    def _person(self, first: int, last: int) -> bool:
        """A given name and a surname, and then the specialty: "Jane Roe Cardiology"; or a title before."""
        words = self.words
        flags = [words.flags[at] for at in range(first, last)]
        title = first > 0 and words.has("title", "month", "relation")[first - 1] and words.gap(first - 1) in {" ", ". "}
        given = (
            len(flags) == 2
            and flags[0] & lexicon.FIRST
            and flags[1] & (lexicon.LAST | UNKNOWN)
            and not (flags[0] | flags[1]) & lexicon.COMMON
        )
        return bool(title or given)

    def _led(self, first: int) -> bool:
        words = self.words
        if not first:
            return False
        led = words.has("lead")[first - 1] or words.has("work-label")[first - 1]
        return bool(led or (words.sign[first - 1] and not words.newline[first - 1]))

    def _beside(self, found: list[Span], end: Any, last: Any) -> list[Span]:
        """What an ampersand, a dash or a few words join to an organisation: "[Moraine Fire] & EMS"."""
        words = self.words
        whole = (words.end[last] == end) | (words.end[last] + 2 == end) & words.possessive[last]
        after = np.minimum(last + 1, self.top)
        whole &= self.rules.capital[after] & ~words.has("title", "month", "relation")[after] & ~words.has("stop")[after]
        whole &= ~words.line_in_capitals[after]
        ampersand, dash = words.gap_is(" & ")[last], words.gap_is(" - ")[last]
        kind = words.gap_is(" ")[last] & words.has("organisation")[after] & ~words.has("nowhere")[after]
        wider = []
        for at in (whole & (ampersand | dash | kind)).nonzero()[0].tolist():
            start, _, kind_of, score, _ = found[at]
            if kind_of == "city":
                continue
            first = int(after[at])
            stop = self._reach(first)
            if department(words, bisect_left(words.starts, start), stop):
                continue
            if not dash[at] or self._town(first, stop):
                wider.append((start, words.ends[stop], kind_of, max(score, _SCORE), _REASON))
        return wider

    def _reach(self, first: int) -> int:
        """The last word of the run that goes on here, at most three words."""
        last = first
        while last - first < _MORE and self._goes(last) and not self._shut(last + 1) and not self._heading(last + 1):
            last += 1
        return last

    def _town(self, first: int, last: int) -> bool:
        """A listed place or one with a geographic word, and nothing after it: "QuickMend - Yucca Valley"."""
        words = self.words
        flags = [words.flags[at] for at in range(first, last + 1)]
        listed = words.text[words.starts[first] : words.ends[last]].lower() in lexicon.places()
        wild = last > first and words.has("affix")[last] | words.has("affix")[first]
        strange = any(flag & (UNKNOWN | lexicon.PLACE) and not flag & _EVERYDAY for flag in flags)
        ended = words.newline[last] or words.text[words.ends[last] : words.ends[last] + 1] in ".,;)"
        return bool(ended and (listed or wild or strange))

    def of_the_land(self) -> None:
        """ "Shepherd of the Valley", "Lighthouse for the Blind": a house of a land, of a virtue or for somebody."""
        words = self.words
        index = words.spelled(*LANDS)[3:].nonzero()[0] + 3
        index = index[self.rules.capital[index]]
        space, the = self.rules.space, words.spelled("the")[index - 1]
        joint = np.where(the, index - 2, index - 1)
        kept = space[index - 1] & space[joint] & space[joint - 1] & ~words.line_in_capitals[index]
        kept &= np.where(
            words.spelled(*_SERVED)[index],
            words.spelled("for")[joint] & the,
            words.spelled("of")[joint] | words.spelled("by")[joint] & the,
        )
        kept &= the | words.spelled(*_VIRTUES)[index]
        for last, head in zip(index[kept].tolist(), (joint - 1)[kept].tolist(), strict=True):
            if not self.capital[head] or self._shut(head):
                continue
            first = self._first(head)
            generic = first == head and words.has("nowhere", "organisation")[head]
            if not self._heading(first) and not generic and self.keys[head] not in among(*_POINTS):
                self._take(first, self._reach(last))

    def _take(self, first: int, last: int) -> None:
        words = self.words
        end = words.ends[last] + 2 * int(words.possessive[last])
        self.rules.spans.append((words.starts[first], end, "organisation", _SCORE, _REASON))
