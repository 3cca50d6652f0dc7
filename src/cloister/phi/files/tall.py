"""Facts one a row, as REDCap and survey tools export them: a cell names what the value beside it is.

record, field_name, value          {"field": "last_name", "value": "Hope"}
1,      last_name,  Hope
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from cloister.core.schema import Role
from cloister.phi.deidentify import DROPPED
from cloister.phi.files.nested import Clean
from cloister.phi.files.numbers import identifies, is_birth_year, name_words, value_identifies
from cloister.phi.files.roles import named_role
from cloister.phi.vocabulary import word_set

_NAMING = word_set(
    "field variable attribute column question item key label code property parameter element prompt type system "
    "name qnam qlabel"
)
_BESIDE_NAMING = word_set("id text title")
_VALUES = word_set("value val answer response result content qval tval nval")
_BESIDE_VALUES = word_set("as string str text number num numeric char reported raw source item field")
_TELLING = frozenset((*DROPPED, Role.PERSON, Role.RECORD, Role.ZIP, Role.BIRTH_DATE, Role.AGE))
_LETTER = re.compile(r"[^\W\d_]{3}")
_WORDS = 8  # of the name of a value, "What is your last name" among them


def names_another(name: str) -> bool:
    """True for the name of a column or key whose values name what stands beside them: "field_name", "variable"."""
    words = set(name_words(name))
    return bool(words & _NAMING) and words <= _NAMING | _BESIDE_NAMING


def is_named_beside(name: str) -> bool:
    """True for the name of a column or key that says nothing of its values: "value", "valueString", "answer"."""
    words = set(name_words(name))
    return bool(words & _VALUES) and words <= _VALUES | _BESIDE_VALUES


def name_beside(given: Mapping[str, Any]) -> str | None:
    """What an object says that its own value is, where that identifies: "last_name" of the object above."""
    values = [item for name, item in given.items() if is_named_beside(name)]
    if not values:
        return None
    for name, told in given.items():
        if isinstance(told, str) and names_another(name) and _tells(told, values):
            return told
    return None


def _tells(told: str, values: list[Any]) -> bool:
    return _role(told) is not None or (_short(told) and any(value_identifies(told, item) for item in values))


def _role(told: str) -> Role | None:
    """The role that a cell gives to the value beside it, if that is one of a person's."""
    if not _short(told):
        return None
    role = Role.BIRTH_DATE if is_birth_year(told) else named_role(told)
    return role if role in _TELLING else None


def _short(told: str) -> bool:
    return 0 < len(name_words(told)) <= _WORDS


def apart(frame: pl.DataFrame, clean: Clean, declared: set[str]) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """The table with such values empty, and for each of their columns what becomes of them: row (u32), value.

    What such rows say of a person is the dictionary for that person's texts. Columns that are ``declared`` stay.
    """
    frame = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    naming = [name for name in frame.columns if names_another(name) and frame[name].dtype == pl.String]
    held: dict[str, pl.DataFrame] = {}
    for column in frame.columns:
        values = frame[column]
        if not naming or column in declared or values.dtype.is_nested() or not is_named_beside(column):
            continue
        given, whose = values.to_list(), _records(frame, naming, column)
        rows: dict[int, str | None] = {}
        people: dict[Any, dict[str, str]] = {}
        for told, at in [pair for name in naming for pair in _rows(frame[name]).items()]:
            if (role := _role(told)) is None and not (_short(told) and identifies(told, values.gather(at))):
                continue
            for row in at:
                item = None if given[row] is None else _figure(given[row])
                new = clean(told, item, {}) if role is not None and item is not None else None
                rows[row] = None if new is None else str(new)
                if item is not None and role in DROPPED:
                    person = people.setdefault(whose[row], {})
                    person[f"{role} part {len(person)}"] = item
        for row, item in enumerate(given):
            if row not in rows and isinstance(item, str) and whose[row] in people and _LETTER.search(item):
                rows[row] = str(clean(column, item, people[whose[row]]))
        if rows:
            held[column] = pl.DataFrame(
                {"row": list(rows), "value": list(rows.values())}, schema={"row": pl.UInt32, "value": pl.String}
            )
            gone = pl.Series(range(frame.height), dtype=pl.UInt32).is_in(held[column]["row"].implode())
            frame = frame.with_columns(pl.when(pl.lit(~gone)).then(pl.col(column)).alias(column))
    return frame, held


def _records(frame: pl.DataFrame, naming: list[str], column: str) -> list[Any]:
    """What each row is of: a column of numbers of people or records, else the first one; None where there is none."""
    plain = [name for name, dtype in frame.schema.items() if not dtype.is_nested()]
    others = [name for name in plain if name not in naming and name != column]
    told = [name for name in others if named_role(name) in (Role.PERSON, Role.RECORD)]
    return frame[(told or others)[0]].to_list() if others else [None] * frame.height


def _rows(told: pl.Series) -> dict[str, list[int]]:
    """The rows of each name."""
    table = pl.DataFrame({"told": told, "row": pl.arange(len(told), eager=True, dtype=pl.UInt32)}).drop_nulls()
    grouped = table.group_by("told", maintain_order=True).agg("row")
    return dict(zip(grouped["told"].to_list(), grouped["row"].to_list(), strict=True))


def _figure(item: Any) -> Any:
    """Numbers as the text of a table has them, a date as ISO text."""
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return item if isinstance(item, str) else str(item)


def put_back(done: pl.DataFrame, held: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Those values at their rows again, where their column is still there and of texts."""
    for column, cells in held.items():
        if column in done.columns and done[column].dtype == pl.String:
            done = done.with_columns(done[column].scatter(cells["row"], cells["value"]))
    return done
