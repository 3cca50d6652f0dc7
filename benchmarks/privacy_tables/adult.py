"""UCI Adult with the value hierarchies that ARX ships for it (NOTICE); England stands with Europe here, as it was meant."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import polars as pl

from cloister.core.errors import CloisterError
from cloister.privacy import AnonymisationConfig, anonymise, hierarchies, measure, verify_anonymity

ROOT = Path(__file__).resolve().parents[2]
QUASI = ["sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation"]
TREES: dict[str, dict[str, Any]] = {
    "marital-status": {
        "spouse present": ["Married-civ-spouse", "Married-AF-spouse"],
        "spouse not present": ["Divorced", "Never-married", "Separated", "Widowed", "Married-spouse-absent"],
    },
    "education": {
        "Higher education": {
            "Undergraduate": ["Bachelors", "Some-college"],
            "Graduate": ["Masters", "Doctorate"],
            "Professional Education": ["Prof-school", "Assoc-acdm", "Assoc-voc"],
        },
        "Secondary education": {"High School": ["7th-8th", "9th", "10th", "11th", "12th", "HS-grad"]},
        "Primary education": {"Primary School": ["Preschool", "1st-4th", "5th-6th"]},
    },
    "workclass": {
        "Non-Government": ["Private", "Self-emp-not-inc", "Self-emp-inc"],
        "Government": ["Federal-gov", "Local-gov", "State-gov"],
        "Unemployed": ["Without-pay", "Never-worked"],
    },
    "occupation": {
        "Technical": ["Tech-support", "Craft-repair", "Prof-specialty", "Machine-op-inspct"],
        "Nontechnical": ["Sales", "Exec-managerial", "Handlers-cleaners"],
        "Other": [
            *("Other-service", "Adm-clerical", "Farming-fishing", "Transport-moving"),
            *("Priv-house-serv", "Protective-serv", "Armed-Forces"),
        ],
    },
    "native-country": {
        "North America": [
            *("United-States", "Puerto-Rico", "Canada", "Outlying-US(Guam-USVI-etc)", "Cuba", "Honduras", "Jamaica"),
            *("Mexico", "Dominican-Republic", "Haiti", "Guatemala", "El-Salvador"),
        ],
        "South America": ["Ecuador", "Columbia", "Nicaragua", "Trinadad&Tobago", "Peru"],
        "Europe": [
            *("England", "Germany", "Greece", "Italy", "Poland", "Portugal", "Ireland", "France", "Hungary"),
            *("Scotland", "Yugoslavia", "Holand-Netherlands"),
        ],
        "Asia": [
            *("Cambodia", "India", "Japan", "China", "Iran", "Philippines", "Vietnam", "Laos", "Taiwan", "Thailand"),
            "Hong",
        ],
        "Africa": ["South"],
    },
}
LADDERS = {
    "age": hierarchies.number(widths=(5, 10, 20), name="age"),
    **{name: hierarchies.tree(branches, name=name) for name, branches in TREES.items()},
}


def bench_adult(bar: Any, figure: Any) -> None:
    """45,222 people, eight quasi-identifiers, the salary as what is sensitive; every row is a person."""
    frame = pl.read_parquet(ROOT / "benchmarks/data/adult.parquet")
    raw = measure(frame, quasi_identifiers=QUASI, sensitive=["salary"], person=None)
    figure("Adult: people alone with their eight quasi-identifiers, share", raw.sample_uniqueness)
    kinds: dict[str, dict[str, Any]] = {
        "k = 5": {"k": 5},
        "k = 11": {"k": 11},
        "k = 5, every value of a column at one level, 2 % left out": {
            "k": 5,
            "scheme": "global",
            "max_suppressed": 0.02,
        },
        "k5 + l2 + t0.3, 2 % left out": {"k": 5, "l": 2, "t": 0.3, "sensitive": ["salary"], "max_suppressed": 0.02},
    }
    refused = 0
    for name, asked in kinds.items():
        start = time.process_time()
        output, report = anonymise(frame, AnonymisationConfig(QUASI, None, hierarchies=LADDERS, **asked))
        figure(f"Adult, {name}: CPU s", time.process_time() - start)
        figure(f"Adult, {name}: NCP", report.ncp)
        figure(f"Adult, {name}: share of rows left out", report.suppressed_rows / report.rows)
        holds = {key: value for key, value in asked.items() if key in ("k", "l", "t", "sensitive")}
        try:
            verify_anonymity(output, quasi_identifiers=QUASI, person=None, **holds)
        except CloisterError:
            refused += 1
    bar("Adult: outputs refused by the verifier", float(refused), most=0)
