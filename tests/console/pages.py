"""The pages that the browser suites look at, all made of one set of facts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cloister.documents import datasheet, render_change_plan, render_hti1, render_model_card, render_section_92_210

FACTS = json.loads((Path(__file__).parents[1] / "vectors" / "documents" / "facts.json").read_text())
PAGES: dict[str, Callable[[Any], str]] = {
    "card": render_model_card,
    "change plan": render_change_plan,
    "source attributes": render_hti1,
    "92.210": render_section_92_210,
    "datasheet": datasheet,
}
