"""Formats that only a reader given from outside looks into: PDF, pictures and databases of SQLite.

The library starts no process. Whoever has a program for such a format passes it in; without one the item is told as not
searched inside, which is never clean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cloister.phi.sweep.parts import Piece, Table, Text
from cloister.phi.sweep.unpack import Leaf, Limits, Trouble

PDF, PICTURE, DATABASE = "pdf", "picture", "database"
KINDS: Mapping[str, str] = {"pdf": PDF, "png": PICTURE, "jpeg": PICTURE, "tiff": PICTURE, "sqlite": DATABASE}
_ODD = re.compile("[\\x00-\\x08\\x0e-\\x1f\\ufffd\\ue000-\\uf8ff]")
_ODD_SHARE = 0.05  # of a text's letters; more of them, and its font does not say what they are


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a document: texts and pictures with their place inside it, and what could not be read.

    ``tables`` may be made while they are searched, with troubles among them.
    """

    texts: tuple[tuple[str, str], ...] = ()
    pictures: tuple[tuple[str, bytes], ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()
    tables: Iterable[Table | Trouble] = ()


Reader = Callable[[bytes], Reading]


def read_inside(leaf: Leaf, kind: str, limits: Limits, readers: Mapping[str, Reader]) -> Iterator[Piece]:
    """The texts of a document of ``kind`` by its reader, and those of the pictures in it."""
    reader = readers.get(KINDS.get(kind, ""))
    if reader is None:
        yield Trouble(leaf.where, f"a format that is not searched inside: {kind}")
        return
    raw = leaf.stream.read(limits.member + 1)
    if len(raw) > limits.member:
        yield Trouble(leaf.where, f"more than {limits.member} bytes of {kind}")
        return
    yield from _told(leaf.where, reader(raw), readers)


def _told(where: str, reading: Reading, readers: Mapping[str, Reader]) -> Iterator[Piece]:
    for place, text in reading.texts:
        yield Text(_at(where, place), 1, text)
        if len(_ODD.findall(text)) > _ODD_SHARE * len(text):
            yield Trouble(_at(where, place), "text whose letters can't be told")
    for place, reason in reading.troubles:
        yield Trouble(_at(where, place), reason)
    for piece in reading.tables:
        yield replace(piece, where=_at(where, piece.where))
    look = readers.get(PICTURE)
    for place, picture in reading.pictures:
        if look is None:
            yield Trouble(_at(where, place), "a picture that is not searched inside")
        else:
            yield from _told(_at(where, place), look(picture), {})


def _at(where: str, place: str) -> str:
    return f"{where} {place}" if place else where
