"""Streets without a number or in odd forms: "Piggly Drug on Main", "I-94 WB @ MM 137", "3rd & Elm", "State Route 26", "the Orchid Ln house"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.place_leads import CLINICAL
from cloister.phi.vocabulary import word_set

if TYPE_CHECKING:
    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

_SHOPS = ("drug", "drugs", "pharmacy", "pharmacies", "apothecary", "market", "foods", "rx", "store", "mart")
_KIND = r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Pkwy|Pike|Hwy|Way|Ct|Pl)"
_ON = re.compile(rf" ((?:[NSEW]\.? )?(?:\d{{1,3}}(?:st|nd|rd|th)|[A-Z][a-z]{{2,}})(?: {_KIND}\b)?)(?=[\s,.;)]|$)")
_MARKS = ("mm", "mile", "milepost", "exit")
_MARKER = re.compile(
    r"\b(?:I|US|SR|Hwy|HWY|Rte|RTE)[ -]\d{1,3}(?: [NSEW]B)? (?:@|at|near|AT) (?:M[Mm]|Mile|MILE|Exit|EXIT|Milepost) ?(?:[Mm]arker |MARKER )?\d{1,3}\b"
)
_MILE_OF = re.compile(
    r"(?:Mile|Milepost|MM)(?: [Mm]arker)? \d{1,3}(?:\.\d)?,? (?:[A-Z][a-z]+ ){1,3}(?:Hwy|Highway|Rd|Road|Pkwy|Parkway)\b"
)
# What a shop or somebody does something on, and no street: "Reasor's on Hold".
_NO_STREET = word_set(
    "file hold arrival admission discharge call duty insulin monday tuesday wednesday thursday friday saturday sunday sun mon tue tues wed thu thurs fri sat"
)
_HIGHWAYS = ("hwy", "highway", "route", "rte", "road", "rd")
_ROADS = ("road", "rd")
_MILE = r"(?:(?i:mile marker|milepost|mile|mp|mm) \d{1,3}(?:\.\d)?,? (?:of |on )?)?"
_HIGHWAY = re.compile(
    rf"(?:^|(?<=[\s(,;:@])){_MILE}(?:[NSEW]?\d{{1,6}} )?(?P<of>(?:(?:State|STATE|U\.?S\.?|County|COUNTY|Co\.?|CO|Old|Forest|Indian|Navajo|BIA|Tribal|Township|Twp\.?|Rural|Farm|Ranch|Spur|[A-Z]{{2}}|[NSEW]\.?) ){{0,3}})"
    r"(?:Hwy|HWY|hwy|Highway|HIGHWAY|highway|Route|ROUTE|Rte|RTE|Road|ROAD|Rd|RD)\.? (?P<number>\d{1,4}[A-Z]?)\b(?! ?(?:%|mg|mL|ml))(?: (?:N|S|E|W|North|South|East|West|[NSEW]B)\b)?(?:,? [Bb]ox \d{1,5}[A-Z]?\b)?"
)
_ALONG = (
    "on", "off", "along", "near", "nr", "down", "past", "from", "onto", "crossing", "crossed", "rollover", "mvc", "mva", "crash", "eb", "wb", "nb", "sb", "northbound", "southbound", "eastbound", "westbound", "exit", "ramp", "median", "shoulder", "closed", "by", "up", "junction", "of",
)  # fmt: skip
_INTERSTATE = re.compile(
    r"(?:I-(?!1(?:2[345]|31)\b)\d{1,3}|US[ -]\d{1,3}|(?:SR|CR|FM)[ -]\d{3,4})(?: (?:[NSEW]B|[NSEW]))?(?![\w%./-]\d|\w| ?(?:mg|mcg|ml|mL|units|hours|days|weeks|wks|months|years|times|x|min)\b)"
)
_ORDINALS = ("st", "nd", "rd", "th")
_NAME = r"(?:[NSEW]\. )?(?:(?:El|La|Las|Los|Le|Du|De|San|Mt\.?|St\.?) )?[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){0,2}"
_CORNER = re.compile(
    rf"(?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\.?)? ?& ?({_NAME})(?: {_KIND}\b)?|({_NAME})(?: {_KIND}\.?)? ?& ?(?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\b)?|({_NAME}) {_KIND}\.? (?:at|@|and) (?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\b)?"
)
_BODY = word_set(
    "toe toes finger fingers digit digits rib ribs metacarpal metacarpals metatarsal metatarsals mtp pip dip ray rays web interspace nerve nerves cranial ventricle stage degree phalanx day days week weeks dose visit third fourth fifth"
)
# These end a street's name wherever they stand; the others beside what is there: "the Orchid Ln house".
_SURE_KINDS = ("blvd", "ave", "rd", "pkwy", "ln", "boulevard", "avenue", "parkway", "turnpike", "tpke", "expy", "fwy")
_KINDS = (
    "st",
    "street",
    "lane",
    "road",
    "dr",
    "drive",
    "ct",
    "court",
    "cir",
    "circle",
    "pl",
    "place",
    "ter",
    "terrace",
    "trail",
    "trl",
    "hwy",
    "pike",
    "way",
)
_THERE = "house address home apartment apt property location store office clinic site entrance exit bridge overpass intersection shelter encampment station stop bus corner residence duplex trailer"
_NAMED = re.compile(
    r"(?:(?:[NSEW]\.?|North|South|East|West|Old|New|Upper|Lower|Big|Little|Left|Right) )?(?:[A-Z][a-z'-]+\.? ){1,3}$"
)
_SMALL_KINDS = ("ave", "blvd", "pkwy", "hwy", "avenue", "boulevard")
_SMALL = re.compile(r"\b(?:on|off|at|near|past|down|up|along|from) ((?:[nsew]\.? )?[a-z]{3,} (?:[a-z]{3,} )?)$")
_LETTERS = ("mailed", "mail", "letter", "shipped", "ship", "copy", "mailing")
_MAILED = re.compile(r" (\d{1,5} (?:[NSEW]\.? )?[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})(?=[,.;)\n]|$)")
_WARD = re.compile(r"\d+ (?:North|South|East|West|Tower|Center|Main)$")
_BACK = 48
_FLOORS = ("fl", "floor", "flr", "upper", "lower", "rear", "front", "basement", "upstairs", "downstairs")
_FLOOR = re.compile(
    r"\d ?[A-Za-z0-9 .'-]{3,40}? (?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Blvd|Boulevard|Court|Ct|Place|Pl|Way|Terrace|Ter|Circle|Cir|Square|Sq|Broadway)\.?,? ((?:\d{1,2}(?:st|nd|rd|th) (?:floor|flr|fl)|upper|lower|rear|front|basement|upstairs|downstairs))$"
)
_BLOCK = re.compile(r"\b\d{2,5} block of (?:[NSEW]\.? )?(?:\d{1,3}(?:st|nd|rd|th)|[A-Z][a-z]+)(?: [A-Z][a-z]+){0,2}")


def find_streets(words: Words, spans: list[Span]) -> None:
    """Append these streets."""
    text = words.text
    for at in (words.spelled(*_MARKS) & words.capital).nonzero()[0].tolist():
        begin = words.starts[at]
        if match := _MARKER.search(text, max(begin - 24, 0), words.ends[at] + 16):
            spans.append((match.start(), match.end(), "street", 0.75, "mile of a highway"))
        if match := _MILE_OF.match(text, begin):
            spans.append((begin, match.end(), "street", 0.75, "mile of a highway"))
    _shops(words, spans)
    _interstates(words, spans)
    _highways(words, spans)
    _corners(words, spans)
    _named(words, spans)
    _mailed(words, spans)
    _parts(words, spans)


def _shops(words: Words, spans: list[Span]) -> None:
    """ "Piggly Drug on Main", "Dunkin' on 4th"."""
    index = words.spelled("on")[1:].nonzero()[0] + 1
    index = index[words.capital[index - 1]]
    index = index[words.gap_is(" ", "'s ")[index - 1] & ~words.line_in_capitals[index]]
    before = index - 1
    named = words.capital[np.maximum(before - 1, 0)] & words.gap_is(" ")[np.maximum(before - 1, 0)]
    shop = words.spelled(*_SHOPS)[before] & named | words.has("chain")[before]
    index = index[shop | words.possessive[before] & ~words.has("nowhere", "relation")[before]]
    shut = words.has("stop", "title", "month", "relation")
    for at in index.tolist():
        match = _ON.match(words.text, words.ends[at])
        if (
            match
            and (match[1][0].isdigit() or not (shut[at + 1] or _clinical(words.flags[at + 1])))
            and match[1].lower() not in _NO_STREET
        ):
            spans.append((match.start(1), match.end(1), "street", 0.7, "street that a shop stands on"))


def _highways(words: Words, spans: list[Span]) -> None:
    """ "State Route 261", "mile marker 88, LA HWY 2", "22817 Road 196"."""
    index = words.spelled(*_HIGHWAYS).nonzero()[0]
    if not len(index):
        return
    after = words.end[index] + (words.raw[words.end[index]] == ord("."))
    number = words.raw[after + 1] - np.uint8(48) < 10
    road = words.spelled(*_ROADS)[index]
    index = index[number & (words.raw[after] == 32) & (words.capital[index] | ~road)]
    for at in index.tolist():
        begin = words.starts[at]
        line = words.text.rfind("\n", max(begin - _BACK, 0), begin) + 1 or max(begin - _BACK, 0)
        for match in _HIGHWAY.finditer(words.text, line, words.ends[at] + 24):
            sure = words.word(at).lower() not in _ROADS or match["of"] or len(match["number"]) > 1
            if sure and match.start() <= begin < match.end():
                spans.append((match.start(), match.end(), "street", 0.86, "highway of a number"))


def _interstates(words: Words, spans: list[Span]) -> None:
    """ "on I-80", "rollover US-31 NB"; not "I-131" nor "CR 1.2"."""
    index = words.spelled("i", "us", "sr", "cr", "fm")[1:].nonzero()[0] + 1
    raw, end = words.raw, words.end[index]
    dash = raw[end] == ord("-")
    number = (raw[end + 1] - np.uint8(48) < 10) & (dash | (raw[end] == 32) & ~words.spelled("i", "cr")[index])
    index = index[number & (words.caps[index] | (words.size[index] == 1)) & words.capital[index]]
    for at in index[words.spelled(*_ALONG)[index - 1]].tolist():
        if match := _INTERSTATE.match(words.text, words.starts[at]):
            spans.append((match.start(), match.end(), "street", 0.75, "highway of a number"))


def _corners(words: Words, spans: list[Span]) -> None:
    """ "3rd & Elm St", "Clybourn & 14th", "Peachtree St at 5th"."""
    index = words.spelled(*_ORDINALS).nonzero()[0]
    if not len(index):
        return
    raw, start, end = words.raw, words.start[index], words.end[index]
    digit = raw[start - 1] - np.uint8(48) < 10
    near = words.gap_is(" & ")[index]
    for step in (3, 4, 5):
        near |= (raw[start - step] == ord("&")) | (raw[start - step] == ord("@"))
        near |= (raw[start - step] == ord("t")) & (raw[start - step - 1] == ord("a"))
        near |= (raw[start - step] == ord("d")) & (raw[start - step - 1] == ord("n"))
    shut = words.has("stop", "title", "month", "relation", "nowhere")
    for begin, stop, at in zip(
        start[digit & near].tolist(), end[digit & near].tolist(), index[digit & near].tolist(), strict=True
    ):
        low = words.text.rfind("\n", max(begin - _BACK, 0), begin) + 1 or max(begin - _BACK, 0)
        follows = words.word(at + 1).lower() if at + 1 < len(words) else ""
        for match in _CORNER.finditer(words.text, low, stop + 40):
            name = match[1] or match[2] or match[3]
            first = bisect_left(words.starts, match.start(match.lastindex or 1))
            if (
                match.start() <= begin < match.end()
                and follows not in _BODY
                and not shut[first]
                and not _clinical(words.flags[first])
                and name.rpartition(" ")[2].lower() not in _BODY
            ):
                spans.append((match.start(), match.end(), "street", 0.8, "corner of two streets"))


def _named(words: Words, spans: list[Span]) -> None:
    """ "Saw Mill Run Blvd" wherever it stands, "the Orchid Ln house"."""
    for at in (words.spelled(*_SMALL_KINDS) & words.line_in_small).nonzero()[0].tolist():
        if match := _SMALL.search(words.text, max(words.starts[at] - _BACK, 0), words.starts[at]):
            spans.append((match.start(1), words.ends[at], "street", 0.7, "street by its kind"))
    for sure, kinds in ((True, _SURE_KINDS), (False, _KINDS)):
        index = words.spelled(*kinds)[:-1].nonzero()[0]
        index = index[index > 2]
        kept = words.capital[index] & (words.small[index] > 0) & words.capital[index - 1] & words.gap_is(" ")[index - 1]
        if not sure:
            kept &= words.spelled(*_THERE)[index + 1] & words.gap_is(" ", ". ")[index]
        index = index[kept]
        for step in (1, 2, 3):  # with a number it is a pattern's
            index = index[words.raw[words.start[index - step] - 2] - np.uint8(48) > 9]
        for at in index.tolist():
            begin, end = words.starts[at], words.ends[at]
            match = _NAMED.search(words.text, max(begin - _BACK, 0), begin)
            first = bisect_left(words.starts, match.start()) if match else 0
            if not match or (_shut(words, first) and (at - first < 2 or words.gap(first - 1) == " ")):
                continue
            flag = words.flags[at - 1]
            if flag & lexicon.MEDICAL and not flag & (lexicon.NAME | lexicon.PLACE | lexicon.COMMON):
                continue  # "Axillary Ln"
            spans.append((match.start(), end, "street", 0.7, "street by its kind"))


def _shut(words: Words, first: int) -> bool:
    """No street begins with a title, a relation or a word of the sentence."""
    shut = words.has("title", "month", "relation", "credential")[first]
    return bool(shut or (words.has("stop")[first] and not words.has("affix", "stop-name")[first]))


def _mailed(words: Words, spans: list[Span]) -> None:
    """ "letter mailed to 55 Quarry Hill"."""
    index = words.spelled(*_LETTERS)[:-1].nonzero()[0] + 1
    for at in index[words.spelled("to")[index]].tolist():
        match = _MAILED.match(words.text, words.ends[at])
        if match and not _WARD.match(match[1]) and not words.has("month", "title")[at + 1]:
            spans.append((match.start(1), match.end(1), "street", 0.75, "street of a letter"))


def _parts(words: Words, spans: list[Span]) -> None:
    """The floor of "88 Tremaine Pl, 3rd fl", and "the 600 block of Tanager St"."""
    index = words.spelled(*_FLOORS)[1:].nonzero()[0] + 1
    told = words.spelled(*_ORDINALS)[index - 1] | words.gap_is(", ")[index - 1]
    for at in index[told & ~words.capital[index]].tolist():
        low, end = max(words.starts[at] - 60, 0), words.ends[at]
        if match := _FLOOR.search(words.text, low, end):
            spans.append((match.start(1), end, "street", 0.7, "part of a house"))
    index = words.spelled("block")[:-1].nonzero()[0]
    for at in index[words.spelled("of")[index + 1]].tolist():
        if match := _BLOCK.search(words.text, max(words.starts[at] - 6, 0), words.ends[at] + 40):
            spans.append((match.start(), match.end(), "street", 0.8, "block of a street"))


def _clinical(flag: int) -> bool:
    return bool(flag & CLINICAL and not flag & lexicon.COMMON)
