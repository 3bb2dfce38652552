"""What the tree of a topology is made of, and what its states are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import TypeAlias

import msgspec

from gwsim.addresses import Address, ListenerKey, Location, ObjectKey, RuleKey
from gwsim.binding.attaching.attachment import Attachment
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listener_sets import BoundListenerSet
from gwsim.binding.listening.listeners import BoundListener, terminates_tls
from gwsim.binding.referring.rules import BoundFilter, BoundRule, WeightedBackend
from gwsim.binding.topology import BoundRoute, Topology
from gwsim.findings import Finding, Severity
from gwsim.routing.table import Entry, ListenerTable, RoutingTable
from gwsim.trace import Step


class State(Enum):
    """How an object fares, at a glance."""

    ACCEPTED = "accepted"
    PARTLY = "partly invalid"
    """It serves, and something of it does not: a reference, a rule, one of its parents."""
    REFUSED = "refused"
    UNREACHED = "never reached"
    """Nothing is wrong with it, and no request comes to it."""


class ItemKind(Enum):
    """What an item of the tree stands for."""

    GROUP = "group"
    CLASS = "GatewayClass"
    GATEWAY = "Gateway"
    LISTENER_SET = "ListenerSet"
    LISTENER = "listener"
    ROUTE = "route"
    RULE = "rule"
    FILTER = "filter"
    BACKEND = "backend"
    OBJECT = "object"
    FINDING = "finding"


class Group(Enum):
    """Items that no object stands for."""

    MESH = "Services of a mesh"
    LOOSE = "Attached to nothing"
    LEFT_OUT = "Left out, as invalid"


class ClassName(msgspec.Struct, frozen=True):
    """A GatewayClass, given or only named."""

    name: str


class Place(msgspec.Struct, frozen=True):
    """A route on a listener, or on a port of a Service; `listener` is None for one that is on none."""

    route: BoundRoute
    listener: ListenerKey | None

    @property
    def in_mesh(self) -> bool:
        """Whether the route takes the traffic of a Service here."""
        return self.listener is not None and self.listener.parent.kind == "Service"

    @property
    def rules(self) -> tuple[BoundRule, ...]:
        """Its rules, with their references followed as they are here."""
        return self.route.mesh_rules if self.in_mesh else self.route.rules


class RulePlace(msgspec.Struct, frozen=True):
    """One rule of a route in such a place."""

    place: Place
    index: int
    """Zero-based."""

    @property
    def rule(self) -> BoundRule:
        """The rule itself."""
        return self.place.rules[self.index]


Subject: TypeAlias = (
    Group
    | ClassName
    | BoundGateway
    | BoundListenerSet
    | BoundListener
    | ListenerKey
    | Place
    | RulePlace
    | BoundFilter
    | WeightedBackend
    | ObjectKey
    | Finding
)
"""What an item's own items follow from; a bare ListenerKey is a port of a Service."""


class Item(msgspec.Struct, frozen=True):
    """One line of the tree."""

    kind: ItemKind
    name: str
    """As the manifests have it: not fit for a terminal."""
    detail: str
    """What tells it from its neighbours; empty for nothing."""
    state: State
    path: tuple[str, ...]
    """Its identity: the names from the root down to it; the same in another version of the manifests."""
    subject: Subject
    address: Address | None = None
    """Where it is written."""
    location: Location | None = None
    """Of what could not be read as an object: where the trouble is."""
    failures: tuple[Step, ...] = ()
    """The checks that failed: why its state is what it is."""

    @property
    def rule(self) -> tuple[ObjectKey, int | None] | None:
        """The route, and the rule of it, that a question about the item would be about."""
        match self.subject:
            case Place(route=route):
                return route.key, None
            case RulePlace(place=place, index=index):
                return place.route.key, index
            case _:
                return None


class Outline(msgspec.Struct, frozen=True, dict=True):
    """A topology, ready to be looked through."""

    table: RoutingTable
    findings: tuple[Finding, ...] = ()
    """Of the files that it was read from; the objects of errors were left out."""

    @property
    def topology(self) -> Topology:
        """What is looked through."""
        return self.table.topology

    @property
    def left_out(self) -> tuple[Finding, ...]:
        """The findings that made an object be left out."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    @cached_property
    def tables(self) -> Mapping[ListenerKey, ListenerTable]:
        """The listeners that serve, with what is tried there."""
        return {each.listener.key: each for tables in self.table.listeners.values() for each in tables}

    @cached_property
    def hidden(self) -> Mapping[ListenerKey, Mapping[RuleKey, RuleKey]]:
        """Of each listener, the matches that an equal one for the same hostnames always comes before."""
        return {key: _hidden(table.entries) for key, table in self.tables.items()}

    @cached_property
    def loose(self) -> tuple[BoundRoute, ...]:
        """The routes that no listener and no Service takes."""
        return tuple(
            route
            for route in self.topology.routes
            if not any(route.accepted_by(parent) for parent in (*route.parents, *route.mesh_parents))
        )

    @cached_property
    def service_ports(self) -> tuple[ListenerKey, ...]:
        """The ports of Services that have routes."""
        return tuple(sorted(key for key in self.topology.attachments if key.parent.kind == "Service"))

    def passes_through(self, place: Place) -> bool:
        """Whether a route's backends get the client's own TLS here."""
        table = None if place.listener is None else self.tables.get(place.listener)
        return (
            table is not None
            and table.listener.spec.protocol == "TLS"
            and not terminates_tls(table.listener.spec)
        )

    def attached(self, listener: ListenerKey) -> tuple[tuple[BoundRoute, Attachment], ...]:
        """The routes of a listener, or of a port of a Service."""
        return self.topology.attachments.get(listener, ())


def _hidden(entries: tuple[Entry, ...]) -> Mapping[RuleKey, RuleKey]:
    first: dict[tuple[str, object], RuleKey] = {}
    hidden: dict[RuleKey, RuleKey] = {}
    winners: set[RuleKey] = set()
    for entry in entries:
        winner = first.setdefault((entry.hostname, entry.match), entry.key)
        if winner == entry.key:
            winners.add(winner)
        else:
            hidden.setdefault(entry.key, winner)
    return {key: winner for key, winner in hidden.items() if key not in winners}
