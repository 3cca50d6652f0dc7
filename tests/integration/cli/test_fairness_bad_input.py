"""What fairness, monitoring and documents are given by the command line, and can't use: one line, no data value."""

import numpy as np
import polars as pl
import pytest

from cloister.fairness import FairnessConfig, evaluate
from cloister.records import Grant, Model, Release
from small_environment import PHRASE, Small, plant

SECRET = "Quillfeather"


def use(rows=400, seed=1):
    rng = np.random.default_rng(seed)
    score = rng.random(rows).round(4)
    outcome = (rng.random(rows) < score).astype(int)
    person = [f"{SECRET}{number}" for number in range(rows)]
    return pl.DataFrame({"score": score, "outcome": outcome, "person": person, "sex": rng.choice(["F", "M"], rows)})


@pytest.fixture
def released(line):
    """The environment of the command line's tests with a model in use that was evaluated by sex."""
    (line.root / "phrase").write_text(PHRASE)
    small = Small(line.home)
    report = evaluate(
        use(), cohorts=["sex"], label="outcome", score="score", person="person", config=FairnessConfig(0.4, 1)
    )
    asked = {"cohorts": ["sex"], "alert_rate": 0.2, "threshold": 0.4, "bands": {}}
    evidence = {"fairness": report.to_value(), "evaluation": asked}
    (grant,) = [item for item in small.app.log.store.view().find(Grant) if item.id == line.grant]
    live = Model("mod_x", "m", "engineer", grant.project, "job_x", "0" * 64, True, (), evidence)
    blank = Model("mod_y", "blank", "engineer", grant.project, "job_x", "0" * 64, True)
    release = Release("rel_x", live.id, grant.project, "production", "engineer", "2026-01-01", state="live")
    plant(small.app, live, blank, release)
    small.app.close()
    return line


def refused(line, *arguments):
    code, out, err = line("--as", "engineer", *arguments)
    assert code not in (0, 1), (code, out, err)  # 1 is what is left over for a fault of the program's own
    assert err.count("\n") == 1 and err.startswith("E-") and "Traceback" not in out + err, (out, err)
    assert SECRET not in out + err
    return err


def scores(change):
    return lambda frame: frame.with_columns(score=change)


WRONG_FILES = {
    "no cohort column": (lambda frame: frame.drop("sex"), "no column 'sex'"),
    "no outcome": (lambda frame: frame.drop("outcome"), "no column 'outcome'"),
    "empty": (lambda frame: frame.clear(), "no rows"),
    "above 1": (scores(pl.col("score") * 2), "no number from 0 to 1"),
    "below 0": (scores(pl.col("score") - 0.5), "no number from 0 to 1"),
    "not a number": (scores(pl.lit(float("nan"))), "no number from 0 to 1"),
    "endless": (scores(pl.lit(float("inf"))), "no number from 0 to 1"),
    "a name": (scores(pl.lit(SECRET)), "no number from 0 to 1"),
    "outcome between": (lambda frame: frame.with_columns(outcome=pl.lit(0.5)), "neither 0, 1 nor empty"),
    "outcome of many digits": (lambda frame: frame.with_columns(outcome=pl.lit(10**12)), "neither 0, 1 nor empty"),
    "outcome no number": (lambda frame: frame.with_columns(outcome=pl.lit(float("nan"))), "neither 0, 1 nor empty"),
    "outcome a name": (lambda frame: frame.with_columns(outcome=pl.lit(SECRET)), "neither 0, 1 nor empty"),
    "nobody": (lambda frame: frame.with_columns(person=pl.lit(None, pl.String)), "is nobody"),
}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_of_use_that_is_wrong(released, ending):
    for name, (change, words) in WRONG_FILES.items():
        file = released.root / f"{name}.{ending}"
        frame = change(use())
        frame.write_csv(file) if ending == "csv" else frame.write_parquet(file)
        assert words in refused(released, "release", "monitor", "rel_x", file, "--period", "2026-Q1"), name


def test_bytes_that_are_no_table(released):
    for name, content, words in (
        ("latin.csv", use().write_csv().replace("F", "\xe9").encode("latin-1"), "not UTF-8"),
        ("none.csv", b"", "empty"),
        ("none.parquet", b"PAR1", "not a readable Parquet"),
        ("use.xlsx", b"PK", "not taken"),
    ):
        file = released.root / name
        file.write_bytes(content)
        assert words in refused(released, "release", "monitor", "rel_x", file, "--period", "q")
    assert "folder" in refused(released, "release", "monitor", "rel_x", released.root, "--period", "q")
    refused(released, "release", "monitor", "rel_x", released.root / "absent.csv", "--period", "q")
    refused(released, "release", "monitor", "rel_none", file, "--period", "q")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (scores(pl.lit(0.5)), "constant"),
        (lambda frame: frame.with_columns(outcome=pl.when(pl.col("sex") == "F").then(0).otherwise("outcome")), ""),
        (lambda frame: frame.with_columns(person=pl.lit("one")), "11 people"),
        (lambda frame: frame.with_columns(sex=pl.lit(None, pl.String)), ""),
        (lambda frame: frame.with_columns(outcome=pl.lit(None, pl.Int64)), "no row has an outcome"),
    ],
    ids=["a constant score", "a cohort without outcomes", "one person", "no cohort known", "no outcome known"],
)
def test_use_that_says_little_is_kept_and_is_no_all_clear(released, change, told):
    file = released.root / "use.csv"
    change(use()).write_csv(file)
    code, out, err = released("--as", "engineer", "release", "monitor", "rel_x", file, "--period", "2026-Q1")
    assert code == 0 and not err and told in out and SECRET not in out
    assert "2026-Q1: within" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--outcome", "back", "--cohort", "race"), "no column 'race'"),
        (("--outcome", "lab", "--cohort", "sex"), "not 0 and 1"),
        (("--outcome", "ward", "--cohort", "sex"), "is text"),
        (("--outcome", "back", "--cohort", ""), "no column ''"),
        (("--outcome", "back", "--cohort", "sex", "--need", "severity"), "no column 'severity'"),
        (("--outcome", "back", "--cohort", "sex", "--feature", "note"), "no column 'note'"),
        (("--outcome", "back", "--cohort", "sex", "--same-case", "visit_number"), "no column 'visit_number'"),
    ],
)
def test_an_audit_of_what_is_not_there(line, arguments, words):
    assert words in refused(line, "fairness", "audit", line.grant, *arguments)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"sex: {F: \xff}", "not UTF-8"),
        (b"sex: [F, M]", ""),
        (b"- sex", ""),
        (b"sex: {F: many, M: few}", ""),
        (b"race: {A: 0.5, B: 0.5}", "no column 'race'"),
        (b"{", ""),
    ],
)
def test_a_reference_that_is_none(line, content, words):
    file = line.root / "reference.yaml"
    file.write_bytes(content)
    given = ("--outcome", "back", "--cohort", "sex", "--reference", file)
    assert words in refused(line, "fairness", "audit", line.grant, *given)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fairness", "show", "nowhere"),
        ("fairness", "show", "mod_y"),
        ("fairness", "show", ""),
        ("fairness", "table", "mit_none"),
        ("fairness", "findings", "aud_none"),
        ("fairness", "mitigate", "nowhere", "--attribute", "sex"),
        ("fairness", "mitigate", "mod_x", "--attribute", "race"),
        ("fairness", "mitigate", "mod_x", "--attribute", "sex", "--method", "magic"),
        ("fairness", "mitigate", "mod_y", "--attribute", "sex"),
        ("fairness", "sign", "mit_none", "--approve", "--reason", "x"),
        ("document", "write", "model-card", "nowhere", "--output", "card.html"),
        ("document", "write", "model-card", "mod_x", "--output", "card.pdf"),
        ("document", "write", "poem", "mod_x", "--output", "card.html"),
        ("document", "write", "datasheet", "mod_x", "--output", "sheet.html"),
        ("document", "write", "croissant", "ver_none", "--output", "c.json"),
    ],
)
def test_what_is_not_there_or_was_not_measured(released, arguments, monkeypatch):
    monkeypatch.chdir(released.root)
    refused(released, *arguments)
    assert not list(released.root.glob("*.html")) and not list(released.root.glob("*.pdf"))
