"""What a person sees while long work runs: numbered steps, a bar while it lasts, one readable line when it is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

_WIDTH = 24


class Narrator:
    """Prints to standard output; bars go to standard error and only to a terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._errors = Console(stderr=True)
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self.started = time.monotonic()

    def heading(self, text: str) -> None:
        if not self._quiet:
            print(f"\n{text}")

    def line(self, label: str, text: str, mark: str = " ") -> None:
        """One line: a mark (``+`` done, ``x`` refused as it should be, ``!`` look here), a label, a sentence."""
        if not self._quiet:
            print(f"  {mark} {label:<{_WIDTH}} {text}", flush=True)

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """A bar for as long as the block lasts."""
        if self._quiet or not sys.stderr.isatty():
            yield
            return
        columns = (
            TextColumn("    {task.description:<24}"),
            BarColumn(bar_width=32),
            TextColumn("{task.percentage:>3.0f}%"),
        )
        with Progress(*columns, console=self._errors, transient=True) as progress:
            self._progress, self._task = progress, progress.add_task(label, total=None)
            try:
                yield
            finally:
                self._progress = self._task = None

    def progress(self, step: str, done: int, total: int) -> None:
        """What operations report while they work."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=step, completed=done, total=total or None)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started
