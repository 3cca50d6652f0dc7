"""The channels of the leak benchmark: each takes an identifier's text and gives what came out of it."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import linecache
import logging
import subprocess
import sys
import threading
import traceback
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from _phi_planted import leaked
from cloister.core.errors import CloisterError
from cloister.phi import DeidConfig, Deidentifier, Detector
from cloister.phi.dicom import DicomConfig, DicomTransformations, Option, deidentify_dicom
from cloister.phi.fhir import FhirConfig, Transformations, deidentify_json
from cloister.phi.leaks import (
    LineScrubber,
    PlaceFormatter,
    guard_completion,
    guard_prompt,
    install_hooks,
    scrub_line,
)
from cloister.phi.leaks.detect import default_spans
from cloister.phi.notebooks import strip_notebook
from cloister.phi.sweep import Limits, sweep

ROOT = Path(__file__).resolve().parent.parent
KEY = b"benchmark key of thirty-two byte"
IPYTHON = "ipython==9.7.0"


def by_logging(formatter: bool) -> Callable[[str], str]:
    def channel(text: str) -> str:
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(
            PlaceFormatter()
            if formatter
            else logging.Formatter("%(name)s %(message)s %(funcName)s %(threadName)s %(pathname)s")
        )
        logger = logging.Logger(text)
        logger.addHandler(handler)
        hooks = None if formatter else install_hooks(io.StringIO())
        try:
            raise ValueError(text)
        except ValueError as error:
            error.add_note(text)
            logger.exception(f"failed for {text}", extra={"row": text}, stack_info=True)
        logger.error("failed for %s", text)
        logger.error({"row": text})
        logger.warning("%d rows", text)  # can't be formatted: logging would print the arguments
        if hooks:
            hooks.remove()
        return out.getvalue()

    return channel


def by_hook(act: Callable[[str], None]) -> Callable[[str], str]:
    def channel(text: str) -> str:
        out, former = io.StringIO(), sys.stderr
        sys.stderr = out
        hooks = install_hooks()
        try:
            act(text)
        finally:
            hooks.remove()
            sys.stderr = former
        assert out.getvalue(), "a hook said nothing"
        return out.getvalue()

    return channel


def raised(text: str) -> BaseException:
    try:
        try:
            raise KeyError(text)
        except KeyError as inner:
            raise ExceptionGroup(text, [ValueError(f"row\n{text}")]) from inner
    except ExceptionGroup as error:
        return error


def uncaught(text: str) -> None:
    error = raised(text)
    sys.excepthook(type(error), error, error.__traceback__)


def in_thread(text: str) -> None:
    def fail() -> None:
        raise ValueError(text)

    thread = threading.Thread(target=fail, name=text)
    thread.start()
    thread.join()


def in_loop(text: str) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": text, "exception": raised(text), "task": text})

    asyncio.run(main())


def unraisable(text: str) -> None:
    class Dropped:
        def __del__(self) -> None:
            raise ValueError(text)

    item = Dropped()
    del item


def warned(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(UserWarning(text), UserWarning, f"/home/{text}/train.py", 3)


def printed_traceback(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        traceback.print_exc()


def printed_stack(text: str) -> None:
    # A literal of the source, in a file that traceback can read lines of.
    lines = [f"def fail(name={text!r}):\n", f"    raise ValueError({text!r})\n", "fail()\n"]
    linecache.cache["planted.py"] = (1, None, lines, "planted.py")
    try:
        exec(compile("".join(lines), "planted.py", "exec"), {})  # noqa: S102
    except ValueError as error:
        traceback.print_tb(error.__traceback__)
        walked = traceback.walk_tb(error.__traceback__)
        sys.stderr.writelines(traceback.StackSummary.extract(walked, capture_locals=True).format())


def direct_to_handler(text: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    for door in (handler.handle, handler.emit, logging.Logger(text).callHandlers):
        door(logging.makeLogRecord({"msg": text, "levelno": 40, "name": text}))


def by_line(text: str) -> str:
    carriers = [
        f"loaded row for {text}", f"{text}", f"patient={text} loss=0.31", f"ValueError: no such patient {text}",
        f"train.py:3: UserWarning: value {text} is odd", f'  File "/data/{text}/train.py", line 3, in fit',
        f"KeyError: '{text}'", f"[INFO] epoch 3 | {text} | 12.5 s", f'{{"name": "{text}", "auc": 0.81}}',
    ]  # fmt: skip
    return "\n".join(scrub_line(line) for line in carriers)


def by_stream(text: str) -> str:
    scrub = LineScrubber(find=default_spans())
    lines = [
        "epoch 1",
        "Traceback (most recent call last):",
        '  File "train.py", line 3, in fit',
        f'    check("{text}")',
        f"Refused: bad row {text}",
        f"second line of the message: {text}",
        text,
        "epoch 2",
    ]
    return "\n".join(scrub(line) for line in lines)


def by_prompt(text: str) -> str:
    return (
        guard_prompt(f"Summarise the visit of {text} with chest pain.").text
        + guard_prompt(f"Note: {text}. Continue.").text
    )


def by_completion(text: str) -> str:
    return guard_completion(f"The record says {text}, who came with cough.").text


def by_notebook(text: str) -> str:
    cell = {
        "cell_type": "code", "id": text, "metadata": {"name": text}, "execution_count": 3, "source": ["df.head()\n"],
        "outputs": [{"output_type": "stream", "text": [text]}, {"output_type": "error", "ename": "E", "evalue": text, "traceback": [text]}, {"data": {"text/html": text, "image/png": text}}],
    }  # fmt: skip
    raw = json.dumps(
        {"cells": [cell], "metadata": {"title": text, "widgets": text}, "nbformat": 4, "nbformat_minor": 5}
    ).encode()
    clean, report = strip_notebook(raw)
    return clean.decode() + json.dumps(report.to_value())


def by_fhir(text: str) -> str:
    given = Transformations(text=lambda _: "[TEXT]")
    encoded = base64.b64encode(text.encode()).decode()
    patient = {
        "resourceType": "Patient", "id": text, "name": [{"family": text, "text": text}], "birthDate": text, "gender": text,
        "identifier": [{"system": text, "value": text, "assigner": {"display": text}}], "telecom": [{"value": text}],
        "address": [{"line": [text], "city": text, "state": text, "postalCode": text, "country": text}],
        "photo": [{"data": encoded, "title": text}], "text": {"div": f"<div>{text}</div>", "status": "generated"},
        "extension": [{"url": text, "valueString": text}], "contact": [{"name": {"family": text}, "relationship": [{"text": text}]}],
        "generalPractitioner": [{"reference": f"Practitioner/{text}", "display": text}], text: text,
        "contained": [{"resourceType": "Organization", "id": text, "name": text}, {"resourceType": text}],
        "meta": {"tag": [{"code": text}], "source": text}, "maritalStatus": {"coding": [{"system": text, "code": text, "display": text}]},
    }  # fmt: skip
    report = {
        "resourceType": "DiagnosticReport", "status": text, "subject": {"reference": f"Patient/{text}", "display": text},
        "presentedForm": [{"contentType": "application/pdf", "data": encoded, "url": text}, {"contentType": "text/plain", "data": encoded}],
        "code": {"coding": [{"system": "http://loinc.org", "code": text, "display": text}]}, "issued": text, "effectiveDateTime": text,
    }  # fmt: skip
    shown = ""
    for resource_ in (patient, report):
        raw, done = deidentify_json(json.dumps(resource_).encode(), FhirConfig(), key=KEY, given=given)
        shown += raw.decode() + json.dumps(done.to_value()) + repr(done)
        shown += base64.b64decode(json.loads(raw).get("presentedForm", [{}])[-1].get("data", "")).decode()
    return shown


def by_dicom(text: str) -> str:
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
    from pydicom.sequence import Sequence

    warnings.simplefilter("ignore")  # the planted texts break the lengths of some representations
    data, item = Dataset(), Dataset()
    data.SOPClassUID, data.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    for holder in (item, data):
        for keyword in (
            "PatientName",
            "PatientID",
            "PatientComments",
            "PatientAddress",
            "StudyDescription",
            "InstitutionName",
            "OperatorsName",
            "AccessionNumber",
            "DeviceSerialNumber",
            "ImageComments",
        ):
            setattr(holder, keyword, text[:60])
        holder.add_new(0x00091001, "LO", text)
        holder.add_new(0x60003000, "OW", text.encode() + b" " * (len(text.encode()) % 2))
    data.add_new(0x00420011, "OB", text.encode() + b" " * (len(text.encode()) % 2))
    data.ReferencedPatientSequence = data.RequestAttributesSequence = Sequence([item])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, "1.2.3"
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    out = io.BytesIO()
    FileDataset(out, data, preamble=text.encode()[:128].ljust(128), file_meta=meta).save_as(
        out, enforce_file_format=True
    )
    given = DicomTransformations(text=lambda _: "[TEXT]")
    raw, done = deidentify_dicom(
        out.getvalue(), DicomConfig(frozenset({Option.CLEAN_DESCRIPTORS})), key=KEY, given=given
    )
    return raw.decode("latin-1") + json.dumps(done.to_value())


def by_error(text: str) -> str:
    shown = []
    for attempt in (
        lambda: deidentify_json(json.dumps({"resourceType": text}).encode(), FhirConfig(), key=KEY, given=Transformations(text=str)),
        lambda: deidentify_json(f'{{"a": "{text}", "a": 1}}'.encode(), FhirConfig(), key=KEY, given=Transformations(text=str)),
        lambda: deidentify_dicom(b"\0" * 128 + b"DICM" + text.encode() * 9, DicomConfig(), key=KEY, given=DicomTransformations(text=str)),
        lambda: strip_notebook(text.encode()),
    ):  # fmt: skip
        try:
            attempt()
        except CloisterError as error:
            shown.append(error.line())
    assert len(shown) == 4
    return "\n".join(shown)


def by_sweep_report(text: str) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{text.replace('/', '_')}.csv", f"name,b\n{text},1\n{text},2\n")
    (report,) = sweep([("shadow.zip", packed)], find=find_typed, limits=Limits())
    return json.dumps(report.to_value())


_DETECTOR = Detector()


def find_typed(text: str) -> list[tuple[int, int, str]]:
    return [(finding.start, finding.end, finding.type) for finding in _DETECTOR.find(text)]


_ENGINE = Deidentifier(DeidConfig(project="leaks"), KEY * 2)


def _in_note(text: str, clean: Callable[[str], str]) -> str:
    note = {
        "resourceType": "Observation", "valueString": f"On file: {text}.",
        "note": [{"text": f"Patient {text} was seen today."}],
        "text": {"status": "generated", "div": f"<div><p>About <b>{text}</b></p></div>"},
    }  # fmt: skip
    raw, _ = deidentify_json(json.dumps(note).encode(), FhirConfig(), key=KEY, given=Transformations(text=clean))
    return raw.decode()


def by_free_text(text: str) -> str:
    """FHIR's free text behind both nets: the text engine, then the default-deny guard."""
    return _in_note(text, lambda given: guard_prompt(_ENGINE.text(given)[0]).text)


def free_text(planted: list[tuple[str, str, list[str]]]) -> float:
    """For information: share of identifiers that leave FHIR's free text where the text engine decides alone."""
    return sum(leaked(_in_note(text, lambda given: _ENGINE.text(given)[0]), parts) for _, text, parts in planted) / len(
        planted
    )


CHANNELS: dict[str, Callable[[str], str]] = {
    "log formatter": by_logging(True),
    "any handler, hooks installed": by_logging(False),
    "sys.excepthook": by_hook(uncaught),
    "threading.excepthook": by_hook(in_thread),
    "asyncio exception handler": by_hook(in_loop),
    "sys.unraisablehook": by_hook(unraisable),
    "warnings": by_hook(warned),
    "traceback.print_exc": by_hook(printed_traceback),
    "stacks, source lines, local variables": by_hook(printed_stack),
    "records handed to a handler": by_hook(direct_to_handler),
    "scrub_line, nine carriers": by_line,
    "line stream with traceback": by_stream,
    "prompt": by_prompt,
    "completion": by_completion,
    "notebook": by_notebook,
    "FHIR elements": by_fhir,
    "DICOM elements": by_dicom,
    "error messages": by_error,
    "sweep report": by_sweep_report,
    "FHIR free text, both nets": by_free_text,
}

# --- real processes ----------------------------------------------------------------------------------------------------

CHILD = """
import json, sys, threading, warnings, logging
sys.path.insert(0, sys.argv[1])
from cloister.phi.leaks import install_hooks
install_hooks()
texts = json.load(sys.stdin)
logging.basicConfig(level=0)
for text in texts:
    logging.info("row %s", text)
    warnings.warn(text)
    thread = threading.Thread(target=lambda: 1 / 0 if not text else {}[text]); thread.start(); thread.join()
def fail(depth):
    if depth == 0:
        raise RuntimeError("\\n".join(texts))
    fail(depth - 1)
fail(30)
"""

SHELL = """
import json, os, sys
os.environ["IPYTHONDIR"] = sys.argv[2]
sys.path[:0] = sys.argv[1].split(":")
from IPython.core.interactiveshell import InteractiveShell
from cloister.phi.leaks import install_hooks
shell = InteractiveShell.instance()
install_hooks()
texts = json.load(sys.stdin)
for text in texts:
    shell.run_cell("raise ValueError(" + repr(text) + ")")
    shell.run_cell("x = 1 +* " + repr(text))
    shell.run_cell("%tb")
print("IPYTHON RAN", len(texts))
"""


def child_process(planted: list[tuple[str, str, list[str]]]) -> int:
    texts = [text for _, text, _ in planted]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOT / "src")],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "RuntimeError" in done.stderr, "the child did not end as planned"
    return sum(leaked(done.stdout + done.stderr, parts) for _, _, parts in planted)


def ipython(planted: list[tuple[str, str, list[str]]]) -> int | None:
    """The same in a real IPython, in a virtual environment of its own; None where it can't be installed."""
    home = ROOT / ".venv-peers-leaks"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    if subprocess.run(
        [str(python), "-m", "pip", "install", "-q", IPYTHON], check=False, capture_output=True
    ).returncode:
        return None
    paths = ":".join([str(ROOT / "src"), *(path for path in sys.path if path.endswith("site-packages"))])
    texts = [text for _, text, _ in planted]
    done = subprocess.run(
        [str(python), "-c", SHELL, paths, str(home / "state")],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    if f"IPYTHON RAN {len(texts)}" not in done.stdout:
        return None
    return sum(leaked(done.stdout + done.stderr, parts) for _, _, parts in planted)
