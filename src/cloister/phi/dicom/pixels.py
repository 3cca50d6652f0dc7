"""Burnt-in text: looked for in the picture itself, whatever Burned In Annotation (0028,0301) says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from cloister.phi.dicom.config import Box, DicomConfig, DicomTransformations
from cloister.phi.dicom.glyphs import may_hold_text

SURE = 60.0  # below it Tesseract reads words into noise as well
_LOOKS = 4  # what hides one word may show another; after so many looks a person decides
_MARGIN = 4  # pixels around a box: letters reach beyond what a reader marks
_INITIAL = 2.0  # heights to either side: an initial that the reader overlooked
_NATIVE = frozenset(("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"))
_PHOTOGRAPHS = frozenset(("XC", "GM", "OP", "DMS", "SM"))
_HEAD = frozenset(("HEAD", "BRAIN", "FACE", "SKULL", "HEADNECK", "HEAD_NECK", "NECK", "JAW", "ORBIT", "SINUS"))


def clean_pixels(
    data: Dataset, source: Dataset, syntax: str, config: DicomConfig, given: DicomTransformations
) -> list[str]:
    """Blank every text found in the top-level pixel data of ``data``, in place; the reasons for review, if any.

    ``source`` is the original data set: what the picture shows is judged by it. Compressed pictures, more frames than
    the limit, and what still shows text after blanking are left to a person.
    """
    if not any(name in data for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        return []
    reasons = _by_kind(source)
    frames = None
    if given.read_text is None:
        reasons.append("no text reader is installed")
    elif "PixelData" not in data:
        reasons.append("floating-point pixels are not searched")
    elif syntax not in _NATIVE:
        reasons.append("compressed pixels are not searched")
    elif (frames := _frames(data)) is None:
        reasons.append("pixel data does not have the size that its attributes say")
    elif len(frames) > config.frames_limit:
        reasons.append(f"more than {config.frames_limit} frames")
    else:
        reasons += _searched(data, frames, given)
    return reasons


def _searched(data: Dataset, frames: npt.NDArray[Any], given: DicomTransformations) -> list[str]:
    """Blank what is surely text and look again; what only may be text is neither blanked nor passed."""
    # On the scale of the first look: stretched anew, the rest of a picture would show patterns in its noise.
    scale = float(frames.min()), float(frames.max())
    doubtful = found = 0
    for _ in range(_LOOKS):
        found, doubtful = _blank(frames, given, scale)
        if not found:
            break
        data["PixelData"].value = _as_stored(data, frames)
    if found:
        return ["text is still found after blanking"]
    # A reader overlooks whole lines, dark ones in a light box above all: strokes tell of letters without reading them.
    doubtful = doubtful or any(may_hold_text(_shown(frame, scale)) for frame in frames)
    return ["something in the picture may be text"] if doubtful else []


def _as_stored(data: Dataset, frames: npt.NDArray[Any]) -> bytes:
    """The bytes in the order that the object's planar configuration says, of even length."""
    planar = int(data.get("PlanarConfiguration", 0) or 0) and int(data.get("SamplesPerPixel", 1)) > 1
    raw = (frames.transpose(0, 3, 1, 2) if planar else frames).tobytes()
    return raw + b"\0" * (len(raw) % 2)


def _by_kind(source: Dataset) -> list[str]:
    modality = str(source.get("Modality", "")).upper()
    part = str(source.get("BodyPartExamined", "")).upper()
    if modality in _PHOTOGRAPHS:
        return ["a photograph can show a face or a label"]  # 45 CFR 164.514(b)(2)(i)(Q)
    if modality in ("CT", "MR", "PT") and (part in _HEAD or not part):
        return ["a volume of the head can show a face"]
    return []


def _frames(data: Dataset) -> npt.NDArray[Any] | None:
    """Pixels as (frame, row, column, sample) in the file's own numbers, a writable copy; None if sizes disagree."""
    try:
        rows, columns = int(data.Rows), int(data.Columns)
        samples, bits = int(data.get("SamplesPerPixel", 1)), int(data.BitsAllocated)
        count = int(data.get("NumberOfFrames", 1) or 1)
        planar = int(data.get("PlanarConfiguration", 0) or 0)
    except (TypeError, ValueError, AttributeError):
        return None
    if bits not in (8, 16, 32) or samples not in (1, 3) or min(rows, columns, count) < 1:
        return None
    raw = bytes(data["PixelData"].value)
    size = rows * columns * samples * count * bits // 8
    if len(raw) not in (size, size + size % 2):
        return None
    shape = (count, samples, rows, columns) if planar and samples > 1 else (count, rows, columns, samples)
    pixels = np.frombuffer(raw[:size], dtype=f"<u{bits // 8}").reshape(shape).copy()
    return pixels.transpose(0, 2, 3, 1) if planar and samples > 1 else pixels


def _blank(frames: npt.NDArray[Any], given: DicomTransformations, scale: tuple[float, float]) -> tuple[int, int]:
    """Set the boxes of frames with text to zero; how many there were, and how many in other frames may be text.

    A frame in which one box is surely text carries text: its doubtful boxes go with it.
    """
    blanked = doubtful = 0
    assert given.read_text is not None  # noqa: S101  checked by the caller
    for frame in frames:
        boxes = given.read_text(as_pgm(frame, scale))
        if not any(box.confidence >= SURE for box in boxes):
            doubtful += len(boxes)
            continue
        for box in boxes:
            beside = max(_MARGIN, int(_INITIAL * box.height))
            top, left = max(box.top - _MARGIN, 0), max(box.left - beside, 0)
            frame[top : box.top + box.height + _MARGIN, left : box.left + box.width + beside] = 0
        blanked += len(boxes)
    return blanked, doubtful


def as_pgm(frame: npt.NDArray[Any], scale: tuple[float, float] | None = None) -> bytes:
    """One frame (row, column, sample) as an 8-bit binary PGM, stretched over ``scale`` or its own range."""
    shown = _shown(frame, scale)
    return f"P5 {shown.shape[1]} {shown.shape[0]} 255\n".encode("ascii") + shown.tobytes()


def _shown(frame: npt.NDArray[Any], scale: tuple[float, float] | None) -> npt.NDArray[np.uint8]:
    grey = frame.max(axis=2).astype(np.float64)
    low, high = scale or (float(grey.min()), float(grey.max()))
    if high <= low:
        return np.zeros(grey.shape, np.uint8)
    shown: npt.NDArray[np.uint8] = ((grey.clip(low, high) - low) * (255 / (high - low))).astype(np.uint8)
    return shown


def boxes_from_tsv(table: str, *, confidence: float = 30.0) -> list[Box]:
    """Boxes of words from Tesseract's TSV (``tesseract in.pgm - tsv``): level 5, two word characters or more.

    A single letter beside such a word is an initial and goes with it; alone it may be anything.
    """
    words = [(len(re.findall(r"\w", word)) > 1, box) for word, box, _ in words_from_tsv(table, confidence)]
    whole = [box for longer, box in words if longer]
    return whole + [box for longer, box in words if not longer and any(_beside(box, other) for other in whole)]


def _beside(letter: Box, word: Box) -> bool:
    """At the height of a word and no further from it than three of its heights."""
    gap = max(letter.left - (word.left + word.width), word.left - (letter.left + letter.width))
    level = min(letter.top + letter.height, word.top + word.height) - max(letter.top, word.top)
    return gap < 3 * word.height and 2 * level > min(letter.height, word.height)


def words_from_tsv(table: str, confidence: float = 30.0) -> list[tuple[str, Box, tuple[str, ...]]]:
    """Words of Tesseract's TSV in order, each with its box and with what is the same for all words of its line."""
    words = []
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not re.search(r"\w", cells[11]):
            continue
        try:
            left, top, width, height = (int(cell) for cell in cells[6:10])
            found = float(cells[10])
        except ValueError:
            continue
        if found >= confidence:
            words.append((cells[11], Box(left, top, width, height, found), tuple(cells[1:5])))
    return words
