"""Train a logistic regression with differential privacy by person: full-batch gradient descent with Gaussian noise.

In each of ``steps`` steps every person's mean gradient is cut to length ``clip``, the cut gradients are added up and
noise of ``noise_multiplier`` times the clip is added: steps of mu = 1 / noise_multiplier each, together
sqrt(steps) / noise_multiplier, exactly. All else is made of noisy sums and of what is declared of the columns. The
environment works the noise out from the epsilon that was reserved for the job; see docs/budget.md.

Where the domain cuts numbers into parts (the recipe dp-additive), the same steps boost an additive model: each one adds
to a function of every column, by parts, the noisy mean of what is still wrong there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import cloister.sdk
from cloister.training.dense import Dense
from cloister.training.private_steps import Adam, Rows, noisy_sum, people_of
from cloister.training.secret_noise import SecretNoise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

_RATE, _DECAY = 0.15, 1e-4


def fit(
    matrix: NDArray[np.float32],
    label: Vector,
    person: NDArray[Any],
    *,
    steps: int,
    noise_multiplier: float,
    clip: float,
    people: float,
    noise: SecretNoise,
) -> Vector:
    """Weights, shape (columns,). ``people`` is a number that is known without the data, about how many there are.

    ``noise_multiplier`` 0 trains without noise: for tests of what the noise is there for.
    """
    order, starts = people_of(person)
    matrix, label = matrix[order], label[order]
    rows = np.diff(np.r_[starts, len(person)])
    weights, adam = np.zeros(matrix.shape[1]), Adam(matrix.shape[1], _RATE)
    for _ in range(steps):
        wrong = 1 / (1 + np.exp(-np.clip(matrix @ weights.astype(np.float32), -30, 30))) - label
        rowwise = matrix * wrong.astype(np.float32)[:, None]
        each = np.add.reduceat(rowwise, starts, axis=0) / rows[:, None] if len(starts) else rowwise
        total = noisy_sum(each, clip, noise_multiplier, noise)
        weights = adam.step(weights, total / people + _DECAY * weights)
    return weights


def main() -> None:
    """Read, encode, train, save."""
    job = cloister.sdk.job()
    rows = Rows(job)
    given = rows.options
    weights = fit(
        rows.matrix,
        rows.label,
        rows.person,
        steps=given["steps"],
        noise_multiplier=given["noise_multiplier"],
        clip=given["clip"],
        people=given["people"],
        noise=SecretNoise.from_folder(job.inputs["noise"]),
    )
    # The last column is always 1: its weight is the bias.
    layer = weights[None, :].astype(np.float32), np.zeros(1, np.float32)
    rows.save(Dense((layer,)), job.output)


if __name__ == "__main__":
    main()
