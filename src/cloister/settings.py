"""Typed settings: the only reader of the process's environment variables.

Settings:
    CLOISTER_HOME             the environment's folder; default ``cloister-env`` in the current folder
    CLOISTER_AS               the subject who acts; ``--as`` on the command line wins
    CLOISTER_CREDENTIAL_FILE  the file with that subject's credential; default ``<home>/credentials/<subject>``
    CLOISTER_PASSPHRASE_FILE  the file with the keyring's passphrase; default ``<home>/keyring/passphrase``
    CLOISTER_ADVISORIES       the folder or zip file that ``cloister advisories update`` reads when it is given none
    CLOISTER_S3_ENDPOINT      address of an S3-compatible store, as https://HOST:PORT; default: Amazon's own
    CLOISTER_S3_REGION        its region
    CLOISTER_S3_CREDENTIALS_FILE  file of access key id, secret and, optionally, session token, a line each
    CLOISTER_PROCESSES        how many processes long work may use; default: the cores that this process may run on
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cloister.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """Where an S3-compatible store is, and the file with its credentials; without one the AWS SDK's own chain holds."""

    endpoint: str | None = None
    region: str | None = None
    credentials_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process was told from outside."""

    home: Path
    subject: str | None
    credential_file: Path | None
    passphrase_file: Path
    processes: int
    advisories: Path | None = None

    def credential_of(self, subject: str) -> Path:
        return self.credential_file or self.home / "credentials" / subject


def load(home: Path | None = None, subject: str | None = None) -> Settings:
    """Read the settings; arguments win over variables.

    Raises:
        InvalidInput: a variable has a value of the wrong type.
    """
    variables = os.environ  # noqa: TID251  the one reader
    folder = home or Path(variables.get("CLOISTER_HOME", "cloister-env"))
    credential = variables.get("CLOISTER_CREDENTIAL_FILE")
    mirror = variables.get("CLOISTER_ADVISORIES")
    passphrase = variables.get("CLOISTER_PASSPHRASE_FILE")
    return Settings(
        folder,
        subject or variables.get("CLOISTER_AS"),
        Path(credential) if credential else None,
        Path(passphrase) if passphrase else folder / "keyring" / "passphrase",
        _processes(variables.get("CLOISTER_PROCESSES")),
        Path(mirror) if mirror else None,
    )


def bucket() -> BucketSettings:
    """The settings of an S3-compatible store."""
    variables = os.environ  # noqa: TID251  the one reader
    file = variables.get("CLOISTER_S3_CREDENTIALS_FILE")
    return BucketSettings(
        variables.get("CLOISTER_S3_ENDPOINT"), variables.get("CLOISTER_S3_REGION"), Path(file) if file else None
    )


def calm_threads() -> None:
    """Keep OpenMP's threads from spinning while they wait: on a busy machine that costs several times the work.

    Has to come before the first numerical library is loaded; a value that is set already stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # noqa: TID251  the one place that touches the environment


def _processes(text: str | None) -> int:
    if text is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdigit() or not 1 <= int(text) <= 1024:
        raise InvalidInput("not a number from 1 to 1024", where="CLOISTER_PROCESSES")
    return int(text)
