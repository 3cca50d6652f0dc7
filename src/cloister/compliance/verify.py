"""Check an evidence pack with public keys alone: no environment, no network, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from cloister.compliance import layout
from cloister.compliance.catalogue import check_provisions
from cloister.compliance.determinations import check_determinations
from cloister.compliance.duties import check_datasets, check_duties, check_subjects
from cloister.compliance.evidence import Evidence, gather
from cloister.compliance.exceptions import check_exceptions
from cloister.compliance.gates import check_gates, check_measures
from cloister.compliance.grants import check_accesses, check_grants
from cloister.compliance.journal import (
    check_history,
    check_intents,
    check_order,
    check_policies,
    check_tree,
    read_events,
)
from cloister.compliance.lineage import check_data, check_deliveries, check_merges, check_sources, check_versions
from cloister.compliance.promotion import check_models, check_provenance, check_releases, check_runs
from cloister.compliance.provenance import check_reruns, check_slsa
from cloister.compliance.report import Check, PackReport, check
from cloister.compliance.rollbacks import check_rollbacks
from cloister.compliance.statements import check_references, read_sources, read_statements
from cloister.compliance.withdrawals import check_withdrawals
from cloister.core.errors import CloisterError
from cloister.crypto import VerifyKey, dsse
from cloister.translog import NoteKey

_CHAIN: tuple[Callable[[Evidence], Check], ...] = (
    check_order,
    check_policies,
    check_provisions,
    check_references,
    check_sources,
    check_deliveries,
    check_merges,
    check_versions,
    check_measures,
    check_grants,
    check_accesses,
    check_runs,
    check_gates,
    check_exceptions,
    check_models,
    check_provenance,
    check_slsa,
    check_reruns,
    check_releases,
    check_rollbacks,
    check_withdrawals,
    check_determinations,
    check_subjects,
    check_datasets,
    check_duties,
)


def verify_pack(
    files: Mapping[str, bytes],
    *,
    trusted_key: VerifyKey | None,
    seen_checkpoint: bytes | None = None,
    data: Mapping[str, str] | None = None,
    trusted_sources: Mapping[str, Sequence[VerifyKey]] | None = None,
    witnesses: Sequence[NoteKey] = (),
    quorum: int = 0,
) -> PackReport:
    """Check everything in a pack; never raises on what it holds.

    ``trusted_key`` is the environment's public key from a place other than the pack: without it, the pack proves only
    that it is whole under the key that it brought itself. ``seen_checkpoint`` is a checkpoint of this log that was
    kept from before: with it, a fork or a rollback is found. ``data`` maps the files of dataset versions to their
    SHA-256, where the caller holds them. ``trusted_sources`` are public keys of sources from a place other than the
    pack: no other key may have signed their deliveries. At least ``quorum`` of the ``witnesses`` must have cosigned
    the checkpoint.
    """
    key_check, note_key = _read_key(files, trusted_key)
    if note_key is None:
        return PackReport("", "", False, (key_check,))
    key = trusted_key or VerifyKey(note_key.public)
    signer = NoteKey(note_key.name, key.raw)
    list_check, listing = _check_list(files, key, note_key.name)
    events_check, events, lines = read_events(files)
    tree_check, checkpoint = check_tree(files, lines, signer, witnesses, quorum)
    checks = [
        key_check,
        list_check,
        events_check,
        tree_check,
        check_history(lines, checkpoint, signer, seen_checkpoint),
    ]
    sources_check, sources = read_sources(files, key, trusted_sources)
    statements_check, statements = read_statements(files, key, sources)
    evidence = gather(files, key, events, statements, sources)
    declared = listing.open_intents if listing else ()
    checks += [sources_check, statements_check]
    checks.append(_guarded("each intent is settled once", lambda: check_intents(evidence, declared)))
    checks += [_guarded(step.__name__.removeprefix("check_"), partial(step, evidence)) for step in _CHAIN]
    checks.append(_guarded("data files", lambda: check_data(evidence, data)))
    return PackReport(note_key.name, key.key_id, trusted_key is not None, tuple(checks))


def _read_key(files: Mapping[str, bytes], trusted: VerifyKey | None) -> tuple[Check, NoteKey | None]:
    name = "the pack's key is the trusted one"
    try:
        key = NoteKey.from_text(files[layout.KEY].decode("ascii"))
    except (CloisterError, KeyError, UnicodeDecodeError):
        return check(name, 1, [f"{layout.KEY}: is missing or not a public key"]), None
    if trusted is None:
        return check(name, 0, (), "no trusted key was given: the pack is held against its own"), key
    problems = [] if key.public == trusted.raw else [f"{layout.KEY}: is not the trusted key"]
    return check(name, 1, problems), key


def _check_list(files: Mapping[str, bytes], key: VerifyKey, origin: str) -> tuple[Check, layout.PackList | None]:
    """Every file that the signed list names is there, unchanged, and no other is."""
    name = "files are those of the signed list"
    try:
        payload = dsse.verify(files.get(layout.LIST, b""), [key], layout.LIST_TYPE).payload
        listing = layout.PackList.from_bytes(payload)
    except CloisterError as error:
        return check(name, 1, [f"{layout.LIST}: {error.message}"]), None
    problems = list(_list_problems(files, listing))
    if listing.origin != origin:
        problems.append(f"{layout.KEY}: bears another origin than {layout.LIST}")
    return check(name, len(listing.files), problems), listing


def _list_problems(files: Mapping[str, bytes], listing: layout.PackList) -> Iterable[str]:
    for name in sorted(set(listing.files) | set(files) - {layout.LIST}):
        if not layout.is_safe_name(name):
            yield f"{name}: such a name can't stand in a pack"
        elif name not in files:
            yield f"{name}: is missing"
        elif name not in listing.files:
            yield f"{name}: was added: the signed list does not name it"
        elif (layout.sha256(files[name]), len(files[name])) != listing.files[name]:
            yield f"{name}: was changed: its digest is not the signed list's"


def _guarded(name: str, run: Callable[[], Check]) -> Check:
    """A check that meets facts of an unexpected form has not passed."""
    try:
        return run()
    except (CloisterError, AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        return check(name, 0, [f"{layout.EVENTS}: the check met facts of an unexpected form ({type(error).__name__})"])
