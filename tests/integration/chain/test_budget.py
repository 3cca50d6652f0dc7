"""Budgets end to end: priced, reserved, released, never overdrawn; held questions; bad input spends nothing."""

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import BudgetExhausted, CloisterError, Denied, InvalidInput, InvalidState, NotFound
from cloister.core.events import Outcome
from cloister.operations.budgets import ApproveBudget, BudgetTerms, Raise, RaiseBudget, SetBudget
from cloister.operations.ledger import standing
from cloister.operations.queries import PlanQuery, Question, Review, ReviewQuery, RunQuery
from cloister.operations.read_records import Look, ReadRecords
from cloister.privacy.dp import Cost, synopsis
from many_clients import ask_at_once
from small_environment import visits

COUNT = "SELECT COUNT(*) FROM visits"


@pytest.fixture
def funded(ready, monkeypatch):
    """With a budget whose picture of the table is the same in each run: what is held depends on its noise too."""
    drawn = np.random.default_rng(11)

    def noisy(values, scale):
        return (np.array(values) + drawn.normal(0, scale, len(values)).round().astype(int)).tolist()

    def noisy_keys(people, scale, threshold):
        counts = zip(people, noisy(list(people.values()), scale), strict=True)
        return {key: count for key, count in counts if count > threshold}

    monkeypatch.setattr(synopsis, "noisy", noisy)
    monkeypatch.setattr(synopsis, "noisy_keys", noisy_keys)
    ready.run(SetBudget(), BudgetTerms("visits", "returns", 3.0), "privacy")
    return ready


def budget(small):
    return small.run(ReadRecords(), Look("budget", "visits/returns"), "privacy")[0]


def spends(small):
    return small.run(ReadRecords(), Look("spend"), "privacy")


def ask(small, text, **more):
    return small.run(RunQuery(), Question(text, "returns", **more), "engineer")


def adds_up(small):
    """The running total is the sum of what stands, and within the limit."""
    now = budget(small)
    standing_ = [item for item in spends(small) if item.budget == now.id and item.state in ("reserved", "released")]
    assert (now.spent_mu2, now.spent_delta) == (sum(s.mu2 for s in standing_), sum(s.delta for s in standing_))
    assert standing(now).spent <= now.epsilon
    return now


def test_an_answer_is_near_the_truth_and_costs_what_was_shown(funded):
    before = budget(funded)
    priced = funded.run(PlanQuery(), Question(COUNT, "returns", epsilon=1.0), "engineer")
    assert budget(funded) == before
    done = ask(funded, COUNT, epsilon=1.0)
    assert done.state == "released" and len(done.answer["rows"]) == 1
    half = done.answer["half_widths"][0][0]
    assert half == priced.plan["parts"][0]["half_width"]
    kept = visits().filter(pl.int_range(pl.len()).over("patient") < 4).height
    assert abs(done.answer["rows"][0][0] - kept) < 5 * half
    assert standing(adds_up(funded)).spent == pytest.approx(priced.after.spent)
    assert Cost(done.mu2, done.delta).epsilon(1e-6) == pytest.approx(1.0)


def test_what_the_budget_does_not_cover_is_refused_and_nothing_is_spent(funded):
    before = budget(funded)
    with pytest.raises(BudgetExhausted, match="nothing was released and nothing was spent"):
        ask(funded, COUNT, epsilon=2.95)
    last = funded.events()[-1]
    assert budget(funded) == before
    assert (last.outcome, last.error) == (Outcome.FAILED, "BudgetExhausted")


def test_all_versions_of_a_data_set_draw_on_one_budget(funded):
    versions = funded.run(ReadRecords(), Look("version"), "privacy")
    mine = [item for item in versions if item.dataset == budget(funded).dataset]
    for version in mine:
        ask(funded, COUNT, version=version.id)
    assert {item.budget for item in spends(funded)} == {adds_up(funded).id}
    other = next(item for item in versions if item.dataset != budget(funded).dataset)
    with pytest.raises(InvalidInput, match="another data set"):
        ask(funded, COUNT, version=other.id)


BAD = [
    (COUNT, {"epsilon": -1.0}, InvalidInput),
    (COUNT, {"epsilon": float("nan")}, InvalidInput),
    (COUNT, {"epsilon": 0.0}, InvalidInput),
    (COUNT, {"within": -3.0}, InvalidInput),
    (COUNT, {"epsilon": 1.0, "within": 3.0}, InvalidInput),
    (COUNT, {"rows_per_person": 0}, InvalidInput),
    (COUNT, {"purpose": "curiosity"}, Denied),
    ("SELECT * FROM visits", {}, InvalidInput),
    ("SELECT COUNT(*) FROM visits; DROP TABLE visits", {}, InvalidInput),
    ("SELECT COUNT(*) FROM visits WHERE nowhere = 1", {}, InvalidInput),
    ("SELECT COUNT(*) FROM visits WHERE sex = 1", {}, InvalidInput),
    ("SELECT COUNT(*) FROM visits WHERE patient = '3'", {}, InvalidInput),
    ("SELECT AVG(ward) FROM visits", {}, InvalidInput),
    ("SELECT COUNT(*) FROM visits GROUP BY lab", {}, InvalidInput),
    ("SELECT COUNT(*) FROM nowhere", {}, NotFound),
]


def test_bad_input_is_one_line_and_spends_nothing(funded):
    before, drawn = budget(funded), spends(funded)
    for text, more, error in BAD:
        with pytest.raises(error) as caught:
            ask(funded, text, **more)
        assert "\n" not in caught.value.line()
    assert (budget(funded), spends(funded)) == (before, drawn)


@pytest.mark.parametrize(("change", "told"), [("one", "one person only"), ("null", "no value at all")])
def test_a_table_with_nothing_to_release_releases_nothing_and_spends_nothing(funded, monkeypatch, change, told):
    from cloister.operations import queries

    read = queries.read_frame

    def changed(*arguments, **options):
        frame = read(*arguments, **options)
        if change == "one":
            return frame.with_columns(pl.lit("p").alias("patient"))
        return frame.with_columns(pl.lit(None, frame.schema["lab"]).alias("lab"))

    monkeypatch.setattr(queries, "read_frame", changed)
    before = budget(funded)
    done = ask(funded, "SELECT AVG(lab) FROM visits")
    assert (done.state, done.answer, done.mu2) == ("returned", {}, 0) and told in done.alert
    assert budget(funded) == before


def test_a_failure_after_the_reservation_keeps_it_spent(funded, monkeypatch):
    from cloister.operations import queries

    def broken(*_, **options):
        raise OSError("disk")

    monkeypatch.setattr(queries, "read_frame", broken)
    before = budget(funded)
    with pytest.raises(OSError, match="disk"):
        ask(funded, COUNT)
    assert adds_up(funded).spent_mu2 > before.spent_mu2
    assert spends(funded)[-1].state == "reserved"


def test_a_question_that_tells_few_apart_is_held_until_another_person_approves_it(funded):
    wide = "SELECT COUNT(*) FROM visits WHERE sex = 'F'"
    narrow = wide + " AND NOT (ward = 'surgery' AND back = 1 AND lab > 210)"
    ask(funded, wide)
    before = budget(funded)
    held = ask(funded, narrow)
    assert held.state == "held" and not held.answer and "few people" in held.alert
    assert funded.events()[-1].facts["alert"] is True
    assert budget(funded) == before
    with pytest.raises(Denied):
        funded.run(ReviewQuery(), Review(held.id, True, "x"), "engineer")
    funded.run(ReviewQuery(), Review(held.id, True, "a known study"), "privacy")
    done = ask(funded, narrow)
    assert (done.id, done.state) == (held.id, "released")
    assert ask(funded, narrow.replace("lab > 210", "lab > 211")).state == "held"
    with pytest.raises(InvalidState):
        funded.run(ReviewQuery(), Review(held.id, True, "again"), "privacy")
    adds_up(funded)


def test_a_refused_question_stays_unanswered(funded):
    few = "SELECT COUNT(*) FROM visits WHERE lab > 215 AND ward = 'surgery' AND back = 1 AND sex = 'F'"
    held = ask(funded, few)
    funded.run(ReviewQuery(), Review(held.id, False, "singles out"), "privacy")
    again = ask(funded, few)
    assert again.state == "held" and again.id != held.id


def test_raising_takes_two_people_and_lowering_one(funded):
    with pytest.raises(InvalidState, match="stricter"):
        funded.run(SetBudget(), BudgetTerms("visits", "returns", 4.0), "privacy")
    with pytest.raises(InvalidState):
        funded.run(ApproveBudget(), "visits/returns", "privacy")
    funded.run(RaiseBudget(), Raise("visits", "returns", 4.0, "more to ask"), "engineer")
    assert budget(funded).epsilon == 3.0
    assert funded.run(ApproveBudget(), "visits/returns", "privacy").epsilon == 4.0
    assert funded.run(SetBudget(), BudgetTerms("visits", "returns", 2.0), "privacy").epsilon == 2.0
    with pytest.raises(InvalidState, match="spent already"):
        funded.run(SetBudget(), BudgetTerms("visits", "returns", 0.01), "privacy")
    adds_up(funded)


EMPTY_PROMISES = [
    {"epsilon": -1.0},
    {"epsilon": float("inf")},
    {"epsilon": 3.0, "delta": 0.0},
    {"epsilon": 3.0, "delta": 1e-3},
    {"epsilon": 3.0, "rows_per_person": 0},
    {"epsilon": 3.0, "tripwire": 0},
]


def test_a_budget_that_promises_nothing_is_refused(ready):
    for terms in EMPTY_PROMISES:
        with pytest.raises(CloisterError):
            ready.run(SetBudget(), BudgetTerms("visits", "returns", **terms), "privacy")
    assert not ready.run(ReadRecords(), Look("budget"), "privacy")


def test_sixty_four_clients_never_overdraw(funded):
    """Together they ask for about four times what there is."""
    outcomes = ask_at_once(lambda: ask(funded, COUNT, epsilon=0.5).state)
    assert len(outcomes) == 128 and outcomes.count("released") > 5 and outcomes.count("refused") > 64
    now = adds_up(funded)
    more = Cost(now.spent_mu2, now.spent_delta) + Cost(spends(funded)[-1].mu2)
    assert more.epsilon(now.delta) > now.epsilon  # nothing was refused that was covered
