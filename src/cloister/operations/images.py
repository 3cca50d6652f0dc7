"""Admit a container image: its signature, made by cosign with a key, over the manifest that its name pins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput, NotFound
from cloister.integrity import verify_image
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import FileStore, View, World
from cloister.policy import Resource
from cloister.records import Image

_ANNOTATION = "dev.cosignproject.cosign/signature"
_NAME = "org.opencontainers.image.ref.name"
_LARGEST = 4 * 2**20  # bytes of an index or a manifest


@dataclass(frozen=True, slots=True)
class ImageWish:
    """``layout``: an OCI image layout that holds the image and its signature, as ``cosign save`` writes it."""

    reference: str
    layout: Path
    key: Path


class AdmitImage(EffectOperation[ImageWish, Image, tuple[str, str]]):
    """Admit a container image whose signature holds under a key; anything else is refused."""

    action = Action.IMAGE_ADMIT
    provisions = ("164.312(c)(2)", "164.308(a)(5)(ii)(B)")
    command = "cloister image admit"

    def resource(self, view: View, request: ImageWish, moment: datetime) -> Resource:
        return Resource("Environment", "environment")

    def prepare(self, context: Context, request: ImageWish) -> Mapping[str, Any]:
        return {"image": context.new_id("img")}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: ImageWish
    ) -> tuple[str, str]:
        return check_image(world.files, request)

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: tuple[str, str], request: ImageWish) -> Image:
        digest, key = outcome
        made = Image(plan["image"], request.reference, digest, key, to_text(context.moment), context.subject)
        context.unit.put(made)
        context.facts.update(image=made.id, reference=made.name, digest=digest, key=key)
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def check_image(files: FileStore, request: ImageWish) -> tuple[str, str]:
    """The image's digest and the key's, if one signature in the layout holds.

    Raises:
        NotFound: the layout has no such image, or no signature for it.
        IntegrityFailure: a blob is not what its digest says, or no signature holds.
    """
    key = files.outside(request.key)
    digest = request.reference.partition("@")[2]
    if not digest:
        raise InvalidInput("an image must be named by digest", remedy="write NAME@sha256:DIGEST instead of a tag")
    index = _json(_file(files, request.layout, "index.json"), "index.json")
    manifest = _blob(files, request.layout, digest)
    fault: CloisterError | None = None
    for payload, signature in _signatures(files, request.layout, index, digest):
        try:
            verify_image(
                manifest=manifest, reference=request.reference, payload=payload, signature=signature, public_key=key
            )
            return digest, hashlib.sha256(key).hexdigest()
        except CloisterError as error:
            fault = error
    raise fault or IntegrityFailure("the image is not signed", remedy="have it signed with cosign sign --key")


def _signatures(files: FileStore, layout: Path, index: Any, digest: str) -> list[tuple[bytes, str]]:
    """(payload, signature) of every layer of the image's signature manifest, which cosign names by a tag."""
    wanted = digest.replace(":", "-") + ".sig"
    found = []
    for entry in _items(index, "manifests"):
        names = entry.get("annotations") or {}
        named = str(names.get(_NAME, "")).endswith(wanted) or names.get("kind") == "dev.cosignproject.cosign/sigs"
        if not named:
            continue
        manifest = _json(_blob(files, layout, str(entry.get("digest"))), "the signature's manifest")
        for layer in _items(manifest, "layers"):
            signature = (layer.get("annotations") or {}).get(_ANNOTATION)
            if isinstance(signature, str):
                found.append((_blob(files, layout, str(layer.get("digest"))), signature))
    return found


def _items(value: Any, name: str) -> list[dict[str, Any]]:
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InvalidInput(f"the image layout holds no list of {name}", remedy="write it with cosign save")
    return found


def _blob(files: FileStore, layout: Path, digest: str) -> bytes:
    algorithm, _, name = digest.partition(":")
    if algorithm != "sha256" or len(name) != 64 or not all(char in "0123456789abcdef" for char in name):
        raise InvalidInput("the image layout names a blob by something that is no sha256")
    raw = _file(files, layout, f"blobs/sha256/{name}")
    if hashlib.sha256(raw).hexdigest() != name:
        raise IntegrityFailure("a blob of the image layout is not what its digest says", where=name[:12])
    return raw


def _file(files: FileStore, layout: Path, name: str) -> bytes:
    path = layout / name
    if path.is_file() and path.stat().st_size > _LARGEST:
        raise InvalidInput("a manifest of the image layout is longer than 4 MiB", where=name)
    try:
        return files.outside(path)
    except NotFound:
        raise NotFound("the image layout lacks a file", where=str(path), remedy="write it with cosign save") from None


def _json(raw: bytes, name: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidInput("not JSON", where=name) from None
