"""Train a small network with DP-SGD by person (Abadi et al. 2016): Opacus takes each person's gradient apart.

A step draws each person with probability ``rate``, takes the gradient of the mean loss over that person's rows (at most
``MOST_ROWS`` of them, the first by key), cuts it to ``clip``, and adds noise to the sum. Who is drawn follows from the
secret key too: amplification by sampling holds only while nobody knows the sample. The environment works the noise out
from dp-accounting's PLD of the Poisson-sampled Gaussian. Needs torch and Opacus.
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

MOST_ROWS, HIDDEN = 8, 16
_RATE = 0.02


def fit(
    matrix: NDArray[np.float32],
    label: Vector,
    person: NDArray[Any],
    *,
    steps: int,
    rate: float,
    noise_multiplier: float,
    clip: float,
    people: float,
    noise: SecretNoise,
    seed: int = 0,
) -> Dense:
    """The network. ``people`` is a number that is known without the data; a multiplier of 0 trains without noise."""
    import torch
    from opacus import GradSampleModule

    torch.manual_seed(seed)
    model = GradSampleModule(
        torch.nn.Sequential(torch.nn.Linear(matrix.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1)),
        loss_reduction="sum",
    )
    rows, mask, wanted = _by_person(matrix, label, person)
    parts = [part for part in model.parameters() if part.requires_grad]
    weights = np.concatenate([part.detach().numpy().ravel() for part in parts]).astype(np.float64)
    adam = Adam(len(weights), _RATE)
    for _ in range(steps):
        drawn = np.flatnonzero(noise.uniform(len(rows)) < rate)
        each = np.zeros((0, len(weights)))
        if len(drawn):
            _put(parts, weights)
            model.zero_grad(set_to_none=True)
            scores = model(torch.from_numpy(rows[drawn]).requires_grad_())[..., 0]
            loss: Any = torch.nn.functional.binary_cross_entropy_with_logits(
                scores, torch.from_numpy(wanted[drawn]), reduction="none"
            )
            shares: Any = torch.from_numpy(mask[drawn] / mask[drawn].sum(axis=1, keepdims=True))
            (loss * shares).sum().backward()
            each = np.concatenate([part.grad_sample.numpy().reshape(len(drawn), -1) for part in parts], axis=1)
        weights = adam.step(weights, noisy_sum(each, clip, noise_multiplier, noise) / (rate * people))
    _put(parts, weights)
    found = [part.detach().numpy().astype(np.float32) for part in parts]
    return Dense(((found[0], found[1]), (found[2], found[3])))


def _put(parts: list[Any], weights: Vector) -> None:
    import torch

    at = 0
    with torch.no_grad():
        for part in parts:
            part.copy_(torch.from_numpy(weights[at : at + part.numel()].reshape(part.shape).astype(np.float32)))
            at += part.numel()


def _by_person(
    matrix: NDArray[np.float32], label: Vector, person: NDArray[Any]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Rows (people, MOST_ROWS, columns), which of them are there, and their labels."""
    order, starts = people_of(person)
    count = np.diff(np.r_[starts, len(person)])
    who = np.repeat(np.arange(len(starts)), count)
    place = np.arange(len(person)) - np.repeat(starts, count)
    kept = place < MOST_ROWS
    rows = np.zeros((len(starts), MOST_ROWS, matrix.shape[1]), np.float32)
    mask, wanted = np.zeros((2, len(starts), MOST_ROWS), np.float32)
    rows[who[kept], place[kept]] = matrix[order][kept]
    wanted[who[kept], place[kept]] = label[order][kept]
    mask[who[kept], place[kept]] = 1.0
    return rows, mask, wanted


def main() -> None:
    """Read, encode, train, save."""
    job = cloister.sdk.job()
    import torch

    torch.set_num_threads(job.threads)
    rows = Rows(job)
    given = rows.options
    model = fit(
        rows.matrix,
        rows.label,
        rows.person,
        steps=given["steps"],
        rate=given["rate"],
        noise_multiplier=given["noise_multiplier"],
        clip=given["clip"],
        people=given["people"],
        noise=SecretNoise.from_folder(job.inputs["noise"]),
        seed=job.seed,
    )
    rows.save(model, job.output)


if __name__ == "__main__":
    main()
