"""The declarative pipeline file: read, validated, each error with its line and its remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cloister.cli.hierarchy_file import with_levels
from cloister.cli.yaml_file import Located, validated
from cloister.core.errors import InvalidInput
from cloister.core.schema import CodeSystem, Column, ColumnType, CrossRule, Role, TableSchema, Watch
from cloister.integrity.contradictions import check_schema
from cloister.operations.projects import GATES, OPTIONAL_GATES
from cloister.privacy.hierarchies import from_spec
from cloister.records import Gate

_RULE = re.compile(r"\s*([^<>=]*[^<>=\s])\s*(<=|>=|<|>|=)\s*([^<>=\s][^<>=]*?)\s*")
_GATE = re.compile(r"\s*(<=|>=)\s*(-?\d+(?:\.\d+)?)\s*(?:,\s*exceptions? (\d{1,4}) days?\s*)?")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ColumnPart(_Part):
    name: str
    type: Literal["boolean", "date", "integer", "real", "text"]
    role: str = "attribute"
    required: bool = False
    unique: bool = False
    minimum: float | int | None = None
    maximum: float | int | None = None
    codes: list[str] = []
    pattern: str | None = None
    missing: list[str] = []
    description: str = ""
    code_system: Literal["icd-9-cm", "icd-10-cm", "loinc"] | None = None
    watch: Literal["outcome", "site", "time"] | None = None


class SchemaPart(_Part):
    columns: Annotated[list[ColumnPart], Field(min_length=1)]
    rules: list[str] = []


class DatasetPart(SchemaPart):
    name: str
    location: str = "US"
    retention_days: Annotated[int, Field(ge=1)] = 2190


class SourcePart(_Part):
    name: str
    key_file: str | None = None


class DeidentifiedPart(_Part):
    name: str
    drop: list[str] = []


class ProjectPart(_Part):
    name: str
    purposes: Annotated[list[str], Field(min_length=1)]
    monitoring: Literal["task", "rollback"] = "task"


class RiskPart(_Part):
    k: Annotated[int, Field(ge=2)] = 11
    l: Annotated[int, Field(ge=1)] | None = None  # noqa: E741  l-diversity's own name
    t: Annotated[float | int, Field(ge=0, le=1)] | None = None
    quasi_identifiers: Annotated[dict[str, str | dict[str, Any]], Field(min_length=1)]
    sensitive: list[str] = []
    max_suppressed: Annotated[float | int, Field(ge=0, lt=1)] = 0.0


class GrantPart(_Part):
    columns: Annotated[list[str], Field(min_length=1)]
    purpose: str
    hours: Annotated[float | int, Field(gt=0)] = 8


class TrainingPart(_Part):
    script: str | None = None
    outcome: str
    positive: str = ""
    parameters: dict[str, Any] = {}
    seed: int = 7
    threads: Annotated[int, Field(ge=1, le=256)] = 2
    sandbox: bool = True


class EvaluationPart(_Part):
    model: str
    cohorts: Annotated[list[str], Field(min_length=1)]
    alert_rate: Annotated[float, Field(gt=0, lt=1)] = 0.2
    depth: Annotated[int, Field(ge=1)] = 2


class ExceptionPart(_Part):
    days: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Field(min_length=1)]


class Pipeline(_Part):
    """The whole file; see ``cloister init`` for a commented one."""

    environment: str
    folder: str
    source: SourcePart
    data: Annotated[list[str], Field(min_length=1)]
    dataset: DatasetPart
    deidentified: DeidentifiedPart
    project: ProjectPart
    risk: RiskPart
    grant: GrantPart
    training: TrainingPart
    evaluation: EvaluationPart
    gates: dict[str, str]
    exceptions: dict[str, ExceptionPart] = {}
    stage: str = "production"
    model_card: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class PipelineFile:
    """A pipeline with what was made of its parts."""

    parts: Pipeline
    schema: TableSchema
    gates: tuple[Gate, ...]
    located: Located


def read_pipeline(path: Path) -> PipelineFile:
    """Read a pipeline file; :mod:`cloister.cli.pipeline_checks` holds what its parts say of each other.

    Raises:
        InvalidInput: with file, line, what is wrong and what to do.
    """
    located = Located(path)
    parts = validated(Pipeline, located)
    schema = _schema(parts.dataset, located, "dataset")
    return PipelineFile(parts, schema, _gates(parts.gates, located, "gates"), located)


def read_schema(path: Path) -> TableSchema:
    """A file with ``columns`` and ``rules`` alone."""
    located = Located(path)
    return _schema(validated(SchemaPart, located), located)


def read_gates(path: Path) -> tuple[Gate, ...]:
    """A file that maps each gate to its threshold, such as ``performance: ">= 0.6"``."""
    located = Located(path)
    if not isinstance(located.value, dict):
        raise InvalidInput("a list of gates is expected", where=str(path), remedy='lines like performance: ">= 0.6"')
    return _gates({str(name): str(value) for name, value in located.value.items()}, located)


def read_hierarchies(path: Path) -> dict[str, Any]:
    """A file that maps columns to value hierarchies: names, or mappings such as ``number: [10, 50]``."""
    located = Located(path)
    if not isinstance(located.value, dict) or not all(isinstance(one, str | dict) for one in located.value.values()):
        remedy = "lines like age: {age: [5, 10]} or zip: zip"
        raise InvalidInput("a mapping of columns to hierarchies is expected", where=str(path), remedy=remedy)
    found = with_levels(located.value, path.resolve().parent)
    for name, spec in found.items():
        with located.at(name):
            from_spec(spec)
    return found


def read_statements(path: Path) -> Mapping[str, str]:
    """A file that maps parts of the model card to texts."""
    located = Located(path)
    if not isinstance(located.value, dict) or not all(isinstance(item, str) for item in located.value.values()):
        remedy = 'lines like intended_use: "whom it is for", one for each part'
        raise InvalidInput("a mapping of texts is expected", where=str(path), remedy=remedy)
    return located.value


def read_reference(path: Path) -> Mapping[str, Mapping[str, float]]:
    """A file that maps columns to levels and their shares of a population."""
    value = Located(path).value
    good = isinstance(value, dict) and all(
        isinstance(shares, dict) and all(isinstance(share, int | float) for share in shares.values())
        for shares in value.values()
    )
    if not good:
        remedy = "lines like race: {Black: 0.13, White: 0.6, other: 0.27}"
        raise InvalidInput("columns with the shares of their levels are expected", where=str(path), remedy=remedy)
    return {str(name): {str(level): float(share) for level, share in shares.items()} for name, shares in value.items()}


def _schema(part: SchemaPart, located: Located, *steps: str) -> TableSchema:
    """The declared table; each fault is named at its own line."""
    columns: list[Column] = []
    for at, given in enumerate(part.columns):
        with located.at(*steps, "columns", at):
            column = _column(given)
            check_schema(TableSchema((column,)))
            if any(column.name == other.name for other in columns):
                raise InvalidInput(f"column {column.name!r} stands there twice", remedy="keep one of the two")
        columns.append(column)
    rules: list[CrossRule] = []
    for at, text in enumerate(part.rules):
        with located.at(*steps, "rules", at):
            match = _RULE.fullmatch(text)
            if match is None:
                raise InvalidInput(f"the rule {text!r} can't be read", remedy="write it like discharge >= admission")
            rules.append(CrossRule(*match.groups()))
            check_schema(TableSchema(tuple(columns), tuple(rules)))
    return TableSchema(tuple(columns), tuple(rules))


def _column(given: ColumnPart) -> Column:
    roles = {role.value for role in Role}
    if given.role not in roles:
        raise InvalidInput(
            f"column {given.name!r} has the unknown role {given.role!r}",
            remedy=f"use one of {', '.join(sorted(roles))}",
        )
    return Column(
        given.name,
        ColumnType(given.type),
        Role(given.role),
        given.required,
        given.unique,
        given.minimum,
        given.maximum,
        tuple(given.codes),
        given.pattern,
        tuple(given.missing),
        given.description,
        CodeSystem(given.code_system) if given.code_system else None,
        Watch(given.watch) if given.watch else None,
    )


def _gates(given: Mapping[str, str], located: Located, *steps: str) -> tuple[Gate, ...]:
    found = []
    for name, text in given.items():
        with located.at(*steps, name):
            match = _GATE.fullmatch(text)
            if name not in (*GATES, *OPTIONAL_GATES):
                known = ", ".join((*GATES, *OPTIONAL_GATES))
                raise InvalidInput(f"there is no gate {name!r}", remedy=f"use {known}")
            if match is None:
                raise InvalidInput(
                    f"the threshold of gate {name!r} can't be read",
                    remedy='write it like ">= 0.6", or "<= 0, exception 30 days"',
                )
        found.append(Gate(name, match[1], float(match[2]), int(match[3] or 0)))
    missing = [name for name in GATES if name not in given]
    if missing:
        with located.at(*steps):
            raise InvalidInput(f"the gate {missing[0]!r} has no threshold", remedy="add it to the gates")
    return tuple(found)
