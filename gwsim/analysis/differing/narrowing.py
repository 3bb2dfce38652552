"""Only what a change can touch: routes whose hostnames meet those of routes that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gwsim.addresses import ListenerKey, ObjectKey
from gwsim.analysis.differing.meanings import Pair
from gwsim.binding.hostnames import host_patterns, intersection, specificity
from gwsim.binding.topology import BoundRoute, Topology
from gwsim.routing.table import Entry, ListenerTable, RoutingTable, entries_of
from gwsim.simulation import Simulation


def narrowed(pair: Pair) -> tuple[RoutingTable, RoutingTable]:
    """
    The routing tables of both sides, without the routes that no difference can have to do with.

    Where more than routes differ, all of them.
    """
    before, after = pair.before.topology, pair.after.topology
    if not pair.same_surroundings or before.gateways != after.gateways:
        return pair.before.table, pair.after.table
    changed = [route for each in (before, after) for route in each.routes if route.key in pair.changed]
    hostnames = {pattern for route in changed for pattern in _hostnames(route)}
    return _part(pair.before, pair, hostnames), _part(pair.after, pair, hostnames)


def _hostnames(route: BoundRoute) -> Iterable[str]:
    """Every hostname for which a route is attached anywhere."""
    return (
        hostname.pattern
        for parent in route.parents
        for attachment in parent.attachments
        for hostname in attachment.hostnames
    )


def _part(simulation: Simulation, pair: Pair, hostnames: set[str]) -> RoutingTable:
    wild = [pattern for pattern in hostnames if pattern.startswith("*")]

    def meets(pattern: str) -> bool:
        if pattern.startswith("*"):
            return any(intersection(pattern, other) is not None for other in hostnames)
        if any(each in hostnames for each in host_patterns(pattern)):
            return True
        return any(intersection(pattern, other) is not None for other in wild)

    kept = [
        route
        for route in simulation.topology.routes
        if route.key in pair.changed or any(map(meets, _hostnames(route)))
    ]
    return RoutingTable(simulation.topology, _listeners(simulation.topology, kept))


def _listeners(
    topology: Topology, routes: Iterable[BoundRoute]
) -> Mapping[tuple[ObjectKey, int], tuple[ListenerTable, ...]]:
    """The tables of all listeners, with the entries of some routes."""
    entries: dict[ListenerKey, list[Entry]] = {}
    for route in routes:
        attached: set[ListenerKey] = set()
        for parent in route.parents:
            for attachment in parent.attachments if route.accepted_by(parent) else ():
                if attachment.attached and attachment.listener not in attached:
                    attached.add(attachment.listener)
                    found = entries_of(route, attachment, route.rules, topology.implementation)
                    entries.setdefault(attachment.listener, []).extend(found)
    ports: dict[tuple[ObjectKey, int], list[ListenerTable]] = {}
    for gateway in RoutingTable(topology).gateways.values():
        for listener in gateway.all_listeners:
            if listener.serving:
                own = sorted(entries.get(listener.key, ()), key=lambda entry: entry.precedence)
                table = ListenerTable(listener, tuple(own))
                ports.setdefault((gateway.key, listener.spec.port), []).append(table)
    return {
        at: tuple(sorted(tables, key=lambda table: specificity(table.listener.hostname), reverse=True))
        for at, tables in ports.items()
    }
