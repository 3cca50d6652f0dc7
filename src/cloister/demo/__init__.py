"""The demo's data: a real set of hospital stays dressed as the identified export that a hospital would send.

`encounters` is real: UCI "Diabetes 130-US hospitals for years 1999-2008", 101,766 stays of 71,518 patients, 50
columns. `hospital_export(seed)` adds what is generated: names, addresses, numbers, dates and a discharge note.
`export_schema` declares it. `broken_rows` and `poisoned_delivery` make the deliveries that must be stopped.
"""

from __future__ import annotations

from cloister.demo.faulty import (
    FAULTS,
    KINDS,
    POISON,
    Poison,
    broken_rows,
    fault_kinds,
    is_triggered,
    poisoned_delivery,
)
from cloister.demo.patients import encounters, hospital_export
from cloister.demo.schema import export_schema

__all__ = [
    "FAULTS",
    "KINDS",
    "POISON",
    "Poison",
    "broken_rows",
    "encounters",
    "export_schema",
    "fault_kinds",
    "hospital_export",
    "is_triggered",
    "poisoned_delivery",
]
