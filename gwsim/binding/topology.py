"""Everything of a configuration, bound: what reaches what, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from gwsim.addresses import ListenerKey, ObjectKey
from gwsim.binding.ages import Age, age_of
from gwsim.binding.attaching.attachment import Attachment, BoundParent, Doors, bind_parents, is_service
from gwsim.binding.listening.gateways import BoundClass, BoundGateway, bind_class, bind_gateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.policies import Policies
from gwsim.binding.referring.references import Grants, Surroundings
from gwsim.binding.referring.rules import BoundRule, bind_rules, patterns_of
from gwsim.implementations import SPEC, Implementation
from gwsim.resources.gateways import Gateway, GatewayClass, ReferenceGrant
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Route, Snapshot
from gwsim.resources.stream_routes import TCPRoute, TLSRoute, UDPRoute
from gwsim.trace import Step

if TYPE_CHECKING:
    from gwsim.binding.listening.listener_sets import BoundListenerSet


class BoundRoute(msgspec.Struct, frozen=True, gc=False):
    """A route, judged."""

    key: ObjectKey
    resource: Route
    age: Age
    parents: tuple[BoundParent, ...]
    """Gateways and ListenerSets."""
    mesh_parents: tuple[BoundParent, ...]
    """Services."""
    rules: tuple[BoundRule, ...]
    mesh_rules: tuple[BoundRule, ...]
    """The same rules with their references followed as a mesh does; empty without parents there."""
    falls_back: bool
    """Whether one invalid rule makes the whole route fall back to what it was; offline to nothing."""

    def rules_for(self, parent: BoundParent) -> tuple[BoundRule, ...]:
        """The rules as they are for the traffic of one of its parents."""
        return self.mesh_rules if parent in self.mesh_parents else self.rules

    def implements(self, rules: Sequence[BoundRule]) -> bool:
        """Whether one rule at least can be implemented; a route without rules has none that cannot."""
        valid = [rule.valid.selected for rule in rules]
        return (all(valid) if self.falls_back else any(valid)) or not valid

    def accepted_by(self, parent: BoundParent) -> bool:
        """Whether the route is accepted for one of its parents."""
        return parent.accepted and (self.implements(self.rules_for(parent)) or self.falls_back)


class Topology(msgspec.Struct, frozen=True, dict=True):
    """The whole of it."""

    snapshot: Snapshot
    implementation: Implementation
    classes: tuple[BoundClass, ...]
    gateways: tuple[BoundGateway, ...]
    listener_sets: tuple[BoundListenerSet, ...]
    routes: tuple[BoundRoute, ...]
    policies: Policies
    unknown_classes: tuple[str, ...] = ()
    """GatewayClasses that Gateways name, of which the input has none at all: taken as accepted."""
    controllers: frozenset[str] | None = None
    """The `controllerName`s that it was bound for; None for all."""

    @cached_property
    def attachments(self) -> Mapping[ListenerKey, tuple[tuple[BoundRoute, Attachment], ...]]:
        """The attached routes of each listener, each route once, in order of kind and `namespace/name`."""
        found: dict[ListenerKey, dict[ObjectKey, tuple[BoundRoute, Attachment]]] = {}
        for route in self.routes:
            for parent in (*route.parents, *route.mesh_parents):
                if route.accepted_by(parent):
                    for attachment in parent.attachments:
                        if attachment.attached:
                            found.setdefault(attachment.listener, {}).setdefault(
                                route.key, (route, attachment)
                            )
        return {listener: tuple(routes.values()) for listener, routes in found.items()}

    @cached_property
    def routing_to(self) -> Mapping[tuple[str, str], tuple[BoundGateway, ...]]:
        """The Gateways whose attached routes name a backend, in order, by its namespace and name."""
        found: dict[tuple[str, str], dict[ObjectKey, BoundGateway]] = {}
        for gateway in self.gateways:
            for listener in gateway.all_listeners:
                for route, _ in self.attachments.get(listener.key, ()):
                    for target in _targets(route):
                        found.setdefault(target, {})[gateway.key] = gateway
        return {target: tuple(gateways.values()) for target, gateways in found.items()}

    @cached_property
    def patterns(self) -> frozenset[str]:
        """Every regular expression of any rule."""
        return frozenset(
            pattern
            for route in self.routes
            for rule in route.rules
            for match in rule.spec.matches
            for _, pattern in patterns_of(match)
        )

    @cached_property
    def partly_valid(self) -> tuple[BoundRoute, ...]:
        """The routes of which some rule cannot be implemented."""
        return tuple(route for route in self.routes if not all(rule.valid.selected for rule in route.rules))

    @cached_property
    def gateway_by_name(self) -> Mapping[str, BoundGateway]:
        """Gateways by `namespace/name`."""
        return {gateway.key.namespaced_name: gateway for gateway in self.gateways}

    @cached_property
    def sets_of(self) -> Mapping[ObjectKey, Sequence[BoundListenerSet]]:
        """The ListenerSets that name a Gateway, in order of precedence."""
        return _by_gateway(self.listener_sets)

    @cached_property
    def controllers_by_class(self) -> Mapping[str, str]:
        """The `controllerName` of each GatewayClass."""
        return {each.key.name: each.resource.spec.controller_name for each in self.classes}

    @cached_property
    def mesh_controller(self) -> str | None:
        """The `controllerName` of the first XMesh, or else of the first class that is served."""
        from gwsim.resources.policies import XMesh

        meshes = (mesh.spec.controller_name for _, mesh in self.snapshot.all_of(XMesh))
        classes = (each.resource.spec.controller_name for each in self.classes if each.ours.selected)
        return next(chain(meshes, classes), None)

    @cached_property
    def listeners(self) -> Mapping[ObjectKey, tuple[BoundListener, ...]]:
        """The listeners of every Gateway and ListenerSet that is served."""
        found: dict[ObjectKey, list[BoundListener]] = {}
        for gateway in self.gateways:
            if gateway.served:
                for listener in gateway.all_listeners:
                    found.setdefault(listener.key.parent, []).append(listener)
        return {parent: tuple(listeners) for parent, listeners in found.items()}


def _targets(route: BoundRoute) -> Iterator[tuple[str, str]]:
    for rule in route.rules:
        filters = [each for weighted in rule.backends for each in weighted.filters]
        backends = [weighted.backend for weighted in rule.backends]
        backends += [each.backend for each in (*rule.filters, *filters) if each.backend is not None]
        for backend in backends:
            yield backend.target.namespace, backend.target.name


def bind(
    snapshot: Snapshot, implementation: Implementation = SPEC, *, controllers: frozenset[str] | None = None
) -> Topology:
    """
    Bind a snapshot.

    Args:
        controllers: the `controllerName`s to serve; None for all.
    """
    seen = snapshot
    if implementation.unsupported_features:
        from gwsim.binding.restricting import restricted

        seen = restricted(snapshot, implementation.unsupported_features)
    policies = _bind_policies(seen)
    around = Surroundings(seen, Grants(seen.all_of(ReferenceGrant)), policies, implementation)
    classes = tuple(
        bind_class(key, resource, seen, controllers) for key, resource in seen.all_of(GatewayClass)
    )
    accepted = {each.key.name: each.accepted for each in classes}
    open_classes = not classes and controllers is None
    served = {
        key: gateway
        for key, gateway in seen.all_of(Gateway)
        if accepted.get(gateway.spec.gateway_class_name, open_classes)
    }
    sets = _bind_listener_sets(seen, served)
    sets_of = _by_gateway(sets)
    gateways = tuple(
        bind_gateway(key, gateway, key in served, sets_of.get(key, ()), around)
        for key, gateway in seen.all_of(Gateway)
    )
    unknown = {gateway.resource.spec.gateway_class_name for gateway in gateways} if open_classes else set()
    topology = Topology(
        snapshot, implementation, classes, gateways, sets, (), policies, tuple(sorted(unknown)), controllers
    )
    return structs.replace(topology, routes=_bind_routes(topology, around))


def _bind_listener_sets(
    snapshot: Snapshot, served: Mapping[ObjectKey, Gateway]
) -> tuple[BoundListenerSet, ...]:
    if not snapshot.has_any("ListenerSet"):
        return ()
    from gwsim.binding.listening.listener_sets import bind_listener_sets

    return bind_listener_sets(snapshot, served)


def _by_gateway(sets: Iterable[BoundListenerSet]) -> dict[ObjectKey, list[BoundListenerSet]]:
    """Group ListenerSets by the Gateway that they name, keeping their order."""
    found: dict[ObjectKey, list[BoundListenerSet]] = {}
    for each in sets:
        found.setdefault(each.gateway, []).append(each)
    return found


def _bind_policies(snapshot: Snapshot) -> Policies:
    if not snapshot.has_any("BackendTLSPolicy", "XBackendTrafficPolicy"):
        return Policies()
    from gwsim.binding.referring.targeting import bind_policies

    return bind_policies(snapshot)


def _routes(snapshot: Snapshot) -> Iterator[tuple[ObjectKey, Route]]:
    yield from snapshot.all_of(GRPCRoute)
    yield from snapshot.all_of(HTTPRoute)
    yield from snapshot.all_of(TCPRoute)
    yield from snapshot.all_of(TLSRoute)
    yield from snapshot.all_of(UDPRoute)


def _bind_routes(topology: Topology, around: Surroundings) -> tuple[BoundRoute, ...]:
    snapshot, implementation = around.snapshot, topology.implementation
    defaults = [gateway.key for gateway in topology.gateways if _is_default(gateway)]
    doors = Doors(snapshot)
    bound = [
        _bind_route(key, route, topology.listeners, defaults, doors, around)
        for key, route in _routes(snapshot)
    ]
    lost = _outranked(bound)
    kinds = {route.key.kind for route in bound}
    if implementation.grpc_http_coexistence == "rejectYounger" and kinds >= {"HTTPRoute", "GRPCRoute"}:
        lost |= _lost_to_the_other_kind(bound)
    if not lost:
        return tuple(bound)
    return tuple(
        structs.replace(
            route,
            parents=tuple(_with_losses(route.key, parent, lost) for parent in route.parents),
            mesh_parents=tuple(_with_losses(route.key, parent, lost) for parent in route.mesh_parents),
        )
        for route in bound
    )


def _outranked(bound: Sequence[BoundRoute]) -> dict[tuple[ObjectKey, ListenerKey], Step]:
    if not any(route.mesh_parents for route in bound):
        return {}
    from gwsim.binding.attaching.mesh import outranked

    return outranked((route.key, route.mesh_parents) for route in bound)


def _lost_to_the_other_kind(bound: Sequence[BoundRoute]) -> dict[tuple[ObjectKey, ListenerKey], Step]:
    from gwsim.binding.attaching.coexistence import Candidate, rivals

    return rivals(
        Candidate(route.age, route.key.namespaced_name, route.key, attachment)
        for route in bound
        if route.key.kind in ("HTTPRoute", "GRPCRoute") and route.implements(route.rules)
        for parent in route.parents
        for attachment in parent.attachments
        if attachment.attached
    )


def _is_default(gateway: BoundGateway) -> bool:
    return gateway.served and gateway.resource.spec.default_scope == "All"


def _with_losses(
    key: ObjectKey, parent: BoundParent, lost: Mapping[tuple[ObjectKey, ListenerKey], Step]
) -> BoundParent:
    attachments = tuple(
        attachment.with_check(lost[key, attachment.listener])
        if attachment.attached and (key, attachment.listener) in lost
        else attachment
        for attachment in parent.attachments
    )
    return structs.replace(parent, attachments=attachments)


def _bind_route(
    key: ObjectKey,
    route: Route,
    listeners: Mapping[ObjectKey, Sequence[BoundListener]],
    defaults: Sequence[ObjectKey],
    doors: Doors,
    around: Surroundings,
) -> BoundRoute:
    mesh_parents: tuple[BoundParent, ...] = ()
    if any(map(is_service, route.spec.parent_refs)):
        from gwsim.binding.attaching.mesh import bind_mesh_parents

        mesh_parents = bind_mesh_parents(key, route, around.snapshot, around.implementation)
    return BoundRoute(
        key=key,
        resource=route,
        age=age_of(route.metadata),
        parents=bind_parents(key, route, listeners, defaults, doors),
        mesh_parents=mesh_parents,
        rules=bind_rules(key, route, around),
        mesh_rules=bind_rules(key, route, around, mesh=True) if mesh_parents else (),
        falls_back=around.implementation.invalid_rule == "fallBack",
    )
