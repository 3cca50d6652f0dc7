"""Receive a delivery: believe its manifest, hold each file against it, and stage it sealed and apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, NotFound
from cloister.crypto import derive
from cloister.crypto.wrapping import open_sealed, seal
from cloister.operations import delivery_manifest, resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import FileStore, View, World
from cloister.operations.tables import ENDINGS, MAX_LINE, read_table
from cloister.policy import Resource
from cloister.records import Dataset, Delivery, Source
from cloister.records.keys import FOOTER

_PIECE = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Arrival:
    """A folder with ``manifest.dsse.json`` and the files that it names."""

    folder: Path
    source: str


class ReceiveDelivery(EffectOperation[Arrival, Delivery, tuple[bytes, delivery_manifest.Manifest]]):
    """Receive a signed delivery into isolated, sealed staging; refuse whatever is unsigned, changed or unknown."""

    action = Action.DELIVERY_RECEIVE
    provisions = ("164.312(c)(1)", "164.312(c)(2)", "164.312(d)", "164.312(e)(2)(i)")
    command = "cloister deliver receive"

    def resource(self, view: View, request: Arrival, moment: datetime) -> Resource:
        source = view.named(Source, request.source)
        blank = Delivery("new", source.name, "", 0, "", "", {}, "", "")
        return resources.of_delivery(view, blank)

    def prepare(self, context: Context, request: Arrival) -> Mapping[str, Any]:
        identity = context.new_id("dl")
        return {"delivery": identity, "folder": _folder(identity)}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Arrival
    ) -> tuple[bytes, delivery_manifest.Manifest]:
        source = view.named(Source, request.source)
        try:
            envelope = world.files.outside(request.folder / delivery_manifest.MANIFEST, max_line=MAX_LINE)
        except NotFound:
            remedy = "have the source sign it with cloister deliver sign"
            raise IntegrityFailure("the delivery has no manifest: it is unsigned", remedy=remedy) from None
        manifest = delivery_manifest.read(envelope, source)
        dataset = view.named(Dataset, manifest.dataset)
        if dataset.source != source.name:
            raise InvalidState(f"data set {dataset.name} takes no deliveries from source {source.name}")
        _check_sequence(view, dataset, manifest)
        key = staging_key(door.open(dataset.id, ()), plan["delivery"])
        for name in sorted(manifest.files):
            if not name.endswith(ENDINGS) or "/" in name or name.startswith("."):
                raise InvalidInput("a delivered file has a plain name ending in .csv or .parquet", where="manifest")
            line = MAX_LINE if name.endswith(".csv") else None
            content = world.files.outside(request.folder / name, max_line=line)
            delivery_manifest.check_file(name, content, manifest)
            header = read_table(name, content).columns
            check_header(name, header, dataset.schema.names, dataset.name)
            _stage(world, plan, name, content, key)
        return envelope, manifest

    def settle(
        self,
        context: Context,
        plan: Mapping[str, Any],
        outcome: tuple[bytes, delivery_manifest.Manifest],
        request: Arrival,
    ) -> Delivery:
        envelope, manifest = outcome
        dataset = context.unit.named(Dataset, manifest.dataset)
        _check_sequence(context.unit, dataset, manifest)  # again: another copy may have come in meanwhile
        delivery = Delivery(
            plan["delivery"],
            manifest.source,
            dataset.id,
            manifest.sequence,
            manifest.key_id,
            context.unit.put_blob(envelope),
            manifest.files,
            to_text(context.moment),
            context.subject,
        )
        context.unit.put(delivery)
        context.facts.update(
            delivery=delivery.id,
            source=delivery.source,
            dataset=dataset.id,
            key_id=delivery.key_id,
            statement=delivery.statement,
            files=dict(delivery.files),
        )
        return delivery

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def staging_key(keys: Mapping[str, bytes], delivery: str) -> bytes:
    """Staged bytes are sealed under a key of their own, derived from the data set's."""
    return derive(keys[FOOTER], f"staging:{delivery}")


def staged(files: FileStore, delivery: Delivery, key: bytes) -> dict[str, bytes]:
    """The delivered bytes again, each held against what the source signed."""
    out = {}
    for name, digest in delivery.files.items():
        count = len([n for n in files.names(_folder(delivery.id)) if n.rpartition(".")[0] == name])
        pieces = [
            open_sealed(
                files.get(f"{_folder(delivery.id)}/{name}.{number}"),
                key,
                context=f"{delivery.id}/{name}/{number}/{count}".encode(),
            )
            for number in range(count)
        ]
        out[name] = b"".join(pieces)
        if hashlib.sha256(out[name]).hexdigest() != digest:
            raise IntegrityFailure("the staged file is not the one that was signed", where=name)
    return out


def _stage(world: World, plan: Mapping[str, Any], name: str, content: bytes, key: bytes) -> None:
    pieces = [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)] or [b""]
    for number, piece in enumerate(pieces):
        context = f"{plan['delivery']}/{name}/{number}/{len(pieces)}".encode()
        sealed = seal(piece, key, context=context, nonce=world.entropy(12))
        world.files.put(f"{plan['folder']}/{name}.{number}", sealed)


def _check_sequence(view: View, dataset: Dataset, manifest: delivery_manifest.Manifest) -> None:
    arrived = view.find(Delivery, parent=dataset.id)
    earlier = [item.sequence for item in arrived if item.source == manifest.source]
    if manifest.sequence <= max(earlier, default=0):
        raise InvalidState("this delivery, or a later one, is here already: an old manifest does not count twice")


def check_header(name: str, header: Sequence[str], declared: Sequence[str], dataset: str) -> None:
    """A file's columns are those that its data set declares, in their order.

    Raises:
        InvalidInput: one is missing, too many, or elsewhere.
    """
    missing = [column for column in declared if column not in header]
    unknown = [column for column in header if column not in declared]
    if missing or unknown:
        # An undeclared column's name is the sender's text, so it is counted and not shown.
        problem = f"column {missing[0]!r} is missing" if missing else f"{len(unknown)} column(s) are not in the schema"
        raise InvalidInput(f"wrong schema: {problem}", where=name, remedy=f"send the columns of data set {dataset}")
    if list(header) != list(declared):
        told = "wrong schema: the columns are in another order than declared"
        raise InvalidInput(told, where=name, remedy=f"send them in the order of data set {dataset}")


def _folder(delivery: str) -> str:
    return f"staging/{delivery}"
