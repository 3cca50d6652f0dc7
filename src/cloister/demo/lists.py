"""The lists that the generator draws from, read from the package once."""

from __future__ import annotations

import functools
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import polars as pl


@dataclass(frozen=True, slots=True)
class Lists:
    """Census names, street words, area codes by state, and places (city, state, ZIP, people) with a hospital."""

    female: pl.Series
    male: pl.Series
    given: pl.Series
    surnames: pl.Series
    rare_surnames: pl.Series
    streets: pl.Series
    suffixes: pl.Series
    area_codes: pl.DataFrame  # state, area_codes (list of text)
    places: pl.DataFrame  # city, state, zip, people


def read_bytes(name: str) -> bytes:
    """A data file of the package, decompressed."""
    raw = (resources.files("cloister.demo") / "data" / name).read_bytes()
    return lzma.decompress(raw) if name.endswith(".xz") else raw


@functools.cache
def lists() -> Lists:
    value = json.loads(read_bytes("lists.json.xz"))
    names = ("female", "male", "given", "surnames", "rare_surnames", "streets", "suffixes")
    places = pl.DataFrame(value["places"], schema=["city", "state", "zip", "people"], orient="row")
    codes = value["area_codes"]
    return Lists(
        **{name: pl.Series(name, value[name], dtype=pl.String) for name in names},
        area_codes=pl.DataFrame({"state": list(codes), "area_codes": list(codes.values())}),
        places=places,
    )


@functools.cache
def code_sets() -> dict[str, tuple[str, ...]]:
    """The closed sets of values of the real columns, without the mark for "missing"."""
    return {name: tuple(values) for name, values in json.loads(read_bytes("code_sets.json")).items()}


def pick(rng: np.random.Generator, values: pl.Series, count: int) -> pl.Series:
    """``count`` values, each as likely as another."""
    return values.gather(rng.integers(0, len(values), count))


def pick_common(rng: np.random.Generator, values: pl.Series, count: int) -> pl.Series:
    """``count`` values, the earlier in the list the likelier."""
    return values.gather(weighted(rng, 1.0 / (np.arange(len(values)) + 12.0), count))


def weighted(rng: np.random.Generator, weights: Sequence[float] | np.ndarray, count: int) -> np.ndarray:
    """``count`` positions drawn by weight."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: np.ndarray = np.minimum(np.searchsorted(total, rng.random(count) * total[-1], side="right"), len(total) - 1)
    return found
