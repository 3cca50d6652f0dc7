"""What private recipes cost in discrimination: UCI Adult, 24,000 people to train on, the others held out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score

from cloister.operations.private_training import RECIPES, declared
from cloister.privacy import dp
from cloister.training.public_encode import PublicEncoder
from cloister.training.secret_noise import SecretNoise
from cloister.training.train_dp_logistic import fit
from privacy_dp.measure import table_of

_TRAINED, _DELTA = 24_000, 1e-6


def bench_training(figure: Any, seed: int = 17) -> None:
    table, schema = table_of("adult")
    label = table.frame["salary"].cast(pl.String).str.contains(">50").to_numpy().astype(float)
    order = np.random.default_rng(seed).permutation(table.frame.height)
    train, held = order[:_TRAINED], order[_TRAINED:]
    for name in ("dp-logistic", "dp-additive"):
        terms = RECIPES[name]
        domain = {key: given for key, given in declared(schema, terms.bins).items() if key != "salary"}
        matrix = PublicEncoder(domain).transform(table.frame)
        for epsilon in (0.5, 1.0, 3.0):
            weights = fit(
                matrix[train],
                label[train],
                train,
                steps=terms.steps,
                noise_multiplier=math.sqrt(terms.steps) / dp.mu_of(epsilon, _DELTA),
                clip=terms.clip,
                people=float(_TRAINED),
                noise=SecretNoise(bytes([seed]) * 32),
            )
            figure(
                f"training: {name}, epsilon {epsilon:g}, AUROC on Adult",
                float(roc_auc_score(label[held], matrix[held] @ weights)),
            )
