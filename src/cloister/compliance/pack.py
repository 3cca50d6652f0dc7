"""Build an evidence pack: everything that an outsider needs to check the chain, under one signed list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cloister.compliance import layout
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent
from cloister.crypto import SigningKey, VerifyKey, dsse
from cloister.translog import Checkpoint, MerkleTree, NoteKey, leaf_hash, new_tiles, parse_note, tile_bytes, tile_path


@dataclass(frozen=True, slots=True)
class ModelContents:
    """One registered model: its files as they were signed, the OpenSSF signature, and its documents."""

    files: Mapping[str, bytes]
    signature: bytes
    card_html: bytes
    card_json: bytes
    bom: bytes


@dataclass(frozen=True, slots=True)
class PackContents:
    """What goes into a pack.

    ``events`` are the canonical bytes in the log's order, at least as many as the checkpoint covers; later ones are
    left out. ``statements`` are DSSE envelopes, ``policies`` the text of each policy set that an event names,
    ``sources`` every key that a source ever had, ``models`` by model id, ``model_key`` the PEM public key of the model
    signatures. ``key`` signs the list and has signed the checkpoint and the environment's statements.

    ``open_intents`` are the ids of intended events without an outcome. In an environment at work, take the checkpoint
    first, then the open intents, then all events: an intent that was settled after the checkpoint is then known too.
    """

    key: SigningKey
    created: datetime
    events: Sequence[bytes]
    checkpoint: bytes
    statements: Iterable[bytes] = ()
    policies: Iterable[bytes] = ()
    sources: Mapping[str, Sequence[VerifyKey]] = field(default_factory=dict)
    models: Mapping[str, ModelContents] = field(default_factory=dict)
    model_key: bytes | None = None
    open_intents: Iterable[str] = ()


def build_pack(contents: PackContents) -> dict[str, bytes]:
    """The pack as file names and bytes, in the order of the names; the same contents give the same bytes.

    Nothing is verified here beyond form: whoever makes a pack should run :func:`verify_pack` over it.

    Raises:
        InvalidInput: the checkpoint covers more events than are given, or a name can't stand in a pack.
    """
    checkpoint = Checkpoint.from_text(parse_note(contents.checkpoint).text)
    if checkpoint.size > len(contents.events):
        raise InvalidInput("the checkpoint covers more events than the pack was given")
    events = contents.events[: checkpoint.size]
    files: dict[str, bytes] = {
        layout.KEY: NoteKey(checkpoint.origin, contents.key.verify_key.raw).to_text().encode() + b"\n",
        layout.EVENTS: b"".join(event + b"\n" for event in events),
        layout.CHECKPOINT: contents.checkpoint,
    }
    tree = MerkleTree(map(leaf_hash, events))
    files |= {f"log/{tile_path(tile)}": tile_bytes(tile, tree.node) for tile in new_tiles(0, len(events))}
    files |= {layout.statement_name(layout.sha256(raw)): raw for raw in contents.statements}
    files |= {layout.policy_name(layout.sha256(raw)): raw for raw in contents.policies}
    for name, keys in contents.sources.items():
        files[f"sources/{name}.pub"] = "".join(f"{key.to_text()}\n" for key in keys).encode()
    for model, parts in contents.models.items():
        files |= _model_files(model, parts)
    if contents.model_key is not None:
        files[layout.MODEL_KEY] = contents.model_key
    for name in files:
        if not layout.is_safe_name(name):
            raise InvalidInput(f"the name {name!r} can't stand in an evidence pack")
    listed = {name: (layout.sha256(raw), len(raw)) for name, raw in files.items()}
    later = [AuditEvent.from_bytes(raw).intent for raw in contents.events[checkpoint.size :]]
    open_intents = tuple(sorted({*contents.open_intents, *filter(None, later)}))
    listing = layout.PackList(checkpoint.origin, to_text(contents.created), len(events), listed, open_intents)
    files[layout.LIST] = dsse.sign(listing.to_bytes(), layout.LIST_TYPE, contents.key)
    return dict(sorted(files.items()))


def _model_files(model: str, parts: ModelContents) -> dict[str, bytes]:
    root = f"models/{model}"
    return {
        **{f"{root}/model/{name}": raw for name, raw in parts.files.items()},
        f"{root}/model.sig": parts.signature,
        f"{root}/model-card.html": parts.card_html,
        f"{root}/model-card.json": parts.card_json,
        f"{root}/ml-bom.json": parts.bom,
    }
