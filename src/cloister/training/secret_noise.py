"""Gaussian noise from a secret key: the same for the environment that trains again, a coin's toss to everybody else.

AES-256 in counter mode gives the bits, so without the key the noise can't be told from random. The key is derived from
the project's secret for one job, never shown, and gone from the sandbox with the job.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from scipy.special import ndtri

from cloister.core.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY_FILE = "key"


class SecretNoise:
    """A stream of noise; each call goes on where the last one ended."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise InvalidInput("the noise key has 32 bytes")
        self._stream = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()

    @classmethod
    def from_folder(cls, folder: Path) -> SecretNoise:
        return cls((folder / KEY_FILE).read_bytes())

    def bits(self, count: int) -> NDArray[np.uint64]:
        """So many words of 64 bits."""
        return np.frombuffer(self._stream.update(bytes(8 * count)), "<u8")

    def uniform(self, count: int) -> NDArray[np.float64]:
        """Numbers from 0 to 1, 1 outside."""
        out: NDArray[np.float64] = (self.bits(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return out

    def normal(self, count: int) -> NDArray[np.float64]:
        """Standard normal numbers, by the inverse of the distribution function at 53 random bits."""
        out: NDArray[np.float64] = ndtri(((self.bits(count) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)
        return out
