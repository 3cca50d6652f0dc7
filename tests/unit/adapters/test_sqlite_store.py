"""The embedded store: transactions, group commit, intents, the log."""

import itertools
import sqlite3
import threading

import pytest

from cloister.adapters.sqlite_store import SqliteStore
from cloister.core.errors import IntegrityFailure, InvalidInput, NotFound, Unavailable
from cloister.core.events import AuditEvent, Outcome
from cloister.records import Source
from cloister.translog import MerkleTree, leaf_hash

KEY = bytes(range(32))
COUNT = itertools.count(1000)


def event(number, time="2026-01-01T00:00:00.000000Z"):
    return AuditEvent(f"ev_{number:026d}", time, "a", "job:run", "r", Outcome.DONE, "0" * 64)


def source(name, state="active"):
    return Source(f"src_{name}", name, "steward", (), state)


def put(*records):
    """A transaction that writes records, and tells the log."""
    return lambda unit: ([unit.put(record) for record in records], unit.append(event(next(COUNT))))


@pytest.fixture
def store(tmp_path):
    made = SqliteStore(tmp_path / "cloister.db", KEY, create=True)
    yield made
    made.close()


def test_a_missing_database_is_not_created(tmp_path):
    with pytest.raises(NotFound):
        SqliteStore(tmp_path / "none.db", KEY)
    assert not (tmp_path / "none.db").exists()


def test_records_by_id_name_parent_and_state(store):
    store.write(put(source("a"), source("b", "closed")))
    view = store.view()
    assert view.get(Source, "src_a") == view.named(Source, "a") == view.named(Source, "src_a")
    assert [item.name for item in view.find(Source)] == ["a", "b"]
    assert [item.name for item in view.find(Source, state="closed")] == ["b"]
    with pytest.raises(NotFound):
        view.get(Source, "a")


def test_a_failed_member_leaves_nothing_and_spares_the_others(store):
    started = threading.Barrier(9)
    outcomes = {}

    def run(number):
        def work(unit):
            unit.put(source(f"s{number}"))
            unit.append(event(number))
            if number % 2:
                raise ValueError(number)
            return number

        started.wait()
        try:
            outcomes[number] = store.write(work)
        except ValueError:
            outcomes[number] = None

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    started.wait()
    for thread in threads:
        thread.join()
    assert outcomes == {number: None if number % 2 else number for number in range(8)}
    assert sorted(item.name for item in store.view().find(Source)) == ["s0", "s2", "s4", "s6"]
    assert store.event_count() == 4 and len(list(store.events())) == 4


def test_an_acknowledged_write_survives_a_copy_of_the_files(store, tmp_path):
    """What write() has answered for is in the database and its write-ahead log, not in this process."""
    store.write(lambda unit: unit.append(event(1)))
    for name in ("cloister.db", "cloister.db-wal"):
        (tmp_path / f"copy{name[8:]}").write_bytes((tmp_path / name).read_bytes())
    copy = SqliteStore(tmp_path / "copy.db", KEY)
    assert copy.event_count() == 1
    copy.close()


def test_durability_is_asked_of_the_engine(store):
    connection = store._connect()
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_intent_is_settled_once(store):
    store.write(lambda unit: unit.open_intent("ev_1", "job:run", b"{}", "me"))
    assert [intent.event_id for intent in store.open_intents()] == ["ev_1"]
    store.write(lambda unit: unit.close_intent("ev_1"))
    with pytest.raises(IntegrityFailure):
        store.write(lambda unit: unit.close_intent("ev_1"))


def test_the_log_is_the_tree_of_all_events(store):
    for number in range(7):
        store.write(lambda unit, number=number: unit.append(event(number)))
        seen = []
        store.sequence(lambda size, root, seen=seen: seen.append((size, root)) or b"note")
        bodies = list(store.events())
        assert seen == [(number + 1, MerkleTree(map(leaf_hash, bodies)).root())]
    assert store.sequence(lambda size, root: pytest.fail("nothing is new")) == b"note" == store.checkpoint()


def test_a_locked_database_is_one_clear_line(store, tmp_path, monkeypatch):
    other = sqlite3.connect(tmp_path / "cloister.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("cloister.adapters.sqlite_store._BUSY_SECONDS", 0.2)
    impatient = SqliteStore(tmp_path / "cloister.db", KEY)
    with pytest.raises(Unavailable, match="locked"):
        impatient.write(put(source("x")))
    other.execute("ROLLBACK")
    impatient.write(put(source("x")))
    impatient.close()


def test_a_full_disk_is_one_clear_line_and_loses_nothing(store):
    store.write(put(source("kept")))

    def fill(unit):
        unit._connection.execute(
            f"PRAGMA max_page_count = {unit._connection.execute('PRAGMA page_count').fetchone()[0] + 2}"
        )
        unit.put_blob(bytes(200_000))

    with pytest.raises(Unavailable, match="full"):
        store.write(fill)
    store.write(lambda unit: unit._connection.execute("PRAGMA max_page_count = 100000") and None)
    store.write(put(source("after")))
    assert [item.name for item in store.view().find(Source)] == ["after", "kept"]


def test_a_damaged_file_is_named_as_such(tmp_path):
    (tmp_path / "bad.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(IntegrityFailure, match="damaged"):
        SqliteStore(tmp_path / "bad.db", KEY)


def test_a_newer_schema_is_refused(store, tmp_path):
    connection = sqlite3.connect(tmp_path / "cloister.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Unavailable, match="newer"):
        SqliteStore(tmp_path / "cloister.db", KEY)


def test_the_clock_of_the_log_is_that_of_its_last_event(store):
    assert store.write(lambda unit: unit.last_time()) == ""
    store.write(lambda unit: unit.append(event(1, "2026-02-02T00:00:00.000000Z")))
    assert store.write(lambda unit: unit.last_time()) == "2026-02-02T00:00:00.000000Z"


def test_no_record_changes_without_an_event(store):
    with pytest.raises(IntegrityFailure, match="no event tells of the change to source src_a"):
        store.write(lambda unit: unit.put(source("a")))
    assert store.view().find(Source) == () and store.check_records() == ()


def test_an_event_tells_which_records_were_written(store):
    store.write(put(source("a"), source("b")))
    (told,) = (AuditEvent.from_bytes(body).records for body in store.events())
    assert sorted(told) == ["source src_a", "source src_b"]
    with pytest.raises(InvalidInput):
        AuditEvent.from_bytes(event(1).to_bytes().replace(b'"resource"', b'"records":{},"resource"'))


def test_a_failed_member_leaves_the_sum_as_it_was(store):
    def fail(unit):
        put(source("b"))(unit)
        raise ValueError

    store.write(put(source("a")))
    with pytest.raises(ValueError):
        store.write(fail)
    store.write(lambda unit: unit.open_intent("ev_1", "job:run", b"{}", "me"))
    assert store.check_records() == ()
    store.write(lambda unit: unit.close_intent("ev_1"))
    store.write(put(source("a", "closed")))
    assert store.check_records() == ()


def test_another_key_reads_nothing(store, tmp_path):
    store.write(put(source("a")))
    other = SqliteStore(tmp_path / "cloister.db", bytes(32))
    with pytest.raises(IntegrityFailure, match="source src_a"):
        other.view().get(Source, "src_a")
    with pytest.raises(IntegrityFailure, match="not those of the last event"):
        other.write(put(source("b")))
    assert other.check_records()
    other.close()


BEHIND = {
    "a changed state": ("UPDATE record SET state = 'active' WHERE id = 'src_b'", "source src_b"),
    "a changed body": (
        "UPDATE record SET body = replace(body, 'steward', 'mallory') WHERE id = 'src_a'",
        "source src_a",
    ),
    "another name in the index": ("UPDATE record SET name = 'a' WHERE id = 'src_b'", "source src_b"),
    "another id": ("UPDATE record SET id = 'src_z' WHERE id = 'src_b'", "source src_z"),
    "a copied row": (
        "INSERT INTO record SELECT kind, 'src_c', name, parent, state, body, tag FROM record WHERE id = 'src_a'",
        "source src_c",
    ),
    "another's row": (
        "UPDATE record SET (name, body, tag) = (SELECT name, body, tag FROM record WHERE id = 'src_a') WHERE id = 'src_b'",
        "source src_b",
    ),
    "a removed row": ("DELETE FROM record WHERE id = 'src_a'", "source src_a"),
    "a removed sum": ("DELETE FROM seal", "not those of the last event"),
    "a changed sum": ("UPDATE seal SET sum = zeroblob(length(sum))", "not those of the last event"),
    "an added intent": ("INSERT INTO intent VALUES ('ev_9', 'key:create', x'7b7d', 'me', zeroblob(32))", "ev_9"),
    "a changed intent": ("UPDATE intent SET action = 'key:create'", "intent ev_1"),
    "a removed intent": ("DELETE FROM intent", "not those of the last event"),
}


@pytest.mark.parametrize("name", BEHIND)
def test_what_was_done_behind_the_log_is_named(store, tmp_path, name):
    statement, named = BEHIND[name]
    store.write(put(source("a"), source("b", "closed")))
    store.write(lambda unit: (unit.open_intent("ev_1", "job:run", b"{}", "me"), unit.append(event(1))))
    assert store.check_records() == ()
    with sqlite3.connect(tmp_path / "cloister.db") as connection:
        connection.execute(statement)
    assert any(named in problem for problem in store.check_records()), store.check_records()


def test_an_older_row_put_back_is_named(store, tmp_path):
    """Row, tag, and the sum of that moment too: each genuine, and no longer the last."""
    store.write(put(source("a")))
    with sqlite3.connect(tmp_path / "cloister.db") as connection:
        row = connection.execute("SELECT * FROM record").fetchone()
        total = connection.execute("SELECT * FROM seal").fetchone()
    store.write(put(source("a", "closed")))
    for also_the_sum in (False, True):
        with sqlite3.connect(tmp_path / "cloister.db") as connection:
            connection.execute("REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if also_the_sum:
                connection.execute("REPLACE INTO seal VALUES (?, ?)", total)
        assert store.check_records() == ("source src_a: its record is not the last one that the log tells of",)
    with pytest.raises(IntegrityFailure, match="not those of the last event"):
        store.write(put(source("b")))
