"""What there is to say about the selected item: its state, what failed, and why it took no request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gwsim.analysis.near_misses import NearMiss, WhyNot
from gwsim.analysis.outlining.outline import ClassName, Item, ItemKind, Place
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.referring.rules import WeightedBackend
from gwsim.findings import Finding
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import basis, fact, outcome, request_line, why
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.trace import Step
from gwsim.tui.views.lines import BLANK, STATES, Line, Tone, line

_MOST = 50
"""How many failed checks are written out."""


def item_line(item: Item) -> Line:
    """Write an item of the tree on a line: its state at a glance, its name, what tells it apart."""
    mark, tone = STATES[item.state]
    name, rest = _name(item)
    strong = Tone.STRONG if item.kind is ItemKind.GROUP else Tone.PLAIN
    quiet = " ".join(part for part in (rest, item.detail) if part)
    return line((f"{mark} ", tone), (safe(name), strong), (safe(f"  {quiet}" if quiet else ""), Tone.QUIET))


def _name(item: Item) -> tuple[str, str]:
    """What tells an item apart, which a narrow tree has room for, and its namespace and kind."""
    match item.subject:
        case Place(route=route):
            return route.key.name, f"{route.key.namespace} {route.key.kind}"
        case WeightedBackend(backend=backend):
            port = "" if backend.port is None else f":{backend.port}"
            return f"{backend.target.name}{port}", f"{backend.target.namespace} {backend.target.kind}"
        case ClassName():
            return f"GatewayClass {item.name}", ""
        case BoundGateway():
            return f"Gateway {item.name}", ""
        case _:
            return item.name, ""


def item_lines(item: Item) -> Iterator[Line]:
    """Write what an item is, and its state."""
    mark, tone = STATES[item.state]
    yield line((safe(item.name), Tone.STRONG), "  ", (f"{mark} {item.state.value}", tone))
    if isinstance(item.subject, Finding):
        yield line((safe(item.subject.message), Tone.BAD))
        if item.subject.help:
            yield line((f"→ {safe(item.subject.help)}", Tone.ACCENT))
        yield line("The API server would refuse it: it is left out.")
    elif item.detail:
        yield line((safe(item.detail), Tone.QUIET))


def failure_lines(simulation: Simulation, item: Item, *, said: Sequence[Step] = ()) -> Iterator[Line]:
    """
    Write which checks failed, whatever the request.

    Args:
        said: checks that stand above already.
    """
    known = {(step.clause.id, step.address) for step in said}
    failures = [step for step in item.failures if (step.clause.id, step.address) not in known]
    if failures:
        yield BLANK
        yield line(("Wrong with it, whatever the request", Tone.STRONG))
    yield from _steps(simulation, failures[:_MOST])
    if len(failures) > _MOST:
        yield line((f"{len(failures) - _MOST} more checks failed", Tone.QUIET))


def why_not_lines(simulation: Simulation, request: Request, answer: WhyNot) -> Iterator[Line]:
    """Say why a route or rule did not take a request, or that it did."""
    yield BLANK
    yield line(("Why not this one, for ", Tone.QUIET), request_line(request))
    yield from _why_not(simulation, answer)


def _why_not(simulation: Simulation, answer: WhyNot) -> Iterator[Line]:
    if answer.took_it:
        yield line((f"✓ It took the request: {outcome(answer.decision)}", Tone.GOOD))
        return
    if answer.shadowed is not None:
        yield line(("It hits as well, and came second:", Tone.CAREFUL))
        first, second = answer.shadowed, answer.shadowed.children[0]
        yield line("  ", (safe(str(first.address)), Tone.PLAIN), " comes first")
        yield line(f"  {first.clause.says}: {fact(first.actual)} against {fact(second.actual)}")
        yield line((f"  [{basis(first.clause)}]", Tone.QUIET))
    elif not answer.misses[0].blockers:
        yield line(("It hits, but another listener or Gateway took the request.", Tone.CAREFUL))
    else:
        yield from miss_lines(simulation, answer.misses)


def miss_lines(simulation: Simulation, misses: Sequence[NearMiss]) -> Iterator[Line]:
    """Write what kept matches from taking a request, and what to change."""
    for miss in misses:
        count = len(miss.blockers)
        yield line((safe(str(miss.rule)), Tone.STRONG))
        yield line((f"{count} {'check' if count == 1 else 'checks'} failed", Tone.QUIET))
        yield from _steps(simulation, miss.blockers)


def _steps(simulation: Simulation, steps: Sequence[Step]) -> Iterator[Line]:
    for step in steps:
        yield line(("✗ ", Tone.BAD), why(step))
        yield line((f"  [{basis(step.clause)}]", Tone.QUIET))
        place = simulation.snapshot.locate(step.address)
        if place is not None:
            yield line((f"  {safe(str(place))}", Tone.QUIET))
        if step.clause.remedy:
            yield line((f"  → {step.clause.remedy}", Tone.ACCENT))
