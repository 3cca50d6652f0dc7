"""Documents in other people's formats, checked by other people's validators where those can be had."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from lxml import etree, html

from cloister.core import canonical
from cloister.documents import (
    WRITTEN,
    chai_xml,
    change_plan,
    croissant,
    datasheet,
    datasheet_json,
    hti1,
    render_change_plan,
    render_hti1,
    render_section_92_210,
    section_92_210,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "documents"
FACTS = json.loads((VECTORS / "facts.json").read_text())
BARE = {"name": "bare"}
DATASET = {
    "name": "encounters: de-identified",
    "version": "v2",
    "digest": "sha256:" + "ab" * 32,
    "created": "2026-01-02",
    "licence": "CC-BY-4.0",
    "owner": "steward",
    "classification": "de-identified",
    "rows": 101766,
    "people": 71518,
    "recipe": "Safe Harbor",
    "privacy": {"k": 11},
    "columns": [
        {"name": "age", "type": "integer", "role": "age", "missing": 0.01, "range": [20, 90], "mean": 65.0},
        {"name": "race", "type": "text", "role": "attribute", "missing": "few", "values": {"A": 0.6, "other": 0.4}},
    ],
    "statements": {
        "purpose": {"text": "Research into <readmission>", "author": "s", "date": "2026-01-01", "version": 1}
    },
}
NAMESPACE = {"mc": "https://mc.chai.org/v0.2/schema.xsd"}


@pytest.mark.parametrize("facts", [FACTS, BARE], ids=["full", "bare"])
def test_chai_card_has_every_required_element_in_order(facts):
    tree = etree.fromstring(chai_xml(facts))
    place = -1
    for path in (VECTORS / "chai_required.txt").read_text().split():
        (element,) = tree.findall("mc:" + path.replace("/", "/mc:"), NAMESPACE)
        now = list(tree.iter()).index(element)
        assert now > place, path
        place = now
    for metric in tree.find("mc:KeyMetrics", NAMESPACE):
        values = metric.findall("mc:Results/mc:MetricResult/mc:ValueJson", NAMESPACE)
        assert values and all(isinstance(json.loads(value.text), dict) for value in values)


def chai_grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(VECTORS / "chai-v0.2.rng"))


@pytest.mark.parametrize("facts", [FACTS, BARE], ids=["full", "bare"])
def test_chai_card_has_the_structure_of_the_published_schema(facts):
    chai_grammar().assertValid(etree.fromstring(chai_xml(facts)))


@pytest.mark.parametrize(
    "damage",
    [
        lambda tree: tree.remove(tree[0]),
        lambda tree: tree.insert(0, tree[-1]),
        lambda tree: etree.SubElement(tree, f"{{{NAMESPACE['mc']}}}Surprise"),
        lambda tree: tree.find("mc:KeyMetrics/mc:FairnessEquity/mc:Results", NAMESPACE).clear(),
        lambda tree: tree.find("mc:BasicInfo", NAMESPACE).append(etree.Element("Other")),
    ],
    ids=["absent", "another order", "surplus", "no result", "another namespace"],
)
def test_the_structure_refuses_what_the_published_schema_refuses(damage):
    tree = etree.fromstring(chai_xml(FACTS))
    damage(tree)
    assert not chai_grammar().validate(tree)


@pytest.mark.parametrize("facts", [FACTS, BARE], ids=["full", "bare"])
def test_chai_card_is_valid_against_the_published_schema(facts):
    """Put the coalition's v0.2 schema.xsd (its signature import taken out) beside the vectors to run this."""
    published = VECTORS / "chai-v0.2.xsd"
    if not published.exists():
        pytest.skip("the published schema is not part of this repository")
    etree.XMLSchema(etree.parse(published)).assertValid(etree.fromstring(chai_xml(facts)))


def test_chai_card_survives_text_that_xml_can_not_carry():
    tree = etree.fromstring(chai_xml({"name": "a\x00b\x1b <c> & \ud7ff"}))
    name = tree.find("mc:BasicInfo/mc:ModelName", NAMESPACE).text
    assert name == "a\ufffdb\ufffd <c> & \ud7ff"


@pytest.mark.parametrize("facts", [DATASET, BARE], ids=["full", "bare"])
def test_croissant_loads_without_errors_or_warnings(facts, caplog):
    import mlcroissant

    raw = croissant(facts)
    assert raw == croissant(facts)
    with caplog.at_level(logging.WARNING):
        loaded = mlcroissant.Dataset(jsonld=json.loads(raw))
    assert not loaded.metadata.ctx.issues.errors and not loaded.metadata.ctx.issues.warnings
    assert not caplog.records
    if facts is DATASET:
        assert [field.name for field in loaded.metadata.record_sets[0].fields] == ["age", "race"]
        assert "race few" in loaded.metadata.data_collection_missing_data


def test_croissant_names_the_responsible_ai_facts_even_when_nobody_wrote_them():
    document = json.loads(croissant(BARE))
    held = {key: value for key, value in document.items() if key.startswith("rai:")}
    assert len(held) == 13 and set(held.values()) <= {"not recorded", "rows: not recorded; people: not recorded"}


def test_the_31_source_attributes_are_all_there_nulls_explicit():
    for facts in (FACTS, BARE):
        sections = canonical.decode(hti1(facts))["sections"]
        items = [item for section in sections for item in section["items"]]
        assert [item["number"] for item in items] == list(range(1, 32))
        assert all(set(item) == {"number", "name", "value", "by"} for item in items)
    bare = {item["number"]: item["value"] for section in sections for item in section["items"]}
    assert set(bare.values()) == {None}
    full = [item for section in canonical.decode(hti1(FACTS))["sections"] for item in section["items"]]
    values = {item["number"]: item for item in full}
    assert "AUROC" in values[21]["value"] and values[21]["by"] == "measured"
    assert "equalised odds" in values[22]["value"]
    assert values[5]["by"] == "reviewer-1 (clinical reviewer), 2026-01-02, version 1"
    assert render_hti1(BARE).count("not recorded") == 31


def test_the_change_plan_has_three_parts_and_the_gates():
    plan = FACTS | {
        "change_plan": {
            "modifications": [
                {"modification": "retrain on new quarters", "bounds": "same inputs", "verified_by": None}
            ],
            "protocol": {"retraining": "same recipe, new data"},
            "impact": {"cohorts": "each gap measured again"},
        }
    }
    sections = {section["title"]: section for section in canonical.decode(change_plan(plan))["sections"]}
    assert list(sections)[1:] == [
        "1. Description of modifications",
        "2. Modification protocol",
        "Gates that every modification passes again",
        "3. Impact assessment",
    ]
    assert sections["1. Description of modifications"]["rows"][0]["rationale"] is None
    page = html.fromstring(render_change_plan(plan)).text_content()
    assert "retrain on new quarters" in page and "authorises nothing" in page


def test_the_92_210_record_lists_each_protected_characteristic():
    record = FACTS | {"sensitive_inputs": {"age": "input in years", "sex": "not an input"}}
    sections = canonical.decode(section_92_210(record))["sections"]
    identified = {item["name"]: item["value"] for item in sections[1]["items"]}
    assert list(identified) == ["race", "color", "national origin", "sex", "age", "disability"]
    assert identified["age"] == "input in years" and identified["race"] is None
    assert "equal opportunity" in html.fromstring(render_section_92_210(record)).text_content()


def test_the_datasheet_shows_each_variable_and_what_nobody_wrote():
    page = html.fromstring(datasheet(DATASET))
    text = page.text_content()
    assert "Research into <readmission>" in text and "few" in text and "not recorded" in text
    assert not page.xpath("//script") and not page.xpath("//*[@style]")
    rows = next(s for s in canonical.decode(datasheet_json(DATASET))["sections"] if "rows" in s)["rows"]
    assert [row["name"] for row in rows] == ["age", "race"]


def test_what_a_person_must_write_is_listed_once():
    assert len(WRITTEN) == len(set(WRITTEN))
    assert canonical.decode(hti1(FACTS | {"funding": "none"}))["sections"][0]["items"][1]["value"] == "none"
