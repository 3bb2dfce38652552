"""Steps in words."""

from __future__ import annotations

from collections.abc import Mapping

from gwsim.rendering.sanitize import safe
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.trace import Clause, Fact, Outcome, Step

SUBJECTS: Mapping[str, str] = {
    "match.hostname": "host",
    "match.path.exact": "path is",
    "match.path.prefix": "path below",
    "match.path.regex": "path matches",
    "match.method": "method",
    "match.header.exact": "header",
    "match.header.regex": "header matches",
    "match.query.exact": "query",
    "match.query.regex": "query matches",
    "request.port": "port",
    "request.protocol": "protocol",
    "request.hostname": "hostname",
    "listener": "works",
    "backends.given": "backendRefs",
    "backends.weights": "split",
    "backends.endpoints": "ready endpoint",
    "attach.section": "sectionName",
    "attach.port": "port",
    "attach.kind": "kinds allowed",
    "attach.namespace": "namespaces allowed",
    "attach.hostname": "hostname",
}
"""What a check is about, where that is shorter than the clause."""


def fact(value: Fact, *, absent: str = "none") -> str:
    """Write a fact, fit for a terminal."""
    if value is None or value == ():
        return absent
    return safe(", ".join(value) if isinstance(value, tuple) else str(value))


def why(step: Step) -> str:
    """Say what a check asked and what it found."""
    subject = SUBJECTS.get(step.clause.id)
    anything = "any" if step.clause.id in ("match.hostname", "request.hostname") else "none"
    expected, actual = fact(step.expected, absent=anything), fact(step.actual)
    if expected == "*":
        expected = "any"
    if step.clause.id == "backends.draw":
        unusable = "" if step.selected else ", which cannot be used"
        return f"drawn {expected}: {actual}{unusable}"
    if subject is not None:
        if step.expected is None and anything == "none":
            return subject if step.actual is None else f"{subject}: {actual}"
        if step.outcome is Outcome.SELECTED:
            return (
                f"{subject} {expected}"
                if step.actual is None or expected == actual
                else f"{subject} {expected}: {actual}"
            )
        return f"{subject} {expected}, but it is {actual}"
    if step.expected is None and step.actual is None:
        return step.clause.says
    if step.expected is None:
        return f"{step.clause.says}: {actual}"
    if step.outcome is Outcome.REJECTED:
        return f"{step.clause.says}: expected {expected}, found {actual}"
    return f"{step.clause.says}: {expected}" if step.actual is None else f"{step.clause.says}: {actual}"


def basis(clause: Clause) -> str:
    """Say how binding a clause is, and where it stands."""
    return f"{clause.support.value}, {clause.source}"


_STAGES: tuple[tuple[str, str], ...] = (
    ("match.hostname", "hostname"),
    ("match", "match"),
    ("precedence", "precedence"),
    ("filter.extension", "filter"),
    ("filter", "filter"),
    ("backend", "backend"),
    ("attach", "attach"),
    ("rule", "rule"),
)


def stage(clause: Clause) -> str:
    """The part of a request's way that a clause belongs to."""
    return next((name for prefix, name in _STAGES if clause.id.startswith(prefix)), "listener")


def request_line(request: Request) -> str:
    """A request as one line: method and URL."""
    if request.protocol not in ("HTTP", "HTTPS"):
        name = request.server_name or request.host or ""
        return safe(f"{request.protocol.lower()}://{name.partition(':')[0]}:{request.port}")
    scheme = request.protocol.lower()
    host = request.host or ""
    default = {"HTTP": 80, "HTTPS": 443}[request.protocol]
    port = "" if request.port == default or ":" in host else f":{request.port}"
    return safe(f"{request.method} {scheme}://{host}{port}{request.path}")


def outcome(decision: Decision) -> str:
    """Say what becomes of a request, fit for a terminal."""
    chosen = decision.chosen
    match decision.action:
        case Action.FORWARD:
            return "sent straight to its address" if chosen is None else f"forwarded to {safe(str(chosen))}"
        case Action.REDIRECT:
            assert decision.response is not None
            url = next(value for name, value in decision.response.headers if name.lower() == "location")
            return f"redirected with {decision.status} to {safe(url)}"
        case Action.RESPOND:
            grpc = "" if decision.grpc_status is None else f", gRPC status {decision.grpc_status}"
            return f"the gateway itself answers {decision.status}{grpc} ({decision.reason})"
        case Action.REFUSE:
            return f"the connection is refused ({decision.reason})"
