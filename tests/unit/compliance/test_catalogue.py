"""The shipped tables: complete, unique, and honest on what is law."""

import re
from pathlib import Path

import pytest

from cloister.compliance import Flag, Reach, breach_clocks, catalogue, proposals, provision, thresholds
from cloister.core.errors import NotFound

CITE = re.compile(r"164\.[345]\d\d((-breach|-unsecured-phi)|(\([a-z]\)|\(\d\)|\([ivx]+\)|\([A-R]\))*)")


def test_citations_are_well_formed_and_in_order_of_section() -> None:
    cites = list(catalogue())
    assert all(CITE.fullmatch(cite) for cite in cites)
    sections = [int(cite[4:7]) for cite in cites]
    assert sections == sorted(sections)
    assert len(cites) == 160


def test_security_rule_flags() -> None:
    """45 CFR 164 appendix A to subpart C: 22 addressable specifications."""
    security = [row for row in catalogue().values() if row.rule == "security"]
    addressable = {row.cite for row in security if row.flag is Flag.ADDRESSABLE}
    assert addressable == {
        "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(B)",
        "164.308(a)(4)(ii)(C)", "164.308(a)(5)(ii)(A)", "164.308(a)(5)(ii)(B)", "164.308(a)(5)(ii)(C)",
        "164.308(a)(5)(ii)(D)", "164.308(a)(7)(ii)(D)", "164.308(a)(7)(ii)(E)", "164.310(a)(2)(i)",
        "164.310(a)(2)(ii)", "164.310(a)(2)(iii)", "164.310(a)(2)(iv)", "164.310(d)(2)(iii)", "164.310(d)(2)(iv)",
        "164.312(a)(2)(iii)", "164.312(a)(2)(iv)", "164.312(c)(2)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)",
    }  # fmt: skip
    assert all(row.kind == "spec" for row in security if row.flag is Flag.ADDRESSABLE)


def test_the_eighteen_identifiers() -> None:
    letters = [row.cite[-2] for row in catalogue().values() if row.kind == "identifier"]
    assert letters == list("ABCDEFGHIJKLMNOPQR")


def test_required_technical_safeguards() -> None:
    required = {row.cite for row in catalogue().values() if row.part == "technical" and row.flag is Flag.REQUIRED}
    assert required == {
        "164.312(a)(1)", "164.312(a)(2)(i)", "164.312(a)(2)(ii)", "164.312(b)", "164.312(c)(1)", "164.312(d)",
        "164.312(e)(1)",
    }  # fmt: skip


def test_proposals_stand_apart_and_name_known_provisions() -> None:
    assert set(proposals()) <= set(catalogue())
    assert len(thresholds()) == 22
    law = " ".join(row.summary + row.title for row in catalogue().values()).lower()
    assert "proposed" not in law and "nprm" not in law and "90 fr" not in law


def test_what_has_nothing_to_show() -> None:
    for row in catalogue().values():
        if row.kind in {"definition", "exception"}:
            assert row.reach is Reach.DEFINITION, row.cite
        if row.part == "physical" and not row.cite.startswith("164.310(d)"):
            assert row.reach is Reach.ORGANISATION, row.cite


def test_breach_clocks_are_dated_cited_and_typed() -> None:
    clocks = breach_clocks()
    assert {clock.status for clock in clocks} == {"in force", "unverified"}
    assert all(clock.cite and re.fullmatch(r"\d{4}-\d\d-\d\d", clock.as_of) and clock.amount > 0 for clock in clocks)
    assert {clock.unit for clock in clocks} == {"calendar days", "business days"}
    federal = {clock.cite: clock for clock in clocks if clock.jurisdiction == "US"}
    assert federal["45 CFR 164.408(b)"].threshold.startswith("500 or more")
    assert federal["45 CFR 164.406(b)"].threshold.startswith("more than 500")
    assert federal["45 CFR 164.404(b)"].amount == 60


def test_lookup() -> None:
    assert provision("164.312(b)").title == "Audit controls"
    with pytest.raises(NotFound):
        provision("164.999")


def test_every_provision_that_an_operation_names_is_known() -> None:
    source = Path(__file__).parents[3] / "src" / "cloister" / "operations"
    named = {
        cite
        for file in source.glob("*.py")
        for line in re.findall(r"(?i)provisions[^=\n]*= ?\{?\(([^\n]*)", file.read_text("utf-8"))
        for cite in re.findall(r'"(164\.[^"]+)"', line)
    }
    assert len(named) > 10
    assert named <= set(catalogue())
