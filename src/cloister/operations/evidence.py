"""Make an evidence pack, verify the environment's own log and data, and export the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloister.compliance import ModelContents, PackContents, build_pack, coverage
from cloister.core.actions import Action
from cloister.core.errors import CloisterError
from cloister.core.events import AuditEvent
from cloister.crypto import VerifyKey, openssf, statement
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import Store, View, World
from cloister.operations.register_model import BOM, CARD, SIGNATURE
from cloister.policy import PolicySet, Resource
from cloister.records import Dataset, Model, Source, Task, Version
from cloister.translog import MerkleTree, NoteKey, leaf_hash, open_checkpoint


@dataclass(slots=True)
class LogReader:
    """What an operation over the whole log needs beyond a transaction: given by the composition root."""

    store: Store
    policy: PolicySet
    origin: str
    implemented: frozenset[str]
    sequence: Callable[[], bytes] = bytes


def log_resource() -> Resource:
    return Resource("Log", "log")


class PackEvidence(EffectOperation[None, Mapping[str, bytes], Mapping[str, bytes]]):
    """Put together all that an outsider needs to check the chain, under one signed list."""

    action = Action.EVIDENCE_PACK
    provisions = ("164.316(b)(1)(ii)", "164.316(b)(2)(ii)", "164.312(b)")
    command = "cloister evidence pack"

    def __init__(self, log: LogReader) -> None:
        self._log = log

    def resource(self, view: View, request: None, moment: datetime) -> Resource:
        return log_resource()

    def prepare(self, context: Context, request: None) -> Mapping[str, Any]:
        return {}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: None
    ) -> Mapping[str, bytes]:
        checkpoint = self._log.sequence()
        open_now = [intent.event_id for intent in self._log.store.open_intents()]
        events = list(self._log.store.events())
        statements = {digest: view.blob(digest) for digest in sorted(_statements(events))}
        policies = {event.policy_set for event in map(AuditEvent.from_bytes, events)} - {self._log.policy.hash}
        return build_pack(
            PackContents(
                key=world.signer,
                created=world.clock.now(),
                events=events,
                checkpoint=checkpoint,
                statements=statements.values(),
                policies=[self._log.policy.text.encode(), *(view.blob(digest) for digest in sorted(policies))],
                sources={
                    source.name: [VerifyKey.from_text(key.public) for key in source.keys]
                    for source in view.find(Source)
                },
                models={model.id: _model(world, model) for model in view.find(Model) if model.state == "registered"},
                model_key=world.model_public,
                open_intents=open_now,
            )
        )

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Mapping[str, bytes], request: None
    ) -> Mapping[str, bytes]:
        context.facts.update(files=len(outcome))
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """The pack is bytes in memory: nothing outside was changed."""


def _statements(events: list[bytes]) -> set[str]:
    found: set[str] = set()
    for event in map(AuditEvent.from_bytes, events):
        if isinstance(event.facts.get("statement"), str):
            found.add(event.facts["statement"])
        found |= {item for item in event.facts.get("statements", ()) if isinstance(item, str)}
    return found


def _model(world: World, model: Model) -> ModelContents:
    root = f"registry/{model.id}"
    return ModelContents(
        files={name: world.files.get(f"{root}/model/{name}") for name in model.files},
        signature=world.files.get(f"{root}/{SIGNATURE}"),
        card_html=world.files.get(f"{root}/{CARD[0]}"),
        card_json=world.files.get(f"{root}/{CARD[1]}"),
        bom=world.files.get(f"{root}/{BOM}"),
    )


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was looked at, and one line for each thing that is not as it was recorded."""

    events: int
    versions: int
    files: int
    problems: tuple[str, ...]


class VerifyLog(EffectOperation[None, Inspection, Inspection]):
    """Hold the log against its tree, its checkpoint and the head kept apart; every record and file against the log."""

    action = Action.AUDIT_VERIFY
    provisions = ("164.312(b)", "164.312(c)(2)", "164.308(a)(1)(ii)(D)")
    command = "cloister audit verify"

    def __init__(self, log: LogReader) -> None:
        self._log = log

    def resource(self, view: View, request: None, moment: datetime) -> Resource:
        return log_resource()

    def prepare(self, context: Context, request: None) -> Mapping[str, Any]:
        return {}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: None) -> Inspection:
        problems = [*self._check_log(world), *_unchecked(view), *self._log.store.check_records()]
        versions = view.find(Version)
        parts = {part.path: part for version in versions for part in version.parts}
        problems += list(world.versions.check(list(parts.values())))
        for version in versions:
            problems += _check_version(world, view, version)
        models = [model for model in view.find(Model) if model.state == "registered"]
        files = 0
        for model in models:
            root = f"registry/{model.id}"
            held = {name.removeprefix("model/"): name for name in world.files.names(root) if name.startswith("model/")}
            files += len(held)
            try:
                digests = {name: _sha256(world.files.get(f"{root}/{path}")) for name, path in held.items()}
                openssf.verify_model(world.files.get(f"{root}/{SIGNATURE}"), world.model_public, digests)
            except CloisterError as error:
                problems.append(f"model {model.name}: {error.message}")
        return Inspection(self._log.store.event_count(), len(versions), len(parts) + files, tuple(problems))

    def _check_log(self, world: World) -> list[str]:
        note = self._log.store.checkpoint()
        if note is None:
            return []
        key = NoteKey(self._log.origin, world.signer.verify_key.raw)
        checkpoint = open_checkpoint(note, key).checkpoint
        leaves = [leaf_hash(body) for body in self._log.store.events(0, checkpoint.size)]
        if len(leaves) != checkpoint.size:
            return [f"the log holds {len(leaves)} events, its checkpoint covers {checkpoint.size}"]
        tree = MerkleTree(leaves)
        problems = []
        if tree.root() != checkpoint.root:
            problems.append("the log's events are not those that its checkpoint covers")
        head = world.keys.head()
        if head is None:
            problems.append("whether the log was rolled back is not computed: its remembered head is missing")
        else:
            seen = open_checkpoint(head, key).checkpoint
            if seen.size > checkpoint.size:
                problems.append(f"the log was rolled back: {seen.size} events were there, {checkpoint.size} are")
            elif tree.root(seen.size) != seen.root:
                problems.append("the log was forked: its beginning is not what it was")
        return problems

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Inspection, request: None) -> Inspection:
        context.facts.update(events=outcome.events, versions=outcome.versions, problems=len(outcome.problems))
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing was changed."""


def _unchecked(view: View) -> list[str]:
    """What could not be checked when the environment was opened, until a person has closed the task about it."""
    tasks = [task for task in view.find(Task, state="open") if task.origin == Action.AUDIT_VERIFY.value]
    return [f"{task.found} on {task.opened[:10]} (task {task.id})" for task in tasks]


def _sha256(raw: bytes) -> str:
    import hashlib

    return hashlib.sha256(raw).hexdigest()


def _check_version(world: World, view: View, version: Version) -> list[str]:
    """A version's record against its signed manifest."""
    try:
        signed = statement.verify(view.blob(version.statement), [world.signer.verify_key])
    except CloisterError as error:
        return [f"version {version.id}: {error.message}"]
    if dict(signed.subjects) != {part.path: part.sha256 for part in version.parts}:
        return [f"version {version.id}: its record is not what its signed manifest says"]
    return []


class VerifyDataset(Operation[str, tuple[str, ...]]):
    """Hold every file of a data set's versions against the signed manifests; no key is needed."""

    action = Action.DATASET_VERIFY
    provisions = ("164.312(c)(2)",)
    command = "cloister dataset verify"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_dataset(view.named(Dataset, request))

    def perform(self, context: Context, request: str) -> tuple[str, ...]:
        dataset = context.unit.named(Dataset, request)
        problems: list[str] = []
        versions = context.unit.find(Version, parent=dataset.id)
        for version in versions:
            problems += context.world.versions.check(version.parts)
            problems += _check_version(context.world, context.unit, version)
        context.facts.update(dataset=dataset.id, versions=len(versions), problems=len(problems))
        return tuple(dict.fromkeys(problems))


class ExportLog(EffectOperation[None, Mapping[str, Any], Mapping[str, Any]]):
    """Export every event with the coverage of HIPAA's provisions that is computed from them."""

    action = Action.AUDIT_EXPORT
    provisions = ("164.312(b)", "164.308(a)(1)(ii)(D)")
    command = "cloister audit export"

    def __init__(self, log: LogReader) -> None:
        self._log = log

    def resource(self, view: View, request: None, moment: datetime) -> Resource:
        return log_resource()

    def prepare(self, context: Context, request: None) -> Mapping[str, Any]:
        return {}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: None
    ) -> Mapping[str, Any]:
        bodies = list(self._log.store.events())
        report = coverage(map(AuditEvent.from_bytes, bodies), implemented=self._log.implemented)
        return {"events": [json.loads(body) for body in bodies], "coverage": report.to_value()}

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Mapping[str, Any], request: None
    ) -> Mapping[str, Any]:
        context.facts.update(events=len(outcome["events"]))
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""
