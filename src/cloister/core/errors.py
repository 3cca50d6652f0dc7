"""The errors that a user can meet: one root, a stable code for each family, never a data value in a message.

A message says what is wrong, ``where`` says in which file, line, column or field, ``remedy`` says what to do.
None of the three may hold a value from a data set: name the column and count the rows instead.
"""

from __future__ import annotations

from typing import ClassVar


class CloisterError(Exception):
    """Root of every error that Cloister raises on purpose."""

    code: ClassVar[str] = "E-CLOISTER"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def line(self) -> str:
        """The whole error as the single line that is shown to a person."""
        place = f"{self.where}: " if self.where else ""
        remedy = f" Try: {self.remedy}." if self.remedy else ""
        text = f"{self.code}: {place}{self.message.rstrip('.')}.{remedy}"
        return " ".join(text.split())


class InvalidInput(CloisterError):
    """What was given can't be read or breaks a stated rule: a file, an option, a value's type, a schema."""

    code = "E-INPUT"
    exit_code = 2


class NotFound(CloisterError):
    """The named thing does not exist in this environment."""

    code = "E-NOT-FOUND"
    exit_code = 3


class InvalidState(CloisterError):
    """The thing exists, but its life-cycle does not allow this step now."""

    code = "E-STATE"
    exit_code = 4


class Denied(CloisterError):
    """Policy did not permit the action for this subject; the attempt is recorded."""

    code = "E-DENIED"
    exit_code = 5


class KeyRefused(CloisterError):
    """A key is not open to the caller: not granted, expired, revoked, destroyed, or the passphrase is wrong."""

    code = "E-KEY"
    exit_code = 6


class IntegrityFailure(CloisterError):
    """Bytes, a signature or a proof do not match what was recorded."""

    code = "E-INTEGRITY"
    exit_code = 7


class GateFailed(CloisterError):
    """A release gate did not pass, or was not computed, so the model may not go on."""

    code = "E-GATE"
    exit_code = 8


class Unavailable(CloisterError):
    """Something outside is missing, full, locked or read-only."""

    code = "E-UNAVAILABLE"
    exit_code = 9


class NotBuilt(CloisterError):
    """The capability is not implemented yet; it never counts as passed."""

    code = "E-NOT-IMPLEMENTED"
    exit_code = 10


class JobFailed(CloisterError):
    """Training code ended with an error, or broke a limit of its sandbox."""

    code = "E-JOB"
    exit_code = 11

    def __init__(
        self, message: str, *, where: str | None = None, remedy: str | None = None, log: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.log = log  # the script's lines, with PHI withheld


class Found(CloisterError):
    """A search found identifiers or copies of governed rows, or could not read all of it: not clean."""

    code = "E-FOUND"
    exit_code = 13


class BudgetExhausted(CloisterError):
    """A privacy budget does not cover the request; nothing was released and nothing was spent."""

    code = "E-BUDGET"
    exit_code = 12
