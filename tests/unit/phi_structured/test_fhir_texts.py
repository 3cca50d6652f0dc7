"""FHIR: narratives and attachments are read as a reader sees them, or not at all."""

import base64
import io
import json
import re
from datetime import date

import pytest

from cloister.phi.fhir.markup import Page
from cloister.phi.files import FileCleaner, FileConfig, kind_of

KEY = b"k" * 64
ROSE = {"resourceType": "Patient", "id": "p7", "name": [{"family": "Stone", "given": ["Rose"]}]}
REFUSED = "an attachment that can't be read as text"


def cleaned(resource):
    raw, target = json.dumps(resource).encode(), io.BytesIO()
    report = FileCleaner(FileConfig(project="p", as_of=date(2026, 1, 31)), KEY).clean(
        kind_of(raw), io.BytesIO(raw), target
    )
    return json.loads(target.getvalue()), report


def narrative(markup):
    done = cleaned({**ROSE, "text": {"status": "generated", "div": f"<div>{markup}</div>"}})[0]
    return re.findall("<p>(.*?)</p>", done["text"]["div"])


def attached(kind, text):
    """The text that is left of an attachment, or the reason for which it waits."""
    data = base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()
    resource = {
        "resourceType": "DocumentReference",
        "id": "d",
        "content": [{"attachment": {"contentType": kind, "data": data}}],
    }
    done, report = cleaned(resource)
    kept = done["content"][0]["attachment"].get("data") if "content" in done else None
    if kept is not None:
        return base64.b64decode(kept).decode()
    return next(iter(report.places)).partition(": ")[2]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<dl><dt>Name</dt><dd>Rose Stone</dd><dt>Mood</dt><dd>well</dd></dl>", ["Name", "[NAME]", "Mood", "well"]),
        ("<section>Stone</section><header>was well</header>", ["[NAME]", "was well"]),
        ("<table><caption>Rose Stone</caption><tr><td>Visit</td><td>well</td></tr></table>", ["[NAME]", "Visit well"]),
        ("<span>Name</span><span>Rose Stone</span>", ["Name [NAME]"]),
        ("<p>St<b>one</b> is well, H<sub>2</sub>O</p>", ["[NAME] is well, H2O"]),
    ],
)
def test_neighbouring_elements_are_not_glued_and_a_word_is_not_torn(markup, lines):
    assert narrative(markup) == lines


CDA = (
    "<ClinicalDocument><addr><streetAddressLine>12 Elm St</streetAddressLine><city>Reading</city><state>MA</state></addr>"
    "<patient><name><given>Rose</given><family>Stone</family></name></patient><author><name><prefix>Dr.</prefix>"
    "<given>Bo</given><family>Oh</family></name></author><paragraph>Fall.</paragraph><paragraph>Stone rested.</paragraph>"
    "</ClinicalDocument>"
)


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "text/plain", "text/plain; charset=utf-8"])
def test_names_and_addresses_of_a_document_in_xml_go_wherever_they_stand(kind):
    lines = ["[STREET]", "[CITY]", "MA", "[NAME]", "[NAME]", "Dr.", "[NAME]", "[NAME]", "Fall.", "[NAME] rested."]
    assert attached(kind, CDA).splitlines() == lines


def test_quoted_sections_of_xml_are_text():
    assert attached("text/xml", "<d><text><![CDATA[Hb 7.4 < 8]]></text><t>ok</t></d>") == "Hb 7.4 < 8\nok"
    page = Page(xml=True)
    page.read("<d><![CDATA[open" + "<![CDATA[" * 3)
    assert page.text() == "open"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff{\\rtf1 Rose{\\b  Sto}ne}",
        json.dumps(ROSE),
        "\ufeff[" + json.dumps(ROSE) + "]",
        json.dumps(ROSE) + "\n" + json.dumps(ROSE),
        "MSH|^~\\&|EPIC|READING\rPID|1||482913",
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "text/rtf", "text/json"])
def test_forms_that_no_rule_of_a_text_reads_wait(kind, text):
    assert attached(kind, text) == REFUSED


def test_a_text_with_brackets_is_a_text():
    assert attached("text/plain", "[x] rest, {fluids}") == "[x] rest, {fluids}"


def test_bytes_are_read_by_their_set_of_characters():
    assert attached("text/plain; charset=windows-1252", "Temp 38 – stable".encode("cp1252")) == "Temp 38 – stable"
    assert attached("text/plain", "Temp 38 – stable".encode("cp1252")) == "Temp 38 – stable"
    assert attached("text/plain; charset=windows-1251", "38 – 39".encode("cp1251")) == "38 – 39"
    assert attached("text/plain; charset=idna", b"Temp 38") == "Temp 38"
    assert attached("text/plain", b"Temp\x0138") == REFUSED
