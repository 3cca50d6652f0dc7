"""Chromium with a keyboard: pages are opened and walked as a person without a mouse would, over its debugging pipe."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
_PATIENCE = 120.0  # seconds for one answer, on however busy a machine
_KEYS = {"Tab": (9, ""), "Enter": (13, "\r")}
_SHIFT = 8


class Browser:
    """One tab of a width and height in CSS pixels, with a profile of its own."""

    def __init__(self, profile: Path, width: int, height: int = 900) -> None:
        assert CHROMIUM is not None
        ours_in, ours_out, theirs_in, theirs_out = _pipes()
        # The browser reads its orders from descriptor 3 and answers on descriptor 4.
        line = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        command = [
            "bash",
            "-c",
            line,
            "bash",
            CHROMIUM,
            *FLAGS,
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
        ]
        self._log = (profile.parent / f"{profile.name}.log").open("wb")
        self._process = subprocess.Popen(
            [*command, "about:blank"], pass_fds=(theirs_in, theirs_out), stdout=self._log, stderr=self._log
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = ours_in, ours_out
        self._unread, self._count, self._session = b"", 0, ""
        target = self.order("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.order("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.order("Page.enable")
        self.order("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._in)
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        self._log.close()

    def open(self, page: Path) -> None:
        self.order("Page.navigate", url=page.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def press(self, key: str, shift: bool = False) -> None:
        code, text = _KEYS[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": _SHIFT if shift else 0}
        self.order("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.order("Input.dispatchKeyEvent", type="keyUp", **common)

    def look(self, expression: str) -> Any:
        """The value of an expression: it looks at the page and is no part of it, so the page's policy lets it."""
        found = self.order("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def order(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        told: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        told |= {"sessionId": self._session} if self._session else {}
        os.write(self._in, json.dumps(told).encode() + b"\0")
        while (answer := self._next()).get("id") != self._count:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._out], [], [], _PATIENCE)
            part = os.read(self._out, 1 << 16) if ready else b""
            assert part, "the browser does not answer"
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\0")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _pipes() -> tuple[int, int, int, int]:
    """Our ends of two pipes, and the browser's ends under numbers that its own 3 and 4 can't be."""
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD, 50) for end in (theirs_in, theirs_out)]
    os.close(theirs_in)
    os.close(theirs_out)
    return ours_in, ours_out, moved[0], moved[1]
