"""A model on people of another source: what somebody tested elsewhere is measured here, as an evaluation is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.fairness import FairnessConfig, evaluate
from cloister.operations import resources
from cloister.operations.crossings import FEWEST, shares_of_people
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.predictions import predictions
from cloister.operations.statements import LONGEST
from cloister.operations.tables import MAX_LINE, read_table
from cloister.policy import Resource
from cloister.records import Model, Validation

_SEED = 7


@dataclass(frozen=True, slots=True)
class ValidationWish:
    """``file`` is CSV or Parquet with a row for each prediction: ``score``, ``outcome`` (0 or 1), ``person`` and the
    cohort columns of the evaluation as they were named there. ``source`` (data and setting), ``party`` (who tested it)
    and ``process`` (how) are texts for 45 CFR 170.315(b)(11)(iv)(B)(6).
    """

    model: str
    file: Path
    source: str
    party: str
    process: str


@dataclass(frozen=True, slots=True)
class Tested:
    digest: str
    rows: int
    people: int
    report: Mapping[str, Any]
    representativeness: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...]


class ValidateModel(EffectOperation[ValidationWish, Validation, Tested]):
    """Record a validation on people of another source: validity and fairness are measured from its rows, not told."""

    action = Action.MODEL_VALIDATE
    provisions = ("164.308(a)(8)",)
    command = "cloister model validate"

    def resource(self, view: View, request: ValidationWish, moment: datetime) -> Resource:
        return resources.of_model(view, view.named(Model, request.model), moment)

    def purpose(self, view: View, request: ValidationWish) -> tuple[str | None, str | None]:
        return view.named(Model, request.model).project, None

    def prepare(self, context: Context, request: ValidationWish) -> Mapping[str, Any]:
        model = context.unit.named(Model, request.model)
        if "evaluation" not in model.evidence:
            where = f"model {model.name}"
            raise InvalidState("the evaluation of the model kept no cohorts to measure by", where=where)
        for name in ("source", "party", "process"):
            text = getattr(request, name)
            if not text.strip():
                raise InvalidInput(f"the validation's {name} is not told", remedy=f"say it with --{name}")
            if len(text) > LONGEST:
                raise InvalidInput(f"the validation's {name} is longer than {LONGEST:,} characters")
        return {"model": model.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: ValidationWish
    ) -> Tested:
        content = world.files.outside(request.file, max_line=MAX_LINE)
        asked = view.get(Model, plan["model"]).evidence["evaluation"]
        told = predictions(read_table(request.file.name, content), asked, (), request.file.name)
        known = told.drop_nulls("outcome")
        people = known["person"].n_unique()
        if people < FEWEST:
            raise InvalidInput(
                f"fewer than {FEWEST} people have an outcome", where=request.file.name, remedy="nothing can be shown"
            )
        left = told.height - known.height
        notes = (f"{left:,} of {told.height:,} rows have no outcome and are left out.",) if left else ()
        config = FairnessConfig(threshold=asked["threshold"], seed=_SEED, depth=asked.get("depth", 2))
        report = evaluate(
            known, cohorts=asked["cohorts"], label="outcome", score="score", person="person", config=config
        )
        shares = shares_of_people(known.with_columns(pl.col("person").alias("#person")), asked["cohorts"])
        digest = hashlib.sha256(content).hexdigest()
        return Tested(digest, known.height, people, report.to_value(), shares, (*notes, *report.notes))

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Tested, request: ValidationWish) -> Validation:
        model = context.unit.get(Model, plan["model"])
        validation = Validation(
            context.new_id("val"),
            model.id,
            model.project,
            context.subject,
            to_text(context.moment),
            request.source,
            request.party,
            request.process,
            outcome.digest,
            outcome.rows,
            outcome.people,
            outcome.report,
            outcome.representativeness,
            outcome.notes,
        )
        context.unit.put(validation)
        context.facts.update(validation=validation.id, model=model.id, digest=validation.digest, rows=validation.rows)
        return validation

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""
