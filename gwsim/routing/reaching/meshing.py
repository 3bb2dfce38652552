"""Requests in a mesh: to a Service rather than a Gateway (GAMMA: GEP-1324, GEP-1294)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec
from msgspec import structs

from gwsim.addresses import Address, ListenerKey, ObjectKey
from gwsim.binding.attaching.attachment import Attachment
from gwsim.binding.attaching.mesh import port_key
from gwsim.binding.hostnames import ANY
from gwsim.binding.topology import BoundRoute
from gwsim.errors import RequestError
from gwsim.resources.cluster import Service, ServicePort
from gwsim.routing import clauses
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.decision import NO_EDITS, Action, BackendChoice, Decision, ForwardedRequest
from gwsim.routing.reaching.arriving import draw_of, with_grpc_status
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.reaching.trying import precedence_step, try_entries
from gwsim.routing.request import Protocol, Request
from gwsim.routing.table import Entry, RoutingTable, entries_of
from gwsim.trace import check

KINDS_THAT_TAKE: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("GRPCRoute", "HTTPRoute", "TCPRoute"),
    "HTTPS": ("TLSRoute", "TCPRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
"""Kinds of routes that take what a client sends."""


def goes_straight(request: Request) -> Decision:
    """
    A request to an address of a pod: no route sees it.

    Source:
        GEP-1324: routes bind to the frontend of a Service.
    """
    return Decision(request.id, Action.FORWARD, "PastService")


class Called(msgspec.Struct, frozen=True):
    """A request to a Service, with what the contract fills in."""

    seen: Seen
    service: Service
    key: ObjectKey
    port: ServicePort | None
    """None where the Service has no such port."""

    @property
    def passthrough(self) -> bool:
        """Whether the Service itself ends TLS."""
        return self.seen.request.protocol in ("HTTPS", "TLS")


def called(table: RoutingTable, request: Request) -> Called:
    """
    Find the Service of a request, and fill in its host.

    Raises:
        RequestError: the Service is not in the input.
    """
    namespace, _, name = (request.service or "").partition("/")
    service = table.topology.snapshot.get(Service, namespace, name)
    if service is None:
        raise RequestError("service", "a Service of the input", repr(request.service))
    if request.host is None:
        request = structs.replace(request, host=f"{name}.{namespace}.svc.cluster.local")
    transport = "UDP" if request.protocol == "UDP" else "TCP"
    ports = (port for port in service.spec.ports if port.port == request.port and port.protocol == transport)
    seen = Seen(request, table.topology.implementation)
    return Called(seen, service, ObjectKey("", "Service", namespace, name), next(ports, None))


def explain_mesh(table: RoutingTable, request: Request, seed: int) -> Decision:
    """
    Decide one request to a Service and say why.

    Raises:
        RequestError: the Service is not in the input.
    """
    call = called(table, request)
    if call.port is None:
        expected = tuple(str(each.port) for each in call.service.spec.ports)
        place = Address(call.key, ("spec", "ports"))
        step = check(clauses.LISTENER_PORT, place, False, expected=expected, actual=request.port)
        return structs.replace(without_port(call), trace=(step,))
    return _explain(table, call, call.port, seed)


def _explain(table: RoutingTable, call: Called, port: ServicePort, seed: int) -> Decision:
    seen, topology, place = call.seen, table.topology, Address(call.key)
    request = seen.request
    bound = _bound(table, seen, port_key(call.key, port.port))
    client = request.source.namespace if request.source else "any client"
    step = check(
        clauses.MESH_ROUTES,
        place,
        bool(bound),
        expected=f"routes for {client} on port {port.port}",
        actual=tuple(str(route.key) for route, _ in bound),
    )
    if not bound:
        return structs.replace(to_itself(call, port), trace=(step,))
    entries = sorted(mesh_entries(table, bound), key=lambda entry: entry.precedence)
    tried, hit, _ = try_entries(entries, seen, ANY)
    steps = [step, check(clauses.RULE_MATCH, place, bool(hit), children=tried)]
    if not hit:
        return structs.replace(without_match(call), trace=tuple(steps))
    if len(hit) == 2:
        steps.append(precedence_step(*hit))
    draw = draw_of(request, topology.implementation, seed)
    decision, more = answer(Taken(hit[0], seen, None, port.port, None, call.passthrough, draw, topology))
    return structs.replace(with_grpc_status(seen, decision), trace=(*steps, *more))


def without_port(call: Called) -> Decision:
    """What becomes of a request to a port that the Service has not."""
    return Decision(call.seen.request.id, Action.REFUSE, "NoListener")


def without_match(call: Called) -> Decision:
    """What becomes of a request that no rule of the bound routes takes."""
    request = call.seen.request
    if request.protocol != "HTTP":
        return Decision(request.id, Action.REFUSE, "NoMatchingRule")
    decision = Decision(request.id, Action.RESPOND, "NoMatchingRule", status=404)
    return with_grpc_status(call.seen, decision)


def _bound(table: RoutingTable, seen: Seen, port: ListenerKey) -> list[tuple[BoundRoute, Attachment]]:
    """
    The routes that apply to a client: those of its own namespace, else those of the Service's.

    Source:
        GEP-1294: producer and consumer routes.
    """
    request = seen.request
    attached = bindable(table, request.protocol, port)
    producer = port.parent.namespace
    client = request.source.namespace if request.source else None
    own = [row for row in attached if row[0].key.namespace == client != producer]
    return own or [row for row in attached if row[0].key.namespace == producer]


def bindable(
    table: RoutingTable, protocol: Protocol, port: ListenerKey
) -> list[tuple[BoundRoute, Attachment]]:
    """The routes of a Service's port that take a protocol, whoever the client is."""
    kinds = KINDS_THAT_TAKE[protocol]
    return [row for row in table.topology.attachments.get(port, ()) if row[0].key.kind in kinds]


def mesh_entries(table: RoutingTable, bound: Sequence[tuple[BoundRoute, Attachment]]) -> Iterator[Entry]:
    """Yield the entries of routes as a mesh has them."""
    for route, attachment in bound:
        yield from entries_of(route, attachment, route.mesh_rules, table.topology.implementation)


def to_itself(call: Called, port: ServicePort) -> Decision:
    """Where no route is bound, traffic goes to the Service itself."""
    request, service = call.seen.request, call.key
    streams = request.protocol != "HTTP"
    received = ForwardedRequest(request.method, "http", request.host or "", request.path, request.headers)
    backend = BackendChoice(
        kind="Service",
        namespace=service.namespace,
        name=service.name,
        port=port.port,
        weight=1,
        share=Fraction(1),
        status=None,
        reason=None,
        request=None if streams else received,
        response_headers=NO_EDITS,
        tls=None,
        app_protocol=port.app_protocol,
        address=Address(service),
    )
    return Decision(request.id, Action.FORWARD, "ServiceItself", backends=(backend,), chosen_index=0)
