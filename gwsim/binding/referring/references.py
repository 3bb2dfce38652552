"""References between objects: whether they are permitted, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from gwsim.addresses import EXPERIMENTAL_GROUP, Address, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.referring.policies import Policies, Trust
from gwsim.implementations import Implementation
from gwsim.resources.cluster import Service, ServiceImport
from gwsim.resources.gateways import ReferenceGrant
from gwsim.resources.meta import BackendObjectReference
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, check, until_rejected

if TYPE_CHECKING:
    from gwsim.resources.policies import XBackend

H2C, WEBSOCKET, SECURE_WEBSOCKET = "kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"
_KINDS = (("", "Service"), ("multicluster.x-k8s.io", "ServiceImport"), (EXPERIMENTAL_GROUP, "XBackend"))


class Grants:
    """All ReferenceGrants, as a look-up table."""

    __slots__ = ("_permitted",)

    def __init__(self, grants: Iterable[tuple[ObjectKey, ReferenceGrant]]) -> None:
        self._permitted = frozenset(
            (
                source.group,
                source.kind,
                source.namespace,
                target.group,
                target.kind,
                key.namespace,
                target.name,
            )
            for key, grant in grants
            for source in grant.spec.from_
            for target in grant.spec.to
        )

    def permit(self, referrer: ObjectKey, target: ObjectKey) -> bool:
        """
        Whether an object may refer to another.

        Source:
            ReferenceGrant.spec (core): entries are added up, there is no deny.
        """
        if referrer.namespace == target.namespace:
            return True
        row = (referrer.group, referrer.kind, referrer.namespace, target.group, target.kind, target.namespace)
        return (*row, None) in self._permitted or (*row, target.name) in self._permitted


class Surroundings(msgspec.Struct, frozen=True):
    """What references are followed in."""

    snapshot: Snapshot
    grants: Grants
    policies: Policies
    implementation: Implementation
    followed: dict[tuple[object, ...], _Followed] = {}
    """References to backends that were followed: most are made again and again. Filled on the way."""


class BackendSecurity(msgspec.Struct, frozen=True, gc=False):
    """That TLS is spoken to a backend, and whom to trust."""

    name: str
    """`namespace/name` of the policy, or of the XBackend."""
    trust: Trust | None
    client_certificate: str | None = None
    """`namespace/name` of the Secret of an XBackend's own; else the Gateway's counts."""
    client_step: Step | None = None
    """Whether that Secret can be used."""

    @property
    def can_be_met(self) -> bool:
        """Whether a connection can be made as it demands; it is never made in plain text."""
        shown = self.client_step is None or self.client_step.selected
        return shown and (self.trust is None or self.trust.usable)


class BoundBackend(msgspec.Struct, frozen=True, gc=False):
    """A reference to a backend, followed."""

    address: Address
    """The backendRef."""
    target: ObjectKey
    port: int | None
    weight: int
    app_protocol: str | None
    has_ready_endpoint: bool
    """False only where EndpointSlices of the Service say so."""
    security: BackendSecurity | None
    trace: Step

    @property
    def failure(self) -> Step | None:
        """The check that failed; None for a backend that can be used."""
        return None if self.trace.selected else self.trace.children[-1]


class _Target(msgspec.Struct, frozen=True, gc=False):
    """What of a backend's object matters, whatever its kind."""

    ports: tuple[str, ...]
    """Number and transport of each."""
    transport: str = "TCP"
    """What the route's kind needs."""
    port: int | None = None
    port_found: bool = True
    app_protocol: str | None = None
    external_name: bool = False
    security: BackendSecurity | None = None


def check_grant(grants: Grants, referrer: ObjectKey, target: ObjectKey, address: Address) -> Step:
    """Check that a reference may cross namespaces."""
    return check(
        clauses.BACKEND_GRANT,
        address,
        grants.permit(referrer, target),
        expected=(
            f"ReferenceGrant in {target.namespace} "
            f"from {referrer.kind} of {referrer.namespace} to {target.kind}"
        ),
        actual="none" if referrer.namespace != target.namespace else "same namespace",
    )


def follow_backend(
    ref: BackendObjectReference, address: Address, weight: int, around: Surroundings, *, mesh: bool = False
) -> BoundBackend:
    """
    Follow a reference to a backend, up to the first check that fails.

    Args:
        mesh: whether the route is a mesh's, where references to other namespaces need no grant.

    Source:
        BackendObjectReference, RouteConditionType.ResolvedRefs (core).
    """
    free = mesh and around.implementation.mesh_reference_grant == "off"
    group, kind, namespace, _ = address.key
    at = (group, kind, namespace, free, ref.group, ref.kind, ref.namespace, ref.name, ref.port)
    found = around.followed.get(at)
    if found is None:
        found = around.followed[at] = _follow(ref, address, around, free=free)
    checks = tuple(
        Step(each.clause, each.outcome, address, each.expected, each.actual) for each in found.checks
    )
    return BoundBackend(
        address=address,
        target=found.target,
        port=found.port,
        weight=weight,
        app_protocol=found.app_protocol,
        has_ready_endpoint=found.has_ready_endpoint,
        security=found.security,
        trace=check(clauses.BACKEND, address, found.resolved, actual=found.name, children=checks),
    )


class _Followed(msgspec.Struct, frozen=True, gc=False):
    """Where a reference leads, from whatever field of a route of one kind and namespace."""

    target: ObjectKey
    name: str
    port: int | None
    app_protocol: str | None
    has_ready_endpoint: bool
    security: BackendSecurity | None
    checks: tuple[Step, ...]
    """At the address that was followed first."""

    @property
    def resolved(self) -> bool:
        """Whether every check holds; the last is the one that may have failed."""
        return self.checks[-1].selected


def _follow(ref: BackendObjectReference, address: Address, around: Surroundings, *, free: bool) -> _Followed:
    key = ObjectKey(ref.group, ref.kind, ref.namespace or address.key.namespace, ref.name)
    name = str(key)
    found = _target(key, ref, address.key.kind, around)

    def checks() -> Iterator[Step]:
        named = f"{ref.group}/{ref.kind}" if ref.group else ref.kind
        known = (ref.group, ref.kind) in _KINDS
        expected = tuple(kind for _, kind in _KINDS)
        yield check(clauses.BACKEND_KIND, address, known, expected=expected, actual=named)
        if not free:
            yield check_grant(around.grants, address.key, key, address)
        there = found is not None or around.snapshot.assumes(ref.group, ref.kind)
        actual = name if there else "not in the input"
        yield check(clauses.BACKEND_EXISTS, address, there, expected=name, actual=actual)
        if found is not None:
            yield from _target_checks(found, ref, address, around.implementation)

    is_service = key.kind == "Service"
    return _Followed(
        target=key,
        name=name,
        port=found.port if found else ref.port,
        app_protocol=found.app_protocol if found else None,
        has_ready_endpoint=around.snapshot.ready_services.get((key.namespace, key.name), True)
        if is_service
        else True,
        security=found.security if found else None,
        checks=tuple(until_rejected(checks())),
    )


def _target_checks(
    target: _Target, ref: BackendObjectReference, address: Address, implementation: Implementation
) -> Iterator[Step]:
    allowed = not target.external_name or implementation.external_name == "allow"
    kind = "ExternalName" if target.external_name else None
    yield check(clauses.BACKEND_EXTERNAL_NAME, address, allowed, expected="not ExternalName", actual=kind)
    wanted = f"{ref.port}/{target.transport}"
    yield check(clauses.BACKEND_PORT, address, target.port_found, expected=wanted, actual=target.ports)
    spoken = _speaks(address.key.kind, target, implementation)
    protocol = target.app_protocol
    yield check(clauses.BACKEND_APP_PROTOCOL, address, spoken, expected=address.key.kind, actual=protocol)


def _target(
    key: ObjectKey, ref: BackendObjectReference, route_kind: str, around: Surroundings
) -> _Target | None:
    resource = around.snapshot.objects.get(key)
    match resource:
        case Service() | ServiceImport():
            transport = "UDP" if route_kind == "UDPRoute" else "TCP"
            ports = resource.spec.ports
            fitting = (port for port in ports if port.port == ref.port and port.protocol == transport)
            port = next(fitting, None)
            policy = around.policies.tls_for(key.kind, key.namespace, key.name, port.name if port else None)
            return _Target(
                ports=tuple(f"{each.port}/{each.protocol}" for each in ports),
                transport=transport,
                port=ref.port,
                port_found=port is not None,
                app_protocol=port.app_protocol if port else None,
                external_name=isinstance(resource, Service) and resource.spec.type == "ExternalName",
                security=None
                if policy is None
                else BackendSecurity(policy.key.namespaced_name, policy.trust),
            )
        case _ if key.kind == "XBackend":
            return _external_target(key, around)
        case _:
            return None


def _external_target(key: ObjectKey, around: Surroundings) -> _Target | None:
    from gwsim.resources.policies import XBackend

    backend = around.snapshot.objects.get(key)
    if not isinstance(backend, XBackend):
        return None
    number = backend.spec.port.port
    return _Target((f"{number}/TCP",), port=number, security=_own_security(key, backend, around))


def _own_security(key: ObjectKey, backend: XBackend, around: Surroundings) -> BackendSecurity | None:
    tls = backend.spec.tls
    if tls is None or tls.mode == "None":
        return None
    address = Address(key, ("spec", "tls"))
    validation, ref = tls.validation, tls.client_certificate_ref
    trust = None
    if validation is not None:
        from gwsim.binding.referring.trusting import follow_trust

        trust = follow_trust(validation, address.at("validation"), around.snapshot)
    if ref is None:
        return BackendSecurity(key.namespaced_name, trust)
    certificate = f"{ref.namespace or key.namespace}/{ref.name}"
    from gwsim.binding.referring.certifying import check_certificate

    step = check_certificate(ref, address.at("clientCertificateRef"), around)
    return BackendSecurity(key.namespaced_name, trust, certificate, step)


def _speaks(route_kind: str, target: _Target, implementation: Implementation) -> bool:
    """
    Whether a route of a kind can reach a backend by the protocol that its port names.

    Source:
        GEP-1911.
    """
    match target.app_protocol:
        case "kubernetes.io/wss":
            return route_kind not in ("HTTPRoute", "GRPCRoute") or (
                route_kind == "HTTPRoute" and target.security is not None
            )
        case "kubernetes.io/ws":
            missing = "HTTPRouteBackendProtocolWebSocket" in implementation.unsupported_features
            return route_kind != "GRPCRoute" and not (route_kind == "HTTPRoute" and missing)
        case "kubernetes.io/h2c" if route_kind == "HTTPRoute":
            return "HTTPRouteBackendProtocolH2C" not in implementation.unsupported_features
        case None | "" | "kubernetes.io/h2c":
            return True
        case _:
            return implementation.unknown_app_protocol == "ignore"
