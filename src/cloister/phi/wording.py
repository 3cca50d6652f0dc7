"""The words of a folded text as arrays: the ground on which the name and place rules walk."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.gaps import slots, wanted
from cloister.phi.unlisted import UNKNOWN, flags_of
from cloister.phi.word_table import PAD, SHIFT, bits, eights, hashes, keys, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int32]

__all__ = ["UNKNOWN", "Tokenizer", "Words"]
_LETTER, _JOINT = 1, 2
# Fields of the running counts: 16 bits each, so a gap's counts are right up to 65,535 of a kind.
_NEWLINE, _MARK, _DIGIT, _LABEL = 0, 16, 32, 48


@cache
def _tables() -> Any:
    letter = np.zeros(256, dtype=np.uint8)
    for byte in range(128):
        letter[byte] = _LETTER if chr(byte).isalpha() else 0
    for char in "'-":
        letter[ord(char)] = _JOINT
    counts = np.zeros(256, dtype=np.uint64)
    for chars, field in (("\n", _NEWLINE), (".:;!?*|>", _MARK), ("0123456789", _DIGIT), (":=|", _LABEL)):
        for char in chars:
            counts[ord(char)] |= np.uint64(1 << field)
    cases = np.zeros(256, dtype=np.uint64)
    for byte in range(128):
        cases[byte] = 1 << 32 if chr(byte).isupper() else 1 if chr(byte).islower() else 0
    return letter, counts, cases


class Words:
    """``text[start[i]:end[i]]`` is word ``i``, ``flag`` its lexicon flags, ``kind`` its hand-kept sets.

    ``end`` excludes the possessive, so that a found name never takes the "'s" with it. All are arrays of one length.
    """

    def __init__(self, text: str, buffer: bytes, seen: dict[int, int]) -> None:
        self.text = text
        raw = np.frombuffer(buffer, dtype=np.uint8)
        letters, counts, cases = _tables()
        start, end = _bounds(letters[raw])
        lowered = buffer.lower() + PAD
        padded = buffer + PAD
        self._view = eights(padded)
        self.raw = np.frombuffer(padded, dtype=np.uint8)  # the bytes, with zeros after the last
        lower = np.frombuffer(lowered, dtype=np.uint8)
        possessive = (
            (lower[end - 1] == ord("s")) & (lower[end - 2] == ord("'")) & (end - start > 2)
            if len(start)
            else np.zeros(0, np.bool_)
        )
        end = end - 2 * possessive
        self.start, self.end, self.size = start, end, end - start
        self.starts, self.ends = start.data, end.data  # the same as Python numbers, for what looks at single words
        self.possessive = possessive
        self.key = hashes(eights(lowered), start, self.size)
        value = table().look(self.key)
        _unlisted(text, start, end, self.key, value, seen)
        self.flag = (value & np.uint64(255)).astype(np.uint8)
        self.kind = value >> np.uint64(SHIFT)
        self._raw, self._counts, self._cases = raw, counts, cases
        self._counted = raw
        self._known: dict[tuple[str, ...], Flags] = {}  # answers already given; never written to

    def __len__(self) -> int:
        return len(self.start)

    def cover(self, spans: Sequence[tuple[int, int, str, float, str]]) -> None:
        """Digits of what was found already are no dose or measure of the word before: they won't stay in the text."""
        if not spans:
            return
        edge = np.bincount([span[0] for span in spans], minlength=len(self._raw) + 1).astype(np.int32)
        edge -= np.bincount([span[1] for span in spans], minlength=len(self._raw) + 1)
        covered = np.cumsum(edge[:-1], dtype=np.int32) > 0
        self._counted = self._raw.copy()
        self._counted[covered & (self._raw >= 48) & (self._raw <= 57)] = ord("[")
        for name in ("_marks", "_gap_marks", "_lead_marks", "digit", "digit_before"):
            self.__dict__.pop(name, None)

    def has(self, *kinds: str) -> Flags:
        """Whether each word is in one of the sets."""
        known = self._known.get(kinds)
        if known is None:
            known = self._known[kinds] = (self.kind & np.uint64(bits(*kinds))) != 0
            known.setflags(write=False)
        return known

    def spelled(self, *spellings: str) -> Flags:
        """Whether each word is one of these, whatever its case."""
        known = self._known.get(("=", *spellings))
        if known is None:
            first, *others = keys(*spellings)
            known = self._known["=", *spellings] = self.key == first
            for key in others:
                known |= self.key == key
            known.setflags(write=False)
        return known

    def word(self, index: int) -> str:
        return self.text[self.starts[index] : self.ends[index]]

    @cached_property
    def first(self) -> NDArray[np.uint8]:
        """The first byte of each word."""
        found: NDArray[np.uint8] = self._raw[self.start]
        return found

    @cached_property
    def capital(self) -> Flags:
        return self.first < np.uint8(91)

    @cached_property
    def _case_counts(self) -> Any:
        """Running counts of capitals (upper half) and small letters."""
        out = np.zeros(len(self._raw) + 1, dtype=np.uint64)
        np.cumsum(self._cases[self._raw], out=out[1:])
        return out

    @cached_property
    def small(self) -> Ints:
        """Small letters of each word."""
        counts = self._case_counts
        found: Ints = ((counts[self.end] - counts[self.start]) & np.uint64(0xFFFFFFFF)).astype(np.int32)
        return found

    @cached_property
    def caps(self) -> Flags:
        """In capitals throughout, two letters or more."""
        found: Flags = (self.size > 1) & (self.small == 0)
        return found

    @cached_property
    def _marks(self) -> Any:
        """Running counts of new lines, marks, digits and label signs, the ends of texts apart."""
        out = np.zeros(len(self._raw) + 1, dtype=np.uint64)
        np.cumsum(self._counts[self._counted], out=out[1:])
        return out

    @cached_property
    def _text_ends(self) -> Any:
        return np.append(np.flatnonzero(self._raw == 0), len(self._raw))

    @cached_property
    def text_of(self) -> Any:
        """The number of the text of each word."""
        return np.searchsorted(self._text_ends, self.start)

    @cached_property
    def last(self) -> Flags:
        """The last word of its text."""
        stop = self._text_ends[self.text_of]
        out = np.ones(len(self.start), dtype=np.bool_)
        out[:-1] = self.start[1:] > stop[:-1]
        return out

    @cached_property
    def _gap_marks(self) -> Any:
        """Counts between each word and the next of its text, or its text's end, which is a new line and a mark."""
        stop = self._text_ends[self.text_of]
        stop[:-1] = np.minimum(stop[:-1], self.start[1:])
        ended = np.uint64((1 << _NEWLINE) | (1 << _MARK))
        return self._marks[stop] - self._marks[self.end] + np.where(self.last, ended, np.uint64(0))

    @cached_property
    def _lead_marks(self) -> Any:
        """Counts between each word and the one before it in its text, or its text's head, which is a new line."""
        first = np.ones(len(self.start), dtype=np.bool_)
        first[1:] = self.last[:-1]
        place = self.text_of
        since = np.where(place > 0, self._text_ends[np.maximum(place - 1, 0)] + 1, 0)
        since[1:] = np.maximum(since[1:], self.end[:-1])
        return self._marks[self.start] - self._marks[since] + np.where(first, np.uint64(1 << _NEWLINE), np.uint64(0))

    def _field(self, field: int) -> Flags:
        found: Flags = ((self._gap_marks >> np.uint64(field)) & np.uint64(0xFFFF)) != 0
        return found

    def _lead(self, field: int) -> Flags:
        found: Flags = ((self._lead_marks >> np.uint64(field)) & np.uint64(0xFFFF)) != 0
        return found

    @cached_property
    def newline_before(self) -> Flags:
        """The gap before each word holds a line's end, or it is the first of its text."""
        return self._lead(_NEWLINE)

    @cached_property
    def digit_before(self) -> Flags:
        """The gap before each word holds a digit."""
        return self._lead(_DIGIT)

    @cached_property
    def sign_before(self) -> Flags:
        """The gap before each word holds a colon, an equals sign or a bar."""
        return self._lead(_LABEL)

    @cached_property
    def newline(self) -> Flags:
        """The gap after each word holds a line's end."""
        return self._field(_NEWLINE)

    @cached_property
    def mark(self) -> Flags:
        """The gap after each word holds a mark that ends a sentence or opens a field."""
        return self._field(_MARK)

    @cached_property
    def digit(self) -> Flags:
        """The gap after each word holds a digit."""
        return self._field(_DIGIT)

    @cached_property
    def sign(self) -> Flags:
        """The gap after each word holds a colon, an equals sign or a bar."""
        return self._field(_LABEL)

    @cached_property
    def gap_size(self) -> Ints:
        out = np.full(len(self.start), 255, dtype=np.int32)
        out[:-1] = np.where(self.last[:-1], 255, self.start[1:] - self.end[:-1])
        return out

    @cached_property
    def gap_code(self) -> Any:
        """``code`` of the gap after each word; what no gap has (not 0, which is the empty one) where it is longer."""
        size = self.gap_size
        short = size <= 7
        length = np.where(short, size, 0).astype(np.uint64)
        masks = np.array([(1 << (8 * n)) - 1 for n in range(8)], dtype=np.uint64)
        codes = (self._view[self.end] & masks[length.astype(np.intp)]) | (length << np.uint64(56))
        return np.where(short, codes, ~np.uint64(0))

    @cached_property
    def _gap_number(self) -> Any:
        """The place in ``GAPS`` of the gap after each word, 0 for one that no rule names."""
        codes, numbers, factor = slots()
        slot = ((self.gap_code * factor) >> np.uint64(54)).astype(np.intp)
        return np.where(codes[slot] == self.gap_code, numbers[slot], np.uint8(0))

    def gap_is(self, *gaps: str) -> Flags:
        """Whether the gap after each word is one of these, which are all in ``GAPS``."""
        known = self._known.get(gaps)
        if known is None:
            known = self._known[gaps] = wanted(gaps)[self._gap_number]
            known.setflags(write=False)
        return known

    def gap(self, index: int) -> str:
        """What stands between word ``index`` and the next of the same text, or the text's end and a newline."""
        if index + 1 >= len(self.start):
            return self.text[self.ends[index] :] + "\n"
        gap = self.text[self.ends[index] : self.starts[index + 1]]
        return gap if "\x00" not in gap else gap[: gap.index("\x00")]

    @cached_property
    def byte_before(self) -> NDArray[np.uint8]:
        """The byte before each word, a newline before the first."""
        found: NDArray[np.uint8] = np.where(self.start > 0, self._raw[np.maximum(self.start - 1, 0)], np.uint8(10))
        return found

    @cached_property
    def byte_after(self) -> NDArray[np.uint8]:
        """The byte after each word, a newline after the last."""
        last = len(self._raw) - 1
        found: NDArray[np.uint8] = np.where(self.end <= last, self._raw[np.minimum(self.end, last)], np.uint8(10))
        return found

    @cached_property
    def line(self) -> Ints:
        """The number of the line of each word."""
        found: Ints = np.searchsorted(self._line_ends, self.start, side="left").astype(np.int32)
        return found

    @cached_property
    def _line_ends(self) -> Any:
        return np.flatnonzero((self._raw == 10) | (self._raw == 0))

    @cached_property
    def line_in_small(self) -> Flags:
        """The word's line has no capitalised word: nobody who types like this tells names by their capital."""
        if not len(self.start):
            return np.zeros(0, dtype=np.bool_)
        line = self.line
        placeholder = self.byte_before == 91  # what stood there may have had a capital
        titled = np.bincount(line[self.capital & ((self.small > 0) | placeholder)], minlength=int(line[-1]) + 1)
        found: Flags = (titled[line] == 0) & ~self.line_in_capitals
        return found

    @cached_property
    def line_in_capitals(self) -> Flags:
        """The word's line is written in capitals; a month's name or an address may keep its small letters."""
        ends = np.append(self._line_ends, len(self._raw))
        begins = np.concatenate([[0], ends[:-1] + 1])
        counts = self._case_counts
        counted = counts[ends] - counts[np.minimum(begins, ends)]
        upper, small = counted >> np.uint64(32), counted & np.uint64(0xFFFFFFFF)
        capitals = (small * np.uint64(4) <= upper) & (upper > 0)
        found: Flags = capitals[self.line]
        return found


def _bounds(classes: NDArray[np.uint8]) -> tuple[Any, Any]:
    """First and last+1 byte of each run of letters, hyphens and apostrophes between letters included."""
    letter = np.zeros(len(classes) + 2, dtype=np.bool_)
    letter[1:-1] = classes == _LETTER
    inside = np.zeros(len(classes) + 2, dtype=np.bool_)
    inside[1:-1] = letter[1:-1] | ((classes == _JOINT) & letter[:-2] & letter[2:])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return edges[::2].astype(np.int64), edges[1::2].astype(np.int64)


def _unlisted(text: str, start: Any, end: Any, keys: Any, value: Any, seen: dict[int, int]) -> None:
    """Fill the values of words that no list has; each spelling is thought about once."""
    missing = np.flatnonzero(value == 0)
    if not len(missing):
        return
    unique, first, inverse = np.unique(keys[missing], return_index=True, return_inverse=True)
    flags = np.zeros(len(unique), dtype=np.uint64)
    words = lexicon.words()
    for place, (key, at) in enumerate(zip(unique.tolist(), missing[first].tolist(), strict=True)):
        flag = seen.get(key)
        if flag is None:
            flag = flags_of(text[start[at] : end[at]].lower(), words)
            if len(seen) < 200_000:
                seen[key] = flag
        flags[place] = flag
    value[missing] = flags[inverse]


class Tokenizer:
    """Splits and looks up; remembers words that no list has."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    @cached_property
    def table(self) -> dict[str, int]:
        return lexicon.words()

    def __call__(self, text: str, buffer: bytes | None = None) -> Words:
        return Words(text, buffer if buffer is not None else text.encode("ascii"), self._seen)
