"""Rows of letters in a picture, told by their strokes alone: what a reader of text overlooks goes to a person.

Letters burnt into a picture are thin strokes of about one shade, as tall as one another, side by side in a row. Noise
has strokes of many shades, and edges of organs are neither small nor in rows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

_STROKE = 11  # pixels: a stroke is thinner than this
_CONTRAST = 60  # of 255, between a stroke and what is around it
_LOW, _HIGH = 5, 80  # pixels of a letter's height
_TOUCHING = 8  # heights: so long are letters that touch one another
_LETTER = 0.9  # heights: about as wide is a letter with the gap after it
_SHADE, _SAME = 35, 0.3  # of its pixels so many are so near to a stroke's brightest
_ROW = 3  # letters side by side that may be text
_BEFORE = 40  # letters to the left that are looked at


def may_hold_text(picture: npt.NDArray[np.uint8]) -> bool:
    """Whether a picture (row, column) has a row of what may be letters, light on dark or dark on light."""
    return any(_in_a_row(_letters(shown)) for shown in (picture, 255 - picture))


def _letters(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """What may be letters, one a row: left, right, middle and height in pixels."""
    strokes = picture - ndimage.grey_opening(picture, size=(_STROKE, _STROKE)) > _CONTRAST
    labels, _ = ndimage.label(strokes, structure=np.ones((3, 3)))
    found = []
    for number, place in enumerate(ndimage.find_objects(labels), 1):
        height, width = (side.stop - side.start for side in place)
        if not (_LOW <= height <= _HIGH and width <= _TOUCHING * height):
            continue
        shades = picture[place][labels[place] == number]
        if np.mean(shades >= max(int(shades.max()) - _SHADE, 0)) < _SAME:
            continue
        middle, count = (place[0].start + place[0].stop) / 2, max(1, round(width / (_LETTER * height)))
        edges = np.linspace(place[1].start, place[1].stop, count + 1)
        found += [(left, right, middle, height) for left, right in pairwise(edges)]
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _in_a_row(letters: npt.NDArray[Any]) -> bool:
    """Whether as many stand side by side, at one height and as tall as one another, as may make a word."""
    letters = letters[np.argsort(letters[:, 0])]
    count = np.ones(len(letters), dtype=np.int64)
    for index in range(1, len(letters)):
        left, _, middle, height = letters[index]
        first = max(0, index - _BEFORE)
        before = letters[first:index]
        gap = left - before[:, 1]
        beside = (gap > -0.3 * height) & (gap < 1.2 * height) & (np.abs(before[:, 2] - middle) < 0.35 * height)
        beside &= (before[:, 3] < 1.7 * height) & (height < 1.7 * before[:, 3])
        if beside.any():
            count[index] += count[first:index][beside].max()
            if count[index] >= _ROW:
                return True
    return False
