"""The bill of materials of a training environment: valid by the strict schema, whole, and only of what was recorded."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from cloister.adapters.installed import components
from cloister.core.errors import InvalidInput
from cloister.documents import check_ml_bom, environment_bom
from cloister.operations.environment_facts import trained_with
from cloister.operations.ports import Component
from cloister.records import Job

ONE, TWO = "a" * 64, "b" * 64
PLATFORM = {"python": "3.11.9", "implementation": "CPython", "libc": "glibc 2.36", "system": "Linux"}
PACKAGES = [
    {"name": "numpy", "version": "2.3.0", "licence": "BSD-3-Clause", "record": ONE, "locked": [f"sha256:{TWO}"]},
    {"name": "torch", "version": "2.13.0+cpu", "licence": None, "record": None, "locked": []},
]
FACTS = {
    "name": "readmission",
    "digest": "c" * 64,
    "environment": {
        "job": "job_x",
        "trained": "2026-01-02T03:04:05.000000Z",
        "platform": PLATFORM,
        "packages": PACKAGES,
    },
}


def strict(raw):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(raw.decode())


def test_every_package_stands_there_with_licence_and_hashes():
    raw = environment_bom(FACTS)
    assert strict(raw) is None and raw == environment_bom(FACTS)
    document = json.loads(raw)
    by_name = {item["name"]: item for item in document["components"]}
    assert set(by_name) == {"CPython", "glibc", "Linux", "numpy", "torch"}
    numpy = by_name["numpy"]
    assert numpy["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert numpy["externalReferences"][0]["hashes"] == [{"alg": "SHA-256", "content": TWO}]
    assert {"name": "cloister:installed:record-sha256", "value": ONE} in numpy["properties"]
    assert by_name["torch"]["properties"] == [{"name": "cloister:installed:locked", "value": "no"}]
    assert "externalReferences" not in by_name["torch"] and "licenses" not in by_name["torch"]
    assert (by_name["CPython"]["version"], by_name["glibc"]["version"]) == ("3.11.9", "2.36")
    assert set(document["dependencies"][0]["dependsOn"]) == {item["bom-ref"] for item in document["components"]}
    assert document["metadata"]["timestamp"] == FACTS["environment"]["trained"]


def test_another_package_gives_another_document():
    changed = {**FACTS, "environment": {**FACTS["environment"], "packages": PACKAGES[:1]}}
    first, second = json.loads(environment_bom(FACTS)), json.loads(environment_bom(changed))
    assert first["serialNumber"] != second["serialNumber"]


@pytest.mark.parametrize("told", [None, {}, {"packages": []}])
def test_an_environment_that_was_not_recorded_has_none(told):
    with pytest.raises(InvalidInput, match="was not recorded"):
        environment_bom({**FACTS, "environment": told})


def test_the_strict_schema_is_what_it_is_held_against():
    document = json.loads(environment_bom(FACTS))
    document["components"][0]["surprise"] = 1
    assert strict(json.dumps(document).encode()) is not None
    with pytest.raises(InvalidInput, match="breaks the CycloneDX"):
        check_ml_bom(json.dumps(document).encode())


class World:
    """What is installed and locked, as a test says."""

    def __init__(self, lock):
        self._lock = lock

    def components(self):
        return (Component("numpy", "2.3.0", "BSD-3-Clause", ONE), Component("torch", "2.13.0", "BSD-3-Clause", TWO))

    def locks(self):
        return (self._lock,)


def test_only_the_very_version_of_the_run_has_licence_and_hashes():
    """torch was changed since the run: what is installed now says nothing of what trained the model."""
    manifest = {"packages": {"numpy": "2.3.0", "torch": "2.12.0"}, "platform": PLATFORM}
    job = Job("job_x", "enya", "prj", "gr", "ver", "", {}, 0, 1, "back", manifest=manifest)
    found = trained_with(World(f"numpy==2.3.0 --hash=sha256:{ONE}\ntorch==2.13.0 --hash=sha256:{TWO}\n"), job)
    numpy, torch = found["packages"]
    assert numpy == {
        "name": "numpy", "version": "2.3.0", "locked": [f"sha256:{ONE}"], "licence": "BSD-3-Clause", "record": ONE,
    }  # fmt: skip
    assert torch == {"name": "torch", "version": "2.12.0", "locked": []}


def test_what_runs_this_test_is_listed_whole():
    """Every package of this interpreter, as the adapter reads it: licences as they are told, the digest of RECORD."""
    here = components()
    packages = [
        {"name": one.name, "version": one.version, "licence": one.licence, "record": one.record} for one in here
    ]
    raw = environment_bom({**FACTS, "environment": {**FACTS["environment"], "packages": packages}})
    assert strict(raw) is None
    listed = {item["name"] for item in json.loads(raw)["components"]}
    assert {"numpy", "polars", "lightgbm"} <= listed >= {one.name for one in here}
    assert all(len(one.record or "") == 64 for one in here if one.name in ("numpy", "polars", "lightgbm"))
