"""Claims: everything that could take a request at one place, in the order in which it would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.analysis.space.conditions import (
    CallIs,
    Condition,
    ContentIsGRPC,
    HeaderGiven,
    HeaderIs,
    MethodIs,
    OriginAllowed,
    PathIs,
    QueryIs,
)
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.rules import BoundFilter, BoundRule, Match
from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCRouteMatch
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing.decision import Action
from gwsim.routing.reaching.matching import distinct_headers, distinct_query_params
from gwsim.routing.request import Protocol
from gwsim.routing.table import Entry

PREFLIGHT = (
    MethodIs("OPTIONS"),
    HeaderGiven("origin"),
    HeaderGiven("access-control-request-method"),
)
"""What makes a request a CORS preflight."""
_LOOKED_AT = frozenset({"origin", "access-control-request-method"})


class Ending(msgspec.Struct, frozen=True):
    """What becomes of a request that no rule takes."""

    action: Action
    reason: str
    status: int | None = None


class Claim(msgspec.Struct, frozen=True, dict=True):
    """One thing that takes what meets its conditions, unless an earlier claim of the place does."""

    rank: int
    """Position among the claims of its place."""
    conditions: tuple[Condition, ...]
    """All have to hold."""
    entry: Entry | None = None
    """The match of a rule; None where the gateway answers itself, or refuses."""
    listener: BoundListener | None = None
    """The one that the request is answered on; None where none takes it."""
    ending: Ending | None = None
    """What becomes of the request, where `entry` is None."""
    doubts: tuple[str, ...] = ()
    """Why the decision may not be the same for all that the claim takes."""


class PlaceKey(NamedTuple):
    """What tells places apart."""

    gateway: ObjectKey | None
    port: int | None
    """None for all ports without a listener."""
    protocol: Protocol


class Place(msgspec.Struct, frozen=True):
    """Where requests arrive: a port of a Gateway, for one protocol."""

    gateway: BoundGateway | None
    """None where the input has none."""
    port: int
    protocol: Protocol
    listens: bool = True
    """Whether the Gateway has a listener on the port; else the place stands for all other ports."""

    @property
    def key(self) -> PlaceKey:
        """What tells it from other places."""
        gateway = None if self.gateway is None else self.gateway.key
        return PlaceKey(gateway, self.port if self.listens else None, self.protocol)


def conditions_of(match: Match, implementation: Implementation) -> Iterator[Condition]:
    """The conditions of a match; the hostname is no part of it."""
    match match:
        case HTTPRouteMatch():
            yield PathIs(match.path)
            if match.method is not None:
                yield MethodIs(match.method)
            yield from _headers(match)
            for _, parameter in distinct_query_params(match):
                yield QueryIs(parameter.name, parameter.type, parameter.value)
        case GRPCRouteMatch():
            if implementation.grpc_content_type_check == "on":
                yield ContentIsGRPC()
            if match.method is not None and (match.method.service or match.method.method):
                yield CallIs(match.method)
            yield from _headers(match)
        case None:
            return


def _headers(match: HTTPRouteMatch | GRPCRouteMatch) -> Iterator[Condition]:
    for _, header in distinct_headers(match):
        yield HeaderIs(header.name.lower(), header.type, header.value)


def variants(rule: BoundRule, implementation: Implementation) -> Iterator[tuple[Condition, ...]]:
    """
    What divides the requests of one rule further: CORS answers preflights itself.

    The last has no conditions.
    """
    for bound in _cors(rule):
        assert bound.spec.cors is not None
        origins = bound.spec.cors.allow_origins
        if not origins and implementation.cors_empty_origins == "all":
            origins = ("*",)
        yield (*PREFLIGHT, OriginAllowed(origins))
    if any(True for _ in _cors(rule)):
        yield PREFLIGHT
    yield ()


def doubts_of(rule: BoundRule) -> tuple[str, ...]:
    """Why what a rule does may hang on more than its variants tell."""
    cors = list(_cors(rule))
    if len(cors) > 1:
        return ("several CORS filters in one rule",)
    if cors and any(_touches_cors(each) for each in filters_of(rule)):
        return ("a filter changes the headers that CORS looks at",)
    return ()


def filters_of(rule: BoundRule) -> Iterator[BoundFilter]:
    """The filters of a rule and of its backends."""
    yield from rule.filters
    for weighted in rule.backends:
        yield from weighted.filters


def _cors(rule: BoundRule) -> Iterator[BoundFilter]:
    return (each for each in filters_of(rule) if each.spec.cors is not None)


def _touches_cors(bound: BoundFilter) -> bool:
    edits = bound.spec.request_header_modifier
    if edits is None:
        return False
    names = (*(each.name for each in (*edits.set, *edits.add)), *edits.remove)
    return any(name.lower() in _LOOKED_AT for name in names)
