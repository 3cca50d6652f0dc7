"""What a version's documents say, gathered from what was recorded."""

from __future__ import annotations

from typing import Any

from cloister.core.errors import InvalidState, NotFound
from cloister.operations.ports import View
from cloister.operations.statements import statements_about
from cloister.records import Dataset, Description, Project, Version

_STATED = ("licence", "citation", "period", "collection_type")


def gather_version(view: View, version: Version) -> dict[str, Any]:
    """The facts that a datasheet and a Croissant file are made of; docs/documents.md defines the keys.

    Raises:
        InvalidState: the version's variables were not described yet.
    """
    dataset = view.get(Dataset, version.dataset)
    try:
        described = view.get(Description, version.id)
    except NotFound:
        remedy = f"let a privacy officer run: cloister dataset describe {version.id}"
        raise InvalidState("the version was not described yet", where=f"version {version.id}", remedy=remedy) from None
    written = statements_about(view, f"dataset:{dataset.id}")
    stated = {name: written[name].text for name in _STATED if name in written}
    return {
        "name": dataset.name,
        "version": str(version.number),
        "digest": version.statement,
        "created": version.created,
        "owner": dataset.owner,
        "custodian": dataset.custodian,
        "classification": dataset.data_class.value,
        "retention": f"{dataset.retention_days} days",
        "rows": version.rows,
        "people": described.people,
        "parents": [_parent(view, parent) for parent in version.parents],
        "recipe": _recipe(view, version),
        "privacy": _privacy(version),
        "columns": [dict(item) for item in described.columns],
        "statements": {topic: item.to_fact() for topic, item in written.items()},
        **stated,
    }


def _parent(view: View, parent: str) -> str:
    version = view.get(Version, parent)
    return f"{view.get(Dataset, version.dataset).name} version {version.number}"


def _recipe(view: View, version: Version) -> dict[str, Any]:
    """The step that made it; counts of what was removed, never what."""
    recipe = {key: value for key, value in version.recipe.items() if value not in (None, "", [], {})}
    if "project" in recipe:
        recipe["project"] = view.get(Project, recipe["project"]).name
    return recipe


def _privacy(version: Version) -> dict[str, Any]:
    measured = version.measured
    if not measured:
        return {}
    return {
        "people in the smallest class (k)": measured.get("k"),
        "distinct values (l)": measured.get("distinct_l"),
        "largest distance (t)": measured.get("t"),
        "quasi-identifiers": list(version.quasi_identifiers),
        "accepted": version.passed,
    }
