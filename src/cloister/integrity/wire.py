"""Readers of two binary encodings, UBJSON (XGBoost) and protobuf (ONNX), that leave no byte unread."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from cloister.integrity.formats import Refused

_NUMBERS = {
    b"i": ">b", b"U": ">B", b"I": ">h", b"u": ">H", b"l": ">i", b"m": ">I", b"L": ">q", b"M": ">Q",
    b"d": ">f", b"D": ">d",
}  # fmt: skip
_CONSTANTS: dict[bytes, Any] = {b"Z": None, b"T": True, b"F": False}
_DEPTH = 64


class _Ubjson:
    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.raw):
            raise Refused("it ends in the middle of a value")
        self.at += size
        return self.raw[self.at - size : self.at]

    def marker(self) -> bytes:
        while (mark := self.take(1)) == b"N":
            pass
        return mark

    def number(self, mark: bytes) -> Any:
        layout = _NUMBERS[mark]
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def length(self) -> int:
        mark = self.take(1)
        if mark not in _NUMBERS or mark in (b"d", b"D"):
            raise Refused("a length that is no integer")
        return int(self.number(mark))

    def text(self) -> str:
        try:
            return self.take(self.length()).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("text that is not UTF-8") from None

    def value(self, mark: bytes, depth: int) -> Any:
        if depth > _DEPTH:
            raise Refused("nesting too deep")
        if mark in _NUMBERS:
            return self.number(mark)
        if mark in _CONSTANTS:
            return _CONSTANTS[mark]
        if mark == b"S":
            return self.text()
        if mark == b"C":
            return self.take(1).decode("latin-1")
        if mark == b"[":
            return self.array(depth)
        if mark == b"{":
            return self.mapping(depth)
        raise Refused("a type that UBJSON does not have")

    def shape(self) -> tuple[bytes | None, int | None]:
        kind = None
        if self.raw[self.at : self.at + 1] == b"$":
            self.at += 1
            kind = self.take(1)
        if self.raw[self.at : self.at + 1] == b"#":
            self.at += 1
            return kind, self.length()
        if kind is not None:
            raise Refused("a typed container without a count")
        return None, None

    def array(self, depth: int) -> list[Any]:
        kind, count = self.shape()
        if kind in _NUMBERS and count is not None:
            layout = _NUMBERS[kind]
            size = struct.calcsize(layout)
            return list(struct.unpack(f">{count}{layout[1]}", self.take(size * count)))
        if count is not None:
            if count > len(self.raw):
                raise Refused("a count larger than the file")
            return [self.value(kind or self.marker(), depth + 1) for _ in range(count)]
        items = []
        while (mark := self.marker()) != b"]":
            items.append(self.value(mark, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        kind, count = self.shape()
        found: dict[str, Any] = {}
        while count is None or len(found) < count:
            if count is None and self.raw[self.at : self.at + 1] == b"}":
                self.at += 1
                break
            key = self.text()
            if key in found:
                raise Refused("a repeated key")
            found[key] = self.value(kind or self.marker(), depth + 1)
        return found


def read_ubjson(raw: bytes) -> Any:
    """Decode the whole of ``raw`` as one UBJSON value (Draft 12); trailing bytes are refused."""
    reader = _Ubjson(raw)
    value = reader.value(reader.take(1), 0)
    if reader.at != len(raw):
        raise Refused("bytes after the end")
    return value


def fields(raw: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """The fields of one protobuf message: (number, wire type, value); every byte must belong to one."""
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        number, kind = tag >> 3, tag & 7
        value: int | bytes
        if number == 0:
            raise Refused("a field without number")
        if kind == 0:
            value, at = _varint(raw, at)
        elif kind in (1, 5):
            value, at = _span(raw, at, 8 if kind == 1 else 4)
        elif kind == 2:
            size, at = _varint(raw, at)
            value, at = _span(raw, at, size)
        else:
            raise Refused("a wire type that is not in use")
        yield number, kind, value


def _span(raw: bytes, at: int, size: int) -> tuple[bytes, int]:
    if at + size > len(raw):
        raise Refused("a field longer than the file")
    return raw[at : at + size], at + size


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(raw):
            break
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise Refused("a number that does not end")
