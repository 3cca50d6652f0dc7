"""Fairness: how a model treats each cohort, with intervals that account for repeat patients and for many looks.

    report = evaluate(frame, cohorts=["race", "sex"], label="y", score="risk", person="patient",
                      config=FairnessConfig(threshold=0.2, seed=1))
    report.judge("equal opportunity", 0.1).verdict      # "pass", "fail" or "insufficient evidence"

**Measure.** :func:`evaluate` gives every measure for everyone and for each crossing of the attributes, the widest gap
of each criterion with limits that hold for all pairs of cohorts at once, and a calibration curve. Time and site are
attributes like any other. Cohorts of fewer people than ``minimum_cell``, and those that would give one away, are
suppressed; a measure with too few people behind it is "insufficient evidence", which is never a pass.

**Audit the data.** :func:`audit_labels`, :func:`audit_missingness`, :func:`compare_representation`,
:func:`label_disagreement`, :func:`find_proxies`, :func:`find_shortcuts`. :func:`describe_columns` says what may be
told of each variable before anybody has access.

**Mitigate.** :func:`reweigh`, :func:`augment`, :func:`fit_constrained`, :func:`fit_thresholds`, :func:`recalibrate`
make proposals; :func:`compare` shows each one's price. :func:`decide_signoffs` says whether every duty has signed.

Everything is pure: frames, frozen settings and a seed in; frozen reports with ``to_value()`` out.
"""

from __future__ import annotations

from cloister.fairness.association import Association
from cloister.fairness.audits import (
    Audit,
    AuditConfig,
    Representation,
    audit_labels,
    audit_missingness,
    compare_representation,
    label_disagreement,
)
from cloister.fairness.augmentation import augment
from cloister.fairness.cohorts import MISSING, MOST_NUMERIC_LEVELS, banded, periods
from cloister.fairness.comparison import at_alert_rate, compare
from cloister.fairness.config import FairnessConfig
from cloister.fairness.constraints import CONSTRAINTS, alert_chance, fit_constrained, mean_score
from cloister.fairness.description import describe_columns
from cloister.fairness.evaluation import evaluate
from cloister.fairness.gaps import GAPS
from cloister.fairness.governance import Opening, SignOff, decide_signoffs
from cloister.fairness.measures import MEASURES
from cloister.fairness.mitigation import (
    Thresholds,
    apply_recalibration,
    fit_thresholds,
    recalibrate,
    reweigh,
)
from cloister.fairness.proxies import Proxy, find_proxies, find_shortcuts
from cloister.fairness.report import CalibrationBin, Cell, Estimate, FairnessReport, Gap, Judgement

__all__ = [
    "CONSTRAINTS",
    "GAPS",
    "MEASURES",
    "MISSING",
    "MOST_NUMERIC_LEVELS",
    "Association",
    "Audit",
    "AuditConfig",
    "CalibrationBin",
    "Cell",
    "Estimate",
    "FairnessConfig",
    "FairnessReport",
    "Gap",
    "Judgement",
    "Opening",
    "Proxy",
    "Representation",
    "SignOff",
    "Thresholds",
    "alert_chance",
    "apply_recalibration",
    "at_alert_rate",
    "audit_labels",
    "audit_missingness",
    "augment",
    "banded",
    "compare",
    "compare_representation",
    "decide_signoffs",
    "describe_columns",
    "evaluate",
    "find_proxies",
    "find_shortcuts",
    "fit_constrained",
    "fit_thresholds",
    "label_disagreement",
    "mean_score",
    "periods",
    "recalibrate",
    "reweigh",
]
