"""What a training script or a notebook imports: the job's data, its parameters, and a safe place for its results.

    import cloister.sdk

    job = cloister.sdk.job()
    frame = job.read("encounters", columns=["age", "insulin", "readmitted_30d"], split="train")
    ...
    job.log_metric("auroc", 0.66)
    job.save_model(model, features=["age", "insulin"], categories={"insulin": ["No", "Up"]})

Inside the sandbox everything is found by itself. Outside it, in a notebook, set CLOISTER_SOCKET and CLOISTER_TOKEN to
what ``cloister`` printed when it opened the data plane.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, overload

from cloister.core.canonical import encode
from cloister.core.errors import CloisterError, Denied, InvalidInput, KeyRefused, Unavailable

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["MODEL_DESCRIPTION", "MODEL_FILE", "Job", "job"]

MODEL_FILE = "model.txt"
MODEL_DESCRIPTION = "model.json"
_METRICS_FILE = "metrics.jsonl"
_MODEL_FORMAT = "cloister-model/1"
_FAMILIES: dict[str, type[CloisterError]] = {family.code: family for family in (Denied, InvalidInput, KeyRefused)}


def job() -> Job:
    """The job that this script runs in.

    Raises:
        Unavailable: neither inside a sandbox nor with CLOISTER_SOCKET and CLOISTER_TOKEN set.
    """
    variables = os.environ  # noqa: TID251 - a script has no settings.py: this is where it learns of its job
    if path := variables.get("CLOISTER_JOB"):
        return Job._from_file(Path(path))
    socket, token = variables.get("CLOISTER_SOCKET"), variables.get("CLOISTER_TOKEN")
    if socket and token:
        return Job(Path(socket), token, output=Path.cwd())
    raise Unavailable(
        "this script runs outside of a job",
        remedy="start it with `cloister job run`, or set CLOISTER_SOCKET and CLOISTER_TOKEN",
    )


@dataclass(frozen=True, slots=True)
class Job:
    """A job's data and parameters. ``inputs`` are further folders by name, such as the model to score."""

    _socket: Path = field(repr=False)
    _token: str = field(repr=False)
    output: Path
    inputs: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    seed: int = 0
    threads: int = 1

    @classmethod
    def _from_file(cls, path: Path) -> Job:
        try:
            value = json.loads(path.read_text())
            token_file = Path(value["token_file"])
            return cls(
                Path(value["socket"]),
                token_file.read_text() if token_file.exists() else "",  # a job without data needs none
                output=Path(value["output"]),
                inputs=MappingProxyType({name: Path(folder) for name, folder in value["inputs"].items()}),
                parameters=MappingProxyType(value["parameters"]),
                seed=value["seed"],
                threads=value["threads"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(f"the job's description can't be read ({type(error).__name__})") from None

    def tables(self) -> tuple[str, ...]:
        """The granted tables."""
        return tuple(sorted(_list(self._socket, self._token)))

    def columns(self, table: str) -> tuple[str, ...]:
        """The granted columns of a table, in its order.

        Raises:
            Denied: the table is not granted.
        """
        granted = _list(self._socket, self._token)
        if table not in granted:
            raise Denied(f"table {table!r} is not granted; granted: {', '.join(sorted(granted))}")
        return granted[table]

    @overload
    def read(
        self, table: str, columns: Sequence[str] | None = ..., split: str | None = ..., as_: Literal["polars"] = ...
    ) -> pl.DataFrame: ...
    @overload
    def read(
        self, table: str, columns: Sequence[str] | None = ..., split: str | None = ..., *, as_: Literal["arrow"]
    ) -> pa.Table: ...
    @overload
    def read(
        self, table: str, columns: Sequence[str] | None = ..., split: str | None = ..., *, as_: Literal["pandas"]
    ) -> pd.DataFrame: ...
    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        split: str | None = None,
        as_: Literal["polars", "arrow", "pandas"] = "polars",
    ) -> Any:
        """Read a granted table, every row of ``split``; ``columns`` defaults to all granted ones.

        Raises:
            Denied: the table, the split or a column is not granted; the message names it.
            Unavailable: the environment does not answer, or failed to read.
            InvalidInput: ``as_`` is none of the three.
        """
        if as_ not in ("polars", "arrow", "pandas"):
            raise InvalidInput(f"a table can't be read as {as_!r}", remedy="use 'polars', 'arrow' or 'pandas'")
        if isinstance(columns, str):
            raise InvalidInput("columns is one text", remedy=f"give a list: columns=[{columns!r}]")
        request = {"table": table, "split": split, "columns": None if columns is None else list(columns)}
        data = _fetch(self._socket, self._token, json.dumps(request).encode())
        if as_ == "arrow":
            return data
        if as_ == "pandas":
            return data.to_pandas()
        import polars as pl

        return pl.from_arrow(data)

    def log_metric(self, name: str, value: float) -> None:
        """Append a figure to ``metrics.jsonl`` in the output."""
        number = float(value)
        if not math.isfinite(number):
            raise InvalidInput(f"the metric {name!r} is not a finite number")
        with (self.output / _METRICS_FILE).open("ab") as file:
            file.write(encode({"name": name, "value": number}) + b"\n")

    def save_model(
        self,
        model: Any,
        *,
        features: Sequence[str],
        categories: Mapping[str, Sequence[str]] | None = None,
        **description: Any,
    ) -> Path:
        """Write a LightGBM model as text (``model.txt``) and what scoring needs beside it (``model.json``).

        ``features`` are the model's columns in order; ``categories`` gives, for each categorical feature, its values in
        the order of their codes 0, 1, ...; any other value is code -1. ``description`` is added as it is: JSON values.

        Raises:
            InvalidInput: another kind of model, or features that are not the model's.
        """
        text = _lightgbm_text(model, features)
        categories = {name: list(values) for name, values in (categories or {}).items()}
        if unknown := sorted(set(categories) - set(features)):
            raise InvalidInput(f"categories are given for {unknown[0]!r}, which is no feature")
        value = {"format": _MODEL_FORMAT, "features": list(features), "categories": categories, **description}
        (self.output / MODEL_DESCRIPTION).write_bytes(encode(value))
        (self.output / MODEL_FILE).write_text(text, encoding="utf-8")
        return self.output / MODEL_FILE

    def save_estimator(self, model: Any, name: str = "model.skops") -> Path:
        """Write a scikit-learn estimator as a skops archive whose bytes follow from the model alone."""
        from skops.io import dumps

        path = self.output / name
        path.write_bytes(canonical_skops(dumps(model)))
        return path


def canonical_skops(raw: bytes) -> bytes:
    """A skops archive whose bytes follow from the model alone.

    skops names nodes by their address in memory and dates the archive's members: two runs that made the same model
    would leave different files. Here nodes are numbered in order, members are named after them, dates are fixed.
    """
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(members.pop("schema.json"))
    numbers: dict[Any, int] = {}
    names: dict[str, str] = {}
    _renumber(schema, numbers, names)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(names, key=lambda old: names[old]):
            archive.writestr(zipfile.ZipInfo(names[name], (1980, 1, 1, 0, 0, 0)), members[name])
        text = json.dumps(schema, sort_keys=True, indent=1)
        archive.writestr(zipfile.ZipInfo("schema.json", (1980, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def _renumber(value: Any, numbers: dict[Any, int], names: dict[str, str]) -> None:
    """Give nodes and files their numbers by the order in which the schema names them; keys are walked sorted."""
    if isinstance(value, list):
        for item in value:
            _renumber(item, numbers, names)
    elif isinstance(value, dict):
        if "__id__" in value:
            value["__id__"] = numbers.setdefault(value["__id__"], len(numbers))
        if isinstance(value.get("file"), str) and "__loader__" in value:
            old = value["file"]
            value["file"] = names.setdefault(old, f"{len(names):06d}.{old.rpartition('.')[2]}")
        for name in sorted(value):
            _renumber(value[name], numbers, names)


def _lightgbm_text(model: Any, features: Sequence[str]) -> str:
    booster = getattr(model, "booster_", model)
    if not type(booster).__module__.startswith("lightgbm") or not hasattr(booster, "model_to_string"):
        raise InvalidInput(
            f"a {type(model).__name__} can't be saved: pickle and joblib run code when they are read",
            remedy="save a LightGBM model, or write ONNX or safetensors to job.output",
        )
    if booster.num_feature() != len(features):
        raise InvalidInput(f"the model has {booster.num_feature()} features, {len(features)} are named")
    return str(booster.model_to_string())


def _fetch(socket: Path, token: str, ticket: bytes) -> pa.Table:
    from pyarrow import flight

    with _Connection(socket, token) as (client, options):
        return client.do_get(flight.Ticket(ticket), options).read_all()


def _list(socket: Path, token: str) -> dict[str, tuple[str, ...]]:
    with _Connection(socket, token) as (client, options):
        flights = list(client.list_flights(options=options))
    return {info.descriptor.path[0].decode(): tuple(info.schema.names) for info in flights}


class _Connection:
    """One connection to the data plane, which turns its errors into ours."""

    def __init__(self, socket: Path, token: str) -> None:
        self._socket = socket
        self._token = token

    def __enter__(self) -> tuple[Any, Any]:
        from pyarrow import flight

        if not self._socket.is_socket():
            raise Unavailable("the data plane is not open", remedy="run the script as a job")
        # a socket's address holds 107 bytes: through the folder's descriptor any path is short enough
        self._folder = os.open(self._socket.parent, os.O_RDONLY | os.O_DIRECTORY)
        self._client = flight.connect(f"grpc+unix:///proc/self/fd/{self._folder}/{self._socket.name}")
        headers = [(b"authorization", f"Bearer {self._token}".encode())]
        return self._client, flight.FlightCallOptions(headers=headers)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        import pyarrow as pa
        from pyarrow import flight

        self._client.close()
        os.close(self._folder)
        if isinstance(error, flight.FlightUnauthenticatedError):
            raise Denied("the data plane refused this job's token") from None
        if isinstance(error, flight.FlightError | pa.ArrowException):
            raise _translated(error) from None


def _translated(error: BaseException) -> CloisterError:
    try:
        given = json.loads(error.extra_info)  # type: ignore[attr-defined] # untyped library
        family = _FAMILIES.get(given["code"], Unavailable)
        return family(str(given["reason"]), remedy=given["remedy"])
    except (AttributeError, ValueError, KeyError, TypeError):
        return Unavailable(f"the data plane does not answer ({type(error).__name__})")
