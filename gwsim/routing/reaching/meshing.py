"""Requests in a mesh: to a Service rather than a Gateway (GAMMA: GEP-1324, GEP-1294)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

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
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, RoutingTable, entries_of
from gwsim.trace import Step, check

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


def explain_mesh(table: RoutingTable, request: Request, seed: int) -> Decision:
    """
    Decide one request to a Service and say why; there is no index for a mesh, whose Services have few routes.

    Raises:
        RequestError: the Service is not in the input.
    """
    namespace, _, name = (request.service or "").partition("/")
    service = table.topology.snapshot.get(Service, namespace, name)
    if service is None:
        raise RequestError("service", "a Service of the input", repr(request.service))
    if request.host is None:
        request = structs.replace(request, host=f"{name}.{namespace}.svc.cluster.local")
    seen = Seen(request, table.topology.implementation)
    transport = "UDP" if request.protocol == "UDP" else "TCP"
    ports = (port for port in service.spec.ports if port.port == request.port and port.protocol == transport)
    port = next(ports, None)
    key = ObjectKey("", "Service", namespace, name)
    if port is None:
        expected = tuple(str(each.port) for each in service.spec.ports)
        place = Address(key, ("spec", "ports"))
        step = check(clauses.LISTENER_PORT, place, False, expected=expected, actual=request.port)
        return Decision(request.id, Action.REFUSE, "NoListener", trace=(step,))
    return _decide(table, seen, key, port, seed)


def _decide(table: RoutingTable, seen: Seen, service: ObjectKey, port: ServicePort, seed: int) -> Decision:
    request, topology = seen.request, table.topology
    bound = _bound(table, seen, port_key(service, port.port))
    client = request.source.namespace if request.source else "any client"
    step = check(
        clauses.MESH_ROUTES,
        Address(service),
        bool(bound),
        expected=f"routes for {client} on port {port.port}",
        actual=tuple(str(route.key) for route, _ in bound),
    )
    if not bound:
        return _to_itself(seen, service, port, step)
    entries = sorted(_entries(table, bound), key=lambda entry: entry.precedence)
    tried, hit, _ = try_entries(entries, seen, ANY)
    steps = [step, check(clauses.RULE_MATCH, Address(service), bool(hit), children=tried)]
    if not hit:
        if request.protocol == "HTTP":
            decision = Decision(request.id, Action.RESPOND, "NoMatchingRule", status=404)
        else:
            decision = Decision(request.id, Action.REFUSE, "NoMatchingRule")
        return structs.replace(with_grpc_status(seen, decision), trace=tuple(steps))
    if len(hit) == 2:
        steps.append(precedence_step(*hit))
    passthrough = request.protocol in ("HTTPS", "TLS")
    draw = draw_of(request, topology.implementation, seed)
    taken = Taken(hit[0], seen, None, port.port, None, passthrough, draw, topology)
    decision, more = answer(taken)
    return structs.replace(with_grpc_status(seen, decision), trace=(*steps, *more))


def _bound(table: RoutingTable, seen: Seen, port: ListenerKey) -> list[tuple[BoundRoute, Attachment]]:
    """
    The routes that apply to a client: those of its own namespace, else those of the Service's.

    Source:
        GEP-1294: producer and consumer routes.
    """
    request = seen.request
    kinds = KINDS_THAT_TAKE[request.protocol]
    attached = [row for row in table.topology.attachments.get(port, ()) if row[0].key.kind in kinds]
    producer = port.parent.namespace
    client = request.source.namespace if request.source else None
    own = [row for row in attached if row[0].key.namespace == client != producer]
    return own or [row for row in attached if row[0].key.namespace == producer]


def _entries(table: RoutingTable, bound: list[tuple[BoundRoute, Attachment]]) -> Iterator[Entry]:
    for route, attachment in bound:
        yield from entries_of(route, attachment, route.mesh_rules, table.topology.implementation)


def _to_itself(seen: Seen, service: ObjectKey, port: ServicePort, step: Step) -> Decision:
    """Where no route is bound, traffic goes to the Service itself."""
    request = seen.request
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
    return Decision(
        request.id, Action.FORWARD, "ServiceItself", backends=(backend,), chosen_index=0, trace=(step,)
    )
