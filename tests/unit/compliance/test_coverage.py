"""Coverage comes from events alone."""

from datetime import UTC, datetime, timedelta

import pytest

from cloister.compliance import AddressableDecision, Choice, Status, catalogue, coverage
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent, Outcome

START = datetime(2026, 3, 1, tzinfo=UTC)


def event(minute: int, action: str, *provisions: str, outcome: Outcome = Outcome.DONE) -> AuditEvent:
    time = f"2026-03-01T08:{minute:02d}:00.000000Z"
    return AuditEvent(f"ev_{minute}", time, "petra", action, "r", outcome, "hash", provisions=provisions)


def decision(**fields: object) -> AddressableDecision:
    values = {
        "cite": "164.312(a)(2)(iii)",
        "choice": Choice.ALTERNATIVE,
        "reason": "batch machines have no sessions",
        "alternative": "credentials end after eight hours",
        "decided_by": "petra",
        "decided": START,
        "review_by": START + timedelta(days=365),
    }
    return AddressableDecision(**(values | fields))  # type: ignore[arg-type]


def test_counts_and_times() -> None:
    events = [
        event(1, "grant:approve", "164.312(a)(1)", "164.502(b)"),
        event(2, "grant:approve", "164.312(a)(1)"),
        event(3, "job:run", "164.312(a)(1)", outcome=Outcome.DENIED),
    ]
    row = coverage(events).row("164.312(a)(1)")
    assert row.status is Status.EVIDENCED
    assert dict(row.actions) == {"grant:approve": 2, "job:run (denied)": 1} and row.count == 3
    assert (row.first, row.last) == (events[0].time, events[2].time)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.INTENDED, Outcome.ABANDONED])
def test_attempts_show_nothing(outcome: Outcome) -> None:
    row = coverage([event(1, "job:run", "164.312(b)", outcome=outcome)]).row("164.312(b)")
    assert row.status is Status.NO_EVIDENCE and row.count == 0 and row.last is None


def test_without_events_nothing_is_evidenced() -> None:
    report = coverage([])
    assert not report.with_status(Status.EVIDENCED)
    assert len(report.rows) == len(catalogue())
    assert report.to_value()["summary"]["evidenced"] == 0


def test_not_implemented_is_told_apart() -> None:
    report = coverage([event(1, "x", "164.312(b)")], implemented={"164.312(b)", "164.312(d)"})
    assert report.row("164.312(b)").status is Status.EVIDENCED
    assert report.row("164.312(d)").status is Status.NO_EVIDENCE
    assert report.row("164.308(a)(7)(ii)(A)").status is Status.NOT_IMPLEMENTED
    assert report.row("164.310(b)").status is Status.ORGANISATION
    assert report.row("164.402-breach").status is Status.DEFINITION
    assert not coverage([]).with_status(Status.NOT_IMPLEMENTED)


def test_unknown_provisions_are_shown() -> None:
    assert coverage([event(1, "x", "164.999")]).unknown == ("164.999",)


def test_a_decision_is_shown_and_is_no_evidence() -> None:
    later = decision(choice=Choice.IMPLEMENT, alternative="", decided=START + timedelta(days=1))
    row = coverage([], decisions=[later, decision()]).row("164.312(a)(2)(iii)")
    assert row.status is Status.NO_EVIDENCE and row.decision == later
    value = row.to_value()["decision"]
    assert value["choice"] == "implement" and value["review_by"].startswith("2027-03-01")


@pytest.mark.parametrize(
    "fields",
    [
        {"cite": "164.312(b)"},  # required, not addressable
        {"cite": "164.999"},
        {"reason": "  "},
        {"alternative": ""},
        {"choice": Choice.NOT_APPLICABLE},  # with an alternative
        {"choice": Choice.IMPLEMENT},
        {"decided_by": ""},
        {"review_by": START},
    ],
)
def test_decisions_are_complete(fields: dict) -> None:
    with pytest.raises(InvalidInput):
        decision(**fields)


def test_proposed_text_only_where_asked() -> None:
    assert all(row.proposed is None for row in coverage([]).rows)
    row = coverage([], include_proposed=True).row("164.312(d)")
    assert row.proposed and row.to_value()["proposed_not_law"] == row.proposed
    assert "proposed_not_law" not in coverage([]).row("164.312(d)").to_value()
