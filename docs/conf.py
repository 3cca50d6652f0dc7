"""Sphinx settings for the manual. ``make docs`` builds it; nothing is fetched from a network."""

from __future__ import annotations

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Cloister"
author = "the Cloister authors"
copyright = "the Cloister authors, Apache-2.0"
version = release = _PROJECT["version"]

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"Cloister {release}"
html_copy_source = False
html_show_sourcelink = False
