"""GatewayClasses, Gateways, ListenerSets and listeners as parts of a graph, with their certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gwsim.addresses import ObjectKey
from gwsim.analysis.graph import Edge, Node, Relation, State
from gwsim.analysis.picturing.naming import code_of, judged, object_id, object_node, part_id, target_node
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listener_sets import BoundListenerSet
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.reporting.gateway_status import gateway_conditions
from gwsim.binding.topology import Topology
from gwsim.trace import Step


def serving_parts(topology: Topology) -> Iterator[Node | Edge]:
    """Yield everything up to the listeners, and what they refer to."""
    for each in topology.classes:
        state = State.ACCEPTED if each.accepted else State.REFUSED if each.ours.selected else State.UNREACHED
        notes = (each.resource.spec.controller_name,)
        yield object_node(each.key, state, code_of(each.parameters), notes=notes)
    for gateway in topology.gateways:
        yield from _gateway(gateway, topology)
    for listener_set in topology.listener_sets:
        yield from _listener_set(listener_set, topology)


def _gateway(gateway: BoundGateway, topology: Topology) -> Iterator[Node | Edge]:
    name = gateway.resource.spec.gateway_class_name
    class_key = ObjectKey(gateway.key.group, "GatewayClass", "", name)
    own = object_id(gateway.key)
    assumed = name in topology.unknown_classes
    yield (
        object_node(class_key, State.ACCEPTED, notes=("taken to exist",))
        if assumed
        else target_node(class_key, topology.snapshot)
    )
    not_served = None if gateway.served else "NotServed"
    yield Edge(object_id(class_key), own, Relation.CLASS, reason=not_served, step=_failed(gateway.class_step))
    state, reason = _gateway_state(gateway)
    yield object_node(gateway.key, state, reason)
    for listener in gateway.listeners:
        yield from _listener(listener, gateway, topology)
    if gateway.client_certificate is not None:
        backend = gateway.resource.spec.tls and gateway.resource.spec.tls.backend
        ref = backend and backend.client_certificate_ref
        assert ref
        key = ObjectKey(ref.group, ref.kind, ref.namespace or gateway.key.namespace, ref.name)
        yield from _reference(own, key, Relation.CERTIFICATE, gateway.client_certificate, topology)


def _gateway_state(gateway: BoundGateway) -> tuple[State, str | None]:
    if not gateway.served:
        return State.UNREACHED, "NotServed"
    return judged(gateway_conditions(gateway))


def _listener_set(each: BoundListenerSet, topology: Topology) -> Iterator[Node | Edge]:
    parent, own = object_id(each.gateway), object_id(each.key)
    gateway = topology.gateway_by_name.get(each.gateway.namespaced_name)
    theirs = [] if gateway is None else [one for one in gateway.set_listeners if one.key.parent == each.key]
    refused = each.served if each.allowed is None else each.allowed
    if gateway is None:
        yield target_node(each.gateway, topology.snapshot)
    reason = code_of(refused) if each.served.selected else "NotServed"
    if each.served.selected and theirs and reason is None:
        reason = code_of(theirs[0].parent)
    yield Edge(parent, own, Relation.PARENT, reason=reason, step=_failed(refused))
    if not each.served.selected:
        state = State.UNREACHED
    elif reason is not None or not any(listener.serving for listener in theirs):
        state, reason = State.REFUSED, reason or "ListenersNotValid"
    elif not all(listener.serving for listener in theirs):
        state, reason = State.PARTIAL, "ListenersNotValid"
    else:
        state = State.ACCEPTED
    yield object_node(each.key, state, reason)
    for listener in theirs:
        assert gateway is not None
        yield from _listener(listener, gateway, topology)


def _listener(listener: BoundListener, gateway: BoundGateway, topology: Topology) -> Iterator[Node | Edge]:
    own, parent = part_id(listener.key.address), listener.key.parent
    spec = listener.spec
    state, reason = State.ACCEPTED, None
    lacking = next((step for step in _references(listener) if not step.selected), None)
    if not gateway.served:
        state = State.UNREACHED
    elif not listener.serving:
        state, reason = State.REFUSED, code_of(listener.trace)
    elif not gateway.accepted:
        state = State.UNREACHED
    elif lacking is not None:
        state, reason = State.PARTIAL, code_of(lacking)
    notes = (f"{spec.protocol} {spec.port}", *([spec.hostname] if spec.hostname else []))
    yield Node(own, "listener", parent.namespace, spec.name, state, reason, notes, key=parent)
    stopped = reason if state is State.REFUSED else None
    yield Edge(object_id(parent), own, Relation.LISTENERS, reason=stopped, step=_failed(listener.trace))
    yield from _certificates(own, listener, topology)


def _references(listener: BoundListener) -> Sequence[Step]:
    clients = listener.clients.references if listener.clients else ()
    return (listener.route_kinds, *listener.certificates[1:], *clients)


def _certificates(own: str, listener: BoundListener, topology: Topology) -> Iterator[Node | Edge]:
    refs = listener.spec.tls.certificate_refs if listener.spec.tls else ()
    namespace = listener.key.parent.namespace
    for ref, step in zip(refs, listener.certificates[1:], strict=False):
        key = ObjectKey(ref.group, ref.kind, ref.namespace or namespace, ref.name)
        yield from _reference(own, key, Relation.CERTIFICATE, step, topology)
    if listener.clients is not None:
        own_namespace = listener.gateway.namespace
        for authority, step in zip(
            listener.clients.spec.ca_certificate_refs, listener.clients.references, strict=True
        ):
            key = ObjectKey(
                authority.group, authority.kind, authority.namespace or own_namespace, authority.name
            )
            yield from _reference(own, key, Relation.AUTHORITY, step, topology)


def _reference(
    own: str, key: ObjectKey, relation: Relation, step: Step, topology: Topology
) -> Iterator[Node | Edge]:
    yield target_node(key, topology.snapshot)
    yield Edge(own, object_id(key), relation, reason=code_of(step), step=_failed(step))


def _failed(step: Step | None) -> Step | None:
    return None if step is None or step.selected else step


def listener_ids(topology: Topology) -> tuple[str, ...]:
    """The ids of the listeners that take traffic, and of what stands for them in a mesh: Services."""
    serving = (
        part_id(listener.key.address)
        for gateway in topology.gateways
        if gateway.served and gateway.accepted
        for listener in gateway.all_listeners
        if listener.serving
    )
    meshed = (
        object_id(parent.parent) for route in topology.routes for parent in route.mesh_parents if parent.given
    )
    return tuple(dict.fromkeys((*serving, *meshed)))
