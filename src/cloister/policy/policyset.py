"""A parsed, validated set of Cedar policies, and the decision over it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import cedarpy
from cedarpy import pst

from cloister.core.errors import InvalidInput
from cloister.policy.index import PolicyIndex
from cloister.policy.terms import Attribute, Decision, Obligation, Request, Resource, Subject

OBLIGATIONS = frozenset({"columns", "expiry", "row_filter", "second_approver"})
_ANNOTATIONS = OBLIGATIONS | {"id", "reason"}
# A subject is the one who asks and may also be asked about; Cedar wants one shape for each entity type.
_ENTITY_TYPES = {"Subject": "Account"}
_FAULTY = re.compile(r"attribute `([a-z_]{1,30})`")
_SCHEMA_LINE = "// schema\n"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What the annotations of one policy say."""

    order: int
    id: str
    reason: str
    obligations: tuple[Obligation, ...]


class PolicySet:
    """Policies and schema, parsed once. Deciding changes nothing, so one set serves every thread."""

    __slots__ = ("_index", "_rules", "_schema", "hash", "text")

    def __init__(self, policies: str, schema: str) -> None:
        policies, schema = _plain(policies), _plain(schema)
        parsed, self._schema = _parsed(policies, schema)
        self._rules = _annotated(parsed)
        _validate(policies, self._schema, self._rules)
        self._index = PolicyIndex(parsed, schema)
        self.text: str = f"{policies}{_SCHEMA_LINE}{schema}"
        self.hash: str = hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @classmethod
    def default(cls) -> PolicySet:
        """The policies that ship with Cloister: seven roles, separation of duties, default deny."""
        folder = resources.files("cloister.policy") / "data"
        policies = [(folder / name).read_text("utf-8") for name in ("roles.cedar", "duties.cedar")]
        return cls("\n".join(policies), (folder / "cloister.cedarschema").read_text("utf-8"))

    @classmethod
    def load(cls, policies: str, schema: str) -> PolicySet:
        """Parse and validate the text of policies and of a schema.

        Each policy has an ``@id`` of its own, each forbid a ``@reason``; other annotations are obligations.

        Raises:
            InvalidInput: not Cedar, an attribute, action or type that the schema does not declare, a missing or
                repeated ``@id``, a forbid without ``@reason``, an unknown annotation, or a template.
        """
        return cls(policies, schema)

    def __len__(self) -> int:
        return len(self._rules)

    def decide(self, request: Request) -> Decision:
        """Permit or deny; never raises. What can't be decided is denied, and so is what a policy fails on."""
        try:
            return self._decide(request)
        except Exception:
            return _denied(_misfit(""))

    def _decide(self, request: Request) -> Decision:
        subject = request.subject
        if not subject.name:
            # An empty text in a record means "nobody", whom no request may come from.
            return _denied("the request comes from nobody")
        principal, resource = _subject_entity(subject), _resource_entity(request.resource)
        context = _values(request.context, drop_none=True)
        entities = self._entities(json.dumps([principal, resource]))
        asked = {
            "principal": principal["uid"],
            "action": {"type": "Action", "id": request.action.value},
            "resource": resource["uid"],
            "context": json.dumps(context),
        }
        facts = {
            "principal": principal["attrs"] | {"": subject.name},
            "resource": resource["attrs"] | {"": request.resource.id},
            "context": context,
        }
        permits: list[_Rule] = []
        forbids: list[_Rule] = []
        for policies in self._index.candidates(request.action.value, resource["uid"]["type"], facts):
            answer = cedarpy.is_authorized(asked, policies, entities, self._schema)
            if answer.diagnostics.errors:
                # Cedar skips a policy that fails; skipping a forbid would let the attempt through.
                return _denied(_misfit(answer.diagnostics.errors[0]))
            (permits if answer.allowed else forbids).extend(self._rules[name] for name in answer.diagnostics.reasons)
        return _decision(subject, permits, forbids)

    def _entities(self, text: str) -> cedarpy.Entities | str:
        try:
            return cedarpy.Entities.from_json_str(text, self._schema)
        except ValueError:
            # Read with the request, the same text is refused again, and Cedar tells which attribute is at fault.
            return text


def _decision(subject: Subject, permits: list[_Rule], forbids: list[_Rule]) -> Decision:
    """One forbid outweighs every permit, and without a permit the answer is no."""
    deciding = sorted(forbids or permits, key=lambda rule: rule.order)
    ids = tuple(rule.id for rule in deciding)
    if forbids:
        return Decision(False, ids, (), deciding[0].reason)
    if not permits:
        return _denied(f"no policy permits {subject.name} this")
    obligations = sorted({item for rule in permits for item in rule.obligations})
    return Decision(True, ids, tuple(obligations), f"permitted by {ids[0]}")


def _denied(reason: str) -> Decision:
    return Decision(False, (), (), reason)


def _plain(text: str) -> str:
    """Line ends and trailing blanks made one way, so that the hash depends on what is written alone."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n") + "\n"


def _parsed(policies: str, schema: str) -> tuple[cedarpy.PolicySet, cedarpy.Schema]:
    try:
        parsed_schema = cedarpy.Schema.from_str(schema)
    except ValueError as error:
        raise InvalidInput(f"not a Cedar schema: {_one_line(error)}", where="policy schema") from None
    try:
        return cedarpy.PolicySet.from_str(policies), parsed_schema
    except ValueError as error:
        raise InvalidInput(f"not Cedar policies: {_one_line(error)}", where="policies") from None


def _validate(policies: str, schema: cedarpy.Schema, rules: Mapping[str, _Rule]) -> None:
    result = cedarpy.validate_policies(policies, schema)
    if not result.validation_passed:
        first = result.errors[0]
        rule = rules.get(first.policy_id)
        raise InvalidInput(
            f"{_one_line(first.error)} ({len(result.errors)} in all)",
            where=f"policy {rule.id}" if rule else "policies",
            remedy="name only what the policy schema declares",
        )


def _annotated(policies: cedarpy.PolicySet) -> dict[str, _Rule]:
    """The rule of each Cedar policy id, such as ``policy3``."""
    parsed = policies.to_pst()
    if parsed.templates:
        raise InvalidInput("a policy with slots permits nothing by itself", where="policies", remedy="write it out")
    rules = {name: _rule(policy) for name, policy in parsed.static_policies.items()}
    ids = Counter(rule.id for rule in rules.values())
    repeated = sorted(name for name, count in ids.items() if count > 1)
    if repeated:
        raise InvalidInput("two policies have the same @id", where=f"policy {repeated[0]}")
    return rules


def _rule(policy: pst.Template) -> _Rule:
    notes = policy.annotations
    order = int(policy.id.removeprefix("policy"))
    if not notes.get("id"):
        raise InvalidInput("a policy has no @id", where=f"policy number {order + 1}")
    where = f"policy {notes['id']}"
    unknown = sorted(notes.keys() - _ANNOTATIONS)
    if unknown:
        raise InvalidInput(
            f"unknown annotation @{unknown[0]}", where=where, remedy=f"use {', '.join(sorted(_ANNOTATIONS))}"
        )
    if policy.effect == "forbid" and not notes.get("reason"):
        raise InvalidInput("a forbid has no @reason to tell a person", where=where)
    obligations = tuple(Obligation(kind, value) for kind, value in sorted(notes.items()) if kind in OBLIGATIONS)
    if policy.effect == "forbid" and obligations:
        raise InvalidInput("an obligation stands on a permit, not on a forbid", where=where)
    return _Rule(order, notes["id"], notes.get("reason", ""), obligations)


def _subject_entity(subject: Subject) -> dict[str, Any]:
    return {
        "uid": {"type": "Subject", "id": subject.name},
        "attrs": _values(subject.attributes, drop_none=True) | {"name": subject.name},
        "parents": [{"type": "Role", "id": role} for role in sorted(subject.roles)],
    }


def _resource_entity(resource: Resource) -> dict[str, Any]:
    uid = {"type": _ENTITY_TYPES.get(resource.kind, resource.kind), "id": resource.id}
    return {"uid": uid, "attrs": _values(resource.attributes, drop_none=False), "parents": []}


def _values(attributes: Mapping[str, Attribute], *, drop_none: bool) -> dict[str, Any]:
    """Attributes as JSON. ``None`` is left out, or stands as the empty text that means "nobody"."""
    values: dict[str, Any] = {}
    for name, value in attributes.items():
        if value is None:
            if not drop_none:
                values[name] = ""
        else:
            values[name] = sorted(value) if isinstance(value, frozenset | set) else value
    return values


def _misfit(error: str) -> str:
    """Says that the request fits no schema, and at most an attribute's name: Cedar's message may quote values."""
    # The message ends with the fault; before it stands a copy of the entities.
    found = _FAULTY.findall(error.rpartition("]: ")[2])
    at = f" (attribute {found[0]})" if found else ""
    return f"the request does not fit the policy schema{at}, so it is denied"


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
