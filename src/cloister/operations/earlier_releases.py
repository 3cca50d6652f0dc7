"""Which data have left before about people who may be in a version: the grants that were ever open."""

from __future__ import annotations

from cloister.core.errors import NotFound
from cloister.operations.ports import View
from cloister.records import Grant, MosaicCheck, Project, Version

_WERE_OPEN = ("approved", "revoked")


def roots(view: View, version: Version) -> frozenset[str]:
    """The data sets whose deliveries a version comes from."""
    found: set[str] = set()
    waiting, seen = [version], {version.id}
    while waiting:
        here = waiting.pop()
        if not here.parents:
            found.add(here.dataset)
        for parent in here.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(view.get(Version, parent))
    return frozenset(found)


def earlier_releases(view: View, grant: Grant) -> tuple[Grant, ...]:
    """Grants that were open, on other versions, whose people may be the same: of one source, or of one project.

    Synthetic people are nobody, so versions without a person column are left out; grants on the same version are too,
    because its risk was measured over all of its quasi-identifiers together.
    """
    version = view.get(Version, grant.version)
    if version.schema.person is None:
        return ()
    mine = roots(view, version)
    found = []
    for other in view.find(Grant):
        if other.state not in _WERE_OPEN or other.version == grant.version or other.id == grant.id:
            continue
        before = view.get(Version, other.version)
        if before.schema.person is not None and (other.project == grant.project or mine & roots(view, before)):
            found.append(other)
    return tuple(found)


def mosaic_standing(view: View, grant: Grant) -> tuple[bool, str]:
    """Whether the mosaic effect stands against approving a grant, and where it was looked at, in words."""
    before = earlier_releases(view, grant)
    refuses = view.get(Project, grant.project).mosaic == "refuse"
    if not before:
        return True, "no earlier release of these people"
    try:
        check = view.get(MosaicCheck, grant.id)
    except NotFound:
        return not refuses, f"{len(before)} earlier releases not weighed"
    if missing := {one.id for one in before} - set(check.earlier):
        return not refuses, f"{len(missing)} earlier releases not weighed"
    words = f"joint k {check.joint_k} over {check.shared} people in earlier releases"
    return check.passed or not refuses, words
