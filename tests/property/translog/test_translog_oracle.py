"""The tree against a direct reading of RFC 6962's recursive definitions; every wrong proof refused."""

import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloister.core.errors import CloisterError, IntegrityFailure
from cloister.translog import (
    MerkleState,
    MerkleTree,
    TileStore,
    entry_bundle,
    inclusion_proof,
    leaf_hash,
    new_tiles,
    parse_entry_bundle,
    range_root,
    tile_bytes,
    tile_path,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(n).encode()) for n in range(700)]
TREE = MerkleTree(LEAVES)
sizes = st.integers(1, 130)


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@given(st.integers(0, 200), st.data())
def test_root_and_split_appends(size: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, size))
    state = MerkleState.from_bytes(MerkleState.empty().extend(LEAVES[:cut]).to_bytes()).extend(LEAVES[cut:size])
    assert state.root() == mth(LEAVES[:size]) == TREE.root(size)
    assert state == TREE.state(size)
    grown = MerkleTree(LEAVES[:cut])
    grown.extend(LEAVES[cut:size])
    assert grown.root() == state.root()


@given(sizes, st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = TREE.inclusion_proof(index, size)
    assert proof == path(index, LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, proof, mth(LEAVES[:size]))


@given(sizes, st.data())
def test_consistency(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    proof = TREE.consistency_proof(old, size)
    assert proof == subproof(old, LEAVES[:size], True)
    verify_consistency(old, size, mth(LEAVES[:old]), mth(LEAVES[:size]), proof)


@given(sizes, st.data())
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = TREE.inclusion_proof(index, size)
    root = TREE.root(size)
    fault = data.draw(st.sampled_from(["leaf", "index", "root", "longer", "shorter", "flip", "short-hash"]))
    leaf, at = LEAVES[index], index
    if fault == "leaf":
        leaf = leaf_hash(b"another")
    elif fault == "index":
        # a one-leaf tree has no other place; otherwise every other place must be refused
        at = data.draw(st.integers(0, size).filter(lambda n: n != index))
    elif fault == "root":
        root = leaf_hash(b"another")
    elif fault == "longer":
        proof = [*proof, leaf_hash(b"more")]
    elif not proof:
        return
    elif fault == "shorter":
        proof = proof[:-1]
    else:
        place = data.draw(st.integers(0, len(proof) - 1))
        old = proof[place]
        proof = [*proof]
        proof[place] = old[:-1] if fault == "short-hash" else bytes([old[0] ^ 1]) + old[1:]
    with pytest.raises(IntegrityFailure):
        verify_inclusion(leaf, at, size, proof, root)


@given(sizes, st.data())
def test_a_fork_or_rollback_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    forked = LEAVES[:size]
    forked[changed] = leaf_hash(b"another history")
    tree = MerkleTree(forked)
    with pytest.raises(IntegrityFailure):
        verify_consistency(old, size, TREE.root(old), tree.root(), tree.consistency_proof(old))
    with pytest.raises(IntegrityFailure):
        verify_consistency(size + 1, size, TREE.root(size + 1), TREE.root(size), [])
    proof = TREE.consistency_proof(old, size)
    with pytest.raises(IntegrityFailure):
        verify_consistency(old, size, TREE.root(old), TREE.root(size), [*proof, leaf_hash(b"more")])
    if proof:
        with pytest.raises(IntegrityFailure):
            verify_consistency(old, size, TREE.root(old), TREE.root(size), proof[:-1])


@given(st.integers(1, 700), st.lists(st.integers(0, 700), max_size=3), st.data())
def test_tiles_serve_the_same_proofs(size: int, steps: list[int], data: st.DataObject) -> None:
    files: dict[str, bytes] = {}
    before = 0
    for now in [*sorted(step for step in steps if step < size), size]:
        for tile in new_tiles(before, now):
            files[tile_path(tile)] = tile_bytes(tile, TREE.node)
        before = now
    store = TileStore(size, files.__getitem__)
    index = data.draw(st.integers(0, size - 1))
    assert range_root(0, size, store.node) == TREE.root(size)
    assert inclusion_proof(index, size, store.node) == TREE.inclusion_proof(index, size)


def test_tiles_of_three_levels() -> None:
    leaves = [leaf_hash(n.to_bytes(4, "big")) for n in range(65536 + 300)]
    tree = MerkleTree(leaves)
    files = {tile_path(tile): tile_bytes(tile, tree.node) for tile in new_tiles(0, len(leaves))}
    assert {"tile/2/000.p/1", "tile/1/000", "tile/1/001.p/1", "tile/0/257.p/44", "tile/0/256"} <= set(files)
    store = TileStore(len(leaves), files.__getitem__)
    assert range_root(0, len(leaves), store.node) == tree.root()


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entry_bundles(entries: list[bytes]) -> None:
    assert parse_entry_bundle(entry_bundle(entries)) == tuple(entries)


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_readers(raw: bytes) -> None:
    from cloister.translog import parse_note, parse_tile

    for read in (parse_note, parse_tile, parse_entry_bundle, MerkleState.from_bytes):
        with contextlib.suppress(CloisterError):
            read(raw)
