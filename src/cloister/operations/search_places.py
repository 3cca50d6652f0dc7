"""Search files, folders and buckets outside the environment: identifiers, and copies of governed rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from cloister.core.errors import CloisterError, InvalidInput
from cloister.operations.ports import PlacedItem, Places
from cloister.operations.source_code import is_code
from cloister.phi import TYPES, Detector
from cloister.phi.sweep import Fingerprints, Hit, ItemReport, Limits, Reader, Trouble, names_in, sweep

Spans = Callable[[str], list[tuple[int, int, str]]]
_STEP = 8 * 2**20  # bytes between two reports of progress
_BUFFER = 2**18
SURE = 0.7  # a search goes over code and tables too, where a guess from a word's being unknown says little


def identifiers(detector: Detector, types: Sequence[str] = ()) -> Spans:
    """The detector as a finder of (start, end, type); with ``types`` of these alone.

    Raises:
        InvalidInput: a type that no detector finds.
    """
    wanted = frozenset(types)
    if unknown := sorted(wanted - set(TYPES)):
        raise InvalidInput(f"there is no identifier of type {unknown[0]!r}", remedy=f"choose from {', '.join(TYPES)}")

    def find(text: str) -> list[tuple[int, int, str]]:
        found = detector.spans([text])[0]
        return [
            (start, end, kind)
            for start, end, kind, *_ in found
            if (not wanted or kind in wanted) and not is_code(text, start, end, kind)
        ]

    return find


def search(
    places: Places,
    locations: Sequence[str],
    *,
    find: Spans | None,
    names: Spans | None = None,
    known: tuple[Sequence[Fingerprints], bytes] | None = None,
    types: Sequence[str] = (),
    limits: Limits | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Iterator[ItemReport]:
    """One report for each file or object, in order; what can't be opened or read is a trouble, the rest goes on.

    An item whose own name holds an identifier is called by its number; ``names`` looks there (``find``, if left out).
    ``progress`` gets a step's name, the bytes read and the bytes in all.

    Raises:
        NotFound: a location with nothing there.
    """
    placed = [pair for location in locations for pair in enumerate(places.items(location), 1)]
    total = sum(item.size for _, item in placed)
    before = 0
    prints, key = known or (None, None)
    for number, item in placed:

        def told(position: int, start: int = before, size: int = item.size) -> None:
            progress("search", start + min(position, size), total)

        report = _one(item, find, prints, key, (limits, types, places.readers()), told)
        yield _without_name(report, item, number, names or find)
        before += item.size
        progress("search", before, total)


def _without_name(report: ItemReport, item: PlacedItem, number: int, find: Spans | None) -> ItemReport:
    """The report; if the item's name holds an identifier, with that as a find, and called by its number throughout."""
    searched = names_in(item.below, find) if find is not None else {}
    if not searched:
        return report
    instead = f"{item.name.removesuffix(item.below)}item {number}, whose name is withheld"
    hits = tuple(replace(hit, where=instead + hit.where.removeprefix(item.name)) for hit in report.hits)
    named = tuple(Hit(f"{instead} file name", f"phi:{kind}", count, "file name") for kind, count in searched.items())
    troubles = tuple(replace(told, where=instead + told.where.removeprefix(item.name)) for told in report.troubles)
    return ItemReport(instead, named + hits, troubles)


def _one(
    item: PlacedItem,
    find: Spans | None,
    prints: Sequence[Fingerprints] | None,
    key: bytes | None,
    bounds: tuple[Limits | None, Sequence[str], Mapping[str, Reader]],
    told: Callable[[int], None],
) -> ItemReport:
    try:
        with item.open() as stream, io.BufferedReader(_Watched(stream, told), _BUFFER) as watched:
            limits, types, readers = bounds
            found = sweep(
                [(item.name, watched)],
                find=find,
                fingerprints=prints,
                key=key,
                limits=limits,
                types=types,
                readers=readers,
            )
            return next(iter(found))
    except (OSError, CloisterError) as fault:
        return ItemReport(item.name, (), (Trouble(item.name, f"can't be opened ({type(fault).__name__})"),))


class _Watched(io.RawIOBase):
    """Passes a stream through and tells how far the reading has come."""

    def __init__(self, stream: BinaryIO, told: Callable[[int], None]) -> None:
        self._stream = stream
        self._told = told
        self._next = _STEP

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        if (position := self._stream.tell()) >= self._next:
            self._next = position + _STEP
            self._told(position)
        return len(block)
