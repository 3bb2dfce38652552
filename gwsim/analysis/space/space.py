"""
The door: every kind of request that a configuration tells apart, and one of each.

    >>> import gwsim
    >>> simulation = gwsim.load("scenarios/azure-web")
    >>> for found in list(Space.of(simulation).classes())[:2]:
    ...     print(found.witness.path, found.decision.action.value)
    /app forward
    / respond

A place (Gateway, port, protocol) is a list of claims: the first whose conditions hold takes the request. A
class is what one claim takes: its own conditions, without those of the claims before it. Nothing is
multiplied out; that a class is empty is found by trying to make a request for it.

Requests for `*` (`OPTIONS *`) are no part of the space, and neither are those that are sent past any Gateway:
`mesh_routes` says how many routes take such requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

import msgspec

from gwsim.analysis.space.claiming import claims_at
from gwsim.analysis.space.claims import Claim, Place, PlaceKey
from gwsim.analysis.space.conditions import STAND_IN, Asked, Condition
from gwsim.analysis.space.implying import are_apart
from gwsim.analysis.space.indexing import ClaimIndex
from gwsim.analysis.space.solving import Setting, Solution, solve, solve_plain
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.decision import Decision
from gwsim.routing.reaching.arriving import arrive, chosen_listener, ends, is_passthrough, with_grpc_status
from gwsim.routing.request import Protocol, Request
from gwsim.routing.table import RoutingTable
from gwsim.simulation import Simulation

PROTOCOLS: tuple[Protocol, ...] = ("HTTP", "HTTPS", "TLS", "TCP", "UDP")
_STAND_IN = "the witness shows a stand-in: the input holds no certificate that the listener's CA has signed"


class Region(NamedTuple):
    """A part of the space."""

    held: tuple[Condition, ...] = ()
    missed: tuple[Condition, ...] = ()


EVERYWHERE = Region()


class RequestClass(msgspec.Struct, frozen=True, dict=True):
    """All requests that one claim takes: what it asks for, without what earlier claims take."""

    space: PlaceSpace
    claim: Claim
    witness: Request
    """One of them, as small as it can be."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What each of its requests meets."""
        return self.claim.conditions

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the class is approximate; empty where it is exact."""
        certificate = self.witness.client_certificate
        return (*self.claim.doubts, *([_STAND_IN] if certificate == STAND_IN else []))

    @property
    def exclusions(self) -> Iterator[Claim]:
        """The claims that come first and may take some of what the class asks for, in order of precedence."""
        return self.space.earlier(self.claim)

    @cached_property
    def decision(self) -> Decision:
        """What becomes of the witness, by the claim that took it; the backend by the witness's draw or 0."""
        return self.space.decision(self.claim, self.witness)

    def holds(self, request: Request) -> bool:
        """Whether a request that was sent to the class's place belongs to it."""
        return self.space.claim_of(request) is self.claim


class PlaceSpace(msgspec.Struct, frozen=True, dict=True):
    """The requests that arrive at one place."""

    place: Place
    table: RoutingTable

    def __repr__(self) -> str:
        return f"<requests at {self.place.key}>"

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What takes them, in order."""
        return claims_at(self.table, self.place)

    @cached_property
    def index(self) -> ClaimIndex:
        """The claims, to be looked up."""
        return ClaimIndex(self.claims, self.table.topology.implementation)

    @cached_property
    def setting(self) -> Setting:
        """What witnesses are made for."""
        gateway, topology = self.place.gateway, self.table.topology
        named = self.table.gateways_on(self.place.port) != (gateway,)
        return Setting(
            self.place,
            gateway.key.namespaced_name if gateway is not None and named else None,
            topology.implementation,
            topology.snapshot,
        )

    def asked(self, request: Request) -> Asked:
        """A request, as conditions look at it."""
        return Asked(request, self.table.topology.implementation, self.table.topology.snapshot)

    def claim_of(self, request: Request) -> Claim | None:
        """The claim that takes a request, whose host has to be filled in."""
        return self.index.first(self.asked(request))

    def solution(self, claim: Claim, within: Region = EVERYWHERE) -> Solution:
        """
        A witness of a claim's class, or what leaves it empty.

        Args:
            within: what else the witness has to meet and to miss.
        """
        call = claim.entry is not None and claim.entry.key.route.kind == "GRPCRoute"

        def blocker(asked: Asked) -> Claim | None:
            return self.index.first(asked, before=claim.rank)

        conditions = (*claim.conditions, *within.held)
        if not call and not within.missed:
            solution = solve_plain(self.setting, conditions, blocker)
            if solution is not None:
                return solution
        return solve(self.setting, conditions, blocker, missed=within.missed, call=call)

    def meet(self, one: Claim, other: Claim) -> bool:
        """Whether some request may meet the conditions of both of two claims."""
        if are_apart(one.conditions, other.conditions, self.table.topology.implementation):
            return False
        solution = solve(self.setting, (*one.conditions, *other.conditions), lambda _: None)
        return solution.request is not None or bool(solution.doubts)

    def earlier(self, claim: Claim) -> Iterator[Claim]:
        """The claims that come before one and may take some of what it asks for, in order."""
        meeting = self.index.meeting(claim.conditions)
        yield from sorted(
            (each for each in meeting if each.rank < claim.rank), key=lambda earlier: earlier.rank
        )

    def decision(self, claim: Claim, request: Request) -> Decision:
        """What becomes of a request that a claim takes."""
        seen, topology = self.asked(request).seen, self.table.topology
        if claim.entry is None:
            assert claim.ending is not None
            ending = claim.ending
            decision = ends(seen, ending.action, ending.reason, ending.status, claim.listener)
            return with_grpc_status(seen, decision)
        assert claim.listener is not None
        taken = Taken(
            entry=claim.entry,
            seen=seen,
            listener=chosen_listener(claim.listener),
            port=claim.listener.spec.port,
            gateway=self.place.gateway,
            passthrough=is_passthrough(claim.listener),
            draw=request.draw or 0.0,
            topology=topology,
        )
        return with_grpc_status(seen, answer(taken)[0])


class Space(msgspec.Struct, frozen=True, dict=True):
    """All requests to one configuration."""

    simulation: Simulation
    part: RoutingTable | None = None
    """A table of some routes, where the others are of no account; None for all of it."""

    @classmethod
    def of(cls, simulation: Simulation) -> Space:
        """The space of a configuration; nothing is computed before it is asked for."""
        return cls(simulation)

    @cached_property
    def places(self) -> tuple[PlaceSpace, ...]:
        """Everywhere that requests can be sent, in order of Gateway, port and protocol."""
        table = self.part or self.simulation.table
        return tuple(PlaceSpace(place, table) for place in _places(self.simulation))

    def classes(self, wanted: Callable[[Claim], bool] | None = None) -> Iterator[RequestClass]:
        """
        Every class that has a request, lazily.

        Args:
            wanted: the claims that matter; None: all. A witness is made for these alone.
        """
        for found in self.solved(None if wanted is None else lambda _, claim: wanted(claim)):
            if isinstance(found, RequestClass):
                yield found

    def solved(
        self, wanted: Callable[[PlaceSpace, Claim], bool] | None = None, within: Region = EVERYWHERE
    ) -> Iterator[RequestClass | Unsolved]:
        """Every class that has a request in a region, and those of which that is not known."""
        for space in self.places:
            for claim in space.claims:
                if wanted is None or wanted(space, claim):
                    solution = space.solution(claim, within)
                    if solution.request is not None:
                        yield RequestClass(space, claim, solution.request)
                    elif solution.doubts:
                        yield Unsolved(space, claim, solution.doubts)

    def place_of(self, request: Request) -> tuple[PlaceSpace, Request] | None:
        """
        Where a request arrives, and the request with its host filled in; None for one past any Gateway.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        if request.straight or request.service is not None:
            return None
        arrival = arrive(self.simulation.table, request)
        key = None if arrival is None else arrival.gateway.key
        for listens in (True, False):
            at = PlaceKey(key, request.port if listens else None, request.protocol)
            if at in self.by_place:
                return self.by_place[at], request if arrival is None else arrival.request
        raise AssertionError("every place is known")

    @cached_property
    def by_place(self) -> dict[PlaceKey, PlaceSpace]:
        """The places, by what tells them apart."""
        return {each.place.key: each for each in self.places}


class Unsolved(msgspec.Struct, frozen=True):
    """A claim of which it is not known whether it takes any request."""

    space: PlaceSpace
    claim: Claim
    doubts: tuple[str, ...]


def mesh_routes(*simulations: Simulation) -> int:
    """How many routes of some configurations have Services as parents: no class holds what a mesh does."""
    topologies = [simulation.topology for simulation in simulations]
    return len({route.key for topology in topologies for route in topology.routes if route.mesh_parents})


def _places(simulation: Simulation) -> Iterator[Place]:
    gateways = simulation.topology.gateways
    for protocol in PROTOCOLS if not gateways else ():
        yield Place(None, 443 if protocol in ("HTTPS", "TLS") else 80, protocol, listens=False)
    for gateway in gateways:
        ports = sorted({listener.spec.port for listener in gateway.all_listeners})
        for port in ports:
            for protocol in PROTOCOLS:
                yield Place(gateway, port, protocol)
        free = next(port for port in (80, 443, *range(8080, 65536)) if port not in ports)
        for protocol in PROTOCOLS:
            yield Place(gateway, free, protocol, listens=False)
