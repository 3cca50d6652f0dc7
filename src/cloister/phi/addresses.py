"""Towns after a street, and in small letters before a State's code: looked for only on the lines that can hold one."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from cloister.phi.matcher import options_of
from cloister.phi.wording import Words, some

_CAP = r"[A-Z][A-Za-z'-]*[A-Za-z]"
_RUN = rf"(?:(?:St|Ft|Mt)\. )?{_CAP}(?:[ -]{_CAP}){{0,3}}"
_STREET_END = r"street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|place|pl|terrace|way|parkway|pkwy|trail"
# Group 1 is what follows a street's name and a comma or a new line.
ADDRESS = rf"\b(?i:{_STREET_END})\b\.?(?:,? *(?:(?i:apt|unit|suite|ste)\.? *#?|#) *[A-Z0-9-]{{1,6}})?(?:, *(?:\r?\n)?|\r?\n) *({_RUN})(?:[,.;)?\r\n]| +[A-Z]{{2}} +\d{{5}})|\b\d{{1,5}} [^\n,;:]{{2,40}}\b(?i:{_STREET_END})\b\.?(?:,? *(?i:apt|unit|suite|ste) *#?[A-Z0-9-]{{1,6}})?, *({_RUN}) +[a-z]"
# "..., salt lake city, ut 44591" and "... apt 4b, salt lake city ut": a town in small letters before a State's code and a ZIP code.
SMALL_ADDRESS = r"[,\n] *([a-z][a-z'. -]{2,24}[a-z]),? (?:al|ak|az|ar|ca|co|ct|de|dc|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|pr|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|[a-z]{4,13}(?: [a-z]{4,10})?),? \d{5}\b"
_ENDS = tuple(_STREET_END.split("|"))
_JOINED = re.compile(rf"(?i)['-](?:{_STREET_END})$")  # "Oak-Ave"
_TOWN_FOLLOWS, _UNIT_BEGINS = (np.array([byte in chars for byte in range(256)]) for chars in (b",\r\n#", b" #,aAuUsS"))


@cache
def _expressions() -> tuple[Any, Any, Any]:
    import re2

    options = options_of(64 << 20)
    address, small = (re2._re2.RE2(expression.encode("ascii"), options) for expression in (ADDRESS, SMALL_ADDRESS))
    return address.Match, small.Match, re2._re2.RE2.Anchor.UNANCHORED


def towns(words: Words, buffer: bytes) -> Iterator[tuple[int, int, bool]]:
    """Start and end of what stands where a town does, and True for one in small letters, whose ZIP code follows."""
    address, small, anchor = _expressions()
    for groups in _matches(address, anchor, buffer, _lines(words, buffer, _ends(words), 0)):
        yield *(groups[1] if groups[1][0] >= 0 else groups[2]), False
    for groups in _matches(small, anchor, buffer, _lines(words, buffer, _before_codes(words), 1)):
        yield *groups[1], True


def _ends(words: Words) -> list[int]:
    """Words that end a street's name, or a part of one does, before a comma, a line's end or a unit's number."""
    raw = words.raw
    found = words.spelled(*_ENDS).nonzero()[0]
    if len(found):
        after = words.end[found]
        after = after + (raw[after] == 46)
        inner = (raw[after] == 32) & _UNIT_BEGINS[raw[after + 1]]
        found = found[inner | _TOWN_FOLLOWS[raw[after]]]
    joined = (words.size != words.small + words.capitals).nonzero()[0]
    if len(joined):
        last, before = raw[words.end[joined] - 1] | 32, raw[words.end[joined] - 2] | 32
        joined = joined[np.isin(last * np.uint16(256) + before, _last_letters())]
    parts = [index for index in joined.tolist() if _JOINED.search(words.word(index))]
    return sorted(found.tolist() + parts)


@cache
def _last_letters() -> Any:
    return np.array(sorted({ord(end[-1]) * 256 + ord(end[-2]) for end in _ENDS}), dtype=np.uint16)


def _before_codes(words: Words) -> list[int]:
    """Words in small letters before five digits."""
    if not some(words.digit):
        return []
    index = (words.digit & ~words.capital & (words.gap_size > 5)).nonzero()[0]
    place, raw = words.end[index], words.raw
    place = place + (raw[place] == 44)
    kept = raw[place] == 32
    for step in range(1, 6):
        digit = raw[np.minimum(place + step, len(raw) - 1)]
        kept &= (digit >= 48) & (digit <= 57)
    found: list[int] = index[kept].tolist()
    return found


def _lines(words: Words, buffer: bytes, indices: list[int], before: int) -> Iterator[tuple[int, int, int]]:
    """Of each word's line the start, the end, and where the line after it ends; ``before`` so many bytes more."""
    done, size = -1, len(buffer)
    for index in indices:
        start = words.starts[index]
        if start >= done:
            done = buffer.find(b"\n", start) + 1 or size
            yield max(buffer.rfind(b"\n", 0, start) + 1 - before, 0), done, (buffer.find(b"\n", done) + 1 or size)


def _matches(match: Any, anchor: Any, buffer: bytes, lines: Iterator[tuple[int, int, int]]) -> Iterator[Any]:
    """The groups of each match that begins on one of the lines."""
    position = 0
    for low, stop, limit in lines:
        position = max(position, low)
        while position < stop:
            found = match(anchor, buffer, position, limit)
            if not 0 <= found[0][0] < stop:
                break
            yield found
            position = found[0][1]
