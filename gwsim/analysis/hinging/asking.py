"""A question and its answer, as choices look at them: what the request meets, found when first needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec
from msgspec import structs

from gwsim.addresses import ListenerKey, ObjectKey
from gwsim.binding.hostnames import host_patterns
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.references import BoundBackend
from gwsim.binding.referring.rules import BoundFilter, BoundRule
from gwsim.binding.topology import Topology
from gwsim.implementations import Implementation
from gwsim.routing.decision import Decision
from gwsim.routing.reaching.arriving import arrive, name_for_listener
from gwsim.routing.reaching.matching import Seen, matches_besides_path, matches_path
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, ListenerTable, RoutingTable, entries_of
from gwsim.simulation import Simulation


class Question(msgspec.Struct, frozen=True, dict=True):
    """One request, and what became of it."""

    simulation: Simulation
    request: Request
    decision: Decision

    @property
    def topology(self) -> Topology:
        """The configuration, bound."""
        return self.simulation.topology

    @property
    def implementation(self) -> Implementation:
        """The choices that the answer was made by."""
        return self.topology.implementation

    @property
    def in_mesh(self) -> bool:
        """Whether it goes to a Service rather than to a Gateway."""
        return self.request.service is not None

    @cached_property
    def gateway(self) -> BoundGateway | None:
        """The Gateway that it goes to; None in a mesh, and where there is none."""
        arrival = None if self.in_mesh else arrive(self.simulation.table, self.request)
        return None if arrival is None else arrival.gateway

    @cached_property
    def seen(self) -> Seen:
        """The request as matching looks at it."""
        arrival = None if self.in_mesh else arrive(self.simulation.table, self.request)
        return Seen(self.request, self.implementation) if arrival is None else arrival.seen

    @cached_property
    def on_port(self) -> tuple[BoundListener, ...]:
        """The listeners on its port, those that do not serve among them."""
        listeners = () if self.gateway is None else self.gateway.all_listeners
        return tuple(listener for listener in listeners if listener.spec.port == self.request.port)

    @cached_property
    def tables(self) -> tuple[ListenerTable, ...]:
        """The serving listeners on its port, with what is attached to them."""
        if self.gateway is None:
            return ()
        return self.simulation.table.listeners.get((self.gateway.key, self.request.port), ())

    @property
    def port(self) -> ListenerKey:
        """In a mesh: the Service's port."""
        from gwsim.binding.attaching.mesh import port_key

        namespace, _, name = (self.request.service or "").partition("/")
        return port_key(ObjectKey("", "Service", namespace, name), self.request.port)

    @cached_property
    def hostnames(self) -> frozenset[str]:
        """Every pattern that stands for its host or server name."""
        names = (self.seen.host, name_for_listener(self.seen))
        return frozenset(pattern for name in names for pattern in host_patterns(name))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries whose hostname could stand for it, whichever of its port's listeners they are on."""
        if self.in_mesh:
            return tuple(self._mesh_entries(self.implementation))
        return tuple(
            entry for table in self.tables for entry in table.entries if entry.hostname in self.hostnames
        )

    def _mesh_entries(self, implementation: Implementation) -> Iterator[Entry]:
        for route, attachment in self.topology.attachments.get(self.port, ()):
            yield from entries_of(route, attachment, route.mesh_rules, implementation)

    @cached_property
    def path_hits(self) -> tuple[Entry, ...]:
        """Those of `entries` whose path holds."""
        return tuple(entry for entry in self.entries if matches_path(entry.match, self.seen))

    @cached_property
    def all_hit(self) -> bool:
        """Whether the other conditions of `path_hits` hold as well."""
        return all(matches_besides_path(entry.match, self.seen) for entry in self.path_hits)

    @cached_property
    def winner(self) -> BoundRule | None:
        """The rule that took it."""
        if self.decision.route is None:
            return None
        key = self.decision.route.key
        return next((entry.rule for entry in self.entries if entry.key == key), None)

    @cached_property
    def filters(self) -> tuple[BoundFilter, ...]:
        """Those of the rule that took it, and of its backends."""
        if self.winner is None:
            return ()
        theirs = (each for weighted in self.winner.backends for each in weighted.filters)
        return (*self.winner.filters, *theirs)

    @cached_property
    def backends(self) -> tuple[BoundBackend, ...]:
        """Everything that the rule that took it refers to: backends, mirrors, authorisation servers."""
        if self.winner is None:
            return ()
        own = (weighted.backend for weighted in self.winner.backends)
        return (*own, *(each.backend for each in self.filters if each.backend is not None))

    def decide(self, other: Implementation, *, reorder: bool) -> Decision:
        """
        Decide by choices that bind nothing otherwise.

        Args:
            reorder: whether rules may come in another order.
        """
        from gwsim.routing.deciding import CompiledTable

        topology = structs.replace(self.topology, implementation=other)
        tables: Mapping[tuple[ObjectKey, int], tuple[ListenerTable, ...]] = {}
        if self.gateway is not None:
            part = tuple(self._part(table, other, reorder=reorder) for table in self.tables)
            tables = {(self.gateway.key, self.request.port): part}
        return CompiledTable(RoutingTable(topology, tables)).decide(self.request, seed=self.simulation.seed)

    def _part(self, table: ListenerTable, other: Implementation, *, reorder: bool) -> ListenerTable:
        """What of a listener's table this request can come to."""
        entries = [entry for entry in table.entries if entry.hostname in self.hostnames]
        if reorder:
            wanted = {entry.route.key for entry in entries}
            entries = [
                entry
                for route, attachment in self.topology.attachments.get(table.listener.key, ())
                if route.key in wanted
                for entry in entries_of(route, attachment, route.rules, other)
                if entry.hostname in self.hostnames
            ]
            entries.sort(key=lambda entry: entry.precedence)
        return ListenerTable(table.listener, tuple(entries))
