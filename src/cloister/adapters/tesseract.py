"""Tesseract, where it is installed, as the reader that finds text burnt into pictures, which go through a pipe."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np

from cloister.core.errors import Unavailable

if TYPE_CHECKING:
    from cloister.phi.dicom import Box

_SECONDS = 120
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
        try:
            done = subprocess.run(  # noqa: S603  a fixed program, and the picture as bytes
                [self._program, *_ARGUMENTS], input=shown, capture_output=True, check=True, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError):
            raise Unavailable(
                "tesseract could not read a picture", remedy="check the program, or do without it"
            ) from None
        found = boxes_from_tsv(done.stdout.decode("utf-8", "replace"))
        return [
            Box(box.left // times, box.top // times, -(-box.width // times), -(-box.height // times), box.confidence)
            for box in found
        ]


def _enlarged(picture: bytes) -> tuple[bytes, int]:
    """A small picture with each pixel twice in both directions."""
    head, _, pixels = picture.partition(b"\n")
    width, height = (int(word) for word in head.split()[1:3])
    if max(width, height) > _SMALL:
        return picture, 1
    grid = np.frombuffer(pixels, dtype=np.uint8).reshape(height, width)
    large = grid.repeat(2, axis=0).repeat(2, axis=1)
    return f"P5 {2 * width} {2 * height} 255\n".encode("ascii") + large.tobytes(), 2
