"""The lineage table: kept with each record, made for databases that are older than it, walked with an oracle beside."""

import os
import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from cloister.adapters.sqlite_store import SqliteStore
from cloister.core.clock import SystemClock, to_text
from cloister.core.events import AuditEvent, Outcome
from cloister.core.schema import Column, ColumnType, TableSchema
from cloister.integrity import descendants
from cloister.records import Delivery, Job, Model, Release, Version

KEY = bytes(range(32))
SCHEMA = TableSchema((Column("a", ColumnType.TEXT),))


def version(name, parents=(), deliveries=()):
    return Version(name, "ds_1", 1, SCHEMA, (), 0, "0" * 64, tuple(parents), tuple(deliveries), {}, "", "")


def records():
    delivery = Delivery("dl_1", "clinic", "ds_1", 1, "", "", {}, "", "")
    job = Job("job_1", "e", "p", "g", "ver_2", "", {}, 1, 1, "y")
    return (
        delivery,
        version("ver_1", deliveries=["dl_1"]),
        version("ver_2", parents=["ver_1"]),
        version("ver_9"),
        job,
        Model("mod_1", "m", "e", "p", "job_1", "", True),
        Release("rel_1", "mod_1", "p", "test", "e", ""),
    )


@pytest.fixture
def store(tmp_path):
    made = SqliteStore(tmp_path / "x.db", KEY, create=True)
    yield made
    made.close()


def put(store, *items):
    def work(unit):
        for item in items:
            unit.put(item)
        unit.append(event())

    store.write(work)


def event():
    name = f"ev_{os.urandom(8).hex()}"
    return AuditEvent(name, to_text(SystemClock().now()), "tests", "record:read", "r", Outcome.DONE, "0" * 64)


def test_what_came_of_a_source_and_what_a_release_came_from(store):
    put(store, *records())
    put(store, replace(records()[5], state="registered"))  # a record that changes keeps its edges
    view = store.view()
    assert view.descendants(("clinic",)) == ("dl_1", "job_1", "mod_1", "rel_1", "ver_1", "ver_2")
    assert view.ancestors("rel_1") == ("clinic", "dl_1", "job_1", "mod_1", "ver_1", "ver_2")
    assert view.descendants(("ver_9",)) == () and view.ancestors("nothing") == ()
    assert view.descendants(("x' OR 1", '"')) == ()


def test_an_older_database_gets_its_lineage(tmp_path):
    path = tmp_path / "x.db"
    store = SqliteStore(path, KEY, create=True)
    put(store, *records())
    store.close()
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE edge; PRAGMA user_version = 1;")
    connection.close()
    store = SqliteStore(path, KEY)
    assert store.view().descendants(("clinic",)) == ("dl_1", "job_1", "mod_1", "rel_1", "ver_1", "ver_2")
    store.close()


def test_any_graph_is_walked_as_the_engine_walks_it(store):
    rng = np.random.default_rng(4)
    for _ in range(20):
        edges = [(f"ver_{a}", f"ver_{b}") for a, b in rng.integers(0, 30, (40, 2))]  # cycles and loops among them
        nodes = {}
        for parent, child in edges:
            nodes.setdefault(child, []).append(parent)

        def reset(unit, nodes=nodes):
            unit._connection.execute("DELETE FROM edge")
            for child, parents in nodes.items():
                unit.put(version(child, parents))
            unit.append(event())

        store.write(reset)
        for start in ("ver_0", "ver_7"):
            assert set(store.view().descendants((start,))) == set(descendants(edges, start))


def test_a_lineage_changed_behind_the_log_is_found(store):
    put(store, *records())
    assert store.check_records() == ()
    for statement, child in (
        ("DELETE FROM edge WHERE child = 'mod_1'", "mod_1"),
        ("INSERT INTO edge VALUES ('ver_9', 'ver_2')", "ver_2"),
    ):
        connection = sqlite3.connect(store._path)
        connection.execute(statement)
        connection.commit()
        connection.close()
        assert f"{child}: its lineage was changed behind the log" in store.check_records()
