"""Simulated hospitals with one planted fault each, or none, for the fairness benchmark. Everything comes from the seed."""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.fairness import AuditConfig, FairnessConfig, audit_labels, audit_missingness, evaluate, find_proxies

FAULTS = ("label bias", "proxy", "missing not at random", "threshold asymmetry")
PEOPLE = 4000
ALARM = 0.99  # joint confidence of each of the four detectors: about 4 false alarms in 100 fair worlds are expected


def logistic(value):
    return 1 / (1 + np.exp(-value))


def hospital(seed: int, fault: str | None) -> pl.DataFrame:
    """About 5,600 encounters of 4,000 people; race, sex and need are independent of each other."""
    rng = np.random.default_rng([20260101, seed])
    visits = 1 + rng.poisson(0.4, PEOPLE)
    person = np.repeat(np.arange(PEOPLE), visits)
    race = rng.choice(["A", "B", "C"], PEOPLE, p=[0.6, 0.25, 0.15])[person]
    sex = rng.choice(["F", "M"], PEOPLE)[person]
    severity = rng.normal(0, 1, PEOPLE)[person] + rng.normal(0, 0.4, len(person))
    prior = rng.poisson(np.exp(0.4 * severity - 0.4))
    lab = 0.7 * severity + rng.normal(0, 0.8, len(person))
    area = rng.normal(0, 1, PEOPLE)[person]
    risk = logistic(-1.3 + 0.9 * severity + 0.3 * prior)
    outcome = (rng.random(len(person)) < risk).astype(int)
    missing = rng.random(len(person)) < 0.15
    score, label = risk, outcome
    if fault == "label bias":  # a third of the events of one race never reach the record
        label = np.where((race == "B") & (rng.random(len(person)) < 0.35), 0, outcome)
    if fault == "proxy":  # where people live tells their race
        area = area + 1.0 * (race == "B")
    if fault == "missing not at random":  # in one race the sicker are tested less
        missing = np.where(race == "C", rng.random(len(person)) < logistic(-1.3 + 1.2 * lab), missing)
    if fault == "threshold asymmetry":  # one sex needs a higher risk for the same alert
        score = logistic(np.log(risk / (1 - risk)) - 0.5 * (sex == "F"))
    return pl.DataFrame(
        {
            "person": person,
            "race": race,
            "sex": sex,
            "severity": severity,
            "prior": prior,
            "lab": pl.Series(lab).zip_with(~pl.Series(missing), pl.Series([None], dtype=pl.Float64)),
            "area": area,
            "label": label,
            "score": score,
        }
    )


def named_by_detectors(frame: pl.DataFrame, seed: int) -> dict[str, set[str]]:
    """What each detector names in this hospital."""
    audit = AuditConfig(seed=seed, confidence=ALARM, replicates=2000)
    labels = audit_labels(
        frame, cohorts=["race", "sex"], label="label", need=["severity", "prior"], person="person", config=audit
    )
    missing = audit_missingness(
        frame,
        columns=["lab"],
        cohorts=["race", "sex"],
        label="label",
        person="person",
        explained_by=["severity"],
        config=audit,
    )
    proxies = find_proxies(
        frame,
        features=["severity", "prior", "area"],
        protected=["race", "sex"],
        person="person",
        config=audit,
        limit=0.55,
    )
    config = FairnessConfig(threshold=0.3, seed=seed, depth=1, confidence=ALARM, replicates=2000)
    report = evaluate(frame, cohorts=["race", "sex"], label="label", score="score", person="person", config=config)
    return {
        "label bias": {item.cohort for item in labels.found},
        "missing not at random": {item.cohort for item in missing.found},
        "proxy": {f"{item.feature} -> {item.cohort}" for item in proxies if item.found},
        "threshold asymmetry": {
            gap.attributes[0] for gap in report.gaps if gap.name == "equalised odds" and (gap.low or 0) > 0
        },
    }


def is_found(fault: str, named: dict[str, set[str]]) -> bool:
    """Whether the detector for this fault named the cohort or feature that carries it."""
    target = {
        "label bias": "race=B",
        "missing not at random": "race=C",
        "proxy": "area -> race=B",
        "threshold asymmetry": "sex",
    }[fault]
    return target in named[fault]
