"""Requests made to slip through: each denied, none raising, no value in the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloister.core.actions import Action
from cloister.policy import PolicySet, Request, Resource, Subject

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "policy" / "hostile_requests.json").read_text("utf-8"))
POLICIES = PolicySet.default()
GRANT: dict[str, Any] = {
    "requester": "ana",
    "dataset": "d",
    "class": "deidentified",
    "measured_passed": True,
    "mosaic_open": True,
    "determination_open": True,
    "purpose_allowed": True,
    "active": True,
    "approver": "cy",
    "withdrawn": False,
}


def _request(vector: dict[str, Any]) -> Request:
    subject = Subject(
        vector.get("name", "ana"), frozenset(vector.get("roles", ["ml-engineer"])), vector.get("attributes", {})
    )
    attributes = {} if vector.get("bare") else GRANT | vector["changed"]
    return Request(
        subject, Action(vector["action"]), Resource(vector["kind"], "g", attributes), vector.get("context", {})
    )


def test_the_honest_request_beside_them_is_permitted() -> None:
    assert POLICIES.decide(_request({"action": "dataset:read", "kind": "Grant", "changed": {}})).permitted


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["fault"] for vector in VECTORS])
def test_denied(vector: dict[str, Any]) -> None:
    decision = POLICIES.decide(_request(vector))
    assert not decision.permitted
    assert decision.obligations == ()
    assert decision.reason
    for value in ("__entity", "::1", "9223372036854775808"):
        assert value not in decision.reason


@pytest.mark.parametrize("name", ['o"neil', "back\\slash", "line\nbreak", "名前", "a" * 5000])
def test_an_odd_name_is_still_its_own(name: str) -> None:
    own = Resource("Grant", name, GRANT | {"requester": name})
    engineer = frozenset({"ml-engineer"})
    assert POLICIES.decide(Request(Subject(name, engineer), Action.DATASET_READ, own)).permitted
    assert not POLICIES.decide(Request(Subject(name + "x", engineer), Action.DATASET_READ, own)).permitted
