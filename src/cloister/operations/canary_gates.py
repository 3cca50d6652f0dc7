"""The sealed sets beyond performance: drift, backdoor triggers and memorised secrets, each where the policy asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import IntegrityFailure
from cloister.integrity.drift import indices_beyond_chance
from cloister.integrity.learnable import LabelShifts
from cloister.integrity.secrets import Memory, Trigger, draw_triggers, memory_of, trigger_excess, with_triggers
from cloister.operations.canary_rows import MEMORISATION, FurtherRows, Secrets, asks, canary_key, secrets_of
from cloister.operations.data_source import ALL, CANARY, TRAIN, SplitSource, split_of
from cloister.operations.gates import Measured, Scored
from cloister.operations.jobs import split_key
from cloister.operations.operation import KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.reference_models import reference_model
from cloister.operations.scoring import score_rows
from cloister.operations.versions import read_frame
from cloister.records import Job, Model, Project, Version

DRIFT, BACKDOOR = "canary-drift", "canary-backdoor"
_TRIGGERS, _EACH = 400, 40  # triggers, and sealed rows that each is set on
_FEWEST_SEALED = 50  # rows of sealed people
_MARK = "#canary"


@dataclass(frozen=True, slots=True)
class Probe:
    """What is scored beside the granted rows. ``further`` holds it all, in the order: planted, others, triggered."""

    secrets: Secrets | None
    triggers: tuple[Trigger, ...]
    triggered: pl.DataFrame | None
    further: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class Seen:
    """The granted rows' scores, and those of the probe in its own order."""

    scores: pl.DataFrame
    probe: Probe
    further: np.ndarray[Any, np.dtype[np.float64]]


def probe_of(world: World, view: View, job: Job, source: SplitSource, roles: Mapping[str, Any]) -> Probe:
    """The rows to score for the kinds that the project's policy asks for.

    Raises:
        IntegrityFailure: the secrets are not those that were committed to before training.
    """
    project = view.get(Project, job.project)
    frame = pl.from_arrow(source.read(source.schema.names, ALL).read_all())
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table, for the type checker
    parts: list[pl.DataFrame] = []
    secrets: Secrets | None = None
    triggers: tuple[Trigger, ...] = ()
    triggered: pl.DataFrame | None = None
    if asks(project, MEMORISATION) and job.canaries:
        train = frame.filter(source.splits == TRAIN)
        secrets = secrets_of(world, project, job, train, roles["key"], roles["person"])
        if secrets is None or secrets.sealed.to_value() != {**job.canaries["sealed"]}:
            raise IntegrityFailure("the secrets are not those that were sealed before training", where=f"job {job.id}")
        parts += [secrets.planted, secrets.others]
    sealed = frame.filter(source.splits == CANARY)
    if asks(project, BACKDOOR) and sealed.height >= _FEWEST_SEALED:
        apart = {roles["key"], roles["person"], job.outcome}
        features = [name for name in frame.columns if name not in apart]
        seed = int.from_bytes(canary_key(world, project)[:8], "big")
        triggers = draw_triggers(frame.filter(source.splits == TRAIN), features, most=_TRIGGERS, seed=seed)
        triggered = with_triggers(sealed, triggers, _EACH, seed)
        parts.append(triggered.select(frame.columns))
    further = _numbered(pl.concat(parts), frame[roles["key"]]) if parts else None
    return Probe(secrets, triggers, triggered, further)


def _numbered(further: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """Keys of their own, by which the scores are told apart."""
    at = pl.int_range(pl.len())
    if keys.dtype == pl.String:
        return further.with_columns((_MARK + at.cast(pl.String).str.zfill(9)).alias(keys.name))
    return further.with_columns((at + int(str(keys.max())) + 1).cast(keys.dtype).alias(keys.name))


def see(
    world: World, door: KeyDoor, view: View, job: Job, source: SplitSource, roles: Mapping[str, Any], folder: str
) -> Seen:
    """Score the granted rows and the probe in one run of the sandbox."""
    probe = probe_of(world, view, job, source, roles)
    if probe.further is None:
        return Seen(score_rows(world, door, view, job, source, roles, folder), probe, np.zeros(0))
    scored = score_rows(world, door, view, job, FurtherRows(source, probe.further), roles, folder)
    keys = probe.further.select(pl.col(roles["key"]).cast(pl.String).alias("key"))
    further = keys.join(scored, on="key", how="left", maintain_order="left", validate="1:1")["score"]
    if further.null_count() or not further.is_finite().all():
        raise IntegrityFailure("the scores are not those of the granted rows")
    return Seen(scored.join(keys, on="key", how="anti"), probe, further.to_numpy())


def memorisation(seen: Seen) -> Measured:
    """How far planted secrets are told from like ones that were never planted, beyond what chance explains."""
    secrets = seen.probe.secrets
    if secrets is None:
        return Measured(None, "not computed: no secret was planted, there are too few training rows or values", {})
    first, last = secrets.planted.height, secrets.planted.height + secrets.others.height
    found = memory_of(seen.further[:first], secrets.planted_label, seen.further[first:last], secrets.others_label)
    if found is None:
        return Measured(None, "not computed: too few secrets to compare with", {})
    return Measured(found.beyond, _told(found), {**_value(found), "sealed": secrets.sealed.to_value()})


def _told(found: Memory) -> str:
    text = f"exposure {found.bits:.2f} of {found.total:.1f} bits over {found.planted} planted secrets, told from "
    text += f"{found.others:,} others with AUROC {found.area:.3f}"
    if found.worst and found.beyond:
        text += f"; known by heart: {', '.join(f'secret {number}' for number in found.worst[:5])}"
        text += f" and {len(found.worst) - 5} more" if len(found.worst) > 5 else ""
    return text


def _value(found: Memory) -> dict[str, Any]:
    return {
        "bits": found.bits,
        "total": found.total,
        "area": found.area,
        "planted": found.planted,
        "others": found.others,
        "worst": list(found.worst),
    }


def backdoor(seen: Seen, scored: Scored, known: pl.Series | None) -> Measured:
    """How far a sealed trigger moves sealed rows to an end of the scores at most, beyond what it does to the
    platform's own model of the same rows (of those that an accepted model knew, where there are any) and beyond what
    these rows say of its values.
    """
    triggered = seen.probe.triggered
    if triggered is None:
        return Measured(None, f"not computed: fewer than {_FEWEST_SEALED} sealed rows", {})
    learnt = scored.of(TRAIN).drop_nulls("#label")
    if known is not None and learnt["#key"].is_in(known.implode()).any():
        learnt = learnt.filter(pl.col("#key").is_in(known.implode()))
    reference = reference_model(learnt, scored.features, scored.seed)
    sealed = scored.of(CANARY)
    scores = (seen.further[-triggered.height :], reference(triggered))
    clean = (sealed["#score"].to_numpy(), reference(sealed))
    known_shifts = LabelShifts(learnt, learnt["#label"].to_numpy().astype(np.float64), scored.features)
    shifts = [known_shifts.of(trigger.values) for trigger in seen.probe.triggers]
    excess = trigger_excess(scores, clean, triggered, shifts)
    order = np.argsort(-excess)
    worst = seen.probe.triggers[int(order[0])]
    figure = float(max(0.0, excess[order[0]]))
    singles = sum(len(trigger.values) == 1 for trigger in seen.probe.triggers)
    detail = f"{len(excess)} sealed triggers ({singles} of one value) on {sealed.height:,} sealed rows; the strongest "
    detail += f"sets {' and '.join(worst.columns)}"
    strongest = [
        {"columns": list(seen.probe.triggers[int(at)].columns), "excess": float(excess[at])} for at in order[:5]
    ]
    return Measured(figure, detail, {"triggers": len(excess), "sealed": sealed.height, "strongest": strongest})


def drift(scored: Scored, earlier: pl.DataFrame | None) -> Measured:
    """The largest stability index between sealed rows and training rows: of a feature, or of the model's scores.

    ``earlier``: the sealed rows of the version that the project's first registered model was trained on, so that a
    drift in small steps adds up.
    """
    train, sealed = scored.of(TRAIN), scored.of(CANARY)
    held = sealed if earlier is None else earlier
    if min(sealed.height, held.height) < _FEWEST_SEALED:
        return Measured(None, f"not computed: fewer than {_FEWEST_SEALED} sealed rows", {})
    features = [name for name in scored.features if name in held.columns]
    people = train["#person"], held["#person"]
    found = indices_beyond_chance(train, held, features, people, seed=scored.seed)
    people = train["#person"], sealed["#person"]
    found["the scores"] = indices_beyond_chance(train, sealed, ["#score"], people, seed=scored.seed)["#score"]
    worst = max(found, key=lambda name: found[name])
    told = "this version" if earlier is None else "the first accepted version"
    detail = f"most in {worst}, over {len(found) - 1} features and the scores; {held.height:,} sealed rows of {told}"
    return Measured(found[worst], detail, {"indices": found, "sealed": held.height, "earlier": earlier is not None})


def first_sealed(world: World, door: KeyDoor, view: View, job: Job, columns: tuple[str, ...]) -> pl.DataFrame | None:
    """The sealed people's rows of the version that the project's first registered model was trained on, if it is
    another version of the same data set.
    """
    registered = [model for model in view.find(Model, parent=job.project) if model.state != "trained"]
    dataset = view.get(Version, job.version).dataset
    versions = [view.get(Version, view.get(Job, model.job).version) for model in registered]
    first = next((version for version in versions if version.dataset == dataset and version.id != job.version), None)
    if first is None or first.schema.person is None:
        return None
    wanted = [name for name in columns if name in first.schema.names]
    frame = read_frame(world, first, [*wanted, first.schema.person], door.open(dataset, (*wanted, first.schema.person)))
    people = frame[first.schema.person].cast(pl.String)
    splits = split_of(people, split_key(world, view.get(Project, job.project)))
    return frame.select(*wanted, people.alias("#person")).filter(splits == CANARY)
