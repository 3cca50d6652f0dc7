"""What encryption of data at rest costs in CPU, against plain zstd Parquet, and how often a key is unwrapped.

    python benchmarks/storage.py [repeats]

A frame of 15 columns and about 490 MB in memory, as a hospital's table is mixed: whole numbers, measurements, codes of
few and of many values, short texts. Written and read by `ParquetVersions` as the environment does it (Parquet Modular
Encryption, AES-GCM, a key for each column, the digest of each file, fsync), and by pyarrow alone in the same row groups
(zstd, fsync). Plain and encrypted alternate; each figure is the median of the ratios of neighbours in CPU time of this
process on one thread. A second pair leaves the digests out, to tell the cost of encryption from that of integrity. Unwraps are counted on a
version of four files.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cloister.adapters import parquet_versions
from cloister.adapters.parquet_versions import ParquetVersions
from cloister.records import Part

ROWS, SEED, SCOPE = 4_100_000, 5, "ds_benchmark"
WRITE_BAR, READ_BAR = 0.20, 0.80


def table() -> pa.Table:
    """15 columns; a text of few values is a dictionary for Parquet, one of many values is not."""
    rng = np.random.default_rng(SEED)

    def texts(values: list[str], weights: np.ndarray | None = None) -> pa.Array:
        codes = rng.choice(len(values), ROWS, p=weights).astype(np.int32)
        return pa.DictionaryArray.from_arrays(codes, values).cast(pa.string())

    codes = [f"{number / 100:.2f}" for number in range(25_000, 25_900)]
    skewed = 1 / np.arange(1, len(codes) + 1)
    days = rng.integers(10_000, 14_000, ROWS).astype(np.int32)
    return pa.table(
        {
            "encounter": np.arange(ROWS, dtype=np.int64) + 10**9,
            "patient": rng.integers(0, ROWS // 2, ROWS),
            "admitted": pa.array(days).cast(pa.date32()),
            "days": rng.geometric(0.2, ROWS).astype(np.int64),
            "age": rng.choice(["[40-50)", "[50-60)", "[60-70)", "[70-80)"], ROWS),
            "sex": texts(["F", "M"]),
            "diagnosis": texts(codes, skewed / skewed.sum()),
            "ward": texts([f"ward {number}" for number in range(40)]),
            "glucose": rng.normal(140, 40, ROWS).round(1),
            "creatinine": rng.lognormal(0, 0.4, ROWS).round(2),
            "score": rng.random(ROWS),
            "medications": rng.poisson(15, ROWS).astype(np.int64),
            "token": np.char.mod("%012x", rng.integers(0, 2**48, ROWS)),
            "plan": texts(["MC", "MD", "HM", "BC", "SP", "CP"]),
            "returned": rng.random(ROWS) < 0.11,
        }
    )


def quarters(frame: pa.Table) -> list[pa.Table]:
    """The same rows as four files of one version."""
    step = -(-frame.num_rows // 4)
    return [frame.slice(start, step) for start in range(0, frame.num_rows, step)]


def spent(work: Callable[[], object]) -> float:
    """CPU seconds; memory that an earlier work left over is given back first, so that none finds it ready."""
    pa.default_memory_pool().release_unused()
    start = time.process_time()
    work()
    return time.process_time() - start


def write_plain(path: Path, frame: pa.Table) -> None:
    with pq.ParquetWriter(path, frame.schema, compression="zstd") as writer:
        writer.write_table(frame, row_group_size=parquet_versions._ROW_GROUP)
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def read_plain(path: Path) -> pa.Table:
    return pa.concat_tables([pq.ParquetFile(path).read()])


class Trial:
    """One folder, one table, one set of keys."""

    def __init__(self, folder: Path, frame: pa.Table) -> None:
        self.folder, self.frame, self.number = folder, frame, 0
        self.versions = ParquetVersions(folder / "store")
        self.keys = {name: os.urandom(32) for name in ("#footer", *frame.column_names)}
        self.parts: tuple[Part, ...] = ()

    def write(self) -> None:
        self.versions.remove("v")
        self.parts = self.versions.write("v", [self.frame], self.keys, SCOPE)

    def read(self) -> None:
        self.versions.read(self.parts, self.frame.column_names, self.keys, SCOPE)


def alternate(trial: Trial, plain: Path, repeats: int) -> dict[str, list[float]]:
    """CPU seconds of each kind of work, neighbours in time beside each other."""
    found: dict[str, list[float]] = {"plain write": [], "write": [], "plain read": [], "read": []}
    for turn in range(repeats + 1):
        kinds: list[tuple[str, Callable[[], object]]] = [
            ("plain write", lambda: write_plain(plain, trial.frame)),
            ("write", trial.write),
            ("plain read", lambda: read_plain(plain)),
            ("read", trial.read),
        ]
        if turn % 2:  # each is first as often as second
            kinds = [kinds[at] for at in (1, 0, 3, 2)]
        taken = {name: spent(work) for name, work in kinds}
        if turn:  # the first warms the page cache and the allocator
            for name, seconds in taken.items():
                found[name].append(seconds)
    return found


def overhead(found: dict[str, list[float]], kind: str) -> float:
    pairs = zip(found[kind], found[f"plain {kind}"], strict=True)
    return statistics.median(ours / plain for ours, plain in pairs) - 1


def main() -> int:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    frame = table()
    pa.set_cpu_count(1)  # threads that wait for each other on a shared machine would be counted as work
    pa.set_io_thread_count(1)
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-storage-") as name:
        folder = Path(name)
        trial = Trial(folder, frame)
        found = alternate(trial, folder / "plain.parquet", repeats)
        several = trial.versions.write("four", quarters(frame), trial.keys, SCOPE)
        trial.versions.unwraps = 0
        trial.versions.read(several, frame.column_names, trial.keys, SCOPE)
        unwraps = trial.versions.unwraps
        same = trial.versions.read(trial.parts, frame.column_names, trial.keys, SCOPE).equals(frame)
        size = trial.parts[0].size / (folder / "plain.parquet").stat().st_size - 1
        digest, parquet_versions._digest = parquet_versions._digest, lambda _: "not computed"
        bare = alternate(trial, folder / "plain.parquet", max(2, repeats // 2))
        parquet_versions._digest = digest
        shutil.rmtree(folder / "store")
    keys = len(frame.column_names) + 1
    print(f"{frame.num_rows:,} rows, {frame.num_columns} columns, {frame.nbytes / 1e6:,.0f} MB; {repeats} repeats")
    print(f"\n{'CPU seconds, median':44}{'plain':>10}{'Cloister':>10}{'MB/s plain':>12}{'MB/s':>8}{'overhead':>10}")
    for label, times, kind in (
        ("write", found, "write"),
        ("read, all columns", found, "read"),
        ("write, encryption without digests", bare, "write"),
        ("read, encryption without digests", bare, "read"),
    ):
        plain, ours = statistics.median(times[f"plain {kind}"]), statistics.median(times[kind])
        rates = f"{frame.nbytes / 1e6 / plain:>12,.0f}{frame.nbytes / 1e6 / ours:>8,.0f}"
        print(f"{label:44}{plain:>10.2f}{ours:>10.2f}{rates}{overhead(times, kind):>10.1%}")
    figures = {
        "write_overhead": round(overhead(found, "write"), 4),
        "read_overhead": round(overhead(found, "read"), 4),
        "unwraps_per_key_and_job": unwraps / keys,
        "same_table": same,
    }
    bars = {"write_overhead": WRITE_BAR, "read_overhead": READ_BAR, "unwraps_per_key_and_job": 1, "same_table": True}
    held = {key: figures[key] is True if bar is True else figures[key] <= bar for key, bar in bars.items()}
    print(f"\n{'figure':30}{'value':>12}{'bar':>10}  met")
    for key, bar in bars.items():
        print(f"{key:30}{figures[key]!s:>12}{bar!s:>10}  {'yes' if held[key] else 'no'}")
    figures |= {
        "megabytes": round(frame.nbytes / 1e6),
        "columns": frame.num_columns,
        "size_overhead": round(size, 5),
        "write_overhead_without_digests": round(overhead(bare, "write"), 4),
        "read_overhead_without_digests": round(overhead(bare, "read"), 4),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps({"name": "storage", "figures": figures, "bars": bars, "met": all(held.values())}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
