"""What is nobody by its surroundings: a country after "in", a journal before a year and a volume, a sign after "positive"."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi.eponym_pairs import CALLED_AFTER_TOWNS
from cloister.phi.eponyms_shared import SHARED
from cloister.phi.lexicon import EPONYM, NAME
from cloister.phi.namesakes import EPONYM_PAIRS
from cloister.phi.place_words import AFFIXES
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.word_table import key_set

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


# Parts of the body and signs.
OF_BODY = (
    "pouch", "cul-de-sac", "ligament", "ligaments", "circle", "node", "nodes", "gland", "glands", "tetralogy", "trilogy", "pentalogy", "canal", "fossa", "foramen", "foramina", "angle", "triangle", "islets",
    "loop", "sphincter", "ampulla", "duct", "ducts", "sinus", "sinuses", "sulcus", "fissure", "valves", "crypts", "bundle", "tubercle", "fascia", "membrane", "spiral", "tendon", "tunica", "zonule", "zonules",
    "annulus", "organ", "corpuscles", "corpuscle", "cells", "septum", "plexus", "ganglion", "aqueduct", "cistern", "cave", "apparatus", "incisure", "notch", "vein", "veins", "artery", "muscle", "papilla",
    "sign", "signs", "maneuver", "reflex", "phenomenon", "syndrome", "disease", "triad", "stria", "striae", "space", "spaces", "bodies", "lines", "rings", "hiatus", "trigone", "line",
)  # fmt: skip
# What several can have given their names to: "Harrington and Luque rods".
OF_SEVERAL = (
    "signs", "criteria", "maneuvers", "nodes", "spots", "bodies", "phenomena", "reflexes", "scales", "views", "rods", "retractors", "clamps", "wires", "stents", "catheters", "screws", "osteotomies", "procedures", "classifications", "formulas",
    "equations", "stains", "splints", "flaps", "incisions", "approaches",
)  # fmt: skip
# A scale is called after the house right before it.
SCALED = ("criteria", "criterion", "classification", "score", "scale", "questionnaire", "nomogram")


# What a word right after them is a kind of: "hemoglobin Lepore", "revised Geneva".
_KINDS_OF = (
    "hemoglobin", "haemoglobin", "hb", "antithrombin", "fibrinogen", "placenta", "revised", "modified", "simplified", "inverted", "bidirectional", "biplane", "sequence", "salmonella", "virus",
)  # fmt: skip


@cache
def _towns() -> frozenset[int]:
    return key_set(*{phrase.split(" ")[0] for phrase in CALLED_AFTER_TOWNS})


@cache
def _things() -> frozenset[int]:
    return key_set(*_THINGS)


@cache
def shared() -> frozenset[int]:
    return key_set(*SHARED)


def leading_to_thing(words: Words, index: Any) -> Any:
    """Those of the words after which a thing is named: "pouch of Douglas", "ligament of Treitz", "hemoglobin Lepore"."""
    found = words.spelled("of")[index] & words.spelled(*OF_BODY)[np.maximum(index - 1, 0)]
    return index[(found | words.spelled(*_KINDS_OF)[index]) & words.gap_is(" ")[index]]


# Labels of what is a thing.
_THINGS = (
    "wires", "wire", "guides", "stents", "stent", "balloons", "coils", "filter", "closure", "devices", "device", "leads", "valves", "valve", "pump", "pumps", "mask", "masks", "cpap", "bipap", "vent", "vents", "trach", "tubes", "tube",
    "feeds", "formula", "supplement", "supplements", "dressing", "dressings", "ostomy", "pouch", "mattress", "lift", "walker", "wheelchair", "cushion", "crutches", "brace", "braces", "splint", "splints", "cast", "sling", "orthosis",
    "sensors", "sensor", "cgm", "meter", "meters", "monitor", "monitors", "implants", "implant", "lenses", "lens", "iol", "iols", "lasers", "laser", "contrast", "suture", "sutures", "mesh", "hips", "hip", "knees", "spine", "trauma",
    "ortho", "dental", "hearing", "dialysis", "access", "dialyzer", "drugs", "drug", "meds", "otc", "herbals", "vitamins", "apps", "app", "games", "toys", "snacks", "drinks", "retractors", "clamps", "scissors", "forceps", "needles",
    "instruments", "instrument", "tray", "trays", "blades", "stains", "stain", "scales", "scale", "tests", "tools", "measures", "eponyms", "brands", "brand", "equipment", "supplies", "dme", "neb", "nebs", "inhalers", "inhaler", "kits", "ocps", "ocp", "pills", "contraceptives", "contraception", "iuds", "iud", "tried", "failed", "osteotomies", "procedures", "maneuvers", "classifications", "criteria", "plates", "nails", "stems", "discs", "guidewires", "catheters", "ointments", "drops", "cigarettes", "beers", "liquor", "cereals", "candy", "sodas", "shows", "cartoons",
)  # fmt: skip
_COMPANY = 2  # eponyms beside it at least
_MEASURED = 8


def in_company(words: Words, eponym: Flags) -> list[int]:
    """Names that many bear and words of no list in a row of eponyms: the "Evans" of "Brostrom, Gould, Chrisman-Snook, Evans"."""
    comma = words.gap_is(", ", "/", " / ")
    at = ((comma | words.digit) & words.capital).nonzero()[0]
    after = np.minimum(at + 1, max(len(words) - 1, 0))
    # "Whitacre 25, Sprotte"
    joins = comma[at] | ~words.newline[at] & (words.gap_size[at] < _MEASURED)
    at = at[joins & words.capital[after] & (after > at)]
    if not len(at):
        return []
    parted = (np.diff(at) > 1).nonzero()[0]
    first, last = np.append(0, parted + 1), np.append(parted, len(at) - 1)
    fit = ((words.flag & np.uint8(NAME | UNKNOWN)) != 0) & ~eponym
    known = _count(eponym, at, first, last)
    labelled = words.gap_is(": ")[np.maximum(at[first] - 1, 0)]
    rows = (last - first >= _COMPANY - 1) & (known >= _COMPANY - labelled)
    rows &= _count(fit, at, first, last) > 0
    out: list[int] = []
    many = shared()
    telling = words.has("cue", "near", "label", "title", "relation")
    for begin, end, label in zip(
        at[first[rows]].tolist(), at[last[rows]].tolist(), labelled[rows].tolist(), strict=True
    ):
        row = range(begin, end + 2)
        enough = _COMPANY - (label and int(words.key[begin - 1]) in _things())  # "Wires: Sion, Fielder, Confianza"
        # a label, a title, "seen by"
        if telling[begin] or (begin and not words.last[begin - 1] and telling[begin - 1]):
            continue
        borne = [place for place, key in zip(row, words.key[begin : end + 2].tolist(), strict=True) if key in many]
        ended = words.mark[end + 1] or words.newline[end + 1]  # "Coreg, Zocor, Roe sleepy" tells somebody
        strange = [place for place in row if words.flag[place] & UNKNOWN and (place <= end or ended)]
        sure = int(np.count_nonzero(eponym[begin : end + 2])) - int(np.count_nonzero(eponym[borne]))
        if (borne or strange) and sure >= enough:
            out += [place for place in borne + strange if not acts(words, place) or _goes_on(words, place, eponym)]
    return out


def _goes_on(words: Words, at: int, eponym: Flags) -> bool:
    """The row ends with one more eponym: "Deaver, Richardson and Army-Navy"."""
    return at + 2 < len(words) and bool(words.spelled("and", "or")[at + 1] and eponym[at + 2])


_SOMEBODY = (
    "notified", "aware", "paged", "informed", "updated", "agrees", "agreeable", "at", "and", "or", "with", "here", "present", "to", "from", "covering", "rounding", "following", "who", "rn", "md", "np", "pa", "is", "was", "up", "oob", "resting", "asleep", "sleeping", "awake", "alert", "crying", "upset", "in", "out", "off", "back", "home", "by", "for", "says", "said",
)  # fmt: skip
AROUND = 14  # words to either side


def among_things(words: Words, index: Any, eponym: Flags) -> Any:
    """Which names that many bear begin a part of a sentence that is full of eponyms: "Robson 5, Friedman arrested, Bakri in"."""
    out = np.zeros(len(index), np.bool_)
    places = eponym.nonzero()[0]
    low, high = np.searchsorted(places, index - AROUND), np.searchsorted(places, index + AROUND)
    many = shared()
    for number in (high - low >= _COMPANY).nonzero()[0].tolist():
        at = int(index[number])
        if int(words.key[at]) in many and _begins_part(words, at) and not acts(words, at):
            near = places[low[number] : high[number]].tolist()
            beside = [place for place in near if place != at and int(words.key[place]) not in many]
            out[number] = sum(same_sentence(words, at, place) for place in beside) >= _COMPANY
    return out


def _begins_part(words: Words, at: int) -> bool:
    """After a comma, a slash or at a sentence's head, and after nothing that tells somebody."""
    if at and not words.newline[at - 1]:
        telling = words.has("cue", "near", "title", "relation")[at - 1] or (
            words.has("label")[at - 1] and words.mark[at - 1]
        )
        return not telling and (
            bool(words.mark[at - 1]) or words.gap(at - 1) in {", ", "/", " / ", "; "} or bool(words.digit_before[at])
        )
    return True


def acts(words: Words, at: int) -> bool:
    """What somebody does follows, or another capital: "Ross notified", "Ross Kelly"."""
    after = at + 1
    if after >= len(words) or words.mark[at] or words.newline[at] or words.gap(at) not in {" ", "'s "}:
        return False
    return bool(
        words.capital[after] or words.has("verb", "only-people", "told")[after] or words.spelled(*_SOMEBODY)[after]
    )


def same_sentence(words: Words, one: int, other: int) -> bool:
    low, high = min(one, other), max(one, other)
    return not (words.mark[low:high] | words.newline[low:high]).any()


def _count(flags: Flags, at: Any, first: Any, last: Any) -> Any:
    """How many words of each row are so: its words are those at ``at[first]`` to ``at[last]``, and one more."""
    counted = np.append(0, np.cumsum(flags[at]))
    return counted[last + 1] - counted[first] + flags[at[last] + 1]


def called_after_town(words: Words, first: int, last: int) -> bool:
    """What follows is called after a place: "San Francisco syncope rule", "St. Louis encephalitis"."""
    key = int(words.key[first])
    if key in _towns():
        value = words.text[words.starts[first] : words.ends[last]].replace(".", "").lower()
        return f"{value} {words.word(min(last + 1, len(words) - 1)).lower()}" in CALLED_AFTER_TOWNS
    if last > first or not words.flags[first - 1] & EPONYM:
        return False
    # "Quincke, Greene, Sprotte"
    return key in shared() and _joined_eponym(words, first, -1) and _joined_eponym(words, last, 1)


def _joined_eponym(words: Words, at: int, step: int) -> bool:
    """A comma or a slash and an eponym, or nothing more of the sentence."""
    beside, gap = at + step, min(at, at + step)
    if gap < 0 or beside >= len(words) or words.mark[gap] or words.newline[gap]:
        return step > 0
    return words.gap(gap) in {", ", "/", " / "} and bool(words.flag[beside] & EPONYM)


def goes_with(words: Words, last: int, city: str) -> bool:
    """What follows makes it a thing, or it is a word that only goes with a town's name: "Hickman red lumen", "from Port"."""
    if words.flags[last] & EPONYM:
        return f"{city} {words.word(min(last + 1, len(words) - 1))}".lower() in EPONYM_PAIRS
    return " " not in city and city.lower() in AFFIXES
