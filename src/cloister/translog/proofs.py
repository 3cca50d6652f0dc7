"""Inclusion and consistency proofs: made from complete subtrees, checked from hashes alone (RFC 9162 2.1.3, 2.1.4).

``Node`` is how a proof reaches the tree: ``node(level, index)`` is the root of the complete subtree over the leaves
``index * 2**level`` up to ``(index + 1) * 2**level``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.translog.merkle import EMPTY_ROOT, HASH_BYTES, MerkleState, node_hash

Node = Callable[[int, int], bytes]


class MerkleTree:
    """Every complete subtree of a log, in memory: 64 bytes a leaf. ``levels[k][i]`` is ``node(k, i)``."""

    __slots__ = ("levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self.levels[0])

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        sha256 = hashlib.sha256
        self.levels[0].extend(leaves)
        for lower in range(64):
            below = self.levels[lower]
            if len(below) < 2:
                return
            if len(self.levels) == lower + 1:
                self.levels.append([])
            above = self.levels[lower + 1]
            start = 2 * len(above)
            pairs = zip(below[start::2], below[start + 1 :: 2], strict=False)
            above.extend([sha256(b"\x01" + left + right).digest() for left, right in pairs])

    def node(self, level: int, index: int) -> bytes:
        try:
            return self.levels[level][index]
        except IndexError:
            raise InvalidInput("the tree has no such complete subtree") from None

    def state(self, size: int | None = None) -> MerkleState:
        """The state when the log had ``size`` leaves; now, without it."""
        size = len(self) if size is None else size
        _require(0 <= size <= len(self), "the log was never that large")
        peaks, start = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                peaks.append(self.node(level, start >> level))
                start += 1 << level
        return MerkleState(size, tuple(peaks))

    def root(self, size: int | None = None) -> bytes:
        return self.state(size).root()

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        size = len(self) if size is None else size
        _require(size <= len(self), "the log was never that large")
        return inclusion_proof(index, size, self.node)

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        size = len(self) if size is None else size
        _require(size <= len(self), "the log was never that large")
        return consistency_proof(old, size, self.node)


def range_root(start: int, stop: int, node: Node) -> bytes:
    """The Merkle tree hash of the leaves from ``start`` up to ``stop``; ``start`` is aligned as in a proof."""
    if start == stop:
        return EMPTY_ROOT
    width = stop - start
    if width & (width - 1) == 0 and start % width == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(width)
    return node_hash(range_root(start, middle, node), range_root(middle, stop, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The path from leaf ``index`` to the root of the first ``size`` leaves, lowest first (RFC 9162 2.1.3.1)."""
    _require(0 <= index < size, "the leaf is not in the tree")
    path, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_root(middle, stop, node))
            stop = middle
        else:
            path.append(range_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, size: int, node: Node) -> list[bytes]:
    """Evidence that the first ``old`` of ``size`` leaves are the older log (RFC 9162 2.1.4.1); empty when equal or
    when the older log was empty.
    """
    _require(0 <= old <= size, "the older log is larger than the newer")
    if old in {0, size}:
        return []
    path, start, stop, whole = [], 0, size, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(range_root(middle, stop, node))
            stop = middle
        else:
            path.append(range_root(start, middle, node))
            start, whole = middle, False
    if not whole:  # the older root itself is known to the verifier
        path.append(range_root(start, stop, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise unless ``leaf`` (a leaf hash) stands at ``index`` in the tree of ``size`` leaves with ``root``
    (RFC 9162 2.1.3.2).

    Raises:
        IntegrityFailure: the proof does not lead from the leaf to the root.
    """
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        raise IntegrityFailure("the inclusion proof does not fit the tree")
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise IntegrityFailure("the inclusion proof is too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or node != root:
        raise IntegrityFailure("the inclusion proof does not lead to the root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise unless the tree of ``new`` leaves extends the tree of ``old`` leaves (RFC 9162 2.1.4.2).

    Raises:
        IntegrityFailure: the proof does not link the two roots: the log was forked or rolled back.
    """
    if not 0 <= old <= new or not _hashes(old_root, new_root, *proof):
        raise IntegrityFailure("the newer log is smaller than the older")
    if old in {0, new}:
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected:
            raise IntegrityFailure("two roots for one size: the log was forked")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise IntegrityFailure("the consistency proof is empty")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise IntegrityFailure("the consistency proof is too long")
        if at & 1 or at == last:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or old_node != old_root or new_node != new_root:
        raise IntegrityFailure("the newer log does not extend the older")


def _split(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << (width - 1).bit_length() - 1


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise InvalidInput(message)
