"""A small environment of one's own table: 2,400 visits of 800 people, for the suites that need a real one."""

import hashlib
import os
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from cloister.app import create, open_environment
from cloister.cli.chain import Chain, Leave, Plan, people
from cloister.cli.narration import Narrator
from cloister.cli.source_side import sign_folder
from cloister.core.clock import to_text
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import new_id
from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema, Watch
from cloister.crypto import SigningKey
from cloister.operations import mediator
from cloister.operations.platform_scripts import script_path
from cloister.operations.projects import GATES, OPTIONAL_GATES
from cloister.records import Gate

PHRASE = "a passphrase of the tests"
TEXT, INTEGER, REAL, DATE = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL, ColumnType.DATE
# The tests have no mirror; with the optional parts installed, torch is there and in no lock.
EXCEPTIONS = {name: Leave(30, "tests") for name in ("vulnerabilities", "dependencies")}
SCHEMA = TableSchema(
    (
        Column("visit", INTEGER, Role.RECORD, required=True, unique=True),
        Column("patient", INTEGER, Role.PERSON, required=True),
        Column("surname", TEXT, Role.NAME),
        Column("zip", TEXT, Role.ZIP, pattern=r"\d{5}"),
        Column("admitted", DATE, Role.DATE),
        Column("left", DATE, Role.DATE),
        Column("sex", TEXT, codes=("F", "M")),
        Column("ward", TEXT),
        Column("lab", REAL, minimum=0, maximum=300),
        Column("note", TEXT, Role.NOTE),
        Column("back", INTEGER, minimum=0, maximum=1, watch=Watch.OUTCOME),
    ),
    (CrossRule("left", ">=", "admitted"),),
)


def visits(rows: int = 2400, seed: int = 3, start: int = 1) -> pl.DataFrame:
    """Visits in which a high lab value makes coming back likely."""
    rng = np.random.default_rng(seed)
    people_ = rng.integers(0, rows // 3, rows) + start
    lab = rng.normal(120, 30, rows).clip(1, 299).round(4)
    back = (rng.random(rows) < 1 / (1 + np.exp(-(lab - 130) / 12))).astype(int)
    days = rng.integers(0, 3000, rows)
    admitted = np.datetime64("2001-01-01") + days
    return pl.DataFrame(
        {
            "visit": np.arange(start, start + rows),
            "patient": people_,
            "surname": [f"Quillfeather{number % 97}" for number in people_],
            "zip": rng.choice(["60601", "60614", "10001"], rows),
            "admitted": admitted,
            "left": admitted + rng.integers(1, 9, rows),
            "sex": rng.choice(["F", "M"], rows),
            "ward": rng.choice(["surgery", "medicine"], rows),
            "lab": lab,
            "note": [f"Seen Mr. Quillfeather{number % 97}, phone (312) 555-0142. Stable." for number in people_],
            "back": back,
        }
    )


def small_plan(**changes) -> Plan:
    limits = {
        "canary-drift": ("<=", 0.25),
        "canary-backdoor": ("<=", 0.7),
        "canary-memorisation": ("<=", 0.1),
        "poisoning": ("<=", 5),
        "performance": (">=", 0.55),
        "membership": ("<=", 1.0),
        "fairness": ("<=", 0.5),
        "canary": ("<=", 0.3),
    }
    values = {
        "source": "clinic",
        "dataset": "visits-raw",
        "target": "visits",
        "location": "US",
        "retention_days": 2190,
        "schema": SCHEMA,
        "project": "returns",
        "purposes": ("quality",),
        "purpose": "quality",
        "hours": 4,
        "k": 5,
        "l": None,
        "t": None,
        "drop": ("admitted_year", "left_year"),
        "quasi_identifiers": ("sex", "zip3", "ward"),
        "sensitive": ("back",),
        "max_suppressed": 0.02,
        "ladders": {"zip3": "zip"},
        "columns": ("sex", "ward", "lab", "back"),
        "script": script_path("train_gbm").read_bytes(),
        "outcome": "back",
        "positive": "",
        "parameters": {"rounds": 20, "min_leaf": 20},
        "seed": 7,
        "threads": 1,
        "sandboxed": True,
        "model": "returns-30d",
        "cohorts": ("sex",),
        "alert_rate": 0.3,
        "gates": tuple(
            Gate(name, *limits.get(name, ("<=", 0.0)), 30 * (name in EXCEPTIONS)) for name in (*GATES, *OPTIONAL_GATES)
        ),
        "exceptions": EXCEPTIONS,
        "stage": "production",
        "statements": {"intended_use": "tests"},
    }
    return Plan(**(values | changes))


def plant(app, *records):
    """Put records where no chain has led to them, with an event as the store demands."""
    event = AuditEvent(
        f"ev_planted{os.urandom(8).hex()}", to_text(app.now()), "tests", "record:read", "r", Outcome.DONE, "0" * 64
    )

    def work(unit):
        for item in records:
            unit.put(item)
        unit.append(event)

    app.log.store.write(work)


class Entropy:
    """The same bytes and ids for a test in each run: keys, pseudonyms, splits, canaries and seeds come from them, and
    figures from those. A pseudonym is bound to its project's id, and an id holds the time of its making.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self.begin("")

    def begin(self, name, day=1):
        """``day`` keeps ids of a template, which are made first, before those of the tests that go on from it."""
        self._stream = np.random.default_rng(list(hashlib.sha256(name.encode()).digest()))
        self._moment = datetime(2026, 1, day, tzinfo=UTC)

    def new_id(self, kind, moment, entropy):
        """In place of :func:`cloister.core.ids.new_id`: a millisecond after the one before, whatever the clock says."""
        with self._lock:
            self._moment += timedelta(milliseconds=1)
            return new_id(kind, self._moment, entropy)

    def __call__(self, size):
        with self._lock:
            return self._stream.bytes(size)


ENTROPY = Entropy()
mediator.new_id = ENTROPY.new_id


class Small:
    """An open environment with its chain; ``deliver`` signs a frame and brings it in."""

    def __init__(self, home):
        self.home = home
        self.phrase_file = home.parent / "phrase"
        self.phrase_file.write_text(PHRASE)
        if not home.exists():
            create(home, "tests", PHRASE)
        self.key_file = home.parent / "source.key"
        if not self.key_file.exists():
            self.key_file.write_text(bytes(range(32)).hex())
        self.key = SigningKey.from_bytes(bytes(range(32)))
        self.sequence = 0
        self.open()

    def open(self, clock=None):
        """``clock`` lets a test move time."""
        self.app = open_environment(self.home, self.phrase_file, processes=1, clock=clock, entropy=ENTROPY)
        self.installer = self.app.session("installer", self.home / "credentials" / "installer")
        self.who = people(self.app, self.installer)
        self.chain = Chain(self.app, self.who, Narrator(quiet=True), small_plan())

    def run(self, operation, request, name):
        return self.app.run(operation, request, self.who[name])

    def folder(self, frame, sequence=None):
        self.sequence = sequence or self.sequence + 1
        folder = self.home.parent / "outbox" / os.urandom(4).hex()
        folder.mkdir(parents=True)
        frame.write_csv(folder / "visits.csv")
        sign_folder(folder, "clinic", "visits-raw", self.sequence, self.key_file)
        return folder

    def events(self):
        return [AuditEvent.from_bytes(body) for body in self.app.log.store.events()]
