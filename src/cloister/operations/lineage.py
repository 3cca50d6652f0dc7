"""Whether something came of data that was withdrawn."""

from __future__ import annotations

from cloister.operations.ports import View
from cloister.records import Version, Withdrawal
from cloister.records.withdrawal import STOPPING


def stopping(view: View) -> dict[str, Withdrawal]:
    """The withdrawals that stop new work, by what they withdraw."""
    return {one.target: one for state in STOPPING for one in view.find(Withdrawal, state=state)}


def is_withdrawn(view: View, record_id: str, *, source: str = "") -> bool:
    """Whether the record is, or came of, what was withdrawn; ``source``: for a delivery that is not kept yet."""
    roots = stopping(view)
    if not roots:
        return False
    return record_id in roots or source in roots or not roots.keys().isdisjoint(view.ancestors(record_id))


def withdrawn_records(view: View) -> frozenset[str]:
    """The ids of all that came of withdrawn data, roots included: for lists."""
    roots = tuple(stopping(view))
    return frozenset((*roots, *view.descendants(roots))) if roots else frozenset()


def standing_version(view: View, dataset: str) -> Version | None:
    """The newest version of a data set that holds no withdrawn data: what the next delivery is merged onto."""
    gone = withdrawn_records(view)
    found = [version for version in view.find(Version, parent=dataset) if version.id not in gone]
    return max(found, key=lambda version: version.number, default=None)
