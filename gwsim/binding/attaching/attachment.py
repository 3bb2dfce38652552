"""Routes and the listeners that they attach to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from gwsim.addresses import GATEWAY_GROUP, Address, ListenerKey, ObjectKey
from gwsim.binding import clauses, policy_clauses
from gwsim.binding.hostnames import ANY, intersection
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.namespaces import described, takes_namespace
from gwsim.resources.meta import ParentReference
from gwsim.resources.snapshot import Route, Snapshot
from gwsim.resources.stream_routes import TCPRoute, UDPRoute
from gwsim.trace import Clause, Step, all_of, check

STAGES: tuple[frozenset[str], ...] = (
    frozenset({clauses.ATTACH_SECTION.id, clauses.ATTACH_PORT.id, policy_clauses.MESH_PORT.id}),
    frozenset({policy_clauses.SET_ALLOWED.id, policy_clauses.SET_GATEWAY_ACCEPTED.id}),
    frozenset({clauses.ATTACH_KIND.id}),
    frozenset({clauses.ATTACH_NAMESPACE.id}),
    frozenset({clauses.ATTACH_HOSTNAME.id}),
    frozenset({policy_clauses.COEXISTENCE.id, policy_clauses.MESH_KIND.id}),
)
"""The checks in the order in which they narrow down the listeners."""


class EffectiveHostname(msgspec.Struct, frozen=True):
    """What a listener's and a route's hostname have in common."""

    pattern: str
    own: str
    """The route's own text."""


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """One pair of parentRef and listener; in a mesh, of parentRef and port of a Service."""

    listener: ListenerKey
    hostnames: tuple[EffectiveHostname, ...]
    """Empty where listener and route do not meet."""
    trace: Step

    @property
    def attached(self) -> bool:
        """Whether every check holds."""
        return self.trace.selected

    def failed_at(self, ids: frozenset[str]) -> Step | None:
        """The first failed check of some clauses."""
        failed = (step for step in self.trace.children if not step.selected)
        return next((step for step in failed if step.clause.id in ids), None)

    def with_check(self, step: Step) -> Attachment:
        """The same attachment with one check more."""
        children = (*self.trace.children, step)
        trace = all_of(self.trace.clause, self.trace.address, children, actual=self.trace.actual)
        return Attachment(self.listener, self.hostnames, trace)


class BoundParent(msgspec.Struct, frozen=True, gc=False):
    """One parentRef of a route, judged on its own."""

    address: Address
    ref: ParentReference
    parent: ObjectKey
    served: bool
    """Whether the parent exists and is ours; else nobody writes status for it."""
    attachments: tuple[Attachment, ...]
    """One for each listener of the parent."""
    given: bool = True
    """Whether the parent is in the input."""

    @property
    def refusals(self) -> tuple[Step, ...]:
        """At each listener that passed what came before: the check that left none; empty where accepted."""
        left = list(self.attachments)
        for ids in STAGES:
            refused = [each.failed_at(ids) for each in left]
            steps = tuple(step for step in refused if step is not None)
            if left and len(steps) == len(left):
                return steps
            left = [each for each, step in zip(left, refused, strict=True) if step is None]
        return ()

    @property
    def accepted(self) -> bool:
        """Whether at least one listener takes the route."""
        return self.served and not self.refusals

    @property
    def trace(self) -> Step:
        """Whether the parent is there, and what each of its listeners said."""
        mesh = self.parent.kind == "Service"
        return check(
            policy_clauses.MESH_PARENT if mesh else clauses.ATTACH_PARENT,
            self.address,
            self.served,
            expected=str(self.parent),
            actual=str(self.parent) if self.served else "not served" if self.given else "not in the input",
            children=tuple(attachment.trace for attachment in self.attachments),
        )


def hostnames_of(route: Route) -> tuple[str, ...]:
    """The hostnames of a route of any kind; those of connections by port have none."""
    return () if isinstance(route, (TCPRoute, UDPRoute)) else route.spec.hostnames


class _Door(NamedTuple):
    """What one listener says to every route of one kind and namespace."""

    name: str
    kind: Step
    namespace: Step


class Doors(msgspec.Struct, frozen=True):
    """What listeners say to kinds and namespaces: the same to each of many routes."""

    snapshot: Snapshot
    known: dict[tuple[ListenerKey, str, str, str], _Door] = {}
    """Filled on the way."""

    def of(self, listener: BoundListener, route: ObjectKey) -> _Door:
        """What a listener says to the kind and namespace of a route."""
        at = (listener.key, route.group, route.kind, route.namespace)
        found = self.known.get(at)
        if found is None:
            found = self.known[at] = self._door(listener, route)
        return found

    def _door(self, listener: BoundListener, route: ObjectKey) -> _Door:
        address, kinds = listener.key.address, listener.supported_kinds
        allowed, own = listener.spec.allowed_routes.namespaces, listener.key.parent.namespace
        taken = route.group == GATEWAY_GROUP and route.kind in kinds and listener.protocol.selected
        return _Door(
            str(listener.key),
            check(
                clauses.ATTACH_KIND,
                address.at("allowedRoutes", "kinds"),
                taken,
                expected=kinds,
                actual=route.kind,
            ),
            check(
                clauses.ATTACH_NAMESPACE,
                address.at("allowedRoutes", "namespaces"),
                takes_namespace(allowed.from_, allowed.selector, own, route.namespace, self.snapshot),
                expected=described(allowed.from_, allowed.selector, own),
                actual=route.namespace,
            ),
        )


def bind_parents(
    key: ObjectKey,
    route: Route,
    listeners: Mapping[ObjectKey, Sequence[BoundListener]],
    defaults: Sequence[ObjectKey],
    doors: Doors,
) -> tuple[BoundParent, ...]:
    """
    Judge every parentRef of a route that is not a Service, and the default Gateways it asks for.

    Args:
        listeners: of each Gateway and ListenerSet that is served.
        defaults: the Gateways with `defaultScope: All`.

    Source:
        CommonRouteSpec.parentRefs, RouteConditionType.Accepted (core); useDefaultGateways (GEP-3793).
    """
    refs = [
        (Address(key, ("spec", "parentRefs", index)), ref)
        for index, ref in enumerate(route.spec.parent_refs)
        if not is_service(ref)
    ]
    named = {ObjectKey(ref.group, ref.kind, ref.namespace or key.namespace, ref.name) for _, ref in refs}
    if route.spec.use_default_gateways == "All":
        address = Address(key, ("spec", "useDefaultGateways"))
        refs += [
            (address, ParentReference(name=gateway.name, namespace=gateway.namespace))
            for gateway in defaults
            if gateway not in named
        ]
    return tuple(_bind_parent(key, route, address, ref, listeners, doors) for address, ref in refs)


def is_service(ref: ParentReference) -> bool:
    """Whether a parentRef binds a route to a mesh; `core`, which is no API group, is looked at as well."""
    return ref.kind == "Service" and ref.group in ("", "core")


def _bind_parent(
    key: ObjectKey,
    route: Route,
    address: Address,
    ref: ParentReference,
    listeners: Mapping[ObjectKey, Sequence[BoundListener]],
    doors: Doors,
) -> BoundParent:
    parent = ObjectKey(ref.group, ref.kind, ref.namespace or key.namespace, ref.name)
    theirs = listeners.get(parent)
    own = hostnames_of(route)
    section_at, port_at = address.at("sectionName"), address.at("port")
    hostnames_at = Address(key, ("spec", "hostnames"))

    def checks(
        listener: BoundListener, door: _Door, hostnames: Sequence[EffectiveHostname]
    ) -> Iterator[Step]:
        if ref.section_name is not None:
            yield _equal(clauses.ATTACH_SECTION, section_at, ref.section_name, listener.key.name)
        if ref.port is not None:
            yield _equal(clauses.ATTACH_PORT, port_at, ref.port, listener.spec.port)
        if listener.parent is not None:
            yield listener.parent
        yield door.kind
        yield door.namespace
        yield check(
            clauses.ATTACH_HOSTNAME,
            hostnames_at,
            bool(hostnames),
            expected=listener.hostname,
            actual=own or (ANY,),
        )

    def attach(listener: BoundListener) -> Attachment:
        hostnames, door = effective_hostnames(listener.hostname, own), doors.of(listener, key)
        steps = checks(listener, door, hostnames)
        return Attachment(listener.key, hostnames, all_of(clauses.ATTACH, address, steps, actual=door.name))

    attachments = tuple(map(attach, theirs or ()))
    return BoundParent(address, ref, parent, theirs is not None, attachments, doors.snapshot.has(parent))


def effective_hostnames(listener: str, hostnames: tuple[str, ...]) -> tuple[EffectiveHostname, ...]:
    """Intersect a listener's hostname with each of a route's; what does not meet is left out."""
    found: dict[str, EffectiveHostname] = {}
    for own in hostnames or (ANY,):
        pattern = intersection(listener, own)
        if pattern is not None:
            found.setdefault(pattern, EffectiveHostname(pattern, own))
    return tuple(found.values())


def _equal(clause: Clause, address: Address, expected: str | int, actual: str | int) -> Step:
    return check(clause, address, expected == actual, expected=expected, actual=actual)
