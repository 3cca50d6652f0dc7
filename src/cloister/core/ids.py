"""Identifiers of records: a short kind, then 26 characters that sort by creation time."""

from __future__ import annotations

import re
from datetime import datetime

# Crockford's base 32: no i, l, o, u, so an id can be read aloud.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID = re.compile(r"[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def new_id(kind: str, moment: datetime, entropy: bytes) -> str:
    """An id like ``ver_01j...``: 48 bits of milliseconds, 80 bits of ``entropy`` (10 bytes)."""
    if len(entropy) != 10:
        raise ValueError("an id takes 10 bytes of entropy")
    number = (int(moment.timestamp() * 1000) << 80) | int.from_bytes(entropy, "big")
    return f"{kind}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Names that people give: lower-case words joined by hyphens, at most 63 characters."""
    return len(text) <= 63 and _NAME.fullmatch(text) is not None
