"""What the beginning of a text tells of its form, and how bytes that are not all of one encoding are read."""

from __future__ import annotations

import codecs
import re

TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]{0,63}+)([^<>]{0,65536}+)>")


def is_markup(text: str) -> bool:
    """True for XML or HTML by its first sign and at least one tag."""
    start = text.lstrip("\ufeff \t\r\n")[:4096]
    return (start.startswith("<") and TAG.search(start) is not None) or start.startswith(("<?xml", "<!"))


def _as_latin(fault: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 stand as Latin-1 letters: a name in a file of mixed encodings stays a name."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("latin-1"), fault.end


LENIENT = "cloister-latin"
codecs.register_error(LENIENT, _as_latin)
