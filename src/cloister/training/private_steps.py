"""What private training is made of: cut contributions of people, summed as whole numbers, with noise from a secret key.

A person's contribution is a vector, cut to length ``clip`` and rounded toward zero to units of clip / 2**20, so that
together with rounding it is never longer than the noise is made for. Noise is added as whole units too: what leaves a
step is a whole number in which no floating-point residue tells of a person (Mironov 2012).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.training.dense import Dense
from cloister.training.public_encode import PublicEncoder, features_of
from cloister.training.secret_noise import SecretNoise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    import cloister.sdk

    Vector = NDArray[np.float64]

_UNIT = 2.0**20
WANTED = ("table", "label", "positive", "key", "person", "domain", "people", "epsilon", "delta", "noise_multiplier")


def noisy_sum(each: NDArray[Any], clip: float, noise_multiplier: float, noise: SecretNoise) -> Vector:
    """The sum of the rows of ``each`` (people, columns), each cut to ``clip``, with Gaussian noise of
    ``noise_multiplier`` times the clip; a multiplier of 0 adds none, for tests of what the noise is there for.
    """
    total = np.zeros(each.shape[1])
    if len(each):
        length = np.sqrt((each.astype(np.float64) ** 2).sum(axis=1))
        factor = np.minimum(1.0, clip / np.maximum(length, 1e-12)) / clip * _UNIT * (1 - 1e-9)
        total = np.trunc(each * factor[:, None]).sum(axis=0)
    if noise_multiplier:
        total = total + np.rint(noise.normal(len(total)) * noise_multiplier * _UNIT)
    out: Vector = total / _UNIT * clip
    return out


class Adam:
    """Steps whose direction and size are made of noisy sums only, which costs nothing more."""

    def __init__(self, columns: int, rate: float) -> None:
        self._rate, self._step = rate, 0
        self._first, self._second = np.zeros(columns), np.zeros(columns)

    def step(self, weights: Vector, gradient: Vector) -> Vector:
        self._step += 1
        self._first = 0.9 * self._first + 0.1 * gradient
        self._second = 0.99 * self._second + 0.01 * gradient**2
        first = self._first / (1 - 0.9**self._step)
        second = self._second / (1 - 0.99**self._step)
        return weights - self._rate * first / (np.sqrt(second) + 1e-3)


def people_of(person: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """An order of the rows in which each person's are together, and where in it each person starts."""
    order = np.argsort(person, kind="stable")
    sorted_ = person[order]
    starts = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]]) if len(person) else np.zeros(0, np.intp)
    return order, starts


class Rows:
    """The train split by declared domain: matrix, label, person, and what is left out."""

    def __init__(self, job: cloister.sdk.Job) -> None:
        from cloister.training.train_gbm import label_of

        self.options = settings(job.parameters)
        apart = {self.options["label"], self.options["key"], self.options["person"]}
        granted = job.columns(self.options["table"])
        self.encoder = PublicEncoder(features_of(self.options["domain"], [n for n in granted if n not in apart]))
        if not self.encoder.features:
            raise InvalidInput("no granted column has declared values or bounds", remedy="declare them in the schema")
        columns = [name for name in granted if name in {*self.encoder.features, *apart}]
        frame = job.read(self.options["table"], columns=columns, split="train").sort(self.options["key"])
        frame = frame.drop_nulls(self.options["label"])  # who has no outcome teaches nothing
        self.matrix = self.encoder.transform(frame)
        label = label_of(frame, self.options["label"], self.options["positive"])
        self.label = label.to_numpy().astype(np.float64).clip(0.0, 1.0)
        # Rows of nobody are one person's together: as in questions.
        self.person = frame[self.options["person"]].rank("dense").fill_null(0).to_numpy()
        self.left_out = [name for name in granted if name not in {*self.encoder.features, *apart}]

    def save(self, model: Dense, folder: Path) -> None:
        """The model with what was promised of it; no figure of the data is printed or kept but the weights."""
        promised = ("recipe", "epsilon", "delta", "noise_multiplier", "steps", "rate", "clip")
        model.save(
            folder,
            self.encoder,
            label=self.options["label"],
            positive=self.options["positive"],
            privacy={name: self.options[name] for name in promised if name in self.options},
        )
        told = f"; left out, nothing is declared of them: {', '.join(self.left_out)}" if self.left_out else ""
        words = f"trained with epsilon {self.options['epsilon']:g} on {len(self.encoder.features)} features{told}"
        print(words)  # noqa: T201 - a script speaks to its log


def settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """The job's parameters; those of the privacy promise are the environment's own."""
    if missing := [name for name in WANTED if name not in given]:
        raise InvalidInput(f"the parameter {missing[0]!r} is missing", remedy="submit it with --recipe and --epsilon")
    options = {"steps": 100, "rate": 1.0, "clip": 1.0, **given}
    if not options["noise_multiplier"] > 0 or not np.isfinite(options["noise_multiplier"]):
        raise InvalidInput("the noise multiplier is above 0")
    return options
