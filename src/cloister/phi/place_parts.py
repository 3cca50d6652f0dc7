"""Parts of addresses without a street that a pattern knows: "Unit B, Granary Square", "2 Customs Wharf, 3rd Floor", "Box 41, Ridge Route", "Residence: 1407 Foundry"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi import lexicon
from cloister.phi.place_leads import CLINICAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

_NAME = r"[A-Z][A-Za-z'-]*[a-z]"
_NAMES = rf"(?:(?:{_NAME}|[A-Z]\.|of|the|de|la) ){{0,3}}{_NAME}"
_DIRECTION = r"(?:[NS][EW]|[NSEW])"
_ROADS = r"(?:Street|St|Avenue|Ave?|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Way|Terrace|Terr?|Circle|Cir|Square|Sq|Plaza|Broadway|Loop|Row|Run|Ridge|Trail|Trl|Pike|Parkway|Pkwy|Highway|Hwy|Alley|Crescent|Cres|Mews|Walk|Wharf|Quay|Pier|Landing|Point|Esplanade|Turnpike)"
# What several tenants share, whose units have a number or a letter.
_SITES = rf"(?:{_ROADS}|Arcade|Mall|Market|Marketplace|Park|Village|Estates|Commons|Courtyard|Yard|Mills?|Works|Marina|Mansions|Lofts|Towers?|House|Apartments|Apts|Gardens|Heights|Galleria|Gallery|Shops|Depot|Exchange|Crossing|Harbou?r|Camp|Quarters|Building|Bldg|Route|Fields|Studios)"
_UNITS = (
    "unit", "lot", "bay", "level", "suite", "ste", "studio", "flat", "apt", "apartment", "tower", "space", "spc", "sp", "slip", "stall", "trailer", "trlr", "hse", "bldg", "building", "berth", "hangar", "warehouse", "shop", "kiosk", "pier", "box",
)  # fmt: skip
_OF_A_HOSPITAL = ("Building", "Bldg", "Tower", "Towers")  # "3rd Floor, North Tower" may be a ward
_NUMBER_ALONE = ("suite", "ste", "apt", "apartment")  # a pattern has their number, wherever they stand
_UNIT = re.compile(rf"(?i:{'|'.join(_UNITS)})\.? ?#?(?:\d{{1,4}}(?:-?[A-Z])?|[A-Z](?:-?\d{{1,3}})?)(?![\w/%]|[.:-]\d)")
_SITE = re.compile(
    rf"(?:,? |,?\n *)((?:\d{{1,5}}[A-Z]? )?(?:{_DIRECTION}\.? )?(?:{_NAME} ){{1,4}}{_SITES}\b|\d{{2,5}} {_NAME}(?: {_NAME})?(?=[,\n]))"
)
_NUMBERED = rf"(?:\d{{1,5}}[A-Z]? (?:{_DIRECTION}\.? )?{_NAMES}|(?:{_NAME}|\d(?:st|nd|rd|th)) {_ROADS}|(?:Hwy|Highway|Rte|Route|Road|Rd|SR|CR|FM) \d{{1,4}}[A-Z]?)\.?(?: {_DIRECTION}\b)?"
_BEFORE_UNIT = re.compile(
    rf"({_NUMBERED}|{_NAME} (?:Camp|Park|Court|Village|Estates|Towers?|Farms?|Ranch))(?:,? | at )$"
)
_ROUTE_BEFORE = re.compile(r"(?:Star|Rural) (?:Route|Rte?\.?)(?: \d{1,3})?,? $")
_TOWN_AFTER_BOX = re.compile(r"(?:, ?|\n *)[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}(?:,? [A-Z]{2}\b|,? \d{5}\b)")
_FLOORS = (
    "fl", "floor", "flr", "upper", "lower", "rear", "front", "top", "basement", "bsmt", "upstairs", "downstairs", "back",
)  # fmt: skip
_ORDINALS = ("st", "nd", "rd", "th")
_SIDE = r"(?:upper|lower|rear|front|top|back|side|basement|bsmt|upstairs|downstairs)"
_FLOOR = re.compile(
    rf"(?:\d ?[A-Za-z0-9 .'-]{{3,40}}? {_ROADS}\.?|\d{{2,5}}[A-Z]? {_DIRECTION}\.? (?:{_NAMES}|\d{{1,3}}(?:st|nd|rd|th))|(?P<plain>\d{{2,5}} {_NAMES}(?=,))|\b(?:lives?|living|stays?|staying|resides?|alone) (?:at|in) {_NAMES}),? "
    rf"(?P<part>(?:\d{{1,2}}(?:st|nd|rd|th) (?:[Ff]loor|[Ff]lr?)(?:,? (?:rear|front))?|{_SIDE}(?:,? {_SIDE})?(?: (?:flat|unit|apt|apartment|floor|house|level|door|entrance|stairs))?))(?=[,.;)\n]|$| (?:two|since|until|for|with|w/)\b)"
)
_FLOOR_OF = re.compile(r"(?:\b\d{1,2}(?:st|nd|rd|th)|\b(?:Ground|First|Second|Third|Top|Lower|Upper)) $")
_LETTERED = re.compile(
    rf"(?:\b\d{{1,5}}(?:-\d{{1,3}})? (?:{_NAME} |\d{{1,3}}(?:st|nd|rd|th) |{_DIRECTION}\.? ){{1,4}}{_ROADS}\.?|\d{{2,5}} {_DIRECTION}\.? {_NAMES}|(?:Tower|Bldg|Building) [A-Z0-9]{{1,2}}),? (\d{{1,2}}[A-Z])(?=[,.;)\n]|$)"
)
_LABELS = r"address|addr|residence|residing|mailing|home|house|location|lives|living|lived|resides"
_SENT = r"sent|send|mail|mailed|ship|ships|shipped|delivers?|delivered|post|copy|letters?|moved|moving|package|parcel"
_STANDS = r"house|home|store|shop|office|apartment|apt|property|building|pharmacy|walgreens|cvs|walmart|rite aid|costco|kroger|target"
_TOLD = re.compile(
    rf"(?i)(?:\b(?:{_LABELS})\b(?: (?:address|on file|now|alone|updated|is|at|on)\b)*[ \t]*[.:|=]*\s*|\b(?:{_SENT})\b(?: [a-z0-9/]+){{0,2}} to |\b(?:{_STANDS}) (?:at|on) )(?P<from>(?:(?:{_SIDE} ?){{1,2}}, )?(?P<number>\d{{1,5}}[A-Z]?)) $"
)
_TELL = (
    "address", "addr", "residence", "residing", "mailing", "home", "house", "location", "lives", "living", "lived", "resides", "file", "at", "to",
    "upper", "lower", "rear", "front", "top", "back", "side", "basement", "bsmt", "upstairs", "downstairs",
)  # fmt: skip
_STREET = re.compile(rf"((?:{_DIRECTION}\.? )?{_NAMES})(?=[,;.)?\n]|$|  | (?:apt|unit|rear|before|after|by)\b)")
_WARD = re.compile(r"(?:North|South|East|West|Tower|Center|Main|[A-Z][a-z]+ (?:Tower|Wing|Unit|Center|ICU))$")
_BEGINS = re.compile(r"(?:\A|[\n,:|]|  ) *(?P<from>(?P<number>\d{1,5})) $")
_STATE = r"(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])"
_TOWN = re.compile(
    rf"((?:{_DIRECTION}\.? )?{_NAMES}(?:, {_SIDE}(?: (?:flat|unit|apt|floor|entrance|door|house))?)?), {_NAME}(?: {_NAME}){{0,2}},? (?:{_STATE}\b|[A-Z][a-z]+ \d{{5}})"
)
# "Hwy 20 W, across from the feed store", "Seco Road, second gate past the barn"
_WAY_BEGINS = (
    "across", "next", "behind", "opposite", "beside", "first", "second", "third", "last", "blue", "green", "red", "white", "yellow", "brown", "gray", "grey",
)  # fmt: skip
_WAY_BEFORE = re.compile(
    rf"(?:{_NAME} {_ROADS}|(?:Hwy|Highway|Rte|Route|Road|Rd|SR|CR|FM) \d{{1,4}}[A-Z]?)\.?(?: {_DIRECTION}\b\.?)?,? $"
)
_WAY = re.compile(
    r"(?:(?:across from|next to|behind|opposite|beside) (?:the |a )?[a-z]+(?: [a-z]+)?|(?:first|second|third|last|blue|green|red|white|yellow|brown|gr[ae]y) (?:[a-z]+ )?(?:gate|house|trailer|driveway|door|double-?wide|single-?wide|mobile home|roof|mailbox|building|left|right|farm|cabin)(?: (?:past|before|after|by|from|on|at|beyond) (?:the )?[a-z]+(?: [a-z]+)?)?)(?=[,.;)\n]|$)"
)
_OTHER = lexicon.NAME | lexicon.PLACE | lexicon.COMMON
_NEVER = ("stop", "title", "month", "relation", "credential", "nowhere", "verb", "cue", "job")
_ROAD_WORDS = (
    "street", "st", "avenue", "ave", "road", "rd", "lane", "ln", "drive", "dr", "boulevard", "blvd", "court", "ct", "place", "pl", "way", "terrace", "ter", "circle", "cir", "square", "loop", "route", "rte", "sr", "cr", "fm", "row", "run", "trail", "pike", "parkway", "pkwy", "highway", "hwy", "tower", "bldg", "building",
)  # fmt: skip
_TURNS = np.frombuffer(b"NSEW", np.uint8)
_TELL_PARTS = (*_UNITS, *_FLOORS, *_WAY_BEGINS)
_ENDS = np.array([byte in b",;.)?\r\n\x00" for byte in range(256)])


def find_parts(words: Words, spans: list[Span]) -> None:
    """Append these parts."""
    index = words.spelled(*_TELL_PARTS)[1:].nonzero()[0] + 1
    if len(index):
        _units(words, spans, index[words.spelled(*_UNITS)[index]])
        _floors(words, spans, index[words.spelled(*_FLOORS)[index]])
        road = words.spelled(*_ROAD_WORDS)
        _ways(words, spans, index[words.spelled(*_WAY_BEGINS)[index] & (road[index - 1] | road[index - 2])])
    index = (words.digit[:-1] & words.capital[1:]).nonzero()[0] + 1
    if len(index):
        road = words.spelled(*_ROAD_WORDS)
        _lettered(words, spans, index[words.size[index] == 1], road)
        _numbered(words, spans, index, road)


def _units(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """ "Bay 7, Tin Pan Industrial Park", "4400 Lakeshore, Tower 2", "Box 14" before a town."""
    raw, end = words.raw, words.end[index]
    end = end + (raw[end] == 46)
    after = end + (raw[end] == 32)
    after = after + (raw[after] == 35)
    digit, letter = (raw[after] - np.uint8(first) < many for first, many in ((48, 10), (65, 26)))
    letter &= (raw[after + 1] | 32) - np.uint8(97) > 25
    alone = digit & words.spelled(*_NUMBER_ALONE)[index]
    for at in index[(digit | letter) & ~alone].tolist():
        begin = words.starts[at]
        match = _UNIT.match(words.text, begin)
        if match is None:
            continue
        start, stop = _unit(words, at, begin, match.end())
        if stop:
            spans.append((start, stop, "street", 0.75, "part of an address"))


def _unit(words: Words, at: int, begin: int, end: int) -> tuple[int, int]:
    """Start and end of what the unit is a part of; an end of 0 for one of no address."""
    text = words.text
    low = text.rfind("\n", max(begin - 60, 0), begin) + 1 or max(begin - 60, 0)
    if words.word(at).lower() == "box":
        if found := _ROUTE_BEFORE.search(text, low, begin):
            return found.start(), end
        if _TOWN_AFTER_BOX.match(text, end):
            return begin, end
    elif (found := _BEFORE_UNIT.search(text, low, begin)) and not _clinical(words, found.start(1)):
        return found.start(1), end
    follows = _SITE.match(text, end)
    if follows and not _clinical(words, follows.start(1)):
        return begin, follows.end(1)
    return begin, 0


def _floors(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """The floor of "2 Customs Wharf, 3rd Floor", of "2207 S. Mackinaw, upper flat" and of "2nd Floor, Corn Exchange"."""
    if not len(index):
        return
    told = words.spelled(*_ORDINALS)[index - 1]
    told |= words.gap_is(", ")[index - 1] | (words.capital[index - 1] & words.gap_is(" ")[index - 1])
    for at in index[told].tolist():
        begin = words.starts[at]
        low = words.text.rfind("\n", max(begin - 60, 0), begin) + 1 or max(begin - 60, 0)
        match = _FLOOR.search(words.text, low, words.ends[at] + 12)
        if match is None or not match.start("part") <= begin < match.end("part"):
            follows, led = _SITE.match(words.text, words.ends[at]), _FLOOR_OF.search(words.text, low, begin)
            if follows and led and not follows[1].endswith(_OF_A_HOSPITAL) and not _clinical(words, follows.start(1)):
                spans.append((led.start(), follows.end(1), "street", 0.7, "part of a house"))
            continue
        if _of_a_house(words, match):
            spans.append((*match.span("part"), "street", 0.7, "part of a house"))


def _lettered(words: Words, spans: list[Span], index: NDArray[np.intp], road: NDArray[np.bool_]) -> None:
    """The "18F" of "140 Carver Loop, 18F"."""
    house = (words.size[index - 2] == 1) & words.digit[np.maximum(index - 3, 0)] | road[index - 2] & (
        words.size[index - 1] == 1
    )
    index = index[road[index - 1] | house]
    raw, start = words.raw, words.start[index]
    one, two = raw[start - 1] - np.uint8(48) < 10, raw[start - 2] - np.uint8(48) < 10
    kept = one & _ENDS[raw[start + 1]] & (np.where(two, raw[start - 3], raw[start - 2]) == 32)
    for at in index[kept].tolist():
        begin = words.starts[at]
        match = _LETTERED.search(words.text, max(begin - 40, 0), begin + 2)
        if match and match.start(1) < begin < match.end(1):
            spans.append((match.start(1), match.end(1), "street", 0.7, "part of a house"))


def _numbered(words: Words, spans: list[Span], index: NDArray[np.intp], road: NDArray[np.bool_]) -> None:
    """A number and a name: "house at 209 Tilden", "sent to 512 Alder", "8817 Turnpike, Cranesville, PA"."""
    told = words.spelled(*_TELL)[index - 1]
    follows, last = words.byte_after, len(words) - 1
    more = np.minimum(index + 1, last)
    kept = told | (follows[index] == 44) | (follows[more] == 44)
    index, told, more = index[kept], told[kept], more[kept]
    kept = ~(road[more] | road[np.minimum(index + 2, last)])  # a pattern has these
    index, told, more = index[kept], told[kept], more[kept]
    raw, start = words.raw, words.start[index]
    kept = (raw[start - 1] == 32) & (raw[start - 2] - np.uint8(48) < 10)
    index, told, more = index[kept], told[kept], more[kept]
    if not len(index):
        return
    one, flag, after = words.size[index] == 1, words.flag[index], follows[index]
    ends = _ENDS[after] | (after == 32) & ((raw[words.end[index] + 1] == 32) | words.capital[more])
    ends &= (flag & lexicon.MEDICAL == 0) | (flag & _OTHER != 0)
    ends &= ~words.held(index, *_NEVER)
    kept = np.where(one, np.isin(words.first[index], _TURNS), ends)
    index, told = index[kept], told[kept]
    for at, labelled in zip(index.tolist(), told.tolist(), strict=True):
        begin = words.starts[at]
        low = max(begin - 50, 0)
        before = _TOLD.search(words.text, low, begin) if labelled else None
        match = _STREET.match(words.text, begin) if before else None
        if not match and (before := _BEGINS.search(words.text, max(begin - 16, 0), begin)):
            match = _TOWN.match(words.text, begin)
        if before and match and _told(words, at, before["number"], match[1]):
            spans.append((before.start("from"), match.end(1), "street", 0.75, "number and name of an address"))


def _ways(words: Words, spans: list[Span], index: NDArray[np.intp]) -> None:
    """What tells the way after a street: "across from the feed store", "last house before the ramp"."""
    raw, start = words.raw, words.start[index]
    comma = raw[start - 2] == 44
    kept = (raw[start - 1] == 32) & ~words.capital[index] & (comma | ~words.digit[index - 1])
    for at in index[kept].tolist():
        begin = words.starts[at]
        if _WAY_BEFORE.search(words.text, max(begin - 40, 0), begin) and (match := _WAY.match(words.text, begin)):
            spans.append((begin, match.end(), "street", 0.7, "way to a house"))


def _told(words: Words, at: int, number: str, name: str) -> bool:
    """What stands beside a label is no ward and nothing that is counted: "sent to 5 Tower", "Home: 3 Kids"."""
    if len(number) < 3 and _WARD.search(name):
        return False
    flag = words.flags[at]
    counted = flag & lexicon.COMMON and (len(number) == 1 or name.endswith("s"))
    medical = flag & lexicon.MEDICAL and not flag & (lexicon.NAME | lexicon.PLACE)
    return " " in name or not (counted or medical)


def _of_a_house(words: Words, match: re.Match[str]) -> bool:
    """What stands before a floor is a house: "77 Sutter, 4th fl", not "12 Steps, 2nd floor"."""
    number, _, name = (match["plain"] or "").partition(" ")
    plain = not name or (" " in match["part"] and _told(words, bisect_left(words.starts, match.start()), number, name))
    return plain and not _clinical(words, match.start())


def _clinical(words: Words, start: int) -> bool:
    """The first word from there on is one of medicine, and no everyday one."""
    at = bisect_left(words.starts, start)
    flag = words.flags[at]
    return bool(flag & CLINICAL and not flag & lexicon.COMMON and words.word(at) not in _ORDINALS)
