"""The gaps between words that the rules ask for, told apart by their bytes as one number."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

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


@cache
def wanted(gaps: tuple[str, ...]) -> Any:
    chosen = np.zeros(len(GAPS) + 1, dtype=np.bool_)
    chosen[[GAPS.index(gap) + 1 for gap in gaps]] = True
    return chosen


def code(gap: str) -> int:
    """The number of a gap of up to seven characters."""
    return int.from_bytes(gap.encode("ascii").ljust(7, b"\x00") + bytes([len(gap)]), "little")
