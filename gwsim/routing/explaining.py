"""The executable specification: every check is made, in the specification's order, and each leaves a step."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from gwsim.addresses import Address
from gwsim.binding.hostnames import ANY, hits, specificity
from gwsim.binding.listeners import BoundListener
from gwsim.binding.topology import BoundGateway
from gwsim.errors import RequestError
from gwsim.routing import clauses
from gwsim.routing.backends import Taken, answer
from gwsim.routing.decision import Action, ChosenListener, Decision
from gwsim.routing.matching import Seen, match_steps
from gwsim.routing.precedence import CLAUSES, deciding_field
from gwsim.routing.request import Request, draw_for
from gwsim.routing.table import Entry, ListenerTable, RoutingTable, shown_hostname
from gwsim.trace import Clause, Outcome, Step, all_of, check

UNREACHABLE = "gateway.invalid"
"""The host of a request that states none, to a Gateway without an address."""
LISTENER_PROTOCOLS: Mapping[str, str] = {"HTTP": "HTTP", "HTTPS": "HTTPS"}
"""The protocol of the listeners that take what arrives."""


def name_for_listener(request: Request) -> str:
    """The name by which the listener is chosen: the SNI of a TLS connection, else the host."""
    return (request.opened_for or "") if request.protocol == "HTTPS" else Seen(request).host


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request at its Gateway, with what the contract fills in."""

    request: Request
    gateway: BoundGateway
    draw: float


def arrive(table: RoutingTable, request: Request, seed: int = 0) -> Arrival | None:
    """
    Find the Gateway of a request, and fill in its host and draw.

    Returns:
        None where the configuration has no Gateway at all.

    Raises:
        RequestError: the Gateway that is named does not exist, or none is named and several could be meant.
    """
    gateway = _gateway_of(table, request)
    if gateway is None:
        return None
    if request.host is None:
        request = structs.replace(request, host=next((value for _, value in gateway.assigned), UNREACHABLE))
    draw = draw_for(seed, request.id) if request.draw is None else request.draw
    return Arrival(request, gateway, draw)


def _gateway_of(table: RoutingTable, request: Request) -> BoundGateway | None:
    by_name = table.topology.gateway_by_name
    if request.gateway is not None:
        if request.gateway not in by_name:
            raise RequestError(
                "gateway", f"one of {', '.join(by_name) or '(no Gateway given)'}", request.gateway
            )
        return by_name[request.gateway]
    candidates = tuple(by_name.values())
    for narrower in (
        [
            each
            for each in candidates
            if any(listener.spec.port == request.port for listener in each.listeners)
        ],
        [each for each in candidates if each.served and _has_port(each, request.port)],
    ):
        candidates = tuple(narrower) or candidates
    if len(candidates) > 1:
        names = ", ".join(each.key.namespaced_name for each in candidates)
        raise RequestError("gateway", f"one of {names}", "none")
    return candidates[0] if candidates else None


def _has_port(gateway: BoundGateway, port: int) -> bool:
    return any(listener.spec.port == port for listener in gateway.listeners)


def explain(table: RoutingTable, request: Request, *, seed: int = 0) -> Decision:
    """
    Decide one request and say why.

    Raises:
        RequestError: no Gateway, or several, could be meant.
    """
    arrival = arrive(table, request, seed)
    if arrival is None:
        return Decision(request.id, Action.REFUSE, "NoListener")
    return _Explanation(table, arrival).run()


class _Explanation:
    """One request's way, and the steps that it leaves."""

    def __init__(self, table: RoutingTable, arrival: Arrival) -> None:
        self.table = table
        self.arrival = arrival
        self.request = arrival.request
        self.seen = Seen(arrival.request)
        self.steps: list[Step] = []

    def run(self) -> Decision:
        chosen = self._choose_listener()
        if isinstance(chosen, Decision):
            return replace(chosen, trace=tuple(self.steps))
        return replace(self._route(chosen), trace=tuple(self.steps))

    def _choose_listener(self) -> ListenerTable | Decision:
        request, gateway = self.request, self.arrival.gateway
        wanted, name = LISTENER_PROTOCOLS.get(request.protocol), name_for_listener(request)
        considered = [(listener, listener_step(listener, request)) for listener in gateway.listeners]
        fitting = [listener for listener, step in considered if step.selected]
        best = max(fitting, key=lambda listener: specificity(listener.hostname), default=None)
        usable = gateway.key in self.table.gateways
        self.steps.append(
            check(
                clauses.LISTENER_CHOICE,
                Address(gateway.key),
                best is not None and usable,
                expected=f"{request.protocol} {name or 'any host'} on port {request.port}",
                actual=None if best is None else best.key.name,
                children=(
                    *_gateway_steps(gateway),
                    *(
                        step._replace(outcome=Outcome.SKIPPED)
                        if step.selected and listener is not best
                        else step
                        for listener, step in considered
                    ),
                ),
            )
        )
        if best is not None and usable:
            return self._check_misdirected(self._table_of(best))
        on_port = [listener for listener in gateway.listeners if listener.spec.port == request.port]
        serving = [listener for listener in on_port if listener.serving and usable]
        if not serving:
            return self._ends(Action.REFUSE, "NoListener")
        if not any(listener.spec.protocol == wanted for listener in serving):
            return self._ends(Action.REFUSE, "ProtocolMismatch")
        if request.protocol == "HTTP":
            return self._ends(Action.RESPOND, "NoListenerForHostname", 404)
        return self._ends(Action.REFUSE, "NoListenerForHostname")

    def _table_of(self, listener: BoundListener) -> ListenerTable:
        tables = self.table.listeners[self.arrival.gateway.key, listener.spec.port]
        return next(table for table in tables if table.listener is listener)

    def _check_misdirected(self, chosen: ListenerTable) -> ListenerTable | Decision:
        if self.request.protocol != "HTTPS":
            return chosen
        host = self.seen.host
        tables = self.table.listeners[self.arrival.gateway.key, self.request.port]
        rivals = [each for each in tables if each.listener.spec.protocol == "HTTPS"]
        hit = [each for each in rivals if hits(each.listener.hostname, host)]
        best = max(hit, key=lambda each: specificity(each.listener.hostname), default=None)
        if not self.table.topology.implementation.detect_misdirected:
            best = chosen if hits(chosen.listener.hostname, host) else None
        self.steps.append(
            check(
                clauses.MISDIRECTED,
                chosen.listener.key.address,
                best is chosen,
                expected=chosen.listener.key.name,
                actual=None if best is None else best.listener.key.name,
            )
        )
        if best is None:
            return self._ends(Action.RESPOND, "NoListenerForHostname", 404, chosen)
        if best is not chosen:
            return self._ends(Action.RESPOND, "MisdirectedRequest", 421, chosen)
        return chosen

    def _ends(
        self, action: Action, reason: str, status: int | None = None, chosen: ListenerTable | None = None
    ) -> Decision:
        listener = None if chosen is None else chosen_listener(chosen.listener)
        return Decision(self.request.id, action, reason, status=status, listener=listener)

    def _route(self, chosen: ListenerTable) -> Decision:
        hit: list[Entry] = []
        tried: list[Step] = []
        known_host = False
        for entry in self._candidates(chosen):
            step = match_entry(entry, self.seen)
            known_host = known_host or step.children[0].selected
            tried.append(step)
            if step.selected:
                hit.append(entry)
                if len(hit) == 2:
                    break
        self.steps.append(
            check(
                clauses.RULE_MATCH, chosen.listener.key.address, bool(hit), children=tuple(_first_wins(tried))
            )
        )
        if not hit:
            return self._ends(
                Action.RESPOND, "NoMatchingRule" if known_host else "NoRouteMatched", 404, chosen
            )
        if len(hit) == 2:
            self.steps.append(precedence_step(*hit))
        decision, steps = answer(
            Taken(
                hit[0],
                self.request,
                chosen_listener(self._listener_of(hit[0], chosen)),
                self.arrival.draw,
                self.table.topology.snapshot,
                self.table.topology.implementation,
            )
        )
        self.steps.extend(steps)
        return decision

    def _listener_of(self, entry: Entry, chosen: ListenerTable) -> BoundListener:
        return next(
            listener
            for listener in (chosen.listener, *self.arrival.gateway.listeners)
            if listener.key == entry.listener
        )

    def _candidates(self, chosen: ListenerTable) -> Sequence[Entry]:
        if self.table.topology.implementation.listener_isolation:
            return chosen.entries
        tables = self.table.listeners[self.arrival.gateway.key, self.request.port]
        hit = [
            each.entries
            for each in tables
            if each.listener.spec.protocol == chosen.listener.spec.protocol
            and hits(each.listener.hostname, self.seen.host)
        ]
        return tuple(heapq.merge(*hit, key=lambda entry: entry.precedence))


def chosen_listener(listener: BoundListener) -> ChosenListener:
    """A listener in the contract's words."""
    return ChosenListener(
        listener.key,
        listener.gateway.namespaced_name,
        listener.spec.port,
        listener.spec.protocol,
        listener.spec.hostname,
    )


def _gateway_steps(gateway: BoundGateway) -> Iterator[Step]:
    yield gateway.class_step
    if not gateway.parameters.selected:
        yield gateway.parameters
    for kind, _ in gateway.addresses:
        if not kind.selected:
            yield kind


def listener_step(listener: BoundListener, request: Request) -> Step:
    """
    Check whether a listener could take a request; which of several does is settled by specificity.

    Args:
        request: with its host filled in.
    """
    wanted, name = LISTENER_PROTOCOLS.get(request.protocol), name_for_listener(request)
    address = listener.key.address
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
        listener.spec.protocol == wanted,
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


def match_entry(entry: Entry, seen: Seen) -> Step:
    """Check one entry of the table: its hostname, then every condition of its match."""
    address = entry.key.address
    hostname = check(
        clauses.ROUTE_HOSTNAME,
        Address(entry.key.route, ("spec", "hostnames")),
        hits(entry.hostname, seen.host),
        expected=shown_hostname(entry.hostname),
        actual=seen.host or None,
    )
    return all_of(
        clauses.RULE_MATCH,
        address,
        (hostname, *match_steps(entry.match, seen, address)),
        expected=entry.hostname if entry.hostname != ANY else None,
    )


def _first_wins(tried: Sequence[Step]) -> Iterator[Step]:
    """The steps of entries in order; a second one that hits is passed over, since the first has won."""
    won = False
    for step in tried:
        yield step._replace(outcome=Outcome.SKIPPED) if won and step.selected else step
        won = won or step.selected


def precedence_step(winner: Entry, second: Entry) -> Step:
    """Name the tie-break by which one entry that hits comes before another that hits too."""
    field = deciding_field(winner.precedence, second.precedence)
    clause: Clause = CLAUSES[field or "match"]
    loser = check(clause, second.key.address, False, actual=_rank(second, field))
    return check(clause, winner.key.address, True, actual=_rank(winner, field), children=(loser,))


def _rank(entry: Entry, field: str | None) -> str | int | None:
    """What an entry has to show for a tie-break, in a person's units."""
    match field:
        case "host_precise" | "host_length":
            return shown_hostname(entry.hostname)
        case "path_type":
            return entry.match.path.type
        case "path_length":
            return entry.match.path.value
        case "method":
            return entry.match.method
        case "headers":
            return -entry.precedence.headers
        case "query_params":
            return -entry.precedence.query_params
        case "age":
            return entry.route.resource.metadata.creation_timestamp
        case "name":
            return entry.precedence.name
        case "rule":
            return entry.precedence.rule
        case _:
            return entry.precedence.match
