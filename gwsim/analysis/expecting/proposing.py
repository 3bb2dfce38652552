"""What a person would expect of an answer that is right: the part of a decision that matters."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.analysis.expecting.judging import answer_of
from gwsim.analysis.expecting.short_names import short_name
from gwsim.routing.decision import Action, BackendChoice, Decision
from gwsim.routing.request import Request


def proposed(request: Request, decision: Decision) -> dict[str, object]:
    """
    Propose an expectation that holds for a decision, whatever the draw among its backends.

    It has who answers and with what, the rule, every backend with its share, and of the request as they
    receive it what filters changed.

    Args:
        request: what was decided.
    """
    return dict(_parts(request, decision))


def _parts(request: Request, decision: Decision) -> Iterator[tuple[str, object]]:
    answer = answer_of(decision)
    drawn = len(decision.backends) > 1 and any(each.status is not None for each in decision.backends)
    if not drawn:
        yield "action", decision.action.value
        if decision.action is not Action.FORWARD:
            yield "status", decision.status
            yield "reason", decision.reason
    route = answer["route"]
    yield "route", short_name(route) if isinstance(route, dict) else None
    if decision.response is not None and decision.action is Action.REDIRECT and not drawn:
        locations = {name: value for name, value in decision.response.headers if name.lower() == "location"}
        yield "response", {"headers": locations}
    if decision.backends:
        yield "backends", [dict(_backend(request, each)) for each in decision.backends]


def _backend(request: Request, backend: BackendChoice) -> Iterator[tuple[str, object]]:
    yield "kind", backend.kind
    yield "namespace", backend.namespace
    yield "name", backend.name
    yield "share", str(backend.share)
    if backend.status is not None:
        yield "status", backend.status
        yield "reason", backend.reason
    received = backend.request
    if received is not None:
        changed = {
            name: new
            for name, old, new in (
                ("method", request.method, received.method),
                ("host", request.host, received.host),
                ("path", request.path, received.path),
            )
            if old != new
        }
        if changed:
            yield "request", changed
