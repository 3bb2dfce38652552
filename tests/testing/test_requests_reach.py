"""How much of a routing table `requests_for` reaches, beside requests that are drawn without aim."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import gwsim
from gwsim.addresses import ListenerKey, ObjectKey, RuleKey
from gwsim.analysis.space.space import Space
from gwsim.binding.attaching.mesh import port_key
from gwsim.reading.loading import load_files
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.resources.grpc_routes import GRPCRouteMatch
from gwsim.resources.routes import HTTPPathMatch, HTTPRouteMatch
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, entries_of, shown_hostname
from gwsim.simulation import Simulation
from gwsim.testing.drawing.dice import Dice
from gwsim.testing.strategies import requests_for

ROOT = Path(__file__).parents[2] / "scenarios"
SCENARIOS = tuple(sorted(path.parent.name for path in ROOT.glob(f"*/{FILE_NAME}")))
EXAMPLES = 500


class Place(NamedTuple):
    """An entry of a table: one match of one rule, on one listener or port of a Service, for one hostname."""

    listener: ListenerKey
    rule: RuleKey
    hostname: str | None


def place_of(entry: Entry) -> Place:
    return Place(entry.listener, entry.key, shown_hostname(entry.hostname))


def tables(simulation: Simulation) -> Iterator[list[Entry]]:
    """The entries that compete, in their order: of a listener; in a mesh of a port, of one namespace."""
    for of_port in simulation.table.listeners.values():
        yield from (list(table.entries) for table in of_port)
    topology = simulation.topology
    for listener, attached in topology.attachments.items():
        if listener.parent.kind == "Service":
            found: dict[str, list[Entry]] = {}
            for route, attachment in attached:
                entries = entries_of(route, attachment, route.mesh_rules, topology.implementation)
                found.setdefault(route.key.namespace, []).extend(entries)
            yield from (sorted(each, key=lambda entry: entry.precedence) for each in found.values())


def shadowed(table: list[Entry]) -> set[Place]:
    """Entries that no request can hit, as reading alone shows: an earlier one asks for nothing more."""
    return {
        place_of(later)
        for position, later in enumerate(table)
        if any(asks_for_no_more(earlier, later) for earlier in table[:position])
    }


def asks_for_no_more(earlier: Entry, later: Entry) -> bool:
    if earlier.hostname != later.hostname or earlier.key.route.kind != later.key.route.kind:
        return False
    match earlier.match, later.match:
        case None, None:
            return True
        case HTTPRouteMatch() as one, HTTPRouteMatch() as other:
            return (
                covers(one.path, other.path)
                and one.method in (None, other.method)
                and {*one.headers} <= {*other.headers}
                and {*one.query_params} <= {*other.query_params}
            )
        case GRPCRouteMatch() as one, GRPCRouteMatch() as other:
            return one.method in (None, other.method) and {*one.headers} <= {*other.headers}
    return False


def covers(one: HTTPPathMatch, other: HTTPPathMatch) -> bool:
    """Whether each path of `other` is one of `one`'s; where reading alone does not show it, no."""
    if one == other:
        return True
    if one.type == "RegularExpression":
        beginning = one.value.removesuffix(".*")
        plain = beginning != one.value and beginning.replace("/", "").replace("-", "").isalnum()
        return plain and other.type != "RegularExpression" and other.value.startswith(beginning)
    below = other.value.removesuffix("/") + "/"
    return (
        one.type == "PathPrefix"
        and other.type != "RegularExpression"
        and below.startswith(one.value.removesuffix("/") + "/")
    )


def reached(simulation: Simulation, requests: Iterable[Request]) -> set[Place]:
    """The entries that took requests."""
    found = set()
    for request in requests:
        decision = simulation.decide(request)
        if decision.route is not None:
            listener = decision.listener.key if decision.listener else service_port(request)
            found.add(Place(listener, decision.route.key, decision.route.hostname))
    return found


def service_port(request: Request) -> ListenerKey:
    namespace, _, name = (request.service or "").partition("/")
    return port_key(ObjectKey("", "Service", namespace, name), request.port)


def aimed_requests(simulation: Simulation, examples: int) -> list[Request]:
    """What `requests_for` draws, the same on every run."""
    drawn: list[Request] = []

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests_for(simulation))
    def keep(request: Request) -> None:
        drawn.append(request)

    keep()
    return drawn


def uniform_requests(simulation: Simulation, examples: int) -> list[Request]:
    """Each field by itself, any of what the configuration writes there (or of a few common values) alike."""
    dice = random.Random(0)
    topology = simulation.topology
    matches = [match for table in tables(simulation) for match in (entry.match for entry in table)]
    http = [match for match in matches if isinstance(match, HTTPRouteMatch)]
    calls = [match.method for match in matches if isinstance(match, GRPCRouteMatch) and match.method]
    listeners = [each for gateway in topology.gateways for each in gateway.all_listeners]
    used = {"HTTP", *(each.spec.protocol for each in listeners)}
    protocols = [each for each in ("HTTP", "HTTPS", "TLS", "TCP", "UDP") if each in used]
    hostnames = {entry.hostname for table in tables(simulation) for entry in table}
    hosts = sorted({*(name.replace("*", "x") for name in hostnames), "x.invalid"})
    paths = sorted(
        {*(match.path.value for match in http), *(f"/{each.service}/{each.method}" for each in calls)}
    )
    headers = sorted({(each.name, each.value) for match in matches if match for each in match.headers})
    queries = sorted({f"{each.name}={each.value}" for match in http for each in match.query_params})
    bound = [each for each in topology.attachments if each.parent.kind == "Service"]

    def request() -> Request:
        fields: dict[str, object] = {
            "protocol": dice.choice(protocols),
            "port": dice.choice(sorted({80, *(each.spec.port for each in listeners)})),
            "method": dice.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")),
            "host": dice.choice(hosts),
            "path": dice.choice(paths or ["/"]) + dice.choice(("", *(f"?{query}" for query in queries))),
            "headers": [pair for pair in headers if dice.random() < 0.5],
            "draw": dice.random(),
        }
        if bound and dice.random() < 0.5:
            port = dice.choice(bound)
            place = {"service": port.parent.namespaced_name, "port": int(port.name)}
            namespaces = sorted({route.key.namespace for route in topology.routes})
            return Request.from_dict({**fields, **place, "source": {"namespace": dice.choice(namespaces)}})
        return Request.from_dict(
            {**fields, "gateway": dice.choice(sorted(topology.gateway_by_name) or [None])}
        )

    return [each for each in (request() for _ in range(examples)) if answerable(simulation, each)]


def answerable(simulation: Simulation, request: Request) -> bool:
    try:
        simulation.decide(request)
    except gwsim.RequestError:
        return False
    return True


class Reach(NamedTuple):
    """What takes requests of a table."""

    reachable: set[Place]
    shadowed: set[Place]
    by_aimed: set[Place]
    by_uniform: set[Place]


def reach(name: str, examples: int = EXAMPLES) -> Reach:
    simulation = gwsim.load(ROOT / name)
    every = {place_of(entry) for table in tables(simulation) for entry in table}
    never = {place for table in tables(simulation) for place in shadowed(table)}
    aimed = reached(simulation, aimed_requests(simulation, examples))
    return Reach(every - never, never, aimed, reached(simulation, uniform_requests(simulation, examples)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_500_requests_reach_what_can_be_reached(name: str) -> None:
    found = reach(name)
    assert found.by_aimed | found.by_uniform <= found.reachable, "an entry that counts as shadowed was hit"
    missed = sorted(map(str, found.reachable - found.by_aimed))
    assert len(found.by_aimed) >= 0.95 * len(found.reachable), missed
    assert len(found.by_aimed) >= len(found.by_uniform)


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_counts_as_reachable_is_what_the_space_of_requests_has_a_witness_for(name: str) -> None:
    simulation = gwsim.load(ROOT / name)
    reachable = {
        place_of(entry)
        for table in tables(simulation)
        for entry in table
        if entry.listener.parent.kind != "Service" and place_of(entry) not in shadowed(table)
    }
    assert reached(simulation, (each.witness for each in Space.of(simulation).classes())) == reachable


def test_every_part_of_a_large_table_has_its_chance() -> None:
    gateway = {"gatewayClassName": "public", "listeners": [{"name": "web", "port": 80, "protocol": "HTTP"}]}
    manifests = [manifest("Gateway", "front", gateway)]
    for number in range(2000):
        host = {"hostnames": [f"h{number}.example.com"], "parentRefs": [{"name": "front"}]}
        manifests.append(manifest("HTTPRoute", f"r{number}", {**host, "rules": [{}]}))
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests})
    simulation = load_files(["-"], stdin=BytesIO(text.encode())).simulation
    found = reached(simulation, aimed_requests(simulation, EXAMPLES))
    numbers = {int(place.rule.route.name.removeprefix("r")) for place in found}
    assert len(numbers) > EXAMPLES / 2
    assert {number // 100 for number in numbers} == set(range(20))


def manifest(kind: str, name: str, spec: object) -> dict[str, object]:
    api = "gateway.networking.k8s.io/v1"
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, "spec": spec}


@pytest.mark.parametrize("below", [2, 256, 257, 65_536, 65_537])
def test_a_choice_among_many_can_be_the_first_and_the_last(below: int) -> None:
    assert Dice(bytes(8)).number(below) == 0
    assert Dice(b"\xff" * 8).number(below) == below - 1
    assert Dice(b"").number(below) == 0


def test_a_choice_among_many_leaves_bytes_for_the_next_one() -> None:
    dice = Dice(b"\x80\x00\xff")
    assert (dice.number(300), dice.number(2), dice.number(2)) == (150, 1, 0)
