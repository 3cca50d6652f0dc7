"""Whether an expert's determination still speaks of the data and the use that it was made for; if not, why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cloister.core.canonical import encode
from cloister.operations.lineage import is_withdrawn
from cloister.operations.ports import View
from cloister.operations.versions import latest_version
from cloister.records import Attack, Determination, Grant, Linkage, Project, Version

_WAS_OPEN = ("approved", "revoked")


def basis_of(view: View, version: Version, project: Project) -> dict[str, Any]:
    """All that a determination rests on, as it is now."""
    return {
        "schema": hashlib.sha256(encode(version.schema.to_value())).hexdigest(),
        "columns": list(version.schema.names),
        "rows": version.rows,
        "quasi_identifiers": list(version.quasi_identifiers),
        "confirmed": list(version.confirmed),
        "measures": dict(version.measured),
        "attacks": [_attack(one) for one in view.find(Attack, parent=version.id)],
        "thresholds": {"k": project.k, "l": project.l, "t": project.t},
        "grants": sorted(_use(one) for one in _grants(view, version.id)),
        "linkages": sorted(one.id for one in _linkages(view, version.id)),
    }


def _attack(one: Attack) -> dict[str, Any]:
    verdicts = {name: str(report["verdict"]) for name, report in one.reports.items()}
    return {"attack": one.id, "statement": one.statement, "verdicts": verdicts, "passed": one.passed}


def _use(grant: Grant) -> str:
    return f"{grant.project} for {grant.purpose}"


def _grants(view: View, version: str) -> tuple[Grant, ...]:
    return tuple(one for one in view.find(Grant) if one.version == version and one.state in _WAS_OPEN)


def _linkages(view: View, version: str) -> tuple[Linkage, ...]:
    return tuple(one for one in view.find(Linkage) if version in (one.left, one.right) and one.approver)


def stale(view: View, made: Determination, moment: datetime) -> tuple[str, ...]:
    """Why a determination does not stand at this moment: one sentence for each reason, none when it stands."""
    if made.state == "ended":
        return (f"it was ended by {made.ended_by}",)
    found = [] if made.state == "signed" else ["the expert has not signed it"]
    if made.expired(moment):
        found.append("its day has passed")
    version, project = view.get(Version, made.version), view.get(Project, made.project)
    newest = latest_version(view, made.dataset)
    if newest is not None and newest.id != version.id:
        found.append(f"it speaks of version {version.number}, and the data set has version {newest.number}")
    if is_withdrawn(view, version.id):
        found.append("the data was withdrawn")
    found += _changes(made.basis, basis_of(view, version, project))
    found += _uses(made, view)
    return tuple(found)


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    words = {
        "schema": "the schema is another",
        "rows": "the number of rows is another",
        "quasi_identifiers": "it was measured over other quasi-identifiers since",
        "confirmed": "the steward confirmed other quasi-identifiers since",
        "measures": "it was measured again, with other figures",
        "thresholds": "the project asks for another k, l or t",
    }
    found = [sentence for name, sentence in words.items() if encode(then[name]) != encode(now[name])]
    before = {one["attack"] for one in then["attacks"]}
    failed = [one["attack"] for one in now["attacks"] if one["attack"] not in before and not one["passed"]]
    found += [f"an attack made since did not pass: {name}" for name in failed]
    linked = sorted(set(now["linkages"]) - set(then["linkages"]))
    return [*found, *(f"it was linked with another data set since: {name}" for name in linked)]


def _uses(made: Determination, view: View) -> list[str]:
    """Grants that were opened since, for a project or a purpose that the expert did not speak of."""
    spoken = {f"{made.project} for {purpose}" for purpose in made.purposes} | set(made.basis["grants"])
    other = sorted({_use(one) for one in _grants(view, made.version)} - spoken)
    return [f"it is used otherwise since: a grant of {use}" for use in other]


def with_flags(view: View, made: Determination, moment: datetime) -> Determination:
    return replace(made, flags=stale(view, made, moment))


def live(view: View, version: str, project: str, purpose: str | None, moment: datetime) -> bool:
    """Whether a determination of this version stands for the project (and purpose, where one is asked for)."""
    return any(
        made.project == project and (purpose is None or purpose in made.purposes) and not stale(view, made, moment)
        for made in view.find(Determination, parent=version, state="signed")
    )


def open_to(view: View, version: str, project: str, purpose: str | None, moment: datetime) -> bool:
    """What policy asks: a live determination, where the project requires one."""
    return view.get(Project, project).determination != "require" or live(view, version, project, purpose, moment)
