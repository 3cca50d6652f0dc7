"""Folders and buckets: everything in them is searched, nothing is changed, and what does not answer is one clear line."""

import io
import json
import os
import zipfile
from contextlib import redirect_stderr, redirect_stdout

import pytest

from cloister.adapters.places import OutsidePlaces
from cloister.cli.main import run
from cloister.core.errors import InvalidInput, NotFound
from cloister.settings import BucketSettings
from integration.phi.small_bucket import ACCESS, SECRET, SmallBucket

NOTE = b"Seen by Dr. Harold Quillfeather, phone (312) 555-0142.\n"


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    made = SmallBucket()
    (tmp_path / "credentials").write_text(f"{ACCESS}\n{SECRET.replace(' ', '-')}\n")
    monkeypatch.setattr("integration.phi.small_bucket.SECRET", SECRET.replace(" ", "-"))
    monkeypatch.setenv("CLOISTER_S3_ENDPOINT", made.address)
    monkeypatch.setenv("CLOISTER_S3_REGION", "eu-west-1")
    monkeypatch.setenv("CLOISTER_S3_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    yield made
    made.close()


def cloister(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(item) for item in arguments])
    return code, out.getvalue(), err.getvalue()


def test_a_bucket_is_searched_like_a_folder(bucket):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x", NOTE * 2)
    bucket.objects.update(
        {
            "a/note.txt": NOTE,
            "a/deep/copy.zip": packed.getvalue(),
            "a/clean 1.txt": b"The lungs are clear.\n",
            "b/x": NOTE,
        }
        | {f"c/{number}": b"Clear.\n" for number in range(9)}  # more than a page of the listing
    )
    before = dict(bucket.objects)
    code, out, err = cloister("phi", "scan", "s3://inbox", "--json")
    value = json.loads(out)
    assert code == 13, err
    assert value["items"] == 13 and value["clean"] == 10 and value["kinds"]["phi:phone"] == 4
    assert {report["name"] for report in value["reports"]} == {
        "s3://inbox/a/note.txt", "s3://inbox/a/deep/copy.zip", "s3://inbox/b/x",
    }  # fmt: skip
    assert bucket.objects == before
    assert json.loads(cloister("phi", "scan", "s3://inbox/a", "--json")[1])["items"] == 3
    assert json.loads(cloister("phi", "scan", "s3://inbox/b/x", "--json")[1])["items"] == 1


def test_a_large_object_is_read_in_ranges(bucket):
    bucket.objects["big.txt"] = b"The lungs are clear and the heart is regular.\n" * 300_000 + NOTE
    code, out, _ = cloister("phi", "scan", "s3://inbox/big.txt", "--json", "--patterns-only")
    assert code == 13
    assert json.loads(out)["reports"][0]["hits"][0]["first"] == "line 300001"


@pytest.mark.parametrize("place", ["s3://nowhere/x", "s3://inbox/none"])
def test_what_is_not_there(bucket, place):
    code, _, err = cloister("phi", "scan", place)
    assert code == 3 and err.count("\n") == 1 and place in err


def test_wrong_credentials_and_a_store_that_does_not_answer(bucket, tmp_path, monkeypatch):
    bucket.objects["x"] = NOTE
    (tmp_path / "credentials").write_text(f"{ACCESS}\nanother-secret\n")
    code, _, err = cloister("phi", "scan", "s3://inbox/x")
    assert code == 9 and err.count("\n") == 1 and "CLOISTER_S3_CREDENTIALS_FILE" in err
    assert "another-secret" not in err and ACCESS not in err
    for text in ("", "only-one\n", "a\nb\nc\nd\n"):
        (tmp_path / "credentials").write_text(text)
        assert cloister("phi", "scan", "s3://inbox/x")[0] == 2
    monkeypatch.setenv("CLOISTER_S3_CREDENTIALS_FILE", str(tmp_path / "none"))
    assert cloister("phi", "scan", "s3://inbox/x")[0] == 9


def test_a_folder_in_order_without_links_and_special_files(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2").write_bytes(b"22")
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    places = OutsidePlaces(BucketSettings())
    found = list(places.items(str(tmp_path)))
    assert [(item.name.removeprefix(str(tmp_path)), item.size) for item in found] == [("/a", 1), ("/b/2", 2)]
    with found[1].open() as stream:
        assert stream.read() == b"22"
    for place in (tmp_path / "none", tmp_path / "link"):
        with pytest.raises(NotFound):
            list(places.items(str(place)))
    with pytest.raises(InvalidInput):
        list(places.items("s3://"))
    with pytest.raises(InvalidInput, match="pipe"):  # and does not wait for a writer
        list(places.items(str(tmp_path / "pipe")))


def test_a_folder_that_cannot_be_opened_is_a_trouble_and_the_rest_is_searched(tmp_path, monkeypatch):
    (tmp_path / "locked").mkdir()
    (tmp_path / "ok").mkdir()
    (tmp_path / "ok" / "a.txt").write_bytes(NOTE)
    (tmp_path / "zz.txt").write_bytes(NOTE)
    shown = os.scandir

    def scandir(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return shown(path)

    monkeypatch.setitem(os.walk.__globals__, "scandir", scandir)
    code, out, err = cloister("phi", "scan", tmp_path, "--json")
    value = json.loads(out)
    assert code == 13, err
    assert value["items"] == 3 and value["troubled"] == 1 and value["kinds"]["phi:phone"] == 2
    (told,) = [report for report in value["reports"] if report["troubles"]]
    assert told["name"] == str(tmp_path / "locked")
    assert told["troubles"][0]["reason"] == "can't be opened (PermissionError)"


def test_an_item_whose_name_holds_an_identifier_is_called_by_its_number(tmp_path):
    folder = tmp_path / "Oberon Ottermole MRN 7000037"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"The lungs are clear.\n")
    (tmp_path / "b.txt").write_bytes(b"The lungs are clear.\n")
    code, out, err = cloister("phi", "scan", tmp_path, "--json")
    (told,) = json.loads(out)["reports"]
    assert code == 13, err
    assert told["name"] == f"{tmp_path}/item 2, whose name is withheld"
    assert {hit["kind"] for hit in told["hits"]} == {"phi:name", "phi:mrn"}
    assert {hit["where"] for hit in told["hits"]} == {f"{told['name']} file name"}
    code, out, err = cloister("phi", "scan", folder.rename(tmp_path / "Oberon Ottermole SSN 642-13-8628") / "a.txt")
    assert code == 0, "the folder was named by who asks"
