"""The chain from the grant on: train, hold the gates, register, release."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cloister.cli.chain import Chain
from cloister.cli.new_file import write_whole
from cloister.core.clock import to_text
from cloister.operations.describe_version import DescribeVersion
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.exceptions import ApproveException, ExceptionWish, RequestException
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.register_model import RegisterModel, Registration, SignOff, SignOffModel
from cloister.operations.releases import ApproveRelease, Proposal, ProposeRelease
from cloister.operations.stages import way_to
from cloister.operations.write_document import OF_MODEL, OF_VERSION, DocumentWish, WriteDocument
from cloister.records import Description, GateException, Grant, Job, Model, Release, Version

_FIGURE = 9


@dataclass(slots=True)
class ModelChain:
    """Goes on where :class:`~cloister.cli.chain.Chain` ends."""

    chain: Chain

    def train(self, grant: Grant) -> Job:
        """Submit the script and run it in the sandbox."""
        chain = self.chain
        plan, run, engineer = chain.plan, chain.app.run, chain.who["engineer"]
        script = hashlib.sha256(plan.script).hexdigest()
        job = chain.find(Job, lambda item: item.grant == grant.id and item.script == script)
        if job is None:
            wish = JobWish(
                grant.id,
                plan.script,
                plan.outcome,
                plan.positive,
                plan.parameters,
                plan.seed,
                plan.threads,
                plan.sandboxed,
            )
            job = run(SubmitJob(), wish, engineer)
        if job.state == "submitted":
            with chain.say.step("train"):
                job = run(RunJob(), job.id, engineer)
        held = "no network, no capability, scratch gone" if job.isolation.get("sandbox") else "WITHOUT A SANDBOX"
        chain.say.line("trained", f"{job.figures['rows']:,} rows in {job.figures['wall_seconds']:.1f} s; {held}", "+")
        chain.say.line("model", f"sha256 {job.model_digest[:32]}...", "+")
        return job

    def evaluate(self, job: Job) -> Model:
        """Hold every gate; print each figure beside its threshold."""
        chain, plan = self.chain, self.chain.plan
        model = chain.find(Model, lambda item: item.job == job.id)
        if model is None:
            question = Evaluation(job.id, plan.model, plan.cohorts, plan.alert_rate, plan.depth)
            with chain.say.step("gates"):
                model = chain.app.run(EvaluateModel(), question, chain.who["engineer"])
        skipped = [gate.name for gate in model.gates if gate.detail.startswith("not computed: the poisoning")]
        for gate in model.gates:
            if gate.name in skipped:
                continue
            figure = "-" if gate.figure is None else f"{gate.figure:.4g}"
            word = "pass" if gate.passed else "FAIL" if gate.figure is not None else "none"
            words = f"{word}  {figure:>{_FIGURE}} {gate.comparison} {gate.threshold:<5g} {gate.detail}"
            chain.say.line(f"gate {gate.name}", words, "+" if gate.passed else "!")
        if skipped:
            chain.say.line("not computed", f"after the poisoning gate: {', '.join(skipped)}", "!")
        self._mitigation(model)
        return model

    def _mitigation(self, model: Model) -> None:
        """What two cheap proposals would change, at the same share of alerts; the card has the whole tables."""
        for item in model.evidence.get("mitigation", {}).get("proposals", []):
            title = f"{item['method']} by {item['attribute']}"
            if not item["rows"]:
                self.chain.say.line("mitigation", f"{title}: {item['reason']}", "!")
                continue
            everyone = item["rows"][0]
            figures = " -> ".join(_shown(everyone[f"net_benefit_{side}"]) for side in ("before", "after"))
            spread = " -> ".join(_shown(_spread(item["rows"], side)) for side in ("before", "after"))
            worse = ", ".join(row["cohort"] for row in item["rows"] if row["verdict"] == "worse") or "nobody shown"
            words = f"{title}: gap in sensitivity {spread}, net benefit {figures}; worse off: {worse}"
            self.chain.say.line("mitigation", words)

    def stopped(self, model: Model) -> tuple[str, ...]:
        """Gates that did not pass and for which the plan asks no exception."""
        return tuple(
            gate.name for gate in model.gates if not gate.passed and gate.name not in self.chain.plan.exceptions
        )

    def ask_exceptions(self, model: Model) -> None:
        """For each gate that did not pass: asked for by the engineer, approved by the privacy officer."""
        chain = self.chain
        run, plan = chain.app.run, chain.plan
        for gate in model.gates:
            if gate.passed or model.state != "trained":
                continue
            leave, now = plan.exceptions[gate.name], chain.app.now()
            made = chain.find(GateException, lambda one, name=gate.name: (one.model, one.gate) == (model.id, name))  # type: ignore[misc]
            if made is None:
                until = to_text(now + timedelta(days=leave.days))
                made = run(
                    RequestException(), ExceptionWish(model.id, gate.name, leave.reason, until), chain.who["engineer"]
                )
            if made.state == "requested":
                made = run(ApproveException(), made.id, chain.who["privacy"])
            words = f"{gate.name} until {made.until[:10]}, asked by {made.requester}, approved by {made.approver}"
            chain.say.line("exception", f"{words}: {leave.reason}", "!")

    def register(self, model: Model, reason: str) -> Model:
        """Document and sign the model; the clinician signs it off."""
        chain = self.chain
        run = chain.app.run
        if model.state == "trained":
            with chain.say.step("register"):
                model = run(RegisterModel(), Registration(model.id, chain.plan.statements), chain.who["engineer"])
        chain.say.line("registered", f"{model.name}: OpenSSF signature, model card, CycloneDX ML-BOM", "+")
        if not model.signed_off_by:
            model = run(SignOffModel(), SignOff(model.id, reason), chain.who["clinician"])
        chain.say.line("signed off", f"by {model.signed_off_by}", "+")
        return model

    def documents(self, model: Model, version: Version, folder: Path) -> None:
        """Describe the version, and write every document of it and of the model into a folder."""
        chain = self.chain
        run, engineer = chain.app.run, chain.who["engineer"]
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with chain.say.step("documents"):
            if chain.find(Description, lambda item: item.id == version.id) is None:
                run(DescribeVersion(), version.id, chain.who["privacy"])
            wanted = [(kind, form, model.id) for kind, forms in OF_MODEL.items() for form in list(forms)[:1]]
            wanted += [(kind, form, version.id) for kind, forms in OF_VERSION.items() for form in list(forms)[:1]]
            for kind, form, subject in wanted:
                write_whole(
                    folder / f"{kind}.{form}", run(WriteDocument(), DocumentWish(kind, form, subject), engineer)
                )
        names = ", ".join(kind for kind, _, _ in wanted)
        chain.say.line("documents", f"{folder.name}/: {names}", "+")

    def release(self, model: Model, stage: str) -> Release:
        """Stage by stage up to ``stage``: each proposed by the engineer, approved by clinician and privacy officer."""
        for step in way_to(stage):
            release = self._release(model, step)
        self.chain.say.line("released", f"{stage}: {release.state}, approved by {' and '.join(release.approvals)}", "+")
        return release

    def _release(self, model: Model, stage: str) -> Release:
        chain = self.chain
        run = chain.app.run
        release = chain.find(
            Release,
            lambda item: item.model == model.id and item.stage == stage and item.state in ("proposed", "live"),
        )
        if release is None:
            release = run(ProposeRelease(), Proposal(model.id, stage), chain.who["engineer"])
        for name in ("clinician", "privacy"):
            if release.state == "proposed" and name not in release.approvals:
                release = run(ApproveRelease(), release.id, chain.who[name])
        return release


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _spread(rows: Sequence[Mapping[str, Any]], side: str) -> float | None:
    """Largest less smallest sensitivity of the cohorts; everyone is the first row."""
    held = [row[f"sensitivity_{side}"] for row in rows[1:] if row[f"sensitivity_{side}"] is not None]
    return max(held) - min(held) if len(held) > 1 else None
