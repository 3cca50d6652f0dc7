"""Exact tables end to end: released by the privacy officer, weighed with earlier ones, nothing kept of one refused."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState
from cloister.core.events import Outcome
from cloister.operations.evidence import VerifyLog
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.release_table import ReleaseTable, TableWish
from cloister.operations.withdrawals import WithdrawalWish, WithdrawData
from small_environment import visits


def release(small, *by, name="privacy", **more):
    return small.run(ReleaseTable(), TableWish("visits", "returns", by, **more), name)


def tables(small):
    return small.run(ReadRecords(), Look("table"), "engineer")


def numbers(made):
    return {tuple(key): count for key, count, _ in made.table["entries"]}


def test_a_table_counts_people_once_and_the_event_holds_no_number(ready):
    made = release(ready, "sex")
    found = numbers(made)
    # Nearly everybody has several visits, of either sex in this invented table.
    assert found["(several)",] + found["F",] + found["M",] == found[None,]
    assert made.version == ready.safe.id and tables(ready) == (made,)
    last = ready.events()[-2]
    assert (last.outcome, last.facts["shown"], last.facts["hidden"]) == (Outcome.DONE, 4, 0)
    assert not {str(value) for value in found.values()} & {str(item) for item in last.facts.values()}


def test_small_cells_are_hidden_and_later_tables_do_not_tell_them(ready):
    first = release(ready, "sex", "ward", "zip3", crowd=1)
    second = release(ready, "zip3", "sex", mean="lab", crowd=1)
    third = release(ready, "ward", where=("sex=F",), crowd=1)
    for made in (first, second, third):
        assert all(count is None or count >= 11 for count in numbers(made).values())
    assert [made.table["entries"] for made in tables(ready)] == [m.table["entries"] for m in (first, second, third)]
    assert all((mean is None) == (count is None) for _, count, mean in second.table["entries"])


def test_only_numbers_behind_which_a_crowd_stands_are_shown(ready):
    """Of the 64 people of one area nobody is told in which ward they were."""
    made = release(ready, "ward", "zip3")
    facts = ready.events()[-1].facts
    assert (made.table["crowd"], facts["crowd"]) == (100, 100)
    found = numbers(made)
    area = [key for key in found if key[1] == "100" and key[0] is not None]
    assert len(area) == 3 and all(found[key] is None for key in area)
    assert sum(count is not None for count in found.values()) >= 8
    for ward in {key[0] for key in area}:  # nor by what is left of a sum
        row = [count for key, count in found.items() if key[0] == ward]
        assert row.count(None) >= 2
    open_ = numbers(release(ready, "zip3", "ward", crowd=1))
    assert None not in open_.values()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (TableWish("visits", "returns", ("patient",)), "who somebody is"),
        (TableWish("visits", "returns", ("nothing",)), "no column 'nothing'"),
        (TableWish("visits", "returns", ()), "one to three"),
        (TableWish("visits", "returns", ("sex", "sex")), "named once"),
        (TableWish("visits", "returns", ("lab",)), "as many values as people"),
        (TableWish("visits", "returns", ("lab:x",)), "no number"),
        (TableWish("visits", "returns", ("lab:-1",)), "above zero"),
        (TableWish("visits", "returns", ("sex:10",)), "can't be cut"),
        (TableWish("visits", "returns", ("sex",), ("ward",)), "COLUMN=CATEGORY"),
        (TableWish("visits", "returns", ("sex",), ("ward=nowhere",)), "fewer than 11"),
        (TableWish("visits", "returns", ("sex",), mean="ward"), "no numbers"),
        (TableWish("visits", "returns", ("sex",), smallest=5), "11 or more"),
        (TableWish("visits", "returns", ("sex",), crowd=0), "1 or more"),
        (TableWish("visits", "returns", ("sex",), mean="lab", crowd=100_000), "fewer than 100000 people"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_released(ready, wish, said):
    with pytest.raises((InvalidInput, InvalidState), match=said):
        ready.run(ReleaseTable(), wish, "privacy")
    assert tables(ready) == ()


def test_phi_and_other_purposes_are_denied(ready):
    with pytest.raises(Denied, match="de-identify"):
        ready.run(ReleaseTable(), TableWish("visits-raw", "returns", ("sex",)), "privacy")
    with pytest.raises(Denied, match="purpose"):
        release(ready, "sex", purpose="marketing")


def test_two_at_once_are_weighed_together(ready, monkeypatch):
    """A table that was released while this one was worked out was not weighed: this one is not released."""
    whole = ReleaseTable.effect

    def slow(self, world, door, view, plan, request):
        found = whole(self, world, door, view, plan, request)
        monkeypatch.setattr(ReleaseTable, "effect", whole)
        release(ready, "ward")
        return found

    monkeypatch.setattr(ReleaseTable, "effect", slow)
    with pytest.raises(InvalidState, match="meanwhile"):
        release(ready, "sex")
    assert len(tables(ready)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from cloister.operations.release_table import ReleaseTable, TableWish
from small_environment import Small

def dies(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(ReleaseTable, sys.argv[2], dies)
small = Small(Path(sys.argv[1]))
small.run(ReleaseTable(), TableWish("visits", "returns", ("sex",)), "privacy")
"""


@pytest.mark.parametrize("step", ["effect", "settle"])
def test_a_table_whose_process_is_killed_is_not_there_and_the_next_one_is(ready, step):
    ready.app.close()
    tests = Path(__file__).parents[2]
    died = subprocess.run([sys.executable, "-c", KILLED, str(ready.home), step], cwd=tests, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]
    ready.open()
    assert tables(ready) == ()
    made = release(ready, "sex")
    assert tables(ready) == (made,)
    outcomes = [event.outcome for event in ready.events() if event.action == "table:release"]
    assert outcomes == [Outcome.INTENDED, Outcome.ABANDONED, Outcome.INTENDED, Outcome.DONE]
    assert not ready.run(VerifyLog(ready.app.log), None, "privacy").problems


def withdraw(small, target="clinic"):
    return small.run(WithdrawData(), WithdrawalWish(target, "wrong hospital"), "privacy")


def test_no_table_of_withdrawn_data_is_released_and_an_earlier_one_says_so(ready):
    made = release(ready, "sex")
    assert made.flags == () and tables(ready)[0].flags == ()
    withdraw(ready)
    for wish in (
        TableWish("visits", "returns", ("ward",)),
        TableWish("visits", "returns", ("ward",), version=made.version),
    ):
        with pytest.raises(Denied, match="withdrawn"):
            ready.run(ReleaseTable(), wish, "privacy")
        assert (ready.events()[-1].outcome, ready.events()[-1].action) == (Outcome.DENIED, "table:release")
    (kept,) = tables(ready)
    assert kept.flags == ("came of data that was withdrawn",) and kept.table == made.table


def test_a_table_of_a_later_version_is_still_weighed_with_one_of_withdrawn_data(ready):
    """What was shown is known, whatever became of its data; the version that stands is counted."""
    first = release(ready, "sex")
    raw = ready.chain.deliver(ready.folder(visits(300, 9, start=9001)), "none")
    later = ready.chain.protect(raw)
    withdraw(ready, raw.deliveries[-1])
    with pytest.raises(Denied, match="withdrawn"):
        release(ready, "ward", version=later.id)
    second = release(ready, "ward", version=first.version)
    assert second.version == first.version
    done = [event for event in ready.events() if event.action == "table:release" and event.outcome is Outcome.DONE]
    assert done[-1].facts["earlier"] == 1


@pytest.mark.parametrize("step", ["before the keys", "before it is kept"])
def test_data_withdrawn_while_a_table_is_worked_out_is_not_shown(ready, monkeypatch, step):
    whole = ReleaseTable.effect

    def meanwhile(self, world, door, view, plan, request):
        if step == "before the keys":
            withdraw(ready)
        found = whole(self, world, door, view, plan, request)
        if step == "before it is kept":
            withdraw(ready)
        return found

    monkeypatch.setattr(ReleaseTable, "effect", meanwhile)
    with pytest.raises(InvalidState, match="withdrawn"):
        release(ready, "sex")
    assert tables(ready) == ()
    opened = [event for event in ready.events() if event.facts.get("for") == "table:release"]
    assert len(opened) == (step == "before it is kept")
