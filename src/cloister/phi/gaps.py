"""The gaps between words that the rules ask for, told apart by their bytes as one number."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MANY = 9

# Every gap between two words that a rule asks for.
GAPS = (
    "", " ", "  ", ". ", ".", ".  ", ". \n", ", ", ",", ",  ", "\n", "\t", "\t\t", "-", " - ", "- ", " -", "--", " -- ", " # ", "#",
    ' "', '" ', " (", "(", ") ", " '", "' ", "'s ", "'S ", "s ", "'s-", ": ", ":", " : ", ":  ", ":\t", "=", " = ", "; ", " | ", " / ", "/",
    "\n- ", "\n-", "\n~ ", "\n~", " & ", "/ ", "), ", " and ", "! ", ",\n", ",\n\n", "\n\n",
)  # fmt: skip


@cache
def slots() -> Any:
    """The code and the number of the gap in each of 1,024 slots, 0 for none, and the factor that gives no two gaps one.

    A line's end is the same as ``\\n`` and as ``\\r\\n``.
    """
    ends = [(gap.replace("\n", "\r\n"), number) for number, gap in enumerate(GAPS, 1) if "\n" in gap and len(gap) < 5]
    gaps = [*((gap, number) for number, gap in enumerate(GAPS, 1)), *ends]
    codes = np.array([code(gap) for gap, _ in gaps], dtype=np.uint64)
    factor = np.uint64(0x9E3779B97F4A7C15)
    with np.errstate(over="ignore"):
        while True:
            place = (codes * factor) >> np.uint64(54)
            if len(set(place.tolist())) == len(codes):
                break
            factor = factor * np.uint64(6364136223846793005) + np.uint64(1442695040888963407) | np.uint64(1)
    coded, numbers = np.zeros(1024, dtype=np.uint64), np.zeros(1024, dtype=np.uint8)
    coded[place.astype(np.intp)] = codes
    numbers[place.astype(np.intp)] = [number for _, number in gaps]
    return coded, numbers, factor


SPACE = GAPS.index(" ") + 1
# What is told of the bytes in a gap and in lines; the end of a text ends a line.
NEWLINE, MARK, DIGIT, LABEL, BRACKET, LETTER, JOINT = 1, 2, 4, 8, 16, 32, 64
_CLASSES = {NEWLINE: "\n\x00", MARK: ".:;!?*|>", DIGIT: "0123456789", LABEL: ":=|", BRACKET: "[", JOINT: "'-"}


@cache
def classes() -> bytes:
    """For each byte what it is."""
    return bytes(
        sum(kind for kind, chars in _CLASSES.items() if chr(byte) in chars)
        + (byte < 128 and chr(byte).isalpha()) * LETTER
        for byte in range(256)
    )


@cache
def held() -> Any:
    """What each of ``GAPS``, from 1 on, holds."""
    kinds = [[classes()[byte] for byte in gap.encode("ascii")] for gap in GAPS]
    return np.array([0, *(np.bitwise_or.reduce([0, *kind]) for kind in kinds)], dtype=np.uint8)


@cache
def numbers(asked: tuple[str, ...]) -> tuple[np.uint8, ...]:
    """The places in ``GAPS``, from 1 on, of some of them."""
    return tuple(np.uint8(GAPS.index(gap) + 1) for gap in asked)


def among(values: NDArray[Any], wanted: tuple[Any, ...]) -> NDArray[np.bool_]:
    """Whether each value is one of those wanted: many are looked up, few compared one by one."""
    if len(wanted) > _MANY:
        return _chosen(wanted).take(values)
    found: NDArray[np.bool_] = values == wanted[0]
    for number in wanted[1:]:
        found |= values == number
    return found


@cache
def _chosen(wanted: tuple[Any, ...]) -> NDArray[np.bool_]:
    """For every number whether it is wanted."""
    chosen = np.zeros(np.iinfo(type(wanted[0])).max + 1, dtype=np.bool_)
    chosen[list(wanted)] = True
    return chosen


def _placeholders(raw: NDArray[np.uint8], start: NDArray[Any]) -> tuple[Any, Any]:
    """Where they stand, and the first word after each."""
    place = (raw[:-1] == 91).nonzero()[0]
    place = place[raw[place + 1] == 127]
    return place, np.searchsorted(start, place)


def _among(start: NDArray[Any], ends: NDArray[Any], place: Any, near: Any) -> Any:
    """Of the words ``near`` those that no end parts from the place."""
    row = np.broadcast_to(np.searchsorted(ends, place), near.shape).ravel()
    near = near.ravel()
    there = (near >= 0) & (near < len(start))
    near, row = near[there], row[there]
    return near[np.searchsorted(ends, start[near]) == row]


def beside_placeholders(raw: NDArray[np.uint8], kinds: NDArray[np.uint8], start: NDArray[Any]) -> Any:
    """Words on a line with a placeholder: what stood there may have had a capital."""
    place, after = _placeholders(raw, start)
    return _among(start, (kinds & NEWLINE).nonzero()[0], place, np.stack([after - 1, after]))


def near_placeholders(raw: NDArray[np.uint8], text_ends: NDArray[Any], start: NDArray[Any]) -> Any:
    """The two words before a placeholder and the two after it, of its text."""
    place, after = _placeholders(raw, start)
    return _among(start, text_ends, place, after + np.arange(-2, 2)[:, None])


def code(gap: str) -> int:
    """The number of a gap of up to seven characters."""
    return int.from_bytes(gap.encode("ascii").ljust(7, b"\x00") + bytes([len(gap)]), "little")
