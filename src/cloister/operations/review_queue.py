"""The queue of withheld words: sealed under the key of the data set that they come from, matched by fingerprint."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from cloister.core.clock import from_text, to_text
from cloister.core.errors import NotFound
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.crypto import derive
from cloister.crypto.wrapping import open_sealed, seal
from cloister.operations.operation import Context
from cloister.operations.ports import View
from cloister.phi.review import Judgement, ReviewItem, ReviewState, Verdict, fingerprint
from cloister.phi.unknown import Unknown, withhold_values, withhold_words
from cloister.records import Dataset, Review
from cloister.records.keys import FOOTER

LONGEST = 10_000  # new items of one run; what is beyond stays withheld and is counted
WORD, VALUE = "word", "value"
_REASONS = {WORD: "a word of a note that no list knows", VALUE: "a value of free text with a word that no list knows"}
_OPEN_FORM = frozenset("*+.")  # a pattern with one of these lets any text through


@dataclass(frozen=True, slots=True)
class Found:
    """A new item as the effect leaves it: sealed, so that no value passes through a plan, a record or an event."""

    place: str
    what: str
    seen: int
    fingerprint: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item opened for a person who may see it."""

    record: Review
    value: str
    contexts: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Waiting({self.record.id})"


def queue_key(keys: Mapping[str, bytes]) -> bytes:
    """The queue's key, a child of the data set's; only who may open the data set's footer key has it."""
    return derive(keys[FOOTER], "review")


def free_text(schema: TableSchema) -> tuple[Column, ...]:
    """The high-risk places: notes, and texts that neither a code set nor a closed pattern holds."""
    return tuple(
        column
        for column in schema.columns
        if column.role is Role.NOTE
        or (
            column.role is Role.ATTRIBUTE
            and column.type is ColumnType.TEXT
            and not column.codes
            and (column.pattern is None or not _OPEN_FORM.isdisjoint(column.pattern.replace("\\.", "")))
        )
    )


def allowed(view: View, dataset: str) -> frozenset[tuple[str, str]]:
    """(fingerprint, place) of what two people allowed."""
    found = view.find(Review, parent=dataset, state=ReviewState.ALLOWED.value)
    return frozenset((item.fingerprint, item.place) for item in found)


def digest(entries: frozenset[tuple[str, str]]) -> str:
    """Names an allow-list in a recipe: another list makes another version."""
    return hashlib.sha256("\n".join(sorted("/".join(entry) for entry in entries)).encode()).hexdigest()[:16]


def withhold(
    frame: pl.DataFrame,
    schema: TableSchema,
    permitted: frozenset[tuple[str, str]],
    key: bytes,
    seal_with: Callable[[bytes, bytes], bytes],
) -> tuple[pl.DataFrame, list[Found], dict[str, int]]:
    """The frame without unknown words in its high-risk places, what was withheld, and the rows of each column."""
    found: list[Found] = []
    counts: dict[str, int] = {}
    for column in free_text(schema):
        if column.name not in frame.columns:
            continue
        what, act = (WORD, withhold_words) if column.role is Role.NOTE else (VALUE, withhold_values)

        def permits(value: str, place: str = column.name) -> bool:
            return bool(permitted) and (fingerprint(value, key), place) in permitted

        series, unknown = act(frame[column.name], permits)
        frame = frame.with_columns(series.alias(column.name))
        if unknown:
            counts[column.name] = len(unknown)
        found += [_found(item, column.name, what, key, seal_with) for item in unknown[:LONGEST]]
    return frame, sorted(found, key=lambda item: -item.seen)[:LONGEST], counts


def _found(item: Unknown, place: str, what: str, key: bytes, seal_with: Callable[[bytes, bytes], bytes]) -> Found:
    mark = fingerprint(item.value, key)
    body = json.dumps([item.value, *item.contexts]).encode("utf-8", "surrogatepass")
    sealed = seal_with(body, f"review:{place}:{mark}".encode())
    return Found(place, what, item.seen, mark, base64.b64encode(sealed).decode())


def sealer(key: bytes, entropy: Callable[[int], bytes]) -> Callable[[bytes, bytes], bytes]:
    return lambda body, context: seal(body, key, context=context, nonce=entropy(12))


def open_item(record: Review, key: bytes) -> Waiting:
    """The value and its contexts.

    Raises:
        IntegrityFailure: the sealed bytes are not this item's.
    """
    context = f"review:{record.place}:{record.fingerprint}".encode()
    raw = open_sealed(base64.b64decode(record.sealed), key, context=context)
    value, *contexts = json.loads(raw)
    return Waiting(record, value, tuple(contexts))


def enqueue(context: Context, dataset: str, found: Sequence[Found]) -> int:
    """Put what is new into the queue; returns how many. An item that is known keeps its verdict and its count grows."""
    known = {(item.fingerprint, item.place): item for item in context.unit.find(Review, parent=dataset)}
    new = 0
    for item in found:
        before = known.get((item.fingerprint, item.place))
        if before is not None:
            if item.seen > before.seen:
                context.unit.put(replace(before, seen=item.seen))
            continue
        new += 1
        context.unit.put(
            Review(
                context.new_id("rev"),
                dataset,
                item.place,
                item.what,
                _REASONS[item.what],
                item.seen,
                item.fingerprint,
                item.sealed,
                to_text(context.moment),
            )
        )
    return new


def records_of(view: View, dataset: Dataset, ids: Sequence[str]) -> tuple[Review, ...]:
    """The named items of one data set.

    Raises:
        NotFound: an id that is not in this data set's queue.
    """
    found = []
    for name in ids:
        try:
            record = view.get(Review, name)
        except NotFound:
            record = None
        if record is None or record.dataset != dataset.id:
            remedy = f"cloister phi queue {dataset.name}"
            raise NotFound(f"there is no item {name!r} in this data set's queue", remedy=remedy)
        found.append(record)
    return tuple(found)


def item_of(record: Review) -> ReviewItem:
    """The record in the form whose transitions ``cloister.phi.review`` knows."""
    first = second = None
    if record.judged_by:
        first = Judgement(record.judged_by, Verdict(record.verdict), from_text(record.judged))
    if record.consented_by:
        said = Verdict.SAFE if record.agreed else Verdict.PHI
        second = Judgement(record.consented_by, said, from_text(record.consented))
    return ReviewItem(
        record.fingerprint,
        record.place,
        record.what,
        record.reason,
        from_text(record.opened),
        record.seen,
        ReviewState(record.state),
        first,
        second,
    )


def with_item(record: Review, item: ReviewItem) -> Review:
    """The record after a transition."""
    first, second = item.first, item.second
    return replace(
        record,
        state=item.state.value,
        judged_by=first.by if first else "",
        verdict=first.verdict.value if first else "",
        judged=to_text(first.at) if first else "",
        consented_by=second.by if second else "",
        agreed=second is not None and second.verdict is Verdict.SAFE,
        consented=to_text(second.at) if second else "",
    )
