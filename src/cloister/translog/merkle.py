"""The Merkle tree hash of RFC 6962 2.1 and the little state that lets a log grow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cloister.core.errors import InvalidInput

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_MAX_SIZE = 2**63 - 1


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 over 0x00 and the entry; the prefix keeps a node from passing as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class MerkleState:
    """A log of ``size`` leaves as the roots of its complete subtrees, leftmost first: one for each set bit."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= _MAX_SIZE or len(self.peaks) != self.size.bit_count():
            raise InvalidInput("a Merkle state has one peak for each set bit of its size")
        if any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise InvalidInput(f"a Merkle peak has {HASH_BYTES} bytes")

    @classmethod
    def empty(cls) -> MerkleState:
        return cls()

    def append(self, leaf: bytes) -> MerkleState:
        """The state after one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> MerkleState:
        """The state after more leaf hashes, in order; each costs two hashes on average."""
        sha256 = hashlib.sha256
        peaks, size = list(self.peaks), self.size
        for leaf in leaves:
            node, carry = leaf, size
            while carry & 1:  # as in binary addition: equal subtrees merge
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                carry >>= 1
            peaks.append(node)
            size += 1
        return MerkleState(size, tuple(peaks))

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves; of no leaves, the hash of nothing."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def to_bytes(self) -> bytes:
        """Eight bytes of size, big-endian, then the peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, raw: bytes) -> MerkleState:
        if len(raw) < 8 or (len(raw) - 8) % HASH_BYTES:
            raise InvalidInput("not a Merkle state")
        peaks = tuple(raw[at : at + HASH_BYTES] for at in range(8, len(raw), HASH_BYTES))
        return cls(int.from_bytes(raw[:8], "big"), peaks)
