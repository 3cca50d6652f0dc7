"""Checks of hospitals, practices, brigades, charities and bases, which ask the word lists.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

from __future__ import annotations

import re

from cloister.phi import lexicon
from cloister.phi.place_words import GENERIC
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import STOP

_OWNERS = (b"Their", b"Your", b"These", b"Those", b"Other", b"Some", b"With", b"From", b"Both", b"Adult", b"Older")

_MEANS = frozenset(("by", "via", "with"))


def of_children(buffer: bytes, start: int, end: int) -> float:
    """ "Boston Children's", not "Their Children's"."""
    return 0.0 if buffer[start:end].startswith(_OWNERS) else 0.75


def _flags(buffer: bytes, start: int, end: int) -> list[int]:
    words = lexicon.words()
    return [words.get(word.decode().lower().strip("',.-"), UNKNOWN) for word in buffer[start:end].split()]


def brigade(buffer: bytes, start: int, end: int) -> float:
    """ "BIB Chelmsford PD": the town is no word of medicine."""
    known = UNKNOWN | lexicon.NAME | lexicon.PLACE
    first = _flags(buffer, start, end)[:-1]
    return 0.8 if all(flag & known and not flag & lexicon.MEDICAL for flag in first) else 0.0


def legal(buffer: bytes, start: int, end: int) -> float:
    """ "Valley Sleep & Pulmonary, PC": two words at least, and no name's credential."""
    return 0.8 if len(_flags(buffer, start, end)) > 2 else 0.0


def practice(buffer: bytes, start: int, end: int) -> float:
    """ "The Old Mill Surgery", "Larkfield Surgery, 9 Elm Road": the article, a town or an address tells it."""
    first = _flags(buffer, start, end)[:-1]
    named = any(flag & lexicon.PLACE and not flag & lexicon.MEDICAL for flag in first)
    addressed = re.match(rb", \d", buffer[end : end + 3]) is not None
    return 0.75 if addressed or (len(first) > 1 and (buffer[start : start + 4] == b"The " or named)) else 0.0


def practice_at(buffer: bytes, start: int, end: int) -> float:
    """ "at Hilltop Pediatrics", not "with Outpatient Dermatology" nor "with Chest Imaging"."""
    first = [word.decode().lower().strip("'") for word in buffer[start:end].split()[:-1]]
    if not _MEANS.isdisjoint(first):
        return 0.0  # "Arrived By Ambulance"
    telling = [word for word in first if word not in GENERIC and word not in STOP]
    medical = [word for word in telling if lexicon.words().get(word, UNKNOWN) & lexicon.MEDICAL]
    return 0.75 if telling and not medical else 0.0


def base(buffer: bytes, start: int, end: int) -> float:
    """ "Fort Drum", "Dover AFB": no word of medicine."""
    flags = _flags(buffer, start, end)
    camp = buffer[start : start + 5] in (b"Camp ", b"Fort ")
    return 0.0 if any(flag & lexicon.MEDICAL for flag in (flags[1:] if camp else flags[:1])) else 0.7


def charity(buffer: bytes, start: int, end: int) -> float:
    """ "Visiting Nurse Service of Ames"; the Red Cross and the Salvation Army alone are everywhere."""
    return 0.75 if b" of " in buffer[start:end] or b"Visiting" in buffer[start:end] else 0.0


def house_at(buffer: bytes, start: int, end: int) -> float:
    """ "The Arbors at Westfield", not "Surgery at Mercy" nor "Department of Neurology"."""
    words = [word.decode().lower() for word in buffer[start:end].removeprefix(b"The ").split()]
    flags = [lexicon.words().get(word, UNKNOWN) for word in (words[0], words[2])]
    generic = words[0] in GENERIC or words[0] in STOP or words[2] in GENERIC or words[2] in STOP
    return 0.0 if generic or any(flag & lexicon.MEDICAL for flag in flags) else 0.75
