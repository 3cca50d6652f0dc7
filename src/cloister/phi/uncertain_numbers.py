"""Numbers that no rule took: a linear model tells the days and the identifying numbers among them.

"last day 8/4", "samples GX-1187", "lockbox 4410": a number and the words around it on its line become hashed features.
``scripts/phi_train_unsure.py`` trains it, with the numbers that the rules find left out, so that it learns from all of
them; ``data/numbers.npz.xz`` holds 2^16 weights of eight bits. Asked is the first number of a gap between two words, if
it has four digits, three after a letter, or the shape of a month and a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi.day_checks import of_a_scale
from cloister.phi.linear_model import NONE, Context, Features, Weights, mixed, packed
from cloister.phi.word_table import masks
from cloister.phi.wording import some

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.wording import Words

    Ints = NDArray[np.intp]
    Flags = NDArray[np.bool_]

WEIGHTS = Weights("numbers.npz.xz")
_WIDTH = 20  # bytes of a gap that are looked at
_LEAST = 4  # bytes of a gap that can hold such a number
_DIGITS, _YEAR, _LETTERS = 4, 4, 26  # of a number that is no day, of a year, and of the alphabet
# Added to the bytes of a digit less "0" these stay below the highest bit, to any other they don't.
_ONES, _ZEROS, _OVER_NINE, _HIGH, *_SIGNS = (
    np.uint64(int.from_bytes(bytes([byte] * 8), "little")) for byte in (0x01, 0x30, 0x76, 0x80, ord("/"), ord("-"))
)
_ENDS = np.zeros(256, dtype=np.bool_)  # what ends a number
_ENDS[[byte for byte in range(256) if not (chr(byte).isalnum() and byte < 128) and chr(byte) not in "/-.#:"]] = True
_SHAPE = np.arange(256, dtype=np.uint8)
_SHAPE[48:58] = 57
_MONTHS, _DAYS, _FEW = 12, 31, 6
_SEPARATORS = (47, 45)  # of a month and a day
_PLACEHOLDER = 127  # what one is made of
_JOINED = 40  # letters and figures on either side that a number may be joined to
_GROUPS = re.compile(r"(?:[ -]\d{3,5}\b(?![./:,]\d)){1,8}")
_LETTERS_BEFORE = re.compile(r"(?:^|\W)([A-Z]{1,3} )$")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers between word ``before`` and the next: ``start`` to ``end``, their bytes, and whether they are days."""

    before: Ints
    start: Ints
    end: Ints
    bytes: NDArray[np.uint8]  # (numbers, _WIDTH), zeros after the end
    first: Ints  # month and day, 0 where it is none
    second: Ints
    separator: NDArray[np.uint8]
    digits: Ints

    def __len__(self) -> int:
        return len(self.before)

    @property
    def day(self) -> Flags:
        return self.first > 0

    def only(self, kept: Any) -> Numbers:
        return Numbers(*(getattr(self, name)[kept] for name in self.__slots__))


def candidates(words: Words) -> Numbers:
    """The numbers that are asked."""
    index = (words.digit & (words.gap_size > _LEAST)).nonzero()[0]
    index = index[_may_hold(words, index) & ~words.on_placeholder_line[index]]
    low, high = words.end[index], words.stop[index]
    raw, digit = (found[:, :_WIDTH] for found in words.bytes_at(low))
    inside = np.arange(_WIDTH) < (high - low)[:, None]
    # A placeholder on a line beside changes what stands around a number: a second pass would tell other ones.
    hidden = ((raw == _PLACEHOLDER) & inside).any(axis=1)
    kept = (~hidden & (digit & inside).any(axis=1)).nonzero()[0]
    index, low, inside = index[kept], low[kept], inside[kept]
    raw, digit = raw[kept] * inside, digit[kept] & inside
    rows = np.arange(len(index))
    head = digit.argmax(axis=1)
    ended = _ENDS[raw] & (np.arange(_WIDTH) >= head[:, None])
    tail = np.where(ended.any(axis=1), ended.argmax(axis=1), _WIDTH)
    held = digit & (np.arange(_WIDTH) < tail[:, None])
    tail = np.where(held.any(axis=1), _WIDTH - held[:, ::-1].argmax(axis=1), tail)  # to its last digit
    shift = np.minimum(head[:, None] + np.arange(_WIDTH), _WIDTH - 1)
    own = np.where(shift < tail[:, None], raw[rows[:, None], shift], np.uint8(0))
    first, second, separator = _month_day(own)
    digits = held.sum(axis=1)
    found = Numbers(index, low + head, low + tail, own, first, second, separator, digits)
    # "421/418/425", "250.5", "14:30"
    measured = ((own == ord("/")) | (own == ord(":"))).any(axis=1) | ((own == ord(".")).sum(axis=1) == 1)
    century = (own[:, 0] == ord("1")) & (own[:, 1] == ord("9")) | (own[:, 0] == ord("2")) & (own[:, 1] == ord("0"))
    measured |= century & (digits == _YEAR) & (own[:, _YEAR] == 0)
    lettered = words.raw[found.start - 1 - (words.raw[found.start - 1] == ord("-"))]
    lettered = (lettered | 32) - np.uint8(ord("a")) < _LETTERS  # "OTP-412"
    return found.only((digits + lettered >= _DIGITS) & ~measured | (first > 0))


def _may_hold(words: Words, index: Ints) -> Any:
    """The gap's first eight bytes hold four digits, or two and what parts a month and a day, or it is longer."""
    size = words.gap_size[index]
    head = words.eight(words.end[index]) & masks()[np.minimum(size, 8)]
    low = head ^ _ZEROS
    digits = np.bitwise_count(~((low + _OVER_NINE) | low) & _HIGH)
    signs = np.zeros(len(index), dtype=np.bool_)
    for sign in _SIGNS:
        other = head ^ sign
        signs |= ((other - _ONES) & ~other & _HIGH) != 0
    attached = (words.byte_after[index] != ord(" ")) & (digits >= _DIGITS - 1)
    return (digits >= _DIGITS) | ((digits > 1) & signs) | attached | (size > head.itemsize)


def _month_day(own: NDArray[np.uint8]) -> tuple[Ints, Ints, NDArray[np.uint8]]:
    """Month, day and what parts them of the numbers that are such, zeros for the others."""
    value = own.astype(np.int64) - 48
    number = (value >= 0) & (value < 10)
    size = np.where(number[:, 1], 2, 1)
    rows = np.arange(len(own))
    separator = own[rows, size]
    first = np.where(size == 2, value[:, 0] * 10 + value[:, 1], value[:, 0])
    ones, tens = value[rows, size + 1], value[rows, size + 2]
    two = number[rows, size + 2]
    second = np.where(two, ones * 10 + tens, ones)
    fits = number[:, 0] & number[rows, size + 1] & (own[rows, size + 2 + two] == 0)
    fits &= (separator == _SEPARATORS[0]) | (separator == _SEPARATORS[1])
    fits &= (first > 0) & (first <= _MONTHS) & (second > 0) & (second <= _DAYS)
    return np.where(fits, first, 0), np.where(fits, second, 0), np.where(fits, separator, np.uint8(0))


def features(words: Words, numbers: Numbers) -> Features:
    """What is told of each; what stands on other lines says nothing."""
    word, top = Context(words, words.nowhere), len(words) - 1
    p1 = numbers.before
    p2, p3 = np.maximum(p1 - 1, 0), np.maximum(p1 - 2, 0)
    n1, n2 = np.minimum(p1 + 1, top), np.minimum(p1 + 2, top)
    begun = _line_ends(words, words.end[p1], numbers.start)
    broken = _line_ends(words, numbers.end, words.stop[p1]) | words.last[p1]
    begun2 = begun | words.newline_before[p1]
    w1, w2, w3 = word.at(p1, begun), word.at(p2, begun2), word.at(p3, begun2 | words.newline_before[p2])
    v1, v2 = word.at(n1, broken), word.at(n2, broken | words.newline[n1])
    lead = _bytes(words, words.end[p1], numbers.start)
    follow = _bytes(words, numbers.end, np.minimum(words.start[n1], numbers.end + 3))
    shape = _SHAPE[numbers.bytes]
    long = np.ascontiguousarray(shape[:, :8]).view(np.uint64)[:, 0]
    rest = np.ascontiguousarray(shape[:, 8:16]).view(np.uint64)[:, 0]
    digits = np.minimum(numbers.digits, 12).astype(np.uint64)
    day = numbers.day
    own = np.where(day, _of_day(numbers), mixed(long, rest))
    none = np.full(len(numbers), NONE)
    short = np.where(day, np.uint64(1), digits)
    capital = packed(words.capital[p1], words.caps[p1], begun)
    pairs = (
        (own, none), (w1, short), (w1, own), (w2, w1), (w2, short), (w3, mixed(w2, w1)), (w3, short), (lead, short),
        (lead, own), (v1, short), (v1, own), (v1, v2), (w1, v1), (follow, short), (follow, own), (lead, follow),
        (capital, short), (capital, own), (capital, mixed(lead, v1)), (w1, lead), (short, packed(broken, begun)),
    )  # fmt: skip
    # The words before, in whatever order.
    return Features(pairs, [mixed(each, short) for each in (w1, w2, w3)])


def _line_ends(words: Words, low: Ints, high: Ints) -> Flags:
    """Whether a line ends between two places; what is further off than the width of a gap is another line."""
    at = low[:, None] + np.arange(_WIDTH)
    byte = words.raw[np.minimum(at, len(words.raw) - 1)]
    found: Flags = (((byte == 10) | (byte == 0)) & (at < high[:, None])).any(axis=1) | (high - low > _WIDTH)
    return found


def _of_day(numbers: Numbers) -> NDArray[np.uint64]:
    """What the numbers of a day say: which is greater, and whether the second is one that few scales have."""
    first, second = numbers.first, numbers.second
    order = np.sign(first - second) + 1
    kind = np.where(second > _MONTHS, 50, np.where((second % 2 == 1) & (second > _FEW), 51, second))
    zero = numbers.bytes[:, 0] == 48
    return packed(order, kind, numbers.separator, zero)


def _bytes(words: Words, low: Ints, high: Ints) -> NDArray[np.uint64]:
    """Up to seven bytes and their number; digits are alike."""
    size = np.minimum(high - low, 7)
    found = size.astype(np.uint64) << np.uint64(56)
    for step in range(7):
        byte = _SHAPE[words.raw[np.minimum(low + step, len(words.raw) - 1)]].astype(np.uint64)
        found |= np.where(step < size, byte, np.uint64(0)) << np.uint64(8 * step)
    packed_bytes: NDArray[np.uint64] = found
    return packed_bytes


def uncertain_numbers(words: Words, spans: list[Span]) -> None:
    """Append what the model calls a day or an identifying number."""
    if not some(words.digit):
        return
    numbers = candidates(words)
    if not len(numbers):
        return
    told = numbers.only(WEIGHTS.total(features(words, numbers)) >= WEIGHTS.threshold)
    text = words.text
    for start, end, day in zip(told.start.tolist(), told.end.tolist(), told.day.tolist(), strict=True):
        if day and "/" in text[start:end] and _of_a_scale(text, start, end):
            continue
        low, high = (start, end) if day else _whole(text, start, end)
        spans.append((low, high, "date" if day else "other-id", 0.53, "statistical model of numbers"))


def _of_a_scale(text: str, start: int, end: int) -> bool:
    """Whether a month and a day are a score or a count by what stands around them."""
    low = max(0, start - 40)
    return of_a_scale(text[low : end + 40].encode("ascii"), start - low, end - low)


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """With the letters that a number is joined to and the groups that follow it: "GX-1187", "OY 5518 2203"."""
    low, high = start, end
    while start - low < _JOINED and (text[low - 1].isalnum() or (text[low - 1] in "-#" and text[low - 2].isalnum())):
        low -= 1
    while high - end < _JOINED and high < len(text) and text[high].isalnum():
        high += 1
    if more := _GROUPS.match(text, high):
        high = more.end()
        before = _LETTERS_BEFORE.search(text, max(0, low - 5), low)
        low = before.start(1) if before else low
    return low, high
