"""The graph of a configuration: its nodes with their states, and by what one leads to another."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

import gwsim
from gwsim.analysis.graph import Edge, ObjectGraph, Relation, State
from gwsim.analysis.picturing.collapsing import MOST_NODES, Detail, collapse
from gwsim.analysis.picturing.linking import object_graph
from gwsim.analysis.picturing.travelling import request_graph
from gwsim.routing.request import Request
from tests.bench.generating import SHAPES
from tests.bench.generating import simulation as generated
from tests.test_scenarios import SCENARIOS

FOLDERS = [pytest.param(scenario.folder, id=scenario.name) for scenario in SCENARIOS]
HEALTHY_WHEN_FALSE = frozenset({"Conflicted", "OverlappingTLSConfig", "PartiallyInvalid"})
JUDGED = frozenset(
    {
        *("Gateway", "ListenerSet", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"),
        *("BackendTLSPolicy", "XBackendTrafficPolicy"),
    }
)


@cache
def graph_of(folder: Any) -> ObjectGraph:
    """The whole graph of a scenario."""
    return object_graph(gwsim.load(folder).topology)


def graph(name: str) -> ObjectGraph:
    """The whole graph of the scenario with a name."""
    return next(graph_of(scenario.folder) for scenario in SCENARIOS if scenario.name == name)


def conditions(status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every condition of an object, wherever it stands in its status."""
    lists = (status.get(name, ()) for name in ("parents", "ancestors", "listeners"))
    for part in (status, *(each for several in lists for each in several)):
        yield from part.get("conditions", ())


def wrong(status: Mapping[str, Any]) -> dict[str, list[str]]:
    """The reasons of the conditions that are not as they should be, by type."""
    found: dict[str, list[str]] = {}
    for each in conditions(status):
        healthy = "False" if each["type"] in HEALTHY_WHEN_FALSE else "True"
        if each["status"] != healthy or each["reason"] == "ListenersNotValid":
            found.setdefault(each["type"], []).append(each["reason"])
    return found


def name(item: Any) -> str:
    """`KIND/NAMESPACE/NAME` of an object with its status."""
    metadata = item["metadata"]
    parts = (item["kind"], metadata.get("namespace"), metadata["name"])
    return "/".join(part for part in parts if part)


@pytest.mark.parametrize("folder", FOLDERS)
def test_states_agree_with_what_a_controller_writes(folder: Any) -> None:
    written = {name(each): each.get("status") for each in gwsim.load(folder).status()}
    for node in graph_of(folder).nodes:
        status = written.get(node.id)
        if node.kind not in JUDGED or not status:
            continue
        reasons = wrong(status)
        if node.state is State.ACCEPTED:
            assert not set(reasons) & {"Accepted", "ResolvedRefs", "PartiallyInvalid"}, (node.id, reasons)
        elif node.state in (State.PARTIAL, State.REFUSED):
            assert node.reason in [reason for several in reasons.values() for reason in several], (
                node,
                reasons,
            )


@pytest.mark.parametrize(
    ("scenario", "node", "state", "reason"),
    [
        pytest.param(
            "azure-web", "HTTPRoute/default/web-routes", State.ACCEPTED, None, id="an attached route"
        ),
        pytest.param(
            "platform-teams",
            "HTTPRoute/team-blue/live",
            State.REFUSED,
            "NotAllowedByListeners",
            id="a route of a namespace that no listener takes",
        ),
        pytest.param(
            "platform-teams",
            "HTTPRoute/team-blue/live#rules[0]",
            State.UNREACHED,
            None,
            id="a rule of a refused route",
        ),
        pytest.param(
            "cross-namespace", "Service/reviews/old-reviews", State.MISSING, None, id="a Service not given"
        ),
        pytest.param(
            "cross-namespace",
            "Service/catalog/catalog",
            State.UNREACHED,
            None,
            id="a Service without a grant",
        ),
        pytest.param(
            "cross-namespace",
            "Gateway/storefront/front#listeners[2]",
            State.REFUSED,
            "RefNotPermitted",
            id="a listener whose certificate is not granted",
        ),
        pytest.param(
            "nothing-attaches",
            "HTTPRoute/prod/missing-gateway",
            State.UNREACHED,
            "NoParentServed",
            id="a route whose Gateway is not given",
        ),
        pytest.param(
            "nothing-attaches", "Gateway/prod/frontend", State.MISSING, None, id="a Gateway not given"
        ),
        pytest.param(
            "broken-expressions",
            "HTTPRoute/search/look-ahead#rules[0]",
            State.REFUSED,
            "UnsupportedValue",
            id="a rule with an expression that is none",
        ),
    ],
)
def test_state_of_a_node(scenario: str, node: str, state: State, reason: str | None) -> None:
    found = graph(scenario).by_id[node]
    assert (found.state, found.reason) == (state, reason)


@pytest.mark.parametrize(
    ("scenario", "source", "target", "relation", "label", "reason"),
    [
        pytest.param(
            "azure-web",
            "Gateway/default/web-gateway#listeners[0]",
            "HTTPRoute/default/web-routes",
            Relation.PARENT,
            "",
            None,
            id="an attachment leads from the listener",
        ),
        pytest.param(
            "platform-teams",
            "Gateway/platform/shared",
            "HTTPRoute/team-blue/live",
            Relation.PARENT,
            "",
            "NotAllowedByListeners",
            id="a refusal leads from the parent",
        ),
        pytest.param(
            "storefront",
            "HTTPRoute/shop/cart#rules[1]",
            "Service/shop/cart",
            Relation.BACKEND,
            ":80 9/10",
            None,
            id="a split says the share",
        ),
        pytest.param(
            "mirrors",
            "HTTPRoute/orders/foreign-mirror#rules[0]",
            "Service/analytics/warehouse",
            Relation.MIRROR,
            ":80",
            "RefNotPermitted",
            id="a mirror without a grant",
        ),
        pytest.param(
            "cross-namespace",
            "ReferenceGrant/payments/checkout-for-the-storefront",
            "Service/payments/checkout",
            Relation.GRANT,
            "from HTTPRoutes of storefront",
            None,
            id="a grant leads to what it permits",
        ),
        pytest.param(
            "cross-namespace",
            "Gateway/storefront/front#listeners[2]",
            "Secret/certificates/partners-example-com",
            Relation.CERTIFICATE,
            "",
            "RefNotPermitted",
            id="a certificate without a grant",
        ),
        pytest.param(
            "mesh-routes",
            "Service/shop/cart",
            "HTTPRoute/shop/metrics",
            Relation.PARENT,
            ":9090",
            None,
            id="a mesh's route hangs on the Service's port",
        ),
        pytest.param(
            "listener-set-permission",
            "Gateway/infra/closed",
            "ListenerSet/infra/for-closed",
            Relation.PARENT,
            "",
            "NotAllowed",
            id="a ListenerSet that is not taken",
        ),
        pytest.param(
            "auth-and-extensions",
            "HTTPRoute/bank/limited#rules[0]",
            "RateLimit.limits.example.com/bank/ten-a-second",
            Relation.EXTENSION,
            "",
            "InvalidKind",
            id="an extension that gwsim does not know",
        ),
    ],
)
def test_edge_says_by_what_and_why_not(
    scenario: str, source: str, target: str, relation: Relation, label: str, reason: str | None
) -> None:
    found = edge(graph(scenario), source, target)
    assert (found.relation, found.label, found.reason) == (relation, label, reason)


def edge(whole: ObjectGraph, source: str, target: str) -> Edge:
    """The only edge between two nodes."""
    (found,) = [each for each in whole.edges if (each.source, each.target) == (source, target)]
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_edges_end_at_nodes_and_ids_are_unique(folder: Any) -> None:
    whole = graph_of(folder)
    ids = [node.id for node in whole.nodes]
    assert len(set(ids)) == len(ids)
    assert {end for each in whole.edges for end in (each.source, each.target)} <= set(ids)


def test_around_an_object_is_what_leads_to_it_and_where_it_leads() -> None:
    around = graph("cross-namespace").around(["HTTPRoute/storefront/payments"])
    assert {node.id for node in around.nodes} == {
        "GatewayClass/public",
        "Gateway/storefront/front",
        "Gateway/storefront/front#listeners[0]",
        "Gateway/storefront/front#listeners[1]",
        "HTTPRoute/storefront/payments",
        "HTTPRoute/storefront/payments#rules[0]",
        "Service/payments/checkout",
        "ReferenceGrant/payments/checkout-for-the-storefront",
    }


def members(whole: ObjectGraph, kind: str) -> int:
    """How many objects of a kind the nodes stand for."""
    return sum(node.count for node in whole.nodes if node.kind == kind)


@pytest.mark.parametrize("detail", list(Detail))
@pytest.mark.parametrize("folder", FOLDERS)
def test_less_detail_loses_no_object_and_no_state(folder: Any, detail: Detail) -> None:
    whole = graph_of(folder)
    smaller = collapse(whole, detail)
    states = {(node.kind, node.state) for node in whole.nodes if node.kind != "rule"}
    assert states <= {(node.kind, node.state) for node in smaller.nodes}
    assert all(members(whole, kind) == members(smaller, kind) for kind, _ in states)


@pytest.mark.parametrize("shape", SHAPES)
def test_large_configurations_are_drawn_small(shape: str) -> None:
    whole = object_graph(generated(SHAPES[shape], 1500).topology)
    assert len(whole.nodes) > 500
    assert len(collapse(whole, None).nodes) <= max(MOST_NODES.values())


def way(scenario: str, request: Request) -> ObjectGraph:
    """The way of a request through a scenario."""
    simulation = gwsim.load(f"scenarios/{scenario}")
    return request_graph(simulation, request, simulation.trace(request), line="asked")


def test_way_of_a_request_leads_to_the_backend_that_was_drawn() -> None:
    found = way("storefront", Request.get("https://shop.example.com/cart", draw=0.95))
    taken = [each.target for each in found.edges if each.taken]
    assert taken == [
        "Gateway/shop/storefront",
        "Gateway/shop/storefront#listeners[1]",
        "HTTPRoute/shop/cart",
        "HTTPRoute/shop/cart#rules[1]",
        "Service/shop/cart-canary",
    ]
    assert edge(found, "HTTPRoute/shop/cart#rules[1]", "Service/shop/cart").label == ":80 9/10"


def test_way_of_a_request_that_no_rule_takes_shows_the_nearest_miss() -> None:
    found = way("azure-web", Request.get("http://example.com/ap"))
    assert found.by_id["answer"].reason == "NoMatchingRule"
    missed = edge(found, "HTTPRoute/default/web-routes", "HTTPRoute/default/web-routes#rules[0]")
    assert missed.relation is Relation.MISS
    assert missed.step is not None
    assert missed.step.clause.id == "match.path.prefix"


@pytest.mark.parametrize(
    ("scenario", "case"),
    [
        pytest.param(scenario, case, id=f"{scenario.name}: {case.name}")
        for scenario in SCENARIOS
        for case in scenario.requests[::7]
    ],
)
def test_every_way_ends_at_what_answers(scenario: Any, case: Any) -> None:
    simulation = gwsim.load(scenario.folder)
    request = Request.from_dict(case.request)
    decision = simulation.trace(request)
    found = request_graph(simulation, request, decision, line="asked")
    ends = [each.target for each in found.edges if each.taken and each.relation is not Relation.MIRROR]
    if decision.action is not gwsim.Action.FORWARD:
        assert "answer" in ends
    elif decision.chosen is not None:
        assert any(found.by_id[end].name == decision.chosen.name for end in ends)
