"""What manifests ask for that could change an answer, and that no answer takes into account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gwsim.addresses import NOWHERE, Address, FieldPath, ObjectKey
from gwsim.analysis.left import Left, options_left, parameters_left, session_left
from gwsim.binding.referring.rules import Rule, rules_of
from gwsim.findings import Finding, Severity
from gwsim.resources.cluster import Service
from gwsim.resources.filters import HTTPRouteFilter
from gwsim.resources.gateways import FrontendTLSConfig, Gateway, GatewayClass, Listener, ListenerSet
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.routes import HTTPBackendRef, HTTPRoute
from gwsim.resources.snapshot import Resource, Snapshot


def not_simulated(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Name every field that is set, could change an answer, and is not simulated; in canonical order."""
    of_policies: Mapping[ObjectKey, Sequence[Left]] = {}
    if snapshot.has_any("BackendTLSPolicy", "XBackend", "XBackendTrafficPolicy", "XMesh"):
        from gwsim.analysis.policies_not_simulated import left_by_policies

        of_policies = left_by_policies(snapshot)
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
        for left in of_policies.get(key) or _left(key, resource, snapshot)
    )


def _left(key: ObjectKey, resource: Resource, snapshot: Snapshot) -> Iterator[Left]:
    match resource:
        case GatewayClass():
            yield from parameters_left(resource.spec.parameters_ref, ("spec", "parametersRef"), snapshot)
        case Gateway():
            yield from _of_gateway(key, resource, snapshot)
        case ListenerSet():
            yield from _of_listeners(resource.spec.listeners)
        case HTTPRoute() | GRPCRoute():
            for index, rule in enumerate(rules_of(resource)):
                yield from _of_rule(rule, ("spec", "rules", index))
        case Service() if resource.spec.session_affinity == "ClientIP":
            says = "clients are not kept with an endpoint: gwsim chooses Services, not their endpoints"
            yield Left(("spec", "sessionAffinity"), says)
        case _:
            return


def _of_gateway(key: ObjectKey, gateway: Gateway, snapshot: Snapshot) -> Iterator[Left]:
    spec = gateway.spec
    if spec.infrastructure is not None:
        ref, path = spec.infrastructure.parameters_ref, ("spec", "infrastructure", "parametersRef")
        yield from parameters_left(ref, path, snapshot, namespace=key.namespace)
    yield from _of_listeners(spec.listeners)
    if spec.tls is not None and spec.tls.frontend is not None:
        yield from _of_frontend(spec.tls.frontend)


def _of_listeners(listeners: Sequence[Listener]) -> Iterator[Left]:
    for index, listener in enumerate(listeners):
        if listener.tls is not None and listener.tls.options:
            yield options_left(("spec", "listeners", index, "tls", "options"))


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
        yield session_left((*path, "sessionPersistence"))
    yield from _of_filters(rule.filters, path)
    for index, ref in enumerate(rule.backend_refs):
        if isinstance(ref, HTTPBackendRef):
            yield from _of_filters(ref.filters, (*path, "backendRefs", index))


def _of_filters(filters: Sequence[HTTPRouteFilter], path: FieldPath) -> Iterator[Left]:
    for index, each in enumerate(filters):
        if each.type == "ExternalAuth":
            says = "the authorisation server is taken to allow every request"
            yield Left((*path, "filters", index, "externalAuth"), says)
