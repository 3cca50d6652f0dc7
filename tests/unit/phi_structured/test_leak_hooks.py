"""Every hook prints a type and a place, and nothing of the value."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import traceback
import warnings

import pytest

from cloister.phi.leaks import PlaceFormatter, describe, install_hooks, install_ipython

SECRET = "Zyxwina Qvorbat 123-45-6789"


@pytest.fixture
def shown():
    stream = io.StringIO()
    hooks = install_hooks(stream)
    yield stream
    hooks.remove()


def caught(kind: type[BaseException] = ValueError) -> BaseException:
    try:
        raise kind(SECRET)
    except kind as error:
        error.add_note(SECRET)
        return error


def check(text: str, *expected: str) -> None:
    assert all(part not in text for part in ("Zyxwina", "Qvorbat", "6789"))
    for part in expected:
        assert part in text


def test_uncaught_exception(shown):
    error = caught()
    sys.excepthook(type(error), error, error.__traceback__)
    check(shown.getvalue(), "uncaught: ValueError at test_leak_hooks.py:")


def test_causes_show_types_only():
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as inner:
            raise ExceptionGroup(SECRET, [ValueError(SECRET)]) from inner
    except ExceptionGroup as error:
        check(describe(error), "ExceptionGroup of 1", " from KeyError")


def test_a_class_named_after_a_value_is_shown_as_its_base():
    kind = type("ZyxwinaQvorbat", (LookupError,), {"__module__": __name__})
    check(describe(kind(SECRET)), "LookupError")


def test_thread(shown):
    def fail():
        raise RuntimeError(SECRET)

    thread = threading.Thread(target=fail, name=SECRET)
    thread.start()
    thread.join()
    check(shown.getvalue(), "uncaught in thread: RuntimeError")


def test_unraisable(shown):
    class Dropped:
        def __del__(self):
            raise ValueError(SECRET)

    hook = sys.unraisablehook
    item = Dropped()
    del item
    assert sys.unraisablehook is hook
    check(shown.getvalue(), "unraisable: ValueError")


def test_event_loop(shown):
    async def main():
        async def fail():
            raise ValueError(SECRET)

        task = asyncio.get_running_loop().create_task(fail(), name=SECRET)
        await asyncio.sleep(0)
        del task
        asyncio.get_running_loop().call_exception_handler({"message": SECRET, "exception": caught()})

    asyncio.run(main())
    check(shown.getvalue(), "uncaught in event loop: ValueError")


def test_warning(shown):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(UserWarning(SECRET), UserWarning, "/home/Zyxwina/train.py", 3)
    check(shown.getvalue(), "warning: UserWarning at train.py:3")
    check(warnings.formatwarning(UserWarning(SECRET), UserWarning, "train.py", 3, SECRET), "UserWarning")


def test_traceback_module(shown):
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        check(traceback.format_exc(), "ValueError at test_leak_hooks.py")
        check("".join(traceback.format_exception_only(error)), "ValueError")
        check("".join(traceback.format_exception(error)), "ValueError")


@pytest.mark.parametrize("fmt", [None, "%(name)s %(message)s %(pathname)s %(threadName)s", "place"])
def test_log_record_through_any_handler(shown, fmt):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(PlaceFormatter() if fmt == "place" else logging.Formatter(fmt))
    logger = logging.getLogger(SECRET)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception(f"bad {SECRET}", extra={"patient": SECRET}, stack_info=True)
    logger.error("bad %s", SECRET)
    check(out.getvalue(), "ValueError at test_leak_hooks.py", "[withheld]")


def test_fields_of_a_sealed_record_hold_nothing(shown):
    kept: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(record)

    logger = logging.getLogger("keep")
    logger.addHandler(Keep())
    logger.propagate = False
    logger.warning("%s", SECRET, extra={"row": SECRET})
    check(repr(kept[0].__dict__), "[withheld]")


def test_record_that_cannot_be_formatted(shown, capsys):
    handler = logging.StreamHandler(io.StringIO())
    handler.handleError(logging.makeLogRecord({"msg": SECRET, "args": (SECRET,), "pathname": "train.py"}))
    check(shown.getvalue(), "log record lost")
    assert capsys.readouterr() == ("", "")


def test_formatter_alone_without_hooks():
    record = logging.LogRecord("cloister", 30, "/data/Zyxwina/train.py", 7, "row %s", (SECRET,), None, "fit")
    check(PlaceFormatter().format(record), "WARNING", "train.py:7 fit", "[withheld]")


def test_declared_template_shows_types_and_figures():
    record = logging.LogRecord("root", 20, "train.py", 7, "read %d rows of %s", (31, SECRET), None, "fit")
    check(PlaceFormatter(["read %d rows of %s"]).format(record), "read %d rows of %s (int, str)")
    check(PlaceFormatter(["read %d rows of %s"], figures=True).format(record), "(31, str)")


def test_template_made_at_run_time_is_withheld():
    record = logging.LogRecord("root", 20, "train.py", 7, f"row {SECRET}", (), None, "fit")
    check(PlaceFormatter(["row %s"]).format(record), "[withheld]")


def test_ipython_shell(shown):
    class Shell:
        def showtraceback(self, *args, **kwargs):
            raise AssertionError

    shell = Shell()
    hooks = install_ipython(shell)
    hooks.stream = shown
    try:
        raise ValueError(SECRET)
    except ValueError:
        shell.showtraceback()
    check(shown.getvalue(), "exception: ValueError")


def test_removal_restores_everything():
    before = (sys.excepthook, threading.excepthook, warnings.showwarning, logging.Logger.handle)
    with install_hooks(io.StringIO()):
        assert sys.excepthook is not before[0]
    assert before == (sys.excepthook, threading.excepthook, warnings.showwarning, logging.Logger.handle)
    try:
        raise ValueError("plain")
    except ValueError:
        assert "ValueError: plain" in traceback.format_exc()


def fail(name: str) -> None:
    raise ValueError("Zyxwina Qvorbat 123-45-6789")  # a literal in a source line


def test_stacks_show_no_source_line_and_no_local_variable(shown):
    out = io.StringIO()
    try:
        fail(SECRET)
    except ValueError as error:
        traceback.print_tb(error.__traceback__, file=out)
        out.writelines(traceback.format_list(traceback.extract_tb(error.__traceback__)))
        walked = traceback.walk_tb(error.__traceback__)
        out.writelines(traceback.StackSummary.extract(walked, capture_locals=True).format())
    traceback.print_stack(file=out)
    check(out.getvalue(), "test_leak_hooks.py:", "fail")


def test_the_originals_of_the_hooks_print_no_value_either(shown):
    error = caught()
    sys.__excepthook__(type(error), error, error.__traceback__)
    check(shown.getvalue(), "uncaught: ValueError")


class Own(logging.Logger):
    def handle(self, record: logging.LogRecord) -> None:
        self.callHandlers(record)


def test_no_way_to_a_handler_leads_past_the_seal(shown):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    own = Own(SECRET)
    own.addHandler(handler)
    own.error(SECRET)
    for door in (own.callHandlers, handler.handle, handler.emit):
        door(logging.makeLogRecord({"msg": SECRET, "levelno": 40, "levelname": SECRET}))
    check(out.getvalue(), "[withheld]")
    assert out.getvalue().count("[withheld]") == 4


class Telling(logging.LogRecord):
    def getMessage(self) -> str:
        return SECRET


class TellingInSlots(Telling):
    __slots__ = ("patient",)


@pytest.mark.parametrize("factory", [Telling, TellingInSlots])
def test_a_record_of_a_factory_says_nothing_of_its_own(shown, factory):
    out = io.StringIO()
    logging.setLogRecordFactory(factory)
    try:
        own = Own("own")
        own.addHandler(logging.StreamHandler(out))
        own.error("x")
    finally:
        logging.setLogRecordFactory(logging.LogRecord)
    assert out.getvalue() == "[withheld]\n"


def test_a_formatter_called_by_itself_shows_nothing(shown):
    assert logging.Formatter().format(logging.makeLogRecord({"msg": SECRET})) == "[withheld]"


class Adding(logging.Filter):
    """The cookbook's way to put something on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.update(patient=SECRET, exc_text=SECRET, stack_info=SECRET, threadName=SECRET, name=SECRET)
        record.__dict__.update(taskName=SECRET, pathname=SECRET, levelname=SECRET, message=SECRET)
        return True


class Fields(logging.StreamHandler):
    """Shows every field of a record, as JSON formatters and handlers of sockets do."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream.write(json.dumps(vars(record), default=str) + "\n")


@pytest.mark.parametrize("owner", ["logger", "handler"])
@pytest.mark.parametrize("kind", [logging.StreamHandler, Fields])
def test_what_a_filter_puts_on_a_record_goes_again(shown, owner, kind):
    out = io.StringIO()
    handler, logger = kind(out), logging.Logger("cloister")
    handler.setFormatter(logging.Formatter("%(name)s [%(patient)s] %(threadName)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    (logger if owner == "logger" else handler).addFilter(Adding())
    logger.error("x")
    check(out.getvalue(), "[withheld]", "cloister", "ERROR", "thread")
    assert kind is Fields or out.getvalue() == "cloister [-] thread ERROR [withheld]\n"


@pytest.mark.parametrize(
    ("style", "fmt"), [("%", "[%(job)s] %(message)s"), ("{", "[{job}] {message}"), ("$", "[${job}] $message")]
)
def test_a_field_that_the_seal_took_away_is_a_dash_and_the_record_is_shown(shown, style, fmt):
    out = io.StringIO()
    handler, logger = logging.StreamHandler(out), logging.Logger("cloister")
    handler.setFormatter(logging.Formatter(fmt, style=style))
    logger.addHandler(handler)
    logger.error("x", extra={"job": SECRET})
    assert (out.getvalue(), shown.getvalue()) == ("[-] [withheld]\n", "")


def test_a_factory_from_before_keeps_none_of_its_own_fields():
    lines = f"""import json, logging
class Own(logging.LogRecord):
    def __init__(self, *parts, **named):
        super().__init__(*parts, **named)
        self.patient = {SECRET!r}
logging.setLogRecordFactory(Own)
from cloister.phi.leaks import install_hooks
install_hooks()
class Every(logging.StreamHandler):
    def emit(self, record):
        print(json.dumps(vars(record), default=str))
log = logging.getLogger()
log.addHandler(Every())
log.error("x")
"""
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["levelno"] == logging.ERROR
    check(done.stdout + done.stderr, "levelno")


SCRIPTS = {
    "exit": "sys.exit(f'no patient {S}')",
    "raised exit": "raise SystemExit(f'no patient {S}')",
    "stream put back": "sys.stderr = sys.__stderr__\nraise SystemExit(f'no patient {S}')",
    "no hook": "sys.excepthook = None\nraise ValueError(S)",
    "argparse": "import argparse\nargparse.ArgumentParser().parse_args([S])",
    "process": "import multiprocessing as m\nm.get_context('fork').Process(target=sys.exit, args=(S,), name=S).start()",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_the_interpreter_writes_by_itself_is_scrubbed(script):
    lines = f"import sys\nfrom cloister.phi.leaks import install_hooks\nS = {SECRET!r}\ninstall_hooks()\n{SCRIPTS[script]}\n"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False)
    check(done.stdout + done.stderr, "<withheld>")


def test_what_a_program_writes_to_standard_error_is_its_own(shown, capsys):
    with install_hooks(io.StringIO()):
        print("epoch 3 of Qx7", file=sys.stderr)
        assert sys.stderr.isatty() is False
    assert capsys.readouterr().err == "epoch 3 of Qx7\n"
