"""The words and numbers that a model's file holds, by its format: what data can have left there, not its grammar."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from cloister.integrity.archives import check_array, open_archive
from cloister.integrity.formats import Refused, check_safetensors, strict_json
from cloister.integrity.wire import fields, read_ubjson

_WORD = re.compile(r"[^\W_][\w'\-]*")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
_LONGEST_PHRASE = 4  # neighbouring words that are tried together: "maria del mar lopez"
# The lines of LightGBM's text that hold values of a feature; thresholds lie between values, the rest is counts.
_LIGHTGBM_DATA = ("feature_names", "feature_infos")


def words(texts: Iterable[str]) -> Iterator[str]:
    """Those texts that say something about somebody: four letters or more, or three digits or more."""
    for text in texts:
        letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
        number = numeral(text) if digits else None
        if number is not None:
            yield number
        elif _NUMBER.fullmatch(text) is None and (letters >= 4 or digits >= 3):
            yield text


def numeral(text: str) -> str | None:
    """The canonical form of a number that carries enough information to be somebody's, or None."""
    if _NUMBER.fullmatch(text) is None:
        return None
    if text.isdigit() and len(text) > 15:
        return text
    return next(numerals(np.array([float(text)])))


def numerals(values: np.ndarray[Any, Any]) -> Iterator[str | None]:
    """Canonical forms: 15 significant digits (7 for 32-bit floats); None for a number too short to be a trace."""
    digits = 7 if values.dtype == np.float32 else 15
    for value in values.tolist():
        if value is None or not math.isfinite(value):
            yield None
            continue
        text = f"{value:.{digits}g}" if isinstance(value, float) else str(value)
        text = f"{float(text):.15g}" if isinstance(value, float) else text
        yield text if _informative(text, float(value)) else None


def _informative(text: str, value: float) -> bool:
    mantissa = text.lstrip("-").partition("e")[0]
    significant = len(mantissa.replace(".", "").strip("0")) if "." in mantissa else len(mantissa.rstrip("0"))
    return significant >= 5 or (significant >= 4 and "." in mantissa and abs(value) >= 10)


def phrases(text: str) -> Iterator[str]:
    """The text itself, its words, and each run of up to four neighbouring words, lower case, single spaces."""
    whole = " ".join(text.lower().split())
    yield whole
    parts = _WORD.findall(whole)
    for size in range(1, _LONGEST_PHRASE + 1):
        for start in range(len(parts) - size + 1):
            yield " ".join(parts[start : start + size])


def tokens_of(raw: bytes) -> Iterator[str]:
    """Every text and number in a file that can come from data. A file of no known format is read as plain text."""
    try:
        yield from _by_format(raw)
    except Refused:
        yield from _plain(raw)


def _by_format(raw: bytes) -> Iterator[str]:
    if raw.startswith(b"tree\n"):
        yield from _lightgbm(raw.decode("utf-8", "replace"))
    elif raw.startswith(b"PK\x03\x04"):
        yield from _archive(raw)
    elif raw[8:9] == b"{":
        yield from _safetensors(raw)
    elif raw[:1] == b"{" and raw[1:2] in (b"i", b"U", b"I", b"l", b"L"):
        yield from value_texts(read_ubjson(raw))
    elif raw[:1] in (b"{", b"["):
        yield from value_texts(strict_json(raw))
    elif raw[:1] == b"\x08":
        yield from _protobuf(raw, 0)
    else:
        raise Refused("no format with a grammar")


def _plain(raw: bytes) -> Iterator[str]:
    yield from re.split(r"[\x00-\x1f]+", raw.decode("utf-8", "replace"))


def _lightgbm(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        key, _, value = line.replace("pandas_categorical:", "pandas_categorical=", 1).partition("=")
        if key == "pandas_categorical":
            yield from value_texts(json.loads(value or "null"))
        elif key == "feature_infos":
            yield from re.findall(r"[^\[\]: ]+", value)
        elif key in _LIGHTGBM_DATA:
            yield from value.split(" ")


def _archive(raw: bytes) -> Iterator[str]:
    for name, body in open_archive(raw).items():
        if name.endswith(".npy"):
            yield from array_texts(check_array(body))
        elif name.endswith(".npz"):
            for part in open_archive(body).values():
                yield from array_texts(check_array(part))
        elif name == "schema.json":
            yield from _schema(strict_json(body))
        else:
            yield from _plain(body)


def array_texts(values: np.ndarray[Any, Any]) -> Iterator[str]:
    if values.dtype.names is not None:
        for field in values.dtype.names:
            yield from array_texts(values[field])
    elif values.dtype.kind in "US":
        for item in np.unique(values):
            yield item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)
    elif values.dtype.kind in "iuf":
        yield from (text for text in numerals(np.unique(values)) if text is not None)


def _schema(node: Any, place: str = "value") -> Iterator[str]:
    """Texts of a skops schema: keys of dictionaries (a vocabulary) and values. Left out are the names of an object's
    attributes and the plain values of its parameters, which the programmer chose: what is learnt ends in ``_``.
    """
    if isinstance(node, list):
        for item in node:
            yield from _schema(item)
        return
    if not isinstance(node, dict) or "__loader__" not in node:
        return
    content, loader = node.get("content"), node["__loader__"]
    if loader == "JsonNode" and isinstance(content, str):
        if place != "parameter":
            yield from value_texts(json.loads(content))
    elif loader in ("ObjectNode", "TreeNode"):
        yield from _schema(content, "attributes")
    elif isinstance(content, dict) and "__loader__" not in content:
        for key, item in content.items():
            if place != "attributes":
                yield str(key)
            learnt = place != "attributes" or key.endswith("_")
            yield from _schema(item, "value" if learnt else "parameter")
    else:
        yield from _schema(content)


def _safetensors(raw: bytes) -> Iterator[str]:
    header = check_safetensors(raw)
    body = raw[8 + int.from_bytes(raw[:8], "little") :]
    kinds = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "I32": np.int32}
    for name, entry in header.items():
        yield name
        start, end = entry["data_offsets"]
        if entry["dtype"] in kinds:
            yield from array_texts(np.frombuffer(body[start:end], dtype=kinds[entry["dtype"]]))


def value_texts(value: Any) -> Iterator[str]:
    """Keys, texts and numbers of a decoded JSON value, without recursion."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            yield from map(str, item)
            pending.extend(item.values())
        elif isinstance(item, list):
            if item and all(isinstance(number, int | float) for number in item):
                yield from (text for text in numerals(np.array(item)) if text is not None)
            else:
                pending.extend(item)
        elif isinstance(item, str):
            yield from _lightgbm(item) if item.startswith("tree\nversion=") else (item,)
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield from (text for text in numerals(np.array([item])) if text is not None)


def _protobuf(raw: bytes, depth: int) -> Iterator[str]:
    """Length-delimited fields as texts, and as messages where they parse as one."""
    for _, kind, value in fields(raw):
        if kind != 2 or not isinstance(value, bytes):
            continue
        text = value.decode("utf-8", "replace")
        if text.isprintable():
            yield text
        if depth < 12:
            try:
                yield from list(_protobuf(value, depth + 1))
            except Refused:
                continue
