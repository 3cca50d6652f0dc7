"""Checks on what came of training: runs, registered models, releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cloister.compliance import layout
from cloister.compliance.evidence import Evidence, digests, label, last, record, text, texts
from cloister.compliance.exceptions import excepted, failed_gates
from cloister.compliance.lineage import ancestry, is_deidentified, versions
from cloister.compliance.report import Check, check
from cloister.compliance.statements import statement_of
from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import CloisterError, InvalidInput
from cloister.core.events import AuditEvent
from cloister.crypto import openssf

_DOCUMENTS = {"card": ("model-card.html", "model-card.json"), "bom": ("ml-bom.json",)}


def sandboxed(run: AuditEvent) -> bool:
    """Whether an event says that the run was held in the sandbox; silence is no."""
    told = run.facts.get("sandboxed")
    if isinstance(told, bool):
        return told
    value = run.facts.get("sandbox")
    return isinstance(value, dict) and bool(value) and value.get("enabled", True) is True


def check_runs(evidence: Evidence) -> Check:
    """Each run has a signed manifest of the version that it read and the files that it made, and a digest of these."""
    runs = evidence.done(Action.JOB_RUN)
    problems = [problem for event in runs for problem in _run(evidence, event)]
    return check("runs have signed manifests over known versions", len(runs), problems)


def _run(evidence: Evidence, run: AuditEvent) -> Iterator[str]:
    node = versions(evidence).get(text(run, "version"))
    if node is None or evidence.place(node.made) > evidence.place(run):
        yield f"{label(run)}: no version {text(run, 'version')!r} was made before it"
    try:
        found = statement_of(evidence, run, predicates.RUN)
    except InvalidInput as error:
        yield error.message
        return
    if found.predicate.get("version") != text(run, "version") or found.predicate.get("job") != record(run, "job"):
        yield f"{label(run)}: its manifest is of another run"
    if openssf.files_digest(found.subjects) != text(run, "model"):
        yield f"{label(run)}: its model digest is not that of the files in its manifest"
    told = found.predicate.get("sandboxed")
    if isinstance(told, bool) and told != sandboxed(run):
        yield f"{label(run)}: event and manifest disagree on the sandbox"


def check_models(evidence: Evidence) -> Check:
    """Each registered model's files, card, bill of materials and signature are those of its event and statement."""
    registered = evidence.done(Action.MODEL_REGISTER)
    problems = [problem for event in registered for problem in _model(evidence, event)]
    known = {record(event, "model") for event in registered}
    held = {match[1] for name in evidence.files if (match := layout.MODEL.fullmatch(name))}
    problems += [f"models/{name}: no event registers this model" for name in sorted(held - known)]
    return check("registered models are what was signed", len(registered), problems)


def _model(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    root = f"models/{record(event, 'model')}"
    listed = digests(event, "files")
    held = {
        name.removeprefix(f"{root}/model/"): layout.sha256(raw)
        for name, raw in evidence.files.items()
        if name.startswith(f"{root}/model/")
    }
    for name in sorted(set(listed) | set(held)):
        if listed.get(name) != held.get(name):
            word = "is missing" if name not in held else "was not registered" if name not in listed else "was changed"
            yield f"{root}/model/{name}: {word}"
    for fact, names in _DOCUMENTS.items():
        yield from _documents(evidence, event, fact, {name: f"{root}/{name}" for name in names})
    try:
        openssf.verify_model(
            evidence.files.get(f"{root}/model.sig", b""), evidence.files.get(layout.MODEL_KEY, b""), held
        )
    except CloisterError as error:
        yield f"{root}/model.sig: {error.message}"
    try:
        found = statement_of(evidence, event, predicates.MODEL)
    except InvalidInput as error:
        yield error.message
        return
    if dict(found.subjects) != listed:
        yield f"{label(event)}: its files are not those of its signed statement"
    if found.predicate.get("model") != record(event, "model"):
        yield f"{label(event)}: its statement is of another model"
    for fact in ("card", "bom", "job", "signature"):
        told, signed = event.facts.get(fact), found.predicate.get(fact)
        if told is not None and signed is not None and told != signed:
            yield f"{label(event)}: event and statement disagree on its {fact}"
    signature = text(event, "signature")
    if signature and signature != layout.sha256(evidence.files.get(f"{root}/model.sig", b"")):
        yield f"{root}/model.sig: was changed after the model was registered"


def _documents(evidence: Evidence, event: AuditEvent, fact: str, names: Mapping[str, str]) -> Iterator[str]:
    """A fact that is one digest speaks of the last of the documents; a mapping speaks of each by name."""
    told = event.facts.get(fact)
    if isinstance(told, str):
        told = {list(names)[-1]: told}
    if not isinstance(told, dict) or not told:
        yield f"{label(event)}: tells no digest of its {fact}"
        return
    if isinstance(event.facts.get(fact), dict) and set(told) != set(names):
        yield f"{label(event)}: tells digests of other documents than its {fact}"
    for name, path in names.items():
        if path not in evidence.files:
            yield f"{path}: is missing"
        elif name in told and told[name] != layout.sha256(evidence.files[path]):
            yield f"{path}: was changed after the model was registered"


def check_provenance(evidence: Evidence) -> Check:
    """Each registered model goes back, step by step, to signed deliveries: register, gates passed, run, version that
    passed its risk measure, de-identification of whatever was phi.
    """
    registered = evidence.done(Action.MODEL_REGISTER)
    problems = [problem for event in registered for problem in _provenance(evidence, event)]
    return check("registered models go back to signed sources", len(registered), problems)


def run_of(evidence: Evidence, event: AuditEvent) -> AuditEvent | None:
    """The run that made a registered model: by its job where the event or its statement tells, else by digest."""
    found = evidence.statements.get(text(event, "statement"))
    job = text(event, "job") or (found.predicate.get("job") if found is not None else None)
    digest = openssf.files_digest(digests(event, "files"))
    runs = [run for run in evidence.done(Action.JOB_RUN) if evidence.place(run) < evidence.place(event)]
    return last(run for run in runs if (record(run, "job") == job if job else text(run, "model") == digest))


def _provenance(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    model, place = record(event, "model"), evidence.place(event)
    evaluated = [one for one in evidence.done(Action.MODEL_EVALUATE) if record(one, "model") == model]
    verdict = last(one for one in evaluated if evidence.place(one) < place)
    closed = [gate for gate in failed_gates(evidence, event) if not excepted(evidence, model, gate, event)]
    if verdict is None or (verdict.facts.get("passed") is not True and (closed or not verdict.facts.get("gates"))):
        yield f"{label(event)}: its gates had not passed"
        verdict = None
    run = run_of(evidence, event)
    if run is None:
        yield f"{label(event)}: no run made it"
        return
    if text(run, "model") != openssf.files_digest(digests(event, "files")):
        yield f"{label(event)}: its files are not those of {label(run)}"
    signed = evidence.statements.get(text(event, "statement"))
    if signed is not None and signed.predicate.get("run_statement", text(run, "statement")) != text(run, "statement"):
        yield f"{label(event)}: its statement names another run's manifest"
    if verdict is not None and verdict.project != run.project:
        yield f"{label(verdict)}: its gates are another project's than {label(run)}"
    if verdict is not None and text(verdict, "job") not in {"", record(run, "job")}:
        yield f"{label(verdict)}: evaluates another run than {label(run)}"
    if verdict is not None and text(verdict, "digest") not in {"", text(run, "model")}:
        yield f"{label(verdict)}: evaluates another model than {label(run)} made"
    nodes, version = versions(evidence), text(run, "version")
    measured = [one for one in evidence.done(Action.VERSION_MEASURE) if record(one, "version") == version]
    measure = last(one for one in measured if evidence.place(one) < evidence.place(run))
    if measure is None or measure.facts.get("passed") is not True:
        yield f"{label(run)}: version {version} had not passed its risk measure"
    if not is_deidentified(evidence, nodes, version):
        yield f"{label(run)}: version {version} was never de-identified"
    received = {record(one, "delivery") for one in evidence.done(Action.DELIVERY_RECEIVE)}
    merges = [node for node in ancestry(nodes, version) if node.made.action == Action.DELIVERY_MERGE.value]
    if not merges:
        yield f"{label(run)}: version {version} goes back to no delivery"
    for node in merges:
        if (text(node.made, "delivery") or node.made.resource) not in received:
            yield f"{label(node.made)}: version {node.id} goes back to no delivery that was received"


def check_releases(evidence: Evidence) -> Check:
    """Each approval is one more person's, and what two approved was registered, gated and made in the sandbox."""
    proposed = {record(event, "release"): event for event in evidence.done(Action.RELEASE_PROPOSE)}
    approvals = evidence.done(Action.RELEASE_APPROVE)
    problems: list[str] = []
    by_release: dict[str, list[AuditEvent]] = {}
    for event in approvals:
        release = record(event, "release")
        earlier = by_release.setdefault(release, [])
        if release not in proposed or evidence.place(proposed[release]) > evidence.place(event):
            problems.append(f"{label(event)}: approves a release that nobody proposed")
        elif any(
            event.facts.get(fact, proposed[release].facts.get(fact)) != proposed[release].facts.get(fact)
            for fact in ("model", "stage")
        ):
            problems.append(f"{label(event)}: approves another model or stage than was proposed")
        if event.subject in {one.subject for one in earlier}:
            problems.append(f"{label(event)}: {event.subject} approved this release before")
        earlier.append(event)
        told = event.facts.get("approvals")
        if told not in (None, [one.subject for one in earlier], len(earlier)):
            problems.append(f"{label(event)}: tells other approvals than the log")
        if event.facts.get("state") == "live" and len({one.subject for one in earlier}) < 2:
            problems.append(f"{label(event)}: the release went live with one approval")
    for release, proposal in proposed.items():
        if len(by_release.get(release, ())) >= 2:
            problems += _released(evidence, proposal)
    problems += _skipped_stages(evidence, proposed, approvals)
    return check("releases were approved by two others", len(approvals), problems)


_AFTER: Mapping[str, tuple[str, ...]] = {
    "test": ("development",),
    "staging": ("test",),
    "production": ("test", "staging"),
}
# What takes releases back besides a rollback: an alarm where the policy says so, and withdrawn data.
_TAKES_BACK = (Action.RELEASE_MONITOR, Action.WITHDRAWAL_REQUEST, Action.WITHDRAWAL_CONFIRM)


def _skipped_stages(
    evidence: Evidence, proposed: Mapping[str, AuditEvent], approvals: Sequence[AuditEvent]
) -> Iterator[str]:
    """A model goes live at a stage after it went live at one before it, and was not taken back there meanwhile."""
    backs = [(record(one, "release"), evidence.place(one)) for one in evidence.done(Action.RELEASE_ROLLBACK)]
    backs += [(back, evidence.place(one)) for one in evidence.done(*_TAKES_BACK) for back in texts(one, "rolled_back")]
    live: dict[tuple[str, str], tuple[str, int]] = {}
    for event in approvals:
        proposal = proposed.get(record(event, "release"))
        if event.facts.get("state") != "live" or proposal is None:
            continue
        model, stage = text(proposal, "model"), text(proposal, "stage")
        before = _AFTER.get(stage, ())
        standing = [
            found
            for one in before
            if (found := live.get((model, one)))
            and not any(name == found[0] and found[1] < place < evidence.place(event) for name, place in backs)
        ]
        if before and not standing:
            yield f"{label(event)}: live at {stage} before the model was live at {' or '.join(before)}"
        live[model, stage] = (record(event, "release"), evidence.place(event))


def _released(evidence: Evidence, proposal: AuditEvent) -> Iterator[str]:
    model, place = text(proposal, "model"), evidence.place(proposal)
    registered = [one for one in evidence.done(Action.MODEL_REGISTER) if record(one, "model") == model]
    event = last(one for one in registered if evidence.place(one) < place)
    if event is None:
        yield f"{label(proposal)}: its model was not registered before"
        return
    run = run_of(evidence, event)
    if run is None or not sandboxed(run):
        yield f"{label(proposal)}: its model was trained without the sandbox"
