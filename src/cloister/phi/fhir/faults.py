"""What nobody foresaw in one document: one line about it, and the next one goes on."""

from __future__ import annotations

from pathlib import Path

from cloister.core.errors import CloisterError, InvalidInput


def unforeseen(error: Exception) -> CloisterError:
    """The error as one line without its message, which may hold a value of the data: its type and place alone."""
    if isinstance(error, CloisterError):
        return error
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "unknown place"
    remedy = "keep it in quarantine and report type and place as a fault of Cloister"
    return InvalidInput(f"it has a form that nobody foresaw ({type(error).__name__} at {where})", remedy=remedy)
