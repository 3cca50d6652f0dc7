"""A full disk and a read-only one: one clear line, nothing lost, and all goes on once there is room again."""

import io
import subprocess
from contextlib import redirect_stderr, redirect_stdout

import pytest

from cloister.app import open_environment
from cloister.cli.main import run
from faults.crash_rig import orphans
from small_environment import PHRASE, Small, visits

SIZE = 24 * 2**20


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a file system can be mounted by root only")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def env(disk):
    small = Small(disk / "env")
    small.chain.set_up(small.key.verify_key.to_text())
    folder = small.folder(visits())
    (small.home / "keyring" / "passphrase").write_text(PHRASE)
    small.app.close()
    small.out = folder
    return small


def command(env, *arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--home", str(env.home), *map(str, arguments)])
    return code, err.getvalue()


def receive(env):
    return command(env, "--as", "steward", "deliver", "receive", env.out, "--source", "clinic")


def fill(disk, free):
    """Leave so many bytes free."""
    block = b"\0" * 4096
    with (disk / "filler").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(block)
        except OSError:
            pass
    size = (disk / "filler").stat().st_size
    with (disk / "filler").open("r+b") as stream:
        stream.truncate(max(0, size - free))


def ids(env):
    """Every event in the log, after a restart; whatever was open is settled, and no file is without its record."""
    app = open_environment(env.home, env.phrase_file, processes=1)
    try:
        assert app.log.store.open_intents() == ()
        assert orphans(env.home, app.log.store.view()) == []
        return list(app.log.store.events())
    finally:
        app.close()


# From not a page to nearly all that a delivery of this size needs: each is met at another step.
@pytest.mark.parametrize("free", [0, 4096, 40_960, 65_536, 131_072])
def test_a_full_disk(env, disk, free):
    before = ids(env)
    fill(disk, free)
    code, err = receive(env)
    if code == 0:
        pytest.fail("the disk was not full: leave less free")
    assert code == 9 and err.count("\n") == 1 and "full" in err and "Try: free some space" in err, err
    (disk / "filler").unlink()
    assert ids(env)[: len(before)] == before
    assert receive(env)[0] == 0
    code, err = command(env, "--as", "privacy", "audit", "verify")
    assert code == 0, err


def test_a_check_that_fails_again_and_again_for_want_of_room(env, disk):
    """With a little more room each time, until it goes: in between it is wholly undone, or wholly done."""
    assert receive(env)[0] == 0
    delivery = next((env.home / "files" / "staging").iterdir()).name
    refusals, free, known = 0, 0, ids(env)
    while True:
        fill(disk, free)
        code, err = command(env, "--as", "steward", "deliver", "check", delivery)
        (disk / "filler").unlink()
        events = ids(env)
        assert events[: len(known)] == known, free
        known = events
        if code == 0:
            break
        if "is checked" in err:  # the one before was done; there was no room to sign the log's new head
            assert code == 4
            break
        refusals += 1
        assert code == 9 and err.count("\n") == 1 and "full" in err, (free, err)
        free = max(16_384, free * 3)
    assert refusals >= 2
    code, err = command(env, "--as", "privacy", "audit", "verify")
    assert code == 0, err


def test_a_read_only_disk(env, disk):
    before = ids(env)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for code, err in (receive(env), command(env, "--as", "steward", "source", "list")):
        assert code == 9 and err.count("\n") == 1 and "can't be written" in err and "writable" in err, err
    code, err = command(env, "--home", disk / "another", "environment", "x", "--passphrase-file", env.phrase_file)
    assert code == 9 and err.count("\n") == 1 and "writable" in err, err
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert ids(env)[: len(before)] == before
    assert receive(env)[0] == 0


def test_a_disk_that_turns_read_only_under_an_open_environment(env, disk):
    app = open_environment(env.home, env.phrase_file, processes=1)
    try:
        from cloister.core.errors import Unavailable
        from cloister.operations.read_records import Look, ReadRecords

        session = app.session("steward", env.home / "credentials" / "steward")
        app.run(ReadRecords(), Look("source"), session)
        count = app.log.store.event_count()
        # An open file for writing holds a remount back, so the disk is filled instead: the store must answer, not hang.
        fill(disk, 0)
        for _ in range(200):
            try:
                app.run(ReadRecords(), Look("source"), session)
            except Unavailable as error:
                assert "full" in error.line()
                break
            count = app.log.store.event_count()
        else:
            pytest.fail("the disk never was full")
        (disk / "filler").unlink()
        app.run(ReadRecords(), Look("source"), session)
        assert app.log.store.event_count() > count
    finally:
        app.close()
