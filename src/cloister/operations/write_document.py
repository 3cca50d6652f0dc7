"""Write a document about a model or a version, from what was recorded up to this moment; its digest goes on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloister import documents
from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput
from cloister.operations import resources
from cloister.operations.model_facts import gather
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.version_facts import gather_version
from cloister.policy import Resource
from cloister.records import Model, Version

Render = Callable[[Mapping[str, Any]], "bytes | str"]

OF_MODEL: Mapping[str, Mapping[str, str]] = {
    "model-card": {"html": "render_model_card", "json": "model_card_json"},
    "applied-model-card": {"xml": "chai_xml"},
    "source-attributes": {"html": "render_hti1", "json": "hti1"},
    "ml-bom": {"json": "ml_bom"},
    "environment-bom": {"json": "environment_bom"},
    "change-plan": {"html": "render_change_plan", "json": "change_plan"},
    "section-92-210": {"html": "render_section_92_210", "json": "section_92_210"},
}
OF_VERSION: Mapping[str, Mapping[str, str]] = {
    "datasheet": {"html": "datasheet", "json": "datasheet_json"},
    "croissant": {"json": "croissant"},
}


@dataclass(frozen=True, slots=True)
class DocumentWish:
    """``kind`` is a key of OF_MODEL or OF_VERSION, ``form`` one of its endings, ``subject`` a model or a version."""

    kind: str
    form: str
    subject: str


class WriteDocument(EffectOperation[DocumentWish, bytes, bytes]):
    """Write a model card, datasheet or another document from what was recorded; its digest is kept in the log."""

    action = Action.DOCUMENT_WRITE
    provisions = ("164.316(b)(1)(i)", "164.316(b)(2)(ii)")
    command = "cloister document write"

    def resource(self, view: View, request: DocumentWish, moment: datetime) -> Resource:
        renderer(request)
        if request.kind in OF_MODEL:
            return resources.of_model(view, view.named(Model, request.subject), moment)
        return resources.of_version(view, view.get(Version, request.subject))

    def prepare(self, context: Context, request: DocumentWish) -> Mapping[str, Any]:
        return {"moment": to_text(context.moment)}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: DocumentWish) -> bytes:
        if request.kind in OF_MODEL:
            model = view.named(Model, request.subject)
            facts = gather(world, view, model, {}, plan["moment"])
        else:
            facts = gather_version(view, view.get(Version, request.subject))
        content = renderer(request)(facts)
        return content.encode() if isinstance(content, str) else content

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: bytes, request: DocumentWish) -> bytes:
        digest = hashlib.sha256(outcome).hexdigest()
        context.facts.update(document=request.kind, form=request.form, subject=request.subject, digest=digest)
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def renderer(request: DocumentWish) -> Render:
    """The function of the documents room that renders it.

    Raises:
        InvalidInput: there is no such document, or not in this form.
    """
    known = {**OF_MODEL, **OF_VERSION}
    if request.kind not in known:
        raise InvalidInput(f"there is no document {request.kind!r}", remedy=f"choose from {', '.join(known)}")
    forms = known[request.kind]
    if request.form not in forms:
        endings = " or ".join(f".{form}" for form in forms)
        raise InvalidInput(
            f"a {request.kind} is not written as .{request.form}", remedy=f"name a file that ends in {endings}"
        )
    found: Render = getattr(documents, forms[request.form])
    return found
