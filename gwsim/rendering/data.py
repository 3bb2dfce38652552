"""Answers as plain data, in the contract's shape."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.analysis.hinging.alternatives import Alternative, OtherAnswer, alternatives
from gwsim.rendering.sentences import basis, stage, why
from gwsim.routing.decision import Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.trace import Step


def decision_data(
    simulation: Simulation, request: Request, decision: Decision, *, explain: bool
) -> dict[str, object]:
    """A decision as JSON has it, with its trace and the choices it hangs on where that is asked for."""
    data = decision.to_dict()
    if explain:
        data["trace"] = [row for step in decision.trace for row in _rows(simulation, step, 0)]
        found = alternatives(simulation, request, decision)
        data["choices"] = [_alternative(each) for each in found]
    return data


def _alternative(alternative: Alternative) -> dict[str, object]:
    return {
        "name": alternative.name,
        "value": alternative.value,
        "spec": alternative.choice.source,
        "others": [_other_answer(other) for other in alternative.others],
    }


def _other_answer(other: OtherAnswer) -> dict[str, object]:
    answer, chosen = other.decision.to_dict(), other.decision.chosen
    return {
        "value": other.value,
        "action": answer["action"],
        "status": answer["status"],
        "reason": answer["reason"],
        "route": answer["route"],
        "chosen": None
        if chosen is None
        else {
            "kind": chosen.kind,
            "namespace": chosen.namespace,
            "name": chosen.name,
            "port": chosen.port,
        },
        "differs": list(other.differs),
    }


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
