"""The same of policies, XBackends and XMeshes: what they ask for that no answer takes into account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gwsim.addresses import FieldPath, ObjectKey
from gwsim.analysis.left import Left, options_left, parameters_left, session_left
from gwsim.binding.referring.rules import rules_of
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.policies import (
    BackendTLSPolicy,
    BackendTLSPolicyValidation,
    XBackend,
    XBackendTrafficPolicy,
    XMesh,
)
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.resources.stream_routes import TCPRoute, TLSRoute, UDPRoute

_SPOKEN: Mapping[str, frozenset[str]] = {
    "HTTPRoute": frozenset({"HTTP", "HTTP2", "HTTP11", "H2C"}),
    "GRPCRoute": frozenset({"HTTP2", "H2C"}),
}
"""Protocols of XBackends that a kind of route speaks; the other kinds pass everything on."""


def left_by_policies(snapshot: Snapshot) -> Mapping[ObjectKey, Sequence[Left]]:
    """The fields of each such object that are set and not simulated, where it has any."""
    users = _users(snapshot)
    left = ((key, tuple(_left(key, each, snapshot, users))) for key, each in snapshot.objects.items())
    return {key: fields for key, fields in left if fields}


def _left(
    key: ObjectKey, resource: Resource, snapshot: Snapshot, users: Mapping[ObjectKey, Sequence[str]]
) -> Iterator[Left]:
    match resource:
        case XMesh():
            yield from parameters_left(resource.spec.parameters_ref, ("spec", "parametersRef"), snapshot)
        case BackendTLSPolicy():
            if resource.spec.options:
                yield options_left(("spec", "options"))
            yield from _of_trust(resource.spec.validation, ("spec", "validation"))
        case XBackendTrafficPolicy():
            yield from _of_traffic(resource)
        case XBackend():
            yield from _of_backend(resource, users.get(key, ()))
        case _:
            return


def _of_trust(validation: BackendTLSPolicyValidation, path: FieldPath) -> Iterator[Left]:
    if validation.well_known_ca_certificates is not None:
        says = "the backend's certificate is taken to be one that these authorities issued"
        yield Left((*path, "wellKnownCACertificates"), says)


def _of_traffic(policy: XBackendTrafficPolicy) -> Iterator[Left]:
    if policy.spec.retry_constraint is not None:
        says = "a limit over many requests: every request is answered as if there were no other"
        yield Left(("spec", "retryConstraint"), says)
    if policy.spec.session_persistence is not None:
        yield session_left(("spec", "sessionPersistence"))


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
