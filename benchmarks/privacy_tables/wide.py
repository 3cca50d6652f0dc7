"""A table of many quasi-identifiers: 50 columns of 2 to 80 values over 20,000 rows, most of them unlike any other."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import polars as pl

from cloister.privacy import AnonymisationConfig, anonymise, hierarchies

ROWS, COLUMNS = 20_000, 50


def bench_wide(bar: Any, figure: Any) -> None:
    rng = np.random.default_rng(1)
    columns = {f"c{n}": rng.integers(0, (2, 3, 5, 10, 80)[n % 5], ROWS) for n in range(COLUMNS)}
    frame = pl.DataFrame({"person": rng.integers(0, ROWS // 2, ROWS), "secret": rng.integers(0, 3, ROWS), **columns})
    numbers = {name: hierarchies.number(widths=(5, 10, 20, 40)) for n, name in enumerate(columns) if n % 5 == 4}
    kinds: dict[str, dict[str, Any]] = {
        "k = 5 over persons": {},
        "k5 + l2 + t0.4": {"sensitive": ["secret"], "l": 2, "t": 0.4},
        "k = 5, every value of a column at one level": {"scheme": "global"},
    }
    for name, asked in kinds.items():
        config = AnonymisationConfig(list(columns), "person", 5, hierarchies=numbers, **asked)
        start = time.process_time()
        _, report = anonymise(frame, config)
        words = f"{COLUMNS} quasi-identifiers, {ROWS:,} rows, {name}"
        bar(f"{words}: CPU s", time.process_time() - start, most=60)
        figure(f"{words}: NCP", report.ncp)
        bar(f"{words}: k reached", float(report.after.k), least=5)
