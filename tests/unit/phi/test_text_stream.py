"""Streams: the same findings as the whole text, at the same offsets."""

import io

from cloister.phi import DeidConfig, Deidentifier, Detector, clean_stream, find_stream
from cloister.phi import stream as module

LINES = "".join(f"Line {n}: Mr. Haskin called 617-555-{n:04d}.\n" for n in range(400))


def test_offsets_count_from_the_start(monkeypatch) -> None:
    monkeypatch.setattr(module, "_PART", 500)
    detector = Detector(names=False)
    seen: list[int] = []
    streamed = list(find_stream(io.StringIO(LINES), detector, progress=seen.append))
    assert streamed == detector.find(LINES)
    assert seen[-1] == len(LINES) and seen == sorted(seen)


def test_a_line_without_end_is_cut(monkeypatch) -> None:
    monkeypatch.setattr(module, "_PART", 100)
    monkeypatch.setattr(module, "_LONGEST", 300)
    text = "word 617-555-0134 " * 100
    assert "".join(module.parts(io.StringIO(text))) == text
    assert max(map(len, module.parts(io.StringIO(text)))) <= 400
    assert list(module.parts(io.StringIO(""))) == []


def test_cleaned_stream() -> None:
    target = io.StringIO()
    counts = clean_stream(io.StringIO(LINES), target, Deidentifier(DeidConfig(project="p"), b"k" * 64))
    assert counts == {"name": 400, "phone": 400}
    assert "Haskin" not in target.getvalue() and "555" not in target.getvalue()
    assert target.getvalue().count("\n") == 400
