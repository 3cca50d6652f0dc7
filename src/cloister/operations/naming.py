"""Whether a name is free."""

from __future__ import annotations

from typing import Any

from cloister.core.errors import NotFound
from cloister.operations.ports import View


def taken(view: View, kind: type[Any], name: str) -> bool:
    try:
        view.named(kind, name)
    except NotFound:
        return False
    return True
