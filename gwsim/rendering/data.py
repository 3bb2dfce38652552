"""Answers as plain data, in the contract's shape."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import UNSET, structs

from gwsim.analysis.hinging.alternatives import Alternative, OtherAnswer, alternatives
from gwsim.errors import RequestError
from gwsim.rendering.sentences import basis, stage, why
from gwsim.routing.decision import Decision
from gwsim.routing.request import DEFAULT_PORTS, Request
from gwsim.simulation import Simulation
from gwsim.trace import Step

_IN_URL = frozenset({"protocol", "host", "port", "path"})


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


def request_data(request: Request) -> dict[str, object]:
    """
    Write a request in the contract's shape: what `Request.from_dict` reads as the same, apart from its id.

    What is as it is by default is left out.
    """
    fields: dict[str, object] = {
        "protocol": request.protocol,
        "gateway": request.gateway,
        "service": request.service,
        "port": request.port if request.port != DEFAULT_PORTS.get(request.protocol) else None,
        "method": request.method,
        "host": request.host,
        "path": None if request.grpc is not None or request.path == "/" else request.path,
        "headers": [list(pair) for pair in request.headers] or None,
        "clientCertificate": _filled(request.client_certificate),
        "grpc": _filled(request.grpc),
        "websocket": request.websocket or None,
        "source": _filled(request.source),
        "draw": request.draw,
    }
    present = {name: value for name, value in fields.items() if value is not None}
    names = {"sni": request.sni, "connectionSNI": request.connection_sni}
    present |= {name: value for name, value in names.items() if value is not UNSET}
    if request.straight:
        present["service"] = None
    return _with_url(request, present) or present


def _with_url(request: Request, fields: dict[str, object]) -> dict[str, object] | None:
    """The same with a URL in place of what makes one; None where there is none that says it."""
    if request.host is None or request.protocol not in ("HTTP", "HTTPS"):
        return None
    port = f":{request.port}" if "port" in fields and ":" not in request.host else ""
    path = "/" if request.grpc is not None else request.path
    url = f"{request.protocol.lower()}://{request.host}{port}{path}"
    rest = {name: value for name, value in fields.items() if name not in _IN_URL}
    if request.method == ("POST" if request.grpc else "GET"):
        del rest["method"]
    try:
        same = structs.replace(Request.from_dict({"url": url, **rest}), id=request.id) == request
    except RequestError:
        return None
    return {"url": url, **rest} if same else None


def _filled(part: msgspec.Struct | None) -> object:
    if part is None:
        return None
    return {name: value for name, value in structs.asdict(part).items() if value is not None}
