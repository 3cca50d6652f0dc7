"""The command ``cloister``: its nouns, its exit codes, and one line for every error.

Exit codes: 0 done; 1 an error of Cloister's own; 2 input; 3 not found; 4 state; 5 denied; 6 key; 7 integrity; 8 gate;
9 unavailable; 10 not implemented; 11 job; 12 budget;
13 found by a search. docs/reference/errors.md has them all.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from cloister import __version__, settings
from cloister.cli import (
    commands_access,
    commands_budget,
    commands_data,
    commands_determinations,
    commands_documents,
    commands_exceptions,
    commands_fairness,
    commands_linkage,
    commands_models,
    commands_phi,
    commands_privacy,
    commands_proof,
    commands_start,
    commands_supply,
    commands_tables,
    commands_withdrawal,
    show,
)
from cloister.cli.state import STATE
from cloister.core.errors import CloisterError, InvalidInput, JobFailed

_INTERRUPTED = 130  # as a shell counts it: 128 and SIGINT

_HELP = """Train healthcare AI on patients' data, and prove each safeguard to an outsider.

These options may stand anywhere on the line:

  --home FOLDER   the environment (default: cloister-env, or CLOISTER_HOME)

  --as NAME       the subject who acts (or CLOISTER_AS)

  --json          print JSON for scripts
"""

app = typer.Typer(
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    commands_start,
    commands_access,
    commands_data,
    commands_documents,
    commands_privacy,
    commands_budget,
    commands_tables,
    commands_determinations,
    commands_linkage,
    commands_models,
    commands_phi,
    commands_exceptions,
    commands_supply,
    commands_fairness,
    commands_withdrawal,
    commands_proof,
):
    module.register(app)


@app.command()
def version() -> None:
    """Print the version."""
    show.done(__version__, {"version": __version__})


def main() -> None:
    """Entry point: parse, run, and turn every error into one line on standard error and an exit code."""
    settings.calm_threads()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:  # noqa: PLR0911  one return for each way to end
    """Run one command line; returns the exit code."""
    try:
        rest = _common_options(arguments)
        command = typer.main.get_command(app)
        ended = command.main(args=rest, prog_name="cloister", standalone_mode=False)
        if ended == _INTERRUPTED:  # typer answers Control-C with a number and says nothing
            raise KeyboardInterrupt
    except CloisterError as error:
        _report(error)
        return error.exit_code
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError" and context is not None:
            print(context.get_help())
            return 2
        command_path = context.command_path if context is not None else "cloister"
        _report(InvalidInput(error.format_message(), remedy=f"{command_path} --help"))
        return 2
    except (typer.Abort, KeyboardInterrupt):
        print("stopped; what was under way is undone", file=sys.stderr)
        return _INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the reader had enough; click turns a closed pipe into an exit
        return 0
    except Exception as error:
        # The message of an error that nobody foresaw may hold a value from the data, so its type and place stand alone.
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "unknown place"
        print(f"E-INTERNAL: {where}: {type(error).__name__} (its message is withheld).", file=sys.stderr)
        return 1
    return 0


def _common_options(arguments: list[str]) -> list[str]:
    """Take the options that may stand anywhere off the line."""
    STATE.home, STATE.subject, STATE.json = None, None, False
    rest: list[str] = []
    items = iter(arguments)
    for item in items:
        name, equals, value = item.partition("=")
        if item == "--json":
            STATE.json = True
        elif name in ("--home", "--as"):
            given = value if equals else next(items, None)
            if not given:
                raise InvalidInput(f"{name} needs a value")
            if name == "--home":
                STATE.home = Path(given)
            else:
                STATE.subject = given
        else:
            rest.append(item)
    return rest


def _report(error: CloisterError) -> None:
    if isinstance(error, JobFailed):
        for line in error.log[-20:]:
            print(f"  | {line}", file=sys.stderr)
    if STATE.json:
        value = {"code": error.code, "message": error.message, "where": error.where, "remedy": error.remedy}
        print(json.dumps({"error": value}), file=sys.stderr)
    else:
        print(error.line(), file=sys.stderr)
