"""A request at its Gateway: what the contract fills in, and the checks of each listener."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import structs

from gwsim.binding.hostnames import hits, specificity
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.errors import RequestError
from gwsim.implementations import Implementation
from gwsim.routing import clauses
from gwsim.routing.decision import Action, ChosenListener, Decision, GatewayResponse
from gwsim.routing.paths import has_escaped_slash, unescape_slashes
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.request import Request, draw_for
from gwsim.routing.table import RoutingTable
from gwsim.trace import Step, all_of, check

UNREACHABLE = "gateway.invalid"
"""The host of a request that states none, to a Gateway without an address."""
LISTENER_PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("HTTP",),
    "HTTPS": ("HTTPS", "TLS"),
    "TLS": ("TLS", "HTTPS"),
    "TCP": ("TCP",),
    "UDP": ("UDP",),
}
"""Protocols of the listeners that take what arrives; a TLS hello is led by its server name alone."""
_GRPC_STATUS: Mapping[int, int] = {400: 13, 403: 7, 404: 12}


class Arrival(msgspec.Struct, frozen=True):
    """A request at its Gateway, with what the contract fills in."""

    seen: Seen
    gateway: BoundGateway
    seed: int

    @property
    def draw(self) -> float:
        """Among weighted backends, and of mirrors."""
        return draw_of(self.request, self.seen.implementation, self.seed)

    @property
    def request(self) -> Request:
        """The request, with its host filled in."""
        return self.seen.request


def arrive(table: RoutingTable, request: Request, seed: int = 0) -> Arrival | None:
    """
    Find the Gateway of a request, and fill in its host.

    Returns:
        None where the configuration has no Gateway at all.

    Raises:
        RequestError: the Gateway that is named does not exist, or none is named and several could be meant.
    """
    gateway = _gateway_of(table, request)
    if gateway is None:
        return None
    if request.host is None:
        address = next((value for _, value in gateway.assigned), UNREACHABLE)
        request = structs.replace(request, host=address)
    implementation = table.topology.implementation
    return Arrival(Seen(request, implementation), gateway, seed)


def draw_of(request: Request, implementation: Implementation, seed: int) -> float:
    """The draw of a request; one that states none has its own, or that of its flow."""
    if request.draw is not None:
        return request.draw
    client = request.source.address if request.source else None
    if request.protocol == "UDP" and client is not None and implementation.udp_unit == "flow":
        return draw_for(seed, [client, request.gateway or request.service, request.port])
    return draw_for(seed, request.id)


def _gateway_of(table: RoutingTable, request: Request) -> BoundGateway | None:
    by_name = table.topology.gateway_by_name
    if request.gateway is not None:
        if request.gateway not in by_name:
            names = ", ".join(by_name) or "(no Gateway given)"
            raise RequestError("gateway", f"one of {names}", request.gateway)
        return by_name[request.gateway]
    candidates = table.gateways_on(request.port)
    if len(candidates) > 1:
        names = ", ".join(each.key.namespaced_name for each in candidates)
        raise RequestError("gateway", f"one of {names}", "none")
    return candidates[0] if candidates else None


def name_for_listener(seen: Seen) -> str:
    """The name by which the listener is chosen: the SNI of a TLS connection, else the host."""
    match seen.request.protocol:
        case "HTTP":
            return seen.host
        case "HTTPS" | "TLS":
            return (seen.request.opened_for or "").lower()
        case "TCP" | "UDP":
            return ""


def routed_name(seen: Seen, listener: BoundListener) -> str:
    """The name that routes' hostnames are compared with: the host; on a TLS listener the SNI."""
    return seen.host if listener.spec.protocol in ("HTTP", "HTTPS") else name_for_listener(seen)


def is_passthrough(listener: BoundListener) -> bool:
    """Whether TLS goes through the listener unopened."""
    tls = listener.spec.tls
    return listener.spec.protocol == "TLS" and tls is not None and tls.mode == "Passthrough"


def escaped_slash(seen: Seen, listener: BoundListener) -> Decision | None:
    """What an implementation answers itself to a path with `%2F`; None where it goes on."""
    choice, path = seen.implementation.escaped_slash, seen.request.path
    if choice not in ("reject", "redirect") or not has_escaped_slash(path.partition("?")[0]):
        return None
    if choice == "reject":
        return ends(seen, Action.RESPOND, "EscapedSlash", 400, listener)
    bare, mark, query = path.partition("?")
    response = GatewayResponse(307, (("location", f"{unescape_slashes(bare)}{mark}{query}"),))
    decision = ends(seen, Action.REDIRECT, "EscapedSlash", 307, listener)
    return structs.replace(decision, response=response)


def listener_step(listener: BoundListener, seen: Seen) -> Step:
    """Check whether a listener could take a request; which of several does is settled by specificity."""
    request, address, name = seen.request, listener.key.address, name_for_listener(seen)
    port = check(
        clauses.LISTENER_PORT,
        address.at("port"),
        listener.spec.port == request.port,
        expected=listener.spec.port,
        actual=request.port,
    )
    protocol = check(
        clauses.LISTENER_PROTOCOL,
        address.at("protocol"),
        listener.spec.protocol in LISTENER_PROTOCOLS[request.protocol],
        expected=listener.spec.protocol,
        actual=request.protocol,
    )
    hostname = check(
        clauses.LISTENER_HOSTNAME,
        address.at("hostname"),
        hits(listener.hostname, name),
        expected=listener.hostname,
        actual=name or None,
    )
    checks = (port, listener.trace, protocol, hostname)
    return all_of(clauses.LISTENER_FITS, address, checks, actual=listener.key.name)


def most_specific(listeners: Iterable[BoundListener]) -> BoundListener | None:
    """The listener with the most specific hostname; of several the first."""
    return max(listeners, key=lambda listener: specificity(listener.hostname), default=None)


def chosen_listener(listener: BoundListener) -> ChosenListener:
    """A listener in the contract's words."""
    return ChosenListener(
        listener.key,
        listener.gateway.namespaced_name,
        listener.spec.port,
        listener.spec.protocol,
        listener.spec.hostname,
    )


def ends(
    seen: Seen, action: Action, reason: str, status: int | None = None, listener: BoundListener | None = None
) -> Decision:
    """A request that no rule took."""
    chosen = None if listener is None else chosen_listener(listener)
    return Decision(seen.request.id, action, reason, status=status, listener=chosen)


def without_listener(seen: Seen, serving: Iterable[BoundListener]) -> Decision:
    """
    What becomes of a request that no listener takes.

    Args:
        serving: the listeners that work on its port.
    """
    over_udp = seen.request.protocol == "UDP"
    protocols = {each.spec.protocol for each in serving if (each.spec.protocol == "UDP") == over_udp}
    if not protocols:
        return ends(seen, Action.REFUSE, "NoListener")
    if protocols.isdisjoint(LISTENER_PROTOCOLS[seen.request.protocol]):
        return ends(seen, Action.REFUSE, "ProtocolMismatch")
    if seen.request.protocol == "HTTP":
        return ends(seen, Action.RESPOND, "NoListenerForHostname", 404)
    return ends(seen, Action.REFUSE, "NoListenerForHostname")


def misdirected(seen: Seen, chosen: BoundListener, best: BoundListener | None) -> Decision | None:
    """What becomes of a request whose host leads elsewhere than its connection; None where it does not."""
    if best is chosen:
        return None
    if best is None:
        return ends(seen, Action.RESPOND, "NoListenerForHostname", 404, chosen)
    return ends(seen, Action.RESPOND, "MisdirectedRequest", 421, chosen)


def without_rule(seen: Seen, listener: BoundListener, *, known_host: bool) -> Decision:
    """What becomes of a request that no rule takes."""
    reason = "NoMatchingRule" if known_host else "NoRouteMatched"
    if listener.spec.protocol in ("HTTP", "HTTPS"):
        return ends(seen, Action.RESPOND, reason, 404, listener)
    return ends(seen, Action.REFUSE, "NoRouteMatched", None, listener)


def with_grpc_status(seen: Seen, decision: Decision) -> Decision:
    """Add the code that a gRPC call gets, where the gateway answers it itself."""
    if seen.request.grpc is None or decision.action is not Action.RESPOND:
        return decision
    if decision.reason == "NoBackends":
        code = 12
    elif decision.route is not None:
        code = 14
    else:
        code = _GRPC_STATUS.get(decision.status or 0, 14)
    return structs.replace(decision, grpc_status=code)
