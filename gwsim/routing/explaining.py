"""The executable specification: every check is made, in the specification's order, and each leaves a step."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from msgspec import structs

from gwsim.addresses import Address
from gwsim.binding.hostnames import hits, host_patterns
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.routing import clauses
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.decision import Action, Decision
from gwsim.routing.paths import has_escaped_slash
from gwsim.routing.reaching.arriving import (
    Arrival,
    arrive,
    chosen_listener,
    ends,
    escaped_slash,
    is_passthrough,
    listener_step,
    misdirected,
    most_specific,
    name_for_listener,
    routed_name,
    with_grpc_status,
    without_listener,
    without_rule,
)
from gwsim.routing.reaching.matching import Seen, matches_path
from gwsim.routing.reaching.trying import path_key, precedence_step, try_entries
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, ListenerTable, RoutingTable
from gwsim.trace import Outcome, Step, check


def explain(table: RoutingTable, request: Request, *, seed: int = 0) -> Decision:
    """
    Decide one request and say why.

    Raises:
        RequestError: no Gateway, or several, could be meant.
    """
    if request.straight or request.service is not None:
        from gwsim.routing.reaching.meshing import explain_mesh, goes_straight

        if request.straight:
            return goes_straight(request)
        return explain_mesh(table, request, seed)
    arrival = arrive(table, request, seed)
    if arrival is None:
        return Decision(request.id, Action.REFUSE, "NoListener")
    return _Explanation(table, arrival).run()


class _Explanation:
    """One request's way, and the steps that it leaves."""

    def __init__(self, table: RoutingTable, arrival: Arrival) -> None:
        self.table = table
        self.topology = table.topology
        self.arrival = arrival
        self.seen = arrival.seen
        self.steps: list[Step] = []

    def run(self) -> Decision:
        chosen = self._choose_listener()
        decision = chosen if isinstance(chosen, Decision) else self._serve(chosen)
        return structs.replace(with_grpc_status(self.seen, decision), trace=tuple(self.steps))

    def _choose_listener(self) -> ListenerTable | Decision:
        gateway, request = self.arrival.gateway, self.seen.request
        considered = [(listener, listener_step(listener, self.seen)) for listener in gateway.all_listeners]
        usable, name = gateway.key in self.table.gateways, name_for_listener(self.seen)
        fitting = [listener for listener, step in considered if step.selected]
        best = most_specific(fitting) if usable else None
        self.steps.append(
            check(
                clauses.LISTENER_CHOICE,
                Address(gateway.key),
                best is not None,
                expected=f"{request.protocol} {name or 'any host'} on port {request.port}",
                actual=None if best is None else best.key.name,
                children=(
                    *_gateway_steps(gateway),
                    *(
                        structs.replace(step, outcome=Outcome.SKIPPED)
                        if step.selected and best is not None and listener is not best
                        else step
                        for listener, step in considered
                    ),
                ),
            )
        )
        if best is None:
            on_port = (each for each in gateway.all_listeners if each.spec.port == request.port)
            return without_listener(self.seen, [each for each in on_port if each.serving and usable])
        tables = self.table.listeners[gateway.key, best.spec.port]
        return next(each for each in tables if each.listener is best)

    def _serve(self, chosen: ListenerTable) -> Decision:
        listener, request = chosen.listener, self.seen.request
        if listener.spec.protocol == "HTTPS":
            if request.protocol == "TLS":
                return ends(self.seen, Action.REFUSE, "ProtocolMismatch", listener=listener)
            refused = self._check_client(listener) or self._check_misdirected(chosen)
            if refused is not None:
                return refused
        if listener.spec.protocol in ("HTTP", "HTTPS"):
            escaped = self._check_escapes(listener)
            if escaped is not None:
                return escaped
        return self._route(chosen)

    def _check_client(self, listener: BoundListener) -> Decision | None:
        from gwsim.routing.reaching.presenting import client_certificate_step

        step = client_certificate_step(listener, self.seen.request, self.topology.snapshot)
        if step is not None:
            self.steps.append(step)
        if step is None or step.selected:
            return None
        shown = self.seen.request.client_certificate is not None
        reason = "ClientCertificateInvalid" if shown else "ClientCertificateRequired"
        return ends(self.seen, Action.REFUSE, reason, listener=listener)

    def _check_misdirected(self, chosen: ListenerTable) -> Decision | None:
        listener, host = chosen.listener, self.seen.host
        if self.topology.implementation.detect_misdirected == "on":
            tables = self.table.listeners[self.arrival.gateway.key, self.seen.request.port]
            rivals = (each.listener for each in tables if each.listener.spec.protocol == "HTTPS")
            best = most_specific(rival for rival in rivals if hits(rival.hostname, host))
        else:
            best = listener if hits(listener.hostname, host) else None
        self.steps.append(
            check(
                clauses.MISDIRECTED,
                listener.key.address,
                best is listener,
                expected=listener.key.name,
                actual=None if best is None else best.key.name,
            )
        )
        return misdirected(self.seen, listener, best)

    def _check_escapes(self, listener: BoundListener) -> Decision | None:
        decision, path = escaped_slash(self.seen, listener), self.seen.request.path
        if has_escaped_slash(path.partition("?")[0]):
            self.steps.append(
                check(clauses.ESCAPED_SLASH, listener.key.address, decision is None, actual=path)
            )
        return decision

    def _route(self, chosen: ListenerTable) -> Decision:
        name = routed_name(self.seen, chosen.listener)
        tried, hit, known_host = try_entries(self._candidates(chosen, name), self.seen, name)
        self.steps.append(check(clauses.RULE_MATCH, chosen.listener.key.address, bool(hit), children=tried))
        if not hit:
            return without_rule(self.seen, chosen.listener, known_host=known_host)
        if len(hit) == 2:
            self.steps.append(precedence_step(*hit))
        listener = self._listener_of(hit[0], chosen)
        taken = Taken(
            entry=hit[0],
            seen=self.seen,
            listener=chosen_listener(listener),
            port=listener.spec.port,
            gateway=self.arrival.gateway,
            passthrough=is_passthrough(listener),
            draw=self.arrival.draw if hit[0].rule.needs_draw else 0.0,
            topology=self.topology,
        )
        decision, steps = answer(taken)
        self.steps.extend(steps)
        return decision

    def _listener_of(self, entry: Entry, chosen: ListenerTable) -> BoundListener:
        listeners = (chosen.listener, *self.arrival.gateway.all_listeners)
        return next(listener for listener in listeners if listener.key == entry.listener)

    def _candidates(self, chosen: ListenerTable, name: str) -> Sequence[Entry]:
        implementation = self.topology.implementation
        entries = chosen.entries
        if implementation.listener_isolation == "off" and chosen.listener.spec.protocol in ("HTTP", "HTTPS"):
            tables = self.table.listeners[self.arrival.gateway.key, self.seen.request.port]
            hit = [
                each.entries
                for each in tables
                if each.listener.spec.protocol == chosen.listener.spec.protocol
                and hits(each.listener.hostname, name)
            ]
            entries = tuple(heapq.merge(*hit, key=lambda entry: entry.precedence))
        if implementation.hostname_fallback == "off":
            known = {entry.hostname for entry in entries}
            best = next((pattern for pattern in host_patterns(name) if pattern in known), None)
            entries = tuple(
                entry for entry in entries if entry.hostname == best or not hits(entry.hostname, name)
            )
        if implementation.path_fallback == "off":
            entries = tuple(_one_path(entries, self.seen, name))
        return entries


def _one_path(entries: Sequence[Entry], seen: Seen, name: str) -> Iterator[Entry]:
    """The entries of the best path that hits, for implementations that settle the path first."""
    hit = (each for each in entries if hits(each.hostname, name) and matches_path(each.match, seen))
    best = next(hit, None)
    for entry in entries:
        if best is None or not hits(entry.hostname, name) or path_key(entry) == path_key(best):
            yield entry


def _gateway_steps(gateway: BoundGateway) -> Iterator[Step]:
    yield gateway.class_step
    if not gateway.parameters.selected:
        yield gateway.parameters
    for kind, _ in gateway.addresses:
        if not kind.selected:
            yield kind
    if not gateway.listeners_step.selected:
        yield gateway.listeners_step
