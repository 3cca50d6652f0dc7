"""Canonical JSON (RFC 8785, JCS): the one encoding of everything that is hashed or signed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from cloister.core.errors import InvalidInput

# Largest integer that every JSON reader keeps exact (RFC 7493 2.2).
_MAX_SAFE = 2**53 - 1

_quote = json.encoder.encode_basestring


def encode(value: Any) -> bytes:
    """Encode ``value`` as canonical JSON, UTF-8, no trailing newline.

    Mappings have string keys and are sorted by UTF-16 code units (RFC 8785 3.2.3); numbers follow
    ECMAScript (3.2.2.3). Integers beyond 2**53-1, NaN, infinities and lone surrogates are refused,
    because another reader would see another value.

    Raises:
        InvalidInput: the value has no canonical form.
    """
    parts: list[str] = []
    _write(value, parts)
    try:
        return "".join(parts).encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput("text with a lone surrogate has no canonical form") from None


def decode(raw: bytes) -> Any:
    """Decode JSON and refuse bytes that are not the canonical form of what they say.

    Raises:
        InvalidInput: not JSON, a repeated key, or not canonical.
    """
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_int=_integer)
        same = encode(value) == raw
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InvalidInput("not canonical JSON") from None
    if not same:
        raise InvalidInput("not canonical JSON")
    return value


def decode_own(raw: bytes) -> Any:
    """Decode bytes that are known, by a seal, to be what :func:`encode` made: they need not prove it again."""
    return json.loads(raw, parse_int=_integer)


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, lower-case hex."""
    return hashlib.sha256(encode(value)).hexdigest()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("repeated key")
    return out


def _integer(text: str) -> int | float:
    number = int(text) if len(text) <= 22 else float(text)
    return number if abs(number) <= _MAX_SAFE else float(text)


def _write(value: Any, parts: list[str]) -> None:
    if value is None:
        parts.append("null")
    elif value is True:
        parts.append("true")
    elif value is False:
        parts.append("false")
    elif isinstance(value, str):
        parts.append(_quote(str(value)))
    elif isinstance(value, int):
        if abs(value) > _MAX_SAFE:
            raise InvalidInput("an integer beyond 2**53-1 has no canonical form")
        parts.append(str(int(value)))
    elif isinstance(value, float):
        parts.append(_number(float(value)))  # numpy's own floats have another repr
    elif isinstance(value, Mapping):
        _write_mapping(value, parts)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    else:
        raise InvalidInput(f"a value of type {type(value).__name__} has no canonical form")


def _write_mapping(value: Mapping[Any, Any], parts: list[str]) -> None:
    if not all(isinstance(key, str) for key in value):
        raise InvalidInput("a mapping with a key that is not text has no canonical form")
    keys = list(value)
    # ASCII sorts alike by code point and by UTF-16 unit; only other text needs the slow key.
    keys.sort(key=None if all(map(str.isascii, keys)) else lambda key: key.encode("utf-16-be", "surrogatepass"))
    parts.append("{")
    for index, key in enumerate(keys):
        if index:
            parts.append(",")
        parts.append(_quote(key))
        parts.append(":")
        _write(value[key], parts)
    parts.append("}")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise InvalidInput("NaN and infinity have no canonical form")
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) <= _MAX_SAFE:
        return str(int(value))
    # repr gives the same shortest digits as ECMAScript, but turns to an exponent below 1e-4 and from 1e16 on.
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    power = int(exponent)
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    digits = digits.rstrip("0") if "." in mantissa else digits
    if 0 < power < 21:
        return f"{sign}{digits.ljust(power + 1, '0')}"
    if -7 < power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    head = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{sign}{head}e{'+' if power > 0 else '-'}{abs(power)}"
