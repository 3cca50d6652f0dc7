"""What differential privacy must show, a figure for each bar.

    reconstruction   least squares over 3,200 counts of random halves of 200 people (Dinur and Nissim 2003): on one table
                     through SQL, on 100 tables by the same mechanism, and the most that is proven for any attack
    differencing     pairs that differ by one person, and questions of honest analysts, on Diabetes-130 and UCI Adult
    release          time of a question, from the call to the kept answer, in a warm process
    ledger           a mixed history against dp-accounting's PLD; 64 clients; SIGKILL at random moments

The limits of the tripwire were chosen on parts of Diabetes-130 with other seeds than those used here.
"""

from __future__ import annotations

import lzma
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from cloister.core.errors import InvalidInput  # noqa: E402
from cloister.core.schema import Column, ColumnType, Role, TableSchema  # noqa: E402
from cloister.privacy import dp, reconstruction  # noqa: E402
from cloister.privacy.dp import synopsis  # noqa: E402
from cloister.privacy.dp.gaussian import COUNT_UNIT, noisy  # noqa: E402
from privacy_dp.workloads import Table, attack_pairs, honest_questions  # noqa: E402

Figure = Callable[[str, Any], None]
QUERIES, PEOPLE, TABLES = 3200, 200, 100
_NUMBERS = {
    "diabetes": [
        "time_in_hospital",
        "num_lab_procedures",
        "num_procedures",
        "num_medications",
        "number_outpatient",
        "number_emergency",
        "number_inpatient",
        "number_diagnoses",
    ],
    "adult": ["age", "education-num", "capital-gain", "capital-loss", "hours-per-week"],
}
_LEFT_OUT = {"encounter_id", "patient_nbr", "person", "fnlwgt", "diag_1", "diag_2", "diag_3"}


@contextmanager
def environment(
    frame: pl.DataFrame | None = None, schema: TableSchema | None = None, rows: int = 2400
) -> Iterator[Any]:
    """A small environment; with ``frame`` its data set is ``visits-raw``, else the visits are de-identified."""
    from small_environment import Chain, Narrator, Small, small_plan, visits

    with tempfile.TemporaryDirectory() as name:
        small = Small(Path(name) / "env")
        if schema is not None:
            plan = small_plan(schema=schema, drop=(), quasi_identifiers=(), columns=(), outcome="")
            small.chain = Chain(small.app, small.who, Narrator(quiet=True), plan)
        small.chain.set_up(small.key.verify_key.to_text())
        version = small.chain.deliver(small.folder(visits(rows) if frame is None else frame), "none")
        if frame is None:
            small.chain.protect(version)
        yield small
        small.app.close()


def secret_table(seed: int) -> tuple[pl.DataFrame, TableSchema]:
    """200 people with a number that everybody knows and a bit that nobody does."""
    bits = (np.random.default_rng(seed).random(PEOPLE) < 0.5).astype(int)
    columns = (
        Column("visit", ColumnType.INTEGER, Role.RECORD, required=True, unique=True),
        Column("patient", ColumnType.INTEGER, Role.PERSON, required=True),
        Column("place", ColumnType.INTEGER, minimum=0, maximum=PEOPLE - 1, required=True),
        Column("secret", ColumnType.INTEGER, minimum=0, maximum=1, required=True),
    )
    numbers = np.arange(PEOPLE)
    frame = pl.DataFrame({"visit": numbers + 1, "patient": numbers + 1000, "place": numbers, "secret": bits})
    return frame, TableSchema(columns)


def bench_reconstruction(bar: Any, figure: Figure) -> None:
    """Planned and answered as any question is, epsilon 1 spread over all of them; the tripwire does not help here."""
    frame, schema = secret_table(1)
    bits, each, spent, answered = frame["secret"].to_numpy(), price_of_each(1.0, 1e-6), [dp.NOTHING], [0]

    def ask(group: np.ndarray) -> float | None:
        places = ", ".join(map(str, np.flatnonzero(group).tolist()))
        query = dp.parse(f"SELECT COUNT(*) FROM t WHERE secret = 1 AND place IN ({places})")  # noqa: S608  our own parser
        plan = dp.plan(query, schema, dp.Terms(each, 1e-6, 1))
        spent[0] += plan.cost
        if spent[0].epsilon(1e-6) > 1.0:
            return None
        answered[0] += 1
        return float(dp.release(frame, plan, schema).rows[0][0])

    report = reconstruction(ask, bits, queries=QUERIES, seed=1)
    figure("query interface: reconstruction, questions answered of 3,200", answered[0])
    # One table is 200 guesses: chance alone moves its figure by 3.5 points, so the bar is on many tables.
    figure("query interface: reconstruction above guessing, one table", report.advantage.estimate)
    figure("query interface: the same, low end of its interval", report.advantage.low)
    figure("query interface: the same, high end of its interval", report.advantage.high)
    for epsilon in (1.0, 3.0, 10.0):
        above, half = many_tables(schema, epsilon)
        words = f"reconstruction above guessing at epsilon {epsilon:g}, mean of {TABLES} tables"
        if epsilon == 1.0:
            bar(words, above, most=0.05)
            bar(f"{words}, high end of its interval", above + half, most=0.05)
        else:
            figure(words, above)
        figure(f"proven: most that any attack is above a coin at epsilon {epsilon:g}", proven(epsilon) - 0.5)
    bar("reconstruction with next to no noise (control), above guessing", many_tables(schema, None)[0], least=0.4)


def price_of_each(epsilon: float, delta: float) -> float:
    """The epsilon of one question of 3,200 that together spend what the marginals leave of a budget."""
    from cloister.operations.budgets import SYNOPSIS_SHARE

    return dp.epsilon_of(dp.mu_of(epsilon, delta) * math.sqrt((1 - SYNOPSIS_SHARE) / QUERIES) * 0.999, delta)


def proven(epsilon: float, delta: float = 1e-6) -> float:
    """The share of even bits that no attack on all 3,200 answers goes beyond."""
    return dp.most_right(dp.mu_of(price_of_each(epsilon, delta), delta) * math.sqrt(QUERIES))


def many_tables(schema: TableSchema, epsilon: float | None) -> tuple[float, float]:
    """The attack's share of right bits above the commoner bit's: mean over tables, and half of its 95 % interval.

    The answers have the noise of the plan, drawn by the mechanism itself; without epsilon next to none.
    """
    each = 1.0 if epsilon is None else price_of_each(epsilon, 1e-6)
    plan = dp.plan(dp.parse("SELECT COUNT(*) FROM t WHERE secret = 1"), schema, dp.Terms(each, 1e-6, 1))
    scale = plan.parts[0].scale if epsilon is not None else 0.5 * COUNT_UNIT
    above = []
    for seed in range(TABLES):
        bits = (np.random.default_rng([5, seed]).random(PEOPLE) < 0.5).astype(int)
        noise = iter(noisy([0] * QUERIES, scale))
        report = reconstruction(_answered(bits, noise), bits, queries=QUERIES, seed=seed)
        above.append(report.advantage.estimate)
    return float(np.mean(above)), float(1.96 * np.std(above) / math.sqrt(TABLES))


def _answered(bits: np.ndarray, noise: Iterator[int]) -> Callable[[np.ndarray], float]:
    return lambda group: round((int(bits[group].sum()) * COUNT_UNIT + next(noise)) / COUNT_UNIT)


def table_of(name: str) -> tuple[Table, TableSchema]:
    """One row for each person, values declared as a hospital's dictionary would."""
    numbers = _NUMBERS[name]
    if name == "adult":
        frame = pl.read_parquet(ROOT / "benchmarks/data/adult.parquet").with_row_index("person")
    else:
        raw = lzma.decompress((ROOT / "src/cloister/demo/data/diabetes130.csv.xz").read_bytes())
        frame = pl.read_csv(raw, infer_schema_length=0, null_values=["?"]).rename({"patient_nbr": "person"})
        frame = frame.unique("person", keep="first", maintain_order=True)
    words = [n for n in frame.columns if n not in {*numbers, *_LEFT_OUT} and frame[n].drop_nulls().n_unique() > 1]
    frame = frame.select("person", *words, *(pl.col(n).cast(pl.Int64) for n in numbers))
    frame = frame.with_columns(pl.int_range(pl.len()).alias("person"))
    columns = [
        Column("person", ColumnType.INTEGER, Role.PERSON),
        *(Column(n, ColumnType.TEXT, codes=tuple(frame[n].drop_nulls().unique().sort())) for n in words),
        *(Column(n, ColumnType.INTEGER, minimum=_least(frame[n]), maximum=_most(frame[n])) for n in numbers),
    ]
    return Table("t", frame, tuple(words), tuple(numbers)), TableSchema(tuple(columns))


def _least(values: pl.Series) -> float:
    return float(values.min())  # type: ignore[arg-type]  # numbers


def _most(values: pl.Series) -> float:
    return float(values.max())  # type: ignore[arg-type]  # numbers


def bench_tripwire(bar: Any, figure: Figure, pairs: int = 400, questions: int = 400) -> None:
    """Budgets of epsilon 3 with the tripwire at 20 people; what is held of honest questions is approved, as it would be."""
    for name, seeds in (("diabetes", (7001, 7002)), ("adult", (7001,))):
        table, schema = table_of(name)
        held, refused, told, repeated = np.mean(
            [tripwire_on(table, schema, seed, pairs, questions) for seed in seeds], axis=0
        )
        show = bar if name == "diabetes" else lambda words, value, **_: figure(words, value)
        show(f"tripwire on {name}: share of differencing pairs held", float(held), least=0.99)
        show(f"tripwire on {name}: share of an honest workload refused", float(refused), most=0.01)
        figure(f"tripwire on {name}: refused that do tell fewer than 20 apart", float(told))
        figure(f"tripwire on {name}: refused where nobody ever approves", float(repeated))


def tripwire_on(table: Table, schema: TableSchema, seed: int, pairs: int, questions: int) -> tuple[float, ...]:
    mu = dp.mu_of(3.0, 1e-6) * math.sqrt(0.06)
    wire = dp.Tripwire(synopsis.draw(table.frame, schema, "person", mu, 6e-8), schema, 20)
    held = sum(_held(wire, *pair) for pair in attack_pairs(table, pairs, seed))
    honest = [dp.parse(text) for text in honest_questions(table, questions, seed)]
    counts = []
    for approving in (True, False):
        asked, stopped = [], []
        for query in honest:
            if wire.judge(query, asked):
                stopped.append((query, list(asked)))
                if not approving:
                    continue
            asked.append(dp.asked_by(query))
        counts.append(stopped)
    told = sum(_tells(table, schema, query, asked) for query, asked in counts[0])
    return held / pairs, len(counts[0]) / questions, told / questions, len(counts[1]) / questions


def _held(wire: dp.Tripwire, first: str, second: str) -> bool:
    try:
        one, two = dp.parse(first), dp.parse(second)
    except InvalidInput:  # too long for the subset: not answered either
        return True
    return bool(wire.judge(one, []) or wire.judge(two, [dp.asked_by(one)]))


def _tells(table: Table, schema: TableSchema, query: dp.Query, asked: list[dp.Asked]) -> bool:
    """Whether the people of a question, by its WHERE, do differ from an earlier question's by 1 to 19 people."""
    from cloister.privacy.dp import conditions
    from cloister.privacy.dp.people_sets import condition_of

    wheres = [query.where, *(condition_of(text) for text in {item.condition for item in asked}), None]
    sets = table.frame.select(conditions.rows(item, schema).alias(str(i)) for i, item in enumerate(wheres))
    return any(0 < int((sets["0"] != sets[str(i)]).sum()) < 20 for i in range(1, len(wheres)))


def bench_release(bar: Any, figure: Figure) -> None:
    """100,000 rows of 33,000 people; counts, means, medians and groups by turns; 40 of them before the clock starts."""
    from cloister.operations.budgets import BudgetTerms, SetBudget
    from cloister.operations.queries import Question, RunQuery

    texts = [
        "SELECT COUNT(*) FROM visits WHERE lab > {}",
        "SELECT sex, COUNT(*) FROM visits WHERE lab > {} GROUP BY sex",
        "SELECT AVG(lab) FROM visits WHERE lab > {}",
        "SELECT ward, COUNT(DISTINCT patient), AVG(lab) FROM visits WHERE lab > {} GROUP BY ward",
        "SELECT MEDIAN(lab) FROM visits WHERE lab > {}",
    ]
    with environment(rows=100_000) as small:
        small.run(SetBudget(), BudgetTerms("visits", "returns", 3.0), "privacy")
        wall, cpu, states = [], [], []
        for turn in range(240):
            question = Question(texts[turn % 5].format(40 + turn // 5 * 2), "returns", epsilon=0.02)
            start = time.perf_counter(), time.process_time()
            done = small.run(RunQuery(), question, "engineer")
            wall.append(time.perf_counter() - start[0])
            cpu.append(time.process_time() - start[1])
            states.append(done.state)
    figure("release: questions answered of 240", states.count("released"))
    figure("release: CPU seconds, median", float(np.median(cpu[40:])))
    figure("release: seconds by the clock, median", float(np.median(wall[40:])))
    bar("differential privacy: CPU seconds per release, 95th percentile", float(np.quantile(cpu[40:], 0.95)), most=0.05)
    bar("differential privacy: seconds per release, 95th percentile", float(np.quantile(wall[40:], 0.95)), most=0.05)


def bench_ledger(bar: Any) -> None:
    """A history of 400 questions of every kind and price, added up here and composed by dp-accounting's PLD."""
    import dp_accounting
    from dp_accounting.pld import PLDAccountant

    rng = np.random.default_rng(3)
    schema = secret_table(1)[1]
    schema = TableSchema(tuple(replace(c, maximum=90.0) if c.name == "secret" else c for c in schema.columns))
    texts = ["COUNT(*)", "SUM(secret)", "AVG(secret)", "MEDIAN(secret)", "COUNT(*), SUM(secret)"]
    worst = 0.0
    for delta in (1e-5, 1e-6, 1e-9):
        accountant, total = PLDAccountant(value_discretization_interval=1e-4), dp.NOTHING
        for _ in range(400):
            text = f"SELECT {rng.choice(texts)} FROM t"  # noqa: S608  our own parser
            plan = dp.plan(dp.parse(text), schema, dp.Terms(float(rng.uniform(0.01, 0.2)), delta, 2))
            for part in plan.parts:
                accountant.compose(dp_accounting.GaussianDpEvent(part.scale / _distance(part)), part.steps)
            total += plan.cost
        exact = accountant.get_epsilon(delta)
        worst = max(worst, abs(total.epsilon(delta) / exact - 1))
    bar("differential privacy: ledger against PLD, relative", worst, most=0.01)


def _distance(part: dp.Part) -> float:
    """How far a person with two rows moves the vector of whole numbers."""
    from cloister.privacy.dp.gaussian import COUNT_UNIT, VALUE_UNIT

    assert part.aggregate is not None
    return {
        "COUNT": 2.0 * COUNT_UNIT,
        "SUM": 2.0 * VALUE_UNIT,
        "AVG": 2 * math.sqrt(2) * VALUE_UNIT,
        "QUANTILE": 1.0 * COUNT_UNIT,
    }[part.aggregate.kind.value]


def bench_clients(bar: Any, figure: Figure) -> None:
    """64 clients at once ask for about four times what there is."""
    from cloister.operations.budgets import BudgetTerms, SetBudget
    from cloister.operations.ledger import standing
    from cloister.operations.queries import Question, RunQuery
    from cloister.records import Budget, Spend
    from many_clients import ask_at_once

    with environment() as small:
        small.run(SetBudget(), BudgetTerms("visits", "returns", 3.0), "privacy")
        question = Question("SELECT COUNT(*) FROM visits", "returns", epsilon=0.5)
        outcomes = ask_at_once(lambda: small.run(RunQuery(), question, "engineer").state)
        view = small.app.log.store.view()
        budget = view.find(Budget)[0]
        kept = [item for item in view.find(Spend) if item.state in ("reserved", "released")]
        figure("64 clients: answered, of 128 asked", outcomes.count("released"))
        figure("64 clients: epsilon spent of 3", standing(budget).spent)
        off = abs(sum(item.mu2 for item in kept) - budget.spent_mu2)
        over = float(standing(budget).spent > budget.epsilon) + float(off > 0)
        bar("ledger: overdrawn or wrong after 64 clients", over, most=0)


def bench_kills(bar: Any, figure: Figure, kills: int = 500) -> None:
    """SIGKILL at a random moment of a release, so often; the last ones meet an empty budget."""
    from faults.killed_release import kill_often

    with environment() as small:
        found = kill_often(small, small.home.parent, kills, np.random.default_rng(9), epsilon=3.0, share=0.05)
    for name in ("answered", "released", "reserved", "dry"):
        figure(f"kills: {name}", found[name])
    figure("kills: epsilon spent of 3", found["spent"])
    figure("kills: times", kills)
    bar("ledger: overdrawn, unpaid or lost after 500 kills", float(len(found["problems"])), most=0)


def measure(bar: Any, figure: Figure) -> None:
    """All of it; ``bar`` and ``figure`` are those of benchmarks/privacy.py."""
    bench_ledger(bar)
    bench_tripwire(bar, figure)
    bench_clients(bar, figure)
    bench_release(bar, figure)
    bench_reconstruction(bar, figure)
    bench_kills(bar, figure)
