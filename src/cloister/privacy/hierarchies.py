"""Value hierarchies: from a value, step by step, to ``*``.

A :class:`Hierarchy` is a rule that is applied to the distinct values of a column only. Its levels must be nested:
two values that share a label at one level share one at every level above; what is not is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.privacy.codes import chapter_icd9, chapter_icd10

ROOT = "*"
WITHHELD = "[REVIEW]"  # what de-identification leaves of a text that nobody has looked at yet
Rule = Callable[[Any], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """``rule(value)`` gives the labels above the value, from narrow to wide, without the value and without ``*``.

    Every value gets ``height`` labels; one that is missing or withheld stands apart up to ``*``. ``ordered`` says that
    the distinct values, in ascending order, are a scale (for t-closeness).
    """

    name: str
    height: int
    rule: Rule
    ordered: bool = False

    def labels(self, value: Any) -> tuple[str, ...]:
        """The path of one value: its own text, the labels above it, ``*``."""
        if value is None:
            return ("(missing)",) * (self.height + 1) + (ROOT,)
        try:
            above = self.rule(value)
        except (ValueError, TypeError, KeyError, OverflowError):
            if value != WITHHELD:
                remedy = "add it to the hierarchy or correct the data"
                raise InvalidInput(f"a value is outside the hierarchy {self.name!r}", remedy=remedy) from None
            above = (WITHHELD,) * self.height
        if len(above) != self.height:
            raise InvalidInput(
                f"the hierarchy {self.name!r} gives {len(above)} levels where {self.height} are declared"
            )
        return (str(value), *above, ROOT)


def flat() -> Hierarchy:
    """The value itself, then ``*``."""
    return Hierarchy("flat", 0, lambda _value: ())


def from_levels(rows: Iterable[Sequence[str]], *, name: str = "levels") -> Hierarchy:
    """From a table whose lines are a value and the labels above it, narrow to wide; a last ``*`` may be left out.

    Raises:
        InvalidInput: a line of another length, or a value given twice.
    """
    table: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(rows, start=1):
        above = tuple(str(label) for label in row[1:])
        above = above[:-1] if above and above[-1] == ROOT else above
        if str(row[0]) in table:
            raise InvalidInput("a value is given twice", where=f"hierarchy {name!r}, line {number}")
        if table and len(above) != len(next(iter(table.values()))):
            raise InvalidInput("a line has another number of levels", where=f"hierarchy {name!r}, line {number}")
        table[str(row[0])] = above
    if not table:
        raise InvalidInput(f"the hierarchy {name!r} is empty")
    return Hierarchy(name, len(next(iter(table.values()))), lambda value: _known(table, value))


def tree(branches: Mapping[str, Any], *, name: str = "tree") -> Hierarchy:
    """From a nested mapping of label to branches, whose leaves are sequences of values; depths may differ.

    ``tree({"home": ["1", "6", "8"], "facility": {"nursing": ["3", "4"], "hospital": ["2", "5"]}})``
    """
    paths: dict[str, tuple[str, ...]] = {}

    def walk(node: Any, above: tuple[str, ...]) -> None:
        if isinstance(node, Mapping):
            for label, child in node.items():
                walk(child, (str(label), *above))
            return
        for value in [node] if isinstance(node, str | int) else node:
            if str(value) in paths:
                raise InvalidInput("a value stands in two branches", where=f"hierarchy {name!r}")
            paths[str(value)] = above

    walk(branches, ())
    if not paths:
        raise InvalidInput(f"the hierarchy {name!r} is empty")
    height = max(map(len, paths.values()))
    # A shallow value repeats its lowest label, so that all paths are of one length.
    padded = {value: (above[:1] or (value,)) * (height - len(above)) + above for value, above in paths.items()}
    return Hierarchy(name, height, lambda value: _known(padded, value))


def _known(paths: Mapping[str, tuple[str, ...]], value: Any) -> tuple[str, ...]:
    """The path of a value as it may be written: ``True`` also ``true``, ``3.0`` also ``3``."""
    text = str(value)
    if text not in paths and isinstance(value, bool):
        text = text.lower()
    elif text not in paths and isinstance(value, float) and value.is_integer():
        text = str(int(value))
    return paths[text]


def from_spec(spec: str | Mapping[str, Any]) -> Hierarchy:
    """A hierarchy from a plain value, as it stands in a pipeline file: a built-in name (a key of :data:`BUILT_IN`), or
    a mapping with one entry: ``{"age": [5, 10, 20]}`` or ``{"number": [10, 50]}`` (widths), ``{"zip": [3, 2]}`` (digits
    kept), ``{"levels": [[value, label, ...], ...]}`` or ``{"tree": {label: [value, ...]}}``.

    Raises:
        InvalidInput: none of these; says what there is.
    """
    if isinstance(spec, str):
        if spec not in BUILT_IN:
            raise InvalidInput(f"there is no hierarchy {spec!r}", remedy=f"choose from {', '.join(sorted(BUILT_IN))}")
        return BUILT_IN[spec]()
    if not isinstance(spec, Mapping) or len(spec) != 1:
        raise InvalidInput("a hierarchy is a name or a mapping with one entry", remedy=f"use {', '.join(_MADE)}")
    kind, value = next(iter(spec.items()))
    if kind not in _MADE:
        raise InvalidInput(f"there is no kind of hierarchy {kind!r}", remedy=f"use {', '.join(_MADE)}")
    try:
        return _MADE[kind](value)
    except InvalidInput:
        raise
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError):
        raise InvalidInput(f"the hierarchy of kind {kind!r} can't be read", remedy=_SHAPES[kind]) from None


def age(*, widths: Sequence[int] = (5, 10, 20), top: int = 90) -> Hierarchy:
    """Ages in years (integers, or texts such as ``47`` and ``[40-50)``) in bands, each width a multiple of the last.

    ``top`` and over is one band at every level (45 CFR 164.514(b)(2)(i)(C) aggregates ages over 89).
    """
    _nested(widths, "age widths")

    def rule(value: Any) -> tuple[str, ...]:
        low, high = _interval(value)
        labels = []
        for width in widths:
            start = low // width * width
            if low >= top:
                labels.append(f"{top}+")
            elif high <= start + width:
                labels.append(f"{start}-{start + width - 1}")
            else:  # the value is itself a band at least as wide
                labels.append(f"{low}-{high - 1}")
        return tuple(labels)

    return Hierarchy("age", len(widths), rule, ordered=True)


def number(*, widths: Sequence[float], origin: float = 0.0, name: str = "number") -> Hierarchy:
    """Finite numbers in half-open bands ``[a, b)``, each width a multiple of the last, in decimals as written."""
    _nested(widths, "widths")
    steps, zero = [_decimal(width) for width in widths], _decimal(origin)

    def rule(value: Any) -> tuple[str, ...]:
        distance = _decimal(value) - zero
        starts = [(distance / step).to_integral_value(ROUND_FLOOR) * step + zero for step in steps]
        return tuple(f"[{_plain(start)}, {_plain(start + step)})" for start, step in zip(starts, steps, strict=True))

    return Hierarchy(name, len(widths), rule, ordered=True)


def _decimal(value: Any) -> Decimal:
    try:
        found = Decimal(str(int(value) if isinstance(value, bool) else value))
    except InvalidOperation:
        raise ValueError from None
    if not found.is_finite():
        raise ValueError
    return found


def _plain(value: Decimal) -> str:
    """All digits, and no more than it takes."""
    return f"{value.normalize():f}"


def zip_code(*, digits: Sequence[int] = (4, 3, 2, 1)) -> Hierarchy:
    """US ZIP codes, shortened: ``02139``, ``0213*``, ``021**``, ...; values are text of three to five digits, of ZIP+4
    the first five, or whole numbers, of which four digits have lost their leading zero."""
    if not digits or min(digits) < 1 or max(digits) > 5 or any(few >= many for many, few in pairwise(digits)):
        raise InvalidInput("the digits of a ZIP code that are kept must fall, from 5 to 1", remedy=_SHAPES["zip"])

    def rule(value: Any) -> tuple[str, ...]:
        text, plus, four = (f"{value:05}" if isinstance(value, int) and value > 999 else str(value)).partition("-")
        if not (text + four).isdecimal() or not text.isascii() or not 3 <= len(text) <= 5:
            raise ValueError
        if plus and (len(text), len(four)) != (5, 4):
            raise ValueError
        return tuple(text[:keep] + "*" * (5 - keep) if keep < len(text) else text for keep in digits)

    return Hierarchy("zip", len(digits), rule)


def calendar_date() -> Hierarchy:
    """Dates to month, quarter, year and decade; values are dates or ISO 8601 texts."""

    def rule(value: Any) -> tuple[str, ...]:
        day = value if isinstance(value, date) else datetime.fromisoformat(str(value))
        decade = day.year // 10 * 10
        quarter = (day.month - 1) // 3 + 1
        return (f"{day.year:04}-{day.month:02}", f"{day.year:04}-Q{quarter}", f"{day.year:04}", f"{decade}s")

    return Hierarchy("date", 4, rule, ordered=True)


def icd9_chapter() -> Hierarchy:
    """ICD-9-CM diagnosis codes to category (three characters) and chapter."""
    return Hierarchy("icd9", 2, chapter_icd9)


def icd10_chapter() -> Hierarchy:
    """ICD-10-CM diagnosis codes to category (three characters) and chapter."""
    return Hierarchy("icd10", 2, chapter_icd10)


def _nested(widths: Sequence[float], what: str) -> None:
    try:
        steps = [_decimal(width) for width in widths]
    except ValueError:
        steps = []
    if not steps or min(steps) <= 0 or any(wide <= narrow or wide % narrow for narrow, wide in pairwise(steps)):
        raise InvalidInput(f"{what} must rise, each a multiple of the one before", remedy="for example 5, 10, 20")


def _interval(value: Any) -> tuple[int, int]:
    """``47`` is [47, 48); ``[40-50)`` is [40, 50); ``40-49`` is [40, 50); ``90+`` is [90, 91)."""
    text = str(value).strip()
    if text.startswith("[") and text.endswith(")"):
        low, high = text[1:-1].split("-")
        return int(low), int(high)
    if text.endswith("+"):
        return int(text[:-1]), int(text[:-1]) + 1
    if "-" in text[1:]:
        low, high = text.split("-")
        return int(low), int(high) + 1
    return int(float(text)), int(float(text)) + 1


def _whole(widths: Iterable[Any]) -> tuple[int, ...]:
    """Whole numbers, or an error that the caller turns into a line."""
    found = tuple(widths)
    if not all(isinstance(width, int) and not isinstance(width, bool) for width in found):
        raise ValueError
    return found


def _lines(rows: Iterable[Sequence[Any]]) -> Hierarchy:
    found = [tuple(row) for row in rows if not isinstance(row, str)]
    if not found or any(len(row) < 1 for row in found):
        raise ValueError
    return from_levels(found, name="given levels")


def _branches(value: Mapping[str, Any]) -> Hierarchy:
    if not isinstance(value, Mapping):
        raise TypeError
    return tree(value, name="given tree")


BUILT_IN: Mapping[str, Callable[[], Hierarchy]] = {
    "age": age,
    "any": flat,
    "date": calendar_date,
    "icd10": icd10_chapter,
    "icd9": icd9_chapter,
    "number": lambda: number(widths=(5, 10, 20)),
    "zip": zip_code,
}
"""The hierarchies that have a name; ``any`` goes from the value straight to ``*``."""

_MADE: Mapping[str, Callable[[Any], Hierarchy]] = {
    "age": lambda widths: age(widths=_whole(widths)),
    "levels": _lines,
    "number": lambda widths: number(widths=tuple(float(width) for width in widths)),
    "tree": _branches,
    "zip": lambda digits: zip_code(digits=_whole(digits)),
}
KINDS = frozenset({*BUILT_IN, *_MADE})
"""What a hierarchy may be called."""
_SHAPES: Mapping[str, str] = {
    "age": "write it like age: [5, 10, 20]",
    "levels": "give lines of a value and its labels, narrow to wide",
    "number": "write it like number: [10, 50, 100]",
    "tree": "write it like tree: {home: [a, b], facility: [c]}",
    "zip": "write it like zip: [3, 2, 1]",
}
