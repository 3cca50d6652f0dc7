"""Differential privacy: questions in SQL, priced before they are asked, answered with OpenDP's noise.

    from cloister.privacy import dp

    query = dp.parse("SELECT insulin, COUNT(*), AVG(time_in_hospital) FROM encounters GROUP BY insulin")
    plan = dp.plan(query, schema, dp.Terms(epsilon=0.5, delta=1e-6, rows_per_person=3))
    print(plan.to_value(), plan.cost.epsilon(1e-6))
    answer = dp.release(frame, plan, schema)

Neighbouring tables differ by one person with all their rows. docs/budget.md has the mechanisms and their proofs.
"""

from cloister.privacy.dp.accounting import (
    NOTHING,
    Cost,
    check_delta,
    check_epsilon,
    delta_of,
    epsilon_of,
    least_mu,
    most_right,
    mu_of,
)
from cloister.privacy.dp.people_sets import Asked, asked_by
from cloister.privacy.dp.plan import Part, Plan, Terms, epsilon_for, plan
from cloister.privacy.dp.questions import Aggregate, Key, Kind, Query
from cloister.privacy.dp.release import Answer, release
from cloister.privacy.dp.sql import parse
from cloister.privacy.dp.synopsis import Synopsis
from cloister.privacy.dp.tripwire import Tripwire

__all__ = [
    "NOTHING",
    "Aggregate",
    "Answer",
    "Asked",
    "Cost",
    "Key",
    "Kind",
    "Part",
    "Plan",
    "Query",
    "Synopsis",
    "Terms",
    "Tripwire",
    "asked_by",
    "check_delta",
    "check_epsilon",
    "delta_of",
    "epsilon_for",
    "epsilon_of",
    "least_mu",
    "most_right",
    "mu_of",
    "parse",
    "plan",
    "release",
]
