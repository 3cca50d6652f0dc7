"""Tesseract, where it is installed, as the reader of text in pictures, which go through a pipe within fixed bounds."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np

from cloister.adapters import bounded
from cloister.core.errors import Unavailable

if TYPE_CHECKING:
    from cloister.phi.dicom import Box
    from cloister.phi.sweep import Reading

_SECONDS = 120  # of CPU
_WALL = 600  # a busy machine takes its time
_MEMORY = 4 * 2**30
_SMALL = 1_536  # pixels; a smaller picture is shown twice as large, for letters of seven pixels are hard to read
# Sparse text without order: labels in the corners of a picture are no page.
_ARGUMENTS = ("stdin", "stdout", "--psm", "11", "--dpi", "150", "tsv")


def tesseract() -> TesseractReader | None:
    """The reader, or None where the program is not installed."""
    found = shutil.which("tesseract")
    return TesseractReader(found) if found else None


class TesseractReader:
    """A function from an 8-bit picture (binary PGM) to the boxes of the text in it."""

    def __init__(self, program: str) -> None:
        self._program = program

    def __call__(self, picture: bytes) -> list[Box]:
        """Boxes of words, in the picture's own pixels.

        Raises:
            Unavailable: the program failed, or took too long.
        """
        from cloister.phi.dicom import Box, boxes_from_tsv  # with a library that few commands need

        shown, times = _enlarged(picture)
        found = boxes_from_tsv(self._table(shown))
        return [
            Box(box.left // times, box.top // times, -(-box.width // times), -(-box.height // times), box.confidence)
            for box in found
        ]

    def words(self, picture: bytes) -> Reading:
        """The text of a PNG, JPEG, TIFF, PGM or PPM; what only may be text is a trouble, as is what can't be read."""
        from cloister.phi.dicom.pixels import SURE, words_from_tsv
        from cloister.phi.sweep import Reading

        try:
            words = words_from_tsv(self._table(picture))
        except Unavailable:
            return Reading(troubles=(("", "a picture that can't be read"),))
        lines: dict[tuple[str, ...], list[str]] = {}
        for word, _, place in words:
            lines.setdefault(place, []).append(word)
        text = "\n".join(" ".join(line) for line in lines.values())
        unsure = any(box.confidence < SURE for word, box, _ in words if len(word) > 1)
        return Reading(
            (("", text),) if text else (), troubles=(("", "something in the picture may be text"),) if unsure else ()
        )

    def _table(self, picture: bytes) -> str:
        command = [*bounded.COMMAND, str(_MEMORY), str(_SECONDS), self._program, *_ARGUMENTS]
        try:
            done = subprocess.run(  # noqa: S603  a fixed program, and the picture as bytes
                command, input=picture, capture_output=True, check=True, timeout=_WALL
            )
        except (OSError, subprocess.SubprocessError):
            raise Unavailable(
                "tesseract could not read a picture", remedy="check the program, or do without it"
            ) from None
        return done.stdout.decode("utf-8", "replace")


def _enlarged(picture: bytes) -> tuple[bytes, int]:
    """A small picture with each pixel twice in both directions."""
    head, _, pixels = picture.partition(b"\n")
    width, height = (int(word) for word in head.split()[1:3])
    if max(width, height) > _SMALL:
        return picture, 1
    grid = np.frombuffer(pixels, dtype=np.uint8).reshape(height, width)
    large = grid.repeat(2, axis=0).repeat(2, axis=1)
    return f"P5 {2 * width} {2 * height} 255\n".encode("ascii") + large.tobytes(), 2
