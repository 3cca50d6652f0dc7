"""What the parts of a pipeline file say of each other and of the table: all of it before anything is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cloister.cli.given_file import check_given
from cloister.cli.hierarchy_file import with_levels
from cloister.cli.pipeline import Pipeline, PipelineFile
from cloister.cli.source_side import read_key
from cloister.cli.yaml_file import Located
from cloister.core.errors import InvalidInput
from cloister.core.ids import is_name
from cloister.core.schema import ColumnType, Role, TableSchema
from cloister.operations.grants import MAX_HOURS
from cloister.operations.stages import STAGES
from cloister.operations.tables import ENDINGS
from cloister.privacy.hierarchies import from_spec

_SCRIPT = 4 * 2**20  # bytes of a training script
_NAMES = (
    ("environment",),
    ("source", "name"),
    ("dataset", "name"),
    ("deidentified", "name"),
    ("project", "name"),
    ("evaluation", "model"),
)


def check_pipeline(file: PipelineFile) -> None:
    """Refuse a pipeline that a later step would refuse.

    Raises:
        InvalidInput: with file, line, what is wrong and what to do.
        NotFound: a file that it names is not there.
    """
    parts, located = file.parts, file.located
    _check_names(parts, located)
    after = _check_columns(file)
    _check_outcome(parts, after, located)
    for name, spec in with_levels(parts.risk.quasi_identifiers, located.path.resolve().parent).items():
        with located.at("risk", "quasi_identifiers", name):
            from_spec(spec)
    _check_access(parts, located)
    _check_exceptions(file)
    _check_files(parts, located)


def _check_names(parts: Pipeline, located: Located) -> None:
    for steps in _NAMES:
        value: Any = parts
        for step in steps:
            value = getattr(value, step)
        with located.at(*steps):
            if not is_name(value):
                remedy = "use at most 63 lower-case letters, digits and single hyphens, a letter first"
                raise InvalidInput(f"{'.'.join(steps)}: not a name", remedy=remedy)
    with located.at("deidentified", "name"):
        if parts.deidentified.name == parts.dataset.name:
            raise InvalidInput("the raw and the de-identified data set have one name", remedy="give it another")
    with located.at("folder"):
        folder = Path(parts.folder)
        if not parts.folder.strip() or folder.name in ("", ".", "..") or "\0" in parts.folder:
            raise InvalidInput("this is no folder of its own", remedy="name a new folder, such as my-environment")
        if (located.path.resolve().parent / folder).is_file():
            raise InvalidInput("this is a file, not a folder", remedy="name a new folder, such as my-environment")


def _check_columns(file: PipelineFile) -> TableSchema:
    """The columns that other parts name exist after de-identification; returns what there is then."""
    from cloister.operations.deidentify_dataset import derived_schema

    parts, located = file.parts, file.located
    with located.at("dataset", "columns"):
        people = file.schema.with_role(Role.PERSON)
        if len(people) != 1:
            told = "no column has the role person" if not people else f"{len(people)} columns have the role person"
            raise InvalidInput(told, remedy="risk is measured by person: give it to the one that says whose row it is")
    with located.at("deidentified", "drop", remedy="name columns of the de-identified table only"):
        after = derived_schema(file.schema, tuple(parts.deidentified.drop))
    remedy = f"after de-identification there are: {', '.join(after.names)}"
    for steps, name in _named(parts):
        with located.at(*steps):
            if name not in after.names:
                raise InvalidInput(f"there is no column {name!r}", remedy=remedy)
            if name == after.person and steps[0] != "grant":
                raise InvalidInput(f"{name!r} is the person's pseudonym", remedy="name another column")
            if steps[0] in ("evaluation", "training") and name not in parts.grant.columns:
                raise InvalidInput(f"column {name!r} is not granted", remedy="add it to grant.columns")
    return after


def _named(parts: Pipeline) -> list[tuple[tuple[str | int, ...], str]]:
    return [
        *((("risk", "quasi_identifiers", name), name) for name in parts.risk.quasi_identifiers),
        *((("risk", "sensitive", at), name) for at, name in enumerate(parts.risk.sensitive)),
        *((("grant", "columns", at), name) for at, name in enumerate(parts.grant.columns)),
        *((("evaluation", "cohorts", at), name) for at, name in enumerate(parts.evaluation.cohorts)),
        (("training", "outcome"), parts.training.outcome),
    ]


def _check_outcome(parts: Pipeline, after: TableSchema, located: Located) -> None:
    """What is predicted is a yes or no: 0 and 1, true and false, or a text of which one value means yes."""
    column = after.column(parts.training.outcome)
    with located.at("training", "outcome"):
        if column.type in (ColumnType.REAL, ColumnType.DATE):
            remedy = "name a column of 0 and 1, true and false, or of texts"
            raise InvalidInput(f"{column.name!r} holds {column.type.value} values, no yes or no", remedy=remedy)
    with located.at("training", "positive"):
        if column.type is ColumnType.TEXT and not parts.training.positive:
            remedy = "write training.positive: the value that means yes"
            raise InvalidInput(f"{column.name!r} holds texts, and none is said to mean yes", remedy=remedy)
        if column.codes and column.type is ColumnType.TEXT and parts.training.positive not in column.codes:
            remedy = f"use one of the codes of {column.name!r}"
            raise InvalidInput("the value that means yes is none of the column's codes", remedy=remedy)
    with located.at("grant", "columns"):
        roles = {name: after.column(name).role for name in parts.grant.columns}
        if all(name == column.name or role in (Role.PERSON, Role.RECORD) for name, role in roles.items()):
            raise InvalidInput("no column is left to predict from", remedy="grant at least one more than the outcome")


def _check_access(parts: Pipeline, located: Located) -> None:
    with located.at("grant", "purpose"):
        if parts.grant.purpose not in parts.project.purposes:
            remedy = f"use one of {', '.join(parts.project.purposes)}"
            raise InvalidInput("the purpose is not one of project.purposes", remedy=remedy)
    with located.at("grant", "hours"):
        if parts.grant.hours > MAX_HOURS:
            raise InvalidInput(f"a grant lasts at most {MAX_HOURS} hours", remedy="ask for fewer, and again later")
    with located.at("training", "parameters"):
        try:
            json.dumps(parts.training.parameters, allow_nan=False)
        except (TypeError, ValueError):
            remedy = "use numbers, true, false, lists and quoted texts"
            raise InvalidInput("a parameter is of a kind that JSON has not", remedy=remedy) from None
    with located.at("stage"):
        if parts.stage not in STAGES:
            raise InvalidInput("there is no such stage", remedy=f"use {', '.join(STAGES)}")


def _check_exceptions(file: PipelineFile) -> None:
    """What is asked for is what a gate allows."""
    days = {gate.name: gate.exception_days for gate in file.gates}
    for name, wanted in file.parts.exceptions.items():
        with file.located.at("exceptions", name):
            if wanted.days > days.get(name, 0):
                remedy = f'write {name}: "..., exception {wanted.days} days" under gates'
                raise InvalidInput(f"the gate {name!r} allows no exception of {wanted.days} days", remedy=remedy)


def _check_files(parts: Pipeline, located: Located) -> None:
    base = located.path.resolve().parent
    taken: set[str] = set()
    for at, name in enumerate(parts.data):
        path = base / name
        with located.at("data", at):
            if path.suffix not in ENDINGS or path.name.startswith("."):
                raise InvalidInput("a table's file ends in .csv or .parquet", remedy="convert it, or rename it")
            if path.name.casefold() in taken:
                raise InvalidInput(f"two files are called {path.name!r}", remedy="rename one of them")
            taken.add(path.name.casefold())
            check_given(path, what="table", remedy=f"correct data in {located.place(('data', at))}")
    if parts.source.key_file:
        with located.at("source", "key_file"):
            read_key(base / parts.source.key_file)
    if parts.training.script:
        with located.at("training", "script"):
            check_given(base / parts.training.script, what="script", remedy="name a Python file", most=_SCRIPT)
