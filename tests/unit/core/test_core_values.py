"""Events, clock, ids, errors and the schema vocabulary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloister.core.clock import ManualClock, SystemClock, from_text, to_text
from cloister.core.errors import CloisterError, InvalidInput
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import is_id, is_name, new_id
from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema

EVENT = AuditEvent(
    "ev_x",
    "2026-01-01T00:00:00.000000Z",
    "a",
    "job:run",
    "job_1",
    Outcome.DONE,
    "0" * 64,
    ("p",),
    ("164.312(b)",),
    "prj",
    "care",
    "ev_y",
    None,
    {"rows": 3},
)


def test_an_event_survives_its_bytes():
    assert AuditEvent.from_bytes(EVENT.to_bytes()) == EVENT


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b"done", b"gone"),
        lambda raw: raw.replace(b"/1", b"/2"),
        lambda raw: b"[]",
        lambda raw: raw.replace(b'"facts"', b'"tacts"'),
    ],
)
def test_a_damaged_event_is_refused(damage):
    with pytest.raises(InvalidInput):
        AuditEvent.from_bytes(damage(EVENT.to_bytes()))


def test_moments_sort_as_text_and_read_back():
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    first = to_text(clock.now())
    clock.advance(timedelta(microseconds=1))
    assert first < to_text(clock.now()) and from_text(first) == datetime(2026, 1, 1, tzinfo=UTC)
    assert SystemClock().now().tzinfo is UTC
    with pytest.raises(InvalidInput):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001  the fault under test
    with pytest.raises(InvalidInput):
        from_text("2026-01-01")


def test_ids_sort_by_time_and_are_recognised():
    early = new_id("ev", datetime(2020, 1, 1, tzinfo=UTC), bytes(10))
    late = new_id("ev", datetime(2030, 1, 1, tzinfo=UTC), bytes(10))
    assert early < late and is_id(early) and not is_id(early[:-1]) and not is_id("EV_" + early[3:])
    with pytest.raises(ValueError, match="10 bytes"):
        new_id("ev", datetime(2020, 1, 1, tzinfo=UTC), b"")


@pytest.mark.parametrize(
    ("name", "good"),
    [("a", True), ("a-b2", True), ("A", False), ("a--b", False), ("-a", False), ("a" * 64, False), ("a/b", False)],
)
def test_names(name, good):
    assert is_name(name) is good


def test_an_error_is_one_line():
    error = InvalidInput("wrong\nthing.", where="file, line 3", remedy="do that")
    assert error.line() == "E-INPUT: file, line 3: wrong thing. Try: do that."


def test_every_error_has_its_own_code_and_exit_code():
    kinds = CloisterError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds) == len({kind.exit_code for kind in kinds})


SCHEMA = TableSchema(
    (
        Column("id", ColumnType.INTEGER, Role.RECORD, required=True, unique=True, minimum=1),
        Column("who", ColumnType.TEXT, Role.PERSON),
        Column("sex", ColumnType.TEXT, codes=("F", "M"), missing=("?",)),
        Column("score", ColumnType.REAL, minimum=0, maximum=0),
    ),
    (CrossRule("id", ">=", "who"),),
)


def test_a_schema_survives_its_value():
    assert TableSchema.from_value(SCHEMA.to_value()) == SCHEMA
    assert SCHEMA.person == "who" and SCHEMA.with_role(Role.RECORD) == ("id",)


@pytest.mark.parametrize(
    ("columns", "rules"),
    [
        ((), ()),
        ((SCHEMA.columns[0], SCHEMA.columns[0]), ()),
        (SCHEMA.columns, (CrossRule("id", "~", "who"),)),
        (SCHEMA.columns, (CrossRule("id", "<", "nobody"),)),
        ((replace(SCHEMA.columns[0], minimum=2, maximum=1),), ()),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(columns, rules):
    with pytest.raises(InvalidInput):
        TableSchema(columns, rules)
