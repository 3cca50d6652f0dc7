"""An independent second look: refuse an output that does not hold what was promised.

Nothing here is shared with the measures or the recoding: classes are formed by Polars' hash aggregation over the values
themselves, and the conditions are worked out again from their definitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import polars as pl

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.privacy.hierarchies import Hierarchy

_WHO = "person"  # beside the other columns, which are called by their places
_SLACK = 1e-9  # sums of shares in another order


def verify_anonymity(
    output: pl.DataFrame,
    *,
    quasi_identifiers: Sequence[str],
    person: str | None,
    k: int,
    sensitive: Sequence[str] = (),
    l: int | None = None,  # noqa: E741  the literature's name
    t: float | None = None,
    hierarchies: Mapping[str, Hierarchy] | None = None,
) -> None:
    """Return silently if every class of ``output`` holds k distinct persons, l values and t; else refuse.

    ``hierarchies`` sets the ground distance of t for sensitive columns, as in :func:`cloister.privacy.measure`.

    Raises:
        IntegrityFailure: at least one class falls short; the message counts the classes and names the condition.
        InvalidInput: an empty table or a missing column.
    """
    named = [*quasi_identifiers, *sensitive, *([person] if person is not None else [])]
    missing = sorted(set(named) - set(output.columns))
    if output.height == 0 or not quasi_identifiers or missing:
        what = f"the table has no column {missing[0]!r}" if missing else "there is nothing to verify"
        raise InvalidInput(what, remedy="give the anonymised table and its quasi-identifiers")
    place = {name: str(at) for at, name in enumerate(dict.fromkeys([*quasi_identifiers, *sensitive]))}
    table = pl.DataFrame([*[_number(output[name].alias(own)) for name, own in place.items()], _persons(output, person)])
    quasi = [place[name] for name in dict.fromkeys(quasi_identifiers)]
    sizes = table.group_by(quasi).agg(pl.col(_WHO).n_unique())
    short = int((sizes[_WHO] < k).sum())
    if short:
        raise IntegrityFailure(f"{short} of {sizes.height} classes hold fewer than {k} persons")
    for name in sensitive if l is not None or t is not None else ():
        _verify_sensitive(
            table,
            quasi,
            (name, place[name]),
            l_value=l,
            t_value=t,
            scale=_scale(table[place[name]], (hierarchies or {}).get(name)),
        )


def _persons(frame: pl.DataFrame, person: str | None) -> pl.Series:
    return _number(frame[person].alias(_WHO)) if person is not None else pl.Series(_WHO, range(frame.height))


def _number(series: pl.Series) -> pl.Series:
    """NaN is missing, minus zero is zero, and a duration is a number."""
    if series.dtype.is_nested() or series.dtype in (pl.Object, pl.Binary):
        raise InvalidInput("a column holds nested or binary values", remedy="give one plain value a row")
    if not series.dtype.is_float():
        return series.to_physical() if series.dtype == pl.Duration else series
    known = series.fill_nan(None)
    return known.set(known == 0, 0.0)


def _verify_sensitive(
    table: pl.DataFrame,
    quasi: list[str],
    column: tuple[str, str],
    *,
    l_value: int | None,
    t_value: float | None,
    scale: _Scale,
) -> None:
    told, name = column
    if l_value is not None:
        shown = table.group_by(quasi).agg(pl.col(name).n_unique())
        short = int((shown[name] < l_value).sum())
        if short:
            raise IntegrityFailure(
                f"{short} of {shown.height} classes show fewer than {l_value} values of column {told!r}"
            )
    if t_value is None:
        return
    # As text from here on: one value, one text.
    cells = table.group_by([*quasi, name]).agg(pl.col(_WHO).n_unique()).with_columns(pl.col(name).cast(pl.String))
    keys = cells.select(pl.struct(quasi).rank("dense").alias("class"))["class"].to_list()
    classes: dict[int, dict[str | None, int]] = defaultdict(dict)
    for key, value, count in zip(keys, cells[name].to_list(), cells[_WHO].to_list(), strict=True):
        classes[key][value] = count
    tally = table.group_by(name).agg(pl.col(_WHO).n_unique()).with_columns(pl.col(name).cast(pl.String))
    whole = dict(zip(tally[name].to_list(), tally[_WHO].to_list(), strict=True))
    far = sum(scale.distance(values, whole) > t_value + _SLACK for values in classes.values())
    if far:
        raise IntegrityFailure(
            f"{far} of {len(classes)} classes lie further than {t_value:g} from the table in column {told!r}"
        )


class _Scale:
    """Earth mover's distance between two tallies of a column's values (as text)."""

    def __init__(self, order: dict[str | None, int] | None, paths: dict[str | None, tuple[str, ...]] | None) -> None:
        self._order = order
        self._paths = paths

    def distance(self, part: Mapping[str | None, int], whole: Mapping[str | None, int]) -> float:
        n, m = sum(part.values()), sum(whole.values())
        extra = {value: part.get(value, 0) / n - count / m for value, count in whole.items()}
        if self._order is not None:
            carried, total = 0.0, 0.0
            for value in sorted(extra, key=self._order.__getitem__)[:-1]:
                carried += extra[value]
                total += abs(carried)
            return total / max(len(extra) - 1, 1)
        if self._paths is not None:
            return self._by_tree(extra, self._paths)
        return sum(abs(difference) for difference in extra.values()) / 2

    def _by_tree(self, extra: dict[str | None, float], paths: dict[str | None, tuple[str, ...]]) -> float:
        # Flow over an edge of the tree is the surplus below it; each edge is half of 1 / height long.
        height = len(next(iter(paths.values()))) - 1
        flow = 0.0
        for level in range(height):
            below: dict[tuple[str, ...], float] = defaultdict(float)
            for value, difference in extra.items():
                below[paths[value][level:]] += difference
            flow += sum(map(abs, below.values()))
        return flow / (2 * height)


def _scale(series: pl.Series, hierarchy: Hierarchy | None) -> _Scale:
    distinct = _number(series).unique().sort(nulls_last=True)
    texts = distinct.cast(pl.String).to_list()
    if hierarchy.ordered if hierarchy is not None else series.dtype.is_numeric() or series.dtype.is_temporal():
        return _Scale({text: place for place, text in enumerate(texts)}, None)
    if hierarchy is not None:
        paths = {text: hierarchy.labels(value) for text, value in zip(texts, distinct.to_list(), strict=True)}
        return _Scale(None, paths)
    return _Scale(None, None)
