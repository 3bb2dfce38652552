"""What the strategies draw, how it is written, and how small a failing example becomes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

import gwsim
from gwsim.addresses import ObjectKey
from gwsim.binding.reporting.status import plain
from gwsim.reading.loading import load_files
from gwsim.resources.admission.admitting import admit
from gwsim.resources.cluster import Secret
from gwsim.resources.meta import ObjectMeta, ParentReference
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.routing.request import Request
from gwsim.routing.table import ListenerTable
from gwsim.simulation import Simulation
from gwsim.testing import strategies
from gwsim.testing.drawing.surroundings import UNPLACED
from gwsim.testing.drawing.writing import manifest_of
from gwsim.testing.strategies import requests_for, snapshots, to_yaml, with_objects

ROOT = Path(__file__).parents[2] / "scenarios"
SOME = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ROUTES: dict[str, Callable[..., SearchStrategy[Resource]]] = {
    "HTTPRoute": strategies.http_routes,
    "GRPCRoute": strategies.grpc_routes,
    "TLSRoute": strategies.tls_routes,
    "TCPRoute": strategies.tcp_routes,
    "UDPRoute": strategies.udp_routes,
}
SINGLE = {**ROUTES, "Gateway": strategies.gateways, "ListenerSet": strategies.listener_sets}


def read(text: str, *, lenient: bool = False) -> Simulation:
    loaded = load_files(["-"], stdin=BytesIO(text.encode()), lenient=lenient)
    assert loaded.findings == ()
    return loaded.simulation


def stored(snapshot: Snapshot) -> list[dict[str, object]]:
    """Every object as the API server stores it."""
    return [plain(resource) for resource in snapshot.objects.values()]


@pytest.mark.parametrize("kind", SINGLE)
def test_what_one_kind_s_strategy_draws_is_admitted(kind: str) -> None:
    @SOME
    @given(SINGLE[kind]())
    def check(resource: Resource) -> None:
        assert resource.kind == kind
        admission = admit(manifest_of(resource), UNPLACED)
        assert admission.findings == ()
        assert admission.resource is not None
        assert plain(admission.resource) == plain(resource)
        assert stored(read(to_yaml(resource)).snapshot) == [plain(resource)]

    check()


@pytest.mark.parametrize("kind", ROUTES)
def test_a_route_attaches_where_it_is_told_to(kind: str) -> None:
    parents = [ParentReference("front", namespace="shop"), ParentReference("back", namespace="shop")]

    @SOME
    @given(ROUTES[kind](parent_refs=parents))
    def check(route: Resource) -> None:
        assert set(route.spec.parent_refs) <= set(parents)  # type: ignore[union-attr]

    check()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: strategies.gateways(kinds=["Service"]), "kinds: ", id="no kind of route"),
        pytest.param(lambda: strategies.listener_sets(kinds=[]), "kinds: ", id="no kind at all"),
        pytest.param(lambda: strategies.http_routes(parent_refs=[]), "parent_refs: ", id="no parent"),
        pytest.param(lambda: snapshots(kinds=["ListenerSet"]), "kinds: ", id="no route in a snapshot"),
    ],
)
def test_a_wrong_option_is_refused_when_the_strategy_is_made(
    call: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@SOME
@given(snapshots())
def test_manifests_of_a_snapshot_read_as_the_same_snapshot(snapshot: Snapshot) -> None:
    text = to_yaml(snapshot)
    again = read(text, lenient=snapshot.lenient).snapshot
    assert stored(again) == stored(snapshot)
    assert again.others == snapshot.others
    assert ("--lenient" in text) == snapshot.lenient
    assert stored(read(f"{snapshot!r},").snapshot) == stored(snapshot)


def test_manifests_hold_no_secret_that_was_not_drawn() -> None:
    secret = Secret(ObjectMeta("own", "shop"), "v1", "Secret", data={"tls.key": "aGlkZGVu"})
    text = to_yaml(Snapshot.of([(secret, UNPLACED)]))
    assert text == "# without Secret/shop/own, which is not printed\n"


def test_objects_are_put_into_a_configuration_that_stays_as_it_is() -> None:
    simulation = gwsim.load(ROOT / "azure-web")
    snapshot = simulation.snapshot
    key = next(key for key in snapshot.objects if key.kind == "HTTPRoute")
    route = snapshot.objects[key]
    named = replace(route, metadata=replace(route.metadata, name="other"))
    changed = replace(route, spec=replace(route.spec, rules=()))  # type: ignore[union-attr,type-var]
    after = with_objects(snapshot, [changed, named])
    assert after.objects[key] == changed
    assert snapshot.objects[key] == route
    assert set(after.objects) == {*snapshot.objects, key._replace(name="other")}
    kept = ObjectKey("gateway.networking.k8s.io", "Gateway", "default", "web-gateway")
    assert after.sources[kept] is snapshot.sources[kept]


def test_without_hypothesis_one_is_told_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import gwsim.testing.strategies"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert process.stderr.splitlines()[-1] == (
        "ImportError: gwsim.testing.strategies: expected the package hypothesis, found none; "
        "install it with: pip install 'gwsim[hypothesis]'"
    )


# Shrinking

SMALLEST = settings(SOME, max_examples=2000)


def smallest_request(name: str, backend: str) -> Request:
    simulation = gwsim.load(ROOT / name)

    def takes(request: Request) -> bool:
        chosen = simulation.decide(request).chosen
        return chosen is not None and chosen.name == backend

    return find(requests_for(simulation), takes, settings=SMALLEST, random=Random(1))


def listener_tables(snapshot: Snapshot) -> list[ListenerTable]:
    return [table for of_port in Simulation.of(snapshot).table.listeners.values() for table in of_port]


def smallest_snapshot(wanted: Callable[[Snapshot], bool]) -> Snapshot:
    return find(snapshots(), wanted, settings=SMALLEST, random=Random(1))


def kinds_of(snapshot: Snapshot) -> list[str]:
    return [key.kind for key in snapshot.objects]


@pytest.mark.parametrize(
    ("name", "backend", "smallest"),
    [
        pytest.param("azure-web", "app-service", {"host": "gwsim.invalid", "path": "/app"}, id="a path"),
        pytest.param(
            "storefront",
            "cart-canary",
            {"url": "https://shop.example.com/cart", "headers": [["x-canary", "true"]]},
            id="a path and a header",
        ),
        pytest.param(
            "header-and-query-routing",
            "search-de",
            {"url": "http://search.example.com/find?lang=de"},
            id="a query parameter",
        ),
        pytest.param(
            "grpc-services",
            "catalog-read",
            {
                "host": "catalog.example.com",
                "grpc": {"service": "shop.catalog.v1.Catalog", "method": "ListItems"},
            },
            id="a call",
        ),
        pytest.param(
            "three-teams",
            "orders-db-replica",
            {"protocol": "TCP", "port": 5432, "host": "gwsim.invalid", "draw": 0.75},
            id="a draw",
        ),
    ],
)
def test_a_request_shrinks_to_what_the_entry_asks_for(
    name: str, backend: str, smallest: dict[str, object]
) -> None:
    assert smallest_request(name, backend) == Request.from_dict({"draw": 0.0, **smallest})


def test_a_snapshot_shrinks_to_one_gateway_one_route_and_what_they_name() -> None:
    found = smallest_snapshot(lambda drawn: any(each.entries for each in listener_tables(drawn)))
    assert kinds_of(found) == ["Service", "Gateway", "GatewayClass", "HTTPRoute"]
    assert len(to_yaml(found).splitlines()) <= 50


def test_two_routes_that_meet_shrink_to_nothing_else() -> None:
    found = smallest_snapshot(
        lambda drawn: any(
            len({entry.key.route for entry in each.entries}) > 1 for each in listener_tables(drawn)
        )
    )
    assert kinds_of(found) == ["Service", "Gateway", "GatewayClass", "HTTPRoute", "HTTPRoute"]
    routes = [each for key, each in found.objects.items() if key.kind == "HTTPRoute"]
    assert routes[0].spec == routes[1].spec  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("drawn", "wanted", "lines"),
    [
        pytest.param(
            strategies.http_routes(),
            lambda route: any(match.headers for rule in route.spec.rules for match in rule.matches),
            17,
            id="a header",
        ),
        pytest.param(
            strategies.http_routes(),
            lambda route: len(route.spec.rules) == 3 and route.spec.rules[2].timeouts,
            23,
            id="timeouts of a third rule",
        ),
        pytest.param(
            strategies.tls_routes(), lambda route: len(route.spec.hostnames) == 2, 16, id="two hostnames"
        ),
        pytest.param(
            strategies.gateways(),
            lambda gateway: any(each.protocol == "HTTPS" for each in gateway.spec.listeners),
            26,
            id="a listener for HTTPS",
        ),
    ],
)
def test_an_object_shrinks_to_a_few_lines(
    drawn: SearchStrategy[Resource], wanted: Callable[[Resource], bool], lines: int
) -> None:
    found = find(drawn, wanted, settings=SMALLEST, random=Random(1))
    assert len(to_yaml(found).splitlines()) <= lines
