"""The tree, proofs and notes against published vectors."""

import json
from pathlib import Path

import pytest

from cloister.core.errors import IntegrityFailure
from cloister.translog import (
    Checkpoint,
    MerkleState,
    MerkleTree,
    NoteKey,
    leaf_hash,
    open_note,
    parse_note,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "translog"
TREE = json.loads((VECTORS / "merkle_roots.json").read_text())
NOTES = json.loads((VECTORS / "notes.json").read_text())
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in TREE["entries"]]
ROOTS = [bytes.fromhex(root) for root in TREE["roots"]]


@pytest.mark.parametrize("size", range(9))
def test_root(size: int) -> None:
    assert MerkleState.empty().extend(LEAVES[:size]).root() == ROOTS[size]
    assert MerkleTree(LEAVES).root(size) == ROOTS[size]


@pytest.mark.parametrize("case", TREE["inclusion"])
def test_inclusion(case: dict) -> None:
    proof = [bytes.fromhex(item) for item in case["proof"]]
    index, size = case["index"], case["size"]
    assert MerkleTree(LEAVES).inclusion_proof(index, size) == proof
    verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("case", TREE["consistency"])
def test_consistency(case: dict) -> None:
    proof = [bytes.fromhex(item) for item in case["proof"]]
    assert MerkleTree(LEAVES).consistency_proof(case["old"], case["new"]) == proof
    verify_consistency(case["old"], case["new"], ROOTS[case["old"]], ROOTS[case["new"]], proof)


def test_signed_note() -> None:
    case = NOTES["signed_note"]
    key = NoteKey.from_text(case["vkey"])
    assert key.to_text() == case["vkey"]
    assert open_note(case["note"].encode(), [key]) == (case["text"], (key,))
    with pytest.raises(IntegrityFailure):
        open_note(case["note"].replace("answer", "problem", 1).encode(), [key])


def test_published_log_key_matches_its_hash() -> None:
    assert NoteKey.from_text(NOTES["tree_head"]["vkey"]).name == "sum.golang.org"


def test_cosigned_checkpoint_form() -> None:
    note = parse_note(NOTES["cosigned"]["note"].encode())
    checkpoint = Checkpoint.from_text(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [len(item.value) for item in note.signatures] == [64, 72]
