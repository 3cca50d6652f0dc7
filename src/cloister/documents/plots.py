"""Plots as plain SVG: no script, no style attribute, drawn for a phone's width, told apart by shape and words.

Each plot repeats figures of the table that stands beside it, and names that table as its description.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 340
_LEFT, _RIGHT = 8, 332
_ROW = 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of an interval plot; without an estimate the ``reason`` is written where the mark would be."""

    label: str
    estimate: float | None
    low: float | None
    high: float | None
    reason: str = ""


def interval_plot(title: str, bars: Sequence[Bar], reference: float | None = None) -> Markup:
    """Estimates with intervals, one under the other; a dashed line marks the reference (usually everyone)."""
    known = [value for bar in bars for value in (bar.estimate, bar.low, bar.high) if value is not None]
    known += [reference] if reference is not None else []
    if not known:
        return Markup("")
    low, high = _range(min(known), max(known))
    height = 26 + _ROW * len(bars) + 24
    parts = [
        _opening(title, height),
        f'<text class="title" x="{_LEFT}" y="14">{escape(title)}</text>',
    ]
    bottom = 26 + _ROW * len(bars)
    if reference is not None:
        x = _place(reference, low, high)
        parts.append(f'<line class="reference" x1="{x}" x2="{x}" y1="22" y2="{bottom}"/>')
    for index, bar in enumerate(bars):
        parts.append(_bar(bar, 26 + _ROW * index, low, high))
    parts.append(_axis(low, high, bottom))
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - every text in it went through escape


def _opening(title: str, height: int) -> str:
    name = f"{escape(title)}; the same figures are in the table beside it"
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">'


def _range(low: float, high: float) -> tuple[float, float]:
    margin = max((high - low) * 0.04, 0.005)  # an axis of no width has no places
    return low - margin if low < 0 else max(0.0, low - margin), min(1.0, high + margin) if high <= 1 else high + margin


def _place(value: float, low: float, high: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * (value - low) / (high - low), 1)


def _bar(bar: Bar, top: int, low: float, high: float) -> str:
    middle = top + 24
    head = f'<text x="{_LEFT}" y="{top + 14}">{escape(_short(bar.label))}</text>'
    if bar.estimate is None:
        return head + f'<text class="quiet" x="{_RIGHT}" y="{top + 14}" text-anchor="end">{escape(bar.reason)}</text>'
    x = _place(bar.estimate, low, high)
    value = f'<text x="{_RIGHT}" y="{top + 14}" text-anchor="end">{bar.estimate:.3f}</text>'
    mark = f'<rect class="mark" x="{x - 4}" y="{middle - 4}" width="8" height="8"/>'
    if bar.low is None or bar.high is None:
        return head + value + mark
    left, right = _place(bar.low, low, high), _place(bar.high, low, high)
    whisker = (
        f'<line class="whisker" x1="{left}" x2="{right}" y1="{middle}" y2="{middle}"/>'
        f'<line class="whisker" x1="{left}" x2="{left}" y1="{middle - 5}" y2="{middle + 5}"/>'
        f'<line class="whisker" x1="{right}" x2="{right}" y1="{middle - 5}" y2="{middle + 5}"/>'
    )
    return head + value + whisker + mark


def _short(label: str) -> str:
    return label if len(label) <= 34 else label[:33] + "…"


def _axis(low: float, high: float, top: int) -> str:
    line = f'<line class="axis" x1="{_LEFT}" x2="{_RIGHT}" y1="{top}" y2="{top}"/>'
    values = round_values(low, high)
    return line + "".join(_tick(_place(value, low, high), top, value, values) for value in values)


def _tick(x: float, top: int, value: float, values: Sequence[float]) -> str:
    anchor = "start" if x < _LEFT + 16 else "end" if x > _RIGHT - 16 else "middle"
    mark = f'<line class="axis" x1="{x}" x2="{x}" y1="{top}" y2="{top + 4}"/>'
    return mark + f'<text class="quiet" x="{x}" y="{top + 16}" text-anchor="{anchor}">{_written(value, values)}</text>'


def round_values(low: float, high: float, most: int = 5) -> list[float]:
    """At most ``most`` round numbers within the range, evenly spaced: 1, 2 or 5 times a power of ten apart."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(size * power for size in (1, 2, 5, 10, 20) if (high - low) / (size * power) <= most - 1)
    first = math.ceil(low / step - 1e-9)
    return [round(index * step, 12) + 0.0 for index in range(first, math.floor(high / step + 1e-9) + 1)]


def _written(value: float, values: Sequence[float]) -> str:
    """As many places as the steps between the values need."""
    step = values[1] - values[0] if len(values) > 1 else abs(value) or 1.0
    return f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def calibration_plot(title: str, points: Sequence[tuple[float, float, float | None, float | None]]) -> Markup:
    """Observed rate against mean predicted risk, with intervals; the dashed diagonal is perfect agreement.

    A point is ``(predicted, observed, low, high)``.
    """
    if not points:
        return Markup("")
    top_value = max(max(point[0], point[1], point[3] or 0.0) for point in points)
    side = min(1.0, top_value * 1.08) or 1.0
    size, left, top = 276, 44, 40

    def place(x: float, y: float) -> tuple[float, float]:
        return round(left + size * min(x, side) / side, 1), round(top + size * (1 - min(y, side) / side), 1)

    parts = [
        _opening(title, top + size + 44),
        f'<text class="title" x="{_LEFT}" y="14">{escape(title)}</text>',
        f'<rect class="frame" x="{left}" y="{top}" width="{size}" height="{size}"/>',
        f'<line class="reference" x1="{left}" y1="{top + size}" x2="{left + size}" y2="{top}"/>',
    ]
    for predicted, observed, low, high in points:
        x, y = place(predicted, observed)
        if low is not None and high is not None:
            under, over = place(predicted, low)[1], place(predicted, high)[1]
            parts.append(f'<line class="whisker" x1="{x}" x2="{x}" y1="{under}" y2="{over}"/>')
        parts.append(f'<rect class="mark" x="{x - 4}" y="{y - 4}" width="8" height="8"/>')
    foot, values = top + size, round_values(0.0, side)
    for value in values:
        x, y = place(value, value)
        text = _written(value, values)
        parts.append(f'<line class="axis" x1="{x}" x2="{x}" y1="{foot}" y2="{foot + 4}"/>')
        parts.append(f'<text class="quiet" x="{x}" y="{foot + 16}" text-anchor="middle">{text}</text>')
        parts.append(f'<line class="axis" x1="{left - 4}" x2="{left}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="quiet" x="{left - 7}" y="{y + 4}" text-anchor="end">{text}</text>')
    middle = left + size / 2
    parts += [
        f'<text class="quiet" x="{middle}" y="{foot + 34}" text-anchor="middle">mean predicted risk</text>',
        f'<text class="quiet" x="{left}" y="{top - 4}">observed rate</text>',
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - every text in it went through escape
