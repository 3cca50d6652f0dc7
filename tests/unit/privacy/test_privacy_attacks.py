"""Attacks: each finds what is there to find, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import InvalidInput
from cloister.privacy import (
    AnonymisationConfig,
    AttackConfig,
    AttackReport,
    anonymise,
    attack_release,
    attribute_inference,
    delta_presence,
    differencing,
    hierarchies,
    linkage,
    model_attribute_inference,
    model_inversion,
    reconstruction,
    singling_out,
)

KNOWN = ["age", "zip"]
LADDERS = {"age": hierarchies.age(), "zip": hierarchies.zip_code()}


def people(rows: int, seed: int, first: int = 0) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "patient": np.arange(first, first + rows),
            "age": generator.integers(18, 90, rows),
            "zip": [f"0{n}" for n in generator.integers(2000, 2300, rows)],
            "secret": generator.choice(["a", "b", "c", "d"], rows, p=[0.4, 0.3, 0.2, 0.1]),
        }
    )


@pytest.fixture(scope="module")
def original() -> pl.DataFrame:
    return people(2000, 1)


@pytest.fixture(scope="module")
def release(original: pl.DataFrame) -> pl.DataFrame:
    return anonymise(original, AnonymisationConfig(KNOWN, "patient", 10, hierarchies=LADDERS))[0]


def right(report: AttackReport) -> bool:
    encode(report.to_value())
    return all(control.right for control in report.controls)


def test_linkage_finds_people_in_the_raw_table_and_none_among_ten(
    original: pl.DataFrame, release: pl.DataFrame
) -> None:
    known = {"known": KNOWN, "person": "patient", "hierarchies": LADDERS, "seed": 1}
    raw = linkage(original, original, **known)
    assert right(raw)
    assert raw.verdict == "advantage shown"
    assert raw.success.estimate > 0.8
    safe = linkage(release, original, **known)
    assert right(safe)
    assert safe.passed
    assert safe.figures["worst"] <= 0.1 + 1e-9


def test_linkage_counts_candidates_by_hand() -> None:
    released = pl.DataFrame({"p": [1, 2, 3, 4], "q": ["a", "*", "*", "b"]})
    known = pl.DataFrame({"p": [1, 2, 9], "q": ["a", "b", "b"]})
    report = linkage(released, known, known=["q"], person="p", seed=1)
    # Person 1: classes a and * fit, three candidates, one of them right. Person 2: classes b and *, one of three.
    assert report.figures["expected"] == pytest.approx(1 / 3)
    assert report.success.estimate == 0.0
    assert report.figures["targets"] == 2


def test_singling_out_isolates_in_the_raw_table_only(original: pl.DataFrame, release: pl.DataFrame) -> None:
    known = {"known": KNOWN, "person": "patient", "hierarchies": LADDERS, "trials": 500, "seed": 1}
    raw = singling_out(original, original, **known)
    assert right(raw)
    assert raw.success.estimate > 0.95
    assert raw.verdict == "advantage shown"
    safe = singling_out(release, original, **known)
    assert right(safe)
    assert safe.success.estimate == 0.0


def test_a_predicate_that_one_person_fulfils_twice_isolates() -> None:
    frame = pl.DataFrame({"p": [1, 1, 2, 3], "q": ["a", "a", "b", "b"]})
    report = singling_out(frame, frame, known=["q"], person="p", trials=50, seed=1)
    assert report.success.estimate == 0.5  # "a" isolates person 1, "b" isolates nobody


def test_a_secret_that_the_release_never_shows_is_never_guessed(original: pl.DataFrame) -> None:
    few = original.with_columns(secret=pl.lit("x"))
    own = original.with_columns(secret=pl.Series([f"own {n}" for n in range(original.height)]))
    found = attribute_inference(few, own, own, known=KNOWN, secret="secret", seed=1)
    assert (found.success.estimate, found.baseline.estimate) == (0, 0)
    with pytest.raises(InvalidInput, match="1000 values"):
        attribute_inference(own, few, few, known=KNOWN, secret="secret", seed=1)


def test_attribute_inference_is_measured_beside_outsiders(original: pl.DataFrame, release: pl.DataFrame) -> None:
    outsiders = people(2000, 2, first=5000)
    raw = attribute_inference(original, original, outsiders, known=KNOWN, secret="secret", hierarchies=LADDERS, seed=1)
    assert right(raw)
    assert raw.verdict == "advantage shown"
    safe = attribute_inference(release, original, outsiders, known=KNOWN, secret="secret", hierarchies=LADDERS, seed=1)
    assert right(safe)
    assert safe.advantage.estimate < raw.advantage.estimate / 2


def test_model_inversion_finds_a_memory_and_not_a_rule() -> None:
    generator = np.random.default_rng(3)

    def table(rows: int) -> pl.DataFrame:
        secret = generator.integers(0, 4, rows)
        return pl.DataFrame({"x": generator.normal(size=rows), "secret": secret, "label": (secret > 1).astype(int)})

    members, outsiders = table(600), table(600)
    follows_rule = model_inversion(
        lambda f: np.where((f["secret"] > 1) == (f["label"] == 1), 0.9, 0.1),
        members,
        outsiders,
        secret="secret",
        seed=1,
    )
    assert right(follows_rule)
    assert follows_rule.passed
    assert follows_rule.success.estimate > 0.4  # the rule tells a lot, of members and outsiders alike
    remembered = {(x, s) for x, s in zip(members["x"].to_list(), members["secret"].to_list(), strict=True)}
    memory = model_inversion(
        lambda f: np.array(
            [0.99 if pair in remembered else 0.3 for pair in zip(f["x"].to_list(), f["secret"].to_list(), strict=True)]
        ),
        members,
        outsiders,
        secret="secret",
        seed=1,
    )
    assert memory.verdict == "advantage shown"
    assert memory.success.estimate > 0.95


LEARNT = {"features": ["x", "y"], "label": "label", "person": "who", "secret": "secret", "seed": 1}


def correlated(rows: int, seed: int, first: int) -> pl.DataFrame:
    """A secret that one feature tells of, and a label that follows both."""
    generator = np.random.default_rng(seed)
    secret = generator.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    x = np.where(generator.random(rows) < 0.7, secret, generator.choice(["a", "b", "c"], rows))
    label = (generator.random(rows) < np.where(secret == "c", 0.8, 0.2)).astype(int)
    table = {"who": np.arange(first, first + rows), "x": x, "y": generator.normal(size=rows)}
    return pl.DataFrame({**table, "secret": secret, "label": label})


@pytest.fixture(scope="module")
def three_tables() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    members, others = correlated(700, 5, 0), correlated(1200, 6, 10_000)
    return members, others[:700], others


def true_rule(frame: pl.DataFrame) -> np.ndarray:
    risk = np.where(frame["secret"].to_numpy() == "c", 0.8, 0.2)
    return np.where(frame["label"].to_numpy() == 1, risk, 1 - risk)


def test_attribute_inference_on_a_model_that_learnt_the_rule_tells_members_and_others_alike(three_tables) -> None:
    report = model_attribute_inference(true_rule, *three_tables, **LEARNT)
    assert right(report)
    assert report.passed
    assert report.success.estimate > 0.7  # far above naming the commonest: the features tell
    assert abs(report.figures["beyond_imputation"]) < 0.05  # the model says no more than the sample does
    assert "'secret' of half of 1200 others" in report.explanation


def test_attribute_inference_finds_a_model_s_memory_beyond_what_others_teach(three_tables) -> None:
    members = three_tables[0]
    own = set(members.select("who", "secret").iter_rows())

    def remembers(frame: pl.DataFrame) -> np.ndarray:
        known = np.array([row in own for row in frame.select("who", "secret").iter_rows()])
        return np.where(known, 0.99, true_rule(frame) / 4)

    report = model_attribute_inference(remembers, *three_tables, **LEARNT)
    assert right(report)
    assert report.verdict == "advantage shown"
    assert report.figures["beyond_imputation_low"] > 0.1
    assert report.figures["imputed"] == pytest.approx(report.figures["imputed_outsiders"], abs=0.06)


def test_nobody_is_guessed_by_a_sample_that_they_are_in() -> None:
    """A sample that holds each outsider many times over, with a name that gives the secret away, helps nobody."""
    members, others = correlated(300, 7, 0), correlated(300, 8, 10_000)
    named = [table.with_columns(pl.col("who").cast(pl.String).alias("x")) for table in (members, others)]
    asked = LEARNT | {"features": ["x"]}
    blind = model_attribute_inference(
        lambda frame: np.full(frame.height, 0.5), *named, pl.concat([named[1]] * 4), **asked
    )
    assert right(blind)
    assert blind.passed
    assert blind.figures["imputed_outsiders"] < 0.6


def test_exact_answers_give_every_bit_away_and_refusals_none() -> None:
    bits = (np.random.default_rng(0).random(60) < 0.4).astype(int)
    for attack, more in ((reconstruction, {"queries": 300}), (differencing, {})):
        open_book = attack(lambda group: float(bits[group].sum()), bits, seed=1, **more)
        assert right(open_book)
        assert open_book.verdict == "advantage shown"
        assert open_book.success.estimate == 1.0
        shut = attack(lambda group: None, bits, seed=1, **more)
        assert shut.passed
        assert shut.advantage.estimate == 0.0
    assert differencing(lambda group: None, bits, seed=1).figures["held"] == 1.0


def test_rounding_is_no_defence_against_reconstruction() -> None:
    bits = (np.random.default_rng(0).random(60) < 0.4).astype(int)
    report = reconstruction(lambda group: 5.0 * round(bits[group].sum() / 5), bits, queries=1200, seed=1)
    assert report.success.estimate > 0.95


def test_presence_by_hand() -> None:
    population = pl.DataFrame({"q": ["a", "a", "a", "a", "b", "b", "c"]})
    released = pl.DataFrame({"p": [1, 2, 3, 4], "q": ["a", "a", "b", "b"]})
    report = delta_presence(released, population, quasi_identifiers=["q"], person="p")
    assert (report.low, report.high, report.certain) == (0.0, 1.0, 2)
    hidden = delta_presence(released.with_columns(q=pl.lit("*")), population, quasi_identifiers=["q"], person="p")
    assert hidden.low == hidden.high == pytest.approx(4 / 7)
    with pytest.raises(InvalidInput, match="lacks"):
        delta_presence(released, population.head(5), quasi_identifiers=["q"], person="p")


def test_bad_input_is_refused(original: pl.DataFrame, three_tables) -> None:
    bits = np.zeros(5)
    stranger = people(10, 1, first=9000)
    for attack in (
        lambda: linkage(original, original, known=["nope"], person="patient", seed=1),
        lambda: linkage(original, stranger, known=KNOWN, person="patient", seed=1),
        lambda: singling_out(original.clear(), original, known=KNOWN, person="patient", seed=1),
        lambda: attribute_inference(original, original, original, known=KNOWN, secret="nope", seed=1),
        lambda: model_inversion(lambda f: np.ones(3), original, original, secret="secret", seed=1),
        lambda: model_inversion(lambda f: np.ones(f.height), original, original, secret="patient", seed=1),
        lambda: model_attribute_inference(true_rule, *three_tables, **(LEARNT | {"secret": "x"})),
        lambda: model_attribute_inference(true_rule, *three_tables, **(LEARNT | {"features": ["x", "nope"]})),
        lambda: model_attribute_inference(true_rule, *three_tables[:2], three_tables[2][:3], **LEARNT),
        lambda: model_attribute_inference(lambda f: np.ones(3), *three_tables, **LEARNT),
        lambda: reconstruction(lambda group: 0.0, bits, queries=10, seed=1),
        lambda: differencing(lambda group: 0.0, np.full(20, 2), seed=1),
    ):
        with pytest.raises(InvalidInput):
            attack()


def test_people_with_many_rows_are_attacked_once_each() -> None:
    wrong = 0
    for seed in range(10):
        draw = np.random.default_rng(seed)
        who = draw.integers(0, 200, 2000)
        secret = draw.choice(["a", "b", "c"], 200, p=[0.5, 0.3, 0.2])
        rows = {"p": who, "age": draw.integers(18, 60, 200)[who], "x": draw.integers(0, 3, 2000)}
        true = pl.DataFrame({**rows, "secret": secret[who]})
        blind = pl.DataFrame({**rows, "secret": draw.permutation(secret)[who]})  # of somebody else
        found = attack_release(blind, true, AttackConfig(["age", "x"], "p", "secret"), seed=seed)["attribute inference"]
        assert "of 180 members" in found.knowledge
        wrong += not found.passed
    assert wrong <= 1
