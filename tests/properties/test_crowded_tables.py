"""The index and the specification agree where many entries share a host or a path, or are patterns."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from msgspec.structs import replace

from gwsim.implementations import SPEC, Implementation
from gwsim.implementations.choosing import choices, with_choices
from gwsim.resources.cluster import Service, ServicePort, ServiceSpec
from gwsim.resources.gateways import AllowedRoutes, Gateway, GatewaySpec, Listener, RouteNamespaces
from gwsim.resources.grpc_routes import (
    GRPCBackendRef,
    GRPCHeaderMatch,
    GRPCMethodMatch,
    GRPCRoute,
    GRPCRouteMatch,
    GRPCRouteRule,
    GRPCRouteSpec,
)
from gwsim.resources.meta import ObjectMeta, ParentReference
from gwsim.resources.routes import (
    HTTPBackendRef,
    HTTPHeaderMatch,
    HTTPPathMatch,
    HTTPQueryParamMatch,
    HTTPRoute,
    HTTPRouteMatch,
    HTTPRouteRule,
    HTTPRouteSpec,
)
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.drawing.dice import Dice, thrown
from gwsim.testing.drawing.surroundings import UNPLACED

V1 = "gateway.networking.k8s.io/v1"
HOSTNAMES = ("a.test", "*.a.test", "*.b.a.test", "b.a.test", "*.test", "c.b.a.test", "test")
HOSTS = (
    *("a.test", "b.a.test", "c.b.a.test", "d.c.b.a.test", "x.a.test", "x.test", "test", "other.example"),
    *("A.Test:8080", "x.b.a.test.", "10.0.0.1", ".a.test", "*.a.test", "a.test/a", ""),
)
PATHS = ("/", "/a", "/a/", "/a/b", "/a/b/", "/b", "/a/b/c", "/b/a")
SENT = (
    *(
        "/",
        "/a",
        "/a/",
        "/a/b",
        "/a/b/",
        "/a/b/c",
        "/a/b/c/d",
        "/ab",
        "/b",
        "/b/a",
        "/b/a/1",
        "/c",
        "//a",
        "/a//b",
    ),
    *(
        "/1/a",
        "/a/1",
        "/a/12/b",
        "/ba/b/c",
        "/a/b1",
        "/a/bc",
        "/A/b",
        "/%61",
        "/a%2Fb",
        "/a/../b",
        "/a/b.png",
        "/x/a/b",
    ),
)
PATTERNS = (
    *(
        "/a/[0-9]+",
        "/[a-z]+/b(/.*)?",
        "/(a|b)/a",
        "/a.*",
        ".*b",
        "/a/b",
        "/[^/]+/b/.*",
        "/a|/b",
        "/a/bc?",
        "a",
    ),
    *("/[ab]+/b(/.*)?", "/a/b$", "(?i)/A/b", "/a/?b", "/(a|b/a)", "/a/(b|c)", "/[a-z]+/[0-9]+/b", "/.+/a/b"),
    *(
        "/a/b(/.*|x)?",
        "/a/b(?:/.*)?",
        "/a/b(/c)?d?",
        "/a/b/[a-z]+",
        "/a/b[.](png|jpg)",
        "/[!-~]+/b",
        "(/a)?/b",
    ),
)
NAMES = ("x-a", "X-A", "x-b", "host", *(f"x-{number}" for number in range(9)))
VALUES = ("1", "2", "3", "1,2")
HEADERS = tuple(HTTPHeaderMatch(name, value) for name in NAMES for value in VALUES[:3])
HEADER_PATTERNS = tuple(HTTPHeaderMatch(name, "[12]", "RegularExpression") for name in NAMES[:3])
PARAMETERS = tuple(HTTPQueryParamMatch(name, value) for name in ("p", "q", "P") for value in VALUES[:2])
METHODS = ("GET", "POST", "PUT")
CALLS = tuple(
    GRPCMethodMatch(type_, service, method)
    for type_, services, methods in (
        ("Exact", ("a.B", "a.C", None), ("Get", "Put", None)),
        ("RegularExpression", ("a[.].", None), ("G.*", "(Get|Put)")),
    )
    for service in services
    for method in methods
    if service or method
)
INDEXED = frozenset(
    {
        *(
            "listenerIsolation",
            "hostnameFallback",
            "hostnamePrecedence",
            "hostnameRank",
            "regexRank",
            "regexAnchor",
        ),
        *("methodRank", "pathFallback", "pathNormalize", "mergeSlashes", "escapedSlash", "exactEncoded"),
        *("repeatedHeader", "repeatedQuery", "queryDecoding", "grpcHttpCoexistence", "grpcContentTypeCheck"),
    }
)
"""Choices that bear on where a request comes to."""
SETTINGS = tuple(
    f"{choice.name}={value}"
    for choice in choices()
    for value in choice.values
    if choice.name in INDEXED and value != choice.default
)
GATEWAY, SERVICE = ParentReference("front"), ParentReference("web", "", "Service", port=80)


def http_match(dice: Dice, kinds: Sequence[str]) -> HTTPRouteMatch:
    kind = dice.one(kinds)
    path = HTTPPathMatch(kind, dice.one(PATTERNS if kind == "RegularExpression" else PATHS))
    if dice.number(4) == 0:
        return HTTPRouteMatch(path)
    return HTTPRouteMatch(
        path,
        dice.some((*HEADERS, *HEADER_PATTERNS), most=2, key=lambda each: each.name),
        dice.some(PARAMETERS, most=1),
        dice.one((None, None, *METHODS)),
    )


def http_route(dice: Dice, number: int, parent: ParentReference, kinds: Sequence[str]) -> HTTPRoute:
    rules = tuple(
        HTTPRouteRule(
            None,
            tuple(http_match(dice, kinds) for _ in range(12)),
            backend_refs=(HTTPBackendRef("web", port=80), HTTPBackendRef("web", port=80, weight=rule)),
        )
        for rule in range(3)
    )
    spec = HTTPRouteSpec((parent,), dice.some(HOSTNAMES, most=2, key=str), rules)
    return HTTPRoute(ObjectMeta(f"r{number}", "apps"), api_version=V1, kind="HTTPRoute", spec=spec)


def grpc_route(dice: Dice, number: int, parent: ParentReference) -> GRPCRoute:
    headers = tuple(GRPCHeaderMatch(name, value) for name in NAMES for value in VALUES[:2])
    matches = tuple(
        GRPCRouteMatch(dice.one((*CALLS, None)), dice.some(headers, most=2, key=lambda each: each.name))
        for _ in range(24)
    )
    rules = (GRPCRouteRule(None, matches, backend_refs=(GRPCBackendRef("web", port=80),)),)
    spec = GRPCRouteSpec((parent,), dice.some(HOSTNAMES, most=1), rules)
    return GRPCRoute(ObjectMeta(f"g{number}", "apps"), api_version=V1, kind="GRPCRoute", spec=spec)


def request(dice: Dice, number: int, *, mesh: bool) -> Request:
    sent = dice.some(tuple((name, value) for name in NAMES for value in VALUES), most=4)
    query = dice.some(("p=1", "q=1", "q=2", "P=1", "p=2&p=1", "%70=1"), most=2)
    call = dice.number(8) == 0
    path = dice.one(("/a.B/Get", "/a.C/Put", "/a.D/Get", "/a.B/Gone")) if call else dice.one(SENT)
    content = (("content-type", "application/grpc"),) if dice.one((call, call, not call)) else ()
    return Request(
        id=number,
        method=dice.one(METHODS),
        host=dice.one(HOSTS),
        path=f"{path}?{'&'.join(query)}" if query else path,
        headers=(*sent, *content),
        service="apps/web" if mesh else None,
    )


class Crowd:
    """A configuration with many entries, and requests to it."""

    def __init__(self, dice: Dice) -> None:
        mesh = dice.number(8) == 7
        parent = SERVICE if mesh else GATEWAY
        kinds = dice.one(
            (
                ("PathPrefix", "Exact"),
                ("PathPrefix", "Exact", "RegularExpression"),
                ("RegularExpression",),
                ("PathPrefix",),
            )
        )
        listeners = tuple(
            Listener(f"l{at}", 80, "HTTP", hostname, None, AllowedRoutes(RouteNamespaces("All")))
            for at, hostname in enumerate(dict.fromkeys((None, *dice.some(HOSTNAMES, most=2))))
        )
        gateway = Gateway(
            ObjectMeta("front", "apps"), GatewaySpec("public", listeners), api_version=V1, kind="Gateway"
        )
        ports = (ServicePort(port=80),)
        service = Service(
            metadata=ObjectMeta("web", "apps"), spec=ServiceSpec(ports), api_version="v1", kind="Service"
        )
        calls = dice.number(4) == 3
        routes = [
            grpc_route(dice, at, parent) if calls and at else http_route(dice, at, parent, kinds)
            for at in range(1 + dice.number(3))
        ]
        self.made = tuple(dict.fromkeys(dice.some(("", "", *SETTINGS, "grpcHttpCoexistence=merge"), most=2)))
        self.simulation = Simulation.of(
            Snapshot.of((each, UNPLACED) for each in (gateway, service, *routes)), implementation(self.made)
        )
        self.requests = [request(dice, number, mesh=mesh) for number in range(8)]


def implementation(made: Sequence[str]) -> Implementation:
    return with_choices(SPEC, tuple(each for each in made if each))


CROWDS = thrown("crowds", Crowd, throws=1024)


@settings(max_examples=settings().max_examples // 5)
@given(CROWDS)
def test_the_index_agrees_with_the_specification_about_crowds(crowd: Crowd) -> None:
    explained = [replace(crowd.simulation.trace(each), trace=()) for each in crowd.requests]
    for _ in ("indexed", "prepared", "put with its like", "found there"):
        for each, decision in zip(crowd.requests, explained, strict=True):
            assert crowd.simulation.decide(each) == decision, (crowd.made, each)
