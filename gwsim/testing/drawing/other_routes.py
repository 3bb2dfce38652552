"""GRPCRoutes, TLSRoutes, TCPRoutes and UDPRoutes, and where routes of every kind attach."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from gwsim.resources.grpc_routes import (
    GRPCBackendRef,
    GRPCHeaderMatch,
    GRPCMethodMatch,
    GRPCRoute,
    GRPCRouteFilter,
    GRPCRouteMatch,
    GRPCRouteRule,
    GRPCRouteSpec,
)
from gwsim.resources.meta import ParentReference
from gwsim.resources.routes import SessionPersistence
from gwsim.resources.snapshot import Route
from gwsim.resources.stream_routes import (
    BackendRef,
    StreamRouteRule,
    StreamRouteSpec,
    TCPRoute,
    TLSRoute,
    TLSRouteSpec,
    UDPRoute,
)
from gwsim.testing.drawing.dice import Dice
from gwsim.testing.drawing.http_routes import MIRRORS, PLUGIN, WEIGHTS, header_filter, http_route
from gwsim.testing.drawing.names import (
    ALPHA_2,
    BACKENDS,
    HOSTNAMES,
    ROUTE_NAMES,
    V1,
    metadata,
)

Default: TypeAlias = Literal["All", "None"] | None
Parents: TypeAlias = tuple[ParentReference, ...]
CALLS = (("a.B", "Get"), ("a.B", "Put"), ("C", "Get"))
"""Service and method."""
_METHODS = (
    *3 * (None,),
    *(GRPCMethodMatch("Exact", service, method) for service, method in 2 * CALLS),
    *(GRPCMethodMatch("Exact", service) for service in ("a.B", "C")),
    *(GRPCMethodMatch("Exact", None, method) for method in ("Get", "Put")),
    GRPCMethodMatch("RegularExpression", "a\\..*", "(Get|Put)"),
    GRPCMethodMatch("RegularExpression", None, ".*et"),
    GRPCMethodMatch("RegularExpression", "[aC].*"),
    GRPCMethodMatch("RegularExpression", "(?=a)"),
)
_HEADERS = (
    *(GRPCHeaderMatch(name, value) for name in ("x-a", "X-A") for value in ("1", "2")),
    GRPCHeaderMatch("x-a", "[0-9]", "RegularExpression"),
)
_SESSIONS = (*4 * (None,), SessionPersistence())


def _grpc_filter(dice: Dice) -> GRPCRouteFilter:
    match dice.one(("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef")):
        case "RequestHeaderModifier":
            return GRPCRouteFilter("RequestHeaderModifier", request_header_modifier=header_filter(dice))
        case "ResponseHeaderModifier":
            return GRPCRouteFilter("ResponseHeaderModifier", response_header_modifier=header_filter(dice))
        case "RequestMirror":
            return GRPCRouteFilter("RequestMirror", request_mirror=dice.one(MIRRORS))
        case _:
            return GRPCRouteFilter("ExtensionRef", extension_ref=PLUGIN)


def _grpc_filters(dice: Dice) -> tuple[GRPCRouteFilter, ...]:
    found: dict[Hashable, GRPCRouteFilter] = {}
    for each in (_grpc_filter(dice.part(11)) for _ in range(dice.one((0, 0, 1, 2)))):
        found.setdefault(id(each) if each.type == "RequestMirror" else each.type, each)
    return tuple(found.values())


def _grpc_match(dice: Dice) -> GRPCRouteMatch:
    headers = dice.some(_HEADERS, most=2, key=lambda each: each.name) if dice.number(3) == 2 else ()
    return GRPCRouteMatch(dice.one(_METHODS), headers)


def _grpc_backend(dice: Dice) -> GRPCBackendRef:
    ref, weight = dice.one(BACKENDS), dice.one(WEIGHTS)
    filters = _grpc_filters(dice)
    return GRPCBackendRef(ref.name, ref.group, ref.kind, ref.namespace, ref.port, weight, filters)


def _grpc_rule(dice: Dice) -> GRPCRouteRule:
    session = dice.one(_SESSIONS)
    of_matches, of_filters, of_backends = dice.part(11), dice.part(23), dice.part(51)
    return GRPCRouteRule(
        None,
        tuple(_grpc_match(of_matches.part(5)) for _ in range(of_matches.one((1, 1, 2, 0)))),
        _grpc_filters(of_filters),
        tuple(_grpc_backend(of_backends.part(25)) for _ in range(of_backends.one((1, 1, 2, 0)))),
        session,
    )


def _grpc_route(dice: Dice, parents: Parents, default: Default) -> GRPCRoute:
    meta = metadata(dice, ROUTE_NAMES)
    hostnames = dice.part(3).some(HOSTNAMES, most=2, key=str)
    rules = tuple(_grpc_rule(dice.part(104)) for _ in range(dice.one((1, 1, 2, 3, 0))))
    return GRPCRoute(meta, GRPCRouteSpec(parents, hostnames, rules, default), V1, "GRPCRoute")


def _stream_rules(dice: Dice, version: str) -> tuple[StreamRouteRule, ...]:
    """Choose one rule, or in an older version up to two."""

    def rule() -> StreamRouteRule:
        refs = dice.some(BACKENDS, least=1, most=3)
        return StreamRouteRule(
            tuple(
                BackendRef(ref.name, ref.group, ref.kind, ref.namespace, ref.port, dice.one(WEIGHTS))
                for ref in refs
            )
        )

    return tuple(rule() for _ in range(1 if version == V1 else 1 + dice.number(2)))


def _tls_route(dice: Dice, parents: Parents, default: Default) -> TLSRoute:
    meta, version = metadata(dice, ROUTE_NAMES), dice.one((V1, V1, ALPHA_2))
    hostnames = dice.some(HOSTNAMES, least=1 if version == V1 else 0, most=2, key=str)
    spec = TLSRouteSpec(_stream_rules(dice, version), hostnames, parents, default)
    return TLSRoute(meta, spec, version, "TLSRoute")


def _tcp_route(dice: Dice, parents: Parents, default: Default) -> TCPRoute:
    meta, version = metadata(dice, ROUTE_NAMES), dice.one((V1, V1, ALPHA_2))
    return TCPRoute(
        meta, StreamRouteSpec(_stream_rules(dice, version), parents, default), version, "TCPRoute"
    )


def _udp_route(dice: Dice, parents: Parents, default: Default) -> UDPRoute:
    meta, version = metadata(dice, ROUTE_NAMES), dice.one((V1, V1, ALPHA_2))
    return UDPRoute(
        meta, StreamRouteSpec(_stream_rules(dice, version), parents, default), version, "UDPRoute"
    )


_MAKE: Mapping[str, tuple[int, Callable[[Dice, Parents, Default], Route]]] = {
    "HTTPRoute": (6, http_route),
    "GRPCRoute": (3, _grpc_route),
    "TLSRoute": (2, _tls_route),
    "TCPRoute": (2, _tcp_route),
    "UDPRoute": (1, _udp_route),
}
"""How often each kind occurs, and how one is chosen."""


def route_maker(kinds: Iterable[str], pools: Sequence[Sequence[ParentReference]]) -> Callable[[Dice], Route]:
    """
    Say how a route of one of some kinds is chosen.

    Args:
        pools: where it attaches, to one or two; each pool has the same chance.
    """
    makers = [make for kind in kinds for often, make in [_MAKE[kind]] for _ in range(often)]

    def route(dice: Dice) -> Route:
        make = dice.one(makers)
        default: Default = dice.one((None, None, None, None, "All", "None"))
        found: dict[Hashable, ParentReference] = {}
        of_parents = dice.part(5)
        for _ in range(of_parents.number(3) if default == "All" else of_parents.one((1, 1, 2))):
            ref = of_parents.one(of_parents.one(pools))
            found.setdefault((ref.group, ref.kind, ref.namespace, ref.name), ref)
        return make(dice, tuple(found.values()), default)

    return route
