"""The routing table: for each listener every match of its routes, in the order in which it is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from gwsim.addresses import ListenerKey, ObjectKey, RuleKey
from gwsim.binding.attaching.attachment import Attachment
from gwsim.binding.hostnames import ANY, specificity
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.rules import BoundRule, Match
from gwsim.binding.topology import BoundRoute, Topology
from gwsim.implementations import Implementation
from gwsim.routing.precedence import Precedence, precedence_of


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One match of one rule, on one listener, for one hostname."""

    key: RuleKey
    listener: ListenerKey
    hostname: str
    """Effective: what the listener's and the route's hostnames have in common."""
    match: Match
    precedence: Precedence
    rule: BoundRule
    route: BoundRoute


class ListenerTable(msgspec.Struct, frozen=True, dict=True):
    """One listener and what is attached to it."""

    listener: BoundListener
    entries: tuple[Entry, ...]
    """In order of precedence: the first that hits wins."""

    @cached_property
    def hostnames(self) -> frozenset[str]:
        """Every effective hostname."""
        return frozenset(entry.hostname for entry in self.entries)


class RoutingTable(msgspec.Struct, frozen=True, dict=True):
    """What every Gateway of a topology does with requests."""

    topology: Topology
    part: Mapping[tuple[ObjectKey, int], tuple[ListenerTable, ...]] | None = None
    """What is to be known of it, for a table of some requests alone; None for all of it."""

    @cached_property
    def gateways(self) -> Mapping[ObjectKey, BoundGateway]:
        """The Gateways that serve."""
        return {
            gateway.key: gateway for gateway in self.topology.gateways if gateway.served and gateway.accepted
        }

    def gateways_on(self, port: int) -> tuple[BoundGateway, ...]:
        """The Gateways that a request to a port may mean: of all those that have it, the served ones."""
        return self._gateways_by_port.get(port) or self.topology.gateways

    @cached_property
    def _gateways_by_port(self) -> Mapping[int, tuple[BoundGateway, ...]]:
        ports: dict[int, dict[ObjectKey, BoundGateway]] = {}
        for gateway in self.topology.gateways:
            for listener in gateway.all_listeners:
                ports.setdefault(listener.spec.port, {})[gateway.key] = gateway
        found = {port: tuple(having.values()) for port, having in ports.items()}
        return {
            port: tuple(gateway for gateway in having if gateway.served) or having
            for port, having in found.items()
        }

    @cached_property
    def listeners(self) -> Mapping[tuple[ObjectKey, int], tuple[ListenerTable, ...]]:
        """The serving listeners of each Gateway and port, the most specific hostname first."""
        if self.part is not None:
            return self.part
        ports: dict[tuple[ObjectKey, int], list[ListenerTable]] = {}
        for gateway in self.gateways.values():
            for listener in gateway.all_listeners:
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
            yield from entries_of(route, attachment, route.rules, self.topology.implementation)


def entries_of(
    route: BoundRoute, attachment: Attachment, rules: Sequence[BoundRule], implementation: Implementation
) -> Iterator[Entry]:
    """Yield the entries of a route on one listener: none for rules that cannot be implemented."""
    if route.falls_back and not route.implements(rules):
        return
    for rule_index, rule in enumerate(rules):
        if rule.valid.selected:
            for match_index, match in enumerate(rule.spec.matches):
                key = RuleKey(route.key, rule_index, match_index)
                for hostname in attachment.hostnames:
                    precedence = precedence_of(key, match, hostname, route.age, implementation)
                    yield Entry(key, attachment.listener, hostname.pattern, match, precedence, rule, route)


def shown_hostname(hostname: str) -> str | None:
    """A hostname as the contract has it: None for any."""
    return None if hostname == ANY else hostname
