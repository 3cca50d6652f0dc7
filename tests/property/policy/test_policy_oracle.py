"""100,000 generated requests, decided by the policies and by an oracle written from the rules alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.core.actions import Action
from cloister.policy import PolicySet, Request, Resource, Subject

POLICIES = PolicySet.default()
NAMES = ("ana", "bo", "cy")
ROLES = (
    "auditor",
    "clinical-reviewer",
    "data-steward",
    "installer",
    "key-custodian",
    "ml-engineer",
    "privacy-officer",
)
CLASSES = ("phi", "limited", "de-identified", "synthetic", "public")
STAGES = ("development", "test", "staging", "production", "moon")
# What each kind of record holds; "name" is a person's name or empty, "names" a set of them, "flag" true or false.
KINDS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "Budget": {"dataset": ("d",), "wished_by": "name", "purpose_allowed": "flag", "withdrawn": "rare"},
    "Dataset": {"owner": "name", "custodian": "name", "class": CLASSES, "location": ("eu", "us"), "held": "flag"},
    "Delivery": {
        "dataset": ("d",),
        "received_by": "name",
        "adjudicated_by": "name",
        "state": ("staged", "reviewed"),
        "withdrawn": "rare",
    },
    "Environment": {},
    "Exception": {"requester": "name", "model_owner": "name", "gate": ("fairness", "membership")},
    "Grant": {
        "requester": "name",
        "dataset": ("d",),
        "class": CLASSES,
        "measured_passed": "flag",
        "mosaic_open": "flag",
        "determination_open": "flag",
        "purpose_allowed": "flag",
        "active": "flag",
        "approver": "name",
        "withdrawn": "rare",
    },
    "Job": {"requester": "name", "grant_active": "flag", "determination_open": "flag", "withdrawn": "rare"},
    "Linkage": {
        "requester": "name",
        "classes": "classes",
        "measured_passed": "flag",
        "purpose_allowed": "flag",
        "active": "flag",
        "withdrawn": "rare",
    },
    "Log": {},
    "Mitigation": {"requester": "name", "model_owner": "name", "signers": "names"},
    "Model": {"owner": "name", "gates_passed": "flag", "sandboxed": "flag", "signed_off": "flag", "withdrawn": "rare"},
    "Project": {"purposes": "names"},
    "Release": {
        "proposer": "name",
        "approvers": "names",
        "model_owner": "name",
        "gates_passed": "flag",
        "sandboxed": "flag",
        "signed_off": "flag",
        "stage": STAGES,
        "determination_open": (True, True, True, True, False),
        "reached": "flag",
        "withdrawn": "rare",
    },
    "Review": {"dataset": ("d",), "judges": "names"},
    "Source": {"registered_by": "name"},
    "Spend": {"requester": "name", "dataset": ("d",), "state": ("held", "spent"), "withdrawn": "rare"},
    "Subject": {},
    "Table": {"dataset": ("d",), "class": CLASSES, "purpose_allowed": "flag", "withdrawn": "rare"},
    "Task": {},
    "Version": {"dataset": ("d",), "class": CLASSES, "measured": "flag", "passed": "flag", "withdrawn": "rare"},
    "Withdrawal": {"requester": "name"},
}
# What nobody may go on with once its data was withdrawn.
STOPPED = frozenset(
    {
        "delivery:receive",
        "delivery:check",
        "delivery:adjudicate",
        "delivery:merge",
        "dataset:deidentify",
        "dataset:anonymise",
        "version:measure",
        "grant:request",
        "grant:approve",
        "dataset:read",
        "key:unwrap",
        "job:submit",
        "job:run",
        "job:rerun",
        "model:evaluate",
        "model:register",
        "model:sign-off",
        "release:propose",
        "release:approve",
        "fairness:audit",
        "fairness:mitigate",
        "model:robust",
        "linkage:request",
        "linkage:approve",
        "linkage:run",
        "grant:check",
        "query:plan",
        "query:review",
        "query:run",
        "version:attack",
        "version:confirm",
        "version:describe",
        "version:suggest",
        "dataset:synthesise",
        "determination:accept",
        "model:attack",
        "determination:propose",
        "table:release",
    }
)


def oracle(name: str, roles: frozenset[str], action: str, kind: str, it: dict[str, Any]) -> bool:
    """The rules, one after another, as they are written for people."""
    installer = "installer" in roles
    steward = "data-steward" in roles
    custodian = "key-custodian" in roles
    officer = "privacy-officer" in roles
    engineer = "ml-engineer" in roles
    reviewer = "clinical-reviewer" in roles
    auditor = "auditor" in roles
    if action in STOPPED and it.get("withdrawn"):
        return False
    match action:
        case "advisory:import":
            return kind == "Environment" and (installer or steward)
        case "budget:set":
            return kind == "Budget" and officer
        case "budget:raise":
            return kind == "Budget" and engineer
        case "budget:approve":
            return kind == "Budget" and officer and it["wished_by"] != name
        case "query:plan" | "query:run":
            return kind == "Budget" and engineer and bool(it["purpose_allowed"])
        case "query:review":
            return kind == "Spend" and officer and it["requester"] != name
        case "environment:create":
            return kind == "Environment" and installer
        case "subject:add":
            return kind == "Subject" and installer
        case "source:register" | "source:revoke-key":
            return kind == "Source" and steward
        case "project:create":
            return kind == "Project" and steward
        case "dataset:create":
            return kind == "Dataset" and steward and it["owner"] != it["custodian"]
        case "dataset:hold":
            return kind == "Dataset" and steward
        case "delivery:receive" | "delivery:check" | "delivery:adjudicate":
            return kind == "Delivery" and steward
        case "delivery:merge":
            return kind == "Delivery" and officer and name not in (it["received_by"], it["adjudicated_by"])
        case "dataset:verify":
            return kind in ("Dataset", "Version") and (steward or officer)
        case "key:create" | "key:rotate":
            return kind == "Dataset" and custodian and it["custodian"] == name and it["owner"] != name
        case "dataset:shred":
            mine = kind == "Dataset" and custodian and it["custodian"] == name and it["owner"] != name
            return mine and not it["held"]
        case "dataset:deidentify" | "dataset:anonymise" | "dataset:synthesise":
            return kind in ("Dataset", "Version") and officer
        case "version:measure" | "version:attack" | "version:describe":
            return kind == "Version" and officer
        case "document:write":
            return kind in ("Model", "Version") and (steward or officer or engineer or reviewer or auditor)
        case "statement:write":
            return kind in ("Dataset", "Model") and (steward or engineer or reviewer)
        case "exception:request":
            return kind == "Exception" and engineer and it["requester"] == name
        case "exception:approve" | "exception:end":
            if kind != "Exception" or not (officer or (reviewer and it["gate"] == "fairness")):
                return False
            return action == "exception:end" or name not in (it["requester"], it["model_owner"])
        case "determination:propose" | "determination:accept" | "determination:end":
            return kind == "Version" and officer
        case "table:release":
            return kind == "Table" and officer and it["class"] != "phi" and bool(it["purpose_allowed"])
        case "version:suggest":
            return kind == "Version" and (officer or steward)
        case "version:confirm":
            return kind == "Version" and steward
        case "dataset:fingerprint":
            return kind == "Dataset" and (steward or officer)
        case "dataset:sweep":
            return kind == "Environment" and (steward or officer)
        case "file:reidentify":
            return kind == "Environment" and officer
        case "dataset:reidentify":
            return kind == "Version" and officer and it["class"] == "de-identified"
        case "review:read" | "review:judge":
            return kind == "Review" and (steward or officer)
        case "review:consent":
            return kind == "Review" and (steward or officer) and name not in it["judges"]
        case "grant:request":
            return engineer and (kind in ("Dataset", "Version") or (kind == "Grant" and it["requester"] == name))
        case "grant:approve":
            if kind != "Grant" or not officer or it["requester"] == name or it["class"] == "phi":
                return False
            found = it["measured_passed"] and it["purpose_allowed"] and it["mosaic_open"]
            return bool(found and it["determination_open"])
        case "grant:revoke" | "grant:check":
            return kind == "Grant" and officer
        case "fairness:mitigate" | "model:robust":
            return kind == "Model" and engineer and it["owner"] == name
        case "fairness:sign":
            if kind != "Mitigation" or not (officer or reviewer):
                return False
            return name not in (it["requester"], it["model_owner"]) and name not in it["signers"]
        case "dataset:read" | "fairness:audit" | "key:unwrap":
            if kind != "Grant" or not engineer:
                return False
            return bool(it["requester"] == name and it["active"] and it["purpose_allowed"] and it["determination_open"])
        case "linkage:request":
            return kind == "Linkage" and engineer
        case "linkage:approve" | "linkage:run":
            if kind != "Linkage" or "phi" in it["classes"] or not it["measured_passed"] or not it["purpose_allowed"]:
                return False
            mine = it["requester"] == name
            return officer and not mine if action == "linkage:approve" else engineer and mine and it["active"]
        case "image:admit":
            return kind == "Environment" and (installer or steward)
        case "model:import":
            return kind == "Environment" and engineer
        case "job:submit" | "job:run" | "job:rerun":
            mine = kind == "Job" and engineer and it["requester"] == name
            return bool(mine and it["grant_active"] and it["determination_open"])
        case "model:attack":
            return kind == "Model" and officer
        case "model:evaluate":
            return kind == "Model" and engineer
        case "model:register":
            return kind == "Model" and engineer and it["owner"] == name and it["gates_passed"]
        case "model:sign-off":
            return kind == "Model" and reviewer and it["owner"] != name
        case "release:propose":
            return kind == "Release" and engineer and it["proposer"] == name and it["reached"]
        case "release:approve":
            if kind != "Release" or not (officer or reviewer):
                return False
            if name in (it["proposer"], it["model_owner"]) or name in it["approvers"]:
                return False
            if not it["determination_open"]:
                return False
            if not it["sandboxed"] or not it["gates_passed"] or it["stage"] == "moon" or not it["reached"]:
                return False
            return bool(it["stage"] != "production" or it["signed_off"])
        case "task:close":
            return kind == "Task" and (officer or reviewer)
        case "withdrawal:request":
            return kind == "Withdrawal" and (officer or steward)
        case "withdrawal:confirm" | "withdrawal:lift":
            return kind == "Withdrawal" and officer and it["requester"] != name
        case "release:drill":
            return kind == "Release" and (engineer or reviewer or officer)
        case "release:review":
            return kind == "Environment" and (engineer or reviewer or officer)
        case "release:monitor":
            return kind == "Release" and (engineer or reviewer)
        case "model:validate":
            return kind == "Model" and (engineer or reviewer)
        case "release:rollback":
            return kind == "Release" and (engineer or reviewer)
        case "audit:verify" | "audit:export":
            return kind in ("Environment", "Log") and (officer or auditor)
        case "evidence:pack":
            return kind in ("Environment", "Log", "Model", "Release") and (officer or auditor)
        case "record:read":
            return steward or custodian or officer or engineer or reviewer or auditor
    return False


def _draw(rng: np.random.Generator, form: str | tuple[str, ...], asker: str) -> Any:
    if isinstance(form, tuple):
        return form[rng.integers(len(form))]
    if form == "rare":
        return bool(rng.random() < 0.1)
    if form == "flag":
        return bool(rng.random() < 0.6)
    if form == "classes":
        return frozenset(one for one in CLASSES if rng.random() < 0.2)
    if form == "names":
        return frozenset(name for name in NAMES if rng.random() < 0.2)
    return asker if rng.random() < 0.4 else (*NAMES, "")[rng.integers(4)]


# What the actions of a noun are about, most often; the rest of the time any kind is drawn.
ABOUT = {
    "advisory": ("Environment",),
    "audit": ("Environment", "Log"),
    "budget": ("Budget",),
    "dataset": ("Dataset", "Version"),
    "delivery": ("Delivery",),
    "determination": ("Version",),
    "document": ("Model", "Version"),
    "environment": ("Environment",),
    "evidence": ("Environment", "Log", "Model", "Release"),
    "exception": ("Exception",),
    "fairness": ("Mitigation", "Model"),
    "file": ("Environment",),
    "grant": ("Grant",),
    "image": ("Environment",),
    "job": ("Job",),
    "key": ("Dataset",),
    "linkage": ("Linkage",),
    "model": ("Model",),
    "project": ("Project",),
    "query": ("Budget", "Spend"),
    "record": tuple(KINDS),
    "release": ("Release",),
    "review": ("Review",),
    "source": ("Source",),
    "statement": ("Dataset", "Model"),
    "subject": ("Subject",),
    "table": ("Table",),
    "task": ("Task",),
    "version": ("Version",),
    "withdrawal": ("Withdrawal",),
}
ON_GRANTS = (Action.DATASET_READ, Action.FAIRNESS_AUDIT, Action.KEY_UNWRAP)


def test_policies_agree_with_the_oracle_on_100_000_requests() -> None:
    rng = np.random.default_rng(20_090_217)
    actions = list(Action)
    permitted: Counter[Action] = Counter()
    denied: Counter[Action] = Counter()
    for number in range(max(100_000, 3_000 * len(actions))):
        action = actions[number % len(actions)]
        pool = ("Grant",) if action in ON_GRANTS else ABOUT[action.value.split(":")[0]]
        pool = ("Environment",) if action is Action.DATASET_SWEEP else pool
        pool = ("Environment",) if action in (Action.RELEASE_REVIEW, Action.MODEL_IMPORT) else pool
        pool = pool if rng.random() < 0.9 else tuple(KINDS)
        kind = pool[rng.integers(len(pool))]
        name = NAMES[rng.integers(len(NAMES))]
        it = {field: _draw(rng, form, name) for field, form in KINDS[kind].items()}
        roles = frozenset(role for role in ROLES if rng.random() < 0.3)
        asked = Request(Subject(name, roles), action, Resource(kind, NAMES[number % 3], it))
        expected = oracle(name, roles, action.value, kind, it)
        decision = POLICIES.decide(asked)
        assert decision.permitted is expected, (asked, decision)
        (permitted if expected else denied)[action] += 1
    # A generator that never permits, or never denies, would prove nothing.
    for action in actions:
        assert permitted[action] > 20, action
        assert denied[action] > 200, action


_TEXT = st.text(max_size=12)
_VALUE = st.one_of(_TEXT, st.booleans(), st.integers(), st.none(), st.frozensets(_TEXT, max_size=3))


@given(
    name=_TEXT,
    roles=st.frozensets(st.one_of(st.sampled_from(ROLES), _TEXT), max_size=3),
    action=st.sampled_from(Action),
    kind=st.one_of(st.sampled_from(sorted(KINDS)), _TEXT),
    attributes=st.dictionaries(
        st.one_of(st.sampled_from(["owner", "custodian", "requester", "active"]), _TEXT), _VALUE, max_size=4
    ),
    context=st.dictionaries(st.one_of(st.sampled_from(["purpose", "moment"]), _TEXT), _VALUE, max_size=2),
)
@settings(max_examples=400, deadline=None)
def test_no_request_raises_and_none_is_permitted_but_by_its_shape(
    name: str, roles: frozenset[str], action: Action, kind: str, attributes: dict[str, Any], context: dict[str, Any]
) -> None:
    decision = POLICIES.decide(Request(Subject(name, roles), action, Resource(kind, "r", attributes), context))
    if decision.permitted:
        assert decision.policies
        assert roles <= set(ROLES)
        assert set(attributes) == set(KINDS[kind])
        assert set(context) <= {"purpose", "project", "moment", "stage"} | {
            key for key, item in context.items() if item is None
        }
    else:
        assert decision.reason
