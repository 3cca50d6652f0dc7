"""How each gate of a model stands at a moment: passed, open by an exception that still runs, or closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cloister.operations.ports import View
from cloister.records import GateException, GateResult, Model


@dataclass(frozen=True, slots=True)
class GateStanding:
    """``exception`` is the one that opens the gate now, or the last that did where ``lapsed``."""

    gate: GateResult
    open: bool
    exception: GateException | None = None

    @property
    def lapsed(self) -> bool:
        return not self.open and self.exception is not None

    @property
    def line(self) -> str:
        """What stands against the gate, or by what leave it is open; empty where it passed."""
        if self.gate.passed:
            return ""
        if self.exception is None:
            return f"gate {self.gate.name} did not pass: {shortfall(self.gate)}"
        if self.open:
            return f"gate {self.gate.name}: exception by {self.exception.approver} until {self.exception.until[:10]}"
        return f"gate {self.gate.name}: its exception ended {(self.exception.ended or self.exception.until)[:10]}"


def gate_standings(view: View, model: Model, moment: datetime) -> tuple[GateStanding, ...]:
    """Every gate that the model was held against."""
    if all(gate.passed for gate in model.gates):
        return tuple(GateStanding(gate, True) for gate in model.gates)
    given = view.find(GateException, parent=model.id)
    return tuple(_standing(gate, [one for one in given if one.gate == gate.name], moment) for gate in model.gates)


def _standing(gate: GateResult, given: list[GateException], moment: datetime) -> GateStanding:
    if gate.passed:
        return GateStanding(gate, True)
    running = [one for one in given if one.runs(moment)]
    if running:
        return GateStanding(gate, True, max(running, key=lambda one: one.until))
    over = [one for one in given if one.over(moment)]
    return GateStanding(gate, False, max(over, key=lambda one: one.ended or one.until) if over else None)


def gates_open(view: View, model: Model, moment: datetime) -> bool:
    """Whether there are gates and each has passed or is open by an exception."""
    return bool(model.gates) and all(standing.open for standing in gate_standings(view, model, moment))


def closed_gates(view: View, model: Model, moment: datetime) -> str:
    """Each gate that is closed, with its figure and threshold, for an error."""
    closed = [standing.gate for standing in gate_standings(view, model, moment) if not standing.open]
    return ", ".join(f"{gate.name} ({shortfall(gate)})" for gate in closed)


def shortfall(gate: GateResult) -> str:
    """A figure beside the threshold that it does not hold."""
    wanted = f"{gate.comparison} {gate.threshold:g}"
    return f"no figure, wanted {wanted}" if gate.figure is None else f"{gate.figure:.4g}, wanted {wanted}"
