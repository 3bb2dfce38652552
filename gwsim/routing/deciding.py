"""The compiled table: a request is decided by look-ups, and by answers that are prepared once."""

from __future__ import annotations

from functools import cached_property

import msgspec
from msgspec import UNSET

from gwsim.addresses import ObjectKey
from gwsim.binding.hostnames import hits
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.answering.prepared import Rule, Shared
from gwsim.routing.answering.preparing import can_be_prepared, prepare
from gwsim.routing.decision import Action, Decision
from gwsim.routing.indexing.candidates import Candidate
from gwsim.routing.indexing.meshes import MeshIndex
from gwsim.routing.indexing.ports import ListenerIndex, PortIndex, best_of
from gwsim.routing.reaching.arriving import (
    arrive,
    draw_of,
    ends,
    escaped_slash,
    misdirected,
    name_for_listener,
    routed_name,
    with_grpc_status,
    without_listener,
    without_rule,
)
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.reaching.meshing import (
    Called,
    called,
    goes_straight,
    to_itself,
    without_match,
    without_port,
)
from gwsim.routing.reaching.presenting import client_certificate_step
from gwsim.routing.request import Request
from gwsim.routing.table import RoutingTable


class CompiledTable(msgspec.Struct, frozen=True, dict=True):
    """A routing table, indexed; its answers are those of `explain`, without the steps."""

    table: RoutingTable

    @cached_property
    def _ports(self) -> dict[tuple[ObjectKey, int, str], PortIndex]:
        """What was indexed so far, by Gateway, port and protocol of the request."""
        return {}

    @cached_property
    def _mesh(self) -> MeshIndex:
        return MeshIndex(self.table, self._shared)

    @cached_property
    def _shared(self) -> Shared:
        return Shared()

    @cached_property
    def _asked(self) -> dict[tuple[str | None, int, str], PortIndex]:
        """The same, by Gateway as requests name it."""
        return {}

    def decide(self, request: Request, *, seed: int = 0) -> Decision:
        """
        Decide one request.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        port = self._asked.get((request.gateway, request.port, request.protocol))
        if port is not None and is_simple(request, port):
            path, host = request.path, request.host
            place = path.partition("?")[0]
            found = port.locations.find(host, place, request)
            if found is None:
                found, host = port.find(request, place), None
            if found is not None:
                return self._answer(found, request, path, port.gateway, seed, host)
        return self._decide(request, seed)

    def _decide(self, request: Request, seed: int) -> Decision:
        """Decide what is not simple, or the first of its kind."""
        if request.straight:
            return goes_straight(request)
        if request.service is not None:
            return self._decide_call(called(self.table, request), seed)
        arrival = arrive(self.table, request)
        if arrival is None:
            return Decision(request.id, Action.REFUSE, "NoListener")
        gateway, at = arrival.gateway, (arrival.gateway.key, request.port)
        port = self._ports.get((*at, request.protocol))
        if port is None:
            tables, choices = self.table.listeners.get(at, ()), self.table.topology.implementation
            port = PortIndex(gateway, request.protocol, tables, choices, self._shared)
            if tables:
                self._ports[*at, request.protocol] = port
        self._asked[request.gateway, request.port, request.protocol] = port
        return with_grpc_status(arrival.seen, self._at_port(arrival.seen, port, seed))

    def _at_port(self, seen: Seen, port: PortIndex, seed: int) -> Decision:
        name = name_for_listener(seen)
        host = port.host(name)
        if host is None:
            tables = self.table.listeners.get((port.gateway.key, seen.request.port), ())
            return without_listener(seen, (each.listener for each in tables))
        listener = host.listener.listener
        if listener.spec.protocol == "HTTPS":
            refused = self._refused(seen, port, host.listener)
            if refused is not None:
                return refused
        if listener.spec.protocol in ("HTTP", "HTTPS"):
            escaped = escaped_slash(seen, listener)
            if escaped is not None:
                return escaped
        routed = routed_name(seen, listener)
        if routed != name:
            host = port.routed(host.listener, routed)
        winner = host.winner(seen.path, seen)
        if winner is None:
            return without_rule(seen, listener, known_host=host.known)
        return self._answer(winner, seen.request, seen.passed_on, port.gateway, seed)

    def _refused(self, seen: Seen, port: PortIndex, chosen: ListenerIndex) -> Decision | None:
        """What an HTTPS listener refuses: other TLS, clients' certificates, misdirected requests."""
        listener, topology = chosen.listener, self.table.topology
        if seen.request.protocol == "TLS":
            return ends(seen, Action.REFUSE, "ProtocolMismatch", listener=listener)
        step = client_certificate_step(listener, seen.request, topology.snapshot)
        if step is not None and not step.selected:
            shown = seen.request.client_certificate is not None
            reason = "ClientCertificateInvalid" if shown else "ClientCertificateRequired"
            return ends(seen, Action.REFUSE, reason, listener=listener)
        if topology.implementation.detect_misdirected == "on":
            found = port.best(("HTTPS",), seen.host)
            best = None if found is None else found.listener
        else:
            best = listener if hits(listener.hostname, seen.host) else None
        return misdirected(seen, listener, best)

    def _decide_call(self, call: Called, seed: int) -> Decision:
        """Decide about a request to a Service of a mesh."""
        if call.port is None:
            return without_port(call)
        paths = self._mesh.paths(call, call.port)
        if paths is None:
            return to_itself(call, call.port)
        seen = call.seen
        winner = best_of(paths.hits(seen.path, seen), seen)
        if winner is None:
            return without_match(call)
        return with_grpc_status(seen, self._answer(winner, seen.request, seen.passed_on, None, seed))

    def _answer(
        self,
        winner: Rule | Candidate,
        request: Request,
        path: str,
        gateway: BoundGateway | None,
        seed: int,
        host: str | None = None,
    ) -> Decision:
        """
        Answer a request that an entry takes: as prepared, or as explanations do.

        Args:
            path: as it is passed on.
            host: the request's, where the entry was found by it letter by letter.
        """
        rule = winner if isinstance(winner, Rule) else winner.rule
        if rule is None:
            assert isinstance(winner, Candidate)
            choices = self.table.topology.implementation
            if not can_be_prepared(winner.entry.rule, choices):
                draw = draw_of(request, choices, seed)
                return answer(self._taken(winner, request, gateway, draw))[0]
            taken = self._taken(winner, request, gateway, 0.0)
            rule = prepare(taken, winner.rest, self._shared)
            # Kept with the second request: then they lie near to one another in memory, and not among what
            # the first of each host brought into being.
            if winner.asked:
                winner.rule = rule
            winner.asked = True
        split = rule.common.frames.split
        index = 0
        if split is not None:
            chosen = split.chosen(draw_of(request, rule.common.implementation, seed))
            assert chosen is not None
            index = chosen
        return rule.answer(index, request, path, host)

    def _taken(self, winner: Candidate, request: Request, gateway: BoundGateway | None, draw: float) -> Taken:
        place = winner.place
        return Taken(
            entry=winner.entry,
            seen=Seen(request, self.table.topology.implementation),
            listener=place.chosen,
            port=place.port,
            gateway=gateway,
            passthrough=place.passthrough,
            draw=draw,
            topology=self.table.topology,
        )


def is_simple(request: Request, port: PortIndex) -> bool:
    """Whether nothing but host and path decides where a request comes to."""
    return (
        request.service is None
        and request.grpc is None
        and not request.straight
        and not (port.secure and (request.sni is not UNSET or request.connection_sni is not UNSET))
    )
