"""Listeners: their protocol, their conflicts, their certificates, the kinds of routes they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import structs

from gwsim.addresses import GATEWAY_GROUP, Address, ListenerKey, ObjectKey
from gwsim.binding import clauses, policy_clauses
from gwsim.binding.hostnames import ANY
from gwsim.binding.referring.references import Surroundings, check_grant
from gwsim.implementations import Implementation
from gwsim.resources.gateways import FrontendTLSValidation, Gateway, Listener
from gwsim.resources.meta import LocalObjectReference
from gwsim.trace import Step, check

KINDS_OF_PROTOCOL: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute",),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
"""Kinds of routes that fit a protocol, as `supportedKinds` lists them."""


class Claim(NamedTuple):
    """A listener that wants its part of a port."""

    key: ListenerKey
    listener: Listener


class ClientValidation(msgspec.Struct, frozen=True, gc=False):
    """How a listener checks its clients' certificates, followed."""

    spec: FrontendTLSValidation
    references: tuple[Step, ...]
    """For each caCertificateRef."""
    step: Step

    @property
    def insecure(self) -> bool:
        """Whether clients without a valid certificate are let in all the same."""
        return self.spec.mode == "AllowInsecureFallback"

    def authorities(self, own_namespace: str) -> tuple[tuple[str, str], ...]:
        """Namespace and name of each ConfigMap that can be used."""
        return tuple(
            (ref.namespace or own_namespace, ref.name)
            for ref, step in zip(self.spec.ca_certificate_refs, self.references, strict=True)
            if step.selected
        )


class BoundListener(msgspec.Struct, frozen=True, gc=False):
    """One listener, judged."""

    key: ListenerKey
    gateway: ObjectKey
    """The Gateway that it belongs to; its own, or the one that its ListenerSet extends."""
    spec: Listener
    parent: Step | None
    """Of a ListenerSet that its Gateway does not take: the check that failed."""
    supported_kinds: tuple[str, ...]
    """Kinds of routes it takes; the valid ones of `allowedRoutes.kinds`, or all that fit."""
    protocol: Step
    conflict: Step | None
    """The rejected check that it lost to another listener; None where nothing conflicts."""
    route_kinds: Step
    certificates: tuple[Step, ...]
    """One for each certificateRef, and first one for the TLS configuration as a whole."""
    clients: ClientValidation | None
    overlaps: bool
    """Whether its TLS hostname overlaps with that of another listener on the port."""
    strict: bool = False
    """Whether a listener without a usable certificate counts as not accepted."""

    @property
    def hostname(self) -> str:
        """The hostname pattern, `ANY` where it has none."""
        return self.spec.hostname or ANY

    @property
    def accepted(self) -> bool:
        """Whether the listener itself is in order; its certificates apart."""
        clients = self.clients is None or self.clients.step.selected
        certified = self.has_certificate or not self.strict
        return self.protocol.selected and self.conflict is None and clients and certified

    @property
    def has_certificate(self) -> bool:
        """Whether it has what its protocol needs to serve."""
        if not terminates_tls(self.spec):
            return True
        return self.certificates[0].selected and any(step.selected for step in self.certificates[1:])

    @property
    def serving(self) -> bool:
        """Whether it takes traffic."""
        return self.accepted and self.has_certificate and self.parent is None

    @property
    def trace(self) -> Step:
        """Everything that was checked."""
        steps = (
            *([self.parent] if self.parent else []),
            self.protocol,
            *([self.conflict] if self.conflict else []),
            self.route_kinds,
            *self.certificates,
            *([self.clients.step] if self.clients else []),
        )
        return check(clauses.LISTENER, self.key.address, self.serving, children=steps)


def terminates_tls(listener: Listener) -> bool:
    """Whether the listener decrypts: HTTPS, or TLS in mode Terminate."""
    return listener.protocol == "HTTPS" or (
        listener.protocol == "TLS" and listener.tls is not None and listener.tls.mode == "Terminate"
    )


class ListenerOwner(msgspec.Struct, frozen=True, gc=False):
    """A Gateway or a ListenerSet, with its listeners."""

    key: ObjectKey
    listeners: tuple[Listener, ...]
    refused: Step | None = None
    """Of a ListenerSet that the Gateway does not take."""


def bind_listeners(
    gateway_key: ObjectKey, gateway: Gateway, sets: Sequence[ListenerOwner], around: Surroundings
) -> dict[ObjectKey, tuple[BoundListener, ...]]:
    """
    Judge every listener of a Gateway and of its ListenerSets.

    Args:
        sets: in order of precedence.

    Returns:
        The listeners of each owner, in its own order.
    """
    owners = (ListenerOwner(gateway_key, gateway.spec.listeners), *sets)
    rows = {
        owner.key: [
            Claim(ListenerKey(owner.key, index, each.name), each)
            for index, each in enumerate(owner.listeners)
        ]
        for owner in owners
    }
    protocols = {
        claim.key: _check_protocol(claim, around.implementation)
        for claims in rows.values()
        for claim in claims
    }
    merged = {
        owner.key: [claim for claim in rows[owner.key] if protocols[claim.key].selected]
        for owner in owners
        if owner.refused is None
    }
    lost: Mapping[ListenerKey, Step] = {}
    overlaps: frozenset[ListenerKey] = frozenset()
    if sum(map(len, merged.values())) > 1:
        from gwsim.binding.listening.conflicts import conflicts, overlapping

        own, *others = merged.values()
        lost = conflicts(own, others, around.implementation)
        tls = [claim for claims in merged.values() for claim in claims if terminates_tls(claim.listener)]
        overlaps = overlapping(tls)

    def bind(claim: Claim, owner: ListenerOwner) -> BoundListener:
        key, listener = claim
        conflict = lost.get(key)
        return BoundListener(
            key=key,
            gateway=gateway_key,
            spec=listener,
            parent=owner.refused,
            supported_kinds=_supported_kinds(listener, conflict, protocols[key], around.implementation),
            protocol=protocols[key],
            conflict=conflict,
            route_kinds=_check_route_kinds(claim, around.implementation),
            certificates=tuple(_check_certificates(claim, around)),
            clients=_bind_clients(gateway_key, gateway, listener, around),
            overlaps=key in overlaps,
            strict=around.implementation.unresolved_listener_accepted == "false",
        )

    return {owner.key: tuple(bind(claim, owner) for claim in rows[owner.key]) for owner in owners}


def _check_protocol(claim: Claim, implementation: Implementation) -> Step:
    key, listener = claim
    missing = implementation.unsupported_features
    protocols = tuple(name for name, kinds in KINDS_OF_PROTOCOL.items() if not missing.issuperset(kinds))
    known = check(
        clauses.LISTENER_PROTOCOL,
        key.address.at("protocol"),
        listener.protocol in protocols,
        expected=protocols,
        actual=listener.protocol,
    )
    if known.selected and listener.protocol == "TLS" and implementation.tls_mode_terminate == "off":
        mode = "Terminate" if listener.tls is None else listener.tls.mode
        place = key.address.at("tls", "mode")
        passed = mode == "Passthrough"
        return check(policy_clauses.LISTENER_MODE, place, passed, expected="Passthrough", actual=mode)
    return known


def fitting_kinds(listener: Listener, implementation: Implementation) -> tuple[str, ...]:
    """The kinds of routes that fit a listener's protocol and mode."""
    kinds = KINDS_OF_PROTOCOL.get(listener.protocol, ())
    if listener.protocol == "TLS" and terminates_tls(listener):
        kinds = (*kinds, "TCPRoute") if implementation.tcp_route_on_tls_terminate == "on" else kinds
    return tuple(kind for kind in kinds if kind not in implementation.unsupported_features)


def _supported_kinds(
    listener: Listener, conflict: Step | None, protocol: Step, implementation: Implementation
) -> tuple[str, ...]:
    modes_mixed = (
        listener.protocol == "TLS"
        and implementation.tls_mode_mixed == "off"
        and conflict is not None
        and conflict.clause is clauses.LISTENER_DISTINCT_PROTOCOL
    )
    if modes_mixed or not protocol.selected:
        return ()
    fitting = fitting_kinds(listener, implementation)
    listed = listener.allowed_routes.kinds
    if not listed:
        return fitting
    named = (each.kind for each in listed if each.group == GATEWAY_GROUP and each.kind in fitting)
    return tuple(dict.fromkeys(named))


def _check_route_kinds(claim: Claim, implementation: Implementation) -> Step:
    key, listener = claim
    fitting = fitting_kinds(listener, implementation)
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


def _check_certificates(claim: Claim, around: Surroundings) -> Iterator[Step]:
    key, listener = claim
    if not terminates_tls(listener):
        return
    refs = listener.tls.certificate_refs if listener.tls else ()
    if around.implementation.multiple_certificates == "first":
        refs = refs[:1]
    yield check(
        clauses.LISTENER_TLS,
        key.address.at("tls"),
        bool(refs),
        expected="one certificateRef or more",
        actual=len(refs),
    )
    from gwsim.binding.referring.certifying import check_certificate

    for index, ref in enumerate(refs):
        yield check_certificate(ref, key.address.at("tls", "certificateRefs", index), around)


def _bind_clients(
    key: ObjectKey, gateway: Gateway, listener: Listener, around: Surroundings
) -> ClientValidation | None:
    """
    Find how an HTTPS listener checks its clients: by its port's own configuration, else by the default.

    Source:
        Gateway.spec.tls.frontend (GEP-91, GEP-3567; extended).
    """
    frontend = gateway.spec.tls and gateway.spec.tls.frontend
    if not frontend or listener.protocol != "HTTPS":
        return None
    address = Address(key, ("spec", "tls", "frontend", "default", "validation"))
    validation = frontend.default.validation
    for index, each in enumerate(frontend.per_port):
        if each.port == listener.port:
            address = Address(key, ("spec", "tls", "frontend", "perPort", index, "tls", "validation"))
            validation = each.tls.validation
    if validation is None:
        return None
    references = tuple(
        _check_client_ca(validation, index, address, around)
        for index in range(len(validation.ca_certificate_refs))
    )
    usable = any(step.selected for step in references)
    step = check(policy_clauses.FRONTEND_CA, address, usable, actual=validation.mode, children=references)
    return ClientValidation(validation, references, step)


def _check_client_ca(
    validation: FrontendTLSValidation, index: int, address: Address, around: Surroundings
) -> Step:
    ref = validation.ca_certificate_refs[index]
    place = address.at("caCertificateRefs", index)
    target = ObjectKey(ref.group, ref.kind, ref.namespace or address.key.namespace, ref.name)
    grant = check_grant(around.grants, address.key, target, place)
    if not grant.selected:
        return structs.replace(grant, clause=policy_clauses.CA_GRANT)
    from gwsim.binding.referring.trusting import check_ca

    local = LocalObjectReference(group=ref.group, kind=ref.kind, name=ref.name)
    return check_ca(local, target.namespace, place, around.snapshot)
