"""GatewayClasses and Gateways: whether a controller serves them, and with which listeners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import clauses, policy_clauses
from gwsim.binding.listening.listeners import BoundListener, ListenerOwner, bind_listeners
from gwsim.binding.referring.references import Surroundings
from gwsim.implementations import Implementation
from gwsim.resources.gateways import Gateway, GatewayClass
from gwsim.resources.meta import ObjectReference
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Clause, Step, check

if TYPE_CHECKING:
    from gwsim.binding.listening.listener_sets import BoundListenerSet


class BoundClass(msgspec.Struct, frozen=True, gc=False):
    """A GatewayClass, judged."""

    key: ObjectKey
    resource: GatewayClass
    ours: Step
    parameters: Step

    @property
    def accepted(self) -> bool:
        """Whether Gateways of the class are served."""
        return self.ours.selected and self.parameters.selected


class BoundGateway(msgspec.Struct, frozen=True, gc=False):
    """A Gateway, judged."""

    key: ObjectKey
    resource: Gateway
    class_step: Step
    parameters: Step
    addresses: tuple[tuple[Step, Step], ...]
    """For each requested address: is its type supported, can it be used."""
    client_certificate: Step | None
    """Whether what it shows to backends is there; None where it shows nothing."""
    listeners: tuple[BoundListener, ...]
    """Its own."""
    partial: bool
    """Whether it is accepted although some listeners are not."""
    set_listeners: tuple[BoundListener, ...] = ()
    """Of the ListenerSets that it takes, in order of precedence."""

    @property
    def served(self) -> bool:
        """Whether a controller takes care of it."""
        return self.class_step.selected

    @property
    def all_listeners(self) -> tuple[BoundListener, ...]:
        """Its own listeners, then those of its ListenerSets."""
        return (*self.listeners, *self.set_listeners)

    @property
    def accepted(self) -> bool:
        """Whether its configuration is taken; a Gateway that is not accepted serves nothing."""
        types = all(kind.selected for kind, _ in self.addresses)
        return self.parameters.selected and types and self.listeners_step.selected

    @property
    def assigned(self) -> tuple[tuple[str, str], ...]:
        """The addresses that it is bound to, type and value; those that were asked for and can be used."""
        own_name = f"{self.key.name}.{self.key.namespace}.gateway.invalid"
        requested = self.resource.spec.addresses
        if not requested:
            return (("Hostname", own_name),)
        return tuple(
            (each.type, each.value or (own_name if each.type == "Hostname" else f"192.0.2.{index + 1}"))
            for index, (each, (kind, usable)) in enumerate(zip(requested, self.addresses, strict=True))
            if kind.selected and usable.selected
        )

    @property
    def listeners_step(self) -> Step:
        """Whether one listener at least is accepted; where partial Gateways are refused, all of them."""
        accepted = [listener.accepted for listener in self.listeners]
        return check(
            clauses.GATEWAY_LISTENERS,
            Address(self.key, ("spec", "listeners")),
            any(accepted) if self.partial else all(accepted),
            expected="one accepted listener or more" if self.partial else "accepted listeners alone",
            actual=tuple(listener.key.name for listener in self.listeners if listener.accepted),
        )


def bind_class(
    key: ObjectKey, resource: GatewayClass, snapshot: Snapshot, controllers: frozenset[str] | None
) -> BoundClass:
    """Judge a GatewayClass; `controllers` are the ones to serve, None for all."""
    name, ref = resource.spec.controller_name, resource.spec.parameters_ref
    ours = check(
        clauses.CLASS_OURS,
        Address(key, ("spec", "controllerName")),
        controllers is None or name in controllers,
        expected=None if controllers is None else tuple(sorted(controllers)),
        actual=name,
    )
    parameters = check_parameters(Address(key, ("spec", "parametersRef")), ref, snapshot)
    return BoundClass(key, resource, ours, parameters)


def check_parameters(address: Address, ref: ObjectReference | None, snapshot: Snapshot) -> Step:
    """Check that the parameters of a class or mesh are there, where it asks for any."""
    target = None if ref is None else ObjectKey(ref.group, ref.kind, ref.namespace or "", ref.name)
    return _parameters_step(clauses.CLASS_PARAMETERS, address, target, snapshot)


def _parameters_step(clause: Clause, address: Address, target: ObjectKey | None, snapshot: Snapshot) -> Step:
    found = target is None or snapshot.has(target) or snapshot.assumes(target.group, target.kind)
    expected = None if target is None else str(target)
    return check(clause, address, found, expected=expected, actual=None if found else "not in the input")


def bind_gateway(
    key: ObjectKey, resource: Gateway, served: bool, sets: Sequence[BoundListenerSet], around: Surroundings
) -> BoundGateway:
    """
    Judge a Gateway, its listeners and those of its ListenerSets.

    Args:
        served: whether its class is accepted.
        sets: those that name it, in order of precedence.
    """
    spec = resource.spec
    class_key = ObjectKey(key.group, "GatewayClass", "", spec.gateway_class_name)
    class_given = class_key in around.snapshot.objects
    ref = spec.infrastructure.parameters_ref if spec.infrastructure else None
    target = None if ref is None else ObjectKey(ref.group, ref.kind, key.namespace, ref.name)
    parameters = Address(key, ("spec", "infrastructure", "parametersRef"))
    owners = [ListenerOwner(each.key, each.resource.spec.listeners, _refused(each)) for each in sets]
    listeners = bind_listeners(key, resource, owners, around)
    gateway = BoundGateway(
        key=key,
        resource=resource,
        class_step=check(
            clauses.GATEWAY_CLASS,
            Address(key, ("spec", "gatewayClassName")),
            served,
            expected=spec.gateway_class_name,
            actual="accepted" if served else "not accepted" if class_given else "not in the input",
        ),
        parameters=_parameters_step(clauses.GATEWAY_PARAMETERS, parameters, target, around.snapshot),
        addresses=tuple(_check_addresses(key, resource, around.implementation)),
        client_certificate=_check_client_certificate(key, resource, around),
        listeners=listeners[key],
        partial=around.implementation.partial_gateway == "accept",
    )
    theirs = tuple(listener for each in sets for listener in listeners[each.key])
    if not gateway.accepted:
        step = check(
            policy_clauses.SET_GATEWAY_ACCEPTED, Address(key), False, expected="accepted", actual="not"
        )
        theirs = tuple(structs.replace(listener, parent=listener.parent or step) for listener in theirs)
    return structs.replace(gateway, set_listeners=theirs)


def _refused(listener_set: BoundListenerSet) -> Step | None:
    allowed = listener_set.allowed
    return None if allowed is None or allowed.selected else allowed


def _check_client_certificate(key: ObjectKey, gateway: Gateway, around: Surroundings) -> Step | None:
    backend = gateway.spec.tls and gateway.spec.tls.backend
    if not backend or backend.client_certificate_ref is None:
        return None
    address = Address(key, ("spec", "tls", "backend", "clientCertificateRef"))
    from gwsim.binding.referring.certifying import check_certificate

    step = check_certificate(backend.client_certificate_ref, address, around)
    failed = next((child for child in step.children if not child.selected), None)
    if failed is None:
        return check(policy_clauses.CLIENT_CERTIFICATE_REF, address, True, actual=step.actual)
    granted = failed.clause is not clauses.BACKEND_GRANT
    clause = policy_clauses.CLIENT_CERTIFICATE_REF if granted else policy_clauses.CLIENT_CERTIFICATE_GRANT
    return structs.replace(failed, clause=clause)


def _check_addresses(
    key: ObjectKey, gateway: Gateway, implementation: Implementation
) -> Iterator[tuple[Step, Step]]:
    missing = implementation.unsupported_features
    for index, requested in enumerate(gateway.spec.addresses):
        address = Address(key, ("spec", "addresses", index))
        types = () if requested.value and "GatewayStaticAddresses" in missing else ("IPAddress", "Hostname")
        usable = requested.type != "IPAddress" or not requested.value or _bindable(requested.value)
        where, wish = address.at("value"), "an address that a host can have"
        value = check(clauses.GATEWAY_ADDRESS_USABLE, where, usable, expected=wish, actual=requested.value)
        if not requested.value and "GatewayAddressEmpty" in missing:
            value = check(clauses.GATEWAY_ADDRESS_GIVEN, where, False, expected="an address")
        yield (
            check(
                clauses.GATEWAY_ADDRESS_TYPE,
                address.at("type"),
                requested.type in types,
                expected=types,
                actual=requested.type,
            ),
            value,
        )


def _bindable(text: str) -> bool:
    import ipaddress

    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_multicast)
