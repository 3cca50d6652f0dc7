"""Bring in a mirror of known vulnerabilities (OSV), as a zip file or folder, so that gates can scan offline."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import from_text, to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, NotFound
from cloister.integrity import scan_vulnerabilities
from cloister.integrity.dependencies import normal_name
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.policy import Resource
from cloister.records import Advisories

ECOSYSTEM = "PyPI"
_LARGEST = 16 * 2**20  # bytes of one record
_MOST = 2_000_000  # records
_TOTAL = 8 * 2**30  # bytes of all records


@dataclass(frozen=True, slots=True)
class Read:
    taken: str
    digest: str
    records: int
    packages: int


class ImportAdvisories(EffectOperation[Path, Advisories, Read]):
    """Bring in a mirror of known vulnerabilities: an OSV export of PyPI, as a zip file or a folder of JSON files."""

    action = Action.ADVISORY_IMPORT
    provisions = ("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)")
    command = "cloister advisories update"

    def resource(self, view: View, request: Path, moment: datetime) -> Resource:
        return Resource("Environment", "environment")

    def prepare(self, context: Context, request: Path) -> Mapping[str, Any]:
        identity = context.new_id("adv")
        return {"advisories": identity, "folder": f"advisories/{identity}"}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Path) -> Read:
        rows: list[tuple[str, str, bytes]] = []
        newest, records = "", 0
        for name, raw in _records(world, request):
            value = _parsed(name, raw)
            records += 1
            newest = max(newest, _changed(name, value))
            rows += _by_package(value)
        if not rows:
            remedy = "give the export of the ecosystem PyPI"
            raise InvalidInput(f"no advisory for {ECOSYSTEM} is in it", where=str(request), remedy=remedy)
        if from_text(newest) > world.clock.now():
            raise InvalidInput(
                "an advisory is from the future", where=str(request), remedy="check this machine's clock"
            )
        frame = pl.DataFrame(rows, schema=["package", "id", "record"], orient="row").sort("package", "id")
        stream = io.BytesIO()
        frame.write_parquet(stream, compression="zstd", row_group_size=4096)
        world.files.put(f"{plan['folder']}/records.parquet", stream.getvalue())
        digest = hashlib.sha256(stream.getvalue()).hexdigest()
        return Read(newest, digest, records, frame["package"].n_unique())

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Read, request: Path) -> Advisories:
        made = Advisories(
            plan["advisories"],
            ECOSYSTEM,
            outcome.taken,
            outcome.digest,
            outcome.records,
            outcome.packages,
            to_text(context.moment),
            context.subject,
        )
        context.unit.put(made)
        context.facts.update(
            advisories=made.id, digest=made.digest, taken=made.taken, records=made.records, packages=made.packages
        )
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


def newest_advisories(view: View) -> Advisories | None:
    """The mirror that tells of the latest change."""
    return max(view.find(Advisories), key=lambda item: (item.taken, item.imported), default=None)


def advisories_of(world: World, mirror: Advisories, packages: Mapping[str, str]) -> list[dict[str, Any]]:
    """The mirror's records for some packages.

    Raises:
        IntegrityFailure: the stored table is not the one that was brought in.
    """
    raw = world.files.get(f"advisories/{mirror.id}/records.parquet")
    if hashlib.sha256(raw).hexdigest() != mirror.digest:
        raise IntegrityFailure("the mirror of advisories was changed", remedy="cloister advisories update")
    names = [normal_name(name) for name in packages]
    frame = pl.read_parquet(io.BytesIO(raw)).filter(pl.col("package").is_in(names))
    return [json.loads(record) for record in frame["record"]]


def _records(world: World, path: Path) -> Iterator[tuple[str, bytes]]:
    """Each record's file name and bytes; the whole is bounded, and nothing is written to disk."""
    if path.is_dir() and not path.is_symlink():
        names = sorted(item for item in path.rglob("*.json") if not item.is_symlink())
        _bounded(len(names), sum(item.stat().st_size for item in names), path)
        for item in names:
            yield item.name, world.files.outside(item)
        return
    if not path.is_file():
        raise NotFound("there is no such file or folder", where=str(path))
    try:
        with zipfile.ZipFile(io.BytesIO(world.files.outside(path))) as archive:
            members = [item for item in archive.infolist() if item.filename.endswith(".json")]
            _bounded(len(members), sum(item.file_size for item in members), path)
            for member in members:
                if member.file_size > _LARGEST:
                    raise InvalidInput("a record is longer than 16 MiB", where=str(path))
                yield member.filename, archive.read(member)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        raise InvalidInput("not a readable zip file", where=str(path), remedy="fetch the export again") from None


def _bounded(count: int, size: int, path: Path) -> None:
    if count > _MOST or size > _TOTAL:
        raise InvalidInput("larger than any export of advisories", where=str(path))


def _parsed(name: str, raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
        mine = [one for one in value.get("affected", ()) if one["package"]["ecosystem"] == ECOSYSTEM]
        have = {one["package"]["name"]: "0" for one in mine}  # as if all were installed, so that all of it is read
        scan_vulnerabilities(have, [value], mirrored=_EPOCH, now=_EPOCH)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, InvalidInput):
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise InvalidInput("not an OSV record", where=name, remedy="take the mirror of advisories anew")
    return value


_EPOCH = from_text("1970-01-01T00:00:00.000000Z")


def _changed(name: str, value: Mapping[str, Any]) -> str:
    try:
        return to_text(datetime.fromisoformat(str(value["modified"]).replace("Z", "+00:00")))
    except (KeyError, ValueError, InvalidInput):
        raise InvalidInput("an OSV record without a date of change", where=name) from None


def _by_package(value: Mapping[str, Any]) -> list[tuple[str, str, bytes]]:
    """One row for each package of the ecosystem that the record names, with what a scan reads of it."""
    if value.get("withdrawn"):
        return []
    kept: dict[str, list[Mapping[str, Any]]] = {}
    for affected in value.get("affected", ()):
        if affected["package"]["ecosystem"] == ECOSYSTEM:
            kept.setdefault(normal_name(affected["package"]["name"]), []).append(affected)
    told = ("package", "ranges", "versions")
    return [
        (
            package,
            value["id"],
            json.dumps(
                {"id": value["id"], "affected": [{k: one[k] for k in told if k in one} for one in entries]}
            ).encode(),
        )
        for package, entries in kept.items()
    ]
