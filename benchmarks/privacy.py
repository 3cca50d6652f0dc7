"""Disclosure risk on Diabetes-130: speed of the measures, cost of anonymity, agreement with brute force, attacks.

Run by ``make bench NAME=privacy``; ``python benchmarks/privacy.py dp`` is the part on differential privacy alone, and so
are ``adult``, ``wide`` (50 quasi-identifiers), ``exact`` (exact tables) and ``training`` (private recipes). The data ships
with the package (101,766 encounters of 71,518 patients). The six quasi-identifiers are age, race, gender, admission type,
discharge disposition and diagnosis group (the nine groups of ICD-9 codes of the data's first publication, Strack et al.
2014). CPU seconds are of this process, all threads. The peer is pycanon, in a virtual environment of its own.
"""

from __future__ import annotations

import importlib.util
import json
import lzma
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import CloisterError
from cloister.privacy import (
    AnonymisationConfig,
    anonymise,
    attribute_inference,
    auroc_change,
    differencing,
    hierarchies,
    linkage,
    measure,
    membership,
    reconstruction,
    singling_out,
    verify_anonymity,
)
from privacy_dp.measure import measure as bench_privacy_dp
from privacy_dp.training import bench_training
from privacy_tables.adult import bench_adult
from privacy_tables.exact import bench_exact
from privacy_tables.wide import bench_wide

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src/cloister/demo/data/diabetes130.csv.xz"
PEERS = ROOT / ".venv-peers-privacy"
PYCANON = "1.3.6"
QUASI = ["age", "race", "gender", "admission_type_id", "discharge_disposition_id", "diag_group"]
PERSON, SENSITIVE = "patient_nbr", "readmitted"
TABLES = 10_000

# What the hospital's own code lists suggest: who was planned, where people went, which body system.
TREES: dict[str, dict[str, Any]] = {
    "admission_type_id": {"unplanned": ["1", "2", "7"], "planned": ["3", "4"], "unknown": ["5", "6", "8"]},
    "discharge_disposition_id": {
        "home": ["1", "6", "7", "8"],
        "facility": {
            "nursing": ["3", "4", "15", "24"],
            "hospital": ["2", "5", "9", "10", "12", "16", "17", "22", "23", "27", "28", "29", "30"],
        },
        "end of life": ["11", "13", "14", "19", "20", "21"],
        "unknown": ["18", "25", "26"],
    },
    "diag_group": {
        "organ": ["Circulatory", "Respiratory", "Digestive", "Genitourinary"],
        "trauma": ["Injury", "Musculoskeletal"],
        "other": ["Diabetes", "Neoplasms", "Other"],
    },
}
LADDERS = {
    "age": hierarchies.age(widths=(10, 20, 40)),
    **{name: hierarchies.tree(branches, name=name) for name, branches in TREES.items()},
}
GROUPS = {
    "Circulatory": [(390, 459), (785, 785)],
    "Respiratory": [(460, 519), (786, 786)],
    "Digestive": [(520, 579), (787, 787)],
    "Diabetes": [(250, 250)],
    "Injury": [(800, 999)],
    "Musculoskeletal": [(710, 739)],
    "Genitourinary": [(580, 629), (788, 788)],
    "Neoplasms": [(140, 239)],
}
FIGURES: dict[str, Any] = {}
BARS: dict[str, dict[str, Any]] = {}


def load() -> pl.DataFrame:
    frame = pl.read_csv(lzma.decompress(DATA.read_bytes()), infer_schema_length=0, null_values=["?"])
    code = pl.col("diag_1").str.slice(0, 3).cast(pl.Int64, strict=False)
    group: Any = pl.lit("Other")
    for name, ranges in GROUPS.items():
        inside = pl.any_horizontal([code.is_between(low, high) for low, high in ranges]).fill_null(value=False)
        group = pl.when(inside).then(pl.lit(name)).otherwise(group)
    return frame.with_columns(group.alias("diag_group"))


def cpu(run: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    value = run()
    return time.process_time() - start, value


def figure(name: str, value: Any) -> None:
    FIGURES[name] = round(value, 6) if isinstance(value, float) else value
    bar = BARS.get(name)
    verdict = "" if bar is None else f"{bar['text']:>10}  {'met' if bar['met'] else 'NOT MET'}"
    shown = "not measured" if value is None else f"{value:.5g}" if isinstance(value, float) else str(value)
    print(f"{name:<68}{shown:>15}  {verdict}", flush=True)


def bar(name: str, value: float | None, *, most: float | None = None, least: float | None = None) -> None:
    held = value is not None and (most is None or value <= most) and (least is None or value >= least)
    text = f"<= {most:g}" if most is not None else f">= {least:g}"
    BARS[name] = {"most": most, "least": least, "met": bool(held), "text": text}
    figure(name, value)


def bench_measures(frame: pl.DataFrame) -> None:
    def run() -> Any:
        return measure(frame, quasi_identifiers=QUASI, sensitive=[SENSITIVE], person=PERSON)

    run()
    bar("measures: CPU s, median of 7", float(np.median([cpu(run)[0] for _ in range(7)])), most=0.1)
    small, large = (json.loads(_child("large", str(times))) for times in (25, 50))
    figure("measures: rows of the large table", large["rows"])
    bar("measures: CPU s on the large table", large["cpu"], most=5.0)
    growth = (
        large["peak"] / small["peak"]
    )  # of the whole process, table included: freed memory is not given back at once
    figure("measures: bytes of memory per row, beside the table", (large["peak"] - large["idle"]) / large["rows"])
    bar("measures: growth of peak memory over growth of rows", growth / (large["rows"] / small["rows"]), most=1.1)


def _child(*arguments: str) -> str:
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def large(times: int) -> None:
    """In a process of its own: the data repeated, each time with new patients; memory sampled every 2 ms."""
    import psutil

    one = load().select(*QUASI, SENSITIVE, pl.col(PERSON).cast(pl.Int64))
    frame = pl.concat([one.with_columns(pl.col(PERSON) + i * 10**9) for i in range(times)], rechunk=True)
    process, done = psutil.Process(), threading.Event()
    idle = process.memory_info().rss
    peaks = [idle]

    def watch() -> None:
        while not done.wait(0.002):
            peaks.append(process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds, _ = cpu(lambda: measure(frame, quasi_identifiers=QUASI, sensitive=[SENSITIVE], person=PERSON))
    done.set()
    watcher.join()
    print(json.dumps({"rows": frame.height, "cpu": seconds, "peak": max(peaks), "idle": idle}))


PEER = """
import sys, time, pandas as pd
from pycanon import anonymity
data = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
quasi, sensitive = sys.argv[2].split(","), [sys.argv[3]]
start = time.process_time()
anonymity.k_anonymity(data, quasi)
anonymity.l_diversity(data, quasi, sensitive)
anonymity.entropy_l_diversity(data, quasi, sensitive)
anonymity.recursive_c_l_diversity(data, quasi, sensitive)
anonymity.t_closeness(data, quasi, sensitive)
print(time.process_time() - start)
"""


def bench_peer(frame: pl.DataFrame, folder: Path) -> None:
    seconds: float | None = None
    try:
        if not (PEERS / "bin/pip").exists():
            subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True, capture_output=True)
        install = [str(PEERS / "bin/pip"), "install", "-q", f"pycanon=={PYCANON}"]
        subprocess.run(install, check=True, capture_output=True, timeout=600)
        source = folder / "peer.csv"
        frame.select(*QUASI, SENSITIVE).fill_null("missing").write_csv(source)
        call = [str(PEERS / "bin/python"), "-W", "ignore", "-c", PEER, str(source), ",".join(QUASI), SENSITIVE]
        done = subprocess.run(call, check=True, capture_output=True, text=True, timeout=900)
        seconds = float(done.stdout.strip().splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        print(f"pycanon {PYCANON} did not run: {type(error).__name__}")
    bar("pycanon, same run: CPU s for the same five measures", seconds, least=0.0)


def refused(output: pl.DataFrame, k: int, **more: Any) -> float:
    """0 when the independent verifier holds, else 1."""
    try:
        verify_anonymity(output, quasi_identifiers=QUASI, person=PERSON, k=k, **more)
    except CloisterError:
        return 1.0
    return 0.0


def bench_anonymity(frame: pl.DataFrame) -> pl.DataFrame:
    kept = frame
    for k, most in ((5, 0.0176), (11, 0.0306)):
        config = AnonymisationConfig(QUASI, PERSON, k, hierarchies=LADDERS)
        seconds, (output, report) = cpu(lambda config=config: anonymise(frame, config))
        bar(f"k = {k} over persons: NCP, nothing suppressed", report.ncp, most=most)
        bar(f"k = {k} over persons: CPU s", seconds, most=1.0)
        bar(f"k = {k} over persons: suppressed rows", float(report.suppressed_rows), most=0)
        bar(f"k = {k} over persons: refused by the verifier", refused(output, k), most=0)
        _, by_rows = anonymise(frame, AnonymisationConfig(QUASI, None, k, hierarchies=LADDERS))
        figure(f"k = {k} over rows: NCP", by_rows.ncp)
        _, flat = anonymise(frame, AnonymisationConfig(QUASI, PERSON, k))
        figure(f"k = {k} over persons, no hierarchies (value or *): NCP", flat.ncp)
        kept = output
    strict = AnonymisationConfig(
        QUASI, PERSON, 5, sensitive=[SENSITIVE], l=3, t=0.3, max_suppressed=0.02, hierarchies=LADDERS
    )
    seconds, (output, report) = cpu(lambda: anonymise(frame, strict))
    bar("k5 + l3 + t0.3: NCP", report.ncp, most=0.0999999)
    bar("k5 + l3 + t0.3: share of rows suppressed", report.suppressed_rows / report.rows, most=0.02)
    bar("k5 + l3 + t0.3: refused by the verifier", refused(output, 5, sensitive=[SENSITIVE], l=3, t=0.3), most=0)
    figure("k5 + l3 + t0.3: CPU s", seconds)
    return kept


def bench_utility(frame: pl.DataFrame, anonymised: pl.DataFrame) -> None:
    more = ["time_in_hospital", "num_medications", "number_inpatient", "number_emergency", "number_diagnoses"]
    tables = [table.with_columns(pl.col(more).cast(pl.Int64)) for table in (frame, anonymised)]
    report = auroc_change(*tables, features=[*QUASI, *more], outcome=SENSITIVE, positive="<30", person=PERSON, seed=1)
    figure("readmission AUROC before k = 11", report.before)
    figure("readmission AUROC after", report.after)
    figure("change of AUROC, low end of the interval", report.change_low)
    figure("change of AUROC, high end of the interval", report.change_high)


def bench_attacks(frame: pl.DataFrame) -> None:
    generator = np.random.default_rng(11)
    people = frame[PERSON].unique(maintain_order=True)
    inside = people.gather(generator.permutation(len(people))[: len(people) // 2]).to_frame()
    members = frame.join(inside, on=PERSON, how="semi", maintain_order="left")
    outsiders = frame.join(inside, on=PERSON, how="anti", maintain_order="left")
    release, _ = anonymise(members, AnonymisationConfig(QUASI, PERSON, 11, hierarchies=LADDERS))
    some, others = members.sample(3000, seed=1), outsiders.sample(3000, seed=1)
    known: dict[str, Any] = {"known": QUASI, "hierarchies": LADDERS, "seed": 1}
    wrong = 0
    for name, table in (("the raw table", members), ("k = 11", release)):
        for report in (
            linkage(table, some.unique(subset=[PERSON], maintain_order=True), person=PERSON, **known),
            singling_out(table, members, person=PERSON, **known),
            attribute_inference(table, some, others, secret=SENSITIVE, **known),
        ):
            wrong += sum(not control.right for control in report.controls)
            figure(f"{report.attack} on {name}: right", report.success.estimate)
            figure(f"{report.attack} on {name}: advantage", report.advantage.estimate)
    wider = known | {"known": [*QUASI, "num_lab_procedures", "time_in_hospital"]}
    more = singling_out(release, members, person=PERSON, **wider)
    figure("singling out on k = 11, knowing two columns more: right", more.success.estimate)
    bits = (generator.random(200) < 0.4).astype(int)
    for report in (
        reconstruction(lambda group: float(bits[group].sum()), bits, queries=3200, seed=1),
        differencing(lambda group: float(bits[group].sum()), bits, seed=1),
    ):
        wrong += sum(not control.right for control in report.controls)
        figure(f"{report.attack} of exact answers: right", report.success.estimate)
    bar("attacks: controls that came out wrong", float(wrong), most=0)


def bench_membership(frame: pl.DataFrame) -> None:
    from lightgbm import LGBMClassifier

    names = [name for name in frame.columns if name not in {"encounter_id", PERSON, SENSITIVE, "diag_group"}]
    matrix = np.column_stack([frame[name].fill_null("").rank("dense").to_numpy() for name in names]).astype(float)
    label = (frame[SENSITIVE] == "<30").to_numpy().astype(int)
    person = frame[PERSON].rank("dense").to_numpy() - 1
    place = np.random.default_rng(5).permutation(int(person.max()) + 1)[person] / (person.max() + 1)
    member, nonmember, rest = (np.flatnonzero((place >= a) & (place < b)) for a, b in ((0, 0.3), (0.3, 0.6), (0.6, 1)))

    def train(rows: np.ndarray, seed: int, **settings: Any) -> Callable[[np.ndarray], np.ndarray]:
        base = {"n_estimators": 60, "verbose": -1, "n_jobs": 1, "random_state": seed}
        model = LGBMClassifier(**(base | settings)).fit(matrix[rows], label[rows])
        return lambda at: np.asarray(model.predict_proba(matrix[at]))[np.arange(len(at)), label[at]]

    bar("membership: non-members", float(len(nonmember)), least=20_000)
    generator = np.random.default_rng(6)
    references = [train(generator.choice(rest, len(rest) // 2, replace=False), seed) for seed in range(4)]
    reference = {
        "member_reference": np.column_stack([model(member) for model in references]),
        "nonmember_reference": np.column_stack([model(nonmember) for model in references]),
    }
    shapes = {"default": {}, "overfitted": {"n_estimators": 200, "num_leaves": 511, "min_child_samples": 1}}
    for name, settings in shapes.items():
        model = train(member, 7, **settings)
        scores = {"member_scores": model(member), "nonmember_scores": model(nonmember)}
        seconds, report = cpu(lambda scores=scores: membership(**scores, **reference, seed=1))
        figure(f"membership: {name} model, members found at FPR 0.1 %", report.tpr_at[0.001].estimate)
        figure(f"membership: {name} model, verdict", report.verdict)
        if name == "default":
            bar("membership: CPU s with 4 reference models", seconds, most=10.0)
    copies = [_copied(references[0], member, nonmember, matrix, label, seed) for seed in range(20)]
    bar("membership: share of 20 exact copies flagged", float(np.mean(copies)), least=1.0)
    safe, both = [], np.concatenate([member, nonmember])
    for seed in range(40):
        model = train(generator.choice(rest, len(rest) // 2, replace=False), 100 + seed, n_estimators=20)
        mixed = model(generator.permutation(both))
        report = membership(member_scores=mixed[: len(member)], nonmember_scores=mixed[len(member) :], seed=seed)
        safe.append(not report.passed)
    bar("membership: share of 40 safe models not passed", float(np.mean(safe)), most=0.05)


def _copied(outside: Any, member: Any, nonmember: Any, matrix: Any, label: Any, seed: int) -> bool:
    """A model that answers from a stored copy of 2,000 members where the features match, else from another model."""
    stored = np.random.default_rng(seed).choice(member, 2000, replace=False)
    memory = {matrix[row].tobytes(): label[row] for row in stored}

    def scores(rows: Any) -> Any:
        answer = np.clip(outside(rows), 0.001, 0.999)
        kept = [memory.get(matrix[row].tobytes()) for row in rows]
        triples = zip(kept, rows, answer, strict=True)
        return np.array([float(copy == label[row]) if copy is not None else other for copy, row, other in triples])

    return membership(member_scores=scores(stored), nonmember_scores=scores(nonmember), seed=seed).verdict == "leak"


def bench_oracle() -> None:
    spec = importlib.util.spec_from_file_location("oracle", ROOT / "tests/property/privacy/test_privacy_oracle.py")
    assert spec is not None and spec.loader is not None
    checks: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checks)
    measured = recoded = 0
    for seed in range(100_000, 100_000 + TABLES):
        measured += _disagrees(lambda seed=seed: checks.check_measures(seed, transport=seed % 10 == 0))
        if seed % 4 == 0:
            recoded += _disagrees(lambda seed=seed: checks.check_anonymisation(seed))
    figure("oracle: random tables measured", TABLES)
    bar("oracle: disagreements in the measures", float(measured), most=0)
    figure("oracle: random tables anonymised", TABLES // 4)
    bar("oracle: disagreements in anonymised tables", float(recoded), most=0)


def _disagrees(check: Callable[[], None]) -> bool:
    try:
        check()
    except (AssertionError, CloisterError):
        return True
    return False


def bench_hospital() -> None:
    frame = load()
    bench_measures(frame)
    kept = bench_anonymity(frame)
    bench_utility(frame, kept)
    bench_attacks(frame)
    bench_membership(frame)
    with tempfile.TemporaryDirectory() as folder:
        bench_peer(frame, Path(folder))
    bench_oracle()


SECTIONS: dict[str, Callable[[], None]] = {
    "hospital": bench_hospital,
    "adult": lambda: bench_adult(bar, figure),
    "wide": lambda: bench_wide(bar, figure),
    "exact": lambda: bench_exact(bar, figure, load()),
    "dp": lambda: bench_privacy_dp(bar, figure),
    "training": lambda: bench_training(figure),
}


def main(named: Sequence[str]) -> None:
    print(f"{'figure':<68}{'value':>15}  {'bar':>10}")
    for name in named or SECTIONS:
        SECTIONS[name]()
    met = all(entry["met"] for entry in BARS.values())
    bars = {name: {key: entry[key] for key in ("most", "least", "met")} for name, entry in BARS.items()}
    print(json.dumps({"name": "privacy", "figures": FIGURES, "bars": bars, "met": met}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["large"]:
        large(int(sys.argv[2]))
    else:
        main(sys.argv[1:])
