"""A small network of dense layers over declared columns: what the private trainers leave, and how it is scored.

One layer is a logistic regression. Weights lie in ``model.safetensors`` as ``weight0``, ``bias0``, ...; what the
columns are is in ``model.json``. Scoring needs NumPy only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors.numpy

import cloister.sdk
from cloister.core.canonical import encode
from cloister.training.public_encode import PublicEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS_FILE = "model.safetensors"
KIND = "dense"


@dataclass(frozen=True, slots=True)
class Dense:
    """``layers`` are weight (out, in) and bias (out,) of each, ReLU between them, a sigmoid at the end."""

    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    def predict(self, matrix: NDArray[np.float32], **_: Any) -> NDArray[np.float64]:
        """The probability of yes for each row."""
        weight, bias = self.layers[-1]
        value = self.hidden(matrix) @ weight.astype(np.float64).T + bias.astype(np.float64)
        scores: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(value[:, 0], -700, 700)))
        return scores

    def hidden(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """What the last layer is given: the activations of the one before, or the columns where there is none."""
        value = matrix.astype(np.float64)
        for weight, bias in self.layers[:-1]:
            value = np.maximum(value @ weight.astype(np.float64).T + bias.astype(np.float64), 0.0)
        return value

    def save(self, folder: Path, encoder: PublicEncoder, **facts: Any) -> None:
        """Write weights and description."""
        tensors = {}
        for place, (weight, bias) in enumerate(self.layers):
            tensors[f"weight{place}"] = np.ascontiguousarray(weight, np.float32)
            tensors[f"bias{place}"] = np.ascontiguousarray(bias, np.float32)
        (folder / WEIGHTS_FILE).write_bytes(safetensors.numpy.save(tensors))
        description = {
            "format": "cloister-model/1",
            "kind": KIND,
            "domain": encoder.to_value(),
            "features": list(encoder.features),
            "categories": {},
            **facts,
        }
        (folder / cloister.sdk.MODEL_DESCRIPTION).write_bytes(encode(description))

    @classmethod
    def load(cls, folder: Path, description: Mapping[str, Any]) -> tuple[Dense, PublicEncoder]:
        """Read both back."""
        tensors = safetensors.numpy.load((folder / WEIGHTS_FILE).read_bytes())
        layers = tuple((tensors[f"weight{n}"], tensors[f"bias{n}"]) for n in range(len(tensors) // 2))
        domain = {name: description["domain"][name] for name in description["features"]}  # JSON has them sorted
        return cls(layers), PublicEncoder(domain)
