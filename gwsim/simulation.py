"""One configuration, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from gwsim.binding.topology import Topology, bind
from gwsim.implementations import SPEC, Implementation
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.decision import Decision
from gwsim.routing.explaining import explain
from gwsim.routing.request import Request
from gwsim.routing.table import RoutingTable

if TYPE_CHECKING:
    from gwsim.routing.deciding import CompiledTable


class Simulation(msgspec.Struct, frozen=True, dict=True):
    """
    A configuration and everything that follows from it; immutable, and safe to share between threads.

    Nothing here reads a file, the clock or the environment.
    """

    topology: Topology
    seed: int = 0
    """Of the draws of requests that state none."""

    def __repr__(self) -> str:
        return f"<Simulation of {len(self.snapshot.objects)} objects>"

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        implementation: Implementation = SPEC,
        *,
        controllers: frozenset[str] | None = None,
        seed: int = 0,
    ) -> Simulation:
        """Bind a snapshot; `controllers` are the controllerNames to serve, None for all."""
        return cls(bind(snapshot, implementation, controllers=controllers), seed)

    def under(self, implementation: Implementation) -> Simulation:
        """The same manifests by other choices; bound when first asked for, and kept."""
        other = self._others.get(implementation)
        if other is None:
            controllers = self.topology.controllers
            other = Simulation.of(self.snapshot, implementation, controllers=controllers, seed=self.seed)
            self._others[implementation] = other
        return other

    @cached_property
    def _others(self) -> dict[Implementation, Simulation]:
        return {}

    @property
    def snapshot(self) -> Snapshot:
        """The objects that it was made of."""
        return self.topology.snapshot

    @cached_property
    def table(self) -> RoutingTable:
        """What every Gateway does with requests."""
        return RoutingTable(self.topology)

    def prepare(self) -> None:
        """Make the routing table now, rather than with the first question that needs it."""
        _ = self.table.listeners

    @cached_property
    def _compiled(self) -> CompiledTable:
        from gwsim.routing.deciding import CompiledTable

        return CompiledTable(self.table)

    def status(self) -> list[Mapping[str, object]]:
        """Every Gateway API object as JSON, defaults applied, with the status that a controller writes."""
        from gwsim.binding.reporting.status import statuses

        return list(statuses(self.topology))

    def trace(self, request: Request) -> Decision:
        """
        Decide a request and say why, in `Decision.trace`.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        return explain(self.table, request, seed=self.seed)

    def decide(self, request: Request) -> Decision:
        """
        Decide a request, fast; the same decision as `trace`, without the reasons.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        return self._compiled.decide(request, seed=self.seed)

    def trace_many(self, requests: Iterable[Request]) -> Iterator[Decision]:
        """
        Decide requests one after the other, each when its turn comes, however many there are.

        The decisions are those of `trace`, in the order of the requests, without the reasons.

        Raises:
            RequestError: by `next`, for a request of which no Gateway, or several, could be meant; the one
                after it goes on with the request after it.
        """
        return map(self.decide, requests)
