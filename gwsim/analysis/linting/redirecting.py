"""Where the redirects of a configuration lead, by a request or two of each class that is redirected."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import structs

from gwsim.analysis.following import MOST_HOPS, next_request
from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.space import RequestClass, Space
from gwsim.binding.referring.rules import BoundRule
from gwsim.errors import RequestError
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

_BELOW = "/gwsim"
"""What is put behind a path, to ask for something below it as well."""
_UNSERVED = ("NoListener", "NoListenerForHostname", "NoRouteMatched", "ProtocolMismatch")
"""Reasons of answers that no route had a part in."""


class Redirected(msgspec.Struct, frozen=True):
    """A request that a rule redirects, and where it goes from there."""

    rule: BoundRule
    hops: tuple[Request, ...]
    """What a client sends, one after the other; at least two."""
    arrives: bool
    """Whether the last one is answered by other than a redirect."""
    served: bool
    """Whether the second one is for a host and port that some Gateway serves."""
    named: bool
    """Whether each is for the first one's host, or one that a listener or route names, rather than any."""


def redirected(simulation: Simulation) -> Iterator[Redirected]:
    """Follow the redirects of each class of requests, by its witness and by a path below that one's."""
    for found in Space.of(simulation).classes(_redirects):
        assert found.claim.entry is not None
        for request in _members(found):
            hops, arrives = _followed(simulation, request)
            if len(hops) > 1:
                served = _decided(simulation, hops[1]) is not None
                named = all(hop.host == request.host or _is_named(simulation, hop) for hop in hops)
                yield Redirected(found.claim.entry.rule, tuple(hops), arrives, served, named)


def _redirects(claim: Claim) -> bool:
    if claim.entry is None:
        return False
    rule = claim.entry.rule
    lists = (rule.filters, *(weighted.filters for weighted in rule.backends))
    return any(each.spec.request_redirect is not None for filters in lists for each in filters)


def _members(found: RequestClass) -> Iterator[Request]:
    witness = found.witness
    yield witness
    path, mark, query = witness.path.partition("?")
    below = structs.replace(witness, path=f"{path.rstrip('/')}{_BELOW}{mark}{query}")
    placed = found.space.claim_of(below)
    if placed is found.claim:
        yield below


def _followed(simulation: Simulation, request: Request) -> tuple[list[Request], bool]:
    """What a client sends, and whether it arrives anywhere."""
    hops = [request]
    while len(hops) <= MOST_HOPS:
        decision = _decided(simulation, hops[-1])
        try:
            following = None if decision is None else next_request(hops[-1], decision)
        except RequestError:
            following = None
        if following is None:
            return hops, True
        if any(_target(following) == _target(each) for each in hops):
            return [*hops, following], False
        hops.append(following)
    return hops, False


def _target(request: Request) -> tuple[object, ...]:
    return request.method, request.protocol, request.host, request.port, request.path


def _decided(simulation: Simulation, request: Request) -> Decision | None:
    """What becomes of a request, at whichever Gateway serves it."""
    gateways = (request.gateway, *(key.namespaced_name for key in simulation.table.gateways))
    for gateway in gateways:
        try:
            decision = simulation.decide(structs.replace(request, gateway=gateway))
        except RequestError:
            continue
        if decision.action is not Action.REFUSE and decision.reason not in _UNSERVED:
            return decision
    return None


def _is_named(simulation: Simulation, request: Request) -> bool:
    decision = _decided(simulation, request)
    return decision is not None and decision.route is not None and decision.route.hostname is not None
