"""Create a data set, give it its keys, hold it, destroy its key."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.ids import is_name
from cloister.core.schema import TableSchema
from cloister.integrity import check_schema
from cloister.operations import resources
from cloister.operations.naming import taken
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.policy import Resource
from cloister.records import DataClass, Dataset, Source, Subject
from cloister.records.keys import FOOTER, DatasetKeys


@dataclass(frozen=True, slots=True)
class NewDataset:
    name: str
    custodian: str
    data_class: DataClass
    schema: TableSchema
    location: str
    retention_days: int
    source: str | None = None


class CreateDataset(Operation[NewDataset, Dataset]):
    """Declare a data set: owner, key custodian, class, schema, location, retention."""

    action = Action.DATASET_CREATE
    provisions = ("164.308(a)(1)(ii)(A)", "164.310(d)(1)", "164.316(b)(2)(i)")
    command = "cloister dataset create"

    def resource(self, view: View, request: NewDataset, moment: datetime) -> Resource:
        # The owner is whoever asks: policy compares the custodian with the asker by name.
        draft = Dataset("new", request.name, "", request.custodian, request.data_class, request.schema, "", 0)
        return resources.of_dataset(replace(draft, location=request.location))

    def perform(self, context: Context, request: NewDataset) -> Dataset:
        _check(context.unit, request, context.subject)
        dataset = Dataset(
            context.new_id("ds"),
            request.name,
            context.subject,
            request.custodian,
            request.data_class,
            request.schema,
            request.location,
            request.retention_days,
            request.source,
        )
        context.unit.put(dataset)
        context.facts.update(
            dataset=dataset.id,
            name=dataset.name,
            owner=dataset.owner,
            custodian=dataset.custodian,
            data_class=dataset.data_class.value,
            columns=len(dataset.schema.columns),
        )
        return dataset


def _check(view: View, request: NewDataset, owner: str) -> None:
    if not is_name(request.name):
        raise InvalidInput("a data set's name is lower-case words joined by hyphens")
    if taken(view, Dataset, request.name):
        raise InvalidState("this data set exists already", where=f"dataset {request.name}")
    if request.custodian == owner:
        raise InvalidInput("the key custodian is someone else than the owner")
    if "key-custodian" not in view.named(Subject, request.custodian).roles:
        raise InvalidInput(f"{request.custodian} has not the duty of key custodian")
    if request.retention_days < 1:
        raise InvalidInput("the retention is at least one day")
    if request.source is not None:
        view.named(Source, request.source)
    check_schema(request.schema)


class CreateKey(EffectOperation[str, Dataset, Mapping[str, str]]):
    """Make a data set's keys: a key-encryption key in the provider, and one wrapped key for each column."""

    action = Action.KEY_CREATE
    provisions = ("164.312(a)(2)(iv)",)
    command = "cloister key create"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_dataset(view.named(Dataset, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        dataset = context.unit.named(Dataset, request)
        if dataset.state != "keyless":
            raise InvalidState(f"the data set is {dataset.state}", where=f"dataset {dataset.name}")
        return {"dataset": dataset.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str
    ) -> Mapping[str, str]:
        dataset = view.get(Dataset, plan["dataset"])
        name = f"dataset-{dataset.id}"
        world.keys.create_key(name)
        shell = DatasetKeys(dataset.id, {})
        return {
            column: base64.b64encode(world.keys.wrap(name, world.entropy(32), shell.context(column))).decode()
            for column in (FOOTER, *dataset.schema.names)
        }

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Mapping[str, str], request: str) -> Dataset:
        dataset = replace(context.unit.get(Dataset, plan["dataset"]), state="open")
        context.unit.put(dataset)
        context.unit.put(DatasetKeys(dataset.id, outcome))
        context.facts.update(dataset=dataset.id, columns=len(outcome) - 1)
        return dataset

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        if world.keys.exists(f"dataset-{plan['dataset']}"):
            world.keys.destroy(f"dataset-{plan['dataset']}")


class ShredDataset(EffectOperation[str, Dataset, None]):
    """Destroy a data set's key: every copy of it, backups included, is unreadable from then on."""

    action = Action.DATASET_SHRED
    provisions = ("164.310(d)(2)(i)",)
    command = "cloister dataset shred"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_dataset(view.named(Dataset, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        dataset = context.unit.named(Dataset, request)
        if dataset.state != "open":
            raise InvalidState(f"the data set is {dataset.state}", where=f"dataset {dataset.name}")
        return {"dataset": dataset.id}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str) -> None:
        world.keys.destroy(f"dataset-{plan['dataset']}")

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: None, request: str) -> Dataset:
        dataset = replace(context.unit.get(Dataset, plan["dataset"]), state="shredded")
        context.unit.put(dataset)
        context.facts.update(dataset=dataset.id)
        return dataset

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """A destroyed key can't come back: the data set stays open on paper and unreadable in fact."""


@dataclass(frozen=True, slots=True)
class Hold:
    dataset: str
    held: bool
    reason: str


class HoldDataset(Operation[Hold, Dataset]):
    """Put a data set under a legal hold, or lift it; while it holds, its key can't be destroyed."""

    action = Action.DATASET_HOLD
    provisions = ("164.316(b)(2)(i)", "164.530(j)")
    command = "cloister dataset hold"

    def resource(self, view: View, request: Hold, moment: datetime) -> Resource:
        return resources.of_dataset(view.named(Dataset, request.dataset))

    def perform(self, context: Context, request: Hold) -> Dataset:
        if not request.reason.strip():
            raise InvalidInput("a hold and its end each need a reason")
        dataset = replace(context.unit.named(Dataset, request.dataset), held=request.held)
        context.unit.put(dataset)
        context.facts.update(dataset=dataset.id, held=request.held, reason=request.reason)
        return dataset


class RotateKeys(Operation[str, int]):
    """Give the root key a new value and wrap every key anew; no data is rewritten."""

    action = Action.KEY_ROTATE
    provisions = ("164.312(a)(2)(iv)",)
    command = "cloister key rotate"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_dataset(view.named(Dataset, request))

    def perform(self, context: Context, request: str) -> int:
        # The keyring replaces its file at once: whether or not this transaction commits after it, every key opens.
        count = context.world.keys.rotate_root()
        context.facts.update(keys=count)
        return count
