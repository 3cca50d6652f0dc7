"""Write docs/reference/ from the code: operations, errors, settings, commands. A test holds the pages against it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from cloister import settings
from cloister.cli.main import app
from cloister.compliance import catalogue
from cloister.core.actions import Action
from cloister.core.errors import CloisterError
from cloister.operations.catalogue import OPERATIONS
from cloister.operations.operation import EffectOperation

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
_WITHOUT_OPERATION = {
    Action.ENVIRONMENT_CREATE: "The first event of every log: the environment is made (`cloister environment`).",
    Action.KEY_UNWRAP: "Recorded by the mediator before column keys are opened for another operation.",
}


def operations() -> str:
    """One heading for each action."""
    titles = {cite: row.title for cite, row in catalogue().items()}
    kinds = {kind.action: kind for kind in OPERATIONS}
    lines = [
        "# Operations",
        "",
        "Whatever a person, a script or a job does is one of these, decided by policy and recorded. Who may do",
        "which is in [the access policy](../policy.md).",
        "",
    ]
    for action in Action:
        lines += [f"## `{action.value}`", ""]
        kind = kinds.get(action)
        if kind is None:
            lines += [_WITHOUT_OPERATION[action], ""]
            continue
        effect = (
            "an intended event, then the effect, then its outcome"
            if issubclass(kind, EffectOperation)
            else "one transaction"
        )
        lines += [
            str(kind.__doc__).strip().splitlines()[0],
            "",
            f"- Command: `{kind.command}`",
            f"- Recorded as: {effect}",
        ]
        lines += ["- Evidences: " + "; ".join(f"{cite} ({titles[cite]})" for cite in kind.provisions), ""]
    return "\n".join(lines)


def errors() -> str:
    """One heading for each error code."""
    lines = [
        "# Errors",
        "",
        "Every error is one line on standard error: code, place, what is wrong, what to try. None holds a value",
        "from the data. With `--json` the line is a JSON object. The exit code tells the family.",
        "",
    ]
    for kind in sorted(CloisterError.__subclasses__(), key=lambda item: item.exit_code):
        lines += [f"## {kind.code}", "", f"Exit code {kind.exit_code}. {str(kind.__doc__).strip()}", ""]
    lines += [
        "## E-INTERNAL",
        "",
        "Exit code 1. A fault of Cloister itself. The type and place of the error are shown; its message is withheld,",
        "because it may hold a value from the data.",
        "",
    ]
    return "\n".join(lines)


def settings_page() -> str:
    """The settings module's own list."""
    text = str(settings.__doc__)
    rows = [line.strip().split(maxsplit=1) for line in text.split("Settings:")[1].strip().splitlines()]
    lines = ["# Settings", "", "Cloister reads these environment variables, in one module, and no others.", ""]
    for name, meaning in rows:
        lines += [f"## {name}", "", f"{meaning[0].upper()}{meaning[1:]}.", ""]
    return "\n".join(lines)


def commands() -> str:
    """Every command with its help."""
    lines = ["# Commands", "", "The options `--home`, `--as` and `--json` may stand anywhere on the line.", ""]
    named = typer.main.get_command(app).commands
    lines += [line for name in sorted(named) for line in _command(named[name], f"cloister {name}")]
    return "\n".join(lines)


def _command(command: Any, name: str) -> list[str]:
    if hasattr(command, "commands"):
        return [
            line for inner in sorted(command.commands) for line in _command(command.commands[inner], f"{name} {inner}")
        ]
    lines = [f"## {name}", "", str(command.help or "").strip(), ""]
    for parameter in command.params:
        told = getattr(parameter, "help", None) or ""
        shown = parameter.name.upper() if parameter.param_type_name == "argument" else ", ".join(parameter.opts)
        lines.append(f"- `{shown}`" + (f": {told}" if told else "") + (" (required)" if parameter.required else ""))
    return [*lines, ""]


PAGES = {"operations.md": operations, "errors.md": errors, "settings.md": settings_page, "commands.md": commands}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())
    print(f"{len(PAGES)} pages in {FOLDER}")


if __name__ == "__main__":
    sys.exit(main())
