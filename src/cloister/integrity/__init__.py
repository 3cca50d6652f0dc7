"""Training integrity: is a delivery what it should be, is a training set poisoned, is a model's file what it says?

Pure functions over frames and bytes; time, seeds and keys are passed in. Nothing here reads a path.

Deliveries
    :func:`validate` splits a delivery into rows that pass and rows for quarantine, each with its reasons.
    :func:`check_arrival` holds a delivery as a whole against the version before it.
    :func:`check_schema` refuses a schema that contradicts itself. :func:`repeated_rows`, :func:`near_duplicates`.
    :func:`drift`, :func:`share_by_group` and :func:`monitor` compare rows with those of a reference.

Training sets
    :func:`scan_poisoning` gives the gate's verdict, and says what it could not have seen. :func:`score_rows` gives
    every detector's score for every row, each detector for one attack class (:data:`ATTACK_CLASSES`) and with a review
    budget of its own. :func:`row_weights` turns scores into weights for training, :func:`weigh_rows` does both;
    :func:`compare_robust` shows gain and loss, :func:`group_near` names rows to try them on.
    :func:`spectral_signatures` and :func:`activation_clustering` look at a network's activations.

Canaries and runs
    :func:`seal` commits to a canary set; one function for each kind gives its verdict; :func:`first_failure` is what
    blocks a promotion. :func:`compare_runs` names what differs between two runs.

Models
    :func:`inspect_artifact` tells formats by content and refuses what is not on the list.
    :func:`rare_value_fingerprints`, then :func:`find_fingerprints` (files) or :func:`find_fingerprints_in_object` (a
    model in memory) search for traces of rare training values: the column is named, the value never shown. What was
    scaled, hashed or embedded before training leaves no trace that can be found so.

Supply chain and lineage
    :func:`check_dependencies`, :func:`read_lock`, :func:`scan_vulnerabilities`, :func:`verify_image`,
    :func:`descendants`.
"""

from __future__ import annotations

from cloister.integrity.activations import activation_clustering, spectral_signatures
from cloister.integrity.arrivals import ArrivalFinding, ArrivalReport, check_arrival
from cloister.integrity.artifacts import ArtifactFile, ArtifactReport, inspect_artifact
from cloister.integrity.canaries import (
    CanaryResult,
    SealedSet,
    backdoor_canary,
    drift_canary,
    exposure,
    first_failure,
    memorisation_canary,
    performance_canary,
    seal,
)
from cloister.integrity.contradictions import check_schema
from cloister.integrity.dependencies import (
    DependencyFinding,
    DependencyReport,
    Locked,
    check_dependencies,
    read_lock,
)
from cloister.integrity.detectors import ATTACK_CLASSES, TWO_CLASSES, DetectorConfig, RowScores, score_rows
from cloister.integrity.drift import DriftFinding, DriftReport, drift, monitor, share_by_group, stability_index
from cloister.integrity.duplicates import near_duplicates, repeated_rows
from cloister.integrity.fingerprints import (
    Fingerprints,
    find_fingerprints,
    find_fingerprints_in_object,
    rare_value_fingerprints,
)
from cloister.integrity.images import verify_image
from cloister.integrity.lineage import descendants
from cloister.integrity.osv import scan_vulnerabilities
from cloister.integrity.poisoning import PoisonConfig, PoisonFinding, PoisonReport, scan_poisoning
from cloister.integrity.robust import (
    RobustComparison,
    RobustConfig,
    RowWeights,
    compare_robust,
    group_near,
    row_weights,
    weigh_rows,
)
from cloister.integrity.runs import Difference, RunComparison, RunManifest, compare_runs
from cloister.integrity.validation import ValidationReport, validate

__all__ = [
    "ATTACK_CLASSES",
    "TWO_CLASSES",
    "ArrivalFinding",
    "ArrivalReport",
    "ArtifactFile",
    "ArtifactReport",
    "CanaryResult",
    "DependencyFinding",
    "DependencyReport",
    "DetectorConfig",
    "Difference",
    "DriftFinding",
    "DriftReport",
    "Fingerprints",
    "Locked",
    "PoisonConfig",
    "PoisonFinding",
    "PoisonReport",
    "RobustComparison",
    "RobustConfig",
    "RowScores",
    "RowWeights",
    "RunComparison",
    "RunManifest",
    "SealedSet",
    "ValidationReport",
    "activation_clustering",
    "backdoor_canary",
    "check_arrival",
    "check_dependencies",
    "check_schema",
    "compare_robust",
    "compare_runs",
    "descendants",
    "drift",
    "drift_canary",
    "exposure",
    "find_fingerprints",
    "find_fingerprints_in_object",
    "first_failure",
    "group_near",
    "inspect_artifact",
    "memorisation_canary",
    "monitor",
    "near_duplicates",
    "performance_canary",
    "rare_value_fingerprints",
    "read_lock",
    "repeated_rows",
    "row_weights",
    "scan_poisoning",
    "scan_vulnerabilities",
    "score_rows",
    "seal",
    "share_by_group",
    "spectral_signatures",
    "stability_index",
    "validate",
    "verify_image",
    "weigh_rows",
]
