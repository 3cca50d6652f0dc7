"""Every document from what an environment recorded, held against the validators of others."""

import json
import logging
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from lxml import etree, html

from cloister.cli.chain_models import ModelChain
from cloister.core.errors import InvalidInput, InvalidState, NotFound
from cloister.documents import check_ml_bom
from cloister.operations.describe_version import DescribeVersion
from cloister.operations.monitor_use import MonitorUse, UsageWish
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.register_model import RegisterModel, Registration
from cloister.operations.statements import StatementWish, WriteStatements
from cloister.operations.validate_model import ValidateModel, ValidationWish
from cloister.operations.write_document import OF_MODEL, OF_VERSION, DocumentWish, WriteDocument
from cloister.records import Release
from small_environment import plant

VECTORS = Path(__file__).parents[2] / "vectors" / "documents"


def write(env, kind, form, subject, name="privacy"):
    return env.run(WriteDocument(), DocumentWish(kind, form, subject), name)


@pytest.fixture
def model(ready):
    models = ModelChain(ready.chain)
    model = models.evaluate(models.train(ready.grant))
    models.ask_exceptions(model)
    return ready.run(RegisterModel(), Registration(model.id, {"users": "nurses", "limitations": "..."}), "engineer")


def test_every_document_of_a_model_is_written_from_what_was_recorded(ready, model):
    plan = {
        "change_modifications": "train on new quarters | drift | same columns | the gates\nnew threshold",
        "change_retraining": "the same script on a newer version",
        "bias_mitigation": "reviewed by cohort",
    }
    ready.run(WriteStatements(), StatementWish("model", model.name, plan), "clinician")
    written = {(kind, form): write(ready, kind, form, model.name) for kind, forms in OF_MODEL.items() for form in forms}
    for (kind, form), content in written.items():
        if form == "html":
            tree = html.fromstring(content.decode())
            assert not tree.xpath("//script|//*[@style]|//*[@src]"), kind
            assert model.name in tree.text_content()
    schema = etree.RelaxNG(etree.parse(VECTORS / "chai-v0.2.rng"))
    schema.assertValid(etree.fromstring(written["applied-model-card", "xml"]))
    check_ml_bom(written["ml-bom", "json"])
    check_ml_bom(written["environment-bom", "json"])
    made_with = json.loads(written["environment-bom", "json"])["components"]
    lightgbm = next(item for item in made_with if item["name"] == "lightgbm")
    assert lightgbm["licenses"] and lightgbm["externalReferences"][0]["hashes"]

    attributes = json.loads(written["source-attributes", "json"])
    items = {item["number"]: item for section in attributes["sections"] for item in section["items"]}
    assert sorted(items) == list(range(1, 32))
    assert items[7] == {"number": 7, "name": "Intended users", "value": "nurses", "by": items[7]["by"]}
    assert items[7]["by"].startswith("engineer (ml-engineer)") and items[10]["value"] is None
    assert "input: sex" in items[12]["value"] and "F" in items[13]["value"]
    assert "AUROC" in items[21]["value"] and "equal opportunity: by sex" in items[22]["value"]

    plan = html.fromstring(written["change-plan", "html"].decode()).text_content()
    assert "same columns" in plan and "new threshold" in plan and "enforced by the environment" in plan
    record = json.loads(written["section-92-210", "json"])
    identified = {item["name"]: item["value"] for item in record["sections"][1]["items"]}
    assert identified["sex"] == "input: sex" and identified["disability"] == "no input of that name"
    assert record["sections"][3]["rows"][0]["proposal"] == "thresholds by sex"

    card = html.fromstring(written["model-card", "html"].decode())
    assert card.xpath("//h3[@id='mitigation']") and "thresholds by sex" in card.text_content()
    assert card.xpath("//table[.//th[text()='net benefit']]//tr[.//th[text()='sex=F']]")
    events = [event for event in ready.events() if event.action == "document:write" and event.facts]
    assert {event.facts["document"] for event in events} == set(OF_MODEL)
    assert all(len(event.facts["digest"]) == 64 for event in events)


def test_use_fills_what_the_documents_say_of_local_validity(ready, model, tmp_path):
    assert "In use" in write(ready, "model-card", "html", model.name).decode()

    def attributes():
        sections = json.loads(write(ready, "source-attributes", "json", model.name))["sections"]
        return {item["number"]: item["value"] for section in sections for item in section["items"]}

    assert attributes()[27] is None and attributes()[29] is None
    plant(ready.app, Release("rel_x", model.id, model.project, "production", "engineer", "2026-01-01", state="live"))
    rng = np.random.default_rng(1)
    score = rng.random(800)
    told = {"score": score, "person": np.arange(800), "sex": rng.choice(["F", "M"], 800)}
    for period, outcome in (("2026-Q1", (rng.random(800) < score).astype(int)), ("2026-Q2", [None] * 800)):
        file = tmp_path / f"{period}.parquet"
        pl.DataFrame({**told, "outcome": outcome}, schema_overrides={"outcome": pl.Int8}).write_parquet(file)
        ready.run(MonitorUse(), UsageWish("rel_x", file, period), "engineer")
    local = attributes()
    assert "AUROC" in local[27] and "by sex" in local[29], "the batch without outcomes takes nobody's place"
    card = html.fromstring(write(ready, "model-card", "html", model.name).decode())
    rows = card.xpath("//section[@id='in-use']//tbody/tr")
    assert [row.xpath("string(th)") for row in rows] == ["2026-Q1", "2026-Q2"]
    assert rows[1].xpath("string(.//span[@class='word'])") != "within", "nothing known is no all-clear"
    record = json.loads(write(ready, "section-92-210", "json", model.name))
    (use,) = [section for section in record["sections"] if section["title"].startswith("Use so far")]
    assert [row["period"] for row in use["rows"]] == ["2026-Q1", "2026-Q2"]
    plan = html.fromstring(write(ready, "change-plan", "html", model.name).decode()).text_content()
    assert "an alarm opens a task" in plan and "gap in sensitivity by sex" in plan


def elsewhere(path, people=600, **changes):
    """Predictions of another hospital, some of which have no outcome yet."""
    rng = np.random.default_rng(2)
    score = rng.random(people)
    columns = {
        "score": score,
        "outcome": [None if n % 20 == 0 else int(y) for n, y in enumerate(rng.random(people) < score)],
        "person": [f"Quillfeather{n}" for n in range(people)],
        "sex": rng.choice(["F", "M"], people),
    }
    pl.DataFrame(columns | changes).write_parquet(path)
    return path


def test_a_test_by_others_is_measured_and_fills_what_is_said_of_external_validity(ready, model, tmp_path):
    def attributes():
        sections = json.loads(write(ready, "source-attributes", "json", model.name))["sections"]
        return {item["number"]: item["value"] for section in sections for item in section["items"]}

    assert not any(attributes()[number] for number in (17, 18, 19, 20, 23, 24, 25))
    wish = ValidationWish(model.name, elsewhere(tmp_path / "far.parquet"), "a rural clinic", "its own staff", "blind")
    made = ready.run(ValidateModel(), wish, "clinician")
    assert (made.rows, made.people) == (570, 570) and "30 of 600 rows have no outcome" in made.notes[0]
    rows = pl.read_parquet(tmp_path / "far.parquet").drop_nulls("outcome")
    alert = rows["score"] >= model.evidence["evaluation"]["threshold"]
    found = {name: item["estimate"] for name, item in made.report["overall"]["measures"].items()}
    assert found["prevalence"] == pytest.approx(rows["outcome"].mean())
    assert found["selection_rate"] == pytest.approx(alert.mean())
    assert found["sensitivity"] == pytest.approx(alert.filter(rows["outcome"] == 1).mean())
    cases, others = (rows.filter(outcome=one)["score"].to_numpy() for one in (1, 0))
    assert found["auroc"] == pytest.approx((cases[:, None] > others).mean())
    shares = {row["sex"]: round(row["len"] / 570, 2) for row in rows.group_by("sex").len().iter_rows(named=True)}
    assert made.representativeness == {"sex": shares}
    ready.run(WriteStatements(), StatementWish("model", model.id, {"outcome_evaluations": "none so far"}), "engineer")
    told = attributes()
    assert [told[number] for number in (17, 18, 20, 25)] == ["a rural clinic", "its own staff", "blind", "none so far"]
    assert "AUROC" in told[23] and "by sex" in told[24] and "%" in json.dumps(told[19])
    card = write(ready, "model-card", "html", model.name).decode()
    section = html.fromstring(card).xpath("string(//section[@id='external'])")
    assert "a rural clinic" in section and "AUROC" in section and "Quillfeather" not in card
    event = next(item for item in reversed(ready.events()) if item.action == "model:validate" and item.facts)
    assert event.facts["rows"] == 570 and "Quillfeather" not in json.dumps(dict(event.facts))


def test_the_newest_test_by_others_is_the_one_that_is_told(ready, model, tmp_path):
    for source in ("first", "second"):
        file = elsewhere(tmp_path / "far.parquet")
        ready.run(ValidateModel(), ValidationWish(model.id, file, source, "them", "so"), "engineer")
    assert len(ready.run(ReadRecords(), Look("validation"), "privacy")) == 2
    page = html.fromstring(write(ready, "model-card", "html", model.name).decode())
    assert "second" in page.xpath("string(//section[@id='external'])")


@pytest.mark.parametrize(
    ("wish", "changes", "match"),
    [
        ({"source": " "}, {}, "source is not told"),
        ({"party": ""}, {}, "party is not told"),
        ({"process": ""}, {}, "process is not told"),
        ({"source": "x" * 20_001}, {}, "source is longer than 20,000"),
        ({}, {"sex": [None] * 600, "score": [2.0] * 600}, "'score' is no number from 0 to 1 in 600 rows"),
        ({}, {"outcome": [None] * 600}, "fewer than 11 people"),
        ({}, {"outcome": [7] * 600}, "neither 0, 1 nor empty"),
    ],
)
def test_a_test_by_others_that_shows_nothing_is_refused_and_not_kept(ready, model, tmp_path, wish, changes, match):
    told = {"source": "s", "party": "p", "process": "how"} | wish
    file = elsewhere(tmp_path / "far.parquet", **changes)
    with pytest.raises(InvalidInput, match=match):
        ready.run(ValidateModel(), ValidationWish(model.id, file, **told), "engineer")
    assert ready.run(ReadRecords(), Look("validation"), "privacy") == ()


def test_a_version_is_described_before_its_documents_are_written(ready, caplog):
    import mlcroissant

    for kind, forms in OF_VERSION.items():
        with pytest.raises(InvalidState, match="not described yet"):
            write(ready, kind, next(iter(forms)), ready.safe.id)
    made = ready.run(DescribeVersion(), ready.safe.id, "privacy")
    assert [item["name"] for item in made.columns] == list(ready.safe.schema.names)
    told = {item["name"]: item for item in made.columns}
    assert told["lab"]["range"] and told["lab"]["mean"] and told["patient"]["range"] is None
    wish = StatementWish("dataset", "visits", {"population": "adult inpatients", "licence": "internal use"})
    ready.run(WriteStatements(), wish, "steward")
    with caplog.at_level(logging.WARNING):
        loaded = mlcroissant.Dataset(jsonld=json.loads(write(ready, "croissant", "json", ready.safe.id, "engineer")))
    assert not loaded.metadata.ctx.issues.errors and not loaded.metadata.ctx.issues.warnings
    fields = [field.name for field in loaded.metadata.record_sets[0].fields]
    assert fields == list(ready.safe.schema.names)
    page = html.fromstring(write(ready, "datasheet", "html", ready.safe.id).decode()).text_content()
    assert "adult inpatients" in page and "internal use" in page and "Quillfeather" not in page
    sheet = json.loads(write(ready, "datasheet", "json", ready.safe.id))
    rows = next(section["rows"] for section in sheet["sections"] if section.get("rows"))
    assert {row["name"] for row in rows} == set(ready.safe.schema.names)


def test_raw_data_can_be_described_without_a_value_of_an_identifier(ready):
    made = ready.run(DescribeVersion(), ready.raw.id, "privacy")
    text = json.dumps([dict(item) for item in made.columns])
    assert "Quillfeather" not in text and "555-0142" not in text and "60601" not in text


def test_an_answer_is_asked_for_once_and_kept_with_all_that_it_replaced(ready, model):
    wish = StatementWish("model", model.id, {"users": "nurses", "funding": "none"})
    (made,) = ready.run(WriteStatements(), wish, "engineer")
    assert (made.topic, made.version) == ("funding", 1), "the same words are not a new version"
    (again,) = ready.run(WriteStatements(), StatementWish("model", model.name, {"users": "ward nurses"}), "clinician")
    assert again.version == 2 and again.role == "clinical-reviewer"
    held = [item for item in ready.run(ReadRecords(), Look("statement"), "privacy") if item.topic == "users"]
    assert [(item.version, item.state) for item in held] == [(1, "replaced"), (2, "current")]
    page = write(ready, "model-card", "html", model.id).decode()
    assert "ward nurses" in page and "clinician (clinical-reviewer)" in page


@pytest.mark.parametrize(
    ("kind", "name", "texts", "error", "match"),
    [
        ("model", None, {"colour": "blue"}, InvalidInput, "nothing is asked under 'colour'"),
        ("model", None, {"users": "..."}, InvalidInput, "nothing is answered"),
        ("model", None, {"users": "x" * 20_001}, InvalidInput, "longer than"),
        ("release", None, {"users": "x"}, InvalidInput, "no statements about"),
        ("dataset", "visits", {"users": "x"}, InvalidInput, "nothing is asked under 'users'"),
        ("dataset", "nowhere", {"purpose": "x"}, NotFound, "no dataset"),
    ],
)
def test_statements_that_make_no_sense(ready, model, kind, name, texts, error, match):
    with pytest.raises(error, match=match):
        ready.run(WriteStatements(), StatementWish(kind, name or model.name, texts), "engineer")


def test_documents_that_are_not_there(ready, model):
    with pytest.raises(InvalidInput, match="no document 'poem'"):
        write(ready, "poem", "html", model.id)
    with pytest.raises(InvalidInput, match=r"not written as \.pdf"):
        write(ready, "model-card", "pdf", model.id)
    with pytest.raises(NotFound):
        write(ready, "model-card", "html", "nobody")


def test_an_unknown_statement_stops_a_registration_before_anything_is_written(ready):
    models = ModelChain(ready.chain)
    model = models.evaluate(models.train(ready.grant))
    models.ask_exceptions(model)
    with pytest.raises(InvalidInput, match="nothing is asked under"):
        ready.run(RegisterModel(), Registration(model.id, {"intended_usee": "x"}), "engineer")
    assert not (ready.home / "files" / "registry").exists()
