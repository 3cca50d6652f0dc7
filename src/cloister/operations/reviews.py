"""Work through what de-identification withheld: look, judge, and consent to another's verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.review_queue import Waiting, item_of, open_item, queue_key, records_of, with_item
from cloister.phi.review import ReviewState, Verdict, consent, judge, reopen
from cloister.policy import Resource
from cloister.records import Dataset, Review

REOPEN = "reopen"
VERDICTS = (Verdict.SAFE.value, Verdict.PHI.value, REOPEN)


@dataclass(frozen=True, slots=True)
class QueueLook:
    """``states`` of the items that are wanted, most seen first, at most ``limit``; ``values`` opens what they hold."""

    dataset: str
    states: tuple[str, ...] = (ReviewState.OPEN.value, ReviewState.PROPOSED.value)
    limit: int = 10_000
    values: bool = True


class ReadQueue(EffectOperation[QueueLook, tuple[Waiting, ...], tuple[Waiting, ...]]):
    """List the words that were withheld from a data set, and open them with the places where they stand."""

    action = Action.REVIEW_READ
    provisions = ("164.514(b)(2)", "164.312(b)", "164.502(b)")
    command = "cloister phi queue"

    def resource(self, view: View, request: QueueLook, moment: datetime) -> Resource:
        return resources.of_reviews(view.named(Dataset, request.dataset), ())

    def prepare(self, context: Context, request: QueueLook) -> Mapping[str, Any]:
        known = {state.value for state in ReviewState}
        if not request.states or not set(request.states) <= known:
            raise InvalidInput("there is no such state of an item", remedy=f"choose from {', '.join(sorted(known))}")
        dataset = context.unit.named(Dataset, request.dataset)
        context.facts.update(dataset=dataset.id, states=list(request.states))
        return {"dataset": dataset.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: QueueLook
    ) -> tuple[Waiting, ...]:
        found = [item for state in request.states for item in view.find(Review, parent=plan["dataset"], state=state)]
        wanted = sorted(found, key=lambda item: (-item.seen, item.id))[: request.limit]
        if not wanted or not request.values:
            return tuple(Waiting(item, "", ()) for item in wanted)
        key = queue_key(door.open(plan["dataset"], ()))
        return tuple(open_item(item, key) for item in wanted)

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: tuple[Waiting, ...], request: QueueLook
    ) -> tuple[Waiting, ...]:
        context.facts.update(dataset=plan["dataset"], items=len(outcome), opened=request.values and bool(outcome))
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """``verdicts`` maps an item's id to ``safe``, ``phi`` or ``reopen``."""

    dataset: str
    verdicts: Mapping[str, str]


class JudgeReview(Operation[Verdicts, tuple[Review, ...]]):
    """Say of withheld words whether each is safe or PHI; safe lets nothing through before a second person agrees."""

    action = Action.REVIEW_JUDGE
    provisions = ("164.514(b)(2)", "164.514(b)(2)(ii)")
    command = "cloister phi judge"

    def resource(self, view: View, request: Verdicts, moment: datetime) -> Resource:
        dataset = view.named(Dataset, request.dataset)
        return resources.of_reviews(dataset, records_of(view, dataset, tuple(request.verdicts)))

    def perform(self, context: Context, request: Verdicts) -> tuple[Review, ...]:
        _some(request.verdicts)
        if not set(request.verdicts.values()) <= set(VERDICTS):
            raise InvalidInput("a verdict is safe, phi or reopen")
        dataset = context.unit.named(Dataset, request.dataset)
        done = []
        for record in records_of(context.unit, dataset, tuple(request.verdicts)):
            said, item = request.verdicts[record.id], item_of(record)
            if said == REOPEN:
                after = reopen(item)
            else:
                after = judge(item, by=context.subject, verdict=Verdict(said), at=context.moment)
            done.append(with_item(record, after))
            context.unit.put(done[-1])
        counts = Counter(request.verdicts.values())
        context.facts.update(dataset=dataset.id, items=sorted(request.verdicts), verdicts=dict(sorted(counts.items())))
        return tuple(done)


@dataclass(frozen=True, slots=True)
class Consents:
    """``agreed`` maps the id of an item that somebody judged safe to whether one agrees."""

    dataset: str
    agreed: Mapping[str, bool]


class ConsentReview(Operation[Consents, tuple[Review, ...]]):
    """Agree, as the second person, that a withheld word is safe, or refuse; only then does it pass from then on."""

    action = Action.REVIEW_CONSENT
    provisions = ("164.514(b)(2)", "164.514(b)(2)(ii)")
    command = "cloister phi consent"

    def resource(self, view: View, request: Consents, moment: datetime) -> Resource:
        dataset = view.named(Dataset, request.dataset)
        return resources.of_reviews(dataset, records_of(view, dataset, tuple(request.agreed)))

    def perform(self, context: Context, request: Consents) -> tuple[Review, ...]:
        _some(request.agreed)
        dataset = context.unit.named(Dataset, request.dataset)
        done = []
        for record in records_of(context.unit, dataset, tuple(request.agreed)):
            after = consent(item_of(record), by=context.subject, agree=request.agreed[record.id], at=context.moment)
            done.append(with_item(record, after))
            context.unit.put(done[-1])
        agreed = sum(request.agreed.values())
        context.facts.update(
            dataset=dataset.id, items=sorted(request.agreed), agreed=agreed, refused=len(request.agreed) - agreed
        )
        return tuple(done)


def _some(items: Mapping[str, Any]) -> None:
    if not items:
        raise InvalidInput("no item is named", remedy="cloister phi queue DATASET")
