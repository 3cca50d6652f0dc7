"""A month and a day without a year: the arrays see what an expression sees, wherever it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloister.phi import day_checks

_WRITTEN = re.compile(rb"(?<![0-9A-Za-z_/.+-])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![0-9A-Za-z_/+%]|[.-]\d)")
_TEXTS = st.text(alphabet="0123456789/ -.+%,ab_\n", max_size=60).map(lambda text: text.encode("ascii"))
_PIECES = st.lists(
    st.sampled_from(["1", "12", "13", "0", "05", "31", "32", "/", "/", " ", ".", "-", "%", "a"]), max_size=30
)


@pytest.fixture(autouse=True)
def _every_one_is_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_checks, "month_day", lambda buffer, start, end: 0.5)


def _alike(buffer: bytes) -> None:
    wanted = [(match.start(), match.end(), "date", 0.5, "month and day") for match in _WRITTEN.finditer(buffer)]
    assert day_checks.days_of_months(buffer) == wanted


@given(_TEXTS)
def test_arrays_find_what_the_expression_finds(buffer: bytes) -> None:
    _alike(buffer)


@given(_PIECES)
def test_arrays_find_what_the_expression_finds_among_days(pieces: list[str]) -> None:
    _alike("".join(pieces).encode("ascii"))


@pytest.mark.parametrize(
    "buffer", [b"", b"/", b"1/2", b"12/31", b"13/1", b"0/5", b"5/0", b"05/09", b"1/2/3", b"x1/2", b"3/4 4/5"]
)
def test_arrays_find_what_the_expression_finds_at_edges(buffer: bytes) -> None:
    _alike(buffer)
