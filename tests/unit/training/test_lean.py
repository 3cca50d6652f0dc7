"""A library is imported without the optional ones; afterwards these can be had as ever."""

import subprocess
import sys

import pytest

from cloister.training.lean import without


def told(lines):
    return subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True).stdout.split()


def test_what_is_hidden_is_not_found_and_then_is():
    hidden = (
        "with without('colorsys'):\n try:\n  import colorsys\n  print('found')\n except ImportError:\n  print('hidden')"
    )
    lines = f"from cloister.training.lean import without\n{hidden}\nimport colorsys\nprint(colorsys.__name__)"
    assert told(lines) == ["hidden", "colorsys"]


def test_what_is_imported_already_stays():
    with without("sys"):
        import sys as again
    assert again is sys


def test_it_comes_back_after_an_error():
    with pytest.raises(ValueError, match="in the block"), without("colorsys"):
        raise ValueError("in the block")
    import colorsys

    assert colorsys.__name__ == "colorsys"


def test_boosting_trains_and_scores_without_them():
    lines = """
from cloister.training.lean import without
with without("pandas", "sklearn"):
    import lightgbm
import sys, numpy
print("sklearn" in sys.modules, "pandas" in sys.modules)
rows = numpy.arange(80.0).reshape(40, 2)
model = lightgbm.train({"verbosity": -1, "min_data_in_leaf": 1}, lightgbm.Dataset(rows, rows[:, 0]), 3)
print(len(model.predict(rows)))
"""
    assert told(lines) == ["False", "False", "40"]
