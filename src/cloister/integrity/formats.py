"""Model formats on the allow-list, told by their content: each reader takes bytes and accepts or names a fault.

A reader parses the whole file with a grammar of its own and accepts nothing that is left over, so that a hostile
payload can't hide behind an honest beginning. Nothing is executed and nothing is unpickled.
"""

from __future__ import annotations

import json
import math
import re
import struct
from typing import Any

_TENSOR_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8,
}  # fmt: skip
_NOT_OURS: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"\x1f\x8b", "a gzip stream"),
    (b"BZh", "a bzip2 stream"),
    (b"\xfd7zXZ\x00", "an xz stream"),
    (b"\x28\xb5\x2f\xfd", "a zstd stream"),
    (b"\x7fELF", "an executable"),
    (b"\x93NUMPY", "a bare numpy array"),
    (b"GGUF", "GGUF"),
)
_LIGHTGBM_HEADER = re.compile(r"tree\nversion=v[0-9]+\n")
_LIGHTGBM_LINE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=[^\x00-\x08\x0b-\x1f]*")
# Importances are "name=count", where a name may hold any printable character; parameters are "[name: value]".
_LIGHTGBM_TAIL = re.compile(r"[^\x00-\x1f]+=[0-9.e+-]+|\[[a-z0-9_]+: [^\x00-\x08\x0b-\x1f]*\]")


class Refused(Exception):
    """Internal to the readers: the file looks like this format but breaks its grammar."""


def foreign(raw: bytes) -> str | None:
    """The name of a well-known format that is not allowed, or None."""
    for magic, name in _NOT_OURS:
        if raw.startswith(magic):
            return name
    if len(raw) > 2 and raw[0] == 0x78 and int.from_bytes(raw[:2], "big") % 31 == 0:  # RFC 1950 2.2
        return "a zlib stream"
    if _looks_pickled(raw):
        return "a pickle"
    return None


def _looks_pickled(raw: bytes) -> bool:
    if len(raw) > 2 and raw[0] == 0x80 and raw[1] <= 5:
        return True
    # Protocol 0 and 1: an opcode that pushes, and STOP at the very end.
    return raw[:1] in (b"c", b"(", b"]", b"}", b"I", b"S", b"V", b"i") and raw.rstrip(b"\n").endswith(b".")


def strict_json(raw: bytes) -> Any:
    """JSON as everybody reads it: UTF-8, no repeated keys, no NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs):
            raise Refused("a repeated key")
        return out

    def constant(_: str) -> Any:
        raise Refused("a number that JSON does not have")

    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=unique, parse_constant=constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Refused("not JSON") from None


def is_xgboost(value: Any) -> bool:
    """Whether a decoded JSON or UBJSON value is an XGBoost model (learner with a booster, and a version)."""
    if not isinstance(value, dict) or set(value) - {"learner", "version", "Config"} or "version" not in value:
        return False
    learner = value.get("learner")
    return isinstance(learner, dict) and "gradient_booster" in learner and "learner_model_param" in learner


def check_lightgbm(raw: bytes) -> None:
    """LightGBM's text format: header, trees, the line ``end of trees``, importances, parameters, categories."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not text") from None
    if _LIGHTGBM_HEADER.match(text) is None:
        raise Refused("no header")
    body, separator, tail = text.partition("\nend of trees\n")
    if not separator:
        raise Refused("no end of trees")
    for line in body.split("\n")[1:]:
        if line and _LIGHTGBM_LINE.fullmatch(line) is None and line not in ("linear_tree", "average_output"):
            raise Refused("a line that is no assignment")
    _check_lightgbm_tail(tail)


def _check_lightgbm_tail(tail: str) -> None:
    for line in tail.split("\n"):
        if line.startswith("pandas_categorical:"):
            strict_json(line.removeprefix("pandas_categorical:").encode())
        elif line in ("", "feature_importances:", "parameters:", "end of parameters"):
            continue
        elif _LIGHTGBM_TAIL.fullmatch(line) is None:
            raise Refused("a line after the trees that does not belong there")


def check_safetensors(raw: bytes) -> dict[str, Any]:
    """safetensors: 8 bytes of header length, a JSON header, tensors that cover the rest without gap or overlap."""
    if len(raw) < 10:
        raise Refused("too short")
    (size,) = struct.unpack("<Q", raw[:8])
    if size > len(raw) - 8 or size > 100_000_000:
        raise Refused("a header longer than the file")
    header = strict_json(raw[8 : 8 + size])
    if not isinstance(header, dict):
        raise Refused("a header that is no object")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(item, str) for item in metadata.values()):
        raise Refused("metadata that is no text")
    spans = sorted(_tensor_span(entry) for entry in header.values())
    position = 0
    for start, end in spans:
        if start != position:
            raise Refused("a gap or an overlap between tensors")
        position = end
    if position != len(raw) - 8 - size:
        raise Refused("bytes that belong to no tensor")
    return header


def _tensor_span(entry: Any) -> tuple[int, int]:
    try:
        dtype, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        width = _TENSOR_BYTES[dtype]
        fits = all(type(n) is int and n >= 0 for n in (*shape, start, end)) and end - start == width * math.prod(shape)
    except (KeyError, TypeError, ValueError):
        raise Refused("a tensor without type, shape or place") from None
    if not fits or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise Refused("a tensor whose size is not that of its shape")
    return start, end
