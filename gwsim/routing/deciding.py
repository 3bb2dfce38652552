"""The compiled table: a request is decided by look-ups, and by answers that are prepared once."""

from __future__ import annotations

from functools import cached_property

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.binding.hostnames import hits
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.answering.preparing import Answers, Shared, Split, can_be_prepared, prepare
from gwsim.routing.decision import Action, Decision
from gwsim.routing.indexing.candidates import Candidate
from gwsim.routing.indexing.meshes import MeshIndex
from gwsim.routing.indexing.ports import ListenerIndex, PortIndex, best_of
from gwsim.routing.reaching.arriving import (
    arrive,
    client_certificate_step,
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
from gwsim.routing.reaching.matching import Seen, prefix_of
from gwsim.routing.reaching.meshing import (
    Called,
    called,
    goes_straight,
    to_itself,
    without_match,
    without_port,
)
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
        return MeshIndex(self.table)

    @cached_property
    def _shared(self) -> Shared:
        return Shared()

    def decide(self, request: Request, *, seed: int = 0) -> Decision:
        """
        Decide one request.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        if request.straight:
            return goes_straight(request)
        if request.service is not None:
            return self._decide_call(called(self.table, request), seed)
        arrival = arrive(self.table, request)
        if arrival is None:
            return Decision(request.id, Action.REFUSE, "NoListener")
        seen, gateway = arrival.seen, arrival.gateway
        at = (gateway.key, request.port, request.protocol)
        port = self._ports.get(at)
        if port is None:
            tables = self.table.listeners.get(at[:2], ())
            port = PortIndex(gateway, request.protocol, tables, self.table.topology.implementation)
            self._ports[at] = port
        return with_grpc_status(seen, self._decide(seen, port, seed))

    def _decide(self, seen: Seen, port: PortIndex, seed: int) -> Decision:
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
        return self._answer(winner, seen, port.gateway, seed)

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
        winner = best_of(paths.hits(call.seen.path, call.seen), call.seen)
        if winner is None:
            return without_match(call)
        return with_grpc_status(call.seen, self._answer(winner, call.seen, None, seed))

    def _answer(self, winner: Candidate, seen: Seen, gateway: BoundGateway | None, seed: int) -> Decision:
        """Answer a request that an entry takes: as prepared, or by what it falls on for the first time."""
        request, rule, choices = seen.request, winner.entry.rule, seen.implementation
        answers = winner.answers
        if answers is None:
            prepared = can_be_prepared(rule, choices)
            split = Split([each.backend.weight for each in rule.backends]) if prepared else None
            answers = winner.answers = Answers(split)
        draw, index = 0.0, None
        if answers.split is None or not answers.split.only or request.draw is not None:
            draw = draw_of(request, choices, seed)
        if answers.split is not None:
            index = answers.split.chosen(draw)
            ready = answers.by_index.get(index)
            if ready is not None:
                return ready.to(request, seen.passed_on)
        place = winner.place
        taken = Taken(
            entry=winner.entry,
            seen=seen,
            listener=place.chosen,
            port=place.port,
            gateway=gateway,
            passthrough=place.passthrough,
            draw=draw,
            topology=self.table.topology,
        )
        decision = answer(taken)[0]
        if answers.split is not None:
            answers.by_index[index] = prepare(
                decision, rule, prefix_of(winner.entry.match), choices, self._shared
            )
        return decision
