"""Pieces of what is searched: texts and tables with their places, and text in bounded blocks of lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from cloister.phi.sweep.unpack import Limits, Trouble
from cloister.phi.text_signs import LENIENT

PIECE = 2**20  # characters of text scanned at once
READ = " read "  # in a place: what stands before it was read once more, in another way


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text; its first line is line ``line`` of the place."""

    where: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A piece of a table, every cell text; ``row`` is the number of its first row, from 1.

    ``named``: the names of the columns tell what stands in them; of one JSON object the text tells the same.
    """

    where: str
    row: int
    frame: pl.DataFrame
    named: bool = True


Piece = Text | Table | Trouble


def blocks(stream: BinaryIO, encoding: str, limits: Limits, *, size: int = PIECE) -> Iterator[tuple[int, str]]:
    """Lines joined up to a megabyte, or to ``size``.

    Where no line ends otherwise, a CR alone ends one, as in HL7 messages.
    A longer line than ``limits.line`` is cut with an overlap: nothing hides there.
    """
    head = stream.read(limits.line)
    stream.seek(0)
    ends = None if b"\r" in head and b"\n" not in head else "\n"
    reader = io.TextIOWrapper(stream, encoding=encoding, errors=LENIENT, newline=ends)
    held: list[str] = []
    length, first, number = 0, 1, 1
    tail = ""
    try:
        while piece := reader.readline(limits.line):
            held.append(tail + piece)
            length += len(piece)
            whole = piece.endswith("\n")
            tail = "" if whole else piece[-256:]
            number += whole
            if length >= size and (whole or size == PIECE or length >= 4 * size):
                yield first, "".join(part if part.endswith("\n") else part + "\n" for part in held)
                held, length, first = [], 0, number
        if held:
            yield first, "".join(part if part.endswith("\n") else part + "\n" for part in held)
    finally:
        reader.detach()
