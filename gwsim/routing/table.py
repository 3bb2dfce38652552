"""The routing table: for each listener every match of its routes, in the order in which it is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gwsim.addresses import ListenerKey, ObjectKey, RuleKey
from gwsim.binding.hostnames import ANY, specificity
from gwsim.binding.listeners import BoundListener
from gwsim.binding.rules import BoundRule
from gwsim.binding.topology import BoundGateway, BoundRoute, Topology
from gwsim.resources.routes import ANY_PATH, HTTPRouteMatch
from gwsim.routing.precedence import Precedence, precedence_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One match of one rule, on one listener, for one hostname."""

    key: RuleKey
    listener: ListenerKey
    hostname: str
    """Effective: what the listener's and the route's hostnames have in common."""
    match: HTTPRouteMatch
    precedence: Precedence
    rule: BoundRule
    route: BoundRoute


@dataclass(frozen=True)
class ListenerTable:
    """One listener and what is attached to it."""

    listener: BoundListener
    entries: tuple[Entry, ...]
    """In order of precedence: the first that hits wins."""

    @cached_property
    def hostnames(self) -> frozenset[str]:
        """Every effective hostname."""
        return frozenset(entry.hostname for entry in self.entries)


@dataclass(frozen=True)
class RoutingTable:
    """What every Gateway of a topology does with requests."""

    topology: Topology

    @cached_property
    def gateways(self) -> Mapping[ObjectKey, BoundGateway]:
        """The Gateways that serve."""
        return {
            gateway.key: gateway for gateway in self.topology.gateways if gateway.served and gateway.accepted
        }

    @cached_property
    def listeners(self) -> Mapping[tuple[ObjectKey, int], tuple[ListenerTable, ...]]:
        """The serving listeners of each Gateway and port, the most specific hostname first."""
        ports: dict[tuple[ObjectKey, int], list[ListenerTable]] = {}
        for gateway in self.gateways.values():
            for listener in gateway.listeners:
                if listener.serving:
                    ports.setdefault((gateway.key, listener.spec.port), []).append(
                        self._listener_table(listener)
                    )
        return {
            at: tuple(sorted(tables, key=lambda table: specificity(table.listener.hostname), reverse=True))
            for at, tables in ports.items()
        }

    def _listener_table(self, listener: BoundListener) -> ListenerTable:
        return ListenerTable(
            listener, tuple(sorted(self._entries(listener), key=lambda entry: entry.precedence))
        )

    def _entries(self, listener: BoundListener) -> Iterator[Entry]:
        for route, attachment in self.topology.attachments.get(listener.key, ()):
            for rule_index, rule in enumerate(route.rules):
                if not rule.valid.selected:
                    continue
                for match_index, match in enumerate(rule.spec.matches or ANY_PATH):
                    key = RuleKey(route.key, rule_index, match_index)
                    for hostname in attachment.hostnames:
                        precedence = precedence_of(key, match, hostname, route.age)
                        yield Entry(key, listener.key, hostname, match, precedence, rule, route)


def shown_hostname(hostname: str) -> str | None:
    """A hostname as the contract has it: None for any."""
    return None if hostname == ANY else hostname
