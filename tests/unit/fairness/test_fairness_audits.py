"""Each detector on a world with its fault, on one without, and on what can't be tested."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cloister.core import canonical
from cloister.core.errors import InvalidInput
from cloister.fairness import (
    AuditConfig,
    audit_labels,
    audit_missingness,
    compare_representation,
    find_proxies,
    find_shortcuts,
    label_disagreement,
)

CONFIG = AuditConfig(seed=1, replicates=500)


def world(seed: int = 4, rows: int = 4000) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    person = rng.integers(0, rows * 3 // 4, rows)
    group = np.where(person % 4 == 0, "B", "A")
    need = rng.normal(0, 1, rows)
    score = 1 / (1 + np.exp(-(need - 1)))
    return pl.DataFrame(
        {
            "person": person,
            "group": group,
            "need": need,
            "area": rng.normal(0, 1, rows),
            "lab": rng.normal(0, 1, rows),
            "score": score,
            "y": (rng.random(rows) < score).astype(int),
        }
    )


def labels(frame):
    return audit_labels(frame, cohorts=["group"], label="y", need=["need"], person="person", config=CONFIG)


def missing(frame):
    return audit_missingness(frame, columns=["lab"], cohorts=["group"], label="y", person="person", config=CONFIG)


def proxies(frame):
    return find_proxies(
        frame, features=["need", "area"], protected=["group"], person="person", config=CONFIG, limit=0.55
    )


def test_labels_lost_in_one_cohort_are_found_and_a_fair_world_passes():
    frame = world()
    assert labels(frame).passed
    lost = frame.with_columns(
        y=pl.when((pl.col("group") == "B") & (pl.col("need") > 0.3)).then(0).otherwise(pl.col("y"))
    )
    audit = labels(lost)
    assert audit.verdict == "fail"
    found = {item.cohort: item for item in audit.found}
    assert found["group=B"].odds_ratio < 1 < found["group=A"].odds_ratio
    canonical.encode(audit.to_value())


def test_a_label_that_need_explains_is_no_finding():
    frame = world()
    sicker = frame.with_columns(need=pl.col("need") + pl.when(pl.col("group") == "B").then(1.0).otherwise(0.0))
    rng = np.random.default_rng(0)
    risk = 1 / (1 + np.exp(-(sicker["need"].to_numpy() - 1)))
    assert labels(sicker.with_columns(y=pl.Series((rng.random(len(risk)) < risk).astype(int)))).passed


def test_unequal_and_informative_missingness():
    frame = world()
    rng = np.random.default_rng(1)

    def gone(chance):
        absent = pl.Series(rng.random(frame.height) < chance)
        return frame.with_columns(lab=pl.when(absent).then(None).otherwise(pl.col("lab")))

    assert missing(gone(np.full(frame.height, 0.2))).passed
    by_group = missing(gone(np.where(frame["group"] == "B", 0.35, 0.15)))
    assert "group=B" in {item.cohort for item in by_group.found}
    with_outcome = missing(gone(np.where((frame["group"] == "B") & (frame["y"] == 1), 0.5, 0.2)))
    assert "group=B & y=1" in {item.cohort for item in with_outcome.found}


def test_a_small_cohort_is_suppressed_and_keeps_the_audit_from_passing():
    frame = world()
    few = frame.with_columns(group=pl.when(pl.int_range(pl.len()) < 6).then(pl.lit("Z")).otherwise(pl.col("group")))
    audit = labels(few)
    assert audit.verdict == "insufficient evidence" and not audit.passed
    (item,) = [item for item in audit.findings if item.cohort == "group=Z"]
    assert item.status == "suppressed" and item.rate is None


def test_proxies_and_shortcuts():
    frame = world()
    assert not [item for item in proxies(frame) if item.found]
    telling = frame.with_columns(area=pl.col("area") + pl.when(pl.col("group") == "B").then(1.5).otherwise(0.0))
    named = {(item.feature, item.cohort) for item in proxies(telling) if item.found}
    assert ("area", "group=B") in named and ("need", "group=B") not in named
    assert ("all features together", "group=B") in named

    def shortcut(data):
        return find_shortcuts(data, markers=["group"], label="y", score="score", person="person", config=CONFIG)

    assert not [item for item in shortcut(frame) if item.found]
    learnt = frame.with_columns(score=pl.col("score") * pl.when(pl.col("group") == "B").then(0.4).otherwise(1.0))
    assert [item for item in shortcut(learnt) if item.found and "group=B" in item.cohort and "lower" in item.feature]


def test_representation_against_a_reference():
    frame = world()
    rows = compare_representation(
        frame, attribute="group", reference={"A": 0.5, "B": 0.5}, person="person", config=CONFIG
    )
    by_name = {row.cohort: row for row in rows}
    assert by_name["group=B"].ratio == pytest.approx(0.5, abs=0.05)
    assert by_name["group=B"].high < 0.5 < by_name["group=A"].low
    with pytest.raises(InvalidInput, match="add up to 1"):
        compare_representation(frame, attribute="group", reference={"A": 0.5}, person="person", config=CONFIG)


def test_disagreement_of_duplicates():
    frame = world(rows=600)
    twice = pl.concat(
        [frame, frame.with_columns(y=pl.when(pl.col("group") == "B").then(1 - pl.col("y")).otherwise("y"))]
    )
    table = label_disagreement(twice, key=["person", "need"], label="y", cohort="group", config=CONFIG)
    assert dict(zip(table["cohort"], table["rate"], strict=True)) == {"A": 0.0, "B": 1.0}


def test_what_audits_refuse():
    frame = world(rows=200)
    with pytest.raises(InvalidInput, match="no proxy of need"):
        audit_labels(frame, cohorts=["group"], label="y", need=[], person=None, config=CONFIG)
    with pytest.raises(InvalidInput, match="no column 'gold'"):
        audit_labels(frame, cohorts=["group"], label="y", need=["gold"], person=None, config=CONFIG)
    with pytest.raises(InvalidInput, match="no column 'gold'"):
        find_proxies(frame, features=["gold"], protected=["group"], person=None, config=CONFIG)
    with pytest.raises(InvalidInput, match="no cohort attribute"):
        audit_labels(frame, cohorts=[], label="y", need=["need"], person=None, config=CONFIG)


def plain(rows: int = 300) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    return pl.DataFrame(
        {
            "p": np.arange(rows),
            "sex": rng.choice(["F", "M"], rows),
            "s": rng.random(rows),
            "y": rng.integers(0, 2, rows),
            "need": rng.poisson(2, rows),
            "one": [1] * rows,
            "nothing": [None] * rows,
        }
    )


ON = {"person": "p", "config": AuditConfig(seed=1)}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: audit_labels(f, cohorts=["sex"], label="y", need=["one"], **ON), "explains no need"),
        (lambda f: audit_labels(f, cohorts=["sex"], label="y", need=["nothing"], **ON), "explains no need"),
        (lambda f: audit_labels(f, cohorts=["sex"], label="y", need=["y"], **ON), "proxy of its own need"),
        (lambda f: audit_labels(f, cohorts=["sex"], label="one", need=["need"], **ON), "has one value"),
        (lambda f: audit_labels(f.head(0), cohorts=["sex"], label="y", need=["need"], **ON), "no rows"),
        (lambda f: audit_labels(f.drop("p"), cohorts=["sex"], label="y", need=["need"], **ON), "no column 'p'"),
        (lambda f: compare_representation(f, attribute="sex", reference={"F": float("nan"), "M": 1}, **ON), "add up"),
        (lambda f: compare_representation(f, attribute="sex", reference={"F": "half", "M": 0.5}, **ON), "add up"),
        (lambda f: label_disagreement(f, key=["zz"], label="y", cohort="sex", config=ON["config"]), "no column 'zz'"),
        (lambda f: label_disagreement(f, key=["need"], label="y", cohort="z", config=ON["config"]), "no column 'z'"),
        (lambda f: label_disagreement(f, key=[], label="y", cohort="sex", config=ON["config"]), "same case"),
        (lambda f: find_proxies(f, features=[], protected=["sex"], **ON), "no feature"),
    ],
)
def test_what_can_not_be_audited_is_one_clear_line_and_no_pass(call, words):
    with pytest.raises(InvalidInput, match=words):
        call(plain())


def test_a_level_that_the_reference_does_not_name_is_told():
    told = compare_representation(plain(), attribute="sex", reference={"F": 1.0}, **ON)
    assert [item.cohort for item in told] == ["sex=F", "sex=M"] and told[1].reference == 0 and told[1].low > 0.3


def test_what_is_not_a_number_counts_as_missing():
    frame = plain(2000).with_columns(
        lab=pl.when((pl.col("sex") == "F") & (pl.col("need") > 1)).then(float("nan")).otherwise(pl.col("s"))
    )
    found = audit_missingness(frame, columns=["lab"], cohorts=["sex"], label="y", **ON)
    assert any(item.cohort == "sex=F" for item in found.found)
