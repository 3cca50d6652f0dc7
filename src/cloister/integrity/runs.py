"""The manifest of a training run: all that decides its result, and what differs between two runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloister.core.canonical import digest
from cloister.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RunManifest:
    """``data``: version id -> digest of its manifest; ``rows``: version id -> digest of the order in which rows were
    read; ``code``: file -> SHA-256; ``packages``: name -> version; ``seeds``, ``threads``: name -> number;
    ``platform``: interpreter, libc, machine; ``cpu``: the instruction sets in use; ``parameters``: plain JSON;
    ``outputs``: file -> SHA-256.
    """

    data: Mapping[str, str]
    rows: Mapping[str, str]
    code: Mapping[str, str]
    packages: Mapping[str, str]
    seeds: Mapping[str, int]
    threads: Mapping[str, int]
    platform: Mapping[str, str]
    cpu: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def to_value(self) -> dict[str, Any]:
        return {
            "data": dict(self.data),
            "rows": dict(self.rows),
            "code": dict(self.code),
            "packages": dict(self.packages),
            "seeds": dict(self.seeds),
            "threads": dict(self.threads),
            "platform": dict(self.platform),
            "cpu": sorted(self.cpu),
            "parameters": dict(self.parameters),
            "outputs": dict(self.outputs),
        }

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> RunManifest:
        try:
            return cls(**{**value, "cpu": tuple(value["cpu"])})
        except (KeyError, TypeError):
            raise InvalidInput("not a run manifest", remedy="give the file that the run wrote") from None

    @property
    def inputs_digest(self) -> str:
        """Of everything but the outputs: two runs with the same one must give the same model."""
        value = self.to_value()
        del value["outputs"]
        return digest(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """``part`` of the manifest, ``name`` within it, and both sides as text (None: absent)."""

    part: str
    name: str
    first: str | None
    second: str | None

    @property
    def line(self) -> str:
        if self.first is None:
            return f"{self.part} {self.name} is only in the second run"
        if self.second is None:
            return f"{self.part} {self.name} is only in the first run"
        return f"{self.part} {self.name} differs: {self.first} and {self.second}"


@dataclass(frozen=True, slots=True)
class RunComparison:
    """``identical``: the outputs agree and there are some. ``explained``: they differ, and so does an input.

    Differing outputs from equal inputs mean that something that decides the result is missing from the manifest.
    """

    inputs: tuple[Difference, ...]
    outputs: tuple[Difference, ...]
    compared: int

    @property
    def identical(self) -> bool:
        return self.compared > 0 and not self.outputs

    @property
    def explained(self) -> bool:
        return bool(self.outputs) and bool(self.inputs)

    def lines(self) -> tuple[str, ...]:
        """One sentence for each difference, and one for the verdict."""
        if self.identical:
            verdict = f"{self.compared} outputs are identical"
        elif not self.compared:
            verdict = "there are no outputs to compare"
        elif self.explained:
            verdict = f"{len(self.outputs)} outputs differ; {len(self.inputs)} inputs differ"
        else:
            verdict = f"{len(self.outputs)} outputs differ though no recorded input does"
        return (verdict, *(difference.line for difference in (*self.inputs, *self.outputs)))

    def to_value(self) -> dict[str, Any]:
        return {"identical": self.identical, "explained": self.explained, "lines": list(self.lines())}


_INPUTS = ("data", "rows", "code", "packages", "seeds", "threads", "platform", "parameters")


def compare_runs(first: RunManifest, second: RunManifest) -> RunComparison:
    """Name every input and output that differs between two runs."""
    a, b = first.to_value(), second.to_value()
    inputs = [difference for part in _INPUTS for difference in _compare(part, a[part], b[part])]
    for name in sorted(set(a["cpu"]) ^ set(b["cpu"])):
        inputs.append(Difference("cpu", name, *(("present", None) if name in a["cpu"] else (None, "present"))))
    outputs = _compare("output", a["outputs"], b["outputs"])
    return RunComparison(tuple(inputs), tuple(outputs), len(set(a["outputs"]) | set(b["outputs"])))


def _compare(part: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    label = {"packages": "package", "seeds": "seed", "rows": "row order of", "parameters": "parameter"}.get(part, part)
    found = []
    for name in sorted(set(first) | set(second)):
        left, right = first.get(name), second.get(name)
        if left != right or (name in first) != (name in second):
            sides = [None if name not in side else _short(side[name]) for side in (first, second)]
            found.append(Difference(label, name, *sides))
    return found


def _short(value: Any) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else text[:80]
