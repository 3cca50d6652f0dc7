"""The words of a folded text as arrays: the ground on which the name and place rules walk."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi import gaps, lexicon
from cloister.phi.edges import Edges, between
from cloister.phi.endings import Endings
from cloister.phi.lines import Lines
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.word_bytes import Bytes
from cloister.phi.word_table import (
    LISTED,
    PAD,
    SHIFT,
    Letters,
    bits,
    bounds,
    eights,
    fill_unlisted,
    key_set,
    keys,
    masks,
    numbers,
    table,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

__all__ = ["UNKNOWN", "Tokenizer", "Words", "some"]
_MANY = 255  # letters of a word or bytes of a gap; what is longer counts as so long
_FEW = 200  # words whose keys are worth a set


def some(flags: NDArray[Any]) -> bool:
    """Whether one is set; a tenth of what ``any`` costs on few."""
    return b"\x01" in flags.tobytes()


class Words(Bytes, Endings, Lines):
    """``text[start[i]:end[i]]`` is word ``i``, ``flag`` its lexicon flags; ``has`` tells of its hand-kept sets.

    ``end`` excludes the possessive, so that a found name never takes the "'s" with it. All are arrays of one length.
    """

    def __init__(self, text: str, buffer: bytes) -> None:
        self.text, self._buffer = text, buffer
        padded = buffer + PAD
        self._view = eights(padded)
        self.raw = np.frombuffer(padded, dtype=np.uint8)  # the bytes, with zeros after the last
        self._raw = self.raw[: len(buffer)]
        self._classes = np.frombuffer(padded.translate(gaps.classes()), dtype=np.uint8)
        self._uncovered = self._classes  # nothing where something was found already; asked for digits alone
        self.covered = np.zeros(0, dtype=np.int64)  # where that begins
        start, end = bounds(self._classes[: len(buffer)])
        size = (end - start).astype(np.int32)
        possessive = (self.raw[end - 2] == 39) & ((self.raw[end - 1] | 32) == 115) & (size > 2)
        end, size = end - 2 * possessive, size - 2 * possessive.astype(np.int32)
        self.start, self.end = start, end
        self.size = np.minimum(size, _MANY).astype(np.uint8)
        self.starts, self.ends = start.data, end.data  # the same as Python numbers, for what looks at single words
        self.possessive = possessive
        letters = Letters(self._view, start, size)
        self.key, self.small, self.capitals, self.first = letters.key, letters.small, letters.capitals, letters.first
        self._numbered = table().numbered
        value = table().look(self.key)
        fill_unlisted(text, start, end, self.key, value)
        self._value, self._planes = value, value.view(np.uint8).reshape(len(start), 8)
        self.flag = self._planes[:, 0].copy()
        self.flags = self.flag.data
        self._kinds = int(np.bitwise_or.reduce(value)) >> SHIFT
        self._keys = frozenset(self.key.tolist()) if len(start) < _FEW else None
        self.nowhere: Flags = np.zeros(len(start), dtype=np.bool_)
        self.nowhere.setflags(write=False)
        self._plane: dict[int, NDArray[np.uint8]] = {}
        self._known: dict[tuple[str, ...], Flags] = {}  # answers already given; never written to
        self._spelled: dict[tuple[str, ...], Flags] = {}

    def __len__(self) -> int:
        return len(self.start)

    def cover(self, found: Edges) -> None:
        """Digits of what was found already are no dose or measure of the word before: they won't stay in the text."""
        if not len(found):
            return
        self.covered = np.sort(found.starts)
        self._uncovered = self._uncovered.copy()
        self._uncovered[between(found.starts, found.ends)] = 0
        for name in ("digit", "digit_before"):
            self.__dict__.pop(name, None)

    def uncover(self) -> None:
        """Take back what ``cover`` was told."""
        self._uncovered, self.covered = self._classes, self.covered[:0]
        for name in ("digit", "digit_before"):
            self.__dict__.pop(name, None)

    def has(self, *kinds: str) -> Flags:
        """Whether each word is in one of the sets."""
        known = self._known.get(kinds)
        if known is None:
            asked = bits(*kinds)
            known = self.nowhere
            if self._kinds & asked:
                known = self._in_sets(asked)
                known.setflags(write=False)
            self._known[kinds] = known
        return known

    def _in_sets(self, asked: int) -> Flags:
        """A byte of each value tells of eight sets: a byte is compared eight times as fast as the whole."""
        if self._keys is not None:  # few words
            whole: Flags = self._value & np.uint64(asked << SHIFT) != 0
            return whole
        found = self.nowhere
        for number, mask in enumerate(asked.to_bytes(5, "little"), SHIFT // 8):
            if not mask:
                continue
            if number not in self._plane:
                self._plane[number] = self._planes[:, number].copy()
            held = (self._plane[number] & np.uint8(mask)) != 0
            found = held if found is self.nowhere else found | held
        return found

    def in_a_set(self, index: Any) -> Flags:
        """Whether the words at ``index`` are in any set."""
        found: Flags = (self._value[index] & np.uint64(LISTED)) >= np.uint64(1 << SHIFT)
        return found

    def held(self, index: Any, *kinds: str) -> Flags:
        """``has`` of the words at ``index`` alone."""
        found: Flags = (self._value[index] & np.uint64(bits(*kinds) << SHIFT)) != 0
        return found

    def any_in(self, *kinds: str) -> bool:
        """Whether any word is in one of the sets: a rule that needs one asks this first, for a short text has few."""
        return self._kinds & bits(*kinds) != 0

    def spelled(self, *spellings: str) -> Flags:
        """Whether each word is one of these, whatever its case."""
        known = self._spelled.get(spellings)
        if known is None:
            known = self.nowhere
            if self._keys is None or not self._keys.isdisjoint(key_set(*spellings)):
                wanted, highest = numbers(*spellings)
                if highest <= self._numbered:
                    known = self._of_numbers(wanted)
                else:  # these words had no number yet when they were looked up
                    known = np.isin(self.key, np.array(keys(*spellings), dtype=np.uint64))
                known.setflags(write=False)
            self._spelled[spellings] = known
        return known

    @cached_property
    def _spelt(self) -> tuple[Any, list[int], frozenset[int]]:
        """The words that rules spell out, sorted by their number, where each number begins, and which there are."""
        number = self._value.view(np.uint16)[3::4]
        asked = number.nonzero()[0]
        number = number[asked]
        order = np.argsort(number, kind="stable")
        begins = np.searchsorted(number[order], np.arange(self._numbered + 2))
        return asked[order], begins.tolist(), frozenset((begins[1:] > begins[:-1]).nonzero()[0].tolist())

    def _of_numbers(self, wanted: frozenset[int]) -> Flags:
        at, begins, held = self._spelt
        found = np.zeros(len(self.start), dtype=np.bool_)
        for number in wanted & held:
            found[at[begins[number] : begins[number + 1]]] = True
        return found

    def word(self, index: int) -> str:
        return self.text[self.starts[index] : self.ends[index]]

    @cached_property
    def capital_at(self) -> memoryview:
        """``capital`` for what looks at single words."""
        return self.capital.data

    @cached_property
    def capital(self) -> Flags:
        found: Flags = self.first < np.uint8(91)
        return found

    @cached_property
    def title_case(self) -> Flags:
        """A capital, and small letters alone after it."""
        found: Flags = self.capital & (self.size - self.small == 1)
        return found

    @cached_property
    def caps(self) -> Flags:
        """In capitals throughout, two letters or more."""
        found: Flags = (self.size > 1) & (self.small == 0)
        return found

    @cached_property
    def text_ends(self) -> Any:
        return np.concatenate([(self._raw == 0).nonzero()[0], [len(self._raw)]])

    @cached_property
    def text_heads(self) -> Any:
        """For each text's end the first word after it."""
        return np.searchsorted(self.start, self.text_ends)

    @cached_property
    def last(self) -> Flags:
        """The last word of its text."""
        out = np.zeros(len(self.start), dtype=np.bool_)
        out[self.text_heads[self.text_heads > 0] - 1] = True
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
        stop, last = np.empty_like(self.start), self.last.nonzero()[0]
        stop[:-1] = self.start[1:]
        stop[last] = self.text_ends[np.searchsorted(self.text_ends, self.start[last])]
        return stop

    @cached_property
    def since(self) -> Any:
        """Where the gap before each word begins: after the word before it in its text, or at the text's head."""
        since, first = np.empty_like(self.end), self._first.nonzero()[0]
        since[1:] = self.end[:-1]
        place = np.searchsorted(self.text_ends, self.start[first])
        since[first] = np.where(place > 0, self.text_ends[place - 1] + 1, 0)
        return since

    def _held(self, low: Any, high: Any, classes: Any = None) -> NDArray[np.uint8]:
        """What the bytes between are."""
        classes = self._classes if classes is None else classes
        size = high - low
        first = eights(classes)[low] & masks()[np.minimum(size, 8)]
        for shift in (32, 16, 8):
            first |= first >> np.uint64(shift)
        found: NDArray[np.uint8] = first.view(np.uint8)[::8].copy()
        long = (size > 8).nonzero()[0]
        if len(long):
            size = size[long]
            at = between(low[long], high[long])
            found[long] = np.bitwise_or.reduceat(classes[at], np.cumsum(size) - size)
        return found

    @cached_property
    def _after(self) -> NDArray[np.uint8]:
        """What the gap after each word holds."""
        out: NDArray[np.uint8] = gaps.held().take(self._gap_number)
        rest = (self._gap_number == 0).nonzero()[0]
        out[rest] = self._held(self.end[rest], self.stop[rest])
        return out

    @cached_property
    def _before(self) -> NDArray[np.uint8]:
        """What the gap before each word holds."""
        out = np.empty_like(self._after)
        out[1:] = self._after[:-1]
        first = self._first.nonzero()[0]
        out[first] = self._held(self.since[first], self.start[first])
        return out

    @cached_property
    def newline_before(self) -> Flags:
        """The gap before each word holds a line's end, or it is the first of its text."""
        found: Flags = ((self._before & gaps.NEWLINE) != 0) | self._first
        return found

    @cached_property
    def digit_before(self) -> Flags:
        """The gap before each word holds a digit."""
        found = np.empty_like(self.digit)
        found[1:] = self.digit[:-1]
        first = self._first.nonzero()[0]
        found[first] = (self._held(self.since[first], self.start[first], self._uncovered) & gaps.DIGIT) != 0
        return found

    @cached_property
    def sign_before(self) -> Flags:
        """The gap before each word holds a colon, an equals sign or a bar."""
        found: Flags = (self._before & gaps.LABEL) != 0
        return found

    @cached_property
    def newline(self) -> Flags:
        """The gap after each word holds a line's end."""
        found: Flags = ((self._after & gaps.NEWLINE) != 0) | self.last
        return found

    @cached_property
    def mark(self) -> Flags:
        """The gap after each word holds a mark that ends a sentence or opens a field."""
        found: Flags = ((self._after & gaps.MARK) != 0) | self.last
        return found

    @cached_property
    def digit(self) -> Flags:
        """The gap after each word holds a digit."""
        found: Flags = (self._after & gaps.DIGIT) != 0
        if self._uncovered is not self._classes:  # whether one of them was not covered
            at = found.nonzero()[0]
            found[at] = (self._held(self.end[at], self.stop[at], self._uncovered) & gaps.DIGIT) != 0
        return found

    def bytes_at(self, at: Any) -> tuple[NDArray[np.uint8], Flags]:
        """(places, 24): the bytes from each place on, and whether each is a digit that nothing has covered."""
        uncovered = eights(self._uncovered)  # type: ignore[arg-type]
        raw, kinds = (
            np.stack([view[np.minimum(at + 8 * step, len(view) - 1)] for step in range(3)], axis=1).view(np.uint8)
            for view in (self._view, uncovered)
        )
        return raw, (kinds & gaps.DIGIT) != 0

    @cached_property
    def sign(self) -> Flags:
        """The gap after each word holds a colon, an equals sign or a bar."""
        found: Flags = (self._after & gaps.LABEL) != 0
        return found

    @cached_property
    def bracket(self) -> Flags:
        """The gap after each word holds a bracket, and so may hold a placeholder."""
        found: Flags = (self._after & gaps.BRACKET) != 0
        return found

    @cached_property
    def gap_size(self) -> NDArray[np.uint8]:
        """Bytes of the gap after each word, 255 where it is longer or the last of its text."""
        out = np.full(len(self.start), _MANY, dtype=np.uint8)
        out[:-1] = np.minimum(self.start[1:] - self.end[:-1], _MANY)
        out[self.last] = _MANY
        return out

    def gap_code(self, index: Any) -> Any:
        """``code`` of the gap after each of these words; where it is longer, what no gap has: 0 is the empty one."""
        size = self.gap_size[index]
        short = size <= 7
        length = np.where(short, size, 0).astype(np.intp)
        codes = (self._view[self.end[index]] & masks()[length]) | (length.astype(np.uint64) << np.uint64(56))
        return np.where(short, codes, ~np.uint64(0))

    @cached_property
    def _gap_number(self) -> NDArray[np.uint8]:
        """The place in ``GAPS`` of the gap after each word, 0 for one that no rule names."""
        size = self.gap_size
        space = (size == 1) & (self.byte_after == 32)
        out: NDArray[np.uint8] = space.view(np.uint8) * np.uint8(gaps.SPACE)
        rest = (~space & (size <= 7)).nonzero()[0]
        if len(rest):
            codes, places, factor = gaps.slots()
            code = self.gap_code(rest)
            slot = ((code * factor) >> np.uint64(54)).astype(np.intp)
            out[rest] = np.where(codes[slot] == code, places[slot], 0)
        return out

    @cached_property
    def _gap_set(self) -> frozenset[int] | None:
        return frozenset(self._gap_number.tolist()) if len(self.start) < _FEW else None

    def gap_is(self, *asked: str) -> Flags:
        """Whether the gap after each word is one of these, which are all in ``GAPS``."""
        known = self._known.get(asked)
        if known is None:
            wanted, known = gaps.numbers(asked), self.nowhere
            if self._gap_set is None or not self._gap_set.isdisjoint(wanted):
                known = gaps.among(self._gap_number, wanted)
                known.setflags(write=False)
            self._known[asked] = known
        return known

    def gap(self, index: int) -> str:
        """What stands between word ``index`` and the next of the same text, or the text's end and a newline."""
        if index + 1 >= len(self.start):
            return self.text[self.ends[index] :] + "\n"
        gap = self.text[self.ends[index] : self.starts[index + 1]]
        return gap if "\x00" not in gap else gap[: gap.index("\x00")]


class Tokenizer:
    """Splits and looks up."""

    @cached_property
    def table(self) -> dict[str, int]:
        return lexicon.words()

    def __call__(self, text: str, buffer: bytes | None = None) -> Words:
        return Words(text, buffer if buffer is not None else text.encode("ascii"))
