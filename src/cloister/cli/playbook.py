"""The rollback playbook: what to do, step by step, printed before it is done and walked through in order."""

from __future__ import annotations

from dataclasses import dataclass

from cloister.app import App
from cloister.operations.operation import Session
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.releases import DrillRollback, Rollback, RollBackRelease
from cloister.records import Release

STEPS = (
    ("Look at what is live", "which model, at which stage, and what stands against it"),
    ("Rehearse", "what would be live again, with its files, gates and data checked; nothing changes"),
    ("Roll back", "one transaction: this release ends, the one before it is live again, a task is opened"),
    ("Look again", "the log and the records must agree on what is live now"),
    ("Tell people", "whoever uses the model's scores, and the clinical owner: by whom, when, why"),
    ("Find the cause", "close the task only with what was found: cloister task close TASK --resolution ..."),
    ("Keep the evidence", "cloister evidence pack FILE, and keep it with the incident"),
)


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walk did: the lines that were shown, and what is live in the end."""

    lines: tuple[str, ...]
    live: str | None


def printed() -> tuple[str, ...]:
    """The playbook as it is read before anything is done."""
    return tuple(f"{number}. {title}: {words}." for number, (title, words) in enumerate(STEPS, 1))


def walk(app: App, session: Session, release_id: str, reason: str) -> Walked:
    """Steps 1 to 4 as operations of their own, each recorded; the rest is for people."""
    release = app.run(ReadRecords(), Look("release", release_id), session)[0]
    lines = [f"1. {release.id} is {release.state} at {release.stage}, model {release.model}"]
    lines += [f"   {flag}" for flag in release.flags]
    rehearsal = app.run(DrillRollback(), release.id, session)
    lines += [f"2. {line}" for line in rehearsal.lines]
    after = app.run(RollBackRelease(), Rollback(release.id, reason), session)
    lines.append(f"3. {release.id} is rolled back")
    live = _live_now(app, session, release)
    told = f"{live} is live at {release.stage}" if live else f"nothing is live at {release.stage}"
    lines.append(f"4. {told}")
    if live != (after.id if after.id != release.id else None):
        lines.append("   this is not what the rollback answered: stop, and look at cloister release list")
    tasks = [one for one in app.run(ReadRecords(), Look("task"), session) if one.about == release.id]
    lines += [f"6. {one.id}: {one.found}" for one in tasks if one.state == "open"]
    return Walked(tuple(lines), live)


def _live_now(app: App, session: Session, release: Release) -> str | None:
    found = app.run(ReadRecords(), Look("release"), session)
    mine = [one for one in found if (one.project, one.stage) == (release.project, release.stage)]
    return next((one.id for one in reversed(mine) if one.state == "live"), None)
