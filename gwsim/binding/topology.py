"""Everything of a configuration, bound: what reaches what, and why not."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from gwsim.addresses import Address, ListenerKey, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.attachment import Attachment, BoundParent, RouteFacts, bind_parents
from gwsim.binding.listeners import BoundListener, bind_listeners
from gwsim.binding.references import Grants
from gwsim.binding.rules import BoundRule, bind_rules
from gwsim.implementations import SPEC, Implementation
from gwsim.resources.gateways import Gateway, GatewayClass, ReferenceGrant
from gwsim.resources.meta import ObjectMeta
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, check


class Age(NamedTuple):
    """
    When an object was created, so that the older sorts first.

    An object that was never in a cluster has no time; it counts as younger than any that has one.
    """

    unknown: bool
    seconds: float


def age_of(metadata: ObjectMeta) -> Age:
    """Read `creationTimestamp`."""
    text = metadata.creation_timestamp
    if text is None:
        return Age(True, 0.0)
    moment = datetime.fromisoformat(text)
    return Age(False, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


@dataclass(frozen=True, slots=True)
class BoundClass:
    """A GatewayClass, judged."""

    key: ObjectKey
    resource: GatewayClass
    ours: Step
    parameters: Step

    @property
    def accepted(self) -> bool:
        """Whether Gateways of the class are served."""
        return self.ours.selected and self.parameters.selected


@dataclass(frozen=True, slots=True)
class BoundGateway:
    """A Gateway, judged."""

    key: ObjectKey
    resource: Gateway
    class_step: Step
    parameters: Step
    addresses: tuple[tuple[Step, Step], ...]
    """For each requested address: is its type supported, can it be used."""
    listeners: tuple[BoundListener, ...]

    @property
    def served(self) -> bool:
        """Whether a controller takes care of it."""
        return self.class_step.selected

    @property
    def accepted(self) -> bool:
        """Whether its configuration is taken; a Gateway that is not accepted serves nothing."""
        return (
            self.parameters.selected
            and all(kind.selected for kind, _ in self.addresses)
            and self.listeners_step.selected
        )

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
        """Whether one listener at least is accepted."""
        return check(
            clauses.GATEWAY_LISTENERS,
            Address(self.key, ("spec", "listeners")),
            any(listener.accepted for listener in self.listeners),
            expected="one accepted listener or more",
            actual=tuple(listener.key.name for listener in self.listeners if listener.accepted),
        )


@dataclass(frozen=True, slots=True)
class BoundRoute:
    """A route, judged."""

    key: ObjectKey
    resource: HTTPRoute
    age: Age
    parents: tuple[BoundParent, ...]
    rules: tuple[BoundRule, ...]

    @property
    def implemented(self) -> bool:
        """Whether one rule at least can be implemented."""
        return any(rule.valid.selected for rule in self.rules)

    def accepted_by(self, parent: BoundParent) -> bool:
        """Whether the route is accepted for one of its parents."""
        return parent.accepted and self.implemented


@dataclass(frozen=True)
class Topology:
    """The whole of it."""

    snapshot: Snapshot
    implementation: Implementation
    classes: tuple[BoundClass, ...]
    gateways: tuple[BoundGateway, ...]
    routes: tuple[BoundRoute, ...]
    unknown_classes: tuple[str, ...] = field(default=())
    """GatewayClasses that Gateways name, of which the input has none at all: taken as accepted."""

    @cached_property
    def attachments(self) -> Mapping[ListenerKey, tuple[tuple[BoundRoute, Attachment], ...]]:
        """The attached routes of each listener, each route once, in order of `namespace/name`."""
        found: dict[ListenerKey, dict[ObjectKey, tuple[BoundRoute, Attachment]]] = {}
        for route in self.routes:
            for parent in route.parents:
                if route.accepted_by(parent):
                    for attachment in parent.attachments:
                        if attachment.attached:
                            found.setdefault(attachment.listener, {}).setdefault(
                                route.key, (route, attachment)
                            )
        return {listener: tuple(routes.values()) for listener, routes in found.items()}

    @cached_property
    def gateway_by_name(self) -> Mapping[str, BoundGateway]:
        """Gateways by `namespace/name`."""
        return {gateway.key.namespaced_name: gateway for gateway in self.gateways}


def bind(
    snapshot: Snapshot, implementation: Implementation = SPEC, *, controllers: frozenset[str] | None = None
) -> Topology:
    """
    Bind a snapshot.

    Args:
        controllers: the `controllerName`s to serve; None for all.
    """
    grants = Grants(snapshot.all_of(ReferenceGrant))
    classes = tuple(
        _bind_class(key, resource, snapshot, controllers) for key, resource in snapshot.all_of(GatewayClass)
    )
    accepted = {each.key.name: each.accepted for each in classes}
    open_classes = not classes and controllers is None
    gateways = tuple(
        _bind_gateway(
            key, resource, accepted.get(resource.spec.gateway_class_name, open_classes), snapshot, grants
        )
        for key, resource in snapshot.all_of(Gateway)
    )
    listeners = {gateway.key: gateway.listeners for gateway in gateways if gateway.served}
    routes = tuple(
        BoundRoute(
            key=key,
            resource=route,
            age=age_of(route.metadata),
            parents=bind_parents(
                RouteFacts(key, route.spec.parent_refs, route.spec.hostnames), listeners, snapshot
            ),
            rules=bind_rules(key, route, snapshot, grants, implementation),
        )
        for key, route in snapshot.all_of(HTTPRoute)
    )
    unknown = (
        sorted({gateway.resource.spec.gateway_class_name for gateway in gateways}) if open_classes else []
    )
    return Topology(snapshot, implementation, classes, gateways, routes, tuple(unknown))


def _bind_class(
    key: ObjectKey, resource: GatewayClass, snapshot: Snapshot, controllers: frozenset[str] | None
) -> BoundClass:
    name, ref = resource.spec.controller_name, resource.spec.parameters_ref
    ours = check(
        clauses.CLASS_OURS,
        Address(key, ("spec", "controllerName")),
        controllers is None or name in controllers,
        expected=None if controllers is None else tuple(sorted(controllers)),
        actual=name,
    )
    found = ref is None or _parameters_found(
        ObjectKey(ref.group, ref.kind, ref.namespace or "", ref.name), snapshot
    )
    parameters = check(
        clauses.CLASS_PARAMETERS,
        Address(key, ("spec", "parametersRef")),
        found,
        expected=None if ref is None else f"{ref.kind}/{ref.namespace or ''}/{ref.name}",
        actual=None if found else "not in the input",
    )
    return BoundClass(key, resource, ours, parameters)


def _parameters_found(key: ObjectKey, snapshot: Snapshot) -> bool:
    return snapshot.has(key) or snapshot.assumes(key.group, key.kind)


def _bind_gateway(
    key: ObjectKey, resource: Gateway, class_accepted: bool, snapshot: Snapshot, grants: Grants
) -> BoundGateway:
    spec = resource.spec
    ref = spec.infrastructure.parameters_ref if spec.infrastructure else None
    found = ref is None or _parameters_found(
        ObjectKey(ref.group, ref.kind, key.namespace, ref.name), snapshot
    )
    return BoundGateway(
        key=key,
        resource=resource,
        class_step=check(
            clauses.GATEWAY_CLASS,
            Address(key, ("spec", "gatewayClassName")),
            class_accepted,
            expected=spec.gateway_class_name,
            actual="accepted" if class_accepted else "not in the input, or not accepted",
        ),
        parameters=check(
            clauses.GATEWAY_PARAMETERS,
            Address(key, ("spec", "infrastructure", "parametersRef")),
            found,
            expected=None if ref is None else f"{ref.kind}/{key.namespace}/{ref.name}",
            actual=None if found else "not in the input",
        ),
        addresses=tuple(_check_addresses(key, resource)),
        listeners=bind_listeners(key, resource, snapshot, grants),
    )


def _check_addresses(key: ObjectKey, gateway: Gateway) -> Iterator[tuple[Step, Step]]:
    for index, requested in enumerate(gateway.spec.addresses):
        address = Address(key, ("spec", "addresses", index))
        supported = requested.type in ("IPAddress", "Hostname")
        usable = (
            requested.type != "IPAddress" or requested.value in (None, "") or _bindable(requested.value or "")
        )
        yield (
            check(
                clauses.GATEWAY_ADDRESS_TYPE,
                address.at("type"),
                supported,
                expected=("IPAddress", "Hostname"),
                actual=requested.type,
            ),
            check(
                clauses.GATEWAY_ADDRESS_USABLE,
                address.at("value"),
                usable,
                expected="an address that a host can have",
                actual=requested.value,
            ),
        )


def _bindable(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_multicast)
