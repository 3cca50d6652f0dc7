"""The index gives each request the policies that can matter to it, and the same decision as the whole set."""

from __future__ import annotations

from itertools import product

import cedarpy
import pytest

from cloister.policy.index import PolicyIndex

SCHEMA = """
entity Subject { site: String, team?: String };
entity Doc { open: Bool, class: String, size: Long };
entity Log { size: Long };
type Around = { project?: String, moment?: Long };
action "read", "write", "delete" appliesTo { principal: [Subject], resource: [Doc, Log], context: Around };
"""
POLICIES = """
@id("all") permit (principal, action, resource is Log);
@id("read") permit (principal, action == Action::"read", resource);
@id("one") permit (principal, action, resource == Doc::"d");
@id("two") forbid (principal, action in [Action::"write", Action::"read"], resource is Doc) unless { resource.open };
@id("who") forbid (principal == Subject::"eve", action, resource in Doc::"d");
@id("is-in") forbid (principal == Subject::"eve", action in Action::"write", resource is Doc in Doc::"e");
@id("p1") permit (principal, action, resource) when { context has project && context.project == "p1" };
@id("p2") forbid (principal, action, resource) when { context has project } when { "p2" == context.project };
@id("site") permit (principal, action, resource is Doc) when { principal.site == "eu" && resource.class == "phi" };
@id("team") forbid (principal, action, resource) when { principal has team && principal.team == "x" } unless { resource.size * 4 < 100 };
@id("class") permit (principal, action, resource is Doc) when { resource.class == "phi" && resource.size * 4 < 100 };
@id("late") forbid (principal, action, resource is Doc) when { resource.size * 4 > 100 && resource.class == "phi" };
@id("or") permit (principal, action, resource) when { context has project && (context.project == "p3" || principal.site == "us") };
@id("not") forbid (principal, action, resource is Doc) unless { resource.class != "secret" };
"""
PLAIN = {"read", "all", "two", "late", "or", "not"}
WHOLE = cedarpy.PolicySet.from_str(POLICIES)
INDEX = PolicyIndex(WHOLE, SCHEMA)


def _ids(*sets: cedarpy.PolicySet) -> set[str]:
    ids = [policy.annotations["id"] for policies in sets for policy in policies.to_pst().static_policies.values()]
    assert len(ids) == len(set(ids))
    return set(ids)


def _facts(who: str = "bob", thing: str = "x", **texts: str) -> dict[str, dict[str, object]]:
    facts: dict[str, dict[str, object]] = {"principal": {"": who}, "resource": {"": thing}, "context": {}}
    of = {"project": "context", "site": "principal", "team": "principal", "class_": "resource"}
    for name, text in texts.items():
        facts[of[name]][name.rstrip("_")] = text
    return facts


@pytest.mark.parametrize(
    ("action", "kind", "facts", "expected"),
    [
        ("read", "Doc", _facts(), {"read", "two", "late", "or", "not"}),
        ("read", "Doc", _facts(thing="d"), {"read", "two", "late", "or", "not", "one"}),
        ("read", "Log", _facts(thing="d"), {"read", "all", "or"}),
        ("write", "Doc", _facts("eve"), {"two", "late", "or", "not", "who", "is-in"}),
        ("delete", "Doc", _facts("eve"), {"late", "or", "not", "who"}),
        ("read", "Log", _facts(project="p1"), {"read", "all", "or", "p1"}),
        ("read", "Log", _facts(project="p2"), {"read", "all", "or", "p2"}),
        ("read", "Log", _facts(project="p9"), {"read", "all", "or"}),
        ("write", "Doc", _facts(site="eu"), {"two", "late", "or", "not", "site"}),
        ("write", "Doc", _facts(class_="phi"), {"two", "late", "or", "not", "class"}),
        ("write", "Log", _facts(team="x", class_="phi"), {"all", "or", "team"}),
        ("read", "Other", _facts(), {"read", "or"}),
        ("unheard", "Other", _facts(), {"or"}),
    ],
)
def test_only_policies_that_can_match(
    action: str, kind: str, facts: dict[str, dict[str, object]], expected: set[str]
) -> None:
    assert _ids(*INDEX.candidates(action, kind, facts)) == expected


def test_same_decision_reasons_and_errors_as_the_whole_set() -> None:
    seen = set()
    for user, site, team, action, (kind, name), category, size, project in product(
        ("eve", "bob"),
        ("eu", "us"),
        ("x", None),
        ("read", "write", "delete"),
        (("Doc", "d"), ("Doc", "e"), ("Log", "d")),
        ("phi", "secret"),
        (1, 50, 2**62),
        ("p1", "p2", "p3", None),
    ):
        subject: dict[str, object] = {"site": site} | ({"team": team} if team else {})
        thing: dict[str, object] = {"size": size} | ({"open": size == 1, "class": category} if kind == "Doc" else {})
        context: dict[str, object] = {"project": project} if project else {}
        uids = [{"type": "Subject", "id": user}, {"type": kind, "id": name}]
        entities = [
            {"uid": uid, "attrs": values, "parents": []} for uid, values in zip(uids, (subject, thing), strict=True)
        ]
        asked = {
            "principal": uids[0],
            "action": {"type": "Action", "id": action},
            "resource": uids[1],
            "context": context,
        }
        full = cedarpy.is_authorized(asked, WHOLE, entities, SCHEMA)
        facts = {"principal": subject | {"": user}, "resource": thing | {"": name}, "context": context}
        parts = [cedarpy.is_authorized(asked, part, entities, SCHEMA) for part in INDEX.candidates(action, kind, facts)]
        errors = sorted(error for part in parts for error in part.diagnostics.errors)
        assert errors == sorted(full.diagnostics.errors)
        forbids = [name for part in parts if not part.allowed for name in part.diagnostics.reasons]
        permits = [name for part in parts if part.allowed for name in part.diagnostics.reasons]
        assert full.allowed is (bool(permits) and not forbids)
        assert sorted(full.diagnostics.reasons) == sorted(forbids or permits)
        seen.add((full.allowed, bool(errors), bool(forbids), bool(permits)))
    assert len(seen) >= 6


@pytest.mark.parametrize(
    "group",
    [
        'action "use"; action "read" in "use" appliesTo',
        'action "use"; action "read" in ["use"] appliesTo',
        '// a " quote\naction "use"; action "read" in "use" appliesTo',
        'action "use"; action "rea\\"d" in "use" appliesTo { principal: [Subject], resource: [Doc] }; action "read" in "use" appliesTo',
        'action "use"; action "read" // "why\n in Action::"use" appliesTo',
    ],
)
def test_with_groups_of_actions_every_action_meets_every_policy(group: str) -> None:
    schema = f"entity Subject; entity Doc;\n{group} {{ principal: [Subject], resource: [Doc] }};"
    cedarpy.Schema.from_str(schema)
    whole = cedarpy.PolicySet.from_str('@id("use") permit (principal, action in Action::"use", resource);')
    assert _ids(*PolicyIndex(whole, schema).candidates("read", "Doc", _facts())) == {"use"}


def test_a_name_that_holds_the_word_in_is_no_group() -> None:
    schema = SCHEMA + 'action "log in as" appliesTo { principal: [Subject], resource: [Log] }; // action read in all'
    found = PolicyIndex(WHOLE, schema).candidates("delete", "Doc", _facts())
    assert not _ids(*found) & {"read", "two"}
