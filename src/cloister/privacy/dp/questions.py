"""A question as a value: what it shows, of which rows, in which groups."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cloister.privacy.dp.conditions import Condition, name_text


class Kind(StrEnum):
    """What an aggregate computes."""

    COUNT = "COUNT"
    PEOPLE = "COUNT DISTINCT"
    SUM = "SUM"
    MEAN = "AVG"
    QUANTILE = "QUANTILE"


@dataclass(frozen=True, slots=True)
class Key:
    """A column to group by; with ``width``, the lower edge of its bucket."""

    column: str
    width: float | None = None

    @property
    def name(self) -> str:
        return self.column if self.width is None else f"bucket_{self.column}"

    def text(self) -> str:
        return name_text(self.column) if self.width is None else f"BUCKET({name_text(self.column)}, {self.width!r})"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``bounds`` are given with CLAMP; ``at`` is the quantile's level."""

    kind: Kind
    column: str | None = None
    bounds: tuple[float, float] | None = None
    at: float | None = None
    alias: str | None = None

    @property
    def name(self) -> str:
        if self.alias:
            return self.alias
        if self.kind is Kind.QUANTILE:
            return f"median_{self.column}" if self.at == 0.5 else f"quantile_{self.at:g}_{self.column}"
        words = {Kind.COUNT: "count", Kind.PEOPLE: "people", Kind.SUM: "sum", Kind.MEAN: "avg"}[self.kind]
        return words if self.kind in (Kind.COUNT, Kind.PEOPLE) else f"{words}_{self.column}"

    def text(self) -> str:
        if self.kind is Kind.COUNT:
            return "COUNT(*)"
        value = name_text(self.column or "")
        if self.bounds is not None:
            value = f"CLAMP({value}, {self.bounds[0]!r}, {self.bounds[1]!r})"
        if self.kind is Kind.PEOPLE:
            return f"COUNT(DISTINCT {value})"
        return (
            f"{self.kind.value}({value}, {self.at!r})" if self.kind is Kind.QUANTILE else f"{self.kind.value}({value})"
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed question. ``text`` gives it back in one canonical form, without aliases."""

    table: str
    aggregates: tuple[Aggregate, ...]
    where: Condition | None = None
    keys: tuple[Key, ...] = ()

    def text(self, *, names: bool = False) -> str:
        """The question in canonical form; with ``names``, each result keeps the name that AS gave it."""
        asked = [
            item.text() + (f" AS {name_text(item.alias)}" if names and item.alias else "") for item in self.aggregates
        ]
        chosen = ", ".join([*(key.text() for key in self.keys), *asked])
        where = f" WHERE {self.where.text()}" if self.where is not None else ""
        grouped = f" GROUP BY {', '.join(key.text() for key in self.keys)}" if self.keys else ""
        return f"SELECT {chosen} FROM {name_text(self.table)}{where}{grouped}"  # noqa: S608  read by our own parser

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is looked at, once."""
        named = [key.column for key in self.keys] + [item.column for item in self.aggregates if item.column]
        return tuple(dict.fromkeys((*named, *(self.where.columns() if self.where is not None else ()))))
