"""Where identifiers leak besides the data: logs, exceptions, warnings, child processes, prompts and completions.

    scrub_line(line)            one line of a child's output: no exception text, no identifiers (default-deny)
    LineScrubber()              the same for a stream of lines: follows tracebacks over many lines
    PlaceFormatter(templates)   logging formatter: time, level, logger, place, type; a message only if declared
    install_hooks(stream)       sys, threading, asyncio, unraisable, warnings, traceback, logging, IPython
    install_ipython(shell)      the same for one IPython shell
    describe(error)             an exception as types and places
    labelled_spans(detector, text)  identifiers in a source text, such as a notebook's cell
    guard_prompt(text)          before a model: identifiers and unknown words withheld
    guard_completion(text)      after it: the same, and passages of governed records
    guard_stream(chunks)        the same for a completion that comes in chunks

Nothing here reads a path, the environment or a clock; a log record carries its own time.
"""

from cloister.phi.leaks.detect import labelled_spans
from cloister.phi.leaks.guard import Guarded, guard_completion, guard_prompt, guard_stream
from cloister.phi.leaks.hooks import Hooks, install_hooks, install_ipython
from cloister.phi.leaks.lines import LineScrubber, scrub_line
from cloister.phi.leaks.mask import WITHHELD, mask
from cloister.phi.leaks.places import describe
from cloister.phi.leaks.records import PlaceFormatter
from cloister.phi.leaks.words import Vocabulary, technical_words

__all__ = [
    "WITHHELD",
    "Guarded",
    "Hooks",
    "LineScrubber",
    "PlaceFormatter",
    "Vocabulary",
    "describe",
    "guard_completion",
    "guard_prompt",
    "guard_stream",
    "install_hooks",
    "install_ipython",
    "labelled_spans",
    "mask",
    "scrub_line",
    "technical_words",
]
