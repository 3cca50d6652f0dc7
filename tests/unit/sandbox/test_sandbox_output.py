"""The pipe on which a job's files come out, fed by a hostile writer."""

from __future__ import annotations

import io
import json
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.adapters.sandbox_boot import hand_out
from cloister.adapters.sandbox_output import OutputReader, checked

MEASURED = b'{"seccomp": true}\n'
END = b'{"end": true, "skipped": 0, "full": false}\n'


def entry(name: str, content: bytes, size: int | None = None) -> bytes:
    return json.dumps({"file": name, "bytes": len(content) if size is None else size}).encode() + b"\n" + content


def receive(raw: bytes, folder, limit: int = 100) -> OutputReader:
    folder.mkdir(exist_ok=True)
    reading, writing = os.pipe()

    def write() -> None:
        with io.FileIO(writing, "w") as pipe:
            try:
                pipe.write(raw)
            except BrokenPipeError:
                return

    thread = threading.Thread(target=write)
    thread.start()
    reader = OutputReader(io.FileIO(reading), folder, limit)
    reader.finish()
    thread.join()
    return reader


def test_files_arrive(tmp_path):
    reader = receive(MEASURED + entry("a", b"1\n{}") + entry("b/c d/é\n", b"") + END, tmp_path / "o")
    assert reader.complete and reader.measured == {"seccomp": True} and not reader.too_large
    assert (tmp_path / "o/a").read_bytes() == b"1\n{}" and (tmp_path / "o/b/c d/é\n").read_bytes() == b""
    assert (tmp_path / "o/a").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "", ".", "a/./b", "a//b", "a\0b", "a/" * 40 + "b", "..", "a/"]
)
def test_names_that_leave_the_folder_are_refused(tmp_path, name):
    with pytest.raises(ValueError):
        checked(name)
    reader = receive(MEASURED + entry("first", b"x") + entry(name, b"x") + END, tmp_path / "o")
    assert not reader.complete
    assert list((tmp_path / "o").iterdir()) == [] and list(tmp_path.iterdir()) == [tmp_path / "o"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json\n",
        b"[]\n",
        MEASURED,
        MEASURED + entry("a", b"xy", size=3),
        MEASURED + entry("a", b"x"),
        MEASURED + entry("a", b"x") + entry("a", b"y") + END,
        MEASURED + entry("a", b"x") + entry("a/b", b"y") + END,
        MEASURED + b'{"file": "a"}\n' + END,
        MEASURED + b'{"file": "a", "bytes": "x"}\n' + END,
        MEASURED + b"x" * 100_000 + END,
        MEASURED + END.rstrip(b"\n"),
        MEASURED + b'{"end": true}\n',
    ],
)
def test_what_breaks_the_protocol_keeps_nothing(tmp_path, raw):
    reader = receive(raw, tmp_path / "o", 10**6)
    assert not reader.complete
    assert list((tmp_path / "o").iterdir()) == []


@pytest.mark.parametrize(
    "raw",
    [
        MEASURED + entry("a", b"x" * 60) + entry("b", b"x" * 41) + END,
        MEASURED + entry("a", b"", size=-1) + END,
        MEASURED + entry("a", b"", size=2**62) + END,
        MEASURED + entry("a", b"x") + END.replace(b"false", b"true"),
        MEASURED + b"".join(entry(str(number), b"") for number in range(10_001)) + END,
    ],
)
def test_what_exceeds_the_limits_is_named_and_not_kept(tmp_path, raw):
    reader = receive(raw, tmp_path / "o")
    assert reader.too_large and not reader.complete
    assert list((tmp_path / "o").iterdir()) == []


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8)


@settings(deadline=None, max_examples=50)
@given(files=st.dictionaries(NAMES.filter(lambda name: name not in {".", ".."}), st.binary(max_size=50), max_size=5))
def test_what_boot_hands_out_arrives_as_it_was(tmp_path_factory, files):
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for name, content in files.items():
        (source / name).write_bytes(content)
        (source / name).chmod(0o000)
    (source / "deep" / "er").mkdir(parents=True)
    (source / "deep" / "er" / "f").write_bytes(b"deep")
    (source / "deep" / "link").symlink_to("/etc/passwd")
    (source / "folder-link-of-a-long-name").symlink_to("/etc")
    os.mkfifo(source / "deep" / "pipe")
    out = io.BytesIO()
    hand_out(str(source), out)
    reader = receive(MEASURED + out.getvalue(), target, 10_000)
    assert reader.complete and reader.skipped == 3
    got = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert got == {**files, "deep/er/f": b"deep"}
