"""What requests reached of a configuration is counted, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

import gwsim
from gwsim.analysis.expecting.coverage import Coverage, Part, cover, merge

ROOT = Path(__file__).parents[2]
SHOP = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec:
  gatewayClassName: x
  listeners:
  - {name: http, protocol: HTTP, port: 80}
  - {name: other, protocol: HTTP, port: 81}
  - {name: broken, protocol: HTTPS, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: front, port: 80}]
  hostnames: [a.example, b.example]
  rules:
  - matches: [{path: {value: /a}}, {path: {value: /b}}]
    backendRefs: [{name: web, port: 80}, {name: next, port: 80, weight: 1}, {name: old, port: 80, weight: 0}]
  - matches: [{path: {value: "(", type: RegularExpression}}]
  - filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: nowhere}
spec: {parentRefs: [{name: none}], rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> gwsim.Simulation:
    path = tmp_path_factory.mktemp("shop") / "shop.yaml"
    path.write_text(SHOP)
    return gwsim.load(path)


def reached_by(simulation: gwsim.Simulation, *urls: str, draw: float = 0) -> Coverage:
    return cover([(simulation, [simulation.decide(gwsim.Request.get(url, draw=draw)) for url in urls])])


def names(coverage: Coverage, *, reached: bool) -> list[str]:
    return [reach.name.partition("/default/")[2] for reach in coverage.reaches if (reach.hits > 0) is reached]


RULES = "web#rules"
EVERYTHING = [
    "front#listeners[http]",
    "front#listeners[other]",
    f"{RULES}[0]",
    f"{RULES}[0].matches[0]",
    f"{RULES}[0].matches[1]",
    f"{RULES}[0].backendRefs[0]",
    f"{RULES}[0].backendRefs[1]",
    f"{RULES}[2]",
    f"{RULES}[2].matches[0]",
]


def test_what_no_request_can_reach_is_not_counted(shop: gwsim.Simulation) -> None:
    coverage = reached_by(shop)
    assert names(coverage, reached=False) == EVERYTHING
    assert coverage.counts() == (0, 9)
    assert coverage.counts(Part.MATCH) == (0, 3)


@pytest.mark.parametrize(
    ("url", "draw", "reached"),
    [
        pytest.param(
            "http://a.example/b", 0, [0, 2, 4, 5], id="a match, its rule, its listener, the backend drawn"
        ),
        pytest.param("http://b.example/a", 0.5, [0, 2, 3, 6], id="the other of both, on another host"),
        pytest.param("http://a.example/", 0, [0, 7, 8], id="a rule that redirects"),
        pytest.param("http://c.example/", 0, [0], id="a listener alone"),
        pytest.param("http://a.example:81/", 0, [1], id="a listener without routes"),
        pytest.param("https://a.example/", 0, [], id="nothing"),
    ],
)
def test_a_request_reaches_what_its_decision_names(
    shop: gwsim.Simulation, url: str, draw: float, reached: list[int]
) -> None:
    assert names(reached_by(shop, url, draw=draw), reached=True) == [EVERYTHING[index] for index in reached]


def test_requests_are_counted(shop: gwsim.Simulation) -> None:
    coverage = reached_by(shop, "http://a.example/a", "http://a.example/b", "http://a.example/a")
    assert [reach.hits for reach in coverage.reaches] == [3, 0, 3, 2, 1, 3, 0, 0, 0]
    assert coverage.counts() == (5, 9)
    assert coverage.is_under(56)
    assert not coverage.is_under(55.5)


def test_rules_of_a_mesh_are_counted_and_reached() -> None:
    mesh = gwsim.load(ROOT / "scenarios/mesh-routes")
    decision = mesh.decide(gwsim.Request.get("http://cart/v2", service="shop/cart"))
    assert decision.route is not None
    reached = [reach.address for reach in cover([(mesh, [decision])]).reaches if reach.hits]
    chosen = decision.chosen
    assert chosen is not None
    assert set(reached) == {decision.route.key.rule_address, decision.route.key.address, chosen.address}


def test_where_there_is_nothing_to_reach_all_of_it_was() -> None:
    assert Coverage(()).counts() == (0, 0)
    assert not Coverage(()).is_under(100)


def test_parts_of_a_run_add_up_to_the_whole(shop: gwsim.Simulation) -> None:
    dice = random.Random(7)
    urls = [f"http://{dice.choice('abc')}.example/{dice.choice('abc')}" for _ in range(40)]
    whole = reached_by(shop, *urls)
    parts = [reached_by(shop, *urls[start::3]) for start in range(3)]
    assert merge(parts) == whole
    assert merge([whole]) == whole
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Coverage) == whole


def test_one_file_in_two_configurations_is_counted_once(shop: gwsim.Simulation) -> None:
    other = shop.under(gwsim.SPEC)
    again = gwsim.Simulation.of(shop.snapshot)
    coverage = cover(
        [(shop, []), (other, []), (again, [again.decide(gwsim.Request.get("http://a.example/a"))])]
    )
    assert coverage.counts()[1] == len(EVERYTHING)
    assert coverage.counts(Part.RULE) == (1, 2)
