"""Streets without a number or in odd forms: "Piggly Drug on Main", "I-94 WB @ MM 137", "3rd & Elm", "State Route 26", "the Orchid Ln house"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.place_leads import CLINICAL
from cloister.phi.place_parts import find_parts
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import word_set
from cloister.phi.wording import some

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
# "Hwy 6 and Pump Station", "FM 1472 at mile 18", "US 93 MP 124"
_WITH = re.compile(
    rf" (?:(?:and|&) ((?:[A-Z][a-z]+ )?[A-Z][a-z]+(?: {_KIND})?)(?=[,.;)\n]|$)|(?:(?:at|near|@),? )?(?:(?:mile|Mile|MILE)(?: [Mm]arker)?|[Mm][PMp]|milepost|MILEPOST|exit|Exit) ?(\d{{1,3}})\b)"
)
_ALONG = frozenset((
    "on", "off", "along", "near", "nr", "down", "past", "from", "onto", "crossing", "crossed", "rollover", "mvc", "mva", "crash", "eb", "wb", "nb", "sb", "northbound", "southbound", "eastbound", "westbound", "exit", "ramp", "median", "shoulder", "closed", "by", "up", "junction", "of", "location", "scene",
))  # fmt: skip
_INTERSTATE = re.compile(
    r"(?:I-(?!1(?:2[345]|31)\b)\d{1,3}|US[ -]\d{1,3}|(?:SR|CR|FM)[ -]\d{3,4})(?: (?:[NSEW]B|[NSEW]))?(?![\w%./-]\d|\w| ?(?:mg|mcg|ml|mL|units|hours|days|weeks|wks|months|years|times|x|min)\b)"
)
_ORDINALS = ("st", "nd", "rd", "th")
_NAME = r"(?:[NSEW]\. )?(?:(?:El|La|Las|Los|Le|Du|De|San|Mt\.?|St\.?) )?[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){0,2}"
_CORNER = re.compile(
    rf"(?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\.?)? ?& ?({_NAME})(?: {_KIND}\b)?|({_NAME})(?: {_KIND}\.?)? ?& ?(?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\b)?|({_NAME}) {_KIND}\.? (?:at|@|and) (?:[NSEW]\.? )?\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\b)?"
)
# "Corner of Vine and Depot", "Scene: Alder & Pine Rd"
_TWO = rf"((?:[NSEW]\.? )?[A-Z][a-z]{{2,}}(?: [A-Z][a-z]+)?) ?(?:and|&|/|at) ?((?:[NSEW]\.? )?(?:[A-Z][a-z]{{2,}}(?: [A-Z][a-z]+)?|\d{{1,3}}(?:st|nd|rd|th)(?: {_KIND}\b)?|(?:Hwy|Highway|Route|Rte) \d{{1,3}}))"
_CROSSED = re.compile(rf"(?:(?: (?:of|at|is|near))? |: *){_TWO}(?=[,.;)\n?]|$| [a-z])")
_CROSS = ("corner", "corners", "intersection", "junction", "crossroads", "scene")
_AT_CROSS = re.compile(rf" {_TWO}(?=[,.;)\n?]|$| (?:when|while|by|last|this|on|near|after|just|with|in|and)\b)")
_HAPPENED = re.compile(
    r"(?i)\b(?:stopped|struck|hit|crash(?:ed)?|mv[ac]|collision|collided|wreck(?:ed)?|rollover|t-boned|assaulted|shot|stabbed|mugged|robbed|found(?: down| unresponsive| unresp)?|unresp\w*|collapsed|fell|camp(?:s|ed|ing)?|sle(?:eps|eping|pt)|panhandl\w+|stop|store|shop|station|tent|encampment|light|bus|off|up|waiting|walgreens|cvs|accident|ped|pedestrian) $"
)
_DIRECTED = re.compile(
    r"(?:\b(?:on|at|near|off|by|to|from|and|&|[a-z]{4,},) |(?:^|\n *|, )(?=\d))((?:\d{1,5} )?(?:[NS][EW]|[NSEW])\.? \d{1,3}(?:st|nd|rd|th))(?=[\s,.;)?]|$)"
)
_SMALL_CORNER = re.compile(r" (?:and|&) ([a-z]{3,})\b(?! (?:of|to|the))")
_BEFORE_ORDINAL = re.compile(r"\b(?:on|at|near|off|by|to|from) ((?:[nsew]\.? )?\d{1,3})$")
_NO_CORNER = _NO_STREET | word_set(
    "hospital clinic home school work er ed icu bedside police fire ems medics mom dad family staff eye lid lids mouth lip lips nose ear room bed bedroom wound"
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
    "terr",
    "trail",
    "trl",
    "hwy",
    "pike",
    "way",
)
_THERE = word_set(
    "house address home apartment apt property location store office clinic site entrance exit bridge overpass intersection shelter encampment station stop bus corner residence duplex trailer"
)
_NAMED = re.compile(
    r"(?:(?:[NSEW]\.?|North|South|East|West|Old|New|Upper|Lower|Big|Little|Left|Right) )?(?:[A-Z][a-z'-]+(?:-[A-Z][a-z]+)?\.? ){1,3}$"
)
# A kind that is also another word, or another's short form, ends a street where an address begins and it ends.
_ENDED = frozenset(("st", "street", "road", "lane", "drive", "dr", "terrace", "terr", "trail", "circle", "cir"))
_ENDS = re.compile(
    r"\.?(?:[,;)\n]|$)|\.? (?:next to|near|at|by|across|behind|between|past|location|office|mp|[NSEW]\b)(?![a-z])|\.(?: |$)"
)
_BEGINS = re.compile(r"(?:[,(\n;:]|\b(?:on|off|along|near|of|from|past|in|to|at|passes|and))\s*$")
_ALONG_IT = frozenset(("off", "along", "on", "of"))
_NO_ROAD = word_set(
    "sex hard flash private blood gravel dirt access service frontage food low high strong respiratory fast memory silk rocky abbey inner breast cancer thumb right left test hunger reward binge paper vapor audit"
)
_SMALL_KINDS = ("ave", "blvd", "pkwy", "hwy", "avenue", "boulevard")
_SMALL = re.compile(
    r"\b(?:on|off|at|near|past|down|up|along|from|across|by) ((?:[ns]?[ew]?\.? )?(?:[a-z]{3,} (?:[a-z]{3,} )?|\d{1,3}(?:st|nd|rd|th) ))$"
)
_SMALL_NAMED = ("st", "rd", "ln", "street", "road")  # after a word that is none of medicine and no everyday one
_SMALL_DIRECTED = re.compile(
    r"(?:\b(?:on|at|near|off|by|to|from|and) |(?:^|\n *|[a-z,:] )(?=\d))((?:\d{1,5} )?(?:[ns][ew]|[nsew])\.? \d{1,3}(?:st|nd|rd|th))(?=[,.;)?\n]|$| (?:st|ave|street|avenue|and|now|in|by|near|off|apt|unit|#))"
)
_BACK, _AFTER = 48, 8
_BLOCKS = "block"
_BLOCK = re.compile(
    r"\b(?:\d{2,5} block of|\d{1,3}00 block) (?:[NSEW]\.? )?(?:\d{1,3}(?:st|nd|rd|th)|[A-Z][a-z]+)(?: [A-Z][a-z]+){0,2}"
)


def find_streets(words: Words, spans: list[Span]) -> None:
    """Append these streets."""
    told = words.spelled(*_MARKS, *_CROSS, _BLOCKS)[:-1].nonzero()[0]
    if len(told):
        _miles(words, spans, told[words.spelled(*_MARKS)[told]])
        _told_crossings(words, spans, told[words.spelled(*_CROSS)[told]])
        _blocks(words, spans, told[words.spelled(_BLOCKS)[told]])
    _shops(words, spans)
    _interstates(words, spans)
    _highways(words, spans)
    _corners(words, spans)
    _crossings(words, spans)
    _named(words, spans)
    find_parts(words, spans)


def _miles(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """ "I-94 WB @ MM 137", "Mile 6 Old Teller Hwy"."""
    text = words.text
    for at in index[words.capital[index]].tolist():
        begin = words.starts[at]
        if match := _MARKER.search(text, max(begin - 24, 0), words.ends[at] + 16):
            spans.append((match.start(), match.end(), "street", 0.75, "mile of a highway"))
        if match := _MILE_OF.match(text, begin):
            spans.append((begin, match.end(), "street", 0.75, "mile of a highway"))


def _shops(words: Words, spans: list[Span]) -> None:
    """ "Piggly Drug on Main", "Dunkin' on 4th"."""
    index = words.spelled("on")[1:].nonzero()[0] + 1
    index = index[words.capital[index - 1]]
    index = index[words.gap_is(" ", "'s ")[index - 1]]
    index = index[~words.line_in_capitals[index]]
    before = index - 1
    named = words.capital[np.maximum(before - 1, 0)] & words.gap_is(" ")[np.maximum(before - 1, 0)]
    shop = words.spelled(*_SHOPS)[before] & named | words.held(before, "chain")
    index = index[shop | words.possessive[before] & ~words.held(before, "nowhere", "relation")]
    shut = words.held(index + 1, "stop", "title", "month", "relation") if len(index) else index
    for at, never in zip(index.tolist(), shut.tolist(), strict=True):
        match = _ON.match(words.text, words.ends[at])
        if (
            match
            and (match[1][0].isdigit() or not (never or _clinical(words.flags[at + 1])))
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
                spans.append((match.start(), _crossed(words, match.end()), "street", 0.86, "highway of a number"))


def _interstates(words: Words, spans: list[Span]) -> None:
    """ "on I-80", "rollover US-31 NB"; not "I-131" nor "CR 1.2"."""
    index = words.spelled("i", "us", "sr", "cr", "fm")[1:].nonzero()[0] + 1
    raw, end = words.raw, words.end[index]
    dash = raw[end] == ord("-")
    number = (raw[end + 1] - np.uint8(48) < 10) & (dash | (raw[end] == 32) & ~words.spelled("i", "cr")[index])
    index = index[number & (words.caps[index] | (words.size[index] == 1)) & words.capital[index]]
    for at in index.tolist():
        if words.word(at - 1).lower() in _ALONG and (match := _INTERSTATE.match(words.text, words.starts[at])):
            spans.append((match.start(), _crossed(words, match.end()), "street", 0.75, "highway of a number"))


def _corners(words: Words, spans: list[Span]) -> None:
    """ "3rd & Elm St", "Clybourn & 14th", "Peachtree St at 5th"."""
    index = words.spelled(*_ORDINALS).nonzero()[0]
    if not len(index):
        return
    _ordinals(words, spans, index)
    raw, start, end = words.raw, words.start[index], words.end[index]
    digit = raw[start - 1] - np.uint8(48) < 10
    near = words.gap_is(" & ")[index]
    for step in (3, 4, 5):
        near |= (raw[start - step] == ord("&")) | (raw[start - step] == ord("@"))
        near |= (raw[start - step] == ord("t")) & (raw[start - step - 1] == ord("a"))
        near |= (raw[start - step] == ord("d")) & (raw[start - step - 1] == ord("n"))
    near |= (raw[words.end[index]] == 32) & (raw[words.end[index] + 1] == 97) & (raw[words.end[index] + 4] == 32)
    near &= digit
    if not some(near):
        return
    shut = words.has("stop", "title", "month", "relation", "nowhere")
    for begin, stop, at in zip(start[near].tolist(), end[near].tolist(), index[near].tolist(), strict=True):
        if small := _small_corner(words, at):
            spans.append((*small, "street", 0.7, "corner of two streets"))
            continue
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


def _told_crossings(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """ "Corner of Vine and Depot", "Scene: Alder & Pine Rd"."""
    for at in index.tolist():
        match = _CROSSED.match(words.text, words.ends[at])
        if match and _two_streets(words, match):
            headed = words.word(at) == "Corner" and words.newline_before[at]
            begin = words.starts[at] if headed else match.start(1)
            spans.append((begin, match.end(2), "street", 0.75, "corner of two streets"))


def _crossings(words: Words, spans: list[Span]) -> None:
    """ "Struck at Chapel and Orange": two names where something happened."""
    index = words.spelled("at")[:-4].nonzero()[0]
    index = index[words.capital[index + 1]]
    joint = np.zeros(len(index), dtype=np.bool_)
    for more in (index + 1, index + 2):
        joint |= words.raw[words.end[more] + 1] == ord("&")
        joint |= (words.first[more + 1] == ord("a")) & (words.size[more + 1] == len("and")) & words.capital[more + 2]
    index = index[joint]
    for at in index.tolist():
        match = _AT_CROSS.match(words.text, words.ends[at])
        begin = words.starts[at]
        if match and _HAPPENED.search(words.text, max(begin - 24, 0), begin) and _two_streets(words, match):
            spans.append((match.start(1), match.end(2), "street", 0.75, "corner of two streets"))


def _ordinals(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """ "braids hair on W 116th", "bus stop, SW 29th": an ordinal after a direction."""
    raw, start = words.raw, words.start[index]
    one = raw[start - 2] - np.uint8(48) > 9
    size = np.where(one, 1, np.where(raw[start - 3] - np.uint8(48) > 9, 2, 3))
    before = start - size - 1
    low = raw[before - 1] > ord("Z")
    letter = (raw[before - 1] | 32) - np.uint8(97) < 26
    kept = (raw[before] == 32) & letter & (raw[start - 1] - np.uint8(48) < 10) & (~low | words.line_in_small[index])
    for at, small in zip(index[kept].tolist(), low[kept].tolist(), strict=True):
        begin = words.starts[at]
        match = (_SMALL_DIRECTED if small else _DIRECTED).search(
            words.text, max(begin - 20, 0), words.ends[at] + 1 + small * _AFTER
        )
        if match and match.end() >= words.ends[at] and words.word(min(at + 1, len(words) - 1)).lower() not in _BODY:
            spans.append((match.start(1), words.ends[at], "street", 0.75, "street of a number"))


def _two_streets(words: Words, match: re.Match[str]) -> bool:
    """Neither name begins with a title, a month or a word of medicine: "corner of Mouth and Eye"."""
    shut, nowhere = words.has("title", "month", "relation", "credential"), words.has("nowhere")
    for group in (1, 2):
        first = bisect_left(words.starts, match.start(group))
        if nowhere[first] and not words.flags[first] & lexicon.PLACE:
            return False
        last = match[group].rpartition(" ")[2].lower()
        if shut[first] or _clinical(words.flags[first]) or last in _BODY or last in _NO_CORNER:
            return False
    return True


def _small_corner(words: Words, at: int) -> tuple[int, int] | None:
    """ "on 5th and marlow" in a line without capitals, of a name that is no everyday word."""
    match = _SMALL_CORNER.match(words.text, words.ends[at])
    if not match or not words.line_in_small[at] or at + 2 >= len(words):
        return None
    flag = words.flags[at + 2]
    named = flag & (lexicon.NAME | lexicon.PLACE | UNKNOWN) and not flag & (lexicon.COMMON | CLINICAL)
    led = _BEFORE_ORDINAL.search(words.text, max(words.starts[at] - 12, 0), words.starts[at])
    return (led.start(1), match.end()) if named and led and match[1] not in _BODY else None


def _named(words: Words, spans: list[Span]) -> None:
    """ "Saw Mill Run Blvd" wherever it stands, "the Orchid Ln house"."""
    index = words.spelled(*_SMALL_KINDS, *_SMALL_NAMED)[1:].nonzero()[0] + 1
    index = index[words.line_in_small[index] & ~words.spelled("the", "this", "same")[index - 1]]
    plain = (words.flag[index - 1] & np.uint8(lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM)) > 0
    for at in index[~(plain & words.spelled(*_SMALL_NAMED)[index])].tolist():
        if match := _SMALL.search(words.text, max(words.starts[at] - _BACK, 0), words.starts[at]):
            spans.append((match.start(1), words.ends[at], "street", 0.7, "street by its kind"))
    index = words.spelled(*_SURE_KINDS, *_KINDS)[:-1].nonzero()[0]
    index = index[words.capital[index - 1] & words.capital[index] & words.gap_is(" ")[index - 1]]
    index = index[(index > 2) & (words.small[index] > 0)]
    for step in (1, 2, 3):  # with a number it is a pattern's
        index = index[words.raw[words.start[index - step] - 2] - np.uint8(48) > 9]
    for at in index.tolist():
        kind = words.word(at).lower()
        there = kind in _SURE_KINDS or (words.gap(at) in {" ", ". "} and words.word(at + 1).lower() in _THERE)
        begin = _of_kind(words, at) if there else _ended(words, at, kind) if kind in _ENDED else -1
        if begin >= 0:
            spans.append((begin, words.ends[at], "street", 0.7, "street by its kind"))


def _of_kind(words: Words, at: int) -> int:
    """Where a street begins that ends with this word, wherever it stands, and -1 for none."""
    begin = words.starts[at]
    match = _NAMED.search(words.text, max(begin - _BACK, 0), begin)
    first = bisect_left(words.starts, match.start()) if match else 0
    if not match or (_shut(words, first) and (at - first < 2 or words.gap(first - 1) == " ")):
        return -1
    flag = words.flags[at - 1]
    medical = flag & lexicon.MEDICAL and not flag & (lexicon.NAME | lexicon.PLACE | lexicon.COMMON)
    return -1 if medical else match.start()  # "Axillary Ln"


def _ended(words: Words, at: int, kind: str) -> int:
    """The same where an address begins and ends: "MVA, Marine Corps Drive, Tamuning", "Pestle, Main St next to the bank"."""
    begin, text = words.starts[at], words.text
    match = _ENDS.match(text, words.ends[at])
    # "by Dr. Roe", but "at the end of W. Marina Dr."
    if match and kind == "dr" and match[0][0] == "." and not _along(words, at):
        match = None
    match = _NAMED.search(text, max(begin - _BACK, 0), begin) if match else None
    if match is None or words.word(at - 1).lower() in _NO_ROAD:
        return -1
    first = bisect_left(words.starts, match.start())
    if _shut(words, first) or _clinical(words.flags[first]):
        return -1
    return match.start() if _BEGINS.search(text, max(match.start() - 10, 0), match.start()) else -1


def _along(words: Words, at: int) -> bool:
    """Two or three words before, in the same text, stands what leads along a street."""
    low = bisect_left(words.starts, words.text.rfind("\x00", 0, words.starts[at]))
    return any(words.word(step).lower() in _ALONG_IT for step in range(max(at - 3, low), at - 1))


def _shut(words: Words, first: int) -> bool:
    """No street begins with a title, a relation or a word of the sentence."""
    shut = words.has("title", "month", "relation", "credential")[first]
    return bool(shut or (words.has("stop")[first] and not words.has("affix", "stop-name")[first]))


def _blocks(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """ "the 600 block of Tanager St"."""
    for at in index.tolist():
        if match := _BLOCK.search(words.text, max(words.starts[at] - 6, 0), words.ends[at] + 40):
            spans.append((match.start(), match.end(), "street", 0.8, "block of a street"))


def _clinical(flag: int) -> bool:
    return bool(flag & CLINICAL and not flag & lexicon.COMMON)


def _crossed(words: Words, end: int) -> int:
    """Where a highway's own end, its mile or the street that it meets ends: "Hwy 6 and Pump Station"."""
    match = _WITH.match(words.text, end)
    if match is None:
        return end
    if match[1]:
        at = bisect_left(words.starts, match.start(1))
        shut = words.has("title", "month", "relation", "credential", "nowhere", "organisation")[at]
        if shut or _clinical(words.flags[at]):
            return end
    return match.end()
