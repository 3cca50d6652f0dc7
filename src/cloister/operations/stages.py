"""The way of a release: development, test, production; staging lies between the last two for whoever wants it."""

from __future__ import annotations

from collections.abc import Mapping

from cloister.operations.ports import View
from cloister.records import Release

STAGES = ("development", "test", "staging", "production")
# A model goes to a stage after it was live at one of these.
AFTER: Mapping[str, tuple[str, ...]] = {
    "development": (),
    "test": ("development",),
    "staging": ("test",),
    "production": ("test", "staging"),
}
_WAS_LIVE = frozenset({"live", "superseded"})


def way_to(stage: str) -> tuple[str, ...]:
    """The stages on the shortest way, the stage itself last."""
    before = AFTER[stage]
    return (*way_to(before[0]), stage) if before else (stage,)


def reached(view: View, release: Release) -> bool:
    """Whether the model was live at a stage before this one, and was not taken back there."""
    before = AFTER.get(release.stage)
    if before is None:
        return False
    releases = view.find(Release, parent=release.project)
    return not before or any(
        one.model == release.model and one.stage in before and one.state in _WAS_LIVE for one in releases
    )
