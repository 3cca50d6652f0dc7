"""Import a model that others made: signed, whole, of allowed formats, nothing else beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, NotFound
from cloister.core.ids import is_name
from cloister.crypto import openssf, statement
from cloister.integrity import inspect_artifact
from cloister.operations.naming import taken
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import FileStore, View, World
from cloister.policy import Resource
from cloister.records import ImportedModel

SIGNATURE = "model.sig"
_LARGEST = 16 * 2**30  # bytes of a model
_MOST = 10_000  # files


@dataclass(frozen=True, slots=True)
class ImportWish:
    """``folder`` holds the model's files and ``model.sig``, an OpenSSF signature made with the key of ``key`` (PEM)."""

    folder: Path
    name: str
    key: Path


@dataclass(frozen=True, slots=True)
class Inspected:
    files: Mapping[str, str]
    formats: Mapping[str, str]
    digest: str
    key: str


class ImportModel(EffectOperation[ImportWish, ImportedModel, Inspected]):
    """Import a model that others made; refused unless every file is signed and of an allowed format."""

    action = Action.MODEL_IMPORT
    provisions = ("164.312(c)(1)", "164.312(c)(2)", "164.308(a)(5)(ii)(B)")
    command = "cloister model import"

    def resource(self, view: View, request: ImportWish, moment: datetime) -> Resource:
        return Resource("Environment", "environment")

    def prepare(self, context: Context, request: ImportWish) -> Mapping[str, Any]:
        if not is_name(request.name):
            raise InvalidInput("a model's name is lower-case words joined by hyphens")
        if taken(context.unit, ImportedModel, request.name):
            raise InvalidState("a model of this name was imported already", where=f"model {request.name}")
        identity = context.new_id("imp")
        return {"import": identity, "folder": f"imports/{identity}"}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: ImportWish
    ) -> Inspected:
        contents = read_model_folder(world.files, request.folder)
        if SIGNATURE not in contents:
            remedy = "have it signed with OpenSSF model signing, as model.sig"
            raise IntegrityFailure("the model is not signed", where=str(request.folder), remedy=remedy)
        signature, key = contents.pop(SIGNATURE), world.files.outside(request.key)
        digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in contents.items()}
        root = openssf.verify_model(signature, key, digests)
        report = inspect_artifact(contents)
        if not report.accepted:
            raise IntegrityFailure(f"the model is refused: {report.reasons[0]}", where=str(request.folder))
        for name, raw in contents.items():
            world.files.put(f"{plan['folder']}/model/{name}", raw)
        world.files.put(f"{plan['folder']}/{SIGNATURE}", signature)
        formats = {file.name: str(file.format) for file in report.files}
        return Inspected(digests, formats, root, hashlib.sha256(key).hexdigest())

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Inspected, request: ImportWish
    ) -> ImportedModel:
        predicate = {
            "import": plan["import"],
            "name": request.name,
            "key": outcome.key,
            "digest": outcome.digest,
            "formats": dict(outcome.formats),
        }
        payload = statement.statement(predicates.IMPORT, predicate, dict(outcome.files))
        digest = context.unit.put_blob(statement.sign(payload, context.world.signer))
        made = ImportedModel(
            plan["import"],
            request.name,
            outcome.digest,
            outcome.key,
            outcome.files,
            outcome.formats,
            to_text(context.moment),
            context.subject,
            digest,
        )
        context.unit.put(made)
        context.facts.update(imported=made.id, name=made.name, digest=made.digest, key=made.key, statement=digest)
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def read_model_folder(files: FileStore, folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its relative path.

    Raises:
        IntegrityFailure: a link, a special file, or a hidden one: none of them is ever part of a model.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise NotFound("there is no such folder (links are not followed)", where=str(folder))
    found = sorted(folder.rglob("*"))
    if len(found) > _MOST:
        raise InvalidInput("more files than any model has", where=str(folder))
    contents, size = {}, 0
    for path in found:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise IntegrityFailure("the model's folder holds a link or a special file", where=name)
        if any(part.startswith(".") for part in name.split("/")):
            raise IntegrityFailure("the model's folder holds a hidden file", where=name)
        if path.is_file():
            size += path.stat().st_size
            if size > _LARGEST:
                raise InvalidInput("the model is larger than 16 GiB", where=str(folder))
            contents[name] = files.outside(path)
    return contents
