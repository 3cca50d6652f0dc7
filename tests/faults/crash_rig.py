"""What must hold after every crash: nothing acknowledged is lost, nothing half is visible, the log verifies."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from cloister.app import open_environment
from cloister.compliance import verify_pack
from cloister.core.events import AuditEvent, Outcome
from cloister.crypto import VerifyKey
from cloister.operations.evidence import PackEvidence, VerifyLog
from cloister.records import Delivery, Job, Model, Release, Version
from cloister.translog import NoteKey
from small_environment import visits

HERE = Path(__file__).parent
SETTLING = {Outcome.DONE, Outcome.FAILED, Outcome.ABANDONED}


class Runner:
    """The process that forks, runs and kills."""

    def __init__(self, folder, script="killed_run.py"):
        (folder / "tmp").mkdir()
        # the child needs the caller's path and libraries
        environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "CLOISTER_PROCESSES": "1"}  # noqa: TID251
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def run(self, folder, *, point=None, delay=None, **more):
        request = {"folder": str(folder), "acks": str(folder / "acks"), "point": point, "delay": delay, **more}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def new_folder(parent, name):
    folder = parent / name
    folder.mkdir()
    visits(1200).write_csv(folder / "visits.csv")
    shutil.copy(HERE / "pipeline.yaml", folder)
    return folder


@contextlib.contextmanager
def opened(home):
    app = open_environment(home, home / "keyring" / "passphrase", processes=1)
    try:
        yield app
    finally:
        app.close()


def problems_of(folder):
    """One line for everything that is not as it must be after a crash and the restart that follows it."""
    home = folder / "env"
    if not (home / "environment.json").exists():
        return [] if not home.exists() and not acknowledged(folder) else ["half an environment is there"]
    with opened(home) as app:
        store = app.log.store
        events = [AuditEvent.from_bytes(body) for body in store.events()]
        found = [f"acknowledged event {item} is lost" for item in acknowledged(folder) - {e.id for e in events}]
        found += [f"intent {item.event_id} is open" for item in store.open_intents()]
        settled = {event.intent for event in events if event.outcome in SETTLING}
        intended = {event.id for event in events if event.outcome is Outcome.INTENDED}
        found += [f"intent {item} has no outcome in the log" for item in intended - settled]
        found += orphans(home, store.view())
        if (home / "credentials" / "privacy").exists():
            session = app.session("privacy", home / "credentials" / "privacy")
            found += app.run(VerifyLog(app.log), None, session).problems
            pack = app.run(PackEvidence(app.log), None, session)
            key = VerifyKey(NoteKey.from_text(app.public_key).public)
            found += verify_pack(pack, trusted_key=key).problems
        return found


def acknowledged(folder):
    path = folder / "acks"
    return set(path.read_text().split()) if path.exists() else set()


def orphans(home, view):
    """Files that no record names, and parts of versions that are not there."""
    deliveries, versions, jobs = view.find(Delivery), view.find(Version), view.find(Job)
    parts = {part.path for version in versions for part in version.parts}
    parts |= {part.path for item in deliveries for part in (*item.accepted_parts, *item.quarantined_parts)}
    stored = {path.relative_to(home / "store").as_posix() for path in (home / "store").rglob("*") if path.is_file()}
    found = [f"{path} belongs to no record" for path in stored - parts]
    found += [f"{path} is missing" for path in parts - stored]
    empty = [path for path in (home / "store").rglob("*") if path.is_dir() and not any(path.iterdir())]
    # A data set's own folder stays when the only version in it is undone.
    found += [f"{path.name} is an empty folder" for path in empty if path.parent != home / "store"]
    named = {
        "staging": {item.id for item in deliveries},
        "findings": {item.id for item in deliveries if item.state != "received"},
        "models": {item.id for item in jobs if item.state == "succeeded"},
        "registry": {item.id for item in view.find(Model) if item.state == "registered"},
        "jobs": set(),
    }
    for kind, ids in named.items():
        place = home / "files" / kind
        there = {path.name for path in place.iterdir()} if place.exists() else set()
        found += [f"{kind}/{name} belongs to no record" for name in there ^ ids]
    return found


def finished(folder):
    """Whether the chain has come to its end: one release live at production, at most one a stage, a pack on disk."""
    with opened(folder / "env") as app:
        live = [item.stage for item in app.log.store.view().find(Release) if item.state == "live"]
        return (
            live.count("production") == 1 and len(live) == len(set(live)) and (folder / "env" / "evidence.zip").exists()
        )
