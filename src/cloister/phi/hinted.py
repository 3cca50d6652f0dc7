"""Columns that say by their name what they hold, where the values alone say nothing: ``ssn`` over bare whole numbers.

A name counts only with values of the form that it promises. Names that are used for much else ("name", "account",
"zip") count only beside a column that is surely a person's, or where most values are names of the lexicon.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloister.core.schema import Role

if TYPE_CHECKING:
    import polars as pl

_NUMBER = r"^\s*[A-Za-z]{0,4}[-# ]?\d{5,14}\s*$"
_MRN = r"^\s*[A-Za-z]{0,4}[-# ]?\d{4,14}\s*$"
_DAY = r"^\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{8})(?:[T ].*)?$"
_WHOLE_DAY = r"^\s*(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*$"
_FORMS: dict[Role, tuple[str, str, bool]] = {  # role -> type, form of a value, whether it counts by itself
    Role.SSN: ("ssn", r"^\s*\d{3}[- ]?\d{2}[- ]?\d{4}\s*$", True),
    Role.MRN: ("mrn", _MRN, True),
    Role.PHONE: ("phone", r"^\D*(?:\d\D{0,3}){7,15}$", True),
    Role.FAX: ("fax", r"^\D*(?:\d\D{0,3}){7,15}$", True),
    Role.EMAIL: ("email", r"@", True),
    Role.BIRTH_DATE: ("date", _DAY, True),
    Role.DATE: ("date", _WHOLE_DAY, True),
    Role.STREET: ("street", r"^\s*\d+[A-Za-z]?\s+\S*[A-Za-z]", True),
    Role.NAME: ("name", r"^[^\d@/\\]*[^\W\d_]{2}[^\d@/\\]*$", False),
    Role.CITY: ("city", r"^[^\d@/\\]*[^\W\d_]{3}[^\d@/\\]*$", False),
    Role.ZIP: ("zip", r"^\s*\d{5}(?:-?\d{4})?\s*$", False),
    Role.PERSON: ("other-id", _NUMBER, False),
    Role.ACCOUNT: ("account", _NUMBER, False),
    Role.PLAN: ("plan", _NUMBER, False),
    Role.LICENCE: ("licence", _NUMBER, False),
    Role.DEVICE: ("device", r"\d{4}", False),
    Role.VEHICLE: ("vehicle", r"\d{3}", False),
}  # fmt: skip
_SURE_NAMES = re.compile(r"(?i)(?:sur|last|first|full|maiden|middle|given|family|fore|patient).{0,2}names?")
# "first" beside "last": alone each of them is much else.
_PAIRS = tuple(map(frozenset, (("first", "last"), ("given", "family"), ("fname", "lname"), ("first", "surname"))))
_DATED = frozenset(("date", "datetime", "timestamp", "dt", "dttm", "dtm", "dttime"))
_FLOAT = r"^(\s*\d+)\.0+\s*$"  # a whole number, as a column with an empty cell has it
_SHARE = 0.6
_SAMPLE = 200  # distinct values of a column of names that are looked up


def hinted_cells(frame: pl.DataFrame) -> dict[str, tuple[str, pl.Series]]:
    """Column -> identifier type and which of its cells have the form that its name promises."""
    import polars as pl

    sure: dict[str, tuple[str, pl.Series]] = {}
    beside: dict[str, tuple[str, pl.Series]] = {}
    dated: dict[str, tuple[str, pl.Series]] = {}
    named = _name_parts(frame.columns)
    for name in frame.columns:
        values = frame[name]
        role = Role.NAME if name in named else _role(name)
        if role not in _FORMS or values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Boolean):
            continue
        kind, form, alone = _FORMS[role]
        text = values.cast(pl.String, strict=False).str.replace(_FLOAT, "$1")
        fits = text.str.contains(form).fill_null(value=False)
        if fits.any():
            people = role is Role.NAME and (name in named or _people(name, text.filter(fits)))
            found = dated if role is Role.DATE else sure if alone or people else beside
            found[name] = (kind, fits)
    return {**sure, **beside, **dated} if sure else dated


def _role(name: str) -> Role | None:
    """What the name says; a date where nothing but a day written in eight digits would be one."""
    from cloister.phi.files.numbers import name_words
    from cloister.phi.files.roles import named_role

    return named_role(name) or (Role.DATE if _DATED & set(name_words(name)) else None)


def _name_parts(columns: list[str]) -> set[str]:
    """The columns that hold the parts of names, by each other: "first" and "last"."""
    lower = {name.strip().lower(): name for name in columns}
    return {lower[part] for pair in _PAIRS if pair <= lower.keys() for part in pair}


def _people(name: str, values: pl.Series) -> bool:
    """True for a column whose name, or most of whose values (two words, one of them a name), can only be people's."""
    from cloister.phi.lexicon import NAME, words

    if _SURE_NAMES.fullmatch(name.strip()):
        return True
    table = words()
    some = values.unique().head(_SAMPLE).to_list()
    parts = [re.findall(r"[^\W\d_]{2,}", item) for item in some]
    named = sum(len(pair) > 1 and any(table.get(word.lower(), 0) & NAME for word in pair) for pair in parts)
    return named >= _SHARE * len(some)
