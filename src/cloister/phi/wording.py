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

__all__ = ["UNKNOWN", "Tokenizer", "Words", "some"]
_LETTER, _JOINT = 1, 2
# What is counted in the gaps between words and in lines; the end of a text ends a line.
_NEWLINE, _MARK, _DIGIT, _LABEL = "\n\x00", ".:;!?*|>", "0123456789", ":=|"


@cache
def _letters() -> bytes:
    """For each byte whether it is a letter or joins two."""
    kinds = ((chr(byte) in "'-") * _JOINT or (byte < 128 and chr(byte).isalpha()) * _LETTER for byte in range(256))
    return bytes(kinds)


@cache
def _one_of(chars: str) -> bytes:
    return bytes(chr(byte) in chars for byte in range(256))


def _running(flags: NDArray[Any]) -> Ints:
    """How many of the bytes before each place, and before the end, are set."""
    out: Ints = np.zeros(len(flags) + 1, dtype=np.int32)
    np.cumsum(flags.view(np.uint8), dtype=np.int32, out=out[1:])
    return out


_FEW = 200  # words whose keys are worth a set


def some(flags: NDArray[Any]) -> bool:
    """Whether one is set; a tenth of what ``any`` costs on few."""
    return b"\x01" in flags.tobytes()


class Words:
    """``text[start[i]:end[i]]`` is word ``i``, ``flag`` its lexicon flags, ``kind`` its hand-kept sets.

    ``end`` excludes the possessive, so that a found name never takes the "'s" with it. All are arrays of one length.
    """

    def __init__(self, text: str, buffer: bytes, seen: dict[int, int]) -> None:
        self.text = text
        raw = np.frombuffer(buffer, dtype=np.uint8)
        start, end = _bounds(np.frombuffer(buffer.translate(_letters()), dtype=np.uint8))
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
        self._kinds = int(np.bitwise_or.reduce(self.kind))
        self._keys = frozenset(self.key.tolist()) if len(start) < _FEW else None
        self.nowhere: Flags = np.zeros(len(start), dtype=np.bool_)
        self.nowhere.setflags(write=False)
        self._raw, self._buffer = raw, buffer
        self._digits = (raw >= 48) & (raw <= 57)  # less those of what was found already
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
        self._digits &= ~covered
        for name in ("_digit_counts", "digit", "digit_before"):
            self.__dict__.pop(name, None)

    def has(self, *kinds: str) -> Flags:
        """Whether each word is in one of the sets."""
        known = self._known.get(kinds)
        if known is None:
            asked = bits(*kinds)
            known = self.nowhere
            if self._kinds & asked:
                known = (self.kind & np.uint64(asked)) != 0
                known.setflags(write=False)
            self._known[kinds] = known
        return known

    def any_in(self, *kinds: str) -> bool:
        """Whether any word is in one of the sets: a rule that needs one asks this first, for a short text has few."""
        return self._kinds & bits(*kinds) != 0

    def spelled(self, *spellings: str) -> Flags:
        """Whether each word is one of these, whatever its case."""
        known = self._known.get(("=", *spellings))
        if known is None:
            wanted = keys(*spellings)
            known = self.nowhere
            if self._keys is None or not self._keys.isdisjoint(wanted):
                known = self.key == wanted[0]
                for key in wanted[1:]:
                    known |= self.key == key
                known.setflags(write=False)
            self._known["=", *spellings] = known
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
    def _small_counts(self) -> Ints:
        return _running((self._raw >= 97) & (self._raw <= 122))

    @cached_property
    def small(self) -> Ints:
        """Small letters of each word."""
        counts = self._small_counts
        found: Ints = counts[self.end] - counts[self.start]
        return found

    @cached_property
    def caps(self) -> Flags:
        """In capitals throughout, two letters or more."""
        found: Flags = (self.size > 1) & (self.small == 0)
        return found

    def _count(self, chars: str) -> Ints:
        return _running(np.frombuffer(self._buffer.translate(_one_of(chars)), dtype=np.uint8))

    @cached_property
    def _line_counts(self) -> Ints:
        return self._count(_NEWLINE)

    @cached_property
    def _digit_counts(self) -> Ints:
        return _running(self._digits)

    @cached_property
    def _label_counts(self) -> Ints:
        return self._count(_LABEL)

    @cached_property
    def _text_ends(self) -> Any:
        return np.append((self._raw == 0).nonzero()[0], len(self._raw))

    @cached_property
    def text_of(self) -> Any:
        """The number of the text of each word."""
        return _running(self._raw == 0)[self.start]

    @cached_property
    def last(self) -> Flags:
        """The last word of its text."""
        stop = self._text_ends[self.text_of]
        out = np.ones(len(self.start), dtype=np.bool_)
        out[:-1] = self.start[1:] > stop[:-1]
        return out

    @cached_property
    def _first(self) -> Flags:
        """The first word of its text."""
        out = np.ones(len(self.start), dtype=np.bool_)
        out[1:] = self.last[:-1]
        return out

    @cached_property
    def stop(self) -> Any:
        """Where the gap after each word ends: at the next word of its text, or at the text's end."""
        stop = self._text_ends[self.text_of]
        stop[:-1] = np.minimum(stop[:-1], self.start[1:])
        return stop

    @cached_property
    def since(self) -> Any:
        """Where the gap before each word begins: after the word before it in its text, or at the text's head."""
        place = self.text_of
        since = np.where(place > 0, self._text_ends[np.maximum(place - 1, 0)] + 1, 0)
        since[1:] = np.maximum(since[1:], self.end[:-1])
        return since

    def _field(self, counts: Ints) -> Flags:
        found: Flags = counts[self.stop] != counts[self.end]
        return found

    def _lead(self, counts: Ints) -> Flags:
        found: Flags = counts[self.start] != counts[self.since]
        return found

    @cached_property
    def newline_before(self) -> Flags:
        """The gap before each word holds a line's end, or it is the first of its text."""
        return self._lead(self._line_counts) | self._first

    @cached_property
    def digit_before(self) -> Flags:
        """The gap before each word holds a digit."""
        return self._lead(self._digit_counts)

    @cached_property
    def sign_before(self) -> Flags:
        """The gap before each word holds a colon, an equals sign or a bar."""
        return self._lead(self._label_counts)

    @cached_property
    def newline(self) -> Flags:
        """The gap after each word holds a line's end."""
        return self._field(self._line_counts) | self.last

    @cached_property
    def mark(self) -> Flags:
        """The gap after each word holds a mark that ends a sentence or opens a field."""
        return self._field(self._count(_MARK)) | self.last

    @cached_property
    def digit(self) -> Flags:
        """The gap after each word holds a digit."""
        return self._field(self._digit_counts)

    @cached_property
    def sign(self) -> Flags:
        """The gap after each word holds a colon, an equals sign or a bar."""
        return self._field(self._label_counts)

    @cached_property
    def bracket(self) -> Flags:
        """The gap after each word holds a bracket, and so may hold a placeholder."""
        return self._field(_running(self._raw == 91)) if 91 in self._buffer else self.nowhere

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
        return np.where(codes[slot] == self.gap_code, numbers[slot], 0).astype(np.intp)

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
        found: Ints = self._line_counts[self.start]
        return found

    @cached_property
    def line_in_small(self) -> Flags:
        """The word's line has no capitalised word: nobody who types like this tells names by their capital."""
        if not len(self.start):
            return np.zeros(0, dtype=np.bool_)
        line = self.line
        titled = np.bincount(line[self.capital & (self.small > 0)], minlength=int(line[-1]) + 1)
        opened = (self._raw == 91).nonzero()[0]
        opened = opened[self.raw[opened + 1] == 127]  # a placeholder: what stood there may have had a capital
        if len(opened):
            titled += np.bincount(np.minimum(self._line_counts[opened], line[-1]), minlength=len(titled))
        found: Flags = (titled[line] == 0) & ~self.line_in_capitals
        return found

    @cached_property
    def line_in_capitals(self) -> Flags:
        """The word's line is written in capitals; a month's name or an address may keep its small letters."""
        raw = self._raw
        ends = np.append(((raw == 10) | (raw == 0)).nonzero()[0], len(raw))
        begins = np.minimum(np.concatenate([[0], ends[:-1] + 1]), ends)
        counts, uppers = self._small_counts, _running((raw >= 65) & (raw <= 90))
        small, upper = counts[ends] - counts[begins], uppers[ends] - uppers[begins]
        capitals = (small * 4 <= upper) & (upper > 0)
        found: Flags = capitals[self.line]
        return found


def _bounds(classes: NDArray[np.uint8]) -> tuple[Any, Any]:
    """First and last+1 byte of each run of letters, hyphens and apostrophes between letters included."""
    letter = np.zeros(len(classes) + 2, dtype=np.bool_)
    letter[1:-1] = classes == _LETTER
    inside = np.zeros(len(classes) + 2, dtype=np.bool_)
    inside[1:-1] = letter[1:-1] | ((classes == _JOINT) & letter[:-2] & letter[2:])
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    return edges[::2].astype(np.int64), edges[1::2].astype(np.int64)


def _unlisted(text: str, start: Any, end: Any, keys: Any, value: Any, seen: dict[int, int]) -> None:
    """Fill the values of words that no list has; each spelling is thought about once."""
    missing = (value == 0).nonzero()[0]
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
