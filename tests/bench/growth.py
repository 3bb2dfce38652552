"""
How binding, the table, lint and status grow where one thing of a configuration is multiplied alone.

    python -m tests.bench.growth [DIMENSION ...]

A line for each dimension: CPU seconds at n, 2n and 4n of each stage. Twice as much may take somewhat more
than twice as long; what takes four times as long is a step that grows with the square, and is marked.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from gwsim.analysis.linting.checking import lint
from gwsim.analysis.listing import idle_listeners, table_rows
from gwsim.reading.pausing import without_collections
from gwsim.rendering.tables import routes_table, status_tables
from gwsim.simulation import Simulation
from tests.bench.generating import SHAPES
from tests.bench.measuring import Effort, Table, seconds
from tests.bench.objects import (
    GATEWAY_CLASS,
    Object,
    endpoint_slice,
    gateway,
    grant,
    listener_set,
    made,
    namespace,
    of_set,
    route,
    service,
    snapshot_of,
    tls_policy,
)

MEASURABLE = 0.02
"""Seconds that a stage has to take at 4n."""
TWICE = "About 2 is linear; a step that grows with the square would have 4."
GRADUAL = 2.9
"""Growth from 2n to 4n from which on a stage is marked."""


BASIC = (gateway("gw"), service("web"))
OPEN = (gateway("gw", first=2 * 10**7), service("web"))
GW: Object = {"name": "gw", "namespace": "team"}


def many_matches(number: int) -> Object:
    """A route with as many matches as admission takes: two rules of 64."""
    rules = [
        {
            "matches": [
                {"path": {"type": "PathPrefix", "value": f"/{number % 7}/{rule}/{each}"}}
                for each in range(64)
            ],
            "backendRefs": [{"name": "web", "port": 80}],
        }
        for rule in range(2)
    ]
    return made("HTTPRoute", f"r{number}", {"parentRefs": [{"name": "gw"}], "rules": rules})


def grpc_methods(number: int) -> Object:
    """A GRPCRoute of methods that no other has."""
    matches = [{"method": {"service": f"shop.Service{number}", "method": f"Get{each}"}} for each in range(8)]
    rules = [{"matches": matches, "backendRefs": [{"name": "web", "port": 80}]}]
    return made("GRPCRoute", f"r{number}", {"parentRefs": [{"name": "gw"}], "rules": rules})


def tls_set(number: int) -> Object:
    """A ListenerSet of HTTPS listeners, whose wildcards cover one another's names."""
    listeners = [
        {
            "name": f"l{each}",
            "port": 443,
            "protocol": "HTTPS",
            "hostname": f"{'*' if each % 2 else 'www'}.h{number * 8 + each // 2}.example.com",
            "tls": {"certificateRefs": [{"name": "certificate"}]},
        }
        for each in range(16)
    ]
    return made("ListenerSet", f"s{number}", {"parentRef": {"name": "gw"}, "listeners": listeners})


def stream(kind: str, protocol: str) -> Callable[[int], Iterator[Object]]:
    """Many routes by connection on one listener."""
    one = {"name": "l", "port": 80, "protocol": protocol}
    if protocol == "TLS":
        one["tls"] = {"mode": "Passthrough"}
    parent = made("Gateway", "gw", {"gatewayClassName": "std", "listeners": [one]})

    def its_route(number: int) -> Object:
        hosts = {"hostnames": [f"h{number}.example.com"]} if protocol == "TLS" else {}
        rules = [{"backendRefs": [{"name": "web", "port": 80}]}]
        return made(kind, f"r{number}", {"parentRefs": [{"name": "gw"}], **hosts, "rules": rules})

    return lambda n: iter([parent, service("web"), *(its_route(i) for i in range(n))])


def of_shape(name: str) -> Callable[[int], Iterator[Object]]:
    """A large configuration of the benches, by the number of routes."""
    return SHAPES[name].objects


DIMENSIONS: Mapping[str, tuple[int, Callable[[int], Iterator[Object]]]] = {
    "Gateways": (1000, lambda n: (gateway(f"gw{i}") for i in range(n))),
    "Gateways, each with a ListenerSet": (
        250,
        lambda n: (
            each for i in range(n) for each in (gateway(f"gw{i}"), listener_set(i, size=1, parent=f"gw{i}"))
        ),
    ),
    "Gateways, each with a route and a policy": (
        250,
        lambda n: (
            each
            for i in range(n)
            for each in (
                gateway(f"gw{i}"),
                service(f"web{i}"),
                tls_policy(f"p{i}", f"web{i}"),
                route(f"r{i}", parents=[{"name": f"gw{i}"}], backends=[f"web{i}"]),
            )
        ),
    ),
    "Gateways of 64 listeners": (25, lambda n: (gateway(f"gw{i}", listeners=64) for i in range(n))),
    "ListenerSets of 16 on one Gateway": (100, lambda n: iter([*OPEN, *map(listener_set, range(n))])),
    "ListenerSets in conflict": (
        200,
        lambda n: iter([*OPEN, *(listener_set(i, size=1, same=True) for i in range(n))]),
    ),
    "ListenerSets in conflict with 64 listeners and one another": (
        25,
        lambda n: iter(
            [
                gateway("gw", listeners=64, first=10**6),
                service("web"),
                *(listener_set(i, same=True) for i in range(n)),
                *(route(f"r{i}", parents=[of_set(i, 3)]) for i in range(n)),
            ]
        ),
    ),
    "ListenerSets, a route for each listener": (
        25,
        lambda n: iter(
            [
                *OPEN,
                *map(listener_set, range(n)),
                *(route(f"r{i}-{j}", parents=[of_set(i, j)]) for i in range(n) for j in range(16)),
            ]
        ),
    ),
    "ReferenceGrants and routes that need them": (
        500,
        lambda n: iter(
            [
                *BASIC,
                *map(grant, range(n)),
                *(route(f"r{i}", parents=[GW], namespace=f"n{i}") for i in range(n)),
            ]
        ),
    ),
    "Namespaces by selector, a route in each": (
        500,
        lambda n: iter(
            [
                gateway("gw", from_="Selector"),
                service("web"),
                *(namespace(f"n{i}") for i in range(n)),
                *(route(f"r{i}", parents=[GW], namespace=f"n{i}") for i in range(n)),
            ]
        ),
    ),
    "Gateways by selector, and as many Namespaces with a route": (
        100,
        lambda n: (
            each
            for i in range(n)
            for each in (
                gateway(f"gw{i}", from_="Selector"),
                namespace(f"n{i}"),
                route(f"r{i}", parents=[{"name": f"gw{i}", "namespace": "team"}], namespace=f"n{i}"),
            )
        ),
    ),
    "ReferenceGrants of one Namespace, and references that none permits": (
        500,
        lambda n: iter(
            [
                *BASIC,
                *map(grant, range(n)),
                *(route(f"r{i}", parents=[GW], namespace=f"other{i}") for i in range(n)),
            ]
        ),
    ),
    "routes of 128 matches": (
        20,
        lambda n: iter([*BASIC, *(many_matches(i) for i in range(n))]),
    ),
    "routes with one match": (
        500,
        lambda n: iter([*BASIC, *(route(f"r{i}", hosts=["h0.example.com"]) for i in range(n))]),
    ),
    "routes on one listener and host": (1000, lambda n: iter([*BASIC, *(route(f"r{i}") for i in range(n))])),
    "routes on a Gateway of 64 listeners": (
        50,
        lambda n: iter([gateway("gw", listeners=64), service("web"), *(route(f"r{i}") for i in range(n))]),
    ),
    "routes of 16 hostnames": (
        250,
        lambda n: iter(
            [
                gateway("gw", hostname=False),
                service("web"),
                *(route(f"r{i}", hosts=[f"h{i}-{j}.example.com" for j in range(16)]) for i in range(n)),
            ]
        ),
    ),
    "routes of 32 parents": (
        25,
        lambda n: iter(
            [
                service("web"),
                *(gateway(f"gw{i}") for i in range(32)),
                *(route(f"r{i}", parents=[{"name": f"gw{j}"} for j in range(32)]) for i in range(n)),
            ]
        ),
    ),
    "routes of 16 references to one Service": (
        100,
        lambda n: iter([*BASIC, *(route(f"r{i}", backends=["web"] * 16) for i in range(n))]),
    ),
    "policies of one Service": (
        500,
        lambda n: iter([*BASIC, route("r"), *(tls_policy(f"p{i}", "web") for i in range(n))]),
    ),
    "EndpointSlices of one Service": (
        1000,
        lambda n: iter([*BASIC, route("r"), *map(endpoint_slice, range(n))]),
    ),
    "HTTPRoutes and GRPCRoutes of one host": (
        500,
        lambda n: iter(
            [*BASIC, *(route(f"r{i}", kind="GRPCRoute" if i % 2 else "HTTPRoute") for i in range(n))]
        ),
    ),
    "GRPCRoutes of one host, of eight methods": (
        250,
        lambda n: iter([*BASIC, *(grpc_methods(i) for i in range(n))]),
    ),
    "ListenerSets of HTTPS listeners": (
        50,
        lambda n: iter([gateway("gw"), *(tls_set(i) for i in range(n))]),
    ),
    "TLSRoutes of one listener": (500, stream("TLSRoute", "TLS")),
    "TCPRoutes of one listener": (500, stream("TCPRoute", "TCP")),
    **{f"routes of the shape: {name}": (200, of_shape(name)) for name in SHAPES},
    "routes of one Service in a mesh": (
        500,
        lambda n: iter(
            [
                *BASIC,
                *(
                    route(f"r{i}", parents=[{"group": "", "kind": "Service", "name": "web"}])
                    for i in range(n)
                ),
            ]
        ),
    ),
}


def stages(objects: Sequence[Object]) -> Iterator[tuple[str, float]]:
    """Take every stage in turn, and the CPU seconds of each."""
    snapshot = snapshot_of(objects)

    def timed(work: Callable[[], object]) -> float:
        gc.collect()
        start = time.process_time()
        work()
        return time.process_time() - start

    simulation = Simulation.of(snapshot)
    table = simulation.table
    yield "bind", timed(lambda: Simulation.of(simulation.snapshot))
    yield "table", timed(lambda: table.listeners)
    yield "status", timed(simulation.status)
    yield "lint", timed(lambda: lint(simulation))
    objects_with_status = simulation.status()
    yield "status table", timed(lambda: status_tables(objects_with_status, wide=True, color=False))
    yield "rows", timed(lambda: table_rows(table, gateway=None, listener=None, host=None))
    yield "idle", timed(lambda: idle_listeners(table, gateway=None, listener=None))
    rows = table_rows(table, gateway=None, listener=None, host=None)
    yield "routes table", timed(lambda: routes_table(rows, color=False, locate=lambda _: None))


def growths(name: str, scale: float = 1.0) -> list[tuple[str, float, float, float]]:
    """The stages of one dimension that take long enough to measure: CPU seconds at n, 2n and 4n."""
    size, objects = DIMENSIONS[name]
    with without_collections():
        runs = [
            dict(stages([GATEWAY_CLASS, *objects(max(1, round(size * scale * factor)))]))
            for factor in (1, 2, 4)
        ]
    found = [(stage, *(run[stage] for run in runs)) for stage in runs[0]]
    return [(stage, one, two, four) for stage, one, two, four in found if four >= MEASURABLE]


def growth(effort: Effort) -> Iterator[Table]:
    """Of each dimension, the stage that grows the most from 2n to 4n."""
    rows = []
    for name, (size, _) in DIMENSIONS.items():
        found: dict[str, list[tuple[float, float]]] = {}
        for _ in range(effort.runs):
            for stage, _, two, four in growths(name, effort.scale):
                found.setdefault(stage, []).append((two, four))
        middle = {
            stage: tuple(statistics.median(each) for each in zip(*times, strict=True))
            for stage, times in found.items()
        }
        stage, (two, four) = max(
            middle.items(), key=lambda each: each[1][1] / each[1][0], default=("all", (0.0, 0.0))
        )
        shown = f"{stage}: {seconds(two)}, {seconds(four)}" if four else "nothing to measure"
        rows.append([name, f"{effort.of(size):,}", shown, f"{four / two:.1f}" if four else ""])
    columns = ["what is multiplied alone", "n", "the stage that grows most: at 2n, at 4n", "ratio"]
    notes = [
        "Stages are binding, table, status, lint and the tables of `status` and `routes`; by CPU time.",
        TWICE,
    ]
    yield Table("Growth", columns, rows, notes)


def main(names: Sequence[str]) -> None:
    for name in names or DIMENSIONS:
        columns = [
            f"{stage} {one:.2f} {two:.2f} {four:.2f}{'!' if four > GRADUAL * two else ''}"
            for stage, one, two, four in growths(name)
        ]
        print(f"{name} (n = {DIMENSIONS[name][0]}): {'; '.join(columns) or 'nothing to measure'}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
