"""Answers as plain data, in the contract's shape."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.rendering.sentences import basis, stage, why
from gwsim.routing.decision import Decision
from gwsim.simulation import Simulation
from gwsim.trace import Step


def decision_data(simulation: Simulation, decision: Decision, *, explain: bool) -> dict[str, object]:
    """A decision as JSON has it, with its trace where that is asked for."""
    data = decision.to_dict()
    if explain:
        data["trace"] = [row for step in decision.trace for row in _rows(simulation, step, 0)]
    return data


def _rows(simulation: Simulation, step: Step, depth: int) -> Iterator[dict[str, object]]:
    location = simulation.snapshot.locate(step.address)
    yield {
        "stage": stage(step.clause),
        "object": str(step.address),
        "source": None if location is None else f"{location.file}:{location.line}",
        "outcome": step.outcome.value,
        "why": why(step),
        "spec": basis(step.clause),
        "clause": step.clause.id,
        "depth": depth,
    }
    for child in step.children:
        yield from _rows(simulation, child, depth + 1)
