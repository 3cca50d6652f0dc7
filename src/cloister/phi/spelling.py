"""How names are spelled: not with capitals inside, but for those of a few beginnings."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re

_CAMEL = re.compile(r"(?<!Mc)(?<!Mac)(?<!De)(?<!La)(?<!Le)(?<!Di)(?<!Du)(?<!Fitz)(?<!Van)(?<!O)(?<=[a-z])[A-Z]")
# "PMNs", "MCPs", "XGBoost", "NaN", "LoRA", "VRd", "VT-mon": no name is written like this, listed or not.
_CODED = re.compile(
    r"(?!MC|MAC)[A-Z]{3,}[a-z]+|[A-Z]{3,}s|[A-Z]{2}[a-z]|[A-Z][a-z]+[A-Z]{1,2}|(?!AL|EL|ABU|BEN|BIN|IBN)[A-Z]{2,5}-[a-z]+"
)
_JOINED_LETTER = re.compile(r"(?![DOLMJ])[A-Z][A-Z][a-z]{2,}")  # "TBili"; but "DAngelo", "OBrien", "MKhitaryan"


def written_as_code(text: str, start: int, end: int, unlisted: bool) -> bool:
    """ "KCl", "MCPs"; of the words that no list has "AfricanAmerican" and "TBili" as well; not "McAllister" or "O'Brien"."""
    odd = unlisted and (_CAMEL.search(text, start, end) or _JOINED_LETTER.fullmatch(text, start, end))
    return bool(odd) or _CODED.fullmatch(text, start, end) is not None
