"""Reconstruction and differencing: a secret bit of each person, worked out from answers to counting queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import AttackReport, Control, Tally, conclude
from cloister.privacy.coding import Flags, Floats

Ask = Callable[[Flags], float | None]
"""Given who is asked about, (people,) flags: how many of them have the secret bit, or None when refused."""


def reconstruction(
    ask: Ask,
    secret: np.ndarray[Any, Any],
    *,
    queries: int,
    limit: float = 0.05,
    seed: int,
) -> AttackReport:
    """Ask ``queries`` random subset counts and solve for every bit by least squares (Dinur and Nissim 2003).

    ``secret`` (people,) of 0 and 1 scores the guesses; the adversary knows who is in the table and nothing of the
    bits. ``baseline`` is naming the commoner bit for everyone; the default limit allows 5 points above it. Refused
    queries are left out; with none answered the guess is the baseline.

    Controls: exact answers to as many queries must give the bits away; answers drawn without regard
    to the bits must not.

    Raises:
        InvalidInput: fewer than 10 people, or a secret that is not a bit.
    """
    bits = _bits(secret)
    generator = np.random.default_rng(seed)
    asked = generator.random((queries, len(bits))) < 0.5
    answers = [ask(subset) for subset in asked]
    got = _score(asked, answers, bits)
    enough = generator.random((max(queries, 4 * len(bits)), len(bits))) < 0.5
    exact = _score(enough, [float(bits[subset].sum()) for subset in enough], bits)
    noise = [float(generator.normal(subset.sum() / 2, np.sqrt(subset.sum()))) for subset in enough]
    blind = _score(enough, noise, bits)
    common = int(max(bits.sum(), len(bits) - bits.sum()))
    # A blind guess of each bit is right for half the people; five standard deviations above the commoner bit is proof.
    allowed = common / len(bits) + 5 * np.sqrt(0.25 / len(bits))
    return conclude(
        attack="reconstruction",
        attacked=f"a query interface over a secret bit of {len(bits)} people",
        knowledge=f"who is in the table, and {sum(a is not None for a in answers)} answers to {queries} random counts",
        success=Tally(got, len(bits)),
        baseline=Tally(common, len(bits)),
        limit=limit,
        controls=(
            Control("exact answers", "at least 0.95 right", exact / len(bits), exact >= 0.95 * len(bits)),
            Control(
                "answers without the bits",
                f"at most {allowed:.3g} right",
                blind / len(bits),
                blind <= allowed * len(bits),
            ),
        ),
        figures={"answered": float(sum(answer is not None for answer in answers)), "queries": float(queries)},
    )


def differencing(
    ask: Ask, secret: np.ndarray[Any, Any], *, pairs: int | None = None, limit: float = 0.05, seed: int
) -> AttackReport:
    """Ask about a group with and without one person and take the difference for that person's bit.

    One pair for each of ``pairs`` people (all of them by default); a refused pair yields the commoner bit. The figure
    ``held`` is the share of pairs of which at least one query was refused.

    Controls and errors as for :func:`reconstruction`.
    """
    bits = _bits(secret)
    generator = np.random.default_rng(seed)
    targets = generator.permutation(len(bits))[: pairs or len(bits)]
    commoner = int(bits.mean() >= 0.5)
    groups = generator.random((len(targets), len(bits))) < 0.5

    def attack(answer: Ask) -> tuple[int, int]:
        right = held = 0
        for target, group in zip(targets, groups, strict=True):
            without, whole = group.copy(), group.copy()
            without[target], whole[target] = False, True
            first, second = answer(whole), answer(without)
            held += first is None or second is None
            guess = commoner if first is None or second is None else int(first - second >= 0.5)
            right += guess == bits[target]
        return right, held

    right, held = attack(ask)
    exact, _ = attack(lambda group: float(bits[group].sum()))
    blind, _ = attack(lambda group: float(generator.normal(group.sum() / 2, 5.0)))
    common = int((bits[targets] == commoner).sum())
    common = max(common, len(targets) - common)
    allowed = common / len(targets) + 5 * np.sqrt(0.25 / len(targets))
    return conclude(
        attack="differencing",
        attacked=f"a query interface over a secret bit of {len(bits)} people",
        knowledge=f"who is in the table, and {len(targets)} pairs of counts that differ by one person",
        success=Tally(right, len(targets)),
        baseline=Tally(common, len(targets)),
        limit=limit,
        controls=(
            Control("exact answers", "at least 0.95 right", exact / len(targets), exact >= 0.95 * len(targets)),
            Control(
                "answers without the bits",
                f"at most {allowed:.3g} right",
                blind / len(targets),
                blind <= allowed * len(targets),
            ),
        ),
        figures={"held": held / len(targets), "pairs": float(len(targets))},
    )


def _bits(secret: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    bits = np.asarray(secret)
    if bits.ndim != 1 or len(bits) < 10 or not np.isin(bits, (0, 1)).all():
        raise InvalidInput("the secret must be one bit for each of at least 10 people")
    return bits.astype(np.int64)


def _score(asked: Flags, answers: Sequence[float | None], bits: np.ndarray[Any, Any]) -> int:
    """How many bits least squares gets right from the answered queries."""
    answered = np.array([answer is not None for answer in answers])
    if not answered.any():
        return int(max(bits.sum(), len(bits) - bits.sum()))
    matrix: Floats = asked[answered].astype(np.float64)
    value = np.array([answer for answer in answers if answer is not None])
    # The normal equations: people by people, however many questions; of too few questions the shortest solution.
    solution, *_ = np.linalg.lstsq(matrix.T @ matrix, matrix.T @ value, rcond=None)
    return int(((solution >= 0.5).astype(np.int64) == bits).sum())
