"""Containers opened one inside the other within fixed bounds: zip, tar, gzip, bzip2, xz.

A container is told by its first bytes, never by its name. Every byte that comes out counts against one budget for the
whole item, so a bomb costs a bounded amount of time and memory and ends as a :class:`Trouble`, not as an error.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast


@dataclass(frozen=True, slots=True)
class Limits:
    """What one item may cost; ``ratio`` is judged beyond ``unpacked // 16`` bytes, for small files compress well."""

    unpacked: int = 2**30  # bytes that may come out of one item, all levels together
    ratio: int = 200  # of bytes out to bytes in, for one container
    member: int = 2**28  # bytes of one member of a container, or of one whole document
    entries: int = 20_000  # members of all containers of one item
    depth: int = 4  # containers inside containers
    line: int = 2**16  # characters of a line that are looked at in one piece


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be read, and why: the item belongs in quarantine, the rest goes on."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A member that is no container: its place, and its bytes as a seekable stream."""

    where: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Names:
    """What a container says beside its members' bytes, which may name people: names, a line for each, and comments."""

    where: str
    text: str


class TooLarge(Exception):
    """A budget is spent; caught inside this room."""


@dataclass(slots=True)
class Budget:
    """Bytes and entries that are left for one item."""

    limits: Limits
    unpacked: int = 0
    entries: int = 0

    def spend(self, out: int, packed: int | None = None, produced: int = 0) -> None:
        self.unpacked += out
        if self.unpacked > self.limits.unpacked:
            raise TooLarge(f"unpacks to more than {self.limits.unpacked} bytes")
        if packed and produced > self.limits.unpacked // 16 and produced > packed * self.limits.ratio:
            raise TooLarge(f"expands more than {self.limits.ratio} times")

    def enter(self) -> None:
        self.entries += 1
        if self.entries > self.limits.entries:
            raise TooLarge(f"holds more than {self.limits.entries} members")


_ENDINGS = frozenset(
    ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "ipynb", "parquet", "xml", "html", "md", "log", "gz", "zip",
     "tar", "npy", "pkl", "py", "sql")
)  # fmt: skip
_JOINTS = re.compile(r"[_/\\\s]+")
_LONGEST = 4096  # characters of a name
_LETTERS = re.compile(rb"[\t\n\r\x20-\x7e]*")
_FAULTS = (
    OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError, IndexError, OverflowError,
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
)  # fmt: skip


def leaves(name: str, stream: BinaryIO, limits: Limits) -> Iterator[Leaf | Names | Trouble]:
    """Everything inside an item that is no container itself, and whatever could not be opened."""
    budget = Budget(limits)
    try:
        yield from _open(name, stream, budget, 0)
    except TooLarge as stop:
        yield Trouble(name, str(stop))


def kind_of(head: bytes) -> str:
    """zip, gzip, bzip2, xz, zlib, tar or "" by the first 512 bytes."""
    for magic, kind in ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2")):
        if head.startswith(magic):
            return kind
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if _is_zlib(head):
        return "zlib"  # spaCy's DocBin, git's objects, joblib's files, many caches
    return "tar" if head[257:262] == b"ustar" else ""


def _is_zlib(head: bytes) -> bool:
    """RFC 1950's two bytes; where letters may be the same ("x^", "X" and a tab), a stream that unpacks so far too."""
    if head[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        return True
    if len(head) < 8 or head[0] & 15 != 8 or head[0] >> 4 > 7 or (head[0] * 256 + head[1]) % 31 or head[1] & 32:
        return False
    try:
        unpack = zlib.decompressobj()
        told = unpack.decompress(head, 2**20)
        return unpack.eof or (bool(told) and not _LETTERS.fullmatch(head))
    except zlib.error:
        return False


def _open(where: str, stream: BinaryIO, budget: Budget, depth: int) -> Iterator[Leaf | Names | Trouble]:
    try:
        stream.seek(0)
        head = stream.read(512)
        stream.seek(0)
    except _FAULTS as fault:
        yield Trouble(where, f"can't be read ({type(fault).__name__})")
        return
    kind = kind_of(head)
    if not kind:
        yield Leaf(where, stream)
        if not _holds_zip(stream):
            return
        kind = "zip"
    if depth >= budget.limits.depth:
        yield Trouble(where, f"more than {budget.limits.depth} containers inside each other")
        return
    opened = {"zip": _zip, "tar": _tar}.get(kind)
    members = opened(where, stream, budget) if opened else _single(where, stream, kind, budget)
    while True:
        try:
            member = next(members)
        except StopIteration:
            return
        except _FAULTS as fault:
            yield Trouble(where, f"damaged {kind} ({type(fault).__name__})")
            return
        if not isinstance(member, Leaf):
            yield member
        else:
            yield from _open(member.where, member.stream, budget, depth + 1)


def _holds_zip(stream: BinaryIO) -> bool:
    """A zip behind something else: a program that unpacks itself, a zipapp."""
    try:
        if not zipfile.is_zipfile(stream):
            return False
        with zipfile.ZipFile(stream) as archive:
            return bool(archive.infolist())
    except _FAULTS:
        return False


def _zip(where: str, stream: BinaryIO, budget: Budget) -> Iterator[Leaf | Names | Trouble]:
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()[: budget.limits.entries]
        yield Names(f"{where} member names", as_lines(entry.filename for entry in entries))
        comments = [archive.comment, *(entry.comment for entry in entries)]
        yield Names(f"{where} comments", "\n".join(told.decode("utf-8", "replace") for told in comments if told))
        for number, entry in enumerate(archive.infolist(), 1):
            budget.enter()
            place = _place(where, number, entry.filename)
            if entry.is_dir():
                continue
            if entry.flag_bits & 1:
                yield Trouble(place, "encrypted")
                continue
            try:
                with archive.open(entry) as member:
                    yield Leaf(place, _taken(cast(BinaryIO, member), budget, entry.compress_size))
            except _FAULTS as fault:
                yield Trouble(place, f"damaged member ({type(fault).__name__})")


def _tar(where: str, stream: BinaryIO, budget: Budget) -> Iterator[Leaf | Names | Trouble]:
    names: list[str] = []
    stopped: Exception | None = None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for number, entry in enumerate(archive, 1):
                budget.enter()
                names += [entry.name, entry.linkname]
                if entry.isfile() and (member := archive.extractfile(entry)) is not None:
                    yield Leaf(_place(where, number, entry.name), _taken(cast(BinaryIO, member), budget, None))
    except (*_FAULTS, TooLarge) as fault:
        stopped = fault
    yield Names(f"{where} member names", as_lines(names))
    if stopped is not None:
        raise stopped


def as_lines(names: Iterable[str]) -> str:
    """Names of files as text: a line for each, what joins words in them a blank."""
    return "\n".join(_JOINTS.sub(" ", name[:_LONGEST]) for name in names if name)


def _place(where: str, number: int, name: str) -> str:
    """A member by its number and a known ending: its name could be a person's."""
    ending = name.rpartition(".")[2].lower()
    return f"{where}!{number}" + (f".{ending}" if ending in _ENDINGS else "")


def _single(where: str, stream: BinaryIO, kind: str, budget: Budget) -> Iterator[Leaf | Names | Trouble]:
    budget.enter()
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    opened: dict[str, Callable[[BinaryIO], BinaryIO]] = {
        "gzip": lambda source: cast(BinaryIO, gzip.GzipFile(fileobj=source, mode="rb")),
        "bzip2": lambda source: cast(BinaryIO, bz2.BZ2File(source)),
        "zlib": lambda source: cast(BinaryIO, _Inflated(source)),
        "xz": lambda source: cast(BinaryIO, lzma.LZMAFile(source)),  # noqa: SIM115  closed by its user
    }
    if kind == "gzip" and (told := _gzip_says(stream)):
        yield Names(f"{where} member names", told)
    held = io.BytesIO()
    fault = None
    with opened[kind](stream) as plain:
        try:
            _taken(plain, budget, packed, held)
        except _FAULTS as caught:  # what came out before is searched all the same
            fault = caught
    if fault is None or held.tell():
        held.seek(0)
        yield Leaf(f"{where}!1", held)
    if fault is not None:
        raise fault


def _gzip_says(stream: BinaryIO) -> str:
    """The name and the comment in a gzip header (RFC 1952)."""
    head = stream.read(2 * _LONGEST)
    stream.seek(0)
    flags, at = head[3], 10
    if flags & 4:  # an extra field and its length
        at += 2 + int.from_bytes(head[10:12], "little")
    told = head[at:].split(b"\x00")[: bool(flags & 8) + bool(flags & 16)]
    return as_lines(part.decode("latin-1") for part in told)


class _Inflated(io.RawIOBase):
    """zlib streams (RFC 1950), read in pieces; what follows one is another, as gzip's members are, or a fault."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._unpack = zlib.decompressobj()
        self._held = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._unpack.eof or self._again():
            raw = self._held or self._unpack.unconsumed_tail or self._source.read(2**16)
            self._held = b""
            if piece := self._unpack.decompress(raw, len(buffer)):
                buffer[: len(piece)] = piece
                return len(piece)
            if not raw and not self._unpack.eof:
                raise EOFError("a zlib stream that is cut short")
        return 0

    def _again(self) -> bool:
        rest = self._unpack.unused_data
        while not (rest := rest.lstrip(b"\x00")):
            if not (rest := self._source.read(2**16)):
                return False
        self._unpack, self._held = zlib.decompressobj(), rest
        return True


def _taken(member: BinaryIO, budget: Budget, packed: int | None, held: io.BytesIO | None = None) -> BinaryIO:
    """The member's bytes in memory, read in pieces so that a bomb is noticed while it unpacks."""
    held = io.BytesIO() if held is None else held
    while piece := member.read(2**18):
        held.write(piece)
        budget.spend(len(piece), packed, held.tell())
        if held.tell() > budget.limits.member:
            raise TooLarge(f"a member of more than {budget.limits.member} bytes")
    held.seek(0)
    return held
