"""A case that failed, as a person reads it: what was expected and found, then why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gwsim.addresses import Address
from gwsim.analysis.expecting.expectations import StatusCase
from gwsim.analysis.expecting.judging import Verdict
from gwsim.rendering.sanitize import safe
from gwsim.simulation import Simulation


def failure_text(simulation: Simulation, verdict: Verdict, *, color: bool) -> str:
    """Write what was not as expected, and the trace of the answer; ends with a line break."""
    lines = [*difference_lines(verdict), ""]
    if verdict.decision is not None and verdict.request is not None:
        from gwsim.rendering.text import decision_text

        text = decision_text(simulation, verdict.request, verdict.decision, color=color)
        return "\n".join([*lines, text])
    lines += _status_lines(simulation, verdict)
    return "\n".join(lines).rstrip("\n") + "\n"


def difference_lines(verdict: Verdict) -> list[str]:
    """Write each difference on a line."""
    case = verdict.case
    if verdict.answer is None and isinstance(case, StatusCase):
        return [safe(f"expected {case.subject} with a status, found none in the input")]
    refused = verdict.answer.get("error") if verdict.answer else None
    if refused is not None and "error" not in case.expect:
        return [safe(f"expected an answer, found a request that cannot be sent: {refused}")]
    return [safe(str(difference)) for difference in verdict.differences]


def _status_lines(simulation: Simulation, verdict: Verdict) -> Iterator[str]:
    case = verdict.case
    if not isinstance(case, StatusCase) or verdict.answer is None:
        return
    keys = (key for key in simulation.snapshot.objects if str(key) == case.subject)
    location = next((simulation.snapshot.locate(Address(key)) for key in keys), None)
    yield safe(case.subject if location is None else f"{case.subject}  {location}")
    yield from (f"  {safe(line)}" for line in _conditions(verdict.answer, ""))


def _conditions(status: object, where: str) -> Iterator[str]:
    """Every condition of a status with its message, which says why it is so."""
    match status:
        case {"type": str(kind), "status": state, "reason": reason, "message": message}:
            yield f"{where}{kind}={state} {reason}: {message}"
        case Mapping():
            named = status.get("name") or _parent(status.get("parentRef"))
            inside = f"{where}{named}: " if named else where
            for value in status.values():
                yield from _conditions(value, inside)
        case list() | tuple():
            for item in status:
                yield from _conditions(item, where)


def _parent(parent_ref: object) -> str:
    if not isinstance(parent_ref, Mapping):
        return ""
    section = f" {parent_ref['sectionName']}" if parent_ref.get("sectionName") else ""
    return f"{parent_ref.get('kind') or 'Gateway'} {parent_ref.get('name')}{section}"
