"""The card: everything shown, nothing executed, absences in words, hostile text inert."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from cloister.core import canonical
from cloister.core.errors import InvalidInput
from cloister.documents import check_ml_bom, content_security_policy, ml_bom, model_card_json, render_model_card
from cloister.documents.facts import moment, shares
from cloister.documents.plots import round_values

FACTS = json.loads((Path(__file__).parents[2] / "vectors" / "documents" / "facts.json").read_text())
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def page(facts) -> html.HtmlElement:
    return html.fromstring(render_model_card(facts))


def test_the_card_has_no_script_no_style_attribute_and_no_outside_resource():
    tree = page(FACTS)
    assert not tree.xpath("//script|//iframe|//object|//link|//img")
    assert not tree.xpath("//*[@style]")
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert all(link.startswith("#") for link in tree.xpath("//@href"))
    assert not tree.xpath("//@src")


def test_an_exception_stands_beside_its_gate_and_in_the_first_line():
    leave = {
        "reason": "no mirror yet",
        "requester": "enya",
        "approver": "petra",
        "until": "2026-12-31T00:00:00.000000Z",
    }
    gate = {"name": "vulnerabilities", "figure": None, "threshold": 0, "comparison": "<=", "passed": False}
    facts = {**FACTS, "gates": [*FACTS["gates"], {**gate, "exception": leave}]}
    text = page(facts).text_content()
    assert "vulnerabilities (until 2026-12-31)" in text or "not passed" in text
    assert "exception until 2026-12-31, asked for by enya, approved by petra: no mirror yet" in text
    found = {item["name"]: item["value"] for item in json.loads(ml_bom(facts))["metadata"]["component"]["properties"]}
    assert "exception until 2026-12-31" in found["cloister:gate:vulnerabilities"]


def test_the_policy_admits_the_page_s_own_style_sheet_and_nothing_else():
    import base64
    import hashlib

    tree = page(FACTS)
    (style,) = tree.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert f"'sha256-{digest}'" in policy and policy == content_security_policy()
    assert "unsafe" not in policy and "default-src 'none'" in policy


def test_every_plot_has_a_name_and_a_table_beside_it():
    tree = page(FACTS)
    plots = tree.xpath("//svg")
    assert len(plots) > 3
    for plot in plots:
        assert plot.get("aria-label")
        pair = next(item for item in plot.iterancestors() if "pair" in (item.get("class") or ""))
        assert pair.xpath(".//table//tbody/tr")


def test_links_lead_somewhere_and_scrolling_tables_can_be_reached_by_keyboard():
    tree = page(FACTS)
    names = set(tree.xpath("//@id"))
    assert {link[1:] for link in tree.xpath("//@href")} <= names
    assert all(box.get("tabindex") == "0" and box.get("aria-label") for box in tree.xpath("//*[@class='scroll']"))


def test_an_empty_card_says_not_recorded_everywhere():
    tree = page({"name": "bare"})
    for section in ("gates", "performance", "fairness", "data", "privacy", "build", "signoffs"):
        assert "not recorded" in tree.get_element_by_id(section).text_content(), section
    assert "statements that a person still has to write" in tree.text_content()


def test_hostile_text_in_any_fact_stays_text():
    def poison(value):
        if isinstance(value, dict):
            return {key: poison(item) for key, item in value.items()}
        if isinstance(value, list):
            return [poison(item) for item in value]
        return value + HOSTILE if isinstance(value, str) else value

    tree = page(poison(FACTS))
    assert not tree.xpath("//script|//img")
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]


def test_gates_are_told_in_words():
    text = page(FACTS).get_element_by_id("gates").text_content()
    assert "✓ passed" in text and "✗ not passed" in text and "–\u00a0not\u00a0computed" in text


def test_json_card_is_canonical_with_explicit_nulls():
    value = canonical.decode(model_card_json({"name": "bare"}))
    assert value["fairness"] is None and value["gates"] is None
    assert "intended_use" in value["unanswered"]
    assert canonical.decode(model_card_json(FACTS))["fairness"] == FACTS["fairness"]


def test_a_card_without_a_name_is_refused():
    for render in (render_model_card, model_card_json, ml_bom):
        with pytest.raises(InvalidInput, match="no name"):
            render({})


def test_ml_bom_is_deterministic_and_valid_and_names_the_model():
    raw = ml_bom(FACTS)
    assert raw == ml_bom(FACTS)
    document = json.loads(raw)
    component = document["metadata"]["component"]
    assert component["type"] == "machine-learning-model" and component["hashes"][0]["alg"] == "SHA-256"
    slices = {metric.get("slice") for metric in component["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]}
    assert None in slices and any("race=" in str(item) for item in slices)
    check_ml_bom(raw)
    check_ml_bom(ml_bom({"name": "bare"}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document.update(surprise=1),
        lambda document: document.update(bomFormat="Other"),
        lambda document: document["metadata"]["component"].update(type="oracle"),
        lambda document: document["metadata"]["component"]["modelCard"].update(extra={}),
    ],
)
def test_a_bom_that_breaks_the_schema_is_refused(damage):
    document = json.loads(ml_bom(FACTS))
    damage(document)
    with pytest.raises(InvalidInput, match="breaks the CycloneDX"):
        check_ml_bom(json.dumps(document).encode())


def test_times_shares_and_axes_are_told_as_a_reader_expects():
    assert moment("2026-01-02T03:04:05.678901Z") == "2026-01-02 03:04 UTC"
    assert moment("2026-01-02") == "2026-01-02" and moment(7) == 7
    told = shares({"race": {"*": 0.0, "A": 0.6}, "sex": {"F": 0.54}})
    assert told == "race: generalised (below\u00a00.5\u00a0%), A (60\u00a0%)\nsex: F (54\u00a0%)"
    assert shares({"other": 0.1, "z": 0.9}) == "z (90\u00a0%), other (10\u00a0%)"
    assert shares("not by level") == "not by level" and shares(None) == "not recorded"


@given(st.floats(-5, 5), st.floats(1e-6, 5))
def test_axis_values_are_round_evenly_spaced_and_within_the_range(low, width):
    values = round_values(low, low + width)
    assert 1 <= len(values) <= 5
    near = 1e-9 * (width + abs(low)) + 1e-12  # a billionth of a step outside is not outside
    assert all(low - near <= value <= low + width + near for value in values)
    steps = {round((right - left) / width, 6) for left, right in pairwise(values)}
    assert len(steps) <= 1


def test_the_mitigation_table_says_who_is_worse_off_and_what_it_costs():
    tree = page(FACTS)
    summary = tree.xpath("//table[caption='All proposals at a glance']")[0].text_content()
    assert "0.160\u00a0→\u00a00.010" in summary and "0.780\u00a0→\u00a00.770" in summary and "race=A" in summary
    assert "no level has enough people" in summary
    detail = next(item for item in tree.xpath("//details") if "thresholds by race" in item.text_content())
    assert detail.get("open") is not None
    assert "-0.060 (-0.100 to -0.020)" in detail.text_content() and "suppressed" in detail.text_content()


def test_stacked_tables_name_each_field_for_a_narrow_screen():
    for table in page(FACTS).xpath("//table[contains(@class, 'stack')]"):
        heads = [head.text_content() for head in table.xpath("./thead/tr/th")]
        for row in table.xpath("./tbody/tr"):
            cells = row.xpath("./td[not(@colspan)]")
            assert all(cell.get("data-label") for cell in cells), heads


def test_cohorts_of_crossed_attributes_stand_in_the_order_that_was_asked_for():
    facts = canonical.decode(model_card_json(FACTS | {"fairness": FACTS["fairness"] | {"attributes": ["sex", "race"]}}))
    titles = [item.text_content() for item in page(facts).xpath("//section[@id='fairness']/h3")]
    assert "By sex x race" in titles and "By race x sex" not in titles


def test_the_card_names_the_worst_served_cohort_and_every_batch_of_use():
    tree = page(FACTS)
    worst = tree.xpath("//h3[text()='Worst-served cohorts']/following::table[1]//tbody/tr")
    assert len(worst) == 1 and FACTS["fairness"]["worst"][0]["cohort"] in worst[0].text_content()
    used = tree.xpath("//section[@id='in-use']//tbody/tr")
    assert "within" in used[0].text_content() and "nothing shown" in used[0].text_content()
    assert "alarm" in used[1].text_content() and "sensitivity (sex=F)" in used[1].text_content()
    assert used[1].get("class") == "failed" and used[0].get("class") is None
    assert not page(FACTS | {"usage": []}).xpath("//section[@id='in-use']//table")
