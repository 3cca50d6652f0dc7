"""What a line's end breaks: "March\\n14, 2019", "617-555-\\n0134", as notes of 80 columns have it.

Patterns look at what stands on one line. The few line ends that can break a date or a number are taken out, and what
the patterns then find across them counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.check_parts import UNITS
from cloister.phi.finding import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MONTH = (
    rb"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    rb"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = rb"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_WIDTH = 60  # characters on either side that are read again
_INDENT = 8  # blanks that a line may begin with
_WRAPPED = 45  # a line as long as this was broken because it was full
_APART = b"\n\x00\n"
# A numbered list goes on with "2. Stop aspirin"; a sentence may go on so only where the line was full.
_ITEM = re.compile(rb"\d{1,2}[.)][ \t]")
_COUNTED = re.compile(
    rb"\d+[ -]?(?:tab|cap|puff|dose|drop|spray|unit|time|hour|patient|pt|more|to \d|or \d|out of)", re.I
)
# What the line ends with, what the next begins with, and whether a blank stands for the break.
_BREAKS: tuple[tuple[re.Pattern[bytes], re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"\d[/-]$"), re.compile(rb"\d"), b""),
    (re.compile(rb"[(\[][2-9]\d\d[)\]]$"), re.compile(rb"\d{3}[-. ]?\d{4}\b"), b" "),
    (re.compile(rb"\b[2-9]\d\d$"), re.compile(rb"-\d{4}\b"), b""),
    (re.compile(rb"\b%s\.?$" % _MONTH, re.I), re.compile(rb"(?:the )?%s\b(?![/:]|\.\d)" % _DAY), b" "),
    (re.compile(rb"(?:^|[^\d/.-])%s(?: of)?$" % _DAY), re.compile(rb"(?:of )?%s\b" % _MONTH, re.I), b" "),
)


def _classes(*sets: bytes) -> NDArray[np.uint8]:
    """For each byte the ways of breaking that it may stand in, a bit each, in the order of ``_BREAKS``."""
    table = np.zeros(256, dtype=np.uint8)
    for bit, members in enumerate(sets):
        table[list(members)] |= 1 << bit
    return table


_DIGITS, _MONTHS = b"0123456789", b"JFMASONDjfmasondOo"
# Two letters that end a month's name, and two that begin one, without case.
_ENDINGS = np.zeros(1 << 16, dtype=np.bool_)
_ENDINGS[
    [
        256 * (pair[0] | 32) + (pair[1] | 32)
        for pair in (
            b"ry",
            b"ch",
            b"il",
            b"ay",
            b"ne",
            b"ly",
            b"st",
            b"er",
            b"an",
            b"eb",
            b"ar",
            b"pr",
            b"un",
            b"ul",
            b"ug",
            b"ep",
            b"pt",
            b"ct",
            b"ov",
            b"ec",
        )
    ]
] = True
_HEADS = np.zeros(1 << 16, dtype=np.bool_)
_HEADS[
    [256 * pair[0] + pair[1] for pair in (b"ja", b"fe", b"ma", b"ap", b"ju", b"au", b"se", b"oc", b"no", b"de", b"of")]
] = True
_LAST = _classes(b"-/", b")]", _DIGITS, b".nbrylgtpvceNBRYLGTPVCEhH", _DIGITS + b"tdhfTDHF")
_FIRST = _classes(_DIGITS, _DIGITS, b"-", _DIGITS + b"t", _MONTHS)


def across_lines(buffer: bytes, find: Callable[[bytes], list[Span]]) -> list[Span]:
    """Spans that go over a line's end; ``find`` gives those of a buffer of single lines."""
    parts, places, size = [_APART], [], len(_APART)
    for before, after, joint in _broken(buffer):
        low = max(buffer.rfind(b"\n", 0, before) + 1, before - _WIDTH)
        stop = buffer.find(b"\n", after, after + _WIDTH)
        left, right = buffer[low:before], buffer[after : stop if stop >= 0 else after + _WIDTH]
        places.append((size, size + len(left), low, after - len(joint)))
        parts += [left, joint, right, _APART]
        size += len(left) + len(joint) + len(right) + len(_APART)
    if not places:
        return []
    spans = sorted(find(b"".join(parts)))
    out: list[Span] = []
    index = 0
    for start, end, kind, score, reason in spans:
        while index + 1 < len(places) and places[index + 1][0] <= start:
            index += 1
        first, middle, low, high = places[index]
        if start < middle < end:
            out.append((low + start - first, high + end - middle, kind, score, reason))
    return out


def _broken(buffer: bytes) -> Iterator[tuple[int, int, bytes]]:
    """End of the line before, start of the one after, and what takes the place of the break."""
    raw = np.frombuffer(buffer, dtype=np.uint8)
    ends = (raw == 10).nonzero()[0]
    ends = ends[(ends > 2) & (ends < len(raw) - _INDENT - 1)]
    last = ends - 1
    last = last - (raw[last] == 13)
    last = last - (raw[last] == 32)
    first = ends + 1
    kinds = _LAST[raw[last]]
    may = (kinds != 0).nonzero()[0]
    last, first, kinds = last[may], first[may], kinds[may]
    for _ in range(_INDENT):
        first = first + (raw[first] == 32)
    kinds = kinds & _FIRST[raw[first]]
    may = kinds.nonzero()[0]
    last, first, kinds = last[may], first[may], kinds[may]
    # Most lines that end with a letter end with no month, and most that begin with one begin with none.
    ending = last - (raw[last] == 46)
    closes = _ENDINGS[_pair(raw, ending - 1)]
    opens = _HEADS[_pair(raw, first)]
    may = (((kinds & 0b111) != 0) | (((kinds & 0b1000) != 0) & closes) | (((kinds & 0b10000) != 0) & opens)).nonzero()[
        0
    ]
    for before, after in zip((last[may] + 1).tolist(), first[may].tolist(), strict=True):
        tail, head = buffer[max(0, before - 24) : before], buffer[after : after + 24]
        tail = tail[tail.rfind(b"\n") + 1 :]
        for ends_so, begins_so, joint in _BREAKS:
            if begins_so.match(head) and ends_so.search(tail) and not _goes_on(buffer, before, head):
                yield before, after, joint
                break


def _pair(raw: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The two bytes at each place as one number, letters without case."""
    return 256 * (raw[at] | 32).astype(np.int64) + (raw[at + 1] | 32)


def _goes_on(buffer: bytes, before: int, head: bytes) -> bool:
    """The next line is one of a list, or counts something."""
    if _ITEM.match(head):
        return before - buffer.rfind(b"\n", 0, before) < _WRAPPED
    return bool(_COUNTED.match(head) or UNITS.search(head.lstrip(_DIGITS)[:24]))
