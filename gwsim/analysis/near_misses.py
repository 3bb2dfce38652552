"""What nearly took a request, and what kept it from doing so."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec import structs

from gwsim.addresses import Address, ObjectKey, RuleKey
from gwsim.binding.attaching.attachment import BoundParent, hostnames_of
from gwsim.binding.hostnames import hits
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.topology import BoundRoute
from gwsim.errors import UsageError
from gwsim.routing import clauses
from gwsim.routing.decision import Decision
from gwsim.routing.reaching.arriving import arrive, listener_step, most_specific, routed_name
from gwsim.routing.reaching.matching import Seen, match_steps
from gwsim.routing.reaching.trying import precedence_step
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, RoutingTable, shown_hostname
from gwsim.trace import Outcome, Step, check, rejections


class NearMiss(msgspec.Struct, frozen=True):
    """One match of one rule, and every check that kept it from taking the request."""

    rule: RuleKey
    parent: Address | None
    """The parentRef by which it came nearest; None where it has none."""
    blockers: tuple[Step, ...]
    """From the outside in: parent, listener, attachment, conditions; empty where it hits."""


class WhyNot(msgspec.Struct, frozen=True):
    """Why a route, or one of its rules, did not take a request."""

    decision: Decision
    took_it: bool
    misses: tuple[NearMiss, ...]
    """The nearest of each rule asked about."""
    shadowed: Step | None
    """Where it hits as well: the tie-break that it lost."""


def near_misses(table: RoutingTable, request: Request, *, limit: int = 3) -> tuple[NearMiss, ...]:
    """
    Find the rules that failed by the fewest checks; of each route the nearest.

    Args:
        request: one that no rule took.
    """
    seen, ways = _question(table, request)
    nearest = (
        min(_misses(route, seen, ways(route)), key=_distance)
        for route in table.topology.routes
        if route.rules
    )
    return tuple(sorted(nearest, key=_distance)[:limit])


def _distance(miss: NearMiss) -> tuple[int, RuleKey]:
    return len(miss.blockers), miss.rule


def why_not(
    table: RoutingTable, request: Request, decision: Decision, route: ObjectKey, rule: int | None
) -> WhyNot:
    """
    Say why a route did not take a request.

    Args:
        decision: what became of the request.
        rule: zero-based; None for any of the route's.

    Raises:
        UsageError: there is no such route or rule.
    """
    bound = _route(table, route)
    if rule is not None and not 0 <= rule < len(bound.rules):
        raise UsageError(f"{route} has the rules 0 to {len(bound.rules) - 1}, not {rule}")
    winner = decision.route
    if winner is not None and winner.key.route == route and rule in (None, winner.key.rule):
        return WhyNot(decision, took_it=True, misses=(), shadowed=None)
    seen, ways = _question(table, request)
    by_rule: dict[int, NearMiss] = {}
    for miss in sorted(_misses(bound, seen, ways(bound)), key=_distance):
        if rule in (None, miss.rule.rule):
            by_rule.setdefault(miss.rule.rule, miss)
    misses = tuple(sorted(by_rule.values(), key=_distance))
    return WhyNot(decision, took_it=False, misses=misses, shadowed=_shadow(table, decision, misses[0]))


def _route(table: RoutingTable, key: ObjectKey) -> BoundRoute:
    routes = {str(route.key): route for route in table.topology.routes}
    if str(key) not in routes:
        near = difflib.get_close_matches(str(key), routes, n=3) or sorted(routes)[:3]
        raise UsageError(f"expected a route of the input ({', '.join(near) or 'there is none'}), found {key}")
    return routes[str(key)]


def _shadow(table: RoutingTable, decision: Decision, miss: NearMiss) -> Step | None:
    if miss.blockers or decision.route is None or decision.listener is None:
        return None
    entries = [
        entry
        for tables in table.listeners.values()
        for each in tables
        if each.listener.key == decision.listener.key
        for entry in each.entries
    ]
    winner = _entry(entries, decision.route.key, decision.route.hostname)
    loser = _entry(entries, miss.rule, None)
    return None if winner is None or loser is None else precedence_step(winner, loser)


def _entry(entries: list[Entry], key: RuleKey, hostname: str | None) -> Entry | None:
    found = [entry for entry in entries if entry.key == key]
    return next(
        (entry for entry in found if shown_hostname(entry.hostname) == hostname), found[0] if found else None
    )


class _Way(NamedTuple):
    """A parentRef and a listener by which a route could take a request."""

    parent: Address | None
    blockers: tuple[Step, ...]
    hostnames: tuple[str, ...] | None
    """What route and listener have in common; None where the route is not attached there."""
    name: str
    """What hostnames are compared with."""


def _question(table: RoutingTable, request: Request) -> tuple[Seen, Callable[[BoundRoute], list[_Way]]]:
    """The request as it arrives, and how to find the ways by which a route could take it."""
    arrival = None if request.service is not None else arrive(table, request)
    if arrival is None:
        seen = Seen(request, table.topology.implementation)
        return seen, lambda route: list(_mesh_ways(route, request))
    seen, gateway = arrival.seen, arrival.gateway
    steps = {listener.key: (listener, listener_step(listener, seen)) for listener in gateway.all_listeners}
    best = most_specific(listener for listener, step in steps.values() if step.selected)

    def ways(route: BoundRoute) -> Iterator[_Way]:
        owned = {key.parent for key in steps}
        for parent in route.parents:
            if parent.parent not in owned or not parent.served:
                yield _Way(parent.address, (_parent_step(parent, gateway),), None, seen.host)
                continue
            for attachment in parent.attachments:
                listener, step = steps[attachment.listener]
                blockers = (*_listener_blockers(listener, best, step), *rejections(attachment.trace))
                patterns = tuple(hostname.pattern for hostname in attachment.hostnames)
                common = patterns if attachment.attached else None
                yield _Way(parent.address, blockers, common, routed_name(seen, listener))

    return seen, lambda route: list(ways(route))


def _mesh_ways(route: BoundRoute, request: Request) -> Iterator[_Way]:
    for parent in route.mesh_parents:
        if parent.parent.namespaced_name == request.service:
            for attachment in parent.attachments:
                if attachment.listener.name == str(request.port):
                    blockers = (*_consumer_blockers(route, parent, request), *rejections(attachment.trace))
                    yield _Way(parent.address, blockers, ("*",), "")


def _consumer_blockers(route: BoundRoute, parent: BoundParent, request: Request) -> Iterator[Step]:
    """A route of neither the client's namespace nor the Service's is none for this client (GEP-1294)."""
    client = request.source.namespace if request.source else None
    own = route.key.namespace
    if own not in (client, parent.parent.namespace):
        yield check(clauses.MESH_ROUTES, Address(route.key), False, expected=client, actual=own)


def _misses(route: BoundRoute, seen: Seen, ways: Sequence[_Way]) -> Iterator[NearMiss]:
    """Every way in which a match of the route could have taken the request."""
    unbound = check(clauses.MESH_ROUTES, Address(route.key), False, actual=seen.request.service)
    nowhere = (unbound,) if seen.request.service is not None else ()
    for rule_index, rule in enumerate(route.rules):
        invalid = tuple(rejections(rule.valid))
        for match_index, match in enumerate(rule.spec.matches):
            key = RuleKey(route.key, rule_index, match_index)
            failed = tuple(step for step in match_steps(match, seen, key.address) if not step.selected)
            for way in ways or [_Way(None, nowhere, None, seen.host)]:
                host = _host_step(route, way)
                outside = (*way.blockers, *(() if host.selected else (host,)))
                yield NearMiss(key, way.parent, (*outside, *invalid, *failed))


def _parent_step(parent: BoundParent, gateway: BoundGateway) -> Step:
    step = structs.replace(parent.trace, children=())
    if not parent.served:
        return step
    return structs.replace(step, outcome=Outcome.REJECTED, actual=str(gateway.key))


def _listener_blockers(listener: BoundListener, best: BoundListener | None, step: Step) -> Iterator[Step]:
    yield from rejections(step)
    if step.selected and best is not None and best is not listener:
        key = listener.key.address
        theirs, taken = listener.hostname, best.hostname
        yield check(clauses.LISTENER_CHOICE, key, False, expected=theirs, actual=taken)


def _host_step(route: BoundRoute, way: _Way) -> Step:
    own = hostnames_of(route.resource)
    patterns = way.hostnames if way.hostnames is not None else own or ("*",)
    return check(
        clauses.ROUTE_HOSTNAME,
        Address(route.key, ("spec", "hostnames")),
        any(hits(pattern, way.name) for pattern in patterns),
        expected=patterns,
        actual=way.name or None,
    )
