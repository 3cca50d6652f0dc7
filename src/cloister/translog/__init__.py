"""A tamper-evident log: Merkle tree, checkpoints, proofs and tiles as pure functions.

**Tree** (RFC 6962 2.1, RFC 9162 2.1). :class:`MerkleState` is what a log must keep to go on: its size and at most 64
hashes. Appending is O(1) amortised and a state is a short row in a database:

>>> from cloister.translog import MerkleState, leaf_hash, verify_inclusion
>>> state = MerkleState.empty().extend(leaf_hash(entry) for entry in (b"first", b"second"))
>>> state.size, state.root().hex()[:8]
(2, '3ae5bfa5')

:class:`MerkleTree` keeps every complete subtree of a log that fits in memory and makes proofs;
``inclusion_proof`` and ``consistency_proof`` make them from any store of subtrees, tiles among them;
``verify_inclusion`` and ``verify_consistency`` need neither.

**Checkpoints** (C2SP signed-note, tlog-checkpoint, tlog-cosignature). :class:`NoteKey` is a public key with a name,
``sign_note``/``open_note`` write and check a note, :class:`Checkpoint` is the text of one, and ``cosign`` /
``open_checkpoint`` add and require witnesses.

**Tiles** (C2SP tlog-tiles). ``tile_path``, ``new_tiles``, ``tile_bytes``, ``entry_bundle`` and their inverses say which
static files a log publishes and what is in them; ``TileStore`` serves proofs from such files.

Nothing here reads a file, a clock or a source of randomness. A proof or signature that does not hold is
:class:`~cloister.core.errors.IntegrityFailure`; bytes of the wrong form are
:class:`~cloister.core.errors.InvalidInput`.
"""

from cloister.translog.checkpoint import Checkpoint, Opened, cosign, open_checkpoint, sign_checkpoint
from cloister.translog.merkle import EMPTY_ROOT, MerkleState, leaf_hash, node_hash
from cloister.translog.note import Note, NoteKey, NoteSignature, key_hash, open_note, parse_note, sign_note
from cloister.translog.proofs import (
    MerkleTree,
    consistency_proof,
    inclusion_proof,
    range_root,
    verify_consistency,
    verify_inclusion,
)
from cloister.translog.tiles import (
    TILE_WIDTH,
    Tile,
    TileStore,
    entries_path,
    entry_bundle,
    new_entry_bundles,
    new_tiles,
    parse_entry_bundle,
    parse_tile,
    tile_bytes,
    tile_path,
)

__all__ = [
    "EMPTY_ROOT",
    "TILE_WIDTH",
    "Checkpoint",
    "MerkleState",
    "MerkleTree",
    "Note",
    "NoteKey",
    "NoteSignature",
    "Opened",
    "Tile",
    "TileStore",
    "consistency_proof",
    "cosign",
    "entries_path",
    "entry_bundle",
    "inclusion_proof",
    "key_hash",
    "leaf_hash",
    "new_entry_bundles",
    "new_tiles",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "parse_entry_bundle",
    "parse_note",
    "parse_tile",
    "range_root",
    "sign_checkpoint",
    "sign_note",
    "tile_bytes",
    "tile_path",
    "verify_consistency",
    "verify_inclusion",
]
