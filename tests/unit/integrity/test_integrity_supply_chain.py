"""Packages against the lock file and the mirror of advisories, and what descends from what."""

from datetime import UTC, datetime, timedelta

import pytest

from cloister.core.errors import InvalidInput
from cloister.integrity import Locked, check_dependencies, descendants, read_lock, scan_vulnerabilities

HASH = "sha256:" + "a" * 64
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def problems(report):
    return [(finding.package, finding.problem) for finding in report.findings]


def test_equal_versions_pass_and_names_are_normalised():
    report = check_dependencies({"Scikit_Learn": "1.9.1"}, {"scikit-learn": "1.9.1"})
    assert report.accepted


@pytest.mark.parametrize(
    ("installed", "locked", "found"),
    [
        ({"a": "1"}, {"a": "2"}, [("a", "other-version")]),
        ({"a": "1", "b": "1"}, {"a": "1"}, [("b", "not-locked")]),
        ({"a": "1"}, {"a": "1", "b": "1"}, [("b", "not-installed")]),
        ({}, {}, []),
    ],
)
def test_each_difference_is_named(installed, locked, found):
    report = check_dependencies(installed, locked)
    assert problems(report) == found
    assert not report.accepted


def test_hashes_and_licences():
    locked = {"a": Locked("1", (HASH,), "MIT")}
    assert check_dependencies({"a": "1"}, locked, digests={"a": HASH}, licences=["MIT"]).accepted
    assert problems(check_dependencies({"a": "1"}, locked, digests={"a": HASH[:-1] + "b"})) == [("a", "wrong-hash")]
    assert problems(check_dependencies({"a": "1"}, locked, digests={})) == [("a", "missing-hash")]
    assert problems(check_dependencies({"a": "1"}, locked, licences=["BSD"])) == [("a", "not-allowed-licence")]
    assert problems(check_dependencies({"a": "1"}, {"a": "1"}, licences=["MIT"])) == [("a", "not-allowed-licence")]


def test_lock_file_is_read():
    text = f"# comment\n--index x\na==1.0 \\\n    --hash={HASH}\nB_c[extra]==2 ; python_version > '3'\n"
    assert read_lock(text) == {"a": Locked("1.0", (HASH,)), "b-c": Locked("2", ())}
    with pytest.raises(InvalidInput, match="exact"):
        read_lock("a>=1")
    with pytest.raises(InvalidInput, match="two versions"):
        read_lock("a==1\na==2")


def advisory(*events, package="demo", **more):
    affected = {
        "package": {"ecosystem": "PyPI", "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
    }
    return {"id": "PYSEC-1", "affected": [affected | more]}


@pytest.mark.parametrize(
    ("version", "events", "hit"),
    [
        ("1.5", ({"introduced": "0"}, {"fixed": "2.0"}), True),
        ("2.0", ({"introduced": "0"}, {"fixed": "2.0"}), False),
        ("1.10", ({"introduced": "1.9"}, {"fixed": "2"}), True),
        ("1.0", ({"introduced": "1.9"},), False),
        ("2.0", ({"introduced": "1"}, {"last_affected": "2.0"}), True),
        ("2.0.1", ({"introduced": "1"}, {"last_affected": "2.0"}), False),
        ("3.1", ({"fixed": "2"}, {"introduced": "0"}, {"introduced": "3"}), True),
        ("2.0rc1", ({"introduced": "0"}, {"fixed": "2.0"}), True),
    ],
)
def test_ranges_of_advisories(version, events, hit):
    report = scan_vulnerabilities({"demo": version}, [advisory(*events)], mirrored=NOW, now=NOW)
    assert problems(report) == ([("demo", "vulnerable")] if hit else [])


def test_listed_versions_waivers_and_withdrawn():
    listed = advisory({"introduced": "9"}, versions=["1.0"])
    assert problems(scan_vulnerabilities({"demo": "1.0"}, [listed], mirrored=NOW, now=NOW)) == [("demo", "vulnerable")]
    waived = scan_vulnerabilities(
        {"demo": "1.0"}, [listed], mirrored=NOW, now=NOW, accepted={"PYSEC-1": "not reachable"}
    )
    assert waived.accepted
    withdrawn = listed | {"withdrawn": "2026-01-01T00:00:00Z"}
    assert scan_vulnerabilities({"demo": "1.0"}, [withdrawn], mirrored=NOW, now=NOW).accepted


@pytest.mark.parametrize(
    ("records", "mirrored", "version"),
    [
        (None, NOW, "1"),
        ([], NOW, "1"),
        ([advisory({"introduced": "0"})], None, "1"),
        ([advisory({"introduced": "0"})], NOW - timedelta(days=31), "1"),
        ([advisory({"introduced": "0"})], NOW + timedelta(days=1), "1"),
        ([advisory({"introduced": "0"})], NOW, "not a version"),
    ],
)
def test_not_scanned_is_failed(records, mirrored, version):
    report = scan_vulnerabilities({"demo": version}, records, mirrored=mirrored, now=NOW)
    assert problems(report) == [("demo", "not-scanned")]
    assert not report.accepted


def test_descendants_by_distance_without_the_start():
    edges = [("s", "d1"), ("s", "d2"), ("d1", "v1"), ("v1", "m1"), ("d2", "v2"), ("x", "y"), ("m1", "r1"), ("v1", "v2")]
    assert descendants(edges, "s") == ("d1", "d2", "v1", "v2", "m1", "r1")
    assert descendants(edges, "r1") == ()
    assert descendants(edges, ["d2", "m1"]) == ("r1", "v2")
    assert descendants([("a", "b"), ("b", "a")], "a") == ("b",)
