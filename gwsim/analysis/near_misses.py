"""What nearly took a request, and what kept it from doing so."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gwsim.addresses import Address, ObjectKey, RuleKey
from gwsim.binding.attachment import BoundParent
from gwsim.binding.hostnames import hits, specificity
from gwsim.binding.listeners import BoundListener
from gwsim.binding.topology import BoundGateway, BoundRoute
from gwsim.errors import UsageError
from gwsim.resources.routes import ANY_PATH
from gwsim.routing import clauses
from gwsim.routing.decision import Decision
from gwsim.routing.explaining import arrive, listener_step, precedence_step
from gwsim.routing.matching import Seen, match_steps
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, RoutingTable, shown_hostname
from gwsim.trace import Step, check, rejections


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One match of one rule, and every check that kept it from taking the request."""

    rule: RuleKey
    parent: Address | None
    """The parentRef by which it came nearest; None where it has none."""
    blockers: tuple[Step, ...]
    """From the outside in: parent, listener, attachment, conditions; empty where it hits."""


@dataclass(frozen=True, slots=True)
class WhyNot:
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
    arrival = arrive(table, request)
    if arrival is None:
        return ()
    nearest = (
        min(_misses(route, arrival.gateway, arrival.request), key=_distance)
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
    arrival = arrive(table, request)
    assert arrival is not None
    by_rule: dict[int, NearMiss] = {}
    for miss in sorted(_misses(bound, arrival.gateway, arrival.request), key=_distance):
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


def _misses(route: BoundRoute, gateway: BoundGateway, request: Request) -> Iterator[NearMiss]:
    """Every way in which a match of the route could have taken the request."""
    seen = Seen(request)
    ways: list[_Way] = [*_ways(route, gateway, request)] or [_Way(None, (), None)]
    for rule_index, rule in enumerate(route.rules):
        invalid = tuple(rejections(rule.valid))
        for match_index, match in enumerate(rule.spec.matches or ANY_PATH):
            key = RuleKey(route.key, rule_index, match_index)
            failed = tuple(step for step in match_steps(match, seen, key.address) if not step.selected)
            for parent, blockers, hostnames in ways:
                host = _host_step(route, hostnames, seen)
                yield NearMiss(
                    key, parent, (*blockers, *(() if host.selected else (host,)), *invalid, *failed)
                )


class _Way(NamedTuple):
    """A parentRef and a listener by which a route could take a request."""

    parent: Address | None
    blockers: tuple[Step, ...]
    hostnames: tuple[str, ...] | None
    """What route and listener have in common; None where the route is not attached there."""


def _ways(route: BoundRoute, gateway: BoundGateway, request: Request) -> Iterator[_Way]:
    listeners = {listener.key: listener for listener in gateway.listeners}
    fitting = [listener for listener in gateway.listeners if listener_step(listener, request).selected]
    best = max(fitting, key=lambda listener: specificity(listener.hostname), default=None)
    for parent in route.parents:
        if parent.parent == gateway.key and parent.served:
            for attachment in parent.attachments:
                listener = listeners[attachment.listener]
                blockers = (*_listener_blockers(listener, best, request), *rejections(attachment.trace))
                yield _Way(parent.address, blockers, attachment.hostnames if attachment.attached else None)
        else:
            yield _Way(parent.address, (_parent_step(parent, gateway),), None)


def _parent_step(parent: BoundParent, gateway: BoundGateway) -> Step:
    if not parent.served:
        return parent.trace._replace(children=())
    return parent.trace._replace(
        outcome=check(parent.trace.clause, parent.address, False).outcome,
        actual=str(gateway.key),
        children=(),
    )


def _listener_blockers(
    listener: BoundListener, best: BoundListener | None, request: Request
) -> Iterator[Step]:
    step = listener_step(listener, request)
    yield from rejections(step)
    if step.selected and best is not None and best is not listener:
        yield check(
            clauses.LISTENER_CHOICE,
            listener.key.address,
            False,
            expected=listener.hostname,
            actual=best.hostname,
        )


def _host_step(route: BoundRoute, hostnames: tuple[str, ...] | None, seen: Seen) -> Step:
    patterns = hostnames if hostnames is not None else route.resource.spec.hostnames or ("*",)
    return check(
        clauses.ROUTE_HOSTNAME,
        Address(route.key, ("spec", "hostnames")),
        any(hits(pattern, seen.host) for pattern in patterns),
        expected=patterns,
        actual=seen.host or None,
    )
