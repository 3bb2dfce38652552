"""Refactorings are recognised as such, and mistakes are found with the request that a reviewer would want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gwsim.analysis.differing.causes import causes
from gwsim.analysis.differing.comparing import compare
from gwsim.analysis.differing.meanings import Pair
from gwsim.rendering.space.words import witness_words
from tests.analysis.space.manifests import (
    Manifest,
    exact,
    gateway,
    header,
    prefix,
    regex,
    route,
    rule,
    simulate,
)

CART, API, ROOT = prefix("/cart"), prefix("/api"), prefix("/")
EDGE = gateway()
CANARY = {**CART, **header("x-canary", "true")}


def service(name: str, namespace: str = "shop", port: int = 80) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"ports": [{"port": port}]},
    }


def grant(namespace: str, to: str | None = None) -> Manifest:
    target = {"group": "", "kind": "Service", **({"name": to} if to else {})}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "from-shop", "namespace": namespace},
        "spec": {
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop"}],
            "to": [target],
        },
    }


def split(**weights: int) -> Mapping[str, Any]:
    return {"backendRefs": [{"name": name, "port": 80, "weight": weight} for name, weight in weights.items()]}


def redirect(**fields: Any) -> Mapping[str, Any]:
    return {"type": "RequestRedirect", "requestRedirect": fields}


def headers_set(**values: str) -> Mapping[str, Any]:
    pairs = [{"name": name.replace("_", "-"), "value": value} for name, value in values.items()]
    return {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": pairs}}


def rewrite(value: str) -> Mapping[str, Any]:
    path = {"type": "ReplacePrefixMatch", "replacePrefixMatch": value}
    return {"type": "URLRewrite", "urlRewrite": {"path": path}}


def listener(name: str, hostname: str | None = None, port: int = 80) -> Mapping[str, Any]:
    return {"name": name, "port": port, "protocol": "HTTP", **({"hostname": hostname} if hostname else {})}


def attached(section: str, manifest: Manifest) -> Manifest:
    """A route that names a section of its Gateway."""
    spec = {**manifest["spec"], "parentRefs": [{"name": "edge", "sectionName": section}]}
    return {**manifest, "spec": spec}


ONE = [EDGE, route("a", rule("cart", CART), rule("web", ROOT))]

EQUAL = {
    "nothing": (ONE, ONE),
    "objects in another order": (ONE, list(reversed(ONE))),
    "rules in another order": (ONE, [EDGE, route("a", rule("web", ROOT), rule("cart", CART))]),
    "one route in two": (ONE, [EDGE, route("a", rule("cart", CART)), route("b", rule("web", ROOT))]),
    "a route renamed": (ONE, [EDGE, route("z", rule("cart", CART), rule("web", ROOT))]),
    "the default match left out": (ONE, [EDGE, route("a", rule("cart", CART), rule("web"))]),
    "a slash after a prefix": (ONE, [EDGE, route("a", rule("cart", prefix("/cart/")), rule("web", ROOT))]),
    "one rule with two matches in two rules": (
        [EDGE, route("a", rule("v1", CART, API))],
        [EDGE, route("a", rule("v1", CART), rule("v1", API))],
    ),
    "two hostnames in two routes": (
        [EDGE, route("a", rule("v1"), hosts=["a.example.com", "b.example.com"])],
        [
            EDGE,
            route("a", rule("v1"), hosts=["a.example.com"]),
            route("b", rule("v1"), hosts=["b.example.com"]),
        ],
    ),
    "weights with the same ratio": (
        [EDGE, route("a", rule(None, **split(v1=9, v2=1)))],
        [EDGE, route("a", rule(None, **split(v1=90, v2=10)))],
    ),
    "backends in another order": (
        [EDGE, route("a", rule(None, **split(v1=9, v2=1)))],
        [EDGE, route("a", rule(None, **split(v2=1, v1=9)))],
    ),
    "a backend of weight 0 left out": (
        [EDGE, route("a", rule(None, **split(v1=1, v2=0)))],
        [EDGE, route("a", rule("v1"))],
    ),
    "the default weight spelled out": (
        [EDGE, route("a", rule("v1"))],
        [EDGE, route("a", rule({"name": "v1", "port": 80, "weight": 1, "kind": "Service", "group": ""}))],
    ),
    "headers of a match in another order and case": (
        [
            EDGE,
            route(
                "a",
                rule("v1", {**CART, "headers": [{"name": "x", "value": "1"}, {"name": "y", "value": "2"}]}),
            ),
        ],
        [
            EDGE,
            route(
                "a",
                rule("v1", {**CART, "headers": [{"name": "Y", "value": "2"}, {"name": "X", "value": "1"}]}),
            ),
        ],
    ),
    "a dead rule removed": (
        [EDGE, route("a", rule("v1", CART), rule("v2", CART))],
        [EDGE, route("a", rule("v1", CART))],
    ),
    "a rule added that another takes the requests of": (
        [EDGE, route("a", rule("v1", CART), age=1)],
        [EDGE, route("a", rule("v1", CART), age=1), route("b", rule("v2", CART), age=2)],
    ),
    "a longer prefix to the same backend removed": (
        [EDGE, route("a", rule("v1", CART, prefix("/cart/items")))],
        [EDGE, route("a", rule("v1", CART))],
    ),
    "a header condition to the same backend removed": (
        [EDGE, route("a", rule("v1", CANARY), rule("v1", CART))],
        [EDGE, route("a", rule("v1", CART))],
    ),
    "a listener renamed": ([gateway(listener("http")), *ONE[1:]], [gateway(listener("web")), *ONE[1:]]),
    "a listener split by host": (
        [gateway(listener("all", "*.example.com")), route("a", rule("v1"))],
        [
            gateway(listener("all", "*.example.com"), listener("shop", "shop.example.com")),
            route("a", rule("v1")),
        ],
    ),
    "an unused Service added": (ONE, [*ONE, service("cart"), service("web"), service("other")]),
    "a grant for one Service made one for all": (
        [
            EDGE,
            route("a", rule({"name": "pay", "namespace": "pay", "port": 80})),
            service("pay", "pay"),
            grant("pay", "pay"),
        ],
        [
            EDGE,
            route("a", rule({"name": "pay", "namespace": "pay", "port": 80})),
            service("pay", "pay"),
            grant("pay"),
        ],
    ),
    "a timeout of 0s, which is none": (
        [EDGE, route("a", rule("v1", filters=[headers_set(x_a="1", x_b="2")]))],
        [EDGE, route("a", rule("v1", filters=[headers_set(x_a="1", x_b="2")], timeouts={"request": "0s"}))],
    ),
    "a regular expression for two paths": (
        [EDGE, route("a", rule("v1", exact("/a"), exact("/b")))],
        [EDGE, route("a", rule("v1", regex("/(a|b)")))],
    ),
}


@pytest.mark.parametrize(("before", "after"), EQUAL.values(), ids=EQUAL)
def test_what_is_written_differently_and_means_the_same_has_no_difference(
    before: Sequence[Manifest], after: Sequence[Manifest]
) -> None:
    compared = compare(Pair(simulate(*before), simulate(*after)))
    assert [witness_words(each.witnesses[0]) for each in compared.differences] == []
    assert compared.doubts == ()
    assert compared.left_out == 0


HEADERED = [EDGE, route("a", rule("canary", CANARY), rule("cart", CART))]
PAID = [
    EDGE,
    route("a", rule({"name": "pay", "namespace": "pay", "port": 80})),
    service("pay", "pay"),
    grant("pay", "pay"),
]
SECTIONS = gateway(listener("one", "one.example.com"), listener("two", "two.example.com"))

MISTAKES = {
    "the order of two routes of one age": (
        [EDGE, route("a", rule("v1", CART)), route("b", rule("v2", CART))],
        [EDGE, route("c", rule("v1", CART)), route("b", rule("v2", CART))],
        ["GET http://shop.example.com/cart"],
    ),
    "rules swapped whose matches are equally specific": (
        [
            EDGE,
            route("a", rule("v1", {**CART, **header("a", "1")}), rule("v2", {**CART, **header("b", "1")})),
        ],
        [
            EDGE,
            route("a", rule("v2", {**CART, **header("b", "1")}), rule("v1", {**CART, **header("a", "1")})),
        ],
        ["GET http://shop.example.com/cart -H 'a: 1' -H 'b: 1'"],
    ),
    "a prefix that swallows a sibling": (
        [EDGE, route("a", rule("v1", prefix("/app")), rule("web", ROOT))],
        [EDGE, route("a", rule("v1", prefix("/")), rule("web", exact("/")))],
        ["GET http://shop.example.com/other"],
    ),
    "an exact path made a prefix": (
        [EDGE, route("a", rule("v1", exact("/cart")), rule("web", ROOT))],
        [EDGE, route("a", rule("v1", CART), rule("web", ROOT))],
        ["GET http://shop.example.com/cart/other"],
    ),
    "a wildcard that takes over": (
        [EDGE, route("a", rule("v1"), hosts=["shop.example.com"])],
        [EDGE, route("a", rule("v1"), hosts=["*.example.com"])],
        ["GET http://www.example.com/"],
    ),
    "a wildcard that is not replaced": (
        [EDGE, route("a", rule("v1"), hosts=["*.example.com"])],
        [EDGE, route("a", rule("v1"), hosts=["shop.example.com"])],
        ["GET http://www.example.com/"],
    ),
    "a lost header condition": (
        HEADERED,
        [EDGE, route("a", rule("canary", CART), rule("cart", CART))],
        ["GET http://shop.example.com/cart"],
    ),
    "a header's name misspelt": (
        HEADERED,
        [EDGE, route("a", rule("canary", {**CART, **header("x-cnary", "true")}), rule("cart", CART))],
        [
            "GET http://shop.example.com/cart -H 'x-canary: true'",
            "GET http://shop.example.com/cart -H 'x-cnary: true'",
        ],
    ),
    "a method that is no longer asked for": (
        [EDGE, route("a", rule("read", {**API, "method": "GET"}))],
        [EDGE, route("a", rule("read", API))],
        ["POST http://shop.example.com/api"],
    ),
    "a grant removed": (PAID, PAID[:-1], ["GET http://shop.example.com/"]),
    "a Service removed": (
        [EDGE, route("a", rule("cart")), service("cart"), service("web")],
        [EDGE, route("a", rule("cart")), service("web")],
        ["GET http://shop.example.com/"],
    ),
    "a Service's port changed": (
        [EDGE, route("a", rule("cart")), service("cart")],
        [EDGE, route("a", rule("cart")), service("cart", port=8080)],
        ["GET http://shop.example.com/"],
    ),
    "a weight set to 0": (
        [EDGE, route("a", rule(None, **split(v1=9, v2=1)))],
        [EDGE, route("a", rule(None, **split(v1=0, v2=1)))],
        ["GET http://shop.example.com/"],
    ),
    "a redirect with another status": (
        [EDGE, route("a", rule(None, filters=[redirect(scheme="https", statusCode=301)]))],
        [EDGE, route("a", rule(None, filters=[redirect(scheme="https")]))],
        ["GET http://shop.example.com/"],
    ),
    "a prefix that is replaced otherwise": (
        [EDGE, route("a", rule("v1", API, filters=[rewrite("/")]))],
        [EDGE, route("a", rule("v1", API, filters=[rewrite("/v1")]))],
        ["GET http://shop.example.com/api"],
    ),
    "a header filter whose effect shows where the header is there": (
        [EDGE, route("a", rule("v1"))],
        [
            EDGE,
            route(
                "a",
                rule(
                    "v1",
                    filters=[
                        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": ["x-user"]}}
                    ],
                ),
            ),
        ],
        ["GET http://shop.example.com/ -H 'x-user: given'"],
    ),
    "a listener's hostname that no route fits any more": (
        [gateway(listener("http", "*.example.com")), route("a", rule("v1"))],
        [gateway(listener("http", "*.example.org")), route("a", rule("v1"))],
        ["GET http://shop.example.com/"],
    ),
    "a listener for a host that takes it from another's routes": (
        [gateway(listener("all")), route("a", rule("v1"), hosts=[])],
        [
            gateway(
                {**listener("all")},
                {**listener("api", "api.example.com"), "allowedRoutes": {"kinds": [{"kind": "GRPCRoute"}]}},
            ),
            route("a", rule("v1"), hosts=[]),
        ],
        ["GET http://api.example.com/"],
    ),
    "a path written in another case": (
        [EDGE, route("a", rule("v1", prefix("/Cart")))],
        [EDGE, route("a", rule("v1", prefix("/cart")))],
        ["GET http://shop.example.com/Cart", "GET http://shop.example.com/cart"],
    ),
    "a regular expression that takes more": (
        [EDGE, route("a", rule("users", regex("/users/[0-9]+")), rule("web", ROOT))],
        [EDGE, route("a", rule("users", regex("/users/[0-9a-z]+")), rule("web", ROOT))],
        ["GET http://shop.example.com/users/a"],
    ),
    "a route attached to another section": (
        [SECTIONS, route("a", rule("v1"), hosts=[])],
        [SECTIONS, attached("one", route("a", rule("v1"), hosts=[]))],
        ["GET http://two.example.com/"],
    ),
    "an older route that comes with the same match": (
        [EDGE, route("a", rule("v1", CART), age=2)],
        [EDGE, route("a", rule("v1", CART), age=2), route("b", rule("v2", CART), age=1)],
        ["GET http://shop.example.com/cart"],
    ),
    "a query parameter's value": (
        [
            EDGE,
            route("a", rule("v1", {**CART, "queryParams": [{"name": "v", "value": "1"}]}), rule("v2", CART)),
        ],
        [
            EDGE,
            route("a", rule("v1", {**CART, "queryParams": [{"name": "v", "value": "2"}]}), rule("v2", CART)),
        ],
        ["GET http://shop.example.com/cart?v=1", "GET http://shop.example.com/cart?v=2"],
    ),
    "a timeout": (
        [EDGE, route("a", rule("v1"))],
        [EDGE, route("a", rule("v1", timeouts={"request": "1s"}))],
        ["GET http://shop.example.com/"],
    ),
}


def smallest(before: Sequence[Manifest], after: Sequence[Manifest]) -> list[str]:
    found = compare(Pair(simulate(*before), simulate(*after)))
    assert found.doubts == ()
    return [witness_words(each.witnesses[0]) for each in found.differences]


@pytest.mark.parametrize(("before", "after", "witnesses"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found_with_the_request_that_shows_it(
    before: Sequence[Manifest], after: Sequence[Manifest], witnesses: Sequence[str]
) -> None:
    assert smallest(before, after) == witnesses


@pytest.mark.parametrize(("before", "after", "witnesses"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_taken_back_differs_in_as_many_classes(
    before: Sequence[Manifest], after: Sequence[Manifest], witnesses: Sequence[str]
) -> None:
    assert len(smallest(after, before)) == len(witnesses)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("a grant removed", ["ReferenceGrant/pay/from-shop removed"]),
        ("a Service's port changed", ["Service/shop/cart changed"]),
        ("a lost header condition", ["HTTPRoute/shop/a changed"]),
        ("an older route that comes with the same match", ["HTTPRoute/shop/b added"]),
    ],
)
def test_a_difference_is_laid_to_the_object_that_makes_it(name: str, cause: list[str]) -> None:
    before, after, _ = MISTAKES[name]
    beside, changed = (
        route("beside", rule(None, filters=[redirect(hostname=name)]), hosts=["beside.example.com"])
        for name in ("one.example", "two.example")
    )
    found = causes(compare(Pair(simulate(*before, beside), simulate(*after, changed))))
    told = [[f"{change.key} {change.how}" for change in each.changes] for each in found]
    assert sorted(told) == sorted([cause, ["HTTPRoute/shop/beside changed"]])
