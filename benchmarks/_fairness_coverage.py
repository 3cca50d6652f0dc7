"""Simulated data sets with a known truth, for the coverage of the fairness intervals.

A cell of a world is one simulated data set: 1,000 cells of one frame are 1,000 independent ones. Patients differ, a
patient's rows resemble each other in score and in outcome, and the truth is that of 300,000 patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from cloister.fairness import FairnessConfig, evaluate
from cloister.fairness.measures import RATIOS


@dataclass(frozen=True)
class Scenario:
    people: int
    more_rows: float  # mean of further rows for each person
    base: float  # log odds of the middle patient
    between: float  # standard deviation between patients
    within: float
    shift: float  # of the outcome from the score, log odds
    slope: float
    threshold: float

    @property
    def name(self) -> str:
        repeats = f"{1 + self.more_rows:g} rows each" if self.more_rows else "one row each"
        return f"{self.people} people, {repeats}, base {self.base:g}"


SCENARIOS = (
    Scenario(30, 0.0, -0.2, 0.8, 0.8, 0.0, 1.0, 0.4),
    Scenario(30, 1.0, -0.2, 0.8, 0.8, 0.0, 1.0, 0.4),
    Scenario(30, 2.0, -0.2, 1.5, 0.5, 0.3, 0.8, 0.4),
    Scenario(30, 0.0, -2.0, 0.8, 0.8, 0.0, 1.0, 0.15),
    Scenario(30, 1.0, -2.0, 0.8, 0.8, 0.0, 1.0, 0.15),
    Scenario(60, 1.0, -1.7, 0.8, 0.8, 0.0, 1.0, 0.15),
    Scenario(200, 0.0, -2.0, 0.8, 0.8, 0.0, 1.0, 0.15),
    Scenario(200, 0.5, -2.0, 0.8, 0.8, 0.0, 1.0, 0.15),
)

# Below this many expected rows on the rarer side of a rate, or this share of data sets in which a measure exists at
# all, no interval can hold its level: the figure is printed and marked, and stays outside the bar.
RAREST, EXISTS = 5.0, 0.95


def draw(scenario: Scenario, worlds: int, rng: np.random.Generator) -> pl.DataFrame:
    people = worlds * scenario.people
    person = np.repeat(np.arange(people), 1 + rng.poisson(scenario.more_rows, people))
    linear = scenario.base + rng.normal(0, scenario.between, people)[person]
    linear = linear + rng.normal(0, scenario.within, len(person))
    together = rng.normal(0, 0.7 if scenario.more_rows else 0.0, people)[person]
    chance = 1 / (1 + np.exp(-(scenario.slope * linear + scenario.shift + together)))
    return pl.DataFrame(
        {
            "world": (person // scenario.people).astype(str),
            "person": person,
            "score": 1 / (1 + np.exp(-linear)),
            "label": (rng.random(len(person)) < chance).astype(int),
        }
    )


def measure(frame: pl.DataFrame, scenario: Scenario, cohorts: list[str], seed: int, replicates: int = 10):
    config = FairnessConfig(threshold=scenario.threshold, seed=seed, depth=2, replicates=replicates)
    return evaluate(frame, cohorts=cohorts, label="label", score="score", person="person", config=config)


def truth(scenario: Scenario) -> dict[str, float]:
    rng = np.random.default_rng([2026, 1])
    frame = draw(Scenario(**{**scenario.__dict__, "people": 300_000}), 1, rng)
    return {name: value.estimate for name, value in measure(frame, scenario, [], 1).overall.measures.items()}


def coverage(worlds: int) -> dict[str, float]:
    """Prints every scenario and measure; returns the extremes of those inside the bar."""
    inside: list[float] = []
    print("coverage of 95 % intervals, % (in brackets: outside the bar, see RAREST and EXISTS)")
    for number, scenario in enumerate(SCENARIOS):
        true = truth(scenario)
        report = measure(draw(scenario, worlds, np.random.default_rng([2026, 4, number])), scenario, ["world"], 1)
        shown = []
        for name, value in true.items():
            held = [cell.measures[name] for cell in report.cells if cell.measures[name].low is not None]
            if not held:
                continue
            covered = 100 * float(np.mean([item.low <= value <= item.high for item in held]))
            rarer = min(value, 1 - value) * float(np.mean([item.people for item in held])) if name in RATIOS else np.inf
            fits = rarer >= RAREST and len(held) >= EXISTS * worlds
            inside += [covered] if fits else []
            shown.append(f"{name} {covered:.1f}" if fits else f"({name} {covered:.1f})")
        print(f"  {scenario.name}: {', '.join(shown)}")
    return {
        "lowest coverage of a 95 % interval, %": min(inside),
        "highest coverage of a 95 % interval, %": max(inside),
        "scenario and measure pairs inside the bar": len(inside),
    }


def joint_coverage(worlds: int) -> dict[str, float]:
    """How often all 27 simultaneous intervals hold at once, and how often a fair world shows a gap."""
    scenario = Scenario(0, 0.6, -0.8, 0.8, 0.8, 0.2, 0.9, 0.4)
    sizes = (40, 60, 100, 150, 250, 400, 600, 1000)
    true = truth(scenario)
    names = ("sensitivity", "ppv", "selection_rate", "auroc", "brier", "calibration_in_the_large")
    all_hold = dict.fromkeys(names, 0)
    alarms = 0
    for world in range(worlds):
        rng = np.random.default_rng([2026, 3, world])
        frame = draw(Scenario(**{**scenario.__dict__, "people": sum(sizes)}), 1, rng)
        site = np.repeat(np.arange(len(sizes)), sizes)[frame["person"].to_numpy()].astype(str)
        frame = frame.with_columns(site=pl.Series(site), sex=pl.Series(rng.choice(["F", "M"], frame.height)))
        report = measure(frame, scenario, ["site", "sex"], world, 1000)
        for name in names:
            held = [cell.measures[name] for cell in (report.overall, *report.cells)]
            all_hold[name] += all(
                item.simultaneous_low <= true[name] <= item.simultaneous_high
                for item in held
                if item.simultaneous_low is not None
            )
        alarms += any(gap.name == "equalised odds" and (gap.low or 0) > 0 for gap in report.gaps)
    return {
        "lowest joint coverage of 27 simultaneous intervals, %": 100 * min(all_hold.values()) / worlds,
        "highest joint coverage of 27 simultaneous intervals, %": 100 * max(all_hold.values()) / worlds,
        "fair worlds in which equalised odds shows a gap, %": 100 * alarms / worlds,
    }
