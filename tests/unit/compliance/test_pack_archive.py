"""The archive and the list: what is refused before anything is checked."""

import io
import zipfile

import pytest

from cloister.compliance import unzip_pack, zip_pack
from cloister.compliance.layout import PackList, is_safe_name
from cloister.compliance.report import check
from cloister.core.errors import InvalidInput


@pytest.mark.parametrize(
    "name", ["pack.json", "log/tile/0/x001/234.p/5", "models/mod_1/model/a b.json", "policies/ab.cedar"]
)
def test_safe_names(name: str) -> None:
    assert is_safe_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../up",
        "a/../b",
        "a//b",
        ".git/x",
        "a\\b",
        "a/",
        "C:x",
        "a\n",
        "ä",
        "a" * 241,
        "a./b",
        "a /b",
    ],
)
def test_unsafe_names(name: str) -> None:
    assert not is_safe_name(name)


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as out:
        for name, content in entries:
            out.writestr(name, content)
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_archives() -> None:
    for raw in (
        b"",
        b"PK\x03\x04",
        archive(("../up", b"x")),
        archive(("a", b"x"), ("a", b"y")),
        archive(("a", b"x" * 100), compression=zipfile.ZIP_LZMA),
        archive(("a", b"x" * 1000))[:-30],
    ):
        with pytest.raises(InvalidInput):
            unzip_pack(raw)


def test_an_archive_that_unfolds_too_far(monkeypatch: pytest.MonkeyPatch) -> None:
    from cloister.compliance import archive as room

    raw = archive(("a", bytes(5000)), ("b", bytes(5000)))
    monkeypatch.setattr(room, "_MAX_BYTES", 9000)
    with pytest.raises(InvalidInput, match="larger"):
        unzip_pack(raw)
    lying = raw.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(InvalidInput):
        unzip_pack(lying)


def test_round_trip_is_sorted_and_stable() -> None:
    files = {"b": b"2", "a": b"1"}
    assert unzip_pack(zip_pack(files)) == files
    assert zip_pack(files) == zip_pack(dict(reversed(files.items())))


def test_list_form() -> None:
    listing = PackList("origin", "2026-01-01T00:00:00.000000Z", 3, {"a": ("0" * 64, 5)}, ("ev_1",))
    assert PackList.from_bytes(listing.to_bytes()) == listing
    raw = listing.to_bytes()
    for bad in (
        b"",
        b"{}",
        b"[]",
        raw.replace(b"cloister-pack/1", b"cloister-pack/2"),
        raw.replace(b":5", b':"5"'),
        raw.replace(b'"size":5', b'"size":5,"x":1'),
    ):
        with pytest.raises(InvalidInput):
            PackList.from_bytes(bad)


def test_long_lists_of_problems_are_cut() -> None:
    found = check("n", 500, [f"problem {n}" for n in range(500)])
    assert len(found.problems) == 101 and found.problems[-1] == "and 400 more"
    assert check("n", 2, ["same", "same"]).problems == ("same",)
