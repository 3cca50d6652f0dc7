"""The mirror of advisories: brought in whole or not at all, dated by what it tells, and what a gate makes of it."""

import json
import zipfile
from datetime import timedelta

import pytest

from cloister.core.clock import SystemClock, to_text
from cloister.core.errors import CloisterError, IntegrityFailure, InvalidInput, NotFound
from cloister.operations import gates, supply_gates
from cloister.operations.advisories import ImportAdvisories, advisories_of, newest_advisories
from cloister.records import Advisories, Gate

NOW = SystemClock().now()
RECENT = to_text(NOW - timedelta(days=2))


def advisory(name, package, fixed, modified=RECENT, **more):
    events = [{"introduced": "0"}, {"fixed": fixed}]
    affected = {
        "package": {"ecosystem": "PyPI", "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"id": name, "modified": modified, "affected": [affected], **more}


def mirror(folder, *records):
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        (folder / f"{record['id']}.json").write_text(json.dumps(record))
    return folder


def zipped(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for item in folder.iterdir():
            archive.write(item, item.name)
    return path


def scan(env, packages, now=NOW):
    view, world = env.app.log.store.view(), env.app._world
    newest = newest_advisories(view)
    records = advisories_of(world, newest, packages) if newest else []
    return supply_gates.vulnerabilities(packages, newest, records, now)


RECORDS = (
    advisory("GHSA-1", "Some_Package", "2.0"),
    advisory("GHSA-2", "other", "1.0"),
    advisory("GHSA-3", "some-package", "9.9", withdrawn=RECENT),
)


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_mirror_is_scanned_and_names_what_is_affected(small, tmp_path, form):
    path = mirror(tmp_path / "osv", *RECORDS)
    made = small.run(ImportAdvisories(), path if form == "folder" else zipped(path, tmp_path / "all.zip"), "steward")
    assert (made.records, made.packages, made.taken) == (3, 2, RECENT)
    hit = scan(small, {"some-package": "1.5", "other": "1.0", "third": "3"})
    assert hit.figure == 1 and hit.detail == "some-package 1.5 is affected by GHSA-1"
    assert not gates.judge(Gate("vulnerabilities", "<=", 0), hit).passed
    clean = scan(small, {"some-package": "2.0", "third": "3"})
    assert clean.figure == 0 and "none affected by 3 advisories" in clean.detail
    event = small.events()[-1]
    assert event.action == "advisory:import" and event.facts["digest"] == made.digest


def test_no_mirror_an_old_one_and_one_from_the_future_are_not_scanned(small, tmp_path):
    none = scan(small, {"a": "1"})
    assert none.figure is None and none.detail == "not scanned: there is no mirror of advisories"
    assert not gates.judge(Gate("vulnerabilities", "<=", 0), none).passed
    small.run(ImportAdvisories(), mirror(tmp_path / "osv", *RECORDS), "steward")
    for now, word in ((NOW + timedelta(days=60), "older than"), (NOW - timedelta(days=60), "future")):
        late = scan(small, {"a": "1"}, now)
        assert late.figure is None and word in late.detail


def test_a_version_that_can_not_be_compared_fails(small, tmp_path):
    small.run(ImportAdvisories(), mirror(tmp_path / "osv", *RECORDS), "steward")
    found = scan(small, {"other": "one", "third": "3"})
    assert found.figure == 1 and "can't be compared" in found.detail


@pytest.mark.parametrize(
    ("spoil", "error", "match"),
    [
        (lambda path: path / "nothing", NotFound, "no such"),
        (lambda path: mirror(path.with_name("empty")), InvalidInput, "no advisory for PyPI"),
        (lambda path: (path / "x.json").write_text("{") and path, InvalidInput, "not an OSV record"),
        (lambda path: (path / "x.json").write_text('["x"]') and path, InvalidInput, "not an OSV record"),
        (
            lambda path: (
                (path / "x.json").write_text(json.dumps({"id": "a", "modified": RECENT, "affected": [{}]})) and path
            ),
            InvalidInput,
            "not an OSV record",
        ),
        (lambda path: mirror(path, advisory("GHSA-9", "x", "1", modified="soon")), InvalidInput, "date of change"),
        (
            lambda path: mirror(path, advisory("GHSA-9", "x", "1", modified="2999-01-01T00:00:00Z")),
            InvalidInput,
            "future",
        ),
        (lambda path: (path.parent / "bad.zip").write_bytes(b"PK") and path.parent / "bad.zip", InvalidInput, "zip"),
    ],
)
def test_a_mirror_that_can_not_be_read_leaves_nothing(small, tmp_path, spoil, error, match):
    path = spoil(mirror(tmp_path / "osv", *RECORDS))
    with pytest.raises(error, match=match) as caught:
        small.run(ImportAdvisories(), path, "steward")
    assert isinstance(caught.value, CloisterError) and "\n" not in caught.value.line()
    assert not small.app.log.store.view().find(Advisories)
    assert not list((small.home / "files").rglob("records.parquet"))


def test_a_changed_mirror_is_found(small, tmp_path):
    small.run(ImportAdvisories(), mirror(tmp_path / "osv", *RECORDS), "steward")
    (stored,) = (small.home / "files").rglob("records.parquet")
    stored.write_bytes(stored.read_bytes()[:-1] + b"0")
    with pytest.raises(IntegrityFailure, match="changed"):
        scan(small, {"a": "1"})


def test_a_licence_that_is_not_allowed_and_a_package_without_a_hash():
    from cloister.operations.ports import Component

    lock = "a==1 --hash=sha256:" + "0" * 64 + "\nb==1 --hash=sha256:" + "0" * 64 + "\nc==1\n"
    parts = (Component("a", "1", "MIT OR GPL-3.0-only"), Component("b", "1", "GPL-3.0-only"), Component("c", "1", None))
    found = supply_gates.dependencies(parts, [lock], ("MIT",))
    assert found.figure == 3
    assert "b has the licence GPL-3.0-only, which is not allowed" in found.detail
    assert "c has no known licence" in found.detail and "c is locked without a hash" in found.detail
    fine = supply_gates.dependencies(parts[:1], [lock], ("MIT",))
    assert fine.figure == 0 and "each licence allowed" in fine.detail
