"""Sealed sets that training code can't read, and what a model must show on them before it may go on."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.canonical import digest
from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.integrity.deliveries import auroc
from cloister.integrity.drift import stability_index
from cloister.integrity.encoding import Floats

KINDS = ("performance", "drift", "backdoor", "memorisation")


@dataclass(frozen=True, slots=True)
class SealedSet:
    """The record of one canary set: its kind, rows and a commitment to its content under a key that training never
    sees. The rows stand encrypted elsewhere; :meth:`open` proves that they are these.
    """

    kind: str
    rows: int
    commitment: str

    def open(self, frame: pl.DataFrame, key: bytes) -> pl.DataFrame:
        """Give ``frame`` back if it is the sealed content.

        Raises:
            IntegrityFailure: another content, another order of rows, or another key.
        """
        if not hmac.compare_digest(_commit(self.kind, frame, key), self.commitment):
            raise IntegrityFailure(f"the {self.kind} canary set is not the one that was sealed")
        return frame

    def to_value(self) -> dict[str, Any]:
        return {"kind": self.kind, "rows": self.rows, "commitment": self.commitment}


def seal(kind: str, frame: pl.DataFrame, key: bytes) -> SealedSet:
    """Commit to ``frame`` as the canary set of a kind (one of ``KINDS``) with HMAC-SHA-256 under ``key``."""
    if kind not in KINDS:
        raise InvalidInput(f"there is no canary set of kind {kind!r}", remedy=f"use one of {', '.join(KINDS)}")
    if len(key) < 16:
        raise InvalidInput("the key of a canary set must have 16 bytes at least")
    return SealedSet(kind, frame.height, _commit(kind, frame, key))


def _commit(kind: str, frame: pl.DataFrame, key: bytes) -> str:
    schema = digest({"kind": kind, "columns": [[name, str(dtype)] for name, dtype in frame.schema.items()]})
    mac = hmac.new(key, schema.encode(), hashlib.sha256)
    for name in frame.columns:
        # JSON of a whole column: its length goes before it, so that no two frames give the same bytes.
        body = frame.select(name).write_json().encode()
        mac.update(len(body).to_bytes(8, "big") + body)
    return mac.hexdigest()


@dataclass(frozen=True, slots=True)
class CanaryResult:
    """One canary set's verdict. ``statistic`` is compared with ``threshold``; ``detail`` says in which direction."""

    kind: str
    statistic: float
    threshold: float
    passed: bool
    detail: str

    def to_value(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "statistic": self.statistic,
            "threshold": self.threshold,
            "passed": self.passed,
            "detail": self.detail,
        }


def performance_canary(labels: Floats, scores: Floats, *, floor: float) -> CanaryResult:
    """AUROC on the sealed rows must reach ``floor`` by its lower 95 % bound."""
    area = auroc(labels, scores)
    if area is None:
        raise InvalidInput("the performance canaries have one class only", remedy="seal rows of both classes")
    low = area[0] - 1.96 * area[1]
    return CanaryResult("performance", low, floor, low >= floor, "lower 95 % bound of AUROC, must not be below")


def drift_canary(sealed_scores: Floats, training_scores: Floats, *, ceiling: float = 0.2) -> CanaryResult:
    """The population stability index of the model's scores between sealed and training rows stays under ``ceiling``."""
    index = stability_index(training_scores, sealed_scores)
    return CanaryResult("drift", index, ceiling, index <= ceiling, "stability index of the scores, must not exceed")


def backdoor_canary(
    clean: Floats, triggered: Floats, *, target: int, threshold: float = 0.5, most: float = 0.05
) -> CanaryResult:
    """Of rows that the model gives to the other class, the share that a trigger moves to ``target``.

    ``clean`` and ``triggered``: P(label = 1) of the same sealed rows without and with the trigger set. The share that
    moves by chance, to the other side, is taken off, so that an honest model that merely uses the columns can pass.
    """
    before, after = (clean >= threshold) == (target == 1), (triggered >= threshold) == (target == 1)
    others = ~before
    moved = float((after & others).sum() / max(others.sum(), 1))
    back = float((~after & before).sum() / max(before.sum(), 1))
    rate = max(0.0, moved - back)
    return CanaryResult("backdoor", rate, most, rate <= most, "share moved by the trigger, must not exceed")


def memorisation_canary(inserted: Floats, held_out: Floats, *, most: float = 0.65) -> CanaryResult:
    """Whether the model tells canary secrets that were in the training data from like ones that were not.

    ``inserted`` and ``held_out``: the model's loss on each. The statistic is the probability that a secret that was
    learnt has the lower loss (AUROC of membership); 0.5 is no memory. :func:`exposure` gives each secret's bits.
    """
    labels = np.concatenate([np.ones(len(inserted)), np.zeros(len(held_out))])
    area = auroc(labels, -np.concatenate([inserted, held_out]))
    if area is None:
        raise InvalidInput("memorisation canaries need inserted and held-out secrets")
    return CanaryResult("memorisation", area[0], most, area[0] <= most, "membership AUROC of secrets, must not exceed")


def exposure(inserted: Floats, candidates: Floats) -> Floats:
    """Exposure in bits of each inserted secret (Carlini et al. 2019): log2 of the number of candidates minus log2 of
    the secret's rank by loss among them, ties in the middle. log2(candidates + 1): it is the likeliest of all.
    """
    ordered = np.sort(candidates)
    rank = (np.searchsorted(ordered, inserted, side="left") + np.searchsorted(ordered, inserted, side="right")) / 2 + 1
    bits: Floats = np.log2(len(candidates) + 1) - np.log2(rank)
    return bits


def first_failure(results: Sequence[CanaryResult], required: Sequence[str] = KINDS) -> str | None:
    """The line that blocks a promotion, or None. A required kind without a result blocks too."""
    done = {result.kind for result in results}
    for kind in required:
        if kind not in done:
            return f"the {kind} canary set was not run"
    for result in results:
        if not result.passed:
            return f"the {result.kind} canary set failed: {result.detail} {result.threshold:g}"
    return None
