"""Working through the withheld words in the terminal: one item a screen, one key a verdict, each durable at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from cloister.app import App
from cloister.core.errors import InvalidState
from cloister.operations.operation import Session
from cloister.operations.review_queue import Waiting
from cloister.operations.reviews import REOPEN, ConsentReview, Consents, JudgeReview, QueueLook, ReadQueue, Verdicts
from cloister.phi.review import ReviewState

_FIRST = {"s": "safe", "p": "phi", "k": "skip", "u": "undo", "q": "stop"}
_SECOND = {"a": "agree", "d": "disagree", "k": "skip", "q": "stop"}
_END = {"u": "undo", "q": "finish"}
_CLEAR = "\x1b[2J\x1b[H"
_WIDTH = 100


@dataclass(slots=True)
class Tally:
    """What one sitting did."""

    safe: int = 0
    phi: int = 0
    agreed: int = 0
    refused: int = 0
    changed: int = 0
    skipped: int = 0
    own: int = 0  # judged safe by oneself: a second person has to look
    left: int = 0

    def sentence(self) -> str:
        parts = [
            f"{count} {words}"
            for count, words in (
                (self.safe, "judged safe and waiting for a second person"),
                (self.phi, "judged PHI"),
                (self.agreed, "allowed from the next de-identification on"),
                (self.refused, "refused and withheld"),
                (self.skipped, "skipped"),
                (self.changed, "changed by somebody else meanwhile and left"),
                (self.left, "not looked at"),
                (self.own, "of one's own waiting for a second person"),
            )
            if count
        ]
        return "; ".join(parts) if parts else "nothing waits for you"


@dataclass(slots=True)
class Sitting:
    """One person's way through a queue. ``key`` gives the next key pressed, ``show`` takes a whole screen of text."""

    app: App
    session: Session
    dataset: str
    key: Callable[[], str]
    show: Callable[[str], None]
    tally: Tally = field(default_factory=Tally)
    _last: tuple[str, str] | None = None

    def run(self) -> Tally:
        waiting = self.app.run(ReadQueue(), QueueLook(self.dataset), self.session)
        mine = [item for item in waiting if item.record.judged_by == self.session.subject]
        others = [item for item in waiting if item.record.judged_by not in ("", self.session.subject)]
        fresh = [item for item in waiting if item.record.state == ReviewState.OPEN.value]
        self.tally.own = len(mine)
        todo = [*others, *fresh]
        place = 0
        while place < len(todo) or self._last is not None:
            step = self._item(todo, place) if place < len(todo) else self._end()
            if step is None:
                self.tally.left = len(todo) - place
                break
            place += step
        return self.tally

    def _end(self) -> int | None:
        """After the last item its verdict can still be taken back."""
        self.show("That was the last one.\n\n" + _keys(_END))
        pressed = ""
        while pressed not in _END:
            pressed = self.key()
            if pressed == "":
                return None
        return self._undo() if _END[pressed] == "undo" else None

    def _item(self, todo: Sequence[Waiting], place: int) -> int | None:
        """Show one and act on the key; returns how far to go on, None to stop."""
        item = todo[place]
        second = item.record.state == ReviewState.PROPOSED.value
        keys = _SECOND if second else _FIRST
        self.show(screen(item, place + 1, len(todo), keys))
        pressed = ""
        while pressed not in keys:
            pressed = self.key()
            if pressed == "":  # the input ended
                return None
        said = keys[pressed]
        if said == "stop":
            return None
        if said == "undo":
            return self._undo()
        if said == "skip":
            self.tally.skipped += 1
            self._last = ("skip", item.record.id)
        else:
            self._decide(item, said, second=second)
        return 1

    def _decide(self, item: Waiting, said: str, *, second: bool) -> None:
        try:
            if second:
                self._consent(item, agree=said == "agree")
            else:
                self._judge(item, said)
        except InvalidState:
            now = self.app.run(ReadQueue(), QueueLook(self.dataset), self.session)
            if any(other.record == item.record for other in now):
                raise  # nobody has changed it: something else is wrong
            self.tally.changed += 1  # it waits as the other person left it
            self._last = None

    def _judge(self, item: Waiting, said: str) -> None:
        self.app.run(JudgeReview(), Verdicts(self.dataset, {item.record.id: said}), self.session)
        setattr(self.tally, said, getattr(self.tally, said) + 1)
        self._last = (said, item.record.id)

    def _consent(self, item: Waiting, *, agree: bool) -> None:
        self.app.run(ConsentReview(), Consents(self.dataset, {item.record.id: agree}), self.session)
        name = "agreed" if agree else "refused"
        setattr(self.tally, name, getattr(self.tally, name) + 1)
        self._last = None

    def _undo(self) -> int:
        """Take the last verdict of this sitting back; nothing to take back leaves the item where it is."""
        if self._last is None:
            return 0
        said, identity = self._last
        self._last = None
        if said == "skip":
            self.tally.skipped -= 1
        else:
            self.app.run(JudgeReview(), Verdicts(self.dataset, {identity: REOPEN}), self.session)
            setattr(self.tally, said, getattr(self.tally, said) - 1)
        return -1


def screen(item: Waiting, number: int, total: int, keys: dict[str, str]) -> str:
    """One item as text: what, where, how often, in which words."""
    record = item.record
    rows = f"{record.seen:,} row{'s' if record.seen != 1 else ''}"
    lines = [
        f"{number:,} of {total:,}   column {record.place}, {rows}: {record.reason}",
        "",
        f"    {printable(item.value)}",
        "",
    ]
    lines += [f"    ... {printable(text)} ..."[:_WIDTH] for text in item.contexts]
    if record.judged_by:
        lines += ["", f"    {record.judged_by} holds it to be safe; do you agree?"]
    return "\n".join(lines) + "\n\n" + _keys(keys)


def _keys(keys: dict[str, str]) -> str:
    return "  " + "   ".join(f"[{key}] {said}" for key, said in keys.items()) + "\n"


def printable(text: str) -> str:
    """Without control characters: a note must not steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


@contextmanager
def terminal() -> Iterator[tuple[Callable[[], str], Callable[[str], None]]]:
    """Key and screen of this terminal: single keys on a screen of its own that leaves nothing in the scroll-back.

    Where standard input is no terminal, keys are the first letters of its lines.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):

        def line_key() -> str:
            line = sys.stdin.readline()
            return line.strip()[:1].lower() or "?" if line else ""

        yield line_key, lambda text: print(text, flush=True)
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    print("\x1b[?1049h", end="", flush=True)
    try:
        tty.setcbreak(descriptor)
        yield (lambda: sys.stdin.read(1).lower()), (lambda text: print(_CLEAR + text, end="", flush=True))
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        print("\x1b[?1049l", end="", flush=True)
