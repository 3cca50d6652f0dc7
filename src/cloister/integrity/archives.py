"""skops archives and numpy arrays: what they hold is listed and bounded before any library opens them."""

from __future__ import annotations

import io
import math
import struct
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cloister.integrity.formats import Refused, strict_json

_PACKAGES = frozenset({"builtins", "collections", "lightgbm", "numpy", "scipy", "sklearn", "xgboost"})
_LOADERS = frozenset({
    "CachedNode", "DefaultDictNode", "DictNode", "FunctionNode", "JsonNode", "ListNode", "NdArrayNode",
    "ObjectNode", "OrderedDictNode", "QuantileForestNode", "RandomGeneratorNode", "RandomStateNode", "SetNode",
    "SliceNode", "SparseMatrixNode", "TreeNode", "TupleNode", "TypeNode", "LossNode", "MaskedArrayNode",
    "DatetimeTimezoneNode", "BytesNode", "BytearrayNode", "DtypeNode",
})  # fmt: skip
# A model is mostly floats, which hardly compress: more than this is a bomb.
_LARGEST_RATIO = 200
_LARGEST_MEMBER = 4 * 2**30


def open_archive(raw: bytes) -> dict[str, bytes]:
    """Every member of a zip archive. Encrypted, repeated, nested or wildly compressed members are refused, and so
    are bytes before, between or after the members that no member owns.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if len(set(names)) != len(names):
                raise Refused("a member that occurs twice")
            for member in members:
                _check_member(member)
            _check_gaps(raw, members, archive.start_dir)
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, struct.error):
        raise Refused("a broken archive") from None


def _check_gaps(raw: bytes, members: list[zipfile.ZipInfo], directory: int) -> None:
    """Members stand one after the other from the first byte to the directory, and the directory ends the file."""
    position = 0
    for member in sorted(members, key=lambda item: item.header_offset):
        name, extra = struct.unpack("<HH", raw[member.header_offset + 26 : member.header_offset + 30])
        if member.header_offset != position:
            raise Refused("bytes that belong to no member")
        position += 30 + name + extra + member.compress_size
    if position != directory or raw[-22:-18] != b"PK\x05\x06" or raw[-2:] != b"\x00\x00":
        raise Refused("bytes that belong to no member")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if "/" in name or "\\" in name or name.startswith("."):
        raise Refused("a member in a folder")
    if member.flag_bits & 1:
        raise Refused("an encrypted member")
    if member.file_size > _LARGEST_MEMBER or member.file_size > _LARGEST_RATIO * max(member.compress_size, 1024):
        raise Refused("a member that expands beyond measure")


def check_array(raw: bytes) -> np.ndarray[Any, Any]:
    """A .npy file without objects, exactly as long as its shape says; returned as an array."""
    stream = io.BytesIO(raw)
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(stream, max_header_size=100_000)
    except (ValueError, EOFError, SyntaxError, TypeError):
        raise Refused("a broken array") from None
    if dtype.hasobject:
        raise Refused("an array of objects, which is a pickle")
    body = raw[stream.tell() :]
    if len(body) != dtype.itemsize * math.prod(shape):
        raise Refused("an array of another length than its shape")
    return np.frombuffer(body, dtype=dtype).reshape(shape, order="F" if fortran else "C")


def is_archive(raw: bytes) -> bool:
    """Whether a zip reader would open these bytes, whatever they begin with."""
    if b"PK\x05\x06" not in raw[-_END:]:
        return False
    try:
        zipfile.ZipFile(io.BytesIO(raw)).close()
    except (zipfile.BadZipFile, ValueError, OverflowError, struct.error, NotImplementedError, OSError):
        return False
    return True


_END = 65_536 + 64  # where the end record of a zip lies: 22 bytes and a comment of at most 65,535


def check_skops(raw: bytes, allowed_types: Sequence[str]) -> None:
    """A skops archive whose every type is trusted by skops or named in ``allowed_types``.

    The schema is walked first: loaders and top-level packages are on a list, so that skops imports nothing else.
    """
    members = open_archive(raw)
    if "schema.json" not in members:
        raise Refused("no schema")
    schema = strict_json(members.pop("schema.json"))
    named: set[str] = set()
    for node in walk_schema(schema):
        _check_node(node, named)
    if named != set(members):
        raise Refused("a member that the schema does not name, or one that is missing")
    for name, body in members.items():
        if name.endswith(".npy"):
            check_array(body)
        elif name.endswith(".npz"):
            for part in open_archive(body).values():
                check_array(part)
        else:
            raise Refused("a member that is no array")
    _check_types(raw, allowed_types)


def walk_schema(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of a skops schema, parents first, without recursion."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if "__loader__" in item:
                yield item
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _check_node(node: dict[str, Any], named: set[str]) -> None:
    module = node.get("__module__")
    if not isinstance(module, str) or module.split(".")[0] not in _PACKAGES:
        raise Refused("a type from a package that is not on the list")
    if node["__loader__"] not in _LOADERS:
        raise Refused("a kind of node that is not on the list")
    if isinstance(node.get("file"), str):
        named.add(node["file"])


def _check_types(raw: bytes, allowed_types: Sequence[str]) -> None:
    from skops.io import get_untrusted_types

    try:
        unknown = set(get_untrusted_types(data=raw)) - set(allowed_types)
    except Exception:  # whatever the library trips over, the file is not one that it can vouch for
        raise Refused("a schema that skops can't read") from None
    if unknown:
        raise Refused("a type that is not allowed: " + sorted(unknown)[0])
