"""Cities, hospitals and employers: which of the phrases that ``place_rules`` brings are one."""

# ruff: noqa: E501 - expressions and word lists are read whole, a rule is a list of ways out
from __future__ import annotations

import re
from functools import cache

import numpy as np

from cloister.phi import lexicon
from cloister.phi.finding import Span
from cloister.phi.grades import graded
from cloister.phi.namesakes import EPONYM_PAIRS, REGIONS
from cloister.phi.place_words import AFFIXES, FUNCTIONS, GENERIC, HOUSE_KINDS, KINDS_OF_ORGANISATION, NOWHERE
from cloister.phi.vocabulary import CREDENTIALS, EPONYM_HEADS, NATIONS, STATE_CODES, STATES, STOP, TITLES, word_set
from cloister.phi.word_table import Pairs
from cloister.phi.wording import UNKNOWN, Words, some

LANDS = NATIONS | REGIONS
# Codes that are also a credential, a scan or a word need a city of the list or a ZIP code.
_DOUBTFUL = word_set("MD PA CT MS MA OR IN ME HI OK OH CO DE ID AL PR LA ND MI RI")
_MONTHS = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\b"
)
_DIRECTIONS = word_set(
    "new north south east west northeast northwest southeast southwest big little long high old fair good blue white black"
)
_NO_PLACE = STOP - _DIRECTIONS


@cache
def _heads() -> Pairs:
    """The first two words of the listed places that have several."""
    return Pairs({tuple(place.split(" ")[:2]) for place in lexicon.places() if " " in place})


def find_towns(words: Words, spans: list[Span]) -> None:
    """Append listed places that are no name and no word, wherever they stand: "Waurika" needs no cue."""
    known, size, text = lexicon.places(), len(words), words.text
    starts, ends = words.starts, words.ends
    place = (words.flag & lexicon.PLACE) != 0
    if not some(place):
        return
    sure = (words.flag & (lexicon.WORD | lexicon.EPONYM | lexicon.FIRST)) == 0
    small = words.line_in_small & place & (words.size > 2)
    follows = np.zeros(size, np.bool_)
    follows[:-1] = words.capital[:-1] & words.capital[1:] & (words.gap_size[:-1] == 1) & ~words.newline[:-1]
    capital = words.capital.data
    follows[:-1] |= small[:-1] & small[1:] & (words.gap_size[:-1] == 1)
    if some(small):
        capital = (words.capital | small).data
    begins = place & (words.capital | small)
    several = _heads().first(words.key, (begins & follows).nonzero()[0])
    alone = begins & sure & words.capital
    begins = alone.copy()
    begins[several] = True
    paired, single = frozenset(several.tolist()), alone.data
    for index in begins.nonzero()[0].tolist():
        for last in (index + 2, index + 1, index) if index in paired else (index,):
            if last >= size or (last == index and not single[index]) or not capital[last]:
                continue
            value = text[starts[index] : ends[last]].lower()
            if value not in known or _generic_phrase(words, index, last):
                continue
            head = words.word(last + 1).lower() if last + 1 < size else ""
            phrase = text[starts[index - 1] if index else 0 : ends[last]].lower()
            if phrase in STATES or value in STATES or value in LANDS or head in EPONYM_HEADS:
                break
            if f"{value} {head}" not in EPONYM_PAIRS and not graded(words, index, last):
                spans.append((starts[index], ends[last], "city", 0.6, "listed place"))
            break


def town_like(text: str, end: int, value: str, table: dict[str, int]) -> bool:
    """After "in": a single word that is no word of the language and no eponym's head."""
    flag = table.get(value.lower(), UNKNOWN)
    if " " in value or value.isupper() or len(value) < 4 or flag & lexicon.WORD or value.lower() in STOP:
        return False
    following = text[end : end + 20].strip(" ").split(" ")[0].strip(".,;:)")
    return (
        following not in EPONYM_HEADS
        and not (flag & lexicon.EPONYM and not flag & lexicon.PLACE)
        and value.lower() not in STATES
        and value.lower() not in LANDS
    )


def loose_town(text: str, start: int, value: str, listed_only: bool, spans: list[Span], table: dict[str, int]) -> None:
    """After "in", "near", "of": a listed place, or a word that is nothing else."""
    value_ = value.lower()
    known = lexicon.places()
    saint = value_.startswith(("st. ", "st ")) and value_.replace("st. ", "st ", 1).replace("st ", "saint ", 1) in known
    listed = (saint or value_ in known) and not table.get(value_.split(" ", maxsplit=1)[0], 0) & lexicon.EPONYM
    if (not listed_only and town_like(text, start + len(value), value, table)) or (
        listed and value.lower() not in STATES and value.lower() not in LANDS
    ):
        spans.append((start, start + len(value), "city", 0.6, "listed place after a preposition"))


def institution_of(start: int, name: str, spans: list[Span], table: dict[str, int]) -> None:
    """ "Children's Hospital of Worcester", "University of Ames"."""
    place = re.split(r"(?i) of (?:(?:north|south|east|west|central|greater)[a-z]* )?", name, maxsplit=1)[-1]
    first = table.get(place.split(" ")[0].lower(), UNKNOWN)
    known = place.lower() in lexicon.places() or place.lower() in STATES
    if known or (first & (UNKNOWN | lexicon.NAME | lexicon.PLACE) and not first & (lexicon.COMMON | lexicon.MEDICAL)):
        spans.append((start, start + len(name), "organisation", 0.9, "kind of organisation"))


def _until_stop(phrase: str) -> str:
    """In a line of capitals: the words before the first that belongs to the sentence."""
    kept: list[str] = []
    for word in phrase.split(" "):
        if word.lower() in STOP and (kept or word.lower() not in _DIRECTIONS):
            break
        kept.append(word)
    return " ".join(kept)


def _generic_phrase(words: Words, first: int, last: int) -> bool:
    """A line of capitals or a sentence's head may hold a listed phrase of everyday words; a town name does not."""
    flags = words.flags
    plain = all(flags[at] & lexicon.COMMON for at in range(first, last + 1))
    return plain and (
        words.text[words.starts[first] : words.ends[last]].isupper() or first == 0 or words.gap(first - 1) != " "
    )


_WILD = (" Creek", " Springs", " Grove", " Bluffs", " Harbor", " Township")


def affixed(start: int, name: str, spans: list[Span], table: dict[str, int]) -> None:
    """ "North Mcpher", "Cass City": a point of the compass, a mountain or a water beside a name."""
    while name.isupper() and name.split(" ", maxsplit=1)[0].lower() in _NO_PLACE and " " in name:
        head, _, name = name.partition(" ")
        start += len(head) + 1
    parts = [part for part in name.replace("-", " ").split() if part.lower().strip(".") not in AFFIXES]
    flags = [table.get(part.lower(), lexicon.NAME) for part in parts]
    if (
        not parts
        or parts[-1] in _ROMAN  # "Le Fort II"
        or name.lower() in STATES
        or name.lower() in LANDS
        or parts[-1].lower() in NATIONS
        or any(part.lower() in STATES or part.lower() in STOP or part.lower() in TITLES for part in parts)
    ):
        return
    if all(flag & (lexicon.PLACE | lexicon.NAME) and not flag & (lexicon.MEDICAL | lexicon.EPONYM) for flag in flags):
        if not (name.isupper() and all(flag & lexicon.COMMON for flag in flags)):
            spans.append((start, start + len(name), "city", 0.72, "name with a geographic word"))
    elif len(parts) == 1 and flags[0] & lexicon.COMMON and name.endswith(_WILD) and parts[0].lower() not in NOWHERE:
        spans.append((start, start + len(name), "city", 0.6, "name with a geographic word"))  # "Gallows Creek"


_SCANNED = re.compile(
    r"head|brain|chest|abd|neck|spine|pelvi|scan|angio|thora|a/p|colon|guid|with|show|sinus|face|maxill|per|myel|cyst|uro|ent"
)
_NUMBERED_AFTER = re.compile(r"-\d{6}")  # "Registry ID WA-44719026"


def city_state(start: int, city: str, code: str, after: str, spans: list[Span], table: dict[str, int]) -> None:
    known = lexicon.places()
    start, city = _trim(start, city, known)
    low = city.lower()
    if low in STOP or f"{low} {code.lower()}" in EPONYM_PAIRS:
        return  # "Canadian CT Head Rule"
    if not city or low in STATES or _MONTHS.fullmatch(city) or low.split(" ")[0] in CREDENTIALS:
        return  # "Jane Roe, CCC-A, NC 10557"
    if _NUMBERED_AFTER.match(after) or (code == "CT" and after[:1].islower() and _SCANNED.match(after)):
        return
    if not (after[:5].isdigit() and not after[5:6].isdigit()):  # no ZIP code
        first, unlisted = table.get(low, 0), low not in known
        plain = first & lexicon.COMMON and not first & lexicon.NAME
        if unlisted and (code in _DOUBTFUL or (code and city.isupper()) or plain):
            return
        if (first & lexicon.EPONYM and not first & lexicon.PLACE) or (code == "OK" and first & lexicon.FIRST):
            return  # "Dobhoff NJ", "Allen OK"
    spans.append((start, start + len(city), "city", 0.92, "city before a State"))


def city(start: int, city: str, labelled: bool, spans: list[Span], table: dict[str, int]) -> None:
    if city.isupper():
        city = _until_stop(city)
    while city and ((tail := city.rpartition(" ")[2]).lower() in CREDENTIALS or (tail != city and tail in STATE_CODES)):
        city = city.rpartition(" ")[0]
    if not city or city.lower() in LANDS:
        return
    known = city.lower() in lexicon.places() or city.lower().replace("st. ", "saint ") in lexicon.places()
    parts = city.split(" ")
    first = parts[0].rstrip(".").lower()
    flag = table.get(first, 0)
    if city.lower() in STATES or city in STATE_CODES or first in GENERIC or first in TITLES or _MONTHS.match(city):
        return
    if not known and parts[0].isupper() and (" " not in city or first in CREDENTIALS) and len(parts[0]) < 6:
        return
    if not known and (_of_the_house(parts, table) or (len(parts) > 1 and parts[-1].lower() in _NO_TOWN)):
        return  # "from Infusion Center"; what is a house the rules of organisations tell
    if not labelled and not known:
        plain = flag & (lexicon.WORD | lexicon.EPONYM) and not flag & lexicon.PLACE
        if (city.isupper() and (flag & (lexicon.WORD | lexicon.EPONYM) or len(city) < 4)) or (
            plain and (len(parts) == 1 or flag & lexicon.EPONYM)
        ):
            return
    score = 0.9 if labelled else 0.86 if known else 0.7
    spans.append((start, start + len(city), "city", score, "place after a label" if labelled else "place after a cue"))


def city_of_address(start: int, city: str, spans: list[Span], table: dict[str, int]) -> None:
    """What follows a street's name and a comma or a new line."""
    if city.isupper():
        city = _until_stop(city)
    head, _, tail = city.rpartition(" ")
    if head and tail in STATE_CODES:
        city = head  # "Hindman KY"
    if not city:
        return
    first = city.split(" ", maxsplit=1)[0].lower().rstrip(".")
    flag = table.get(first, 0)
    if city.lower() not in lexicon.places():
        if (
            first in _NO_PLACE
            or first in GENERIC
            or first in TITLES
            or first in STATES
            or city in STATE_CODES
            or _MONTHS.match(city)
        ):
            return
        if flag & lexicon.WORD and not flag & (lexicon.PLACE | lexicon.NAME):
            return
    spans.append((start, start + len(city), "city", 0.8, "city after a street"))


def _trim(start: int, city: str, known: frozenset[str]) -> tuple[int, str]:
    """Cut what leads into the city: "Oak Street Boston" keeps its last words that the list knows."""
    if city.lower() in known:
        return start, city
    parts = city.split(" ")
    for cut in range(1, len(parts)):
        rest = " ".join(parts[cut:])
        if rest.lower() in known:
            return start + len(city) - len(rest), rest
    while parts and (parts[0].lower().rstrip(".") in GENERIC or len(parts) > 2):
        start += len(parts[0]) + 1
        parts = parts[1:]
    return start, " ".join(parts)


def organisation(start: int, name: str, spans: list[Span], table: dict[str, int]) -> bool:
    if not name.istitle() and (joints := list(_AT.finditer(name))):
        start, name = start + joints[-1].end(), name[joints[-1].end() :]
    parts = name.split()
    while parts and parts[0].lower().strip(".,") in _LEADING:
        cut = name.index(parts[1], len(parts[0])) if len(parts) > 1 else len(name)
        start, name, parts = start + cut, name[cut:], parts[1:]
    while name.isupper() and len(parts) > 2 and _plain(table.get(parts[0].lower().strip(".,"), lexicon.NAME)):
        cut = name.index(parts[1], len(parts[0]))
        start, name, parts = start + cut, name[cut:], parts[1:]
    low = name.lower().split()
    telling = [part for part in low[:-1] if part.strip(".,&") not in GENERIC and len(part) > 1]
    if not telling or telling in (["new"], ["old"]):
        return False
    flags = [table.get(part.removesuffix("'s"), lexicon.NAME) for part in telling]
    kind = low[-1]
    if parts[0] in _WHOSE and ("of" in parts or kind in _SOCIETIES):
        return False  # "American College of Radiology"
    common = flags[0]  # what all of them are
    for flag in flags:
        common &= flag
    weak = _everyday(telling, flags)
    title_case = not name.isupper()
    if kind in _BUSINESS and title_case and not common & lexicon.MEDICAL:
        weak = False
    practice = kind in _PRACTICES and title_case and not any(map(_clinical, flags))
    if practice and low[0] not in _REPORTED:  # "Tiny Toes Pediatrics", "Ballard Dental"
        named = all(flag & (lexicon.NAME | lexicon.PLACE | lexicon.EPONYM) for flag in flags)
        weak = not named and len(telling) < 2
    grouped = kind in _GROUPS and len(parts) > 2 and title_case  # "Digestive Health Specialists"
    clinical = common & lexicon.MEDICAL and kind not in _NOT_MEDICAL
    if weak and not grouped and (kind not in _STRONG_TYPES or clinical):
        return False
    eponym = common & lexicon.EPONYM and not (len(parts) > 2 and any(flag & lexicon.PLACE for flag in flags))
    if kind in _WEAK_TYPES and not practice and eponym:
        return False
    spans.append((start, start + len(name), "organisation", 0.93, "kind of organisation"))
    return True


def _everyday(telling: list[str], flags: list[int]) -> bool:
    """All are words of the language or of medicine, none a town's or a State's: not "The Iowa Clinic"."""
    if not all(flag & _EVERYDAY and not flag & lexicon.PLACE for flag in flags):
        return False
    return not any(part in STATES for part in telling)


def _clinical(flag: int) -> bool:
    return bool(flag & lexicon.MEDICAL and not flag & lexicon.COMMON)


_ROMAN = frozenset(("I", "II", "III", "IV", "V", "VI"))
_LEADING = word_set("the at to from in by of for and a an with was is admitted seen transferred patient pt he she per via our your this date name presented "
    "consider continue recommend recommended arrange arranged start resume request requested need needs discharged referred called contacted attends attending attended worker supervisor student employee visited visit") | TITLES | CREDENTIALS | _NO_PLACE  # fmt: skip


def _plain(flag: int) -> bool:
    return bool(flag & lexicon.COMMON) and not flag & (lexicon.NAME | lexicon.PLACE)


_WARD = re.compile(r" (?:ED|ER|ICU|MICU|SICU|CVICU|NICU|PICU|PACU)$")  # "Mapleridge General ED"
_AT = re.compile(r"\b(?:AT|FROM|TO|BY|IN|WITH|ON|FOR|DR|VIA|PER)\b\.?(?: +|$)")
_TYPED = re.compile(
    r"\b(?:" + "|".join(sorted(map(str.upper, KINDS_OF_ORGANISATION - HOUSE_KINDS), key=len, reverse=True)) + r")\b"
)
_NOT_MEDICAL = word_set("hospital academy church college university")
_EVERYDAY = lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM
_GROUPS = word_set("associates specialists consultants surgeons")
_SOCIETIES = word_set("college academy society association board")
_WHOSE = ("American", "European", "International", "National")
_PRACTICES = word_set("pediatrics dental dentistry orthodontics optometry eyecare dermatology")
_REPORTED = word_set("discussed paged notified called consulted spoke referred contacted asked informed updated")
_BUSINESS = word_set(
    "industries logistics foods construction manufacturing enterprises motors airlines trucking steel textiles insurance freight bakery brewery restaurant diner salon cafe roofing catering plumbing hardware landscaping foundry fabrication furniture upholstery florist electronics apparel"
)
_STRONG_TYPES = word_set(
    "hospital center clinic hospice infirmary academy school church university college llc corporation manor associates specialists"
)
_WEAK_TYPES = word_set(
    "general memorial health co company group plant associates pediatrics cardiology orthopedics services systems partners labs institute "
    "solutions society bank mills farms hotel library salon inc rehab rehabilitation pharmacy transport transportation electric press village lodge medical "
    "imaging dialysis physicians care"
)


def letterhead(start: int, line: str, spans: list[Span], table: dict[str, int]) -> None:
    """The line above a street's address: who lives or works there."""
    parts = [part.lower().strip(".,'&") for part in line.split()]
    if all(part in GENERIC or part in STOP or part in CREDENTIALS or not part for part in parts):
        return
    if parts[0] in TITLES or ("," in line and not CREDENTIALS.isdisjoint(parts)):
        return  # "Jane Roe, MD, Neurology"
    if any(
        table.get(part.removesuffix("'s"), UNKNOWN) & (lexicon.NAME | lexicon.PLACE | UNKNOWN) for part in parts[:-1]
    ) or (parts[-1] in KINDS_OF_ORGANISATION and not line.isupper()):
        spans.append((start, start + len(line), "organisation", 0.7, "line above an address"))


_NO_TOWN = (KINDS_OF_ORGANISATION | NOWHERE) - AFFIXES


def _of_the_house(parts: list[str], table: dict[str, int]) -> bool:
    """Everyday and clinical words, the last of them for what is done in a hospital: "Central Supply", "Chart Review"."""
    if len(parts) < 2 or parts[-1].lower() not in FUNCTIONS:
        return False
    return all(table.get(part.lower(), UNKNOWN) & (lexicon.COMMON | lexicon.MEDICAL) for part in parts)


def employer(start: int, name: str, job: int, spans: list[Span], table: dict[str, int]) -> None:
    """What stands after a cue of work or care; ``job``: 1 the cue tells of work, 2 of whom somebody works for."""
    if name.isupper() and (typed := _TYPED.search(name)):
        name = name[: typed.end()]
    if name.isupper() and (joint := _AT.search(name)):
        name = name[: joint.start()].rstrip()
    name = name if name.isupper() else _WARD.sub("", name)
    parts = name.replace("&", "").split()
    if not parts or (len(parts) > 1 and parts[-1].isupper() and parts[-1].lower() in CREDENTIALS):
        return  # "Report to Roe RN"
    first = parts[0].lower().strip(".,")
    if (
        (first in NOWHERE and all(part.lower().strip(".,") in NOWHERE for part in parts))
        or (first in STATES and (len(parts) < 2 or name.lower() in STATES or not job))
        or first in TITLES
        or first in _NO_PLACE
        or name.lower() in LANDS
        or _MONTHS.match(name)
    ):
        return
    if _of_the_house(parts, table):
        return
    flags = [table.get(part.lower().removesuffix("'s").strip("."), lexicon.NAME) for part in parts]
    if len(parts) == 1 and (
        (name.isupper() and not (job and first not in table and len(name) > 2))
        or (flags[0] & (lexicon.WORD | lexicon.EPONYM) and not flags[0] & lexicon.PLACE and (job < 2 or name.isupper()))
    ):
        return
    if name.isupper() and not job and all(flag & lexicon.COMMON for flag in flags):
        return  # "CALL 555-0188 FOR WEIGHT GAIN"
    everyday = all(flag & lexicon.WORD and not flag & (lexicon.NAME | lexicon.PLACE) for flag in flags)
    if everyday and (
        not job
        or (len(parts) < 2 and job < 2)
        or name.isupper()
        or all(flag & lexicon.MEDICAL and not (flag & lexicon.EPONYM and job > 1) for flag in flags)
    ):
        return
    spans.append((start, start + len(name), "organisation", 0.86, "organisation after a cue"))
