"""Checks on signed statements: whose they are, that events refer to them, and that they say what the events say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cloister.compliance import layout
from cloister.compliance.evidence import Evidence, label, text, texts
from cloister.compliance.report import Check, check
from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import CloisterError, InvalidInput
from cloister.core.events import AuditEvent, Outcome
from cloister.crypto import Statement, VerifyKey, statement

# The statement that an action leaves behind. Whatever else is signed, is signed by the environment.
EXPECTED: Mapping[str, str] = {
    Action.DETERMINATION_ACCEPT.value: predicates.DETERMINATION,
    Action.DELIVERY_RECEIVE.value: predicates.DELIVERY,
    Action.DELIVERY_MERGE.value: predicates.VERSION,
    Action.DATASET_DEIDENTIFY.value: predicates.VERSION,
    Action.DATASET_ANONYMISE.value: predicates.VERSION,
    Action.JOB_RERUN.value: predicates.RERUN,
    Action.JOB_RUN.value: predicates.RUN,
    Action.MODEL_IMPORT.value: predicates.IMPORT,
    Action.MODEL_REGISTER.value: predicates.MODEL,
    Action.MODEL_ROBUST.value: predicates.ROBUST,
    Action.WITHDRAWAL_CONFIRM.value: predicates.WITHDRAWAL,
    Action.WITHDRAWAL_REQUEST.value: predicates.WITHDRAWAL,
    Action.MODEL_ATTACK.value: predicates.ATTACK,
    Action.VERSION_ATTACK.value: predicates.ATTACK,
    Action.DATASET_SYNTHESISE.value: predicates.VERSION,
}


def read_sources(
    files: Mapping[str, bytes], key: VerifyKey, trusted: Mapping[str, Sequence[VerifyKey]] | None = None
) -> tuple[Check, dict[str, dict[str, VerifyKey]]]:
    """The public keys of each source, one to a line; where ``trusted`` is given, none but those; never ``key``, the
    environment's own.
    """
    problems, sources = [], {}
    for name, raw in files.items():
        if not (match := layout.SOURCE.fullmatch(name)):
            continue
        try:
            keys = [VerifyKey.from_text(line) for line in raw.decode("ascii").splitlines()]
        except (CloisterError, UnicodeDecodeError):
            problems.append(f"{name}: holds something that is not a public key")
            continue
        if not keys:
            problems.append(f"{name}: holds no key")
        if key in keys:
            problems.append(f"{name}: holds the environment's own key")
        if trusted is not None and not set(keys) <= set(trusted.get(match[1], ())):
            problems.append(f"{name}: holds a key that is not among the trusted ones")
        sources[match[1]] = {key.key_id: key for key in keys}
    return check("sources' public keys are well formed", len(sources), problems), sources


def read_statements(
    files: Mapping[str, bytes], key: VerifyKey, sources: Mapping[str, Mapping[str, VerifyKey]]
) -> tuple[Check, dict[str, Statement]]:
    """Every envelope under its digest, signed by whoever may say such a thing: a source its deliveries, the
    environment everything else.
    """
    problems, read = [], {}
    counted = 0
    source_keys = [one for keys in sources.values() for one in keys.values()]
    for name, raw in files.items():
        if not (match := layout.STATEMENT.fullmatch(name)):
            continue
        counted += 1
        try:
            kind = statement.unverified(raw).predicate_type
            signers = source_keys if kind == predicates.DELIVERY else [key]
            read[match[1]] = statement.verify(raw, signers)
        except CloisterError as error:
            problems.append(f"{name}: {error.message}")
        if layout.sha256(raw) != match[1]:
            problems.append(f"{name}: its digest is not its name")
    return check("statements are signed by the right key", counted, problems), read


def check_references(evidence: Evidence) -> Check:
    """Each statement that an event names is there, of the right kind; each statement there is named."""
    problems: list[str] = []
    named: set[str] = set()
    counted = 0
    for event in evidence.events:
        for digest in _named(event):
            named.add(digest)
            counted += 1
            found = evidence.statements.get(digest)
            if found is None:
                if layout.statement_name(digest) not in evidence.files:
                    problems.append(f"{layout.statement_name(digest)}: {label(event)} names it, and it is missing")
                continue
            expected = EXPECTED.get(event.action)
            if expected and digest == text(event, "statement") and found.predicate_type != expected:
                problems.append(f"{layout.statement_name(digest)}: is not the kind of statement of {label(event)}")
        if event.outcome is Outcome.DONE and event.action in EXPECTED and not text(event, "statement"):
            problems.append(f"{label(event)}: names no statement")
    unnamed = sorted(set(evidence.statements) - named)
    problems += [f"{layout.statement_name(digest)}: no event names it" for digest in unnamed]
    return check("statements and events refer to each other", counted, problems)


def statement_of(evidence: Evidence, event: AuditEvent, kind: str) -> Statement:
    """The verified statement that an event names.

    Raises:
        InvalidInput: it is not there, not verified, or of another kind; already reported where that is checked.
    """
    found = evidence.statements.get(text(event, "statement"))
    if found is None or found.predicate_type != kind:
        raise InvalidInput(f"{label(event)}: its signed statement is missing or does not hold")
    return found


def _named(event: AuditEvent) -> Iterator[str]:
    if digest := text(event, "statement"):
        yield digest
    yield from texts(event, "statements")
