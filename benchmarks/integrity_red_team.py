"""Training integrity against the development attacks of tests/attacks/red_team.py: for each the detector that finds most of it.

Run: python benchmarks/integrity_red_team.py [--seeds 3] [--rows 30000]. Attacks on numbers are scored with trusted rows (as many
again), all others without. Beside each stands an oracle that knows the clean labels: a model of them, out of fold, that doubts the
labels as they are (it knows of no pattern, so detectors of patterns may pass it).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from attacks import red_team
from cloister.integrity import DetectorConfig, score_rows
from integrity import CONSOLE, adult, columns, diabetes, doubted, figures_of

TRUSTED = ("another unit", "another sign", "sentinels", "swapped columns")


def measured(frame: pl.DataFrame, name: str, seed: int, chance: np.ndarray) -> dict[str, tuple[float, float]]:
    """AUROC and recall at a budget of 5 % of each detector, and of the oracle where rows and features stay as they are."""
    half = frame.height // 2
    trusted, rows = (frame[:half], frame[half:]) if name in TRUSTED else (None, frame)
    poisoned = red_team.ATTACKS[name](rows, seed)
    person = "person" if "person" in frame.columns else None
    scores = score_rows(
        poisoned.frame, label="label", features=columns(frame, "label"), person=person, reference=trusted, config=DetectorConfig(seed=seed)
    ).scores  # fmt: skip
    found = {detector: figures_of(poisoned.planted, scores[detector])[:2] for detector in scores.columns[1:]}
    if poisoned.frame.height == frame.height and trusted is None:
        given = poisoned.frame["label"].to_numpy()
        found["oracle"] = figures_of(poisoned.planted, pl.Series(np.where(given == 1, 1 - chance, chance)))[:2]
    return found


def on(name: str, make: object, seeds: int, rows: int) -> dict[str, dict[str, object]]:
    kept: dict[str, list[dict[str, tuple[float, float]]]] = {}
    for seed in range(seeds):
        frame = make(seed)[:rows]  # type: ignore[operator]
        chance = doubted(frame)
        for attack in red_team.ATTACKS:
            kept.setdefault(attack, []).append(measured(frame, attack, seed, chance))
    table = Table(title=f"{name}, {rows} rows, {seeds} seeds: recall at a budget of 5 %", title_justify="left")
    for heading in ("attack", "detector", "recall", "worst", "AUROC", "best of each seed", "oracle"):
        table.add_column(heading)
    figures: dict[str, dict[str, object]] = {}
    for attack, runs in kept.items():
        detectors = [detector for detector in runs[0] if detector != "oracle"]
        recalls = {detector: [run[detector][1] for run in runs] for detector in detectors}
        best = max(detectors, key=lambda detector: float(np.mean(recalls[detector])))
        top = float(np.mean([max(run[detector][1] for detector in detectors) for run in runs]))
        oracle = float(np.mean([run["oracle"][1] for run in runs])) if "oracle" in runs[0] else None
        area = float(np.mean([run[best][0] for run in runs]))
        mean, worst = float(np.mean(recalls[best])), min(recalls[best])
        figures[attack] = {"detector": best, "recall": round(mean, 3), "worst": round(worst, 3), "auroc": round(area, 3), "best": round(top, 3), "oracle": None if oracle is None else round(oracle, 3)}  # fmt: skip
        told = "" if oracle is None else f"{oracle:.3f}"
        table.add_row(attack, best, f"{mean:.3f}", f"{worst:.3f}", f"{area:.3f}", f"{top:.3f}", told)
    CONSOLE.print(table)
    return figures


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--rows", type=int, default=30_000)
    options.add_argument("--data", nargs="+", choices=("adult", "diabetes"), default=["adult", "diabetes"])
    given = options.parse_args()
    whole = diabetes("any")
    makers = {"adult": adult, "diabetes": lambda seed: whole.sample(fraction=1, shuffle=True, seed=seed)}
    figures = {name: on(name, makers[name], given.seeds, given.rows) for name in given.data}
    print(json.dumps({"name": "integrity_red_team", "figures": figures}))


if __name__ == "__main__":
    main()
