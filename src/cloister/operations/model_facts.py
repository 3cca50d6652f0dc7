"""What a model's documents say, gathered from what was recorded; nothing is written here that was not measured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cloister.core.clock import from_text
from cloister.core.schema import Role, TableSchema
from cloister.operations.environment_facts import trained_with
from cloister.operations.gate_standing import GateStanding, gate_standings
from cloister.operations.ports import View, World
from cloister.operations.projects import ROLL_BACK
from cloister.operations.statements import about_model, answered, statements_about
from cloister.operations.usage import ALARM
from cloister.records import Dataset, Grant, Job, Mitigation, Model, Project, Release, Usage, Validation, Version

_FEWEST = 11  # people whose number is told


def gather(world: World, view: View, model: Model, statements: Mapping[str, str], moment: str) -> dict[str, Any]:
    """The facts that :mod:`cloister.documents` renders; its page docs/documents.md defines the keys."""
    job = view.get(Job, model.job)
    version = view.get(Version, job.version)
    dataset = view.get(Dataset, version.dataset)
    project = view.get(Project, model.project)
    grant = view.get(Grant, job.grant)
    fairness = model.evidence.get("fairness", {})
    measured = version.measured
    asked = model.evidence.get("evaluation", {})
    shares = model.evidence.get("representation", {})
    used = _usage(view, model)
    return {
        "name": model.name,
        "version": model.digest[:12],
        "digest": model.digest,
        "created": moment,
        "owner": model.owner,
        "purpose": grant.purpose,
        "outcome": job.outcome + (f" = {job.positive}" if job.positive else ""),
        "model_type": _kind(model),
        "task": "binary classification",
        "output_type": _output(asked),
        "stage": _stage(view, model),
        "sensitive_inputs": sensitive_inputs(version.schema, grant.columns, job.outcome),
        "training_data": {
            "dataset": dataset.name,
            "version": f"{version.number} ({version.id})",
            "digest": version.statement,
            "class": dataset.data_class.value,
            "rows": version.rows,
            "rows trained on": job.figures.get("rows"),
            "people": measured.get("persons"),
            "representativeness": shares.get("training"),
            "columns": list(grant.columns),
            "parents": list(version.parents),
            "grant": grant.id,
            "split": "75 % of people, by a keyed hash of the pseudonym",
        },
        "evaluation_data": {
            "dataset": dataset.name,
            "version": f"{version.number} ({version.id})",
            "rows": fairness.get("rows"),
            "people": fairness.get("people"),
            "representativeness": shares.get("held out"),
            "split": "20 % of people, held out; 5 % sealed as canaries",
        },
        "performance": _performance(model),
        "fairness": fairness or None,
        "gates": [_gate(standing) for standing in gate_standings(view, model, from_text(moment))],
        "privacy": {
            "k (people in the smallest class)": measured.get("k"),
            "required k": project.k,
            "l (distinct values)": measured.get("distinct_l"),
            "t (largest distance)": measured.get("t"),
            "quasi-identifiers": list(version.quasi_identifiers),
            "membership inference": next((gate.detail for gate in model.gates if gate.name == "membership"), None),
            "differential privacy": _promise(job),
        },
        "sandbox": {
            "sandboxed": model.sandboxed,
            **{name: value for name, value in job.isolation.items() if name != "sandbox"},
        },
        "libraries": [
            {"name": item.name, "version": item.version, **({"licence": item.licence} if item.licence else {})}
            for item in world.components()
        ],
        "environment": trained_with(world, job),
        "mitigation": _mitigation(view, model),
        "shortcuts": model.evidence.get("shortcuts", {}).get("tested", []),
        "signoffs": _signoffs(view, model),
        "change_plan": enforced(job, project, version, asked.get("cohorts", ())),
        "usage": [_told(item) for item in used],
        "local_validation": _local(used),
        "external_validation": _external(view, model),
        "statements": _statements(view, model, statements, moment),
    }


def _promise(job: Job) -> str:
    """What was spent on training, on whose budget, and what the promise is about."""
    spent = job.figures.get("privacy")
    if not spent:
        return "none was used in training"
    return (
        f"epsilon {spent['epsilon']:g} at delta {spent['delta']:g} for each person of the train split with "
        f"all their rows, by Cloister's own recipe {job.recipe}; taken from the budget {spent['budget']} "
        f"(spend {spent['spend']}), of whose "
        f"{spent['project_epsilon']:g} it brought what is spent to {spent['project_epsilon_spent']:.4g}. "
        "About the model's files; figures of an evaluation are exact"
    )


def _statements(view: View, model: Model, texts: Mapping[str, str], moment: str) -> dict[str, Any]:
    """What was written before, and ``texts``, which their author is about to keep with this very step."""
    kept = {topic: item.to_fact() for topic, item in statements_about(view, about_model(model)).items()}
    for topic, text in answered(texts).items():
        old = kept.get(topic)
        if old is None or old["text"] != text:
            number = old["version"] + 1 if old else 1
            kept[topic] = {
                "text": text,
                "author": model.owner,
                "role": "ml-engineer",
                "date": moment[:10],
                "version": number,
            }
    return kept


def _output(asked: Mapping[str, Any]) -> str:
    text = "predicted risk between 0 and 1"
    if asked:
        text += f"; alert from {asked['threshold']:.3g} on, which is {asked['alert_rate']:.0%} of the training rows"
    return text


def _stage(view: View, model: Model) -> str | None:
    live = [item.stage for item in view.find(Release, parent=model.project, state="live") if item.model == model.id]
    return ", ".join(live) or model.state


def _mitigation(view: View, model: Model) -> list[dict[str, Any]]:
    """Every proposal as it stands; those that the evaluation made itself where nobody has asked for more."""
    found = view.find(Mitigation, parent=model.id)
    own = model.evidence.get("mitigation", {}).get("proposals", [])
    asked = {(item.method, item.attribute) for item in found}
    kept = [
        {
            "method": item.method,
            "attribute": item.attribute,
            "state": item.state,
            "rows": [dict(row) for row in item.rows],
        }
        for item in found
        if item.state != "superseded"
    ]
    rest = [item for item in own if (item["method"], item["attribute"]) not in asked]
    return [*kept, *({**item, "state": "shown by the evaluation, not proposed"} for item in rest)]


def _signoffs(view: View, model: Model) -> list[dict[str, Any]]:
    found = []
    if model.signed_off_by:
        decision = f"signed off: {model.signed_off_why}"
        found.append(
            {
                "subject": model.signed_off_by,
                "role": "clinical-reviewer",
                "decision": decision,
                "date": model.signed_off_at[:10] or None,
            }
        )
    for release in view.find(Release, parent=model.project):
        if release.model == model.id:
            dates = (*release.approved_at, *[""] * len(release.approvals))
            found += [
                {
                    "subject": who,
                    "role": role,
                    "decision": f"release to {release.stage} approved",
                    "date": at[:10] or None,
                }
                for who, role, at in zip(release.approvals, release.approver_roles, dates, strict=False)
            ]
    for proposal in view.find(Mitigation, parent=model.id):
        for item in proposal.signoffs:
            verb = "approved" if item.approved else "refused"
            decision = f"{proposal.method} by {proposal.attribute} {verb}: {item.reason}"
            found.append({"subject": item.subject, "role": item.role, "decision": decision, "date": item.at[:10]})
    return found


def _usage(view: View, model: Model) -> list[Usage]:
    """Every batch of use of the model's releases, the newest last."""
    releases = [item for item in view.find(Release, parent=model.project) if item.model == model.id]
    found = [item for release in releases for item in view.find(Usage, parent=release.id)]
    return sorted(found, key=lambda item: item.recorded)


def _told(item: Usage) -> dict[str, Any]:
    """A batch of use as the documents tell it: when, how many, what was found, and about whom."""
    return {
        "period": item.period,
        "recorded": item.recorded[:10],
        "rows": item.rows,
        "people": item.people if item.people >= _FEWEST else None,
        "verdict": item.verdict,
        "alarms": [f"{found['measure']} ({found['cohort']})" for found in item.findings if found["verdict"] == ALARM],
    }


def _local(used: Sequence[Usage]) -> dict[str, Any] | None:
    """The newest batch of use whose outcomes are known: how valid and how fair the model is where it is used."""
    measured = [item for item in used if item.report]
    if not measured:
        return None
    last = measured[-1]
    return {
        "source": f"use in {last.period}, recorded {last.recorded[:10]}",
        "party": last.reporter,
        "process": "each batch of use held against the evaluation, cohort by cohort",
        "performance": last.report["overall"]["measures"],
        "fairness": last.report,
    }


def _external(view: View, model: Model) -> dict[str, Any] | None:
    """The newest validation on people of another source."""
    held = sorted(view.find(Validation, parent=model.id), key=lambda item: item.recorded)
    if not held:
        return None
    last = held[-1]
    return {
        "source": last.source,
        "party": last.party,
        "process": last.process,
        "recorded": f"{last.recorded[:10]} by {last.recorder}",
        "people": last.people,
        "representativeness": last.representativeness,
        "performance": last.report["overall"]["measures"],
        "fairness": last.report,
    }


def enforced(job: Job, project: Project, version: Version, cohorts: Sequence[str]) -> dict[str, Any]:
    """What the environment enforces of a plan for changes, whoever writes the rest."""
    gates = ", ".join(f"{gate.name} {gate.comparison} {gate.threshold:g}" for gate in project.gates)
    gap = next((gate.threshold for gate in project.gates if gate.name == "fairness"), None)
    alarm = "takes the release back" if project.monitoring == ROLL_BACK else "opens a task"
    harmed = f"a change whose gap in sensitivity by {', '.join(cohorts)} is shown to be above {gap:g} is not released"
    return {
        "protocol": {
            "data_management": "signed deliveries, checked row by row; k of "
            f"{project.k} people before a grant; now version {version.number}",
            "retraining": f"script sha256 {job.script[:16]}..., seed {job.seed}; a second run must give the same bytes",
            "evaluation": f"every gate again on held-out people: {gates}",
            "update": "proposed by an engineer, approved by a clinical reviewer and a privacy officer",
            "monitoring": f"each batch of use is held against the evaluation by cohort; an alarm {alarm}",
            "rollback": "in one step, to the release before it",
        },
        "impact": {"cohorts": harmed} if cohorts and gap is not None else {},
    }


# Names that columns of a protected characteristic usually have; a person has to confirm what they hold.
_NAMES = {
    "race": r"race|ethnic",
    "color": r"colou?r",
    "national origin": r"origin|nationality|country|birthplace|language",
    "sex": r"sex|gender|pregnan",
    "age": r"(^|_)age($|_)|birth|dob",
    "disability": r"disab|impair|wheelchair",
}


def sensitive_inputs(schema: TableSchema, columns: Sequence[str], outcome: str) -> dict[str, str]:
    """For each characteristic of 45 CFR 92.210(b), the granted columns that measure it by name or declared role."""
    found = {}
    for characteristic, pattern in _NAMES.items():
        held = [
            column.name
            for column in schema.columns
            if column.name in columns
            and column.name != outcome
            and (
                re.search(pattern, column.name.lower())
                or (characteristic == "age" and column.role in (Role.AGE, Role.BIRTH_DATE))
            )
        ]
        found[characteristic] = f"input: {', '.join(held)}" if held else "no input of that name"
    return found


def _gate(standing: GateStanding) -> dict[str, Any]:
    gate, leave = standing.gate, standing.exception if standing.open else None
    value: dict[str, Any] = {
        "name": gate.name,
        "figure": gate.figure,
        "threshold": gate.threshold,
        "comparison": gate.comparison,
        "passed": gate.passed if gate.figure is not None else None,
        "detail": gate.detail,
    }
    if leave is not None:
        told = ("reason", "requester", "approver", "until")
        value["exception"] = {name: getattr(leave, name) for name in told}
    return value


def _performance(model: Model) -> Any:
    measures = model.evidence.get("performance", {}).get("measures", {})
    return {name: value for name, value in measures.items() if value.get("estimate") is not None} or None


def _kind(model: Model) -> str | None:
    files = model.evidence.get("artifact-phi", {}).get("formats", {}).get("files", [])
    kinds = sorted({file["format"] for file in files if file["format"] not in ("json", None)})
    return ", ".join(kinds) or None
