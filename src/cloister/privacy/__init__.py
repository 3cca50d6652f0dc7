"""Disclosure risk: measure it by person, remove it at the least cost, attack what is left.

A *class* is a distinct combination of quasi-identifiers; its size is its number of distinct persons, never of rows. A
missing value is a category of its own. Everything is a frame and a frozen configuration in, a frame and a frozen
report out: no file, clock or random source; a seed is passed in where something is drawn.

    from cloister.privacy import AnonymisationConfig, anonymise, hierarchies, measure, verify_anonymity

    report = measure(frame, quasi_identifiers=["age", "zip"], sensitive=["diagnosis"], person="patient")
    config = AnonymisationConfig(["age", "zip"], "patient", k=11, hierarchies={
        "age": hierarchies.age(widths=(5, 10, 20)), "zip": hierarchies.zip_code()})
    safe, report = anonymise(frame, config)
    verify_anonymity(safe, quasi_identifiers=["age", "zip"], person="patient", k=11)

:func:`measure` gives k, l-diversity, t-closeness and the risks of three adversaries. :func:`anonymise` generalises
until what was asked for holds, and :func:`verify_anonymity` checks that again by other means.
:func:`suggest_quasi_identifiers` proposes columns for a steward to confirm. The attacks (:func:`membership`,
:func:`linkage`, :func:`singling_out`, :func:`attribute_inference`, :func:`model_inversion`,
:func:`model_attribute_inference`, :func:`reconstruction`, :func:`differencing`) each carry a positive and a negative
control; a verdict counts only when both came out right.
k-anonymity protects against those who know the named quasi-identifiers and no more: it does not cover what an
adversary knows beyond them.
"""

from cloister.privacy import hierarchies
from cloister.privacy.anonymise import AnonymisationReport, anonymise
from cloister.privacy.attacks.attribute_inference import attribute_inference
from cloister.privacy.attacks.battery import AttackConfig, attack_release
from cloister.privacy.attacks.evidence import AttackReport, Control, Share
from cloister.privacy.attacks.linkage import linkage
from cloister.privacy.attacks.membership_inference import MembershipReport, membership
from cloister.privacy.attacks.model_attribute_inference import model_attribute_inference
from cloister.privacy.attacks.model_inversion import model_inversion
from cloister.privacy.attacks.reconstruction import differencing, reconstruction
from cloister.privacy.attacks.singling_out import singling_out
from cloister.privacy.hierarchies import Hierarchy
from cloister.privacy.mosaic import MosaicReport, Overlap, Released, mosaic
from cloister.privacy.presence import PresenceReport, delta_presence
from cloister.privacy.problem import AnonymisationConfig
from cloister.privacy.risk import RiskReport, measure
from cloister.privacy.suggest import Suggestion, suggest_quasi_identifiers
from cloister.privacy.utility import UtilityReport, auroc_change
from cloister.privacy.verify import verify_anonymity

__all__ = [
    "AnonymisationConfig",
    "AnonymisationReport",
    "AttackConfig",
    "AttackReport",
    "Control",
    "Hierarchy",
    "MembershipReport",
    "MosaicReport",
    "Overlap",
    "PresenceReport",
    "Released",
    "RiskReport",
    "Share",
    "Suggestion",
    "UtilityReport",
    "anonymise",
    "attack_release",
    "attribute_inference",
    "auroc_change",
    "delta_presence",
    "differencing",
    "hierarchies",
    "linkage",
    "measure",
    "membership",
    "model_attribute_inference",
    "model_inversion",
    "mosaic",
    "reconstruction",
    "singling_out",
    "suggest_quasi_identifiers",
    "verify_anonymity",
]
