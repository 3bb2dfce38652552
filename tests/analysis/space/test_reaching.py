"""Which matches no request reaches, and what takes their requests."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gwsim.analysis.space.reaching import unreachable
from tests.analysis.space.manifests import Manifest, exact, gateway, header, prefix, route, rule, simulate

CART = prefix("/cart")
GET, POST = {"method": "GET"}, {"method": "POST"}


@pytest.mark.parametrize(
    ("routes", "dead"),
    [
        pytest.param([route("a", rule("v1", CART), rule("v2", prefix("/cart/x")))], {}, id="a longer prefix"),
        pytest.param(
            [route("a", rule("v1", CART), rule("v2", CART))],
            {"HTTPRoute/shop/a#rules[1].matches[0]": ["HTTPRoute/shop/a#rules[0].matches[0]"]},
            id="the same prefix again",
        ),
        pytest.param(
            [route("a", rule("v1", CART)), route("b", rule("v2", prefix("/cart/")))],
            {"HTTPRoute/shop/a#rules[0].matches[0]": ["HTTPRoute/shop/b#rules[0].matches[0]"]},
            id="a slash more is longer, and takes the same",
        ),
        pytest.param(
            [route("new", rule("v1", CART), age=2), route("old", rule("v2", CART), age=1)],
            {"HTTPRoute/shop/new#rules[0].matches[0]": ["HTTPRoute/shop/old#rules[0].matches[0]"]},
            id="the older route",
        ),
        pytest.param(
            [route("a", rule("v1", CART)), route("b", rule("v2", CART), hosts=["*.example.com"])],
            {},
            id="a wildcard beside one of its hosts",
        ),
        pytest.param(
            [route("a", rule("v1", {**exact("/x"), **GET}), rule("v2", {**exact("/x"), **POST}))],
            {},
            id="two methods",
        ),
        pytest.param(
            [
                route("a", rule("v1", {**CART, **header("x", "1")}, {**CART, **header("x", "2")})),
                route("b", rule("v2", {**CART, **header("x", "2")}), rule("v3", CART)),
            ],
            {"HTTPRoute/shop/b#rules[0].matches[0]": ["HTTPRoute/shop/a#rules[0].matches[1]"]},
            id="a header's value that another route took",
        ),
        pytest.param(
            [
                route(
                    "a",
                    rule(
                        "v1", {**CART, "headers": [{"name": "x", "value": "1"}, {"name": "y", "value": "1"}]}
                    ),
                    rule(
                        "v2", {**CART, "headers": [{"name": "y", "value": "1"}, {"name": "X", "value": "1"}]}
                    ),
                )
            ],
            {"HTTPRoute/shop/a#rules[1].matches[0]": ["HTTPRoute/shop/a#rules[0].matches[0]"]},
            id="the same headers in another order",
        ),
    ],
)
def test_a_match_is_dead_where_others_take_all_that_it_asks_for(
    routes: Sequence[Manifest], dead: dict[str, list[str]]
) -> None:
    found = {
        str(each.key): list(map(str, each.shadows)) for each in unreachable(simulate(gateway(), *routes))
    }
    assert found == dead


def test_a_hostname_that_leads_to_another_listener_is_reached_there() -> None:
    wide = {"name": "wide", "port": 80, "protocol": "HTTP", "hostname": "*.example.com"}
    narrow = {"name": "narrow", "port": 80, "protocol": "HTTP", "hostname": "shop.example.com"}
    assert not list(unreachable(simulate(gateway(wide, narrow), route("a", rule("v1")))))


def test_a_route_on_a_listener_whose_hosts_all_lead_elsewhere_is_dead() -> None:
    wide = {"name": "wide", "port": 80, "protocol": "HTTP", "hostname": "*.example.com"}
    narrow = {"name": "narrow", "port": 80, "protocol": "HTTP", "hostname": "shop.example.com"}
    attached = route("a", rule("v1"))
    attached["spec"]["parentRefs"][0]["sectionName"] = "wide"
    (found,) = unreachable(simulate(gateway(wide, narrow), attached))
    assert not found.shadows
    assert [listener.name for listener in found.listeners] == ["narrow"]
