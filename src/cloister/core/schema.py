"""What a table is declared to hold: the vocabulary that checks, de-identification and risk measures share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloister.core.errors import InvalidInput

MAX_NAME = 200  # characters of a column's name


class ColumnType(StrEnum):
    """The type of a column's values."""

    BOOLEAN = "boolean"
    DATE = "date"  # ISO 8601 calendar date
    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"


class Role(StrEnum):
    """What a column says of a person: the 18 identifiers of 45 CFR 164.514(b)(2), free text, or an attribute."""

    ACCOUNT = "account"
    AGE = "age"  # in years
    ATTRIBUTE = "attribute"  # no identifier by itself; may be a quasi-identifier
    BIOMETRIC = "biometric"
    BIRTH_DATE = "birth-date"
    CITY = "city"
    DATE = "date"  # any other date tied to the person: admission, discharge, death
    DEVICE = "device"
    EMAIL = "email"
    FAX = "fax"
    IP = "ip"
    LICENCE = "licence"
    MRN = "mrn"
    NAME = "name"
    NOTE = "note"  # free text about the person
    OTHER_ID = "other-id"  # any other unique number, characteristic or code
    PERSON = "person"  # the number that stands for the person in this data set
    PHONE = "phone"
    PHOTO = "photo"
    PLAN = "plan"  # health plan beneficiary number
    RECORD = "record"  # the number of this row: encounter, study, order
    SSN = "ssn"
    STREET = "street"
    URL = "url"
    VEHICLE = "vehicle"
    ZIP = "zip"


class CodeSystem(StrEnum):
    """A system whose codes have a shape that can be checked without the list of codes."""

    ICD9 = "icd-9-cm"
    ICD10 = "icd-10-cm"
    LOINC = "loinc"


class Watch(StrEnum):
    """What a column is for when a delivery is compared with the version before it."""

    OUTCOME = "outcome"  # the label: its levels are compared, overall, by site and by time
    SITE = "site"  # where a row comes from: ward, hospital, device
    TIME = "time"  # the date that a row belongs to


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column. ``minimum`` and ``maximum`` are inclusive, ``codes`` is the closed set of values,
    ``pattern`` is an RE2 expression that the whole value must match, ``code_system`` one whose shape it must have,
    ``missing`` lists texts that mean "no value", ``watch`` what it is for when deliveries are compared.
    """

    name: str
    type: ColumnType
    role: Role = Role.ATTRIBUTE
    required: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    codes: tuple[str, ...] = ()
    pattern: str | None = None
    missing: tuple[str, ...] = ()
    description: str = ""
    code_system: CodeSystem | None = None
    watch: Watch | None = None


@dataclass(frozen=True, slots=True)
class CrossRule:
    """A rule between two columns of a row, such as ``discharge_date >= admission_date``; a null satisfies it."""

    left: str
    operator: str  # one of < <= = >= >
    right: str


def _is_name(name: str) -> bool:
    """Whether a column can be called so: # is ours; * and ^...$ select several columns where one is named."""
    pattern = name == "*" or (name.startswith("^") and name.endswith("$"))
    return (
        bool(name.strip()) and name.isprintable() and len(name) <= MAX_NAME and not name.startswith("#") and not pattern
    )


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The declared columns of one table, in order, and the rules between them."""

    columns: tuple[Column, ...]
    rules: tuple[CrossRule, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if not names:
            raise InvalidInput("a schema needs at least one column")
        if repeated:
            raise InvalidInput(
                f"the schema declares column {repeated[0]!r} twice", remedy="give each column its own name"
            )
        for name in names:
            if not _is_name(name):
                remedy = f"use 1 to {MAX_NAME} printable signs, no # at the start, and neither * nor ^...$"
                raise InvalidInput(f"a column can't be called {name[:40]!r}", remedy=remedy)
        for rule in self.rules:
            for name in (rule.left, rule.right):
                if name not in names:
                    raise InvalidInput(
                        f"a rule names column {name!r}, which the schema does not declare",
                        remedy=f"use two of {', '.join(names)}",
                    )
            if rule.operator not in {"<", "<=", "=", ">=", ">"}:
                raise InvalidInput(f"a rule has the operator {rule.operator!r}", remedy="use one of < <= = >= >")
        for column in self.columns:
            if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
                raise InvalidInput(f"column {column.name!r} has a minimum above its maximum", remedy="swap the two")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise InvalidInput(f"the schema declares no column {name!r}")

    def with_role(self, role: Role) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.role is role)

    def watched(self, watch: Watch) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.watch is watch)

    @property
    def person(self) -> str | None:
        """The column that tells whose row it is."""
        return next(iter(self.with_role(Role.PERSON)), None)

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value, defaults left out, for manifests and records."""
        return {
            "columns": [_column_value(column) for column in self.columns],
            "rules": [[rule.left, rule.operator, rule.right] for rule in self.rules],
        }

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> TableSchema:
        return cls(
            columns=tuple(_column_from(item) for item in value["columns"]),
            rules=tuple(CrossRule(left, operator, right) for left, operator, right in value.get("rules", ())),
        )


def _column_value(column: Column) -> dict[str, Any]:
    value: dict[str, Any] = {"name": column.name, "type": column.type.value, "role": column.role.value}
    for field in ("required", "unique", "minimum", "maximum", "pattern", "description"):
        item = getattr(column, field)
        if item is not None and item is not False and item != "":  # 0 is a minimum like any other
            value[field] = item
    for field in ("codes", "missing"):
        if items := getattr(column, field):
            value[field] = list(items)
    for field in ("code_system", "watch"):
        if (kind := getattr(column, field)) is not None:
            value[field] = kind.value
    return value


def _column_from(value: Mapping[str, Any]) -> Column:
    return Column(
        **{
            **value,
            "type": ColumnType(value["type"]),
            "role": Role(value["role"]),
            "codes": tuple(value.get("codes", ())),
            "missing": tuple(value.get("missing", ())),
            "code_system": CodeSystem(value["code_system"]) if "code_system" in value else None,
            "watch": Watch(value["watch"]) if "watch" in value else None,
        }
    )
