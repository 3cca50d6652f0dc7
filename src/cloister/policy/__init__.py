"""Who may do what: Cedar policies, their schema, and a decision with reasons and obligations; default deny.

    policies = PolicySet.default()
    decision = policies.decide(Request(subject, Action.DATASET_READ, grant, {"purpose": "readmission"}))

`decide` is pure: everything that it weighs is in the request. It never raises: a request that does not fit the
schema, a policy that fails, an exception while deciding, all are denials. `PolicySet.hash` names the set in each
audit event; it is the SHA-256 of `PolicySet.text`, which an evidence pack carries.
"""

from __future__ import annotations

from cloister.policy.policyset import OBLIGATIONS, PolicySet
from cloister.policy.terms import Attribute, Decision, Obligation, Request, Resource, Subject

__all__ = ["OBLIGATIONS", "Attribute", "Decision", "Obligation", "PolicySet", "Request", "Resource", "Subject"]
