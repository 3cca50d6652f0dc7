"""Loading policies: what is refused, and what the hash depends on."""

from __future__ import annotations

import hashlib

import pytest

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.policy import Obligation, PolicySet, Request, Resource, Subject

SCHEMA = """
entity Role enum ["reader"];
entity Subject in [Role] { name: String };
entity Log { open: Bool, depth: Long, secret?: String };
action "audit:verify" appliesTo { principal: [Subject], resource: [Log] };
"""
PERMIT = '@id("read")\npermit (principal in Role::"reader", action == Action::"audit:verify", resource);\n'
FORBID = (
    '@id("closed")\n@reason("it is closed")\nforbid (principal, action, resource is Log) unless { resource.open };\n'
)


def _ask(policies: PolicySet, **attributes: object) -> Request:
    values = {"open": True, "depth": 1} | attributes
    return Request(Subject("ana", frozenset({"reader"})), Action.AUDIT_VERIFY, Resource("Log", "l", values))  # type: ignore[arg-type]


def test_own_policies_decide() -> None:
    policies = PolicySet.load(PERMIT + FORBID, SCHEMA)
    assert len(policies) == 2
    assert policies.decide(_ask(policies)).policies == ("read",)
    denied = policies.decide(_ask(policies, open=False))
    assert (denied.permitted, denied.policies, denied.reason) == (False, ("closed",), "it is closed")


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ("permit (principal, action, resource", "not Cedar policies"),
        ("permit (principal, action, resource);", "no @id"),
        (PERMIT + PERMIT, "same @id"),
        ('@id("x") forbid (principal, action, resource);', "no @reason"),
        ('@id("x") @second_aprover("y") permit (principal, action, resource);', "unknown annotation @second_aprover"),
        ('@id("x") @reason("r") @columns("y") forbid (principal, action, resource);', "stands on a permit"),
        ('@id("x") permit (principal == ?principal, action, resource);', "slots"),
        ('@id("x") permit (principal, action, resource) when { resource.opn };', "opn"),
        (
            '@id("x") permit (principal, action, resource) when { resource.open == 1 };',
            "validation failed|type|equality",
        ),
        ('@id("x") permit (principal, action, resource) when { resource.secret == "a" };', "secret"),
        ('@id("x") permit (principal, action == Action::"audit:forge", resource);', "audit:forge"),
        ('@id("x") permit (principal in Role::"root", action, resource);', "root"),
    ],
)
def test_what_the_schema_does_not_declare_is_refused(policies: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        PolicySet.load(policies, SCHEMA)
    line = caught.value.line()
    assert "\n" not in line
    assert line.startswith("E-INPUT: polic")


def test_a_broken_schema_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not a Cedar schema"):
        PolicySet.load(PERMIT, "entity Subject {")


def test_the_hash_is_that_of_the_text_and_of_every_word_of_it() -> None:
    policies = PolicySet.load(PERMIT + FORBID, SCHEMA)
    assert policies.hash == hashlib.sha256(policies.text.encode()).hexdigest()
    same = PolicySet.load((PERMIT + FORBID).replace("\n", "  \r\n"), SCHEMA + "\n\n")
    assert same.hash == policies.hash
    for other in (
        PolicySet.load(PERMIT, SCHEMA),
        PolicySet.load(FORBID + PERMIT, SCHEMA),
        PolicySet.load((PERMIT + FORBID).replace("it is closed", "closed"), SCHEMA),
        PolicySet.load(PERMIT + FORBID, SCHEMA.replace("depth: Long", "depth?: Long")),
    ):
        assert other.hash != policies.hash


def test_a_policy_that_fails_while_deciding_denies() -> None:
    # 2**62 * 4 overflows: Cedar drops the forbid and would permit.
    overflow = '@id("o")\n@reason("too deep")\nforbid (principal, action, resource is Log) when { resource.depth * 4 > 100 };\n'
    policies = PolicySet.load(PERMIT + overflow, SCHEMA)
    assert policies.decide(_ask(policies)).permitted
    assert policies.decide(_ask(policies, depth=26)).policies == ("o",)
    failed = policies.decide(_ask(policies, depth=2**62))
    assert (failed.permitted, failed.policies) == (False, ())


def test_obligations_of_all_deciding_permits_add_up() -> None:
    other = PERMIT.replace('@id("read")', '@id("read-some")\n@columns("a,b")\n@row_filter("site = 1")')
    policies = PolicySet.load(PERMIT + other, SCHEMA)
    decision = policies.decide(_ask(policies))
    assert decision.policies == ("read", "read-some")
    assert decision.obligations == (Obligation("columns", "a,b"), Obligation("row_filter", "site = 1"))


def test_an_exception_while_deciding_is_a_denial(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = PolicySet.load(PERMIT, SCHEMA)

    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("ana's secret")

    monkeypatch.setattr("cloister.policy.policyset.cedarpy.is_authorized", explode)
    decision = policies.decide(_ask(policies))
    assert not decision.permitted
    assert "secret" not in decision.reason


def test_the_default_policies_load_once_and_alike() -> None:
    assert PolicySet.default().hash == PolicySet.default().hash
