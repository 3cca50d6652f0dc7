"""Tables to numbers by what is declared of them and nothing else: an encoder that has learnt from no row.

A category that is found in the data, or a mean taken from it, would be told by the model, whatever noise its weights
carry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PublicEncoder:
    """``domain`` maps each feature to ``{"codes": [...]}``, ``{"bounds": [low, high]}`` or ``{"hashed": n}``.

    Codes become one column each, 1 where it is that code; a number becomes one column from -1 to 1, 0 where it is
    missing, and one that says so; with ``{"bounds": [low, high], "bins": n}`` also one for each of n equal parts, 1
    where it lies there. A text is hashed into one of n columns. A last column is always 1.
    """

    domain: Mapping[str, Mapping[str, Any]]

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self.domain)

    @property
    def width(self) -> int:
        """Columns of the matrix."""
        return 1 + sum(len(self._columns(name)) for name in self.domain)

    def transform(self, frame: pl.DataFrame) -> NDArray[np.float32]:
        """A matrix of shape (rows, width)."""
        if missing := [name for name in self.domain if name not in frame.columns]:
            raise InvalidInput(f"the column {missing[0]!r}, which the model needs, is missing")
        columns = [column for name in self.domain for column in self._columns(name)]
        matrix = frame.select([*columns, pl.lit(1.0, pl.Float32).alias("#one")])
        out: NDArray[np.float32] = matrix.to_numpy().astype(np.float32)
        return out

    def _columns(self, name: str) -> list[pl.Expr]:
        given = self.domain[name]
        if "codes" in given:
            text = pl.col(name).cast(pl.String)
            tests = [(text == code) for code in given["codes"]]
        elif "bounds" in given:
            low, high = given["bounds"]
            place = (pl.col(name).cast(pl.Float64).clip(low, high) - low) / (high - low) * 2 - 1
            bins = given.get("bins", 0)
            bin_ = ((place.fill_nan(None) + 1) / 2 * bins).floor().clip(0, bins - 1)
            return [
                place.fill_null(0.0).fill_nan(0.0).cast(pl.Float32).alias(f"{name}#"),
                pl.col(name).is_null().cast(pl.Float32).alias(f"{name}#null"),
                *((bin_ == n).fill_null(value=False).cast(pl.Float32).alias(f"{name}#bin{n}") for n in range(bins)),
            ]
        else:
            hashed = pl.col(name).cast(pl.String).map_elements(_place, return_dtype=pl.UInt8)
            tests = [(hashed % given["hashed"]) == place for place in range(given["hashed"])]
        return [test.fill_null(value=False).cast(pl.Float32).alias(f"{name}#{i}") for i, test in enumerate(tests)]

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {name: dict(given) for name, given in self.domain.items()}


def _place(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0]


def features_of(domain: Mapping[str, Mapping[str, Any]], columns: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The part of a declared domain that a model is trained on, in the order of ``columns``."""
    return {name: domain[name] for name in columns if name in domain}
