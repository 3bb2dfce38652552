"""Routes of a mesh: bound to the traffic of a Service, by port (GAMMA: GEP-1324, GEP-1294)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gwsim.addresses import Address, ListenerKey, ObjectKey
from gwsim.binding import clauses, policy_clauses
from gwsim.binding.attaching.attachment import Attachment, BoundParent, EffectiveHostname, is_service
from gwsim.binding.hostnames import ANY
from gwsim.implementations import Implementation
from gwsim.resources.cluster import Service, ServicePort
from gwsim.resources.meta import ParentReference
from gwsim.resources.snapshot import Route, Snapshot
from gwsim.trace import Step, all_of, check

KIND_ORDER = ("GRPCRoute", "HTTPRoute", "TLSRoute", "TCPRoute")
"""Of several kinds on one Service and port the first applies alone; UDPRoutes stand apart."""
ANY_HOST = (EffectiveHostname(ANY, ANY),)


def port_key(service: ObjectKey, port: int) -> ListenerKey:
    """What stands for a listener in a mesh: a port of a Service."""
    return ListenerKey(service, port, str(port))


def bind_mesh_parents(
    key: ObjectKey, route: Route, snapshot: Snapshot, implementation: Implementation
) -> tuple[BoundParent, ...]:
    """
    Judge every parentRef of a route that names a Service; hostnames play no part there.

    Source:
        ParentReference.kind and port (GEP-1324, GEP-1294; extended).
    """
    missing = implementation.unsupported_features
    if "Mesh" in missing:
        return ()
    return tuple(
        _bind(key, Address(key, ("spec", "parentRefs", index)), ref, snapshot, implementation)
        for index, ref in enumerate(route.spec.parent_refs)
        if is_service(ref)
        and not ("MeshConsumerRoute" in missing and ref.namespace not in (None, key.namespace))
    )


def _bind(
    key: ObjectKey, address: Address, ref: ParentReference, snapshot: Snapshot, implementation: Implementation
) -> BoundParent:
    parent = ObjectKey("", "Service", ref.namespace or key.namespace, ref.name)
    service = snapshot.get(Service, parent.namespace, parent.name)
    if ref.group == "core" and implementation.mesh_group_core == "reject":
        return BoundParent(address, ref, parent._replace(group="core"), False, (), False)
    if service is None:
        return BoundParent(address, ref, parent, snapshot.assumes("", "Service"), (), False)
    transport = "UDP" if key.kind == "UDPRoute" else "TCP"
    ports = [port for port in service.spec.ports if port.protocol == transport]
    attachments = tuple(_attach(parent, address, ref, port) for port in ports)
    return BoundParent(address, ref, parent, True, attachments)


def _attach(parent: ObjectKey, address: Address, ref: ParentReference, port: ServicePort) -> Attachment:
    def checks() -> Iterator[Step]:
        if ref.port is not None:
            place = address.at("port")
            fits = ref.port == port.port
            yield check(policy_clauses.MESH_PORT, place, fits, expected=ref.port, actual=port.port)
        if ref.section_name is not None:
            place = address.at("sectionName")
            fits = ref.section_name == port.name
            yield check(policy_clauses.MESH_PORT, place, fits, expected=ref.section_name, actual=port.name)

    trace = all_of(clauses.ATTACH, address, checks(), actual=str(parent))
    return Attachment(port_key(parent, port.port), ANY_HOST, trace)


def outranked(
    bound: Iterable[tuple[ObjectKey, Sequence[BoundParent]]],
) -> dict[tuple[ObjectKey, ListenerKey], Step]:
    """
    Find the routes of a Service's port that another kind of route outranks.

    Routes of one namespace are compared with one another: a client is under either the producer's or its own.

    Args:
        bound: routes with their parents in the mesh.
    """
    groups: dict[tuple[ListenerKey, str], list[ObjectKey]] = {}
    for key, parents in bound:
        for parent in parents:
            for attachment in parent.attachments:
                if attachment.attached and key.kind in KIND_ORDER:
                    groups.setdefault((attachment.listener, key.namespace), []).append(key)
    lost: dict[tuple[ObjectKey, ListenerKey], Step] = {}
    for (port, _), keys in groups.items():
        first = min(keys, key=lambda key: KIND_ORDER.index(key.kind))
        for key in keys:
            if key.kind != first.kind:
                address = Address(key)
                lost[key, port] = check(
                    policy_clauses.MESH_KIND, address, False, expected=first.kind, actual=str(first)
                )
    return lost
