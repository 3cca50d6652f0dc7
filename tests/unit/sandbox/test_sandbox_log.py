"""The bounded, scrubbed log."""

from __future__ import annotations

import io
import os
import threading

import pytest

from cloister.adapters.sandbox_log import LogReader


def read(raw: bytes, scrub=lambda line: line, step: int | None = None) -> tuple[str, ...]:
    reading, writing = os.pipe()

    def write() -> None:
        with io.FileIO(writing, "w") as file:
            for at in range(0, len(raw), step or len(raw) or 1):
                file.write(raw[at : at + (step or len(raw))])

    thread = threading.Thread(target=write)
    thread.start()
    lines = LogReader(io.FileIO(reading), scrub).finish()
    thread.join()
    return lines


@pytest.mark.parametrize("step", [None, 1, 7])
def test_lines_arrive_whole_however_they_are_cut(step):
    assert read("one\ntwo é\n\nlast without end".encode(), step=step) == ("one", "two é", "", "last without end")


def test_scrub_sees_each_line_whole():
    seen = []
    read(b"SSN 123-45-6789\nnext\n", scrub=lambda line: seen.append(line) or "", step=5)
    assert seen == ["SSN 123-45-6789", "next"]


def test_control_characters_and_bad_bytes_cant_drive_a_terminal():
    line = read(b"\x1b[2J\x1b]0;own\x07a\x08b\rc\x9bd \xff\xe2\x80\xae\x00e\n")[0]
    assert all(character.isprintable() for character in line)
    assert read(b"tab\tstays") == ("tab\tstays",)


def test_a_line_that_is_too_long_is_withheld_whole():
    lines = read(b"before\n" + b"A" * 200_000 + b" SSN 123-45-6789\nafter\n", step=4096)
    assert lines == ("before", "[line of 200016 bytes withheld: longer than 16384]", "after")


def test_a_long_line_without_end_is_withheld():
    assert read(b"A" * 20_000) == ("[line of 20000 bytes withheld: longer than 16384]",)


def test_lines_beyond_the_bound_are_counted_and_not_kept():
    lines = read(b"".join(b"%d\n" % number for number in range(2500)))
    assert len(lines) == 2001 and lines[1999] == "1999"
    assert lines[-1] == "[500 further lines withheld: the log keeps 2000]"


def test_a_scrubber_that_breaks_leaks_nothing():
    def scrub(line: str) -> str:
        if "Jones" in line:
            raise ValueError(line)
        return line

    assert read(b"a\npatient Jones\nb\n", scrub) == ("a", "[line withheld: it could not be scrubbed]", "b")


def test_a_scrubber_cant_add_lines():
    assert read(b"a\n", lambda line: "x\ny\x0bz") == ("x y z",)
