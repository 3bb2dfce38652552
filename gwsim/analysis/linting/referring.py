"""References that lead nowhere, and backends that cannot answer."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import GATEWAY_GROUP
from gwsim.analysis.linting.noted import Noted, Subject, step_text
from gwsim.binding import clauses
from gwsim.binding.referring.references import BoundBackend
from gwsim.binding.referring.rules import BoundRule
from gwsim.binding.topology import BoundRoute
from gwsim.findings import Severity
from gwsim.trace import Step, rejections

_KINDS = frozenset({clauses.BACKEND_KIND.id, clauses.EXTENSION_RESOLVED.id})
"""Kinds of other API groups are unknown to gwsim, and may be known to an implementation."""
_EXISTENCE = frozenset({clauses.BACKEND_EXISTS.id, clauses.CERTIFICATE_EXISTS.id})


def unresolved(subject: Subject) -> Iterator[Noted]:
    """Yield every reference of routes and listeners that does not resolve."""
    topology = subject.simulation.topology
    for gateway in topology.gateways:
        if gateway.served:
            for listener in gateway.all_listeners:
                clients = listener.clients.references if listener.clients else ()
                for step in (*listener.certificates[1:], *clients):
                    for noted in _judged(step, subject):
                        idle = "" if listener.serving else "; the listener takes no traffic"
                        yield noted._replace(message=noted.message + idle)
            if gateway.client_certificate is not None:
                yield from _judged(gateway.client_certificate, subject)
    for route in topology.routes:
        found = dict.fromkeys(
            noted
            for rule in _judged_rules(route)
            for step in rule.references
            for noted in _judged(step, subject)
        )
        yield from found


def _judged(reference: Step, subject: Subject) -> Iterator[Noted]:
    """A reference that fails; an info where what would tell may just not be in the input."""
    for step in rejections(reference):
        help_ = step.clause.remedy
        if step.clause.id in _EXISTENCE or step.actual == "not in the input":
            kind = str(step.expected).partition("/")[0]
            given = any(kind == known for _, known in subject.given_kinds)
            severity = Severity.WARNING if given else Severity.INFO
            says = f"expected {step.expected}, found no such object in the input"
            if not given:
                says += f", nor any {kind}"
                help_ = f"add the manifests of the {kind}s with another -f, or --lenient"
            yield Noted(step.address, says, help_, severity)
        elif step.clause.id == clauses.BACKEND_GRANT.id:
            given = (GATEWAY_GROUP, "ReferenceGrant") in subject.given_kinds
            says = f"expected a {step.expected}, found none: the reference is not permitted"
            yield Noted(step.address, says, help_, Severity.WARNING if given else Severity.INFO)
        else:
            foreign = step.clause.id in _KINDS and "/" in str(step.actual)
            severity = Severity.INFO if foreign else Severity.WARNING
            yield Noted(step.address, step_text(step), help_, severity)


def without_endpoints(subject: Subject) -> Iterator[Noted]:
    """Yield backends that get traffic and have no ready endpoint, where EndpointSlices tell."""
    for rule in _rules(subject):
        for weighted in rule.backends:
            backend = weighted.backend
            if backend.weight and not backend.has_ready_endpoint and backend.failure is None:
                answer = "gets 503" if _answers(rule) else "is refused"
                says = f"expected a ready endpoint of {backend.target}, found none: its share {answer}"
                yield Noted(backend.address, says, "start its pods, or take the backend out")


def weightless(subject: Subject) -> Iterator[Noted]:
    """Yield rules whose backends all have weight 0."""
    for rule in _rules(subject):
        backends: list[BoundBackend] = [weighted.backend for weighted in rule.backends]
        if backends and not any(backend.weight for backend in backends):
            answer = "each request gets 500" if _answers(rule) else "every connection is refused"
            says = f"expected a weight above 0, found 0 for every backend: {answer}"
            yield Noted(rule.address.at("backendRefs"), says, "give one of the backends a weight")


def _answers(rule: BoundRule) -> bool:
    """Whether the gateway can answer in the backend's place: it does for HTTP and gRPC alone."""
    return rule.address.key.kind in ("HTTPRoute", "GRPCRoute")


def _rules(subject: Subject) -> Iterator[BoundRule]:
    for route in subject.simulation.topology.routes:
        if any(parent.accepted for parent in (*route.parents, *route.mesh_parents)):
            yield from route.rules


def _judged_rules(route: BoundRoute) -> Iterator[BoundRule]:
    """The rules of a route, as its Gateways look at them, and as its mesh does."""
    if route.parents or not route.mesh_parents:
        yield from route.rules
    yield from route.mesh_rules
