"""Training integrity, measured: detectors against attacks that they were not written for, gates, reruns, speed.

Run: python benchmarks/integrity.py [--seeds 5] [--only speeds adult ...]. The attack generators are in tests/attacks; no detector
imports them, and triggers are drawn at random. Adult is UCI Adult (benchmarks/data), Diabetes-130 comes with the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import runpy
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from attacks import generators, held_out  # noqa: E402
from cloister.core.schema import Column, ColumnType, Role, TableSchema, Watch  # noqa: E402
from cloister.integrity import (  # noqa: E402
    PoisonConfig,
    RobustConfig,
    RunManifest,
    check_arrival,
    compare_robust,
    compare_runs,
    descendants,
    find_fingerprints,
    inspect_artifact,
    row_weights,
    scan_poisoning,
    score_rows,
    validate,
)
from cloister.integrity.deliveries import auroc  # noqa: E402

BUDGET = 0.05
DETECTOR = {
    "random": "confident-learning",
    "subgroup": "subgroup-scan",
    "one-way": "subgroup-scan",
    "backdoor": "trigger-mining",
}
KINDS = ("rare single", "rare pair", "common pair", "common triple")
FIGURES: dict[str, float | int | str | None] = {}
BARS: dict[str, dict[str, object]] = {}
CONSOLE = Console(width=118)


def bar(name: str, figure: float | None, bound: float, at_least: bool = True) -> None:
    held = figure is not None and (figure >= bound if at_least else figure <= bound)
    FIGURES[name] = None if figure is None else round(float(figure), 4)
    BARS[name] = {"bound": bound, "at_least": at_least, "met": bool(held)}


def diabetes(label: str) -> pl.DataFrame:
    """UCI Diabetes-130 as the package ships it, one of two labels, without ids and constant columns."""
    path = ROOT / "src" / "cloister" / "demo" / "data" / "diabetes130.csv.xz"
    raw = pl.read_csv(lzma.decompress(path.read_bytes()), null_values=["?"], infer_schema_length=None)
    readmitted = pl.col("readmitted")
    y = (readmitted == "<30") if label == "soon" else (readmitted != "NO")
    frame = raw.with_columns(y.cast(pl.Int8).alias("label"), pl.col("patient_nbr").alias("person"))
    drop = ["readmitted", "encounter_id", "patient_nbr"]
    return frame.drop(drop + [name for name in frame.columns if frame[name].n_unique() < 2])


def adult(seed: int) -> pl.DataFrame:
    """UCI Adult, label 1 for an income above 50,000 dollars; rows in an order of the seed."""
    frame = pl.read_parquet(ROOT / "benchmarks" / "data" / "adult.parquet").sample(fraction=1, shuffle=True, seed=seed)
    return frame.with_columns(pl.col("salary").cast(pl.String).str.contains(">").cast(pl.Int8).alias("label")).drop(
        "salary"
    )


def columns(frame: pl.DataFrame, label: str) -> list[str]:
    return [name for name in frame.columns if name not in (label, "person", "delivery")]


def scored(frame: pl.DataFrame, label: str, seed: int) -> tuple[pl.DataFrame, float]:
    from cloister.integrity import DetectorConfig

    start = time.process_time()
    person = "person" if "person" in frame.columns else None
    result = score_rows(
        frame, label=label, features=columns(frame, label), person=person, config=DetectorConfig(seed=seed)
    )
    return result.scores, time.process_time() - start


def figures_of(planted: np.ndarray, scores: pl.Series) -> tuple[float, float, float]:
    """AUROC, recall at the budget, false-positive rate at the budget."""
    values = scores.fill_null(float(scores.min() or 0) - 1).to_numpy()
    area = auroc(planted.astype(float), values)
    chosen = np.zeros(len(planted), dtype=bool)
    chosen[np.argsort(-values, kind="stable")[: int(BUDGET * len(planted))]] = True
    return (
        area[0] if area else 0.5,
        float(planted[chosen].sum() / planted.sum()),
        float((chosen & ~planted).sum() / (~planted).sum()),
    )


def ceiling(frame: pl.DataFrame, label: str, poisoned: generators.Poisoned) -> float:
    """AUROC of an oracle that knows the clean labels: an ensemble is fitted on them, ten folds, and doubts the others."""
    from cloister.integrity.baseline import folds_by_group, out_of_fold
    from cloister.integrity.encoding import encode
    from cloister.integrity.logistic import Logistic, leave_one_out

    data = encode(frame, label=label, features=columns(frame, label))
    model = Logistic(data, items=40, seed=0)
    chances = [leave_one_out(model.design, data.labels, model.beta, model.inverse).left_out]
    for seed, leaves, rounds in ((0, 7, 150), (1, 7, 150), (2, 15, 80)):
        fold = folds_by_group(np.arange(data.rows, dtype=np.int64), 10, seed)
        chances.append(out_of_fold(data.matrix, data.labels, fold, seed=seed, threads=1, leaves=leaves, rounds=rounds))
    odds = np.mean([np.log(chance / (1 - chance)) for chance in chances], axis=0)
    given = poisoned.frame[label].to_numpy()
    area = auroc(poisoned.planted.astype(float), np.where(given == 1, -odds, odds))
    return area[0] if area else 0.5


def doubted(frame: pl.DataFrame) -> np.ndarray:
    """P(label = 1) of every row by a model of the clean labels, out of fold."""
    from cloister.integrity.baseline import folds_by_group, out_of_fold
    from cloister.integrity.encoding import encode
    from cloister.integrity.logistic import Logistic, leave_one_out
    from cloister.integrity.many_classes import blend

    data = encode(frame, label="label", features=columns(frame, "label"))
    model = Logistic(data, items=40, seed=0)
    linear = leave_one_out(model.design, data.labels, model.beta, model.inverse).left_out
    fold = folds_by_group(np.arange(data.rows, dtype=np.int64), 5, 0)
    return blend(out_of_fold(data.matrix, data.labels, fold, seed=0, threads=1), linear)


def region_oracle(frame: pl.DataFrame, poisoned: generators.Poisoned) -> float:
    """Recall where the regions of inverted labels are learnt as ever, but beside a model of the clean labels."""
    from cloister.integrity.encoding import encode
    from cloister.integrity.flipped_regions import inverted_share, posterior

    chance, given = doubted(frame), poisoned.frame["label"].to_numpy()
    likely = np.clip(np.where(given == 1, chance, 1 - chance), 0.02, 0.98)
    data = encode(poisoned.frame, label="label", features=columns(frame, "label"))
    share = inverted_share(data, likely, seed=0, threads=1)
    return figures_of(poisoned.planted, pl.Series(posterior(share, likely, 1 - likely)))[1]


def attacks_on(
    name: str, make: object, label: str, seeds: int, backdoors: int
) -> dict[str, list[tuple[float, float, float]]]:
    found: dict[str, list[tuple[float, float, float]]] = {}
    ceilings: list[float] = []
    for seed in range(seeds):
        frame = make(seed)  # type: ignore[operator]
        features = columns(frame, label)
        coded = [n for n in features if 3 <= frame[n].n_unique() <= 40]
        pair = np.random.default_rng(1000 + seed).permutation(coded)[:2].tolist()
        runs = [
            ("random", generators.random_flips(frame, label, seed)),
            ("subgroup", generators.subgroup_flips(frame, label, seed, pair)),
        ]
        if seed < 2:
            runs.append(("one-way subgroup", generators.one_way_flips(frame, label, seed, pair)))
        for number in range(backdoors):
            kind = KINDS[(seed + number) % len(KINDS)]
            trigger = generators.draw_trigger(frame, features, kind, 77 * seed + number)
            runs.append((f"backdoor {kind}", generators.backdoor(frame, label, seed, trigger)))
        if seed == 0 or name == "adult":
            ceilings.append(ceiling(frame, label, runs[0][1]))
        for attack, poisoned in runs:
            scores, _ = scored(poisoned.frame, label, seed)
            found.setdefault(attack, []).append(figures_of(poisoned.planted, scores[DETECTOR[attack.split()[0]]]))
    report(name, found, float(np.mean(ceilings)))
    return found


def report(name: str, found: dict[str, list[tuple[float, float, float]]], top: float) -> None:
    table = Table(title=f"{name}: detector of the class, budget {BUDGET:.0%} of the rows", title_justify="left")
    for heading in ("attack", "detector", "runs", "AUROC", "worst", "recall", "worst", "false pos."):
        table.add_column(heading, justify="left" if heading in ("attack", "detector") else "right")
    for attack, rows in sorted(found.items()):
        part = np.array(rows)
        mean, worst = part.mean(axis=0), part.min(axis=0)
        figures = [f"{mean[0]:.3f}", f"{worst[0]:.3f}", f"{mean[1]:.3f}", f"{worst[1]:.3f}", f"{mean[2]:.3f}"]
        table.add_row(attack, DETECTOR[attack.split()[0]], str(len(rows)), *figures)
    CONSOLE.print(table)
    CONSOLE.print(f"oracle that knows the clean labels, random flips: AUROC {top:.3f}")
    FIGURES[f"{name}_random_oracle_auroc"] = round(top, 4)
    for attack, rows in found.items():
        mean = np.array(rows).mean(axis=0)
        key = f"{name}_{attack.replace(' ', '_')}"
        FIGURES[f"{key}_auroc"], FIGURES[f"{key}_recall"], FIGURES[f"{key}_fpr"] = (round(float(v), 4) for v in mean)


def means(found: dict[str, list[tuple[float, float, float]]], prefix: str) -> np.ndarray:
    return np.array([row for attack, rows in found.items() if attack.startswith(prefix) for row in rows]).mean(axis=0)


def other_attacks(seeds: int) -> None:
    """Out of range, copies, clean-label backdoors and slow drift, through the gate's scan or a detector by name."""
    out, copies, clean, drift_found = [], [], [], 0
    for seed in range(seeds):
        frame = adult(seed)
        trusted, now = frame[:22_000], frame[22_000:]
        features = columns(frame, "label")
        poisoned = generators.out_of_range(now, seed, ["age", "hours-per-week", "fnlwgt"])
        scores = score_rows(poisoned.frame, label="label", features=features, reference=trusted).scores
        flagged = (scores["reference-range"].fill_null(0) > 0).to_numpy()
        out.append((flagged[poisoned.planted].mean(), flagged[~poisoned.planted].mean()))
        poisoned = generators.duplicates(now, "label", seed)
        repeated = score_rows(poisoned.frame, label="label", features=features).scores["exact-copies"].to_numpy() > 0
        # One of ten equal rows stays, so nine tenths is all that can be found.
        copies.append(
            (repeated[poisoned.planted].sum() / (0.9 * poisoned.planted.sum()), repeated[~poisoned.planted].mean())
        )
        trigger = generators.draw_trigger(frame, features, "rare pair", seed)
        poisoned = generators.clean_label_backdoor(frame, "label", seed, trigger)
        clean.append(figures_of(poisoned.planted, scored(poisoned.frame, "label", seed)[0]["trigger-mining"])[1])
        poisoned = generators.slow_drift(now, "label", seed, "age")
        result = scan_poisoning(
            poisoned.frame,
            label="label",
            features=features,
            person=None,
            batch="delivery",
            reference=None,
            config=PoisonConfig(seed=seed),
        )
        drift_found += any(f.suspicious for f in result.findings if f.attack_class in ("label flips", "subgroup flips"))
    recall, FIGURES["adult_range_fpr"] = (round(float(v), 4) for v in np.mean(out, axis=0))
    bar("adult_range_recall", recall, 0.98)
    FIGURES["adult_copies_recall"], FIGURES["adult_copies_fpr"] = (round(float(v), 4) for v in np.mean(copies, axis=0))
    FIGURES["adult_clean_label_recall"] = round(float(np.mean(clean)), 4)
    FIGURES["adult_slow_drift_alarms"] = f"{drift_found} of {seeds}"


def held_out_attacks(seeds: int) -> None:
    """Attack kinds that no detector was tuned on, on Adult: figures without a bar."""
    for name, (attack, detector) in held_out.ATTACKS.items():
        rows, tops = [], []
        for seed in range(seeds):
            frame = adult(seed).with_columns(pl.col(pl.Categorical).cast(pl.String))
            poisoned = attack(frame, "label", seed)
            rows.append(figures_of(poisoned.planted, scored(poisoned.frame, "label", seed)[0][detector]))
            if attack in (held_out.neighbourhood_flips, held_out.plane_flips):
                tops.append(region_oracle(frame, poisoned))
        area, recall, _ = np.array(rows).mean(axis=0)
        key = f"held_out_{name.replace(' ', '_')}"
        FIGURES[f"{key}_worst_recall"] = round(min(row[1] for row in rows), 4)
        if tops:
            FIGURES[f"{key}_oracle_recall"] = round(float(np.mean(tops)), 4)
        FIGURES[f"{key}_auroc"], FIGURES[f"{key}_recall"] = round(float(area), 4), round(float(recall), 4)


def watched_schema(frame: pl.DataFrame, site: str) -> TableSchema:
    kinds = {True: ColumnType.INTEGER, False: ColumnType.TEXT}
    watch = {"label": Watch.OUTCOME, site: Watch.SITE}
    return TableSchema(
        tuple(
            Column(
                name,
                kinds[frame[name].dtype.is_integer()],
                Role.PERSON if name == "person" else Role.ATTRIBUTE,
                watch=watch.get(name),
            )
            for name in frame.columns
        )
    )


def split_people(frame: pl.DataFrame, rows: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """About so many rows of persons drawn at random, and all others' rows."""
    who = frame["person"] if "person" in frame.columns else pl.int_range(frame.height, eager=True)
    people = np.random.default_rng(seed).permutation(who.unique(maintain_order=True).to_numpy())
    mine = who.is_in(pl.Series(people[: max(1, rows * len(people) // frame.height)]).implode())
    return frame.filter(mine), frame.filter(~mine)


def deliveries(seeds: int) -> None:
    """Honest deliveries against the rest of their data, and the same with a tenth of the labels set to 1."""
    held = runs = 0
    caught: dict[int, list[bool]] = {}
    for frame, site in (
        (adult(0).with_columns(pl.col(pl.Categorical).cast(pl.String)), "workclass"),
        (diabetes("any"), "admission_type_id"),
    ):
        schema = watched_schema(frame, site)
        for rows in (50, 200, 1_000, 5_000):
            for seed in range(6 * seeds if rows < 5_000 else 3 * seeds):
                now, before = split_people(frame, rows, seed)
                held, runs = held + bool(check_arrival(now, schema, reference=before).held), runs + 1
                if seed < seeds:
                    hit = pl.Series(np.random.default_rng(seed).random(now.height) < 0.1)
                    bad = now.with_columns(pl.when(hit).then(1).otherwise("label").cast(pl.Int8).alias("label"))
                    caught.setdefault(rows, []).append(bool(check_arrival(bad, schema, reference=before).held))
    FIGURES["honest_deliveries"] = f"{held} of {runs} held"
    bar("honest_deliveries_held_share", held / runs, 0.05, at_least=False)
    for rows, found in caught.items():
        FIGURES[f"deliveries_of_{rows}_with_a_tenth_of_labels_set_held"] = f"{sum(found)} of {len(found)}"


def false_alarms(seeds: int) -> None:
    """The gate's scan on honest rows: whole, and one random twentieth of the people against the rest."""
    alarms = runs = 0
    whole = diabetes("soon")
    for seed in range(seeds):
        part = whole["person"].hash(seed) % 20 == 0
        for frame, reference in (
            (whole.filter(part), whole.filter(~part)),
            (adult(seed)[:10_000], adult(seed)[10_000:]),
        ):
            label = "label"
            person = "person" if "person" in frame.columns else None
            result = scan_poisoning(
                frame,
                label=label,
                features=columns(frame, label),
                person=person,
                batch=None,
                reference=reference,
                config=PoisonConfig(seed=seed),
            )
            alarms, runs = alarms + result.suspicious, runs + 1
    FIGURES["gate_false_alarms"] = f"{alarms} of {runs}"
    bar("gate_false_alarm_share", alarms / runs, 0.0, at_least=False)


def many_classes(seeds: int) -> None:
    """Diabetes-130 by all three levels of readmission, another of them drawn for 5 % of the rows."""
    path = ROOT / "src" / "cloister" / "demo" / "data" / "diabetes130.csv.xz"
    whole = diabetes("soon").drop("label")
    level = pl.read_csv(lzma.decompress(path.read_bytes()), columns=["readmitted"])["readmitted"].alias("label")
    found = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        frame = whole.with_columns(level).sample(30_000, seed=seed, shuffle=True)
        hit, levels = rng.random(frame.height) < 0.05, np.array(sorted(level.unique()))
        other = levels[(np.searchsorted(levels, frame["label"].to_numpy()) + rng.integers(1, 3, frame.height)) % 3]
        turned = frame.with_columns(pl.when(pl.Series(hit)).then(pl.Series(other)).otherwise("label").alias("label"))
        scores, cpu = scored(turned, "label", seed)
        FIGURES["three_classes_30k_rows_cpu_s"] = round(cpu, 2)
        found.append(
            [figures_of(hit, scores[name])[0] for name in ("confident-learning", "loss-trajectory", "knn-shapley")]
        )
    names = ("confident_learning", "loss_trajectory", "knn_shapley")
    for name, area in zip(names, np.mean(found, axis=0), strict=True):
        FIGURES[f"three_classes_{name}_auroc"] = round(float(area), 4)


def robust_training() -> None:
    """Clean and poisoned, with and without weights, on rows that nobody poisoned."""
    from cloister.integrity.baseline import boost, probabilities
    from cloister.integrity.encoding import encode

    frame = adult(3)
    poisoned = generators.subgroup_flips(frame[:30_000], "label", 3, ["education", "occupation"])
    for name, train in (("clean", frame[:30_000]), ("poisoned", poisoned.frame)):
        scores, _ = scored(train, "label", 3)
        weights = row_weights(
            scores, RobustConfig(trim={"subgroup-scan": 0.05}, soften={"confident-learning": 0.02})
        ).weights
        data = encode(pl.concat([train, frame[30_000:]]), label="label", features=columns(frame, "label"))
        matrix, labels = data.matrix[:30_000], data.labels[:30_000]
        options = {"seed": 0, "leaves": 15, "rounds": 100, "rate": 0.1, "threads": 1}
        plain = probabilities(boost(matrix, labels, **options), data.matrix[30_000:], 1)
        robust = probabilities(boost(matrix, labels, **options, weights=weights), data.matrix[30_000:], 1)
        result = compare_robust(data.labels[30_000:], plain, robust)
        FIGURES[f"robust_{name}_plain_auroc"], FIGURES[f"robust_{name}_gain"] = (
            round(result.plain, 4),
            round(result.gain, 4),
        )


def gates() -> None:
    """Every hostile sample of the tests is refused, every planted value found, no alarm on clean models."""
    samples = runpy.run_path(str(ROOT / "tests/unit/integrity/test_integrity_artifacts.py"))
    refused = [not inspect_artifact({"m": raw}).accepted for raw in samples["HOSTILE"].values()]
    passed = [inspect_artifact({"m": raw}).accepted for raw in samples["HONEST"].values()]
    prints = runpy.run_path(str(ROOT / "tests/unit/integrity/test_integrity_fingerprints.py"))
    found = [
        find_fingerprints(prints["saved"](fit()), prints["PRINTS"]).get(column, 0) > 0
        for fit, column in prints["FAMILIES"].values()
    ]
    quiet = [not find_fingerprints(prints["saved"](fit()), prints["PRINTS"]) for fit in prints["CLEAN"].values()]
    FIGURES["hostile_samples"], FIGURES["estimator_families"] = len(refused), len(found)
    bar("hostile_refused_share", float(np.mean(refused)), 1.0)
    bar("honest_formats_accepted_share", float(np.mean(passed)), 1.0)
    bar("families_with_planted_values_found", float(sum(found)), max(10, len(found)))
    bar("clean_models_without_alarm_share", float(np.mean(quiet)), 1.0)


TRAINERS = {
    "lightgbm": "import lightgbm as l; b=l.train(dict(objective='binary',deterministic=True,force_row_wise=True,num_threads=T,seed=S,verbose=-1),l.Dataset(X,y),30); out=b.model_to_string().encode()",
    "scikit-learn": "from sklearn.ensemble import RandomForestClassifier as R; import skops.io as s; from sklearn.linear_model import LogisticRegression as G; r=R(20,random_state=S,n_jobs=T).fit(X,y); g=G().fit(X,y); out=r.predict_proba(X).tobytes()+g.coef_.tobytes()",
    "xgboost": "import xgboost as x; out=bytes(x.train(dict(objective='binary:logistic',tree_method='hist',nthread=T,seed=S),x.DMatrix(X,y),30).save_raw('json'))",
    "torch": "import torch as t; t.manual_seed(S); t.use_deterministic_algorithms(True); t.set_num_threads(T); n=t.nn.Sequential(t.nn.Linear(8,16),t.nn.ReLU(),t.nn.Linear(16,1)); o=t.optim.SGD(n.parameters(),.1); A=t.tensor(X,dtype=t.float32); B=t.tensor(y,dtype=t.float32)\nfor _ in range(50):\n    o.zero_grad(); t.nn.functional.binary_cross_entropy_with_logits(n(A).squeeze(1),B).backward(); o.step()\nout=b''.join(p.detach().numpy().tobytes() for p in n.parameters())",
}
DATA = "import sys,hashlib,numpy as np\nT,S,REV=int(sys.argv[1]),int(sys.argv[2]),int(sys.argv[3])\ng=np.random.default_rng(0); X=g.normal(size=(2000,8)); y=(X[:,0]+.5*g.normal(size=2000)>0).astype(int)\nif REV: X,y=X[::-1].copy(),y[::-1].copy()\n"


def train(library: str, threads: int = 1, seed: int = 0, reverse: int = 0) -> str | None:
    peers = ROOT / ".venv-peers-integrity" / "bin" / "python"
    python = str(peers) if library in ("xgboost", "torch") else sys.executable
    script = DATA + TRAINERS[library] + "\nprint(hashlib.sha256(out).hexdigest())"
    try:
        done = subprocess.run(
            [python, "-c", script, str(threads), str(seed), str(reverse)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def install_peers() -> None:
    folder = ROOT / ".venv-peers-integrity"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False)
        subprocess.run(
            [str(folder / "bin" / "pip"), "install", "-q", "xgboost==3.2.0", "torch==2.13.0", "numpy"], check=False
        )


def manifest(output: str, **changed: object) -> RunManifest:
    facts: dict[str, object] = {
        "data": {"v1": "a" * 64}, "rows": {"v1": "b" * 64}, "code": {"train.py": "c" * 64}, "packages": {"lightgbm": "4.7.0"},
        "seeds": {"numpy": 0}, "threads": {"lightgbm": 1}, "platform": {"python": "3.11"}, "cpu": ("avx2",), "outputs": {"model": output},
    }  # fmt: skip
    return RunManifest(**{**facts, **changed})  # type: ignore[arg-type]


def reruns() -> None:
    install_peers()
    same = {library: (first := train(library)) is not None and first == train(library) for library in TRAINERS}
    for library, held in same.items():
        FIGURES[f"rerun_{library}"] = "identical" if held else "not shown (missing or differs)"
    bar("libraries_with_identical_reruns", float(sum(same.values())), 4)
    base = manifest(hashlib.sha256(b"1").hexdigest())
    other = hashlib.sha256(b"2").hexdigest()
    changes = {
        "package lightgbm": {"packages": {"lightgbm": "4.6.0"}},
        "threads lightgbm": {"threads": {"lightgbm": 2}},
        "row order of v1": {"rows": {"v1": "d" * 64}},
    }
    named = [
        any(line.startswith(text) for line in compare_runs(base, manifest(other, **change)).lines())
        for text, change in changes.items()
    ]
    bar("rerun_changes_named", float(sum(named)), len(named))


def speeds() -> None:
    frame = diabetes("soon")[:100_000]
    scored(frame.sample(5_000, seed=0), "label", 0)  # loads the tree library, once in a process
    _, cpu = scored(frame, "label", 0)
    bar("all_detectors_100k_rows_cpu_s", cpu, 15, at_least=False)
    start = time.process_time()
    scan_poisoning(
        frame,
        label="label",
        features=columns(frame, "label"),
        person="person",
        batch=None,
        reference=None,
        config=PoisonConfig(),
    )
    FIGURES["gate_scan_100k_rows_cpu_s"] = round(time.process_time() - start, 2)
    rng = np.random.default_rng(0)
    wide = pl.DataFrame({f"c{i}": rng.integers(0, 200, 100_000).astype(str) for i in range(60)})
    schema = TableSchema(
        tuple(Column(f"c{i}", ColumnType.INTEGER, minimum=0, maximum=198, required=True) for i in range(60))
    )
    start = time.process_time()
    validate(wide, schema)
    bar("validate_100k_rows_60_columns_cpu_s", time.process_time() - start, 1.5, at_least=False)
    edges = [(f"n{rng.integers(i // 2 + 1)}", f"n{i + 1}") for i in range(10_000)]
    start = time.perf_counter()
    reached = descendants(edges, "n0")
    bar("descendants_10000_edges_s", time.perf_counter() - start, 1.0, at_least=False)
    FIGURES["descendants_reached"] = len(reached)


def on_adult(seeds: int) -> None:
    income = attacks_on("adult", adult, "label", seeds, 4)
    bar("adult_flips_auroc", means(income, "random")[0], 0.95)
    bar("adult_subgroup_auroc", means(income, "subgroup")[0], 0.99)
    bar("adult_subgroup_recall", means(income, "subgroup")[1], 0.8)
    bar("adult_backdoor_recall", means(income, "backdoor")[1], 0.9)
    worst = min(means(income, f"backdoor {kind}")[1] for kind in KINDS)
    bar("adult_backdoor_recall_worst_kind", worst, 0.9)


def on_diabetes(seeds: int) -> None:
    whole, soon = diabetes("any"), diabetes("soon")
    ours = attacks_on("diabetes_any", lambda _: whole, "label", seeds, 1)
    attacks_on("diabetes_30_days", lambda _: soon, "label", 1, 1)
    bar("diabetes_random_flips_auroc", means(ours, "random")[0], 0.68)
    bar("diabetes_subgroup_flips_auroc", means(ours, "subgroup")[0], 0.85)
    bar("diabetes_backdoor_recall", means(ours, "backdoor")[1], 0.70)


SECTIONS: dict[str, Callable[[int], None]] = {
    "speeds": lambda _: speeds(),
    "gates": lambda _: gates(),
    "deliveries": deliveries,
    "reruns": lambda _: reruns(),
    "alarms": false_alarms,
    "robust": lambda _: robust_training(),
    "classes": many_classes,
    "other": other_attacks,
    "held-out": held_out_attacks,
    "adult": on_adult,
    "diabetes": on_diabetes,
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), help="some sections by name")
    given = options.parse_args()
    for name in given.only:
        SECTIONS[name](given.seeds)
    table = Table(title="bars", title_justify="left")
    for heading in ("figure", "value", "bar", "met"):
        table.add_column(heading)
    for name, facts in BARS.items():
        value = FIGURES[name]
        table.add_row(
            name,
            "not measured" if value is None else str(value),
            f"{'>=' if facts['at_least'] else '<='} {facts['bound']}",
            "yes" if facts["met"] else "no",
        )
    for name in sorted(set(FIGURES) - set(BARS)):
        table.add_row(name, str(FIGURES[name]), "", "")
    CONSOLE.print(table)
    met = all(facts["met"] for facts in BARS.values())
    print(json.dumps({"name": "integrity", "figures": FIGURES, "bars": BARS, "met": met}))


if __name__ == "__main__":
    main()
