"""Whatever comes in: masking is stable, a secret never leaves, hostile text costs a bounded amount."""

from __future__ import annotations

import io
import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.core.errors import InvalidInput
from cloister.phi.dicom import DicomConfig, DicomTransformations, deidentify_dicom
from cloister.phi.fhir import FhirConfig, Transformations, deidentify_json, deidentify_resource
from cloister.phi.leaks import Guarded, LineScrubber, guard_stream, mask, technical_words
from cloister.phi.leaks.dress import reading
from cloister.phi.notebooks import strip_notebook
from cloister.phi.sweep import Limits, sweep

KEY = b"0123456789abcdef"
WORDS = sorted(technical_words().plain)[::50]
SECRETS = st.sampled_from(
    [
        "Zyxwina",
        "QVORBAT",
        "zyxwina",
        "123-45-6789",
        "(617) 555-0199",
        "8837462",
        "2019-03-14",
        "z.q@example.org",
        "ÅsaÖ",
        "10.20.30.40",
        "A-77812-X",
    ]
)
LINES = st.lists(
    st.one_of(
        st.sampled_from(WORDS), st.sampled_from(["0.53", "3/10", "12", ":", "=", "[", "]", "loss", "\t", "🙂", "é"])
    ),
    max_size=12,
).map(" ".join)


@given(LINES, SECRETS, LINES)
def test_a_secret_in_a_line_is_withheld(before, secret, after):
    shown = mask(f"{before} {secret} {after}")
    assert secret not in shown
    assert mask(shown) == shown


@given(st.text(max_size=300))
def test_masking_any_text_is_stable_and_adds_nothing(text):
    shown = mask(text)
    assert mask(shown) == shown
    assert set(shown) <= set(text) | set("<withheld>")


@given(
    st.lists(
        st.one_of(
            LINES,
            st.just("Traceback (most recent call last):"),
            st.just('  File "a.py", line 3, in f'),
            SECRETS.map(lambda s: f"ValueError: {s}"),
            SECRETS,
        ),
        max_size=12,
    )
)
def test_a_scrubber_keeps_one_line_for_each_line_and_no_secret(lines):
    scrub = LineScrubber()
    shown = [scrub(line + "\n") for line in lines]
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in shown)
    for line, out in zip(lines, shown, strict=True):
        if line.startswith("ValueError: "):
            assert line.removeprefix("ValueError: ") not in out


STREAMED = st.lists(
    st.one_of(
        st.sampled_from(["617-555-0199. ", "\n\n", "\n \r\n", "\n", "a" * 5000, "five words and a dot. " * 150]), LINES
    ),
    max_size=8,
).map("".join)


def plain_guard(text: str) -> Guarded:
    return Guarded(mask(text), {})


@given(STREAMED, st.lists(st.integers(0, 12_000), max_size=12))
def test_a_stream_gives_the_same_however_it_is_cut(text, cuts):
    at = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    chunks = [text[start:end] for start, end in pairwise(at)]
    whole = list(guard_stream([text], plain_guard))
    assert list(guard_stream(chunks, plain_guard)) == whole == list(guard_stream(iter(text), plain_guard))
    assert "0199" not in "".join(whole)


DRESSED = st.lists(
    st.one_of(
        st.sampled_from(
            ["March\n", "5-\n5", "(617)\n5", "**", "|", "<b>", "</td>", "<mrn>", "&nbsp;", "&#47;", "%2F", "=>"]
        ),
        st.sampled_from(["\\u00e9", "\\ud83d", "'", '"', "1+2", "a@\nb", "\r\n", " of\nMay"]),
        st.text(max_size=5),
    ),
    max_size=20,
).map("".join)


@given(DRESSED)
def test_each_place_of_a_reading_lies_in_the_text_and_in_order(text):
    read = reading(text)
    if read is None:
        return
    places = [read.back([(at, at + 1)])[0] for at in range(len(read.text))]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
    for sign, (start, end) in zip(read.text, places, strict=True):
        assert end - start > 1 or sign == text[start] or sign in " :"


@given(st.binary(max_size=2000))
def test_any_bytes_give_an_error_or_an_answer(raw):
    shift = Transformations(text=str)
    for attempt in (
        lambda: deidentify_json(raw, FhirConfig(), key=KEY, given=shift),
        lambda: deidentify_dicom(raw, DicomConfig(), key=KEY, given=DicomTransformations(text=str)),
        lambda: deidentify_dicom(
            b"\0" * 128 + b"DICM" + raw, DicomConfig(), key=KEY, given=DicomTransformations(text=str)
        ),
        lambda: strip_notebook(raw),
    ):
        try:
            attempt()
        except InvalidInput:
            continue
    (report,) = sweep([("x", io.BytesIO(raw))], find=lambda text: [], limits=Limits(unpacked=10**6))
    assert report.name == "x"


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**12), 10**12),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=20),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                [
                    "resourceType",
                    "id",
                    "entry",
                    "resource",
                    "name",
                    "text",
                    "extension",
                    "url",
                    "valueString",
                    "coding",
                    "system",
                    "code",
                    "subject",
                    "reference",
                    "contained",
                    "birthDate",
                    "value",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["Patient", "Observation", "Bundle", "Condition", "DocumentReference"]))
@settings(max_examples=150)
def test_any_json_as_a_resource_is_handled_and_idempotent(value, kind):
    resource = {**value, "resourceType": kind} if isinstance(value, dict) else {"resourceType": kind, "text": value}
    once, report = deidentify_resource(resource, FhirConfig(), key=KEY, given=Transformations(text=str))
    json.dumps(report.to_value())
    assert deidentify_resource(once, FhirConfig(), key=KEY, given=Transformations(text=str))[0] == once
