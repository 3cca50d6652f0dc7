"""Register a source with its public key, and revoke a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.ids import is_name
from cloister.crypto import VerifyKey
from cloister.operations.naming import taken
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import Source, SourceKey, add_key


@dataclass(frozen=True, slots=True)
class SourceKeyRequest:
    """``public`` is the Ed25519 public key as 64 hex digits."""

    source: str
    public: str


class RegisterSource(Operation[SourceKeyRequest, Source]):
    """Register a source with its Ed25519 public key, or add a key to one that is there."""

    action = Action.SOURCE_REGISTER
    provisions = ("164.308(b)(1)", "164.312(c)(1)", "164.312(d)")
    command = "cloister source add"

    def resource(self, view: View, request: SourceKeyRequest, moment: datetime) -> Resource:
        return Resource("Source", request.source, {"registered_by": ""})

    def perform(self, context: Context, request: SourceKeyRequest) -> Source:
        if not is_name(request.source):
            raise InvalidInput("a source's name is lower-case words joined by hyphens")
        public = VerifyKey.from_text(request.public)
        key = SourceKey(public.key_id, public.to_text())
        if taken(context.unit, Source, request.source):
            source = add_key(context.unit.named(Source, request.source), key)
        else:
            source = Source(context.new_id("src"), request.source, context.subject, (key,))
        context.unit.put(source)
        context.facts.update(source=source.name, key_id=key.id)
        return source


@dataclass(frozen=True, slots=True)
class KeyRevocation:
    source: str
    key_id: str


class RevokeSourceKey(Operation[KeyRevocation, Source]):
    """Revoke a source's key: what it signs counts for nothing from now on."""

    action = Action.SOURCE_REVOKE_KEY
    provisions = ("164.308(a)(6)(ii)", "164.312(d)")
    command = "cloister source revoke-key"

    def resource(self, view: View, request: KeyRevocation, moment: datetime) -> Resource:
        source = view.named(Source, request.source)
        return Resource("Source", source.id, {"registered_by": source.registered_by})

    def perform(self, context: Context, request: KeyRevocation) -> Source:
        source = context.unit.named(Source, request.source)
        if len(request.key_id) < 8:
            raise InvalidInput("give at least 8 digits of the key's id")
        matches = [key.id for key in source.keys if key.id.startswith(request.key_id)]
        if len(matches) != 1:
            raise InvalidState("the source has no such key", where=f"source {source.name}")
        source = source.revoke(matches[0], to_text(context.moment))
        context.unit.put(source)
        context.facts.update(source=source.name, key_id=matches[0])
        return source
