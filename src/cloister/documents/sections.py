"""A record as titled sections of named items: one shape, shown as a page and kept as canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloister.core import canonical
from cloister.documents.facts import NOT_RECORDED, fact, in_reading_order, shares, shown, signed_by, spoken, written


@dataclass(frozen=True, slots=True)
class Item:
    """``value`` is None when nobody recorded it; ``by`` says who wrote it, or that it was measured."""

    name: str
    value: Any
    by: str | None = None
    number: int | None = None

    def to_value(self) -> dict[str, Any]:
        value: dict[str, Any] = {"name": self.name, "value": self.value, "by": self.by}
        return value if self.number is None else {"number": self.number, **value}


@dataclass(frozen=True, slots=True)
class Section:
    """``rows`` is an optional table: mappings with the same keys; ``note`` says what its empty fields mean, without
    which an absent value is written out.
    """

    title: str
    items: tuple[Item, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    note: str = ""

    @property
    def blank(self) -> bool:
        return bool(self.note)

    def to_value(self) -> dict[str, Any]:
        value: dict[str, Any] = {"title": self.title, "items": [item.to_value() for item in self.items]}
        return value | ({"rows": [dict(row) for row in self.rows]} if self.rows else {})


def record_json(form: str, name: str, sections: Sequence[Section]) -> bytes:
    """Canonical JSON of the record; what is absent is null."""
    return canonical.encode({"format": form, "name": name, "sections": [section.to_value() for section in sections]})


def record_page(title: str, name: str, sections: Sequence[Section], note: str = "") -> str:
    """The record as a stand-alone page."""
    from cloister.documents.model_card import render_page

    return render_page("record.html", title=title, name=name, sections=sections, note=note, shown_value=shown)


def statement(facts: Mapping[str, Any], name: str, words: str, number: int | None = None) -> Item:
    """An item that a person writes."""
    return Item(words, written(facts, name), signed_by(facts, name), number)


def measured(facts: Mapping[str, Any], words: str, *path: str, number: int | None = None) -> Item:
    """An item that was measured or recorded by the environment."""
    value = fact(facts, *path)
    return Item(words, shown(value) if value not in (None, "", [], {}) else None, "recorded" if value else None, number)


def shares_of(facts: Mapping[str, Any], words: str, *path: str, number: int | None = None) -> Item:
    """An item of shares by level, measured by the environment."""
    value = fact(facts, *path)
    return Item(words, shares(value) if value else None, "measured" if value else None, number)


def performance_text(facts: Mapping[str, Any], *path: str) -> str | None:
    """Measures with intervals, one a line."""
    measures = fact(facts, *path) or {}
    parts = [
        f"{spoken(name)} {value['estimate']:.3f}"
        + (f" ({value['low']:.3f} to {value['high']:.3f})" if value.get("low") is not None else "")
        for name, value in in_reading_order(measures)
        if isinstance(value, Mapping) and value.get("estimate") is not None
    ]
    return "\n".join(parts) or None


def fairness_text(facts: Mapping[str, Any], *path: str) -> str | None:
    """The gaps of a fairness report, each criterion on a line; those without evidence are named as such."""
    lines: dict[str, list[str]] = {}
    for gap in fact(facts, *path, "gaps") or []:
        where = " x ".join(gap["attributes"])
        if gap["estimate"] is None:
            told = f"by {where} {gap['status']}"
        else:
            told = f"by {where} {gap['estimate']:.3f} ({gap['low']:.3f} to {gap['high']:.3f})"
        lines.setdefault(gap["name"], []).append(told)
    return "\n".join(f"{name}: {', '.join(told)}" for name, told in lines.items()) or None


__all__ = [
    "NOT_RECORDED",
    "Item",
    "Section",
    "fairness_text",
    "measured",
    "performance_text",
    "record_json",
    "record_page",
    "shares_of",
    "statement",
]
