"""All documents of a model and its data side by side: no small cohort follows from any of them together."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from scipy.optimize import Bounds, LinearConstraint, milp

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.documents import chai_xml, croissant, datasheet_json, ml_bom, model_card_json, render_model_card
from cloister.fairness import FairnessConfig, describe_columns, evaluate

MINIMUM = 11
SCHEMA = TableSchema(tuple(Column(name, ColumnType.TEXT, Role.ATTRIBUTE) for name in ("sex", "site")))


def people(counts: list[int], seed: int) -> pl.DataFrame:
    """One row a person: three by three cells of ``counts`` people."""
    rng = np.random.default_rng(seed)
    cells = [cell for cell, count in zip(product("FMX", "abc"), counts, strict=True) for _ in range(count)]
    frame = pl.DataFrame(cells, schema=["sex", "site"], orient="row")
    score = rng.beta(2, 4, frame.height)
    return frame.with_columns(s=score, y=(rng.random(frame.height) < score).astype(int))


def documents(frame: pl.DataFrame) -> dict[str, bytes]:
    """What is written of a model that was evaluated on ``frame``, and of the version that it is a part of."""
    report = evaluate(
        frame, cohorts=["sex", "site"], label="y", score="s", person=None, config=FairnessConfig(threshold=0.3, seed=1)
    )
    version = pl.concat([frame, frame.sample(frame.height * 3, with_replacement=True, seed=2)])
    columns = describe_columns(version.select("sex", "site"), SCHEMA, person=None, minimum_cell=MINIMUM)
    facts = {
        "name": "m",
        "fairness": report.to_value(),
        "evaluation_data": {"rows": report.rows, "people": report.people},
    }
    data = {"name": "d", "rows": version.height, "people": version.height, "columns": columns}
    return {
        "card": model_card_json(facts),
        "page": render_model_card(facts).encode(),
        "xml": chai_xml(facts),
        "bom": ml_bom(facts),
        "datasheet": datasheet_json(data),
        "croissant": croissant(data),
    }


def told(card: dict) -> tuple[dict[tuple[str, str], int | None], list[tuple[dict[str, str], int]]]:
    """The cells that the card names, with their rows where it shows them; and every sum that it tells."""
    fairness = card["fairness"]
    cells: dict[tuple[str, str], int | None] = {}
    sums: list[tuple[dict[str, str], int]] = [({}, fairness["rows"])]
    for cell in fairness["cells"]:
        if len(cell["cohort"]) == 2:
            cells[cell["cohort"]["sex"], cell["cohort"]["site"]] = cell["rows"]
        if cell["rows"] is not None:
            sums.append((cell["cohort"], cell["rows"]))
    return cells, sums


@given(st.lists(st.integers(0, 40), min_size=9, max_size=9), st.integers(0, 999))
@settings(max_examples=15, deadline=None)
def test_no_small_cohort_follows_from_all_documents_together(counts, seed):
    frame = people(counts, seed)
    try:
        written = documents(frame)
    except InvalidInput as error:
        assert "no cohort has" in str(error) or "no rows" in str(error)
        return
    cells, sums = told(json.loads(written["card"]))
    names = list(cells)
    truth = frame.group_by("sex", "site").len()
    size = {(sex, site): rows for sex, site, rows in truth.iter_rows()}
    rules = []
    for cohort, rows in sums:
        member = [all(cohort.get(key, level) == level for key, level in (("sex", a), ("site", b))) for a, b in names]
        rules.append(LinearConstraint(np.array(member, dtype=float), rows, rows))
    for cell in names:
        if size[cell] >= MINIMUM:
            continue
        assert cells[cell] is None
        target = np.array([float(cell == other) for other in names])
        ends = [
            round(sign * milp(sign * target, constraints=rules, integrality=np.ones(len(names)), bounds=Bounds(1)).fun)
            for sign in (1, -1)
        ]
        assert ends[0] <= size[cell] <= ends[1], "the attack knows nothing that is not so"
        assert ends[0] < ends[1], cell


@given(st.lists(st.integers(0, 40), min_size=9, max_size=9), st.integers(0, 999))
@settings(max_examples=6, deadline=None)
def test_the_other_documents_tell_no_figure_of_a_cohort_that_the_card_hides(counts, seed):
    try:
        written = documents(people(counts, seed))
    except InvalidInput:
        return
    card = json.loads(written["card"])
    hidden = {cell["name"] for cell in card["fairness"]["cells"] if cell["status"] == "suppressed"}
    metrics = json.loads(written["bom"])["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]
    slices = {item["slice"]: item["value"] for item in metrics["performanceMetrics"] if item.get("slice") in hidden}
    assert set(slices.values()) <= {"suppressed"}
    text = " ".join(etree.fromstring(written["xml"]).itertext())
    assert not [name for name in hidden if name in text]
    for item in json.loads(written["datasheet"])["sections"]:
        for row in item.get("rows", []):
            shares = row["values"] or {}
            assert not shares or sum(shares.values()) >= 0.97, "what is not told by name is told as 'other'"
