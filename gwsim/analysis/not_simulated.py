"""What manifests ask for that could change an answer, and that no answer takes into account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gwsim.addresses import NOWHERE, Address, FieldPath, ObjectKey
from gwsim.binding.referring.rules import Rule, rules_of
from gwsim.findings import Finding, Severity
from gwsim.resources.cluster import Service
from gwsim.resources.filters import HTTPRouteFilter
from gwsim.resources.gateways import FrontendTLSConfig, Gateway, GatewayClass, Listener, ListenerSet
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.policies import (
    BackendTLSPolicy,
    BackendTLSPolicyValidation,
    XBackend,
    XBackendTrafficPolicy,
    XMesh,
)
from gwsim.resources.routes import HTTPBackendRef, HTTPRoute
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.resources.stream_routes import TCPRoute, TLSRoute, UDPRoute

_SPOKEN: Mapping[str, frozenset[str]] = {
    "HTTPRoute": frozenset({"HTTP", "HTTP2", "HTTP11", "H2C"}),
    "GRPCRoute": frozenset({"HTTP2", "H2C"}),
}
"""Protocols of XBackends that a kind of route speaks; the other kinds pass everything on."""


class Left(msgspec.Struct, frozen=True, gc=False):
    """A field that is set, and what gwsim does in place of what it asks for."""

    path: FieldPath
    says: str


def not_simulated(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Name every field that is set, could change an answer, and is not simulated; in canonical order."""
    users = _users(snapshot)
    return tuple(
        Finding(
            "NotSimulated",
            Severity.INFO,
            snapshot.locate(Address(key, left.path)) or NOWHERE,
            left.says,
            key=key,
            path=left.path,
        )
        for key, resource in snapshot.objects.items()
        for left in _left(key, resource, snapshot, users)
    )


def _left(
    key: ObjectKey, resource: Resource, snapshot: Snapshot, users: Mapping[ObjectKey, Sequence[str]]
) -> Iterator[Left]:
    match resource:
        case GatewayClass() | XMesh():
            ref = resource.spec.parameters_ref
            target = None if ref is None else ObjectKey(ref.group, ref.kind, ref.namespace or "", ref.name)
            yield from _parameters(target, ("spec", "parametersRef"), snapshot)
        case Gateway():
            yield from _of_gateway(key, resource, snapshot)
        case ListenerSet():
            yield from _of_listeners(resource.spec.listeners)
        case HTTPRoute() | GRPCRoute():
            for index, rule in enumerate(rules_of(resource)):
                yield from _of_rule(rule, ("spec", "rules", index))
        case BackendTLSPolicy():
            if resource.spec.options:
                yield _options(("spec", "options"))
            yield from _of_trust(resource.spec.validation, ("spec", "validation"))
        case XBackendTrafficPolicy():
            yield from _of_traffic(resource)
        case XBackend():
            yield from _of_backend(resource, users.get(key, ()))
        case Service() if resource.spec.session_affinity == "ClientIP":
            says = "clients are not kept with an endpoint: gwsim chooses Services, not their endpoints"
            yield Left(("spec", "sessionAffinity"), says)
        case _:
            return


def _options(path: FieldPath) -> Left:
    return Left(path, "options of one implementation are passed over")


def _parameters(target: ObjectKey | None, path: FieldPath, snapshot: Snapshot) -> Iterator[Left]:
    if target is not None and (snapshot.has(target) or snapshot.assumes(target.group, target.kind)):
        yield Left(path, f"{target} exists; what its settings change is not known to gwsim")


def _of_gateway(key: ObjectKey, gateway: Gateway, snapshot: Snapshot) -> Iterator[Left]:
    spec = gateway.spec
    if spec.infrastructure is not None and spec.infrastructure.parameters_ref is not None:
        ref = spec.infrastructure.parameters_ref
        target = ObjectKey(ref.group, ref.kind, key.namespace, ref.name)
        yield from _parameters(target, ("spec", "infrastructure", "parametersRef"), snapshot)
    yield from _of_listeners(spec.listeners)
    if spec.tls is not None and spec.tls.frontend is not None:
        yield from _of_frontend(spec.tls.frontend)


def _of_listeners(listeners: Sequence[Listener]) -> Iterator[Left]:
    for index, listener in enumerate(listeners):
        if listener.tls is not None and listener.tls.options:
            yield _options(("spec", "listeners", index, "tls", "options"))


def _of_frontend(frontend: FrontendTLSConfig) -> Iterator[Left]:
    says = "validity periods of clients' certificates are not looked at: gwsim reads no clock"
    path: FieldPath = ("spec", "tls", "frontend")
    if frontend.default.validation is not None:
        yield Left((*path, "default", "validation"), says)
    for index, each in enumerate(frontend.per_port):
        if each.tls.validation is not None:
            yield Left((*path, "perPort", index, "tls", "validation"), says)


def _of_rule(rule: Rule, path: FieldPath) -> Iterator[Left]:
    if rule.session_persistence is not None:
        yield _session((*path, "sessionPersistence"))
    yield from _of_filters(rule.filters, path)
    for index, ref in enumerate(rule.backend_refs):
        if isinstance(ref, HTTPBackendRef):
            yield from _of_filters(ref.filters, (*path, "backendRefs", index))


def _of_filters(filters: Sequence[HTTPRouteFilter], path: FieldPath) -> Iterator[Left]:
    for index, each in enumerate(filters):
        if each.type == "ExternalAuth":
            says = "the authorisation server is taken to allow every request"
            yield Left((*path, "filters", index, "externalAuth"), says)


def _session(path: FieldPath) -> Left:
    return Left(path, "every request is taken as the first of its session: the draw decides, not the session")


def _of_trust(validation: BackendTLSPolicyValidation, path: FieldPath) -> Iterator[Left]:
    if validation.well_known_ca_certificates is not None:
        says = "the backend's certificate is taken to be one that these authorities issued"
        yield Left((*path, "wellKnownCACertificates"), says)


def _of_traffic(policy: XBackendTrafficPolicy) -> Iterator[Left]:
    if policy.spec.retry_constraint is not None:
        says = "a limit over many requests: every request is answered as if there were no other"
        yield Left(("spec", "retryConstraint"), says)
    if policy.spec.session_persistence is not None:
        yield _session(("spec", "sessionPersistence"))


def _of_backend(backend: XBackend, users: Sequence[str]) -> Iterator[Left]:
    protocol, tls = backend.spec.protocol, backend.spec.tls
    if protocol is not None:
        strangers = [kind for kind in users if protocol not in _SPOKEN.get(kind, frozenset({protocol}))]
        if protocol == "MCP":
            yield Left(("spec", "protocol"), "MCP is passed on as any HTTP is")
        elif strangers:
            says = f"{protocol} is not what {', '.join(strangers)} speaks; requests are taken to arrive"
            yield Left(("spec", "protocol"), says)
    if tls is not None and tls.validation is not None:
        yield from _of_trust(tls.validation, ("spec", "tls", "validation"))


def _users(snapshot: Snapshot) -> Mapping[ObjectKey, Sequence[str]]:
    """The kinds of routes that refer to each XBackend, in order."""
    backends = [key for key, _ in snapshot.all_of(XBackend)]
    if not backends:
        return {}
    users: dict[ObjectKey, dict[str, None]] = {key: {} for key in backends}
    for key, route in snapshot.objects.items():
        if isinstance(route, HTTPRoute | GRPCRoute | TCPRoute | TLSRoute | UDPRoute):
            for ref in (ref for rule in rules_of(route) for ref in rule.backend_refs):
                target = ObjectKey(ref.group, ref.kind, ref.namespace or key.namespace, ref.name)
                if target in users:
                    users[target][key.kind] = None
    return {key: tuple(kinds) for key, kinds in users.items()}
