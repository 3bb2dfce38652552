"""Listeners: their protocol, their conflicts, their certificates, the kinds of routes they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gwsim.addresses import GATEWAY_GROUP, Address, ListenerKey, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.certificates import certificate_problem
from gwsim.binding.hostnames import ANY, intersection
from gwsim.binding.references import Grants, check_grant, until_rejected
from gwsim.resources.cluster import Secret
from gwsim.resources.gateways import Gateway, Listener
from gwsim.resources.meta import SecretObjectReference
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Clause, Step, all_of, check

KINDS_OF_PROTOCOL: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute",),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
"""Kinds of routes that fit a protocol, as `supportedKinds` lists them."""

SHARES_NO_PORT: Mapping[str, frozenset[str]] = {
    "HTTP": frozenset({"HTTPS", "TLS", "TCP"}),
    "HTTPS": frozenset({"HTTP", "TCP"}),
    "TLS": frozenset({"HTTP", "TCP"}),
    "TCP": frozenset({"HTTP", "HTTPS", "TLS", "TCP"}),
    "UDP": frozenset({"UDP"}),
}
"""Protocols that cannot share a port, whatever the hostnames (GEP-2643, GEP-2644, GEP-2645)."""

SAME_NAMES: Mapping[str, frozenset[str]] = {
    "HTTP": frozenset({"HTTP"}),
    "HTTPS": frozenset({"HTTPS", "TLS"}),
    "TLS": frozenset({"HTTPS", "TLS"}),
}
"""Protocols that can share a port only with another hostname: one name cannot choose between them."""


@dataclass(frozen=True, slots=True)
class BoundListener:
    """One listener, judged."""

    key: ListenerKey
    gateway: ObjectKey
    spec: Listener
    supported_kinds: tuple[str, ...]
    """Kinds of routes it takes; the valid ones of `allowedRoutes.kinds`, or all that fit."""
    protocol: Step
    conflict: Step | None
    """The rejected check that it lost to another listener; None where nothing conflicts."""
    route_kinds: Step
    certificates: tuple[Step, ...]
    """One for each certificateRef, and first one for the TLS configuration as a whole."""
    overlaps: bool
    """Whether its TLS hostname overlaps with that of another listener on the port."""

    @property
    def hostname(self) -> str:
        """The hostname pattern, `ANY` where it has none."""
        return self.spec.hostname or ANY

    @property
    def accepted(self) -> bool:
        """Whether the listener itself is in order; its references apart."""
        return self.protocol.selected and self.conflict is None

    @property
    def has_certificate(self) -> bool:
        """Whether it has what its protocol needs to serve."""
        if not terminates_tls(self.spec):
            return True
        return self.certificates[0].selected and any(step.selected for step in self.certificates[1:])

    @property
    def serving(self) -> bool:
        """Whether it takes traffic."""
        return self.accepted and self.has_certificate

    @property
    def trace(self) -> Step:
        """Everything that was checked."""
        steps = (
            self.protocol,
            *([self.conflict] if self.conflict else []),
            self.route_kinds,
            *self.certificates,
        )
        return check(clauses.LISTENER, self.key.address, self.serving, children=steps)


def terminates_tls(listener: Listener) -> bool:
    """Whether the listener decrypts: HTTPS, or TLS in mode Terminate."""
    return listener.protocol == "HTTPS" or (
        listener.protocol == "TLS" and listener.tls is not None and listener.tls.mode == "Terminate"
    )


def bind_listeners(
    key: ObjectKey, gateway: Gateway, snapshot: Snapshot, grants: Grants
) -> tuple[BoundListener, ...]:
    """Judge every listener of a Gateway."""
    rows = [(ListenerKey(key, index, each.name), each) for index, each in enumerate(gateway.spec.listeners)]
    protocols = {listener_key: _check_protocol(listener_key, each) for listener_key, each in rows}
    conflicts = _conflicts([row for row in rows if protocols[row[0]].selected])
    overlapping = _overlapping([row for row in rows if protocols[row[0]].selected])
    return tuple(
        BoundListener(
            key=listener_key,
            gateway=key,
            spec=each,
            supported_kinds=_supported_kinds(each),
            protocol=protocols[listener_key],
            conflict=conflicts.get(listener_key),
            route_kinds=_check_route_kinds(listener_key, each),
            certificates=tuple(_check_certificates(listener_key, each, snapshot, grants)),
            overlaps=listener_key in overlapping,
        )
        for listener_key, each in rows
    )


def _check_protocol(key: ListenerKey, listener: Listener) -> Step:
    return check(
        clauses.LISTENER_PROTOCOL,
        key.address.at("protocol"),
        listener.protocol in KINDS_OF_PROTOCOL,
        expected=tuple(KINDS_OF_PROTOCOL),
        actual=listener.protocol,
    )


class _PortClaims:
    """Who holds what of one port."""

    __slots__ = ("_by_name", "_by_protocol")

    def __init__(self, rows: Iterable[tuple[ListenerKey, Listener]] = ()) -> None:
        self._by_protocol: dict[str, list[ListenerKey]] = {}
        self._by_name: dict[tuple[str, str | None], list[ListenerKey]] = {}
        for key, listener in rows:
            self._by_protocol.setdefault(listener.protocol, []).append(key)
            self._by_name.setdefault((listener.protocol, listener.hostname), []).append(key)

    def blocker(self, key: ListenerKey, listener: Listener) -> tuple[Clause, ListenerKey] | None:
        """The first other holder that the listener conflicts with, and by which rule."""
        for protocol in sorted(SHARES_NO_PORT[listener.protocol]):
            for other in self._by_protocol.get(protocol, ())[:2]:
                if other != key:
                    return clauses.LISTENER_DISTINCT_PROTOCOL, other
        for protocol in sorted(SAME_NAMES.get(listener.protocol, ())):
            for other in self._by_name.get((protocol, listener.hostname), ())[:2]:
                if other != key:
                    return clauses.LISTENER_DISTINCT_HOSTNAME, other
        return None


def _conflicts(rows: Sequence[tuple[ListenerKey, Listener]]) -> dict[ListenerKey, Step]:
    """
    Find the listeners of one Gateway that cannot be told apart: all of them lose.

    Source:
        Gateway.spec.listeners (core): no winner may be picked among conflicting listeners.
    """
    ports: dict[int, list[tuple[ListenerKey, Listener]]] = {}
    for row in rows:
        ports.setdefault(row[1].port, []).append(row)
    conflicts: dict[ListenerKey, Step] = {}
    for port, sharing in ports.items():
        claims = _PortClaims(sharing)
        for key, listener in sharing:
            blocker = claims.blocker(key, listener)
            if blocker is not None:
                clause, other = blocker
                hostname = listener.hostname or "any host"
                conflicts[key] = check(
                    clause,
                    key.address,
                    False,
                    expected=f"nothing else for {listener.protocol} {hostname} on port {port}",
                    actual=str(other),
                )
    return conflicts


def _overlapping(rows: Sequence[tuple[ListenerKey, Listener]]) -> frozenset[ListenerKey]:
    """Find the TLS listeners whose hostname overlaps with another one's on the same port."""
    ports: dict[int, list[tuple[ListenerKey, Listener]]] = {}
    for row in rows:
        if terminates_tls(row[1]):
            ports.setdefault(row[1].port, []).append(row)
    return frozenset(
        key
        for sharing in ports.values()
        for key, listener in sharing
        if any(
            other != key and intersection(listener.hostname or ANY, rival.hostname or ANY) is not None
            for other, rival in sharing
        )
    )


def _supported_kinds(listener: Listener) -> tuple[str, ...]:
    fitting = KINDS_OF_PROTOCOL.get(listener.protocol, ())
    listed = listener.allowed_routes.kinds
    if not listed:
        return fitting
    return tuple(
        dict.fromkeys(each.kind for each in listed if each.group == GATEWAY_GROUP and each.kind in fitting)
    )


def _check_route_kinds(key: ListenerKey, listener: Listener) -> Step:
    fitting = KINDS_OF_PROTOCOL.get(listener.protocol, ())
    listed = listener.allowed_routes.kinds
    return check(
        clauses.LISTENER_ROUTE_KINDS,
        key.address.at("allowedRoutes", "kinds"),
        all(each.group == GATEWAY_GROUP and each.kind in fitting for each in listed),
        expected=fitting,
        actual=tuple(
            each.kind if each.group == GATEWAY_GROUP else f"{each.group}/{each.kind}" for each in listed
        ),
    )


def _check_certificates(
    key: ListenerKey, listener: Listener, snapshot: Snapshot, grants: Grants
) -> Iterator[Step]:
    if not terminates_tls(listener):
        return
    refs = listener.tls.certificate_refs if listener.tls else ()
    yield check(
        clauses.LISTENER_TLS,
        key.address.at("tls"),
        bool(refs),
        expected="one certificateRef or more",
        actual=len(refs),
    )
    for index, ref in enumerate(refs):
        yield _check_certificate(ref, key.address.at("tls", "certificateRefs", index), snapshot, grants)


def _check_certificate(
    ref: SecretObjectReference, address: Address, snapshot: Snapshot, grants: Grants
) -> Step:
    target = ObjectKey(ref.group, ref.kind, ref.namespace or address.key.namespace, ref.name)
    secret = snapshot.get(Secret, target.namespace, target.name)
    assumed = snapshot.assumes("", "Secret")

    def checks() -> Iterator[Step]:
        yield check_grant(grants, address.key, target, address)
        yield check(
            clauses.CERTIFICATE_KIND,
            address,
            (ref.group, ref.kind) == ("", "Secret"),
            expected="Secret",
            actual=f"{ref.group}/{ref.kind}" if ref.group else ref.kind,
        )
        found = secret is not None or assumed
        actual = str(target) if found else "not in the input"
        yield check(clauses.CERTIFICATE_EXISTS, address, found, expected=str(target), actual=actual)
        problem = None if secret is None else certificate_problem(secret)
        expected = "a certificate and its key"
        yield check(clauses.CERTIFICATE_USABLE, address, problem is None, expected=expected, actual=problem)

    return all_of(clauses.CERTIFICATE, address, until_rejected(checks()), actual=str(target))
