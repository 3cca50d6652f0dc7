"""Output of child processes, line by line: tracebacks without exception text, lines without identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cloister.phi.leaks.detect import default_spans, visible
from cloister.phi.leaks.mask import WITHHELD, Spans, mask
from cloister.phi.leaks.words import Vocabulary

LONGEST = 8_192  # characters; a longer line is data, not a message

_HEADER = re.compile(r"(?P<lead>[\s|+\-]*)(?:Exception Group )?Traceback \(most recent call last\):\s*")
_BETWEEN = re.compile(r"\s*(?:During handling of the above exception|The above exception was the direct cause).*")
_PLACE = re.compile(r'(?P<lead>[\s|]*)File "(?P<path>[^"]*)", line (?P<line>\d{1,7})(?:, in (?P<name>.*))?\s*')
_MARKS = re.compile(r"[\s|~^+\-]*(?:\d{1,3}\s?-{4,})?[\s|~^+\-]*|[\s|]*\[Previous line repeated \d+ more times?\]")
# A class name that ends like an exception's, or a dotted path to a class, and a message after it.
_EXCEPTION = re.compile(
    r"(?<![\w.])(?P<name>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit|Iteration|Group|Failure|Fault)"
    r"|(?:[A-Za-z_]\w*\.)+[A-Z]\w*(?=:)|(?<![\w ])(?:Error|Exception|Warning))"
    r"(?P<text>(?::\s*|\().*)"
)
# The rest of an exception's message can be any words and figures; so begins a line that a program logs.
_FRESH = re.compile(
    r"\s*(?:$|\[[A-Za-z][\w ]*\]|\d{1,3}%\||\[?\d{1,2}:\d\d\b|\[?\d{4}-\d\d-\d\d\b"
    r"|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|(?i:epoch|step|iter(?:ation)?|batch|fold|round|loss|train(?:ing)?|validation|test|exit|job)\b)"
)
# ECMA-48: control sequences (colours, cursor) and operating system commands (titles, links).
_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\^_]")
_FIGURES = re.compile(r"[:\s=]*[-+]?\d+\.\d+(?:e[-+]?\d+)?%?\s*", re.IGNORECASE)


@dataclass(slots=True)
class LineScrubber:
    """Scrubs the lines of one stream; it remembers whether a traceback is under way.

    What follows a traceback's last line may be the rest of the exception's message, so such a line passes whole or not
    at all, and only from the next line on that is empty or begins as a log line does ("epoch 3", "[rank0]", "12:03").
    ``find`` gives a detector's spans, by default those of the default detector (None: no detector); ``words`` another
    allow-list. Colours and other marks for a terminal are taken away.
    """

    find: Spans | None = field(default_factory=default_spans)
    words: Vocabulary | None = None
    _state: str = field(default="plain", init=False)  # plain, traceback, message

    def __call__(self, line: str) -> str:
        """The line, safe to show; the line ending, if any, is kept."""
        body = line.rstrip("\r\n")
        ending = line[len(body) :]
        body = visible(_TERMINAL.sub("", body))
        if len(body) > LONGEST:
            return f"<withheld: a line of {len(body)} characters>{ending}"
        # A carriage return inside a line is a progress bar: each part is a line of its own.
        return "\r".join(self._part(part) for part in body.split("\r")) + ending

    def _part(self, line: str) -> str:
        if _HEADER.fullmatch(line):
            self._state = "traceback"
            return line
        if _BETWEEN.fullmatch(line):
            self._state = "plain"
            return self._mask(line)
        if place := _PLACE.fullmatch(line):
            return self._place(place)
        if self._state == "traceback":
            return self._within_traceback(line)
        shown = self._message(line)
        if self._state == "message":
            if shown != line or not _FRESH.match(line):
                return WITHHELD
            self._state = "plain"
        return shown

    def _within_traceback(self, line: str) -> str:
        if _MARKS.fullmatch(line):
            return line
        if line[:1].isspace() and not _EXCEPTION.fullmatch(line.lstrip(" |")):
            return self._mask(line)
        self._state = "message"
        body = line.lstrip(" |+-")
        lead = line[: len(line) - len(body)]
        name, colon, text = body.partition(":")
        return lead + self._mask(name) + (f": {WITHHELD}" if colon and text.strip() else "")

    def _message(self, line: str) -> str:
        found = _EXCEPTION.search(line)
        if found is None or _FIGURES.fullmatch(found["text"]):
            return self._mask(line)
        head = self._mask(line[: found.start()] + found["name"])
        return f"{head}: {WITHHELD}" if found["text"].strip(":( ") else self._mask(line)

    def _place(self, place: re.Match[str]) -> str:
        path = place["path"].replace("\\", "/").rsplit("/", 1)[-1]
        shown = f'{place["lead"]}File "{self._mask(path)}", line {place["line"]}'
        return shown + (f", in {self._mask(place['name'])}" if place["name"] else "")

    def _mask(self, text: str) -> str:
        return mask(text, words=self.words, find=self.find) if text else text


def scrub_line(line: str) -> str:
    """One line of a child process's output without exception text and without identifiers.

    Default-deny: words outside the technical allow-list and numbers that don't look like a measure become
    ``<withheld>``. Stateless: for a whole stream use :class:`LineScrubber`, which also follows messages of many lines.
    """
    return LineScrubber()(line)
