"""The HIPAA catalogue, coverage computed from events, and evidence packs with their offline verifier.

``coverage(events)`` says for each provision of the shipped catalogue which actions have evidenced it, how often and
when last. Law and proposal stand apart: ``catalogue()`` is law, ``proposals()`` and ``thresholds()`` are the proposed
Security Rule of 2025. ``breach_clocks()`` is a dated table with a status for each row.

``build_pack(contents)`` gathers the log, signed statements, policies, models and documents under one signed list;
``verify_pack(files, trusted_key=...)`` checks all of it with public keys alone, recomputes from the events what was
to be shown (separation of duties, grants, gates, lineage from source key to release), and names what was changed.
``zip_pack`` and ``unzip_pack`` turn a pack into one file of reproducible bytes and back. The layout and the facts
that the verifier reads in events are described in docs/evidence.md.

Nothing here reads a path, a clock or a source of randomness; the catalogue's own data is read from the package.
"""

from cloister.compliance.archive import unzip_pack, zip_pack
from cloister.compliance.catalogue import (
    BreachClock,
    Flag,
    Proposal,
    Provision,
    Reach,
    Threshold,
    breach_clocks,
    catalogue,
    proposals,
    provision,
    thresholds,
)
from cloister.compliance.coverage import AddressableDecision, Choice, Coverage, Covered, Status, coverage
from cloister.compliance.journal import pack_events
from cloister.compliance.pack import ModelContents, PackContents, build_pack
from cloister.compliance.report import Check, PackReport
from cloister.compliance.verify import verify_pack

__all__ = [
    "AddressableDecision",
    "BreachClock",
    "Check",
    "Choice",
    "Coverage",
    "Covered",
    "Flag",
    "ModelContents",
    "PackContents",
    "PackReport",
    "Proposal",
    "Provision",
    "Reach",
    "Status",
    "Threshold",
    "breach_clocks",
    "build_pack",
    "catalogue",
    "coverage",
    "pack_events",
    "proposals",
    "provision",
    "thresholds",
    "unzip_pack",
    "verify_pack",
    "zip_pack",
]
