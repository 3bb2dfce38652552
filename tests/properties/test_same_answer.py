"""Requests for which the compiled index once had another answer than the specification."""

from __future__ import annotations

from io import BytesIO

import pytest
from msgspec import structs

from gwsim.implementations import SPEC
from gwsim.implementations.choosing import with_choices
from gwsim.reading.loading import load_files
from gwsim.routing.request import Headers, Request
from gwsim.simulation import Simulation

MANIFESTS = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec: {gatewayClassName: public, listeners: [{name: web, port: 80, protocol: HTTP}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {ports: [{port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: KIND
metadata: {name: calls}
spec:
  parentRefs: [{name: front}]
  hostnames: ["*.example.com"]
  rules: [{matches: [MATCH], backendRefs: [{name: api, port: 80}]}]
"""


def configuration(kind: str, match: str) -> Simulation:
    text = MANIFESTS.replace("KIND", kind).replace("MATCH", match)
    return load_files(["-"], stdin=BytesIO(text.encode())).simulation


@pytest.mark.parametrize(
    ("headers", "reason"),
    [((), "NoMatchingRule"), ((("content-type", "application/grpc"),), "RuleMatched")],
    ids=["without a content type", "with gRPC's content type"],
)
def test_a_call_whose_method_is_named_is_asked_for_its_content_type(headers: Headers, reason: str) -> None:
    simulation = configuration("GRPCRoute", "{method: {service: a.B, method: Get}}")
    strict = simulation.under(with_choices(SPEC, ("grpcContentTypeCheck=on",)))
    request = Request(host="shop.example.com", path="/a.B/Get", headers=headers)
    assert strict.decide(request).reason == strict.trace(request).reason == reason


def test_a_host_that_begins_with_a_dot_is_not_below_its_wildcard() -> None:
    simulation = configuration("HTTPRoute", "{path: {value: /}}")
    request = Request(host=".example.com")
    assert simulation.decide(request).reason == simulation.trace(request).reason == "NoRouteMatched"


SHARED = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec:
  gatewayClassName: public
  listeners: [{name: web, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: one}
spec: {ports: [{port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: two, namespace: one}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: two}]
  to: [{group: "", kind: Service}]
"""
ROUTE = """\
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: NAME}
spec:
  parentRefs: [{name: front, namespace: default}]
  hostnames: [NAME.example.com]
  rules: [{backendRefs: [{name: api, namespace: one, port: 80}]}]
"""


@pytest.mark.parametrize("names", [("one", "two"), ("two", "one")])
def test_routes_of_two_namespaces_send_to_one_service(names: tuple[str, ...]) -> None:
    text = SHARED + "".join(ROUTE.replace("NAME", name) for name in names)
    simulation = load_files(["-"], stdin=BytesIO(text.encode())).simulation
    for name in names * 4:
        request = Request(host=f"{name}.example.com")
        decision = simulation.decide(request)
        assert str(decision.chosen) == str(simulation.trace(request).chosen) == "Service/one/api:80"
        assert decision == structs.replace(simulation.trace(request), trace=())
