"""
Large configurations as they are found in clusters, of any size, and the requests that they are asked.

    from tests.bench.generating import SHAPES, manifests, requests, simulation

    shape = SHAPES["hosts"]
    simulation(shape, 10_000).decide(next(requests(shape, 10_000, 1)))

Sizes are numbers of rules, rounded up to whole routes. Every rule has its number, and a request is made for a
rule: drawn evenly over all of them, or by popularity, as logs have it. The same seed draws the same.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import msgspec

from gwsim.reading.loading import load_files
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from tests.bench.objects import (
    GATEWAY_CLASS,
    Object,
    gateway,
    grant,
    made,
    namespace,
    service,
    simulation_of,
    yaml_text,
)

PARENT: Object = {"name": "gw", "namespace": "team"}
TEAM_ROUTES = 50
"""How many routes share a namespace and its Services."""


class Asked(NamedTuple):
    """What a client sends, and what takes it."""

    route: str
    """Name of the route."""
    rule: int
    """Zero-based, in the route."""
    host: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of a large configuration."""

    says: str
    rules_a_route: int
    objects: Callable[[int], Iterator[Object]]
    """All manifests, for a number of routes."""
    asked: Callable[[int, random.Random], Asked]
    """A request for the rule with a number, from 0."""

    def routes(self, rules: int) -> int:
        """How many routes hold so many rules."""
        return max(1, math.ceil(rules / self.rules_a_route))


def shape_objects(shape: Shape, rules: int) -> Iterator[Object]:
    """All manifests for a number of rules, as plain values."""
    yield GATEWAY_CLASS
    yield from shape.objects(shape.routes(rules))


def manifests(shape: Shape, rules: int) -> bytes:
    """All manifests for a number of rules, as YAML."""
    return yaml_text(shape_objects(shape, rules)).encode()


def simulation(shape: Shape, rules: int) -> Simulation:
    """All manifests for a number of rules, bound: without YAML, which takes the most time."""
    return simulation_of(shape_objects(shape, rules))


def loaded(data: bytes) -> Simulation:
    """Load manifests, of which none may be refused."""
    result = load_files(["-"], stdin=BytesIO(data))
    assert not result.findings, result.findings[:3]
    assert not result.skipped, result.skipped
    return result.simulation


def questions(
    shape: Shape, rules: int, count: int, *, seed: int = 0, popular: bool = False
) -> Iterator[Asked]:
    """
    Draw rules, and what a client asks that each of them takes.

    Args:
        popular: the k-th most popular rule is asked for 1/k times as often as the first, in place of evenly.
    """
    dice = random.Random(seed)
    whole = shape.routes(rules) * shape.rules_a_route
    order = list(range(whole))
    if popular:
        dice.shuffle(order)
    for _ in range(count):
        number = int((whole + 1) ** dice.random()) - 1 if popular else dice.randrange(whole)
        yield shape.asked(order[number], dice)


def requests(
    shape: Shape, rules: int, count: int, *, seed: int = 0, popular: bool = False
) -> Iterator[Request]:
    """Draw requests: see `questions`."""
    for number, asked in enumerate(questions(shape, rules, count, seed=seed, popular=popular), start=1):
        yield Request(id=number, host=asked.host, path=asked.path, headers=asked.headers)


def request_lines(
    shape: Shape, rules: int, count: int, *, seed: int = 0, popular: bool = True
) -> Iterator[bytes]:
    """Draw requests as the lines of a log: see `questions`."""
    encode = msgspec.json.Encoder().encode
    for asked in questions(shape, rules, count, seed=seed, popular=popular):
        line: dict[str, object] = {"host": asked.host, "path": asked.path}
        if asked.headers:
            line["headers"] = dict(asked.headers)
        yield encode(line) + b"\n"


def backend(name: str, **other: object) -> Object:
    return {"name": name, "port": 80, **other}


def path(type_: str, value: str) -> dict[str, object]:
    return {"path": {"type": type_, "value": value}}


# Many hosts: each team's namespace has routes of three rules, for a host each; every tenth is a wildcard.


def host_objects(routes: int) -> Iterator[Object]:
    yield gateway("gw", hostname=False)
    for team in range(math.ceil(routes / TEAM_ROUTES)):
        yield from team_services(f"team-{team}")
    for number in range(routes):
        yield three_rules(number, PARENT)


def team_services(team: str) -> Iterator[Object]:
    for name in ("cart", "cart-canary", "api", "web"):
        yield service(name, namespace=team)


def three_rules(number: int, parent: Object) -> Object:
    """A route of about 47 lines: a canary by header, an API with a changed header, and all the rest."""
    rules = [
        {
            "matches": [path("PathPrefix", "/cart") | {"headers": [{"name": "x-canary", "value": "true"}]}],
            "backendRefs": [backend("cart", weight=90), backend("cart-canary", weight=10)],
        },
        {
            "matches": [path("PathPrefix", f"/api/v{number % 3}")],
            "filters": [
                {
                    "type": "RequestHeaderModifier",
                    "requestHeaderModifier": {"set": [{"name": "x-team", "value": f"t{number}"}]},
                }
            ],
            "timeouts": {"request": "10s"},
            "backendRefs": [backend("api")],
        },
        {"backendRefs": [backend("web")]},
    ]
    labels = {"app.kubernetes.io/part-of": "storefront"}
    spec = {"parentRefs": [parent], "hostnames": [host_name(number)], "rules": rules}
    team = f"team-{number // TEAM_ROUTES}"
    return made("HTTPRoute", f"route-{number}", spec, namespace=team, labels=labels)


def host_name(number: int) -> str:
    return f"*.shop-{number}.example.com" if number % 10 == 9 else f"shop-{number}.example.com"


def host_asked(number: int, dice: random.Random) -> Asked:
    route_number, rule = divmod(number, 3)
    item = dice.randrange(10**6)
    paths = (f"/cart/{item}", f"/api/v{route_number % 3}/orders?page={item}", f"/images/{item}.png")
    headers = (("user-agent", "shop/7"), *([("x-canary", "true")] if rule == 0 else []))
    host = host_name(route_number).replace("*", f"c{item % 100}")
    return Asked(f"route-{route_number}", rule, host, paths[rule], headers)


# One host with many prefixes, at depths of two to four segments, every fifth of them exact.


def many_rules(routes: int, rule: Callable[[int], Object], host: str) -> Iterator[Object]:
    """Routes of 16 rules each, for one host."""
    yield gateway("gw", hostname=False)
    yield from (service(name) for name in ("web", "api"))
    for number in range(routes):
        rules = [rule(number * 16 + each) for each in range(16)]
        spec = {"parentRefs": [PARENT], "hostnames": [host], "rules": rules}
        yield made("HTTPRoute", f"route-{number}", spec)


def prefix_path(number: int) -> str:
    depth = ("", "/internal", "/internal/v2")[number % 3]
    return f"/section-{number % 97}{depth}/service-{number}"


def prefix_rule(number: int) -> Object:
    kind = "Exact" if number % 5 == 4 else "PathPrefix"
    return {"matches": [path(kind, prefix_path(number))], "backendRefs": [backend("web")]}


def prefix_asked(number: int, dice: random.Random) -> Asked:
    tail = "" if number % 5 == 4 else f"/items/{dice.randrange(10**6)}"
    query = f"?page={dice.randrange(100)}" if dice.random() < 0.3 else ""
    return Asked(f"route-{number // 16}", number % 16, "shop.example.com", prefix_path(number) + tail + query)


# Many variants of one path by header: a tenant each; every fourth asks for a second header, every
# eighth for a query parameter, too.


def header_rule(number: int) -> Object:
    headers = [{"name": "x-tenant", "value": f"tenant-{number}"}]
    if number % 4 == 3:
        headers.insert(0, {"name": "x-canary", "value": "true"})
    query = {"queryParams": [{"name": "beta", "value": "1"}]} if number % 8 == 7 else {}
    match = path("PathPrefix", "/app") | {"headers": headers} | query
    return {"matches": [match], "backendRefs": [backend("api")]}


def header_asked(number: int, dice: random.Random) -> Asked:
    canary = (("x-canary", "true"),) if number % 4 == 3 or dice.random() < 0.1 else ()
    query = "?beta=1" if number % 8 == 7 else ""
    headers = (("accept", "*/*"), *canary, ("x-tenant", f"tenant-{number}"))
    place = f"/app/{dice.randrange(10**6)}{query}"
    return Asked(f"route-{number // 16}", number % 16, "shop.example.com", place, headers)


# Many regular expressions for the paths of one host.


def expression_rule(number: int) -> Object:
    pattern = (
        f"/users/[0-9]+/service-{number}(/.*)?",
        f"/(de|en|fr)/service-{number}/.*",
        f"/service-{number}/[a-z]+[.](png|jpg)",
        f"/service-{number}/v[0-9]/.*",
    )[number % 4]
    return {"matches": [path("RegularExpression", pattern)], "backendRefs": [backend("web")]}


def expression_asked(number: int, dice: random.Random) -> Asked:
    item = dice.randrange(10**6)
    place = (
        f"/users/{item}/service-{number}/orders",
        f"/{dice.choice(('de', 'en', 'fr'))}/service-{number}/{item}",
        f"/service-{number}/{dice.choice(('logo', 'cover', 'map'))}.png",
        f"/service-{number}/v{item % 10}/{item}",
    )[number % 4]
    return Asked(f"route-{number // 16}", number % 16, "shop.example.com", place)


# Many ListenerSets of 16 listeners, each with a hostname, and a route of three rules on each listener, in a
# namespace of its own set; their backends are in another namespace, which grants that.


def set_objects(routes: int) -> Iterator[Object]:
    yield gateway("gw", first=10**7)
    yield from team_services("backends")
    for number in range(math.ceil(routes / 16)):
        yield namespace(f"n{number}")
        yield grant(number, namespace="backends")
        listeners = [
            {
                "name": f"l{each}",
                "port": 80,
                "protocol": "HTTP",
                "hostname": host_name(number * 16 + each),
                "allowedRoutes": {"namespaces": {"from": "Same"}},
            }
            for each in range(min(16, routes - number * 16))
        ]
        spec = {"parentRef": PARENT, "listeners": listeners}
        yield made("ListenerSet", "own", spec, namespace=f"n{number}")
    for number in range(routes):
        yield set_route(number)


def set_route(number: int) -> Object:
    parent = {
        "group": "gateway.networking.k8s.io",
        "kind": "ListenerSet",
        "name": "own",
        "sectionName": f"l{number % 16}",
    }
    rules = [
        {
            "matches": [path("PathPrefix", "/cart")],
            "backendRefs": [
                backend("cart", namespace="backends", weight=90),
                backend("cart-canary", namespace="backends", weight=10),
            ],
        },
        {"matches": [path("PathPrefix", "/api")], "backendRefs": [backend("api", namespace="backends")]},
        {"backendRefs": [backend("web", namespace="backends")]},
    ]
    spec = {"parentRefs": [parent], "rules": rules}
    return made("HTTPRoute", f"route-{number}", spec, namespace=f"n{number // 16}")


def set_asked(number: int, dice: random.Random) -> Asked:
    route_number, rule = divmod(number, 3)
    item = dice.randrange(10**6)
    place = (f"/cart/{item}", f"/api/orders?page={item}", f"/images/{item}.png")[rule]
    host = host_name(route_number).replace("*", f"c{item % 100}")
    return Asked(f"route-{route_number}", rule, host, place)


SHAPES: Mapping[str, Shape] = {
    "hosts": Shape("many hosts, three rules each", 3, host_objects, host_asked),
    "prefixes": Shape(
        "one host with many prefixes",
        16,
        lambda routes: many_rules(routes, prefix_rule, "shop.example.com"),
        prefix_asked,
    ),
    "headers": Shape(
        "one path in many variants by header",
        16,
        lambda routes: many_rules(routes, header_rule, "shop.example.com"),
        header_asked,
    ),
    "expressions": Shape(
        "one host with many regular expressions",
        16,
        lambda routes: many_rules(routes, expression_rule, "shop.example.com"),
        expression_asked,
    ),
    "listener sets": Shape(
        "ListenerSets of 16 listeners, a route on each, backends by grant", 3, set_objects, set_asked
    ),
}
