"""Fingerprints of governed rows, and the sweep for their shadow copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput, InvalidState
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.search_places import SURE, identifiers, search
from cloister.operations.versions import latest_version, read_frame
from cloister.phi import Detector
from cloister.phi.sweep import Fingerprints, ItemReport, fingerprint_rows
from cloister.policy import Resource
from cloister.records import Dataset, Version

KEY_BYTES = 32
_FILE = "cloister-fingerprint-file-1"


@dataclass(frozen=True, slots=True)
class IssuedFingerprints:
    """Keyed fingerprints of a version's rows, with their key: together they tell whether a row was in it."""

    version: str
    rows: int
    key: bytes
    fingerprints: Fingerprints

    def __repr__(self) -> str:
        return f"IssuedFingerprints(version={self.version!r}, rows={self.rows})"

    def to_bytes(self) -> bytes:
        """A file that ``cloister sweep --fingerprints`` reads; it holds the key, so it is to be kept like one."""
        head = f"{_FILE} {self.version} {self.rows} {self.key.hex()}\n"
        return head.encode("ascii") + self.fingerprints.to_bytes()

    @classmethod
    def from_bytes(cls, raw: bytes) -> IssuedFingerprints:
        """The inverse of :meth:`to_bytes`.

        Raises:
            InvalidInput: not such a file.
        """
        head, _, body = raw.partition(b"\n")
        words = head.decode("ascii", "replace").split(" ")
        try:
            name, version, rows, key = words
            if name != _FILE:
                raise ValueError(name)
            return cls(version, int(rows), bytes.fromhex(key), Fingerprints.from_bytes(body))
        except ValueError:
            remedy = "make one with: cloister dataset fingerprint"
            raise InvalidInput("not a file of fingerprints", remedy=remedy) from None


class IssueFingerprints(EffectOperation[str, IssuedFingerprints, IssuedFingerprints]):
    """Issue keyed fingerprints of a data set's rows, so that copies can be found where the data set is not."""

    action = Action.DATASET_FINGERPRINT
    provisions = ("164.308(a)(1)(ii)(D)", "164.312(b)")
    command = "cloister dataset fingerprint"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_dataset(view.named(Dataset, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        dataset = context.unit.named(Dataset, request)
        version = _latest(context.unit, dataset)
        context.facts.update(dataset=dataset.id, version=version.id)
        return {"dataset": dataset.id, "version": version.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str
    ) -> IssuedFingerprints:
        key = world.entropy(KEY_BYTES)
        version = view.get(Version, plan["version"])
        return IssuedFingerprints(version.id, version.rows, key, _prints(world, door, version, key))

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: IssuedFingerprints, request: str
    ) -> IssuedFingerprints:
        context.facts.update(dataset=plan["dataset"], version=outcome.version, rows=outcome.rows)
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


@dataclass(frozen=True, slots=True)
class SweepWish:
    """Where to look, for copies of which data sets; ``told`` gets each report as it comes, for the one who asked.

    ``phi`` looks for identifiers as well; ``types`` of these alone.
    """

    locations: tuple[str, ...]
    datasets: tuple[str, ...]
    phi: bool = True
    types: tuple[str, ...] = ()
    told: Callable[[ItemReport], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """Counts only: names of files can be people's, so the log has none."""

    items: int
    clean: int
    troubled: int
    kinds: Mapping[str, int]
    versions: tuple[str, ...]


class SweepPlaces(EffectOperation[SweepWish, SweepOutcome, SweepOutcome]):
    """Search files, folders and buckets for identifiers and for copies of governed rows."""

    action = Action.DATASET_SWEEP
    provisions = ("164.308(a)(1)(ii)(D)", "164.308(a)(1)(ii)(A)", "164.310(d)(1)")
    command = "cloister sweep"

    def resource(self, view: View, request: SweepWish, moment: datetime) -> Resource:
        return Resource("Environment", "environment")

    def prepare(self, context: Context, request: SweepWish) -> Mapping[str, Any]:
        if not request.locations:
            raise InvalidInput("no place to search is named", remedy="cloister sweep PATH --dataset NAME")
        if not request.datasets:
            raise InvalidInput("no data set is named", remedy="cloister phi scan, to look for identifiers alone")
        found = [context.unit.named(Dataset, name) for name in dict.fromkeys(request.datasets)]
        versions = [_latest(context.unit, dataset).id for dataset in found]
        context.facts.update(datasets=[dataset.id for dataset in found], versions=versions)
        return {"versions": versions}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: SweepWish
    ) -> SweepOutcome:
        key = world.entropy(KEY_BYTES)
        prints = [_prints(world, door, view.get(Version, name), key) for name in plan["versions"]]
        find = identifiers(Detector(threshold=SURE), request.types) if request.phi else None
        kinds: Counter[str] = Counter()
        items = clean = troubled = 0
        found = search(
            world.places,
            request.locations,
            find=find,
            known=(prints, key),
            types=request.types,
            progress=world.progress,
        )
        for report in found:
            items, clean, troubled = items + 1, clean + report.clean, troubled + bool(report.troubles)
            kinds.update({hit.kind: hit.count for hit in report.hits})
            request.told(report)
        return SweepOutcome(items, clean, troubled, dict(sorted(kinds.items())), tuple(plan["versions"]))

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: SweepOutcome, request: SweepWish
    ) -> SweepOutcome:
        context.facts.update(
            versions=list(outcome.versions),
            items=outcome.items,
            clean=outcome.clean,
            unreadable=outcome.troubled,
            found=dict(outcome.kinds),
        )
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def _latest(view: View, dataset: Dataset) -> Version:
    version = latest_version(view, dataset.id)
    if version is None:
        raise InvalidState("the data set has no version yet", where=f"dataset {dataset.name}")
    return version


def _prints(world: World, door: KeyDoor, version: Version, key: bytes) -> Fingerprints:
    """Of the version as a whole: which values are rare shows over all of its rows."""
    keys = door.open(version.dataset, version.schema.names)
    world.progress("fingerprints", 0, 1)
    return fingerprint_rows(read_frame(world, version, version.schema.names, keys), key)
