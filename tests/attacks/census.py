"""A generated table with the columns and the rough proportions of a census income table.

It is no copy of UCI Adult and a figure on it is no figure on Adult: it stands in as a second, easier data set (the
label can be told from the features far better than readmission can), because Adult itself is not at hand.
"""

from __future__ import annotations

import numpy as np
import polars as pl

LABEL = "income"
_SCHOOL = ["10th", "11th", "HS-grad", "Some-college", "Assoc", "Bachelors", "Masters", "Doctorate"]
_WORK = ["Private", "Self-emp", "Local-gov", "State-gov", "Federal-gov", "Without-pay"]
_JOBS = ["Craft", "Exec", "Prof", "Sales", "Clerical", "Service", "Machine", "Transport", "Farming", "Tech"]
_LAND = ["United-States", "Mexico", "Philippines", "Germany", "India", "Cuba", "England", "Laos"]


def census(seed: int, rows: int = 45_000) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    age = np.clip(np.round(rng.gamma(7, 5.5, rows)), 17, 90).astype(np.int64)
    school = rng.choice(8, rows, p=[0.06, 0.05, 0.33, 0.23, 0.08, 0.17, 0.06, 0.02])
    job = (school * 0.6 + rng.integers(0, 7, rows)).astype(int) % 10
    married = rng.random(rows) < np.clip((age - 18) / 25, 0.02, 0.68)
    sex = np.where(rng.random(rows) < 0.67, "Male", "Female")
    hours = np.where(rng.random(rows) < 0.47, 40, np.clip(np.round(rng.normal(41, 13, rows)), 1, 99)).astype(np.int64)
    gains = rng.choice([2174, 3103, 5178, 7298, 7688, 15024], rows)
    gain = np.where(rng.random(rows) < 0.08, gains, 0).astype(np.int64)
    effect = np.array([-0.6, 1.0, 1.0, 0.3, 0.0, -1.2, -0.6, -0.3, -1.2, 0.4])[job]
    risk = -6.4 + 0.55 * school + 0.09 * np.minimum(age - 17, 35) + 3.1 * married + effect + 0.05 * (hours - 40)
    risk += np.where(gain > 5000, 5.0, np.where(gain > 0, 0.8, 0)) + 0.5 * (sex == "Male") * married
    risk = 1.25 * (risk - 1.1)
    return pl.DataFrame(
        {
            "age": age,
            "workclass": rng.choice(_WORK, rows, p=[0.72, 0.12, 0.075, 0.05, 0.034, 0.001]),
            "weight": rng.integers(12_000, 400_000, rows),
            "education": np.array(_SCHOOL)[school],
            "marital": np.where(
                married, "Married", rng.choice(["Never", "Divorced", "Widowed"], rows, p=[0.63, 0.3, 0.07])
            ),
            "occupation": np.array(_JOBS)[job],
            "race": rng.choice(
                ["White", "Black", "Asian", "Native", "Other"], rows, p=[0.855, 0.095, 0.03, 0.01, 0.01]
            ),
            "sex": sex,
            "capital_gain": gain,
            "capital_loss": np.where(rng.random(rows) < 0.045, rng.choice([1902, 1977, 1887, 1485], rows), 0),
            "hours": hours,
            "country": rng.choice(_LAND, rows, p=[0.91, 0.035, 0.02, 0.01, 0.01, 0.007, 0.005, 0.003]),
            LABEL: (rng.random(rows) < 1 / (1 + np.exp(-risk))).astype(np.int8),
        }
    )
